//! SpatialEvo's requests and responses, answered by the engine.
//!
//! | file | subject |
//! |---|---|
//! | [`mod@tasks`] | the sixteen task types, their names, fields and wordings (data in `data/tasks.toml`) |
//! | `request` | a request's fields, checked |
//! | `images` | which frame of a scene an image of a request is |
//! | `wording` | the question's text, read by the phrase book of its task type |
//! | `asked` | labels and text → one question |
//! | `even` | bands in which SpatialEvo calls two quantities the same |
//! | [`failure`] | error codes, failure stages, and which reason has which |
//! | `answer` | answers as SpatialEvo writes them |
//! | [`mod@validate`] | request → response |
//! | [`mod@summary`] | what a scene and its frames hold |
//!
//! Whatever the request, the answer is a response with SpatialEvo's keys; nothing here panics. Labels are resolved by
//! the engine, exactly or not at all. `docs/spatialevo.md` lists where the answers differ from SpatialEvo's, and why.

mod answer;
mod asked;
mod even;
pub mod failure;
mod images;
mod request;
pub mod summary;
pub mod tasks;
pub mod validate;
mod wording;

use scene::Scene;

pub use failure::{Code, Failure};
pub use summary::summary;
pub use tasks::{Mode, TaskType, data_fault, task_type, task_types};
pub use validate::{Settings, validate};

/// Version of the response format that is followed.
pub const RESPONSE_VERSION: &str = "1.2";

/// A scene with the hash of its canonical file.
#[derive(Debug, Clone, Copy)]
pub struct Opened<'s> {
    /// The scene.
    pub scene: &'s Scene,
    /// SHA-256 of its canonical file, lower-case hex.
    pub sha256: &'s str,
}
