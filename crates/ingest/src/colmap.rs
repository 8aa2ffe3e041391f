//! A model of COLMAP: cameras, posed pictures and points, in text or binary.
//!
//! Poses take the world to the camera (quaternion w x y z, then translation) and are inverted. Camera axes are ours, and
//! so are principal points, measured from the corner of the image. A picture of another size than its camera is taken as
//! the same picture resized.
//!
//! The world of a model has no scale and no direction of its own. It is read as metres, with z up, unless `--scale` and
//! `--up` say otherwise, which is right only for models that were aligned; the report says so.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use scene::{
    Frame, NoiseModel, Pose, Provenance, Room, Scene, SceneParts,
    geometry::{RigidTransform, Vec3},
};

use crate::{
    Import, Imported, IngestError, Options, Report, Up,
    calibration::Calibration,
    colmap_file::{read_cameras, read_pictures, read_points},
    folder_id::{file_name, folder_id},
    folders::inside,
    frame_maker::{FrameMaker, Lenses, Shot, Source},
    pose::moved,
    rgbd::upright,
};

/// Our assumption of a model's error (1 σ); its own covariances are seldom kept.
pub const NOISE: NoiseModel = NoiseModel {
    pose_position_m: 0.01,
    pose_rotation_rad: 0.1 * std::f64::consts::PI / 180.0,
    visible_fraction: 0.02,
    ..NoiseModel::NONE
};

const INVERTED: &str = "poses inverted: COLMAP's take the world to the camera";

/// Reads the folder of a model, or one with a model in `sparse/0`, `sparse` or `colmap`.
pub fn read(path: &Path) -> Imported {
    read_with(path, &Options::default())
}

pub(crate) fn read_with(path: &Path, options: &Options) -> Imported {
    let mut report = Report::default();
    let places = ["", "sparse/0", "sparse", "colmap"].map(|below| path.join(below));
    let is_model = |dir: &&PathBuf| ["txt", "bin"].iter().any(|end| dir.join(format!("images.{end}")).exists());
    let Some(model) = places.iter().find(is_model) else {
        return Err(IngestError::Nothing {
            path: path.to_owned(),
            expected: "images.txt or images.bin of a COLMAP model, nor in sparse/0",
            hint: "give the folder with cameras, images and points3D, or the one around sparse/",
        });
    };
    let cameras = read_cameras(model)?;
    let pictures = read_pictures(model)?;
    let points = if ["txt", "bin"].iter().any(|end| model.join(format!("points3D.{end}")).exists()) {
        read_points(model)?
    } else {
        report.notes.push("the model has no points3D".to_owned());
        Vec::new()
    };
    for (what, count) in [("cameras", cameras.len()), ("pictures", pictures.len()), ("points", points.len())] {
        report.read(what, count);
    }
    let world_from_model = upright(options.up)?;
    let scale = options.scale_m.unwrap_or(1.0);
    let images = image_folder(path, model);
    let mut maker = FrameMaker::default();
    let mut unseen = 0;
    for picture in pictures.into_iter().step_by(options.every()) {
        let wrong = |problem: &str| IngestError::value(model, "images", &picture.name, problem);
        let camera =
            *cameras.get(&picture.camera).ok_or_else(|| wrong("names a camera that the model does not have"))?;
        let name = file_name(&picture.name.replace('/', "_"));
        let place = picture.world_from_camera.translation() * scale;
        let pose = RigidTransform::new(picture.world_from_camera.rotation(), place)
            .map_err(|error| wrong(&error.to_string()))?;
        let pose = moved(Pose::Known(pose), &world_from_model);
        let file = inside(&images, &picture.name).ok_or_else(|| wrong("leads out of the folder of images"))?;
        if !file.is_file() {
            unseen += 1;
            let frame =
                Frame { name, time_s: None, camera, pose, colour: None, depth: None, instance: None, sightings: None };
            maker.frames.push(frame);
            continue;
        }
        let lenses = Lenses { colour: Some(Calibration::of(&camera)), depth: None, file: model.clone() };
        let colour = Some(Source::File(file.clone()));
        let shot = Shot { name, time_s: None, pose, colour, depth: None, instance: None };
        maker.add(vec![shot], &lenses, &file, &mut report)?;
    }
    let FrameMaker { frames, files, .. } = maker;
    report.read("frames", frames.len());
    report.convert(INVERTED, frames.len());
    if unseen > 0 {
        report.notes.push(format!("{unseen} pictures are named but not in {}", images.display()));
    }
    let mut converted = vec![INVERTED.to_owned()];
    if options.scale_m.is_some() {
        let how = format!("one unit of the model taken as {scale} m, as --scale says");
        report.convert(&how, frames.len());
        converted.push(how);
    } else {
        let note = "COLMAP states no scale: one unit of the model is taken as a metre (--scale says otherwise)";
        report.notes.push(note.to_owned());
        converted.push("one unit of the model taken as a metre".to_owned());
    }
    match Up::ALL.iter().find(|(_, up)| Some(*up) == options.up) {
        Some((axis, up)) if *up != Up::Z => {
            let how = format!("world turned so that {axis} of the model is up, as --up says");
            report.convert(&how, frames.len());
            converted.push(how);
        }
        Some(_) => {}
        None => report.notes.push("COLMAP states no up: z of the model is taken (--up says otherwise)".to_owned()),
    }
    let upright =
        |p: [f32; 3]| world_from_model.apply(Vec3::from(p.map(f64::from)) * scale).to_array().map(|v| v as f32);
    let id = folder_id(path, "colmap");
    let parts = SceneParts {
        id: id.clone(),
        source: Provenance {
            dataset: "colmap".to_owned(),
            licence: "that of the pictures".to_owned(),
            attribution: String::new(),
            converted,
        },
        noise: NOISE,
        room: Room::default(),
        objects: Vec::new(),
        declared_counts: BTreeMap::new(),
        frames,
        points: points.into_iter().map(upright).collect(),
    };
    let scene = Scene::new(parts).map_err(|source| IngestError::Scene { file: model.clone(), id, source })?;
    let files = BTreeMap::from([(scene.id().to_owned(), files)]);
    Ok(Import { files, ..Import::new(vec![scene], report) })
}

/// The folder of images: `images/` beside the model or above it.
fn image_folder(path: &Path, model: &Path) -> PathBuf {
    let above = model.ancestors().take(3).map(|dir| dir.join("images"));
    above.into_iter().find(|dir| dir.is_dir()).unwrap_or_else(|| path.join("images"))
}
