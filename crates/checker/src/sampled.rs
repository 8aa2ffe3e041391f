//! VSI-Bench's distance: between grids of points in two boxes, to the last bit as its ground truth was computed.
//!
//! Rounding decides which points of a face are kept, so the order of operations is part of the rule.

use scene::geometry::Vec3;

use crate::body::Body;

/// Most grid points per box; a box that needs more is refused.
const MAX_POINTS: f64 = 1e7;

/// Least distance between the kept grid points, or what would have to be otherwise.
pub(crate) fn distance(a: &Body, b: &Body) -> Result<f64, &'static str> {
    let way = (b.centre - a.centre).try_normalize().unwrap_or(Vec3::X);
    let (mut near, mut far) = (grid(a)?, grid(b)?);
    // No nearest pair has a point that is further from the other box than some pair is apart.
    let first = near.iter().copied().min_by(|p, q| b.distance(*p).total_cmp(&b.distance(*q))).unwrap_or(a.centre);
    let apart = far.iter().map(|q| first.distance(*q)).fold(f64::INFINITY, f64::min) + 1e-6;
    near.retain(|p| b.distance(*p) <= apart);
    far.retain(|q| a.distance(*q) <= apart);
    let along = |p: &Vec3| (p - a.centre).dot(way);
    far.sort_by(|p, q| along(p).total_cmp(&along(q)));
    // All other pairs but those that are further apart along `way` than the best.
    let mut best = apart;
    for p in near {
        let from = far.partition_point(|q| along(q) < along(&p) - best - 1e-6);
        let within = far[from..].iter().take_while(|q| along(q) <= along(&p) + best + 1e-6);
        best = within.map(|q| p.distance(*q)).fold(best, f64::min);
    }
    Ok(best)
}

/// The kept grid points, world frame.
fn grid(body: &Body) -> Result<Vec<Vec3>, &'static str> {
    let extent = (2.0 * body.half).to_array();
    for halvings in 0..=8 {
        let counts = extent.map(|extent| (extent / (0.05 / f64::from(1 << halvings))).ceil());
        if counts.iter().product::<f64>() > MAX_POINTS {
            return Err("boxes small enough to sample");
        }
        let [xs, ys, zs]: [Vec<f64>; 3] = std::array::from_fn(|i| line(extent[i], counts[i] as usize));
        let points = xs.iter().flat_map(|x| ys.iter().flat_map(|y| zs.iter().map(|z| [*x, *y, *z])));
        let shell = points.filter(|point| (0..3).any(|i| point[i].abs() > extent[i] / 4.0));
        let kept: Vec<Vec3> = shell.filter_map(|point| placed(body, point, extent)).collect();
        if !kept.is_empty() {
            return Ok(kept);
        }
    }
    Err("a grid point in each box")
}

/// `count` numbers from −extent/2 to extent/2.
fn line(extent: f64, count: usize) -> Vec<f64> {
    let (start, stop) = (-extent / 2.0, extent / 2.0);
    let step = (stop - start) / (count as f64 - 1.0);
    let inner = |j: usize| if j == 0 { start } else { start + j as f64 * step };
    (0..count).map(|j| if j > 0 && j + 1 == count { stop } else { inner(j) }).collect()
}

/// The grid point in the world, if rounding leaves it in the box.
fn placed(body: &Body, p: [f64; 3], extent: [f64; 3]) -> Option<Vec3> {
    let (r, c) = (&body.axes, body.centre);
    let world = |i: usize| p[2].mul_add(r[2][i], p[1].mul_add(r[1][i], p[0] * r[0][i])) + c[i];
    let world = Vec3::new(world(0), world(1), world(2));
    let d = world - c;
    let inside = |j: usize| ((d.x * r[j].x + d.y * r[j].y) + d.z * r[j].z).abs() <= extent[j] / 2.0;
    (0..3).all(inside).then_some(world)
}
