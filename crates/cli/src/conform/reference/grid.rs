//! VSI-Bench's sampled surface, after `docs/proof.md`.

use scene::geometry::{OrientedBox, Vec3};

/// Boxes with more points are left to other tests.
const MOST_POINTS: f64 = 4000.0;

/// Least distance between the sampled points; `None` where there would be too many.
pub(super) fn sampled_distance(a: &OrientedBox, b: &OrientedBox) -> Option<f64> {
    let (from, to) = (points(a)?, points(b)?);
    let pairs = from.iter().flat_map(|p| to.iter().map(move |q| p.distance(*q)));
    Some(pairs.fold(f64::INFINITY, f64::min))
}

fn points(bounds: &OrientedBox) -> Option<Vec<Vec3>> {
    (0..9).find_map(|halving| {
        let kept = kept(bounds, 0.05 / f64::from(1 << halving))?;
        (!kept.is_empty()).then_some(kept)
    })
}

fn kept(bounds: &OrientedBox, spacing: f64) -> Option<Vec<Vec3>> {
    let (size, axes, centre) = (bounds.extents(), bounds.axes(), bounds.centre());
    if size.to_array().iter().map(|side| (side / spacing).ceil().max(1.0)).product::<f64>() > MOST_POINTS {
        return None;
    }
    let line = |side: f64| {
        let n = (side / spacing).ceil() as usize;
        let step = (side / 2.0 - -side / 2.0) / (n.max(2) - 1) as f64;
        (0..n).map(move |j| if j > 0 && j == n - 1 { side / 2.0 } else { -side / 2.0 + j as f64 * step })
    };
    let mut kept = Vec::new();
    for x in line(size.x) {
        for (y, z) in line(size.y).flat_map(|y| line(size.z).map(move |z| (y, z))) {
            let world = |i: usize| z.mul_add(axes.z_axis[i], y.mul_add(axes.y_axis[i], x * axes.x_axis[i])) + centre[i];
            let p = Vec3::new(world(0), world(1), world(2));
            let d = p - centre;
            let inside = |axis: Vec3, side: f64| ((d.x * axis.x + d.y * axis.y) + d.z * axis.z).abs() <= side / 2.0;
            let hollow = x.abs() > size.x / 4.0 || y.abs() > size.y / 4.0 || z.abs() > size.z / 4.0;
            if hollow && inside(axes.x_axis, size.x) && inside(axes.y_axis, size.y) && inside(axes.z_axis, size.z) {
                kept.push(p);
            }
        }
    }
    Some(kept)
}
