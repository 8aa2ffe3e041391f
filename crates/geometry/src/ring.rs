//! Small helpers of plane geometry shared by outlines and polygons.

use crate::Vec2;

/// The distance from `p` to the segment from `u` to `v`, metres.
pub(crate) fn segment_point_distance(u: Vec2, v: Vec2, p: Vec2) -> f64 {
    let (along, to) = (v - u, p - u);
    let squared = along.length_squared();
    if squared == 0.0 {
        return to.length();
    }
    let t = to.dot(along) / squared;
    if t <= 0.0 {
        to.length()
    } else if t >= 1.0 {
        p.distance(v)
    } else {
        // Off the line rather than to the foot point: no cancellation where the segment is long.
        along.perp_dot(to).abs() / squared.sqrt()
    }
}

/// The sides of a closed ring, the last joining the last vertex to the first.
pub(crate) fn sides(ring: &[Vec2]) -> impl Iterator<Item = (Vec2, Vec2)> + '_ {
    ring.iter().zip(ring.iter().cycle().skip(1)).map(|(p, q)| (*p, *q))
}

/// The least rectangle along the axes around an outline: its lower left and upper right corner.
pub(crate) fn bounds(ring: &[Vec2]) -> (Vec2, Vec2) {
    let start = (Vec2::splat(f64::INFINITY), Vec2::splat(f64::NEG_INFINITY));
    ring.iter().fold(start, |(low, high), p| (low.min(*p), high.max(*p)))
}

/// The signed area of a closed ring, m²: positive where it runs counter-clockwise.
pub(crate) fn signed_area(ring: &[Vec2]) -> f64 {
    let Some(origin) = ring.first() else {
        return 0.0;
    };
    sides(ring).map(|(p, q)| (p - origin).perp_dot(q - origin)).sum::<f64>() / 2.0
}

/// Whether two segments cross at a point inside both.
pub(crate) fn cross_properly(p: (Vec2, Vec2), q: (Vec2, Vec2)) -> bool {
    let side = |u: Vec2, v: Vec2, w: Vec2| (v - u).perp_dot(w - u);
    let apart = |u: f64, v: f64| (u > 0.0 && v < 0.0) || (u < 0.0 && v > 0.0);
    apart(side(p.0, p.1, q.0), side(p.0, p.1, q.1)) && apart(side(q.0, q.1, p.0), side(q.0, q.1, p.1))
}
