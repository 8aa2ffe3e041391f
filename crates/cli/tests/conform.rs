//! `isovist conform`, end to end.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};

fn conform(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist")).arg("conform").args(arguments).output().expect("the binary runs")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

#[test]
fn a_sample_holds_and_every_family_and_most_tasks_are_in_it() {
    let output = conform(&["--n", "2000", "--noise-draws", "5", "--json"]);
    assert!(output.status.success(), "{}", out(&output));
    let report: Value = serde_json::from_str(&out(&output)).expect("JSON");
    let tally = &report["tally"];
    for (family, count) in tally["families"].as_object().expect("families") {
        assert!(count["tried"].as_u64().expect("a number") > 50, "{family}: {count}");
    }
    assert!(tally["tasks"].as_object().expect("tasks").len() >= 40);
    let embedded = &tally["embedded"];
    let [certain, ambiguous, invalid] =
        ["certain", "ambiguous", "invalid"].map(|kind| embedded[kind].as_u64().expect("a number"));
    assert!(certain * 10 > (certain + ambiguous + invalid) * 6, "{embedded}");
    assert_eq!(report["first_failure"], Value::Null);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let run = |seed: &str, threads: &str| conform(&["--n", "1500", "--seed", seed, "--threads", threads]).stdout;
    let first = run("3", "1");
    assert_eq!(first, run("3", "2"));
    assert_ne!(first, run("4", "2"));
}

#[test]
fn families_and_tasks_are_chosen_by_name() {
    let output =
        conform(&["--n", "300", "--families", "proof,mirror", "--tasks", "room_size,relative_direction", "--json"]);
    let report: Value = serde_json::from_str(&out(&output)).expect("JSON");
    let keys = |field: &str| report["tally"][field].as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys("families"), ["mirror", "proof"]);
    assert_eq!(keys("tasks"), ["relative_direction", "room_size"]);
    let output = conform(&["--families", "poof"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no family \"poof\" (hint: reference, exact, proof"));
}

#[test]
fn a_family_that_tried_nothing_has_not_passed() {
    // A size is of one thing: no candidates stand in any order.
    let named = conform(&["--n", "30", "--families", "candidate_order", "--tasks", "object_size", "--json"]);
    assert_eq!(named.status.code(), Some(1), "{}", out(&named));
    let report: Value = serde_json::from_str(&out(&named)).expect("JSON");
    assert_eq!((&report["untried"], &report["first_failure"]), (&json!(["candidate_order"]), &Value::Null));
    assert!(String::from_utf8_lossy(&named.stderr).starts_with("no question tried candidate_order (hint: "));
}

/// A failure written by hand: two cubes, one metre apart, and what the distance should be.
fn failure(expected_m: f64, family: &str) -> Value {
    let cube = |id: u32, label: &str, x: f64| {
        json!({
            "id": id, "label": label,
            "box": {"centre_m": [x, 0.0, 0.5], "extent_m": [1.0, 1.0, 1.0],
                    "axes": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]}
        })
    };
    let quantity =
        |value: f64| json!({"kind": "quantity", "value": value, "lo": value - 1e-9, "hi": value + 1e-9, "unit": "m"});
    json!({
        "format": "isovist-conform-failure", "version": 1, "family": family, "seed": 0, "index": 0, "noise_draws": 1,
        "profile": "isovist", "task": "absolute_distance",
        "question": {"form": "value", "of": {"measure": "distance", "from": "sofa", "to": "table"}},
        "fault": "by hand",
        "engine": {"verdict": "certain", "answer": quantity(1.0)},
        "expected": quantity(expected_m),
        "scene": {
            "format": "isovist-scene", "version": 1, "id": "by-hand",
            "source": {"dataset": "hand", "licence": "none"},
            "noise": {"position_m": 0.0, "size_m": 0.0, "yaw_rad": 0.0, "area_relative": 0.0},
            "room": {},
            "objects": [cube(1, "sofa", 0.0), cube(2, "table", 2.0)]
        }
    })
}

fn reproduced(folder: &Path, failure: &Value) -> Output {
    let file = folder.join("failure.json");
    fs::write(&file, failure.to_string()).expect("written");
    conform(&["--reproduce", file.to_str().expect("a path")])
}

#[test]
fn a_failure_file_is_tested_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = reproduced(folder.path(), &failure(1.0, "reference"));
    assert_eq!(out(&output), "reference: 2 tried, 0 failed\n", "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
    let output = reproduced(folder.path(), &failure(1.5, "reference"));
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).starts_with("reference: 2 tried, 1 failed\nexpected"), "{}", out(&output));
}

#[test]
fn a_damaged_failure_file_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    for damage in [("family", json!("poof")), ("version", json!(2)), ("scene", json!({})), ("profile", json!("none"))] {
        let mut damaged = failure(1.0, "reference");
        damaged[damage.0] = damage.1;
        let output = reproduced(folder.path(), &damaged);
        assert_eq!(output.status.code(), Some(2), "{}", damage.0);
        assert!(!output.stderr.is_empty());
    }
}
