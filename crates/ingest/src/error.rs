//! Why files could not be read.

use std::path::{Path, PathBuf};

/// What went wrong; every message names the file, and the field and value where there is one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The file cannot be opened, is too large, empty or no text; or a canonical scene file is wrong.
    #[error(transparent)]
    File(#[from] scene::FileError),
    /// The path holds nothing that this reader reads.
    #[error("{}: found no {expected} (hint: {hint})", path.display())]
    Nothing {
        /// What was given.
        path: PathBuf,
        /// What the reader looks for.
        expected: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// The text is not JSON, or a field of it has the wrong type, is missing or unknown.
    #[error("{}:{line}:{column}: {field}: {problem} (hint: {hint})", file.display())]
    Json {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// Path of the field, `.` for the whole.
        field: String,
        /// What was found and expected.
        problem: String,
        /// What to do.
        hint: &'static str,
    },
    /// A field holds what it may not.
    #[error("{}: {field}: {value}: {problem} (hint: {hint})", file.display())]
    Value {
        /// The file.
        file: PathBuf,
        /// Path of the field, or row and column of a table.
        field: String,
        /// What stands there.
        value: String,
        /// What is wrong with it.
        problem: String,
        /// What to do.
        hint: &'static str,
    },
    /// An image cannot be used.
    #[error(transparent)]
    Image(#[from] render::ImageError),
    /// An image cannot be made.
    #[error("{}: cannot be made: {problem}", file.display())]
    Encode {
        /// The image.
        file: PathBuf,
        /// What the encoder said.
        problem: String,
    },
    /// An option that this reader does not take.
    #[error("reader {reader:?} takes no option --{option} (hint: {})", takes_only(takes))]
    Option {
        /// The reader.
        reader: &'static str,
        /// The option.
        option: &'static str,
        /// What it takes.
        takes: &'static [&'static str],
    },
    /// What was read makes no scene.
    #[error("{}: scene {id:?}: {source}", file.display())]
    Scene {
        /// The file.
        file: PathBuf,
        /// The scene.
        id: String,
        /// Field, value and expectation.
        source: scene::SceneError,
    },
}

fn takes_only(takes: &[&str]) -> String {
    if takes.is_empty() { "it takes none".to_owned() } else { format!("it takes --{}", takes.join(", --")) }
}

impl IngestError {
    /// A field that holds what it may not, with the usual hint.
    pub(crate) fn value(
        file: &Path,
        field: impl Into<String>,
        value: impl std::fmt::Debug,
        problem: impl Into<String>,
    ) -> Self {
        let mut value = format!("{value:?}");
        if value.len() > 200 {
            value = value.chars().take(200).chain("…".chars()).collect();
        }
        Self::Value {
            file: file.to_owned(),
            field: field.into(),
            value,
            problem: problem.into(),
            hint: "compare with the published file; it may be damaged or of another version",
        }
    }
}
