//! VSI-Bench's object distance: between sampled surface grids, bit for bit as its answers were computed.
//!
//! The published generator samples a hollow grid in each box, rotates it with fused multiply-adds, and drops
//! the points that rounding has put outside the box, which removes whole faces and makes the distance too
//! long by 4 cm on average. The order of operations below is that of the published arithmetic.

use geometry::{OrientedBox, Vec3, box_point};

const SPACING_M: f64 = 0.05;
/// How far rounding may put a point outside its box, and more.
const ROUNDING_M: f64 = 1e-6;
const MOST_HALVINGS: u32 = 8;
/// Grids beyond this are refused; the largest published box has less than half of it.
const MOST_POINTS: f64 = 1e7;

/// Least distance between the sampled points of two boxes, metres; `None` for boxes too large to sample or flat.
pub(super) fn distance_m(a: &OrientedBox, b: &OrientedBox) -> Option<f64> {
    let (mut from, mut to) = (surface_points(a)?, surface_points(b)?);
    let gap_m = |bounds: &OrientedBox, p: &Vec3| box_point(bounds, p).distance_m;
    // What is further from the other box than one point is from its nearest cannot be nearest.
    let start = *from.iter().min_by(|p, q| gap_m(b, p).total_cmp(&gap_m(b, q)))?;
    let bound_m = to.iter().map(|q| start.distance(*q)).fold(f64::INFINITY, f64::min) + ROUNDING_M;
    from.retain(|p| gap_m(b, p) <= bound_m);
    to.retain(|q| gap_m(a, q) <= bound_m);
    to.sort_by(|p, q| p.x.total_cmp(&q.x));
    let mut best = f64::INFINITY;
    for p in from {
        let middle = to.partition_point(|q| q.x < p.x);
        // Outward from the same x, each way until x alone is further than the best so far.
        for q in &to[middle..] {
            if (q.x - p.x) * (q.x - p.x) >= best {
                break;
            }
            best = best.min(p.distance_squared(*q));
        }
        for q in to[..middle].iter().rev() {
            if (q.x - p.x) * (q.x - p.x) >= best {
                break;
            }
            best = best.min(p.distance_squared(*q));
        }
    }
    Some(best.sqrt())
}

fn surface_points(bounds: &OrientedBox) -> Option<Vec<Vec3>> {
    let mut spacing = SPACING_M;
    for _ in 0..=MOST_HALVINGS {
        let extents = bounds.extents();
        if (extents / spacing).ceil().max(Vec3::ONE).element_product() > MOST_POINTS {
            return None;
        }
        let points = grid(bounds, spacing);
        if !points.is_empty() {
            return Some(points);
        }
        spacing /= 2.0;
    }
    None
}

fn grid(bounds: &OrientedBox, spacing: f64) -> Vec<Vec3> {
    let extents = bounds.extents();
    let centre = bounds.centre();
    let axes = bounds.axes();
    // r[i][j] = component i of box axis j.
    let r = |i: usize, j: usize| axes.col(j)[i];
    let ticks: [Vec<f64>; 3] = std::array::from_fn(|axis| ticks(extents[axis], spacing));
    let outside_core = |p: [f64; 3]| (0..3).any(|axis| p[axis].abs() > extents[axis] / 4.0);
    let mut kept = Vec::new();
    for &x in &ticks[0] {
        for &y in &ticks[1] {
            for &z in &ticks[2] {
                if !outside_core([x, y, z]) {
                    continue;
                }
                let world: [f64; 3] =
                    std::array::from_fn(|i| z.mul_add(r(i, 2), y.mul_add(r(i, 1), x * r(i, 0))) + centre[i]);
                let d: [f64; 3] = std::array::from_fn(|i| world[i] - centre[i]);
                let back = |j: usize| (d[0] * r(0, j) + d[1] * r(1, j)) + d[2] * r(2, j);
                if (0..3).all(|j| back(j).abs() <= extents[j] / 2.0) {
                    kept.push(Vec3::from_array(world));
                }
            }
        }
    }
    kept
}

/// Evenly spaced coordinates from −extent/2 to +extent/2, the last one exact.
fn ticks(extent: f64, spacing: f64) -> Vec<f64> {
    let n = (extent / spacing).ceil() as usize;
    let (start, stop) = (-extent / 2.0, extent / 2.0);
    if n <= 1 {
        return vec![start; n];
    }
    let step = (stop - start) / (n - 1) as f64;
    (0..n).map(|at| if at == n - 1 { stop } else { start + at as f64 * step }).collect()
}
