//! The catalogue: every task type as one data file of `catalogue/`.
//!
//! A task is a question with holes (`$role`), the kinds of things that fill them, phrasings, and a worked
//! example. Generation, validation, answering, wording, parsing, the docs page, the conformance run and the
//! tests all read this one list; CONTRIBUTING shows a new entry.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Question, ReasonCode, Unit, profiles, relation::relations};

const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// One task type.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its name, the same as its file's.
    pub name: String,
    /// One sentence: what is asked.
    pub summary: String,
    /// Family it is listed under: counting, size, distance, direction, relation, composition.
    pub family: String,
    /// HiSpatial's level, 0 to 3.
    pub level: u8,
    /// Names it has in publications, as `system/name`.
    #[serde(default)]
    pub published: Vec<String>,
    /// What fills its holes.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// The question with `"$role"` in the place of each hole.
    pub question: Value,
    /// Wordings.
    pub phrases: Phrases,
    /// A worked example.
    pub example: Example,
}

/// What fills a hole.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Role {
    /// One object.
    Object {
        /// The role of the frame that shows it, alone of its kind; left out where it is meant in the whole scene.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen_in: Option<String>,
        /// How generation chooses it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stand: Option<Stand>,
        /// The role of an object over or under which generation chooses it half of the time, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stacked_with: Option<String>,
    },
    /// A list of different objects.
    Objects {
        /// The role of the frame that shows each of them, alone of its kind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen_in: Option<String>,
        /// How generation chooses them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stand: Option<Stand>,
        /// Fewest.
        least: usize,
        /// Most.
        most: usize,
    },
    /// A class of objects; generation draws those of at least two.
    Class {
        /// Whether it draws those of one object, too.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        or_one: bool,
        /// How generation chooses it: by the label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stand: Option<Stand>,
        /// The role of an object over or under which generation finds one of its kind half of the time, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stacked_with: Option<String>,
    },
    /// A frame, by name.
    Frame,
    /// A list of different frames.
    Frames {
        /// Fewest.
        least: usize,
        /// Most.
        most: usize,
    },
    /// A pixel of a frame at which its depth image knows a depth.
    Pixel {
        /// The role of that frame.
        seen_in: String,
    },
    /// A list of different pixels of a frame.
    Pixels {
        /// The role of that frame.
        seen_in: String,
        /// Fewest.
        least: usize,
        /// Most.
        most: usize,
    },
    /// A region of the home whose marks a frame shows.
    Region {
        /// The role of that frame.
        seen_in: String,
    },
    /// A given quantity.
    Quantity {
        /// Its unit.
        unit: Unit,
        /// Values that generation draws from.
        values: Vec<f64>,
    },
    /// One of some wordings, each of which stands for a value in the question.
    Word {
        /// Wording and value; several wordings may share a value.
        words: Vec<(String, String)>,
    },
}

/// Which objects generation draws for a role, so that most questions have an answer; a text may name any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    /// Objects with a flat top.
    FlatTop,
    /// Objects to sit on.
    Seat,
    /// Objects that stand on the floor.
    OnFloor,
    /// Objects that stand on the floor, in the order of the roles' names each straight on from the one before over a way
    /// that can be walked.
    OnWay,
}

/// Wordings of a task. `{role}` stands for the role in words; see `crates/language` for the forms.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    /// Questions; the first is the plainest.
    pub ask: Vec<String>,
    /// Statements with `{answer}`, for true/false; a yes/no task states what it tests, without it.
    pub state: Vec<String>,
    /// The answer as a sentence.
    pub say: String,
}

/// A tiny scene, a question about it and its answer.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Boxes of the scene: `"label x y z  width depth height  yaw°"`, metres, centre first; yaw may be left out.
    pub objects: Vec<String>,
    /// Frames of the scene: `"name x y z  yaw° pitch°"`: where the camera stands, metres, and looks: yaw
    /// counter-clockwise from the x axis, pitch upward.
    #[serde(default)]
    pub frames: Vec<String>,
    /// What the frames see: `"frame label visible-fraction"`.
    #[serde(default)]
    pub sightings: Vec<String>,
    /// Whether the frames have depth images: of the boxes, and of the floor if its height is known.
    #[serde(default)]
    pub depth: bool,
    /// World z of the floor, metres, if it is known.
    #[serde(default)]
    pub floor_height_m: Option<f64>,
    /// Corners of the floor, if it is known.
    #[serde(default)]
    pub floor: Option<Vec<[f64; 2]>>,
    /// The question.
    pub text: String,
    /// The answer as `isovist ask` prints it.
    pub answer: String,
}

/// What stands in one hole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Filling {
    /// A quantity in its role's unit.
    Number(f64),
    /// Label, class, word value, or column and row of a pixel: `"320,240"`.
    Text(String),
    /// Several labels.
    List(Vec<String>),
}

impl Filling {
    /// Its texts: one, several, or none of a number.
    pub fn texts(&self) -> &[String] {
        match self {
            Self::Number(_) => &[],
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(texts) => texts,
        }
    }
}

/// A filling for each role of a task.
pub type Fillings = BTreeMap<String, Filling>;

/// Why the catalogue or a filling is wrong.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// A task file does not parse.
    #[error("catalogue/{file}.toml: {message}")]
    File {
        /// Name without ending.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// A role has no filling.
    #[error("task {task}: nothing fills its role {role:?}")]
    Unfilled {
        /// The task.
        task: String,
        /// The role.
        role: String,
    },
    /// The filled question is not one.
    #[error("task {task}: the filled question is malformed: {message}")]
    Malformed {
        /// The task.
        task: String,
        /// What is wrong.
        message: String,
    },
}

static CATALOGUE: LazyLock<Result<Vec<Task>, CatalogueError>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(file, text)| {
            let fault = |message: String| CatalogueError::File { file: (*file).to_owned(), message };
            let task: Task = toml::from_str(text).map_err(|error| fault(error.to_string()))?;
            if task.name == *file { Ok(task) } else { Err(fault(format!("name is {:?}", task.name))) }
        })
        .collect()
});

/// All tasks, sorted by name. The data is part of the binary and a test parses it; a broken build has none.
pub fn catalogue() -> &'static [Task] {
    CATALOGUE.as_deref().unwrap_or_default()
}

/// The first fault of the built-in catalogue; `None` in every released build.
pub fn catalogue_fault() -> Option<&'static CatalogueError> {
    CATALOGUE.as_ref().err()
}

/// The task of this name.
pub fn task(name: &str) -> Option<&'static Task> {
    catalogue().iter().find(|task| task.name == name)
}

/// All that can be asked as JSON: `tasks`, `profiles`, `relations` and `reasons`.
pub fn everything() -> serde_json::Result<Value> {
    let relations: serde_json::Map<String, Value> = relations()
        .map(|(name, relation)| Ok((name.to_owned(), serde_json::to_value(relation)?)))
        .collect::<serde_json::Result<_>>()?;
    let reasons: Vec<Value> =
        ReasonCode::ALL.iter().map(|code| serde_json::json!({ "code": code, "summary": code.summary() })).collect();
    Ok(serde_json::json!({
        "tasks": catalogue(), "profiles": profiles(), "relations": relations, "reasons": reasons
    }))
}

impl Task {
    /// What a filling is called in the question: `"@rgb_0"` for a frame, `"mug@rgb_0"` for what it shows.
    pub(crate) fn entity(&self, role: &str, text: &str, fillings: &Fillings) -> String {
        let seen = |frame: &str, mark: &str| match fillings.get(frame) {
            Some(Filling::Text(frame)) if !text.starts_with('#') => format!("{mark}{text}@{frame}"),
            _ => text.to_owned(),
        };
        match self.roles.get(role) {
            Some(Role::Frame | Role::Frames { .. }) => format!("@{text}"),
            Some(Role::Pixel { seen_in } | Role::Pixels { seen_in, .. }) => match fillings.get(seen_in) {
                Some(Filling::Text(frame)) => format!("@{frame}:{text}"),
                _ => text.to_owned(),
            },
            Some(Role::Region { seen_in }) => seen(seen_in, "~"),
            Some(Role::Object { seen_in: Some(frame), .. } | Role::Objects { seen_in: Some(frame), .. }) => {
                seen(frame, "")
            }
            _ => text.to_owned(),
        }
    }

    /// The question with `value` of each role in the place of its hole.
    pub(crate) fn filled(
        &self,
        fillings: &Fillings,
        value: &dyn Fn(&str) -> Result<Value, CatalogueError>,
    ) -> Result<Question, CatalogueError> {
        if let Some(role) = self.roles.keys().find(|role| !fillings.contains_key(*role)) {
            return Err(self.unfilled(role));
        }
        serde_json::from_value(fill(&self.question, value)?)
            .map_err(|error| CatalogueError::Malformed { task: self.name.clone(), message: error.to_string() })
    }

    /// What fills a role, as the question has it.
    pub(crate) fn value(&self, role: &str, fillings: &Fillings) -> Result<Value, CatalogueError> {
        Ok(match fillings.get(role) {
            Some(Filling::Number(number)) => Value::from(*number),
            Some(Filling::Text(text)) => Value::from(self.entity(role, text, fillings)),
            Some(Filling::List(list)) => {
                list.iter().map(|text| Value::from(self.entity(role, text, fillings))).collect()
            }
            None => return Err(self.unfilled(role)),
        })
    }

    pub(crate) fn unfilled(&self, role: &str) -> CatalogueError {
        CatalogueError::Unfilled { task: self.name.clone(), role: role.to_owned() }
    }
}

fn fill(template: &Value, value: &dyn Fn(&str) -> Result<Value, CatalogueError>) -> Result<Value, CatalogueError> {
    Ok(match template {
        Value::String(text) if text.starts_with('$') => value(&text[1..])?,
        Value::Array(items) => Value::Array(items.iter().map(|item| fill(item, value)).collect::<Result<_, _>>()?),
        Value::Object(fields) => Value::Object(
            fields.iter().map(|(key, field)| Ok((key.clone(), fill(field, value)?))).collect::<Result<_, _>>()?,
        ),
        other => other.clone(),
    })
}
