//! Scenes as rooms of `SpatialEvo`'s unified layout.
//!
//! Pictures are numbered by their order and stay PNG or JPEG as they are, once in `color/` and once in
//! `frame_processed/`. Boxes become those along the axes around them. What each picture shows is what it sees here:
//! `visibility` is the visible fraction, `truncated` whether a part lies beyond the border, `occluded` whether anything
//! stands before it, `camera_location` the middle of the box in the camera.

use std::path::Path;

use scene::{Frame, Object, Scene, Sighting};
use serde::Serialize;

use crate::{
    IngestError, Report,
    layout_files::{Folder, Images, need_pinhole, note_losses, rows_of},
    spatialevo::{CHOSEN, METADATA},
};

/// The split that scenes are written into.
const SPLIT: &str = "scenes";

/// Least visibility at which a picture counts as the first that shows an object.
const LEAST_VISIBLE: f64 = 0.1;

#[derive(Serialize)]
struct SceneRow<'a> {
    scene_id: &'a str,
    room_size: Option<f64>,
    objects: Vec<ObjectRow<'a>>,
}

#[derive(Serialize)]
struct ObjectRow<'a> {
    object_id: u32,
    label: &'a str,
    size: f64,
    #[serde(rename = "3d_bbox")]
    bbox: [f64; 6],
    #[serde(rename = "3d_location")]
    location: [f64; 3],
    first_frame: String,
}

#[derive(Serialize)]
struct FrameRow<'a> {
    scene_id: &'a str,
    frame_id: String,
    objects: Vec<SeenRow<'a>>,
}

#[derive(Serialize)]
struct SeenRow<'a> {
    object_id: u32,
    label: &'a str,
    size: f64,
    visibility: f64,
    truncated: bool,
    occluded: bool,
    #[serde(rename = "2d_bbox")]
    box_px: [f64; 4],
    camera_location: [f64; 3],
    #[serde(rename = "3d_bbox")]
    bbox: [f64; 6],
    #[serde(rename = "3d_location")]
    location: [f64; 3],
}

/// Writes a scene, whose images lie in `scene_dir`, into `out`, the folder of a data set.
pub(crate) fn write(scene: &Scene, scene_dir: &Path, out: &Path) -> Result<Report, IngestError> {
    let mut report = Report::default();
    let sighted = render::sighted(scene, scene_dir, &render::Options::default())
        .map_err(|e| IngestError::Encode { file: scene_dir.to_owned(), problem: e.to_string() })?;
    let (scene, id) = (&sighted, scene.id());
    let (folder, images) = (Folder(out.join(SPLIT).join(id)), Images { scene_dir });
    let metadata = Folder(out.join(METADATA).join(id));
    let mut names = Vec::with_capacity(scene.frames().len());
    let mut unseen = 0;
    let same = scene.frames().windows(2).all(|pair| pair[0].camera == pair[1].camera);
    for frame in scene.frames() {
        need_pinhole(frame, scene_dir, "spatialevo")?;
        let Some((ending, colour)) = images.colour(frame)? else {
            unseen += 1;
            names.push(None);
            continue;
        };
        let number = names.len();
        let name = format!("{number}.{ending}");
        for part in ["color", CHOSEN] {
            folder.write(&format!("{part}/{name}"), &colour)?;
        }
        if let Some(depth) = images.depth_mm(frame, &mut report)? {
            folder.write(&format!("depth/{number}.png"), &depth)?;
        }
        if let Some(pose) = frame.pose.world_from_camera() {
            folder.numbers(&format!("pose/{number}.txt"), &rows_of(pose))?;
        }
        if !same {
            folder.numbers(&format!("intrinsic/{number}.txt"), &intrinsics(frame))?;
        }
        if let Some(sightings) = &frame.sightings {
            let objects = sightings.iter().filter_map(|sighting| seen(scene, frame, sighting)).collect();
            let row = FrameRow { scene_id: id, frame_id: name.clone(), objects };
            metadata.json(&format!("{CHOSEN}/{number}.json"), &row)?;
        }
        names.push(Some(name));
    }
    let identity = rows_of(&scene::geometry::RigidTransform::IDENTITY);
    if let Some(first) = scene.frames().first().filter(|_| same) {
        for kind in ["color", "depth"] {
            folder.numbers(&format!("intrinsic_{kind}.txt"), &intrinsics(first))?;
            folder.numbers(&format!("extrinsic_{kind}.txt"), &identity)?;
        }
    }
    folder.write(&format!("{id}.txt"), info(scene).as_bytes())?;
    folder.points(&format!("{id}_vh_clean.ply"), scene)?;
    let objects = scene.objects().iter().map(|object| object_row(scene, object, &names)).collect();
    let row = SceneRow { scene_id: id, room_size: area(scene), objects };
    metadata.json(&format!("{id}.json"), &row)?;
    if unseen > 0 {
        report.notes.push(format!("{id}: {unseen} frames without pictures are left out"));
    }
    let slanted = scene.objects().iter().filter(|object| !is_along_axes(object)).count();
    if slanted > 0 {
        report.convert("boxes made those along the axes around them", slanted);
    }
    report.notes.push(format!("{id}: frames are numbered by their order and have no times"));
    report.made.insert("frames".to_owned(), names.iter().flatten().count());
    note_losses(scene, true, &mut report);
    Ok(report.finish(std::slice::from_ref(scene)))
}

/// The area of the floor: as outlined, or as declared.
fn area(scene: &Scene) -> Option<f64> {
    let room = scene.room();
    room.floor.as_ref().map(scene::geometry::Polygon::area_m2).or(room.declared_area_m2)
}

/// `<scene>.txt`: the scan lies in the world.
fn info(scene: &Scene) -> String {
    let camera = scene.frames().first().map(|frame| &frame.camera);
    let size = camera.map_or_else(String::new, |camera| {
        let (width, height) = (camera.width_px(), camera.height_px());
        format!("colorHeight = {height}\ncolorWidth = {width}\ndepthHeight = {height}\ndepthWidth = {width}\n")
    });
    format!("axisAlignment = 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1\n{size}")
}

/// The matrix of a camera; the centre of the top-left pixel is (0, 0) there.
fn intrinsics(frame: &Frame) -> [[f64; 4]; 4] {
    let (focal, centre) = (frame.camera.focal_px(), frame.camera.centre_px());
    [
        [focal.x, 0.0, centre.x - 0.5, 0.0],
        [0.0, focal.y, centre.y - 0.5, 0.0],
        [0.0, 0.0, 1.0, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ]
}

fn corners(object: &Object) -> [f64; 6] {
    let (low, high) = object.bounds.aabb();
    [low.x, low.y, low.z, high.x, high.y, high.z]
}

fn longest_cm(object: &Object) -> f64 {
    let (low, high) = object.bounds.aabb();
    (high - low).max_element() * 100.0
}

fn is_along_axes(object: &Object) -> bool {
    object.bounds.axes().to_cols_array().iter().all(|value| value.abs() < 1e-9 || (value.abs() - 1.0).abs() < 1e-9)
}

fn object_row<'a>(scene: &Scene, object: &'a Object, names: &[Option<String>]) -> ObjectRow<'a> {
    let shows = |frame: &Frame| {
        let mut seen = frame.sightings.iter().flatten();
        seen.any(|sighting| sighting.object == object.id && sighting.visible_fraction >= LEAST_VISIBLE)
    };
    let mut first =
        scene.frames().iter().zip(names).filter(|(frame, _)| shows(frame)).filter_map(|(_, name)| name.clone());
    ObjectRow {
        object_id: object.id.0,
        label: &object.label,
        size: longest_cm(object),
        bbox: corners(object),
        location: object.bounds.centre().to_array(),
        first_frame: first.next().unwrap_or_else(|| "-1".to_owned()),
    }
}

/// What a picture shows of an object; `None` where it sees nothing of it.
fn seen<'a>(scene: &'a Scene, frame: &Frame, sighting: &Sighting) -> Option<SeenRow<'a>> {
    let object = &scene.objects()[scene.position(sighting.object)?];
    let camera_from_world = frame.pose.world_from_camera()?.inverse();
    Some(SeenRow {
        object_id: object.id.0,
        label: &object.label,
        size: longest_cm(object),
        visibility: (sighting.visible_fraction * 1e4).round() / 1e4,
        truncated: sighting.truncated,
        occluded: !sighting.occluded_by.is_empty(),
        box_px: sighting.box_px?,
        camera_location: camera_from_world.apply(object.bounds.centre()).to_array(),
        bbox: corners(object),
        location: object.bounds.centre().to_array(),
    })
}
