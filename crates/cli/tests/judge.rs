//! `isovist judge` and `isovist score` as a user runs them.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

/// Runs the command in a folder; whether it succeeded, standard output, standard error.
fn isovist(folder: &Path, arguments: &[&str]) -> (bool, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_isovist")).current_dir(folder).args(arguments).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn rows_of_gen_with_replies_are_judged() {
    let folder = tempfile::tempdir().expect("a folder");
    let (done, _, problem) = isovist(folder.path(), &["gen", "--per-task", "2", "--seed", "7", "-o", "qa.jsonl"]);
    assert!(done, "{problem}");
    // The published answer, given in sections, earns everything.
    let rows: Vec<String> = fs::read_to_string(folder.path().join("qa.jsonl"))
        .expect("rows")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a row"))
        // Places in words, pixels and free regions are not read from free answers yet.
        .filter(|row: &Value| {
            let kind = row["answer"]["kind"].as_str();
            row["options"].is_array() || !matches!(kind, Some("point" | "pixel" | "region"))
        })
        .map(|mut row| {
            let answer = row["answer_text"].as_str().expect("an answer").to_owned();
            row["reply"] = Value::from(format!("<answer>{answer}</answer>"));
            row["group"] = row["task"].clone();
            row.to_string()
        })
        .collect();
    assert!(rows.len() > 50);
    fs::write(folder.path().join("replies.jsonl"), rows.join("\n")).expect("written");
    let (done, out, problem) = isovist(folder.path(), &["judge", "replies.jsonl"]);
    assert!(done, "{problem}");
    let mut poor = Vec::new();
    for (line, row) in out.lines().zip(&rows) {
        let judgement: Value = serde_json::from_str(line).expect("a judgement");
        assert!(judgement["advantage"].is_number());
        if judgement["total"].as_f64() < Some(0.99) {
            poor.push(format!("{line}\n    {row}"));
        }
    }
    assert!(poor.is_empty(), "{} of {}:\n{}", poor.len(), rows.len(), poor.join("\n"));
}

#[test]
fn a_row_without_an_answer_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("rows.jsonl"), "{\"reply\": \"2\"}\n").expect("written");
    let (done, _, problem) = isovist(folder.path(), &["judge", "rows.jsonl"]);
    assert!(!done && problem.contains("rows.jsonl:1: neither truth nor answer"), "{problem}");
    let (done, _, problem) = isovist(folder.path(), &["judge", "rows.jsonl", "--preset", "none"]);
    assert!(!done && problem.contains("hint: one of isovist, "), "{problem}");
}

#[test]
fn texts_are_compared_by_a_model_where_it_was_built_with_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = |reply: &str| {
        let truth = serde_json::json!({"kind": "text", "references": ["the chair is left of the table"]});
        serde_json::json!({"reply": format!("<answer>{reply}</answer>"), "truth": truth}).to_string()
    };
    let rows = ["the chair is left of the table", "a lamp", ""].map(row).join("\n");
    fs::write(folder.path().join("rows.jsonl"), rows).expect("written");
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../embed/tests/fixtures/clip");
    let model = model.to_str().expect("a path");
    let (done, out, problem) = isovist(folder.path(), &["judge", "rows.jsonl", "--preset", "3d-r1"]);
    assert!(done && !out.contains("likeness"), "{out}{problem}");
    let judge = |model| isovist(folder.path(), &["judge", "rows.jsonl", "--preset", "3d-r1", "--likeness", model]);
    let (done, out, problem) = judge(model);
    if cfg!(not(feature = "embeddings")) {
        assert!(!done && out.is_empty() && problem.contains("hint: build it with --features embeddings"), "{problem}");
        return;
    }
    assert!(done, "{problem}");
    let rows: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
    let score = |at: usize| rows[at]["components"]["semantic"]["score"].as_f64().expect("a score");
    assert!(score(0) > 1.0 - 1e-6 && score(1) > 0.0 && score(1) < 1.0 && score(2) == 0.0, "{out}");
    let name = rows[0]["likeness"].as_str().expect("a name");
    assert!(name.starts_with("clip_text_cosine:") && problem.contains(name), "{problem}");
    let (done, _, problem) = judge("none");
    assert!(!done && problem.contains("--likeness: none/config.json: No such file"), "{problem}");
}

#[test]
fn profiles_differ_by_the_string_that_decided() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = |id: u32, kind: &str, truth: &str, reply: &str| serde_json::json!({"id": id, "question_type": kind, "scene_name": "a", "ground_truth": truth, "reply": reply});
    let rows = [
        row(1, "object_abs_distance", "2.0", "about 2.0 m"),
        row(2, "object_abs_distance", "2.0", "2.0"),
        row(3, "object_rel_distance", "A", "A."),
        row(4, "route_planning", "B", "LMMS_EVAL_REQUEST_FAILED after 3"),
    ];
    let text: Vec<String> = rows.iter().map(ToString::to_string).collect();
    fs::write(folder.path().join("rows.jsonl"), text.join("\n")).expect("written");
    let (done, out, problem) = isovist(folder.path(), &["score", "vsi-bench", "rows.jsonl", "--json"]);
    assert!(done, "{problem}");
    let sheet: Value = serde_json::from_str(&out).expect("JSON");
    let official = &sheet["profiles"][0];
    // One of two distances, the order, and a failed request that stays in the mean.
    assert!((official["macro"].as_f64().expect("a mean") - 0.5).abs() < 1e-12, "{official}");
    assert_eq!(official["failed"], 1);
    let (done, out, _) =
        isovist(folder.path(), &["score", "vsi-bench", "rows.jsonl", "--profile", "official,lmms-eval", "--diff"]);
    let difference: Value = serde_json::from_str(out.trim()).expect("one difference");
    assert!(done && difference["id"] == "1" && difference["said"]["lmms-eval"][0] == "2", "{out}");
    assert_eq!(difference["reply"], "about 2.0 m");
}

#[test]
fn no_rows_and_bounds_that_do_not_hold_the_value_are_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("none.jsonl"), "").expect("written");
    let (done, out, problem) = isovist(folder.path(), &["judge", "none.jsonl"]);
    assert!(!done && out.is_empty() && problem.contains("none.jsonl: no row in it"), "{problem}");
    let (done, _, problem) = isovist(folder.path(), &["corpus", "filter-cot", "none.jsonl", "-o", "kept.jsonl"]);
    assert!(!done && problem.contains("no trace in it") && !folder.path().join("kept.jsonl").exists(), "{problem}");
    let row = r#"{"reply": "1 m", "truth": {"kind": "quantity", "value": 1.0, "lo": 5.0, "hi": 6.0, "unit": "m"}}"#;
    fs::write(folder.path().join("row.jsonl"), row).expect("written");
    let (done, _, problem) = isovist(folder.path(), &["judge", "row.jsonl"]);
    assert!(!done && problem.contains("row.jsonl:1: truth: lo 5, value 1, hi 6 (hint: lo ≤ value ≤ hi)"), "{problem}");
}

#[test]
fn score_says_what_files_may_call_things_and_refuses_groups_that_there_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    for benchmark in judge::benchmark::benchmarks() {
        let (done, out, problem) = isovist(folder.path(), &["score", &benchmark.name, "--fields"]);
        assert!(done && problem.is_empty(), "{problem}");
        for name in benchmark.id.iter().chain(&benchmark.reply).chain(&benchmark.truth) {
            assert!(out.contains(name.as_str()), "{}: {name}", benchmark.name);
        }
        for profile in &benchmark.profile {
            assert!(out.contains(&profile.name) && out.contains(&profile.version), "{}", profile.name);
        }
    }
    let row = r#"{"id": 1, "question_type": "object_size", "reply": "3", "ground_truth": "3"}"#;
    fs::write(folder.path().join("rows.jsonl"), row).expect("written");
    let (done, _, problem) = isovist(folder.path(), &["score", "vsi-bench", "rows.jsonl"]);
    let says = "rows.jsonl: row 1: question_type: no type \"object_size\" (hint: one of object_counting, ";
    assert!(!done && problem.contains(says), "{problem}");
}

#[test]
fn rows_come_from_standard_input_too_and_lines_that_are_no_objects_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = r#"{"reply": "3", "truth": {"kind": "count", "value": 3}}"#;
    // As some editors begin a file.
    fs::write(folder.path().join("marked.jsonl"), format!("\u{feff}{row}\n")).expect("written");
    let (done, from_file, problem) = isovist(folder.path(), &["judge", "marked.jsonl"]);
    assert!(done && from_file.contains(r#""reason":"right""#), "{problem}");
    let from_input = Command::new(env!("CARGO_BIN_EXE_isovist"))
        .args(["judge", "-"])
        .stdin(fs::File::open(folder.path().join("marked.jsonl")).expect("a file"))
        .output()
        .expect("it runs");
    assert!(from_input.status.success() && from_input.stdout == from_file.as_bytes());
    for text in [format!("[{row}]"), "3".to_owned(), "reply".to_owned()] {
        fs::write(folder.path().join("other.jsonl"), text).expect("written");
        let (done, _, problem) = isovist(folder.path(), &["judge", "other.jsonl"]);
        assert!(!done && problem.contains("other.jsonl:1: no JSON object (hint: each line is one"), "{problem}");
    }
}

#[test]
fn what_a_folder_holds_besides_and_what_no_profile_covers_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("replies/older")).expect("folders");
    // JSON lines by a name that JSON has too.
    let row = |id: usize, reply: &str| {
        format!(
            r#"{{"idx": {id}, "task": "Count", "source": "ADE20K", "choices": ["1", "2"], "answer": "(A)", "response": {reply}}}"#
        )
    };
    fs::write(at("replies/replies.json"), [row(0, "\"(A)\""), row(1, "null")].join("\n")).expect("rows");
    fs::write(at("replies/notes.txt"), "none").expect("a file");
    let (done, out, problem) = isovist(folder.path(), &["score", "cv-bench", "replies", "--json"]);
    assert!(done, "{problem}");
    assert!(
        problem.contains("1 of folders within the folder") && problem.contains("1 of files that are no"),
        "{problem}"
    );
    let sheet: Value = serde_json::from_str(&out).expect("JSON");
    let profiles = sheet["profiles"].as_array().expect("profiles");
    let scored = |covered: bool| profiles.iter().filter(move |profile| (profile["rows"] != 0) == covered);
    assert!(scored(true).all(|profile| profile["micro"] == 0.5 && profile["failed"] == 1), "{out}");
    assert!(scored(false).count() == 1 && scored(false).all(|profile| profile["macro"].is_null()), "{out}");
}

#[test]
fn a_reply_to_what_the_answers_do_not_have_is_named_and_nothing_by_id_is_a_failed_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    let score = |replies: &str, answers: &str| {
        isovist(folder.path(), &["score", "blink", replies, "--answers", answers, "--profile", "lmms-eval", "--json"])
    };
    write("answers.json", r#"{"val_Counting_1": "(A)", "val_Counting_2": "(B)", "val_Counting_3": "(C)"}"#);
    write("replies.json", r#"{"val_Counting_1": "(A)", "val_Counting_2": null, "val_Counting_3": 4}"#);
    let (_, out, problem) = score("replies.json", "answers.json");
    assert!(out.contains("\"failed\": 1") && out.contains("\"rows\": 3"), "{out}{problem}");
    write("other.json", r#"{"val_Counting_9": "(A)"}"#);
    let (done, _, problem) = score("other.json", "answers.json");
    assert!(
        !done
            && problem.contains("row val_Counting_9: the answers have no such id (hint: they have \"val_Counting_1\""),
        "{problem}"
    );
}
