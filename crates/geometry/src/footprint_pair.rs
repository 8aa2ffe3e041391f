//! Two outlines seen from above: their distance and their common area.

use crate::ring::{segment_point_distance, signed_area};
use crate::{Footprint, Vec2};

/// The distance between two outlines in the horizontal plane, metres; 0 where they touch or overlap.
pub fn footprint_distance(a: &Footprint, b: &Footprint) -> f64 {
    if let ([p], [q]) = (a.vertices(), b.vertices()) {
        return p.distance(*q);
    }
    if !separated(a, b) && !separated(b, a) {
        return 0.0;
    }
    // Of two convex outlines apart, the closest points include a vertex of one.
    let to_sides = |a: &Footprint, b: &Footprint| {
        let near = |p: Vec2| a.sides().map(move |(u, v)| segment_point_distance(u, v, p)).fold(f64::INFINITY, f64::min);
        b.vertices().iter().map(|p| near(*p)).fold(f64::INFINITY, f64::min)
    };
    to_sides(a, b).min(to_sides(b, a))
}

/// Whether a side of `a` (or, where `a` is a segment, its direction) has `b` wholly beyond.
fn separated(a: &Footprint, b: &Footprint) -> bool {
    let beyond = |outward: Vec2, at: Vec2| b.vertices().iter().all(|p| outward.dot(*p - at) > 0.0);
    let flat = a.vertices().len() == 2;
    a.sides().any(|(u, v)| beyond(-(v - u).perp(), u) || (flat && beyond(v - u, v)))
}

/// The area common to two outlines, m² (clipping one by the sides of the other: Sutherland and Hodgman 1974).
pub fn footprint_overlap_m2(a: &Footprint, b: &Footprint) -> f64 {
    if a.vertices().len() < 3 || b.vertices().len() < 3 {
        return 0.0;
    }
    // Two convex outlines of at most eight vertices have at most sixteen in common; the rest is room for rounding.
    let mut loops = [[Vec2::ZERO; 32]; 2];
    let mut count = a.vertices().len();
    loops[0][..count].copy_from_slice(a.vertices());
    for (u, v) in b.sides() {
        let [from, to] = &mut loops;
        count = clip(&from[..count], to, |p| (v - u).perp_dot(p - u));
        loops.swap(0, 1);
    }
    signed_area(&loops[0][..count]).max(0.0)
}

/// Keeps of a convex loop what lies where `side` is not negative; returns how many vertices it wrote.
fn clip(from: &[Vec2], to: &mut [Vec2], side: impl Fn(Vec2) -> f64) -> usize {
    let mut count = 0;
    let mut keep = |p: Vec2| {
        if let Some(slot) = to.get_mut(count) {
            *slot = p;
            count += 1;
        }
    };
    for (p, q) in crate::ring::sides(from) {
        let (at_p, at_q) = (side(p), side(q));
        if at_p >= 0.0 {
            keep(p);
        }
        if (at_p >= 0.0) != (at_q >= 0.0) {
            keep(p + (q - p) * (at_p / (at_p - at_q)));
        }
    }
    count
}
