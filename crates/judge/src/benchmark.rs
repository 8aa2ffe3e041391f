//! Benchmarks as data: how their files name things, the profiles that score them, and how they average.
//!
//! A benchmark is one file of `data/benchmarks`. A profile is named and versioned: what takes an answer out of a reply,
//! and which average a harness prints. Rows whose request failed are counted as failed and score nothing.

mod rows;
mod table;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use rows::{MOST_ROWS, Row, RowError, Rows};
pub use table::{Average, Difference, Interval, ProfileScores, Sheet, Task, differences, score};

use crate::{
    built_in::parsed,
    extract::{LetterReader, NumberReader},
};

/// A benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// Name on the command line.
    pub name: String,
    /// Name in print.
    pub title: String,
    /// Names under which files have the id of a row.
    pub id: Vec<String>,
    /// Names under which files have a reply.
    pub reply: Vec<String>,
    /// Names under which files have the right answer.
    pub truth: Vec<String>,
    /// Names under which files have what a harness with a model in it took for the answer.
    pub recorded: Vec<String>,
    /// Names under which files have what a row is averaged with.
    #[serde(default)]
    pub group: Vec<String>,
    /// Whether the group is the id without the split before it and the number behind it.
    #[serde(default)]
    pub group_from_id: bool,
    /// Names under which files have the scene, by which intervals are clustered.
    #[serde(default)]
    pub scene: Vec<String>,
    /// Names under which files have the options.
    #[serde(default)]
    pub options: Vec<String>,
    /// Of a file that holds several splits, the one that has answers.
    #[serde(default)]
    pub split: Option<String>,
    /// What a reply holds if the request failed.
    pub failed: Vec<String>,
    /// How many options there are where a file does not say.
    pub letters: usize,
    /// Groups whose answers are numbers, scored by mean relative accuracy.
    #[serde(default)]
    pub numeric: Vec<String>,
    /// Tasks that are the plain mean of several groups; every other group is a task.
    #[serde(default)]
    pub task: Vec<Merged>,
    /// Profiles.
    pub profile: Vec<Profile>,
}

/// A task of several groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Merged {
    /// Its name.
    pub name: String,
    /// The groups.
    pub of: Vec<String>,
}

/// How a harness scores a benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name on the command line.
    pub name: String,
    /// Source and revision that it follows.
    pub version: String,
    /// What takes letters out of replies.
    pub letter: LetterReader,
    /// What takes numbers out of replies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NumberReader>,
    /// Whether what a file records as read wins over reading.
    #[serde(default)]
    pub recorded: bool,
    /// The average that is printed as the score.
    pub headline: Average,
    /// What else there is to know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

static ALL: LazyLock<Result<Vec<Benchmark>, String>> = LazyLock::new(|| {
    parsed(&[include_str!("../data/benchmarks/blink.toml"), include_str!("../data/benchmarks/vsi-bench.toml")])
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

    /// The group of a row by its id: `val_Multi-view_Reasoning_12` → `Multi-view_Reasoning`.
    fn group_of(&self, id: &str) -> String {
        let name = id.rsplit_once('_').map_or(id, |(name, _)| name);
        let split = self.split.as_deref().unwrap_or("");
        name.strip_prefix(split).and_then(|rest| rest.strip_prefix('_')).unwrap_or(name).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_benchmark() {
        assert!(ALL.is_ok(), "{:?}", ALL.as_ref().err());
        for benchmark in benchmarks() {
            assert!(benchmark.profile("official").is_some() && benchmark.profile("isovist").is_some());
            let needs_numbers = !benchmark.numeric.is_empty();
            assert!(benchmark.profile.iter().all(|profile| profile.number.is_some() == needs_numbers));
        }
    }

    #[test]
    fn groups_come_from_ids() {
        let blink = benchmark("blink").expect("a benchmark");
        assert_eq!(blink.group_of("val_Multi-view_Reasoning_12"), "Multi-view_Reasoning");
    }
}
