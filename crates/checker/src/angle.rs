//! Angles: bearings by complex division, SpatialEvo's rule, and angles between sides. Degrees.

use crate::body::{Body, Point, dot, flat, length, minus};

/// Angle from O − P to Q − P in (−180, 180], counter-clockwise positive; with the two horizontal distances.
pub(crate) fn bearing(at: Point, facing: Point, of: Point) -> Option<(f64, f64, f64)> {
    let (o, q) = (flat(minus(facing, at)), flat(minus(of, at)));
    if length(o) == 0.0 || length(q) == 0.0 {
        return None;
    }
    // q / o as complex numbers, times |o|².
    let degrees = (q[1] * o[0] - q[0] * o[1]).atan2(dot(q, o)).to_degrees();
    Some((if degrees <= -180.0 { 180.0 } else { degrees }, length(o), length(q)))
}

/// The middle of the eighth that SpatialEvo's rule answers.
pub(crate) fn shortened(at: Point, facing: Point, of: Point) -> Option<f64> {
    let (o, q) = (minus(facing, at), minus(of, at));
    let (o_length, q_length) = (length(o), length(q));
    if o_length == 0.0 || q_length == 0.0 {
        return None;
    }
    let (f, q) = (o.map(|x| x / o_length), q.map(|x| x / q_length));
    let forward = q[0] * f[0] + q[1] * f[1];
    let right = q[0] * f[1] - q[1] * f[0];
    Some(if forward.abs() < 0.3 {
        if right < 0.0 { 90.0 } else { -90.0 }
    } else if right.abs() < 0.3 {
        if forward > 0.0 { 0.0 } else { 180.0 }
    } else {
        let turned = if forward > 0.0 { 45.0 } else { 135.0 };
        if right < 0.0 { turned } else { -turned }
    })
}

/// Acute angle between the longer horizontal sides, 0 to 90.
///
/// `doubt_m`: a box whose two horizontal sides differ by no more than this and a hundredth has no longer side.
pub(crate) fn between_sides(a: &Body, b: &Body, doubt_m: f64) -> Result<f64, &'static str> {
    let direction = |body: &Body| {
        let (longer, shorter) = body.horizontal().ok_or("a box does not stand upright")?;
        let (long, short) = (2.0 * body.half[longer], 2.0 * body.half[shorter]);
        if long - short > doubt_m + 0.01 * long {
            Ok(flat(body.axes[longer]))
        } else {
            Err("a box has no longer side")
        }
    };
    let (u, v) = (direction(a)?, direction(b)?);
    Ok((u[0] * v[1] - u[1] * v[0]).abs().atan2(dot(u, v).abs()).to_degrees())
}
