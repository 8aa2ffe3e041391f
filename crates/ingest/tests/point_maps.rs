//! Pictures with a point for each pixel.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;

use std::{fs, path::Path};

use common::write_images;
use ingest::{Import, IngestError, Options, Up, reader};
use scene::{Pose, geometry::Vec2};

const WIDTH: usize = 40;
const HEIGHT: usize = 30;
/// Focal length, in shares of width and height.
const FOCAL: [f32; 2] = [0.75, 1.0];

/// The bytes of an `.npy` file of numbers of this type.
fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let mut head = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}");
    head.push_str(&" ".repeat((64 - (10 + head.len() + 1) % 64) % 64));
    head.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(head.len()).unwrap().to_le_bytes());
    bytes.extend(head.bytes());
    bytes.extend(data);
    bytes
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn depth(x: usize, y: usize) -> f32 {
    1.0 + x as f32 * 0.05 + y as f32 * 0.01
}

/// A slanted wall as a model would give it, whose left column is masked and whose first row holds infinity.
fn layout(dir: &Path) {
    let mut points = Vec::new();
    let mut mask = Vec::new();
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let z = depth(x, y);
            let plane = [(x as f32 + 0.5) / WIDTH as f32 - 0.5, (y as f32 + 0.5) / HEIGHT as f32 - 0.5];
            points.extend(match y {
                0 => [f32::INFINITY; 3],
                _ => [plane[0] / FOCAL[0] * z, plane[1] / FOCAL[1] * z, z],
            });
            mask.push(u8::from(x > 0));
        }
    }
    fs::write(dir.join("points.npy"), npy("<f4", &format!("{HEIGHT}, {WIDTH}, 3"), &floats(&points))).unwrap();
    fs::write(dir.join("mask.npy"), npy("|b1", &format!("{HEIGHT}, {WIDTH}"), &mask)).unwrap();
    let lens = [FOCAL[0], 0.0, 0.5, 0.0, FOCAL[1], 0.5, 0.0, 0.0, 1.0];
    fs::write(dir.join("intrinsics.npy"), npy("<f4", "3, 3", &floats(&lens))).unwrap();
    let mut jpeg = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 90);
    let (width, height) = (WIDTH as u16, HEIGHT as u16);
    encoder.encode(&[120; WIDTH * HEIGHT * 3], width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    fs::write(dir.join("image.jpg"), jpeg).unwrap();
}

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
