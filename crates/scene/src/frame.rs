//! Frames: pictures of the scene with their cameras, poses, times and image files.

use geometry::{Camera, Mat3, RigidTransform};

use crate::{ObjectId, SceneError, Sighting};

/// Most frames a scene may hold.
pub const MAX_FRAMES: usize = 100_000;

/// One picture of the scene.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Name within the scene: letters, digits, `.`, `_`, `-`, not starting with `.`.
    pub name: String,
    /// When it was taken, seconds on the clock of the recording.
    pub time_s: Option<f64>,
    /// The camera that took it.
    pub camera: Camera,
    /// Where the camera stood.
    pub pose: Pose,
    /// Colours: PNG or JPEG of the camera's size.
    pub colour: Option<ImageFile>,
    /// Depth along the optical axis: 16-bit greyscale PNG of the camera's size, 0 where unknown.
    pub depth: Option<DepthFile>,
    /// Numbers of objects: greyscale PNG of 8 or 16 bits of the camera's size, 0 where there is none.
    pub instance: Option<ImageFile>,
    /// What it sees of each object, in ascending order of number; `None` where nobody has looked.
    pub sightings: Option<Vec<Sighting>>,
}

/// Where a camera stood. A pose that is not known is a state of its own, never the identity.
#[derive(Debug, Clone, PartialEq)]
pub enum Pose {
    /// `world_from_camera`: takes camera axes (x right, y down, z forward) to the world, metres.
    Known(RigidTransform),
    /// The source states none, or none that can be used.
    Missing {
        /// Why, in words: `"lost track"`, `"no pose within 50 ms"`.
        reason: String,
    },
}

/// An image file in the scene's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFile {
    /// Path relative to the scene's folder, `/` between its parts; never upwards or absolute.
    pub file: String,
    /// SHA-256 of the whole file, 64 lower-case hexadecimal digits; so images enter the hash of their scene.
    pub sha256: String,
}

/// A depth image in the scene's folder.
#[derive(Debug, Clone, PartialEq)]
pub struct DepthFile {
    /// The file.
    pub image: ImageFile,
    /// Metres that one step of the stored number stands for: 0.001 for millimetres.
    pub scale_m: f64,
}

impl Pose {
    /// The pose if it is known.
    pub fn world_from_camera(&self) -> Option<&RigidTransform> {
        match self {
            Self::Known(pose) => Some(pose),
            Self::Missing { .. } => None,
        }
    }
}

impl Frame {
    /// What it shows of an object; none where it shows nothing of it, or nobody has looked.
    pub fn sighting(&self, object: ObjectId) -> Option<&Sighting> {
        let sightings = self.sightings.as_ref()?;
        let at = sightings.binary_search_by_key(&object, |sighting| sighting.object).ok()?;
        sightings.get(at)
    }

    /// The frame of the image turned clockwise by quarter turns: camera and pose turned along. It has no images,
    /// since the files are not turned.
    #[must_use]
    pub fn turned(&self, quarters: u8) -> Self {
        let (camera, old_from_new) = self.camera.rotated(quarters);
        let pose = match &self.pose {
            Pose::Known(pose) => Pose::Known(turned_first(pose, old_from_new)),
            missing @ Pose::Missing { .. } => missing.clone(),
        };
        Self { camera, pose, colour: None, depth: None, instance: None, sightings: None, ..self.clone() }
    }

    /// Every image file with the name of its field.
    pub fn images(&self) -> impl Iterator<Item = (&'static str, &ImageFile)> {
        let depth = self.depth.as_ref().map(|depth| &depth.image);
        let named = [("colour", self.colour.as_ref()), ("depth", depth), ("instance", self.instance.as_ref())];
        named.into_iter().filter_map(|(field, image)| Some((field, image?)))
    }

    /// The first fault, if there is one.
    pub(crate) fn check(&self) -> Result<(), SceneError> {
        let fault = |field: &'static str, value: String, expected: &'static str| {
            Err(SceneError::Frame { field: format!("frames[{}].{field}", self.name), value, expected })
        };
        if !is_name(&self.name) {
            return fault(
                "name",
                self.name.clone(),
                "1 to 100 letters, digits, '.', '_' or '-', not starting with '.'",
            );
        }
        if let Some(time) = self.time_s
            && !(-1e12..=1e12).contains(&time)
        {
            return fault("time_s", time.to_string(), "a number of at most 1e12 in size");
        }
        if let Some(depth) = &self.depth
            && !(1e-6..=1.0).contains(&depth.scale_m)
        {
            return fault("depth.scale_m", depth.scale_m.to_string(), "1e-6 to 1 metre");
        }
        if let Pose::Missing { reason } = &self.pose
            && reason.len() > 200
        {
            return fault("pose.missing.reason", reason.clone(), "at most 200 bytes");
        }
        for (field, image) in self.images() {
            if !stays_inside(&image.file) {
                return fault(field, image.file.clone(), "a path inside the scene's folder");
            }
            let digit = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
            if image.sha256.len() != 64 || !image.sha256.bytes().all(digit) {
                return fault(field, image.sha256.clone(), "a SHA-256 of 64 lower-case hexadecimal digits");
            }
        }
        Ok(())
    }
}

/// Whether this may be the name of a frame.
pub fn is_name(name: &str) -> bool {
    crate::scene::names_a_file(name)
}

/// `pose` after a rotation. Both are rotations, so that their product is one up to rounding.
fn turned_first(pose: &RigidTransform, old_from_new: Mat3) -> RigidTransform {
    RigidTransform::new(old_from_new, geometry::Vec3::ZERO).map_or(*pose, |turn| pose.after(&turn))
}

/// Whether a path is relative, goes nowhere upwards and means the same on every system.
fn stays_inside(path: &str) -> bool {
    let part = |part: &str| !matches!(part, "" | "." | "..");
    path.len() <= 200
        && path.split('/').all(part)
        && !path.contains(|c: char| matches!(c, '\\' | ':') || c.is_control())
}
