//! Objects of replies, laid over published ones, as rows.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use question::Unit;
use serde_json::{Map, Value};

use super::{
    Benchmark, Form,
    fields::{at, groups_of_numbers, list, text, texts, without_numbered},
    files::{Part, files, parts},
    grouping::NoGroup,
};
use crate::{
    extract::{centimetres_of_unit, metres},
    reply::{Direction, Quantity, Reply},
    rule::{MOST_BOXES, boxed},
    truth::Truth,
};

/// Most rows that are read.
pub const MOST_ROWS: usize = 1_000_000;

/// A reply with what is needed to score it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What it is averaged with, for each grouping of the benchmark.
    pub groups: Vec<String>,
    /// The scene, or the id where there is none.
    pub scene: String,
    /// The right answer.
    pub truth: Truth,
    /// The right answer as the file has it.
    pub shown: String,
    /// Position of its kind among those of the benchmark.
    pub kind: usize,
    /// What the model wrote.
    pub reply: String,
    /// What a harness took for the answer, where the file records it.
    pub recorded: Option<String>,
    /// Several answers of the model, the best first, where the file has them.
    pub ranked: Vec<String>,
    /// Width and height of the picture, where the file has them.
    pub picture: Option<[f64; 2]>,
    /// Overlap of a detected box with the true one, where the file has it.
    pub overlap: Option<f64>,
    /// Whether the request failed.
    pub failed: bool,
}

/// Rows and what was passed over on the way to them.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The rows, in the order of their files.
    pub all: Vec<Row>,
    /// What was passed over, by reason: objects that are no rows of the split with answers, questions without a reply.
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
    /// No table.
    #[error("{file}:{line}: {problem} (hint: the first line has the names, every other as many cells)")]
    Table {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// A right answer that is none.
    #[error(
        "{file}: row {row}: the right answer {truth:?} is no {kinds} (hint: `isovist schema benchmark` shows the kinds)"
    )]
    Truth {
        /// The file.
        file: PathBuf,
        /// Id of the row.
        row: String,
        /// What stands there.
        truth: String,
        /// What it could be.
        kinds: String,
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
    /// A reply to what was not published.
    #[error(
        "{file}: row {row}: the answers have no such id (hint: they have {one:?}; `isovist score NAME --fields` says what is an id)"
    )]
    Unpublished {
        /// The file.
        file: PathBuf,
        /// Id of the row.
        row: String,
        /// An id that was published.
        one: String,
    },
    /// A row of a group that there is not.
    #[error("{file}: row {row}: {problem} (hint: one of {known})")]
    NoGroup {
        /// The file.
        file: PathBuf,
        /// Id of the row.
        row: String,
        /// Where the group was looked for, and what stands there.
        problem: String,
        /// The groups that there are.
        known: String,
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
    /// Reads a file, or every `.json`, `.jsonl`, `.tsv` and `.csv` file of a folder in the order of their names.
    /// `answers` is what was published, for replies that stand apart from it: right answers by id, or the files of the
    /// benchmark, a folder of which is read as one.
    pub fn read(benchmark: &Benchmark, path: &Path, answers: Option<&Path>) -> Result<Self, RowError> {
        let mut rows = Self::default();
        let published = match answers {
            Some(path) => published(benchmark, path)?,
            None => BTreeMap::new(),
        };
        let files = files(path, &mut rows.passed_over)?;
        let mut reader = Reader { benchmark, published, rows, seen: BTreeSet::new(), place: 0 };
        for file in files {
            for part in parts(&file)? {
                reader.part(&file, part)?;
            }
        }
        let is_scored = |row: &Value| match &benchmark.only {
            Some(only) => find(row, &only.field).and_then(|value| text(&value)).is_some_and(|is| only.is.contains(&is)),
            None => true,
        };
        let unanswered =
            reader.published.iter().filter(|(id, row)| !reader.seen.contains(*id) && is_scored(row)).count();
        if unanswered > 0 {
            reader.rows.passed_over.insert("questions without a reply".to_owned(), unanswered);
        }
        if reader.rows.all.is_empty() {
            let names = [&benchmark.id, &benchmark.reply, &benchmark.truth].map(|names| names.join("|")).join(", ");
            return Err(RowError::None { file: path.to_owned(), benchmark: benchmark.name.clone(), names });
        }
        Ok(reader.rows)
    }
}

/// What stands under one of some names; lmms-eval keeps the published row under `doc`.
fn find<'v>(value: &'v Value, names: &[String]) -> Option<Cow<'v, Value>> {
    names.iter().find_map(|name| at(value, name).or_else(|| at(value.get("doc")?, name)))
}

/// The id of an object, if it has one.
fn id_of(benchmark: &Benchmark, value: &Value) -> Option<String> {
    let parts = || -> Option<Vec<String>> {
        let part = |name: &String| find(value, std::slice::from_ref(name)).and_then(|part| text(&part));
        (!benchmark.id_of.is_empty()).then(|| benchmark.id_of.iter().map(part).collect()).flatten()
    };
    find(value, &benchmark.id).and_then(|id| text(&id)).or_else(|| Some(parts()?.join("|")))
}

/// What was published, by id: the objects of all files, those of one id as one.
fn published(benchmark: &Benchmark, path: &Path) -> Result<BTreeMap<String, Value>, RowError> {
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    let mut place = 0_usize;
    let mut add = |file: &Path, value: Value| {
        let id = id_of(benchmark, &value).unwrap_or_else(|| place.to_string());
        place += 1;
        if place > MOST_ROWS {
            return Err(RowError::TooMany { file: file.to_owned(), what: "rows", limit: MOST_ROWS });
        }
        let Value::Object(mut fields) = value else { return Ok(()) };
        // A list of words is one right answer.
        if let Some(words) = benchmark.truth_in_words.iter().find_map(|name| fields.get(name)).and_then(texts) {
            fields.insert(truth_name(benchmark), Value::Array(vec![Value::String(words.join(" "))]));
        }
        let known = all.entry(id).or_insert_with(|| Value::Object(Map::new()));
        let Some(known) = known.as_object_mut() else { return Ok(()) };
        for (name, value) in fields {
            match known.get_mut(&name) {
                None => {
                    known.insert(name, value);
                }
                Some(Value::Array(items)) if benchmark.gather && benchmark.truth.contains(&name) => {
                    if let Value::Array(more) = value {
                        items.extend(more);
                    }
                }
                Some(_) => {}
            }
        }
        Ok(())
    };
    // Of what was published, much may be no table of answers.
    for file in files(path, &mut BTreeMap::new())? {
        for part in parts(&file)? {
            match part {
                Part::Row(value) => add(&file, value)?,
                Part::List(key, items) if benchmark.split.as_ref().is_none_or(|split| *split == key) => {
                    items.into_iter().try_for_each(|item| add(&file, item))?;
                }
                Part::Text(id, truth) => {
                    let names = [benchmark.id.first().cloned().unwrap_or_default(), truth_name(benchmark)];
                    let values = [Value::String(id), truth];
                    add(&file, Value::Object(names.into_iter().zip(values).collect()))?;
                }
                Part::List(..) | Part::Other => {}
            }
        }
    }
    Ok(all)
}

/// The first name of the right answer.
fn truth_name(benchmark: &Benchmark) -> String {
    benchmark.truth.first().cloned().unwrap_or_default()
}

struct Reader<'b> {
    benchmark: &'b Benchmark,
    published: BTreeMap<String, Value>,
    rows: Rows,
    seen: BTreeSet<String>,
    place: usize,
}

impl Reader<'_> {
    fn part(&mut self, file: &Path, part: Part) -> Result<(), RowError> {
        let benchmark = self.benchmark;
        match part {
            Part::Row(value) => self.row(file, &value),
            Part::List(key, items) if benchmark.split.as_ref().is_some_and(|split| *split != key) => {
                self.pass_over(format!("split {key}"), items.len());
                Ok(())
            }
            Part::List(_, items) => items.iter().try_for_each(|item| self.row(file, item)),
            Part::Text(id, reply) => {
                let recorded = benchmark.recorded.first().filter(|_| benchmark.tables_are_recorded);
                let names = [benchmark.id.first(), benchmark.reply.first(), recorded];
                let values = [Value::String(id), reply.clone(), reply];
                let fields = names.into_iter().zip(values);
                self.row(
                    file,
                    &Value::Object(fields.filter_map(|(name, value)| Some((name?.clone(), value))).collect()),
                )
            }
            Part::Other => {
                self.pass_over("no row".to_owned(), 1);
                Ok(())
            }
        }
    }

    fn pass_over(&mut self, reason: String, count: usize) {
        *self.rows.passed_over.entry(reason).or_default() += count;
    }

    fn row(&mut self, file: &Path, own: &Value) -> Result<(), RowError> {
        let benchmark = self.benchmark;
        let id = id_of(benchmark, own).unwrap_or_else(|| self.place.to_string());
        self.place += 1;
        let empty = Value::Null;
        let published = self.published.get(&id).unwrap_or(&empty);
        if published.is_null() && !self.published.is_empty() && find(own, &benchmark.truth).is_none() {
            let one = self.published.keys().next().cloned().unwrap_or_default();
            return Err(RowError::Unpublished { file: file.to_owned(), row: id, one });
        }
        let both = |names: &[String]| find(own, names).or_else(|| find(published, names));
        if let Some(only) = &benchmark.only {
            let is = both(&only.field).and_then(|value| text(&value)).unwrap_or_default();
            if !only.is.contains(&is) {
                self.seen.insert(id);
                self.pass_over(if is.is_empty() { only.field.join("|") } else { is }, 1);
                return Ok(());
            }
        }
        let missing = |field, names: &[String]| RowError::Missing {
            file: file.to_owned(),
            row: id.clone(),
            field,
            names: names.join(", "),
        };
        // What was published is not what a file of replies calls an answer.
        let truth = find(published, &benchmark.truth).or_else(|| find(own, &benchmark.truth));
        let truth = truth.filter(|truth| !truth.is_null()).ok_or_else(|| missing("right answer", &benchmark.truth))?;
        // A reply may be null: a request that failed.
        let reply = find(own, &benchmark.reply).ok_or_else(|| missing("reply", &benchmark.reply))?;
        let failed = reply.is_null() || own.get("failed").is_some_and(|failed| *failed == Value::Bool(true));
        let boxes = benchmark.boxes.is_some().then_some(&*reply).filter(|reply| reply.is_array());
        let said = boxes.map(Value::to_string).or_else(|| text(&reply));
        let reply = said.ok_or_else(|| missing("reply that is a text", &benchmark.reply))?;
        let groups: Vec<String> = (benchmark.grouping.iter())
            .map(|grouping| {
                // Of several fields, the first that says a group.
                let fields = grouping.field.iter().filter_map(|name| both(std::slice::from_ref(name)));
                let said: Vec<String> = fields.map(|field| text(&field).unwrap_or_else(|| field.to_string())).collect();
                let first = || grouping.of(said.first().map(String::as_str));
                let group = said.iter().find_map(|said| grouping.of(Some(said)).ok()).map_or_else(first, Ok);
                group.map_err(|none| match none {
                    NoGroup::Nothing => missing("group", &grouping.field),
                    NoGroup::Unknown(group) => RowError::NoGroup {
                        file: file.to_owned(),
                        row: id.clone(),
                        problem: format!("{}: no {} {group:?}", grouping.field.join(", "), grouping.name),
                        known: grouping.known.join(", "),
                    },
                })
            })
            .collect::<Result<_, _>>()?;
        let options = both(&benchmark.options).map(|options| options_of(&options)).unwrap_or_default();
        let options = if options.is_empty() {
            let each = benchmark.option_each.iter().map_while(|name| both(std::slice::from_ref(name)));
            let each = each.filter_map(|option| text(&option));
            each.filter(|option| !option.is_empty() && !option.eq_ignore_ascii_case("nan")).collect()
        } else {
            options
        };
        let unit = both(&benchmark.unit).and_then(|unit| text(&unit));
        let group = groups.first().map_or("", String::as_str);
        let kinds =
            || benchmark.kind.iter().filter(|kind| kind.groups.is_empty() || kind.groups.iter().any(|of| of == group));
        let found = benchmark.kind.iter().enumerate().find_map(|(at, kind)| {
            let is = kind.groups.is_empty() || kind.groups.iter().any(|of| of == group);
            Some((at, is.then(|| truth_of(benchmark, kind.is, &truth, &options, unit.as_deref())).flatten()?))
        });
        let shown = text(&truth).unwrap_or_else(|| truth.to_string());
        let (kind, right) = found.ok_or_else(|| RowError::Truth {
            file: file.to_owned(),
            row: id.clone(),
            truth: shown.chars().take(80).collect(),
            kinds: kinds().map(|kind| kind.is.named()).collect::<Vec<_>>().join(", "),
        })?;
        // Where the reply itself stands under a name of what is recorded, nothing is recorded.
        let is_there = |name: &&String| find(own, std::slice::from_ref(*name)).is_some();
        let recorded = if benchmark.reply.iter().find(is_there).is_some_and(|name| benchmark.recorded.contains(name)) {
            None
        } else {
            find(own, &benchmark.recorded)
        };
        let side = |names| both(names).and_then(|side| number_of(&side)).filter(|side| *side > 0.0);
        let scene = both(&benchmark.scene).and_then(|scene| text(&scene));
        let of_id = || benchmark.scene_from_id.as_ref().map_or_else(|| id.clone(), |key| key.of(&id));
        let row = Row {
            groups,
            scene: scene.unwrap_or_else(of_id),
            truth: right,
            shown,
            kind,
            failed: failed || benchmark.failed.iter().any(|marker| reply.contains(marker.as_str())),
            reply,
            recorded: recorded.and_then(|recorded| text(&recorded)),
            ranked: find(own, &benchmark.ranked).as_deref().and_then(list).map(|all| ranked(&all)).unwrap_or_default(),
            picture: side(&benchmark.width).zip(side(&benchmark.height)).map(|(width, height)| [width, height]),
            overlap: both(&benchmark.overlap).and_then(|overlap| number_of(&overlap)),
            id,
        };
        self.add(file, row)
    }

    fn add(&mut self, file: &Path, row: Row) -> Result<(), RowError> {
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

/// Ranked answers; none where one of them is no text, so that no rank is another's.
fn ranked(all: &[Value]) -> Vec<String> {
    all.iter().map(text).collect::<Option<_>>().unwrap_or_default()
}

/// A number, also one that stands in a text.
fn number_of(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| text(value)?.trim().parse().ok());
    number.filter(|number| number.is_finite())
}

/// The letter that a right answer is: alone, in brackets, or before the text of its option.
pub(super) fn letter_of(text: &str) -> Option<char> {
    let text = text.trim();
    let inside = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
    let mut chars = inside.chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?;
    match (chars.next(), chars.next()) {
        (None, _) => Some(letter.to_ascii_uppercase()),
        (Some('.' | ')' | ':'), None | Some(' ')) if letter.is_ascii_uppercase() => Some(letter),
        _ => None,
    }
}

/// A right answer of one form; `None` where it is none.
fn truth_of(benchmark: &Benchmark, form: Form, value: &Value, options: &[String], unit: Option<&str>) -> Option<Truth> {
    let choice = |position: usize| {
        let letters = if options.is_empty() { benchmark.letters } else { options.len() };
        let known = if options.is_empty() { vec![String::new(); letters] } else { options.to_vec() };
        (position < letters).then_some(Truth::Choice { position, options: known })
    };
    match form {
        Form::Letter => choice(usize::from(letter_of(&text(value)?)? as u8 - b'A')),
        Form::Position => choice(text(value)?.trim().parse().ok()?),
        Form::Number => {
            let value = number_of(value)?;
            Some(Truth::Quantity { value, lo: None, hi: None, unit: Unit::One, bare: 1.0 })
        }
        Form::Length => {
            let metre = |value, bare| Truth::Quantity { value, lo: None, hi: None, unit: Unit::Metre, bare };
            if let (Some(value), Some(unit)) = (number_of(value), unit) {
                return Some(metre(metres(value, unit), 100.0 / centimetres_of_unit(unit)));
            }
            let said = without_numbered(&text(value)?, &benchmark.numbered);
            let read = Reply::from(&said).quantity(Unit::Metre, 1.0);
            read.one().and_then(Quantity::value).map(|value| metre(value, 1.0))
        }
        Form::Hour => {
            let said = without_numbered(&text(value)?, &benchmark.numbered);
            let hour = |hour: u8| (1..=12).contains(&hour).then_some(Direction::Hour(hour));
            let read = said.trim().parse().ok().and_then(hour).or_else(|| Direction::parse(&said))?;
            let Direction::Hour(hour) = read else { return None };
            Some(Truth::Direction { words: format!("{hour} o'clock") })
        }
        Form::YesNo => match text(value)?.trim().to_lowercase().as_str() {
            "yes" => Some(Truth::YesNo { value: true }),
            "no" => Some(Truth::YesNo { value: false }),
            _ => None,
        },
        Form::Text => {
            texts(value).filter(|references| !references.is_empty()).map(|references| Truth::Text { references })
        }
        Form::Region => {
            let outline = groups_of_numbers(value)?
                .iter()
                .map(|point| <[f64; 2]>::try_from(&point[..]).ok())
                .collect::<Option<_>>()?;
            Some(Truth::Region { outline, scale: [1.0, 1.0] })
        }
        Form::Boxes => {
            let (boxes, form) = (groups_of_numbers(value)?, benchmark.boxes?);
            let whole = boxes.len() <= MOST_BOXES && boxes.iter().all(|numbers| boxed(numbers, form).is_some());
            whole.then_some(Truth::Boxes { boxes, form, others: Vec::new(), grid: None })
        }
    }
}

/// Options: a list, or one a line; their letters apart.
fn options_of(value: &Value) -> Vec<String> {
    match list(value) {
        Some(items) => items.iter().filter_map(text).map(|option| option_text(&option)).collect(),
        None => {
            value.as_str().into_iter().flat_map(str::lines).filter(|line| !line.is_empty()).map(option_text).collect()
        }
    }
}

/// The text of an option without its letter: "A. left" → "left".
fn option_text(option: &str) -> String {
    let mut chars = option.chars();
    let labelled =
        chars.next().is_some_and(|c| c.is_ascii_uppercase()) && matches!(chars.next(), Some('.' | ')' | ':'));
    if labelled { option[2..].trim().to_owned() } else { option.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_right_answers() {
        for (text, expected) in [
            ("A", Some('A')),
            (" (b) ", Some('B')),
            ("C. front-left", Some('C')),
            ("D)", Some('D')),
            ("a car", None),
            ("A.5", None),
            ("yes", None),
            ("", None),
        ] {
            assert_eq!(letter_of(text), expected, "{text}");
        }
    }
}
