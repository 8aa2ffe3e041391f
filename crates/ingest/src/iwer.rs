//! Headset-scanned rooms of the Immersive Web Emulation Runtime (npm `@iwer/sem`).
//!
//! Metres, y up; turned to z up. A room is a list of entities with a pose and a label:
//!
//! | entity | becomes |
//! |---|---|
//! | box (`bounded3D_META`; local z is up) | an object |
//! | rectangle of a table or couch that also has a box | nothing: it is the top of that box, merged |
//! | rectangle of a wall, window, door, wall art | an object without thickness |
//! | FLOOR | floor height; the floor's outline comes from the walls ([`crate::iwer_outline`]) |
//! | CEILING | ceiling height |
//! | triangle mesh | points: its vertices |
//!
//! Objects are numbered from 1 in the order of the file.

use std::{collections::BTreeMap, path::Path};

use scene::{
    NoiseModel, Object, ObjectId, Provenance, Room, Scene, SceneParts,
    geometry::{Mat3, OrientedBox, Polygon, Vec2, Vec3},
};

use crate::{
    Import, Imported, IngestError, Report,
    canonical::files_ending,
    iwer_file::{Entity, LocalBox, RoomFile},
    iwer_outline::outline_of,
    json::read_json,
    up_axis::{TURNED, columns_z_up, z_up_from_y_up},
};

/// Our assumption of the capture's error (1 σ); the package states none. People trace walls and furniture by hand
/// through a headset whose tracking is good to a centimetre or two.
pub const NOISE: NoiseModel = NoiseModel {
    position_m: 0.015,
    size_m: 0.015,
    yaw_rad: 0.5 * std::f64::consts::PI / 180.0,
    area_relative: 0.02,
    ..NoiseModel::NONE
};

/// How far the top rectangle of a table or couch may be from its box's own position, metres.
const SAME_M: f64 = 0.05;

/// Largest tilt at which a floor or ceiling counts as level.
const LEVEL_RAD: f64 = 0.02;

const THIN: &str = "rectangle taken as a box without thickness";
const POINTS: &str = "mesh vertices taken as points";

/// Reads one room's file, or every `.json` of a folder.
pub fn read(path: &Path) -> Imported {
    let mut report = Report::default();
    let mut scenes = Vec::new();
    let hint = "the npm package @iwer/sem holds one file a room";
    for file in files_ending(path, ".json", hint)? {
        scenes.push(scene_of(&file, &mut report)?);
    }
    report.read("files", scenes.len());
    report.notes.push("mesh triangles are not kept".to_owned());
    Ok(Import::new(scenes, report))
}

/// An entity with its pose in the file's y-up world.
struct Placed<'a> {
    entity: &'a Entity,
    field: String,
    position: Vec3,
    rotation: Mat3,
}

impl Placed<'_> {
    /// A box of the entity's frame in our world.
    fn bounds(&self, file: &Path, local: &LocalBox) -> Result<OrientedBox, IngestError> {
        let centre = z_up_from_y_up(self.position + self.rotation * local.centre);
        OrientedBox::new(centre, local.extent / 2.0, columns_z_up(self.rotation)).map_err(|error| {
            let value = (local.centre.to_array(), local.extent.to_array());
            IngestError::value(file, &self.field, value, error.to_string())
        })
    }

    /// The box whose top this rectangle is.
    fn is_top_of(&self, other: &Placed<'_>) -> bool {
        other.entity.solid.is_some()
            && other.entity.label == self.entity.label
            && other.position.distance(self.position) <= SAME_M
    }
}

/// Our label for a rectangle that is a thing of its own.
fn flat_label(label: &str) -> Option<&'static str> {
    match label {
        "WALL_FACE" => Some("wall"),
        "WINDOW_FRAME" => Some("window"),
        "DOOR_FRAME" => Some("door"),
        "WALL_ART" => Some("wall art"),
        _ => None,
    }
}

fn scene_of(file: &Path, report: &mut Report) -> Result<Scene, IngestError> {
    let room: RoomFile = read_json(file)?;
    if room.kind != "scene" || room.version != 1 {
        let problem = "only type \"scene\" of version 1 is known";
        return Err(IngestError::value(file, "type, version", (room.kind, room.version), problem));
    }
    let id = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    report.read("entities", room.entities.len());
    let placed = place(file, &room)?;

    let mut made = Made::default();
    for entity in &placed {
        made.take(file, &id, entity, &placed, report)?;
    }
    let Made { objects, floor, ceiling, feet, points } = made;
    let floor_outline = choose_outline(&id, floor.as_ref(), &feet, report);

    report.convert(TURNED, objects.len());
    let parts = SceneParts {
        id: id.clone(),
        source: Provenance {
            dataset: "iwer".to_owned(),
            licence: "MIT".to_owned(),
            attribution: "@iwer/sem, Copyright (c) Meta Platforms, Inc. and affiliates".to_owned(),
            converted: vec![
                TURNED.to_owned(),
                "walls, windows, doors and wall art are boxes without thickness".to_owned(),
                "top rectangles of tables and couches merged into their boxes".to_owned(),
            ],
        },
        noise: NOISE,
        room: Room {
            floor: floor_outline,
            floor_height_m: floor.map(|bounds| bounds.centre().z),
            ceiling_height_m: ceiling.map(|bounds| bounds.centre().z),
            declared_area_m2: None,
            centre: None,
        },
        objects,
        declared_counts: BTreeMap::new(),
        frames: Vec::new(),
        points,
    };
    Scene::new(parts).map_err(|source| IngestError::Scene { file: file.to_owned(), id, source })
}

fn place<'a>(file: &Path, room: &'a RoomFile) -> Result<Vec<Placed<'a>>, IngestError> {
    let place = |(number, entity): (usize, &'a Entity)| {
        let field = format!("spatialEntities[{number}]");
        let rotation = entity.place.rotation().ok_or_else(|| {
            IngestError::value(
                file,
                format!("{field}.locatable_META.orientation"),
                &entity.uuid,
                "is no unit quaternion",
            )
        })?;
        Ok(Placed { entity, field, position: entity.place.position(), rotation })
    };
    room.entities.iter().enumerate().map(place).collect()
}

/// What the entities have made so far.
#[derive(Default)]
struct Made {
    objects: Vec<Object>,
    floor: Option<OrientedBox>,
    ceiling: Option<OrientedBox>,
    /// Both ends of each wall, seen from above.
    feet: Vec<(Vec2, Vec2)>,
    points: Vec<[f32; 3]>,
}

impl Made {
    fn take(
        &mut self,
        file: &Path,
        id: &str,
        placed: &Placed<'_>,
        all: &[Placed<'_>],
        report: &mut Report,
    ) -> Result<(), IngestError> {
        let entity = placed.entity;
        let what = format!("{id}: {} {}", entity.label, entity.uuid);
        match (&entity.rectangle, &entity.solid, &entity.mesh) {
            (None, Some(solid), None) => {
                report.read("boxes", 1);
                let bounds = placed.bounds(file, &solid.local_box())?;
                self.push(&scene::normalise(&entity.label), bounds);
            }
            (Some(rectangle), None, None) => {
                report.read("rectangles", 1);
                let bounds = placed.bounds(file, &rectangle.local_box())?;
                self.take_rectangle(&what, placed, bounds, all, report);
            }
            (None, None, Some(mesh)) => {
                report.read("meshes", 1);
                let points = mesh.points(file, &placed.field, placed.position, placed.rotation)?;
                report.convert(POINTS, points.len());
                self.points.extend(points);
            }
            _ => report.refuse(what, "is not exactly one of rectangle, box and mesh"),
        }
        Ok(())
    }

    fn take_rectangle(
        &mut self,
        what: &str,
        placed: &Placed<'_>,
        bounds: OrientedBox,
        all: &[Placed<'_>],
        report: &mut Report,
    ) {
        let label = placed.entity.label.as_str();
        if matches!(label, "FLOOR" | "CEILING") {
            let slot = if label == "FLOOR" { &mut self.floor } else { &mut self.ceiling };
            let normal = bounds.axes().y_axis;
            if normal.truncate().length() > LEVEL_RAD {
                report.refuse(what, format!("is not level: its normal is {normal}"));
            } else if slot.is_some() {
                report.refuse(what, "the room has one already");
            } else {
                *slot = Some(bounds);
            }
        } else if let Some(label) = flat_label(label) {
            if label == "wall" {
                let reach = bounds.axes().x_axis * bounds.half().x;
                self.feet.push(((bounds.centre() - reach).truncate(), (bounds.centre() + reach).truncate()));
            }
            report.convert(THIN, 1);
            self.push(label, bounds);
        } else if let Some(whole) = all.iter().find(|other| placed.is_top_of(other)) {
            report.merged.push(format!("{what} is the top of box {}", whole.entity.uuid));
        } else {
            report.refuse(what, "a top face without a box: its height is unknown");
        }
    }

    fn push(&mut self, label: &str, bounds: OrientedBox) {
        // Files hold far fewer entities than u32 counts.
        let id = ObjectId(self.objects.len() as u32 + 1);
        self.objects.push(Object { id, label: label.to_owned(), names: Vec::new(), bounds, front: None });
    }
}

/// The floor's outline: from the walls where they close, from the rectangle where there are no walls.
fn choose_outline(
    id: &str,
    floor: Option<&OrientedBox>,
    feet: &[(Vec2, Vec2)],
    report: &mut Report,
) -> Option<Polygon> {
    let rectangle = floor.and_then(|bounds| {
        let (x, z) = (bounds.axes().x_axis * bounds.half().x, bounds.axes().z_axis * bounds.half().z);
        let corner = |sign_x: f64, sign_z: f64| (bounds.centre() + x * sign_x + z * sign_z).truncate();
        Polygon::new(&[corner(1., 1.), corner(-1., 1.), corner(-1., -1.), corner(1., -1.)], &[]).ok()
    });
    let claimed = rectangle.as_ref().map_or("none".to_owned(), |floor| format!("{:.2} m2", floor.area_m2()));
    if feet.is_empty() {
        report.notes.push(format!("{id}: no walls; the floor is its rectangle ({claimed}), which may be only a hull"));
        return rectangle;
    }
    let outline = outline_of(feet);
    report.notes.push(match &outline {
        Some(floor) => format!(
            "{id}: the floor is the outline of the {} walls, {:.2} m2 (hull rectangle: {claimed})",
            feet.len(),
            floor.area_m2()
        ),
        None => format!(
            "{id}: the {} walls do not join into one outline; no floor is taken (hull rectangle: {claimed})",
            feet.len()
        ),
    });
    outline
}
