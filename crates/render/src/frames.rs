//! The sightings of a scene's frames: in parallel.

use std::{collections::BTreeSet, path::Path};

use rayon::prelude::*;
use scene::{
    Frame, Object, ObjectId, Pose, Scene, Sighting,
    geometry::{Camera, CameraError, RigidTransform},
};
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
    bodies(scene.objects())
}

fn bodies(objects: &[Object]) -> Vec<Body<'_>> {
    let objects = objects.iter();
    objects.map(|object| Body { id: object.id.0, colour: [200; 3], shape: Shape::Box(&object.bounds) }).collect()
}

/// What frames are asked about: objects, seen by the points of a scan where it holds some of them, else by their boxes.
#[derive(Debug)]
pub struct Subjects<'a> {
    bodies: Vec<Body<'a>>,
    scan: Option<&'a Cloud>,
    /// Whether some object is in no scan.
    is_boxed: bool,
    scanned: BTreeSet<ObjectId>,
}

/// Memory that is used again from frame to frame; for [`Subjects::seen`].
#[derive(Debug, Default)]
pub struct Memory {
    of_boxes: Scratch,
    of_scan: CloudScratch,
}

impl<'a> Subjects<'a> {
    /// These objects and this scan of them.
    pub fn new(objects: &'a [Object], scan: Option<&'a Cloud>) -> Self {
        let scanned: BTreeSet<ObjectId> = scan.iter().flat_map(|scan| scan.objects()).collect();
        let is_boxed = objects.iter().any(|object| !scanned.contains(&object.id));
        Self { bodies: bodies(objects), scan, is_boxed, scanned }
    }

    /// What a camera at a pose (`world_from_camera`) sees of each object, in ascending order of number.
    pub fn seen(
        &self,
        Memory { of_boxes, of_scan }: &mut Memory,
        camera: &Camera,
        world_from_camera: &RigidTransform,
        sensors: Sensors<'_>,
        options: &Options,
    ) -> Result<Vec<Sighting>, CameraError> {
        let scanned = self.scan.map(|scan| scan.sightings_with(of_scan, camera, world_from_camera, sensors, options));
        let mut sightings = scanned.unwrap_or_default();
        if self.is_boxed {
            let boxed = sightings_with(of_boxes, &self.bodies, camera, world_from_camera, sensors, options)?;
            sightings.extend(boxed.into_iter().filter(|seen| !self.scanned.contains(&seen.object)));
            sightings.sort_by_key(|seen| seen.object);
        }
        Ok(sightings)
    }
}

/// What one frame of the scene in `scene_dir` sees of each object.
pub fn frame_sightings(
    scene: &Scene,
    scene_dir: &Path,
    frame: &Frame,
    options: &Options,
) -> Result<FrameSightings, RenderError> {
    one(&mut Memory::default(), &Subjects::new(scene.objects(), None), scene_dir, frame, options)
}

/// What every frame of the scene in `scene_dir` sees, in the order of the frames.
pub fn scene_sightings(scene: &Scene, scene_dir: &Path, options: &Options) -> Result<Vec<FrameSightings>, RenderError> {
    let subjects = Subjects::new(scene.objects(), None);
    let frames = scene.frames().par_iter();
    frames.map_init(Memory::default, |memory, frame| one(memory, &subjects, scene_dir, frame, options)).collect()
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
    let subjects = Subjects::new(scene.objects(), scan);
    let open = |frame: &&Frame| frame.sightings.is_none() && frame.pose.world_from_camera().is_some();
    let todo: Vec<&Frame> = scene.frames().iter().filter(open).collect();
    let look = |memory: &mut Memory, frame: &&Frame| one(memory, &subjects, scene_dir, frame, options);
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

fn one(
    memory: &mut Memory,
    subjects: &Subjects<'_>,
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
    let camera = |source| RenderError::Camera { frame: frame.name.clone(), source };
    let sightings = subjects.seen(memory, &frame.camera, pose, sensors, options).map_err(camera)?;
    Ok(FrameSightings { frame: frame.name.clone(), missing_pose: None, sightings })
}
