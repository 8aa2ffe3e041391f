//! `ScanNet++`: a laser-scanned room with pictures of a camera and of a telephone.
//!
//! `<scene>/dslr/nerfstudio/transforms.json` names the pictures of the camera (fisheye, in `dslr/resized_images`), with
//! poses in axes of its own (`nerfstudio.rs`); `transforms_undistorted.json` those without distortion. Depth
//! rendered from the mesh is taken from `dslr/render_depth` or `dslr/undistorted_depths` (16-bit millimetres).
//! `<scene>/iphone/pose_intrinsic_imu.json` has for each picture of `iphone/rgb` its intrinsics and `aligned_pose`, camera
//! to world in our axes, and `iphone/depth` its depth in millimetres, smaller than the picture.
//! `<scene>/scans/` holds the mesh `mesh_aligned_0.05.ply`, a segment for each vertex of it (`segments.json`) and the
//! objects, each with its segments and an oriented box (`segments_anno.json`). The world is metres, z up.
//!
//! A box is held against the vertices of its object where mesh and segments are there, so that an axis convention can
//! never be misread in silence. Walls, floors and ceilings are the building, not objects, and left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use render::{Cloud, image_head};
use scene::{
    Frame, NoiseModel, Object, ObjectId, Pose, Provenance, Room, Scene, SceneParts, disk,
    geometry::{Mat3, OrientedBox, Vec3},
    normalise,
};
use serde::Deserialize;

use crate::{
    Import, Imported, IngestError, Report, SceneFile,
    calibration::Calibration,
    colmap_file::read_pictures,
    folder_id::{file_name, folder_id},
    folders::{files_by_stem, inside, name_of, scene_folders},
    frame_maker::{Depth, FrameMaker, Lenses, PART, Shot, Source, Steps},
    json::{Ordered, read_json},
    nerfstudio::{self, read_transforms},
    numbers::intrinsic_matrix,
    obb::Obb,
    ply::{Ply, read_ply},
    pose::pose_of,
    scan::Scan,
};

/// Our assumption of the annotation's error (1 σ); the data set states none. The scan is good to a few millimetres, its
/// mesh has a grain of centimetres, and a box is that of the segments that annotators chose.
/// Depth is assumed to be good to 1 % of itself.
pub const NOISE: NoiseModel = NoiseModel {
    position_m: 0.01,
    size_m: 0.01,
    yaw_rad: 0.5 * std::f64::consts::PI / 180.0,
    area_relative: 0.0,
    pose_position_m: 0.01,
    pose_rotation_rad: 0.2 * std::f64::consts::PI / 180.0,
    visible_fraction: 0.02,
    depth_relative: 0.01,
};

pub(crate) const TRANSFORMS: &str = "dslr/nerfstudio/transforms.json";
pub(crate) const PICTURES: &str = "dslr/resized_images";
pub(crate) const RENDERED: &str = "dslr/render_depth";
pub(crate) const ANNOTATION: &str = "scans/segments_anno.json";
pub(crate) const SEGMENTS: &str = "scans/segments.json";
pub(crate) const MESH: &str = "scans/mesh_aligned_0.05.ply";
/// The model of COLMAP from which the poses of `transforms.json` were made; its world is that of the mesh.
const MODEL: &str = "dslr/colmap";
/// Largest difference between the two, metres and entries of the rotation.
const MODEL_TOLERANCE: f64 = 0.01;
const TELEPHONE: &str = "iphone/pose_intrinsic_imu.json";

/// The camera's pictures, as they may be there: transforms, images, depth. The first with images is taken.
const CAMERA: [(&str, &str, &str); 3] = [
    (TRANSFORMS, PICTURES, RENDERED),
    ("dslr/nerfstudio/transforms_undistorted.json", "dslr/resized_undistorted_images", "dslr/undistorted_depths"),
    ("dslr/nerfstudio/transforms_undistorted.json", "dslr/undistorted_images", "dslr/undistorted_depths"),
];

/// How far a vertex may lie outside the box of its object, metres, and the least share of them that lie within.
const MARGIN_M: f64 = 0.05;
const LEAST_WITHIN: f64 = 0.9;

/// Labels that are no objects, and why.
const NO_OBJECTS: [(&str, &[&str]); 2] = [
    ("is the building, which holds every object", &["wall", "floor", "ceiling"]),
    ("is a mark of the annotators", &["remove", "split"]),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Annotation {
    seg_groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    object_id: u32,
    label: String,
    #[serde(default)]
    segments: Vec<u32>,
    obb: Obb,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Segments {
    seg_indices: Vec<i64>,
}

#[derive(Deserialize)]
struct TelephoneRow {
    intrinsic: [[f64; 3]; 3],
    aligned_pose: Option<[[f64; 4]; 4]>,
    timestamp: Option<f64>,
}

/// Reads a scene's folder, or every one of a folder.
pub fn read(path: &Path) -> Imported {
    let mut report = Report::default();
    let expected = "folder of a scene with dslr/, iphone/ or scans/";
    let hint = "give the folder of a scene, named by its ten characters, or the data/ folder around it";
    let folders = scene_folders(path, is_scene, expected, hint, &mut report)?;
    let (mut scenes, mut files, mut scans) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for folder in folders {
        let (scene, images, scan) = read_scene(&folder, &mut report)?;
        scans.extend(scan.map(|scan| (scene.id().to_owned(), scan)));
        files.insert(scene.id().to_owned(), images);
        scenes.push(scene);
    }
    Ok(Import { files, scans, ..Import::new(scenes, report) })
}

fn is_scene(path: &Path) -> bool {
    [TRANSFORMS, CAMERA[1].0, TELEPHONE, ANNOTATION].iter().any(|part| path.join(part).exists())
}

fn read_scene(folder: &Path, report: &mut Report) -> Result<(Scene, Vec<SceneFile>, Option<Cloud>), IngestError> {
    let id = folder_id(folder, "scene");
    let mut converted = Vec::new();
    let mesh = folder.join(MESH);
    let mesh = if mesh.exists() { Some(read_ply(&mesh, &[])?) } else { None };
    if mesh.is_none() {
        report.notes.push(format!("{id}: has no {MESH}: no points"));
    }
    let (objects, mut scan) = read_objects(folder, &id, mesh.as_ref(), report)?;
    let mut maker = FrameMaker::seeing(&objects, scan.cloud());
    read_camera(folder, &id, &mut maker, &mut converted, report)?;
    read_telephone(folder, &id, &mut maker, &mut converted, report)?;
    let FrameMaker { frames, files, .. } = maker;
    report.read("frames", frames.len());
    let scan = scan.finish(&frames, report, &mut converted);
    let points = mesh.map_or_else(Vec::new, |mesh| {
        if !mesh.triangles.is_empty() {
            report.notes.push(format!("{id}: {} triangles of the mesh are not kept", mesh.triangles.len()));
        }
        mesh.vertices.iter().map(|p| p.to_array().map(|v| v as f32)).collect()
    });
    let parts = SceneParts {
        id: id.clone(),
        source: Provenance {
            dataset: "scannetpp".to_owned(),
            licence: "the data set's own terms".to_owned(),
            attribution: "ScanNet++, Technical University of Munich".to_owned(),
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

/// The objects, and the vertices of each where mesh and segments are there.
fn read_objects(
    folder: &Path,
    id: &str,
    mesh: Option<&Ply>,
    report: &mut Report,
) -> Result<(Vec<Object>, Scan), IngestError> {
    let file = folder.join(ANNOTATION);
    if !file.exists() {
        report.notes.push(format!("{id}: has no {ANNOTATION}: no objects"));
        return Ok((Vec::new(), Scan::default()));
    }
    let annotation: Annotation = read_json(&file)?;
    report.read("boxes", annotation.seg_groups.len());
    let vertices = vertices_by_segment(folder, id, mesh, report)?;
    let (mut objects, mut scan, mut taken) = (Vec::new(), Scan::default(), BTreeSet::new());
    for (at, group) in annotation.seg_groups.iter().enumerate() {
        let what = format!("{id}: {} ({})", group.label, group.object_id);
        let label = normalise(&group.label);
        if let Some((reason, _)) = NO_OBJECTS.iter().find(|(_, labels)| labels.contains(&label.as_str())) {
            report.refuse(what, *reason);
            continue;
        }
        let bounds = group.obb.bounds(&file, &format!("segGroups[{at}].obb"), report)?;
        if let Some(vertices) = &vertices
            && let Err(reason) = check_within(&bounds, &group.segments, vertices)
        {
            report.refuse(what, reason);
            continue;
        }
        if let Some(vertices) = &vertices {
            let segments = || group.segments.iter().map(|segment| i64::from(*segment));
            scan.add(ObjectId(group.object_id), segments().filter_map(|segment| vertices.get(&segment)).flatten());
            taken.extend(segments());
        }
        objects.push(Object { id: ObjectId(group.object_id), label, names: Vec::new(), bounds, front: None });
    }
    let rest = vertices.iter().flatten().filter(|(segment, _)| !taken.contains(segment));
    scan.add_rest(rest.flat_map(|(_, vertices)| vertices));
    Ok((objects, scan))
}

/// The vertices of each segment; `None` where mesh or segments are not there.
fn vertices_by_segment(
    folder: &Path,
    id: &str,
    mesh: Option<&Ply>,
    report: &mut Report,
) -> Result<Option<BTreeMap<i64, Vec<Vec3>>>, IngestError> {
    let file = folder.join(SEGMENTS);
    let Some(mesh) = mesh.filter(|_| file.exists()) else {
        report.notes.push(format!("{id}: boxes are not held against the scan: mesh or segments are not there"));
        return Ok(None);
    };
    let Segments { seg_indices } = read_json(&file)?;
    if seg_indices.len() != mesh.vertices.len() {
        let problem = format!("must be one for each of the {} vertices of {MESH}", mesh.vertices.len());
        return Err(IngestError::value(&file, "segIndices", seg_indices.len(), problem));
    }
    let mut segments: BTreeMap<i64, Vec<Vec3>> = BTreeMap::new();
    for (segment, vertex) in seg_indices.iter().zip(&mesh.vertices) {
        segments.entry(*segment).or_default().push(*vertex);
    }
    Ok(Some(segments))
}

/// Whether the vertices of an object lie in its box; why not.
fn check_within(bounds: &OrientedBox, segments: &[u32], vertices: &BTreeMap<i64, Vec<Vec3>>) -> Result<(), String> {
    let own = || segments.iter().filter_map(|segment| vertices.get(&i64::from(*segment))).flatten();
    let count = own().count();
    if count == 0 {
        return Err("none of its segments is in the scan".to_owned());
    }
    let grown = OrientedBox::new(bounds.centre(), bounds.half() + Vec3::splat(MARGIN_M), bounds.axes())
        .map_err(|error| error.to_string())?;
    let within = own().filter(|vertex| grown.contains(**vertex)).count();
    if (within as f64) < LEAST_WITHIN * count as f64 {
        return Err(format!("only {within} of its {count} vertices lie within {MARGIN_M} m of its box"));
    }
    Ok(())
}

fn read_camera(
    folder: &Path,
    id: &str,
    maker: &mut FrameMaker<'_>,
    converted: &mut Vec<String>,
    report: &mut Report,
) -> Result<(), IngestError> {
    let there = |(transforms, images, _): &&(&str, &str, &str)| {
        folder.join(transforms).exists() && folder.join(images).is_dir()
    };
    let bare = || CAMERA.iter().find(|(transforms, ..)| folder.join(transforms).exists());
    let Some((transforms, images, depths)) = CAMERA.iter().find(there).or_else(bare) else { return Ok(()) };
    let file = folder.join(transforms);
    let depths = files_by_stem(&folder.join(depths), &["png"])?;
    let (mut unseen, mut blind, mut count) = (0, 0, 0);
    let shots = read_transforms(&file)?;
    check_model(folder, &file, &shots, id, report)?;
    let mut part = Vec::with_capacity(PART);
    for shot in shots {
        let nerfstudio::Shot { file_path, camera, world_from_camera, is_bad } = shot;
        report.read("pictures of the camera", 1);
        if is_bad {
            report.refuse(format!("{id}: {file_path}"), "its authors marked it as bad");
            continue;
        }
        let picture = inside(&folder.join(images), &file_path)
            .ok_or_else(|| IngestError::value(&file, "file_path", &file_path, "must lie in the folder of images"))?;
        let stem = Path::new(&file_path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (name, pose) = (file_name(&stem), Pose::Known(world_from_camera));
        count += 1;
        if !picture.exists() {
            // Pictures for testing are withheld, but not their poses.
            unseen += 1;
            let frame =
                Frame { name, time_s: None, camera, pose, colour: None, depth: None, instance: None, sightings: None };
            maker.add_each(part.drain(..), &file, report)?;
            maker.frames.push(frame);
            continue;
        }
        let depth = depths.get(&stem).map(|file| Steps::File(file.clone()));
        blind += usize::from(depth.is_none());
        let lenses = Lenses { colour: Some(Calibration::of(&camera)), depth: None, file: file.clone() };
        let shot = Shot {
            name,
            time_s: None,
            pose,
            colour: Some(Source::File(picture)),
            depth: depth.map(|steps| Depth { steps, scale_m: 0.001, unknown: None }),
            instance: None,
        };
        part.push((shot, lenses));
        if part.len() == PART {
            maker.add_each(part.drain(..), &file, report)?;
        }
    }
    maker.add_each(part, &file, report)?;
    for (count, what) in [(unseen, "pictures are named but not there"), (blind, "pictures of the camera have no depth")]
    {
        if count > 0 {
            report.notes.push(format!("{id}: {count} {what}"));
        }
    }
    if count > 0 {
        report.convert(nerfstudio::TURNED, count);
        converted.push(nerfstudio::TURNED.to_owned());
    }
    Ok(())
}

/// Holds the poses against those of the model from which they were made, where it is there, so that nerfstudio's axes
/// can never be misread in silence.
fn check_model(
    folder: &Path,
    file: &Path,
    shots: &[nerfstudio::Shot],
    id: &str,
    report: &mut Report,
) -> Result<(), IngestError> {
    let model = folder.join(MODEL);
    if !["txt", "bin"].iter().any(|ending| model.join(format!("images.{ending}")).exists()) {
        report.notes.push(format!("{id}: poses are not held against {MODEL}, which is not there"));
        return Ok(());
    }
    let pictures = read_pictures(&model)?;
    let mut held = 0;
    for shot in shots {
        let Ok(at) = pictures.binary_search_by(|picture| picture.name.as_str().cmp(&shot.file_path)) else { continue };
        let off = pictures[at].world_from_camera.inverse().after(&shot.world_from_camera);
        let turned = (off.rotation() - Mat3::IDENTITY).to_cols_array().iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        if off.translation().length() > MODEL_TOLERANCE || turned > MODEL_TOLERANCE {
            let problem = format!(
                "the pose is not that of {MODEL}: off by {} m and {turned} in its rotation",
                off.translation().length()
            );
            return Err(IngestError::value(file, "transform_matrix", &shot.file_path, problem));
        }
        held += 1;
    }
    report.read("poses held against COLMAP's", held);
    Ok(())
}

fn read_telephone(
    folder: &Path,
    id: &str,
    maker: &mut FrameMaker<'_>,
    converted: &mut Vec<String>,
    report: &mut Report,
) -> Result<(), IngestError> {
    let file = folder.join(TELEPHONE);
    if !file.exists() {
        return Ok(());
    }
    let rows: Ordered<TelephoneRow> = read_json(&file)?;
    report.read("pictures of the telephone", rows.0.len());
    let pictures = files_by_stem(&folder.join("iphone/rgb"), &["jpg", "jpeg", "png"])?;
    let depths = files_by_stem(&folder.join("iphone/depth"), &["png"])?;
    let (mut packed, mut lost, mut count) = (0, 0, 0);
    let mut part = Vec::with_capacity(PART);
    for (name, row) in rows.0 {
        let Some(picture) = pictures.get(&name) else {
            packed += 1;
            continue;
        };
        count += 1;
        let pose = match &row.aligned_pose {
            Some(rows) => pose_of(&file, &format!("{name}.aligned_pose"), rows.as_flattened(), report)?,
            None => crate::pose::no_pose("the picture was not aligned with the scan"),
        };
        lost += usize::from(pose.world_from_camera().is_none());
        let [fx, fy, cx, cy] = intrinsic_matrix(&file, row.intrinsic.as_flattened())?;
        let lens = Calibration {
            focal_px: scene::geometry::Vec2::new(fx, fy),
            centre_px: scene::geometry::Vec2::new(cx, cy),
            distortion: scene::geometry::Distortion::None,
            // The size says how its smaller depth is related to it.
            size_px: Some(image_head(picture, &disk::read_bytes(picture)?)?.size_px),
        };
        let lenses = Lenses { colour: Some(lens), depth: None, file: file.clone() };
        let depth = depths.get(&name).map(|file| Steps::File(file.clone()));
        let shot = Shot {
            name: file_name(&name),
            time_s: row.timestamp,
            pose,
            colour: Some(Source::File(picture.clone())),
            depth: depth.map(|steps| Depth { steps, scale_m: 0.001, unknown: None }),
            instance: None,
        };
        part.push((shot, lenses));
        if part.len() == PART {
            maker.add_each(part.drain(..), &file, report)?;
        }
    }
    maker.add_each(part, &file, report)?;
    for (count, what) in [
        (packed, "pictures of the telephone are not in iphone/rgb: unpack the film to have them"),
        (lost, "pictures of the telephone have no pose"),
    ] {
        if count > 0 {
            report.notes.push(format!("{id}: {count} {what}"));
        }
    }
    if count > 0 {
        converted.push("telephone: aligned_pose, camera to world in our axes".to_owned());
    }
    let bin = folder.join("iphone/depth.bin");
    if depths.is_empty() && bin.exists() {
        report.notes.push(format!("{id}: {} is not read: unpack it into iphone/depth", name_of(&bin)));
    }
    Ok(())
}
