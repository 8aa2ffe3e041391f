//! `isovist corpus rewrite`: a model words rows anew, and whatever it says, what is written follows from the scenes.

mod common;

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Output},
    sync::Arc,
    thread,
};

use common::files;
use serde_json::{Value, json};

/// A model: what it replies to a system prompt and a wording; `Err` is a status.
type Model = dyn Fn(&str, &str) -> Result<String, u16> + Send + Sync;

/// Serves a model; its address.
fn served(model: impl Fn(&str, &str) -> Result<String, u16> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/v1", listener.local_addr().expect("an address"));
    let model: Arc<Model> = Arc::new(model);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(stream), model) = (stream, Arc::clone(&model)) else { return };
            thread::spawn(move || answer(stream, &*model));
        }
    });
    address
}

fn answer(mut stream: TcpStream, model: &Model) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        if let Some(number) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = number.trim().parse().expect("a length");
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let asked: Value = serde_json::from_slice(&body).expect("JSON");
    let content = |at: usize| asked["messages"][at]["content"].as_str().expect("a text").to_owned();
    let (status, body) = match model(&content(0), &content(1)) {
        Ok(text) => (200, json!({ "choices": [{ "message": { "content": text } }] }).to_string()),
        Err(status) => (status, String::new()),
    };
    // A client that hangs up is its own affair.
    let _ = write!(stream, "HTTP/1.1 {status} S\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
}

const RECIPE: &str = "name = \"test\"\nseed = 5\nrows = 600\nrows_per_part = 200\nreasoning = \"think\"\n\
     [[scenes]]\nrooms = { n = 6, seed = 2 }\n\
     [tasks]\nonly = [\"absolute_distance\", \"relative_direction\", \"is_larger\", \"size_order\", \"counting_within\"]\n\
     [splits]\ntrain = 0.7\ntest = 0.3\n\
     [output]\nexports = [\"parquet\", \"jsonl\", \"messages\", \"traces\"]\n\
     [balance]\nblind_guard = false\nmost_blind_points = 100\n";

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist"))
        .arg("corpus")
        .args(arguments)
        .env("ISOVIST_TEST_KEY", "sk-very-secret")
        .output()
        .expect("the binary runs")
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(!out.contains("very-secret") && !errors.contains("very-secret"));
    (out, errors)
}

fn json_of(output: &Output) -> Value {
    let (out, errors) = said(output);
    assert!(output.status.success(), "{out}{errors}");
    serde_json::from_str(&out).expect("JSON")
}

fn rows(folder: &str) -> BTreeMap<String, Value> {
    let texts = files(&Path::new(folder).join("jsonl"));
    let lines = texts.values().flat_map(|text| {
        String::from_utf8(text.clone()).expect("UTF-8").lines().map(str::to_owned).collect::<Vec<_>>()
    });
    lines
        .map(|line| {
            let row: Value = serde_json::from_str(&line).expect("JSON");
            (row["id"].as_str().expect("an id").to_owned(), row)
        })
        .collect()
}

/// A number from a text, so that the same prompt gets the same reply.
fn drawn(text: &str, below: u32) -> u32 {
    text.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % below
}

struct Corpus {
    folder: tempfile::TempDir,
}

impl Corpus {
    fn new() -> Self {
        let corpus = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::write(corpus.at("corpus.toml"), RECIPE).expect("a recipe");
        let made = run(&["make", &corpus.at("corpus.toml"), "-o", &corpus.at("out")]);
        assert!(made.status.success(), "{}", said(&made).1);
        corpus
    }

    fn at(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn rewrite(&self, to: &str, address: &str, more: &[&str]) -> Output {
        let (from, to, recipe) = (self.at("out"), self.at(to), self.at("corpus.toml"));
        let mut arguments = vec![
            "rewrite",
            &from,
            "-o",
            &to,
            "--recipe",
            &recipe,
            "--endpoint",
            address,
            "--model",
            "m",
            "--json",
            "--key-env",
            "ISOVIST_TEST_KEY",
            "--retries",
            "0",
        ];
        arguments.extend(more);
        run(&arguments)
    }

    fn verified(&self, name: &str) {
        let found = json_of(&run(&["verify", &self.at(name), "--recipe", &self.at("corpus.toml"), "--json"]));
        assert_eq!((&found["fault_count"], &found["answered"]), (&json!(0), &found["rows"]), "{found}");
    }
}

#[test]
fn questions_are_taken_where_they_ask_the_same_and_otherwise_kept_or_dropped() {
    let corpus = Corpus::new();
    let address = served(|system, user| {
        assert!(system.contains("question"));
        let other = user.split_once("Other wordings of the same question:\n").and_then(|(_, more)| more.lines().next());
        match (drawn(user, 8), other) {
            (0, _) => Ok("How many chairs are there?".into()),
            (1, _) => Ok("Tell me something about the room.\nOr do not.".into()),
            (2, _) => Err(500),
            (3, _) => Ok("I am a teapot".into()),
            (4, _) => Ok(user.lines().next().unwrap_or_default().to_owned()),
            (_, Some(other)) => Ok(format!(" {other}\n")),
            _ => Ok(user.to_owned()),
        }
    });
    let told = json_of(&corpus.rewrite("new", &address, &[]));
    let notes = told["rewrite"].as_object().expect("notes");
    let count = |what: &str| notes.get(what).and_then(Value::as_u64).unwrap_or_default();
    for what in ["rewritten", "not understood", "another question", "several lines", "server error", "the same words"] {
        assert!(count(what) > 5, "{what}: {notes:?}");
    }
    let (before, after) = (rows(&corpus.at("out")), rows(&corpus.at("new")));
    assert_eq!(notes.values().filter_map(Value::as_u64).sum::<u64>(), before.len() as u64);
    assert!(before.keys().eq(after.keys()));
    let mut changed = 0;
    for (id, row) in &after {
        let old = &before[id];
        changed += u64::from(old["text"] != row["text"]);
        for field in ["question", "answer", "answer_text", "options", "format", "reasoning"] {
            assert_eq!(old[field], row[field], "{id}");
        }
    }
    assert_eq!(changed, count("rewritten"));
    corpus.verified("new");
    let messages =
        String::from_utf8(files(Path::new(&corpus.at("new/messages"))).into_values().next().expect("a file"))
            .expect("UTF-8");
    for line in messages.lines().take(20) {
        let line: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(line["messages"][0]["content"], after[line["id"].as_str().expect("an id")]["text"]);
    }
    let card = fs::read_to_string(corpus.at("new/README.md")).expect("a card");
    assert!(card.contains("given to `m`") && card.contains("| `rewrite` | rewritten |"), "{card}");

    // The same replies, the same bytes, whatever the number at once; what is lost is made again, what is there is kept.
    json_of(&corpus.rewrite("again", &address, &["--at-once", "1"]));
    assert!(files(Path::new(&corpus.at("again"))) == files(Path::new(&corpus.at("new"))));
    fs::remove_file(corpus.at("again/parts/train-00001.json")).expect("a record");
    fs::remove_file(corpus.at("again/manifest.json")).expect("a manifest");
    json_of(&corpus.rewrite("again", &address, &[]));
    assert!(files(Path::new(&corpus.at("again"))) == files(Path::new(&corpus.at("new"))));
    let dead = corpus.rewrite("again", "http://127.0.0.1:9/v1", &[]);
    assert!(dead.status.success(), "nothing is left to ask");
    let other = said(&corpus.rewrite("again", &address, &["--drop"])).1;
    assert!(other.contains("another recipe") && other.contains("hint"), "{other}");

    let dropped = json_of(&corpus.rewrite("dropped", &address, &["--drop"]));
    assert_eq!(dropped["rows"], json!(count("rewritten")));
    assert_eq!(rows(&corpus.at("dropped")).len() as u64, count("rewritten"));
    corpus.verified("dropped");
}

#[test]
fn reasoning_is_taken_where_it_ends_in_the_same_answer_by_the_proofs_numbers() {
    let corpus = Corpus::new();
    let address = served(|system, user| {
        assert!(system.contains("reasoning") && user.starts_with("<think>"));
        let reworded = user.replace("First, ", "To begin with, ").replace("Finally, ", "In the end, ");
        Ok(match drawn(user, 5) {
            0 => reworded.replace("</think>", " It is 123.45 m.</think>"),
            1 => {
                let (head, _) = reworded.split_once("<answer>").expect("an answer");
                format!("{head}<answer>no idea</answer>")
            }
            2 => reworded.replace("<answer>", ""),
            _ => reworded,
        })
    });
    let told = json_of(&corpus.rewrite("new", &address, &["--what", "reasoning"]));
    let notes = told["rewrite"].as_object().expect("notes");
    let count = |what: &str| notes.get(what).and_then(Value::as_u64).unwrap_or_default();
    for what in ["a number that is not the proof's", "another answer", "not in the form of the recipe"] {
        assert!(count(what) > 20, "{what}: {notes:?}");
    }
    assert!(count("rewritten") > 150, "{notes:?}");
    let (before, after) = (rows(&corpus.at("out")), rows(&corpus.at("new")));
    let changed = after.iter().filter(|(id, row)| before[*id]["reasoning"] != row["reasoning"]).count();
    assert_eq!(changed as u64, count("rewritten"));
    for row in after.values() {
        let reasoning = row["reasoning"].as_str().expect("reasoning");
        let answer = row["answer_text"].as_str().expect("an answer");
        assert!(
            reasoning.ends_with(&format!("<answer>{answer}</answer>")) && !reasoning.contains("123.45"),
            "{reasoning}"
        );
    }
    corpus.verified("new");
}

#[test]
fn an_endpoint_that_does_not_answer_ends_the_run_and_leaves_nothing_half_done() {
    let corpus = Corpus::new();
    let (silent, lost) = (served(|_, _| Err(503)), served(|_, _| Err(404)));
    for (address, says) in [
        (silent.as_str(), "got no reply"),
        (lost.as_str(), "status 404"),
        ("http://127.0.0.1:9/v1", "cannot connect"),
        ("https://127.0.0.1/v1", "TLS"),
        ("http://me:sk-very-secret@127.0.0.1/v1", "user or password"),
    ] {
        let output = corpus.rewrite("new", address, &[]);
        let errors = said(&output).1;
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(says) && errors.contains("hint"), "{address}: {errors}");
        let left =
            if Path::new(&corpus.at("new")).exists() { files(Path::new(&corpus.at("new"))) } else { BTreeMap::new() };
        assert!(left.is_empty(), "{:?}", left.keys());
    }
    let no_key = run(&[
        "rewrite",
        &corpus.at("out"),
        "-o",
        &corpus.at("new"),
        "--endpoint",
        &silent,
        "--model",
        "m",
        "--key-env",
        "NO_SUCH_KEY",
    ]);
    assert!(said(&no_key).1.contains("NO_SUCH_KEY"));
    let itself = corpus.rewrite("out", &silent, &[]);
    assert!(said(&itself).1.contains("into itself"));
}
