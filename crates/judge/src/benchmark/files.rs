//! Published files as objects: JSON, JSON lines, and tables parted by commas or tabs.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use scene::disk;
use serde_json::{Map, Value};

use super::RowError;

/// Most files of a folder.
const MOST_FILES: usize = 4096;
/// Endings of files that are read.
const ENDINGS: [&str; 4] = ["json", "jsonl", "tsv", "csv"];

/// A part of a file.
pub(super) enum Part {
    /// A row.
    Row(Value),
    /// A text, a number or nothing, by id.
    Text(String, Value),
    /// Rows under a key, such as a split.
    List(String, Vec<Value>),
    /// Something else.
    Other,
}

/// The files that a path stands for: itself, or those of a folder in the order of their names; what else the folder holds
/// is counted.
pub(super) fn files(path: &Path, passed_over: &mut BTreeMap<String, usize>) -> Result<Vec<PathBuf>, RowError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let folder = |source| RowError::Folder { folder: path.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(folder)? {
        let file = entry.map_err(folder)?.path();
        if file.is_dir() {
            *passed_over.entry("folders within the folder".to_owned()).or_default() += 1;
        } else if file.extension().is_some_and(|extension| ENDINGS.iter().any(|ending| extension == *ending)) {
            files.push(file);
        } else {
            *passed_over.entry(format!("files that are no {}", ENDINGS.join(", "))).or_default() += 1;
        }
        if files.len() > MOST_FILES {
            return Err(RowError::TooMany { file: path.to_owned(), what: "files", limit: MOST_FILES });
        }
    }
    files.sort();
    Ok(files)
}

fn json(file: &Path, line: usize, text: &str) -> Result<Value, RowError> {
    serde_json::from_str(text).map_err(|error| RowError::Json {
        file: file.to_owned(),
        line: line.max(error.line()),
        problem: scene::json::problem(&error),
    })
}

/// The rows of JSON lines.
fn lines(file: &Path, content: &str) -> Result<Vec<Part>, RowError> {
    let lines = content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| Ok(Part::Row(json(file, at + 1, line)?))).collect()
}

/// The parts of a file, in their order.
pub(super) fn parts(file: &Path) -> Result<Vec<Part>, RowError> {
    let content = disk::read_text(file)?;
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("jsonl") => lines(file, &content),
        Some("tsv") => table(file, &content, b'\t'),
        Some("csv") => table(file, &content, b','),
        // JSON lines are often called JSON.
        _ if is_lines(&content) => lines(file, &content),
        _ => Ok(match json(file, 1, &content)? {
            Value::Array(items) => items.into_iter().map(Part::Row).collect(),
            Value::Object(entries) => {
                // Texts by id, lists by split, or rows under a key.
                let is_text = |value: &Value| !matches!(value, Value::Array(_) | Value::Object(_) | Value::Bool(_));
                let by_id = !entries.is_empty() && entries.values().all(is_text);
                let part = |(key, value)| match value {
                    text if by_id => Part::Text(key, text),
                    Value::Array(items) => Part::List(key, items),
                    _ => Part::Other,
                };
                entries.into_iter().map(part).collect()
            }
            _ => vec![Part::Other],
        }),
    }
}

/// Whether a text is one JSON object a line, of several.
fn is_lines(content: &str) -> bool {
    let mut lines = content.lines().filter(|line| !line.trim().is_empty());
    let is_object = |line: &str| serde_json::from_str::<Map<String, Value>>(line).is_ok();
    lines.next().is_some_and(is_object) && lines.next().is_some()
}

/// The rows of a table with names in its first line.
fn table(file: &Path, content: &str, mark: u8) -> Result<Vec<Part>, RowError> {
    let fault = |error: &csv::Error| RowError::Table {
        file: file.to_owned(),
        line: error.position().map_or(1, csv::Position::line),
        problem: error.to_string(),
    };
    let content = content.strip_prefix('\u{feff}').unwrap_or(content);
    let mut reader = csv::ReaderBuilder::new().delimiter(mark).from_reader(content.as_bytes());
    let names = reader.headers().map_err(|error| fault(&error))?.clone();
    let row = |record: Result<csv::StringRecord, csv::Error>| {
        let record = record.map_err(|error| fault(&error))?;
        let cells = names.iter().zip(&record).map(|(name, cell)| (name.to_owned(), Value::String(cell.to_owned())));
        Ok(Part::Row(Value::Object(cells.collect::<Map<_, _>>())))
    };
    reader.records().map(row).collect()
}
