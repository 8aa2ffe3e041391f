//! Scenes as `ARKitScenes` videos of the detection set.
//!
//! Frames get times of ten a second where they have none, since the layout names files by time; colours become PNG.
//! Pictures are written as they are, upright: there is no `metadata.csv` to turn them.

use std::path::Path;

use scene::{
    Scene,
    geometry::{Quat, RigidTransform},
};
use serde::Serialize;

use crate::{
    IngestError, Report,
    arkitscenes::{COLOUR, DEPTH, INTRINSICS, TRAJECTORY},
    folder_id::folder_id,
    layout_files::{Folder, Images, need_pinhole, note_losses, text_of},
    obb::Obb,
};

/// Seconds between two frames that have no time.
const STEP_S: f64 = 0.1;

#[derive(Serialize)]
struct Annotation<'a> {
    data: Vec<Entry<'a>>,
    skipped: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    uid: String,
    label: &'a str,
    object_id: u32,
    segments: Segments,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Segments {
    obb_aligned: Obb,
}

/// Writes a scene, whose images lie in `scene_dir`, as the video folder `out`, after which the video is named.
pub(crate) fn write(scene: &Scene, scene_dir: &Path, out: &Path) -> Result<Report, IngestError> {
    let mut report = Report::default();
    let id = &folder_id(out, scene.id());
    let folder = Folder(out.to_owned());
    let images = Images { scene_dir };
    let data = scene.objects().iter().map(|object| Entry {
        uid: object.id.0.to_string(),
        label: &object.label,
        object_id: object.id.0,
        segments: Segments { obb_aligned: Obb::from(&object.bounds) },
    });
    folder.json(&format!("{id}_3dod_annotation.json"), &Annotation { data: data.collect(), skipped: false })?;
    folder.points(&format!("{id}_3dod_mesh.ply"), scene)?;
    let mut poses: Vec<[f64; 7]> = Vec::new();
    let (mut unseen, mut untimed, mut last_ms) = (0, 0, None);
    for (at, frame) in scene.frames().iter().enumerate() {
        need_pinhole(frame, scene_dir, "arkitscenes")?;
        untimed += usize::from(frame.time_s.is_none());
        let ms = (frame.time_s.unwrap_or(at as f64 * STEP_S) * 1e3).round();
        let field = || format!("frames[{}].time_s", frame.name);
        if last_ms.is_some_and(|last| last >= ms) {
            let problem = "frames must be in the order of their times, each of its own millisecond";
            return Err(IngestError::value(scene_dir, field(), frame.time_s, problem));
        }
        last_ms = Some(ms);
        let Some(colour) = images.colour_png(frame, &mut report)? else {
            unseen += 1;
            continue;
        };
        let time_s = ms / 1e3;
        let file = |part: &str, ending: &str| format!("{id}_frames/{part}/{id}_{time_s:.3}.{ending}");
        folder.write(&file(COLOUR, "png"), &colour)?;
        if let Some(depth) = images.depth_mm(frame, &mut report)? {
            folder.write(&file(DEPTH, "png"), &depth)?;
        }
        let camera = &frame.camera;
        let (focal, centre) = (camera.focal_px(), camera.centre_px());
        let sides = [camera.width_px(), camera.height_px()].map(f64::from);
        folder.numbers(&file(INTRINSICS, "pincam"), &[[sides[0], sides[1], focal.x, focal.y, centre.x, centre.y]])?;
        if let Some(pose) = frame.pose.world_from_camera() {
            poses.push(row_of(time_s, pose));
        }
    }
    if !scene.frames().is_empty() {
        if poses.is_empty() {
            let problem = "no frame has both a picture and a pose; the layout's trajectory would be empty";
            return Err(IngestError::value(scene_dir, "frames", scene.frames().len(), problem));
        }
        folder.write(&format!("{id}_frames/{TRAJECTORY}"), text_of(&poses).as_bytes())?;
    }
    for (count, what) in [(untimed, "frames got times, ten a second"), (unseen, "frames without pictures are left out")]
    {
        if count > 0 {
            report.notes.push(format!("{id}: {count} {what}"));
        }
    }
    report.notes.push(format!("{id}: frames are named by their times"));
    report.made.insert("frames".to_owned(), scene.frames().len() - unseen);
    note_losses(scene, false, &mut report);
    Ok(report.finish(std::slice::from_ref(scene)))
}

/// A line of the trajectory: time, rotation as axis times angle, translation, world to camera.
fn row_of(time_s: f64, world_from_camera: &RigidTransform) -> [f64; 7] {
    let camera_from_world = world_from_camera.inverse();
    let turn = Quat::from_mat3(&camera_from_world.rotation()).to_scaled_axis();
    let t = camera_from_world.translation();
    [time_s, turn.x, turn.y, turn.z, t.x, t.y, t.z]
}
