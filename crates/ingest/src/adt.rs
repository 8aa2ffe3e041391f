//! An Aria Digital Twin recording: boxes (`3d_bounding_box.csv`), poses (`scene_objects.csv`) and names
//! (`instances.json`) of every object of an apartment.
//!
//! Metres, y up; turned to z up. A box is given in the object's own frame as its lowest and highest corner, so its
//! centre is the middle of the two, moved by the pose. Objects are numbered by ascending `object_uid`, from 1,
//! counting every object that has a box (instance images derived from the recording count the same way).
//!
//! Static objects have one pose (time stamp −1). An object that moves stands where it stood at the earliest time
//! stamp of the recording.
//!
//! Left out: the building's shell (category *shelter*), which contains everything, and people. Fronts are not taken:
//! `canonical_front` is local +z for every object, whatever its shape.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use scene::{
    NoiseModel, Object, ObjectId, Provenance, Room, Scene, SceneParts,
    geometry::{Mat3, OrientedBox, Quat, Vec3},
    normalise,
};
use serde::Deserialize;

use crate::{
    Import, Imported, IngestError, Report,
    adt_names::{kind_of_name, names_of},
    folder_id::folder_id,
    json::{Ordered, read_json},
    table::Table,
    up_axis::{TURNED, columns_z_up, z_up_from_y_up},
};

/// Our assumption of the twin's error (1 σ); the data set states none per object. Objects were modelled by
/// photogrammetry and laser scan and tracked by an optical system of millimetre accuracy.
pub const NOISE: NoiseModel = NoiseModel {
    position_m: 0.003,
    size_m: 0.002,
    yaw_rad: 0.2 * std::f64::consts::PI / 180.0,
    area_relative: 0.0,
    ..NoiseModel::NONE
};

const BOX_COLUMNS: [&str; 7] = [
    "object_uid",
    "p_local_obj_xmin[m]",
    "p_local_obj_ymin[m]",
    "p_local_obj_zmin[m]",
    "p_local_obj_xmax[m]",
    "p_local_obj_ymax[m]",
    "p_local_obj_zmax[m]",
];

const POSE_COLUMNS: [&str; 9] =
    ["object_uid", "timestamp[ns]", "t_wo_x[m]", "t_wo_y[m]", "t_wo_z[m]", "q_wo_w", "q_wo_x", "q_wo_y", "q_wo_z"];

#[derive(Deserialize)]
struct Instance {
    #[serde(rename = "instance_name")]
    name: String,
    category: String,
    #[serde(rename = "motion_type")]
    motion: String,
    #[serde(rename = "instance_type")]
    kind: String,
}

/// A pose `world_from_object` in the recording's y-up world.
#[derive(Clone, Copy)]
struct Pose {
    translation: Vec3,
    rotation: Mat3,
}

/// Lowest and highest corner in the object's frame.
struct Bounds {
    low: Vec3,
    high: Vec3,
}

/// Reads a folder with the three tables.
pub fn read(path: &Path) -> Imported {
    let mut report = Report::default();
    let instances_file = path.join("instances.json");
    let instances = read_instances(&instances_file, &mut report)?;
    let bounds = read_bounds(&path.join("3d_bounding_box.csv"), &mut report)?;
    let poses = read_poses(&path.join("scene_objects.csv"), &mut report)?;

    let mut objects = Vec::new();
    let mut moving = 0;
    for (number, (uid, local)) in (1_u32..).zip(&bounds) {
        let Some(instance) = instances.get(uid) else {
            report.refuse(format!("object {uid}"), "has a box but no entry in instances.json");
            continue;
        };
        let Some((when, pose)) = poses.get(uid).and_then(|poses| poses.first_key_value()) else {
            report.refuse(&instance.name, "has a box but no pose in scene_objects.csv");
            continue;
        };
        if let Some(reason) = no_object(instance) {
            report.refuse(&instance.name, reason);
            continue;
        }
        moving += usize::from(*when >= 0);
        objects.push(object_of(number, instance, local, *pose).map_err(|error| {
            IngestError::value(&path.join("3d_bounding_box.csv"), &instance.name, uid, error.to_string())
        })?);
    }
    for (uid, instance) in instances.iter().filter(|(uid, _)| !bounds.contains_key(uid)) {
        let reason = no_object(instance).unwrap_or("has no box in 3d_bounding_box.csv");
        report.refuse(format!("{} ({uid})", instance.name), reason);
    }
    for uid in poses.keys().filter(|uid| !bounds.contains_key(uid) && !instances.contains_key(uid)) {
        report.refuse(format!("object {uid}"), "has a pose but neither box nor name");
    }
    report.convert(TURNED, objects.len());
    report.convert("box centre is the middle of the local bounds, moved by the pose", objects.len());
    let mut converted = vec![TURNED.to_owned()];
    if let Some(first) = first_time(&poses) {
        let how = format!("objects that move stand at their earliest pose ({first} ns)");
        report.convert(&how, moving);
        converted.push(how);
    }
    converted.extend(report.refused.iter().map(|refused| format!("left out {}: {}", refused.what, refused.reason)));
    report.notes.push("no front is taken: canonical_front is local +z for every object".to_owned());
    report.notes.push("canonical_pose, rotational_symmetry and rigidity are not kept".to_owned());
    let floor_height_m = floor_height(&objects, &mut report);

    let id = folder_id(path, "adt");
    let parts = SceneParts {
        id: id.clone(),
        source: Provenance {
            dataset: "adt".to_owned(),
            licence: "Apache-2.0".to_owned(),
            attribution: "Aria Digital Twin sample, facebookresearch/projectaria_tools; \
                          the full data set is under its own licence"
                .to_owned(),
            converted,
        },
        noise: NOISE,
        room: Room { floor_height_m, ..Room::default() },
        objects,
        declared_counts: BTreeMap::new(),
        frames: Vec::new(),
        points: Vec::new(),
    };
    let scene = Scene::new(parts).map_err(|source| IngestError::Scene { file: instances_file, id, source })?;
    let scenes = vec![scene];
    Ok(Import::new(scenes, report))
}

/// Why an instance is not an object of the room.
fn no_object(instance: &Instance) -> Option<&'static str> {
    if instance.kind == "human" {
        Some("is a person, not an object of the room")
    } else if instance.category == "shelter" {
        Some("is the building's shell, which contains every object")
    } else {
        None
    }
}

fn object_of(
    number: u32,
    instance: &Instance,
    local: &Bounds,
    pose: Pose,
) -> Result<Object, scene::geometry::BoxError> {
    let label = normalise(&instance.category);
    let mut names: Vec<String> = names_of(&instance.name).into_iter().filter(|name| *name != label).collect();
    if let Some(kind) = names.last().and_then(|name| kind_of_name(name, &label)) {
        names.push(kind.to_owned());
    }
    let centre = pose.translation + pose.rotation * local.low.midpoint(local.high);
    let half = (local.high - local.low) / 2.0;
    let bounds = OrientedBox::new(z_up_from_y_up(centre), half, columns_z_up(pose.rotation))?;
    Ok(Object { id: ObjectId(number), label, names, bounds, front: None })
}

fn read_instances(file: &Path, report: &mut Report) -> Result<BTreeMap<u64, Instance>, IngestError> {
    let rows: Ordered<Instance> = read_json(file)?;
    report.read("instances", rows.0.len());
    let mut instances = BTreeMap::new();
    for (uid, instance) in rows.0 {
        let number =
            uid.parse::<u64>().map_err(|_| IngestError::value(file, &uid, &uid, "the key is no whole number"))?;
        if !matches!(instance.motion.as_str(), "static" | "dynamic") {
            let field = format!("{uid}.motion_type");
            return Err(IngestError::value(file, field, instance.motion, "is neither static nor dynamic"));
        }
        instances.insert(number, instance);
    }
    Ok(instances)
}

fn read_bounds(file: &Path, report: &mut Report) -> Result<BTreeMap<u64, Bounds>, IngestError> {
    let mut bounds = BTreeMap::new();
    for row in Table::read(file, &BOX_COLUMNS)?.rows() {
        report.read("boxes", 1);
        let uid: u64 = row.whole("object_uid")?;
        let [_, low_x, low_y, low_z, high_x, high_y, high_z] = BOX_COLUMNS;
        let low = row.numbers([low_x, low_y, low_z])?;
        let high = row.numbers([high_x, high_y, high_z])?;
        let [low, high] = [low, high].map(Vec3::from_array);
        if low.cmpgt(high).any() {
            return Err(row.wrong(low_x, "the lowest corner of the box lies above its highest"));
        }
        if bounds.insert(uid, Bounds { low, high }).is_some() {
            return Err(row.wrong("object_uid", "has a box already"));
        }
    }
    Ok(bounds)
}

fn read_poses(file: &Path, report: &mut Report) -> Result<BTreeMap<u64, BTreeMap<i64, Pose>>, IngestError> {
    let mut poses: BTreeMap<u64, BTreeMap<i64, Pose>> = BTreeMap::new();
    for row in Table::read(file, &POSE_COLUMNS)?.rows() {
        report.read("poses", 1);
        let uid: u64 = row.whole("object_uid")?;
        let when: i64 = row.whole("timestamp[ns]")?;
        let [_, _, t_x, t_y, t_z, q_w, q_x, q_y, q_z] = POSE_COLUMNS;
        let translation = Vec3::from_array(row.numbers([t_x, t_y, t_z])?);
        let [w, x, y, z] = row.numbers([q_w, q_x, q_y, q_z])?;
        let rotation = Quat::from_xyzw(x, y, z, w);
        if (rotation.length_squared() - 1.0).abs() > 1e-6 {
            return Err(row.wrong(q_w, "the quaternion of this line is not of unit length"));
        }
        let pose = Pose { translation, rotation: Mat3::from_quat(rotation.normalize()) };
        if poses.entry(uid).or_default().insert(when, pose).is_some() {
            return Err(row.wrong("timestamp[ns]", "the object has a pose at this time already"));
        }
    }
    Ok(poses)
}

/// The earliest time stamp of a moving object, nanoseconds.
fn first_time(poses: &BTreeMap<u64, BTreeMap<i64, Pose>>) -> Option<i64> {
    let times: BTreeSet<i64> = poses.values().flat_map(BTreeMap::keys).copied().filter(|when| *when >= 0).collect();
    times.first().copied()
}

/// World z = 0 if the lowest points of the boxes that stand near it say so: ten boxes at least end within 10 cm of
/// it, and their median does within a centimetre. Otherwise unknown.
fn floor_height(objects: &[Object], report: &mut Report) -> Option<f64> {
    let mut lowest: Vec<f64> = objects.iter().map(|object| object.bounds.vertical_span_m().0).collect();
    lowest.retain(|low| low.abs() <= 0.1);
    lowest.sort_by(f64::total_cmp);
    let median = lowest.get(lowest.len() / 2).copied()?;
    let close = lowest.iter().filter(|low| low.abs() <= 0.01).count();
    let stands = lowest.len() >= 10 && median.abs() <= 0.01;
    report.notes.push(format!(
        "floor height {}: of {} boxes that end within 10 cm of z = 0, {close} end within 1 cm; median {:.1} mm",
        if stands { "0" } else { "unknown" },
        lowest.len(),
        median * 1e3
    ));
    stands.then_some(0.0)
}
