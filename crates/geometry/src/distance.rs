//! Exact distances between boxes, points and segments.

mod candidates;
mod common_point;
mod relative;

use crate::{Mat3, OrientedBox, Vec3};
use relative::Relative;

/// The closest pair of points of two closed solids, in the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closest {
    /// The distance between the two points, metres; 0 where the solids meet.
    pub distance_m: f64,
    /// The point on (or, where they meet, in) the first solid.
    pub on_a: Vec3,
    /// The point on (or, where they meet, in) the second solid; equal to `on_a` where they meet.
    pub on_b: Vec3,
}

/// The closest points of two boxes; the distance is exact to rounding (about 1e-14 of the size of the pair).
///
/// The points are certain to the root of that only: to slide them a little hardly changes the distance.
/// Where the boxes touch, intersect, or one holds the other, the distance is 0 and both points are one common point.
/// Closest points of two convex polyhedra are a vertex and a face, or two edges; after a separating-axis test the
/// few candidates are enumerated (see Ericson, *Real-Time Collision Detection*, §5.1.9 and §4.4).
pub fn box_box(a: &OrientedBox, b: &OrientedBox) -> Closest {
    solve(a, &Relative::of(a, b))
}

/// The closest points of a box and the world point `p`; a point in the box is at distance 0.
pub fn box_point(a: &OrientedBox, p: &Vec3) -> Closest {
    let p_in_a = a.local(tame(*p));
    let on_a_in_a = p_in_a.clamp(-a.half(), a.half());
    if on_a_in_a == p_in_a {
        return Closest { distance_m: 0.0, on_a: *p, on_b: *p };
    }
    let distance_m = (p_in_a - on_a_in_a).length();
    Closest { distance_m, on_a: a.world(on_a_in_a), on_b: *p }
}

/// The closest points of a box and the segment from `p` to `q` (world); a segment that meets the box is at distance 0.
pub fn box_segment(a: &OrientedBox, p: &Vec3, q: &Vec3) -> Closest {
    let (p, q) = (tame(*p), tame(*q));
    let along = q - p;
    let Some(direction) = along.try_normalize() else {
        return box_point(a, &p);
    };
    // A segment is a box with one extent: the same exact method serves.
    let (u, v) = direction.any_orthonormal_pair();
    let half_b = Vec3::new(along.length() / 2.0, 0.0, 0.0);
    let a_from_b = a.axes().transpose() * Mat3::from_cols(direction, u, v);
    solve(a, &Relative::new(a.half(), half_b, a.local(p.midpoint(q)), a_from_b))
}

/// Coordinates that squares cannot overflow: finite input must give finite output.
fn tame(p: Vec3) -> Vec3 {
    p.clamp(Vec3::splat(-1e150), Vec3::splat(1e150))
}

/// The closest points of a pair, carried back from the frame of `a` to the world.
fn solve(a: &OrientedBox, pair: &Relative) -> Closest {
    let common = |p: Vec3| {
        let p = a.world(p);
        Closest { distance_m: 0.0, on_a: p, on_b: p }
    };
    let gaps = pair.gaps();
    if gaps.certain == 0.0
        && let Some(p) = common_point::common_point(pair)
    {
        return common(p);
    }
    let best = candidates::closest(pair, &gaps);
    let distance_m = best.squared.sqrt();
    if distance_m <= pair.contact() {
        return common(best.on_a);
    }
    Closest { distance_m, on_a: a.world(best.on_a), on_b: a.world(best.on_b) }
}
