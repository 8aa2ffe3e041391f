//! The new task type that CONTRIBUTING shows is one: a file of under 60 lines that is asked, answered and proved.

use std::{fs, path::Path, process::Command};

use language::PhraseBook;
use question::{Task, catalogue, example_scene, print, profile, prove};

const MOST_LINES: usize = 60;

fn shown() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../CONTRIBUTING.md");
    let page = fs::read_to_string(page).expect("CONTRIBUTING.md");
    let (_, block) = page.split_once("```toml\n").expect("a block of TOML");
    block.split_once("```").expect("its end").0.to_owned()
}

#[test]
fn the_task_that_contributing_shows_is_one() {
    let text = shown();
    assert!(text.lines().count() < MOST_LINES, "{} lines", text.lines().count());
    let tasks: &'static [Task] = vec![toml::from_str(&text).expect("a task")].leak();
    let task = &tasks[0];
    assert!(question::task(&task.name).is_none(), "{} is built in already; show another", task.name);

    let (scene, book) = (example_scene(task).expect("its scene"), PhraseBook::of(tasks).expect("its phrases"));
    let asked = book.parse(&scene, &task.example.text).expect("its question");
    let sha256 = scene::scene_sha256(&scene);
    let (verdict, proof) = prove(&scene, &asked.question, profile("isovist").expect("a profile"), &sha256);
    assert_eq!(print::answer(verdict.answer().expect("certain")), task.example.answer);
    let proof = serde_json::to_value(proof.expect("a proof")).expect("JSON");
    checker::check(&scene, &sha256, &proof).expect("accepted");

    for (phrase, _) in task.phrases.ask.iter().enumerate() {
        let asks = book.ask(task, &asked.fillings, phrase).expect("a wording");
        assert_eq!(book.parse(&scene, &asks).expect("read back").question, asked.question, "{asks}");
    }
    for (phrase, _) in task.phrases.state.iter().enumerate() {
        let answer = verdict.answer().expect("certain");
        let states = book.statement(task, &asked.fillings, answer, phrase).expect("a wording");
        let claim = book.parse(&scene, &states).expect("read back").question;
        let (verdict, _) = prove(&scene, &claim, profile("isovist").expect("a profile"), &sha256);
        assert_eq!(print::answer(verdict.answer().expect("certain")), "yes", "{states}");
    }
}

/// Every task of the catalogue, the newest included, stands in the help, the completions, the schema and the docs.
#[test]
fn every_task_appears_by_itself() {
    let page = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).output().expect("the binary runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let row: serde_json::Value = serde_json::from_str(&page(&["schema", "row"])).expect("JSON");
    let names: Vec<&str> = catalogue().iter().map(|task| task.name.as_str()).collect();
    assert_eq!(row["properties"]["task"]["enum"], serde_json::json!(names));
    for arguments in [
        &["catalogue"][..],
        &["catalogue", "--json"],
        &["catalogue", "--markdown"],
        &["gen", "--help"],
        &["completions", "bash"],
    ] {
        let page = page(arguments);
        let words: std::collections::BTreeSet<&str> = page.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let missing: Vec<&&str> = names.iter().filter(|name| !words.contains(*name)).collect();
        assert!(missing.is_empty(), "{arguments:?}: {missing:?}");
    }
}

#[test]
fn every_kind_of_document_has_a_schema() {
    for of in ["question", "verdict", "proof", "row", "scene", "task", "phrases", "profile"] {
        let output = Command::new(env!("CARGO_BIN_EXE_isovist")).args(["schema", of]).output().expect("runs");
        let schema: serde_json::Value = serde_json::from_slice(&output.stdout).expect(of);
        assert!(schema["description"].is_string(), "{of} says what it is");
    }
}
