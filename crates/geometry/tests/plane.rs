//! Hulls, polygons and principal axes against slow references and closed forms.

#![expect(clippy::float_cmp, reason = "these closed forms are exact in floating point")]

use geometry::{Polygon, PolygonError, Vec2, Vec3, convex_hull, principal_axes_2d, principal_axes_3d};
use proptest::prelude::*;

fn points(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Vec2>> {
    // Whole numbers make points coincide and line up, and every test of sides exact.
    let coordinate = || prop_oneof![(-4..=4_i32).prop_map(f64::from), -4.0..4.0_f64];
    prop::collection::vec((coordinate(), coordinate()).prop_map(|(x, y)| Vec2::new(x, y)), count)
}

/// A ring around the origin with vertices at rising angles, and its area as a sum of triangles.
fn star() -> impl Strategy<Value = (Vec<Vec2>, f64)> {
    prop::collection::vec(0.5..3.0_f64, 3..40).prop_map(|radii| {
        let angle = |i: usize| std::f64::consts::TAU * i as f64 / radii.len() as f64;
        let ring = radii.iter().enumerate().map(|(i, r)| Vec2::from_angle(angle(i)) * *r).collect();
        let next = radii.iter().cycle().skip(1);
        (ring, radii.iter().zip(next).map(|(r, s)| r * s * angle(1).sin() / 2.0).sum())
    })
}

/// How often a ring turns around `p`, by adding angles.
fn winding(ring: &[Vec2], p: Vec2) -> i32 {
    let turn: f64 = (0..ring.len()).map(|i| (ring[i] - p).angle_to(ring[(i + 1) % ring.len()] - p)).sum();
    (turn / std::f64::consts::TAU).round() as i32
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A hull vertex is a point that no triangle or segment of the others holds; here by the definition of a side:
    /// a pair of points with all others strictly left, or between them.
    #[test]
    fn hull_is_that_of_brute_force(points in points(0..14)) {
        let hull = convex_hull(&points);
        let mut expected: Vec<Vec2> = vec![];
        for p in &points {
            for q in &points {
                let side = |r: &Vec2| (*q - *p).perp_dot(*r - *p);
                let between = |r: &Vec2| (*r - *p).dot(*r - *q) <= 0.0;
                if p != q && points.iter().all(|r| side(r) > 0.0 || (side(r) == 0.0 && between(r))) {
                    expected.push(*p);
                }
            }
        }
        let key = |p: &Vec2, q: &Vec2| p.x.total_cmp(&q.x).then(p.y.total_cmp(&q.y));
        expected.sort_by(key);
        expected.dedup();
        let mut found = hull.clone();
        found.sort_by(key);
        if hull.len() > 2 {
            prop_assert_eq!(found, expected);
            for i in 0..hull.len() {
                let (p, q, r) = (hull[i], hull[(i + 1) % hull.len()], hull[(i + 2) % hull.len()]);
                prop_assert!((q - p).perp_dot(r - q) > 0.0);
            }
        } else {
            prop_assert!(points.len() < 3 || hull.len() <= 2);
        }
        let mut shuffled = points.clone();
        shuffled.reverse();
        prop_assert_eq!(convex_hull(&shuffled), hull);
    }

    #[test]
    fn polygon_of_a_star((ring, area) in star(), start in 0..40_usize, p in prop::array::uniform2(-3.0..3.0_f64)) {
        let polygon = Polygon::new(&ring, &[]).unwrap();
        prop_assert!((polygon.area_m2() - area).abs() <= 1e-12 * area);
        let p = Vec2::from_array(p);
        if polygon.border_distance_m(p) > 1e-9 {
            prop_assert_eq!(polygon.contains(p), winding(&ring, p) != 0);
        }
        let nearest = (0..ring.len())
            .flat_map(|i| (0..=200).map(move |k| (i, f64::from(k) / 200.0)))
            .map(|(i, t)| ring[i].lerp(ring[(i + 1) % ring.len()], t).distance(p))
            .fold(f64::INFINITY, f64::min);
        prop_assert!((polygon.border_distance_m(p) - nearest).abs() <= 0.02);
        prop_assert!(polygon.border_distance_m(p) <= nearest + 1e-12);
        // Neither the first vertex, nor the winding, nor a closing vertex changes a bit.
        let mut other = ring.clone();
        other.rotate_left(start % ring.len());
        other.push(other[0]);
        other.reverse();
        prop_assert_eq!(Polygon::new(&other, &[]).unwrap(), polygon.clone());
        // A small copy as a hole takes its area away.
        let hole: Vec<Vec2> = ring.iter().map(|p| *p * 0.1).collect();
        let with_hole = Polygon::new(&ring, std::slice::from_ref(&hole)).unwrap();
        prop_assert!((with_hole.area_m2() - 0.99 * area).abs() <= 1e-12 * area);
        prop_assert!((with_hole.perimeter_m() - 1.1 * polygon.perimeter_m()).abs() <= 1e-9);
        prop_assert!(!with_hole.contains(Vec2::ZERO) && with_hole.contains(hole[0]));
        prop_assert!(with_hole.distance_m(Vec2::ZERO) > 0.0);
    }

    #[test]
    fn principal_axes_reproduce_the_covariance(points in prop::collection::vec(prop::array::uniform3(-3.0..3.0_f64), 1..30)) {
        let points: Vec<Vec3> = points.into_iter().map(Vec3::from_array).collect();
        let found = principal_axes_3d(&points).unwrap();
        let v = found.variances;
        prop_assert!(v.x >= v.y && v.y >= v.z && v.z >= 0.0);
        prop_assert!((found.axes.determinant() - 1.0).abs() < 1e-12);
        for (i, variance) in v.to_array().into_iter().enumerate() {
            for j in 0..3 {
                let along = |p: &Vec3, k: usize| found.axes.col(k).dot(*p - found.mean);
                let moment = points.iter().map(|p| along(p, i) * along(p, j)).sum::<f64>() / points.len() as f64;
                let expected = if i == j { variance } else { 0.0 };
                prop_assert!((moment - expected).abs() < 1e-12, "moment {i}{j} is {moment}");
            }
        }
        let flat: Vec<Vec2> = points.iter().map(|p| p.truncate()).collect();
        let in_plane = principal_axes_2d(&flat).unwrap();
        let lifted = principal_axes_3d(&flat.iter().map(|p| p.extend(0.0)).collect::<Vec<_>>()).unwrap();
        for i in 0..2 {
            prop_assert!((in_plane.variances[i] - lifted.variances[i]).abs() < 1e-12);
        }
        if in_plane.variances[0] - in_plane.variances[1] > 1e-3 {
            prop_assert!(in_plane.axes[0].extend(0.0).dot(lifted.axes.x_axis).abs() > 1.0 - 1e-9);
        }
    }
}

#[test]
fn room_with_a_pillar() {
    let square =
        |from: f64, to: f64| vec![Vec2::new(from, from), Vec2::new(to, from), Vec2::new(to, to), Vec2::new(from, to)];
    let room = Polygon::new(&square(0.0, 4.0), &[square(1.0, 2.0)]).unwrap();
    assert_eq!((room.area_m2(), room.perimeter_m()), (15.0, 20.0));
    assert!(
        room.contains(Vec2::new(0.0, 2.0)) && room.contains(Vec2::new(1.0, 1.5)) && room.contains(Vec2::new(4.0, 4.0))
    );
    assert!(!room.contains(Vec2::new(1.5, 1.5)) && !room.contains(Vec2::new(5.0, 2.0)));
    assert_eq!((room.distance_m(Vec2::new(1.5, 1.5)), room.distance_m(Vec2::new(7.0, 8.0))), (0.5, 5.0));
    assert_eq!(room.border_distance_m(Vec2::new(3.0, 1.5)), 1.0);
}

#[test]
fn bad_rings_are_refused() {
    let ring = |points: &[[f64; 2]]| points.iter().map(|p| Vec2::from_array(*p)).collect::<Vec<_>>();
    let square = ring(&[[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]]);
    let far: Vec<Vec2> = square.iter().map(|p| *p + Vec2::splat(10.0)).collect();
    let across: Vec<Vec2> = square.iter().map(|p| *p + Vec2::splat(2.0)).collect();
    let check = |exterior: &[Vec2], holes: &[Vec<Vec2>]| Polygon::new(exterior, holes).unwrap_err();
    assert_eq!(check(&ring(&[[0.0, 0.0], [1.0, 0.0]]), &[]), PolygonError::TooFew { ring: 0, count: 2 });
    assert_eq!(check(&ring(&[[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]), &[]), PolygonError::NoArea { ring: 0 });
    assert_eq!(
        check(&ring(&[[0.0, 0.0], [f64::NAN, 1.0], [2.0, 2.0]]), &[]),
        PolygonError::NotFinite { ring: 0, vertex: 1 }
    );
    let bow_tie = ring(&[[0.0, 0.0], [4.0, 4.0], [7.0, 0.0], [0.0, 5.0]]);
    assert_eq!(check(&bow_tie, &[]), PolygonError::Crossing { ring: 0, other: 0 });
    assert_eq!(check(&square, &[far]), PolygonError::Misplaced { ring: 1 });
    assert_eq!(check(&square, &[across]), PolygonError::Crossing { ring: 0, other: 1 });
}

#[test]
fn points_without_a_direction_give_the_world_axes() {
    let corners: Vec<Vec3> =
        (0..8_i32).map(|i| Vec3::new(f64::from(i & 1), f64::from(i >> 1 & 1), f64::from(i >> 2))).collect();
    let found = principal_axes_3d(&corners).unwrap();
    assert_eq!((found.mean, found.axes), (Vec3::splat(0.5), geometry::Mat3::IDENTITY));
    assert_eq!(principal_axes_2d(&[Vec2::ONE]).unwrap().axes, [Vec2::X, Vec2::Y]);
    assert!(principal_axes_3d(&[]).is_none() && principal_axes_2d(&[Vec2::NAN]).is_none());
}
