//! The tiny scene of a catalogue entry.

use std::collections::BTreeMap;

use geometry::{OrientedBox, Polygon, Vec2, Vec3};
use scene::{NoiseModel, Object, ObjectId, Provenance, Room, Scene, SceneError, SceneParts, normalise};

use crate::Task;

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
    Scene::new(SceneParts {
        id: task.name.clone(),
        source: Provenance {
            dataset: "catalogue example".into(),
            licence: "MIT OR Apache-2.0".into(),
            ..Default::default()
        },
        noise: NoiseModel { position_m: 0.001, size_m: 0.001, yaw_rad: 0.001, area_relative: 0.0, ..NoiseModel::NONE },
        room: Room { floor, floor_height_m: task.example.floor_height_m, ..Default::default() },
        objects,
        declared_counts: BTreeMap::new(),
        frames: Vec::new(),
        points: Vec::new(),
    })
    .map_err(|source| ExampleError::Scene { task: task.name.clone(), source })
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
