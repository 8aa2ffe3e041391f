//! Where a ray meets a box.

use crate::{OrientedBox, Vec3};

/// How many times `way` leads from `from` to where the ray enters the box, or leaves it if it begins inside; `None` if
/// it passes the box by or the box lies behind. By slabs (Kay and Kajiya 1986): what is left of the ray between each
/// pair of faces.
pub fn ray_box(from: Vec3, way: Vec3, bounds: &OrientedBox) -> Option<f64> {
    let into = bounds.axes().transpose();
    let (at, speed, half) = (into * (from - bounds.centre()), into * way, bounds.half());
    let (mut first, mut last) = (f64::NEG_INFINITY, f64::INFINITY);
    for axis in 0..3 {
        if speed[axis] == 0.0 {
            if at[axis].abs() > half[axis] {
                return None;
            }
            continue;
        }
        let (one, other) = ((-half[axis] - at[axis]) / speed[axis], (half[axis] - at[axis]) / speed[axis]);
        (first, last) = (first.max(one.min(other)), last.min(one.max(other)));
    }
    if first > last || last <= 0.0 {
        return None;
    }
    let met = if first > 0.0 { first } else { last };
    met.is_finite().then_some(met)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ray_enters_leaves_or_misses() {
        let bounds = OrientedBox::upright(Vec3::new(3.0, 0.0, 0.0), Vec3::new(1.0, 0.5, 0.5), 0.0).unwrap();
        for (from, way, met) in [
            (Vec3::ZERO, Vec3::X, Some(2.0)),
            (Vec3::ZERO, Vec3::X * 2.0, Some(1.0)),
            (Vec3::ZERO, -Vec3::X, None),
            (Vec3::new(3.0, 0.0, 0.0), Vec3::X, Some(1.0)),
            (Vec3::new(0.0, 0.6, 0.0), Vec3::X, None),
            (Vec3::new(0.0, 1.0, 0.0), Vec3::new(1.0, -0.25, 0.0), Some(2.0)),
            (Vec3::ZERO, Vec3::ZERO, None),
        ] {
            assert_eq!(ray_box(from, way, &bounds), met, "{from} {way}");
        }
    }
}
