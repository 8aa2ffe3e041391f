//! Shards of HiSpatial: depth from its logarithm, intrinsics from normalised ones, damage told.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;
#[path = "common/hispatial_shard.rs"]
mod hispatial_shard;

use std::{fs, path::Path};

use common::import;
use hispatial_shard::{SIZE, depth, members, shard, tensor};
use scene::geometry::Vec2;

#[test]
fn samples_become_scenes_of_one_frame() {
    let dir = tempfile::tempdir().unwrap();
    shard(&dir.path().join("o365-00.tar"), &members());
    let import = (ingest::reader("hispatial-shard").unwrap().read)(dir.path()).unwrap();
    let ids: Vec<&str> = import.scenes.iter().map(scene::Scene::id).collect();
    assert_eq!(ids, ["o365-00-000001", "o365-00-000002"]);
    let frame = &import.scenes[0].frames()[0];
    assert_eq!((frame.camera.focal_px(), frame.camera.centre_px()), (Vec2::new(10.0, 10.0), Vec2::new(4.0, 1.0)));
    assert!(frame.pose.world_from_camera().is_none());
    let depth = frame.depth.as_ref().unwrap();
    let file = import.files["o365-00-000001"].iter().find(|file| file.path == depth.image.file).unwrap();
    let steps = render::grey_16(Path::new("d"), &file.bytes().unwrap()).unwrap().pixels;
    assert_eq!((steps[0], steps[31]), (0, 0), "unknown and infinite");
    for i in 1..31 {
        let metres = 0.5 * 16_f64.powf(2000.0 * f64::from(i) / 65533.0);
        let off = f64::from(steps[i as usize]) * depth.scale_m - metres;
        assert!(off.abs() <= depth.scale_m / 2.0 + 1e-12 && depth.scale_m < 2e-4, "{i}: {off}");
    }
    assert_eq!(import.report.read["files of questions"], 2);
}

#[test]
fn intrinsics_may_be_json_as_the_corpus_writes_them() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.tar");
    let with = |json: &str| {
        let rename = |(name, bytes): (String, Vec<u8>)| match name.strip_suffix(".intrinsics.pt") {
            Some(key) => (format!("{key}.intrinsics.json"), json.as_bytes().to_vec()),
            None => (name.replace("1.pt", "1.json"), bytes),
        };
        shard(&file, &members().into_iter().map(rename).collect::<Vec<_>>());
        (ingest::reader("hispatial-shard").unwrap().read)(&file)
    };
    let import = with("[[1.25, 0, 0.5], [0, 2.5, 0.25], [0, 0, 1]]").unwrap();
    let camera = &import.scenes[0].frames()[0].camera;
    assert_eq!((camera.focal_px(), camera.centre_px()), (Vec2::new(10.0, 10.0), Vec2::new(4.0, 1.0)));
    assert_eq!(import.report.read["files of questions"], 2);
    for json in ["", "[]", "{}", "[[1, 0, 0], [0, 1, 0]]", "[[-1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]]", "[[1e999]]", "[[["]
    {
        let message = with(json).unwrap_err().to_string();
        assert!(message.contains("a.tar: 000001.intrinsics.json"), "{json}: {message}");
    }
}

#[test]
fn samples_that_lack_something_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.tar");
    for (lacking, says) in [("000001.jpg", "picture"), ("000001.png", "depth"), ("000001.intrinsics.pt", "intrinsics")]
    {
        let kept: Vec<_> = members().into_iter().filter(|(name, _)| name != lacking).collect();
        shard(&file, &kept);
        let (scenes, report) = import("hispatial-shard", &file);
        assert_eq!(scenes.len(), 1);
        assert_eq!(
            (report.refused[0].what.as_str(), report.refused[0].reason.as_str()),
            ("a-000001", format!("has no {says}").as_str())
        );
    }
    let mut more = members();
    more.push(("000001.depth.exr".into(), vec![1]));
    shard(&file, &more);
    assert!(import("hispatial-shard", &file).1.to_string().contains("is no member that is known here"));
    shard(&file, &[("b_image.jpg".into(), vec![1])]);
    let message = (ingest::reader("hispatial-shard").unwrap().read)(&file).unwrap_err().to_string();
    assert!(message.contains("CA-1M"), "{message}");
}

#[test]
fn damaged_shards_name_shard_and_member() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.tar");
    shard(&file, &members());
    let whole = fs::read(&file).unwrap();
    let error = || (ingest::reader("hispatial-shard").unwrap().read)(&file).unwrap_err().to_string();
    let mut tried = 0;
    for step in 0..60 {
        let (kept, cut) = whole.split_at(whole.len() * step / 60);
        fs::write(&file, kept).unwrap();
        match (ingest::reader("hispatial-shard").unwrap().read)(&file) {
            Err(error) => assert!(error.to_string().contains("a.tar"), "{error}"),
            // Only zeros of the end were cut off.
            Ok(import) => {
                assert!(import.report.read["members"] == 8 && cut.iter().all(|byte| *byte == 0), "cut at {step}");
            }
        }
        tried += 1;
    }
    let k = |numbers: [f32; 9]| tensor(&numbers);
    let good = [1.25, 0.0, 0.5, 0.0, 2.5, 0.25, 0.0, 0.0, 1.0];
    let mut wrong: Vec<(&str, Vec<u8>)> = Vec::new();
    for value in [f32::NAN, f32::INFINITY, -1.0, 0.0, 1e30] {
        wrong.push(("intrinsics.pt", k([value, 0.0, 0.5, 0.0, 2.5, 0.25, 0.0, 0.0, 1.0])));
    }
    for at in [1, 3, 6, 7] {
        let mut numbers = good;
        numbers[at] = 0.5;
        wrong.push(("intrinsics.pt", k(numbers)));
    }
    wrong.push(("intrinsics.pt", tensor(&good[..8])));
    for (near, far) in
        [("NaN", "8"), ("0", "8"), ("x", "8"), ("1", "inf"), ("9", "8"), ("", ""), ("-1", "8"), ("1e9", "2e9")]
    {
        wrong.push(("png", depth(near, far)));
    }
    wrong.push(("png", render::grey_16_png(SIZE, 0..32).unwrap()));
    wrong.push(("png", render::rgb_png(SIZE, &[[0; 3]; 32]).unwrap()));
    for (ending, bytes) in [("png", depth("0.5", "8")), ("intrinsics.pt", k(good)), ("jpg", members()[0].1.clone())] {
        for step in 0..40 {
            wrong.push((ending, bytes[..bytes.len() * step / 40].to_vec()));
        }
        wrong.push((ending, b"[]".to_vec()));
        wrong.push((ending, vec![0xff; 300]));
    }
    for (ending, bytes) in wrong {
        let mut members = members();
        members.iter_mut().find(|(name, _)| name == &format!("000002.{ending}")).unwrap().1 = bytes;
        shard(&file, &members);
        let message = error();
        assert!(message.contains("a.tar: 000002."), "{ending}: {message}");
        tried += 1;
    }
    let mut twice = members();
    twice.push(twice[0].clone());
    shard(&file, &twice);
    assert!(error().contains("stands twice"));
    assert!(tried >= 200, "{tried}");
}
