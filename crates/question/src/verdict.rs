//! The result of asking.

use serde::{Deserialize, Serialize};

use crate::{Answer, Reason, Unit};

/// What the engine says to a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "verdict", rename_all = "snake_case", deny_unknown_fields)]
pub enum Verdict {
    /// One answer, whatever the errors within tolerance.
    Certain {
        /// The answer.
        answer: Answer,
        /// Smallest gap of all decisions it rests on; none where nothing was decided.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        margin: Option<Margin>,
    },
    /// Well posed, but more than one answer is possible.
    Ambiguous {
        /// Why.
        #[serde(flatten)]
        reason: Reason,
        /// The answers that remain possible, the likeliest first.
        rivals: Vec<Answer>,
        /// How far the deciding quantities overlap: negative.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        margin: Option<Margin>,
    },
    /// Not a question this scene can answer.
    Invalid {
        /// Why.
        #[serde(flatten)]
        reason: Reason,
    },
}

/// A gap between two quantities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Margin {
    /// Its size; negative where intervals overlap.
    pub value: f64,
    /// Its unit.
    pub unit: Unit,
}

impl Verdict {
    /// The certain answer.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Certain { answer, .. } => Some(answer),
            _ => None,
        }
    }

    /// The reason of an ambiguous or invalid verdict.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Certain { .. } => None,
            Self::Ambiguous { reason, .. } | Self::Invalid { reason } => Some(reason),
        }
    }

    /// `certain`, `ambiguous` or `invalid`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Certain { .. } => "certain",
            Self::Ambiguous { .. } => "ambiguous",
            Self::Invalid { .. } => "invalid",
        }
    }
}
