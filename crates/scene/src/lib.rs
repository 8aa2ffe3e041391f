//! The scene: everything known about one place.
//!
//! | file | subject |
//! |---|---|
//! | [`object`] | a labelled instance: oriented box, names, optional front |
//! | [`room`] | floor polygon, floor height, declared area |
//! | [`noise`] | how far the annotation may be from the place: standard deviations |
//! | [`provenance`] | where the scene comes from, under which terms, what was converted |
//! | [`label`] | label table: aliases, plurals, kinds of (data in `data/labels.toml`) |
//! | [`index`] | phrase → objects, exact and wide, built once per scene |
//! | [`scene`] | the whole, validated |
//!
//! World coordinates are metres, right-handed, z up.

pub mod index;
pub mod label;
pub mod noise;
pub mod object;
pub mod provenance;
pub mod room;
pub mod scene;

pub use geometry;
pub use index::{Class, ClassMiss};
pub use label::{LabelTable, normalise};
pub use noise::NoiseModel;
pub use object::{Object, ObjectId};
pub use provenance::Provenance;
pub use room::Room;
pub use scene::{Scene, SceneError, SceneParts};
