//! A point that two boxes share, if they share any.

use super::relative::Relative;
use crate::Vec3;
use crate::oriented_box::corner;

/// A point of both boxes, in the frame of the first; `None` where none was found.
///
/// Two convex polyhedra meet exactly if an edge of one meets the other. A meeting that rounding hides here
/// shows as a distance of nearly zero among the candidates, so nothing is lost.
pub(super) fn common_point(pair: &Relative) -> Option<Vec3> {
    let tolerance = pair.contact() / 2.0;
    // The point of one box nearest to the centre of the other is nearly always common, and cheap to try.
    let p = pair.b_in_a.clamp(-pair.half_a, pair.half_a);
    if (pair.a_in_b + pair.b_from_a * p).abs().cmple(pair.half_b).all() {
        return Some(p);
    }
    let p = pair.b_in_a + pair.a_from_b * pair.a_in_b.clamp(-pair.half_b, pair.half_b);
    if p.abs().cmple(pair.half_a).all() {
        return Some(p);
    }
    let of_b = edges(pair.half_b)
        .map(|(p, along)| (pair.b_in_a + pair.a_from_b * p, pair.a_from_b * along))
        .find_map(|(p, along)| clip(p, along, pair.half_a, tolerance));
    of_b.or_else(|| {
        edges(pair.half_a)
            .map(|(p, along)| (pair.a_in_b + pair.b_from_a * p, pair.b_from_a * along))
            .find_map(|(p, along)| clip(p, along, pair.half_b, tolerance))
            .map(|p| pair.b_in_a + pair.a_from_b * p)
    })
}

/// The twelve edges of a box around the origin: a corner and the vector along the edge from there.
fn edges(half: Vec3) -> impl Iterator<Item = (Vec3, Vec3)> {
    (0..3).flat_map(move |axis| {
        let along = Vec3::AXES[axis] * (2.0 * half[axis]);
        (0..8).filter(move |i| i >> axis & 1 == 0).map(move |i| (corner(half, i), along))
    })
}

/// The middle of the part of the segment p, p + along inside the box of these half extents around the origin.
fn clip(p: Vec3, along: Vec3, half: Vec3, tolerance: f64) -> Option<Vec3> {
    let (mut start, mut end) = (0.0_f64, 1.0_f64);
    for k in 0..3 {
        let reach = half[k] + tolerance;
        if along[k] == 0.0 {
            if p[k].abs() > reach {
                return None;
            }
            continue;
        }
        let (t, u) = ((-reach - p[k]) / along[k], (reach - p[k]) / along[k]);
        start = start.max(t.min(u));
        end = end.min(t.max(u));
        if start > end {
            return None;
        }
    }
    Some(p + along * f64::midpoint(start, end))
}
