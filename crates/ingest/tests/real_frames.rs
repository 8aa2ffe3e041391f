//! Real recordings: frames whose cameras, poses and depths agree with each other.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;

use std::path::Path;

use common::{shared, write_images};
use ingest::{Import, Options, Up, reader};
use scene::{
    Frame, Pose,
    geometry::{Vec2, Vec3},
};

fn import(name: &str, path: &Path, options: &Options) -> Import {
    reader(name).unwrap().read_with(path, options).unwrap()
}

/// The median difference between the depth at which one frame sees the points of another and the depth stored there,
/// metres, and the share of points in view.
fn disagreement_m(dir: &Path, one: &Frame, other: &Frame) -> (f64, f64) {
    let (from, to) = (one.pose.world_from_camera().unwrap(), other.pose.world_from_camera().unwrap());
    let (a, b) = (render::depth_image(dir, one).unwrap().unwrap(), render::depth_image(dir, other).unwrap().unwrap());
    let (mut off, mut tried) = (Vec::new(), 0);
    for at in (0..a.pixels.len()).step_by(97) {
        let depth = f64::from(a.pixels[at]);
        if !(0.2..4.0).contains(&depth) {
            continue;
        }
        let width = a.width_px as usize;
        let pixel = Vec2::new((at % width) as f64 + 0.5, (at / width) as f64 + 0.5);
        let Some(p) = one.camera.unproject(pixel, depth) else { continue };
        tried += 1;
        let p = to.inverse().apply(from.apply(p));
        let Some(seen) = other.camera.project(p).filter(|pixel| other.camera.holds(*pixel)) else { continue };
        let there = f64::from(b.pixels[seen.y as usize * width + seen.x as usize]);
        if there.is_finite() {
            off.push((there - p.z).abs());
        }
    }
    off.sort_by(f64::total_cmp);
    (off.get(off.len() / 2).copied().unwrap_or(f64::NAN), off.len() as f64 / f64::from(tried))
}

/// Neighbouring frames agree to within `reach_m`, and by far less than with a pose left out.
fn agree(import: &Import, pairs: &[(usize, usize)], reach_m: f64) {
    let dir = tempfile::tempdir().unwrap();
    write_images(import, dir.path());
    let frames = import.scenes[0].frames();
    for frame in frames {
        assert!(render::colour_image(dir.path(), frame).unwrap().is_some(), "{}", frame.name);
        assert!(render::depth_image(dir.path(), frame).unwrap().is_some(), "{}", frame.name);
    }
    for (one, other) in pairs {
        let (off, seen) = disagreement_m(dir.path(), &frames[*one], &frames[*other]);
        assert!(off < reach_m && seen > 0.2, "{one} to {other}: {off} m in the median of {seen}");
        let unmoved = Frame { pose: frames[*one].pose.clone(), ..frames[*other].clone() };
        let (wrong, _) = disagreement_m(dir.path(), &frames[*one], &unmoved);
        assert!(off < wrong, "{one} to {other}: {off} m, without the motion {wrong} m");
    }
}

#[test]
fn threedmatch() {
    let Some(path) = shared("scenes/nvblox_3dmatch/seq-01") else { return };
    let import = import("rgbd", &path, &Options::default());
    let frames = import.scenes[0].frames();
    assert_eq!((import.scenes[0].id(), frames.len(), import.scenes[0].objects().len()), ("seq-01", 5, 0));
    assert_eq!(frames[3].name, "116");
    assert_eq!(frames[0].camera.centre_px(), Vec2::new(320.5, 240.5));
    let report = import.report.to_string();
    for says in ["0.001 m", "--depth-scale", "which way is up", "intrinsics of camera-intrinsics.txt"] {
        assert!(report.contains(says), "{report}");
    }
    agree(&import, &[(0, 3)], 0.05);
}

#[test]
fn open3d() {
    let Some(path) = shared("scenes/open3d_redwood/RGBD") else { return };
    let import = import("rgbd", &path, &Options { up: Some(Up::Y), ..Options::default() });
    let frames = import.scenes[0].frames();
    assert_eq!(frames.len(), 5);
    assert_eq!(frames[0].camera.focal_px(), Vec2::new(525.0, 525.0));
    assert!(import.report.notes.iter().any(|note| note.contains("odometry.log")));
    // Filmed from about the height of a table; its trajectory has y up.
    let place = frames[0].pose.world_from_camera().unwrap().translation();
    assert!(place.distance(Vec3::new(-0.310_58, -2.126_48, 0.573_012)) < 1e-5, "{place}");
    agree(&import, &[(0, 4)], 0.02);
}

#[test]
fn open3d_by_number() {
    let Some(path) = shared("scenes/open3d_redwood/livingroom1_clean_micro") else { return };
    let import = import("rgbd", &path, &Options::default());
    let frames = import.scenes[0].frames();
    assert_eq!(frames.len(), 18);
    assert!(import.report.converted.keys().any(|how| how.contains("positions in the trajectory")));
    agree(&import, &[(0, 1), (7, 8)], 0.01);
}

#[test]
fn arrays() {
    let Some(path) = shared("scenes/synthetic_pi3_room") else { return };
    let import = import("rgbd", &path, &Options::default());
    let frames = import.scenes[0].frames();
    assert_eq!(frames.len(), 8);
    assert_eq!((frames[0].camera.width_px(), frames[0].camera.centre_px()), (434, Vec2::new(217.0, 175.0)));
    assert!((frames[0].depth.as_ref().unwrap().scale_m - 2e-4).abs() < 1e-12);
    let dir = tempfile::tempdir().unwrap();
    write_images(&import, dir.path());
    // Rendered, so that what both frames see lies at one place; much is hidden, so the median says it.
    let off: Vec<f64> = (1..8).map(|at| disagreement_m(dir.path(), &frames[0], &frames[at]).0).collect();
    assert!(off.iter().any(|off| *off < 0.01), "{off:?}");
}

#[test]
fn tum_sequences() {
    for (name, count, points, bent) in
        [("tum_fr1_rpy_desk", 31, 196_000..197_000, true), ("tum_fr3_cabinet", 58, 1..1_000_000, false)]
    {
        let Some(path) = shared(&format!("scenes/{name}")) else { return };
        let import = import("tum-rgbd", &path, &Options::default());
        let scene = &import.scenes[0];
        assert_eq!((scene.id(), scene.frames().len(), scene.objects().len()), (name, count, 0));
        assert!(points.contains(&scene.parts().points.len()), "{}", scene.parts().points.len());
        assert_eq!(scene.frames()[0].camera.distortion() != scene::geometry::Distortion::None, bent);
        assert!(scene.frames().iter().all(|frame| matches!(frame.pose, Pose::Known(_)) && frame.time_s.is_some()));
        agree(&import, &[(0, 1), (10, 11)], 0.05);
    }
}

/// The same sequence in its published layout gives the same poses as those that were picked for it.
#[test]
fn tum_in_its_own_layout() {
    let Some(path) = shared("scenes/tum_fr1_rpy_desk") else { return };
    let held: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path.join("scene.json")).unwrap()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("rgbd_dataset_freiburg1_rpy");
    for folder in ["rgb", "depth"] {
        std::fs::create_dir_all(dir.join(folder)).unwrap();
    }
    let (mut rgb, mut depth) = ("# color images\n".to_owned(), "# depth maps\n".to_owned());
    for frame in held["frames"].as_array().unwrap() {
        for (folder, time, file, list) in
            [("rgb", "rgb_timestamp", "image", &mut rgb), ("depth", "depth_timestamp", "depth", &mut depth)]
        {
            let from = path.join(frame[file].as_str().unwrap());
            let ending = from.extension().unwrap().to_str().unwrap();
            let time = frame[time].as_f64().unwrap();
            let name = format!("{folder}/{time:.6}.{ending}");
            std::fs::copy(from, dir.join(&name)).unwrap();
            list.extend([format!("{time:.6}"), " ".to_owned(), name, "\n".to_owned()]);
        }
    }
    std::fs::write(dir.join("rgb.txt"), rgb).unwrap();
    std::fs::write(dir.join("depth.txt"), depth).unwrap();
    std::fs::copy(path.join("groundtruth.txt"), dir.join("groundtruth.txt")).unwrap();
    let published = import("tum-rgbd", &dir, &Options::default());
    let picked = import("tum-rgbd", &path, &Options::default());
    let (published, picked) = (published.scenes[0].frames(), picked.scenes[0].frames());
    assert_eq!(published.len(), picked.len());
    for (one, other) in published.iter().zip(picked) {
        let (a, b) = (one.pose.world_from_camera().unwrap(), other.pose.world_from_camera().unwrap());
        assert!(a.translation().distance(b.translation()) < 1e-4, "{}", one.name);
        assert!((a.rotation() - b.rotation()).to_cols_array().iter().all(|v| v.abs() < 1e-3), "{}", one.name);
        assert!(one.camera.focal_px().distance(other.camera.focal_px()) < 0.1);
        assert!(one.depth.is_some());
    }
    let every = Options { stride: std::num::NonZeroUsize::new(10), ..Options::default() };
    assert_eq!(import("tum-rgbd", &dir, &every).scenes[0].frames().len(), 4);
    let by_name = Options { camera: Some("fr3".to_owned()), ..Options::default() };
    let camera = import("tum-rgbd", &dir, &by_name).scenes[0].frames()[0].camera;
    assert_eq!(camera.focal_px(), Vec2::new(535.4, 539.2));
}

#[test]
fn options_that_say_nothing_are_refused() {
    let scale = Options { depth_scale_m: Some(0.001), ..Options::default() };
    let message = reader("vsi-bench").unwrap().read_with(Path::new("x"), &scale).unwrap_err().to_string();
    assert!(message.contains("takes no option --depth-scale") && message.contains("it takes none"), "{message}");
    let up = Options { up: Some(Up::Y), ..Options::default() };
    let message = reader("scannet").unwrap().read_with(Path::new("x"), &up).unwrap_err().to_string();
    assert!(message.contains("it takes --stride"), "{message}");
    let wild = Options { depth_scale_m: Some(f64::NAN), ..Options::default() };
    assert!(reader("rgbd").unwrap().read_with(Path::new("x"), &wild).is_err());
}
