//! Wordings that somebody else writes anew, such as a model, held against the engine before they are taken.
//!
//! | file | subject |
//! |---|---|
//! | `check` | whether a wording still says what the row says |
//!
//! A corpus is read file by file and written anew, with all its exports, in the same order. Whoever rewrites is asked for
//! several rows at once; what comes back is taken in the order of the rows, so that the same replies give the same bytes.
//! What is refused is counted by reason; the row keeps its own wording, or is dropped. A file that is there is kept.

mod check;

use std::{collections::BTreeMap, fs, path::Path, sync::OnceLock};

use language::PhraseBook;
use question::{Profile, profile, task};
use rayon::prelude::*;
use scene::{Digest, disk::Hash};

use crate::{
    CorpusError, Manifest, Record, Row, Source,
    depot::Site,
    export::{Settings, Shown},
    make::{PartFiles, Rewritten, add_notes, prepare},
    opened::Opened,
    pictures::Album,
    read::each_row_of,
    recipe::{Export, ImageMode, Style},
};

/// What is written anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The words of the question; options stay as they are.
    Question,
    /// The reasoning.
    Reasoning,
}

impl What {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Reasoning => "reasoning",
        }
    }
}

/// How a corpus is rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What is written anew.
    pub what: What,
    /// Whether a row whose new wording is refused is left out instead of keeping its own.
    pub drop: bool,
    /// Who rewrites, for the manifest.
    pub model: String,
    /// How many rows are asked for at once.
    pub at_once: usize,
}

/// What is asked of whoever rewrites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What is wanted, for every row alike.
    pub system: &'static str,
    /// The row's wording, with what helps.
    pub user: String,
}

/// Why there is no new wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// For this row: a reason that is counted.
    Row(&'static str),
    /// For every row: why nobody can be asked.
    Ended(String),
}

/// Somebody who writes wordings anew.
pub trait Rewriter: Sync {
    /// A new wording, as it comes.
    fn rewrite(&self, prompt: &Prompt) -> Result<String, Failure>;
}

/// Rows that are read and asked for together.
const CHUNK: usize = 256;
/// Rows in a row that nobody answers, after which a run ends.
const MOST_SILENT: usize = 64;

/// Writes the wordings of a corpus anew. `folder` is that of the recipe, below which its scenes lie; `progress` is told the
/// rows of each step. What is there already is kept; the manifest is written last.
pub fn rewrite(
    corpus: &Path,
    folder: &Path,
    out: &Path,
    options: &Options,
    rewriter: &dyn Rewriter,
    progress: impl Fn(u64),
) -> Result<Manifest, CorpusError> {
    let manifest = Manifest::read(corpus)?;
    let fault =
        |problem: &str, hint| CorpusError::Output { file: corpus.to_owned(), problem: problem.to_owned(), hint };
    let recipe = &manifest.recipe;
    let Some(full) = recipe.output.exports.iter().copied().find(|export| export.is_full()) else {
        return Err(fault("no export holds full rows", "export parquet or jsonl"));
    };
    if options.what == What::Reasoning && recipe.reasoning == Style::None {
        return Err(fault(
            "its rows have no reasoning",
            "set reasoning = \"think\" in the recipe, or rewrite questions",
        ));
    }
    if fs::canonicalize(corpus).is_ok_and(|corpus| fs::canonicalize(out).is_ok_and(|out| out == corpus)) {
        return Err(fault("would be written into itself", "name another folder"));
    }
    let profile =
        profile(&recipe.profile).ok_or_else(|| fault("its profile is unknown", "use the version that made it"))?;
    let book = PhraseBook::builtin()?;
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(options.at_once.max(1)).build().map_err(std::io::Error::other)?;
    let mut scenes = Opened::new(&manifest, folder)?;
    prepare(out)?;
    let written = Site::look(out.into())?;
    let sha256 = plan_of(&manifest, options);
    let mut rewritten = Manifest {
        plan_sha256: sha256.clone(),
        splits: BTreeMap::new(),
        exports: BTreeMap::new(),
        rewritten: Some(Rewritten { what: options.what.name().to_owned(), model: options.model.clone() }),
        ..manifest.clone()
    };
    let mut dropped = BTreeMap::new();
    for (name, record) in records(corpus, &manifest)? {
        let place = out.join("parts").join(&name);
        let record = if let Some(found) = written.record(&format!("parts/{name}"), &sha256)? {
            progress(record.rows());
            found
        } else {
            let mut job =
                Job { corpus, out, manifest: &manifest, full, options, profile, book, rewriter, scenes: &mut scenes };
            let record = job.part(record, &sha256, &pool, &progress)?;
            let text = serde_json::to_string(&record).map_err(std::io::Error::other)? + "\n";
            scene::file::replace(&place, text.as_bytes())?;
            record
        };
        let rows = record.rows();
        let split = rewritten.splits.entry(record.split.clone()).or_default();
        split.rows += rows;
        split.files.extend(record.files);
        split.scenes.extend(record.scenes);
        add_notes(&mut rewritten.exports, record.exports);
        dropped.insert(name, record.counts.rows);
    }
    rewritten.counts.rows = BTreeMap::new();
    for (task, formats) in dropped.into_values().flatten() {
        let all = rewritten.counts.rows.entry(task).or_default();
        for (format, rows) in formats {
            *all.entry(format).or_default() += rows;
        }
    }
    rewritten.write(out.into())?;
    Ok(rewritten)
}

/// Names what a rewritten corpus is made of, so that another one is not mixed in.
fn plan_of(manifest: &Manifest, options: &Options) -> String {
    let mut hash = Hash::default();
    for part in
        ["isovist-rewrite", &manifest.plan_sha256, options.what.name(), &options.model, &options.drop.to_string()]
    {
        hash.add(part.as_bytes());
        hash.add(b"\n");
    }
    hash.finish()
}

/// The records of a corpus, by the names of their files.
fn records(corpus: &Path, manifest: &Manifest) -> Result<BTreeMap<String, Record>, CorpusError> {
    let site = Site::look(corpus.into())?;
    let folder = corpus.join("parts");
    let entries = fs::read_dir(&folder).map_err(|error| crate::make::named(&folder, &error))?;
    let mut all = BTreeMap::new();
    for entry in entries {
        let place = entry?.path();
        let Some(name) = place.file_name().and_then(|name| name.to_str()) else { continue };
        if name.starts_with('.') || place.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let Some(record) = site.record(&format!("parts/{name}"), &manifest.plan_sha256)? else {
            return Err(CorpusError::Output {
                file: place,
                problem: "names files that are not there".into(),
                hint: "make the parts that are missing",
            });
        };
        all.insert(name.to_owned(), record);
    }
    Ok(all)
}

/// A row, the position of its scene, and what became of it.
type Outcome = (Row, usize, Result<Row, Failure>);

/// One file after the other.
struct Job<'a> {
    corpus: &'a Path,
    out: &'a Path,
    manifest: &'a Manifest,
    /// The export that rows are read from.
    full: Export,
    options: &'a Options,
    profile: &'static Profile,
    book: &'static PhraseBook,
    rewriter: &'a dyn Rewriter,
    scenes: &'a mut Opened,
}

impl Job<'_> {
    /// Writes the files of a part anew.
    fn part(
        &mut self,
        record: Record,
        plan_sha256: &str,
        pool: &rayon::ThreadPool,
        progress: &impl Fn(u64),
    ) -> Result<Record, CorpusError> {
        let manifest = self.manifest;
        let output = &manifest.recipe.output;
        let file_of = |export: Export| {
            let folder = format!("{}/", export.name());
            record.files.keys().find(|file| file.starts_with(&folder)).cloned()
        };
        let missing = |file: &str| CorpusError::Output {
            file: self.corpus.join(file),
            problem: "is not in the record of its part".into(),
            hint: "make the corpus again",
        };
        let from = file_of(self.full).ok_or_else(|| missing(self.full.name()))?;
        let mut exports = output.exports.clone();
        exports.sort_unstable();
        exports.dedup();
        let files = exports
            .iter()
            .map(|export| Ok((*export, file_of(*export).ok_or_else(|| missing(export.name()))?)))
            .collect::<Result<Vec<_>, CorpusError>>()?;
        let split = manifest.recipe.splits.all().map(|(name, _)| name).into_iter().find(|name| *name == record.split);
        let settings = Settings { images: output.images, split: split.unwrap_or("train"), profile: self.profile };
        let mut part = PartFiles::open(self.out, settings, files.into_iter())?;
        let (mut album, mut notes) = (Album::default(), BTreeMap::<String, u64>::new());
        let mut rows = BTreeMap::new();
        let mut silent = 0;
        let mut chunk: Vec<Row> = Vec::with_capacity(CHUNK);
        let full = self.full;
        let place = self.corpus.join(&from);
        let mut work = |chunk: Vec<Row>| -> Result<(), CorpusError> {
            let read = chunk.len() as u64;
            for (row, source_at, outcome) in self.reworded(chunk, &record, pool)? {
                let (row, what) = match outcome {
                    Ok(row) => (Some(row), "rewritten"),
                    Err(Failure::Ended(problem)) => {
                        return Err(CorpusError::Output {
                            file: self.out.to_owned(),
                            problem,
                            hint: "what is done is kept: run it again",
                        });
                    }
                    Err(Failure::Row(why)) => (if self.options.drop { None } else { Some(row) }, why),
                };
                silent = if check::is_said(what) { 0 } else { silent + 1 };
                if silent > MOST_SILENT {
                    return Err(CorpusError::Output {
                        file: self.out.to_owned(),
                        problem: format!("{MOST_SILENT} rows one after the other got no reply, the last one: {what}"),
                        hint: "what is done is kept: run it again when the endpoint answers",
                    });
                }
                *notes.entry(what.to_owned()).or_default() += 1;
                let Some(row) = row else { continue };
                let (listed, source) = self.scenes.at(source_at)?;
                let mut pictures = Vec::new();
                if output.images != ImageMode::None {
                    pictures = album.of(listed, source, &row)?;
                }
                *rows.entry(row.task.clone()).or_insert_with(BTreeMap::new).entry(row.format).or_insert(0) += 1;
                part.row(&Shown { row: &row, pictures: &pictures, source })?;
            }
            progress(read);
            Ok(())
        };
        each_row_of(full, &place, &[], &mut |row| {
            chunk.push(row);
            if chunk.len() == CHUNK {
                work(std::mem::take(&mut chunk))?;
            }
            Ok(true)
        })?;
        work(chunk)?;
        let (files, mut exports): (BTreeMap<String, Digest>, _) = part.finish()?;
        exports.insert("rewrite".to_owned(), notes);
        let mut record = Record { plan_sha256: plan_sha256.to_owned(), files, exports, ..record };
        record.counts.rows = rows;
        Ok(record)
    }

    /// Asks for new wordings of rows and holds them against the engine; in the order of the rows, each with the position of its scene.
    fn reworded(
        &mut self,
        rows: Vec<Row>,
        record: &Record,
        pool: &rayon::ThreadPool,
    ) -> Result<Vec<Outcome>, CorpusError> {
        self.scenes.close_some();
        let rows = rows
            .into_iter()
            .map(|row| {
                let sha256 = record.scenes.get(row.origin()).map(|scene| scene.sha256.as_str());
                let at = self.scenes.same(row.origin(), sha256)?;
                Ok((row, at))
            })
            .collect::<Result<Vec<_>, CorpusError>>()?;
        let style = self.manifest.recipe.reasoning;
        let (scenes, options, book, profile, rewriter) =
            (&*self.scenes, self.options, self.book, self.profile, self.rewriter);
        // Once nobody can be asked, no other row is sent.
        let ended = OnceLock::new();
        let one = |(row, at): (Row, usize)| {
            if let Some(problem) = ended.get() {
                return Ok((row, at, Err(Failure::Ended(String::clone(problem)))));
            }
            let (_, source) = scenes.at(at)?;
            let edited = row.edit.as_ref().map_or(Ok(None), |edit| edit.applied(&source.scene))?.map(Source::from);
            let source = edited.as_ref().unwrap_or(source);
            let outcome = prompt(book, &row, options.what).and_then(|prompt| {
                let reply = rewriter.rewrite(&prompt)?;
                match options.what {
                    What::Question => check::question(book, source, &row, &reply),
                    What::Reasoning => check::reasoning(profile, source, style, &row, &reply),
                }
                .map_err(Failure::Row)
            });
            if let Err(Failure::Ended(problem)) = &outcome {
                ended.get_or_init(|| problem.clone());
            }
            Ok((row, at, outcome))
        };
        pool.install(|| rows.into_par_iter().with_max_len(1).map(one).collect())
    }
}

const QUESTION: &str = "You reword questions about the objects of a room. Keep what is asked: the same things by the same names, the same \
     numbers, units, images and viewpoint, a statement as a statement. Write one line, in plain words that are close to those of the examples, \
     without answering. Reply with the reworded text alone.";
const REASONING: &str = "You reword the reasoning behind an answer. Keep its tags and its form, every number as it is written, the order of what \
     follows from what, and the answer. Add no number and no fact. Reply with the reworded reasoning alone.";

/// Other wordings that are shown.
const MOST_EXAMPLES: usize = 4;

/// What is asked for a row.
fn prompt(book: &PhraseBook, row: &Row, what: What) -> Result<Prompt, Failure> {
    match what {
        What::Question => {
            let mut user = check::stem(row).to_owned();
            let examples = task(&row.task).zip(row.roles.as_ref()).into_iter().flat_map(|(task, roles)| {
                let phrases = book.phrases(&task.name).map_or(0, |(asking, _)| asking);
                (0..phrases).filter_map(move |phrase| book.ask(task, roles, phrase))
            });
            let examples: Vec<String> = examples
                .filter(|text| *text != user && row.format != language::Format::TrueFalse)
                .take(MOST_EXAMPLES)
                .collect();
            if !examples.is_empty() {
                user.push_str("\n\nOther wordings of the same question:\n");
                user.push_str(&examples.join("\n"));
            }
            Ok(Prompt { system: QUESTION, user })
        }
        What::Reasoning => match &row.reasoning {
            Some(text) if *text != row.answer_text => Ok(Prompt { system: REASONING, user: text.clone() }),
            _ => Err(Failure::Row(check::NOTHING)),
        },
    }
}
