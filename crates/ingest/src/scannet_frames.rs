//! Frames of a `ScanNet` scan that were exported to folders: `color/0.jpg`, `depth/0.png` (millimetres), `pose/0.txt`
//! (camera to world), `instance-filt/0.png`, `intrinsic/intrinsic_color.txt` and `intrinsic_depth.txt`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use scene::geometry::RigidTransform;

use crate::{
    IngestError, Options, Report,
    calibration::{Calibration, HALF_A_PIXEL},
    frame_maker::{Depth, FrameMaker, Lenses, Shot, Source, Steps},
    numbers::{intrinsic_matrix, read_numbers},
    pose::{moved, no_pose, pose_of},
    scannet::{name_of, numbered},
    scannet_files::{Meta, Sensor},
};

/// Depth is stored in millimetres.
const MILLIMETRE_M: f64 = 0.001;

/// The files of one frame.
#[derive(Debug, Default)]
struct Files {
    colour: Option<PathBuf>,
    depth: Option<PathBuf>,
    pose: Option<PathBuf>,
    instance: Option<PathBuf>,
}

/// Whether frames were exported.
pub(crate) fn are_there(path: &Path) -> bool {
    path.join("color").is_dir() || path.join("depth").is_dir()
}

/// Adds the frames of these folders.
pub(crate) fn read(
    path: &Path,
    meta: &Meta,
    meta_file: &Path,
    options: &Options,
    world_from_scan: &RigidTransform,
    maker: &mut FrameMaker<'_>,
    report: &mut Report,
) -> Result<(), IngestError> {
    let mut frames: BTreeMap<u64, Files> = BTreeMap::new();
    for (number, file) in numbered(&path.join("color"), &[".jpg", ".jpeg", ".png"])? {
        frames.entry(number).or_default().colour = Some(file);
    }
    for (number, file) in numbered(&path.join("depth"), &[".png"])? {
        frames.entry(number).or_default().depth = Some(file);
    }
    for (number, file) in numbered(&path.join("pose"), &[".txt"])? {
        frames.entry(number).or_default().pose = Some(file);
    }
    for (number, file) in numbered(&path.join("instance-filt"), &[".png"])? {
        frames.entry(number).or_default().instance = Some(file);
    }
    frames.retain(|_, files| {
        let pictured = files.colour.is_some() || files.depth.is_some();
        if !pictured {
            let file = files.pose.as_ref().or(files.instance.as_ref());
            report
                .refuse(file.map_or(String::new(), |file| name_of(file)), "has neither color nor depth of its number");
        }
        pictured
    });
    report.read("frames", frames.len());
    let lenses = lenses(path, meta, meta_file)?;
    let colours = frames.values().filter(|files| files.colour.is_some()).count();
    let depths = frames.values().filter(|files| files.depth.is_some()).count();
    if colours < frames.len() {
        report.notes.push(format!("{} frames have no colours", frames.len() - colours));
    }
    if depths < frames.len() {
        report.notes.push(format!("{} frames have no depth", frames.len() - depths));
    }
    let all = frames.len();
    let mut shots = Vec::new();
    for (number, files) in frames.into_iter().step_by(options.every()) {
        let pose = if let Some(file) = &files.pose {
            report.read("poses", 1);
            pose_of(file, "pose", &read_numbers(file)?, report)?
        } else {
            report.convert("frames without a pose file have no pose", 1);
            no_pose("no pose file")
        };
        let depth = |file| Depth { steps: Steps::File(file), scale_m: MILLIMETRE_M, unknown: None };
        shots.push(Shot {
            name: number.to_string(),
            time_s: None,
            pose: moved(pose, world_from_scan),
            colour: files.colour.map(Source::File),
            depth: files.depth.map(depth),
            instance: files.instance,
        });
    }
    if shots.len() < all {
        report.notes.push(format!("{} of {all} frames are taken: every {}th", shots.len(), options.every()));
    }
    report.convert(HALF_A_PIXEL, shots.len());
    maker.add(shots, &lenses, path, report)
}

/// The cameras: from `intrinsic/`, else from `ID.txt`.
fn lenses(path: &Path, meta: &Meta, meta_file: &Path) -> Result<Lenses, IngestError> {
    let mut origin = meta_file.to_owned();
    let mut lens = |name: &str, sensor: &Sensor| -> Result<Option<Calibration>, IngestError> {
        let places = [path.join("intrinsic").join(name), path.join(name)];
        let Some(file) = places.into_iter().find(|file| file.is_file()) else {
            return Ok(sensor.calibration.clone());
        };
        let matrix = intrinsic_matrix(&file, &read_numbers(&file)?)?;
        origin.clone_from(&file);
        Ok(Some(Calibration { size_px: sensor.size_px, ..Calibration::of_zero_based(matrix) }))
    };
    let colour = lens("intrinsic_color.txt", &meta.colour)?;
    let depth = lens("intrinsic_depth.txt", &meta.depth)?;
    Ok(Lenses { colour, depth, file: origin })
}
