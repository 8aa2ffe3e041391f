//! A question from JSON, with the place of what is wrong in it.

use serde_json::Value;

use crate::{Predicate, Question, Term};

/// Why a text is no question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuestionFault {
    /// The text is not JSON.
    #[error("line {line}, column {column}: {problem}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected or found.
        problem: String,
    },
    /// A field has the wrong type, is missing, unknown, or holds what it may not.
    #[error("{field}: {problem}")]
    Field {
        /// Path of the field, or of the object in which one is missing: `of.from`, `among[2]`; `.` for the whole.
        field: String,
        /// What is wrong, with the value found.
        problem: String,
    },
}

impl Question {
    /// The question of a JSON text.
    ///
    /// ```
    /// use question::Question;
    /// let text = r#"{"form": "value", "of": {"measure": "distance", "from": 3, "to": "sofa"}}"#;
    /// let fault = Question::from_json(text).expect_err("3 is no label");
    /// assert_eq!(fault.to_string(), "of.from: invalid type: integer `3`, expected a string");
    /// ```
    pub fn from_json(text: &str) -> Result<Self, QuestionFault> {
        let error = match serde_json::from_str(text) {
            Ok(question) => return Ok(question),
            Err(error) => error,
        };
        // The forms are told apart by a field of their own, so that serde has lost the path when it fails.
        match serde_json::from_str::<Value>(text) {
            Ok(value) => {
                let (field, problem) = locate::<Self>(&value).unwrap_or_else(|| (Vec::new(), plain(&error)));
                Err(QuestionFault::Field { field: path(&field), problem })
            }
            Err(error) => {
                Err(QuestionFault::Syntax { line: error.line(), column: error.column(), problem: plain(&error) })
            }
        }
    }
}

/// The innermost part that is not what it should be, from the inside out, and what is wrong with it.
fn locate<T: serde::de::DeserializeOwned>(value: &Value) -> Option<(Vec<String>, String)> {
    let problem = plain(&serde_json::from_value::<T>(value.clone()).err()?);
    let within = children(value).into_iter().find_map(|(step, child)| {
        let (mut path, problem) = match kind(child)? {
            Kind::Question => locate::<Question>(child),
            Kind::Term => locate::<Term>(child),
            Kind::Predicate => locate::<Predicate>(child),
        }?;
        path.push(step);
        Some((path, problem))
    });
    within.or_else(|| Some((culprit::<T>(value, &problem).into_iter().collect(), problem)))
}

/// The field without which the problem is another one.
fn culprit<T: serde::de::DeserializeOwned>(value: &Value, problem: &str) -> Option<String> {
    if problem.starts_with("missing field") {
        return None;
    }
    let fields = value.as_object()?;
    // Without the tag that says which form it is, any problem is another one.
    let (tags, others): (Vec<_>, Vec<_>) = fields.keys().partition(|key| TAGS.contains(&key.as_str()));
    others.into_iter().chain(tags).find_map(|key| {
        let mut without = fields.clone();
        without.shift_remove(key);
        let other = serde_json::from_value::<T>(without.into()).err().map(|error| plain(&error));
        (other.as_deref() != Some(problem)).then(|| key.clone())
    })
}

/// The fields that tell which form a question, a measure or a test has.
const TAGS: [&str; 3] = ["form", "measure", "test"];

enum Kind {
    Question,
    Term,
    Predicate,
}

fn kind(value: &Value) -> Option<Kind> {
    let fields = value.as_object()?;
    let kinds = [Kind::Question, Kind::Term, Kind::Predicate];
    TAGS.iter().zip(kinds).find(|(tag, _)| fields.contains_key(**tag)).map(|(_, kind)| kind)
}

/// The values in the fields of an object and in its lists, each with its step of the path.
fn children(value: &Value) -> Vec<(String, &Value)> {
    let mut out = Vec::new();
    for (key, child) in value.as_object().into_iter().flatten() {
        out.push((key.clone(), child));
        out.extend(child.as_array().into_iter().flatten().enumerate().map(|(at, item)| (format!("{key}[{at}]"), item)));
    }
    out
}

fn path(inside_out: &[String]) -> String {
    if inside_out.is_empty() {
        return ".".to_owned();
    }
    inside_out.iter().rev().map(String::as_str).collect::<Vec<_>>().join(".")
}

/// The message without the place, which is said apart, and without more of a long value than tells which it is.
fn plain(error: &serde_json::Error) -> String {
    const SHOWN: usize = 300;
    let text = scene::json::problem(error);
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}
