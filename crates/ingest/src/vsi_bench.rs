//! VSI-Bench annotations (`*_meta_info_val.json` of vision-x-nyu/thinking-in-space): labelled oriented boxes,
//! declared counts and room areas of `ScanNet`, `ScanNet++` and `ARKitScenes` rooms.
//!
//! Metres, z up, as ours. A box is `centroid`, `axesLengths` (full extents) and `normalizedAxes`, whose three rows
//! are the box axes in the world; all are taken bit for bit. `min` and `max` state the world-aligned hull, against
//! which every box is checked to within a millimetre, so that an axis convention can never be misread in silence.
//!
//! Objects are numbered from 1 in the order of `object_bbox`. `object_counts` is kept as declared: it disagrees
//! with the boxes for a dozen `ScanNet` entries, and the benchmark's own answers follow it.

use std::{collections::BTreeMap, path::Path};

use scene::{
    NoiseModel, Object, ObjectId, Provenance, Room, Scene, SceneParts,
    geometry::{BoxError, Mat3, OrientedBox, Vec3},
    normalise,
};
use serde::Deserialize;

use crate::{
    Import, Imported, IngestError, Report,
    canonical::files_ending,
    json::{Ordered, read_json},
};

/// Our assumption of the annotation's error (1 σ); VSI-Bench states none. Boxes were fitted to scans whose points
/// are good to about a centimetre, and a fitted yaw of metre-sized furniture follows within half a degree; room areas
/// come from an alpha shape of the scan, whose choice of radius alone moves them by some percent.
pub const NOISE: NoiseModel = NoiseModel {
    position_m: 0.01,
    size_m: 0.01,
    yaw_rad: 0.5 * std::f64::consts::PI / 180.0,
    area_relative: 0.02,
    ..NoiseModel::NONE
};

/// Largest difference between a box's hull and its stated `min` and `max`, metres.
const HULL_TOLERANCE_M: f64 = 1e-3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SceneRow {
    dataset: String,
    #[serde(rename = "video_path")]
    _video_path: String,
    room_size: f64,
    room_center: [f64; 3],
    object_counts: Ordered<u32>,
    object_bbox: Ordered<Vec<BoxRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct BoxRow {
    centroid: [f64; 3],
    axes_lengths: [f64; 3],
    normalized_axes: [f64; 9],
    min: [f64; 3],
    max: [f64; 3],
}

/// Reads every `*_meta_info_val.json` of a folder, or one such file.
pub fn read(path: &Path) -> Imported {
    let mut report = Report::default();
    let mut scenes: Vec<Scene> = Vec::new();
    let mut thin = 0;
    let hint = "the files lie in data/meta_info of vision-x-nyu/thinking-in-space";
    for file in files_ending(path, "_meta_info_val.json", hint)? {
        let rows: Ordered<SceneRow> = read_json(&file)?;
        report.read("files", 1);
        for (id, row) in rows.0 {
            if scenes.iter().any(|scene| scene.id() == id) {
                return Err(IngestError::value(&file, &id, &id, "another file has a scene of this name"));
            }
            thin += row.object_bbox.0.iter().flat_map(|(_, rows)| rows).filter(|row| row.is_thin()).count();
            scenes.push(scene_of(&file, id, &row, &mut report)?);
        }
    }
    report.read("scenes", scenes.len());
    if thin > 0 {
        report.notes.push(format!("{thin} boxes have a side under 5 cm"));
    }
    report.notes.push("video_path is not kept: it names files of the annotators' machines".to_owned());
    Ok(Import::new(scenes, report))
}

impl BoxRow {
    fn is_thin(&self) -> bool {
        self.axes_lengths.iter().any(|length| *length < 0.05)
    }

    fn axes(&self) -> Mat3 {
        // Rows of the source are columns of ours.
        Mat3::from_cols_array(&self.normalized_axes)
    }

    /// Largest difference between the hull of the box and the one stated, metres.
    fn hull_error_m(&self, bounds: &OrientedBox) -> f64 {
        let (low, high) = bounds.aabb();
        let off = (low - Vec3::from_array(self.min)).abs().max((high - Vec3::from_array(self.max)).abs());
        off.max_element()
    }
}

fn scene_of(file: &Path, id: String, row: &SceneRow, report: &mut Report) -> Result<Scene, IngestError> {
    let mut objects = Vec::new();
    let mut number = 0;
    for (label, boxes) in &row.object_bbox.0 {
        report.read("boxes", boxes.len());
        for (position, row) in boxes.iter().enumerate() {
            // A refused box keeps its number free, so that the others are called the same with or without it.
            number += 1;
            let field = format!("{id}.object_bbox.{label}[{position}]");
            let Some(bounds) = bounds_of(file, &field, row, report)? else { continue };
            objects.push(Object {
                id: ObjectId(number),
                label: normalise(label),
                names: Vec::new(),
                bounds,
                front: None,
            });
        }
    }
    let declared_counts = declared(file, &id, row, report)?;
    let parts = SceneParts {
        source: Provenance {
            dataset: format!("vsi-bench/{}", row.dataset),
            licence: "Apache-2.0".to_owned(),
            attribution: "annotations: VSI-Bench, vision-x-nyu/thinking-in-space; the scan is under its own terms"
                .to_owned(),
            converted: Vec::new(),
        },
        noise: NOISE,
        room: Room {
            declared_area_m2: Some(row.room_size),
            centre: Some(Vec3::from_array(row.room_center)),
            ..Room::default()
        },
        objects,
        declared_counts,
        frames: Vec::new(),
        points: Vec::new(),
        id: id.clone(),
    };
    Scene::new(parts).map_err(|source| IngestError::Scene { file: file.to_owned(), id, source })
}

/// The box, or `None` after listing why it contradicts itself.
fn bounds_of(file: &Path, field: &str, row: &BoxRow, report: &mut Report) -> Result<Option<OrientedBox>, IngestError> {
    let half = Vec3::from_array(row.axes_lengths) / 2.0;
    let bounds = match OrientedBox::new(Vec3::from_array(row.centroid), half, row.axes()) {
        Ok(bounds) => bounds,
        Err(error @ (BoxError::NotOrthonormal { .. } | BoxError::Mirrored { .. })) => {
            report.refuse(field, error.to_string());
            return Ok(None);
        }
        Err(error) => {
            let value = (row.centroid, row.axes_lengths, row.normalized_axes);
            return Err(IngestError::value(file, field, value, error.to_string()));
        }
    };
    if bounds.axes() != row.axes() {
        report.convert("axes moved to the nearest rotation, by less than 1e-6", 1);
    }
    let error = row.hull_error_m(&bounds);
    // Written so that a NaN is refused too.
    if error <= HULL_TOLERANCE_M {
        return Ok(Some(bounds));
    }
    report
        .refuse(field, format!("its hull is off the stated min and max by {error} m, more than {HULL_TOLERANCE_M} m"));
    Ok(None)
}

fn declared(file: &Path, id: &str, row: &SceneRow, report: &mut Report) -> Result<BTreeMap<String, u32>, IngestError> {
    let boxes: BTreeMap<&str, usize> =
        row.object_bbox.0.iter().map(|(label, boxes)| (label.as_str(), boxes.len())).collect();
    let mut counts = BTreeMap::new();
    for (label, count) in &row.object_counts.0 {
        report.read("declared counts", 1);
        let have = boxes.get(label.as_str()).copied().unwrap_or_default();
        if have != *count as usize {
            report.notes.push(format!("{id}: declares {count} of {label:?} but has {have} boxes"));
        }
        if counts.insert(normalise(label), *count).is_some() {
            let field = format!("{id}.object_counts");
            return Err(IngestError::value(file, field, label, "two labels differ only in spelling"));
        }
    }
    for (label, have) in boxes {
        if !counts.contains_key(&normalise(label)) {
            report.notes.push(format!("{id}: declares no count of {label:?} but has {have} boxes"));
        }
    }
    Ok(counts)
}
