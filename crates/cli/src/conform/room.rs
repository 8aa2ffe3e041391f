//! Random scenes, drawn so that boxes touch, overlap, line up and coincide far more often than in real rooms.

use question::{Draw, with_drawn_depths};
use scene::{
    Frame, LabelTable, NoiseModel, Object, ObjectId, Pose, Provenance, Room, Scene, SceneError, SceneParts, Sighting,
    geometry::{Camera, CameraError, Distortion, Mat3, OrientedBox, Polygon, RigidTransform, Vec2, Vec3},
};

/// Objects of a random scene, least and most.
const OBJECTS: std::ops::RangeInclusive<usize> = 4..=14;
/// Gaps of boxes that nearly touch, metres; negative where they overlap.
const HAIRS: [f64; 6] = [1e-3, 1e-6, 3e-9, -3e-9, -1e-6, -1e-3];
/// Standard deviations a noise model may have, metres or radians.
const SIGMAS: [f64; 6] = [0.0, 0.0001, 0.001, 0.005, 0.02, 0.06];

/// A random scene of this name; with depth images, the frames see its boxes and its floor.
pub(crate) fn random_scene(id: String, with_depth: bool, draw: &mut Draw) -> Result<Scene, SceneError> {
    let noise = NoiseModel {
        position_m: one_of(&SIGMAS, draw),
        size_m: one_of(&SIGMAS, draw),
        yaw_rad: one_of(&SIGMAS, draw),
        area_relative: one_of(&SIGMAS, draw),
        pose_position_m: one_of(&SIGMAS, draw),
        pose_rotation_rad: one_of(&SIGMAS, draw),
        visible_fraction: one_of(&SIGMAS, draw),
        depth_relative: if with_depth { one_of(&SIGMAS, draw) } else { 0.0 },
    };
    // Now and then far from the origin, where fewer digits are left for the object.
    let origin = if one_in(10, draw) {
        Vec3::new(draw.between(-900.0, 900.0), draw.between(-900.0, 900.0), draw.between(-50.0, 50.0))
    } else {
        Vec3::ZERO
    };
    let mut parts = SceneParts {
        id,
        source: Provenance { dataset: "random".into(), licence: "MIT OR Apache-2.0".into(), ..Provenance::default() },
        noise,
        room: room(origin, draw),
        objects: Vec::new(),
        declared_counts: std::collections::BTreeMap::new(),
        frames: Vec::new(),
        points: Vec::new(),
    };
    let labels: Vec<&str> = LabelTable::builtin().labels().collect();
    let wanted = OBJECTS.start() + draw.below(OBJECTS.end() - OBJECTS.start() + 1);
    let mut number = 0;
    while parts.objects.len() < wanted {
        number += 1 + draw.below(3) as u32;
        let Some(bounds) = placed(&parts.objects, origin, draw) else { continue };
        let label = label(&parts.objects, &labels, draw);
        let names = if one_in(10, draw) { vec![format!("marked {label} {number}")] } else { Vec::new() };
        parts.objects.push(Object { id: ObjectId(number), label, names, bounds, front: None });
    }
    if one_in(5, draw)
        && let Some(label) = draw.pick(&parts.objects).map(|object| object.label.clone())
    {
        let outlined = parts.objects.iter().filter(|object| object.label == label).count() as u32;
        parts.declared_counts.insert(label, outlined + u32::from(one_in(2, draw)));
    }
    if let Ok(camera) = camera() {
        for at in 0..draw.below(5) {
            let frame = frame(at, &camera, &parts, origin, draw);
            parts.frames.push(frame);
        }
    }
    if with_depth { with_drawn_depths(parts) } else { Scene::new(parts) }
}

/// Small, so that its depth is soon drawn.
fn camera() -> Result<Camera, CameraError> {
    Camera::new(40, 30, Vec2::splat(37.5), Vec2::new(20.0, 15.0), Distortion::None)
}

/// A camera somewhere, or at or straight above the place of an earlier one; level, tilted, or looking straight down.
fn frame(at: usize, camera: &Camera, parts: &SceneParts, origin: Vec3, draw: &mut Draw) -> Frame {
    let earlier = draw.pick(&parts.frames).and_then(|frame| frame.pose.world_from_camera().copied());
    let anywhere = origin + Vec3::new(draw.between(-4.0, 4.0), draw.between(-4.0, 4.0), draw.between(0.2, 2.2));
    let place = match (draw.below(6), earlier) {
        (0, Some(earlier)) => earlier.translation() + Vec3::Z * draw.between(-1.0, 1.0),
        (1, Some(earlier)) => earlier.translation() + earlier.rotation().z_axis,
        _ => anywhere,
    };
    let tilt = match draw.below(6) {
        0 => std::f64::consts::FRAC_PI_2,
        1..=3 => 0.0,
        _ => draw.between(-1.0, 1.0),
    };
    // Right, down and forward of a level camera that looks along y.
    let level = Mat3::from_cols(Vec3::X, -Vec3::Z, Vec3::Y);
    let yaw = f64::from(draw.below(16) as u32) * std::f64::consts::FRAC_PI_8;
    let yaw = if one_in(2, draw) { yaw } else { draw.between(-3.2, 3.2) };
    let rotation = Mat3::from_rotation_z(yaw)
        * level
        * Mat3::from_rotation_x(tilt)
        * Mat3::from_rotation_z(draw.between(-0.2, 0.2));
    let pose = match RigidTransform::new(rotation, place) {
        Ok(pose) if !one_in(12, draw) => Pose::Known(pose),
        _ => Pose::Missing { reason: "lost track".into() },
    };
    let looked = matches!(pose, Pose::Known(_)) && !one_in(8, draw);
    let mut sightings = Vec::new();
    for object in parts.objects.iter().filter(|_| looked) {
        let visible_fraction = match draw.below(4) {
            0 => 0.0,
            1 => draw.between(0.0, 0.3),
            _ => draw.unit(),
        };
        if visible_fraction > 0.0 {
            sightings.push(Sighting::of_fraction(object.id, visible_fraction));
        }
    }
    Frame {
        name: format!("view_{at}"),
        time_s: None,
        camera: *camera,
        pose,
        colour: None,
        depth: None,
        instance: None,
        sightings: looked.then_some(sightings),
    }
}

fn one_in(n: usize, draw: &mut Draw) -> bool {
    draw.below(n) == 0
}

fn one_of(values: &[f64], draw: &mut Draw) -> f64 {
    values[draw.below(values.len())]
}

/// A floor of some shape, or none; heights known or not.
fn room(origin: Vec3, draw: &mut Draw) -> Room {
    let (width, depth) = (draw.between(2.0, 9.0), draw.between(2.0, 9.0));
    let corners: Vec<Vec2> = match draw.below(3) {
        0 => [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]].map(Vec2::from_array).to_vec(),
        1 => [[0.0, 0.0], [1.0, 0.0], [1.0, 0.4], [0.5, 0.4], [0.5, 1.0], [0.0, 1.0]].map(Vec2::from_array).to_vec(),
        _ => {
            // A star around the middle never crosses itself.
            let corners = 3 + draw.below(7);
            (0..corners)
                .map(|at| {
                    let angle = std::f64::consts::TAU * (at as f64 + 0.8 * draw.unit()) / corners as f64;
                    Vec2::splat(0.5) + Vec2::from_angle(angle) * draw.between(0.1, 0.5)
                })
                .collect()
        }
    };
    let turn = draw.between(0.0, std::f64::consts::TAU);
    let world = |p: &Vec2| Vec2::from_angle(turn).rotate((*p - 0.5) * Vec2::new(width, depth)) + origin.truncate();
    let hole: Vec<Vec<Vec2>> = if one_in(8, draw) {
        vec![[[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]].map(|p| world(&Vec2::from_array(p))).to_vec()]
    } else {
        Vec::new()
    };
    let outline: Vec<Vec2> = corners.iter().map(world).collect();
    let floor = Polygon::new(&outline, &hole).or_else(|_| Polygon::new(&outline, &[])).ok();
    Room {
        floor: floor.filter(|_| !one_in(5, draw)),
        floor_height_m: (!one_in(5, draw)).then_some(origin.z),
        ceiling_height_m: None,
        declared_area_m2: one_in(3, draw).then(|| draw.between(4.0, 80.0)),
        centre: None,
    }
}

/// A label: any of the table, one that the scene has already, or a wider kind of such a one.
fn label(objects: &[Object], labels: &[&str], draw: &mut Draw) -> String {
    let known = draw.pick(objects).map(|object| object.label.clone());
    match (draw.below(20), known) {
        (0..=6, Some(known)) => known,
        (7, Some(known)) => {
            let table = LabelTable::builtin();
            let wider = table.wider(table.canonical(&known)).next().map(str::to_owned);
            wider.unwrap_or(known)
        }
        _ => labels[draw.below(labels.len())].to_owned(),
    }
}

/// A box somewhere, or one that stands in some exact relation to an earlier one.
fn placed(objects: &[Object], origin: Vec3, draw: &mut Draw) -> Option<OrientedBox> {
    let half = half(draw);
    let snapped = one_in(3, draw);
    let yaw = if snapped {
        f64::from(draw.below(8) as u32) * std::f64::consts::FRAC_PI_4
    } else {
        draw.between(-std::f64::consts::PI, std::f64::consts::PI)
    };
    let upright = Mat3::from_rotation_z(yaw);
    let axes = match draw.below(20) {
        0 => upright * Mat3::from_rotation_x(draw.between(-0.3, 0.3)),
        1 => upright * Mat3::from_rotation_y(draw.between(-3.0, 3.0)) * Mat3::from_rotation_x(draw.between(-3.0, 3.0)),
        // The same solid with its axes in another order.
        2 => Mat3::from_cols(upright.z_axis, upright.x_axis, upright.y_axis),
        _ => upright,
    };
    let mut centre = Vec3::new(draw.between(-4.0, 4.0), draw.between(-4.0, 4.0), half.z);
    if snapped {
        centre = (centre * 4.0).round() / 4.0;
    }
    centre += origin;
    let other = draw.pick(objects).map(|object| object.bounds);
    let related = other.filter(|_| !one_in(3, draw)).and_then(|other| related(&other, half, axes, draw));
    related.or_else(|| OrientedBox::new(centre, half, axes).ok()).or(other)
}

/// Half extents: round or not, now and then thin, flat or a cube.
fn half(draw: &mut Draw) -> Vec3 {
    let mut half = Vec3::new(draw.between(0.02, 1.0), draw.between(0.02, 1.0), draw.between(0.02, 1.0));
    match draw.below(16) {
        0 => half = Vec3::splat(half.x),
        1 => half[draw.below(3)] = 0.003,
        2 => half[draw.below(3)] = 0.0,
        3..=7 => half = (half * 8.0).ceil() / 8.0,
        _ => {}
    }
    half
}

/// A box in an exact relation to another: the same, face to face, on top, inside, a hair apart, in line.
fn related(other: &OrientedBox, half: Vec3, axes: Mat3, draw: &mut Draw) -> Option<OrientedBox> {
    let side = draw.below(3);
    let along = other.axes().col(side) * if one_in(2, draw) { 1.0 } else { -1.0 };
    let touching = other.half()[side] + half[side];
    let upward = other.aabb().1.z - other.centre().z + half.z;
    let (centre, half, axes) = match draw.below(8) {
        0 => (other.centre(), other.half(), other.axes()),
        1 => (other.centre() + along * touching, half, other.axes()),
        2 => (other.centre() + Vec3::Z * upward, half, axes),
        3 => (other.centre(), half.min(other.half()), other.axes()),
        4 => (other.centre() + along * (touching + one_of(&HAIRS, draw)), half, other.axes()),
        5 => (other.centre() + along * draw.between(0.1, 3.0), half, axes),
        6 => (other.centre() + along * other.half()[side], half, axes),
        // Twice the same step, so that three stand in line at equal distances.
        _ => (other.centre() + along, half, other.axes()),
    };
    OrientedBox::new(centre, half, axes).ok()
}
