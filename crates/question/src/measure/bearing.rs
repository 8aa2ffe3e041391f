//! Where an object lies for someone standing at one object and facing another.

use super::{Context, Measured, place::Place};
use crate::{BearingDefinition, Reason, ReasonCode, Unit};
use geometry::{Vec3, bearing_rad, signed_deg};

pub(super) fn bearing(
    context: &Context<'_>,
    definition: BearingDefinition,
    at: &Place<'_>,
    facing: &Place<'_>,
    of: &Place<'_>,
) -> Result<Measured, Reason> {
    let (stand, face, query) = (at.centre(), facing.centre(), of.centre());
    match definition {
        BearingDefinition::Horizontal => {
            let angle = bearing_rad(stand, face, query).ok_or_else(|| {
                Reason::new(
                    ReasonCode::DegenerateViewpoint,
                    format!(
                        "seen from above, {} and {} or {} stand on the same spot, so there is no direction between them",
                        at.the(),
                        facing.the(),
                        of.the()
                    ),
                )
            })?;
            let turn = |to: &Place<'_>| {
                let spread = context.sigmas * at.position_m.hypot(to.position_m);
                half_angle_deg(spread / stand.truncate().distance(to.centre().truncate()))
            };
            let tolerance = (turn(facing) + turn(of)).min(180.0);
            Ok(context.around(signed_deg(angle), tolerance, Unit::Degree))
        }
        BearingDefinition::Shortened => {
            shortened_deg(stand, face, query).map(|value| Measured::exact(value, Unit::Degree)).ok_or_else(|| {
                Reason::new(
                    ReasonCode::DegenerateViewpoint,
                    format!("{} stands where {} or {} does", at.the(), facing.the(), of.the()),
                )
            })
        }
    }
}

/// How far a direction may turn whose end moves by this share of its length: every way where the share is 1 or more.
pub(super) fn half_angle_deg(share: f64) -> f64 {
    if share < 1.0 { share.asin().to_degrees() } else { 180.0 }
}

/// The turn at `at`, coming from `from`, towards `to`: a bearing with one's back to where one comes from.
pub(super) fn bend(
    context: &Context<'_>,
    from: &Place<'_>,
    at: &Place<'_>,
    to: &Place<'_>,
) -> Result<Measured, Reason> {
    let back = bearing(context, BearingDefinition::Horizontal, at, from, to)?;
    // Straight back is written +180, also where rounding makes it so.
    let turn = if back.value - 180.0 > -180.0 { -180.0 } else { 180.0 };
    Ok(Measured { value: back.value + turn, lo: back.lo + turn, hi: back.hi + turn, ..back })
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
