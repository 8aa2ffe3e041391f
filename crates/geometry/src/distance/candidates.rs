//! The pairs of features among which the closest points of two disjoint boxes are found.
//!
//! Every candidate is a pair of points *of the two boxes*, so the least of them never understates the distance;
//! it is the distance because one of the pairs enumerated attains it.

use super::relative::{Gaps, Relative};
use crate::oriented_box::corner;
use crate::{Mat3, Vec3};

/// A direction component below this cannot be told from zero after the products of rotations; its sign is open.
const SIGN_OPEN: f64 = 1e-14;

/// The closest pair so far, in the frame of the first box.
pub(super) struct Best {
    /// Square of the distance, m².
    pub(super) squared: f64,
    pub(super) on_a: Vec3,
    pub(super) on_b: Vec3,
}

impl Best {
    fn offer(&mut self, on_a: Vec3, on_b: Vec3) {
        let squared = (on_a - on_b).length_squared();
        if squared < self.squared {
            *self = Self { squared, on_a, on_b };
        }
    }
}

/// The closest points of two boxes that do not meet.
pub(super) fn closest(pair: &Relative, gaps: &Gaps) -> Best {
    let mut best = corners_against_boxes(pair);
    let contact = pair.contact();
    // A corner that attains the widest gap, to rounding, needs no rival.
    let attained = gaps.certain + 2.0 * contact;
    if best.squared <= attained * attained {
        return best;
    }
    for (i, row) in gaps.crossed.iter().enumerate() {
        for (j, (gap, sine_squared)) in row.iter().enumerate() {
            // Closest points inside two edges are as far apart as the shadows on the common perpendicular, so an axis
            // with less than the widest gap is out; so are parallel edges, which have a closest pair at a corner.
            let reached = gap + contact;
            if *sine_squared > 0.0 && reached >= 0.0 && reached * reached >= gaps.certain * gaps.certain * sine_squared
            {
                edges_against_edges(pair, i, j, *sine_squared, &mut best);
            }
        }
    }
    best
}

/// Each corner of one box against the whole other box: exact by clamping.
fn corners_against_boxes(pair: &Relative) -> Best {
    let (squared_b, of_b) = nearest_corner(pair.b_in_a, pair.a_from_b, pair.half_b, pair.half_a);
    let (squared_a, of_a_in_b) = nearest_corner(pair.a_in_b, pair.b_from_a, pair.half_a, pair.half_b);
    if squared_b <= squared_a {
        Best { squared: squared_b, on_a: of_b.clamp(-pair.half_a, pair.half_a), on_b: of_b }
    } else {
        let in_a = |p: Vec3| pair.b_in_a + pair.a_from_b * p;
        let on_b_in_b = of_a_in_b.clamp(-pair.half_b, pair.half_b);
        Best { squared: squared_a, on_a: in_a(of_a_in_b), on_b: in_a(on_b_in_b) }
    }
}

/// Of a box given by centre, axes and half extents, the corner nearest to the box `half_other` around the origin, with
/// the square of its distance.
fn nearest_corner(centre: Vec3, axes: Mat3, half: Vec3, half_other: Vec3) -> (f64, Vec3) {
    let (u, v, w) = (axes.x_axis * half.x, axes.y_axis * half.y, axes.z_axis * half.z);
    // One coordinate of all corners at a time: the compiler makes vectors of that.
    let mut squared = [0.0; 8];
    for k in 0..3 {
        let (low, high) = (centre[k] - w[k], centre[k] + w[k]);
        let (du, dv) = (u[k] + v[k], u[k] - v[k]);
        let coordinates = [low - du, low + dv, low - dv, low + du, high - du, high + dv, high - dv, high + du];
        for (sum, x) in squared.iter_mut().zip(coordinates) {
            let beyond = x.abs() - half_other[k];
            let beyond = if beyond > 0.0 { beyond } else { 0.0 };
            *sum += beyond * beyond;
        }
    }
    let (mut least, mut index) = (squared[0], 0);
    for (i, value) in squared.into_iter().enumerate() {
        (least, index) = if value < least { (value, i) } else { (least, index) };
    }
    (least, centre + axes * corner(half, index))
}

/// Edges along axis i of `a` against edges along axis j of `b`.
///
/// Closest points inside two edges are joined by the common perpendicular, and both edges are the outermost ones in
/// that direction. This leaves one edge of each box, and its neighbours where the sign that chooses is open.
fn edges_against_edges(pair: &Relative, i: usize, j: usize, sine_squared: f64, best: &mut Best) {
    let (k, l) = ((i + 1) % 3, (i + 2) % 3);
    let (m, n) = ((j + 1) % 3, (j + 2) % 3);
    let (direction_b, axis_m, axis_n) = (pair.a_from_b.col(j), pair.a_from_b.col(m), pair.a_from_b.col(n));
    let mut across = Vec3::AXES[i].cross(direction_b);
    if across.dot(pair.b_in_a) < 0.0 {
        across = -across;
    }
    let choices_a = [outermost(across[k], pair.half_a[k]), outermost(across[l], pair.half_a[l])];
    let choices_b = [outermost(-across.dot(axis_m), pair.half_b[m]), outermost(-across.dot(axis_n), pair.half_b[n])];
    for (at_k, at_l) in pairs(choices_a) {
        for (at_m, at_n) in pairs(choices_b) {
            let mut on_a = Vec3::ZERO;
            (on_a[k], on_a[l]) = (at_k, at_l);
            let middle_b = pair.b_in_a + axis_m * at_m + axis_n * at_n;
            // Without the coordinate along edge `a`, what is left is a point and a line in the plane.
            let apart = middle_b - on_a;
            let t = -(apart[k] * direction_b[k] + apart[l] * direction_b[l]) / sine_squared;
            let on_b = middle_b + direction_b * t.clamp(-pair.half_b[j], pair.half_b[j]);
            on_a[i] = on_b[i].clamp(-pair.half_a[i], pair.half_a[i]);
            best.offer(on_a, on_b);
        }
    }
}

/// The side of a box (plus or minus its half extent) that is outermost in a direction with this component:
/// one, or both where rounding leaves the sign open.
fn outermost(component: f64, half: f64) -> (f64, Option<f64>) {
    let open = component.abs() <= SIGN_OPEN;
    (half.copysign(component), open.then_some(-half.copysign(component)))
}

/// All pairs of one choice each.
fn pairs([u, v]: [(f64, Option<f64>); 2]) -> impl Iterator<Item = (f64, f64)> {
    let both = |choice: (f64, Option<f64>)| std::iter::once(choice.0).chain(choice.1);
    both(u).flat_map(move |at_u| both(v).map(move |at_v| (at_u, at_v)))
}
