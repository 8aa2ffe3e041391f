//! Why a request has no answer: SpatialEvo's error codes and failure stages, and our reasons behind them.
//!
//! A defect of the question is never reported as a crash or a missing file, and the other way round.

use language::Refusal;
use question::{ReasonCode, Verdict};

/// SpatialEvo's error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The request is no request.
    InvalidInput,
    /// A summary of nothing known is asked for.
    InvalidSummaryType,
    /// No such task type.
    UnsupportedTask,
    /// A scene, a frame or data in it is missing.
    MissingDependency,
    /// The text or the labels ask nothing that can be read.
    QuestionInvalid,
    /// What is asked has no one answer in this scene.
    InvalidQuestionRule,
    /// The program itself is broken.
    ExecutionFailed,
}

impl Code {
    /// Every code.
    pub const ALL: &[Self] = &[
        Self::InvalidInput,
        Self::InvalidSummaryType,
        Self::UnsupportedTask,
        Self::MissingDependency,
        Self::QuestionInvalid,
        Self::InvalidQuestionRule,
        Self::ExecutionFailed,
    ];

    /// As it stands in a response.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "INVALID_INPUT",
            Self::InvalidSummaryType => "INVALID_SUMMARY_TYPE",
            Self::UnsupportedTask => "UNSUPPORTED_TASK",
            Self::MissingDependency => "MISSING_DEPENDENCY",
            Self::QuestionInvalid => "QUESTION_INVALID",
            Self::InvalidQuestionRule => "INVALID_QUESTION_RULE",
            Self::ExecutionFailed => "EXECUTION_FAILED",
        }
    }

    /// The stage at which it ends a request.
    pub fn stage(self) -> &'static str {
        match self {
            Self::InvalidInput | Self::InvalidSummaryType | Self::UnsupportedTask => "input",
            Self::MissingDependency => "dependency",
            Self::QuestionInvalid => "validation",
            Self::InvalidQuestionRule => "rule",
            Self::ExecutionFailed => "execution",
        }
    }

    /// The code of a reason of the engine.
    pub fn of(reason: ReasonCode) -> Self {
        match reason {
            ReasonCode::MissingData | ReasonCode::NoPose => Self::MissingDependency,
            ReasonCode::UnknownLabel | ReasonCode::UnitMismatch | ReasonCode::Malformed => Self::QuestionInvalid,
            _ => Self::InvalidQuestionRule,
        }
    }
}

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// SpatialEvo's code.
    pub code: Code,
    /// Our reason: a [`ReasonCode`], the code of a [`Refusal`], or one of this crate.
    pub reason: String,
    /// The reason in a sentence.
    pub sentence: String,
    /// What might have been meant; never acted upon.
    pub suggestions: Vec<String>,
    /// What the engine said, if it was asked.
    pub verdict: Option<Box<Verdict>>,
}

impl Failure {
    pub(crate) fn new(code: Code, reason: &str, sentence: impl Into<String>) -> Self {
        Self { code, reason: reason.to_owned(), sentence: sentence.into(), suggestions: Vec::new(), verdict: None }
    }

    /// A field of the request that holds what it may not.
    pub(crate) fn input(field: &str, expected: &str) -> Self {
        Self::new(Code::InvalidInput, "bad_field", format!("{field}: expected {expected}"))
    }

    /// A defect of the question with a reason of the engine.
    pub(crate) fn rule(reason: ReasonCode, sentence: impl Into<String>) -> Self {
        Self::new(Code::of(reason), reason.as_str(), sentence)
    }

    pub(crate) fn broken(what: impl std::fmt::Display) -> Self {
        Self::new(Code::ExecutionFailed, "broken_build", format!("the data in the program is broken: {what}"))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let mut failure = Self::new(Code::QuestionInvalid, refusal.code(), refusal.to_string());
        failure.suggestions = match refusal {
            Refusal::UnknownWording { suggestions } => suggestions,
            Refusal::UnknownLabel { similar, .. } => similar,
            Refusal::UnknownFrame { known, .. } => known,
            Refusal::AmbiguousWording { readings } => readings,
            _ => Vec::new(),
        };
        failure
    }
}
