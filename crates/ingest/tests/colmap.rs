//! Models of COLMAP: text and binary say the same, poses are inverted, lenses kept or refused by name.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

#[path = "common/colmap_model.rs"]
mod colmap_model;
mod common;

use std::{fs, num::NonZeroUsize, path::Path};

use colmap_model::{CAMERAS, POINTS, binary_model, images, text_model};
use common::import;
use ingest::{Options, Up};
use scene::geometry::{Distortion, Vec2, Vec3};

fn error(path: &Path) -> String {
    (ingest::reader("colmap").unwrap().read)(path).unwrap_err().to_string()
}

#[test]
fn text_and_binary_say_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let [text, binary] = ["a/room", "b/room"].map(|name| dir.path().join(name));
    text_model(&text);
    binary_model(&binary);
    let (scenes, report) = import("colmap", &text);
    assert_eq!(scenes[0].parts(), import("colmap", &binary).0[0].parts());
    let [b, a] = scenes[0].frames() else { panic!("two frames") };
    assert_eq!((b.name.as_str(), a.name.as_str()), ("b.png", "left_a.png"));
    let pose = b.pose.world_from_camera().unwrap();
    assert!(pose.translation().distance(Vec3::new(1.0, 2.0, 1.5)) < 1e-12);
    for (axis, world) in [(Vec3::X, Vec3::X), (Vec3::Y, Vec3::NEG_Z), (Vec3::Z, Vec3::Y)] {
        assert!(pose.turn(axis).distance(world) < 1e-12);
    }
    // Its picture was resized to half, and the camera with it.
    assert_eq!((b.camera.width_px(), b.camera.centre_px()), (8, Vec2::new(4.25, 3.125)));
    assert_eq!(a.camera.distortion(), Distortion::KannalaBrandt { k: [0.01, 0.002, 0.0, 0.0] });
    // A point of the model straight ahead is seen at the principal point.
    let point = Vec3::from_array(scenes[0].parts().points[0].map(f64::from));
    assert!(b.camera.project(pose.inverse().apply(point)).unwrap().distance(b.camera.centre_px()) < 1e-9);
    for says in ["COLMAP states no scale", "COLMAP states no up"] {
        assert!(report.to_string().contains(says), "{report}");
    }
}

#[test]
fn the_world_is_turned_where_a_person_says_which_way_is_up() {
    let dir = tempfile::tempdir().unwrap();
    text_model(dir.path());
    let stride = NonZeroUsize::new(2);
    let options = Options { up: Some(Up::MinusY), stride, scale_m: Some(2.0), ..Options::default() };
    let import = ingest::reader("colmap").unwrap().read_with(dir.path(), &options).unwrap();
    let [frame] = import.scenes[0].frames() else { panic!("every other frame") };
    let pose = frame.pose.world_from_camera().unwrap();
    assert!(pose.translation().distance(Vec3::new(2.0, 3.0, -4.0)) < 1e-12);
    let says = "one unit of the model taken as 2 m, as --scale says";
    assert!(import.report.to_string().contains(says), "{}", import.report);
    // It looked along +y, which is down if -y is up.
    assert!(pose.turn(Vec3::Z).distance(Vec3::NEG_Z) < 1e-12);
}

#[test]
fn every_lens_is_kept_or_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    text_model(dir.path());
    let cameras = dir.path().join("sparse/0/cameras.txt");
    let brown = |k: [f64; 6], p: [f64; 2]| Some(Distortion::BrownConrady { k, p });
    let fisheye = |k: [f64; 4]| Some(Distortion::KannalaBrandt { k });
    for (model, expected) in [
        ("SIMPLE_PINHOLE 16 12 20 8 6", Some(Distortion::None)),
        ("SIMPLE_RADIAL 16 12 20 8 6 0.1", brown([0.1, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0; 2])),
        ("RADIAL 16 12 20 8 6 0.1 0.01", brown([0.1, 0.01, 0.0, 0.0, 0.0, 0.0], [0.0; 2])),
        ("OPENCV 16 12 20 21 8 6 0.1 0.01 0.001 0.002", brown([0.1, 0.01, 0.0, 0.0, 0.0, 0.0], [0.001, 0.002])),
        ("OPENCV 16 12 20 21 8 6 0 0 0 0", Some(Distortion::None)),
        (
            "FULL_OPENCV 16 12 20 21 8 6 .1 .01 .001 .002 .003 .004 .005 .006",
            brown([0.1, 0.01, 0.003, 0.004, 0.005, 0.006], [0.001, 0.002]),
        ),
        ("SIMPLE_RADIAL_FISHEYE 16 12 20 8 6 0.1", fisheye([0.1, 0.0, 0.0, 0.0])),
        ("RADIAL_FISHEYE 16 12 20 8 6 0.1 0.01", fisheye([0.1, 0.01, 0.0, 0.0])),
        ("FOV 16 12 20 21 8 6 0.9", None),
        ("THIN_PRISM_FISHEYE 16 12 20 21 8 6 0 0 0 0 0 0 0 0", None),
        ("RAD_TAN_THIN_PRISM_FISHEYE 16 12 20", None),
        ("PINHOLE 16 12 20 8 6", None),
    ] {
        fs::write(&cameras, format!("1 {model}\n2 {model}\n")).unwrap();
        if let Some(distortion) = expected {
            assert_eq!(import("colmap", dir.path()).0[0].frames()[0].camera.distortion(), distortion, "{model}");
            continue;
        }
        let (name, message) = (model.split(' ').next().unwrap(), error(dir.path()));
        assert!(message.contains(name) && message.contains("cameras.txt"), "{message}");
    }
}

#[test]
fn cut_and_changed_models_name_their_file() {
    let dir = tempfile::tempdir().unwrap();
    let parts = binary_model(dir.path());
    let mut tried = 0;
    for (name, bytes) in ["cameras.bin", "images.bin", "points3D.bin"].iter().zip(&parts) {
        let file = dir.path().join("sparse/0").join(name);
        let mut check = |damaged: &[u8]| {
            fs::write(&file, damaged).unwrap();
            let message = error(dir.path());
            assert!(message.contains(name), "{message}");
            tried += 1;
        };
        for step in 0..50 {
            check(&bytes[..bytes.len() * step / 50]);
        }
        // Counts without end, one too few, one too many; bytes too many.
        for count in [u64::MAX, 1 << 40, 1, 3] {
            check(&[&count.to_le_bytes(), &bytes[8..]].concat());
        }
        check(&[bytes.as_slice(), &[0]].concat());
        fs::write(&file, bytes).unwrap();
    }
    let binary = dir.path().join("sparse/0/images.bin");
    for at in [12, 20, 44, 60] {
        for wrong in [f64::NAN, 1e300, f64::INFINITY] {
            let mut bytes = parts[1].clone();
            bytes[at..at + 8].copy_from_slice(&wrong.to_le_bytes());
            fs::write(&binary, bytes).unwrap();
            assert!(error(dir.path()).contains("images.bin"));
            tried += 1;
        }
    }
    fs::write(&binary, &parts[1]).unwrap();
    let text = tempfile::tempdir().unwrap();
    text_model(text.path());
    for (name, good) in
        [("cameras.txt", CAMERAS.to_owned()), ("images.txt", images()), ("points3D.txt", POINTS.to_owned())]
    {
        let file = text.path().join("sparse/0").join(name);
        let words = ["NaN,", "x", "--", "1e999x"];
        for (at, wrong) in (0..12).zip(words.iter().cycle()) {
            let line = good.lines().find(|line| !line.starts_with('#')).unwrap();
            let mut cells: Vec<&str> = line.split(' ').collect();
            let last = cells.len().min(if name == "points3D.txt" { 4 } else { 9 });
            cells[at % last] = wrong;
            fs::write(&file, good.replace(line, &cells.join(" "))).unwrap();
            assert!(error(text.path()).contains(name), "{name}: {cells:?}");
            tried += 1;
        }
        fs::write(&file, good).unwrap();
    }
    for name in ["cameras.txt", "images.txt"] {
        fs::remove_file(text.path().join("sparse/0").join(name)).unwrap();
        let message = error(text.path());
        assert!(message.contains(name) || message.contains("images.txt"), "{message}");
        tried += 1;
    }
    assert!(tried >= 200, "{tried}");
}

#[test]
fn pictures_that_are_not_there_are_counted_and_stray_ones_refused() {
    let dir = tempfile::tempdir().unwrap();
    text_model(dir.path());
    fs::remove_file(dir.path().join("images/b.png")).unwrap();
    fs::remove_file(dir.path().join("sparse/0/points3D.txt")).unwrap();
    let (scenes, report) = import("colmap", dir.path());
    assert!(scenes[0].frames()[0].colour.is_none() && scenes[0].frames()[1].colour.is_some());
    let text = report.to_string();
    assert!(text.contains("1 pictures are named but not in") && text.contains("no points3D"), "{text}");
    fs::write(dir.path().join("sparse/0/images.txt"), images().replace("left/a.png", "../../a.png")).unwrap();
    assert!(error(dir.path()).contains("leads out"));
    fs::write(dir.path().join("sparse/0/images.txt"), images().replace(" 2 left", " 9 left")).unwrap();
    assert!(error(dir.path()).contains("names a camera"));
}
