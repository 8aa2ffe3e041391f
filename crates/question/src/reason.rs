//! Why a question has no certain answer: stable codes, and sentences that name the objects and numbers.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $summary:literal;)+) => {
        /// Stable code of a reason; never renamed, only added to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[non_exhaustive]
        pub enum ReasonCode { $($(#[doc = $doc])+ #[serde(rename = $code)] $variant,)+ }

        impl ReasonCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code as it stands in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What it means, in a sentence.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)+ }
            }
        }
    };
}

codes! {
    /// Known word, no such object.
    Absent = "absent", "The scene has no such object.";
    /// Unknown word.
    UnknownLabel = "unknown_label", "Neither the scene nor the label table knows the word.";
    /// The frame does not show it.
    NotVisible = "not_visible", "The frame does not show the object.";
    /// Nobody knows where the camera stood.
    NoPose = "no_pose", "The pose of the frame is not known.";
    /// Several objects fit a reference that needs one.
    NotUnique = "not_unique", "Several objects fit a reference that needs exactly one.";
    /// One object in two places that need different ones.
    SameObjectTwice = "same_object_twice", "One object stands where two different ones are needed.";
    /// One object twice among the candidates.
    DuplicateCandidates = "duplicate_candidates", "The same object stands twice among the candidates.";
    /// Candidates or members include the object they are compared with.
    OverlappingCandidates = "overlapping_candidates", "The candidates include the object they are compared with.";
    /// Fewer than two, or too many, candidates.
    CandidateNumber = "candidate_number", "There are too few or too many candidates.";
    /// Intervals overlap.
    TooCloseToCall = "too_close_to_call", "Within the scene's tolerance more than one answer is possible.";
    /// Narrower kinds make the class uncertain.
    ClassAmbiguous = "class_ambiguous", "Narrower kinds of the class make its number depend on the reading.";
    /// Declared number and boxes disagree.
    CountDisagrees = "count_disagrees", "The source declares another number of objects than it outlines.";
    /// None of the candidates satisfies the predicate.
    NoCandidate = "no_candidate", "None of the candidates satisfies the condition.";
    /// Several candidates satisfy it.
    SeveralCandidates = "several_candidates", "Several candidates satisfy the condition that one should.";
    /// The definition does not apply.
    OutsideDefinition = "outside_definition", "The definition of the measure does not apply to these objects.";
    /// Viewpoint and target coincide.
    DegenerateViewpoint = "degenerate_viewpoint", "Viewpoint, facing or target coincide on the floor plane.";
    /// The scene does not say.
    MissingData = "missing_data", "The scene does not hold what the measure needs.";
    /// No free way.
    Unreachable = "unreachable", "There is no free way over the floor, or none that is wide enough.";
    /// No free place.
    NoRoom = "no_room", "There is no free place.";
    /// A published profile does not ask this.
    NotAsked = "not_asked", "The profile's guard bands exclude the question.";
    /// Metres compared with square metres.
    UnitMismatch = "unit_mismatch", "Quantities of different units are combined or compared.";
    /// No sense in it.
    Malformed = "malformed", "The question is not well formed.";
}

/// A coded reason with its sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Stable code.
    pub code: ReasonCode,
    /// A sentence that names the objects and the numbers.
    pub sentence: String,
}

impl Reason {
    pub(crate) fn new(code: ReasonCode, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into() }
    }
}

impl std::fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
