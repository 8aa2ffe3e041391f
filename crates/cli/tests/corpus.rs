//! `isovist corpus`: from a recipe to files, whatever happens on the way.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use serde_json::Value;

const RECIPE: &str = "name = \"test\"\nseed = 5\nrows = 3000\nrows_per_part = 150\nreasoning = \"think\"\n\
     [[scenes]]\nrooms = { n = 40, seed = 2 }\n\
     [tasks]\nonly = [\"absolute_distance\", \"relative_direction\", \"is_larger\", \"size_order\", \"counting_within\"]\n\
     [splits]\ntrain = 0.8\ntest = 0.2\n\
     [output]\nexports = [\"parquet\", \"jsonl\"]\nproofs = true\n\
     [balance]\nmost_blind_points = 40\n";

fn corpus(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isovist"));
    command.arg("corpus").args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    corpus(arguments).output().expect("the binary runs")
}

fn succeeded(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below it").to_string_lossy().into_owned();
                // What a killed run was writing has a name of its own and is no part of the corpus.
                if !name.contains("/.") {
                    all.insert(name, fs::read(&path).expect("a file"));
                }
            }
        }
    }
    all
}

#[test]
fn a_recipe_becomes_a_corpus_that_is_described_and_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("corpus.toml"), RECIPE).expect("a recipe");
    let plan: Value = serde_json::from_str(&succeeded(&run(&["plan", &at("corpus.toml"), "--json"]))).expect("JSON");
    assert_eq!(plan["splits"].as_array().map(Vec::len), Some(2));
    let planned: u64 =
        plan["splits"].as_array().expect("splits").iter().filter_map(|split| split["rows"].as_u64()).sum();
    assert_eq!(planned, 3000);

    let made: Value = serde_json::from_str(&succeeded(&run(&["make", &at("corpus.toml"), "-o", &at("out"), "--json"])))
        .expect("JSON");
    let rows = made["rows"].as_u64().expect("a number");
    assert_eq!(rows + made["short"].as_u64().expect("a number"), 3000);
    assert!(rows > 2500, "{made}");
    let found: Value = serde_json::from_str(&succeeded(&run(&["verify", &at("out"), "--json"]))).expect("JSON");
    assert_eq!((&found["answered"], &found["proofs"]), (&made["rows"], &made["rows"]), "{found}");
    let card = fs::read_to_string(at("out/README.md")).expect("a card");
    assert!(card.starts_with("---\npretty_name: test\n") && card.contains("config_name: parquet"), "{card}");
    succeeded(&run(&["stats", &at("out")]));
    let page = fs::read_to_string(at("out/stats.html")).expect("a page");
    assert!(page.contains("<svg") && page.contains("Answers of counting_within"));
    assert!(
        succeeded(&run(&["audit", &at("out")]))
            .contains("none is more than 40 points above chance by two standard deviations")
    );
    assert_eq!(files(Path::new(&at("out"))).keys().filter(|name| name.contains(&at(""))).count(), 0);

    // The traces of a corpus pass the rules for traces; a spoilt one does not.
    let line = fs::read_to_string(at("out/jsonl/train-00000-of-00016.jsonl")).expect("rows");
    let trace = |row: &str, answer: &str| {
        let row: Value = serde_json::from_str(row).expect("JSON");
        let output = row["reasoning"].as_str().expect("reasoning");
        serde_json::json!({ "question": row["text"], "output": output, "gold_answer": answer }).to_string()
    };
    let rows: Vec<&str> = line.lines().take(20).collect();
    let answer =
        |row: &str| serde_json::from_str::<Value>(row).expect("JSON")["answer_text"].as_str().map(str::to_owned);
    let mut traces: Vec<String> = rows.iter().map(|row| trace(row, &answer(row).expect("an answer"))).collect();
    traces.push(trace(rows[0], "nothing of the kind"));
    fs::write(at("traces.jsonl"), traces.join("\n")).expect("traces");
    let output = run(&["filter-cot", &at("traces.jsonl"), "-o", &at("kept.jsonl"), "--refused", &at("refused.jsonl")]);
    succeeded(&output);
    let kept = fs::read_to_string(at("kept.jsonl")).expect("kept").lines().count();
    let refused = fs::read_to_string(at("refused.jsonl")).expect("refused");
    assert!(kept >= 15 && kept + refused.lines().count() == 21, "{kept}\n{refused}");
    assert!(refused.contains("\"reason\":\"wrong_answer\""), "{refused}");
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_in_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("corpus.toml"), RECIPE).expect("a recipe");
    succeeded(&run(&["make", &at("corpus.toml"), "-o", &at("whole")]));
    let mut wait_ms = 60;
    for round in 0.. {
        let mut child = corpus(&["make", &at("corpus.toml"), "-o", &at("killed")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        sleep(Duration::from_millis(wait_ms));
        if child.try_wait().expect("a child").is_some() || round == 50 {
            break;
        }
        child.kill().expect("it runs");
        child.wait().expect("a child");
        wait_ms = 60 + (wait_ms * 7) % 190;
    }
    succeeded(&run(&["make", &at("corpus.toml"), "-o", &at("killed")]));
    assert!(files(Path::new(&at("killed"))) == files(Path::new(&at("whole"))));
}

#[test]
fn what_cannot_be_made_is_said_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    for (recipe, says) in [
        ("rows = 3", "name"),
        ("name = \"a\"\nrows = 3\nscenes = []", "[[scenes]]"),
        ("name = \"a\"\nrows = 3\n[[scenes]]\npath = \"nowhere\"", "nowhere"),
        ("name = \"a\"\nrows = 3\n[[scenes]]\nbuiltin = [\"cathedral\"]", "cathedral"),
        ("name = \"a\"\nrows = 3\n[[scenes]]\nrooms = { n = 1 }\n[splits]\ntrain = 1\ntest = 1", "no scene"),
        (
            "name = \"a\"\nrows = 3\n[[scenes]]\nrooms = { n = 2 }\n[tasks]\nonly = [\"pixel_point\"]",
            "none of the tasks",
        ),
    ] {
        fs::write(at("corpus.toml"), recipe).expect("a recipe");
        let output = run(&["make", &at("corpus.toml"), "-o", &at("out")]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{recipe}: {message}");
        assert!(message.starts_with("error: ") && message.contains(says), "{recipe}: {message}");
        assert!(!Path::new(&at("out")).exists(), "{recipe}");
    }
    let output = run(&["make", &at("corpus.toml"), "-o", &at("out"), "--shard", "3/3"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("expected i/n"));
}
