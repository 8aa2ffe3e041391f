//! How published harnesses take an answer out of a reply, defects included.
//!
//! Each is written from what its code does, so that stored replies score as that harness would score them. Where a
//! harness asks a language model, the reply has no answer here unless the file records what the model said.

mod letters;
mod numbers;
mod stages;

use serde::{Deserialize, Serialize};

use crate::reply::{Quantity, Reply};

/// Takes the letter of an option out of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LetterReader {
    /// Our own reader: a letter that cannot be a word, or the text of one option; conflicts are none.
    Isovist,
    /// The whole reply is the answer.
    Whole,
    /// VSI-Bench: what stands before the first blank, without the full stops at its end.
    FirstToken,
    /// BLINK: the letter alone or in brackets; else the only bracketed letter of the text, or of its last paragraph.
    Bracketed,
    /// BLINK in lmms-eval: the first letter of the reply, brackets and blanks apart, even of a word.
    LeadingLetter,
    /// lmms-eval's shared extractor of early 2026: letters in several formats, the highest format first, the last one of it.
    RankedLetters,
    /// `VLMEvalKit` and EASI: an answer section, the ends of sections, the last lines, phrases, the only capital.
    SevenStages,
    /// ViewSpatial-Bench: the first letter of the last line that stands alone, small ones included.
    StandaloneLetter,
}

/// Takes a number out of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NumberReader {
    /// Our own reader; conflicts and ranges are none.
    Isovist,
    /// VSI-Bench: what stands before the first blank, as Python reads a float.
    FirstToken,
    /// lmms-eval of 2026-08: the first digits or number words.
    FirstNumber,
    /// `VLMEvalKit` and EASI: the number of an answer section, else the last one behind the reasoning.
    LastNumber,
}

impl LetterReader {
    /// What the harness compares with the right letter; `None` where it finds nothing.
    pub fn read(self, reply: &str, options: &[String]) -> Option<String> {
        match self {
            Self::Isovist => {
                let read = Reply::new(reply.as_bytes()).choice(options);
                read.one().and_then(|at| Some(char::from(b'A' + u8::try_from(*at).ok()?).to_string()))
            }
            Self::Whole => Some(reply.trim().to_owned()),
            Self::FirstToken => Some(letters::first_token(reply).to_owned()),
            Self::Bracketed => letters::bracketed(reply).map(String::from),
            Self::LeadingLetter => letters::leading(reply).map(String::from),
            Self::RankedLetters => letters::ranked(reply, options.len()).map(String::from),
            Self::SevenStages => stages::letter(reply).map(String::from),
            Self::StandaloneLetter => letters::standalone(reply).map(String::from),
        }
    }
}

impl NumberReader {
    /// The number; `None` where the harness finds none.
    pub fn read(self, reply: &str) -> Option<f64> {
        match self {
            Self::Isovist => {
                let read = Reply::new(reply.as_bytes()).quantity(question::Unit::One, 1.0);
                read.one().and_then(Quantity::value)
            }
            Self::FirstToken => numbers::python_float(letters::first_token(reply)),
            Self::FirstNumber => numbers::first(reply),
            Self::LastNumber => numbers::last(reply),
        }
    }
}
