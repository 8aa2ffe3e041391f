//! A scene as a scan of `ScanNet`, in the files that [`crate::scannet`] reads.
//!
//! | file | what it holds |
//! |---|---|
//! | `ID_vh_clean_2.ply` | each object's box as 8 vertices and 12 triangles, then the floor and the ceiling |
//! | `.segs.json`, `.aggregation.json` | one segment and one group each, `objectId` one less than the object's number |
//! | `ID.txt` | `axisAlignment` of the identity, image sizes, intrinsics |
//! | `color/`, `depth/`, `pose/`, `intrinsic/`, `instance-filt/` | frames by number, in their order |
//!
//! An object of number 0 has no place in that numbering, nor in an instance image: where there is one, all objects are
//! numbered from 1 in their order, in the instance images too.
//!
//! What the layout cannot hold is refused or told in the report: names, fronts, times, the noise model, tilts, lenses that
//! bend, cameras other than the first frame's.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use render::{colour_image, depth_image, grey_16_png, instance_image};
use scene::{
    Frame, ObjectId, Pose, Scene, disk,
    geometry::{Camera, Distortion, Mat3, OrientedBox, RigidTransform, Vec3},
};
use serde_json::json;

use crate::{IngestError, Report, calibration::see_alike, ply::Ply};

/// Millimetres.
const STEP_M: f64 = 0.001;

/// Quality of colours that are not JPEG already.
const JPEG_QUALITY: u8 = 95;

/// Largest tilt of a box that counts as upright.
const UPRIGHT_RAD: f64 = 1e-6;

/// The triangles of a box by the numbering of [`OrientedBox::corners`], facing outwards.
const BOX_TRIANGLES: [[u32; 3]; 12] = [
    [0, 2, 1],
    [1, 2, 3],
    [4, 5, 6],
    [5, 7, 6],
    [0, 1, 4],
    [1, 5, 4],
    [2, 6, 3],
    [3, 6, 7],
    [0, 4, 2],
    [2, 4, 6],
    [1, 3, 5],
    [3, 7, 5],
];

/// One group of the mesh.
struct Group {
    label: String,
    object_id: u32,
}

/// Writes the scan's folder.
pub(crate) fn write(scene: &Scene, images: &Path, out: &Path) -> Result<Report, IngestError> {
    let mut report = Report::default();
    make(out)?;
    let file = |ending: &str| out.join(format!("{}{ending}", scene.id()));
    let (mesh, segments, groups) = mesh_of(scene, &mut report);
    let mesh_file = file("_vh_clean_2.ply");
    disk::replace(&mesh_file, &mesh.to_bytes(&mesh_file)?)?;
    let name = format!("{}_vh_clean_2.0.010000.segs.json", scene.id());
    let text = json!({"params": {}, "sceneId": scene.id(), "segIndices": segments}).to_string();
    disk::replace(&out.join(&name), text.as_bytes())?;
    let list: Vec<serde_json::Value> = groups
        .iter()
        .enumerate()
        .map(|(segment, group)| {
            let Group { label, object_id } = group;
            json!({"id": object_id, "objectId": object_id, "segments": [segment], "label": label})
        })
        .collect();
    let text = json!({
        "sceneId": format!("scannet.{}", scene.id()),
        "appId": "isovist",
        "segGroups": list,
        "segmentsFile": format!("scannet.{name}"),
    });
    disk::replace(&file(".aggregation.json"), text.to_string().as_bytes())?;
    let camera = write_frames(scene, images, out, &mut report)?;
    disk::replace(&file(".txt"), meta(camera.as_ref(), report.made.get("frames").copied()).as_bytes())?;
    Ok(report.finish(std::slice::from_ref(scene)))
}

fn make(dir: &Path) -> Result<(), IngestError> {
    fs::create_dir_all(dir).map_err(|source| {
        let hint = "give a folder that can be written";
        scene::FileError::Io { file: dir.to_owned(), action: "make the folder", source, hint }.into()
    })
}

/// The mesh, the segment of each vertex, and the group of each segment.
fn mesh_of(scene: &Scene, report: &mut Report) -> (Ply, Vec<u32>, Vec<Group>) {
    let mut mesh = Ply::default();
    let mut segments = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut add = |vertices: &[Vec3], triangles: &[[u32; 3]], group: Group| {
        let first = mesh.vertices.len() as u32;
        mesh.vertices.extend(vertices);
        mesh.colours.extend(vertices.iter().map(|_| [200; 3]));
        mesh.triangles.extend(triangles.iter().map(|corners| corners.map(|corner| corner + first)));
        segments.extend(vertices.iter().map(|_| groups.len() as u32));
        groups.push(group);
    };
    let objects = scene.objects();
    let renumbered = is_renumbered(scene);
    let mut tilted = 0;
    for (position, object) in objects.iter().enumerate() {
        let object_id = if renumbered { position as u32 } else { object.id.0.saturating_sub(1) };
        add(&object.bounds.corners(), &BOX_TRIANGLES, Group { label: object.label.clone(), object_id });
        tilted += usize::from(!is_upright(&object.bounds));
    }
    let mut next = if renumbered { objects.len() as u32 } else { objects.last().map_or(0, |last| last.id.0) };
    let room = scene.room();
    for (label, height) in [("floor", room.floor_height_m), ("ceiling", room.ceiling_height_m)] {
        let Some(z) = height else { continue };
        let outline: Vec<Vec3> = match (&room.floor, hull(objects.iter().map(|object| &object.bounds))) {
            (Some(floor), _) => floor.exterior().iter().map(|p| p.extend(z)).collect(),
            (None, Some((low, high))) => {
                report.notes.push(format!("the {label} has no outline; its vertices are those around the objects"));
                [(low.x, low.y), (high.x, low.y), (high.x, high.y), (low.x, high.y)]
                    .map(|(x, y)| Vec3::new(x, y, z))
                    .into()
            }
            (None, None) => continue,
        };
        add(&outline, &[], Group { label: label.to_owned(), object_id: next });
        next = next.saturating_add(1);
    }
    report.read("objects", objects.len());
    report.convert("boxes written as meshes of 8 vertices", objects.len());
    if renumbered {
        report.notes.push("an object has number 0; all are numbered from 1 in their order".to_owned());
    }
    for (count, what) in [
        (tilted, "boxes are tilted; read back they are the upright boxes around them"),
        (objects.iter().filter(|object| !object.names.is_empty()).count(), "objects lose their further names"),
        (objects.iter().filter(|object| object.front.is_some()).count(), "objects lose their fronts"),
        (scene.parts().points.len(), "points are not written: the mesh is that of the boxes"),
        (scene.parts().declared_counts.len(), "declared counts are not written"),
        (usize::from(room.floor.is_some() || room.declared_area_m2.is_some()), "outline and area of the room are lost"),
    ] {
        if count > 0 {
            report.notes.push(format!("{count} {what}"));
        }
    }
    report.notes.push("noise model and provenance of the scene are not written".to_owned());
    (mesh, segments, groups)
}

/// Whether the objects get new numbers: `objectId` of number 0 would be −1.
fn is_renumbered(scene: &Scene) -> bool {
    scene.objects().first().is_some_and(|object| object.id == ObjectId(0))
}

fn is_upright(bounds: &OrientedBox) -> bool {
    bounds.upright_axis(UPRIGHT_RAD).is_some()
}

fn hull<'a>(boxes: impl Iterator<Item = &'a OrientedBox>) -> Option<(Vec3, Vec3)> {
    boxes.map(OrientedBox::aabb).reduce(|(low, high), (l, h)| (low.min(l), high.max(h)))
}

/// Lines of `key = value`.
fn meta(camera: Option<&Camera>, frames: Option<usize>) -> String {
    let mut text = "appVersionId = isovist\naxisAlignment = 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1\n".to_owned();
    if let Some(camera) = camera {
        let (focal, centre) = (camera.focal_px(), zero_based(camera));
        for (sensor, frames_of) in [("color", "numColorFrames"), ("depth", "numDepthFrames")] {
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "{sensor}Height = {}\n{sensor}Width = {}\nfx_{sensor} = {}\nfy_{sensor} = {}\nmx_{sensor} = {}\n\
                 my_{sensor} = {}\n{frames_of} = {}\n",
                camera.height_px(),
                camera.width_px(),
                focal.x,
                focal.y,
                centre.x,
                centre.y,
                frames.unwrap_or_default()
            );
        }
    }
    text
}

/// The principal point where the centre of the top-left pixel is (0, 0).
fn zero_based(camera: &Camera) -> scene::geometry::Vec2 {
    camera.centre_px() - scene::geometry::Vec2::splat(0.5)
}

/// Writes the frames of the first frame's camera, which is returned.
fn write_frames(scene: &Scene, images: &Path, out: &Path, report: &mut Report) -> Result<Option<Camera>, IngestError> {
    report.made.insert("frames".to_owned(), 0);
    let Some(first) = scene.frames().first() else { return Ok(None) };
    let camera = first.camera;
    report.read("frames", scene.frames().len());
    let mut taken: Vec<&Frame> = Vec::new();
    for frame in scene.frames() {
        let reason = if frame.camera.distortion() != Distortion::None {
            "its lens bends, which the layout cannot say"
        } else if !see_alike(&frame.camera, &camera) {
            "its camera is not that of the first frame, and the layout has one"
        } else if frame.colour.is_none() && frame.depth.is_none() {
            "it has neither colours nor depth"
        } else {
            taken.push(frame);
            continue;
        };
        report.refuse(format!("frame {}", frame.name), reason);
    }
    if taken.is_empty() {
        return Ok(None);
    }
    for folder in ["color", "depth", "pose", "intrinsic", "instance-filt"] {
        make(&out.join(folder))?;
    }
    let centre = zero_based(&camera);
    let lens = Mat3::from_cols(
        Vec3::new(camera.focal_px().x, 0.0, 0.0),
        Vec3::new(0.0, camera.focal_px().y, 0.0),
        centre.extend(1.0),
    );
    for name in ["intrinsic_color.txt", "intrinsic_depth.txt"] {
        disk::replace(&out.join("intrinsic").join(name), rows(lens, Vec3::ZERO).as_bytes())?;
    }
    let done: Vec<_> =
        taken.par_iter().enumerate().map(|(number, frame)| write_frame(scene, number, frame, images, out)).collect();
    for done in done {
        for how in done? {
            report.convert(how, 1);
        }
    }
    report.convert("frames numbered from 0 in their order; their names are lost", taken.len());
    let timed = taken.iter().filter(|frame| frame.time_s.is_some()).count();
    if timed > 0 {
        report.notes.push(format!("{timed} frames lose their times"));
    }
    report.made.insert("frames".to_owned(), taken.len());
    Ok(Some(camera))
}

/// Writes one frame; what had to be converted.
fn write_frame(
    scene: &Scene,
    number: usize,
    frame: &Frame,
    images: &Path,
    out: &Path,
) -> Result<Vec<&'static str>, IngestError> {
    let mut converted = Vec::new();
    let encode = |file: &Path, problem: String| IngestError::Encode { file: file.to_owned(), problem };
    if let Some(image) = &frame.colour {
        let (from, to) = (images.join(&image.file), out.join(format!("color/{number}.jpg")));
        let bytes = disk::read_bytes(&from)?;
        if bytes.starts_with(&[0xff, 0xd8]) {
            check_hash(&from, &bytes, &image.sha256)?;
            place(&to, &bytes)?;
        } else if let Some(colours) = colour_image(images, frame)? {
            let mut jpeg = Vec::new();
            let (width, height) = (colours.width_px as u16, colours.height_px as u16);
            let encoder = jpeg_encoder::Encoder::new(&mut jpeg, JPEG_QUALITY);
            encoder
                .encode(colours.pixels.as_flattened(), width, height, jpeg_encoder::ColorType::Rgb)
                .map_err(|e| encode(&to, e.to_string()))?;
            place(&to, &jpeg)?;
            converted.push("colours written as JPEG of quality 95");
        }
    }
    if let Some(depth) = &frame.depth {
        let (from, to) = (images.join(&depth.image.file), out.join(format!("depth/{number}.png")));
        if (depth.scale_m - STEP_M).abs() < 1e-12 {
            let bytes = disk::read_bytes(&from)?;
            check_hash(&from, &bytes, &depth.image.sha256)?;
            place(&to, &bytes)?;
        } else if let Some(metres) = depth_image(images, frame)? {
            let step = |depth: f32| {
                let steps = (f64::from(depth) / STEP_M).round();
                if steps <= f64::from(u16::MAX) { steps as u16 } else { 0 }
            };
            let png = grey_16_png([metres.width_px, metres.height_px], metres.pixels.into_iter().map(step));
            place(&to, &png.map_err(|e| encode(&to, e.to_string()))?)?;
            converted.push("depth rounded to millimetres; unknown beyond 65.535 m");
        }
    }
    if let Some(image) = &frame.instance {
        let (from, to) = (images.join(&image.file), out.join(format!("instance-filt/{number}.png")));
        if !is_renumbered(scene) {
            let bytes = disk::read_bytes(&from)?;
            check_hash(&from, &bytes, &image.sha256)?;
            place(&to, &bytes)?;
        } else if let Some(numbers) = instance_image(images, frame)? {
            let new = |id: u32| scene.position(ObjectId(id)).and_then(|at| u16::try_from(at + 1).ok()).unwrap_or(0);
            let png = grey_16_png([numbers.width_px, numbers.height_px], numbers.pixels.into_iter().map(new));
            place(&to, &png.map_err(|e| encode(&to, e.to_string()))?)?;
            converted.push("instance images written with the new numbers");
        }
    }
    let pose = match &frame.pose {
        Pose::Known(pose) => pose_rows(pose),
        Pose::Missing { .. } => {
            converted.push("missing poses written as -inf, as the data set does");
            "-inf -inf -inf -inf\n".repeat(4)
        }
    };
    place(&out.join(format!("pose/{number}.txt")), pose.as_bytes())?;
    Ok(converted)
}

/// Writes a file without waiting for the disk: an export that breaks off is made again.
fn place(file: &Path, bytes: &[u8]) -> Result<(), IngestError> {
    fs::write(file, bytes).map_err(|source| {
        let hint = "give a folder that can be written";
        scene::FileError::Io { file: PathBuf::from(file), action: "write", source, hint }.into()
    })
}

fn check_hash(file: &Path, bytes: &[u8], expected: &str) -> Result<(), IngestError> {
    let found = disk::sha256_hex(bytes);
    if found == expected {
        return Ok(());
    }
    Err(render::ImageError::Hash { file: file.to_owned(), found, expected: expected.to_owned() }.into())
}

fn pose_rows(pose: &RigidTransform) -> String {
    rows(pose.rotation(), pose.translation())
}

/// A 4 × 4 matrix, rows first, with nine decimals: a tenth of what a rotation must keep to be one.
fn rows(rotation: Mat3, translation: Vec3) -> String {
    let mut text = String::new();
    for row in 0..3 {
        let [x, y, z] = [0, 1, 2].map(|column| rotation.col(column)[row]);
        let _ = writeln!(text, "{x:.9} {y:.9} {z:.9} {:.9}", translation[row]);
    }
    text.push_str("0 0 0 1\n");
    text
}
