//! What people read of the command, as snapshots.

use std::process::Command;

/// Standard output, and what went to standard error after it.
fn page(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let errors = text(&output.stderr);
    format!("{}{}{errors}", text(&output.stdout), if errors.is_empty() { "" } else { "-- stderr\n" })
}

fn head(text: &str, lines: usize) -> String {
    text.lines().take(lines).map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[test]
fn help() {
    insta::assert_snapshot!(page(&["--help"]));
}

#[test]
fn an_answer_with_its_proof() {
    insta::assert_snapshot!(page(&["ask", "kitchen", "how far is the white vase from the fridge", "--why"]));
}

#[test]
fn answers_and_refusals() {
    let pages = [
        "how far is the white vase from the fridge",
        "How many chairs are there?",
        "How far is the vase from the fridge?",
        "How many dragonflies are there?",
        "How far is the unicorn from the fridge?",
        "How far is the fridge from the fridge?",
        "What does the fridge weigh?",
        "Which of these objects (white vase, couch, dining table) is closest to the fridge?\nA. white vase\nB. couch\n\
         C. dining table",
        "How far is the white vase from the fridge?\nA. 0.95 m\nB. 191 cm\nC. 3.2 m",
        "How far is the white vase from the fridge?\nA. 0.95 m\nB. 3.2 m",
        "How far is the white vase from the fridge?\nA. 1.91 m\nB. 1.92 m",
    ]
    .map(|question| format!("> {question}\n{}", page(&["ask", "kitchen", question])));
    insta::assert_snapshot!(pages.join("\n"));
}

#[test]
fn a_scene() {
    insta::assert_snapshot!(head(&page(&["scenes", "show", "41069025"]), 20));
}

#[test]
fn the_catalogue() {
    insta::assert_snapshot!(head(&page(&["catalogue"]), 12));
}

#[test]
fn an_unknown_task() {
    insta::assert_snapshot!(head(&page(&["gen", "--tasks", "absolute_distanc"]), 2));
}
