//! Why a proof is refused.

/// The first fault found in a proof. Steps are counted from 0, as citations are.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The JSON has not the form of a proof, is too large, or names another format, scene, profile or answer.
    #[error("{at}: expected {expected}, found {found}")]
    Form {
        /// Path of the offending value: `steps[3].value`.
        at: String,
        /// What may stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// A word of the question does not stand for what the proof says, or for nothing that can be asked about.
    #[error("reference {reference:?}: expected {expected}, found {found}")]
    Reference {
        /// The word.
        reference: String,
        /// What it must stand for.
        expected: String,
        /// What it stands for.
        found: String,
    },
    /// A number does not agree with the one derived here.
    #[error("step {step} ({what}): {field} {stated} {unit}, re-derived {derived} {unit}")]
    Number {
        /// Position of the step.
        step: usize,
        /// What the step states: `measure distance surface #17 #40`.
        what: String,
        /// `value`, `lo`, `hi`, `margin` or `witness`.
        field: &'static str,
        /// The number in the proof.
        stated: f64,
        /// The number derived here.
        derived: f64,
        /// Unit of both.
        unit: String,
    },
    /// Anything else in a step that is not what the question, the scene or the cited steps demand.
    #[error("step {step} ({what}): {field}: expected {expected}, found {found}")]
    Statement {
        /// Position of the step.
        step: usize,
        /// What the step states.
        what: String,
        /// The offending field.
        field: &'static str,
        /// What must stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
}
