//! Every measure of `docs/proof.md`, derived from the scene anew.

use std::f64::consts::{PI, SQRT_2};

use scene::geometry::Vec3;
use scene::{ObjectId, Scene};
use serde_json::Value;

use crate::body::Body;
use crate::class::counted;
use crate::profile::Profile;
use crate::value::{SLOTS, entity_ids, near, number, text};
use crate::walk::WITHIN;
use crate::{angle, distance, footprint, plane, sampled};

/// Added to either side of every tolerance.
pub(crate) const ALLOWANCE: f64 = 1e-9;

/// The scene with the rules by which it is measured.
pub(crate) struct Rules<'a> {
    pub(crate) scene: &'a Scene,
    pub(crate) proof: &'a serde_json::Value,
    pub(crate) profile: Profile,
}

/// A quantity with its bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Amount<'a> {
    pub(crate) value: f64,
    pub(crate) lo: f64,
    pub(crate) hi: f64,
    pub(crate) unit: &'a str,
}

impl<'a> Amount<'a> {
    /// Reads the keys of a step or an answer.
    pub(crate) fn read(from: &'a Value) -> Self {
        let [value, lo, hi] = ["value", "lo", "hi"].map(|key| number(from, key));
        Self { value, lo, hi, unit: text(from, "unit") }
    }

    pub(crate) fn around(value: f64, t: f64, unit: &'a str) -> Self {
        Self { value, lo: value - t, hi: value + t, unit }
    }

    /// With the numerical allowance on either side, and bounds that it cannot pass.
    pub(crate) fn within(self, least: f64, most: f64) -> Self {
        let [lo, hi] = [self.lo - ALLOWANCE, self.hi + ALLOWANCE].map(|bound| bound.clamp(least, most));
        Self { lo, hi, ..self }
    }
}

/// What a measure gives, or what it misses.
pub(crate) type Outcome<T> = Result<T, &'static str>;

impl Rules<'_> {
    /// k·sqrt(σp² + s·σs² + (y·σψ)²) of a box, or of several together.
    fn spread(&self, of: &[&Body], s: f64, y: impl Fn(&Body) -> f64) -> f64 {
        let variance = |body: &&Body| {
            let [position, size, yaw] = body.noise;
            position.powi(2) + s * size.powi(2) + (y(body) * yaw).powi(2)
        };
        self.profile.k * of.iter().map(variance).sum::<f64>().sqrt()
    }

    /// How far `times` a full extent may be off.
    pub(crate) fn sizes(&self, times: f64) -> f64 {
        self.profile.k * times * self.scene.noise().size_m
    }

    /// How far a centre, or several together, may move.
    pub(crate) fn centres(&self, of: &[&Body]) -> f64 {
        self.spread(of, 0.0, |_| 0.0)
    }

    /// The same of bottoms and tops.
    pub(crate) fn faces(&self, of: &[&Body]) -> f64 {
        self.spread(of, 0.25, |_| 0.0)
    }

    /// k·L: how far any point of the boxes may move.
    pub(crate) fn sway(&self, of: &[&Body]) -> f64 {
        self.spread(of, 0.25, Body::reach)
    }

    /// The box of the object with this number.
    pub(crate) fn body(&self, id: u32) -> Outcome<Body> {
        let object = self.scene.position(ObjectId(id)).and_then(|at| self.scene.objects().get(at));
        object.map(|object| Body::new(&object.bounds, self.scene.noise())).ok_or("an object of that number")
    }

    /// The camera of `"@frame"`.
    pub(crate) fn camera(&self, entity: &str) -> Outcome<Body> {
        let (name, frames) = (entity.strip_prefix('@').unwrap_or_default(), self.scene.frames());
        let at = frames.iter().position(|frame| frame.name == name).ok_or("a frame of that name")?;
        let pose = frames[at].pose.world_from_camera().ok_or("a frame with a known pose")?;
        Ok(Body::camera(pose, self.scene.noise(), at))
    }

    /// The quantity that a term stands for, whose entities are numbers and whose definition is spelled out.
    pub(crate) fn measure<'a>(&self, term: &'a Value) -> Outcome<Amount<'a>> {
        if term["measure"] == "constant" {
            return Ok(Amount::around(number(term, "value"), 0.0, text(term, "unit")));
        }
        if term["measure"] == "number" {
            let count = counted(self, text(term, "class")).map_err(|_| "a number without doubt")?;
            return Ok(Amount::around(count as f64, 0.0, "1"));
        }
        if let Some(amount) = self.view(term).or_else(|| self.space(term)) {
            return amount;
        }
        let amounts = self.instances(term)?.into_iter().map(|bodies| self.one(term, &bodies));
        let amounts = amounts.collect::<Outcome<Vec<_>>>()?;
        amounts.into_iter().min_by(|a, b| a.value.total_cmp(&b.value)).ok_or("something to measure")
    }

    /// Every choice of one instance per place of the term.
    fn instances(&self, term: &Value) -> Outcome<Vec<Vec<Body>>> {
        let mut choices = vec![Vec::new()];
        for entity in SLOTS.iter().filter_map(|slot| term[*slot].as_str()) {
            let bodies = if entity.starts_with('@') {
                vec![self.spot(entity)?]
            } else {
                let ids = entity_ids(entity).ok_or("objects by number")?;
                ids.iter().map(|id| self.body(*id)).collect::<Outcome<Vec<_>>>()?
            };
            if choices.len() * bodies.len() > 1000 {
                return Err("fewer instances");
            }
            let longer =
                |chosen: &Vec<Body>| bodies.iter().map(|one| [&chosen[..], &[*one]].concat()).collect::<Vec<_>>();
            choices = choices.iter().flat_map(longer).collect();
        }
        Ok(choices)
    }

    fn one(&self, term: &Value, bodies: &[Body]) -> Outcome<Amount<'static>> {
        let (measure, definition) = (text(term, "measure"), text(term, "definition"));
        if ["extent", "overlap", "axis_angle"].contains(&measure)
            && SLOTS.iter().any(|slot| text(term, slot).starts_with('@'))
        {
            return Err("objects, no cameras");
        }
        let Amount { value, lo, hi, unit } = match (measure, bodies) {
            ("distance", [a, b]) => self.distance(definition, a, b)?,
            ("extent", [a]) if definition == "axis_aligned" => self.extent(text(term, "axis"), &a.aligned())?,
            ("extent", [a]) => self.extent(text(term, "axis"), a)?,
            ("elevation", [a]) => {
                let floor = self.scene.room().floor_height_m.ok_or("a floor at a known height")?;
                match text(term, "part") {
                    "bottom" => Amount::around(a.span().0 - floor, self.faces(&[a]), "m"),
                    "centre" => Amount::around(a.centre.z - floor, self.centres(&[a]), "m"),
                    _ => Amount::around(a.span().1 - floor, self.faces(&[a]), "m"),
                }
            }
            ("vertical_gap", [a, b]) => Amount::around(a.span().0 - b.span().1, self.faces(&[a, b]), "m"),
            ("overlap", [a, b]) => self.overlap(a, b)?,
            ("bearing", [at, facing, of]) => self.bearing(definition, [at, facing, of])?,
            ("bend", [from, to, at]) => {
                // On from where one comes from: straight behind it.
                let ahead = Body { centre: at.centre + (at.centre - from.centre), ..*from };
                let (value, distances) = angle::bearing([at.centre, ahead.centre, to.centre])?;
                let turns = [from, to].map(|one| self.centres(&[at, one])).into_iter().zip(distances);
                let turns =
                    turns.map(|(reach, apart)| if reach < apart { (reach / apart).asin().to_degrees() } else { 180.0 });
                Amount::around(value, turns.sum::<f64>().min(180.0), "deg")
            }
            ("axis_angle", [a, b]) => {
                let value = angle::between_sides(a, b, self.sizes(SQRT_2))?;
                Amount::around(value, (SQRT_2 * self.profile.k * a.noise[2]).to_degrees(), "deg")
            }
            ("room_area", []) => self.room_area()?,
            _ => return Err("a measure of objects"),
        };
        let (least, most) = match measure {
            _ if self.profile.k == 0.0 => return Ok(Amount::around(value, 0.0, unit)),
            "distance" | "extent" | "room_area" => (0.0, f64::INFINITY),
            "overlap" => (0.0, 1.0),
            "axis_angle" => (0.0, 90.0),
            _ => (f64::NEG_INFINITY, f64::INFINITY),
        };
        Ok(Amount { value, lo, hi, unit }.within(least, most))
    }

    fn distance(&self, definition: &str, a: &Body, b: &Body) -> Outcome<Amount<'static>> {
        let sway = self.sway(&[a, b]);
        let ((a_bottom, a_top), (b_bottom, b_top)) = (a.span(), b.span());
        let (value, t) = match definition {
            "surface" => (distance::surface(a, b), self.together(a, b).unwrap_or(sway)),
            "horizontal" => (distance::horizontal(a, b), sway),
            "centre" => (a.centre.distance(b.centre), self.together(a, b).unwrap_or_else(|| self.centres(&[a, b]))),
            "axis_aligned" => (distance::surface(&a.aligned(), &b.aligned()), sway),
            "vertical" => ((a_bottom - b_top).max(b_bottom - a_top).max(0.0), self.faces(&[a, b])),
            _ => (sampled::distance(a, b)?, 0.0),
        };
        Ok(Amount::around(value, t, "m"))
    }

    fn extent(&self, axis: &str, body: &Body) -> Outcome<Amount<'static>> {
        let t = self.sizes(1.0);
        let (less, more) = (body.grown(-t / 2.0), body.grown(t / 2.0));
        let volume = |body: &Body| (2.0 * body.half).element_product();
        let area = footprint::area;
        let side = match axis {
            "longest" => 2.0 * body.half.max_element(),
            "width" => 2.0 * body.half[body.horizontal()?.0],
            "depth" => 2.0 * body.half[body.horizontal()?.1],
            "height" => 2.0 * body.support(Vec3::Z),
            "footprint" => return Ok(Amount { value: area(body), lo: area(&less), hi: area(&more), unit: "m2" }),
            _ => return Ok(Amount { value: volume(body), lo: volume(&less), hi: volume(&more), unit: "m3" }),
        };
        Ok(Amount::around(side, t, "m"))
    }

    pub(crate) fn overlap(&self, a: &Body, b: &Body) -> Outcome<Amount<'static>> {
        let half_size = self.sizes(0.5);
        let [least, whole, most] = [-half_size, 0.0, half_size].map(|by| footprint::area(&a.grown(by)));
        if whole <= 0.0 {
            return Err("a footprint with an area");
        }
        let [inner, outer] = [-1.0, 1.0].map(|sign| a.grown(sign * self.sway(&[a])));
        let [inner_b, outer_b] = [-1.0, 1.0].map(|sign| b.grown(sign * self.sway(&[b])));
        let left_out = |body: &Body, of: &Body| (footprint::area(body) - footprint::shared_area(body, of)).max(0.0);
        let (mut lo, mut hi) =
            (footprint::shared_area(&inner, &inner_b) / most, 1.0 - left_out(&inner, &outer_b) / most);
        let common = footprint::shared_area(&outer, &outer_b);
        if common <= 0.0 {
            hi = 0.0;
        }
        if least > 1e-9 {
            lo = f64::max(lo, 1.0 - left_out(&outer, &inner_b) / least);
            hi = f64::min(hi, common / least);
        }
        Ok(Amount { value: footprint::shared_area(a, b) / whole, lo, hi, unit: "1" })
    }

    fn bearing(&self, definition: &str, bodies: [&Body; 3]) -> Outcome<Amount<'static>> {
        let centres = bodies.map(|body| body.centre);
        if definition == "shortened" {
            return Ok(Amount::around(angle::shortened(centres)?, 0.0, "deg"));
        }
        let (value, distances) = angle::bearing(centres)?;
        let turns = [1, 2].map(|i| self.centres(&[bodies[0], bodies[i]]) / distances[i - 1]);
        let lost = turns.iter().any(|turn| *turn >= 1.0);
        let t = if lost { 180.0 } else { turns.iter().map(|turn| turn.asin().to_degrees()).sum() };
        Ok(Amount::around(value, t, "deg"))
    }

    fn room_area(&self) -> Outcome<Amount<'static>> {
        let (room, sway) = (self.scene.room(), self.profile.k * self.scene.noise().position_m);
        let Some(floor) = &room.floor else {
            let area = room.declared_area_m2.ok_or("a room of known area")?;
            return Ok(Amount::around(area, self.profile.k * self.scene.noise().area_relative * area, "m2"));
        };
        let (mut area, mut perimeter) = (0.0, 0.0);
        for (at, ring) in floor.rings().enumerate() {
            let sign = if at == 0 { 1.0 } else { -1.0 };
            area += sign * plane::area(ring);
            perimeter += plane::sides(ring).map(|[p, q]| p.distance(q)).sum::<f64>();
        }
        Ok(Amount::around(area, perimeter * sway + PI * sway * sway, "m2"))
    }

    /// How far the witness points are from proving a distance: from being `value` apart, or from their boxes. Points of
    /// a horizontal distance lie in the footprints, between the lowest and highest corners.
    pub(crate) fn witness_fault(&self, term: &Value, value: f64, [p, q]: [Vec3; 2]) -> Option<(f64, f64)> {
        let definition = text(term, "definition");
        let apart = if definition == "horizontal" { (p - q).truncate().length() } else { p.distance(q) };
        if !near(apart, value, WITHIN) {
            return Some((apart, value));
        }
        let off = |body: &Body, point: Vec3| match definition {
            "centre" => point.distance(body.centre),
            "axis_aligned" => body.aligned().distance(point),
            "horizontal" => footprint::outside(body, point).max(body.span().0 - point.z).max(point.z - body.span().1),
            _ => body.distance(point),
        };
        let pairs = self.instances(term).unwrap_or_default().into_iter().filter(|bodies| bodies.len() == 2);
        let least = pairs.map(|bodies| off(&bodies[0], p).max(off(&bodies[1], q))).fold(f64::INFINITY, f64::min);
        (least > WITHIN).then_some((least, 0.0))
    }
}
