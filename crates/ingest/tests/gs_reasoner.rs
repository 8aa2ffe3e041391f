//! The processed layout of GS-Reasoner: poses aligned, the world made metric, damage told.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;
#[path = "common/gs_layout.rs"]
mod gs_layout;

use std::fs;

use common::import;
use gs_layout::layout;
use scene::geometry::{Vec2, Vec3};

#[test]
fn the_world_is_aligned_and_made_metric() {
    let dir = tempfile::tempdir().unwrap();
    layout(dir.path());
    let (scenes, report) = import("gs-reasoner", dir.path());
    let frames = scenes[0].frames();
    let names: Vec<&str> = frames.iter().map(|frame| frame.name.as_str()).collect();
    assert_eq!((scenes[0].id(), names.as_slice()), ("room", ["frame_2", "frame_10", "frame_30"].as_slice()));
    let pose = frames[0].pose.world_from_camera().unwrap();
    // (1, 2, 1.5) becomes (-2, 1, 2.5), times 2.5.
    assert!(pose.translation().distance(Vec3::new(-5.0, 2.5, 6.25)) < 1e-12);
    assert!(pose.turn(Vec3::Z).distance(Vec3::NEG_X) < 1e-12);
    let depth = frames[0].depth.as_ref().unwrap();
    assert!((depth.scale_m - 0.0025).abs() < 1e-15);
    assert_eq!(frames[0].camera.centre_px(), Vec2::new(6.0, 4.0));
    assert!(frames[2].pose.world_from_camera().is_none() && frames[2].colour.is_none());
    let text = report.to_string();
    assert!(text.contains("1 frames have no pose") && text.contains("1 frames have no colours"), "{text}");
}

#[test]
fn without_scale_and_alignment_poses_are_taken_as_they_stand() {
    let dir = tempfile::tempdir().unwrap();
    layout(dir.path());
    for part in ["axis_align_matrix", "global_scale"] {
        fs::remove_dir_all(dir.path().join(part)).unwrap();
    }
    let (scenes, report) = import("gs-reasoner", dir.path());
    let pose = scenes[0].frames()[0].pose.world_from_camera().unwrap();
    assert!(pose.translation().distance(Vec3::new(1.0, 2.0, 1.5)) < 1e-12);
    assert!((scenes[0].frames()[0].depth.as_ref().unwrap().scale_m - 0.001).abs() < 1e-15);
    assert!(report.to_string().contains("no alignment of axes"), "{report}");
}

#[test]
fn damaged_layouts_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let files = layout(dir.path());
    let (mut tried, mut errors) = (0, 0);
    let clean = import("gs-reasoner", dir.path()).1.to_string();
    for (name, bytes) in &files {
        let file = dir.path().join(name);
        let text = std::str::from_utf8(bytes).ok();
        let mut variants: Vec<Option<Vec<u8>>> =
            (0..8).map(|step| Some(bytes[..bytes.len() * step / 8].to_vec())).collect();
        variants.extend([None, Some(b"[no]".to_vec()), Some(vec![0xff; 40])]);
        for wrong in ["NaN", "1e300", "x", "7 7", "", "--1", "0x1", "1e999", "inf", "-inf", "1,2 3"] {
            variants.extend(text.map(|text| Some(text.replacen(|c: char| c.is_ascii_digit(), wrong, 1).into_bytes())));
            variants.extend(text.map(|text| Some(text.replacen('5', wrong, 1).into_bytes())));
        }
        for variant in variants {
            if variant.as_deref() == Some(bytes.as_slice()) {
                continue;
            }
            match &variant {
                None => fs::remove_file(&file).unwrap(),
                Some(bytes) => fs::write(&file, bytes).unwrap(),
            }
            tried += 1;
            match (ingest::reader("gs-reasoner").unwrap().read)(dir.path()) {
                Err(error) => {
                    let (message, base) = (error.to_string(), file.file_name().unwrap().to_str().unwrap());
                    // Without its file, the scene's intrinsics are looked for with each picture.
                    let elsewhere = variant.is_none() && name.starts_with("intrinsic") && message.contains("intrinsic");
                    assert!(message.contains(base) || elsewhere, "{name}: {message}");
                    errors += 1;
                }
                Ok(import) => {
                    // A number may be another number; a file that is not there or a pose that is lost is counted.
                    let told = import.report.to_string() != clean;
                    let number = variant.is_some_and(|bytes| !bytes.is_empty()) && name.ends_with("txt");
                    assert!(told || number, "{name}");
                }
            }
            fs::write(&file, bytes).unwrap();
        }
    }
    assert!(tried >= 200 && errors >= 150, "{errors} of {tried}");
}
