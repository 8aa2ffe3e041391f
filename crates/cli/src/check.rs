//! `isovist check`: proofs, checked by independent code.

use std::{
    error::Error,
    io::{Write, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use ::corpus::{Edit, Row};
use question::profile;
use scene::{Scene, scene_sha256};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::{
    ask::book,
    lines::{LineError, Lines, parse_row},
    open::Shelf,
};

/// Check proofs by independent means.
///
/// A file holds one proof, or one JSON object a line: proofs, rows with a `proof`, or responses of `isovist validate`.
/// Of a row, scene, question and answer must be those of its proof, and its words must ask and say the same.
/// Exit status: 0 if all are accepted, 1 if any is rejected, 2 for an error.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    /// Files of proofs; `-`: standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Where the scenes are: a folder of scenes; left out, the built-in ones
    #[arg(long, value_name = "DIR")]
    scenes: Option<String>,
    /// Print one JSON object a rejection, then the counts
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  isovist check proof.json
  isovist check qa.jsonl --scenes scenes/
  isovist ask kitchen 'How far is the white vase from the fridge?' --proof - | isovist check -";

/// Runs the command.
pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode, Box<dyn Error>> {
    let mut shelf = Shelf::with(args.scenes.as_deref())?;
    let (mut accepted, mut rejected, mut unproved) = (0usize, 0usize, 0usize);
    let mut out = stdout().lock();
    for path in &args.files {
        each_proof(path, |line, value| {
            if value.get("is_valid").is_some_and(|valid| *valid == false) {
                unproved += 1;
                return Ok(());
            }
            if value.get("proof").is_none() && (value.get("answer_text").is_some() || value.get("is_valid").is_some()) {
                return Err("proof: missing (hint: rows written with --no-proof cannot be checked)".into());
            }
            let proof = value.get("proof").unwrap_or(value);
            // What a row says beside its proof must be what the proof says; a response says it in its verdict.
            let (row, keys): (&Value, &[&str]) = match value.get("response_version") {
                Some(_) => (value.get("verdict").unwrap_or(&Value::Null), &["answer"]),
                None => (value, &["scene", "question", "answer"]),
            };
            for key in keys {
                if value.get("proof").is_some() && row.get(key).is_some_and(|said| *said != proof[key]) {
                    rejected += 1;
                    let why = format!("{key}: the row says another than its proof");
                    return Ok(reject(&mut out, args.json, path, line, &why)?);
                }
            }
            let id = proof.get("scene").and_then(Value::as_str);
            let id =
                id.ok_or("scene: missing; a proof names its scene (hint: rows written with --no-proof have none)")?;
            // A row of an edited scene says what it came of.
            let edit = value.get("edit").map(Option::<Edit>::deserialize).transpose();
            let edit = edit.map_err(|error| format!("edit: {error}"))?.flatten();
            let origin = edit.as_ref().map_or(id, |edit| &edit.of);
            let (scene, sha256) = shelf.scene(origin).map_err(|error| format!("scene: {error}"))?;
            let edited = edit.as_ref().map_or(Ok(None), |edit| edit.applied(scene));
            let edited = edited.map_err(|error| format!("edit: {error}"))?.map(|scene| (scene_sha256(&scene), scene));
            let (sha256, scene) = edited.as_ref().map_or((sha256, scene), |(sha256, scene)| (sha256, scene));
            let checked = checker::check(scene, sha256, proof).map_err(|rejection| rejection.to_string());
            match checked.and_then(|_| words(scene, value, proof)) {
                Ok(()) => accepted += 1,
                Err(rejection) => {
                    rejected += 1;
                    reject(&mut out, args.json, path, line, &rejection)?;
                }
            }
            Ok(())
        })?;
    }
    if args.json {
        writeln!(out, "{}", json!({ "accepted": accepted, "rejected": rejected, "unproved": unproved }))?;
    } else {
        write!(out, "{accepted} accepted, {rejected} rejected")?;
        if unproved > 0 {
            write!(out, ", {unproved} responses without an answer")?;
        }
        writeln!(out)?;
    }
    Ok(if rejected == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Whether the words of a row say what its proof says; a proof alone has none.
fn words(scene: &Scene, value: &Value, proof: &Value) -> Result<(), String> {
    if value.get("answer_text").is_none() {
        return Ok(());
    }
    let row = Row::deserialize(value).map_err(|error| format!("words: {error}"))?;
    let profile = proof.get("profile").and_then(Value::as_str).and_then(profile).ok_or("words: no such profile")?;
    let book = book().map_err(|error| error.to_string())?;
    row.check_words(book, profile, scene).map_err(|problem| format!("words: {problem}"))
}

/// Says that the proof of a line is rejected.
fn reject(out: &mut dyn Write, as_json: bool, file: &Path, line: usize, why: &str) -> std::io::Result<()> {
    if as_json {
        writeln!(out, "{}", json!({ "file": file.display().to_string(), "line": line, "rejected": why }))
    } else {
        writeln!(out, "{}:{line}: rejected: {why}", file.display())
    }
}

/// What went wrong with one proof, before it is known where it stands.
enum Fault {
    Proof(String),
    Output(std::io::Error),
}

impl From<String> for Fault {
    fn from(problem: String) -> Self {
        Self::Proof(problem)
    }
}

impl From<&str> for Fault {
    fn from(problem: &str) -> Self {
        Self::Proof(problem.to_owned())
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

/// Every proof of a file with the line it starts on: one a line, or the whole file where its first line is none.
fn each_proof(path: &Path, mut check: impl FnMut(usize, &Value) -> Result<(), Fault>) -> Result<(), Box<dyn Error>> {
    let mut lines = Lines::open(path)?;
    let mut check = |lines: &Lines, at: usize, value: &Value| match check(at, value) {
        Ok(()) => Ok(()),
        Err(Fault::Proof(problem)) => Err(Box::<dyn Error>::from(lines.fault(at, problem))),
        Err(Fault::Output(error)) => Err(error.into()),
    };
    let Some((first, line)) = lines.next()? else { return Err(lines.file_fault("no proof in it").into()) };
    let value = match parse_row(&line) {
        Ok(value) => value,
        Err(problem) => {
            let Some(whole) = lines.whole(line)? else { return Err(lines.fault(first, problem).into()) };
            let value = serde_json::from_str(&whole).map_err(|error| not_json(&lines, first, &error))?;
            return check(&lines, first, &value);
        }
    };
    check(&lines, first, &value)?;
    while let Some((at, line)) = lines.next()? {
        let value = parse_row(&line).map_err(|problem| lines.fault(at, problem))?;
        check(&lines, at, &value)?;
    }
    Ok(())
}

/// What is wrong with JSON that begins in a line.
fn not_json(lines: &Lines, first: usize, error: &serde_json::Error) -> LineError {
    let text = error.to_string();
    let problem = text.strip_suffix(&format!(" at line {} column {}", error.line(), error.column())).unwrap_or(&text);
    lines.fault(first + error.line() - 1, format!("column {}: not JSON: {problem}", error.column()))
}
