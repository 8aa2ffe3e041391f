//! VSI-Bench's distance: between grids of points in two boxes, to the last bit as its ground truth was computed.
//!
//! Rounding decides which points of a face are kept, so the order of operations and the fused ones are part of the
//! rule (`docs/proof.md`); everything after that is a least distance between two finite sets.

use crate::body::{Body, Point, dot, length, minus};

/// Most grid points per box; a box that needs more is refused.
const MAX_POINTS: f64 = 4e6;

/// Least distance between the kept grid points, or why there is none.
pub(crate) fn distance(a: &Body, b: &Body) -> Result<f64, &'static str> {
    let direction = minus(b.centre, a.centre);
    let size = length(direction);
    let direction = if size > 0.0 { direction.map(|x| x / size) } else { [1.0, 0.0, 0.0] };
    let sorted = |body: &Body, sign: f64| -> Result<Vec<(f64, Point)>, &'static str> {
        let offsets = grid(body)?.into_iter().map(|point| (sign * dot(minus(point, a.centre), direction), point));
        let mut offsets: Vec<(f64, Point)> = offsets.collect();
        offsets.sort_by(|p, q| p.0.total_cmp(&q.0));
        Ok(offsets)
    };
    // All pairs, those that face each other first; pairs further apart along `direction` than the best are passed over.
    let (near, far) = (sorted(a, -1.0)?, sorted(b, 1.0)?);
    let mut best = f64::INFINITY;
    for (p_offset, p) in &near {
        for (q_offset, q) in &far {
            if p_offset + q_offset > best + 1e-6 {
                break;
            }
            best = best.min(length(minus(*p, *q)));
        }
    }
    Ok(best)
}

/// The kept grid points, world frame.
fn grid(body: &Body) -> Result<Vec<Point>, &'static str> {
    let extent = body.half.map(|half| 2.0 * half);
    let mut spacing = 0.05;
    for _ in 0..=8 {
        let counts = extent.map(|extent| (extent / spacing).ceil());
        if counts.iter().product::<f64>() > MAX_POINTS {
            return Err("a box is too large to sample");
        }
        let [xs, ys, zs]: [Vec<f64>; 3] = std::array::from_fn(|i| line(extent[i], counts[i] as usize));
        let mut kept = Vec::new();
        for &x in &xs {
            for &y in &ys {
                for &z in &zs {
                    let local = [x, y, z];
                    if (0..3).any(|i| local[i].abs() > extent[i] / 4.0) {
                        kept.extend(placed(body, local, extent));
                    }
                }
            }
        }
        if !kept.is_empty() {
            return Ok(kept);
        }
        spacing /= 2.0;
    }
    Err("no grid point of a box is kept")
}

/// `count` numbers from −extent/2 to extent/2.
fn line(extent: f64, count: usize) -> Vec<f64> {
    let (start, stop) = (-extent / 2.0, extent / 2.0);
    let step = (stop - start) / (count as f64 - 1.0);
    (0..count).map(|j| if j == 0 { start } else if j + 1 == count { stop } else { start + j as f64 * step }).collect()
}

/// The grid point in the world, if rounding leaves it in the box.
fn placed(body: &Body, p: Point, extent: Point) -> Option<Point> {
    let r = &body.axes;
    let world: Point = std::array::from_fn(|i| {
        p[2].mul_add(r[2][i], p[1].mul_add(r[1][i], p[0] * r[0][i])) + body.centre[i]
    });
    let d = minus_exactly(world, body.centre);
    let inside = (0..3).all(|j| ((d[0] * r[j][0] + d[1] * r[j][1]) + d[2] * r[j][2]).abs() <= extent[j] / 2.0);
    inside.then_some(world)
}

/// Plain subtraction, one rounding each.
fn minus_exactly(a: Point, b: Point) -> Point {
    std::array::from_fn(|i| a[i] - b[i])
}
