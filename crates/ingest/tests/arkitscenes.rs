//! The ARKitScenes reader: poses inverted and matched in time, pictures turned until the sky is above.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;

use std::{fs, path::Path};

use common::import;
use scene::{
    Pose,
    geometry::{Vec2, Vec3},
};

const SIZE: [u32; 2] = [8, 6];

/// A picture whose pixels tell where they are.
fn colour(path: &Path) {
    let pixels: Vec<[u8; 3]> = (0..SIZE[1]).flat_map(|y| (0..SIZE[0]).map(move |x| [x as u8, y as u8, 7])).collect();
    fs::write(path, render::rgb_png(SIZE, &pixels).unwrap()).unwrap();
}

fn depth(path: &Path) {
    let steps = (0..SIZE[1]).flat_map(|y| (0..SIZE[0]).map(move |x| (1000 + 10 * y + x) as u16));
    fs::write(path, render::grey_16_png(SIZE, steps).unwrap()).unwrap();
}

/// A camera at (1, 2, 1.5) that looks along +y, upright: right is +x, down is −z. From the world to it: x stays, y
/// becomes z, z becomes −y, which is a turn by +90° about x; then the move by −R·c = −(1, −1.5, 2).
const LEVEL: &str = "1.5707963267948966 0 0 -1 1.5 -2";

/// A video with pictures at 10.000, 10.100 and 10.200 s; depth at 10.001, nothing, 10.200; the trajectory knows
/// 10.0004 and 10.104 s.
fn video(dir: &Path, sky: Option<&str>) -> std::path::PathBuf {
    let root = dir.join("42");
    let frames = root.join("42_frames");
    for part in ["lowres_wide", "lowres_depth", "lowres_wide_intrinsics"] {
        fs::create_dir_all(frames.join(part)).unwrap();
    }
    for time in ["10.000", "10.100", "10.200"] {
        colour(&frames.join(format!("lowres_wide/42_{time}.png")));
        fs::write(frames.join(format!("lowres_wide_intrinsics/42_{time}.pincam")), "8 6 9 9.5 4.25 2.75\n").unwrap();
    }
    for time in ["10.001", "10.200", "10.300"] {
        depth(&frames.join(format!("lowres_depth/42_{time}.png")));
    }
    fs::write(frames.join("lowres_wide.traj"), format!("10.0004 {LEVEL}\n10.104 {LEVEL}\n")).unwrap();
    let axes = "[0, 1, 0, -1, 0, 0, 0, 0, 1]";
    fs::write(
        root.join("42_3dod_annotation.json"),
        format!(
            r#"{{"data": [{{"uid": "a", "label": "tv_monitor", "segments": {{"obb": {{}}, "obbAligned":
            {{"centroid": [1, 5, 1.5], "axesLengths": [2, 0.5, 1], "normalizedAxes": {axes}}}}}}}], "skipped": false}}"#
        ),
    )
    .unwrap();
    if let Some(sky) = sky {
        fs::write(
            dir.join("metadata.csv"),
            format!("video_id,visit_id,fold,sky_direction\n41,1,Training,Up\n42,1,Training,{sky}\n"),
        )
        .unwrap();
    }
    root
}

#[test]
fn poses_are_inverted_and_boxes_taken_by_rows() {
    let dir = tempfile::tempdir().unwrap();
    let (scenes, report) = import("arkitscenes", &video(dir.path(), None));
    let scene = &scenes[0];
    assert_eq!((scene.id(), scene.frames().len()), ("42", 3));
    let frame = &scene.frames()[0];
    let Pose::Known(pose) = frame.pose else { panic!("a pose") };
    assert!(pose.translation().distance(Vec3::new(1.0, 2.0, 1.5)) < 1e-12);
    assert!(pose.turn(Vec3::Z).distance(Vec3::Y) < 1e-12, "it looks along +y");
    assert!(pose.turn(Vec3::Y).distance(Vec3::NEG_Z) < 1e-12, "down is -z");
    let object = &scene.objects()[0];
    assert_eq!(object.label, "tv monitor");
    // The first axis, 2 m long, is the first row: world y.
    let (low, high) = object.bounds.aabb();
    assert!((high - low).distance(Vec3::new(0.5, 2.0, 1.0)) < 1e-12);
    // The box is straight ahead at 3 m: its middle is at the principal point.
    let pixel = frame.camera.project(pose.inverse().apply(object.bounds.centre())).unwrap();
    assert!(pixel.distance(Vec2::new(4.25, 2.75)) < 1e-12);
    assert!(report.to_string().contains("no metadata.csv"), "{report}");
}

#[test]
fn times_are_matched_within_their_limits_and_losses_counted() {
    let dir = tempfile::tempdir().unwrap();
    let (scenes, report) = import("arkitscenes", &video(dir.path(), Some("Up")));
    let frames = scenes[0].frames();
    assert_eq!(frames.iter().map(|frame| frame.time_s.unwrap()).collect::<Vec<_>>(), [10.0, 10.1, 10.2]);
    let known: Vec<bool> = frames.iter().map(|frame| frame.pose.world_from_camera().is_some()).collect();
    assert_eq!(known, [true, true, false]);
    assert_eq!(frames[2].pose, Pose::Missing { reason: "no pose within 5 ms; the nearest is 96 ms away".to_owned() });
    let depths: Vec<bool> = frames.iter().map(|frame| frame.depth.is_some()).collect();
    assert_eq!(depths, [true, false, true]);
    let text = report.to_string();
    for says in ["1 frames have no pose within 5 ms", "1 frames have no depth", "1 depth images belong to no frame"] {
        assert!(text.contains(says), "{says}: {text}");
    }
    fs::remove_file(dir.path().join("42/42_frames/lowres_wide_intrinsics/42_10.100.pincam")).unwrap();
    let (scenes, report) = import("arkitscenes", &dir.path().join("42"));
    assert_eq!((scenes[0].frames().len(), report.refused.len()), (2, 1));
    assert!(report.refused[0].reason.contains("has no intrinsics"));
}

#[test]
fn the_sky_is_turned_to_the_top_with_camera_pose_and_images() {
    for (sky, quarters) in [("Up", 0_usize), ("Left", 1), ("Down", 2), ("Right", 3)] {
        let dir = tempfile::tempdir().unwrap();
        let root = video(dir.path(), Some(sky));
        let import = (ingest::reader("arkitscenes").unwrap().read)(&root).unwrap();
        let frame = &import.scenes[0].frames()[0];
        let size = [frame.camera.width_px(), frame.camera.height_px()];
        assert_eq!(size, if quarters % 2 == 0 { SIZE } else { [SIZE[1], SIZE[0]] }, "{sky}");
        let bytes = |path: &str| {
            import.files["42"].iter().find(|file| file.path == path).unwrap().bytes().unwrap().into_owned()
        };
        let colours = render::rgb(Path::new("c"), &bytes(&frame.colour.as_ref().unwrap().file)).unwrap();
        let depths = render::grey_16(Path::new("d"), &bytes(&frame.depth.as_ref().unwrap().image.file)).unwrap();
        // What the unturned camera sees at a pixel, the turned one sees at the pixel that holds the same colour.
        let lying = scene::geometry::Camera::new(
            8,
            6,
            Vec2::new(9.0, 9.5),
            Vec2::new(4.25, 2.75),
            scene::geometry::Distortion::None,
        )
        .unwrap();
        for (x, y) in [(0, 0), (7, 0), (2, 5), (5, 3)] {
            let ray = lying.unproject(Vec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5), 3.0).unwrap();
            let world = Vec3::new(1.0 + ray.x, 2.0 + ray.z, 1.5 - ray.y);
            let pose = frame.pose.world_from_camera().unwrap();
            let pixel = frame.camera.project(pose.inverse().apply(world)).unwrap();
            let at = pixel.y as usize * size[0] as usize + pixel.x as usize;
            assert_eq!(colours.pixels[at], [x as u8, y as u8, 7], "{sky}");
            assert_eq!(depths.pixels[at], (1000 + 10 * y + x) as u16, "{sky}");
        }
        let turned = import.report.converted.keys().any(|how| how.contains("turned clockwise"));
        assert_eq!(turned, quarters > 0);
    }
}

#[test]
fn skies_that_are_none_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let root = video(dir.path(), Some("Sideways"));
    let message = (ingest::reader("arkitscenes").unwrap().read)(&root).unwrap_err().to_string();
    assert!(
        message.contains("metadata.csv") && message.contains("line 3") && message.contains("Sideways"),
        "{message}"
    );
}

#[test]
fn a_folder_of_videos_is_read_and_the_rest_named() {
    let dir = tempfile::tempdir().unwrap();
    video(dir.path(), Some("Up"));
    fs::create_dir(dir.path().join("stray")).unwrap();
    let (scenes, report) = import("arkitscenes", dir.path());
    assert_eq!(scenes.len(), 1);
    let names: Vec<&str> = report.refused.iter().map(|refused| refused.what.as_str()).collect();
    assert_eq!(names, ["metadata.csv", "stray"]);
}
