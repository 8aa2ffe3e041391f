//! Full rows in columns, and rows for reinforcement learning.

use std::path::Path;

use scene::Whole;
use serde::Serialize;
use serde_json::json;

use super::{
    Notes, Settings, Shown, Writer, Written,
    columns::{Column, Table},
    ground_truth, paths, prompt,
};
use crate::{CorpusError, Row, part::name_of, pictures::Picture, recipe::ImageMode};

/// Puts a row into columns, or says why it is not among them.
type Fill = fn(&mut [Column], &Row, &[Picture], Settings) -> Result<(), &'static str>;

/// A Parquet file of rows, as `fill` puts them into columns.
pub(super) struct Columns {
    table: Table,
    settings: Settings,
    fill: Fill,
    notes: Notes,
}

impl Writer for Columns {
    fn row(&mut self, shown: &Shown) -> Result<(), CorpusError> {
        match (self.fill)(&mut self.table.columns, shown.row, shown.pictures, self.settings) {
            Ok(()) => self.table.end_row(),
            Err(why) => {
                *self.notes.entry(why.to_owned()).or_default() += 1;
                Ok(())
            }
        }
    }

    fn finish(self: Box<Self>) -> Result<Written, CorpusError> {
        Ok(Written { digest: self.table.finish()?, notes: self.notes })
    }
}

/// Lists of pictures as the `datasets` library stores them.
const IMAGES: &str = "OPTIONAL GROUP images (LIST) { REPEATED GROUP list { OPTIONAL GROUP element { \
     OPTIONAL BINARY bytes; OPTIONAL BINARY path (STRING); } } }";

/// What the `datasets` library is told of the columns.
fn told(features: &serde_json::Map<String, serde_json::Value>) -> Vec<(String, String)> {
    vec![("huggingface".to_owned(), json!({ "info": { "features": features } }).to_string())]
}

/// That a list holds pictures.
fn pictures_feature() -> serde_json::Value {
    json!({ "feature": { "_type": "Image" }, "_type": "List" })
}

/// Names to Parquet types: `t` text, `o` text that may miss, `l` list of texts, `n` number, `w` whole number.
fn leaf(name: &str, kind: char) -> String {
    match kind {
        'o' => format!("OPTIONAL BINARY {name} (STRING);"),
        'l' => {
            format!("REQUIRED GROUP {name} (LIST) {{ REPEATED GROUP list {{ REQUIRED BINARY element (STRING); }} }}")
        }
        'n' => format!("REQUIRED FLOAT {name};"),
        'w' => format!("REQUIRED INT32 {name};"),
        _ => format!("REQUIRED BINARY {name} (STRING);"),
    }
}

fn column(kind: char) -> Column {
    match kind {
        'o' => Column::optional(),
        'l' => Column::list(),
        'n' => Column::Number(Vec::new()),
        'w' => Column::Whole(Vec::new()),
        _ => Column::text(),
    }
}

/// How `datasets.load_dataset` is to read a column of this kind.
fn feature(kind: char) -> serde_json::Value {
    let value = |dtype: &str| json!({ "dtype": dtype, "_type": "Value" });
    match kind {
        'l' => json!({ "feature": value("string"), "_type": "List" }),
        'n' => value("float32"),
        'w' => value("int32"),
        _ => value("string"),
    }
}

const FULL: &[(&str, char)] = &[
    ("id", 't'),
    ("scene", 't'),
    ("edit", 'o'),
    ("task", 't'),
    ("level", 'w'),
    ("format", 't'),
    ("text", 't'),
    ("options", 'l'),
    ("answer_text", 't'),
    ("answer", 't'),
    ("question", 't'),
    ("roles", 't'),
    ("difficulty", 'n'),
    ("frames", 'l'),
    ("marks", 'o'),
    ("reasoning", 'o'),
    ("proof", 'o'),
];

/// Full rows; edit, answer, question, roles, marks and proof as JSON.
pub(super) fn full(out: Whole, place: &Path, settings: Settings) -> Result<Columns, CorpusError> {
    let mut schema: String = FULL.iter().map(|(name, kind)| leaf(name, *kind)).collect();
    let mut columns: Vec<Column> = FULL.iter().map(|(_, kind)| column(*kind)).collect();
    let mut features: serde_json::Map<String, serde_json::Value> =
        FULL.iter().map(|(name, kind)| ((*name).to_owned(), feature(*kind))).collect();
    if settings.images != ImageMode::None {
        schema += IMAGES;
        columns.extend([Column::optional_list(), Column::optional_list()]);
        features.insert("images".into(), pictures_feature());
    }
    let schema = format!("message row {{ {schema} }}");
    let table = Table::new(out, place, &schema, columns, &["scene", "task", "format", "answer_text"], told(&features))?;
    Ok(Columns { table, settings, fill: fill_full, notes: Notes::new() })
}

#[expect(clippy::unnecessary_wraps, reason = "the other form passes rows over")]
fn fill_full(columns: &mut [Column], row: &Row, pictures: &[Picture], settings: Settings) -> Result<(), &'static str> {
    let mut at = 0;
    let mut next = || {
        at += 1;
        at - 1
    };
    let text = |columns: &mut [Column], at: usize, text: &str| columns[at].push([Some(text.as_bytes())]);
    text(columns, next(), &row.id);
    text(columns, next(), &row.scene);
    let edit = row.edit.as_ref().map(as_json);
    columns[next()].push([edit.as_deref().map(str::as_bytes)]);
    text(columns, next(), &row.task);
    if let Column::Whole(levels) = &mut columns[next()] {
        levels.push(i32::from(row.level));
    }
    text(columns, next(), name_of(row.format));
    text(columns, next(), &row.text);
    columns[next()].push(row.options.iter().map(|option| Some(option.as_bytes())));
    text(columns, next(), &row.answer_text);
    text(columns, next(), &as_json(&row.answer));
    text(columns, next(), &as_json(&row.question));
    text(columns, next(), &as_json(&row.roles));
    if let Column::Number(numbers) = &mut columns[next()] {
        numbers.push(row.difficulty.unwrap_or(f32::NAN));
    }
    columns[next()].push(row.frames.iter().map(|frame| Some(frame.as_bytes())));
    let marks = (!row.marks.is_empty()).then(|| as_json(&row.marks));
    columns[next()].push([marks.as_deref().map(str::as_bytes)]);
    columns[next()].push([row.reasoning.as_deref().map(str::as_bytes)]);
    let proof = row.proof.as_ref().map(as_json);
    columns[next()].push([proof.as_deref().map(str::as_bytes)]);
    if settings.images != ImageMode::None {
        push_images(columns, next(), pictures, settings);
    }
    Ok(())
}

/// The pictures of a row, in two columns: bytes where they are embedded, and paths.
fn push_images(columns: &mut [Column], at: usize, pictures: &[Picture], settings: Settings) {
    let embeds = settings.images == ImageMode::Embed;
    columns[at].push(pictures.iter().map(|picture| embeds.then_some(picture.bytes.as_slice())));
    let paths: Vec<String> =
        if embeds { pictures.iter().map(|picture| picture.path.clone()).collect() } else { paths(pictures) };
    columns[at + 1].push(paths.iter().map(|path| Some(path.as_bytes())));
}

fn as_json(value: &impl Serialize) -> String {
    // What a row holds has a JSON form.
    serde_json::to_string(value).unwrap_or_default()
}

/// Rows for EasyR1 (`problem`, `answer`, `images`) and verl (`data_source`, `prompt`, `ability`, `reward_model`,
/// `extra_info`); `answer` and `reward_model.ground_truth` hold what the judge compares with, as JSON.
pub(super) fn rl(out: Whole, place: &Path, settings: Settings) -> Result<Columns, CorpusError> {
    let text = |name: &str| leaf(name, 't');
    let prompt = "REQUIRED GROUP prompt (LIST) { REPEATED GROUP list { REQUIRED GROUP element { \
         REQUIRED BINARY role (STRING); REQUIRED BINARY content (STRING); } } }";
    let mut schema = format!(
        "{} {prompt} {} {} {} REQUIRED GROUP reward_model {{ {} {} }} REQUIRED GROUP extra_info {{ {} {} {} {} }}",
        text("data_source"),
        text("problem"),
        text("answer"),
        text("ability"),
        text("style"),
        text("ground_truth"),
        text("split"),
        text("id"),
        text("scene"),
        leaf("difficulty", 'n'),
    );
    let mut columns = vec![Column::text(), Column::list(), Column::list()];
    columns.extend((0..8).map(|_| Column::text()));
    columns.push(Column::Number(Vec::new()));
    let mut features = serde_json::Map::new();
    if settings.images != ImageMode::None {
        schema += IMAGES;
        columns.extend([Column::optional_list(), Column::optional_list()]);
        features.insert("images".into(), pictures_feature());
    }
    let schema = format!("message row {{ {schema} }}");
    let table = Table::new(out, place, &schema, columns, &["data_source", "ability"], told(&features))?;
    Ok(Columns { table, settings, fill: fill_rl, notes: Notes::new() })
}

fn fill_rl(columns: &mut [Column], row: &Row, pictures: &[Picture], settings: Settings) -> Result<(), &'static str> {
    let truth = ground_truth(row).ok_or("passed over: an answer that no reply is compared with")?;
    let problem = prompt(row, pictures);
    let texts: [&str; 11] =
        ["isovist", "user", &problem, &problem, &truth, &row.task, "rule", &truth, settings.split, &row.id, &row.scene];
    for (column, text) in columns.iter_mut().zip(texts) {
        column.push([Some(text.as_bytes())]);
    }
    if let Some(Column::Number(numbers)) = columns.get_mut(texts.len()) {
        numbers.push(row.difficulty.unwrap_or(f32::NAN));
    }
    if settings.images != ImageMode::None {
        push_images(columns, texts.len() + 1, pictures, settings);
    }
    Ok(())
}
