//! A model of COLMAP, in text and in binary.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::{fs, path::Path};

pub(crate) const CAMERAS: &str =
    "# Camera list\n1 PINHOLE 16 12 20 21 8.5 6.25\n2 OPENCV_FISHEYE 16 12 20 21 8 6 0.01 0.002 0 0\n";
/// The camera at (1, 2, 1.5) that looks along +y, upright: from the world to it a turn by +90° about x, then (−1, 1.5, −2).
pub(crate) const POSE: &str = "0.7071067811865476 0.7071067811865476 0 0 -1 1.5 -2";
pub(crate) const POINTS: &str = "# Points\n7 1 5 1.5 10 20 30 0.5 3 0\n8 0.5 0.25 0 1 2 3 0.25\n";

pub(crate) fn images() -> String {
    // The first picture has no features: its second line is empty.
    format!("# Images\n3 {POSE} 1 b.png\n\n4 {POSE} 2 left/a.png\n1.5 2.5 7 3 4 -1\n")
}

pub(crate) fn picture(file: &Path, size: [u32; 2]) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, render::rgb_png(size, &vec![[5; 3]; (size[0] * size[1]) as usize]).unwrap()).unwrap();
}

pub(crate) fn text_model(dir: &Path) {
    let model = dir.join("sparse/0");
    fs::create_dir_all(&model).unwrap();
    fs::write(model.join("cameras.txt"), CAMERAS).unwrap();
    fs::write(model.join("images.txt"), images()).unwrap();
    fs::write(model.join("points3D.txt"), POINTS).unwrap();
    picture(&dir.join("images/b.png"), [8, 6]);
    picture(&dir.join("images/left/a.png"), [16, 12]);
}

/// The same model in binary.
pub(crate) fn binary_model(dir: &Path) -> [Vec<u8>; 3] {
    let model = dir.join("sparse/0");
    fs::create_dir_all(&model).unwrap();
    let numbers = |values: &[f64]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let pose: Vec<f64> = POSE.split(' ').map(|word| word.parse().unwrap()).collect();
    let mut cameras = 2_u64.to_le_bytes().to_vec();
    for (id, kind, values) in
        [(1_u32, 1_u32, vec![20.0, 21.0, 8.5, 6.25]), (2, 5, vec![20.0, 21.0, 8.0, 6.0, 0.01, 0.002, 0.0, 0.0])]
    {
        cameras.extend([id.to_le_bytes(), kind.to_le_bytes()].as_flattened());
        cameras.extend([16_u64.to_le_bytes(), 12_u64.to_le_bytes()].as_flattened());
        cameras.extend(numbers(&values));
    }
    let mut images = 2_u64.to_le_bytes().to_vec();
    for (id, camera, name, features) in [(3_u32, 1_u32, "b.png", 0_u64), (4, 2, "left/a.png", 2)] {
        images.extend(id.to_le_bytes());
        images.extend(numbers(&pose));
        images.extend(camera.to_le_bytes());
        images.extend(name.bytes().chain([0]));
        images.extend(features.to_le_bytes());
        images.extend(vec![1; features as usize * 24]);
    }
    let mut points = 2_u64.to_le_bytes().to_vec();
    for (id, at, track) in [(7_u64, [1.0, 5.0, 1.5], 1_u64), (8, [0.5, 0.25, 0.0], 0)] {
        points.extend(id.to_le_bytes());
        points.extend(numbers(&at));
        points.extend([10, 20, 30]);
        points.extend(numbers(&[0.5]));
        points.extend(track.to_le_bytes());
        points.extend(vec![0; track as usize * 8]);
    }
    let parts = [cameras, images, points];
    for (name, bytes) in ["cameras", "images", "points3D"].iter().zip(&parts) {
        fs::write(model.join(format!("{name}.bin")), bytes).unwrap();
    }
    picture(&dir.join("images/b.png"), [8, 6]);
    picture(&dir.join("images/left/a.png"), [16, 12]);
    parts
}
