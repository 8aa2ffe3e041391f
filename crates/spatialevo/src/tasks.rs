//! The sixteen task types, as data in `data/tasks.toml`.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, OnceLock},
};

use language::{BookError, PhraseBook};
use question::{Profile, Task};
use serde::Deserialize;

use crate::even::Even;

/// What a task type is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The whole scene.
    Scene,
    /// One image.
    SingleImage,
    /// Two images.
    ImagePair,
}

impl Mode {
    /// How many images a request needs.
    pub fn images(self) -> usize {
        match self {
            Self::Scene => 0,
            Self::SingleImage => 1,
            Self::ImagePair => 2,
        }
    }
}

/// One of SpatialEvo's task types.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskType {
    /// Its name.
    pub name: String,
    /// Other names it goes by.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it is asked of.
    pub mode: Mode,
    /// Names of the tasks that its texts may be; labels alone ask the first.
    pub asks: Vec<String>,
    /// Field of a request → role of the task.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Difficulty of generation and of the question, as published.
    pub difficulty: [f64; 2],
    #[serde(default)]
    under: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) words: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) either: bool,
    #[serde(default)]
    pub(crate) unordered: bool,
    #[serde(default)]
    pub(crate) yes_no: Option<[String; 2]>,
    #[serde(default)]
    phrases: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) complete: Vec<String>,
    #[serde(default)]
    pub(crate) even: Option<Even>,
    #[serde(skip)]
    book: OnceLock<Result<PhraseBook, BookError>>,
}

/// How images are spoken of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rewrite {
    /// Only in requests of this mode.
    #[serde(default)]
    pub(crate) mode: Option<Mode>,
    pub(crate) says: Vec<String>,
    pub(crate) becomes: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    refused: Vec<String>,
    rewrite: Vec<Rewrite>,
    task: Vec<TaskType>,
}

static FILE: LazyLock<Result<File, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("../data/tasks.toml")));

/// Tasks that the catalogue has not.
static OWN: LazyLock<Result<Vec<Task>, toml::de::Error>> =
    LazyLock::new(|| [include_str!("../data/camera_higher.toml")].into_iter().map(toml::from_str).collect());

/// All task types, in SpatialEvo's order. The data is part of the binary and a test parses it.
pub fn task_types() -> &'static [TaskType] {
    FILE.as_ref().map(|file| &file.task[..]).unwrap_or_default()
}

/// What is wrong with the built-in data; nothing in any released build.
pub fn data_fault() -> Option<String> {
    let parsed = FILE.as_ref().err().or(OWN.as_ref().err()).map(ToString::to_string);
    parsed.or_else(|| {
        let unknown = |task_type: &&TaskType| task_type.names().any(|name| find(name).is_none());
        task_types()
            .iter()
            .find(unknown)
            .map(|task_type| format!("{} asks an unknown task", task_type.name))
            .or_else(|| task_types().iter().find_map(|task_type| task_type.book().err()).map(ToString::to_string))
    })
}

pub(crate) fn rewrites() -> &'static [Rewrite] {
    FILE.as_ref().map(|file| &file.rewrite[..]).unwrap_or_default()
}

/// The task of this name: the catalogue's, or one of this crate's own.
pub(crate) fn find(name: &str) -> Option<&'static Task> {
    let own = OWN.as_ref().ok().and_then(|own| own.iter().find(|task| task.name == name));
    own.or_else(|| question::task(name))
}

/// The task type of a name or alias; `None` also for a type that is refused.
pub fn task_type(name: &str) -> Option<&'static TaskType> {
    match named(name) {
        Named::Type(task_type) => Some(task_type),
        Named::Refused | Named::Unknown => None,
    }
}

/// What a name of a task type stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Named {
    Type(&'static TaskType),
    /// It depends on the viewpoint, so that it has no answer.
    Refused,
    Unknown,
}

/// Resolves a name: case, spaces, underscores and square brackets play no part, nothing else is forgiven.
pub(crate) fn named(name: &str) -> Named {
    let plain = |name: &str| -> String {
        let kept = name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '[' | ']'));
        kept.flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(name);
    let is = |known: &String| plain(known) == wanted;
    if FILE.as_ref().is_ok_and(|file| file.refused.iter().any(is)) {
        return Named::Refused;
    }
    match task_types().iter().find(|task_type| is(&task_type.name) || task_type.aliases.iter().any(is)) {
        Some(task_type) => Named::Type(task_type),
        None => Named::Unknown,
    }
}

impl TaskType {
    fn names(&self) -> impl Iterator<Item = &String> {
        self.asks.iter().chain(self.under.values())
    }

    /// The task that a task of this type stands for under a profile.
    pub(crate) fn task(&self, name: &str, profile: &Profile) -> Option<&'static Task> {
        let first = self.asks.first().is_some_and(|first| first == name);
        find(self.under.get(&profile.name).filter(|_| first).map_or(name, String::as_str))
    }

    /// The phrase book of this type: the catalogue's wordings of its tasks and its own.
    pub(crate) fn book(&self) -> Result<&PhraseBook, &BookError> {
        let compile = || {
            let tasks: Vec<Task> = self
                .asks
                .iter()
                .filter_map(|name| find(name))
                .map(|task| {
                    let mut task = task.clone();
                    task.phrases.ask.extend(self.phrases.get(&task.name).into_iter().flatten().cloned());
                    task
                })
                .collect();
            // Once per type and process, like the data it comes from.
            PhraseBook::of(Vec::leak(tasks))
        };
        self.book.get_or_init(compile).as_ref()
    }
}
