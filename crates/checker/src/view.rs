//! What cameras have to do with places: angles from where they look, coordinates, and what frames show.

use std::f64::consts::FRAC_PI_2;

use scene::{ObjectId, geometry::Vec3};
use serde_json::Value;

use crate::angle;
use crate::body::Body;
use crate::measure::{Amount, Outcome, Rules};
use crate::value::{entity_ids, number, text};

/// Least visible fraction at which a frame shows an object.
pub(crate) const SHOWN: f64 = 0.1;

impl Rules<'_> {
    /// The quantity of a term about a camera's view; `None` for other terms.
    pub(crate) fn view(&self, term: &Value) -> Option<Outcome<Amount<'static>>> {
        Some(match text(term, "measure") {
            "azimuth" => self.azimuth(term),
            "pan" => self.pan(term),
            "movement" => self.movement(term),
            "coordinate" => self.coordinate(term),
            "visibility" => self.visibility(term),
            "first_seen" => self.first_seen(term),
            "view_overlap" => self.view_overlap(term),
            _ => return None,
        })
    }

    /// One object or camera.
    fn place(&self, entity: &str) -> Outcome<Body> {
        if entity.starts_with('@') {
            return self.spot(entity);
        }
        match entity_ids(entity).as_deref() {
            Some([one]) => self.body(*one),
            _ => Err("one object or camera"),
        }
    }

    fn one_object(&self, term: &Value) -> Outcome<ObjectId> {
        match entity_ids(text(term, "of")).as_deref() {
            Some([one]) => self.body(*one).map(|_| ObjectId(*one)),
            _ => Err("one object"),
        }
    }

    fn azimuth(&self, term: &Value) -> Outcome<Amount<'static>> {
        let (from, heading) = (self.place(text(term, "from"))?, self.camera(text(term, "heading"))?);
        let definition = text(term, "definition");
        let members = text(term, "of").split('&').map(|one| self.place(one)).collect::<Outcome<Vec<_>>>()?;
        if let [one] = members[..] {
            return self.angle(definition, &from, &one, &heading);
        }
        let mean = members.iter().map(|one| one.centre).sum::<Vec3>() / members.len() as f64;
        let mut whole = self.angle(definition, &from, &Body { centre: mean, ..members[0] }, &heading)?;
        for one in members.iter().filter(|_| self.profile.k > 0.0) {
            let part = self.angle(definition, &from, one, &heading)?;
            // The same angle may be written a turn apart.
            let turn = [-360.0, 0.0, 360.0]
                .into_iter()
                .min_by(|a, b| (part.value + a - whole.value).abs().total_cmp(&(part.value + b - whole.value).abs()));
            let turn = turn.unwrap_or_default();
            (whole.lo, whole.hi) = (whole.lo.min(part.lo + turn), whole.hi.max(part.hi + turn));
        }
        Ok(whole)
    }

    /// Degrees to the left of where a camera looks.
    fn angle(&self, definition: &str, from: &Body, of: &Body, heading: &Body) -> Outcome<Amount<'static>> {
        let [right, down, forward] = heading.axes.map(|axis| axis.dot(of.centre - from.centre));
        let flat = |ahead: f64| match right.hypot(ahead) {
            near if near < 1e-9 => Err("places that are apart"),
            _ => Ok(Amount::around((0.0 - right).atan2(ahead).to_degrees(), 0.0, "deg")),
        };
        match definition {
            "optical_plane" => flat(forward),
            "image_plane" => flat(down),
            "rising" | "dominant" => {
                Ok(Amount::around(published(definition, [right, down, forward])?.level.unwrap_or(0.0), 0.0, "deg"))
            }
            _ => {
                let (value, [_, apart]) = angle::bearing([from.centre, from.centre + heading.axes[2], of.centre])?;
                let reach = self.centres(&[from, of]) / apart;
                let place = if reach < 1.0 { reach.asin().to_degrees() } else { 180.0 };
                Ok(self.turned(value, place + self.heading(heading)))
            }
        }
    }

    /// How far the heading of a camera may be off, degrees.
    pub(crate) fn heading(&self, camera: &Body) -> f64 {
        let turn = (self.profile.k * self.scene.noise().pose_rotation_rad).min(FRAC_PI_2).sin();
        let quotient = turn / camera.axes[2].truncate().length();
        if quotient < 1.0 { quotient.asin().to_degrees() } else { 180.0 }
    }

    fn turned(&self, value: f64, t: f64) -> Amount<'static> {
        if self.profile.k == 0.0 {
            return Amount::around(value, 0.0, "deg");
        }
        Amount::around(value, t.min(180.0), "deg").within(f64::NEG_INFINITY, f64::INFINITY)
    }

    fn pan(&self, term: &Value) -> Outcome<Amount<'static>> {
        let [first, second] = ["from", "to"].map(|slot| text(term, slot));
        if text(term, "definition") == "world_xz" {
            let frames = self.scene.frames();
            let place = |entity: &str| frames.iter().position(|frame| entity.strip_prefix('@') == Some(&frame.name));
            let (Some(a), Some(b)) = (place(first), place(second)) else { return Err("frames of the scene") };
            let poses = frames[a.min(b)..=a.max(b)].iter().filter_map(|frame| frame.pose.world_from_camera());
            let looks: Vec<_> = poses.map(|pose| pose.rotation().z_axis).collect();
            let turns = looks.windows(2).map(|pair| {
                let (p, q) = (pair[0], pair[1]);
                (p.x * q.z - p.z * q.x).atan2(p.x * q.x + p.z * q.z).to_degrees()
            });
            let sum = turns.sum::<f64>() * if a <= b { 1.0 } else { -1.0 };
            return Ok(Amount::around(180.0 - (180.0 - sum).rem_euclid(360.0), 0.0, "deg"));
        }
        let (first, second) = (self.camera(first)?, self.camera(second)?);
        let origin = Vec3::ZERO;
        let (value, _) = angle::bearing([origin, first.axes[2], second.axes[2]])?;
        Ok(self.turned(value, self.heading(&first) + self.heading(&second)))
    }

    fn movement(&self, term: &Value) -> Outcome<Amount<'static>> {
        let [first, second] = ["from", "to"].map(|slot| self.camera(text(term, slot)));
        let first = first?;
        self.angle(text(term, "definition"), &first, &second?, &first)
    }

    /// Whether the direction of a term leads up or down by a rule that says so, and whether along an axis too.
    pub(crate) fn rise(&self, term: &Value) -> Outcome<Option<(&'static str, bool)>> {
        let definition = text(term, "definition");
        let (from, to, heading) = match definition {
            "rising" => ("from", "of", "heading"),
            "dominant" => ("from", "to", "from"),
            _ => return Ok(None),
        };
        let targets = text(term, to).split('&').map(|one| self.place(one)).collect::<Outcome<Vec<_>>>()?;
        let mean = targets.iter().map(|one| one.centre).sum::<Vec3>() / targets.len() as f64;
        let way = mean - self.place(text(term, from))?.centre;
        let course = published(definition, self.camera(text(term, heading))?.axes.map(|axis| axis.dot(way)))?;
        Ok(course.rise.map(|rise| (rise, course.level.is_some())))
    }

    fn coordinate(&self, term: &Value) -> Outcome<Amount<'static>> {
        let (of, camera) = (self.place(text(term, "of"))?, self.camera(text(term, "frame"))?);
        let axis = ["right", "down", "forward"].iter().position(|axis| *axis == text(term, "axis")).unwrap_or(2);
        let way = of.centre - camera.centre;
        let turn = self.profile.k * self.scene.noise().pose_rotation_rad * way.length();
        let t = self.together(&of, &camera).unwrap_or_else(|| self.centres(&[&of, &camera]).hypot(turn));
        let amount = Amount::around(camera.axes[axis].dot(way), t, "m");
        Ok(if self.profile.k == 0.0 { amount } else { amount.within(f64::NEG_INFINITY, f64::INFINITY) })
    }

    /// The part of an object that a frame shows, as the scene says, by going through its sightings.
    pub(crate) fn seen(&self, frame: &str, object: ObjectId) -> Outcome<f64> {
        let sightings = self.scene.frame(frame).and_then(|frame| frame.sightings.as_ref());
        let sighting = sightings.ok_or("a frame of which is known what it shows")?.iter().find(|s| s.object == object);
        Ok(sighting.map_or(0.0, |sighting| sighting.visible_fraction))
    }

    /// How far a visible fraction may be off.
    pub(crate) fn seen_tolerance(&self) -> f64 {
        self.profile.k * self.scene.noise().visible_fraction
    }

    fn visibility(&self, term: &Value) -> Outcome<Amount<'static>> {
        let frame = text(term, "frame").strip_prefix('@').ok_or("a frame")?;
        let amount = Amount::around(self.seen(frame, self.one_object(term)?)?, self.seen_tolerance(), "1");
        Ok(if self.profile.k == 0.0 { amount } else { amount.within(0.0, 1.0) })
    }

    fn first_seen(&self, term: &Value) -> Outcome<Amount<'static>> {
        let (of, least, t) = (self.one_object(term)?, number(term, "least"), self.seen_tolerance());
        let fractions: Vec<_> = self.scene.frames().iter().map(|frame| self.seen(&frame.name, of)).collect();
        let first = |add: f64, unknown: bool| {
            let shows = |seen: &Outcome<f64>| seen.map_or(unknown, |seen| seen + add >= least);
            fractions.iter().position(shows).map(|at| at as f64 + 1.0).ok_or("a frame that certainly shows it")
        };
        Ok(Amount { value: first(0.0, false)?, lo: first(t, self.profile.k > 0.0)?, hi: first(-t, false)?, unit: "1" })
    }
}

/// What a published rule says of a way: degrees to the left along the plane, if it leads along it, and `up` or `down`.
struct Course {
    level: Option<f64>,
    rise: Option<&'static str>,
}

/// `SpatialEvo`'s rules for a way right, down and forward.
fn published(definition: &str, [right, down, forward]: [f64; 3]) -> Outcome<Course> {
    let towards = |right: f64, forward: f64| Some((0.0 - right).atan2(forward).to_degrees());
    let rise = Some(if down < 0.0 { "up" } else { "down" });
    let level = right.hypot(forward);
    if definition == "rising" {
        return match level {
            none if none < 1e-8 && down == 0.0 => Err("places that are apart"),
            none if none < 1e-8 => Ok(Course { level: None, rise }),
            level if down.abs() / level <= 0.5 => Ok(Course { level: towards(right, forward), rise: None }),
            _ if right.abs() < forward.abs() => Ok(Course { level: towards(0.0, forward), rise }),
            _ => Ok(Course { level: towards(right, 0.0), rise }),
        };
    }
    // The parts in the order in which equal ones count; a part's rank is how many others count before it.
    let parts = [right, forward, down].map(f64::abs);
    let before = |i: usize, j: usize| parts[i].total_cmp(&parts[j]).then(j.cmp(&i)).is_gt();
    let rank = |i: usize| (0..3).filter(|j| *j != i && before(*j, i)).count();
    let most = parts.into_iter().fold(0.0, f64::max);
    if most < 1e-8 {
        return Err("places that are apart");
    }
    let counts = |i: usize| match rank(i) {
        0 => true,
        1 => parts[i] / most >= 0.35 && parts[i] / level.hypot(down) >= 0.25,
        _ => false,
    };
    let unit = |i: usize, way: f64| if counts(i) { way.signum() } else { 0.0 };
    let along = counts(0) || counts(1);
    Ok(Course { level: towards(unit(0, right), unit(1, forward)).filter(|_| along), rise: rise.filter(|_| counts(2)) })
}
