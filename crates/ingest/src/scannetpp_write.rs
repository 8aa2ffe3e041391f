//! Scenes as `ScanNet++` rooms: pictures of the camera, the scan's points, objects with oriented boxes.
//!
//! Pictures keep their names and are written as they are; depth goes where renderings of the mesh lie. Points are a mesh
//! without faces and without segments.

use std::path::Path;

use scene::Scene;
use serde::Serialize;

use crate::{
    IngestError, Report,
    layout_files::{Folder, Images, note_losses},
    nerfstudio::{FrameRow, Transforms, transform_matrix},
    obb::Obb,
    scannetpp::{ANNOTATION, MESH, PICTURES, RENDERED, TRANSFORMS},
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Annotation<'a> {
    scene_id: &'a str,
    seg_groups: Vec<Group<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group<'a> {
    id: u32,
    object_id: u32,
    label: &'a str,
    segments: [u32; 0],
    obb: Obb,
}

/// Writes a scene, whose images lie in `scene_dir`, as the folder `out`.
pub(crate) fn write(scene: &Scene, scene_dir: &Path, out: &Path) -> Result<Report, IngestError> {
    let (id, mut report) = (scene.id(), Report::default());
    let folder = Folder(out.to_owned());
    let images = Images { scene_dir };
    let seg_groups = scene.objects().iter().map(|object| Group {
        id: object.id.0,
        object_id: object.id.0,
        label: &object.label,
        segments: [],
        obb: Obb::from(&object.bounds),
    });
    folder.json(ANNOTATION, &Annotation { scene_id: id, seg_groups: seg_groups.collect() })?;
    folder.points(MESH, scene)?;
    let mut transforms = Transforms::default();
    let wrong = |frame: &scene::Frame, problem: String| {
        IngestError::value(scene_dir, format!("frames[{}].camera", frame.name), frame.camera.distortion(), problem)
    };
    let first = scene.frames().first();
    if let Some(frame) = first {
        transforms.set_camera(&frame.camera).map_err(|problem| wrong(frame, problem))?;
    }
    let mut lost = 0;
    for frame in scene.frames() {
        let Some(pose) = frame.pose.world_from_camera() else {
            lost += 1;
            continue;
        };
        let colour = images.colour(frame)?;
        let ending = colour.as_ref().map_or("png", |(ending, _)| ending);
        let mut row = FrameRow {
            file_path: format!("{}.{ending}", frame.name),
            transform_matrix: transform_matrix(pose),
            ..FrameRow::default()
        };
        if first.is_some_and(|first| first.camera != frame.camera) {
            row.set_camera(&frame.camera).map_err(|problem| wrong(frame, problem))?;
        }
        if let Some((_, bytes)) = &colour {
            folder.write(&format!("{PICTURES}/{}", row.file_path), bytes)?;
        }
        if let Some(depth) = images.depth_mm(frame, &mut report)? {
            folder.write(&format!("{RENDERED}/{}.png", frame.name), &depth)?;
        }
        transforms.frames.push(row);
    }
    if first.is_some() {
        folder.json(TRANSFORMS, &transforms)?;
    }
    if lost > 0 {
        report.notes.push(format!("{id}: {lost} frames without a pose are left out"));
    }
    let times = scene.frames().iter().filter(|frame| frame.time_s.is_some()).count();
    if times > 0 {
        report.notes.push(format!("{id}: the layout has no place for: {times} times of frames"));
    }
    if !transforms.frames.is_sorted_by(|a, b| a.file_path <= b.file_path) {
        report
            .notes
            .push(format!("{id}: readers of the layout take frames by their names, which is another order than here"));
    }
    report.made.insert("frames".to_owned(), transforms.frames.len());
    note_losses(scene, false, &mut report);
    Ok(report.finish(std::slice::from_ref(scene)))
}
