//! A TUM RGB-D sequence whose frames were picked, posed and listed in one `scene.json`, with a cloud beside it.

use std::path::{Component, Path};

use serde::Deserialize;

use crate::{
    Imported, IngestError, Options, Report,
    calibration::HALF_A_PIXEL,
    canonical::sorted_entries,
    frame_maker::{Depth, FrameMaker, Lenses, Shot, Source, Steps},
    json::read_json,
    ply::read_ply,
    pose::pose_of,
    scannet::name_of,
    tum_rgbd::{finish, lens},
};

/// The part of the file that is read.
#[derive(Deserialize)]
struct Held {
    units: String,
    up_axis: String,
    camera_convention: String,
    width: u32,
    height: u32,
    fx: f64,
    fy: f64,
    cx: f64,
    cy: f64,
    distortion_opencv: [f64; 5],
    depth_scale: f64,
    frames: Vec<HeldFrame>,
}

#[derive(Deserialize)]
struct HeldFrame {
    name: String,
    #[serde(alias = "rgb_timestamp")]
    timestamp: f64,
    image: String,
    depth: String,
    #[serde(rename = "T_world_camera")]
    world_from_camera: [[f64; 4]; 4],
}

/// Reads the folder.
pub(crate) fn read(path: &Path, options: &Options) -> Imported {
    let mut report = Report::default();
    let file = path.join("scene.json");
    let held: Held = read_json(&file)?;
    for (field, value, start) in [
        ("units", &held.units, "m"),
        ("up_axis", &held.up_axis, "+Z"),
        ("camera_convention", &held.camera_convention, "OpenCV"),
    ] {
        if !value.starts_with(start) {
            return Err(IngestError::value(&file, field, value, format!("must start with {start:?}")));
        }
    }
    if !(1.0..=1e6).contains(&held.depth_scale) {
        return Err(IngestError::value(&file, "depth_scale", held.depth_scale, "must be 1 to 1e6 steps a metre"));
    }
    let [k1, k2, p1, p2, k3] = held.distortion_opencv;
    let mut calibration = lens([held.fx, held.fy, held.cx, held.cy, k1, k2, p1, p2, k3]);
    calibration.size_px = Some([held.width, held.height]);
    let lenses = Lenses { colour: Some(calibration.clone()), depth: Some(calibration), file: file.clone() };
    let mut shots = Vec::new();
    for (position, frame) in held.frames.iter().enumerate().step_by(options.every()) {
        let rows = frame.world_from_camera.as_flattened();
        let place = |field: &str, name: &str| {
            if Path::new(name).components().all(|part| matches!(part, Component::Normal(_))) {
                return Ok(path.join(name));
            }
            Err(IngestError::value(&file, format!("frames[{position}].{field}"), name, "is outside the folder"))
        };
        shots.push(Shot {
            name: frame.name.clone(),
            time_s: Some(frame.timestamp),
            pose: pose_of(&file, &format!("frames[{position}].T_world_camera"), rows, &mut report)?,
            colour: Some(Source::File(place("image", &frame.image)?)),
            depth: Some(Depth {
                steps: Steps::File(place("depth", &frame.depth)?),
                scale_m: 1.0 / held.depth_scale,
                unknown: None,
            }),
            instance: None,
        });
    }
    report.read("frames", held.frames.len());
    if shots.len() < held.frames.len() {
        let every = options.every();
        report.notes.push(format!("{} of {} frames are taken: every {every}th", shots.len(), held.frames.len()));
    }
    report.convert(HALF_A_PIXEL, shots.len());
    let mut maker = FrameMaker::default();
    maker.add(shots, &lenses, path, &mut report)?;

    let mut points = Vec::new();
    for cloud in sorted_entries(path)? {
        let name = name_of(&cloud);
        if name.starts_with("points") && cloud.extension().is_some_and(|ending| ending == "ply") {
            let ply = read_ply(&cloud, &[])?;
            report.read("vertices", ply.vertices.len());
            points.extend(ply.vertices.iter().map(|p| p.to_array().map(|v| v as f32)));
        }
    }
    finish(path, maker, points, report)
}
