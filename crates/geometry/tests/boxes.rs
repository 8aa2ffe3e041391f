//! The oriented box: its door, its corners, its motions.

#![expect(clippy::float_cmp, reason = "half a turn comes back unchanged")]

mod common;

use common::{any_box, point, rotation};
use geometry::{BoxError, Mat3, OrientedBox, Vec3};
use proptest::prelude::*;
use std::f64::consts::{FRAC_PI_2, PI};

#[test]
fn what_is_no_box_is_refused() {
    let make = |centre, half, axes| OrientedBox::new(centre, half, axes).unwrap_err();
    let unit = Vec3::ONE;
    assert!(matches!(make(Vec3::NAN, unit, Mat3::IDENTITY), BoxError::OutOfRange { field: "centre", .. }));
    assert_eq!(make(unit * 2e6, unit, Mat3::IDENTITY), BoxError::OutOfRange { field: "centre", value: 2e6 });
    assert!(matches!(make(unit, unit * f64::INFINITY, Mat3::IDENTITY), BoxError::OutOfRange { field: "half", .. }));
    assert_eq!(make(unit, -unit, Mat3::IDENTITY), BoxError::NegativeHalf { value: -1.0 });
    assert!(matches!(make(unit, unit, Mat3::NAN), BoxError::OutOfRange { field: "axes", .. }));
    assert!(matches!(make(unit, unit, Mat3::IDENTITY * 1.1), BoxError::NotOrthonormal { .. }));
    assert!(matches!(make(unit, unit, Mat3::ZERO), BoxError::NotOrthonormal { .. }));
    assert!(matches!(make(unit, unit, Mat3::from_diagonal(Vec3::new(-1.0, 1.0, 1.0))), BoxError::Mirrored { .. }));
    assert!(OrientedBox::upright(unit, unit, f64::NAN).is_err());
}

/// Axes of a file in f32 are replaced by the nearest rotation; exact axes are kept bit for bit.
#[test]
fn nearly_orthonormal_axes_become_a_rotation() {
    let exact = Mat3::from_rotation_z(0.3) * Mat3::from_rotation_x(1.1);
    let rounded = Mat3::from_cols_array(&exact.to_cols_array().map(|x| f64::from(x as f32)));
    let held = OrientedBox::new(Vec3::ZERO, Vec3::ONE, rounded).unwrap().axes();
    assert!((held.transpose() * held - Mat3::IDENTITY).to_cols_array().iter().all(|x| x.abs() < 1e-15));
    assert!((held - exact).to_cols_array().iter().all(|x| x.abs() < 1e-7));
    assert_eq!(OrientedBox::new(Vec3::ZERO, Vec3::ONE, exact).unwrap().axes(), exact);
    assert_eq!(OrientedBox::new(Vec3::ZERO, Vec3::ONE, held).unwrap().axes(), held);
}

#[test]
fn upright_axis_and_yaw() {
    let unit = Vec3::ONE;
    let upright = OrientedBox::upright(Vec3::ZERO, unit, 2.0).unwrap();
    assert_eq!((upright.upright_axis(0.0), upright.yaw_rad()), (Some(2), 2.0));
    let lying = OrientedBox::new(Vec3::ZERO, unit, Mat3::from_rotation_x(FRAC_PI_2)).unwrap();
    assert_eq!(lying.upright_axis(1e-9), Some(1));
    let lying = OrientedBox::new(Vec3::ZERO, Vec3::new(1.0, 2.0, 3.0), lying.axes()).unwrap();
    assert_eq!(lying.upright_sides_m(1e-9), Some([6.0, 2.0, 4.0]));
    let tilted = OrientedBox::new(Vec3::ZERO, unit, Mat3::from_rotation_x(0.2)).unwrap();
    assert_eq!((tilted.upright_axis(0.19), tilted.upright_axis(0.21)), (None, Some(2)));
    let on_end = OrientedBox::new(Vec3::ZERO, unit, Mat3::from_rotation_y(FRAC_PI_2)).unwrap();
    assert_eq!((on_end.upright_axis(1e-9), on_end.yaw_rad()), (Some(0), 0.0));
    assert_eq!(OrientedBox::upright(Vec3::ZERO, unit, PI).unwrap().yaw_rad(), PI);
}

#[test]
fn growing_and_shrinking() {
    let board = OrientedBox::upright(Vec3::ZERO, Vec3::new(1.0, 0.5, 0.01), 0.0).unwrap();
    assert_eq!(board.grown(0.5).half(), Vec3::new(1.5, 1.0, 0.51));
    assert_eq!(board.grown(-0.25).half(), Vec3::new(0.75, 0.25, 0.0));
    assert_eq!(board.grown(f64::NAN).half(), Vec3::ZERO);
    assert_eq!(board.grown(f64::INFINITY).half(), Vec3::splat(1e6));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn corners_span_the_box(a in any_box(), probe in point()) {
        let corners = a.corners();
        let (low, high) = a.aabb();
        let extreme = |pick: fn(Vec3, Vec3) -> Vec3| corners.into_iter().reduce(pick).unwrap();
        prop_assert!(extreme(Vec3::min).distance(low) < 1e-12 && extreme(Vec3::max).distance(high) < 1e-12);
        prop_assert_eq!(a.vertical_span_m(), (low.z, high.z));
        let reach = corners.iter().map(|p| (*p - a.centre()).truncate().length()).fold(0.0, f64::max);
        prop_assert!((a.horizontal_half_diagonal_m() - reach).abs() < 1e-12);
        for corner in corners {
            let flat = a.half().max_element() == 0.0;
            prop_assert!(a.grown(1e-12).contains(corner) && (flat || !a.grown(-1e-9).contains(corner)));
        }
        let within = (0..3).all(|k| (probe - a.centre()).dot(a.axes().col(k)).abs() <= a.half()[k]);
        prop_assert_eq!(a.contains(probe), within);
        prop_assert!(a.contains(a.centre()));
    }

    #[test]
    fn motions_move_the_corners(a in any_box(), turn in rotation(), offset in point(), by in -4.0..4.0_f64) {
        let moved = a.transformed(turn, offset).unwrap();
        for (p, q) in a.corners().into_iter().zip(moved.corners()) {
            prop_assert!((turn * p + offset).distance(q) < 1e-12);
        }
        let turned = a.rotated_about_z(by).unwrap();
        prop_assert!((turned.volume_m3() - a.volume_m3()).abs() <= 1e-9 * a.volume_m3());
        prop_assert!((geometry::wrap_signed(turned.yaw_rad() - a.yaw_rad() - by)).abs() < 1e-6 || a.axes().x_axis.truncate().length() < 1e-6);
        prop_assert_eq!(a.translated(offset).unwrap().centre(), a.centre() + offset);
        let mirrored = a.mirrored_x();
        prop_assert!(mirrored.axes().determinant() > 0.0);
        for p in a.corners() {
            let image = Vec3::new(-p.x, p.y, p.z);
            prop_assert!(mirrored.corners().iter().any(|q| q.distance(image) < 1e-12));
        }
        prop_assert_eq!(mirrored.mirrored_x(), a);
    }
}
