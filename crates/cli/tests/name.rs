//! `isovist name`: texts become names of things whose boxes were found for them, and nothing else does.

#![expect(clippy::unwrap_used, reason = "what is missing here fails the test that asks for it")]

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};

fn isovist(args: &[&str]) -> (String, String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_isovist")).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

fn scene_of(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("scene.json")).unwrap()).unwrap()
}

#[test]
fn a_found_text_becomes_a_name_that_questions_take() {
    let folder = tempfile::tempdir().unwrap();
    let flats = folder.path().join("flats");
    let (_, errors, code) =
        isovist(&["rooms", "build", "--n", "1", "--frames", "6", "--size", "160x120", "-o", flats.to_str().unwrap()]);
    assert_eq!(code, 0, "{errors}");
    let flat = flats.join("flat-0-000000");
    let scene = scene_of(&flat);
    // The largest thing of the first frame that sees one, in its pixels; and another in space.
    let frames = scene["frames"].as_array().unwrap();
    let frame = frames.iter().find(|frame| frame["sightings"].as_array().is_some_and(|seen| !seen.is_empty())).unwrap();
    let area = |seen: &Value| seen["pixels"].as_f64().unwrap();
    let seen = frame["sightings"].as_array().unwrap().iter().max_by(|a, b| area(a).total_cmp(&area(b))).unwrap();
    let other = scene["objects"].as_array().unwrap().iter().find(|object| object["id"] != seen["object"]).unwrap();
    let rows = [
        json!({ "text": "the thing that Anna bought", "frame": frame["name"], "boxes_px": [seen["box_px"]] }),
        json!({ "text": "Bert's gift", "boxes_m": [other["box"]], "object": other["id"] }),
        json!({ "text": "found twice", "boxes_m": [other["box"], other["box"]] }),
    ];
    let texts = folder.path().join("texts.jsonl");
    fs::write(&texts, rows.map(|row| row.to_string()).join("\n")).unwrap();
    let args = ["name", flat.to_str().unwrap(), texts.to_str().unwrap(), "--json"];
    let before = fs::read(flat.join("scene.json")).unwrap();
    let dry = isovist(&[&args[..], &["--dry-run"]].concat());
    assert_eq!(fs::read(flat.join("scene.json")).unwrap(), before, "a dry run leaves the scene as it is");
    let (out, errors, code) = isovist(&args);
    assert_eq!((&out, code), (&dry.0, dry.2), "{errors}");
    assert_eq!(code, 1, "one text was refused: {out}");
    assert!(errors.contains("2 of 3 texts became names"), "{errors}");
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["outcome"]["named"]["object"], seen["object"]);
    assert_eq!(lines[1]["outcome"]["named"]["object"], other["id"]);
    assert_eq!(lines[2]["outcome"]["refused"]["code"], "not_one");
    let question = |name: &str| format!("How far is {name} from Bert's gift?");
    let scene = flat.to_str().unwrap();
    let (answer, errors, code) = isovist(&["ask", scene, &question("the thing that Anna bought")]);
    assert_eq!(code, 0, "{answer}{errors}");
    let by_number = isovist(&["ask", scene, &question(&format!("object #{}", seen["object"]))]);
    assert_eq!(answer, by_number.0);
}

#[test]
fn a_built_in_scene_and_a_bad_row_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let texts = folder.path().join("texts.jsonl");
    fs::write(&texts, "{\"text\": \"x\", \"boxes\": []}\n").unwrap();
    let (_, errors, code) = isovist(&["name", "kitchen", texts.to_str().unwrap()]);
    assert!(code == 2 || code == 1, "{code}");
    assert!(errors.contains("built-in scene cannot be changed"), "{errors}");
    let exported = folder.path().join("kitchen");
    let (_, export_errors, _) = isovist(&["scenes", "export", "kitchen", "-o", folder.path().to_str().unwrap()]);
    let (_, errors, code) = isovist(&["name", exported.to_str().unwrap(), texts.to_str().unwrap()]);
    assert_ne!(code, 0);
    assert!(errors.contains("texts.jsonl:1") && errors.contains("boxes"), "{errors} {export_errors}");
}
