//! Pixels and overlaps of views, derived from depth images by hand: a wall 2 m ahead, seen by two cameras.

mod common;

use std::borrow::Cow;

use common::{derived, expect, object, parts, upright};
use scene::geometry::{Camera, Distortion, Mat3, RigidTransform, Vec2, Vec3};
use scene::image::grey_16_png;
use scene::{DepthFile, Frame, ImageFile, Images, NoiseModel, Pose, Scene, disk};
use serde_json::{Value, json};

const NOISE: NoiseModel =
    NoiseModel { pose_position_m: 0.01, pose_rotation_rad: 0.002, depth_relative: 0.01, ..NoiseModel::NONE };

/// Cameras of 32 × 24 pixels that look along y from the origin and from a metre to the right; the first pixel knows no depth.
fn wall(lens: Distortion) -> Scene {
    let camera = Camera::new(32, 24, Vec2::splat(32.0), Vec2::new(16.0, 12.0), lens).expect("camera");
    let bytes = grey_16_png([32, 24], (0..32 * 24).map(|pixel| if pixel == 0 { 0 } else { 1000 })).expect("png");
    let image = ImageFile { file: "wall.png".into(), sha256: disk::sha256_hex(&bytes) };
    let mut made = parts(NOISE, vec![object(1, "chair", &[], upright([0.0, 1.0, 0.0], [0.1; 3], 0.0))]);
    for (name, x) in [("a", 0.0), ("b", 1.0)] {
        let axes = Mat3::from_cols(Vec3::X, -Vec3::Z, Vec3::Y);
        made.frames.push(Frame {
            name: name.into(),
            time_s: None,
            camera,
            pose: Pose::Known(RigidTransform::new(axes, Vec3::X * x).expect("pose")),
            colour: None,
            depth: Some(DepthFile { image: image.clone(), scale_m: 0.002 }),
            instance: None,
            sightings: None,
        });
    }
    let images = Images::in_memory([("wall.png".to_owned(), Cow::Owned(bytes))]);
    Scene::new(made).expect("scene").with_images(images)
}

fn forward(of: &str, frame: &str) -> Value {
    json!({"measure": "coordinate", "axis": "forward", "of": of, "frame": frame})
}

#[test]
fn a_pixel_is_where_its_depth_puts_it_with_the_tolerance_of_depth_and_pose() {
    let scene = wall(Distortion::None);
    // Half a pixel right and down of the axis, at 2 m.
    let range = (4.0 + 2.0 * (2.0_f64 * 0.5 / 32.0).powi(2)).sqrt();
    let own = (range * 0.01).hypot(range / 2.0 * 0.001);
    expect(&scene, "isovist", &forward("@a:16,12", "@a"), "m", [2.0, 2.0 - 4.0 * own, 2.0 + 4.0 * own]);
    let apart = ((1.0 - 1.0_f64 / 32.0).powi(2) + 4.0 + (1.0_f64 / 32.0).powi(2)).sqrt();
    let whole = (own * own + 2.0 * 1e-4 + (range * 0.002).powi(2) + (apart * 0.002).powi(2)).sqrt();
    expect(&scene, "isovist", &forward("@a:16,12", "@b"), "m", [2.0, 2.0 - 4.0 * whole, 2.0 + 4.0 * whole]);
    expect(&scene, "vsi-bench", &forward("@b:16,12", "@b"), "m", [2.0; 3]);
}

#[test]
fn pixels_without_depth_outside_or_written_otherwise_are_none() {
    let scene = wall(Distortion::None);
    for pixel in ["@a:0,0", "@a:32,0", "@a:-1,0", "@a:016,12", "@a:16.0,12", "@a:16", "@c:16,12"] {
        assert!(derived(&scene, "isovist", &forward(pixel, "@a"), "m").is_err(), "{pixel}");
    }
    let blind = Scene::new(scene.parts().clone()).expect("scene");
    assert!(derived(&blind, "isovist", &forward("@a:16,12", "@a"), "m").is_err());
}

#[test]
fn a_bent_lens_bends_both_ways() {
    for lens in [
        Distortion::BrownConrady { k: [-0.2, 0.05, 0.0, 0.0, 0.0, 0.0], p: [0.001, -0.002] },
        Distortion::KannalaBrandt { k: [0.02, -0.01, 0.0, 0.0] },
    ] {
        let scene = wall(lens);
        expect(&scene, "vsi-bench", &forward("@a:30,20", "@a"), "m", [2.0; 3]);
        let overlap = json!({"measure": "view_overlap", "of": "@a", "with": "@b"});
        let [value, ..] = derived(&scene, "vsi-bench", &overlap, "1").expect("a share");
        assert!((0.25..=0.75).contains(&value), "{value}");
    }
}

#[test]
fn an_overlap_counts_the_pixels_that_the_other_frame_shows() {
    let scene = wall(Distortion::None);
    // A metre at 2 m is 16 of 32 pixels: columns 20 and 28 of 4, 12, 20 and 28.
    let overlap = json!({"measure": "view_overlap", "of": "@a", "with": "@b"});
    let [value, lo, hi] = derived(&scene, "isovist", &overlap, "1").expect("a share");
    assert!((value - 0.5).abs() < 1e-12, "{value}");
    assert!(lo <= value && value <= hi && hi <= 1.0, "{lo} {hi}");
    expect(&scene, "vsi-bench", &overlap, "1", [0.5; 3]);
    let back = json!({"measure": "view_overlap", "of": "@a", "with": "#1"});
    assert!(derived(&scene, "isovist", &back, "1").is_err());
}
