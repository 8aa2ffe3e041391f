//! Where an object lies for someone standing at one object and facing another.

use geometry::{Vec3, bearing_rad};
use scene::Object;

use super::{Context, Measured, the};
use crate::{BearingDefinition, Reason, ReasonCode, Unit};

pub(super) fn bearing(
    context: &Context<'_>,
    definition: BearingDefinition,
    at: &Object,
    facing: &Object,
    of: &Object,
) -> Result<Measured, Reason> {
    let (stand, face, query) = (at.bounds.centre(), facing.bounds.centre(), of.bounds.centre());
    match definition {
        BearingDefinition::Horizontal => {
            let angle = bearing_rad(stand, face, query).ok_or_else(|| {
                Reason::new(
                    ReasonCode::DegenerateViewpoint,
                    format!(
                        "seen from above, {} and {} or {} stand on the same spot, so there is no direction between them",
                        the(at),
                        the(facing),
                        the(of)
                    ),
                )
            })?;
            let spread = context.sigmas * context.noise().position_m * std::f64::consts::SQRT_2;
            let turn = |to: Vec3| {
                let quotient = spread / stand.truncate().distance(to.truncate());
                if quotient < 1.0 { quotient.asin().to_degrees() } else { 180.0 }
            };
            let tolerance = (turn(face) + turn(query)).min(180.0);
            Ok(context.around(angle.to_degrees(), tolerance, Unit::Degree))
        }
        BearingDefinition::Shortened => {
            shortened_deg(stand, face, query).map(|value| Measured::exact(value, Unit::Degree)).ok_or_else(|| {
                Reason::new(
                    ReasonCode::DegenerateViewpoint,
                    format!("{} stands where {} or {} does", the(at), the(facing), the(of)),
                )
            })
        }
    }
}

/// SpatialEvo's rule: directions are normalised with their height, then the height is dropped, so that a
/// component shrinks below 0.3 as an object rises. The result is the middle of the eighth it answers.
fn shortened_deg(stand: Vec3, face: Vec3, query: Vec3) -> Option<f64> {
    let f = (face - stand).try_normalize()?.truncate();
    let q = (query - stand).try_normalize()?.truncate();
    let forward = q.dot(f);
    let right = q.x * f.y - q.y * f.x;
    Some(if forward.abs() < 0.3 {
        if right < 0.0 { 90.0 } else { -90.0 }
    } else if right.abs() < 0.3 {
        if forward > 0.0 { 0.0 } else { 180.0 }
    } else {
        match (forward > 0.0, right > 0.0) {
            (true, true) => -45.0,
            (true, false) => 45.0,
            (false, true) => -135.0,
            (false, false) => 135.0,
        }
    })
}
