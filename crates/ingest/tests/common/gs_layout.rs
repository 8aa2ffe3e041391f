//! The processed layout of GS-Reasoner.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::{fs, path::Path};

const POSE: &str = "1 0 0 1\n0 0 1 2\n0 -1 0 1.5\n0 0 0 1\n";
const LENS: &str = "10 0 5.5 0\n0 10 3.5 0\n0 0 1 0\n0 0 0 1\n";
/// A quarter turn about z: (x, y, z) becomes (-y, x, z), then 1 m up.
const ALIGN: &str = "0 -1 0 0\n1 0 0 0\n0 0 1 1\n0 0 0 1\n";

/// Files of a scene by their paths: frames 2, 10 and 30, of which the last has no pose and no colours.
pub(crate) fn layout(dir: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let png = render::rgb_png([12, 8], &[[1, 2, 3]; 96]).unwrap();
    let depth = render::grey_16_png([12, 8], (0..96).map(|i| 1000 + i)).unwrap();
    let files = vec![
        ("color/train/room/frame_2.png", png.clone()),
        ("color/train/room/frame_10.png", png),
        ("depth/train/room/frame_2.png", depth.clone()),
        ("depth/train/room/frame_10.png", depth.clone()),
        ("depth/train/room/frame_30.png", depth),
        ("pose/train/room/frame_2.txt", POSE.into()),
        ("pose/train/room/frame_10.txt", POSE.into()),
        ("intrinsic/train/intrinsics_room.txt", LENS.into()),
        ("axis_align_matrix/train/room_further_aligned_transform.txt", ALIGN.into()),
        ("global_scale/train/room.txt", b"2.5\n".to_vec()),
    ];
    for (name, bytes) in &files {
        let file = dir.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
    files
}
