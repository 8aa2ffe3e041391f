//! Plain folders of pictures with depth, as many tools write them.
//!
//! | layout | told by | poses |
//! |---|---|---|
//! | folders | `color/`, `rgb/`, `colour/`, `image/` or `images/`, beside `depth/` | `pose/` or `poses/` of 4 × 4 text, or a `trajectory.log` of Open3D |
//! | 3DMatch, 7-Scenes | `frame-000000.color.png`, `.depth.png`, `.pose.txt` | in the `.pose.txt` |
//! | arrays | one `.npz` with `depths`, `poses`, `intrinsics`, images beside it ([`crate::rgbd_arrays`]) | camera to world |
//! | point map | `points` with `mask` and `intrinsics` as `.npy` or in one `.npz` ([`crate::rgbd_point_map`]) | none |
//!
//! Intrinsics: `intrinsics.txt`, `camera-intrinsics.txt` and the like (3 × 3 or 4 × 4), or Open3D's JSON, in the folder
//! or the one around it, or `--camera FILE`. Depth PNGs are taken as millimetres unless `--depth-scale` says otherwise,
//! and the report says which. No such layout states which way is up; `--up` does.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use scene::{
    NoiseModel, Provenance, Room, Scene, SceneParts,
    geometry::{Mat3, RigidTransform, Vec3},
};
use serde::Deserialize;

use crate::{
    Import, Imported, IngestError, Options, Report,
    calibration::{Calibration, HALF_A_PIXEL},
    canonical::sorted_entries,
    folder_id::folder_id,
    frame_maker::{Depth, FrameMaker, Lenses, Shot, Source, Steps},
    json::read_json,
    numbers::{intrinsic_matrix, read_numbers},
    options::Up,
    pose::{moved, no_pose, pose_of},
    rgbd_arrays, rgbd_point_map,
    scannet::{name_of, numbered},
    trajectory_log::read_log,
};

/// Our assumption of the poses' error (1 σ); such layouts state none. There are no objects.
/// Depth is assumed to be good to 1 % of itself.
pub const NOISE: NoiseModel = NoiseModel {
    pose_position_m: 0.02,
    pose_rotation_rad: 0.5 * std::f64::consts::PI / 180.0,
    visible_fraction: 0.02,
    depth_relative: 0.01,
    ..NoiseModel::NONE
};

/// Names of intrinsics files, as tools write them.
const INTRINSICS: [&str; 10] = [
    "intrinsics.txt",
    "intrinsic.txt",
    "camera-intrinsics.txt",
    "camera_intrinsics.txt",
    "camera.json",
    "intrinsics.json",
    "intrinsic.json",
    "camera_intrinsic.json",
    "camera_intrinsics.json",
    "camera_primesense.json",
];

/// Folders of colour images, as tools call them.
pub(crate) const COLOURS: [&str; 5] = ["color", "colour", "rgb", "image", "images"];

/// Endings of colour images.
pub(crate) const PICTURES: [&str; 3] = [".jpg", ".jpeg", ".png"];

/// 65535 is written by these sensors where they see nothing.
const SENSOR_UNKNOWN: u16 = u16::MAX;

/// Where the files of frames lie, by the number in their names.
#[derive(Debug, Default)]
struct Layout {
    colours: Vec<(u64, PathBuf)>,
    depths: Vec<(u64, PathBuf)>,
    poses: Vec<(u64, PathBuf)>,
    unknown: Option<u16>,
}

/// Reads a folder with all its frames.
pub fn read(path: &Path) -> Imported {
    read_with(path, &Options::default())
}

/// Reads a folder.
pub(crate) fn read_with(path: &Path, options: &Options) -> Imported {
    if let Some(arrays) = rgbd_point_map::find(path)? {
        return rgbd_point_map::read(path, &arrays, options);
    }
    if let Some(file) = rgbd_arrays::find(path)? {
        return rgbd_arrays::read(path, &file, options);
    }
    let mut report = Report::default();
    let layout = layout(path)?;
    let (calibration, file) = intrinsics(path, options, &mut report)?;
    let lenses = Lenses { colour: Some(calibration.clone()), depth: Some(calibration), file };
    let shots = shots(path, layout, options, &mut report)?;
    report.convert(HALF_A_PIXEL, shots.len());
    let mut maker = FrameMaker::default();
    maker.add(shots, &lenses, path, &mut report)?;
    finish(path, maker, options, report)
}

/// The scene of these frames.
pub(crate) fn finish(path: &Path, maker: FrameMaker<'_>, options: &Options, mut report: Report) -> Imported {
    let known = maker.frames.iter().filter(|frame| frame.pose.world_from_camera().is_some()).count();
    if options.up.is_none() && known > 0 {
        report
            .notes
            .push("no file states which way is up; z of the poses' world is taken (--up says otherwise)".to_owned());
    }
    report.read("frames", maker.frames.len());
    let id = folder_id(path, "rgbd");
    let parts = SceneParts {
        id: id.clone(),
        source: Provenance {
            dataset: "rgbd".to_owned(),
            licence: "as the source's".to_owned(),
            attribution: "frames of a folder; its owner's terms hold".to_owned(),
            converted: report.converted.keys().cloned().collect(),
        },
        noise: NOISE,
        room: Room::default(),
        objects: Vec::new(),
        declared_counts: BTreeMap::new(),
        frames: maker.frames,
        points: Vec::new(),
    };
    let scene =
        Scene::new(parts).map_err(|source| IngestError::Scene { file: path.to_owned(), id: id.clone(), source })?;
    Ok(Import::new(vec![scene], report).with_files(&id, maker.files))
}

/// The motion that turns the layout's world upright.
pub(crate) fn upright(up: Option<Up>) -> Result<RigidTransform, IngestError> {
    let rotation = match up {
        None | Some(Up::Z) => Mat3::IDENTITY,
        Some(Up::Y) => Mat3::from_cols(Vec3::X, Vec3::Z, -Vec3::Y),
        Some(Up::MinusY) => Mat3::from_cols(Vec3::X, -Vec3::Z, Vec3::Y),
        Some(Up::MinusZ) => Mat3::from_cols(Vec3::X, -Vec3::Y, -Vec3::Z),
    };
    RigidTransform::new(rotation, Vec3::ZERO)
        .map_err(|e| IngestError::value(Path::new("--up"), "rotation", rotation.to_cols_array(), e.to_string()))
}

fn layout(path: &Path) -> Result<Layout, IngestError> {
    let nothing = IngestError::Nothing {
        path: path.to_owned(),
        expected: "color/ (or rgb/, image/) beside depth/, frame-*.color.png, or a .npz",
        hint: "`isovist import --help` lists the layouts",
    };
    if !path.is_dir() {
        return Err(nothing);
    }
    let flat = Layout {
        colours: numbered(path, &[".color.png", ".color.jpg"])?,
        depths: numbered(path, &[".depth.png"])?,
        poses: numbered(path, &[".pose.txt"])?,
        unknown: Some(SENSOR_UNKNOWN),
    };
    if !flat.colours.is_empty() || !flat.depths.is_empty() {
        return Ok(flat);
    }
    let mut found = Layout::default();
    if let Some(dir) = colour_folder(path)? {
        found.colours = numbered(&dir, &PICTURES)?;
    }
    found.depths = numbered(&path.join("depth"), &[".png"])?;
    for poses in ["pose", "poses"] {
        found.poses.extend(numbered(&path.join(poses), &[".txt"])?);
    }
    if found.colours.is_empty() && found.depths.is_empty() { Err(nothing) } else { Ok(found) }
}

/// The folder of colours; an error if there are several.
pub(crate) fn colour_folder(path: &Path) -> Result<Option<PathBuf>, IngestError> {
    let folders: Vec<PathBuf> = COLOURS.iter().map(|name| path.join(name)).filter(|dir| dir.is_dir()).collect();
    match folders.as_slice() {
        [] => Ok(None),
        [dir] => Ok(Some(dir.clone())),
        several => {
            let names: Vec<String> = several.iter().map(|dir| name_of(dir)).collect();
            Err(IngestError::value(path, "folders", names, "may each hold the colours; keep one"))
        }
    }
}

fn shots(path: &Path, layout: Layout, options: &Options, report: &mut Report) -> Result<Vec<Shot>, IngestError> {
    let Layout { colours, depths, poses, unknown } = layout;
    let mut frames: BTreeMap<u64, [Option<PathBuf>; 3]> = BTreeMap::new();
    for (slot, files) in [colours, depths, poses].into_iter().enumerate() {
        for (number, file) in files {
            frames.entry(number).or_default()[slot] = Some(file);
        }
    }
    frames.retain(|_, [colour, depth, pose]| {
        let pictured = colour.is_some() || depth.is_some();
        if let (false, Some(pose)) = (pictured, pose) {
            report.refuse(name_of(pose), "has neither colours nor depth of its number");
        }
        pictured
    });
    for (slot, kind) in [(0, "colours"), (1, "depth")] {
        let without = frames.values().filter(|files| files[slot].is_none()).count();
        if without > 0 {
            report.notes.push(format!("{without} frames have no {kind}"));
        }
    }
    let scale_m = options.depth_scale_m.unwrap_or(0.001);
    let depths = frames.values().filter(|files| files[1].is_some()).count();
    if depths > 0 {
        let how = match options.depth_scale_m {
            Some(scale) => format!("a step of depth is {scale} m, as --depth-scale says"),
            None => "a step of depth is taken as 0.001 m, usual for 16-bit PNG; no file states it (--depth-scale)"
                .to_owned(),
        };
        report.convert(&how, depths);
    }
    let logged = log_of(path, &frames, report)?;
    let new_from_old = upright(options.up)?;
    if let Some((axis, _)) = Up::ALL.iter().find(|(_, up)| Some(*up) == options.up && *up != Up::Z) {
        report.convert(&format!("world turned so that {axis} of the poses' world is up, as --up says"), frames.len());
    }
    let all = frames.len();
    let mut shots = Vec::new();
    for (at, (number, [colour, depth, pose])) in frames.into_iter().enumerate().step_by(options.every()) {
        let pose = match (pose, &logged) {
            (Some(file), _) => pose_of(&file, "pose", &read_numbers(&file)?, report)?,
            (None, Some(logged)) => {
                pose_of(&logged.file, &format!("pose of frame {number}"), &logged.poses[at], report)?
            }
            (None, None) => {
                report.convert("frames without a pose file have no pose", 1);
                no_pose("no pose file")
            }
        };
        shots.push(Shot {
            name: number.to_string(),
            time_s: None,
            pose: moved(pose, &new_from_old),
            colour: colour.map(Source::File),
            depth: depth.map(|file| Depth { steps: Steps::File(file), scale_m, unknown }),
            instance: None,
        });
    }
    if shots.len() < all {
        report.notes.push(format!("{} of {all} frames are taken: every {}th", shots.len(), options.every()));
    }
    Ok(shots)
}

/// Poses of a trajectory file, one for each frame.
struct Logged {
    file: PathBuf,
    poses: Vec<[f64; 16]>,
}

/// The trajectory beside the frames, where they have no pose files.
fn log_of(
    path: &Path,
    frames: &BTreeMap<u64, [Option<PathBuf>; 3]>,
    report: &mut Report,
) -> Result<Option<Logged>, IngestError> {
    if frames.values().any(|[.., pose]| pose.is_some()) {
        return Ok(None);
    }
    let mut logs: Vec<PathBuf> = if path.is_dir() { sorted_entries(path)? } else { Vec::new() };
    logs.retain(|file| file.extension().is_some_and(|ending| ending == "log"));
    let preferred = path.join("trajectory.log");
    let file = match logs.as_slice() {
        [] => return Ok(None),
        [file] => file.clone(),
        _ if logs.contains(&preferred) => {
            let others: Vec<String> =
                logs.iter().filter(|file| **file != preferred).map(|file| name_of(file)).collect();
            report.notes.push(format!("poses of trajectory.log are taken; not read: {}", others.join(", ")));
            preferred
        }
        _ => {
            let names: Vec<String> = logs.iter().map(|file| name_of(file)).collect();
            return Err(IngestError::value(path, "trajectories", names, "keep one, or call one trajectory.log"));
        }
    };
    let poses = read_log(&file)?;
    report.read("poses", poses.len());
    let by_number = || frames.keys().map(|number| poses.get(usize::try_from(*number).ok()?).copied()).collect();
    let picked: Option<Vec<[f64; 16]>> = if poses.len() == frames.len() {
        report.convert("poses of the trajectory belong to the frames in their order", poses.len());
        Some(poses.clone())
    } else {
        let picked: Option<Vec<[f64; 16]>> = by_number();
        report.convert("frames have the poses whose positions in the trajectory are their numbers", frames.len());
        picked
    };
    let Some(poses_of_frames) = picked else {
        let problem = format!("poses for {} frames, the last of them number {:?}", frames.len(), frames.keys().last());
        return Err(IngestError::value(&file, "poses", poses.len(), problem));
    };
    Ok(Some(Logged { file, poses: poses_of_frames }))
}

/// Open3D's JSON: the matrix stands by columns.
#[derive(Deserialize)]
struct Open3d {
    width: u32,
    height: u32,
    intrinsic_matrix: [f64; 9],
}

/// The camera, and the file that states it.
pub(crate) fn intrinsics(
    path: &Path,
    options: &Options,
    report: &mut Report,
) -> Result<(Calibration, PathBuf), IngestError> {
    let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let places = [Some(path), full.parent()].into_iter().flatten();
    let mut files = places.flat_map(|dir| INTRINSICS.map(|name| dir.join(name))).filter(|file| file.is_file());
    let given = options.camera.as_ref().map(PathBuf::from);
    let Some(file) = given.or_else(|| files.next()) else {
        let problem = "neither here nor one level up is a file of intrinsics; give --camera FILE";
        return Err(IngestError::value(path, "intrinsics", INTRINSICS, problem));
    };
    report.notes.push(format!("intrinsics of {}", name_of(&file)));
    let calibration = if file.extension().is_some_and(|ending| ending == "json") {
        let Open3d { width, height, intrinsic_matrix: m } = read_json(&file)?;
        let rows = [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]];
        let numbers = intrinsic_matrix(&file, &rows)?;
        Calibration { size_px: Some([width, height]), ..Calibration::of_zero_based(numbers) }
    } else {
        Calibration::of_zero_based(intrinsic_matrix(&file, &read_numbers(&file)?)?)
    };
    Ok((calibration, file))
}
