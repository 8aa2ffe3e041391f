//! Distances by enumeration of features.
//!
//! Two convex polytopes that are apart are nearest at a corner of one and a face of the other, or at two edges; two
//! that meet have an edge of one that meets the other. So twelve and twelve edges, each against the other box and
//! each against each other, decide everything; there is no iteration and nothing to converge.

use crate::body::{Body, Point, along, dot, flat, length, minus};

/// Least distance between points of the two boxes, 0 if they meet.
pub(crate) fn surface(a: &Body, b: &Body) -> f64 {
    if a.edges().any(|edge| b.meets(edge)) || b.edges().any(|edge| a.meets(edge)) {
        return 0.0;
    }
    let to_corner = |of: &Body, from: &Body| {
        let away = |corner: Point| length(minus(corner, of.nearest(corner)));
        from.corners().into_iter().map(away).fold(f64::INFINITY, f64::min)
    };
    to_corner(a, b).min(to_corner(b, a)).min(between_edges(a, b, |point| point))
}

/// Least distance between the vertical projections of the two boxes, 0 if they meet.
///
/// The border of a footprint consists of projected edges. If no borders touch, one footprint may still lie in the
/// other, and then so does its centre.
pub(crate) fn horizontal(a: &Body, b: &Body) -> f64 {
    if crate::footprint::outside(a, b.centre) <= 0.0 || crate::footprint::outside(b, a.centre) <= 0.0 {
        return 0.0;
    }
    between_edges(a, b, flat)
}

fn between_edges(a: &Body, b: &Body, seen: impl Fn(Point) -> Point) -> f64 {
    let others: Vec<[Point; 2]> = b.edges().map(|edge| edge.map(&seen)).collect();
    let pairs = a.edges().flat_map(|edge| others.iter().map(move |other| (edge, *other)));
    pairs.map(|(p, q)| segments(p.map(&seen), q)).fold(f64::INFINITY, f64::min)
}

/// Distance of a point from a segment.
fn to_segment(point: Point, [from, to]: [Point; 2]) -> f64 {
    let step = minus(to, from);
    let share = dot(minus(point, from), step) / dot(step, step);
    // A segment without length is its first point.
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    length(minus(point, along(from, share, step)))
}

/// Distance of two segments: at an end of one of them, or where their lines are nearest if that is inside both.
fn segments(p: [Point; 2], q: [Point; 2]) -> f64 {
    let ends = to_segment(p[0], q).min(to_segment(p[1], q)).min(to_segment(q[0], p)).min(to_segment(q[1], p));
    let (u, v, w) = (minus(p[1], p[0]), minus(q[1], q[0]), minus(p[0], q[0]));
    let (uu, uv, vv, uw, vw) = (dot(u, u), dot(u, v), dot(v, v), dot(u, w), dot(v, w));
    let s = (uv * vw - vv * uw) / (uu * vv - uv * uv);
    // Parallel lines (0/0) are nearest at an end too. The point on `q` is found anew, so that an inexact `s` costs
    // only what moving along nearly parallel lines costs.
    if (0.0..=1.0).contains(&s) { ends.min(to_segment(along(p[0], s, u), q)) } else { ends }
}
