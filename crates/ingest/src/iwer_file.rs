//! The layout of an `@iwer/sem` room: entities of a headset's scene capture, in the vocabulary of `WebXR`.

use std::path::Path;

use scene::geometry::{Mat3, Quat, Vec3};
use serde::Deserialize;

use crate::{IngestError, base64, up_axis::z_up_from_y_up};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoomFile {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) version: u32,
    #[serde(rename = "spatialEntities")]
    pub(crate) entities: Vec<Entity>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entity {
    pub(crate) uuid: String,
    #[serde(rename = "semanticLabel_META")]
    pub(crate) label: String,
    #[serde(rename = "locatable_META")]
    pub(crate) place: Place,
    #[serde(rename = "bounded2D_META")]
    pub(crate) rectangle: Option<Rectangle>,
    #[serde(rename = "bounded3D_META")]
    pub(crate) solid: Option<Solid>,
    #[serde(rename = "triangleMesh_META")]
    pub(crate) mesh: Option<Mesh>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    orientation: Orientation,
    position: Point,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Orientation {
    x: f64,
    y: f64,
    z: f64,
    w: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    x: f64,
    y: f64,
    z: f64,
}

/// Lies in the local X-Z plane, with normal local Y: `x` and `width` along X, `y` and `height` along Z.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rectangle {
    offset: Point2,
    extent: Extent2,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Point2 {
    x: f64,
    y: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extent2 {
    width: f64,
    height: f64,
}

/// A box from `offset` to `offset + extent`: width along local X, height along Y, depth along Z, which is up.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Solid {
    offset: Point,
    extent: Extent3,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extent3 {
    width: f64,
    height: f64,
    depth: f64,
}

/// Base64 of little-endian `f32` triples and of `u32` corner numbers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mesh {
    vertices: String,
    #[serde(rename = "indices")]
    _indices: String,
}

/// Centre and full extent in the entity's frame, metres.
pub(crate) struct LocalBox {
    pub(crate) centre: Vec3,
    pub(crate) extent: Vec3,
}

impl Rectangle {
    /// The rectangle as a box without thickness.
    pub(crate) fn local_box(&self) -> LocalBox {
        let extent = Vec3::new(self.extent.width, 0.0, self.extent.height);
        LocalBox { centre: Vec3::new(self.offset.x, 0.0, self.offset.y) + extent / 2.0, extent }
    }
}

impl Solid {
    pub(crate) fn local_box(&self) -> LocalBox {
        let extent = Vec3::new(self.extent.width, self.extent.height, self.extent.depth);
        LocalBox { centre: Vec3::new(self.offset.x, self.offset.y, self.offset.z) + extent / 2.0, extent }
    }
}

impl Place {
    /// Position in the file's y-up world, metres.
    pub(crate) fn position(&self) -> Vec3 {
        Vec3::new(self.position.x, self.position.y, self.position.z)
    }

    /// Rotation from the entity's frame to the y-up world; `None` if the quaternion is not of unit length.
    pub(crate) fn rotation(&self) -> Option<Mat3> {
        let turn = Quat::from_xyzw(self.orientation.x, self.orientation.y, self.orientation.z, self.orientation.w);
        ((turn.length_squared() - 1.0).abs() <= 1e-4).then(|| Mat3::from_quat(turn.normalize()))
    }
}

impl Mesh {
    /// The vertices in our z-up world.
    pub(crate) fn points(
        &self,
        file: &Path,
        field: &str,
        position: Vec3,
        rotation: Mat3,
    ) -> Result<Vec<[f32; 3]>, IngestError> {
        let field = format!("{field}.triangleMesh_META.vertices");
        let bytes = base64::decode(&self.vertices).map_err(|at| {
            IngestError::value(file, &field, &self.vertices, format!("character {at} cannot stand there in Base64"))
        })?;
        if !bytes.len().is_multiple_of(12) {
            let problem = format!("{} bytes are not whole points of 12 bytes", bytes.len());
            return Err(IngestError::value(file, field, &self.vertices, problem));
        }
        let number = |four: &[u8]| f64::from(f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
        let point = |row: &[u8]| Vec3::new(number(&row[..4]), number(&row[4..8]), number(&row[8..]));
        Ok(bytes
            .chunks_exact(12)
            .map(|row| z_up_from_y_up(position + rotation * point(row)).as_vec3().to_array())
            .collect())
    }
}
