//! `isovist flip`, as a user runs it.

use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn isovist(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).output().expect("the binary runs")
}

const QUESTION: &str = "Which is closest to the fridge: the white vase or the wooden bowl?";

#[test]
fn the_least_move_makes_another_answer_and_its_scene_can_be_asked() {
    let folder = TempDir::new().unwrap();
    let home = folder.path().to_str().unwrap();
    let said = isovist(&["flip", "kitchen", QUESTION, "-o", home]);
    let text = String::from_utf8(said.stdout).unwrap();
    assert!(said.status.success() && text.starts_with("white vase; wooden bowl once the "), "{text}");

    let said = isovist(&["flip", "kitchen", QUESTION, "--json"]);
    let report: Value = serde_json::from_slice(&said.stdout).unwrap();
    let scene = format!("{home}/{}", report["scene"].as_str().unwrap());
    assert!(text.contains(report["scene"].as_str().unwrap()));
    let moved = report["moved_m"].as_f64().unwrap();
    assert!(moved > 0.0 && moved <= 3.0, "{moved}");
    let asked = isovist(&["ask", &scene, QUESTION, "--json"]);
    let verdict: Value = serde_json::from_slice(&asked.stdout).unwrap();
    assert_eq!(verdict["answer"], report["becomes"]);
    assert_ne!(report["becomes"], report["answer"]);
}

#[test]
fn what_no_slide_changes_is_said() {
    let said = isovist(&["flip", "kitchen", "How tall is the white vase?"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(String::from_utf8(said.stdout).unwrap().contains("no slide of what the question speaks of"));
}

#[test]
fn what_has_no_certain_answer_or_is_about_a_picture_is_refused() {
    for (question, says) in [
        ("How far is the mug from the fridge?", "only a certain answer"),
        ("Where is there free space on the kitchen island?", "two answers like"),
        ("In image rgb_0, which is closer to the camera, the mug or the white vase?", "picture"),
    ] {
        let said = isovist(&["flip", "kitchen", question]);
        let error = String::from_utf8(said.stderr).unwrap();
        assert!(said.status.code() == Some(2) && error.contains(says) && error.contains("hint"), "{error}");
    }
}
