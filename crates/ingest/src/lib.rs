//! Readers of published layouts. Each turns a layout's files into scenes and reports what it read, converted,
//! merged and refused; nothing is dropped in silence and nothing is guessed.
//!
//! | file | subject |
//! |---|---|
//! | [`readers`] | the list of readers, from which the command's help derives |
//! | `import` | what a reader returns |
//! | [`report`] | what a reader did |
//! | [`error`] | why files could not be read: file, field, value, hint |
//! | [`vsi_bench`] | the 288 rooms of VSI-Bench (`ScanNet`, `ScanNet++`, `ARKitScenes`) |
//! | [`adt`], [`adt_names`] | an Aria Digital Twin recording; its instance names as words |
//! | [`adt_frames`] | its frames, rectified |
//! | [`iwer`], [`iwer_outline`] | headset-scanned rooms of the Immersive Web Emulation Runtime; floors from walls |
//! | [`scannet`], `scannet_files`, `scannet_labels`, `scannet_objects`, `scannet_frames`, `sens` | one `ScanNet` scan |
//! | [`tum_rgbd`], `tum_held` | a sequence of the TUM RGB-D benchmark |
//! | [`rgbd`], [`rgbd_arrays`], [`rgbd_point_map`], `trajectory_log`, `npy` | plain folders of pictures with depth |
//! | [`options`] | what a person may say about a layout that its files do not |
//! | `frame_maker`, `calibration`, `whole_image` | frames of images: one camera each, whole files |
//! | `pose`, `numbers` | poses and other numbers of text files |
//! | [`arkitscenes`], `arkitscenes_write` | videos of `ARKitScenes` |
//! | [`canonical`] | our own `scene.json` files |
//! | [`colmap`], `colmap_file` | a model of COLMAP |
//! | [`gs_reasoner`] | the processed layout of `GS-Reasoner` |
//! | [`hispatial`] | shards of `HiSpatial` |
//! | [`ply`], `ply_header` | PLY files, read and written |
//! | [`writers`], `scannet_write` | the list of writers; a scene as a scan of `ScanNet` |
//! | [`scannetpp`], `scannetpp_write`, `nerfstudio` | rooms of `ScanNet++` |
//! | [`spatialevo`], `spatialevo_write` | the unified layout of `SpatialEvo` |
//! | `folders`, `obb`, `turned`, `layout_files` | what several layouts share: folders, boxes, turned images, written files |
//! | `scan` | the vertices behind a scene's objects, for what frames see of them |
//! | [`up_axis`] | y up → z up |
//!
//! A malformed file (wrong type, missing field, number out of reach) ends in an error. A well-formed entry that
//! contradicts itself or is no object is left out and listed in the report with the reason.

pub mod adt;
pub mod adt_frames;
pub mod adt_names;
pub mod arkitscenes;
mod arkitscenes_write;
mod base64;
mod calibration;
pub mod canonical;
pub mod colmap;
mod colmap_file;
pub mod error;
mod folder_id;
mod folders;
mod frame_maker;
pub mod gs_reasoner;
pub mod hispatial;
mod import;
pub mod iwer;
mod iwer_file;
pub mod iwer_outline;
mod json;
mod layout_files;
mod nerfstudio;
pub mod npy;
mod numbers;
mod obb;
pub mod options;
pub mod ply;
mod ply_header;
mod pose;
pub mod readers;
pub mod report;
pub mod rgbd;
pub mod rgbd_arrays;
pub mod rgbd_point_map;
mod scan;
pub mod scannet;
mod scannet_files;
mod scannet_frames;
mod scannet_labels;
mod scannet_objects;
mod scannet_write;
pub mod scannetpp;
mod scannetpp_write;
mod sens;
pub mod spatialevo;
mod spatialevo_write;
mod table;
mod trajectory_log;
mod tum_held;
pub mod tum_rgbd;
mod turned;
pub mod up_axis;
pub mod vsi_bench;
mod whole_image;
pub mod writers;

pub use error::IngestError;
pub use import::{Content, Import, Imported, SceneFile};
pub use options::{Options, Up};
pub use readers::{READERS, Reader, reader};
pub use report::{Refusal, Report};
pub use scene;
pub use writers::{WRITERS, Writer, writer};
