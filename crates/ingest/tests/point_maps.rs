//! Pictures with a point for each pixel.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;
#[path = "common/point_map.rs"]
mod point_map;

use std::{fs, path::Path};

use common::write_images;
use ingest::{Import, IngestError, Options, Up, reader};
use point_map::{FOCAL, HEIGHT, WIDTH, depth, floats, layout, npy};
use scene::{Pose, geometry::Vec2};

fn read(path: &Path) -> Result<Import, IngestError> {
    (reader("rgbd").unwrap().read)(path)
}

#[test]
fn a_point_map_is_a_frame_without_a_pose() {
    let dir = tempfile::tempdir().unwrap();
    layout(dir.path());
    let import = read(dir.path()).unwrap();
    let frame = &import.scenes[0].frames()[0];
    assert!(matches!(frame.pose, Pose::Missing { .. }));
    assert_eq!(frame.camera.focal_px(), Vec2::new(30.0, 30.0));
    assert_eq!(frame.camera.centre_px(), Vec2::new(20.0, 15.0));
    let out = tempfile::tempdir().unwrap();
    write_images(&import, out.path());
    let image = render::depth_image(out.path(), frame).unwrap().unwrap();
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let found = image.pixels[y * WIDTH + x];
            let known = x > 0 && y > 0;
            assert!(if known { (found - depth(x, y)).abs() <= 5.1e-5 } else { found.is_nan() }, "{x} {y}: {found}");
        }
    }
    assert!(import.report.notes.iter().any(|note| note.starts_with("69 of 1200 pixels have no point")));
    let up = Options { up: Some(Up::Y), ..Options::default() };
    assert!(reader("rgbd").unwrap().read_with(dir.path(), &up).is_err());
}

#[test]
fn points_of_another_camera_are_noticed() {
    let dir = tempfile::tempdir().unwrap();
    layout(dir.path());
    let lens = [FOCAL[0] * 1.3, 0.0, 0.5, 0.0, FOCAL[1], 0.5, 0.0, 0.0, 1.0];
    fs::write(dir.path().join("intrinsics.npy"), npy("<f4", "3, 3", &floats(&lens))).unwrap();
    assert!(read(dir.path()).unwrap_err().to_string().contains("off the rays"));
}

#[test]
fn damaged_arrays_are_named() {
    let dir = tempfile::tempdir().unwrap();
    layout(dir.path());
    let mut tried = 0;
    for name in ["points.npy", "mask.npy", "intrinsics.npy", "image.jpg"] {
        let place = dir.path().join(name);
        let bytes = fs::read(&place).unwrap();
        for step in 0..40 {
            fs::write(&place, &bytes[..bytes.len() * step / 40]).unwrap();
            let message = read(dir.path()).unwrap_err().to_string();
            assert!(message.contains(name), "{message}");
            tried += 1;
        }
        fs::write(&place, &bytes).unwrap();
    }
    for (name, descr, shape, data) in [
        ("points.npy", "<f4", "30, 40, 2", vec![0; 30 * 40 * 8]),
        ("points.npy", "<f4", "30, 40, 3", vec![0; 30 * 40 * 12]),
        ("points.npy", ">f4", "30, 40, 3", vec![0; 30 * 40 * 12]),
        ("mask.npy", "|b1", "40, 30", vec![1; 1200]),
        ("intrinsics.npy", "<f4", "3, 3", vec![0; 36]),
        ("intrinsics.npy", "<f4", "9", vec![0; 36]),
        ("points.npy", "<f4", "99999999999, 99999999999, 3", vec![0; 36]),
    ] {
        layout(dir.path());
        fs::write(dir.path().join(name), npy(descr, shape, &data)).unwrap();
        assert!(read(dir.path()).is_err(), "{name} {shape}");
        tried += 1;
    }
    assert_eq!(tried, 167);
}

#[test]
fn archives_are_read_whole_or_refused() {
    let Some(path) = common::shared("scenes/synthetic_pi3_room/condition.npz") else { return };
    let bytes = fs::read(path).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("condition.npz");
    for step in 0..30 {
        fs::write(&place, &bytes[..bytes.len() * step / 30]).unwrap();
        assert!(read(dir.path()).unwrap_err().to_string().contains("condition.npz"));
    }
    for at in (64..bytes.len() - 1000).step_by(bytes.len() / 13) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x55;
        fs::write(&place, &bytes).unwrap();
        // The head of the first array repeats what the directory at the end says; that holds times and the like too.
        assert!(read(dir.path()).is_err(), "changed at {at}");
    }
    fs::write(&place, &bytes).unwrap();
    let whole = read(dir.path()).unwrap();
    assert!(whole.report.notes.iter().any(|note| note == "8 frames have no colours"), "{}", whole.report);
}
