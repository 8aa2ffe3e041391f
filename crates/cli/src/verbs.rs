//! What the engine does with every task in every format, found out by doing it.

use std::{collections::BTreeMap, error::Error, fmt::Write as _};

use ::corpus::{Drawing, Row, Source, Tally};
use language::{Format, PhraseBook};
use question::{Draw, Profile, Task, Verdict, catalogue, evaluate, example_scene, readable, with_drawn_depths};
use rayon::prelude::*;
use scene::{Room, Scene, SceneParts, builtin};
use serde::Serialize;

use crate::{
    ask::{book, known_profile},
    conform::random_scene,
};

/// What is done, in this order.
const VERBS: [&str; 8] = ["generate", "validate", "answer", "prove", "word", "parse", "explain", "export"];
const FORMATS: [(Format, &str); 3] =
    [(Format::FreeForm, "free"), (Format::MultipleChoice, "choice"), (Format::TrueFalse, "true/false")];
/// Scenes drawn for tasks whose own example is too small.
const DRAWN: u64 = 40;

/// One task in one format.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    task: &'static str,
    level: u8,
    format: &'static str,
    /// Whether each verb was done, in the order of the head; empty where the format does not apply: no answer of the task
    /// is provably wrong and told apart in print.
    done: Vec<bool>,
}

impl Line {
    /// Whether something that applies was not done.
    pub(crate) fn is_lacking(&self) -> bool {
        self.done.contains(&false)
    }
}

/// Does every verb with every task in every format.
pub(crate) fn lines() -> Result<Vec<Line>, Box<dyn Error>> {
    let (profile, book) = (known_profile("isovist")?, book()?);
    let mut larger: Vec<Source> = vec![builtin::open(builtin::KITCHEN).ok_or("no kitchen")??.into()];
    let drawn: Vec<Source> = (0..DRAWN)
        .into_par_iter()
        .map(|number| random_scene(format!("drawn-{number}"), true, &mut Draw::new(1, &["verbs"], number)))
        .filter_map(Result::ok)
        .map(Source::from)
        .collect();
    larger.extend(drawn);
    let of_task = |task: &'static Task| -> Result<Vec<Line>, String> {
        let example = example_scene(task).map_err(|error| error.to_string())?;
        let example = with_drawn_depths(example.parts().clone()).map_err(|error| error.to_string())?;
        let example = [Source::from(example)];
        let lines = FORMATS.iter().map(|(format, name)| {
            let drawing = Drawing { book, profile, seed: 1, proofs: true };
            let row = [&example[..], &larger[..1], &larger[1..]].into_iter().find_map(|sources| {
                let row = drawing.rows(sources, task, &[*format], 1, &mut Tally::new()).pop()?;
                let source = sources.iter().find(|source| source.scene.id() == row.scene)?;
                Some((source, row))
            });
            let done = row.map(|(source, row)| done(book, profile, source, &row)).unwrap_or_default();
            Line { task: &task.name, level: task.level, format: name, done }
        });
        Ok(lines.collect())
    };
    let lines: Vec<Vec<Line>> = catalogue().par_iter().map(of_task).collect::<Result<_, _>>()?;
    Ok(lines.into_iter().flatten().collect())
}

/// Each verb with a row that was generated.
fn done(book: &PhraseBook, profile: &Profile, source: &Source, row: &Row) -> Vec<bool> {
    let certain = |scene: &Scene| match evaluate(scene, &row.question, profile) {
        Verdict::Certain { answer, .. } => Some(answer),
        Verdict::Ambiguous { .. } | Verdict::Invalid { .. } => None,
    };
    let answer = certain(&source.scene);
    // The same place with nothing in it, not even walls.
    let parts = source.scene.parts();
    let empty = Scene::new(SceneParts {
        objects: Vec::new(),
        frames: Vec::new(),
        declared_counts: BTreeMap::new(),
        room: Room::default(),
        ..parts.clone()
    });
    let steps = row.proof.as_ref().map(|proof| readable::steps(&source.scene, proof)).unwrap_or_default();
    let proof = row.proof.as_ref().and_then(|proof| serde_json::to_value(proof).ok());
    let parsed = book.parse(&source.scene, &row.text);
    let json = serde_json::to_string(row).ok().and_then(|text| serde_json::from_str::<Row>(&text).ok());
    vec![
        true,
        answer.is_some() && empty.is_ok_and(|empty| certain(&empty).is_none()),
        answer.as_ref() == Some(&row.answer) && !row.answer_text.is_empty(),
        proof.is_some_and(|proof| checker::check(&source.scene, &source.sha256, &proof).is_ok()),
        row.text.chars().next().is_some_and(|first| first.is_uppercase() || first.is_numeric()),
        parsed.is_ok_and(|parsed| parsed.question == row.question && parsed.task == row.task),
        steps.lines().count() > 1,
        json.as_ref() == Some(row),
    ]
}

/// The table for people.
pub(crate) fn table(lines: &[Line]) -> String {
    let mut text = format!("{:<34} level  {:<10}", "task", "format");
    // Writing to a String cannot fail.
    for verb in VERBS {
        let _ = write!(text, "  {verb}");
    }
    for line in lines {
        let _ = write!(text, "\n{:<34} {:>5}  {:<10}", line.task, line.level, line.format);
        if line.done.is_empty() {
            text.push_str("  does not apply: no answer is provably wrong");
        }
        for (verb, done) in VERBS.iter().zip(&line.done) {
            let _ = write!(text, "  {:>1$}", if *done { "yes" } else { "NO" }, verb.len());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_empty() {
        let lines = lines().unwrap();
        let lacking: Vec<&Line> = lines.iter().filter(|line| line.is_lacking()).collect();
        assert!(lacking.is_empty(), "{lacking:#?}");
        for task in catalogue() {
            let of_task = || lines.iter().filter(|line| line.task == task.name);
            assert_eq!(of_task().count(), FORMATS.len());
            assert!(of_task().any(|line| line.format == "free" && !line.done.is_empty()), "{}", task.name);
        }
    }
}
