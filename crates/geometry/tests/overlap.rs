//! Common volume, its ratios and footprints against slicing, closed forms and the laws.

#![expect(clippy::float_cmp, reason = "these closed forms are exact in floating point")]

mod common;

use common::{any_box, point, rotation, size, slow_volume, upright_box};
use geometry::{
    OrientedBox, Vec2, Vec3, box_box, convex_hull, footprint_distance, footprint_overlap_m2, intersection_volume_m3,
    iou_3d, iou_aabb, iou_footprint,
};
use proptest::prelude::*;

fn overlap_in_z(a: &OrientedBox, b: &OrientedBox) -> f64 {
    let ((low_a, high_a), (low_b, high_b)) = (a.vertical_span_m(), b.vertical_span_m());
    (high_a.min(high_b) - low_a.max(low_b)).max(0.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn volume_agrees_with_slicing(a in any_box(), b in any_box()) {
        let (fast, slow) = (intersection_volume_m3(&a, &b), slow_volume(&a, &b));
        let s = size(&a, &b);
        prop_assert!((fast - slow).abs() <= 1e-11 * s * s * s, "{fast} against {slow}");
        prop_assert!((fast - intersection_volume_m3(&b, &a)).abs() <= 1e-13 * s * s * s);
    }

    #[test]
    fn volume_of_a_box_turned_by_a_hair(a in any_box(), turn in rotation(), offset in point()) {
        for by in [0.0, 1e-15, 1e-12, 1e-9] {
            let b = OrientedBox::new(a.centre() + offset * by, a.half(), a.axes() * turn).unwrap();
            let (fast, slow) = (intersection_volume_m3(&a, &b), slow_volume(&a, &b));
            let s = size(&a, &b);
            prop_assert!((fast - slow).abs() <= 1e-11 * s * s * s, "{fast} against {slow}");
        }
    }

    #[test]
    fn upright_volume_is_area_times_height(a in upright_box(), b in upright_box()) {
        let expected = footprint_overlap_m2(&a.footprint(), &b.footprint()) * overlap_in_z(&a, &b);
        let s = size(&a, &b);
        prop_assert!((intersection_volume_m3(&a, &b) - expected).abs() <= 1e-13 * s * s * s);
    }

    #[test]
    fn iou_laws(a in any_box(), b in any_box(), turn in rotation(), offset in point()) {
        let iou = iou_3d(&a, &b);
        for value in [iou, iou_aabb(&a, &b), iou_footprint(&a, &b)] {
            prop_assert!((0.0..=1.0).contains(&value));
        }
        prop_assert!((iou - iou_3d(&b, &a)).abs() <= 1e-9);
        let moved = |c: &OrientedBox| c.transformed(turn, offset * 10.0).unwrap();
        // A box a fraction of a millimetre thick knows its volume only to rounding of where it is.
        let thinnest = a.half().min_element().min(b.half().min_element()).max(1e-4);
        prop_assert!((iou - iou_3d(&moved(&a), &moved(&b))).abs() <= 1e-12 * size(&a, &b) / thinnest);
        prop_assert!((iou - iou_3d(&a.mirrored_x(), &b.mirrored_x())).abs() <= 1e-9);
        if box_box(&a, &b).distance_m > 1e-9 {
            prop_assert_eq!(iou, 0.0);
        }
        if a.volume_m3() > 0.0 {
            prop_assert!((iou_3d(&a, &a) - 1.0).abs() <= 1e-12);
            prop_assert!((iou_3d(&a, &a.grown(0.25)) - a.volume_m3() / a.grown(0.25).volume_m3()).abs() <= 1e-9);
        }
    }

    #[test]
    fn footprint_is_the_hull_of_the_corners(a in any_box()) {
        let footprint = a.footprint();
        let s = 1.0 + a.half().length();
        let corners: Vec<Vec2> = a.corners().iter().map(|p| p.truncate()).collect();
        let hull = convex_hull(&corners);
        let hull_area = hull.windows(2).map(|w| (w[0] - hull[0]).perp_dot(w[1] - hull[0])).sum::<f64>() / 2.0;
        prop_assert!((footprint.area_m2() - hull_area).abs() <= 1e-10 * s * s);
        for p in &corners {
            let nearest = footprint.vertices().iter().map(|v| v.distance(*p)).fold(f64::INFINITY, f64::min);
            let inside = footprint.contains(a.centre().truncate().lerp(*p, 1.0 - 1e-9));
            prop_assert!(nearest <= 1e-10 * s || inside || footprint.vertices().len() < 3);
        }
        for v in footprint.vertices() {
            prop_assert!(corners.iter().any(|p| p.distance(*v) <= 1e-10 * s));
        }
        let v = footprint.vertices();
        if v.len() > 2 {
            for i in 0..v.len() {
                let (p, q, r) = (v[i], v[(i + 1) % v.len()], v[(i + 2) % v.len()]);
                prop_assert!((q - p).perp_dot(r - q) > 0.0, "not strictly convex: {v:?}");
            }
        }
    }

    #[test]
    fn footprint_distance_is_that_of_flattened_boxes(a in upright_box(), b in upright_box()) {
        let flat = |c: &OrientedBox| {
            let (centre, half) = (c.centre().with_z(0.0), c.half().with_z(0.0));
            OrientedBox::new(centre, half, c.axes()).unwrap()
        };
        let expected = box_box(&flat(&a), &flat(&b)).distance_m;
        let found = footprint_distance(&a.footprint(), &b.footprint());
        prop_assert!((found - expected).abs() <= 1e-13 * size(&a, &b), "{found} against {expected}");
    }
}

/// Closed forms: half a cube, a corner, the octagon of a square turned by 45°, coplanar faces.
#[test]
fn known_volumes() {
    let cube = |x: f64, y, z, yaw| OrientedBox::upright(Vec3::new(x, y, z), Vec3::splat(0.5), yaw).unwrap();
    let origin = cube(0.0, 0.0, 0.0, 0.0);
    assert!((intersection_volume_m3(&origin, &cube(0.5, 0.0, 0.0, 0.0)) - 0.5).abs() < 1e-15);
    assert!((iou_3d(&origin, &cube(0.5, 0.0, 0.0, 0.0)) - 1.0 / 3.0).abs() < 1e-15);
    assert!((intersection_volume_m3(&origin, &cube(0.5, 0.5, 0.5, 0.0)) - 0.125).abs() < 1e-15);
    let octagon = 2.0 * (2.0_f64.sqrt() - 1.0);
    assert!(
        (intersection_volume_m3(&origin, &cube(0.0, 0.0, 0.0, std::f64::consts::FRAC_PI_4)) - octagon).abs() < 1e-15
    );
    assert_eq!(iou_3d(&origin, &origin), 1.0);
    assert_eq!(iou_3d(&origin, &cube(1.0, 0.0, 0.0, 0.0)), 0.0);
    assert_eq!(iou_aabb(&origin, &cube(0.5, 0.0, 0.0, 0.0)), 1.0 / 3.0);
    let flat = OrientedBox::upright(Vec3::ZERO, Vec3::new(0.5, 0.5, 0.0), 0.0).unwrap();
    assert_eq!(iou_3d(&flat, &flat), 0.0);
}

/// A tetrahedral corner: a cube cut by a large box whose face runs across the corner's diagonal.
#[test]
fn a_corner_cut_off_is_a_tetrahedron() {
    let cube = OrientedBox::upright(Vec3::splat(0.5), Vec3::splat(0.5), 0.0).unwrap();
    let diagonal = Vec3::ONE.normalize();
    let (u, v) = diagonal.any_orthonormal_pair();
    let axes = geometry::Mat3::from_cols(diagonal, u, v);
    // x + y + z <= 1/2 within the unit cube.
    let half = 5.0;
    let centre = diagonal * (0.5 / 3.0_f64.sqrt() - half);
    let cutter = OrientedBox::new(centre, Vec3::splat(half), axes).unwrap();
    assert!((intersection_volume_m3(&cube, &cutter) - 0.5_f64.powi(3) / 6.0).abs() < 1e-14);
}

/// Walls, lines and points seen from above keep their distances.
#[test]
fn degenerate_footprints() {
    let make =
        |x: f64, half: Vec3, yaw: f64| OrientedBox::upright(Vec3::new(x, 0.0, 0.0), half, yaw).unwrap().footprint();
    let wall = make(0.0, Vec3::new(1.0, 0.0, 1.0), 0.0);
    let pole = make(3.0, Vec3::new(0.0, 0.0, 1.0), 0.0);
    let across = make(0.5, Vec3::new(1.0, 0.0, 1.0), 1.0);
    assert_eq!((wall.vertices().len(), pole.vertices().len()), (2, 1));
    assert_eq!(footprint_distance(&wall, &pole), 2.0);
    assert_eq!(footprint_distance(&pole, &pole), 0.0);
    assert_eq!(footprint_distance(&wall, &across), 0.0);
    assert_eq!((wall.area_m2(), wall.perimeter_m()), (0.0, 4.0));
    assert!(wall.contains(Vec2::new(0.3, 0.0)) && !wall.contains(Vec2::new(0.3, 0.1)));
}
