//! Why a text is no question.

use std::fmt;

use serde::Serialize;

use crate::{MOST_CHARACTERS, MOST_TOKENS};

/// Why a text is not read. Suggestions are for a person; nothing is ever answered on their strength.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing but spaces and marks.
    Empty,
    /// Longer than [`crate::MOST_CHARACTERS`] characters or [`crate::MOST_TOKENS`] words.
    TooLong {
        /// Characters of the text.
        characters: usize,
        /// Words of the text, if it was short enough to count them.
        tokens: usize,
    },
    /// The text is no phrasing of the book.
    UnknownWording {
        /// Up to three phrasings that share words with the text.
        suggestions: Vec<String>,
    },
    /// The wording is known, a thing in it is not.
    UnknownLabel {
        /// What stands in the place of a thing.
        phrase: String,
        /// Up to three things of the scene that share a word with it.
        similar: Vec<String>,
        /// A known thing that it begins with.
        known: Option<String>,
    },
    /// The wording is known, the frame in it is not.
    UnknownFrame {
        /// What stands in the place of a frame.
        phrase: String,
        /// Some frames that there are.
        known: Vec<String>,
    },
    /// The wording is known, but a number is missing, malformed or without a unit that fits.
    BadNumber {
        /// What stands in the place of the number.
        phrase: String,
    },
    /// The text is more than one question.
    AmbiguousWording {
        /// The readings in plain wording.
        readings: Vec<String>,
    },
    /// The text has several sentences, of which some are questions.
    SeveralSentences {
        /// The sentences that are known questions.
        questions: Vec<String>,
        /// The other sentences.
        rest: Vec<String>,
    },
    /// A statement claims as the answer something that is not among its candidates.
    AnswerNotOffered {
        /// What is claimed.
        phrase: String,
    },
    /// A statement claims as the answer something that stands for several objects.
    UnclearAnswer {
        /// What is claimed.
        phrase: String,
    },
}

/// The sentence and what to do about it.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())?;
        self.hint().map_or(Ok(()), |hint| write!(f, "; hint: {hint}"))
    }
}

impl std::error::Error for Refusal {}

/// What `before` says of these, if there are any.
fn list(before: &str, items: &[String]) -> Option<String> {
    (!items.is_empty()).then(|| {
        let quoted: Vec<String> = items.iter().map(|item| format!("{item:?}")).collect();
        format!("{before} {}", quoted.join(", "))
    })
}

impl Refusal {
    /// Why, without what to do about it.
    pub fn sentence(&self) -> String {
        match self {
            Self::Empty => "there is no question in the text".to_owned(),
            Self::TooLong { tokens, .. } if *tokens > MOST_TOKENS => {
                format!("the text is too long: {tokens} words, at most {MOST_TOKENS} are read")
            }
            Self::TooLong { characters, .. } => {
                format!("the text is too long: {characters} characters, at most {MOST_CHARACTERS} are read")
            }
            Self::UnknownWording { .. } => "this wording is not known".to_owned(),
            Self::UnknownLabel { phrase, .. } => format!("neither the scene nor the label table knows {phrase:?}"),
            Self::UnknownFrame { phrase, .. } => format!("the scene has no frame {phrase:?}"),
            Self::BadNumber { phrase } => format!("{phrase:?} is no quantity that fits here"),
            Self::AmbiguousWording { readings } => format!("the text can be read in {} ways", readings.len()),
            Self::SeveralSentences { questions, rest } => {
                list("the text says more than its question; not understood:", rest)
                    .unwrap_or_else(|| format!("the text asks {} questions", questions.len()))
            }
            Self::AnswerNotOffered { phrase } => {
                format!("the claimed answer {phrase:?} is not one of the candidates")
            }
            Self::UnclearAnswer { phrase } => format!("the claimed answer {phrase:?} could be several objects"),
        }
    }

    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Empty | Self::AnswerNotOffered { .. } => None,
            Self::TooLong { .. } => Some("ask one question at a time".to_owned()),
            Self::UnknownWording { suggestions } => list("the nearest known wordings are", suggestions),
            Self::UnknownLabel { phrase, known: Some(known), .. } => {
                let after = phrase.strip_prefix(known.as_str()).unwrap_or_default().trim_start();
                Some(format!("{known:?} is known, but not {after:?} after it"))
            }
            Self::UnknownLabel { similar, .. } => list("the scene has", similar),
            Self::UnknownFrame { known, .. } => list("it has", known),
            Self::BadNumber { .. } => Some("write a number and its unit, such as \"1.5 m\"".to_owned()),
            Self::AmbiguousWording { readings } => list("say which:", readings),
            Self::SeveralSentences { questions, .. } => list("ask alone:", questions),
            Self::UnclearAnswer { .. } => Some("use a name or a number such as #17".to_owned()),
        }
    }

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
