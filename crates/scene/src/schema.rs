//! The shape of a `scene.json`: serde structs from which reading, writing and the JSON Schema derive.
//!
//! Field order here is the order in the canonical text. Units stand in the names; every unknown field is refused.

use std::collections::BTreeMap;

use geometry::{Camera, CameraError, Distortion, Mat3, OrientedBox, Polygon, RigidTransform, Vec2, Vec3};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{DepthFile, Frame, ImageFile, NoiseModel, Pose, Provenance, Sighting};

/// What the `format` field says.
pub const FORMAT: &str = "isovist-scene";
/// What the `version` field says.
pub const VERSION: u32 = 1;
/// The file of points beside a scene that has them.
pub const POINTS_FILE: &str = "points.npy";

/// A whole scene file.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Isovist scene")]
pub(crate) struct SceneFile {
    /// Always `"isovist-scene"`.
    pub(crate) format: String,
    /// Always 1.
    pub(crate) version: u32,
    /// Name of the scene: 1 to 100 letters, digits, `.`, `_`, `-`, not starting with `.`.
    pub(crate) id: String,
    /// Where the scene comes from, under which terms.
    pub(crate) source: Provenance,
    /// Standard deviations of the annotation.
    pub(crate) noise: NoiseModel,
    /// The room around the objects; every part may be missing.
    pub(crate) room: RoomFile,
    /// How many objects of a label the source says there are, where it says so apart from the boxes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "each_key_once")]
    pub(crate) declared_counts: BTreeMap<String, u32>,
    /// The labelled objects, in ascending order of `id`.
    pub(crate) objects: Vec<ObjectFile>,
    /// Pictures of the scene, in the order of their sequence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) frames: Vec<FrameFile>,
    /// Points of the scan in a file beside this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) points: Option<PointsFile>,
}

/// The room: outline, heights, declared area.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoomFile {
    /// Outline of the floor, world xy, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) floor: Option<FloorFile>,
    /// World z of the floor, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) floor_height_m: Option<f64>,
    /// World z of the ceiling, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ceiling_height_m: Option<f64>,
    /// Floor area that the source states without an outline, square metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) declared_area_m2: Option<f64>,
    /// Centre of the room as the source states it, world frame, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) centre_m: Option<[f64; 3]>,
}

/// A simple polygon with holes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FloorFile {
    /// Vertices of the outline, world xy, metres; counter-clockwise in the canonical text.
    pub(crate) exterior: Vec<[f64; 2]>,
    /// Vertices of each hole, world xy, metres; clockwise in the canonical text.
    pub(crate) holes: Vec<Vec<[f64; 2]>>,
}

/// One labelled object.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObjectFile {
    /// Number, unique within the scene.
    pub(crate) id: u32,
    /// Class label, lower case.
    pub(crate) label: String,
    /// Further names of this very instance, lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) names: Vec<String>,
    /// Oriented box around it.
    #[serde(rename = "box")]
    pub(crate) bounds: BoxFile,
    /// Unit vector its front faces, world frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) front: Option<[f64; 3]>,
}

/// An oriented box, as scene files hold it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoxFile {
    /// Centre, world frame, metres.
    pub centre_m: [f64; 3],
    /// Full extents along the box axes, metres.
    pub extent_m: [f64; 3],
    /// The box axes, one unit vector of the world frame a row; a proper rotation.
    pub axes: [[f64; 3]; 3],
}

/// The file of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointsFile {
    /// Always `"points.npy"`: little-endian `f32`, shape (count, 3), world frame, metres.
    pub(crate) file: String,
    /// Number of points.
    pub(crate) count: u64,
    /// SHA-256 of the whole file, 64 lower-case hexadecimal digits.
    pub(crate) sha256: String,
}

/// One picture: camera, pose, time and image files.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrameFile {
    /// Name within the scene: letters, digits, `.`, `_`, `-`, not starting with `.`.
    pub(crate) name: String,
    /// When it was taken, seconds on the clock of the recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) time_s: Option<f64>,
    /// The camera.
    pub(crate) camera: CameraFile,
    /// Where the camera stood, or that nobody knows.
    pub(crate) pose: PoseFile,
    /// Colours: PNG or JPEG of the camera's size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) colour: Option<ImageEntry>,
    /// Depth along the optical axis: 16-bit greyscale PNG of the camera's size, 0 where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) depth: Option<DepthEntry>,
    /// Numbers of objects: greyscale PNG of 8 or 16 bits of the camera's size, 0 where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) instance: Option<ImageEntry>,
    /// What it sees of each object, in ascending order of number; left out where nobody has looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sightings: Option<Vec<Sighting>>,
}

/// A camera: x right, y down, z forward; the centre of the top-left pixel is (0.5, 0.5).
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CameraFile {
    /// Width of the image, pixels.
    pub(crate) width_px: u32,
    /// Height of the image, pixels.
    pub(crate) height_px: u32,
    /// Focal lengths (fx, fy), pixels.
    pub(crate) focal_px: [f64; 2],
    /// Principal point (cx, cy), pixels.
    pub(crate) centre_px: [f64; 2],
    /// The lens; a pinhole where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) distortion: Option<DistortionFile>,
}

/// A lens, as `OpenCV` defines it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum DistortionFile {
    /// Brown–Conrady with the rational radial part.
    BrownConrady {
        /// k1 to k6; zero where a calibration has fewer.
        k: [f64; 6],
        /// p1, p2.
        p: [f64; 2],
    },
    /// Kannala–Brandt fisheye.
    KannalaBrandt {
        /// k1 to k4.
        k: [f64; 4],
    },
}

/// Where a camera stood.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum PoseFile {
    /// The pose, camera to world.
    Known {
        /// Place of the camera, world frame, metres.
        position_m: [f64; 3],
        /// The camera's x (right), y (down) and z (forward), one unit vector of the world frame a row; a proper
        /// rotation.
        axes: [[f64; 3]; 3],
    },
    /// The source states none, or none that can be used.
    Missing {
        /// Why, in words.
        reason: String,
    },
}

/// An image file in the scene's folder.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImageEntry {
    /// Path relative to the scene's folder, `/` between its parts; never upwards or absolute.
    pub(crate) file: String,
    /// SHA-256 of the whole file, 64 lower-case hexadecimal digits.
    pub(crate) sha256: String,
}

/// A depth image in the scene's folder.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DepthEntry {
    /// Path relative to the scene's folder, `/` between its parts; never upwards or absolute.
    pub(crate) file: String,
    /// Metres that one step of the stored number stands for: 0.001 for millimetres.
    pub(crate) scale_m: f64,
    /// SHA-256 of the whole file, 64 lower-case hexadecimal digits.
    pub(crate) sha256: String,
}

impl CameraFile {
    fn of(camera: &Camera) -> Self {
        let distortion = match camera.distortion() {
            Distortion::None => None,
            Distortion::BrownConrady { k, p } => Some(DistortionFile::BrownConrady { k, p }),
            Distortion::KannalaBrandt { k } => Some(DistortionFile::KannalaBrandt { k }),
        };
        Self {
            width_px: camera.width_px(),
            height_px: camera.height_px(),
            focal_px: camera.focal_px().to_array(),
            centre_px: camera.centre_px().to_array(),
            distortion,
        }
    }

    fn build(&self) -> Result<Camera, CameraError> {
        let distortion = match self.distortion {
            None => Distortion::None,
            Some(DistortionFile::BrownConrady { k, p }) => Distortion::BrownConrady { k, p },
            Some(DistortionFile::KannalaBrandt { k }) => Distortion::KannalaBrandt { k },
        };
        let [focal, centre] = [self.focal_px, self.centre_px].map(Vec2::from_array);
        Camera::new(self.width_px, self.height_px, focal, centre, distortion)
    }
}

impl FrameFile {
    pub(crate) fn of(frame: &Frame) -> Self {
        let pose = match &frame.pose {
            Pose::Known(pose) => {
                PoseFile::Known { position_m: pose.translation().to_array(), axes: pose.rotation().to_cols_array_2d() }
            }
            Pose::Missing { reason } => PoseFile::Missing { reason: reason.clone() },
        };
        let entry = |image: &ImageFile| ImageEntry { file: image.file.clone(), sha256: image.sha256.clone() };
        Self {
            name: frame.name.clone(),
            time_s: frame.time_s,
            camera: CameraFile::of(&frame.camera),
            pose,
            colour: frame.colour.as_ref().map(entry),
            depth: frame.depth.as_ref().map(|depth| DepthEntry {
                file: depth.image.file.clone(),
                scale_m: depth.scale_m,
                sha256: depth.image.sha256.clone(),
            }),
            instance: frame.instance.as_ref().map(entry),
            sightings: frame.sightings.clone(),
        }
    }

    /// The frame, or the faulty field and what is wrong with it.
    pub(crate) fn build(self) -> Result<Frame, (&'static str, String)> {
        let image = |entry: ImageEntry| ImageFile { file: entry.file, sha256: entry.sha256 };
        let pose = match self.pose {
            PoseFile::Known { position_m, axes } => {
                let pose = RigidTransform::new(Mat3::from_cols_array_2d(&axes), Vec3::from_array(position_m));
                Pose::Known(pose.map_err(|e| ("pose", e.to_string()))?)
            }
            PoseFile::Missing { reason } => Pose::Missing { reason },
        };
        Ok(Frame {
            name: self.name,
            time_s: self.time_s,
            camera: self.camera.build().map_err(|e| ("camera", e.to_string()))?,
            pose,
            colour: self.colour.map(image),
            depth: self.depth.map(|entry| DepthFile {
                image: ImageFile { file: entry.file, sha256: entry.sha256 },
                scale_m: entry.scale_m,
            }),
            instance: self.instance.map(image),
            sightings: self.sightings,
        })
    }
}

impl BoxFile {
    pub(crate) fn of(bounds: &OrientedBox) -> Self {
        Self {
            centre_m: bounds.centre().to_array(),
            extent_m: bounds.extents().to_array(),
            axes: bounds.axes().to_cols_array_2d(),
        }
    }

    /// The box, if its numbers are those of one.
    pub fn build(&self) -> Result<OrientedBox, geometry::BoxError> {
        let axes = Mat3::from_cols_array_2d(&self.axes);
        // Halving is exact for every extent that a scene may hold.
        OrientedBox::new(Vec3::from_array(self.centre_m), Vec3::from_array(self.extent_m) / 2.0, axes)
    }
}

impl FloorFile {
    pub(crate) fn of(floor: &Polygon) -> Self {
        let ring = |ring: &[Vec2]| ring.iter().map(Vec2::to_array).collect();
        Self { exterior: ring(floor.exterior()), holes: floor.holes().iter().map(|hole| ring(hole)).collect() }
    }

    pub(crate) fn build(&self) -> Result<Polygon, geometry::PolygonError> {
        let ring = |ring: &[[f64; 2]]| ring.iter().copied().map(Vec2::from_array).collect::<Vec<_>>();
        Polygon::new(&ring(&self.exterior), &self.holes.iter().map(|hole| ring(hole)).collect::<Vec<_>>())
    }
}

/// The JSON Schema (draft 2020-12) of a scene file.
pub fn scene_schema() -> schemars::Schema {
    schemars::schema_for!(SceneFile)
}

/// A map whose keys may not repeat: JSON allows it, and the last would silently win.
fn each_key_once<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, u32>, D::Error> {
    struct Once;
    impl<'de> de::Visitor<'de> for Once {
        type Value = BTreeMap<String, u32>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a map from label to count")
        }

        fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut counts = BTreeMap::new();
            while let Some((label, count)) = map.next_entry::<String, u32>()? {
                if counts.insert(label.clone(), count).is_some() {
                    return Err(de::Error::custom(format_args!("label {label:?} stands twice")));
                }
            }
            Ok(counts)
        }
    }
    deserializer.deserialize_map(Once)
}
