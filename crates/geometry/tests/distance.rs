//! Distances against a slow reference, against a proof of optimality, and under the laws.

#![expect(clippy::float_cmp, reason = "these closed forms are exact in floating point")]

mod common;

use common::{any_box, point, rotation, size, slow_distance, upright_box};
use geometry::{Closest, OrientedBox, Vec3, box_box, box_point, box_segment};
use proptest::prelude::*;

/// The points lie on the boxes, are as far apart as stated, and the planes through them across their line have all of
/// `a` on one side and all of `b` on the other, which proves that nothing is closer.
fn check_proof(a: &OrientedBox, b: &OrientedBox, found: &Closest) {
    let tolerance = 1e-13 * size(a, b);
    let Closest { distance_m, on_a, on_b } = *found;
    assert!(distance_m.is_finite() && distance_m >= 0.0, "{found:?}");
    assert!(a.grown(tolerance).contains(on_a), "{on_a} is not on {a:?}");
    assert!(b.grown(tolerance).contains(on_b), "{on_b} is not on {b:?}");
    assert!((on_a.distance(on_b) - distance_m).abs() <= tolerance, "{found:?}");
    if distance_m == 0.0 {
        assert_eq!(on_a, on_b);
        return;
    }
    // Below this the direction is rounding; the distance itself is held by the reference.
    if distance_m > 1e-6 {
        let n = (on_b - on_a) / distance_m;
        // Sliding a point by δ changes the distance by δ²/2d, so the points are known to the root of rounding only,
        // and the planes turn by δ/d. The reference holds the distance itself to full accuracy.
        let slack = size(a, b) * (1e-13 * size(a, b) / distance_m).sqrt();
        for p in a.corners() {
            assert!(n.dot(p - on_a) <= slack, "corner {p} of a is beyond the proof of {found:?}");
        }
        for p in b.corners() {
            assert!(n.dot(p - on_b) >= -slack, "corner {p} of b is beyond the proof of {found:?}");
        }
    }
}

fn check(a: &OrientedBox, b: &OrientedBox) {
    let found = box_box(a, b);
    check_proof(a, b, &found);
    let slow = slow_distance(a, b);
    assert!((found.distance_m - slow).abs() <= 1e-12 * size(a, b), "{} against {slow}\n{a:?}\n{b:?}", found.distance_m);
    let back = box_box(b, a);
    assert!((found.distance_m - back.distance_m).abs() <= 1e-13 * size(a, b));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn boxes_agree_with_the_reference(a in any_box(), b in any_box()) {
        check(&a, &b);
    }

    #[test]
    fn upright_boxes_agree_with_the_reference(a in upright_box(), b in upright_box()) {
        check(&a, &b);
    }

    #[test]
    fn boxes_turned_by_a_hair_agree_with_the_reference(a in any_box(), turn in rotation(), offset in point()) {
        let turned = OrientedBox::new(a.centre() + offset, a.half(), a.axes() * turn).unwrap();
        check(&a, &turned);
    }

    #[test]
    fn points_and_segments_are_thin_boxes(a in any_box(), p in point(), q in point()) {
        let as_box = OrientedBox::new(p, Vec3::ZERO, a.axes()).unwrap();
        let found = box_point(&a, &p);
        check_proof(&a, &as_box, &found);
        prop_assert!((found.distance_m - slow_distance(&a, &as_box)).abs() <= 1e-12 * size(&a, &as_box));
        let found = box_segment(&a, &p, &q);
        let nearest = (0..=64).map(|i| box_point(&a, &p.lerp(q, f64::from(i) / 64.0)).distance_m).fold(f64::INFINITY, f64::min);
        let size = size(&a, &as_box) + p.distance(q);
        prop_assert!(found.distance_m <= nearest + 1e-13 * size);
        prop_assert!(found.distance_m >= nearest - p.distance(q) / 128.0 - 1e-13 * size);
        prop_assert!(box_point(&a, &found.on_b).distance_m - found.distance_m <= 1e-12 * size);
    }

    #[test]
    fn a_rigid_motion_changes_no_distance(a in any_box(), b in any_box(), turn in rotation(), offset in point()) {
        let before = box_box(&a, &b).distance_m;
        let moved = |c: &OrientedBox| c.transformed(turn, offset * 100.0).unwrap();
        let after = box_box(&moved(&a), &moved(&b)).distance_m;
        prop_assert!((before - after).abs() <= 1e-9 * (1.0 + before), "{before} became {after}");
        let mirrored = box_box(&a.mirrored_x(), &b.mirrored_x()).distance_m;
        prop_assert!((before - mirrored).abs() <= 1e-12 * size(&a, &b));
    }

    #[test]
    fn growing_brings_closer_and_never_further(a in any_box(), b in any_box(), by in 0.0..1.0_f64) {
        let (before, after) = (box_box(&a, &b).distance_m, box_box(&a.grown(by), &b).distance_m);
        prop_assert!(after <= before + 1e-12 && after >= before - by * 3.0_f64.sqrt() - 1e-12);
    }
}

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn cube(x: f64, y: f64, z: f64) -> OrientedBox {
    OrientedBox::upright(Vec3::new(x, y, z), Vec3::splat(0.5), 0.0).unwrap()
}

/// Closed forms: face, edge and corner against each other, touching, one inside the other.
#[test]
fn known_distances() {
    let at = |x, y, z| box_box(&cube(0.0, 0.0, 0.0), &cube(x, y, z)).distance_m;
    assert_eq!(at(3.0, 0.0, 0.0), 2.0);
    assert!((at(2.0, 2.0, 0.0) - 2.0_f64.sqrt()).abs() < 1e-15);
    assert!((at(2.0, 2.0, 2.0) - 3.0_f64.sqrt()).abs() < 1e-15);
    assert_eq!(at(1.0, 0.0, 0.0), 0.0);
    assert_eq!(at(1.0, 1.0, 1.0), 0.0);
    assert_eq!(at(0.0, 0.0, 0.0), 0.0);
    let inner = cube(0.1, 0.0, 0.0).grown(-0.3);
    let found = box_box(&cube(0.0, 0.0, 0.0), &inner);
    assert_eq!(found.distance_m, 0.0);
    assert!(inner.contains(found.on_a));
}

/// Two bars crossed at right angles, one over the other, meet face to face though no corner is near.
#[test]
fn crossed_bars() {
    let bar = |z, yaw| OrientedBox::upright(Vec3::new(0.0, 0.0, z), Vec3::new(5.0, 0.1, 0.1), yaw).unwrap();
    for yaw in [0.3, std::f64::consts::FRAC_PI_4, std::f64::consts::FRAC_PI_2] {
        assert!((box_box(&bar(0.0, 0.0), &bar(1.0, yaw)).distance_m - 0.8).abs() < 1e-15);
        assert_eq!(box_box(&bar(0.0, 0.0), &bar(0.15, yaw)).distance_m, 0.0);
    }
}

/// Boxes stacked under any heading touch: their distance is zero, not a rounding residue.
#[test]
fn stacked_boxes_touch() {
    for i in 0..100 {
        let yaw = f64::from(i) * 0.07;
        let table = OrientedBox::upright(Vec3::new(1.0, 2.0, 0.5), Vec3::new(0.8, 0.4, 0.5), yaw).unwrap();
        let cup = OrientedBox::upright(Vec3::new(1.1, 2.1, 1.25), Vec3::new(0.1, 0.1, 0.25), 3.0 * yaw).unwrap();
        assert_eq!(box_box(&table, &cup).distance_m, 0.0);
    }
}

/// Finite input gives finite output, however far.
#[test]
fn huge_numbers_stay_finite() {
    let far = Vec3::new(f64::MAX, f64::MIN, 1e300);
    for found in [
        box_point(&cube(0.0, 0.0, 0.0), &far),
        box_segment(&cube(0.0, 0.0, 0.0), &far, &-far),
        box_segment(&cube(0.0, 0.0, 0.0), &far, &far),
    ] {
        assert!(found.distance_m.is_finite() && found.on_a.is_finite());
    }
}
