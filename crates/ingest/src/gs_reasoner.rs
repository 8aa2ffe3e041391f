//! The processed layout of `GS-Reasoner`: frames of `ScanNet`, `ScanNet++` and `ARKitScenes` with poses of measured or
//! estimated scale.
//!
//! A data set's folder holds `color/<split>/<scene>/`, `depth/<split>/<scene>/` (16-bit millimetres) and
//! `pose/<split>/<scene>/` (4 × 4, camera to world), with the same names in each, and beside them
//! `intrinsic/<split>/<scene>/<name>.txt` or one file for the scene; `axis_align_matrix/<split>/` may hold a motion to be
//! applied to the poses (those of `ScanNet` have it applied already), and `global_scale/<split>/` a factor that makes the
//! aligned world metric: positions and depth are multiplied by it, so that a step of depth stands for as many metres.
//!
//! Frames are in the order of the last number of their names. Principal points put the centre of the top-left pixel at
//! (0, 0); half a pixel is added. The layout has no objects; boxes lie in other files of that project. The origin of an
//! aligned world is the middle of the scan's vertices, so that its floor is not at z = 0.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use scene::{
    NoiseModel, Pose, Provenance, Room, Scene, SceneParts,
    geometry::{RigidTransform, Vec3},
};

use crate::{
    Import, Imported, IngestError, Report, SceneFile,
    calibration::{Calibration, HALF_A_PIXEL},
    canonical::sorted_entries,
    folder_id::{file_name, folder_id},
    folders::{files_by_stem, name_of},
    frame_maker::{Depth, FrameMaker, Lenses, Shot, Source, Steps},
    numbers::{intrinsic_matrix, read_numbers},
    pose::{motion_of, moved, no_pose, pose_of},
};

/// Our assumption of the poses' error (1 σ); the layout states none.
/// Depth is assumed to be good to 1 % of itself.
pub const NOISE: NoiseModel = NoiseModel {
    pose_position_m: 0.03,
    pose_rotation_rad: 0.5 * std::f64::consts::PI / 180.0,
    visible_fraction: 0.02,
    depth_relative: 0.01,
    ..NoiseModel::NONE
};

/// Metres that one step of depth stands for where the scale is 1.
const STEP_M: f64 = 0.001;
const ALIGNED: &str = "poses moved by the alignment of axes";
const SCALED: &str = "positions and depth multiplied by the global scale";

/// Reads a data set's folder with `color/`, `depth/`, `pose/` and `intrinsic/`.
pub fn read(path: &Path) -> Imported {
    let mut report = Report::default();
    let nothing = IngestError::Nothing {
        path: path.to_owned(),
        expected: "color/<split>/<scene> and depth/<split>/<scene>",
        hint: "give the folder of one data set, such as processed_data/scannetpp",
    };
    if !path.join("depth").is_dir() {
        return Err(nothing);
    }
    let (mut scenes, mut files) = (Vec::new(), BTreeMap::new());
    for split in sorted_entries(&path.join("depth"))?.iter().filter(|entry| entry.is_dir()) {
        for folder in sorted_entries(split)?.iter().filter(|entry| entry.is_dir()) {
            let place = Place { root: path, split: name_of(split), scene: name_of(folder) };
            let (scene, images) = place.read(&mut report)?;
            if files.insert(scene.id().to_owned(), images).is_some() {
                return Err(IngestError::value(folder, "name", scene.id(), "another split has a scene of this name"));
            }
            scenes.push(scene);
        }
    }
    if scenes.is_empty() {
        return Err(nothing);
    }
    Ok(Import { files, ..Import::new(scenes, report) })
}

/// Where one scene's files lie.
struct Place<'a> {
    root: &'a Path,
    split: String,
    scene: String,
}

impl Place<'_> {
    fn of(&self, part: &str) -> PathBuf {
        self.root.join(part).join(&self.split)
    }

    fn read(&self, report: &mut Report) -> Result<(Scene, Vec<SceneFile>), IngestError> {
        let scene = &self.scene;
        let [colours, depths] = [("color", ["jpg", "jpeg", "png"].as_slice()), ("depth", ["png"].as_slice())]
            .map(|(part, endings)| files_by_stem(&self.of(part).join(scene), endings));
        let (colours, depths) = (colours?, depths?);
        let (world_from_poses, aligned) = self.alignment(report)?;
        let scale = self.scale()?;
        let scene_lens = self.scene_lens()?;
        let mut maker = FrameMaker::default();
        let (mut lost, mut colourless) = (0, 0);
        for (stem, depth) in ordered(&depths)? {
            let pose = self.of("pose").join(scene).join(format!("{stem}.txt"));
            let pose = if pose.exists() {
                pose_of(&pose, "pose", &read_numbers(&pose)?, report)?
            } else {
                no_pose(&format!("there is no pose of {stem}"))
            };
            let pose = scaled(moved(pose, &world_from_poses), scale.unwrap_or(1.0))
                .map_err(|problem| IngestError::value(&self.scale_file(), "scale", scale, problem))?;
            lost += usize::from(pose.world_from_camera().is_none());
            let colour = colours.get(stem).cloned();
            colourless += usize::from(colour.is_none());
            let lenses = match &scene_lens {
                Some(lenses) => lenses.clone(),
                None => lens(self.of("intrinsic").join(scene).join(format!("{stem}.txt")))?,
            };
            let scale_m = STEP_M * scale.unwrap_or(1.0);
            let shot = Shot {
                name: file_name(stem),
                time_s: None,
                pose,
                colour: colour.map(Source::File),
                depth: Some(Depth { steps: Steps::File(depth.clone()), scale_m, unknown: None }),
                instance: None,
            };
            maker.add(vec![shot], &lenses, depth, report)?;
        }
        let FrameMaker { frames, files, .. } = maker;
        report.read("frames", frames.len());
        report.convert(HALF_A_PIXEL, frames.len());
        let mut converted = vec![HALF_A_PIXEL.to_owned()];
        for (applies, how) in [(aligned, ALIGNED), (scale.is_some(), SCALED)] {
            if applies {
                report.convert(how, frames.len());
                converted.push(how.to_owned());
            }
        }
        let spare = colours.keys().filter(|stem| !depths.contains_key(*stem)).count();
        for (count, what) in [
            (lost, "frames have no pose"),
            (colourless, "frames have no colours"),
            (spare, "colour images without depth are not kept"),
        ] {
            if count > 0 {
                report.notes.push(format!("{scene}: {count} {what}"));
            }
        }
        let id = folder_id(&self.of("depth").join(scene), "scene");
        let parts = SceneParts {
            id: id.clone(),
            source: Provenance {
                dataset: format!("gs-reasoner/{}", name_of(self.root)),
                licence: "the data set's own terms".to_owned(),
                attribution: "processed as by GS-Reasoner; the scan is under its own terms".to_owned(),
                converted,
            },
            noise: NOISE,
            room: Room::default(),
            objects: Vec::new(),
            declared_counts: BTreeMap::new(),
            frames,
            points: Vec::new(),
        };
        let file = self.of("depth").join(scene);
        let made = Scene::new(parts).map_err(|source| IngestError::Scene { file, id, source })?;
        Ok((made, files))
    }

    /// What moves the poses' world, and whether a file says so.
    fn alignment(&self, report: &mut Report) -> Result<(RigidTransform, bool), IngestError> {
        let name = format!("{}_further_aligned_transform.txt", self.scene);
        let file = self.of("axis_align_matrix").join(name);
        if !file.exists() {
            report.notes.push(format!("{}: no alignment of axes: poses are taken as they stand", self.scene));
            return Ok((RigidTransform::IDENTITY, false));
        }
        let rows = read_numbers(&file)?;
        let (motion, _) = motion_of(&rows).map_err(|problem| IngestError::value(&file, "matrix", &rows, problem))?;
        Ok((motion, true))
    }

    fn scale_file(&self) -> PathBuf {
        self.of("global_scale").join(format!("{}.txt", self.scene))
    }

    /// The factor that makes the world metric, where a file states one.
    fn scale(&self) -> Result<Option<f64>, IngestError> {
        let file = self.scale_file();
        if !file.exists() {
            return Ok(None);
        }
        let numbers = read_numbers(&file)?;
        match numbers.as_slice() {
            &[scale] if (1e-3..=1e3).contains(&scale) => Ok(Some(scale)),
            _ => Err(IngestError::value(&file, "scale", numbers, "must be one number from 0.001 to 1000")),
        }
    }

    /// The intrinsics of the whole scene, where one file states them.
    fn scene_lens(&self) -> Result<Option<Lenses>, IngestError> {
        let dir = self.of("intrinsic");
        let names = ["intrinsic_depth_", "intrinsics_"].map(|start| format!("{start}{}.txt", self.scene));
        let places = names.iter().flat_map(|name| [dir.join(name), dir.join(&self.scene).join(name)]);
        places.into_iter().find(|file| file.exists()).map(lens).transpose()
    }
}

/// Intrinsics of colours and depth alike.
fn lens(file: PathBuf) -> Result<Lenses, IngestError> {
    let lens = Calibration::of_zero_based(intrinsic_matrix(&file, &read_numbers(&file)?)?);
    Ok(Lenses { colour: Some(lens.clone()), depth: Some(lens), file })
}

/// The files in the order of the numbers at the end of their names.
fn ordered(files: &BTreeMap<String, PathBuf>) -> Result<Vec<(&String, &PathBuf)>, IngestError> {
    let mut numbered = Vec::with_capacity(files.len());
    for (stem, file) in files {
        let number =
            stem.rsplit('_').next().and_then(|end| end.parse::<f64>().ok()).filter(|number| number.is_finite());
        let number = number.ok_or_else(|| IngestError::value(file, "name", stem, "must end in a number"))?;
        numbered.push((number, (stem, file)));
    }
    numbered.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(numbered.into_iter().map(|(_, files)| files).collect())
}

/// The pose in a world that was multiplied by a factor.
fn scaled(pose: Pose, factor: f64) -> Result<Pose, String> {
    let Pose::Known(pose) = pose else { return Ok(pose) };
    let place: Vec3 = pose.translation() * factor;
    RigidTransform::new(pose.rotation(), place).map(Pose::Known).map_err(|e| e.to_string())
}
