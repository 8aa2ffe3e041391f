//! Every measure of `docs/proof.md`, derived from the scene anew.

use std::f64::consts::{PI, SQRT_2};

use scene::{NoiseModel, Object, ObjectId, Scene};

use crate::{
    angle,
    answer::{Amount, near},
    body::{Body, Point, flat, length, minus},
    class::Class,
    distance, footprint,
    profile::Profile,
    sampled,
    term::{Axis, Bearing, Distance, Entity, Measure, Part, Sides, Term, Unit},
};

/// Added to either side of every tolerance.
const ALLOWANCE: f64 = 1e-9;
/// How far a witness point may be from its place, metres.
const WITNESS_M: f64 = 1e-6;

/// The scene with the rules by which it is measured.
pub(crate) struct Rules<'a> {
    pub(crate) scene: &'a Scene,
    pub(crate) profile: &'static Profile,
}

/// A value with what may be added to and taken from it.
struct Measured {
    value: f64,
    lo: f64,
    hi: f64,
    /// What no true value is below or above.
    range: (f64, f64),
    unit: Unit,
}

type Outcome<T> = Result<T, &'static str>;

fn around(value: f64, t: f64, range: (f64, f64), unit: Unit) -> Measured {
    Measured { value, lo: value - t, hi: value + t, range, unit }
}

const POSITIVE: (f64, f64) = (0.0, f64::INFINITY);
const SIGNED: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

impl Rules<'_> {
    fn noise(&self) -> &NoiseModel {
        self.scene.noise()
    }

    /// k·L: how far any point of the box may move.
    fn sway(&self, body: &Body) -> f64 {
        let NoiseModel { position_m: p, size_m: s, yaw_rad: y, .. } = *self.noise();
        self.profile.k * (p * p + s * s / 4.0 + (body.reach() * y).powi(2)).sqrt()
    }

    fn body(&self, id: u32) -> Outcome<Body> {
        let object = self.object(id).ok_or("no object has that number")?;
        Ok(Body::from(&object.bounds))
    }

    /// The object with this number.
    pub(crate) fn object(&self, id: u32) -> Option<&Object> {
        self.scene.objects().get(self.scene.position(ObjectId(id))?)
    }

    /// The quantity that a grounded term stands for.
    pub(crate) fn measure(&self, term: &Term) -> Outcome<Amount> {
        match term {
            Term::Constant { value, unit } => Ok(Amount { value: *value, lo: *value, hi: *value, unit: *unit }),
            Term::Number { class } => {
                let counted = Class::of(self.scene, class).counted(self.profile);
                let value = counted.map_err(|_| "the number of objects is in doubt")? as f64;
                Ok(Amount { value, lo: value, hi: value, unit: Unit::One })
            }
            Term::Combined { .. } => Err("a combination is not measured"),
            Term::Measured { measure, of } => {
                let mut least: Option<Amount> = None;
                for ids in instances(of)? {
                    let amount = self.one(*measure, &ids)?;
                    if least.is_none_or(|least| amount.value < least.value) {
                        least = Some(amount);
                    }
                }
                least.ok_or("there is nothing to measure")
            }
        }
    }

    fn one(&self, measure: Measure, ids: &[u32]) -> Outcome<Amount> {
        let bodies = ids.iter().map(|id| self.body(*id)).collect::<Outcome<Vec<_>>>()?;
        let Measured { value, lo, hi, range, unit } = match (measure, &bodies[..]) {
            (Measure::Distance(Some(rule)), [a, b]) => self.distance(rule, a, b)?,
            (Measure::Extent(Some(Sides::Oriented), axis), [a]) => self.extent(axis, a)?,
            (Measure::Extent(Some(Sides::AxisAligned), axis), [a]) => self.extent(axis, &a.aligned())?,
            (Measure::Elevation(part), [a]) => self.elevation(part, a)?,
            (Measure::VerticalGap, [a, b]) => {
                around(a.span().0 - b.span().1, self.vertical_sway(), SIGNED, Unit::Metre)
            }
            (Measure::Overlap, [a, b]) => self.overlap(a, b)?,
            (Measure::Bearing(Some(rule)), [at, facing, of]) => self.bearing(rule, at, facing, of)?,
            (Measure::AxisAngle, [a, b]) => {
                let NoiseModel { size_m, yaw_rad, .. } = *self.noise();
                let value = angle::between_sides(a, b, self.profile.k * size_m * SQRT_2)?;
                around(value, (self.profile.k * yaw_rad * SQRT_2).to_degrees(), (0.0, 90.0), Unit::Degree)
            }
            (Measure::RoomArea, []) => self.room_area()?,
            _ => return Err("the definition is not spelled out"),
        };
        if !(value.is_finite() && lo.is_finite() && hi.is_finite()) {
            return Err("the numbers are out of reach");
        }
        if self.profile.k == 0.0 {
            return Ok(Amount { value, lo: value, hi: value, unit });
        }
        let clipped = |bound: f64| bound.clamp(range.0, range.1);
        Ok(Amount { value, lo: clipped(lo - ALLOWANCE), hi: clipped(hi + ALLOWANCE), unit })
    }

    /// Tolerance of the difference of two heights at the ends of boxes.
    fn vertical_sway(&self) -> f64 {
        let NoiseModel { position_m: p, size_m: s, .. } = *self.noise();
        self.profile.k * (2.0 * p * p + s * s / 2.0).sqrt()
    }

    fn distance(&self, rule: Distance, a: &Body, b: &Body) -> Outcome<Measured> {
        let sway = self.sway(a).hypot(self.sway(b));
        let (value, t) = match rule {
            Distance::Surface => (distance::surface(a, b), sway),
            Distance::Horizontal => (distance::horizontal(a, b), sway),
            Distance::Centre => {
                (length(minus(a.centre, b.centre)), self.profile.k * self.noise().position_m * SQRT_2)
            }
            Distance::Vertical => {
                let ((a_bottom, a_top), (b_bottom, b_top)) = (a.span(), b.span());
                ((a_bottom - b_top).max(b_bottom - a_top).max(0.0), self.vertical_sway())
            }
            Distance::SampledSurface => (sampled::distance(a, b)?, 0.0),
        };
        Ok(around(value, t, POSITIVE, Unit::Metre))
    }

    fn extent(&self, axis: Axis, body: &Body) -> Outcome<Measured> {
        let t = self.profile.k * self.noise().size_m;
        let side = |value| Ok(around(value, t, POSITIVE, Unit::Metre));
        let of_changed = |size: &dyn Fn(&Body) -> f64, unit| {
            let (lo, hi) = (size(&body.grown(-t / 2.0)), size(&body.grown(t / 2.0)));
            Ok(Measured { value: size(body), lo, hi, range: POSITIVE, unit })
        };
        let horizontal = || body.horizontal().ok_or("the box does not stand upright");
        match axis {
            Axis::Longest => side(2.0 * body.half.into_iter().fold(0.0, f64::max)),
            Axis::Width => side(2.0 * body.half[horizontal()?.0]),
            Axis::Depth => side(2.0 * body.half[horizontal()?.1]),
            Axis::Height => side(body.span().1 - body.span().0),
            Axis::Footprint => of_changed(&footprint::area, Unit::SquareMetre),
            Axis::Volume => of_changed(&|body| body.half.iter().map(|half| 2.0 * half).product(), Unit::CubicMetre),
        }
    }

    fn elevation(&self, part: Part, body: &Body) -> Outcome<Measured> {
        let floor = self.scene.room().floor_height_m.ok_or("the height of the floor is unknown")?;
        let NoiseModel { position_m: p, size_m: s, .. } = *self.noise();
        let end = (p * p + s * s / 4.0).sqrt();
        let (height, t) = match part {
            Part::Bottom => (body.span().0, end),
            Part::Centre => (body.centre[2], p),
            Part::Top => (body.span().1, end),
        };
        Ok(around(height - floor, self.profile.k * t, SIGNED, Unit::Metre))
    }

    fn overlap(&self, a: &Body, b: &Body) -> Outcome<Measured> {
        let whole = footprint::area(a);
        if whole <= 0.0 {
            return Err("the footprint has no area");
        }
        let (a_sway, b_sway) = (self.sway(a), self.sway(b));
        let half_size = self.profile.k * self.noise().size_m / 2.0;
        let least = footprint::area(&a.grown(-half_size));
        let most_shared = footprint::shared_area(&a.grown(a_sway), &b.grown(b_sway));
        let least_shared = footprint::shared_area(&a.grown(-a_sway), &b.grown(-b_sway));
        Ok(Measured {
            value: footprint::shared_area(a, b) / whole,
            lo: least_shared / footprint::area(&a.grown(half_size)),
            hi: if least > 0.0 { most_shared / least } else { 1.0 },
            range: (0.0, 1.0),
            unit: Unit::One,
        })
    }

    fn bearing(&self, rule: Bearing, at: &Body, facing: &Body, of: &Body) -> Outcome<Measured> {
        let miss = "two of the centres coincide";
        let (value, t) = match rule {
            Bearing::Shortened => (angle::shortened(at.centre, facing.centre, of.centre).ok_or(miss)?, 0.0),
            Bearing::Horizontal => {
                let (value, o, q) = angle::bearing(at.centre, facing.centre, of.centre).ok_or(miss)?;
                let sway = self.profile.k * self.noise().position_m * SQRT_2;
                let lost = sway >= o || sway >= q;
                (value, if lost { 180.0 } else { ((sway / q).asin() + (sway / o).asin()).to_degrees() })
            }
        };
        Ok(around(value, t, SIGNED, Unit::Degree))
    }

    fn room_area(&self) -> Outcome<Measured> {
        let room = self.scene.room();
        let sway = self.profile.k * self.noise().position_m;
        let (area, t) = if let Some(floor) = &room.floor {
            let mut area = 0.0;
            let mut perimeter = 0.0;
            for (sign, ring) in
                std::iter::once((1.0, floor.exterior())).chain(floor.holes().iter().map(|hole| (-1.0, &hole[..])))
            {
                let at = |i: usize| [ring[i % ring.len()].x - ring[0].x, ring[i % ring.len()].y - ring[0].y, 0.0];
                let sides = || (0..ring.len()).map(|i| (at(i), at(i + 1)));
                area += sign * sides().map(|(p, q): (Point, Point)| p[0] * q[1] - p[1] * q[0]).sum::<f64>().abs() / 2.0;
                perimeter += sides().map(|(p, q)| length(minus(p, q))).sum::<f64>();
            }
            (area, perimeter * sway + PI * sway * sway)
        } else {
            let area = room.declared_area_m2.ok_or("the area of the room is unknown")?;
            (area, self.profile.k * self.noise().area_relative * area)
        };
        Ok(around(area, t, POSITIVE, Unit::SquareMetre))
    }

    /// Whether a measure comes with witness points.
    pub(crate) fn has_witness(term: &Term) -> bool {
        let rules = [Distance::Surface, Distance::Horizontal, Distance::Centre];
        matches!(term, Term::Measured { measure: Measure::Distance(Some(rule)), .. } if rules.contains(rule))
    }

    /// How far the witness points are from proving a distance: from their boxes, or from being `value` apart. Points of
    /// a horizontal distance lie in the footprints, between the lowest and highest corners.
    pub(crate) fn witness_fault(&self, term: &Term, value: f64, [p, q]: [Point; 2]) -> Option<(f64, f64)> {
        let Term::Measured { measure: Measure::Distance(Some(rule)), of } = term else { return None };
        let seen = |point| if *rule == Distance::Horizontal { flat(point) } else { point };
        let apart = length(minus(seen(p), seen(q)));
        if !near(apart, value, WITNESS_M) {
            return Some((apart, value));
        }
        let off = |body: &Body, point: Point| match rule {
            Distance::Centre => length(minus(point, body.centre)),
            Distance::Horizontal => {
                let (bottom, top) = body.span();
                footprint::outside(body, point).max(bottom - point[2]).max(point[2] - top)
            }
            _ => length(minus(point, body.nearest(point))),
        };
        let pairs = instances(of).unwrap_or_default().into_iter().filter_map(|ids| match ids[..] {
            [a, b] => Some(off(&self.body(a).ok()?, p).max(off(&self.body(b).ok()?, q))),
            _ => None,
        });
        let least = pairs.fold(f64::INFINITY, f64::min);
        // Written so that NaN is a fault.
        if least <= WITNESS_M { None } else { Some((least, 0.0)) }
    }
}

/// Every choice of one instance per place, at most a thousand.
fn instances(of: &[Entity]) -> Outcome<Vec<Vec<u32>>> {
    let mut choices = vec![Vec::new()];
    for entity in of {
        let Entity::Ids(ids) = entity else { return Err("it names no objects by number") };
        choices = choices.iter().flat_map(|so_far| ids.iter().map(|id| [&so_far[..], &[*id]].concat())).collect();
        if choices.len() > 1000 {
            return Err("there are too many instances");
        }
    }
    Ok(choices)
}
