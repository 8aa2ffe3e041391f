//! Certain answers, against scenes as they may truly be.

use std::borrow::Cow;

use question::{Answer, Draw, Verdict, evaluate, outside_m};
use scene::{
    DepthFile, Frame, ImageFile, Images, NoiseModel, Pose, Room, Scene, disk,
    geometry::{Mat3, OrientedBox, Polygon, RigidTransform, Vec2, Vec3},
    image::grey_16_png,
};

use super::{
    case::Case,
    family::Tries,
    laws::{ARTEFACTS, mentions},
};

pub(crate) fn unmoved(case: &Case, draw: &mut Draw, draws: u64) -> Tries {
    let mut tries = Tries::default();
    let Some(answer) = case.verdict.answer() else { return tries };
    // What reproduces a published rule is exact by that rule, and knows no noise.
    if mentions(&case.question, &ARTEFACTS) {
        return tries;
    }
    for _ in 0..draws {
        let Some(shaken) = shaken(&case.slim, case.reads_depth(), draw) else { continue };
        // In the shaken scene nothing is uncertain: what it answers is one possible truth.
        if let Verdict::Certain { answer: truth, .. } = evaluate(&shaken, &case.question, case.profile) {
            tries.note(if possible(answer, &truth) { Ok(()) } else { Err(format!("{answer:?} became {truth:?}")) });
        }
    }
    tries
}

/// Errors drawn from the scene's own noise model, and a scene that has no others.
fn shaken(scene: &Scene, with_depth: bool, draw: &mut Draw) -> Option<Scene> {
    let noise = *scene.noise();
    let mut parts = scene.parts().clone();
    for object in &mut parts.objects {
        let by = normal(draw) * noise.position_m;
        let grown = normal(draw) * (noise.size_m / 2.0);
        let turn = Mat3::from_rotation_z(draw.normal() * noise.yaw_rad);
        let bounds = &object.bounds;
        let half = (bounds.half() + grown).max(Vec3::ZERO);
        object.bounds = OrientedBox::new(bounds.centre() + by, half, turn * bounds.axes()).ok()?;
    }
    let mut files = Vec::new();
    for frame in &mut parts.frames {
        if with_depth && let Some(file) = depth(scene.images(), frame, noise.depth_relative, draw) {
            files.push(file);
        }
        if let Pose::Known(pose) = &mut frame.pose {
            let by = normal(draw) * noise.pose_position_m;
            let turn = normal(draw) * noise.pose_rotation_rad;
            let turn = turn.try_normalize().map_or(Mat3::IDENTITY, |axis| Mat3::from_axis_angle(axis, turn.length()));
            *pose = RigidTransform::new(turn * pose.rotation(), pose.translation() + by).ok()?;
        }
        for seen in frame.sightings.iter_mut().flatten() {
            let off = draw.normal() * noise.visible_fraction;
            seen.visible_fraction = (seen.visible_fraction + off).clamp(0.0, 1.0);
        }
    }
    parts.room = room(&parts.room, &noise, draw)?;
    // A sixteenth of a hair keeps tolerances in force without widening them.
    parts.noise = NoiseModel {
        position_m: 1e-12,
        size_m: 1e-12,
        yaw_rad: 1e-12,
        pose_position_m: 1e-12,
        pose_rotation_rad: 1e-12,
        ..NoiseModel::NONE
    };
    Some(Scene::new(parts).ok()?.with_images(Images::in_memory(files)))
}

/// Gives a frame depths as they may truly be, in finer steps where they fit; their file. None where it has no depths.
fn depth(images: &Images, frame: &mut Frame, share: f64, draw: &mut Draw) -> Option<(String, Cow<'static, [u8]>)> {
    let depths = images.depths(frame).ok()?;
    let size_px @ [width, height] = [frame.camera.width_px(), frame.camera.height_px()];
    let metres: Vec<Option<f64>> =
        (0..height).flat_map(|row| (0..width).map(move |column| (column, row))).map(|(x, y)| depths.at(x, y)).collect();
    let most = metres.iter().flatten().copied().fold(0.0, f64::max) * 1.3 / depths.scale_m();
    let finer = (f64::from(u16::MAX) / most).floor().clamp(1.0, 8.0);
    let scale_m = depths.scale_m() / finer;
    let mut step = |depth: &Option<f64>| {
        let Some(depth) = depth else { return 0 };
        let truly = depth * (1.0 + draw.normal() * share) + depths.scale_m() * draw.between(-0.5, 0.5);
        (truly / scale_m).round().clamp(1.0, f64::from(u16::MAX)) as u16
    };
    let bytes = grey_16_png(size_px, metres.iter().map(&mut step)).ok()?;
    let image = ImageFile { file: format!("{}.shaken.png", frame.name), sha256: disk::sha256_hex(&bytes) };
    let file = image.file.clone();
    frame.depth = Some(DepthFile { image, scale_m });
    Some((file, Cow::Owned(bytes)))
}

fn normal(draw: &mut Draw) -> Vec3 {
    Vec3::new(draw.normal(), draw.normal(), draw.normal())
}

/// Corners of the floor and the declared area, off by as much.
fn room(room: &Room, noise: &NoiseModel, draw: &mut Draw) -> Option<Room> {
    let mut room = room.clone();
    if let Some(floor) = &room.floor {
        let mut ring = |ring: &[Vec2]| -> Vec<Vec2> {
            ring.iter().map(|p| *p + normal(draw).truncate() * noise.position_m).collect()
        };
        let exterior = ring(floor.exterior());
        let holes: Vec<Vec<Vec2>> = floor.holes().iter().map(|hole| ring(hole)).collect();
        room.floor = Some(Polygon::new(&exterior, &holes).ok()?);
    }
    if let Some(area) = &mut room.declared_area_m2 {
        *area *= 1.0 + draw.normal() * noise.area_relative;
    }
    Some(room)
}

/// Whether an answer allows a truth: equal, or with the true value inside its interval.
fn possible(answer: &Answer, truth: &Answer) -> bool {
    match (answer, truth) {
        (Answer::Quantity { lo, hi, .. }, Answer::Quantity { value, .. }) => (*lo..=*hi).contains(value),
        (Answer::Turn { lo, hi, .. }, Answer::Turn { value, .. }) => {
            [-360.0, 0.0, 360.0].iter().any(|round| (*lo..=*hi).contains(&(value + round)))
        }
        (Answer::Point { lo, hi, .. }, Answer::Point { value, .. }) => {
            (0..3).all(|at| (lo[at]..=hi[at]).contains(&value[at]))
        }
        // The place that is named must be free, at whatever height the surface is.
        (Answer::Region { at: [x, y, _], .. }, Answer::Region { at: [.., z], pieces, .. }) => {
            outside_m(pieces, *z, [*x, *y, *z]) <= 1e-9
        }
        (answer, truth) => answer == truth,
    }
}
