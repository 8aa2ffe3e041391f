//! Cameras: published formulas written out anew, round trips, folds, turns and faults.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use geometry::{Camera, CameraError, Distortion, Vec2, Vec3};
use proptest::prelude::*;

fn camera(distortion: Distortion) -> Camera {
    Camera::new(640, 480, Vec2::new(520.0, 525.0), Vec2::new(315.0, 245.0), distortion).unwrap()
}

/// Lenses as calibrations have them, from wide phones to near pinholes.
fn lens() -> impl Strategy<Value = Distortion> {
    let k = (-0.4..0.4_f64, -0.2..0.3_f64, -0.05..0.1_f64, -0.1..0.1_f64, -0.05..0.05_f64, -0.01..0.01_f64);
    let brown = (k, -0.01..0.01_f64, -0.01..0.01_f64).prop_map(|((k1, k2, k3, k4, k5, k6), p1, p2)| {
        Distortion::BrownConrady { k: [k1, k2, k3, k4, k5, k6], p: [p1, p2] }
    });
    let fisheye = (-0.1..0.1_f64, -0.05..0.05_f64, -0.02..0.02_f64, -0.01..0.01_f64)
        .prop_map(|(k1, k2, k3, k4)| Distortion::KannalaBrandt { k: [k1, k2, k3, k4] });
    prop_oneof![Just(Distortion::None), brown, fisheye]
}

/// The formulas as the `OpenCV` manual prints them, without regard to their range.
fn by_the_manual(camera: &Camera, p: Vec3) -> Vec2 {
    let (a, b) = (p.x / p.z, p.y / p.z);
    let r2 = a * a + b * b;
    let (x, y) = match camera.distortion() {
        Distortion::None => (a, b),
        Distortion::BrownConrady { k, p: [p1, p2] } => {
            let radial = (1.0 + k[0] * r2 + k[1] * r2.powi(2) + k[2] * r2.powi(3))
                / (1.0 + k[3] * r2 + k[4] * r2.powi(2) + k[5] * r2.powi(3));
            (
                a * radial + 2.0 * p1 * a * b + p2 * (r2 + 2.0 * a * a),
                b * radial + p1 * (r2 + 2.0 * b * b) + 2.0 * p2 * a * b,
            )
        }
        Distortion::KannalaBrandt { k } => {
            let r = r2.sqrt();
            let t = r.atan();
            let bent = t * (1.0 + k[0] * t.powi(2) + k[1] * t.powi(4) + k[2] * t.powi(6) + k[3] * t.powi(8));
            (bent / r * a, bent / r * b)
        }
    };
    Vec2::new(x, y) * camera.focal_px() + camera.centre_px()
}

proptest! {
    #[test]
    fn projection_is_the_published_formula(lens in lens(), x in -2.0..2.0_f64, y in -2.0..2.0_f64, z in 0.1..9.0_f64) {
        let camera = camera(lens);
        let p = Vec3::new(x, y, 1.0) * z;
        if let Some(pixel) = camera.project(p) {
            prop_assert!(pixel.distance(by_the_manual(&camera, p)) < 1e-9 * (1.0 + pixel.length()));
        }
    }

    #[test]
    fn a_ray_projects_to_its_pixel_and_a_point_unprojects_to_itself(
        lens in lens(), x in -3.0..3.0_f64, y in -3.0..3.0_f64, z in 0.1..9.0_f64,
    ) {
        let camera = camera(lens);
        let p = Vec3::new(x, y, 1.0) * z;
        if let Some(pixel) = camera.project(p) {
            let ray = camera.ray(pixel).expect("what projects has a ray");
            prop_assert!(ray.distance(p.normalize()) < 1e-9, "{ray} {}", p.normalize());
            prop_assert!((ray.length() - 1.0).abs() < 1e-12);
            prop_assert!(camera.unproject(pixel, p.z).unwrap().distance(p) < 1e-8 * p.length());
        }
    }

    #[test]
    fn every_pixel_with_a_ray_gets_it_back(lens in lens(), u in -100.0..740.0_f64, v in -100.0..580.0_f64) {
        let camera = camera(lens);
        let pixel = Vec2::new(u, v);
        if let Some(ray) = camera.ray(pixel) {
            // At the very end of a model's range rounding may put the ray just outside it.
            if let Some(back) = camera.project(ray * 3.0) {
                prop_assert!(back.distance(pixel) < 1e-9, "{back} {pixel}");
            }
        }
    }

    #[test]
    fn turning_the_image_turns_the_pixels(lens in lens(), quarters in 0_u8..9, x in -0.5..0.5_f64, y in -0.4..0.4_f64) {
        let camera = camera(lens);
        let (turned, old_from_new) = camera.rotated(quarters);
        let p = Vec3::new(x, y, 1.0);
        if let Some(mut pixel) = camera.project(p) {
            let mut size = [camera.width_px(), camera.height_px()];
            for _ in 0..quarters % 4 {
                pixel = Vec2::new(f64::from(size[1]) - pixel.y, pixel.x);
                size.swap(0, 1);
            }
            let found = turned.project(old_from_new.transpose() * p).unwrap();
            prop_assert!(found.distance(pixel) < 1e-9);
            prop_assert_eq!([turned.width_px(), turned.height_px()], size);
        }
    }
}

#[test]
fn calibrations_in_use_cover_their_own_images() {
    // TUM RGB-D fr1, a wide-angle Brown–Conrady lens, and a fisheye of 160° from corner to corner.
    let k = [0.2624, -0.9531, 1.1633, 0.0, 0.0, 0.0];
    let tum = Distortion::BrownConrady { k, p: [-0.0054, 0.0026] };
    let tum = Camera::new(640, 480, Vec2::new(517.3, 516.5), Vec2::new(318.6, 255.3), tum).unwrap();
    let fisheye = Distortion::KannalaBrandt { k: [-0.01, 0.005, -0.003, 0.0005] };
    let fisheye = Camera::new(800, 800, Vec2::splat(400.0), Vec2::splat(400.0), fisheye).unwrap();
    for camera in [tum, fisheye] {
        for (u, v) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, 0.5)] {
            let size = Vec2::new(f64::from(camera.width_px()), f64::from(camera.height_px()));
            let pixel = Vec2::new(u, v) * size;
            let ray = camera.ray(pixel).unwrap();
            assert!(camera.project(ray).unwrap().distance(pixel) < 1e-9);
        }
    }
}

#[test]
fn points_beyond_the_fold_of_a_polynomial_are_not_seen() {
    // r(1 − 0.3·r²) rises up to r = 1.054 and is back at the centre at r = 1.826.
    let camera = camera(Distortion::BrownConrady { k: [-0.3, 0.0, 0.0, 0.0, 0.0, 0.0], p: [0.0; 2] });
    let folded = Vec3::new(1.8, 0.0, 1.0);
    assert!(camera.holds(by_the_manual(&camera, folded)), "without a range it would stand in the picture");
    assert_eq!(camera.project(folded), None);
    assert!(camera.project(Vec3::new(1.0, 0.0, 1.0)).is_some());
    // Rays beyond the largest value of the map do not exist.
    assert_eq!(camera.ray(Vec2::new(315.0 + 520.0 * 0.75, 245.0)), None);
}

#[test]
fn nothing_behind_the_camera_is_seen() {
    for lens in [Distortion::None, Distortion::KannalaBrandt { k: [0.0; 4] }] {
        let camera = camera(lens);
        assert_eq!(camera.project(Vec3::new(0.1, 0.1, -1.0)), None);
        assert_eq!(camera.project(Vec3::new(0.1, 0.1, 0.0)), None);
        assert_eq!(camera.project(Vec3::new(f64::NAN, 0.1, 1.0)), None);
        assert_eq!(camera.project(Vec3::Z), Some(camera.centre_px()));
    }
}

#[test]
fn half_the_size_halves_the_pixels() {
    let camera = camera(Distortion::None);
    let p = Vec3::new(0.3, -0.2, 1.5);
    let half = camera.resized(320, 240).unwrap();
    assert!((camera.project(p).unwrap() / 2.0).distance(half.project(p).unwrap()) < 1e-12);
    let window = camera.window(Vec2::new(-100.0, 50.0), 900, 200).unwrap();
    assert!(window.project(p).unwrap().distance(camera.project(p).unwrap() - Vec2::new(-100.0, 50.0)) < 1e-12);
}

#[test]
fn faults_are_named() {
    let make = |width, fx, cx, k1| {
        let lens = Distortion::KannalaBrandt { k: [k1, 0.0, 0.0, 0.0] };
        Camera::new(width, 480, Vec2::new(fx, 500.0), Vec2::new(cx, 240.0), lens)
    };
    assert!(make(640, 500.0, 320.0, 0.0).is_ok());
    assert!(matches!(make(0, 500.0, 320.0, 0.0), Err(CameraError::Size { field: "width_px", value: 0 })));
    assert!(matches!(make(20_000, 500.0, 320.0, 0.0), Err(CameraError::Size { .. })));
    assert!(matches!(make(640, -500.0, 320.0, 0.0), Err(CameraError::OutOfRange { field: "fx", .. })));
    assert!(matches!(make(640, 500.0, f64::NAN, 0.0), Err(CameraError::OutOfRange { field: "cx", .. })));
    assert!(matches!(make(640, 500.0, 320.0, f64::INFINITY), Err(CameraError::OutOfRange { field: "distortion", .. })));
}
