//! The forms in which rows are written, each for a reader that there is.
//!
//! | file | form |
//! |---|---|
//! | `lines` | one JSON object a line: full rows, messages, conversations, VSI-Bench's columns |
//! | `parquet` | full rows in columns; rows for EasyR1 and verl |
//! | `columns` | columns of text, numbers and lists to Parquet |
//! | `webdataset` | a tar of JSON and pictures |
//! | `hispatial` | a tar of pictures with depth, intrinsics and all that is asked about them |
//! | `traces` | conversations with calls of tools, told from proofs (tools in `data/tools.json`) |
//! | `tar` | tars without dates and owners |

mod columns;
mod hispatial;
mod lines;
mod parquet;
mod tar;
mod traces;
mod webdataset;

use std::{collections::BTreeMap, fs, path::Path};

use judge::{
    Truth,
    row::{Asked, JudgedRow},
};
use question::Profile;
use scene::{Digest, Whole};

use crate::{
    CorpusError, Row, Source,
    pictures::Picture,
    recipe::{Export, ImageMode},
};

/// What became of rows, by what it is, in a form that does not hold every row alike.
pub type Notes = BTreeMap<String, u64>;

/// A row to be written.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) row: &'a Row,
    /// None where the corpus has none.
    pub(crate) pictures: &'a [Picture],
    pub(crate) source: &'a Source,
}

/// A file that is in its place.
pub(crate) struct Written {
    pub(crate) digest: Digest,
    pub(crate) notes: Notes,
}

impl From<Digest> for Written {
    fn from(digest: Digest) -> Self {
        Self { digest, notes: Notes::new() }
    }
}

/// A file of rows being written.
pub(crate) trait Writer {
    /// Adds a row, or notes why the form cannot take it.
    fn row(&mut self, shown: &Shown) -> Result<(), CorpusError>;
    /// Ends the file and moves it to its place.
    fn finish(self: Box<Self>) -> Result<Written, CorpusError>;
}

/// What every form needs to know of the recipe.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) images: ImageMode,
    pub(crate) split: &'static str,
    pub(crate) profile: &'static Profile,
}

impl Export {
    /// The name of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Jsonl => "jsonl",
            Self::JsonlZst => "jsonl-zst",
            Self::Messages => "messages",
            Self::Sharegpt => "sharegpt",
            Self::Rl => "rl",
            Self::VsiBench => "vsi-bench",
            Self::Webdataset => "webdataset",
            Self::Hispatial => "hispatial",
            Self::Traces => "traces",
            Self::TracesSwift => "traces-swift",
        }
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Parquet | Self::Rl => "parquet",
            Self::Jsonl | Self::Messages | Self::Sharegpt | Self::VsiBench | Self::Traces | Self::TracesSwift => {
                "jsonl"
            }
            Self::JsonlZst => "jsonl.zst",
            Self::Webdataset | Self::Hispatial => "tar",
        }
    }

    /// Whether a file of this form holds full rows, to be read back.
    pub fn is_full(self) -> bool {
        matches!(self, Self::Parquet | Self::Jsonl | Self::JsonlZst)
    }

    /// Whether its files hold lines, which name the pictures that they cannot hold.
    pub(crate) fn names_pictures(self) -> bool {
        matches!(self, Self::Messages | Self::Sharegpt | Self::Traces | Self::TracesSwift)
    }

    pub(crate) fn open(self, place: &Path, settings: Settings) -> Result<Box<dyn Writer>, CorpusError> {
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        let out = Whole::create(place)?;
        Ok(match self {
            Self::Jsonl => Box::new(lines::Lines::plain(out, settings, lines::full)),
            Self::JsonlZst => Box::new(lines::Lines::packed(out, settings, lines::full)?),
            Self::Messages => Box::new(lines::Lines::plain(out, settings, lines::messages)),
            Self::Sharegpt => Box::new(lines::Lines::plain(out, settings, lines::conversation)),
            Self::VsiBench => Box::new(lines::Lines::plain(out, settings, lines::vsi_bench)),
            Self::Parquet => Box::new(parquet::full(out, place, settings)?),
            Self::Rl => Box::new(parquet::rl(out, place, settings)?),
            Self::Webdataset => Box::new(webdataset::Samples::new(out)),
            Self::Hispatial => Box::new(hispatial::Shard::new(out, place, settings)),
            Self::Traces => Box::new(lines::Lines::plain(out, settings, |line, shown, settings, notes| {
                traces::put(line, shown, settings, notes, traces::openai)
            })),
            Self::TracesSwift => Box::new(lines::Lines::plain(out, settings, |line, shown, settings, notes| {
                traces::put(line, shown, settings, notes, traces::swift)
            })),
        })
    }
}

/// What a model is to write: the reasoning, which ends in the answer, or the answer alone.
pub(crate) fn target(row: &Row) -> &str {
    row.reasoning.as_deref().unwrap_or(&row.answer_text)
}

/// The question behind one `<image>` for each picture; a picture that the question names has its name before it.
pub(crate) fn prompt(row: &Row, pictures: &[Picture]) -> String {
    let mut text = String::new();
    for picture in pictures {
        let file = picture.path.rsplit('/').next().unwrap_or_default();
        let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
        if row.text.contains(name) {
            text.push_str(name);
            text.push_str(": ");
        }
        text.push_str("<image>\n");
    }
    text + &row.text
}

/// Where the pictures of a row lie, from the folder of the corpus.
pub(crate) fn paths(pictures: &[Picture]) -> Vec<String> {
    pictures.iter().map(|picture| format!("images/{}", picture.path)).collect()
}

/// What `isovist judge` compares a reply with, as JSON; none for answers of a kind that no reply is read for.
pub(crate) fn ground_truth(row: &Row) -> Option<String> {
    let truth: Truth = judged(row, "").truth().ok()?;
    serde_json::to_string(&truth).ok()
}

/// A row as the judge takes it, with a reply.
pub(crate) fn judged(row: &Row, reply: &str) -> JudgedRow {
    JudgedRow {
        id: serde_json::Value::Null,
        reply: reply.to_owned(),
        truth: None,
        answer: Some(row.answer.clone()),
        question: Some(Asked { among: row.question.candidates().iter().map(ToString::to_string).collect() }),
        options: row.options.clone(),
        answer_text: Some(row.answer_text.clone()),
        facts: judge::reward::Facts::default(),
        group: None,
    }
}
