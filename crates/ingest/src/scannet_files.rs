//! The small files of a `ScanNet` scan.

use std::path::Path;

use scene::geometry::RigidTransform;
use serde::Deserialize;

use crate::{IngestError, calibration::Calibration, numbers::row_of, pose::motion_of};

/// What `ID.txt` says: lines of `key = value`.
#[derive(Debug)]
pub(crate) struct Meta {
    /// `world_from_scan`.
    pub(crate) axis_alignment: Option<RigidTransform>,
    pub(crate) colour: Sensor,
    pub(crate) depth: Sensor,
    /// Whether it states where the depth sensor sits beside the colour sensor.
    pub(crate) has_extrinsics: bool,
}

/// What it says of one sensor.
#[derive(Debug)]
pub(crate) struct Sensor {
    /// Width and height, pixels.
    pub(crate) size_px: Option<[u32; 2]>,
    pub(crate) calibration: Option<Calibration>,
}

impl Meta {
    pub(crate) fn read(file: &Path) -> Result<Self, IngestError> {
        let text = scene::file::read_text(file)?;
        let mut entries = std::collections::BTreeMap::new();
        for (line, row) in text.lines().enumerate().filter(|(_, row)| !row.trim().is_empty()) {
            let field = || format!("line {}", line + 1);
            let Some((key, value)) = row.split_once('=') else {
                return Err(IngestError::value(file, field(), row, "is not `key = value`"));
            };
            if entries.insert(key.trim(), (line + 1, value.trim())).is_some() {
                return Err(IngestError::value(file, field(), row, "stands twice"));
            }
        }
        let number = |key: String| -> Result<Option<f64>, IngestError> {
            let Some((line, value)) = entries.get(key.as_str()) else { return Ok(None) };
            match row_of(file, *line, value)?.as_slice() {
                [number] if number.is_finite() => Ok(Some(*number)),
                _ => Err(IngestError::value(file, key, value, "is not one number")),
            }
        };
        let sensor = |name: &str| -> Result<Sensor, IngestError> {
            let side = |key: &str| -> Result<Option<u32>, IngestError> {
                let Some(side) = number(format!("{name}{key}"))? else { return Ok(None) };
                if side.fract() == 0.0 && (1.0..=f64::from(scene::geometry::MAX_SIDE_PX)).contains(&side) {
                    return Ok(Some(side as u32));
                }
                Err(IngestError::value(file, format!("{name}{key}"), side, "is no side of an image"))
            };
            let size_px = side("Width")?.zip(side("Height")?).map(|(width, height)| [width, height]);
            let mut lens = [None; 4];
            for (value, key) in lens.iter_mut().zip(["fx", "fy", "mx", "my"]) {
                *value = number(format!("{key}_{name}"))?;
            }
            let calibration = match lens {
                [Some(fx), Some(fy), Some(cx), Some(cy)] => {
                    Some(Calibration { size_px, ..Calibration::of_zero_based([fx, fy, cx, cy]) })
                }
                _ => None,
            };
            Ok(Sensor { size_px, calibration })
        };
        let axis_alignment = match entries.get("axisAlignment") {
            Some((line, value)) => {
                let rows = row_of(file, *line, value)?;
                let motion = motion_of(&rows);
                Some(motion.map_err(|problem| IngestError::value(file, "axisAlignment", value, problem))?.0)
            }
            None => None,
        };
        let has_extrinsics = entries.contains_key("colorToDepthExtrinsics");
        Ok(Self { axis_alignment, colour: sensor("color")?, depth: sensor("depth")?, has_extrinsics })
    }
}

/// The segment of each vertex.
#[derive(Deserialize)]
pub(crate) struct Segments {
    #[serde(rename = "segIndices")]
    pub(crate) of_vertex: Vec<u32>,
}

/// Which segments are one object.
#[derive(Deserialize)]
pub(crate) struct Aggregation {
    #[serde(rename = "segGroups")]
    pub(crate) groups: Vec<Group>,
    #[serde(rename = "segmentsFile")]
    pub(crate) segments_file: Option<String>,
}

/// One annotated object.
#[derive(Deserialize)]
pub(crate) struct Group {
    pub(crate) id: i64,
    #[serde(rename = "objectId")]
    pub(crate) object_id: u32,
    pub(crate) segments: Vec<u32>,
    pub(crate) label: String,
}
