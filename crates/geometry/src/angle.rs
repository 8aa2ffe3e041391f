//! Headings and bearings in the horizontal plane.

use crate::{Vec2, Vec3};
use std::f64::consts::{PI, TAU};

/// Two points nearer than this (metres) give no direction.
const NO_DIRECTION_M: f64 = 1e-9;

/// The same angle in (−π, π]; an angle already there comes back unchanged, so borders stay exact.
pub fn wrap_signed(rad: f64) -> f64 {
    if -PI < rad && rad <= PI {
        return rad;
    }
    let turned = rad.rem_euclid(TAU);
    if turned > PI { turned - TAU } else { turned }
}

/// An angle of (−π, π] in degrees of (−180, 180]: straight back is 180, also where rounding would make it −180.
pub fn signed_deg(rad: f64) -> f64 {
    let degrees = rad.to_degrees();
    if degrees <= -180.0 { degrees + 360.0 } else { degrees }
}

/// The direction from one point to another, radians in (−π, π]: 0 along x, a quarter turn along y.
///
/// `None` where the points are closer than 1e-9 m.
pub fn heading_rad(from: Vec2, to: Vec2) -> Option<f64> {
    let along = direction(from, to)?;
    Some(wrap_signed(along.y.atan2(along.x)))
}

/// Where `of` lies for someone who stands at `at` and looks towards the point `facing`; heights do not matter.
///
/// Radians in (−π, π]: 0 straight ahead, **positive to the left** (counter-clockwise seen from above), π behind.
/// `None` where either point is horizontally closer than 1e-9 m to `at`.
pub fn bearing_rad(at: Vec3, facing: Vec3, of: Vec3) -> Option<f64> {
    let ahead = direction(at.truncate(), facing.truncate())?;
    let towards = direction(at.truncate(), of.truncate())?;
    Some(wrap_signed(ahead.perp_dot(towards).atan2(ahead.dot(towards))))
}

/// The displacement, scaled so that its larger component is ±1 and no later product over- or underflows.
fn direction(from: Vec2, to: Vec2) -> Option<Vec2> {
    // Halves first: the difference of two huge numbers may overflow.
    let half = to / 2.0 - from / 2.0;
    let size = half.abs().max_element();
    let direction = half / size;
    // Written so that a NaN has no direction either.
    (direction.length() * size * 2.0 >= NO_DIRECTION_M && direction.is_finite()).then_some(direction)
}
