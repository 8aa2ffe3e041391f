//! `isovist doctor` on real scenes: it states the right up axis and scale, and finds them turned and scaled.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use ingest::Import;
use scene::{
    Pose, Scene, disk,
    geometry::{Mat3, OrientedBox, RigidTransform, Vec3},
    write_scene,
};

fn isovist(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The scenes that a reader makes of a folder of the shared data.
fn read(reader: &str, below: &str) -> Option<Import> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/scenes").join(below);
    if !path.exists() {
        eprintln!("skipped: {} is not there (the shared data folder is no part of the project)", path.display());
        return None;
    }
    Some((ingest::reader(reader).unwrap().read)(&path).unwrap())
}

/// Writes a scene with its images; its folder.
fn write(import: &Import, scene: &Scene, shelf: &Path) -> PathBuf {
    let folder = shelf.join(scene.id());
    fs::create_dir_all(&folder).unwrap();
    for file in import.files.get(scene.id()).into_iter().flatten() {
        let place = folder.join(&file.path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        disk::replace(&place, &file.bytes().unwrap()).unwrap();
    }
    write_scene(scene, &folder).unwrap();
    folder
}

/// The scene as a reader would give it that does not turn y up to z up, nor millimetres to metres.
fn as_stored(scene: &Scene, by: f64) -> Scene {
    let turn = Mat3::from_cols(Vec3::X, -Vec3::Z, Vec3::Y);
    let mut parts = scene.clone().into_parts();
    for object in &mut parts.objects {
        let b = object.bounds;
        object.bounds = OrientedBox::new(turn * b.centre() * by, b.half() * by, turn * b.axes()).unwrap();
        object.front = None;
    }
    for frame in &mut parts.frames {
        if let Pose::Known(pose) = &mut frame.pose {
            *pose = RigidTransform::new(turn * pose.rotation(), turn * pose.translation() * by).unwrap();
        }
    }
    parts.points.clear();
    parts.room.floor = None;
    (parts.room.floor_height_m, parts.room.ceiling_height_m) = (None, None);
    Scene::new(parts).unwrap()
}

#[test]
fn up_and_scale_of_real_scenes_are_stated_and_found_when_they_are_wrong() {
    let sources = [("adt-frames", "adt_kitchen"), ("iwer", "iwer_quest_rooms/original")];
    for (reader, below) in sources {
        let Some(import) = read(reader, below) else { return };
        for scene in &import.scenes {
            let shelf = tempfile::tempdir().unwrap();
            let healthy = isovist(&["doctor", write(&import, scene, shelf.path()).to_str().unwrap()]);
            assert_eq!(healthy.status.code(), Some(0), "{}", out(&healthy));
            assert!(out(&healthy).contains("\nup          +z ("), "{}", out(&healthy));
            assert!(out(&healthy).contains("\nscale       metres; "), "{}", out(&healthy));

            let stored = as_stored(scene, 1000.0);
            let faulty = isovist(&["doctor", write(&import, &stored, shelf.path()).to_str().unwrap()]);
            assert_eq!(faulty.status.code(), Some(1), "{}", out(&faulty));
            assert!(out(&faulty).contains("\nup          +y ("), "{}", out(&faulty));
            assert!(out(&faulty).contains("millimetres (confidence"), "{}", out(&faulty));
        }
    }
}

#[test]
fn an_import_warns_of_what_the_doctor_finds_unless_told_not_to() {
    let Some(import) = read("iwer", "iwer_quest_rooms/original") else { return };
    let (shelf, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let scene = import.scenes.iter().find(|scene| scene.id() == "office_large").unwrap();
    let stored = write(&import, &as_stored(scene, 1.0), shelf.path());
    let run = |more: &[&str]| {
        let target = target.path().to_str().unwrap();
        let output = isovist(&[&["import", "canonical", stored.to_str().unwrap(), "-o", target], more].concat());
        assert!(output.status.success());
        (out(&output), String::from_utf8(output.stderr).unwrap())
    };
    assert!(run(&[]).1.contains("doctor    office_large: fault       world_up: up is +y"));
    assert!(!run(&["--no-doctor"]).1.contains("doctor"));
    let json: serde_json::Value = serde_json::from_str(&run(&["--json"]).0).unwrap();
    assert_eq!(json["doctor"][0]["findings"][0]["kind"], "world_up");
}

#[test]
fn a_scene_without_images_says_what_was_not_examined() {
    let output = isovist(&["doctor", "kitchen"]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(out(&output).contains("\nnot examined pose_inverted: needs "), "{}", out(&output));
    assert!(out(&output).contains("\nexcluded    box_half_extents "), "{}", out(&output));
    let json = isovist(&["doctor", "kitchen", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&out(&json)).unwrap();
    assert_eq!(json["findings"], serde_json::json!([]));
    assert_eq!(json["kinds"].as_array().unwrap().len(), 14);
    assert_eq!(isovist(&["doctor", "no/such/place"]).status.code(), Some(2));
}
