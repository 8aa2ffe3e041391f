//! Angles in degrees: bearings by complex division, `SpatialEvo`'s rule, and angles between sides.

use scene::geometry::Vec3;

use crate::body::Body;

/// Angle from O − P to Q − P in (−180, 180], counter-clockwise positive; with the horizontal distances of O and Q.
pub(crate) fn bearing([at, facing, of]: [Vec3; 3]) -> Result<(f64, [f64; 2]), &'static str> {
    let (o, q) = ((facing - at).truncate(), (of - at).truncate());
    if o.length() == 0.0 || q.length() == 0.0 {
        return Err("centres that are apart");
    }
    // q / o as complex numbers, times |o|².
    let degrees = (q.y * o.x - q.x * o.y).atan2(q.x * o.x + q.y * o.y).to_degrees();
    Ok((if degrees <= -180.0 { 180.0 } else { degrees }, [o.length(), q.length()]))
}

/// The middle of the eighth that `SpatialEvo`'s rule answers.
pub(crate) fn shortened([at, facing, of]: [Vec3; 3]) -> Result<f64, &'static str> {
    let unit = |to: Vec3| (to - at).try_normalize().ok_or("centres that are apart");
    let (f, q) = (unit(facing)?, unit(of)?);
    let (forward, right) = (q.x * f.x + q.y * f.y, q.x * f.y - q.y * f.x);
    let side = if right < 0.0 { 1.0 } else { -1.0 };
    Ok(match (forward.abs() < 0.3, right.abs() < 0.3, forward > 0.0) {
        (true, _, _) => 90.0 * side,
        (_, true, true) => 0.0,
        (_, true, false) => 180.0,
        (_, _, true) => 45.0 * side,
        (_, _, false) => 135.0 * side,
    })
}

/// Acute angle between the longer horizontal sides, 0 to 90.
/// A box whose horizontal sides differ by no more than `doubt_m` and a hundredth has no longer side.
pub(crate) fn between_sides(a: &Body, b: &Body, doubt_m: f64) -> Result<f64, &'static str> {
    let direction = |body: &Body| {
        let (longer, shorter) = body.horizontal()?;
        let (long, short) = (2.0 * body.half[longer], 2.0 * body.half[shorter]);
        let clear = long - short > doubt_m + 0.01 * long;
        clear.then(|| body.axes[longer].truncate()).ok_or("a box with a longer side")
    };
    let (u, v) = (direction(a)?, direction(b)?);
    Ok((u.x * v.y - u.y * v.x).abs().atan2(u.dot(v).abs()).to_degrees())
}
