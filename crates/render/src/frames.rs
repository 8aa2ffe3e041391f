//! The sightings of a scene's frames: in parallel.

use std::{collections::BTreeSet, path::Path};

use rayon::prelude::*;
use scene::{Frame, ObjectId, Pose, Scene, Sighting, geometry::CameraError};
use serde::{Deserialize, Serialize};

use crate::{
    Body, Cloud, CloudScratch, ImageError, Options, Sensors, Shape, depth_image, instance_image,
    sighting::{Scratch, sightings_with},
};

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
    /// The sightings are none that a scene may hold.
    #[error(transparent)]
    Scene(#[from] scene::SceneError),
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
    one(&mut Memory::default(), &scene_bodies(scene), None, scene_dir, frame, options)
}

/// What every frame of the scene in `scene_dir` sees, in the order of the frames.
pub fn scene_sightings(scene: &Scene, scene_dir: &Path, options: &Options) -> Result<Vec<FrameSightings>, RenderError> {
    let bodies = scene_bodies(scene);
    let frames = scene.frames().par_iter();
    frames.map_init(Memory::default, |scratch, frame| one(scratch, &bodies, None, scene_dir, frame, options)).collect()
}

/// The scene with the sightings of every frame whose pose is known and that has none yet, rounded as scene files hold
/// them; its images lie in `scene_dir`. Whether they are still those that the scene names is told by their hashes.
pub fn sighted(scene: &Scene, scene_dir: &Path, options: &Options) -> Result<Scene, RenderError> {
    sighted_by(scene, scene_dir, None, options)
}

/// As [`sighted`]; the objects that a scan holds are seen by its points, the others by their boxes.
pub fn sighted_by(
    scene: &Scene,
    scene_dir: &Path,
    scan: Option<&Cloud>,
    options: &Options,
) -> Result<Scene, RenderError> {
    let bodies = scene_bodies(scene);
    let scanned: BTreeSet<ObjectId> = scan.iter().flat_map(|scan| scan.objects()).collect();
    let scan = scan.map(|scan| (scan, &scanned));
    let open = |frame: &&Frame| frame.sightings.is_none() && frame.pose.world_from_camera().is_some();
    let todo: Vec<&Frame> = scene.frames().iter().filter(open).collect();
    let look = |scratch: &mut Memory, frame: &&Frame| one(scratch, &bodies, scan, scene_dir, frame, options);
    let seen: Vec<FrameSightings> =
        todo.par_iter().map_init(Memory::default, look).collect::<Result<_, RenderError>>()?;
    let mut parts = scene.clone().into_parts();
    for seen in seen {
        if let Some(frame) = parts.frames.iter_mut().find(|frame| frame.name == seen.frame) {
            frame.sightings = Some(seen.sightings.into_iter().map(Sighting::rounded).collect());
        }
    }
    Ok(Scene::new(parts)?.with_images(scene.images().clone()))
}

/// Memory that is used again from frame to frame.
type Memory = (Scratch, CloudScratch);

fn one(
    (scratch, of_scan): &mut Memory,
    bodies: &[Body<'_>],
    scan: Option<(&Cloud, &BTreeSet<ObjectId>)>,
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
    let mut sightings = Vec::new();
    if let Some((scan, _)) = scan {
        sightings = scan.sightings_with(of_scan, &frame.camera, pose, sensors, options);
    }
    let is_boxed = |id: ObjectId| scan.is_none_or(|(_, scanned)| !scanned.contains(&id));
    if bodies.iter().any(|body| is_boxed(ObjectId(body.id))) {
        let boxed = sightings_with(scratch, bodies, &frame.camera, pose, sensors, options)
            .map_err(|source| RenderError::Camera { frame: frame.name.clone(), source })?;
        sightings.extend(boxed.into_iter().filter(|seen| is_boxed(seen.object)));
        sightings.sort_by_key(|seen| seen.object);
    }
    Ok(FrameSightings { frame: frame.name.clone(), missing_pose: None, sightings })
}
