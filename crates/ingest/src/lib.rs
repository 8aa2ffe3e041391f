//! Readers of published layouts. Each turns a layout's files into scenes and reports what it read, converted,
//! merged and refused; nothing is dropped in silence and nothing is guessed.
//!
//! | file | subject |
//! |---|---|
//! | [`readers`] | the list of readers, from which the command's help derives |
//! | [`import`] | what a reader returns |
//! | [`report`] | what a reader did |
//! | [`error`] | why files could not be read: file, field, value, hint |
//! | [`vsi_bench`] | the 288 rooms of VSI-Bench (`ScanNet`, `ScanNet++`, `ARKitScenes`) |
//! | [`adt`], [`adt_names`] | an Aria Digital Twin recording; its instance names as words |
//! | [`adt_frames`] | its frames, rectified |
//! | [`iwer`], [`iwer_outline`] | headset-scanned rooms of the Immersive Web Emulation Runtime; floors from walls |
//! | [`canonical`] | our own `scene.json` files |
//! | [`ply`] | PLY files, read and written |
//! | [`up_axis`] | y up → z up |
//!
//! A malformed file (wrong type, missing field, number out of reach) ends in an error. A well-formed entry that
//! contradicts itself or is no object is left out and listed in the report with the reason.

pub mod adt;
pub mod adt_frames;
pub mod adt_names;
mod base64;
pub mod canonical;
pub mod error;
mod import;
pub mod iwer;
mod iwer_file;
pub mod iwer_outline;
mod json;
pub mod ply;
mod ply_header;
pub mod readers;
pub mod report;
mod table;
pub mod up_axis;
pub mod vsi_bench;

pub use error::IngestError;
pub use import::{Content, Import, Imported, SceneFile};
pub use readers::{READERS, Reader, reader};
pub use report::{Refusal, Report};
pub use scene;
