//! Frames of an Aria Digital Twin recording, rectified to upright pinhole images, beside the recording itself.
//!
//! `derived/scene.json` lists frames with `T_world_camera` in the recording's y-up world, camera axes x right, y down,
//! z forward, and principal points that put the centre of the top-left pixel at (0, 0); half a pixel is added. Depth is
//! in millimetres along the optical axis. Instance images count objects as [`crate::adt`] does.

use std::path::Path;

use scene::{
    DepthFile, Frame, ImageFile, NoiseModel, Pose, Scene,
    geometry::{Camera, Distortion, Mat3, RigidTransform, Vec2, Vec3},
};
use serde::Deserialize;

use crate::{
    Import, Imported, IngestError, SceneFile, adt,
    json::read_json,
    up_axis::{TURNED, columns_z_up, z_up_from_y_up},
};

const HALF_A_PIXEL: &str = "principal points moved by half a pixel: the centre of the top-left pixel is (0.5, 0.5)";

/// The part of the file that is read; the objects in it are copies of the recording's tables.
#[derive(Deserialize)]
struct Derived {
    up_axis: String,
    frames: Vec<DerivedFrame>,
}

#[derive(Deserialize)]
struct DerivedFrame {
    name: String,
    timestamp_ns: i64,
    width: u32,
    height: u32,
    fx: f64,
    fy: f64,
    cx: f64,
    cy: f64,
    #[serde(rename = "T_world_camera")]
    world_from_camera: [[f64; 4]; 4],
    image: String,
    depth_mm: String,
    instance: String,
}

/// Reads a folder with `original/`, a recording, and `derived/`, its frames.
pub fn read(path: &Path) -> Imported {
    let Import { scenes, mut report, .. } = adt::read(&path.join("original"))?;
    let dir = path.join("derived");
    let file = dir.join("scene.json");
    let derived: Derived = read_json(&file)?;
    if derived.up_axis != "+Y" {
        return Err(IngestError::value(&file, "up_axis", derived.up_axis, "is not \"+Y\""));
    }
    let mut frames = Vec::with_capacity(derived.frames.len());
    let mut files = Vec::new();
    let mut image = |name: &str| -> Result<ImageFile, IngestError> {
        let (file, image) = SceneFile::copied(&dir.join(name), name)?;
        files.push(file);
        Ok(image)
    };
    for (position, frame) in derived.frames.iter().enumerate() {
        let fault = |field: &str, value: String, problem: String| {
            IngestError::value(&file, format!("frames[{position}].{field}"), value, problem)
        };
        frames.push(Frame {
            name: frame.name.clone(),
            // Nanoseconds of a recording's clock are below 2^53, so that the quotient is right to the last bit.
            time_s: Some(frame.timestamp_ns as f64 / 1e9),
            camera: camera(frame).map_err(|e| fault("fx", frame.name.clone(), e.to_string()))?,
            pose: pose(frame).map_err(|e| fault("T_world_camera", frame.name.clone(), e))?,
            colour: Some(image(&frame.image)?),
            depth: Some(DepthFile { image: image(&frame.depth_mm)?, scale_m: 0.001 }),
            instance: Some(image(&frame.instance)?),
            sightings: None,
        });
    }
    report.read("frames", frames.len());
    report.convert("axes of poses turned from y up to z up: (x, y, z) became (x, -z, y)", frames.len());
    report.convert(HALF_A_PIXEL, frames.len());
    let with_frames = |scene: Scene| {
        let id = scene.id().to_owned();
        let mut parts = scene.into_parts();
        parts.source.converted.push(format!("frames: {TURNED}; {HALF_A_PIXEL}"));
        parts.frames.clone_from(&frames);
        parts.noise = NoiseModel {
            pose_position_m: 0.002,
            pose_rotation_rad: 0.05_f64.to_radians(),
            visible_fraction: 0.01,
            ..parts.noise
        };
        Scene::new(parts).map_err(|source| IngestError::Scene { file: file.clone(), id, source })
    };
    let scenes = scenes.into_iter().map(with_frames).collect::<Result<Vec<_>, _>>()?;
    let files = scenes.iter().map(|scene| (scene.id().to_owned(), files.clone())).collect();
    Ok(Import { scenes, files, scans: std::collections::BTreeMap::new(), report })
}

fn camera(frame: &DerivedFrame) -> Result<Camera, scene::geometry::CameraError> {
    let centre = Vec2::new(frame.cx, frame.cy) + Vec2::splat(0.5);
    Camera::new(frame.width, frame.height, Vec2::new(frame.fx, frame.fy), centre, Distortion::None)
}

fn pose(frame: &DerivedFrame) -> Result<Pose, String> {
    let [x, y, z, last] = frame.world_from_camera;
    if last.iter().zip([0.0, 0.0, 0.0, 1.0]).any(|(found, expected)| (found - expected).abs() > 0.0) {
        return Err(format!("the last row is {last:?}, must be [0, 0, 0, 1]"));
    }
    let column = |i: usize| Vec3::new(x[i], y[i], z[i]);
    let rotation = columns_z_up(Mat3::from_cols(column(0), column(1), column(2)));
    let pose = RigidTransform::new(rotation, z_up_from_y_up(column(3)));
    pose.map(Pose::Known).map_err(|e| e.to_string())
}
