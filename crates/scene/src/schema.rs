//! The shape of a `scene.json`: serde structs from which reading, writing and the JSON Schema derive.
//!
//! Field order here is the order in the canonical text. Units stand in the names; every unknown field is refused.

use std::collections::BTreeMap;

use geometry::{Mat3, OrientedBox, Polygon, Vec2, Vec3};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{NoiseModel, Provenance};

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

/// An oriented box.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BoxFile {
    /// Centre, world frame, metres.
    pub(crate) centre_m: [f64; 3],
    /// Full extents along the box axes, metres.
    pub(crate) extent_m: [f64; 3],
    /// The box axes, one unit vector of the world frame a row; a proper rotation.
    pub(crate) axes: [[f64; 3]; 3],
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

impl BoxFile {
    pub(crate) fn of(bounds: &OrientedBox) -> Self {
        Self {
            centre_m: bounds.centre().to_array(),
            extent_m: bounds.extents().to_array(),
            axes: bounds.axes().to_cols_array_2d(),
        }
    }

    pub(crate) fn build(&self) -> Result<OrientedBox, geometry::BoxError> {
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
