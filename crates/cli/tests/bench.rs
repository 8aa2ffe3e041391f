//! `isovist bench` measures what it says; how fast is for a person to read, not for a test.

use std::process::Command;

use serde_json::Value;

fn bench(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_isovist"))
        .arg("bench")
        .args(arguments)
        .arg("--json")
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn every_task_is_timed_in_a_small_and_a_large_scene() {
    let report = bench(&["verdict", "--samples", "2"]);
    let sizes: Vec<&Value> =
        report["scenes"].as_array().expect("scenes").iter().map(|scene| &scene["objects"]).collect();
    assert_eq!(sizes, [15, 64]);
    let tasks = report["tasks"].as_array().expect("tasks");
    assert_eq!(tasks.len(), 2 * question::catalogue().len());
    // The rooms of VSI-Bench have no frames and no floors, and the kitchen's frames show few things first one after the other.
    let of_frames = |row: &Value| {
        let task = row["task"].as_str().and_then(question::task);
        task.is_some_and(|task| {
            let framed = |role: &question::Role| {
                matches!(
                    role,
                    question::Role::Frame
                        | question::Role::Frames { .. }
                        | question::Role::Object { stand: Some(_), .. }
                        | question::Role::Objects { stand: Some(_), .. }
                        | question::Role::Class { stand: Some(_), .. }
                )
            };
            task.roles.values().any(framed) || task.published.iter().any(|name| name.ends_with("appearance_order"))
        })
    };
    for row in tasks.iter().chain([&report["overall"]]) {
        if row["asked"] == 0 && of_frames(row) {
            continue;
        }
        assert!(row["asked"].as_u64() >= Some(1), "{row}");
        for times in ["text_to_verdict_us", "question_to_verdict_us", "question_to_proof_us"] {
            assert!(row[times]["p99"].as_f64() >= row[times]["median"].as_f64(), "{row}");
            assert!(row[times]["median"].as_f64() > Some(0.0), "{row}");
        }
    }
}

#[test]
fn the_primitives_agree_with_their_slow_references() {
    let report = bench(&["geometry", "--batches", "2"]);
    let apart = |name: &str| {
        let rows = report["operations"].as_array().expect("operations");
        let row = rows.iter().find(|row| row["operation"] == name).unwrap_or_else(|| panic!("{name}"));
        row["reference"]["most_apart"].as_f64().unwrap_or_else(|| panic!("{row}"))
    };
    assert!(apart("box_box") < 1e-6);
    assert!(apart("intersection_volume") < 0.05);
    assert!(apart("iou_3d") < 0.05);
    assert!(apart("footprint_overlap") < 0.05);
    assert!(apart("convex_hull_of_32") < 0.5);
    assert!(report["open_kitchen_ms"]["median"].as_f64() > Some(0.0));
}

#[test]
fn pictures_and_sightings_agree_with_their_slow_references() {
    let report = bench(&["frames", "--pictures", "1"]);
    let rows = report["operations"].as_array().expect("operations");
    assert_eq!((rows.len(), report["vertices"].as_u64()), (6, Some(60_000)));
    for row in rows {
        assert!(row["time_ms"]["median"].as_f64() > Some(0.0), "{row}");
        // A scan's objects are judged by cells around their points, which is an approximation.
        let most = if row["operation"] == "sightings of a scan" { 0.08 } else { 0.002 };
        assert!(row["apart"].as_f64().is_some_and(|apart| apart <= most), "{row}");
    }
}

#[test]
fn every_answer_over_http_is_that_of_this_process_whatever_clients_do() {
    for lines in [&["--lines"][..], &[]] {
        let faults =
            ["serve", "--requests", "60", "--batch", "50", "--malformed", "0.2", "--aborted", "0.2", "--slow", "2"];
        let report = bench(&[&faults[..], lines].concat());
        assert_eq!(report["wrong_answers"], 0, "{report}");
        let count = |name: &str| report[name].as_u64().unwrap_or_else(|| panic!("{report}"));
        assert!(count("malformed_rows") > 300 && count("aborted_requests") > 2, "{report}");
        assert_eq!(count("replies"), (60 - count("aborted_requests")) * 50);
    }
}
