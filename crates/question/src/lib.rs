//! The question algebra: what can be asked of a scene, and what the engine answers.
//!
//! | file | subject |
//! |---|---|
//! | [`algebra`] | [`Question`], [`Term`], [`Predicate`]: form × measures × entities |
//! | [`entity`] | what a measure is taken of |
//! | [`answer`], [`verdict`], [`reason`] | what comes out |
//! | [`proof`] | the facts and steps from scene to answer |
//! | [`mod@profile`], [`mod@relation`], [`mod@catalogue`] | definitions, words and task types, as data |
//! | [`evaluate`](mod@evaluate) | from question to verdict |
//! | [`mod@print`] | the one rule for numbers and units |
//! | [`mod@readable`] | a proof in words |
//! | [`flip`] | the least move of an object after which the answer is another |
//! | [`sample`] | draws fillings for a task from a scene |
//! | `template` | questions of a task with their holes filled |
//! | `subjects` | what a question speaks of |
//! | `stacks` | what lies over or under what, for drawing questions |
//! | `memory` | measures that take long, kept for the next question |
//! | [`example`] | the tiny scene of a catalogue entry |
//! | [`example_depth`] | depth images of boxes and a floor |
//!
//! ```
//! use question::{Question, evaluate, example_scene, print, profile, task};
//!
//! let scene = example_scene(task("absolute_distance").expect("a task")).expect("its scene");
//! let question: Question =
//!     serde_json::from_str(r#"{"form": "value", "of": {"measure": "distance", "from": "sofa", "to": "table"}}"#)?;
//! let verdict = evaluate(&scene, &question, profile("isovist").expect("a profile"));
//! assert_eq!(print::answer(verdict.answer().expect("certain")), "2.10 m");
//! # Ok::<(), serde_json::Error>(())
//! ```

pub mod algebra;
pub mod answer;
pub mod catalogue;
pub mod entity;
pub mod evaluate;
pub mod example;
pub mod example_depth;
pub mod flip;
pub mod json;
mod measure;
mod memory;
pub mod print;
pub mod profile;
pub mod proof;
pub mod readable;
pub mod reason;
mod reference;
pub mod relation;
pub mod sample;
mod stacks;
mod subjects;
mod template;
mod trace;
pub mod verdict;
mod ways;

pub use algebra::{
    AzimuthDefinition, BearingDefinition, CameraAxis, Comparison, DistanceDefinition, ExtentAxis, ExtentDefinition,
    Extreme, MovementDefinition, PanDefinition, Part, Predicate, Question, Term, Toward,
};
pub use answer::{Answer, Unit, outside_m};
pub use catalogue::{Filling, Fillings, Role, Stand, Task, catalogue, task};
pub use entity::{Entity, pixel_words, plainly};
pub use evaluate::{Known, evaluate, evaluate_knowing, prove, prove_knowing};
pub use example::example_scene;
pub use example_depth::{drawn_depths, with_drawn_depths};
pub use flip::{Flip, Sliding, least_flip};
pub use json::QuestionFault;
pub use memory::Memory;
pub use profile::{PrintRule, Profile, Resolve, profile, profiles};
pub use proof::{Operation, Proof, Step};
pub use reason::{Reason, ReasonCode};
pub use reference::means;
pub use sample::{Sampler, Telling, named_alone};
pub use scene::Draw;
pub use subjects::subjects;
pub use verdict::{Margin, Verdict};
