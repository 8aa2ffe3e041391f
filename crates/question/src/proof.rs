//! Proofs: the facts and steps from scene to answer.
//!
//! A step cites earlier steps by position. The checker (`crates/checker`) reads the same JSON without this
//! crate; `docs/proof.md` is the format's description.

use geometry::SectorSystem;
use scene::ObjectId;
use serde::{Deserialize, Serialize};

use crate::{Answer, Comparison, Question, Term, Unit};

/// A certain answer with everything it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Always `"isovist-proof"`.
    pub format: String,
    /// Version of the format.
    pub version: u32,
    /// Id of the scene.
    pub scene: String,
    /// SHA-256 of the canonical scene file, lower-case hex.
    pub scene_sha256: String,
    /// Name of the profile whose definitions were used.
    pub profile: String,
    /// The question as asked.
    pub question: Question,
    /// Steps, each citing only earlier ones; the last one concludes.
    pub steps: Vec<Step>,
    /// The answer.
    pub answer: Answer,
}

/// One step of a proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// A label or name stands for exactly these objects.
    Resolve {
        /// The words of the question.
        reference: String,
        /// All objects it stands for, by number.
        objects: Vec<ObjectId>,
        /// Of a description, such as "second tallest lamp": the proof of the question whose answer it means.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Box<Proof>>,
    },
    /// A measured or given quantity; every entity is a number.
    Measure {
        /// What was measured, definition spelled out.
        term: Term,
        /// Best value.
        value: f64,
        /// Lower bound.
        lo: f64,
        /// Upper bound.
        hi: f64,
        /// Unit of the three.
        unit: Unit,
        /// The two points between which a distance was measured, world frame, metres.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        witness: Option<[[f64; 3]; 2]>,
    },
    /// Sum, difference or ratio of earlier quantities.
    Combine {
        /// `sum`, `difference` or `ratio`.
        op: Operation,
        /// Cited quantities.
        of: Vec<usize>,
        /// Best value.
        value: f64,
        /// Lower bound.
        lo: f64,
        /// Upper bound.
        hi: f64,
        /// Unit of the three.
        unit: Unit,
    },
    /// Two quantities lie apart.
    Compare {
        /// Cited quantity.
        left: usize,
        /// The claimed relation.
        is: Comparison,
        /// Cited quantity.
        right: usize,
        /// Whether the relation holds.
        holds: bool,
        /// Gap between the two intervals, in their unit.
        margin: f64,
    },
    /// An angle's whole interval lies in one sector.
    Sector {
        /// Cited angle.
        of: usize,
        /// Sector system.
        #[serde(rename = "in")]
        #[schemars(with = "String")]
        sectors: SectorSystem,
        /// The sector's word.
        word: String,
        /// Distance from the interval to the nearest border, degrees.
        margin: f64,
    },
    /// An angle's sector is, or is not, a given word.
    SectorIs {
        /// Cited sector step.
        of: usize,
        /// The word asked about.
        is: String,
        /// Whether it is that word.
        holds: bool,
    },
    /// A named relation holds or not because what it stands for does.
    Relation {
        /// Its name.
        name: String,
        /// First object.
        a: ObjectId,
        /// Second object.
        b: ObjectId,
        /// Cited truth of its meaning.
        of: usize,
        /// The same truth.
        holds: bool,
    },
    /// All hold (all cited) or one fails (that one cited).
    All {
        /// Cited truths.
        of: Vec<usize>,
        /// The conjunction.
        holds: bool,
    },
    /// One holds (that one cited) or all fail (all cited).
    Any {
        /// Cited truths.
        of: Vec<usize>,
        /// The disjunction.
        holds: bool,
    },
    /// The contrary of a cited truth.
    Not {
        /// Cited truth.
        of: usize,
        /// Its contrary.
        holds: bool,
    },
    /// A cited conclusion agrees with a claimed answer or not.
    Claim {
        /// Cited `conclude` step.
        of: usize,
        /// The claimed answer.
        answer: Answer,
        /// Whether they agree.
        holds: bool,
    },
    /// Members of a class counted, each by its cited truth (none when all count).
    Count {
        /// Cited `resolve` step that lists the members.
        of: usize,
        /// For each member, in order, the cited truth; empty without a predicate.
        tests: Vec<usize>,
        /// How many.
        value: u32,
    },
    /// The answer of a question follows from cited steps.
    Conclude {
        /// `value`: the quantity or sector. `pick`: each candidate's quantity in the question's order, then
        /// each comparison of the winner with a rival. `order`: likewise, then each neighbouring pair's
        /// comparison. `which`: each candidate's truth. `test`: the truth. `count`: the count.
        from: Vec<usize>,
        /// The answer.
        answer: Answer,
    },
}

/// Arithmetic on quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Sum of all.
    Sum,
    /// First less second.
    Difference,
    /// First by second.
    Ratio,
}
