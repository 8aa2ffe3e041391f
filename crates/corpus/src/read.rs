//! Full rows read back from the files of a corpus.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use parquet::{
    errors::ParquetError,
    file::reader::{FileReader, SerializedFileReader},
    record::{Field, Row as Record},
    schema::types::Type,
};
use serde_json::{Map, Value};

use crate::{CorpusError, Manifest, Place, Row, recipe::Export};

/// Longest line that is read, bytes.
const MOST_LINE_BYTES: u64 = 64 << 20;

/// Hands on every full row of a corpus, split by split and file by file, from the first export that holds full rows;
/// `take` says whether to go on. Returns how many were handed on, or none if no export holds full rows.
pub fn each_row<'a>(
    corpus: impl Into<Place<'a>>,
    manifest: &Manifest,
    mut take: impl FnMut(&str, Row) -> Result<bool, CorpusError>,
) -> Result<Option<u64>, CorpusError> {
    let Some((export, files)) = full_files(manifest) else { return Ok(None) };
    let place = corpus.into();
    let mut rows = 0;
    for (split, file) in files {
        let go_on = each_row_of(export, place.fetch(file)?.as_ref(), &[], &mut |row| {
            rows += 1;
            take(split, row)
        })?;
        if !go_on {
            break;
        }
    }
    Ok(Some(rows))
}

/// The first export that holds full rows, and its files with their splits, in their order.
pub(crate) fn full_files(manifest: &Manifest) -> Option<(Export, Vec<(&str, &str)>)> {
    let export = manifest.recipe.output.exports.iter().copied().find(|export| export.is_full())?;
    let folder = format!("{}/", export.name());
    let files = manifest.splits.iter().flat_map(|(split, of)| {
        let full = of.files.keys().filter(|file| file.starts_with(&folder));
        full.map(|file| (split.as_str(), file.as_str())).collect::<Vec<_>>()
    });
    Some((export, files.collect()))
}

/// Hands on the rows of a file; some columns may be left out, where the form allows it.
pub(crate) fn each_row_of(
    export: Export,
    file: &Path,
    without: &[&str],
    take: &mut dyn FnMut(Row) -> Result<bool, CorpusError>,
) -> Result<bool, CorpusError> {
    let named = |error: std::io::Error| std::io::Error::new(error.kind(), format!("{}: {error}", file.display()));
    let open = || File::open(file).map_err(named);
    match export {
        Export::Parquet => each_record(file, open()?, without, take),
        Export::JsonlZst => each_line(file, zstd::Decoder::new(open()?).map_err(named)?, take),
        _ => each_line(file, open()?, take),
    }
}

fn each_line(
    file: &Path,
    input: impl Read,
    take: &mut dyn FnMut(Row) -> Result<bool, CorpusError>,
) -> Result<bool, CorpusError> {
    let mut lines = BufReader::new(input);
    for number in 1_u64.. {
        let mut line = Vec::new();
        lines.by_ref().take(MOST_LINE_BYTES).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            break;
        }
        let row = serde_json::from_slice(&line).map_err(|error| fault(file, format!("line {number}: {error}")))?;
        if !take(row)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn fault(file: &Path, problem: String) -> CorpusError {
    CorpusError::Output { file: file.to_owned(), problem, hint: "make the corpus again" }
}

fn each_record(
    file: &Path,
    input: File,
    without: &[&str],
    take: &mut dyn FnMut(Row) -> Result<bool, CorpusError>,
) -> Result<bool, CorpusError> {
    let named = |source: ParquetError| CorpusError::Parquet { file: file.to_owned(), source };
    let reader = SerializedFileReader::new(input).map_err(named)?;
    let schema = reader.metadata().file_metadata().schema();
    let kept = schema.get_fields().iter().filter(|field| !without.contains(&field.name())).cloned().collect();
    let schema = Type::group_type_builder(schema.name()).with_fields(kept).build().map_err(named)?;
    for (number, record) in reader.get_row_iter(Some(schema)).map_err(named)?.enumerate() {
        let value =
            as_json(&record.map_err(named)?).map_err(|problem| fault(file, format!("row {number}: {problem}")))?;
        let row = serde_json::from_value(value).map_err(|error| fault(file, format!("row {number}: {error}")))?;
        if !take(row)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The text of an entry.
fn text(entry: &Field) -> Value {
    if let Field::Str(text) = entry { Value::from(text.as_str()) } else { Value::Null }
}

/// Columns that hold JSON.
const JSON: [&str; 6] = ["edit", "answer", "question", "roles", "marks", "proof"];

/// A record as the JSON of a [`Row`].
fn as_json(record: &Record) -> Result<Value, String> {
    let mut fields = Map::new();
    for (name, field) in record.get_column_iter() {
        let value = match field {
            Field::Str(text) if JSON.contains(&name.as_str()) => {
                serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))?
            }
            Field::Str(text) => Value::from(text.as_str()),
            Field::Int(number) => Value::from(*number),
            Field::Float(number) => Value::from(*number),
            Field::ListInternal(list) if name != "images" => list.elements().iter().map(text).collect(),
            _ => continue,
        };
        fields.insert(name.clone(), value);
    }
    Ok(Value::Object(fields))
}
