//! Questions about what frames show, from the command line: rooms are built and filmed, questions drawn, proofs checked.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use std::{collections::BTreeSet, process::Command};

use question::catalogue;

fn isovist(args: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_isovist")).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

/// Names that a publication gives to its tasks, and those of them that some row is of.
fn published(system: &str, tasks: &BTreeSet<String>) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut all, mut drawn) = (BTreeSet::new(), BTreeSet::new());
    for task in catalogue() {
        for name in task.published.iter().filter_map(|name| name.strip_prefix(system)?.strip_prefix('/')) {
            all.insert(name.to_owned());
            drawn.extend(tasks.contains(&task.name).then(|| name.to_owned()));
        }
    }
    (all, drawn)
}

#[test]
fn every_published_task_is_drawn_and_proved_on_filmed_flats() {
    let dir = tempfile::tempdir().unwrap();
    let (flats, rows) = (dir.path().join("flats"), dir.path().join("rows.jsonl"));
    let (flats, rows) = (flats.to_str().unwrap(), rows.to_str().unwrap());
    let built =
        isovist(&["rooms", "build", "--n", "6", "--seed", "5", "--frames", "10", "--size", "160x120", "-o", flats]);
    assert!(built.0, "{}", built.2);
    let drawn = isovist(&["gen", flats, "--per-task", "4", "--seed", "3", "-o", rows]);
    assert!(drawn.0, "{}", drawn.2);
    let text = std::fs::read_to_string(rows).unwrap();
    let task =
        |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["task"].as_str().unwrap().to_owned();
    let tasks: BTreeSet<String> = text.lines().map(task).collect();
    // VSI-Bench's eight tasks, relative direction in its three grades.
    for (system, count) in [("spatialevo", 16), ("vsi-bench", 10)] {
        let (all, drawn) = published(system, &tasks);
        assert_eq!(all.len(), count, "{system}: {all:?}");
        assert_eq!(drawn, all, "{system}");
    }
    let checked = isovist(&["check", rows, "--scenes", flats]);
    assert!(checked.0, "{}{}", checked.1, checked.2);
    assert!(checked.1.contains(&format!("{} accepted", text.lines().count())), "{}", checked.1);
}

#[test]
fn pixels_and_overlaps_are_drawn_and_proved_on_filmed_flats() {
    let dir = tempfile::tempdir().unwrap();
    let (flats, rows) = (dir.path().join("flats"), dir.path().join("rows.jsonl"));
    let (flats, rows) = (flats.to_str().unwrap(), rows.to_str().unwrap());
    let built =
        isovist(&["rooms", "build", "--n", "2", "--seed", "5", "--frames", "10", "--size", "160x120", "-o", flats]);
    assert!(built.0, "{}", built.2);
    let tasks = [
        "pixel_point",
        "pixel_depth",
        "pixel_camera_distance",
        "pixel_distance",
        "pixel_depth_order",
        "object_location",
        "view_overlap",
        "view_overlap_comparison",
    ];
    let drawn = isovist(&["gen", flats, "--per-task", "6", "--seed", "3", "--tasks", &tasks.join(","), "-o", rows]);
    assert!(drawn.0, "{}", drawn.2);
    let text = std::fs::read_to_string(rows).unwrap();
    for task in tasks {
        assert!(text.contains(&format!("\"task\":\"{task}\"")), "no row of {task}");
    }
    let checked = isovist(&["check", rows, "--scenes", flats]);
    assert!(checked.0, "{}{}", checked.1, checked.2);
    assert!(checked.1.contains(&format!("{} accepted", text.lines().count())), "{}", checked.1);
    // Without the images nobody can check what they say.
    for flat in std::fs::read_dir(flats).unwrap() {
        let frames = flat.unwrap().path().join("frames");
        if frames.is_dir() {
            std::fs::remove_dir_all(frames).unwrap();
        }
    }
    let unseen = isovist(&["check", rows, "--scenes", flats]);
    assert!(!unseen.0 && unseen.1.contains("depth image is at hand"), "{}", unseen.1);
}

#[test]
fn the_kitchen_answers_questions_about_its_frames() {
    for (text, answer) in [
        ("In image rgb_0, which is closer to the camera, the mug or the white vase?", "white vase"),
        ("How far is the fridge from the camera in image rgb_0?", "2.40 m"),
        ("Does image rgb_0 show the fridge?", "yes"),
        ("How far is the pixel (320, 240) of image rgb_0?", "2.83 m"),
        ("In image rgb_0, which pixel is nearer, (320, 240) or (100, 700)?", "(100, 700)"),
        ("When you took image rgb_0, in which direction was the fridge?", "front-left"),
    ] {
        let (fine, said, why) = isovist(&["ask", "kitchen", text]);
        assert!(fine && said.starts_with(answer), "{text}: {said}{why}");
    }
    let (fine, _, why) = isovist(&["ask", "kitchen", "Does image rgb_9 show the fridge?"]);
    assert!(!fine && why.contains("rgb_0"), "{why}");
}
