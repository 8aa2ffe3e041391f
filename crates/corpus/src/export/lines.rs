//! One JSON object a line.

use std::io::Write;

use scene::Whole;
use serde_json::{Value, json};

use super::{Notes, Settings, Shown, Writer, Written, paths, prompt, target};
use crate::{CorpusError, part::plain_answer, pictures::Picture};

/// How a row becomes a line; the line break is added. A row that the form cannot take gets none, and a note.
pub(super) type ToLine = fn(&mut Vec<u8>, &Shown, Settings, &mut Notes) -> Result<(), serde_json::Error>;

/// A file of lines.
pub(super) struct Lines {
    out: Out,
    to_line: ToLine,
    settings: Settings,
    line: Vec<u8>,
    notes: Notes,
}

enum Out {
    Plain(Whole),
    Packed(zstd::Encoder<'static, Whole>),
}

/// Level of zstd: fast, and a tenth larger than the usual one.
const LEVEL: i32 = 1;

impl Lines {
    pub(super) fn plain(out: Whole, settings: Settings, to_line: ToLine) -> Self {
        Self { out: Out::Plain(out), to_line, settings, line: Vec::new(), notes: Notes::new() }
    }

    pub(super) fn packed(out: Whole, settings: Settings, to_line: ToLine) -> Result<Self, CorpusError> {
        let out = Out::Packed(zstd::Encoder::new(out, LEVEL)?);
        Ok(Self { out, to_line, settings, line: Vec::new(), notes: Notes::new() })
    }
}

impl Writer for Lines {
    fn row(&mut self, shown: &Shown) -> Result<(), CorpusError> {
        self.line.clear();
        (self.to_line)(&mut self.line, shown, self.settings, &mut self.notes).map_err(std::io::Error::other)?;
        if self.line.is_empty() {
            return Ok(());
        }
        self.line.push(b'\n');
        match &mut self.out {
            Out::Plain(out) => out.write_all(&self.line)?,
            Out::Packed(out) => out.write_all(&self.line)?,
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Written, CorpusError> {
        let out = match self.out {
            Out::Plain(out) => out,
            Out::Packed(out) => out.finish()?,
        };
        Ok(Written { digest: out.finish()?, notes: self.notes })
    }
}

/// The row itself.
pub(super) fn full(line: &mut Vec<u8>, shown: &Shown, _: Settings, _: &mut Notes) -> Result<(), serde_json::Error> {
    serde_json::to_writer(line, shown.row)
}

/// The object with the paths of its pictures, if it has any.
pub(super) fn put_with(line: &mut Vec<u8>, mut value: Value, pictures: &[Picture]) -> Result<(), serde_json::Error> {
    if !pictures.is_empty() {
        value["images"] = paths(pictures).into();
    }
    put(line, &value)
}

fn put(line: &mut Vec<u8>, value: &Value) -> Result<(), serde_json::Error> {
    serde_json::to_writer(line, value)
}

/// OpenAI's messages with ms-swift's `images`.
pub(super) fn messages(
    line: &mut Vec<u8>,
    &Shown { row, pictures, .. }: &Shown,
    _: Settings,
    _: &mut Notes,
) -> Result<(), serde_json::Error> {
    let value = json!({
        "id": row.id,
        "messages": [
            { "role": "user", "content": prompt(row, pictures) },
            { "role": "assistant", "content": target(row) },
        ],
    });
    put_with(line, value, pictures)
}

/// LLaVA's and ShareGPT's conversations.
pub(super) fn conversation(
    line: &mut Vec<u8>,
    &Shown { row, pictures, .. }: &Shown,
    _: Settings,
    _: &mut Notes,
) -> Result<(), serde_json::Error> {
    let value = json!({
        "id": row.id,
        "conversations": [
            { "from": "human", "value": prompt(row, pictures) },
            { "from": "gpt", "value": target(row) },
        ],
    });
    put_with(line, value, pictures)
}

/// The columns of VSI-Bench's annotation: `options` with their letters or null, `ground_truth` a letter or a number.
pub(super) fn vsi_bench(
    line: &mut Vec<u8>,
    &Shown { row, .. }: &Shown,
    settings: Settings,
    _: &mut Notes,
) -> Result<(), serde_json::Error> {
    let published = question::task(&row.task)
        .and_then(|task| task.published.iter().find_map(|name| name.strip_prefix("vsi-bench/")))
        .unwrap_or(&row.task);
    let options: Option<Vec<String>> = (!row.options.is_empty())
        .then(|| ('A'..).zip(&row.options).map(|(letter, option)| format!("{letter}. {option}")).collect());
    let question = row.text.split_once('\n').filter(|_| options.is_some()).map_or(row.text.as_str(), |(stem, _)| stem);
    let number = match &row.answer {
        question::Answer::Quantity { value, .. } => Some(format!("{value:.2}")),
        question::Answer::Count { value } => Some(value.to_string()),
        _ => None,
    };
    let ground_truth = match (&options, number) {
        (None, Some(number)) if row.format == language::Format::FreeForm => number,
        (Some(_), _) => row.answer_text.clone(),
        _ => plain_answer(row),
    };
    put(
        line,
        &json!({
            "id": row.id,
            "dataset": settings.split,
            "scene_name": row.scene,
            "question_type": published,
            "question": question,
            "options": options,
            "ground_truth": ground_truth,
        }),
    )
}
