//! The upright box around points, and how sure it is.

use scene::geometry::{OrientedBox, Vec2, Vec3, convex_hull};
use serde::Serialize;

/// Share of the points that may stick out on each side: what is left of noise.
const STRAY: f64 = 0.005;
/// Directions that are tried where a hull has more.
const MOST_DIRECTIONS: usize = 180;

/// How far a box may be off, one standard deviation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BoxError {
    /// Its centre, per axis, metres.
    pub position_m: f64,
    /// Its full extents, metres.
    pub size_m: f64,
    /// Its turn about the vertical, radians.
    pub yaw_rad: f64,
}

/// An upright box and how far it may be off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UprightBox {
    /// The box; its third axis is z.
    pub bounds: OrientedBox,
    /// How far it may be off. The side that no camera saw is not in it: the box ends where points end.
    pub error: BoxError,
}

/// The upright box of the smallest area seen from above around points (z up); `None` for fewer than three points or
/// numbers that make no box.
///
/// `side_sigma_m` is how far one side may be from where it is seen. Centre and extent are the mean and the difference of
/// two sides: σ/√2 and √2·σ; the turn is that of the longest side whose ends are off by σ.
pub fn upright_box(points: &[Vec3], side_sigma_m: f64) -> Option<UprightBox> {
    if points.len() < 3 {
        return None;
    }
    let flat: Vec<Vec2> = points.iter().map(|p| p.truncate()).collect();
    let hull = convex_hull(&flat);
    let edges = hull.iter().zip(hull.iter().cycle().skip(1)).filter_map(|(a, b)| (*b - *a).try_normalize());
    let mut directions: Vec<Vec2> = edges.collect();
    if directions.is_empty() {
        directions.push(Vec2::X);
    }
    let step = directions.len().div_ceil(MOST_DIRECTIONS).max(1);
    let rectangle = |along: Vec2| {
        let (a, b) = (span(flat.iter().map(|p| p.dot(along))), span(flat.iter().map(|p| p.dot(along.perp()))));
        ((a.1 - a.0) * (b.1 - b.0), along, a, b)
    };
    let best = directions
        .into_iter()
        .step_by(step)
        .map(rectangle)
        .reduce(|best, next| if next.0 < best.0 { next } else { best });
    let (_, along, a, b) = best?;
    // The same rectangle has four directions: the one within a quarter turn of x, so that equal boxes print alike.
    let (low, high) = span(points.iter().map(|p| p.z));
    let flat_centre = along * f64::midpoint(a.0, a.1) + along.perp() * f64::midpoint(b.0, b.1);
    let centre = flat_centre.extend(f64::midpoint(low, high));
    let half = Vec3::new(a.1 - a.0, b.1 - b.0, high - low) / 2.0;
    let (half, yaw) = within_a_quarter(half, along.to_angle());
    let bounds = OrientedBox::upright(centre, half, yaw).ok()?;
    let longest = half.truncate().max_element().max(side_sigma_m);
    let error = BoxError {
        position_m: side_sigma_m / std::f64::consts::SQRT_2,
        size_m: side_sigma_m * std::f64::consts::SQRT_2,
        yaw_rad: (side_sigma_m / longest).atan(),
    };
    Some(UprightBox { bounds, error })
}

/// The same rectangle with its first axis within an eighth turn of world x or y, turned to lie in (−45°, 45°].
fn within_a_quarter(half: Vec3, yaw: f64) -> (Vec3, f64) {
    let quarter = std::f64::consts::FRAC_PI_2;
    let quarters = (yaw / quarter).round();
    let swapped = (quarters as i64).rem_euclid(2) == 1;
    (if swapped { Vec3::new(half.y, half.x, half.z) } else { half }, yaw - quarters * quarter)
}

/// Lowest and highest value without strays.
fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let mut values: Vec<f64> = values.collect();
    let stray = (values.len() as f64 * STRAY) as usize;
    let last = values.len() - 1;
    let (_, low, _) = values.select_nth_unstable_by(stray, f64::total_cmp);
    let low = *low;
    let (_, high, _) = values.select_nth_unstable_by(last - stray, f64::total_cmp);
    (low, *high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_box_is_found_from_points_on_two_faces_and_its_top() {
        let truth = OrientedBox::upright(Vec3::new(2.0, -1.0, 0.4), Vec3::new(0.6, 0.25, 0.4), 0.3).expect("a box");
        let mut draw = scene::Draw::new(3, &["upright"], 0);
        let points: Vec<Vec3> = (0..3000)
            .map(|k| {
                let mut p = Vec3::new(draw.between(-1.0, 1.0), draw.between(-1.0, 1.0), draw.between(-1.0, 1.0));
                p[k % 3] = 1.0;
                truth.centre() + truth.axes() * (p * truth.half()) + Vec3::splat(0.002 * draw.normal())
            })
            .collect();
        let found = upright_box(&points, 0.01).expect("a box");
        assert!((found.bounds.centre() - truth.centre()).length() < 0.02, "{found:?}");
        assert!((found.bounds.half() - truth.half()).abs().max_element() < 0.015, "{found:?}");
        assert!((found.bounds.yaw_rad() - 0.3).abs() < 0.02, "{found:?}");
        assert!((found.error.size_m - 0.0141).abs() < 1e-4);
    }

    #[test]
    fn lines_and_points_make_flat_boxes() {
        let line: Vec<Vec3> = (0..50).map(|k| Vec3::new(0.0, 0.1 * f64::from(k), 1.0)).collect();
        let found = upright_box(&line, 0.01).expect("a box");
        assert!(found.bounds.volume_m3() < 1e-9 && (found.bounds.extents().max_element() - 4.9).abs() < 1e-9);
        assert!(upright_box(&[Vec3::ONE; 9], 0.01).is_some());
        assert!(upright_box(&[Vec3::ONE; 2], 0.01).is_none());
    }
}
