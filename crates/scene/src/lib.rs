//! The scene: everything known about one place.
//!
//! | file | subject |
//! |---|---|
//! | [`object`] | a labelled instance: oriented box, names, optional front |
//! | [`frame`] | a picture: camera, pose, time, image files |
//! | [`sighting`] | what a frame sees of each object |
//! | [`mod@region`] | parts of a home known by what stands in them (data in `data/regions.toml`) |
//! | [`surface`] | things with a flat top (data in `data/surfaces.toml`) |
//! | [`room`] | floor polygon, floor height, declared area |
//! | [`noise`] | how far the annotation may be from the place: standard deviations |
//! | [`provenance`] | where the scene comes from, under which terms, what was converted |
//! | [`label`] | label table: aliases, plurals, kinds of (data in `data/labels.toml`) |
//! | [`index`] | phrase → objects, exact and wide, built once per scene |
//! | [`scene`] | the whole, validated |
//! | [`mod@file`] | the canonical `scene.json`: reading, writing, hashing |
//! | [`disk`] | files read within limits and written whole |
//! | [`whole`] | files written whole or not at all, hashed as they grow |
//! | [`file_error`] | why a file is no scene |
//! | [`schema`] | the shape of that file and its JSON Schema |
//! | [`image`] | PNG files read within limits and written |
//! | [`depth`] | the depths of a frame, read when asked for |
//! | [`mod@description`] | how one of several things of a kind is told from the others (data in `data/references.toml`) |
//! | [`edit`] | changes that make another scene of a scene |
//! | [`draw`] | counter-based random streams |
//! | [`pack`] | many scenes in one file, each opened alone |
//! | [`mod@open`] | a scene by what a person types: a built-in name or a path |
//! | [`builtin`] | the scenes in the binary: a kitchen and the 288 rooms of VSI-Bench |
//!
//! World coordinates are metres, right-handed, z up.

pub mod builtin;
pub mod depth;
pub mod description;
pub mod disk;
pub mod draw;
pub mod edit;
pub mod file;
pub mod file_error;
pub mod frame;
pub mod image;
pub mod index;
pub mod json;
pub mod label;
pub mod noise;
mod npy;
pub mod object;
pub mod open;
pub mod pack;
pub mod provenance;
pub mod region;
pub mod room;
pub mod scene;
pub mod schema;
pub mod sighting;
pub mod surface;
pub mod whole;

pub use depth::{DepthError, Depths, Images};
pub use description::{Description, MOST_RANK, Manner, manners};
pub use draw::Draw;
pub use edit::Move;
pub use file::{parse_scene, read_scene, scene_sha256, scene_text, write_scene};
pub use file_error::FileError;
pub use frame::{DepthFile, Frame, ImageFile, Pose};
pub use geometry;
pub use index::{Class, ClassMiss};
pub use label::{LabelTable, normalise};
pub use noise::NoiseModel;
pub use object::{Object, ObjectId};
pub use open::{OpenError, open_scene};
pub use pack::{Pack, PackError, read_pack, write_pack};
pub use provenance::Provenance;
pub use region::{Region, region, regions};
pub use room::Room;
pub use scene::{Scene, SceneError, SceneParts};
pub use schema::{BoxFile, scene_schema};
pub use sighting::{LEAST_VISIBLE, Occluder, Shown, Sighting};
pub use surface::{has_flat_top, is_seat};
pub use whole::{Digest, Whole};
