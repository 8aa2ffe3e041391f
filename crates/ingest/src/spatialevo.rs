//! `SpatialEvo`'s unified layout of `ScanNet`, `ScanNet++` and `ARKitScenes` rooms.
//!
//! `<dataset>/<split>/<scene>/` holds pictures (`frame_processed/<n>.jpg`, chosen from `color/`), `depth/<n>.png` (16-bit
//! millimetres), `pose/<n>.txt` (4 × 4, camera to world), `intrinsic_color.txt`, `intrinsic_depth.txt` (or one of each
//! picture in `intrinsic/`), `<scene>.txt` with the line `axisAlignment`, and the mesh `<scene>_vh_clean.ply`;
//! `<dataset>/metadata/<scene>/` holds objects and what each picture shows. The world is that after `axisAlignment`, in
//! which boxes stand along the axes. Principal points put the centre of the top-left pixel at (0, 0); half a pixel is
//! added. Depth of another size is looked at through the camera of the colours.
//!
//! What the layout leaves unsaid, or says wrongly, becomes a state here:
//!
//! - a picture without a pose file, for which its own tools take the identity, has no pose;
//! - neither has one whose matrix is not finite: tracking was lost;
//! - nor have those of a scene from `ScanNet++`, whose poses are copied into the layout in the axes of nerfstudio (y up,
//!   z backwards, another world) as if they were in its own;
//! - a room size of `null`, or of 0 where the area could not be told, is unknown.
//!
//! Visibility, truncation and occlusion of the metadata are not kept: they count mesh vertices that pass a depth test of
//! 0.1 %, and `truncated` says the contrary of its name. Sightings are computed anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use render::image_head;
use scene::{
    Frame, NoiseModel, Object, ObjectId, Pose, Provenance, Room, Scene, SceneParts, disk,
    geometry::{Mat3, OrientedBox, RigidTransform, Vec3},
    normalise,
};
use serde::Deserialize;

use crate::{
    Import, Imported, IngestError, Report, SceneFile,
    calibration::{Calibration, HALF_A_PIXEL},
    canonical::sorted_entries,
    folder_id::{file_name, folder_id},
    folders::{files_by_stem, name_of, scene_folders},
    frame_maker::{Depth, FrameMaker, Lenses, Shot, Source as Image, Steps},
    json::read_json,
    numbers::{intrinsic_matrix, read_numbers},
    ply::read_ply,
    pose::{motion_of, moved, no_pose, pose_of},
};

/// Our assumption of the annotation's error (1 σ). Boxes are those of a mesh's vertices, of which the outermost are
/// often astray.
/// Depth is assumed to be good to 1 % of itself.
pub const NOISE: NoiseModel = NoiseModel {
    position_m: 0.02,
    size_m: 0.03,
    yaw_rad: 0.0,
    area_relative: 0.2,
    pose_position_m: 0.02,
    pose_rotation_rad: 0.3 * std::f64::consts::PI / 180.0,
    visible_fraction: 0.02,
    depth_relative: 0.01,
};

/// Largest difference between the stated centre of a box and the middle of its corners, metres.
const CENTRE_TOLERANCE_M: f64 = 0.01;
/// Largest difference between the stated size and the longest side, centimetres.
const SIZE_TOLERANCE_CM: f64 = 1.0;

pub(crate) const METADATA: &str = "metadata";
pub(crate) const CHOSEN: &str = "frame_processed";
/// Whether a scene was converted from `ScanNet++`.
const SCANNETPP_MARK: &str = "scannetpp_source.json";

const ALIGNED: &str = "poses and points moved by axisAlignment";
#[derive(Deserialize)]
struct SceneRow {
    scene_id: String,
    room_size: Option<RoomSize>,
    objects: Vec<ObjectRow>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RoomSize {
    Number(f64),
    Area { area: Option<f64> },
}

#[derive(Deserialize)]
struct ObjectRow {
    object_id: u32,
    label: String,
    size: Option<f64>,
    #[serde(rename = "3d_bbox")]
    bbox: Option<[f64; 6]>,
    #[serde(rename = "3d_location")]
    location: Option<[f64; 3]>,
}

#[derive(Deserialize)]
struct FrameRow {
    scene_id: String,
    objects: Vec<Seen>,
}

#[derive(Deserialize)]
struct Seen {
    object_id: u32,
    label: String,
}

/// Reads a data set's folder, with `metadata/` in it, or one scene's folder two levels below it.
pub fn read(path: &Path) -> Imported {
    let mut report = Report::default();
    let expected = "metadata/ with splits beside it, nor color/ and pose/ of one scene";
    let hint = "give the data set's folder, which holds metadata/ and the splits, or <split>/<scene> in it";
    let folders = if path.join(METADATA).is_dir() {
        let mut folders = Vec::new();
        for split in sorted_entries(path)?.iter().filter(|entry| entry.is_dir() && name_of(entry) != METADATA) {
            folders.extend(scene_folders(split, is_scene, expected, hint, &mut report)?);
        }
        folders
    } else if is_scene(path) {
        vec![path.to_owned()]
    } else {
        Vec::new()
    };
    if folders.is_empty() {
        return Err(IngestError::Nothing { path: path.to_owned(), expected, hint });
    }
    let (mut scenes, mut files) = (Vec::new(), BTreeMap::new());
    for folder in folders {
        let (scene, images) = Source::new(&folder).read(&mut report)?;
        if files.insert(scene.id().to_owned(), images).is_some() {
            return Err(IngestError::value(&folder, "name", scene.id(), "another split has a scene of this name"));
        }
        scenes.push(scene);
    }
    Ok(Import { files, ..Import::new(scenes, report) })
}

fn is_scene(path: &Path) -> bool {
    ["pose", "color", CHOSEN].iter().any(|part| path.join(part).is_dir())
}

/// Where one scene's files lie.
struct Source<'a> {
    folder: &'a Path,
    metadata: PathBuf,
    id: String,
}

impl<'a> Source<'a> {
    fn new(folder: &'a Path) -> Self {
        let id = folder_id(folder, "scene");
        let full = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let dataset = full.ancestors().nth(2).unwrap_or(&full);
        Self { folder, metadata: dataset.join(METADATA).join(name_of(&full)), id }
    }

    fn read(&self, report: &mut Report) -> Result<(Scene, Vec<SceneFile>), IngestError> {
        let file = self.metadata.join(format!("{}.json", self.id));
        let row: SceneRow = read_json(&file)?;
        if row.scene_id != self.id {
            return Err(IngestError::value(&file, "scene_id", row.scene_id, format!("must be {:?}", self.id)));
        }
        let objects = self.objects(&file, &row.objects, report)?;
        let world_from_scan = self.alignment(report)?;
        let converted = vec![ALIGNED.to_owned(), HALF_A_PIXEL.to_owned()];
        let (frames, files) = self.frames(&world_from_scan, report)?;
        self.check_frames(&objects, report)?;
        let parts = SceneParts {
            id: self.id.clone(),
            source: Provenance {
                dataset: "spatialevo".to_owned(),
                licence: "the data set's own terms".to_owned(),
                attribution: "layout: SpatialEvo; the scan is under its own terms".to_owned(),
                converted,
            },
            noise: NOISE,
            room: Room { declared_area_m2: self.area(row.room_size, report), ..Room::default() },
            objects,
            declared_counts: BTreeMap::new(),
            frames,
            points: self.points(&world_from_scan, report)?,
        };
        let scene = Scene::new(parts).map_err(|source| IngestError::Scene { file, id: self.id.clone(), source })?;
        Ok((scene, files))
    }

    fn area(&self, size: Option<RoomSize>, report: &mut Report) -> Option<f64> {
        let area = match size? {
            RoomSize::Number(area) => area,
            RoomSize::Area { area } => area?,
        };
        if area == 0.0 {
            report.notes.push(format!("{}: a room size of 0 is taken as unknown", self.id));
            return None;
        }
        Some(area)
    }

    fn objects(&self, file: &Path, rows: &[ObjectRow], report: &mut Report) -> Result<Vec<Object>, IngestError> {
        report.read("objects", rows.len());
        let mut objects = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let wrong = |field: &str, value: &dyn std::fmt::Debug, problem: String| {
                IngestError::value(file, format!("objects[{at}].{field}"), value, problem)
            };
            let what = format!("{}: {} ({})", self.id, row.label, row.object_id);
            let Some(corners) = row.bbox else {
                report.refuse(what, "has no 3d_bbox");
                continue;
            };
            let [low, high] = [Vec3::from_slice(&corners[..3]), Vec3::from_slice(&corners[3..])];
            let half = (high - low) / 2.0;
            let bounds = OrientedBox::new(low.midpoint(high), half, Mat3::IDENTITY)
                .map_err(|e| wrong("3d_bbox", &corners, e.to_string()))?;
            if let Some(reason) = contradiction(row, &bounds) {
                report.refuse(what, reason);
                continue;
            }
            let label = normalise(&row.label);
            objects.push(Object { id: ObjectId(row.object_id), label, names: Vec::new(), bounds, front: None });
        }
        Ok(objects)
    }

    /// What `<scene>.txt` says moves the scan into the world.
    fn alignment(&self, report: &mut Report) -> Result<RigidTransform, IngestError> {
        let file = self.folder.join(format!("{}.txt", self.id));
        let text = scene::file::read_text(&file)?;
        let value = |line: &str| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == "axisAlignment").then(|| value.trim().to_owned())
        };
        let Some(value) = text.lines().find_map(value) else {
            report.notes.push(format!("{}: no axisAlignment: scan and world are the same", self.id));
            return Ok(RigidTransform::IDENTITY);
        };
        let wrong = |problem: String| IngestError::value(&file, "axisAlignment", &value, problem);
        let numbers: Vec<f64> = value
            .split_whitespace()
            .map(|word| word.parse().map_err(|_| wrong(format!("{word:?} is no number"))))
            .collect::<Result<_, _>>()?;
        let (motion, _) = motion_of(&numbers).map_err(wrong)?;
        Ok(motion)
    }

    fn points(&self, world_from_scan: &RigidTransform, report: &mut Report) -> Result<Vec<[f32; 3]>, IngestError> {
        let file = self.folder.join(format!("{}_vh_clean.ply", self.id));
        if !file.exists() {
            report.notes.push(format!("{}: has no {}: no points", self.id, name_of(&file)));
            return Ok(Vec::new());
        }
        let mesh = read_ply(&file, &[])?;
        if !mesh.triangles.is_empty() {
            report.notes.push(format!("{}: {} triangles of the mesh are not kept", self.id, mesh.triangles.len()));
        }
        Ok(mesh.vertices.iter().map(|p| world_from_scan.apply(*p).to_array().map(|v| v as f32)).collect())
    }

    fn frames(
        &self,
        world_from_scan: &RigidTransform,
        report: &mut Report,
    ) -> Result<(Vec<Frame>, Vec<SceneFile>), IngestError> {
        let endings = ["jpg", "jpeg", "png"];
        let [chosen, all] = [CHOSEN, "color"].map(|name| files_by_stem(&self.folder.join(name), &endings));
        let (chosen, all) = (chosen?, all?);
        let pictures = if chosen.is_empty() { &all } else { &chosen };
        if all.len() > pictures.len() {
            let rest = all.len() - pictures.len();
            report.notes.push(format!("{}: {rest} pictures of color/ are not in {CHOSEN}/ and not kept", self.id));
        }
        let mut numbered: Vec<(u64, &String, &PathBuf)> = Vec::with_capacity(pictures.len());
        for (stem, file) in pictures {
            let number = stem.parse().map_err(|_| IngestError::value(file, "name", stem, "must be a number"))?;
            numbered.push((number, stem, file));
        }
        numbered.sort();
        report.read("pictures", numbered.len());
        let depths = files_by_stem(&self.folder.join("depth"), &["png"])?;
        let lenses = Lensing::read(self.folder)?;
        let from_scannetpp = self.folder.join(SCANNETPP_MARK).exists();
        let mut maker = FrameMaker::default();
        let (mut lost, mut blind, mut still) = (0, 0, 0);
        for (_, stem, file) in numbered {
            let pose = if from_scannetpp {
                no_pose("copied from ScanNet++ in the axes of nerfstudio, or not: unknown")
            } else {
                self.pose(stem, world_from_scan, &mut still, report)?
            };
            lost += usize::from(pose.world_from_camera().is_none());
            blind += usize::from(!depths.contains_key(stem));
            let depth = depths.get(stem).map(|file| Steps::File(file.clone()));
            let shot = Shot {
                name: file_name(stem),
                time_s: None,
                pose,
                colour: Some(Image::File(file.clone())),
                depth: depth.map(|steps| Depth { steps, scale_m: 0.001, unknown: None }),
                instance: None,
            };
            maker.add(vec![shot], &lenses.of(self.folder, stem, file)?, file, report)?;
        }
        let FrameMaker { frames, files, .. } = maker;
        report.read("frames", frames.len());
        report.convert(ALIGNED, frames.len() - lost);
        report.convert(HALF_A_PIXEL, frames.len());
        for (count, what) in [
            (lost, "frames have no known pose"),
            (blind, "frames have no depth"),
            (still, "poses are the identity, which some tools write where there is none"),
        ] {
            if count > 0 {
                report.notes.push(format!("{}: {count} {what}", self.id));
            }
        }
        Ok((frames, files))
    }

    fn pose(
        &self,
        stem: &str,
        world_from_scan: &RigidTransform,
        still: &mut usize,
        report: &mut Report,
    ) -> Result<Pose, IngestError> {
        let file = self.folder.join("pose").join(format!("{stem}.txt"));
        if !file.exists() {
            return Ok(no_pose(&format!("there is no pose/{stem}.txt")));
        }
        let pose = pose_of(&file, "pose", &read_numbers(&file)?, report)?;
        *still += usize::from(pose == Pose::Known(RigidTransform::IDENTITY));
        Ok(moved(pose, world_from_scan))
    }

    /// Holds what the metadata says of the pictures against the scene's objects.
    fn check_frames(&self, objects: &[Object], report: &mut Report) -> Result<(), IngestError> {
        let known: BTreeMap<u32, &str> = objects.iter().map(|object| (object.id.0, object.label.as_str())).collect();
        let mut strange = BTreeSet::new();
        let files = files_by_stem(&self.metadata.join(CHOSEN), &["json"])?;
        for file in files.values() {
            let row: FrameRow = read_json(file)?;
            if row.scene_id != self.id {
                return Err(IngestError::value(file, "scene_id", row.scene_id, format!("must be {:?}", self.id)));
            }
            let other = |seen: &&Seen| known.get(&seen.object_id) != Some(&normalise(&seen.label).as_str());
            strange.extend(row.objects.iter().filter(other).map(|seen| (seen.object_id, seen.label.clone())));
        }
        report.read("metadata of pictures", files.len());
        for (id, label) in strange {
            report.refuse(
                format!("{}: {label} ({id}) of the pictures' metadata", self.id),
                "the scene keeps no object of this number and label",
            );
        }
        Ok(())
    }
}

/// What an object says against itself.
fn contradiction(row: &ObjectRow, bounds: &OrientedBox) -> Option<String> {
    if let Some(location) = row.location {
        let off = bounds.centre().distance(Vec3::from_array(location));
        // Written so that NaN is refused too.
        if !matches!(off.partial_cmp(&CENTRE_TOLERANCE_M), Some(std::cmp::Ordering::Less)) {
            return Some(format!(
                "3d_location is {off} m from the middle of 3d_bbox, more than {CENTRE_TOLERANCE_M} m"
            ));
        }
    }
    let longest_cm = bounds.extents().max_element() * 100.0;
    match row.size {
        Some(size) if (size - longest_cm).abs() > SIZE_TOLERANCE_CM => {
            Some(format!("size is {size} cm, but the longest side of 3d_bbox {longest_cm} cm"))
        }
        _ => None,
    }
}

/// The intrinsics of one scene, where they are not of each picture.
struct Lensing {
    scene: Option<Lenses>,
}

impl Lensing {
    fn read(folder: &Path) -> Result<Self, IngestError> {
        let [file, depth] = ["intrinsic_color.txt", "intrinsic_depth.txt"].map(|name| folder.join(name));
        if !file.exists() {
            return Ok(Self { scene: None });
        }
        let depth = depth.exists().then(|| calibration(&depth)).transpose()?;
        Ok(Self { scene: Some(Lenses { colour: Some(calibration(&file)?), depth, file }) })
    }

    /// Those of a picture: its own where it has some, for its depth too, and those of the scene otherwise.
    fn of(&self, folder: &Path, stem: &str, picture: &Path) -> Result<Lenses, IngestError> {
        let own = folder.join("intrinsic").join(format!("{stem}.txt"));
        if own.exists() {
            // The size says how its depth of another size is related to it.
            let size_px = Some(image_head(picture, &disk::read_bytes(picture)?)?.size_px);
            let colour = Some(Calibration { size_px, ..calibration(&own)? });
            return Ok(Lenses { colour, depth: None, file: own });
        }
        if let Some(lenses) = &self.scene {
            return Ok(lenses.clone());
        }
        let file = folder.join("intrinsic_color.txt");
        Ok(Lenses { colour: Some(calibration(&file)?), depth: None, file })
    }
}

fn calibration(file: &Path) -> Result<Calibration, IngestError> {
    Ok(Calibration::of_zero_based(intrinsic_matrix(file, &read_numbers(file)?)?))
}
