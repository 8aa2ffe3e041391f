//! The shared data of the phrase book, `data/phrases.toml`: its schema in types.

use std::collections::BTreeMap;

use question::Unit;
use serde::{Deserialize, Serialize};

/// Everything about wording that belongs to no single task.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Words that are skipped wherever they stand.
    pub articles: Vec<String>,
    /// Whole sentences of published prompts that are skipped in front of a question.
    pub before: Vec<String>,
    /// Whole sentences of published prompts that are skipped behind a question.
    pub after: Vec<String>,
    /// A statement as a true/false question; each holds `{statement}` once.
    pub frames: Vec<String>,
    /// The same for the contrary of a statement.
    pub negations: Vec<String>,
    /// The words of a true/false answer, true first.
    pub truth: [String; 2],
    /// The words of a yes/no answer, yes first.
    pub yes_no: [String; 2],
    /// Words with which questions begin, and no name of a thing does.
    pub asking: Vec<String>,
    /// Words that may stand between the last two things of a list.
    pub conjunctions: Vec<String>,
    /// Wordings between a claimed quantity and its tolerance; the first is rendered.
    pub tolerance: Vec<String>,
    /// Spelling to house spelling, for phrases and texts alike, never for labels.
    pub spelling: BTreeMap<String, String>,
    /// Number words.
    pub numbers: BTreeMap<String, f64>,
    /// Wordings of turns.
    pub angles: Angles,
    /// How options are written.
    pub options: Vec<OptionStyle>,
    /// Units and their spellings.
    pub units: Vec<UnitWords>,
}

/// Wordings of turns.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Angles {
    /// A turn by 0°.
    pub ahead: String,
    /// A turn by 180°.
    pub behind: String,
    /// What follows the degrees of a turn to the left.
    pub left: String,
    /// What follows the degrees of a turn to the right.
    pub right: String,
}

/// How an option is written: `before`, its letter, `after`, its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionStyle {
    /// What stands before the letter.
    pub before: String,
    /// What stands after the letter.
    pub after: String,
}

/// Spellings of one unit. A value times `times` over `over` is in `unit`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitWords {
    /// The unit values are converted to.
    pub unit: Unit,
    /// Spellings; several words are separated by a space.
    pub words: Vec<String>,
    /// Factor.
    #[serde(default = "one")]
    pub times: f64,
    /// Divisor; keeps 30 cm exactly 0.3 m.
    #[serde(default = "one")]
    pub over: f64,
}

fn one() -> f64 {
    1.0
}

/// JSON Schema of `data/phrases.toml`.
pub fn phrase_book_schema() -> schemars::Schema {
    schemars::schema_for!(Wording)
}
