//! The recipe of a corpus: `corpus.toml`.

use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use language::Format;
use question::{Profile, Resolve, Telling, catalogue, profile};
use scene::json::plain_words;
use serde::{Deserialize, Serialize};

use crate::CorpusError;

/// What a corpus is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Name of the corpus: letters, digits, `-`, `_`, `.`.
    pub name: String,
    /// Seed of every draw.
    #[serde(default)]
    pub seed: u64,
    /// Questions and answers in all, over every split.
    pub rows: u64,
    /// Rows of one file; balance is kept within each, so that the larger they are, the closer it is, and files are made at the
    /// same time. Left out: a quarter of all, but 25,000 to 250,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_per_part: Option<u64>,
    /// Named set of definitions.
    #[serde(default = "isovist")]
    pub profile: String,
    /// Whether things that no name tells from their like are described ("second tallest lamp", "chair closest to the door")
    /// or, with pictures, where nothing describes them either, marked by a box that is drawn ("the object in the red box").
    #[serde(default = "yes")]
    pub references: bool,
    /// Licence of the texts, for the card; scenes keep theirs.
    #[serde(default)]
    pub licence: Option<String>,
    /// Where the scenes come from.
    pub scenes: Vec<SceneSource>,
    /// Shares of the tasks.
    #[serde(default)]
    pub tasks: TaskShares,
    /// Shares of the formats.
    #[serde(default)]
    pub formats: FormatShares,
    /// Shares of the splits, by scenes; the rows follow the scenes.
    #[serde(default)]
    pub splits: SplitShares,
    /// How answers are reasoned.
    #[serde(default)]
    pub reasoning: Style,
    /// What is written.
    #[serde(default)]
    pub output: Output,
    /// What is kept in balance.
    #[serde(default)]
    pub balance: Balance,
}

/// Where scenes come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", try_from = "SceneKeys")]
#[schemars(!try_from)]
pub enum SceneSource {
    /// A scene folder, or a folder of them; relative to the recipe.
    Path(PathBuf),
    /// Scenes of the binary, by name; left empty, all.
    Builtin(Vec<String>),
    /// Flats built in memory, without pictures.
    Rooms(RoomsSource),
}

/// What a table of `[[scenes]]` may hold: one of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SceneKeys {
    path: Option<PathBuf>,
    builtin: Option<Vec<String>>,
    rooms: Option<RoomsSource>,
}

impl TryFrom<SceneKeys> for SceneSource {
    type Error = &'static str;

    fn try_from(keys: SceneKeys) -> Result<Self, Self::Error> {
        match (keys.path, keys.builtin, keys.rooms) {
            (Some(path), None, None) => Ok(Self::Path(path)),
            (None, Some(names), None) => Ok(Self::Builtin(names)),
            (None, None, Some(rooms)) => Ok(Self::Rooms(rooms)),
            _ => Err("a table of [[scenes]] has one of path, builtin, rooms"),
        }
    }
}

/// Flats from nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomsSource {
    /// How many.
    pub n: u64,
    /// Seed of the flats.
    #[serde(default)]
    pub seed: u64,
}

/// Shares of the tasks: a table of its own, or a named one, with changes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskShares {
    /// A named table: `even` (every task alike; the default) or `hispatial` (Table 7 of its paper).
    #[serde(default)]
    pub preset: Preset,
    /// Weights that replace those of the table; 0 leaves a task out.
    #[serde(default)]
    pub weights: BTreeMap<String, f64>,
    /// Only these tasks; left empty, all that the table has.
    #[serde(default)]
    pub only: Vec<String>,
}

/// A named table of shares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Every task of the catalogue alike.
    #[default]
    Even,
    /// The training shares of HiSpatial's Table 7 (arXiv 2603.25411), each shared evenly by the tasks of its name.
    Hispatial,
}

/// Shares of the formats; what is left out has none. A task that has no wrong answers gives its rows to the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormatShares {
    /// In one's own words.
    #[serde(default)]
    pub free_form: f64,
    /// By the letter of an option.
    #[serde(default)]
    pub multiple_choice: f64,
    /// By true or false.
    #[serde(default)]
    pub true_false: f64,
}

impl Default for FormatShares {
    /// HiSpatial's loader: 0.3, 0.4, 0.3.
    fn default() -> Self {
        Self { free_form: 0.3, multiple_choice: 0.4, true_false: 0.3 }
    }
}

impl FormatShares {
    /// Each format with its share.
    pub fn all(&self) -> [(Format, f64); 3] {
        [
            (Format::FreeForm, self.free_form),
            (Format::MultipleChoice, self.multiple_choice),
            (Format::TrueFalse, self.true_false),
        ]
    }
}

/// Shares of the splits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitShares {
    /// Scenes to learn from.
    pub train: f64,
    /// Scenes to choose by.
    #[serde(default)]
    pub val: f64,
    /// Scenes to test on.
    #[serde(default)]
    pub test: f64,
}

impl Default for SplitShares {
    fn default() -> Self {
        Self { train: 1.0, val: 0.0, test: 0.0 }
    }
}

impl SplitShares {
    /// Each split with its share.
    pub fn all(&self) -> [(&'static str, f64); 3] {
        [("train", self.train), ("val", self.val), ("test", self.test)]
    }
}

/// How an answer is reasoned, from its proof.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Not at all.
    #[default]
    None,
    /// The answer as a sentence.
    Short,
    /// What was measured and decided, step by step, then the answer.
    Steps,
    /// The steps in `<think>`, the answer in `<answer>`.
    Think,
    /// GS-Reasoner's grounded chain: the boxes of the objects, then the steps, in `<think>`; the answer in `<answer>`.
    Grounded,
}

/// What is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// The forms in which every part is written; left out, `parquet`.
    #[serde(default = "parquet")]
    pub exports: Vec<Export>,
    /// Whether rows carry their proofs.
    #[serde(default)]
    pub proofs: bool,
    /// Whether and how pictures are written.
    #[serde(default)]
    pub images: ImageMode,
    /// Most pictures of a row whose question names none; a question that names frames has all of them.
    #[serde(default = "four")]
    pub images_per_row: usize,
}

impl Default for Output {
    fn default() -> Self {
        Self { exports: parquet(), proofs: false, images: ImageMode::None, images_per_row: four() }
    }
}

/// A form in which rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Export {
    /// Full rows, Parquet, zstd.
    Parquet,
    /// Full rows, one JSON object a line.
    Jsonl,
    /// Full rows, one JSON object a line, zstd.
    JsonlZst,
    /// OpenAI's and ms-swift's messages, one JSON object a line.
    Messages,
    /// LLaVA's and ShareGPT's conversations, one JSON object a line.
    Sharegpt,
    /// Rows for EasyR1 and verl, Parquet.
    Rl,
    /// The columns of VSI-Bench's annotation, one JSON object a line.
    VsiBench,
    /// WebDataset: a tar of `<key>.json` and pictures.
    Webdataset,
    /// HiSpatial's shards, JSON for pickles: a picture with depth, intrinsics and all that is asked about it; rows about one
    /// picture.
    Hispatial,
    /// OpenAI's messages with calls of tools, from proofs, one JSON object a line.
    Traces,
    /// The same as ms-swift's messages.
    TracesSwift,
}

/// Whether and how pictures are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImageMode {
    /// No pictures.
    #[default]
    None,
    /// Copied once into the output's `images/<scene>/`, rows name them.
    Path,
    /// In the rows themselves, where the form can hold them.
    Embed,
}

/// What is kept in balance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// Whether questions that a guesser without the scene would win are drawn anew.
    #[serde(default = "yes")]
    pub blind_guard: bool,
    /// Points above chance that such a guesser may reach in a task with options or of true or false, in per cent.
    #[serde(default = "two")]
    pub most_blind_points: f64,
    /// Share of the rows that are asked in minimal pairs, where a task has them: of a scene, and of the same scene after the
    /// least move of one object that makes the answer another, unless rows have pictures, which would show it where it was;
    /// or of a picture, and of another of the same scene whose answer is another.
    #[serde(default)]
    pub minimal_pairs: f64,
}

impl Default for Balance {
    fn default() -> Self {
        Self { blind_guard: true, most_blind_points: two(), minimal_pairs: 0.0 }
    }
}

fn isovist() -> String {
    "isovist".to_owned()
}

fn parquet() -> Vec<Export> {
    vec![Export::Parquet]
}

fn four() -> usize {
    4
}

fn yes() -> bool {
    true
}

fn two() -> f64 {
    2.0
}

/// Most rows of one file.
pub const MOST_ROWS_PER_PART: u64 = 5_000_000;
/// Most files of an export.
pub const MOST_PARTS: u64 = 1_000_000;
/// Most flats.
pub const MOST_FLATS: u64 = 10_000_000;

/// Rows of one file that are usual: fewer cost more, since each file learns anew what is usual in it.
const USUAL_ROWS_PER_PART: RangeInclusive<u64> = 25_000..=250_000;
/// Files that can be made at the same time, where no other number is asked for.
const USUAL_PARTS: u64 = 4;

impl Recipe {
    /// Rows of one file.
    pub fn rows_per_part(&self) -> u64 {
        let usual = || self.rows.div_ceil(USUAL_PARTS).clamp(*USUAL_ROWS_PER_PART.start(), *USUAL_ROWS_PER_PART.end());
        self.rows_per_part.unwrap_or_else(usual)
    }

    /// Reads a recipe from its text; `file` stands in messages.
    pub fn parse(text: &str, file: &str) -> Result<Self, CorpusError> {
        let fault =
            |problem: String, hint: &str| CorpusError::Recipe { file: file.to_owned(), problem, hint: hint.to_owned() };
        let recipe: Self =
            toml::from_str(text).map_err(|error| fault(syntax(&error), "`isovist schema recipe` is its schema"))?;
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if recipe.name.is_empty() || recipe.name.starts_with('.') || !recipe.name.chars().all(named) {
            return Err(fault(format!("name {:?}", recipe.name), "letters, digits, -, _ and ."));
        }
        if recipe.rows == 0 {
            return Err(fault("rows = 0".into(), "say how many questions you want"));
        }
        let rows_per_part = recipe.rows_per_part();
        if !(1..=MOST_ROWS_PER_PART).contains(&rows_per_part) {
            return Err(fault(format!("rows_per_part = {rows_per_part}"), "1 to 5,000,000"));
        }
        if recipe.rows / rows_per_part > MOST_PARTS {
            let problem = format!("{} rows in files of {rows_per_part}", recipe.rows);
            return Err(fault(problem, "at most 1,000,000 files; raise rows_per_part"));
        }
        let flats = |source: &SceneSource| if let SceneSource::Rooms(rooms) = source { rooms.n } else { 0 };
        if recipe.scenes.iter().map(flats).fold(0, u64::saturating_add) > MOST_FLATS {
            return Err(fault("more than 10,000,000 flats".into(), "make several corpora"));
        }
        if profile(&recipe.profile).is_none() {
            return Err(fault(format!("profile {:?} is unknown", recipe.profile), "leave it out for `isovist`"));
        }
        if recipe.scenes.is_empty() {
            return Err(fault("no [[scenes]]".into(), "add one, such as rooms = { n = 20 }"));
        }
        let known = |name: &String| catalogue().iter().any(|task| task.name == *name);
        if let Some(name) = recipe.tasks.weights.keys().chain(&recipe.tasks.only).find(|name| !known(name)) {
            return Err(fault(format!("no task {name:?}"), "`isovist catalogue` lists them"));
        }
        let shares = |what: &str, all: &[f64]| {
            let fine = all.iter().all(|share| share.is_finite() && *share >= 0.0) && all.iter().sum::<f64>() > 0.0;
            if fine { Ok(()) } else { Err(fault(format!("{what}: {all:?}"), "shares are 0 or more, one of them more")) }
        };
        shares("formats", &recipe.formats.all().map(|(_, share)| share))?;
        shares("splits", &recipe.splits.all().map(|(_, share)| share))?;
        if !recipe.tasks.weights.is_empty() {
            let weights: Vec<f64> = recipe.tasks.weights.values().copied().chain([1.0]).collect();
            shares("tasks.weights", &weights)?;
        }
        if recipe.output.exports.is_empty() {
            return Err(fault("output.exports is empty".into(), "name one, such as \"parquet\""));
        }
        if recipe.output.exports.contains(&Export::Hispatial) && recipe.output.images == ImageMode::None {
            let hint = "set output.images to \"path\" or \"embed\", and images_per_row = 1";
            return Err(fault("export \"hispatial\" without pictures".into(), hint));
        }
        if !(0.0..=100.0).contains(&recipe.balance.most_blind_points) {
            let problem = format!("most_blind_points = {}", recipe.balance.most_blind_points);
            return Err(fault(problem, "points are per cent, 0 to 100"));
        }
        if !(0.0..=1.0).contains(&recipe.balance.minimal_pairs) {
            let problem = format!("minimal_pairs = {}", recipe.balance.minimal_pairs);
            return Err(fault(problem, "a share is a number from 0 to 1"));
        }
        Ok(recipe)
    }

    /// Reads a recipe from its file.
    pub fn read(file: &Path) -> Result<Self, CorpusError> {
        Self::parse(&scene::disk::read_text(file)?, &file.display().to_string())
    }

    /// How things are told that no name tells apart, where they are.
    pub(crate) fn telling<'p>(&self, profile: &'p Profile) -> Option<Telling<'p>> {
        let marks = self.output.images != ImageMode::None;
        (self.references && profile.resolve == Resolve::Unique).then_some(Telling { profile, marks })
    }

    /// The recipe as a text that names it: the same recipe, the same text, wherever its file lay.
    pub fn canonical(&self) -> String {
        // A recipe holds nothing that JSON cannot.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Where a text is no recipe, with its line, and why.
fn syntax(error: &toml::de::Error) -> String {
    error.to_string().trim_end().replace(error.message(), &plain_words(error.message()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "name = \"a\"\nrows = 10\n[[scenes]]\nrooms = { n = 2 }\n";

    #[test]
    fn the_least_recipe_has_the_stated_defaults() {
        let recipe = Recipe::parse(LEAST, "r").unwrap();
        let rows_per_part = |rows: u64| Recipe { rows, ..recipe.clone() }.rows_per_part();
        assert_eq!([10, 100_000, 400_000, 9_000_000].map(rows_per_part), [25_000, 25_000, 100_000, 250_000]);
        assert_eq!(recipe.formats, FormatShares { free_form: 0.3, multiple_choice: 0.4, true_false: 0.3 });
        let recipe = Recipe::parse(&format!("{LEAST}[formats]\nmultiple_choice = 1"), "r").expect("a recipe");
        assert_eq!(recipe.formats, FormatShares { free_form: 0.0, multiple_choice: 1.0, true_false: 0.0 });
        assert_eq!(recipe.output.exports, [Export::Parquet]);
        let without_exports = Recipe::parse(&format!("{LEAST}[output]\nproofs = true"), "r").unwrap();
        assert_eq!(without_exports.output, Output { proofs: true, ..recipe.output.clone() });
        assert!(matches!(&recipe.scenes[..], [SceneSource::Rooms(rooms)] if rooms.n == 2));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, says) in [
            ("rows = 1", "name"),
            (&LEAST.replace("rows = 10", "rows = 0"), "rows = 0"),
            (&LEAST.replace("\"a\"", "\"a/b\""), "a/b"),
            (&format!("{LEAST}[tasks]\nonly = [\"nonsense\"]"), "no task \"nonsense\""),
            (&format!("{LEAST}[formats]\nfree_form = -1\nmultiple_choice = 1\ntrue_false = 1"), "formats"),
            (&format!("{LEAST}[output]\nexports = []"), "exports"),
            (&format!("{LEAST}[output]\nexports = [\"hispatial\"]"), "without pictures"),
            (&format!("{LEAST}[balance]\nminimal_pairs = 2"), "minimal_pairs = 2"),
            (&format!("profile = \"x\"\n{LEAST}"), "profile"),
            (&format!("colour = 1\n{LEAST}"), "colour"),
            (&LEAST.replace("rooms =", "roms ="), "`roms`, expected one of `path`, `builtin`, `rooms`"),
            (&LEAST.replace("n = 2", "n = 2, sed = 1"), "`sed`, expected `n` or `seed`"),
            (&format!("{LEAST}path = \"a\"\n"), "has one of path, builtin, rooms"),
            ("name = \"a\"\nrows = 1\n[[scenes]]\n", "has one of path, builtin, rooms"),
        ] {
            let error = Recipe::parse(text, "corpus.toml").unwrap_err().to_string();
            assert!(error.starts_with("corpus.toml: ") && error.contains(says) && error.contains("hint"), "{error}");
        }
    }
}
