//! Rows out of published files: JSON lines, lists, splits, folders of them, and tables of answers by id.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use scene::disk;
use serde_json::Value;

use super::Benchmark;

/// Most rows that are read.
pub const MOST_ROWS: usize = 1_000_000;
/// Most files of a folder.
const MOST_FILES: usize = 4096;

/// A reply with what is needed to score it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What it is averaged with.
    pub group: String,
    /// The scene, or the id where there is none.
    pub scene: String,
    /// The right answer: a letter or a number.
    pub truth: String,
    /// What the model wrote.
    pub reply: String,
    /// What a harness took for the answer, where the file records it.
    pub recorded: Option<String>,
    /// The options, where the file has them.
    pub options: Vec<String>,
    /// Whether the request failed.
    pub failed: bool,
}

/// Rows and what was passed over on the way to them.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The rows, in the order of their files.
    pub all: Vec<Row>,
    /// Objects that are no rows of the split with answers, by reason.
    pub passed_over: BTreeMap<String, usize>,
}

/// Why a file holds no rows of a benchmark.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] scene::FileError),
    /// A folder cannot be listed.
    #[error("{folder}: cannot list the folder: {source} (hint: check the path and its permissions)")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// No JSON.
    #[error(
        "{file}:{line}: {problem} (hint: one JSON object a line in a .jsonl file, or one JSON value in a .json file)"
    )]
    Json {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A row lacks something.
    #[error("{file}: row {row}: no {field} (hint: it is looked for under {names})")]
    Missing {
        /// The file.
        file: PathBuf,
        /// Id or number of the row.
        row: String,
        /// What it lacks.
        field: &'static str,
        /// Where it was looked for.
        names: String,
    },
    /// The same row twice.
    #[error("{file}: row {row} stands there twice (hint: keep one reply a question)")]
    Twice {
        /// The file.
        file: PathBuf,
        /// Its id.
        row: String,
    },
    /// Too much.
    #[error("{file}: more than {limit} {what} (hint: split the input)")]
    TooMany {
        /// The file or folder.
        file: PathBuf,
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// No rows at all.
    #[error("{file}: no rows of {benchmark} (hint: fields {names})")]
    None {
        /// The file.
        file: PathBuf,
        /// The benchmark.
        benchmark: String,
        /// The fields that rows have.
        names: String,
    },
}

impl Rows {
    /// Reads a file, or every `.json` and `.jsonl` file of a folder in the order of their names. `answers` is a file of
    /// right answers by id, for replies that stand in a table of their own.
    pub fn read(benchmark: &Benchmark, path: &Path, answers: Option<&Path>) -> Result<Self, RowError> {
        let answers = match answers {
            Some(file) => Some(table(file)?),
            None => None,
        };
        let mut reader = Reader { benchmark, answers, rows: Self::default(), seen: std::collections::BTreeSet::new() };
        for file in files(path)? {
            reader.file(&file)?;
        }
        if reader.rows.all.is_empty() {
            let names = [&benchmark.id, &benchmark.reply, &benchmark.truth].map(|names| names.join("|")).join(", ");
            return Err(RowError::None { file: path.to_owned(), benchmark: benchmark.name.clone(), names });
        }
        Ok(reader.rows)
    }
}

/// The files that a path stands for.
fn files(path: &Path) -> Result<Vec<PathBuf>, RowError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let folder = |source| RowError::Folder { folder: path.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(folder)? {
        let file = entry.map_err(folder)?.path();
        if file.extension().is_some_and(|extension| extension == "json" || extension == "jsonl") {
            files.push(file);
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
        problem: error.to_string(),
    })
}

/// A file of texts by id.
fn table(file: &Path) -> Result<BTreeMap<String, String>, RowError> {
    let value = json(file, 1, &disk::read_text(file)?)?;
    let entries = value.as_object().into_iter().flatten();
    Ok(entries.filter_map(|(id, answer)| Some((id.clone(), text(answer)?))).collect())
}

/// A value as text; a list of one is that one, as harnesses store replies.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(items) if items.len() == 1 => text(&items[0]),
        _ => None,
    }
}

struct Reader<'b> {
    benchmark: &'b Benchmark,
    answers: Option<BTreeMap<String, String>>,
    rows: Rows,
    seen: std::collections::BTreeSet<String>,
}

impl Reader<'_> {
    fn file(&mut self, file: &Path) -> Result<(), RowError> {
        let content = disk::read_text(file)?;
        if file.extension().is_some_and(|extension| extension == "jsonl") {
            for (at, line) in content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                self.row(file, at + 1, &json(file, at + 1, line)?)?;
            }
            return Ok(());
        }
        match json(file, 1, &content)? {
            Value::Array(items) => self.list(file, &items),
            Value::Object(entries) => {
                // Texts by id, lists by split, or rows under a key.
                let by_id = !entries.is_empty() && entries.values().all(Value::is_string);
                for (key, value) in &entries {
                    match value {
                        Value::String(reply) if by_id => {
                            // What stands in such a table is what a harness made of replies.
                            let row =
                                Row { reply: reply.clone(), recorded: Some(reply.clone()), ..self.named(file, key)? };
                            self.add(file, row)?;
                        }

                        Value::Array(_) if self.benchmark.split.as_ref().is_some_and(|split| split != key) => {
                            *self.rows.passed_over.entry(format!("split {key}")).or_default() +=
                                value.as_array().map_or(0, Vec::len);
                        }
                        Value::Array(items) => self.list(file, items)?,
                        _ => *self.rows.passed_over.entry("no row".to_owned()).or_default() += 1,
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn list(&mut self, file: &Path, items: &[Value]) -> Result<(), RowError> {
        items.iter().enumerate().try_for_each(|(at, item)| self.row(file, at + 1, item))
    }

    /// A row of which only the id is known; the right answer comes from the table of answers.
    fn named(&self, file: &Path, id: &str) -> Result<Row, RowError> {
        let truth = self.answers.as_ref().and_then(|answers| answers.get(id)).cloned();
        let missing = || RowError::Missing {
            file: file.to_owned(),
            row: id.to_owned(),
            field: "right answer",
            names: "its id in the file of answers; give one".to_owned(),
        };
        let group = self.benchmark.group_of(id);
        Ok(Row { id: id.to_owned(), group, scene: id.to_owned(), truth: truth.ok_or_else(missing)?, ..Row::default() })
    }

    fn row(&mut self, file: &Path, number: usize, value: &Value) -> Result<(), RowError> {
        let benchmark = self.benchmark;
        // lmms-eval keeps the published row under `doc`.
        let find =
            |names: &[String]| names.iter().find_map(|name| value.get(name).or_else(|| value.get("doc")?.get(name)));
        let id = find(&benchmark.id).and_then(text).unwrap_or_else(|| number.to_string());
        let missing = |field, names: &[String]| RowError::Missing {
            file: file.to_owned(),
            row: id.clone(),
            field,
            names: names.join(", "),
        };
        let from_table = || self.answers.as_ref().and_then(|answers| answers.get(&id)).cloned();
        let truth = find(&benchmark.truth).and_then(text).or_else(from_table);
        let truth = truth.ok_or_else(|| missing("right answer", &benchmark.truth))?;
        // A reply may be null: a request that failed.
        let reply = find(&benchmark.reply).ok_or_else(|| missing("reply", &benchmark.reply))?;
        let group = if benchmark.group_from_id {
            benchmark.group_of(&id)
        } else {
            find(&benchmark.group).and_then(text).ok_or_else(|| missing("group", &benchmark.group))?
        };
        let options = match find(&benchmark.options) {
            Some(Value::Array(options)) => {
                options.iter().filter_map(|option| option.as_str()).map(option_text).collect()
            }
            _ => Vec::new(),
        };
        let failed = reply.is_null() || value.get("failed").is_some_and(|failed| *failed == Value::Bool(true));
        let row = Row {
            group,
            scene: find(&benchmark.scene).and_then(text).unwrap_or_else(|| id.clone()),
            truth,
            reply: match text(reply) {
                Some(reply) => reply,
                None => return Err(missing("reply that is a text", &benchmark.reply)),
            },
            recorded: find(&benchmark.recorded).and_then(text),
            options,
            failed,
            id,
        };
        self.add(file, row)
    }

    fn add(&mut self, file: &Path, mut row: Row) -> Result<(), RowError> {
        row.failed |= self.benchmark.failed.iter().any(|marker| row.reply.contains(marker.as_str()));
        if self.rows.all.len() == MOST_ROWS {
            return Err(RowError::TooMany { file: file.to_owned(), what: "rows", limit: MOST_ROWS });
        }
        if !self.seen.insert(row.id.clone()) {
            return Err(RowError::Twice { file: file.to_owned(), row: row.id });
        }
        self.rows.all.push(row);
        Ok(())
    }
}

/// The text of an option without its letter: "A. left" → "left".
fn option_text(option: &str) -> String {
    let mut chars = option.chars();
    let labelled =
        chars.next().is_some_and(|c| c.is_ascii_uppercase()) && matches!(chars.next(), Some('.' | ')' | ':'));
    if labelled { option[2..].trim().to_owned() } else { option.trim().to_owned() }
}
