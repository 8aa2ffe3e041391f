//! Measures by slow means. Where rounding could decide whether a measure is defined, `doubt` is set.

use question::{BearingDefinition, DistanceDefinition, ExtentAxis, Part, ReasonCode, Unit};
use scene::{
    Object,
    geometry::{Polygon, Vec2, Vec3},
};

use super::{
    Reference,
    amount::Amount,
    grid::sampled_distance,
    solid::{Solid, least_distance, shared_shadow_m2},
};

/// Distances from a threshold that rounding may cross.
const HAIR: f64 = 1e-9;
/// How far a bound of what lies on a thing is moved, so that what is just there counts.
const TOUCH: f64 = 1e-6;

type Measured = Result<Amount, ReasonCode>;

/// Horizontal sides of an upright box.
pub(super) struct Sides {
    pub(super) longer: f64,
    pub(super) shorter: f64,
    /// World heading of the longer, radians.
    pub(super) heading: f64,
}

impl Reference<'_> {
    /// Whether `value` is above `limit`; within a hair of it nothing is concluded from the answer.
    fn above(&mut self, value: f64, limit: f64) -> bool {
        self.doubt |= (value - limit).abs() <= HAIR * (1.0 + limit.abs());
        value > limit
    }

    pub(super) fn distance(&mut self, definition: DistanceDefinition, a: &Object, b: &Object) -> Amount {
        let (p, q) = (Solid::new(&a.bounds), Solid::new(&b.bounds));
        let value = match definition {
            DistanceDefinition::Surface => least_distance(&p, &q, Vec3::ONE),
            DistanceDefinition::Horizontal => least_distance(&p, &q, Vec3::new(1.0, 1.0, 0.0)),
            DistanceDefinition::Vertical => least_distance(&p, &q, Vec3::Z),
            DistanceDefinition::Centre => (p.centre - q.centre).length(),
            DistanceDefinition::AxisAligned => least_distance(&p.aligned(), &q.aligned(), Vec3::ONE),
            DistanceDefinition::SampledSurface => sampled_distance(&a.bounds, &b.bounds).unwrap_or_else(|| {
                self.doubt = true;
                0.0
            }),
        };
        Amount::measured(value, Unit::Metre)
    }

    pub(super) fn extent(&mut self, axis: ExtentAxis, aligned: bool, object: &Object) -> Measured {
        let own = Solid::new(&object.bounds);
        let solid = if aligned { own.aligned() } else { own };
        let metres = |value| Ok(Amount::measured(value, Unit::Metre));
        match axis {
            ExtentAxis::Longest => metres(solid.sides().into_iter().fold(0.0, f64::max)),
            ExtentAxis::Height => metres(solid.span(2).1 - solid.span(2).0),
            ExtentAxis::Width => metres(self.sides(&solid)?.longer),
            ExtentAxis::Depth => metres(self.sides(&solid)?.shorter),
            ExtentAxis::Footprint => Ok(Amount::measured(solid.shadow_m2(), Unit::SquareMetre)),
            ExtentAxis::Volume => Ok(Amount::measured(solid.sides().into_iter().product(), Unit::CubicMetre)),
        }
    }

    /// The sides beside the one within 10° of the vertical.
    pub(super) fn sides(&mut self, solid: &Solid) -> Result<Sides, ReasonCode> {
        let tilt_deg = |axis: Vec3| axis.truncate().length().atan2(axis.z.abs()).to_degrees();
        let vertical = (0..3).find(|at| tilt_deg(solid.axes[*at]) < 45.0).unwrap_or(2);
        if self.above(tilt_deg(solid.axes[vertical]), 10.0) {
            return Err(ReasonCode::OutsideDefinition);
        }
        let lengths = solid.sides();
        let (first, second) = ((vertical + 1) % 3, (vertical + 2) % 3);
        let (longer, shorter) = if lengths[first] < lengths[second] { (second, first) } else { (first, second) };
        let heading = solid.axes[longer].y.atan2(solid.axes[longer].x);
        Ok(Sides { longer: lengths[longer], shorter: lengths[shorter], heading })
    }

    pub(super) fn axis_angle(&mut self, a: &Object, b: &Object) -> Measured {
        let mut headings = [0.0; 2];
        for (heading, object) in headings.iter_mut().zip([a, b]) {
            let sides = self.sides(&Solid::new(&object.bounds))?;
            let least = 4.0 * self.scene.noise().size_m * 2.0_f64.sqrt() + 0.01 * sides.longer;
            if !self.above(sides.longer - sides.shorter, least) {
                return Err(ReasonCode::OutsideDefinition);
            }
            *heading = sides.heading;
        }
        let half_turn = (headings[0] - headings[1]).to_degrees().rem_euclid(180.0);
        Ok(Amount::measured(half_turn.min(180.0 - half_turn), Unit::Degree))
    }

    pub(super) fn elevation(&self, part: Part, object: &Object) -> Measured {
        let floor = self.scene.room().floor_height_m.ok_or(ReasonCode::MissingData)?;
        let (low, high) = Solid::new(&object.bounds).span(2);
        let z = match part {
            Part::Bottom => low,
            Part::Centre => object.bounds.centre().z,
            Part::Top => high,
        };
        Ok(Amount::measured(z - floor, Unit::Metre))
    }

    pub(super) fn vertical_gap(upper: &Object, lower: &Object) -> Amount {
        let (bottom, top) = (Solid::new(&upper.bounds).span(2).0, Solid::new(&lower.bounds).span(2).1);
        Amount::measured(bottom - top, Unit::Metre)
    }

    pub(super) fn overlap(&mut self, of: &Object, over: &Object) -> Measured {
        let (of, over) = (Solid::new(&of.bounds), Solid::new(&over.bounds));
        let whole = of.shadow_m2();
        // A sliver is a footprint or none, as rounding has it.
        let sliver = 1e-10 * of.sides().into_iter().map(|side| side * side).sum::<f64>();
        self.doubt |= whole > 0.0 && whole <= sliver;
        if whole <= 0.0 {
            return Err(ReasonCode::OutsideDefinition);
        }
        Ok(Amount::measured((shared_shadow_m2(&of, &over) / whole).min(1.0), Unit::One))
    }

    /// Every other thing, one after the other: where its bottom is, and how much of it lies over.
    pub(super) fn occupancy(&mut self, of: &Object) -> Amount {
        let (bottom, top) = Solid::new(&of.bounds).span(2);
        let others: Vec<Object> = self.scene.objects().iter().filter(|other| other.id != of.id).cloned().collect();
        let mut count = 0;
        for other in others {
            let low = Solid::new(&other.bounds).span(2).0;
            let is_there =
                self.above(low - bottom, (top - bottom) / 4.0 - TOUCH) && !self.above(low - top, 0.05 + TOUCH);
            if is_there
                && let Ok(share) = self.overlap(&other, of)
                && self.above(share.value, 0.5 - TOUCH)
            {
                count += 1;
            }
        }
        Amount::given(f64::from(count), Unit::One)
    }

    pub(super) fn bearing(&mut self, rule: BearingDefinition, at: &Object, facing: &Object, of: &Object) -> Measured {
        let [stand, face, query] = [at, facing, of].map(|object| object.bounds.centre());
        let (ahead, towards) = (face - stand, query - stand);
        match rule {
            BearingDefinition::Horizontal => {
                let heading = |v: Vec2| v.y.atan2(v.x).to_degrees();
                for v in [ahead, towards] {
                    if !self.above(v.truncate().length(), HAIR) {
                        return Err(ReasonCode::DegenerateViewpoint);
                    }
                }
                let turn = (heading(towards.truncate()) - heading(ahead.truncate())).rem_euclid(360.0);
                Ok(Amount::measured(if turn > 180.0 { turn - 360.0 } else { turn }, Unit::Degree))
            }
            BearingDefinition::Shortened => {
                if ahead.length() == 0.0 || towards.length() == 0.0 {
                    return Err(ReasonCode::DegenerateViewpoint);
                }
                let (f, q) = ((ahead / ahead.length()).truncate(), (towards / towards.length()).truncate());
                let (forward, right) = (q.dot(f), q.x * f.y - q.y * f.x);
                let away = self.above(forward.abs(), 0.3);
                let aside = self.above(right.abs(), 0.3);
                let to_right = self.above(right, 0.0);
                let value = match (away, aside) {
                    (false, _) => {
                        if to_right {
                            -90.0
                        } else {
                            90.0
                        }
                    }
                    (true, false) => {
                        if forward > 0.0 {
                            0.0
                        } else {
                            180.0
                        }
                    }
                    (true, true) => {
                        let diagonal = if forward > 0.0 { 45.0 } else { 135.0 };
                        if to_right { -diagonal } else { diagonal }
                    }
                };
                Ok(Amount::given(value, Unit::Degree))
            }
        }
    }

    pub(super) fn room_area(&self) -> Measured {
        let room = self.scene.room();
        let area = room.floor.as_ref().map(polygon_m2).or(room.declared_area_m2).ok_or(ReasonCode::MissingData)?;
        Ok(Amount::measured(area, Unit::SquareMetre))
    }
}

fn polygon_m2(floor: &Polygon) -> f64 {
    ring_m2(floor.exterior()) - floor.holes().iter().map(|hole| ring_m2(hole)).sum::<f64>()
}

/// Triangles over the first corner, signed.
fn ring_m2(ring: &[Vec2]) -> f64 {
    let triangles = ring.windows(2).map(|side| (side[0] - ring[0]).perp_dot(side[1] - ring[0]) / 2.0);
    triangles.sum::<f64>().abs()
}
