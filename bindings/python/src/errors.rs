//! Errors as Python has them: the classes of `isovist.errors`.

use language::Unread;
use pyo3::{PyErr, import_exception};
use scene::{FileError, OpenError};

import_exception!(isovist.errors, ArgumentError);
import_exception!(isovist.errors, CorpusError);
import_exception!(isovist.errors, Error);
import_exception!(isovist.errors, ProofRejected);
import_exception!(isovist.errors, QuestionError);
import_exception!(isovist.errors, SceneError);
import_exception!(isovist.errors, TruthError);
import_exception!(isovist.errors, UnknownName);

/// A name that is none of those known.
pub(crate) fn unknown<'a>(what: &str, given: &str, known: impl Iterator<Item = &'a str>) -> PyErr {
    let known: Vec<String> = known.map(str::to_owned).collect();
    let shown: String = given.chars().take(100).collect();
    let message = format!("no {what} {shown:?} (hint: one of {})", known.join(", "));
    UnknownName::new_err((message, known))
}

/// A scene that does not open.
pub(crate) fn not_opened(error: OpenError) -> PyErr {
    match error {
        OpenError::Unknown { given, near } => {
            let shown: String = given.chars().take(100).collect();
            let hint = if near.is_empty() {
                "isovist.builtin_names() lists the built-in scenes".to_owned()
            } else {
                format!("did you mean {}? isovist.builtin_names() lists all", near.join(", "))
            };
            let message = format!("no scene {shown:?}: neither built in nor a path (hint: {hint})");
            UnknownName::new_err((message, near))
        }
        OpenError::File(error) => bad_file(error),
        error => SceneError::new_err(error.to_string()),
    }
}

/// A file or text that is no scene.
pub(crate) fn bad_file(error: FileError) -> PyErr {
    SceneError::new_err(error.to_string())
}

/// A text or JSON that is no question.
pub(crate) fn not_read(unread: Unread) -> PyErr {
    match unread {
        Unread::Wording(refusal) => {
            let hint = refusal.hint();
            let message = match &hint {
                Some(hint) => format!("{}: {} (hint: {hint})", refusal.code(), refusal.sentence()),
                None => format!("{}: {}", refusal.code(), refusal.sentence()),
            };
            QuestionError::new_err((message, refusal.code(), hint))
        }
        Unread::Form(fault) => {
            let hint = "isovist.catalogue()[\"tasks\"] has the question of every task";
            QuestionError::new_err((format!("malformed: {fault} (hint: {hint})"), "malformed", hint))
        }
        other => QuestionError::new_err((format!("too_long: {other}"), "too_long")),
    }
}

/// Something that only a broken build says.
pub(crate) fn broken(what: &str, error: impl std::fmt::Display) -> PyErr {
    Error::new_err(format!("{what}: {error}"))
}
