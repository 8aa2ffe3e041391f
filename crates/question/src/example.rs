//! The tiny scene of a catalogue entry.

use std::collections::BTreeMap;

use geometry::{Camera, Distortion, Mat3, OrientedBox, Polygon, RigidTransform, Vec2, Vec3};
use scene::{
    Frame, NoiseModel, Object, ObjectId, Pose, Provenance, Room, Scene, SceneError, SceneParts, Sighting, normalise,
};

use crate::{Task, with_drawn_depths};

/// Why a catalogue entry's scene cannot be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExampleError {
    /// An object line does not read `label x y z  width depth height [yaw]`.
    #[error("task {task}: object line {line:?}: expected \"label x y z  width depth height [yaw in degrees]\"")]
    Line {
        /// The task.
        task: String,
        /// The line.
        line: String,
    },
    /// A frame line does not read `name x y z yaw pitch`, or a sighting line `frame label fraction`.
    #[error(
        "task {task}: line {line:?}: expected \"name x y z yaw pitch\" for a frame, \"frame label fraction\" for a sighting"
    )]
    Frame {
        /// The task.
        task: String,
        /// The line.
        line: String,
    },
    /// The floor is no polygon.
    #[error("task {task}: floor: {message}")]
    Floor {
        /// The task.
        task: String,
        /// What is wrong.
        message: String,
    },
    /// The whole is no scene.
    #[error("task {task}: {source}")]
    Scene {
        /// The task.
        task: String,
        /// What is wrong.
        source: SceneError,
    },
}

/// The tiny scene of a task's example, exact but for a millimetre of noise.
pub fn example_scene(task: &Task) -> Result<Scene, ExampleError> {
    let mut objects = Vec::new();
    for (at, line) in task.example.objects.iter().enumerate() {
        let fault = || ExampleError::Line { task: task.name.clone(), line: line.clone() };
        let (bounds, label) = object_line(line).ok_or_else(fault)?;
        let id = ObjectId(u32::try_from(at + 1).map_err(|_| fault())?);
        objects.push(Object { id, label, names: Vec::new(), bounds, front: None });
    }
    let floor = match &task.example.floor {
        None => None,
        Some(corners) => Some(
            Polygon::new(&corners.iter().map(|[x, y]| Vec2::new(*x, *y)).collect::<Vec<_>>(), &[])
                .map_err(|error| ExampleError::Floor { task: task.name.clone(), message: error.to_string() })?,
        ),
    };
    let parts = SceneParts {
        id: task.name.clone(),
        source: Provenance {
            dataset: "catalogue example".into(),
            licence: "MIT OR Apache-2.0".into(),
            ..Default::default()
        },
        noise: NoiseModel {
            position_m: 0.001,
            size_m: 0.001,
            yaw_rad: 0.001,
            pose_position_m: 0.001,
            pose_rotation_rad: 0.001,
            visible_fraction: 0.01,
            depth_relative: 0.001,
            ..NoiseModel::NONE
        },
        room: Room { floor, floor_height_m: task.example.floor_height_m, ..Default::default() },
        declared_counts: BTreeMap::new(),
        frames: frames(task, &objects)?,
        points: Vec::new(),
        objects,
    };
    let scene = if task.example.depth { with_drawn_depths(parts) } else { Scene::new(parts) };
    scene.map_err(|source| ExampleError::Scene { task: task.name.clone(), source })
}

/// The frames of the example: pinholes of 640 × 480 pixels with what they see.
fn frames(task: &Task, objects: &[Object]) -> Result<Vec<Frame>, ExampleError> {
    let fault = |line: &str| ExampleError::Frame { task: task.name.clone(), line: line.to_owned() };
    let mut frames = task
        .example
        .frames
        .iter()
        .map(|line| frame_line(line).ok_or_else(|| fault(line)))
        .collect::<Result<Vec<_>, _>>()?;
    for line in &task.example.sightings {
        let mut seen = || {
            let (frame, rest) = line.split_once(' ')?;
            let (label, fraction) = rest.rsplit_once(' ')?;
            let object = objects.iter().find(|object| object.label == normalise(label))?;
            let sightings = frames.iter_mut().find(|known| known.name == frame)?.sightings.as_mut()?;
            let visible_fraction = fraction.parse().ok()?;
            sightings.push(Sighting::of_fraction(object.id, visible_fraction));
            sightings.sort_by_key(|sighting| sighting.object);
            Some(())
        };
        seen().ok_or_else(|| fault(line))?;
    }
    Ok(frames)
}

fn frame_line(line: &str) -> Option<Frame> {
    let (name, numbers) = line.split_once(' ')?;
    let numbers: Vec<f64> = numbers.split_whitespace().map(|word| word.parse().ok()).collect::<Option<_>>()?;
    let [x, y, z, yaw, pitch] = numbers[..] else { return None };
    let (yaw, pitch) = (yaw.to_radians(), pitch.to_radians());
    let forward = Vec3::new(yaw.cos() * pitch.cos(), yaw.sin() * pitch.cos(), pitch.sin());
    let right = Vec3::new(yaw.sin(), -yaw.cos(), 0.0);
    let rotation = Mat3::from_cols(right, forward.cross(right), forward);
    let camera = Camera::new(640, 480, Vec2::splat(500.0), Vec2::new(320.0, 240.0), Distortion::None).ok()?;
    Some(Frame {
        name: name.to_owned(),
        time_s: None,
        camera,
        pose: Pose::Known(RigidTransform::new(rotation, Vec3::new(x, y, z)).ok()?),
        colour: None,
        depth: None,
        instance: None,
        sightings: Some(Vec::new()),
    })
}

fn object_line(line: &str) -> Option<(OrientedBox, String)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let first = words.iter().position(|word| word.parse::<f64>().is_ok())?;
    let label = normalise(&words[..first].join(" "));
    let numbers: Vec<f64> = words[first..].iter().map(|word| word.parse().ok()).collect::<Option<_>>()?;
    let (sizes, yaw) = match numbers.len() {
        6 => (&numbers, 0.0),
        7 => (&numbers, numbers[6]),
        _ => return None,
    };
    let centre = Vec3::new(sizes[0], sizes[1], sizes[2]);
    let half = Vec3::new(sizes[3], sizes[4], sizes[5]) / 2.0;
    Some((OrientedBox::upright(centre, half, yaw.to_radians()).ok()?, label))
}
