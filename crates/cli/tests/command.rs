//! The built binary, end to end, on the embedded scenes.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn isovist(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).output().expect("the binary runs")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

const DISTANCE: &str = r#"{"form":"value","of":{"measure":"distance","from":"white vase","to":"fridge"}}"#;

#[test]
fn a_certain_answer_has_a_tolerance_and_a_proof_that_the_checker_accepts() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("proof.json");
    let file = file.to_str().expect("a path");
    let output = isovist(&["ask", "kitchen", DISTANCE, "--why", "--proof", file]);
    assert!(output.status.success());
    assert!(out(&output).starts_with("1.91 m ± 0.02 m"), "{}", out(&output));
    assert!(out(&output).contains("checked independently"));
    assert_eq!(out(&isovist(&["check", file])), "1 accepted, 0 rejected\n");
    let forged = fs::read_to_string(file).expect("the proof").replace("#20", "#21");
    fs::write(file, forged).expect("written");
    let output = isovist(&["check", file]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("rejected"));
}

#[test]
fn unsure_questions_exit_with_1_and_errors_with_2() {
    let vase = DISTANCE.replace("white vase", "vase");
    for (arguments, status, says) in [
        (["ask", "kitchen", r#"{"form":"count","class":"chair"}"#], 1, "ambiguous (class_ambiguous)"),
        (["ask", "kitchen", &vase], 1, "invalid (not_unique)"),
        (["ask", "kitchen", r#"{"form":"count","class":"dragonfly"}"#], 1, "invalid (unknown_label)"),
        (["ask", "kitchen", r#"{"form":"count"}"#], 2, ""),
        (["ask", "cathedral", DISTANCE], 2, ""),
    ] {
        let output = isovist(&arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        assert!(out(&output).contains(says), "{arguments:?}: {}", out(&output));
        assert_eq!(status == 2, !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn all_published_rows_are_reproduced_under_the_published_profile() {
    let rows = shared("annotations/vsi_bench/published_rows.jsonl");
    let Some(rows) = rows else { return };
    let output = isovist(&["audit", "vsi-bench", "--rows", rows.to_str().expect("a path")]);
    assert!(out(&output).ends_with("profile vsi-bench: 203 of 203 rows agree\n"), "{}", out(&output));
    assert!(output.status.success());
}

/// A file of the shared data beside the checkout; `None`, with a message, where there is none.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: shared/data/{name} is not beside the checkout");
    None
}

#[test]
fn a_row_that_says_another_answer_than_its_proof_is_rejected() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rows.jsonl");
    let path = file.to_str().expect("a path");
    assert!(isovist(&["gen", "kitchen", "--tasks", "object_counting", "--per-task", "2", "-o", path]).status.success());
    assert_eq!(out(&isovist(&["check", path])), "2 accepted, 0 rejected\n");
    let rows = fs::read_to_string(&file).expect("rows");
    let mut row: serde_json::Value = serde_json::from_str(rows.lines().next().expect("a row")).expect("JSON");
    row["answer"]["value"] = 99.into();
    fs::write(&file, row.to_string()).expect("written");
    let output = isovist(&["check", path]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("rejected: answer"), "{}", out(&output));
    let output = out(&isovist(&["check", path, "--json"]));
    let told: Vec<serde_json::Value> = output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((&told[0]["file"], &told[0]["line"]), (&path.into(), &1.into()), "{output}");
    assert!(told[0]["rejected"].as_str().is_some_and(|why| why.starts_with("answer: ")), "{output}");
    assert_eq!(told[1], serde_json::json!({ "accepted": 0, "rejected": 1, "unproved": 0 }));
    // Words are held against the proof too.
    for (field, to) in [("answer_text", "99"), ("text", "How many doors are there?")] {
        let mut row: serde_json::Value = serde_json::from_str(rows.lines().next().expect("a row")).expect("JSON");
        row[field] = to.into();
        fs::write(&file, row.to_string()).expect("written");
        let output = isovist(&["check", path]);
        assert!(out(&output).contains("rejected: words: "), "{}", out(&output));
    }
    row.as_object_mut().expect("a row").remove("proof");
    fs::write(&file, row.to_string()).expect("written");
    let output = isovist(&["check", path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--no-proof"));
}

#[test]
fn words_are_answered_like_json_and_unknown_words_are_refused() {
    let output = isovist(&["ask", "kitchen", "how far is the white vase from the fridge"]);
    assert_eq!(out(&output), "1.91 m ± 0.02 m\n");
    let output = isovist(&["ask", "kitchen", "Sing me a song about the fridge"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("unknown_wording"));
}

#[test]
fn gen_writes_the_same_bytes_for_any_number_of_threads_and_other_bytes_for_another_seed() {
    let run = |seed: &str, threads: &str| {
        isovist(&["gen", "kitchen", "--per-task", "3", "--seed", seed, "--threads", threads]).stdout
    };
    let first = run("7", "1");
    assert!(first.len() > 10_000);
    assert_eq!(first, run("7", "2"));
    assert_ne!(first, run("8", "2"));
}

/// One task for each kind of answer.
const TASKS: &str = "absolute_distance,counting_within,distance_order,is_within,perspective_bearing,relative_direction,relative_distance";

#[test]
fn gen_writes_every_format_and_a_manifest_that_names_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("qa.jsonl");
    let file = file.to_str().expect("a path");
    let output = isovist(&["gen", "kitchen", "--per-task", "6", "--tasks", TASKS, "-o", file]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = fs::read_to_string(file).expect("the rows");
    let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.len(), 42);
    for format in ["free_form", "multiple_choice", "true_false"] {
        assert!(rows.iter().any(|row| row["format"] == format), "{format}");
    }
    for row in &rows {
        // What was written asks the same again, and has the answer that was written.
        let asked = isovist(&["ask", "kitchen", row["text"].as_str().expect("text"), "--json"]);
        let verdict: serde_json::Value = serde_json::from_str(&out(&asked)).expect("a verdict");
        assert_eq!(verdict["answer"], row["answer"], "{row}");
        if row["format"] == "multiple_choice" {
            let said = out(&isovist(&["ask", "kitchen", row["text"].as_str().expect("text")]));
            assert!(
                said.starts_with(&format!("{}. ", row["answer_text"].as_str().expect("a letter"))),
                "{row}: {said}"
            );
        }
    }
    let manifest = fs::read_to_string(format!("{file}.manifest.json")).expect("the manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["output"]["bytes"], text.len());
    assert_eq!(manifest["rows"]["absolute_distance"], 6);
    assert_eq!(manifest["seed"], 0);
    assert!(out(&isovist(&["check", file])).ends_with("42 accepted, 0 rejected\n"));
}

#[test]
fn demo_writes_a_page_and_checked_questions() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = isovist(&["demo", "-o", folder.path().to_str().expect("a path")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(out(&output).contains("every proof accepted"));
    assert!(!out(&output).contains("No certain question"), "{}", out(&output));
    let page = fs::read_to_string(folder.path().join("index.html")).expect("the page");
    assert!(page.contains("<svg") && page.contains("white vase"));
    let rows = folder.path().join("questions.jsonl");
    let flats = folder.path().join("flats");
    let checked = isovist(&["check", rows.to_str().expect("a path"), "--scenes", flats.to_str().expect("a path")]);
    assert!(out(&checked).ends_with(" 0 rejected\n"), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn all_things_of_a_kind_may_be_named_together() {
    let answer = |question: &str| {
        let output = isovist(&["ask", "kitchen", question]);
        assert!(output.status.success(), "{question}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    for question in [
        "Which dining chair is closest to the refrigerator?",
        "Which of the dining chairs is closest to the refrigerator?",
        "Which object is closest to the refrigerator: the dining chairs?",
        "Which is closest to the refrigerator: dining chair #33 or yellow dining chair?",
    ] {
        assert!(answer(question).starts_with("yellow dining chair"), "{question}");
    }
}

#[test]
fn an_open_class_leaves_no_answers_where_something_else_is_counted() {
    for (question, has_rivals) in [("How many chairs are there?", true), ("How many chairs are free?", false)] {
        let output = isovist(&["ask", "kitchen", question, "--json"]);
        let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(verdict["code"], "class_ambiguous", "{question}");
        let rivals = verdict["rivals"].as_array().map_or(0, Vec::len);
        assert_eq!(rivals > 0, has_rivals, "{question}: {verdict}");
    }
}
