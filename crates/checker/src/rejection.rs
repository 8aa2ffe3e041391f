//! Why a proof is refused.

/// The first fault found in a proof. Steps are counted from 0, as citations are.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The JSON does not have the form of a proof.
    #[error("{at}: expected {expected}, found {found}")]
    Form {
        /// Path of the offending value: `steps[3].value`.
        at: String,
        /// What may stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// The head of the proof names another format, scene or profile, or its answer is not that of the last step.
    #[error("{field}: expected {expected}, found {found}")]
    Head {
        /// The field.
        field: &'static str,
        /// What it must be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A word of the question does not stand for what the proof says, or for nothing that can be asked about.
    #[error("reference {reference:?}: expected {expected}, found {found}")]
    Reference {
        /// The word.
        reference: String,
        /// What it must stand for.
        expected: String,
        /// What is listed.
        found: String,
    },
    /// A number does not agree with the one derived here.
    #[error("step {step} ({what}): {field} {stated}{unit}, re-derived {derived}{unit}")]
    Number {
        /// Position of the step.
        step: usize,
        /// What the step states.
        what: String,
        /// `value`, `lo`, `hi`, `margin` or `witness`.
        field: &'static str,
        /// The number in the proof.
        stated: f64,
        /// The number derived here.
        derived: f64,
        /// Unit of both, with a space in front, or nothing.
        unit: &'static str,
    },
    /// Anything else that a step states does not agree with what follows here.
    #[error("step {step} ({what}): {field}: expected {expected}, found {found}")]
    Statement {
        /// Position of the step.
        step: usize,
        /// What the step states.
        what: String,
        /// The offending field.
        field: &'static str,
        /// What follows here.
        expected: String,
        /// What is stated.
        found: String,
    },
    /// The scene does not hold what a measure needs, or the measure has no value.
    #[error("step {step} ({what}): has no value: {reason}")]
    NoValue {
        /// Position of the step.
        step: usize,
        /// What the step states.
        what: String,
        /// Why there is no value.
        reason: &'static str,
    },
    /// A step cites a later step or a step of the wrong kind, or nothing cites it, or it stands twice.
    #[error("step {step} ({what}): {reason}")]
    Citation {
        /// Position of the step.
        step: usize,
        /// What the step states.
        what: String,
        /// What is wrong.
        reason: String,
    },
    /// The proof would take more work than any sensible one.
    #[error("{what}: more than {limit}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
}

impl Rejection {
    /// Short name of the variant, stable, for counting.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form { .. } => "form",
            Self::Head { .. } => "head",
            Self::Reference { .. } => "reference",
            Self::Number { .. } => "number",
            Self::Statement { .. } => "statement",
            Self::NoValue { .. } => "no_value",
            Self::Citation { .. } => "citation",
            Self::TooLarge { .. } => "too_large",
        }
    }
}
