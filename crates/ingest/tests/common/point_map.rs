//! A picture with a point for each pixel.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::{fs, path::Path};

pub(crate) const WIDTH: usize = 40;
pub(crate) const HEIGHT: usize = 30;
/// Focal length, in shares of width and height.
pub(crate) const FOCAL: [f32; 2] = [0.75, 1.0];

/// The bytes of an `.npy` file of numbers of this type.
pub(crate) fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let mut head = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}");
    head.push_str(&" ".repeat((64 - (10 + head.len() + 1) % 64) % 64));
    head.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(head.len()).unwrap().to_le_bytes());
    bytes.extend(head.bytes());
    bytes.extend(data);
    bytes
}

pub(crate) fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

pub(crate) fn depth(x: usize, y: usize) -> f32 {
    1.0 + x as f32 * 0.05 + y as f32 * 0.01
}

/// A slanted wall as a model would give it, whose left column is masked and whose first row holds infinity.
pub(crate) fn layout(dir: &Path) {
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
