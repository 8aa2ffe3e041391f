//! The floor of a picture: the level plane with nothing below it.

use scene::{
    Draw,
    geometry::{Vec3, principal_axes_3d},
};

/// A plane: n · p = offset, n pointing up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor {
    /// Unit normal, upwards.
    pub up: Vec3,
    /// Distance of the plane from the origin along `up`, metres.
    pub offset_m: f64,
    /// Share of the points that lie on it.
    pub share: f64,
}

/// Planes that are tried.
const TRIES: usize = 600;
/// How far a point may be from the plane: this and a share of its distance from the camera.
const NEAR_M: f64 = 0.015;
const NEAR_SHARE: f64 = 0.008;
/// Largest share of all points that may lie below.
const MOST_BELOW: f64 = 0.05;
/// Least share of the points that lie on it.
const LEAST_SHARE: f64 = 0.04;
/// Cosine of the greatest tilt against the expected up (50°).
const TILT: f64 = 0.643;
/// Most points that are looked at.
const MOST_POINTS: usize = 6000;

fn tolerance_m(p: Vec3) -> f64 {
    NEAR_M + NEAR_SHARE * p.length()
}

impl Floor {
    /// The floor among points (any frame whose origin is the camera), near the expected up direction; `None` where no
    /// such plane has nothing below it. The same points give the same floor.
    pub fn find(points: &[Vec3], expected_up: Vec3) -> Option<Self> {
        let step = points.len().div_ceil(MOST_POINTS).max(1);
        let points: Vec<Vec3> = points.iter().copied().step_by(step).collect();
        let mut draw = Draw::new(0, &["lift", "floor"], points.len() as u64);
        let mut best: Option<(usize, Vec3, f64)> = None;
        for _ in 0..TRIES {
            let corners: Vec<Vec3> = three(&mut draw, points.len()).into_iter().map(|at| points[at]).collect();
            let [a, b, c] = corners[..] else { continue };
            let Some(normal) = (b - a).cross(c - a).try_normalize() else { continue };
            let up = if normal.dot(expected_up) < 0.0 { -normal } else { normal };
            if up.dot(expected_up) < TILT {
                continue;
            }
            let offset = up.dot(a);
            let (on, below) = count(&points, up, offset);
            let fits = below as f64 <= MOST_BELOW * points.len() as f64;
            if fits && best.is_none_or(|(most, ..)| on > most) {
                best = Some((on, up, offset));
            }
        }
        let (_, mut up, mut offset) = best?;
        // Least squares over what lies on it, twice.
        for _ in 0..2 {
            let on: Vec<Vec3> =
                points.iter().copied().filter(|p| (up.dot(*p) - offset).abs() <= tolerance_m(*p)).collect();
            let axes = principal_axes_3d(&on)?;
            let normal = axes.axes.z_axis;
            up = if normal.dot(expected_up) < 0.0 { -normal } else { normal };
            offset = up.dot(axes.mean);
        }
        let share = count(&points, up, offset).0 as f64 / points.len().max(1) as f64;
        (share >= LEAST_SHARE && up.dot(expected_up) >= TILT).then_some(Self { up, offset_m: offset, share })
    }

    /// Height of a point above it, metres.
    pub fn height_m(&self, p: Vec3) -> f64 {
        self.up.dot(p) - self.offset_m
    }
}

fn count(points: &[Vec3], up: Vec3, offset: f64) -> (usize, usize) {
    let (mut on, mut below) = (0, 0);
    for p in points {
        let height = up.dot(*p) - offset;
        let near = tolerance_m(*p);
        on += usize::from(height.abs() <= near);
        below += usize::from(height < -2.0 * near);
    }
    (on, below)
}

/// Three different numbers below `len`; fewer where chance will not give them.
fn three(draw: &mut Draw, len: usize) -> Vec<usize> {
    const DRAWS: usize = 12;
    let mut three = Vec::with_capacity(3);
    for at in (0..DRAWS).map(|_| draw.below(len)) {
        if at < len && three.len() < 3 && !three.contains(&at) {
            three.push(at);
        }
    }
    three
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_is_found_under_a_table() {
        let mut draw = Draw::new(2, &["floor"], 0);
        let up = Vec3::new(0.1, -0.9, -0.3).normalize();
        let (right, ahead) = (up.cross(Vec3::Z).normalize(), up.cross(Vec3::Z).normalize().cross(up));
        let mut points = Vec::new();
        for _ in 0..3000 {
            let flat = right * draw.between(-2.0, 2.0) + ahead * draw.between(1.0, 4.0);
            points.push(flat - up * 1.4 + up * draw.normal() * 0.004);
        }
        // A larger number of points on a table, higher up.
        for _ in 0..4000 {
            let flat = right * draw.between(-0.5, 0.5) + ahead * draw.between(1.5, 2.5);
            points.push(flat - up * 0.7 + up * draw.normal() * 0.004);
        }
        let floor = Floor::find(&points, Vec3::NEG_Y).expect("a floor");
        assert!(floor.up.dot(up) > 0.9999, "{floor:?}");
        assert!((floor.offset_m + 1.4).abs() < 0.005, "{floor:?}");
        assert!(Floor::find(&points[..2], Vec3::NEG_Y).is_none());
        assert!(Floor::find(&points, Vec3::X).is_none());
    }
}
