//! How far a box is from running into another, standing or moved straight on.

use crate::{OrientedBox, Vec3, box_box};

/// Steps of the search along a way; each leaves 62 % of it.
const STEPS: usize = 64;

/// The signed distance between two boxes, the first moved along `way` (metres): the least distance on the way, or,
/// where it runs into the second, the negative of how far the second would have to be pushed out of the way.
///
/// What the first passes on a straight way is convex, and so the axes that may separate two convex bodies decide:
/// normals of faces, and common normals of two edges (Gottschalk, Lin, Manocha 1996). The distance to a box that moves
/// straight on is convex in time, so that a golden section finds the least.
pub fn clearance_m(a: &OrientedBox, b: &OrientedBox, way: Vec3) -> f64 {
    let (ends, others) = (a.axes(), b.axes());
    let edges = [ends.x_axis, ends.y_axis, ends.z_axis, way.normalize_or_zero()];
    let faces = [others.x_axis, others.y_axis, others.z_axis];
    let between_edges = edges.iter().flat_map(|u| faces.iter().map(move |v| u.cross(*v)));
    let of_the_way = edges[..3].iter().map(|u| u.cross(edges[3]));
    let axes = edges[..3].iter().copied().chain(faces).chain(of_the_way).chain(between_edges);
    let reach = |bounds: &OrientedBox, axis: Vec3| (bounds.axes().transpose() * axis).abs().dot(bounds.half());
    let apart = b.centre() - a.centre() - way / 2.0;
    let separation = |axis: Vec3| {
        let axis = if axis.length_squared() > 1e-12 { axis.normalize() } else { return f64::NEG_INFINITY };
        apart.dot(axis).abs() - reach(a, axis) - reach(b, axis) - way.dot(axis).abs() / 2.0
    };
    let gap = axes.map(separation).fold(f64::NEG_INFINITY, f64::max);
    if gap <= 0.0 {
        return gap;
    }
    let distance = |share: f64| a.translated(way * share).map_or(f64::INFINITY, |moved| box_box(&moved, b).distance_m);
    if way == Vec3::ZERO {
        return distance(0.0);
    }
    let (mut from, mut to) = (0.0, 1.0);
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    for _ in 0..STEPS {
        let (early, late) = (to - golden * (to - from), from + golden * (to - from));
        if distance(early) <= distance(late) { to = late } else { from = early }
    }
    distance(0.0).min(distance(1.0)).min(distance(f64::midpoint(from, to)))
}
