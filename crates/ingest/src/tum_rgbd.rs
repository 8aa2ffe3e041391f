//! Sequences of the TUM RGB-D benchmark: `rgb.txt`, `depth.txt`, `groundtruth.txt` and the images they list.
//!
//! | what | how |
//! |---|---|
//! | depth | 16-bit PNG, 5000 steps a metre, registered to the colours; published images hold the correction factors already |
//! | pairs | each colour image with the depth image nearest in time, within 20 ms, one to one, closest first |
//! | poses | `tx ty tz qx qy qz qw`, camera to world; at the time of the colour image, between its two neighbours |
//! | world | that of the motion capture, z up |
//! | lens | Brown–Conrady, by the camera: freiburg1, 2 or 3, from the folder's name, a `calibration.txt` or `--camera` |
//!
//! `calibration.txt` holds fx, fy, cx, cy and, for a bent lens, k1 k2 p1 p2 k3.
//!
//! A folder with a `scene.json` of such a sequence (frames with poses already at the times of the images) and a cloud
//! is read as well.

use std::path::{Component, Path, PathBuf};

use scene::{
    NoiseModel, Pose, Provenance, Room, Scene, SceneParts,
    geometry::{Distortion, Mat3, Quat, RigidTransform, Vec3},
};

use crate::{
    Import, Imported, IngestError, Options, Report,
    calibration::{Calibration, HALF_A_PIXEL},
    folder_id::folder_id,
    frame_maker::{Depth, FrameMaker, Lenses, Shot, Source, Steps},
    numbers::{read_numbers, row_of},
    pose::no_pose,
    tum_held,
};

/// Our assumption of the poses' error (1 σ): motion capture is good to millimetres, its calibration to the camera and
/// the clocks to some more. There are no objects.
/// Depth is assumed to be good to 1 % of itself.
pub const NOISE: NoiseModel = NoiseModel {
    pose_position_m: 0.005,
    pose_rotation_rad: 0.3 * std::f64::consts::PI / 180.0,
    visible_fraction: 0.02,
    depth_relative: 0.01,
    ..NoiseModel::NONE
};

/// Metres that a step of depth stands for.
pub(crate) const STEP_M: f64 = 1.0 / 5000.0;

/// Largest difference of times between an image and its partner or its pose, seconds.
const NEAR_S: f64 = 0.02;

/// fx, fy, cx, cy and k1, k2, p1, p2, k3 of the benchmark's cameras, as it publishes them.
const CAMERAS: [(&str, &str, [f64; 9]); 3] = [
    ("fr1", "freiburg1", [517.3, 516.5, 318.6, 255.3, 0.2624, -0.9531, -0.0054, 0.0026, 1.1633]),
    ("fr2", "freiburg2", [520.9, 521.0, 325.1, 249.7, 0.2312, -0.7849, -0.0033, -0.0001, 0.9172]),
    ("fr3", "freiburg3", [535.4, 539.2, 320.1, 247.6, 0.0, 0.0, 0.0, 0.0, 0.0]),
];

/// Reads a sequence with all its frames.
pub fn read(path: &Path) -> Imported {
    read_with(path, &Options::default())
}

/// Reads a sequence.
pub(crate) fn read_with(path: &Path, options: &Options) -> Imported {
    let list = path.join("rgb.txt");
    if list.is_file() {
        return read_sequence(path, &list, options);
    }
    if path.join("scene.json").is_file() {
        return tum_held::read(path, options);
    }
    Err(IngestError::Nothing {
        path: path.to_owned(),
        expected: "rgb.txt",
        hint: "give the folder of one sequence, such as rgbd_dataset_freiburg1_desk",
    })
}

fn read_sequence(path: &Path, list: &Path, options: &Options) -> Imported {
    let mut report = Report::default();
    let (calibration, file) = camera(path, options, &mut report)?;
    let lenses = Lenses { colour: Some(calibration.clone()), depth: Some(calibration), file };
    let colours = entries(path, list)?;
    report.read("colour entries", colours.len());
    let depth_list = path.join("depth.txt");
    let depths = if depth_list.is_file() {
        entries(path, &depth_list)?
    } else {
        report.notes.push("no depth.txt: frames have no depth".to_owned());
        Vec::new()
    };
    report.read("depth entries", depths.len());
    let truth = path.join("groundtruth.txt");
    let poses = if truth.is_file() {
        trajectory(&truth)?
    } else {
        report.notes.push("no groundtruth.txt: no frame has a pose".to_owned());
        Vec::new()
    };
    report.read("poses", poses.len());

    let partners = partners(&colours, &depths);
    let mut shots = Vec::new();
    for (at, (time, file)) in colours.iter().enumerate().step_by(options.every()) {
        let pose = pose_at(&poses, *time);
        if matches!(pose, Pose::Missing { .. }) {
            report.convert("frames without a pose within 20 ms have none", 1);
        }
        let depth =
            partners[at].map(|at| Depth { steps: Steps::File(depths[at].1.clone()), scale_m: STEP_M, unknown: None });
        if depth.is_none() {
            report.convert("frames without a depth image within 20 ms have none", 1);
        }
        shots.push(Shot {
            name: file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            time_s: Some(*time),
            pose,
            colour: Some(Source::File(file.clone())),
            depth,
            instance: None,
        });
    }
    if shots.len() < colours.len() {
        report.notes.push(format!(
            "{} of {} frames are taken: every {}th",
            shots.len(),
            colours.len(),
            options.every()
        ));
    }
    let unpaired = depths.len().saturating_sub(partners.iter().flatten().count());
    if unpaired > 0 {
        report.notes.push(format!("{unpaired} depth images belong to no colour image within 20 ms"));
    }
    report.convert("poses at the times of the colour images, between neighbours within 20 ms", shots.len());
    report.convert(HALF_A_PIXEL, shots.len());
    let mut maker = FrameMaker::default();
    maker.add(shots, &lenses, path, &mut report)?;
    finish(path, maker, Vec::new(), report)
}

/// The scene of these frames and points.
pub(crate) fn finish(path: &Path, maker: FrameMaker<'_>, points: Vec<[f32; 3]>, report: Report) -> Imported {
    let id = folder_id(path, "tum-rgbd");
    let parts = SceneParts {
        id: id.clone(),
        source: Provenance {
            dataset: "tum-rgbd".to_owned(),
            licence: "CC-BY-4.0".to_owned(),
            attribution: "TUM RGB-D benchmark (Sturm et al., IROS 2012)".to_owned(),
            converted: report.converted.keys().cloned().collect(),
        },
        noise: NOISE,
        room: Room::default(),
        objects: Vec::new(),
        declared_counts: std::collections::BTreeMap::new(),
        frames: maker.frames,
        points,
    };
    let scene =
        Scene::new(parts).map_err(|source| IngestError::Scene { file: path.to_owned(), id: id.clone(), source })?;
    Ok(Import::new(vec![scene], report).with_files(&id, maker.files))
}

/// The lens of nine numbers.
pub(crate) fn lens(numbers: [f64; 9]) -> Calibration {
    let [fx, fy, cx, cy, k1, k2, p1, p2, k3] = numbers;
    let bent = numbers[4..].iter().any(|k| *k != 0.0);
    let distortion = Distortion::BrownConrady { k: [k1, k2, k3, 0.0, 0.0, 0.0], p: [p1, p2] };
    let distortion = if bent { distortion } else { Distortion::None };
    Calibration { distortion, size_px: Some([640, 480]), ..Calibration::of_zero_based([fx, fy, cx, cy]) }
}

/// The camera, and the file or folder that tells it.
fn camera(path: &Path, options: &Options, report: &mut Report) -> Result<(Calibration, PathBuf), IngestError> {
    let named = |name: &str| CAMERAS.iter().find(|(short, long, _)| name.contains(short) || name.contains(long));
    let of_file = |file: PathBuf| -> Result<(Calibration, PathBuf), IngestError> {
        let mut numbers = read_numbers(&file)?;
        if numbers.len() == 4 {
            numbers.resize(9, 0.0);
        }
        let Ok(numbers) = <[f64; 9]>::try_from(numbers.as_slice()) else {
            let problem = "must hold fx fy cx cy, and k1 k2 p1 p2 k3 for a bent lens";
            return Err(IngestError::value(&file, "numbers", numbers.len(), problem));
        };
        Ok((lens(numbers), file))
    };
    if let Some(given) = &options.camera {
        return match CAMERAS.iter().find(|(short, long, _)| given == short || given == long) {
            Some((.., numbers)) => Ok((lens(*numbers), path.to_owned())),
            None => of_file(PathBuf::from(given)),
        };
    }
    let file = path.join("calibration.txt");
    if file.is_file() {
        return of_file(file);
    }
    let name = folder_id(path, "");
    let Some((_, long, numbers)) = named(&name) else {
        let problem = "neither a calibration.txt nor a name with freiburg1, 2 or 3 tells the camera; give --camera fr1, \
                       fr2, fr3 or FILE";
        return Err(IngestError::value(path, "camera", &name, problem));
    };
    report.notes.push(format!("camera {long}, by the folder's name"));
    Ok((lens(*numbers), path.to_owned()))
}

/// Times and files of a list, in the order of their times.
fn entries(path: &Path, list: &Path) -> Result<Vec<(f64, PathBuf)>, IngestError> {
    let text = scene::file::read_text(list)?;
    let mut entries = Vec::new();
    for (line, row) in text.lines().enumerate() {
        let words: Vec<&str> = row.split('#').next().unwrap_or_default().split_whitespace().collect();
        let wrong = |problem: &str| IngestError::value(list, format!("line {}", line + 1), row, problem);
        let [time, name] = words.as_slice() else {
            if words.is_empty() {
                continue;
            }
            return Err(wrong("is not a time and a file"));
        };
        let time: f64 = time.parse().map_err(|_| wrong("does not start with a time in seconds"))?;
        if !(0.0..=1e12).contains(&time) {
            return Err(wrong("holds no time"));
        }
        if !Path::new(name).components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(wrong("names a file outside the sequence"));
        }
        let file = path.join(name);
        if !file.is_file() {
            return Err(wrong("names a file that is not there"));
        }
        entries.push((time, file));
    }
    if entries.is_empty() {
        return Err(IngestError::value(list, "lines", 0, "lists no image"));
    }
    entries.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    Ok(entries)
}

/// For each colour image the position of its depth image: one to one, closest in time first.
fn partners(colours: &[(f64, PathBuf)], depths: &[(f64, PathBuf)]) -> Vec<Option<usize>> {
    let mut pairs = Vec::new();
    for (colour, (time, _)) in colours.iter().enumerate() {
        let from = depths.partition_point(|(other, _)| *other < time - NEAR_S);
        let near = depths[from..].iter().take_while(|(other, _)| *other <= time + NEAR_S);
        // A few suffice: images come tens of milliseconds apart.
        pairs.extend(near.take(16).enumerate().map(|(at, (other, _))| ((other - time).abs(), colour, from + at)));
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut partners = vec![None; colours.len()];
    let mut taken = vec![false; depths.len()];
    for (_, colour, depth) in pairs {
        if partners[colour].is_none() && !taken[depth] {
            partners[colour] = Some(depth);
            taken[depth] = true;
        }
    }
    partners
}

/// Times, places and rotations of a trajectory, in the order of the times.
fn trajectory(file: &Path) -> Result<Vec<(f64, Vec3, Quat)>, IngestError> {
    let text = scene::file::read_text(file)?;
    let mut poses = Vec::new();
    for (line, row) in text.lines().enumerate() {
        let numbers = row_of(file, line + 1, row)?;
        if numbers.is_empty() {
            continue;
        }
        let wrong = |problem: &str| IngestError::value(file, format!("line {}", line + 1), row, problem);
        let &[time, x, y, z, qx, qy, qz, qw] = numbers.as_slice() else {
            return Err(wrong("is not a time and seven numbers"));
        };
        let rotation = Quat::from_xyzw(qx, qy, qz, qw);
        let in_reach = (0.0..=1e12).contains(&time) && numbers[1..].iter().all(|v| (-1e6..=1e6).contains(v));
        if !in_reach || (rotation.length() - 1.0).abs() > 1e-2 {
            return Err(wrong("holds no time, or no finite pose with a quaternion of unit length"));
        }
        poses.push((time, Vec3::new(x, y, z), rotation.normalize()));
    }
    if poses.is_empty() {
        return Err(IngestError::value(file, "lines", 0, "holds no pose"));
    }
    poses.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(poses)
}

/// The pose between the two that are nearest in time, or the one that is near.
fn pose_at(poses: &[(f64, Vec3, Quat)], time: f64) -> Pose {
    let after = poses.partition_point(|(other, ..)| *other < time);
    let near = |at: usize| poses.get(at).filter(|(other, ..)| (other - time).abs() <= NEAR_S);
    let (before, after) = (after.checked_sub(1).and_then(near), near(after));
    let (place, rotation) = match (before, after) {
        (Some((t0, p0, q0)), Some((t1, p1, q1))) if t1 > t0 => {
            let share = (time - t0) / (t1 - t0);
            (p0.lerp(*p1, share), q0.slerp(*q1, share))
        }
        (Some((_, p, q)), _) | (_, Some((_, p, q))) => (*p, *q),
        (None, None) => return no_pose("no pose within 20 ms"),
    };
    let motion = RigidTransform::new(Mat3::from_quat(rotation.normalize()), place);
    motion.map_or_else(|error| no_pose(&error.to_string()), Pose::Known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images(times: &[f64]) -> Vec<(f64, PathBuf)> {
        times.iter().map(|time| (*time, PathBuf::from(format!("{time}.png")))).collect()
    }

    #[test]
    fn pairs_are_one_to_one_and_near() {
        let partners = partners(&images(&[1.000, 1.010, 1.030, 2.0]), &images(&[1.008, 1.034, 1.9]));
        assert_eq!(partners, [None, Some(0), Some(1), None]);
    }

    #[test]
    fn poses_lie_between_neighbours_or_are_missing() {
        let turn = Quat::from_rotation_z(0.02);
        let poses = [(1.0, Vec3::ZERO, Quat::IDENTITY), (1.01, Vec3::X, turn), (2.0, Vec3::Y, turn)];
        let place = |time| pose_at(&poses, time).world_from_camera().map(RigidTransform::translation);
        assert!(place(1.005).unwrap().distance(Vec3::X * 0.5) < 1e-6);
        assert_eq!(place(1.02), Some(Vec3::X));
        assert_eq!(place(1.99), Some(Vec3::Y));
        assert_eq!(place(1.5), None);
        assert_eq!(place(0.5), None);
    }
}
