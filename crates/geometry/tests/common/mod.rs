//! Random boxes, and slow independent references for distance and volume.

#![allow(dead_code, reason = "every test binary compiles this module and uses a part of it")]
#![expect(clippy::expect_used, reason = "a reference that cannot be built is a broken test")]

use geometry::{Mat3, OrientedBox, Quat, Vec2, Vec3};
use proptest::prelude::*;

/// A half extent: ordinary, flat, thin or long.
fn half_extent() -> impl Strategy<Value = f64> {
    prop_oneof![6 => 0.05..2.0, 1 => Just(0.0), 1 => Just(0.5), 1 => 1e-4..1e-3, 1 => 20.0..50.0]
}

/// A coordinate: anywhere, or on a coarse grid so that faces touch and coincide.
fn coordinate() -> impl Strategy<Value = f64> {
    prop_oneof![2 => -3.0..3.0, 1 => (-6..=6_i32).prop_map(|k| f64::from(k) * 0.5)]
}

/// Any rotation, one about z, a right angle, or one a hair from a right angle.
pub(crate) fn rotation() -> impl Strategy<Value = Mat3> {
    let any = prop::array::uniform4(-1.0..1.0_f64)
        .prop_filter("too short to normalise", |q| q.iter().map(|c| c * c).sum::<f64>() > 1e-3)
        .prop_map(|q| Mat3::from_quat(Quat::from_array(q).normalize()));
    let right = (0..4_i32).prop_map(|k| Mat3::from_rotation_z(f64::from(k) * std::f64::consts::FRAC_PI_2));
    let hair = (1e-12..1e-6_f64, 0..3_usize).prop_map(|(by, axis)| Mat3::from_axis_angle(Vec3::AXES[axis], by));
    prop_oneof![4 => any, 3 => (-4.0..4.0_f64).prop_map(Mat3::from_rotation_z), 2 => right, 2 => hair]
}

/// A point of the scene.
pub(crate) fn point() -> impl Strategy<Value = Vec3> {
    [coordinate(), coordinate(), coordinate()].prop_map(Vec3::from_array)
}

/// A box of any kind, degenerate ones included.
pub(crate) fn any_box() -> impl Strategy<Value = OrientedBox> {
    (point(), [half_extent(), half_extent(), half_extent()], rotation())
        .prop_map(|(centre, half, axes)| OrientedBox::new(centre, Vec3::from_array(half), axes).expect("valid"))
}

/// A box that stands upright.
pub(crate) fn upright_box() -> impl Strategy<Value = OrientedBox> {
    (point(), [half_extent(), half_extent(), half_extent()], -4.0..4.0_f64)
        .prop_map(|(centre, half, yaw)| OrientedBox::upright(centre, Vec3::from_array(half), yaw).expect("valid"))
}

/// The distance of two boxes as the least |G·x − d| over x in [−1, 1]⁶, by trying every active set of the quadratic
/// programme: each of six parameters at its lower end, at its upper end, or free (at most three free, since space has
/// three dimensions). Shares nothing with the separating axes of the engine.
pub(crate) fn slow_distance(a: &OrientedBox, b: &OrientedBox) -> f64 {
    let columns: Vec<Vec3> = (0..6)
        .map(|i| if i < 3 { a.axes().col(i) * a.half()[i] } else { -b.axes().col(i - 3) * b.half()[i - 3] })
        .collect();
    let between = b.centre() - a.centre();
    let mut best = f64::INFINITY;
    for code in 0..3_usize.pow(6) {
        let state: Vec<usize> = (0..6).map(|i| code / 3_usize.pow(i) % 3).collect();
        let free: Vec<usize> = (0..6).filter(|i| state[*i] == 2).collect();
        if free.len() > 3 {
            continue;
        }
        let mut x: Vec<f64> = state.iter().map(|s| [-1.0, 1.0, 0.0][*s]).collect();
        let rest = between - (0..6).map(|i| columns[i] * x[i]).sum::<Vec3>();
        for (i, value) in free.iter().zip(least_squares(&free.iter().map(|i| columns[*i]).collect::<Vec<_>>(), rest)) {
            x[*i] = value.clamp(-1.0, 1.0);
        }
        best = best.min(((0..6).map(|i| columns[i] * x[i]).sum::<Vec3>() - between).length());
    }
    best
}

/// The least-squares coefficients of `target` in up to three columns (Gram–Schmidt, twice for accuracy).
fn least_squares(columns: &[Vec3], target: Vec3) -> Vec<f64> {
    let mut basis: Vec<Vec3> = Vec::new();
    let mut upper = vec![vec![0.0; columns.len()]; columns.len()];
    for (j, column) in columns.iter().enumerate() {
        let mut rest = *column;
        for _ in 0..2 {
            for (i, q) in basis.iter().enumerate() {
                let part = q.dot(rest);
                upper[i][j] += part;
                rest -= *q * part;
            }
        }
        let length = rest.length();
        let dependent = length <= 1e-14 * column.length();
        upper[j][j] = if dependent { 0.0 } else { length };
        basis.push(if dependent { Vec3::ZERO } else { rest / length });
    }
    let mut x = vec![0.0; columns.len()];
    for j in (0..columns.len()).rev() {
        let known: f64 = (j + 1..columns.len()).map(|k| upper[j][k] * x[k]).sum();
        x[j] = if upper[j][j] == 0.0 { 0.0 } else { (basis[j].dot(target) - known) / upper[j][j] };
    }
    x
}

/// The common volume by slicing: between the heights of vertices the area of a slice is a quadratic of the height, so
/// a two-point rule is exact there. Vertices come from all triples of the twelve planes, slices from clipping a large
/// square by twelve lines.
pub(crate) fn slow_volume(a: &OrientedBox, b: &OrientedBox) -> f64 {
    let planes: Vec<(Vec3, f64)> = [a, b]
        .into_iter()
        .flat_map(|c| (0..3).flat_map(move |k| [1.0, -1.0].map(|s| (c, k, s))))
        .map(|(c, k, s)| (c.axes().col(k) * s, (c.axes().col(k) * s).dot(c.centre() - a.centre()) + c.half()[k]))
        .collect();
    let mut heights = vec![];
    for i in 0..12 {
        for j in 0..i {
            for k in 0..j {
                let m = Mat3::from_cols(planes[i].0, planes[j].0, planes[k].0).transpose();
                // Wide tolerances: a height too many costs time only, one too few costs the exactness of the rule.
                if m.determinant().abs() > 1e-25 {
                    let p = m.inverse() * Vec3::new(planes[i].1, planes[j].1, planes[k].1);
                    if planes.iter().all(|(n, d)| n.dot(p) <= d + 1e-3) {
                        heights.push(p.z);
                    }
                }
            }
        }
    }
    heights.sort_by(f64::total_cmp);
    let slice = |z: f64| {
        let reach = 200.0;
        let mut ring =
            vec![Vec2::new(-reach, -reach), Vec2::new(reach, -reach), Vec2::splat(reach), Vec2::new(-reach, reach)];
        for (n, d) in &planes {
            let side = |p: Vec2| n.z * z + n.truncate().dot(p) - d;
            let mut next = vec![];
            for i in 0..ring.len() {
                let (p, q) = (ring[i], ring[(i + 1) % ring.len()]);
                if side(p) <= 0.0 {
                    next.push(p);
                }
                if (side(p) <= 0.0) != (side(q) <= 0.0) {
                    next.push(p + (q - p) * (side(p) / (side(p) - side(q))));
                }
            }
            ring = next;
        }
        let Some(o) = ring.first().copied() else {
            return 0.0;
        };
        (0..ring.len()).map(|i| (ring[i] - o).perp_dot(ring[(i + 1) % ring.len()] - o)).sum::<f64>().abs() / 2.0
    };
    heights
        .windows(2)
        .map(|w| {
            let (low, high) = (w[0], w[1]);
            // The ends are approached from within: a slice along a horizontal face is not defined by rounding.
            // Gauss's two points integrate a cubic exactly and avoid the ends.
            let (mid, off) = (f64::midpoint(low, high), (high - low) / 2.0 / 3.0_f64.sqrt());
            (high - low) / 2.0 * (slice(mid - off) + slice(mid + off))
        })
        .sum()
}

/// A length that sets the scale of rounding for a pair.
pub(crate) fn size(a: &OrientedBox, b: &OrientedBox) -> f64 {
    1.0 + a.half().length() + b.half().length() + (a.centre() - b.centre()).length()
}
