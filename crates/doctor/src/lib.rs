//! The convention doctor: is the data what it says it is?
//!
//! A scene states where cameras stood, how their pictures map to rays, how deep pixels are and where things stand. Each
//! of these can be given in a wrong convention. The doctor holds the statements against each other: it scores the
//! evidence as it stands and again under each known fault undone, and names the fault that explains the data.
//!
//! | file | subject |
//! |---|---|
//! | [`kind`] | the kinds of fault |
//! | [`picture`] | depth and instance images of the frames |
//! | `case` | what the doctor looks at: views, boxes, points, in a form that is quick to change |
//! | `evidence` | the scores: reprojection, rays, boxes, gravity, sizes |
//! | `size_table` | how large labelled things usually are (`data/sizes.toml`) |
//! | [`fix`] | what undoes a fault |
//! | `candidates` | every fix that is tried |
//! | `fit` | fixes whose numbers are estimated from the data |
//! | `decide` | which fix explains the data, and how sure that is |
//! | [`diagnosis`] | what is said |
//!
//! [`examine`] does it all; `docs/doctor.md` states each score and threshold.

mod candidates;
mod case;
mod decide;
pub mod diagnosis;
mod evidence;
mod fit;
pub mod fix;
pub mod kind;
pub mod picture;
mod size_table;

pub use decide::examine;
pub use diagnosis::{Diagnosis, Finding, KindReport, Score, Status};
pub use fix::{Fix, Part};
pub use kind::FaultKind;
pub use picture::{DoctorError, FramePictures, load_pictures};
