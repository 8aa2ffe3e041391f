//! The ScanNet++ reader: nerfstudio's axes undone, boxes held against the scan, the telephone's depth fitted.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;

use std::{fmt::Write as _, fs, path::Path};

use common::import;
use scene::geometry::{Distortion, Vec2, Vec3};
use serde_json::{Value, json};

fn grey(path: &Path, size: [u32; 2], value: impl Fn(u32, u32) -> u16) {
    let steps: Vec<u16> =
        (0..size[1]).flat_map(|y| (0..size[0]).map(move |x| (x, y))).map(|(x, y)| value(x, y)).collect();
    fs::write(path, render::grey_16_png(size, steps.into_iter()).unwrap()).unwrap();
}

fn colour(path: &Path, size: [u32; 2]) {
    fs::write(path, render::rgb_png(size, &vec![[9; 3]; (size[0] * size[1]) as usize]).unwrap()).unwrap();
}

/// A camera at (1, 2, 1.5) that looks along +y, upright, in nerfstudio's axes: its right, up and backwards are world +x,
/// +z, −y, and a world point (x, y, z) is called (y, x, −z) there.
fn level() -> Value {
    json!([[0, 0, -1, 2], [1, 0, 0, 1], [0, -1, 0, -1.5], [0, 0, 0, 1]])
}

fn transforms() -> Value {
    json!({
        "fl_x": 20.0, "fl_y": 21.0, "cx": 8.0, "cy": 6.0, "w": 16, "h": 12,
        "k1": 0.01, "k2": 0.002, "k3": 0.0, "k4": 0.0, "camera_model": "OPENCV_FISHEYE",
        "frames": [
            {"file_path": "DSC2.png", "transform_matrix": level(), "is_bad": false},
            {"file_path": "DSC1.png", "transform_matrix": level(), "mask_path": "DSC1.png"},
            {"file_path": "DSC3.png", "transform_matrix": level(), "is_bad": true},
        ],
        "test_frames": [{"file_path": "DSC4.png", "transform_matrix": level()}],
        "has_mask": true,
    })
}

/// A room with a table of 2 x 1 x 1 m whose long side lies along (1, 1, 0), a floor, and a box that lies.
fn room(dir: &Path) -> std::path::PathBuf {
    let root = dir.join("ab12");
    for part in ["dslr/nerfstudio", "dslr/resized_images", "dslr/render_depth", "scans", "iphone/rgb", "iphone/depth"] {
        fs::create_dir_all(root.join(part)).unwrap();
    }
    fs::write(root.join("dslr/nerfstudio/transforms.json"), transforms().to_string()).unwrap();
    colour(&root.join("dslr/resized_images/DSC1.png"), [16, 12]);
    colour(&root.join("dslr/resized_images/DSC2.png"), [16, 12]);
    grey(&root.join("dslr/render_depth/DSC1.png"), [16, 12], |x, y| (x + y) as u16);
    let half = std::f64::consts::FRAC_1_SQRT_2;
    let axes = json!([half, half, 0, -half, half, 0, 0, 0, 1]);
    let columns = json!([half, -half, 0, half, half, 0, 0, 0, 1]);
    let group = |id: u32, label: &str, axes: &Value| {
        json!({"id": id, "objectId": id, "label": label, "segments": [10], "obb":
            {"centroid": [1, 5, 0.5], "axesLengths": [2, 1, 1], "normalizedAxes": axes}})
    };
    let groups = json!({"sceneId": "ab12", "segGroups":
        [group(3, "table", &axes), group(4, "desk", &columns), group(5, "floor", &axes)]});
    fs::write(root.join("scans/segments_anno.json"), groups.to_string()).unwrap();
    let mut ply =
        "ply\nformat ascii 1.0\nelement vertex 8\nproperty float x\nproperty float y\nproperty float z\nend_header\n"
            .to_owned();
    for i in 0..8 {
        let [u, v, w] = [0, 1, 2].map(|bit| if i >> bit & 1 == 1 { 1.0 } else { -1.0 });
        let (u, v, w) = (u, v * 0.5, w * 0.5);
        writeln!(ply, "{} {} {}", 1.0 + half * (u - v), 5.0 + half * (u + v), 0.5 + w).unwrap();
    }
    fs::write(root.join("scans/mesh_aligned_0.05.ply"), ply).unwrap();
    fs::write(root.join("scans/segments.json"), json!({"segIndices": vec![10; 8]}).to_string()).unwrap();
    let frame = |pose: Value| json!({"intrinsic": [[40, 0, 16], [0, 40, 12], [0, 0, 1]], "aligned_pose": pose, "timestamp": 3.5, "imu": {}});
    let ours = json!([[1, 0, 0, 1], [0, 0, 1, 2], [0, -1, 0, 1.5], [0, 0, 0, 1]]);
    let telephone =
        json!({"frame_000000": frame(ours), "frame_000010": frame(Value::Null), "frame_000020": frame(Value::Null)});
    fs::write(root.join("iphone/pose_intrinsic_imu.json"), telephone.to_string()).unwrap();
    for name in ["frame_000000", "frame_000010"] {
        colour(&root.join(format!("iphone/rgb/{name}.png")), [32, 24]);
    }
    grey(&root.join("iphone/depth/frame_000000.png"), [8, 6], |x, y| (10 * y + x) as u16);
    root
}

#[test]
fn camera_and_world_are_turned_out_of_nerfstudio() {
    let dir = tempfile::tempdir().unwrap();
    let (scenes, report) = import("scannetpp", &room(dir.path()));
    let scene = &scenes[0];
    let frame = scene.frame("DSC1").unwrap();
    let pose = frame.pose.world_from_camera().unwrap();
    assert!(pose.translation().distance(Vec3::new(1.0, 2.0, 1.5)) < 1e-12);
    for (axis, world) in [(Vec3::X, Vec3::X), (Vec3::Y, Vec3::NEG_Z), (Vec3::Z, Vec3::Y)] {
        assert!(pose.turn(axis).distance(world) < 1e-12);
    }
    assert_eq!(frame.camera.distortion(), Distortion::KannalaBrandt { k: [0.01, 0.002, 0.0, 0.0] });
    assert_eq!((frame.camera.centre_px(), frame.camera.focal_px()), (Vec2::new(8.0, 6.0), Vec2::new(20.0, 21.0)));
    assert!(frame.depth.is_some() && scene.frame("DSC2").unwrap().depth.is_none());
    // Withheld pictures keep their poses; bad ones go.
    assert!(scene.frame("DSC4").unwrap().colour.is_none() && scene.frame("DSC3").is_none());
    let text = report.to_string();
    for says in ["1 pictures are named but not there", "1 pictures of the camera have no depth", "marked it as bad"] {
        assert!(text.contains(says), "{says}: {text}");
    }
}

#[test]
fn a_file_that_states_its_turn_is_taken_at_its_word() {
    let dir = tempfile::tempdir().unwrap();
    let root = room(dir.path());
    let file = root.join("dslr/nerfstudio/transforms.json");
    let mut raw = transforms();
    raw["applied_transform"] = json!([[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 3]]);
    fs::write(&file, raw.to_string()).unwrap();
    let (scenes, _) = import("scannetpp", &root);
    let pose = *scenes[0].frame("DSC1").unwrap().pose.world_from_camera().unwrap();
    // (x, z, -y + 3) = (2, 1, -1.5): x = 2, y = 4.5, z = 1.
    assert!(pose.translation().distance(Vec3::new(2.0, 4.5, 1.0)) < 1e-12);
    for (key, value) in [("applied_scale", json!(2.0)), ("camera_model", json!("EQUIRECTANGULAR"))] {
        let mut raw = transforms();
        raw[key] = value;
        fs::write(&file, raw.to_string()).unwrap();
        let message = (ingest::reader("scannetpp").unwrap().read)(&root).unwrap_err().to_string();
        assert!(message.contains("transforms.json") && message.contains(key), "{message}");
    }
}

#[test]
fn boxes_are_held_against_their_vertices() {
    let dir = tempfile::tempdir().unwrap();
    let (scenes, report) = import("scannetpp", &room(dir.path()));
    let labels: Vec<&str> = scenes[0].objects().iter().map(|object| object.label.as_str()).collect();
    assert_eq!(labels, ["table"]);
    let reasons: Vec<String> =
        report.refused.iter().map(|refused| format!("{}: {}", refused.what, refused.reason)).collect();
    assert!(
        reasons.contains(&"ab12: desk (4): only 0 of its 8 vertices lie within 0.05 m of its box".to_owned()),
        "{reasons:?}"
    );
    assert!(reasons.iter().any(|reason| reason.contains("floor (5): is the building")), "{reasons:?}");
    let segments = dir.path().join("ab12/scans/segments.json");
    fs::write(&segments, json!({"segIndices": vec![10; 7]}).to_string()).unwrap();
    let message = (ingest::reader("scannetpp").unwrap().read)(&dir.path().join("ab12")).unwrap_err().to_string();
    assert!(message.contains("segments.json") && message.contains("8 vertices"), "{message}");
}

#[test]
fn the_telephone_has_its_depth_at_the_size_of_its_picture() {
    let dir = tempfile::tempdir().unwrap();
    let import = (ingest::reader("scannetpp").unwrap().read)(&room(dir.path())).unwrap();
    let scene = &import.scenes[0];
    let frame = scene.frame("frame_000000").unwrap();
    assert_eq!(frame.time_s, Some(3.5));
    let pose = frame.pose.world_from_camera().unwrap();
    assert!(pose.turn(Vec3::Z).distance(Vec3::Y) < 1e-12 && pose.translation() == Vec3::new(1.0, 2.0, 1.5));
    let path = &frame.depth.as_ref().unwrap().image.file;
    let file = import.files["ab12"].iter().find(|file| &file.path == path).unwrap();
    let depth = render::grey_16(Path::new("d"), &file.bytes().unwrap()).unwrap();
    assert_eq!([depth.width_px, depth.height_px], [32, 24]);
    for (x, y) in [(0, 0), (31, 0), (17, 22), (4, 3)] {
        assert_eq!(depth.pixels[y * 32 + x], (10 * (y / 4) + x / 4) as u16);
    }
    assert!(scene.frame("frame_000010").unwrap().pose.world_from_camera().is_none());
    assert!(scene.frame("frame_000020").is_none());
    assert!(import.report.to_string().contains("1 pictures of the telephone are not in iphone/rgb"));
}

#[test]
fn paths_that_lead_out_of_the_folder_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let root = room(dir.path());
    for path in ["../resized_images/DSC1.png", "/etc/hostname", "a/../../DSC1.png"] {
        let mut raw = transforms();
        raw["frames"][0]["file_path"] = json!(path);
        fs::write(root.join("dslr/nerfstudio/transforms.json"), raw.to_string()).unwrap();
        let message = (ingest::reader("scannetpp").unwrap().read)(&root).unwrap_err().to_string();
        assert!(message.contains("must lie in the folder of images"), "{message}");
    }
}

#[test]
fn poses_are_held_against_the_model_they_were_made_from() {
    let dir = tempfile::tempdir().unwrap();
    let root = room(dir.path());
    fs::create_dir_all(root.join("dslr/colmap")).unwrap();
    // World to camera: a turn by +90 degrees about x, then (-1, 1.5, -2).
    let half = "0.7071067811865476 0.7071067811865476 0 0";
    let images = root.join("dslr/colmap/images.txt");
    fs::write(&images, format!("1 {half} -1 1.5 -2 1 DSC1.png\n\n2 {half} -1 1.5 -2 1 DSC2.png\n\n")).unwrap();
    let (_, report) = import("scannetpp", &root);
    assert_eq!(report.read["poses held against COLMAP's"], 2);
    fs::write(&images, format!("1 {half} -1 1.5 -2 1 DSC1.png\n\n2 1 0 0 0 -1 1.5 -2 1 DSC2.png\n\n")).unwrap();
    let message = (ingest::reader("scannetpp").unwrap().read)(&root).unwrap_err().to_string();
    assert!(message.contains("DSC2.png") && message.contains("not that of dslr/colmap"), "{message}");
}
