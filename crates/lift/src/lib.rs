//! Lifting: from a picture with depth and masks to a scene with oriented boxes.
//!
//! | file | subject |
//! |---|---|
//! | [`picture`] | depth or a point map, intrinsics, colours; filters of pictures |
//! | [`mask`] | which pixels belong to what: id images, COCO, boxes |
//! | `coco` | COCO's run lengths and polygons |
//! | `tree` | nearest neighbours |
//! | [`cloud`] | outliers, voxels, clusters |
//! | [`floor`] | the floor, and with it gravity |
//! | [`upright`] | the upright box around points, and how sure it is |
//! | [`single`] | one picture to a scene |
//! | [`fuse`] | what stands on the floor, from many posed pictures |
//!
//! The recipe is that of `SpatialRGPT`'s data pipeline, which `HiSpatial` follows; [`Recipe`] holds its numbers.

pub mod cloud;
mod coco;
mod error;
pub mod floor;
pub mod fuse;
pub mod mask;
pub mod picture;
pub mod single;
mod tree;
pub mod upright;

pub use cloud::Recipe;
pub use error::LiftError;
pub use floor::Floor;
pub use fuse::{BoxNumbers, FrameBox, Fused, Posed, above_floor};
pub use mask::{Labels, Mask, masks_from};
pub use picture::{DepthNoise, Picture};
pub use single::{Gravity, Lifted, LiftedObject, Refused, lift_picture};
pub use upright::{BoxError, UprightBox, upright_box};
