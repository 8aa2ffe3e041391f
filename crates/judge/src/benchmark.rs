//! Benchmarks as data: how their files name things, the profiles that score them, and how they average.
//!
//! A benchmark is one file of `data/benchmarks`. A profile is named and versioned: what takes an answer out of a reply,
//! by which measures it is scored, and which average a harness prints. Rows whose request failed are counted as failed
//! and score nothing.
//!
//! | file | subject |
//! |---|---|
//! | `files` | published files as objects: JSON, JSON lines, tables |
//! | `fields` | what a name stands for in an object |
//! | `literal` | Python literals, which published tables hold |
//! | `rows` | objects of replies, laid over published ones, as rows |
//! | `grouping` | what a row is averaged with |
//! | `mark` | one row under one profile |
//! | `corpus` | scores of captions over all rows |
//! | `table` | averages, intervals, differences |

mod corpus;
mod fields;
mod files;
mod grouping;
mod literal;
mod mark;
mod rows;
mod table;

use std::{collections::BTreeSet, sync::LazyLock};

use serde::{Deserialize, Serialize};

pub use corpus::{Corpus, Step};
pub use grouping::{Grouping, Key, Longer, Merged, Reading};
pub(crate) use literal::literal;
pub use rows::{MOST_ROWS, Row, RowError, Rows};
pub use table::{Average, Breakdown, Difference, Interval, Measured, ProfileScores, Sheet, Task, differences, score};

use crate::{
    built_in::parsed,
    extract::{BoxReader, LetterReader, NumberReader, PointReader, TextReader, YesNoReader},
    rule::Rule,
    truth::BoxForm,
};

/// A benchmark. A name of a field may be a path: `qa_info.category`, `conversations.1.value`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// Name on the command line.
    pub name: String,
    /// Name in print.
    pub title: String,
    /// Names under which files have the id of a row. Where none is there, the id is the place of the row, from 0.
    pub id: Vec<String>,
    /// Names whose values together are the id, where files have no name for it; parted by `|`.
    #[serde(default)]
    pub id_of: Vec<String>,
    /// Names under which files have a reply.
    pub reply: Vec<String>,
    /// Names under which files have the right answer.
    pub truth: Vec<String>,
    /// Names under which files have a right answer as a list of its words.
    #[serde(default)]
    pub truth_in_words: Vec<String>,
    /// Names under which files have the unit of the right answer.
    #[serde(default)]
    pub unit: Vec<String>,
    /// Names of things in which numbers stand, `#` for digits: `Region [#]`. They are no lengths and no hours.
    #[serde(default)]
    pub numbered: Vec<String>,
    /// Whether published rows of the same id are so many right answers to one question.
    #[serde(default)]
    pub gather: bool,
    /// Names under which files have what a harness with a model in it took for the answer.
    #[serde(default)]
    pub recorded: Vec<String>,
    /// Whether a table of texts by id holds what such a harness took for the answers, as well as replies.
    #[serde(default)]
    pub tables_are_recorded: bool,
    /// Names under which files have several answers of a model, the best first.
    #[serde(default)]
    pub ranked: Vec<String>,
    /// Names under which files have the width of the picture.
    #[serde(default)]
    pub width: Vec<String>,
    /// Names under which files have the height of the picture.
    #[serde(default)]
    pub height: Vec<String>,
    /// Names under which files have the overlap of a detected box with the true one.
    #[serde(default)]
    pub overlap: Vec<String>,
    /// Names under which files have the scene, by which intervals are clustered.
    #[serde(default)]
    pub scene: Vec<String>,
    /// What of the id is the scene, where files name none: variants of one question are no independent rows.
    #[serde(default)]
    pub scene_from_id: Option<Key>,
    /// Names under which files have the options.
    #[serde(default)]
    pub options: Vec<String>,
    /// Names of fields that have one option each.
    #[serde(default)]
    pub option_each: Vec<String>,
    /// Of a file that holds several splits, the one that has answers.
    #[serde(default)]
    pub split: Option<String>,
    /// The rows that belong to the benchmark, where files have others too.
    #[serde(default)]
    pub only: Option<Only>,
    /// What a reply holds if the request failed.
    pub failed: Vec<String>,
    /// How many options there are where a file does not say.
    #[serde(default = "four")]
    pub letters: usize,
    /// How boxes are written.
    #[serde(default)]
    pub boxes: Option<BoxForm>,
    /// Kinds of right answers; the first that takes a row's group and its right answer is the row's.
    pub kind: Vec<Kind>,
    /// What rows are averaged with. There is at least one; ids, kinds and tables speak of the first.
    pub grouping: Vec<Grouping>,
    /// Profiles.
    pub profile: Vec<Profile>,
}

fn four() -> usize {
    4
}

/// Rows of a file that count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// Names under which files have what decides.
    pub field: Vec<String>,
    /// What stands there in rows that count.
    pub is: Vec<String>,
}

/// What right answers of a kind are, and how replies are compared with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// How they are written.
    pub is: Form,
    /// The groups that have such answers; all where it is empty.
    #[serde(default)]
    pub groups: Vec<String>,
    /// How a reply is compared with them.
    #[serde(default = "exact")]
    pub rule: Rule,
    /// The unit that numbers are in, which our own reader takes off replies that write one; plain where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<question::Unit>,
    /// How many of what a bare number stands for make one of the unit: 100 for centimetres in metres.
    #[serde(default = "crate::truth::one")]
    pub per_unit: f64,
}

fn exact() -> Rule {
    Rule::Exact {}
}

/// How right answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// The letter of an option, alone, in brackets or before its text.
    Letter,
    /// The position of an option, from 0.
    Position,
    /// A number.
    Number,
    /// A length: a number and its unit, in one field or two.
    Length,
    /// An hour of the clock face.
    Hour,
    /// Yes or no.
    YesNo,
    /// Texts.
    Text,
    /// The outline of a region of a picture, in shares of its sides.
    Region,
    /// Boxes, none or more.
    Boxes,
}

impl Form {
    /// What it is called in an error.
    fn named(self) -> &'static str {
        match self {
            Self::Letter => "letter of an option",
            Self::Position => "position of an option",
            Self::Number => "number",
            Self::Length => "length",
            Self::Hour => "hour of the clock",
            Self::YesNo => "yes or no",
            Self::Text => "text",
            Self::Region => "outline",
            Self::Boxes => "list of boxes",
        }
    }
}

/// How a harness scores a benchmark. It has a reader for each kind of answer among the rows that it covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name on the command line.
    pub name: String,
    /// Source and revision that it follows.
    pub version: String,
    /// What takes letters out of replies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<LetterReader>,
    /// What takes numbers, lengths and hours out of replies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NumberReader>,
    /// What takes yes and no out of replies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yes_no: Option<YesNoReader>,
    /// What takes points out of replies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<PointReader>,
    /// What takes boxes out of replies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boxes: Option<BoxReader>,
    /// What takes texts out of replies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextReader>,
    /// What is done to a text before it is compared, in this order; only for the rule `exact` and for captions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prepare: Vec<Step>,
    /// The same for the right answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prepare_truth: Vec<Step>,
    /// Whether what a file records as read wins over reading.
    #[serde(default)]
    pub recorded: bool,
    /// The rows that it covers; all where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Covers>,
    /// Rows that only count together: they are one row, which is right where all of them are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub together: Option<Key>,
    /// The groupings that are shown, by name; the first is averaged over. All, in their order, where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// The average that is printed as the score.
    pub headline: Average,
    /// What is measured; the first measure gives the score. Where it is empty, that is the rule of each kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measure: Vec<Measure>,
    /// What else there is to know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// The rows that a profile covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Covers {
    /// Name of a grouping.
    pub by: String,
    /// Its groups.
    pub of: Vec<String>,
}

/// One measure of a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its name in print: `Acc@0.25`, `CIDEr`.
    pub name: String,
    /// How a reply is compared, where it is not the rule of the row's kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// A score of captions over all rows instead of a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corpus: Option<Corpus>,
    /// The overlap that a detected box must exceed for its caption to count; without it an empty caption stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above_overlap: Option<f64>,
    /// Whether captions are compared by the Penn Treebank's words ([`crate::rule::caption::treebank()`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub treebank: bool,
    /// How many of a model's ranked answers count; a row is worth what the best of them is. Where not all rows have
    /// ranked answers, nothing is measured. Not for the first measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_of: Option<usize>,
}

macro_rules! built_in {
    ($($file:literal),* $(,)?) => {
        [$(include_str!(concat!("../data/benchmarks/", $file, ".toml"))),*]
    };
}

static ALL: LazyLock<Result<Vec<Benchmark>, String>> = LazyLock::new(|| {
    let all: Vec<Benchmark> = parsed(&built_in!(
        "3dsrbench",
        "blink",
        "cv-bench",
        "embspatial",
        "mmsi-bench",
        "mmstar",
        "multi3drefer",
        "nr3d",
        "nr3d-segments",
        "q-spatial",
        "realworldqa",
        "robospatial-home",
        "scan2cap",
        "scanqa",
        "scanrefer",
        "spatialrgpt-bench",
        "sqa3d",
        "viewspatial",
        "vsi-bench",
    ))?;
    all.iter().try_for_each(Benchmark::check)?;
    Ok(all)
});

/// All benchmarks; none only in a broken build, which a test forbids.
pub fn benchmarks() -> &'static [Benchmark] {
    ALL.as_ref().map_or(&[], Vec::as_slice)
}

/// The benchmark of this name.
pub fn benchmark(name: &str) -> Option<&'static Benchmark> {
    benchmarks().iter().find(|benchmark| benchmark.name == name)
}

/// JSON Schema of a file of `data/benchmarks`.
pub fn benchmark_schema() -> schemars::Schema {
    schemars::schema_for!(Benchmark)
}

impl Benchmark {
    /// The profile of this name.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profile.iter().find(|profile| profile.name == name)
    }

    /// Positions of the groupings of a profile, the one that it averages over first.
    fn groupings_of(&self, profile: &Profile) -> Vec<usize> {
        if profile.by.is_empty() {
            return (0..self.grouping.len()).collect();
        }
        profile.by.iter().filter_map(|name| self.grouping.iter().position(|grouping| grouping.name == *name)).collect()
    }

    /// Whether its parts fit together.
    fn check(&self) -> Result<(), String> {
        let fault = |what: String| Err(format!("{}: {what}", self.name));
        let known = |name: &String| self.grouping.iter().any(|grouping| grouping.name == *name);
        if self.grouping.is_empty() || self.kind.is_empty() || self.profile.is_empty() {
            return fault("needs a grouping, a kind and a profile".to_owned());
        }
        if self.kind.iter().any(|kind| kind.is == Form::Boxes) != self.boxes.is_some() {
            return fault("boxes need a form, and nothing else does".to_owned());
        }
        let mut names = BTreeSet::new();
        for profile in &self.profile {
            if !names.insert(&profile.name) {
                return fault(format!("two profiles {}", profile.name));
            }
            let covered = profile.covers.iter().map(|covers| &covers.by);
            if let Some(unknown) = profile.by.iter().chain(covered).find(|name| !known(name)) {
                return fault(format!("{}: no grouping {unknown}", profile.name));
            }
            let lacks = |form: Form| match form {
                Form::Letter | Form::Position => profile.letter.is_none(),
                Form::Number | Form::Length | Form::Hour => profile.number.is_none(),
                Form::YesNo => profile.yes_no.is_none(),
                Form::Text => profile.text.is_none(),
                Form::Region => profile.point.is_none(),
                Form::Boxes => profile.boxes.is_none(),
            };
            // A profile of a part of the rows needs no reader for the rest.
            if profile.covers.is_none()
                && let Some(kind) = self.kind.iter().find(|kind| lacks(kind.is))
            {
                return fault(format!("{}: no reader for a {}", profile.name, kind.is.named()));
            }
            if profile.measure.iter().any(|measure| measure.rule.is_some() && measure.corpus.is_some()) {
                return fault(format!("{}: a measure is by rule or over the corpus", profile.name));
            }
            if profile.measure.iter().any(|measure| measure.treebank && measure.corpus.is_none()) {
                return fault(format!("{}: only captions are split into the Treebank's words", profile.name));
            }
            if profile.measure.first().is_some_and(|measure| measure.best_of.is_some()) {
                return fault(format!("{}: the first measure is of one answer", profile.name));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_benchmark() {
        assert!(ALL.is_ok(), "{:?}", ALL.as_ref().err());
        assert_eq!(benchmarks().len(), 19);
        for benchmark in benchmarks() {
            assert!(benchmark.profile("isovist").is_some(), "{}", benchmark.name);
            assert!(benchmark.profile.len() > 1, "{}: no harness", benchmark.name);
            assert!(benchmark.profile.iter().all(|profile| profile.version.len() > 1 || profile.name == "isovist"));
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_found() {
        let blink = benchmark("blink").expect("a benchmark");
        let broken = |change: &dyn Fn(&mut Benchmark)| {
            let mut benchmark = blink.clone();
            change(&mut benchmark);
            benchmark.check()
        };
        assert!(broken(&|_| {}).is_ok());
        assert!(broken(&|benchmark| benchmark.grouping.clear()).is_err());
        assert!(broken(&|benchmark| benchmark.profile[0].letter = None).is_err());
        assert!(broken(&|benchmark| benchmark.profile[0].by = vec!["nothing".to_owned()]).is_err());
        assert!(broken(&|benchmark| benchmark.profile[1].name = "official".to_owned()).is_err());
        assert!(broken(&|benchmark| benchmark.boxes = Some(BoxForm::CentreSize)).is_err());
        let of_ten = Measure {
            name: "ten".to_owned(),
            rule: None,
            corpus: None,
            above_overlap: None,
            treebank: false,
            best_of: Some(10),
        };
        assert!(broken(&|benchmark| benchmark.profile[0].measure = vec![of_ten.clone()]).is_err());
        let split = Measure { treebank: true, best_of: None, ..of_ten.clone() };
        assert!(broken(&|benchmark| benchmark.profile[0].measure = vec![split.clone()]).is_err());
    }
}
