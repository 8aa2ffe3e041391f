//! Why a text is no question.

use serde::Serialize;

use crate::{MOST_CHARACTERS, MOST_TOKENS};

/// Why a text is not read. Suggestions are for a person; nothing is ever answered on their strength.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing but spaces and marks.
    #[error("there is no question in the text")]
    Empty,
    /// Longer than [`crate::MOST_CHARACTERS`] characters or [`crate::MOST_TOKENS`] words.
    #[error(
        "the text is too long: {}; hint: ask one question at a time",
        if *tokens > MOST_TOKENS {
            format!("{tokens} words, at most {MOST_TOKENS} are read")
        } else {
            format!("{characters} characters, at most {MOST_CHARACTERS} are read")
        }
    )]
    TooLong {
        /// Characters of the text.
        characters: usize,
        /// Words of the text, if it was short enough to count them.
        tokens: usize,
    },
    /// The text is no phrasing of the book.
    #[error("this wording is not known{}", list("; hint: the nearest known wordings are", suggestions))]
    UnknownWording {
        /// Up to three phrasings that share words with the text.
        suggestions: Vec<String>,
    },
    /// The wording is known, a thing in it is not.
    #[error(
        "neither the scene nor the label table knows {phrase:?}{}",
        match known {
            Some(known) => {
                let after = phrase.strip_prefix(known.as_str()).unwrap_or_default().trim_start();
                format!("; hint: {known:?} is known, but not {after:?} after it")
            }
            None => list("; hint: the scene has", similar),
        }
    )]
    UnknownLabel {
        /// What stands in the place of a thing.
        phrase: String,
        /// Up to three things of the scene that share a word with it.
        similar: Vec<String>,
        /// A known thing that it begins with.
        known: Option<String>,
    },
    /// The wording is known, the frame in it is not.
    #[error("the scene has no frame {phrase:?}{}", list("; hint: it has", known))]
    UnknownFrame {
        /// What stands in the place of a frame.
        phrase: String,
        /// Some frames that there are.
        known: Vec<String>,
    },
    /// The wording is known, but a number is missing, malformed or without a unit that fits.
    #[error("{phrase:?} is no quantity that fits here; hint: write a number and its unit, such as \"1.5 m\"")]
    BadNumber {
        /// What stands in the place of the number.
        phrase: String,
    },
    /// The text is more than one question.
    #[error("the text can be read in {} ways{}", readings.len(), list("; hint: say which:", readings))]
    AmbiguousWording {
        /// The readings in plain wording.
        readings: Vec<String>,
    },
    /// The text has several sentences, of which some are questions.
    #[error(
        "{}{}",
        if rest.is_empty() {
            format!("the text asks {} questions", questions.len())
        } else {
            list("the text says more than its question; not understood:", rest)
        },
        list("; hint: ask alone:", questions)
    )]
    SeveralSentences {
        /// The sentences that are known questions.
        questions: Vec<String>,
        /// The other sentences.
        rest: Vec<String>,
    },
    /// A statement claims as the answer something that is not among its candidates.
    #[error("the claimed answer {phrase:?} is not one of the candidates")]
    AnswerNotOffered {
        /// What is claimed.
        phrase: String,
    },
    /// A statement claims as the answer something that stands for several objects.
    #[error("the claimed answer {phrase:?} could be several objects; hint: use a name or a number such as #17")]
    UnclearAnswer {
        /// What is claimed.
        phrase: String,
    },
}

fn list(before: &str, items: &[String]) -> String {
    let quoted: Vec<String> = items.iter().map(|item| format!("{item:?}")).collect();
    if quoted.is_empty() { String::new() } else { format!("{before} {}", quoted.join(", ")) }
}

impl Refusal {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong { .. } => "too_long",
            Self::UnknownWording { .. } => "unknown_wording",
            Self::UnknownLabel { .. } => "unknown_label",
            Self::UnknownFrame { .. } => "unknown_frame",
            Self::BadNumber { .. } => "bad_number",
            Self::AmbiguousWording { .. } => "ambiguous_wording",
            Self::SeveralSentences { .. } => "several_sentences",
            Self::AnswerNotOffered { .. } => "answer_not_offered",
            Self::UnclearAnswer { .. } => "unclear_answer",
        }
    }
}
