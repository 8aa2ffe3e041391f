//! The question's text, read by the phrase book of its task type.

use language::{Format, Parsed, Refusal};
use scene::{Frame, Scene};

use crate::{
    TaskType,
    failure::{Code, Failure},
    tasks::rewrites,
};

/// What a text asks.
pub(crate) enum Read {
    Asks(Box<Parsed>),
    /// It is no known wording at all.
    Unknown(Failure),
}

/// Reads a text. What is not understood, or only in part, is never acted upon.
pub(crate) fn read(task_type: &TaskType, scene: &Scene, text: &str, frames: &[&Frame]) -> Result<Read, Failure> {
    let book = task_type.book().map_err(Failure::broken)?;
    let said = spelled_out(task_type, text, frames);
    let mut parsed = book.parse(scene, &said);
    for complete in &task_type.complete {
        if !matches!(parsed, Err(Refusal::UnknownWording { .. })) {
            break;
        }
        let text = said.trim().trim_end_matches(['?', '.', ' ']);
        let whole = named(complete, frames).replace("{text}", text);
        if let Ok(other) = book.parse(scene, &whole) {
            parsed = Ok(other);
        }
    }
    match parsed {
        Ok(parsed) if parsed.format == Format::TrueFalse => {
            Err(Failure::new(Code::QuestionInvalid, "statement", "the text states an answer instead of asking for one"))
        }
        Ok(parsed) => Ok(Read::Asks(Box::new(parsed))),
        Err(refusal @ Refusal::UnknownWording { .. }) => Ok(Read::Unknown(refusal.into())),
        Err(refusal) => Err(refusal.into()),
    }
}

/// `{1}` and `{2}` as the names of the images.
fn named(text: &str, frames: &[&Frame]) -> String {
    let name = |at: usize| frames.get(at).map_or("", |frame| frame.name.as_str());
    text.replace("{1}", name(0)).replace("{2}", name(1))
}

/// The text with `image 1`, `the second image`, `this image` as the names of the request's images.
fn spelled_out(task_type: &TaskType, text: &str, frames: &[&Frame]) -> String {
    let applies = |mode: Option<crate::Mode>| mode.is_none_or(|mode| mode == task_type.mode) && !frames.is_empty();
    let rules: Vec<_> = rewrites().iter().filter(|rule| applies(rule.mode)).collect();
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let starts = !out.ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let fits = |say: &&String| {
            let ends = |after: &str| {
                let mut next = after.chars();
                match next.next() {
                    Some('.') => !next.next().is_some_and(char::is_alphanumeric),
                    Some(c) => !(c.is_alphanumeric() || matches!(c, '_' | '-')),
                    None => true,
                }
            };
            rest.get(..say.len()).is_some_and(|head| head.eq_ignore_ascii_case(say)) && ends(&rest[say.len()..])
        };
        let found = rules
            .iter()
            .filter(|_| starts)
            .filter_map(|rule| Some((rule.says.iter().filter(fits).map(String::len).max()?, &rule.becomes)))
            .max_by_key(|(length, _)| *length);
        if let Some((length, becomes)) = found {
            out.push_str(&named(becomes, frames));
            rest = &rest[length..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}
