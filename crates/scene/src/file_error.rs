//! Why a file is no scene, or could not be written.

use std::path::PathBuf;

/// What went wrong with a scene file; every message names the file, and the field and value where there is one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The operating system refused.
    #[error("{}: cannot {action}: {source} (hint: {hint})", file.display())]
    Io {
        /// The file or folder.
        file: PathBuf,
        /// `read`, `write`, `rename` …
        action: &'static str,
        /// What the operating system said.
        source: std::io::Error,
        /// What to do.
        hint: &'static str,
    },
    /// The file is larger than [`crate::disk::MAX_BYTES`].
    #[error("{}: {bytes} bytes; at most {limit} are read (hint: split the scene)", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// Its size, or how much was read before giving up.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// Nothing, or only blanks, in the file.
    #[error("{}: the file is empty (hint: was it written completely?)", file.display())]
    Empty {
        /// The file.
        file: PathBuf,
    },
    /// The file is not text.
    #[error("{}: byte {offset} is not UTF-8 (hint: only text is read; unpack it first if it is compressed)", file.display())]
    NotUtf8 {
        /// The file.
        file: PathBuf,
        /// Position of the first offending byte.
        offset: usize,
    },
    /// The text is not JSON.
    #[error("{}:{line}:{column}: {field}: {problem} (hint: the text breaks off or is not JSON at this place)", file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// Path of the field that was being read, `.` for the whole.
        field: String,
        /// What was expected or found.
        problem: String,
    },
    /// A field has the wrong type, is missing, unknown, or holds what it may not.
    #[error("{}:{line}:{column}: {field}: {problem} (hint: {hint})", file.display())]
    Field {
        /// The file.
        file: PathBuf,
        /// Line, from 1; 0 where the place is the whole file.
        line: usize,
        /// Column, from 1; 0 where the place is the whole file.
        column: usize,
        /// Path of the field: `objects[3].box.centre_m[1]`.
        field: String,
        /// What is wrong, with the value found.
        problem: String,
        /// What to do.
        hint: &'static str,
    },
    /// A field of the right type holds what it may not.
    #[error("{}: {field}: {problem}", file.display())]
    Value {
        /// The file.
        file: PathBuf,
        /// Path of the field.
        field: String,
        /// What is wrong, with value and hint.
        problem: String,
    },
    /// The parts are well-formed one by one but make no scene together.
    #[error("{}: {source}", file.display())]
    Scene {
        /// The file.
        file: PathBuf,
        /// Field, value and expectation.
        source: crate::SceneError,
    },
    /// The points beside the scene are missing, damaged or of another kind.
    #[error("{}: {problem} (hint: {hint})", file.display())]
    Points {
        /// The file of points.
        file: PathBuf,
        /// What is wrong, with the values found and expected.
        problem: String,
        /// What to do.
        hint: &'static str,
    },
}
