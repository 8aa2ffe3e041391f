//! `ARKitScenes`: a video folder with its frames, the mesh of the scan and, where it was annotated, its boxes.
//!
//! `<video>/<video>_frames/` of the detection set, or `<video>/` of the raw set, holds `lowres_wide/` (colour),
//! `lowres_depth/` (16-bit millimetres), `lowres_wide_intrinsics/` (`.pincam`: width, height, fx, fy, cx, cy) and
//! `lowres_wide.traj` (time, rotation as axis times angle, translation, from the world to the camera: inverted here).
//! Files are named `<video>_<seconds>`. The world is metres, z up, as ours; boxes are those of `obbAligned`.
//!
//! Depth and intrinsics belong to a picture of the same millisecond, or of the next one before or after it, since the
//! names were rounded. A pose belongs to it within [`POSE_LIMIT_S`]; nothing is interpolated, so that a picture between
//! two poses has none.
//!
//! Pictures are stored as the sensor lies. Where `metadata.csv`, beside the video folder or above it, says where the sky
//! is, colour, depth, camera and pose are turned together until it is above.
//!
//! Principal points are taken as they stand, measured from the corner of the image: they were scaled down from
//! pictures of 1920 pixels, so that half a pixel of those is 0.07 of these.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use render::Cloud;
use scene::{
    Frame, NoiseModel, Object, ObjectId, Pose, Provenance, Room, Scene, SceneParts, disk,
    geometry::{Camera, Distortion, Mat3, Quat, RigidTransform, Vec2, Vec3},
    normalise,
};
use serde::Deserialize;

use crate::{
    Import, Imported, IngestError, Report, SceneFile,
    calibration::Calibration,
    folder_id::{file_name, folder_id},
    folders::{files_by_stem, name_of, scene_folders},
    frame_maker::{Depth, FrameMaker, Lenses, PART, Shot, Source, Steps},
    json::read_json,
    numbers::{read_numbers, row_of},
    obb::Obb,
    ply::read_ply,
    scan::Scan,
    table::Table,
    turned::turned,
};

/// Our assumption of the annotation's error (1 σ); the data set states none. Boxes were drawn by hand around a mesh of
/// a few centimetres' grain; poses come from the device's own tracking.
/// Depth is assumed to be good to 1 % of itself.
pub const NOISE: NoiseModel = NoiseModel {
    position_m: 0.02,
    size_m: 0.03,
    yaw_rad: 1.0 * std::f64::consts::PI / 180.0,
    area_relative: 0.0,
    pose_position_m: 0.02,
    pose_rotation_rad: 0.3 * std::f64::consts::PI / 180.0,
    visible_fraction: 0.02,
    depth_relative: 0.01,
};

/// Farthest that the time of a pose may be from that of a picture, seconds; as in the publisher's own loader. At a
/// hand's usual 0.5 m/s the camera moves by less than 3 mm meanwhile.
pub const POSE_LIMIT_S: f64 = 0.005;

/// How high above the bottom of a box vertices begin to be those of its object, metres.
const GROUND_M: f64 = 0.03;

pub(crate) const TRAJECTORY: &str = "lowres_wide.traj";
pub(crate) const COLOUR: &str = "lowres_wide";
pub(crate) const DEPTH: &str = "lowres_depth";
pub(crate) const INTRINSICS: &str = "lowres_wide_intrinsics";
const INVERTED: &str = "poses inverted: the trajectory takes the world to the camera";
const AXES: &str = "boxes of obbAligned: the rows of normalizedAxes are their axes";

#[derive(Deserialize)]
struct Annotation {
    data: Option<Vec<Entry>>,
    #[serde(default)]
    skipped: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    label: String,
    object_id: Option<u32>,
    segments: Segments,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Segments {
    obb_aligned: Obb,
}

/// Time of a file in milliseconds, from its name.
type Times = BTreeMap<i64, (String, PathBuf)>;

/// Reads a video folder, or every one of a folder.
pub fn read(path: &Path) -> Imported {
    let mut report = Report::default();
    let hint = "give the folder of a video, named by its number, or the Training or Validation folder around it";
    let expected = "video folder with <video>_frames, lowres_wide or <video>_3dod_annotation.json";
    let folders = scene_folders(path, is_video, expected, hint, &mut report)?;
    let (mut scenes, mut files, mut scans) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for folder in folders {
        let (scene, images, scan) = read_video(&folder, &mut report)?;
        scans.extend(scan.map(|scan| (scene.id().to_owned(), scan)));
        files.insert(scene.id().to_owned(), images);
        scenes.push(scene);
    }
    Ok(Import { files, scans, ..Import::new(scenes, report) })
}

fn is_video(path: &Path) -> bool {
    let name = name_of(path);
    let inside = [format!("{name}_frames"), COLOUR.to_owned(), TRAJECTORY.to_owned(), annotation_name(&name)];
    path.is_dir() && inside.iter().any(|part| path.join(part).exists())
}

fn annotation_name(video: &str) -> String {
    format!("{video}_3dod_annotation.json")
}

fn read_video(folder: &Path, report: &mut Report) -> Result<(Scene, Vec<SceneFile>, Option<Cloud>), IngestError> {
    let (id, video) = (folder_id(folder, "scene"), name_of(folder));
    let inner = folder.join(format!("{video}_frames"));
    let frames_dir = if inner.is_dir() { inner } else { folder.to_owned() };
    let annotation = folder.join(annotation_name(&video));
    let mut converted = Vec::new();
    let objects = if annotation.exists() {
        converted.push(AXES.to_owned());
        read_objects(&annotation, report)?
    } else {
        report.notes.push(format!("{id}: has no {}: no objects", annotation_name(&video)));
        Vec::new()
    };
    let mesh = folder.join(format!("{video}_3dod_mesh.ply"));
    let vertices = if mesh.exists() { read_vertices(&mesh, &id, report)? } else { Vec::new() };
    let mut scan = vertices_of(&objects, &vertices);
    let mut maker = FrameMaker::seeing(&objects, scan.cloud());
    read_frames(&frames_dir, &id, &mut maker, &mut converted, report)?;
    let FrameMaker { frames, files, .. } = maker;
    let scan = scan.finish(&frames, report, &mut converted);
    let points = vertices.iter().map(|p| p.to_array().map(|v| v as f32)).collect();
    let parts = SceneParts {
        id: id.clone(),
        source: Provenance {
            dataset: "arkitscenes".to_owned(),
            licence: "the data set's own terms".to_owned(),
            attribution: "ARKitScenes, Apple".to_owned(),
            converted,
        },
        noise: NOISE,
        room: Room::default(),
        objects,
        declared_counts: BTreeMap::new(),
        frames,
        points,
    };
    let scene = Scene::new(parts).map_err(|source| IngestError::Scene { file: folder.to_owned(), id, source })?;
    Ok((scene, files, scan))
}

fn read_objects(file: &Path, report: &mut Report) -> Result<Vec<Object>, IngestError> {
    let annotation: Annotation = read_json(file)?;
    if annotation.skipped {
        report.notes.push(format!("{}: the annotators skipped this video", name_of(file)));
    }
    let entries = match annotation.data {
        Some(entries) => entries,
        None if annotation.skipped => Vec::new(),
        None => return Err(IngestError::value(file, "data", "", "is missing, and the video is not marked as skipped")),
    };
    report.read("boxes", entries.len());
    let numbers: BTreeSet<u32> = entries.iter().filter_map(|entry| entry.object_id).collect();
    let numbered = numbers.len() == entries.len();
    if !numbered {
        let how = "objects numbered by their order: not each has an objectId of its own";
        report.convert(how, entries.len());
    }
    let object = |(at, entry): (usize, &Entry)| {
        let bounds = entry.segments.obb_aligned.bounds(file, &format!("data[{at}].segments.obbAligned"), report)?;
        let by_order = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let id = ObjectId(entry.object_id.filter(|_| numbered).unwrap_or(by_order));
        Ok(Object { id, label: normalise(&entry.label), names: Vec::new(), bounds, front: None })
    };
    entries.iter().enumerate().map(object).collect()
}

/// The vertices of the mesh.
fn read_vertices(file: &Path, id: &str, report: &mut Report) -> Result<Vec<Vec3>, IngestError> {
    let mesh = read_ply(file, &[])?;
    if !mesh.triangles.is_empty() {
        report.notes.push(format!("{id}: {} triangles of the mesh are not kept", mesh.triangles.len()));
    }
    Ok(mesh.vertices)
}

/// The vertices of each object: those within its box, of several boxes within the smallest. The lowest of a box is the
/// floor's or the table's on which the thing stands, and no object's.
fn vertices_of(objects: &[Object], vertices: &[Vec3]) -> Scan {
    let mut by_size: Vec<&Object> = objects.iter().collect();
    by_size.sort_by(|a, b| a.bounds.volume_m3().total_cmp(&b.bounds.volume_m3()).then(a.id.cmp(&b.id)));
    let spans: Vec<(f64, f64)> = by_size.iter().map(|object| object.bounds.vertical_span_m()).collect();
    let mut own: Vec<Vec<Vec3>> = vec![Vec::new(); by_size.len()];
    let mut rest = Vec::new();
    for p in vertices {
        let holds = |at: &usize| {
            let ((low, high), bounds) = (spans[*at], &by_size[*at].bounds);
            p.z >= low + GROUND_M && p.z <= high && bounds.contains(*p)
        };
        match (0..by_size.len()).find(holds) {
            Some(at) => own[at].push(*p),
            None => rest.push(*p),
        }
    }
    let mut scan = Scan::default();
    for (object, own) in by_size.iter().zip(&own) {
        scan.add(object.id, own);
    }
    scan.add_rest(&rest);
    scan
}

fn read_frames(
    dir: &Path,
    id: &str,
    maker: &mut FrameMaker<'_>,
    converted: &mut Vec<String>,
    report: &mut Report,
) -> Result<(), IngestError> {
    let pictures = times(&dir.join(COLOUR), "png")?;
    let [depths, intrinsics] = [(DEPTH, "png"), (INTRINSICS, "pincam")].map(|(name, end)| times(&dir.join(name), end));
    let (depths, intrinsics) = (depths?, intrinsics?);
    if pictures.is_empty() {
        for (what, files) in [("depth images", depths.len()), ("intrinsics", intrinsics.len())] {
            if files > 0 {
                report.notes.push(format!("{id}: {files} {what} without pictures in {COLOUR} are not kept"));
            }
        }
        return Ok(());
    }
    report.read("pictures", pictures.len());
    let poses = read_trajectory(&dir.join(TRAJECTORY))?;
    report.read("poses", poses.len());
    let quarters = sky_turns(dir, id, report)?;
    let mut part = Vec::with_capacity(PART);
    let (mut lost, mut blind, mut used) = (0, 0, 0);
    for (ms, (stem, file)) in &pictures {
        let Some(pincam) = nearest_ms(&intrinsics, *ms) else {
            report.refuse(format!("{id}: {stem}"), format!("has no intrinsics within a millisecond in {INTRINSICS}"));
            continue;
        };
        let depth = nearest_ms(&depths, *ms);
        let time_s = *ms as f64 / 1000.0;
        // As the sensor lies; its images are turned below.
        let lying = Frame {
            name: file_name(stem),
            time_s: Some(time_s),
            camera: read_pincam(pincam)?,
            pose: pose_at(&poses, time_s),
            colour: None,
            depth: None,
            instance: None,
            sightings: None,
        };
        let Frame { name, camera, pose, .. } = if quarters == 0 { lying } else { lying.turned(quarters) };
        lost += usize::from(pose.world_from_camera().is_none());
        used += usize::from(depth.is_some());
        blind += usize::from(depth.is_none());
        let depth = depth.map(|file| turned_depth(file, quarters)).transpose()?;
        let depth = depth.map(|steps| Depth { steps, scale_m: 0.001, unknown: None });
        let colour = Some(turned_colour(file, quarters)?);
        let lenses = Lenses { colour: Some(Calibration::of(&camera)), depth: None, file: pincam.to_owned() };
        let shot = Shot { name, time_s: Some(time_s), pose, colour, depth, instance: None };
        part.push((shot, lenses));
        if part.len() == PART {
            maker.add_each(part.drain(..), dir, report)?;
        }
    }
    maker.add_each(part, dir, report)?;
    let count = maker.frames.len();
    report.read("frames", count);
    report.convert(INVERTED, count - lost);
    converted.push(INVERTED.to_owned());
    if quarters > 0 {
        let how = format!("pictures, cameras and poses turned clockwise by {}° for the sky", u32::from(quarters) * 90);
        report.convert(&how, count);
        converted.push(how);
    }
    let spare = depths.len().saturating_sub(used);
    for (count, what) in [
        (lost, format!("frames have no pose within {} ms", POSE_LIMIT_S * 1e3)),
        (blind, "frames have no depth".to_owned()),
        (spare, "depth images belong to no frame and are not kept".to_owned()),
    ] {
        if count > 0 {
            report.notes.push(format!("{id}: {count} {what}"));
        }
    }
    Ok(())
}

fn turned_colour(file: &Path, quarters: u8) -> Result<Source, IngestError> {
    if quarters == 0 {
        return Ok(Source::File(file.to_owned()));
    }
    let image = turned(render::rgb(file, &disk::read_bytes(file)?)?, quarters);
    let png = render::rgb_png([image.width_px, image.height_px], &image.pixels);
    png.map(Source::Bytes).map_err(|e| IngestError::Encode { file: file.to_owned(), problem: e.to_string() })
}

fn turned_depth(file: &Path, quarters: u8) -> Result<Steps, IngestError> {
    if quarters == 0 {
        return Ok(Steps::File(file.to_owned()));
    }
    Ok(Steps::Raw(turned(render::grey_16(file, &disk::read_bytes(file)?)?, quarters)))
}

/// Files named `<video>_<seconds>` or `<seconds>`, by their time.
fn times(dir: &Path, ending: &str) -> Result<Times, IngestError> {
    let mut times = Times::new();
    for (stem, file) in files_by_stem(dir, &[ending])? {
        let wrong = |problem| IngestError::value(&file, "name", &stem, problem);
        let seconds = stem.rsplit('_').next().unwrap_or(&stem);
        let seconds: f64 = seconds.parse().map_err(|_| wrong("does not end in a time in seconds"))?;
        if !(-1e9..=1e9).contains(&seconds) {
            return Err(wrong("ends in a time beyond 1e9 seconds"));
        }
        if times.insert((seconds * 1e3).round() as i64, (stem.clone(), file.clone())).is_some() {
            return Err(wrong("another file has the same millisecond"));
        }
    }
    Ok(times)
}

fn nearest_ms(files: &Times, ms: i64) -> Option<&Path> {
    [ms, ms - 1, ms + 1].iter().find_map(|ms| files.get(ms)).map(|(_, file)| file.as_path())
}

/// Poses by time, ascending: `(seconds, world_from_camera)`.
fn read_trajectory(file: &Path) -> Result<Vec<(f64, RigidTransform)>, IngestError> {
    let text = scene::file::read_text(file)?;
    let mut poses = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let numbers = row_of(file, at + 1, line)?;
        let wrong = |problem: String| IngestError::value(file, format!("line {}", at + 1), line, problem);
        let &[time, rx, ry, rz, x, y, z] = numbers.as_slice() else {
            return Err(wrong(format!("{} numbers, must be 7: time, rotation, translation", numbers.len())));
        };
        if !(-1e9..=1e9).contains(&time) {
            return Err(wrong("the time is not finite or beyond 1e9 seconds".to_owned()));
        }
        let turn = Vec3::new(rx, ry, rz);
        // Written so that NaN is refused too.
        if !turn.abs().cmplt(Vec3::splat(1e3)).all() {
            return Err(wrong("the rotation is not finite or beyond 1e3 radians".to_owned()));
        }
        let rotation = Mat3::from_quat(Quat::from_scaled_axis(turn));
        let camera_from_world = RigidTransform::new(rotation, Vec3::new(x, y, z)).map_err(|e| wrong(e.to_string()))?;
        poses.push((time, camera_from_world.inverse()));
    }
    poses.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(poses)
}

/// The pose nearest in time, if it is near enough.
fn pose_at(poses: &[(f64, RigidTransform)], time_s: f64) -> Pose {
    let after = poses.partition_point(|(time, _)| *time < time_s);
    let near = poses[after.saturating_sub(1)..poses.len().min(after + 1)].iter();
    let nearest = near.map(|(time, pose)| ((time - time_s).abs(), pose)).min_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((off, pose)) if off <= POSE_LIMIT_S => Pose::Known(*pose),
        Some((off, _)) => Pose::Missing {
            reason: format!("no pose within {} ms; the nearest is {:.0} ms away", POSE_LIMIT_S * 1e3, off * 1e3),
        },
        None => Pose::Missing { reason: "the trajectory is empty".to_owned() },
    }
}

fn read_pincam(file: &Path) -> Result<Camera, IngestError> {
    let numbers = read_numbers(file)?;
    let wrong = |problem: String| IngestError::value(file, "intrinsics", &numbers, problem);
    let &[width, height, fx, fy, cx, cy] = numbers.as_slice() else {
        return Err(wrong(format!("{} numbers, must be 6: width height fx fy cx cy", numbers.len())));
    };
    let side = |value: f64| if value.fract() == 0.0 && (0.0..1e9).contains(&value) { value as u32 } else { 0 };
    Camera::new(side(width), side(height), Vec2::new(fx, fy), Vec2::new(cx, cy), Distortion::None)
        .map_err(|e| wrong(e.to_string()))
}

/// Clockwise quarter turns that bring the sky to the top, as `metadata.csv` has it.
fn sky_turns(dir: &Path, id: &str, report: &mut Report) -> Result<u8, IngestError> {
    // Beside the frames, in the split's folder, or in that of the whole set.
    let found = dir.ancestors().take(4).map(|dir| dir.join("metadata.csv")).find(|file| file.is_file());
    let Some(file) = found else {
        report.notes.push(format!("{id}: no metadata.csv says where the sky is; frames stay as the sensor lies"));
        return Ok(0);
    };
    for row in Table::read(&file, &["video_id", "sky_direction"])?.rows() {
        if row.text("video_id")? != id {
            continue;
        }
        return match row.text("sky_direction")? {
            "Up" => Ok(0),
            "Left" => Ok(1),
            "Down" => Ok(2),
            "Right" => Ok(3),
            _ => Err(row.wrong("sky_direction", "is none of Up, Down, Left, Right")),
        };
    }
    report.notes.push(format!("{id}: metadata.csv does not name it; frames stay as the sensor lies"));
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pose_belongs_to_a_picture_within_five_milliseconds() {
        let at = |x: f64| RigidTransform::new(Mat3::IDENTITY, Vec3::X * x).expect("a motion");
        let poses = [(1.0, at(1.0)), (1.1, at(2.0)), (1.2, at(3.0))];
        let place = |time: f64| pose_at(&poses, time).world_from_camera().map(|pose| pose.translation().x);
        assert_eq!([1.0, 1.0049, 1.0951, 1.2].map(place), [Some(1.0), Some(1.0), Some(2.0), Some(3.0)]);
        assert_eq!([0.9, 1.05, 1.3].map(place), [None; 3]);
        assert_eq!(
            pose_at(&poses, 1.05),
            Pose::Missing { reason: "no pose within 5 ms; the nearest is 50 ms away".into() }
        );
        assert!(pose_at(&[], 1.0).world_from_camera().is_none());
    }
}
