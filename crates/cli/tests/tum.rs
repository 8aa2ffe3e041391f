//! Real depth without labels: the doctor states up and scale, and one cabinet is lifted from its floor.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use scene::{
    DepthFile, Frame, ImageFile, NoiseModel, Pose, Provenance, Room, Scene, SceneParts, disk,
    geometry::{Camera, Distortion, Mat3, RigidTransform, Vec2, Vec3},
    write_scene,
};
use serde_json::Value;

fn isovist(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Writes the recording as a scene, its world turned and its poses' lengths multiplied; false where it is not there.
fn recording(name: &str, folder: &Path, turn: Mat3, by: f64) -> bool {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/scenes").join(name);
    if !place.exists() {
        eprintln!("skipped: {} is not there (the shared data folder is no part of the project)", place.display());
        return false;
    }
    let held: Value = serde_json::from_str(&fs::read_to_string(place.join("scene.json")).unwrap()).unwrap();
    let number = |name: &str| held[name].as_f64().unwrap();
    let d: Vec<f64> = held["distortion_opencv"].as_array().unwrap().iter().map(|k| k.as_f64().unwrap()).collect();
    let distortion = if d.iter().all(|k| *k == 0.0) {
        Distortion::None
    } else {
        Distortion::BrownConrady { k: [d[0], d[1], d[4], 0.0, 0.0, 0.0], p: [d[2], d[3]] }
    };
    let focal = Vec2::new(number("fx"), number("fy"));
    let centre = Vec2::new(number("cx"), number("cy")) + Vec2::splat(0.5);
    let camera = Camera::new(number("width") as u32, number("height") as u32, focal, centre, distortion).unwrap();
    fs::create_dir_all(folder.join("frames")).unwrap();
    let frame = |frame: &Value| {
        let file = frame["depth"].as_str().unwrap().to_owned();
        let bytes = fs::read(place.join(&file)).unwrap();
        fs::write(folder.join(&file), &bytes).unwrap();
        let m = |row: usize, column: usize| frame["T_world_camera"][row][column].as_f64().unwrap();
        let column = |at: usize| Vec3::new(m(0, at), m(1, at), m(2, at));
        // Six digits are stated: the third axis follows from the first two.
        let x = column(0).normalize();
        let z = x.cross(column(1)).normalize();
        let rotation = turn * Mat3::from_cols(x, z.cross(x), z);
        Frame {
            name: frame["name"].as_str().unwrap().to_owned(),
            time_s: frame["timestamp"].as_f64(),
            camera,
            pose: Pose::Known(RigidTransform::new(rotation, turn * column(3) * by).unwrap()),
            colour: None,
            depth: Some(DepthFile { image: ImageFile { file, sha256: disk::sha256_hex(&bytes) }, scale_m: 0.0002 }),
            instance: None,
            sightings: None,
        }
    };
    let scene = Scene::new(SceneParts {
        id: name.to_owned(),
        source: Provenance { dataset: "tum".into(), licence: "CC-BY-4.0".into(), ..Provenance::default() },
        noise: NoiseModel::NONE,
        room: Room::default(),
        objects: Vec::new(),
        declared_counts: std::collections::BTreeMap::new(),
        frames: held["frames"].as_array().unwrap().iter().map(frame).collect(),
        points: Vec::new(),
    });
    write_scene(&scene.unwrap(), folder).unwrap();
    true
}

#[test]
fn up_and_scale_of_recordings_are_stated_and_found_when_they_are_wrong() {
    let y_up = Mat3::from_cols(Vec3::X, -Vec3::Z, Vec3::Y);
    for name in ["tum_fr3_cabinet", "tum_fr1_rpy_desk"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        let doctor = |turn: Mat3, by: f64| {
            recording(name, folder.path(), turn, by).then(|| {
                let output = isovist(&["doctor", path]);
                println!("{}", out(&output));
                (output.status.code(), out(&output))
            })
        };
        let Some((status, text)) = doctor(Mat3::IDENTITY, 1.0) else { return };
        assert_eq!(status, Some(0), "{text}");
        assert!(text.contains("\nup          +z (") && text.contains("\nscale       metres; "), "{text}");
        let (status, text) = doctor(y_up, 1.0).unwrap();
        assert_eq!(status, Some(1), "{text}");
        assert!(text.contains("\nup          +y ("), "{text}");
        let (status, text) = doctor(Mat3::IDENTITY, 1000.0).unwrap();
        assert_eq!(status, Some(1), "{text}");
        assert!(text.contains("millimetres (confidence"), "{text}");
    }
}

#[test]
fn one_cabinet_stands_on_the_floor() {
    let (folder, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    if !recording("tum_fr3_cabinet", folder.path(), Mat3::IDENTITY, 1.0) {
        return;
    }
    let place = folder.path().to_str().unwrap();
    let lifted = target.path().join("lifted");
    let run = |more: &[&str]| {
        let arguments = [&["lift", "--above-floor", place, "--label", "cabinet"], more].concat();
        let output = isovist(&arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        out(&output)
    };
    println!("{}", run(&["-o", lifted.to_str().unwrap()]));
    let json: Value = serde_json::from_str(&run(&["--json"])).unwrap();
    let values = |of: &Value| of.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect::<Vec<f64>>();
    // The labelled points of the fused cloud reach from (-1.95, 0.19, 0.03) to (-1.10, 0.72, 0.58).
    let near = |found: Vec<f64>, expected: [f64; 3], most: f64| {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < most), "{found:?} instead of {expected:?}");
    };
    near(values(&json["fused"]["centre_m"]), [-1.525, 0.455, 0.29], 0.05);
    near(values(&json["fused"]["extent_m"]), [0.85, 0.53, 0.58], 0.08);
    assert!(json["floor_m"].as_f64().unwrap().abs() < 0.02, "{}", json["floor_m"]);
    let scene = scene::read_scene(&lifted).unwrap();
    assert_eq!((scene.objects().len(), scene.objects()[0].label.as_str()), (1, "cabinet"));
    let frames = json["frames"].as_array().unwrap();
    let same = frames.iter().filter(|frame| frame["is_fused_thing"] == true).count();
    assert!(same * 10 >= frames.len() * 9, "{same} of {}", frames.len());
}
