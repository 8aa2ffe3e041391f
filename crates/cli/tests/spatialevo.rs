//! `isovist validate` and `isovist summary`, end to end on a filmed flat.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

fn isovist(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).output().expect("the binary runs")
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// A flat with frames, in a folder of flats; its name.
fn flat(folder: &Path) -> String {
    let arguments = ["rooms", "build", "--n", "1", "--seed", "3", "--size", "160x120", "-o", text(folder)];
    out(&isovist(&arguments));
    "flat-3-000000".to_owned()
}

fn labels(summary: &Value) -> Vec<String> {
    let labels = summary["visible_labels"].as_array().expect("labels");
    labels.iter().map(|label| label.as_str().expect("a label").to_owned()).collect()
}

/// Requests about every frame and every pair of neighbours, good and bad.
fn requests(scene: &str, frames: &[Value]) -> Vec<Value> {
    let mut all = Vec::new();
    let mut ask = |task_type: &str, question: String, more: Value| {
        let mut request = json!({"scene_id": scene, "task_type": task_type, "question": question});
        more.as_object().expect("fields").iter().for_each(|(key, value)| request[key] = value.clone());
        all.push(request);
    };
    for frame in frames {
        let image = json!({"image_path": format!("somewhere/{}.jpg", frame["frame_id"].as_str().expect("a name"))});
        let labels = labels(frame);
        for (at, label) in labels.iter().enumerate() {
            ask("distance_cam_obj", format!("How far is the {label} from the camera?"), image.clone());
            let other = &labels[(at + 1) % labels.len()];
            let question = format!("Where is the {label} relative to the {other} in this image?");
            ask("single_image_relative_direction", question, image.clone());
            ask(
                "depth_order_obj_obj",
                format!("Which is closer to the camera, the {label} or the {other}?"),
                image.clone(),
            );
        }
    }
    for pair in frames.windows(2) {
        let names: Vec<&Value> = pair.iter().map(|frame| &frame["frame_id"]).collect();
        let images = json!({"image_paths": names});
        for (task_type, question) in [
            ("position_cam_cam", "When you took image 1, where was the camera for image 2?"),
            ("elevation_cam_cam", "Is the camera of image 2 higher or lower than that of image 1?"),
            ("motion_camera", "In which direction did the camera rotate?"),
        ] {
            ask(task_type, question.to_owned(), images.clone());
        }
        for label in labels(&pair[0]) {
            let question = format!("Which image shows the {label} more clearly?");
            ask("visibility_compare", question, images.clone());
            let question = format!("In which direction is the {label} relative to me when I am taking image 1?");
            ask("position_cam_obj", question, images.clone());
        }
    }
    all
}

#[test]
fn every_question_about_a_filmed_flat_is_answered_with_a_proof_or_refused_by_rule() {
    let folder = tempfile::tempdir().expect("a folder");
    let flats = folder.path().join("flats");
    let scene = flat(&flats);
    let whole: Value =
        serde_json::from_str(&out(&isovist(&["summary", text(&flats.join(&scene)), "--json"]))).expect("JSON");
    let names: Vec<&str> =
        whole["frames"].as_array().expect("frames").iter().filter_map(Value::as_str).take(6).collect();
    let arguments = ["summary", text(&flats.join(&scene)), "--frames", &names.join(","), "--json"].map(str::to_owned);
    let summary = isovist(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let summary: Value = serde_json::from_str(&out(&summary)).expect("JSON");
    assert_eq!(summary["num_frames_succeeded"], names.len());
    let requests = requests(&scene, summary["frame_summaries"].as_array().expect("frames"));
    let file = folder.path().join("requests.jsonl");
    fs::write(&file, requests.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")).expect("written");
    let arguments = ["validate", text(&file), "--scenes", text(&flats)];
    let responses = out(&isovist(&arguments));
    assert_eq!(responses, out(&isovist(&arguments)), "the same bytes every time");
    let mut valid = 0;
    for (request, response) in requests.iter().zip(responses.lines()) {
        let response: Value = serde_json::from_str(response).expect("JSON");
        assert_eq!(response["question"], request["question"]);
        let code = response["error_code"].as_str().expect("a code");
        assert!(matches!(code, "" | "INVALID_QUESTION_RULE"), "{response:#}");
        valid += usize::from(response["is_valid"] == true);
    }
    assert_eq!(responses.lines().count(), requests.len());
    assert!(valid * 3 > requests.len(), "{valid} of {}", requests.len());
    let file = folder.path().join("responses.jsonl");
    fs::write(&file, &responses).expect("written");
    let checked = out(&isovist(&["check", text(&file), "--scenes", text(&flats)]));
    let refused = requests.len() - valid;
    assert_eq!(checked, format!("{valid} accepted, 0 rejected, {refused} responses without an answer\n"));
    let forged = responses.replacen("\"kind\":\"quantity\",\"value\":", "\"kind\":\"quantity\",\"value\":1", 1);
    fs::write(&file, forged).expect("written");
    assert_eq!(isovist(&["check", text(&file), "--scenes", text(&flats)]).status.code(), Some(1));
}

#[test]
fn requests_come_from_standard_input_too_and_broken_input_is_an_error() {
    let validate = |input: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_isovist"))
            .args(["validate", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        child.stdin.take().expect("standard input").write_all(input.as_bytes()).expect("written");
        child.wait_with_output().expect("an end")
    };
    let request = r#"{"task_type": "absolute_distance", "scene_id": "kitchen",
        "question": "How far is the white vase from the fridge?"}"#;
    let response: Value = serde_json::from_str(&out(&validate(request))).expect("JSON");
    assert_eq!((&response["answer"], &response["runtime_ms"]), (&json!("1.91 meters"), &Value::Null));
    assert!(out(&validate("[1]\n7\n")).lines().all(|line| line.contains("INVALID_INPUT")));
    for (input, says) in [("{\"task_type\": ", "-:1:"), ("", "no request"), ("7\nnot JSON\n", "-:2:")] {
        let output = validate(input);
        assert_eq!(output.status.code(), Some(2), "{input:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(says), "{output:?}");
    }
    assert_eq!(isovist(&["validate", "no/such/file.json"]).status.code(), Some(2));
}

#[test]
fn a_summary_reads_well_and_says_what_is_missing() {
    let whole = out(&isovist(&["summary", "kitchen"]));
    assert!(whole.starts_with("kitchen: ") && whole.contains(" objects of "), "{whole}");
    assert!(whole.contains(" refrigerator\n"), "{whole}");
    let none = isovist(&["summary", "kitchen", "--frames", "no_such_frame"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stdout).starts_with("no_frame: "), "{none:?}");
    assert_eq!(isovist(&["summary"]).status.code(), Some(2));
}
