//! Why a text is no question.

/// Why a text is no question, with a stable code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing to read.
    #[error("there is no question in the text")]
    Empty,
    /// More than a question.
    #[error("the text is too long for a question ({0} bytes; at most {most})", most = crate::book::MOST_BYTES)]
    TooLong(usize),
    /// No phrasing reads so.
    #[error("no known question is worded like this; the closest are: {}", .closest.join(" | "))]
    UnknownWording {
        /// Up to three known phrasings that share words with the text; a hint, never an answer.
        closest: Vec<String>,
    },
    /// A phrasing fits, but a hole holds unknown words.
    #[error("{label:?} is no known thing{}", alike(.similar))]
    UnknownLabel {
        /// What stands in the hole.
        label: String,
        /// Things of the scene that share a word with it.
        similar: Vec<String>,
    },
    /// Phrasings of different questions fit.
    #[error("the text can be read as different questions: {}", .readings.join(" | "))]
    AmbiguousWording {
        /// The questions as JSON.
        readings: Vec<String>,
    },
}

impl Refusal {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong(_) => "too_long",
            Self::UnknownWording { .. } => "unknown_wording",
            Self::UnknownLabel { .. } => "unknown_label",
            Self::AmbiguousWording { .. } => "ambiguous_wording",
        }
    }
}

fn alike(similar: &[String]) -> String {
    if similar.is_empty() { String::new() } else { format!("; the scene has: {}", similar.join(", ")) }
}
