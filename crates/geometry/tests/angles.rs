//! Headings, bearings and arcs.

#![expect(clippy::float_cmp, reason = "these closed forms are exact in floating point")]

use geometry::{Arc, Vec2, Vec3, bearing_rad, heading_rad, signed_deg, wrap_signed};
use proptest::prelude::*;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

#[test]
fn wraps_into_half_open_range() {
    for (rad, expected) in [(0.0, 0.0), (PI, PI), (-PI, PI), (3.0 * PI, PI), (-FRAC_PI_2, -FRAC_PI_2), (2.0 * PI, 0.0)]
    {
        assert_eq!(wrap_signed(rad), expected);
    }
}

#[test]
fn left_is_positive() {
    let see = |x, y| bearing_rad(Vec3::ZERO, Vec3::new(2.0, 0.0, 5.0), Vec3::new(x, y, -3.0));
    assert_eq!(see(1.0, 0.0), Some(0.0));
    assert_eq!(see(0.0, 3.0), Some(FRAC_PI_2));
    assert_eq!(see(0.0, -3.0), Some(-FRAC_PI_2));
    assert_eq!(see(3.0, 3.0), Some(FRAC_PI_4));
    assert_eq!(see(-4.0, 0.0), Some(PI));
    assert_eq!(see(-4.0, -0.0), Some(PI));
    assert_eq!(see(1e-10, 0.0), None);
    assert_eq!(heading_rad(Vec2::ONE, Vec2::ONE), None);
    assert_eq!(heading_rad(Vec2::ZERO, Vec2::new(-1.0, -0.0)), Some(PI));
    assert_eq!(heading_rad(Vec2::splat(f64::MIN), Vec2::splat(f64::MAX)), Some(FRAC_PI_4));
}

#[test]
fn an_unknown_arc_is_the_whole_circle() {
    for arc in [Arc::new(f64::NAN, 0.1), Arc::new(0.0, f64::NAN), Arc::new(0.0, -1.0), Arc::new(0.0, 9.0)] {
        assert!(arc.is_whole() && arc.contains(3.0));
    }
    let arc = Arc::new(3.0, 0.5);
    assert!(arc.contains(-3.0) && !arc.contains(-2.5) && !arc.contains(0.0));
    assert!(arc.mirrored().contains(3.0) && arc.rotated(1.0).contains(-2.5));
}

fn place() -> impl Strategy<Value = Vec3> {
    prop::array::uniform3(-10.0..10.0_f64).prop_map(Vec3::from_array)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bearing_laws(at in place(), facing in place(), of in place(), turn in -4.0..4.0_f64, lift in -5.0..5.0_f64) {
        let far = |p: Vec3| (p - at).truncate().length() > 0.1;
        prop_assume!(far(facing) && far(of));
        let bearing = bearing_rad(at, facing, of).unwrap();
        let heading = |p: Vec3| heading_rad(at.truncate(), p.truncate()).unwrap();
        let apart = |a: f64, b: f64| wrap_signed(a - b).abs();
        prop_assert!(apart(bearing, heading(of) - heading(facing)) < 1e-12);
        let moved = |p: Vec3| geometry::Mat3::from_rotation_z(turn) * p + Vec3::new(3.0, -2.0, lift);
        prop_assert!(apart(bearing, bearing_rad(moved(at), moved(facing), moved(of)).unwrap()) < 1e-12);
        let mirrored = |p: Vec3| Vec3::new(-p.x, p.y, p.z);
        prop_assert!(apart(-bearing, bearing_rad(mirrored(at), mirrored(facing), mirrored(of)).unwrap()) < 1e-12);
        let raised = Vec3::new(of.x, of.y, of.z + lift);
        prop_assert_eq!(bearing, bearing_rad(at, facing, raised).unwrap());
    }
}

#[test]
fn straight_back_is_never_minus_180_degrees() {
    use std::f64::consts::PI;
    for rad in [PI, -PI, (-1e-17_f64).atan2(-1.0)] {
        assert_eq!(signed_deg(rad), 180.0, "{rad:e}");
    }
    assert_eq!([signed_deg(-PI / 2.0), signed_deg(0.0), signed_deg(PI / 4.0)], [-90.0, 0.0, 45.0]);
}
