//! The sightings of a scene's frames: in parallel, and kept beside the scene.

use std::path::Path;

use rayon::prelude::*;
use scene::{Frame, Pose, Scene, disk, geometry::CameraError, scene_sha256};
use serde::{Deserialize, Serialize};

use crate::{
    Body, ImageError, Options, Sensors, Shape, Sighting, depth_image, instance_image,
    sighting::{Scratch, sightings_with},
};

/// The file beside a scene that keeps its sightings.
pub const SIGHTINGS_FILE: &str = "sightings.json";

/// Raised when the same scene would get other sightings, so that kept ones are taken anew.
const RENDER_VERSION: u32 = 1;

const FORMAT: &str = "isovist-sightings";

/// What one frame sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameSightings {
    /// Name of the frame.
    pub frame: String,
    /// Why nothing is known: the pose is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_pose: Option<String>,
    /// What it sees of each object whose projection meets the image, in ascending order of number.
    pub sightings: Vec<Sighting>,
}

/// Why sightings could not be taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// An image of a frame cannot be used.
    #[error("frame {frame:?}: {source}")]
    Image {
        /// Name of the frame.
        frame: String,
        /// File and fault.
        source: Box<ImageError>,
    },
    /// A frame's camera cannot be sampled so finely.
    #[error("frame {frame:?}: {source} (hint: take fewer samples a pixel)")]
    Camera {
        /// Name of the frame.
        frame: String,
        /// Field and value.
        source: CameraError,
    },
    /// The kept sightings cannot be written.
    #[error(transparent)]
    File(#[from] scene::FileError),
}

/// What is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    format: String,
    /// SHA-256 over what the sightings depend on.
    key: String,
    frames: Vec<FrameSightings>,
}

/// The bodies of a scene without meshes: the box of each object.
pub fn scene_bodies(scene: &Scene) -> Vec<Body<'_>> {
    let body = |object: &'_ scene::Object| object.id.0;
    let objects = scene.objects().iter();
    objects.map(|object| Body { id: body(object), colour: [200; 3], shape: Shape::Box(&object.bounds) }).collect()
}

/// What one frame of the scene in `scene_dir` sees of each object.
pub fn frame_sightings(
    scene: &Scene,
    scene_dir: &Path,
    frame: &Frame,
    options: &Options,
) -> Result<FrameSightings, RenderError> {
    one(&mut Scratch::default(), &scene_bodies(scene), scene_dir, frame, options)
}

/// What every frame of the scene in `scene_dir` sees, in the order of the frames.
pub fn scene_sightings(scene: &Scene, scene_dir: &Path, options: &Options) -> Result<Vec<FrameSightings>, RenderError> {
    let bodies = scene_bodies(scene);
    let frames = scene.frames().par_iter();
    frames.map_init(Scratch::default, |scratch, frame| one(scratch, &bodies, scene_dir, frame, options)).collect()
}

/// As [`scene_sightings`], kept in [`SIGHTINGS_FILE`] beside the scene.
///
/// They are taken from there if scene, options and this program's way to take them are the same; the images of the
/// frames are part of the scene through their hashes and are then not opened. A file that does not fit is replaced.
pub fn scene_sightings_kept(
    scene: &Scene,
    scene_dir: &Path,
    options: &Options,
) -> Result<Vec<FrameSightings>, RenderError> {
    let file = scene_dir.join(SIGHTINGS_FILE);
    let basis = format!("{RENDER_VERSION}\n{}\n{options:?}\n", scene_sha256(scene));
    let key = disk::sha256_hex(basis.as_bytes());
    if let Ok(text) = disk::read_text(&file)
        && let Ok(kept) = serde_json::from_str::<Kept>(&text)
        && kept.format == FORMAT
        && kept.key == key
    {
        return Ok(kept.frames);
    }
    let kept = Kept { format: FORMAT.to_owned(), key, frames: scene_sightings(scene, scene_dir, options)? };
    // Names are strings and numbers finite, so that serialising cannot fail.
    let text = serde_json::to_string(&kept).unwrap_or_default();
    disk::replace(&file, text.as_bytes())?;
    Ok(kept.frames)
}

fn one(
    scratch: &mut Scratch,
    bodies: &[Body<'_>],
    scene_dir: &Path,
    frame: &Frame,
    options: &Options,
) -> Result<FrameSightings, RenderError> {
    let pose = match &frame.pose {
        Pose::Known(pose) => pose,
        Pose::Missing { reason } => {
            let missing_pose = Some(reason.clone());
            return Ok(FrameSightings { frame: frame.name.clone(), missing_pose, sightings: Vec::new() });
        }
    };
    let image = |source| RenderError::Image { frame: frame.name.clone(), source: Box::new(source) };
    let depth = if options.depth { depth_image(scene_dir, frame).map_err(image)? } else { None };
    let instances = if options.instances { instance_image(scene_dir, frame).map_err(image)? } else { None };
    let sensors = Sensors { depth_m: depth.as_ref(), instances: instances.as_ref() };
    let sightings = sightings_with(scratch, bodies, &frame.camera, pose, sensors, options)
        .map_err(|source| RenderError::Camera { frame: frame.name.clone(), source })?;
    Ok(FrameSightings { frame: frame.name.clone(), missing_pose: None, sightings })
}
