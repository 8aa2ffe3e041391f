//! The SpatialEvo reader: what the layout leaves unsaid or says wrongly is unknown.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;

use std::{fs, path::Path};

use common::import;
use scene::{
    Pose,
    geometry::{Vec2, Vec3},
};
use serde_json::{Value, json};

fn grey(path: &Path, size: [u32; 2], value: impl Fn(u32, u32) -> u16) {
    let steps: Vec<u16> =
        (0..size[1]).flat_map(|y| (0..size[0]).map(move |x| (x, y))).map(|(x, y)| value(x, y)).collect();
    fs::write(path, render::grey_16_png(size, steps.into_iter()).unwrap()).unwrap();
}

fn object(id: u32, label: &str, size: f64, location: [f64; 3]) -> Value {
    json!({"object_id": id, "label": label, "size": size, "3d_bbox": [0, 1, 0, 1, 3, 0.5],
        "3d_location": location, "first_frame": "20.jpg"})
}

fn metadata() -> Value {
    json!({"scene_id": "scene0000_00", "room_size": 12.5, "objects": [
        object(2, "coffee_table", 200.0, [0.5, 2.0, 0.25]),
        object(3, "chair", 200.0, [0.5, 2.0, 0.75]),
        object(4, "lamp", 90.0, [0.5, 2.0, 0.25]),
        {"object_id": 5, "label": "plant", "size": null, "3d_bbox": null, "3d_location": null},
    ]})
}

/// A scene that `axisAlignment` turns by a quarter about z and lifts by 1 m; pictures 100 (posed), 20 (tracking lost) and
/// 7 (no pose file).
fn data_set(dir: &Path) -> std::path::PathBuf {
    let scene = dir.join("train/scene0000_00");
    let metadata_dir = dir.join("metadata/scene0000_00/frame_processed");
    for part in ["color", "frame_processed", "depth", "pose"] {
        fs::create_dir_all(scene.join(part)).unwrap();
    }
    fs::create_dir_all(&metadata_dir).unwrap();
    fs::write(metadata_dir.parent().unwrap().join("scene0000_00.json"), metadata().to_string()).unwrap();
    let seen = json!({"scene_id": "scene0000_00", "frame_id": "100.jpg", "objects": [
        {"object_id": 2, "label": "coffee_table", "visibility": 0.5},
        {"object_id": 9, "label": "ghost", "visibility": 0.5}]});
    fs::write(metadata_dir.join("100.json"), seen.to_string()).unwrap();
    for number in [7, 20, 100, 101] {
        let png = render::rgb_png([12, 8], &[[1, 2, 3]; 96]).unwrap();
        fs::write(scene.join(format!("color/{number}.png")), &png).unwrap();
        if number != 101 {
            fs::write(scene.join(format!("frame_processed/{number}.png")), &png).unwrap();
        }
    }
    grey(&scene.join("depth/100.png"), [6, 4], |x, y| (100 * y + x + 1) as u16);
    fs::write(scene.join("pose/100.txt"), "1 0 0 1\n0 0 1 2\n0 -1 0 1.5\n0 0 0 1\n").unwrap();
    fs::write(scene.join("pose/20.txt"), "-inf -inf -inf -inf\n".repeat(4)).unwrap();
    fs::write(scene.join("intrinsic_color.txt"), "10 0 5.5 0\n0 10 3.5 0\n0 0 1 0\n0 0 0 1\n").unwrap();
    fs::write(scene.join("intrinsic_depth.txt"), "5 0 2.5 0\n0 5 1.5 0\n0 0 1 0\n0 0 0 1\n").unwrap();
    fs::write(
        scene.join("scene0000_00.txt"),
        "colorHeight = 8\naxisAlignment = 0 -1 0 0 1 0 0 0 0 0 1 1 0 0 0 1 \nsceneType = Office\n",
    )
    .unwrap();
    scene
}

#[test]
fn poses_are_aligned_lost_or_missing() {
    let dir = tempfile::tempdir().unwrap();
    data_set(dir.path());
    let (scenes, report) = import("spatialevo", dir.path());
    let frames = scenes[0].frames();
    let names: Vec<&str> = frames.iter().map(|frame| frame.name.as_str()).collect();
    assert_eq!(names, ["7", "20", "100"], "by number");
    assert_eq!(frames[0].pose, Pose::Missing { reason: "there is no pose/7.txt".into() });
    assert_eq!(frames[1].pose, Pose::Missing { reason: "the source holds no finite pose: tracking was lost".into() });
    let pose = frames[2].pose.world_from_camera().unwrap();
    assert!(pose.translation().distance(Vec3::new(-2.0, 1.0, 2.5)) < 1e-12);
    assert!(pose.turn(Vec3::Z).distance(Vec3::NEG_X) < 1e-12, "it looked along +y, now along -x");
    assert_eq!(frames[2].camera.centre_px(), Vec2::new(6.0, 4.0));
    let text = report.to_string();
    assert!(text.contains("2 frames have no known pose") && text.contains("1 pictures of color/ are not in"), "{text}");
}

#[test]
fn boxes_that_contradict_themselves_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    data_set(dir.path());
    let (scenes, report) = import("spatialevo", dir.path());
    let [table] = scenes[0].objects() else { panic!("one object") };
    assert_eq!((table.id.0, table.label.as_str()), (2, "coffee table"));
    assert_eq!(table.bounds.aabb(), (Vec3::new(0.0, 1.0, 0.0), Vec3::new(1.0, 3.0, 0.5)));
    let refused: Vec<String> =
        report.refused.iter().map(|refused| format!("{}: {}", refused.what, refused.reason)).collect();
    for says in [
        "chair (3): 3d_location is 0.5 m from the middle",
        "lamp (4): size is 90 cm, but the longest side of 3d_bbox 200 cm",
        "plant (5): has no 3d_bbox",
        "ghost (9) of the pictures' metadata: the scene keeps no object",
    ] {
        assert!(refused.iter().any(|reason| reason.contains(says)), "{says}: {refused:?}");
    }
    assert_eq!(scenes[0].room().declared_area_m2, Some(12.5));
}

#[test]
fn a_room_size_that_could_not_be_told_is_unknown() {
    let dir = tempfile::tempdir().unwrap();
    data_set(dir.path());
    let file = dir.path().join("metadata/scene0000_00/scene0000_00.json");
    for (size, expected) in
        [(Value::Null, None), (json!(0.0), None), (json!({"area": 9.0}), Some(9.0)), (json!({"area": null}), None)]
    {
        let mut raw = metadata();
        raw["room_size"] = size;
        fs::write(&file, raw.to_string()).unwrap();
        assert_eq!(import("spatialevo", dir.path()).0[0].room().declared_area_m2, expected);
    }
}

#[test]
fn depth_of_half_the_size_is_seen_through_the_camera_of_the_colours() {
    let dir = tempfile::tempdir().unwrap();
    let scene = data_set(dir.path());
    let import = (ingest::reader("spatialevo").unwrap().read)(&scene).unwrap();
    let path = &import.scenes[0].frame("100").unwrap().depth.as_ref().unwrap().image.file;
    let file = import.files["scene0000_00"].iter().find(|file| &file.path == path).unwrap();
    let depth = render::grey_16(Path::new("d"), &file.bytes().unwrap()).unwrap();
    for (x, y) in [(0, 0), (11, 7), (4, 5)] {
        assert_eq!(depth.pixels[y * 12 + x], (100 * (y / 2) + x / 2 + 1) as u16);
    }
}

#[test]
fn poses_of_scannetpp_are_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let scene = data_set(dir.path());
    fs::write(scene.join("scannetpp_source.json"), "{}").unwrap();
    let (scenes, _) = import("spatialevo", dir.path());
    assert!(scenes[0].frames().iter().all(|frame| frame.pose.world_from_camera().is_none()));
    assert!(matches!(&scenes[0].frames()[2].pose, Pose::Missing { reason } if reason.contains("ScanNet++")));
}

#[test]
fn the_identity_is_noted_as_a_pose_that_may_be_none() {
    let dir = tempfile::tempdir().unwrap();
    let scene = data_set(dir.path());
    fs::write(scene.join("pose/7.txt"), "1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n").unwrap();
    let (_, report) = import("spatialevo", dir.path());
    assert!(report.to_string().contains("1 poses are the identity"), "{report}");
}
