//! Distances by enumeration of features.
//!
//! Two convex polytopes that are apart are nearest at a corner of one and a face of the other, or at two edges; two
//! that meet have an edge of one that meets the other. So twelve and twelve edges, each against the other box and
//! each against each other, decide everything; there is no iteration and nothing to converge.

use scene::geometry::Vec3;

use crate::{body::Body, footprint};

/// Least distance between points of the two boxes, 0 if they meet.
pub(crate) fn surface(a: &Body, b: &Body) -> f64 {
    if a.edges().any(|edge| b.meets(edge)) || b.edges().any(|edge| a.meets(edge)) {
        return 0.0;
    }
    let corners = |of: &Body, to: &Body| of.corners().into_iter().map(|p| to.distance(p)).fold(f64::INFINITY, f64::min);
    corners(a, b).min(corners(b, a)).min(between_edges(a, b, Vec3::ONE))
}

/// Least distance between the vertical projections of the two boxes, 0 if they meet.
///
/// The border of a footprint consists of projected edges. If no borders touch, one footprint may still lie in the
/// other, and then so does its centre.
pub(crate) fn horizontal(a: &Body, b: &Body) -> f64 {
    let within = footprint::outside(a, b.centre).min(footprint::outside(b, a.centre)) <= 0.0;
    if within { 0.0 } else { between_edges(a, b, Vec3::new(1.0, 1.0, 0.0)) }
}

/// Least distance between edges, whose coordinates are multiplied by `seen`.
fn between_edges(a: &Body, b: &Body, seen: Vec3) -> f64 {
    let others: Vec<[Vec3; 2]> = b.edges().map(|edge| edge.map(|end| end * seen)).collect();
    let to_others = |p: [Vec3; 2]| others.iter().map(move |q| segments(p.map(|end| end * seen), *q));
    a.edges().flat_map(to_others).fold(f64::INFINITY, f64::min)
}

/// Distance of a point from a segment.
fn to_segment(point: Vec3, [from, to]: [Vec3; 2]) -> f64 {
    let share = (point - from).dot(to - from) / (to - from).length_squared();
    // A segment without length is its first point.
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    point.distance(from + share * (to - from))
}

/// Distance of two segments: at an end of one of them, or where their lines are nearest if that is inside both.
fn segments(p: [Vec3; 2], q: [Vec3; 2]) -> f64 {
    let ends = to_segment(p[0], q).min(to_segment(p[1], q)).min(to_segment(q[0], p)).min(to_segment(q[1], p));
    let (u, v, w) = (p[1] - p[0], q[1] - q[0], p[0] - q[0]);
    let s = (u.dot(v) * v.dot(w) - v.dot(v) * u.dot(w)) / (u.dot(u) * v.dot(v) - u.dot(v) * u.dot(v));
    // Parallel lines (0/0) are nearest at an end too. The point on `q` is found anew, so that an inexact `s` costs
    // only what moving along nearly parallel lines costs.
    if (0.0..=1.0).contains(&s) { ends.min(to_segment(p[0] + s * u, q)) } else { ends }
}
