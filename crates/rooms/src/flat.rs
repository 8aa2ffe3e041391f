//! A flat: plan, furniture, walls, lights and walks, from a seed and a number.

use std::collections::BTreeMap;

use scene::{
    LabelTable, NoiseModel, Object, ObjectId, Provenance, Room, Scene, SceneParts,
    geometry::{Mesh, OrientedBox, Polygon, RigidTransform, Vec3},
};
use serde::Serialize;

use crate::{
    Kind, Kinds, Material, Primitive, Relation, RoomKind, RoomsError, Rule,
    furnish::{Furnishing, Streams},
    lane::{self, Lanes},
    outline::{Block, Grid},
    placed::Placed,
    plan::Plan,
    plan_draw::draw_plan,
    shape::joined,
    space::Space,
    walk,
};

/// Most rooms that a flat may have: one of each kind.
pub const MAX_ROOMS: usize = RoomKind::ALL.len();

/// How many plans are drawn before a flat is given up.
const PLAN_ATTEMPTS: u64 = 64;
/// Thickness of the slabs of floor and ceiling, metres.
const SLAB_M: f64 = 0.10;

/// What flats are to be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlatConfig {
    /// Seed of all flats.
    pub seed: u64,
    /// Least and greatest number of rooms.
    pub rooms: (usize, usize),
}

impl Default for FlatConfig {
    fn default() -> Self {
        Self { seed: 0, rooms: (1, 4) }
    }
}

/// Which part of the flat a solid is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Floor of a room, or of the doorways.
    Floor,
    /// The walls.
    Wall,
    /// The ceiling.
    Ceiling,
    /// An object, or the part of one that has a colour of its own.
    Object,
}

/// A mesh of one colour.
#[derive(Debug, Clone, PartialEq)]
pub struct Solid {
    /// The object it belongs to; none for the building.
    pub object: Option<ObjectId>,
    /// Which part of the flat it is.
    pub part: Part,
    /// Closed surfaces, world frame, metres.
    pub mesh: Mesh,
    /// Red, green, blue.
    pub colour: [u8; 3],
    /// What it is made of.
    pub material: Material,
}

/// A lamp that is lit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    /// The lamp.
    pub object: ObjectId,
    /// Where the light comes from: the middle of the lamp, world frame, metres. It is inside the lamp's mesh, so
    /// whoever casts shadows leaves that mesh out.
    pub position: Vec3,
    /// How much, lumens.
    pub lumens: f64,
}

/// A walk of the camera.
#[derive(Debug, Clone, PartialEq)]
pub struct Walk {
    /// `walk-through`, `stand-and-look 0 living`, `orbit 17`: the room's number and kind, the object's number.
    pub name: String,
    /// Camera to world; camera axes x right, y down, z forward (`OpenCV`).
    pub poses: Vec<RigidTransform>,
}

/// Why a thing was not placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No place that was tried was free.
    NoRoom,
    /// What it would stand on, at or under is not in the room.
    NothingToBelongTo,
    /// No free stretch to walk.
    NoWay,
}

/// A thing or walk that was wanted and given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// The kind, or `orbit`.
    pub kind: String,
    /// The room.
    pub room: RoomKind,
    /// Why.
    pub reason: Reason,
}

/// What the flat holds of one object besides its entry in the scene.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The object.
    pub object: ObjectId,
    /// Position of its kind in the table.
    pub kind: usize,
    /// Position of its room in [`Flat::rooms`].
    pub room: usize,
    /// Boxes of its primitives.
    pub parts: Vec<OrientedBox>,
}

/// A flat.
#[derive(Debug, Clone)]
pub struct Flat {
    /// Objects, floor, heights; exact by construction.
    pub scene: Scene,
    /// Everything that can be seen.
    pub solids: Vec<Solid>,
    /// Ways for a camera.
    pub walks: Vec<Walk>,
    /// Lamps.
    pub lights: Vec<Light>,
    /// What each room is for.
    pub rooms: Vec<RoomKind>,
    /// What each object is, in the order of their numbers.
    pub items: Vec<Item>,
    /// Which objects may share a box, or touch, and why.
    pub relations: Vec<Relation>,
    /// What was wanted and given up.
    pub given_up: Vec<GivenUp>,
}

/// The name of a flat's scene.
pub fn flat_id(seed: u64, flat: u64) -> String {
    format!("flat-{seed}-{flat:06}")
}

/// A flat's plan and furniture.
struct Laid {
    streams: Streams,
    plan: Plan,
    grid: Grid,
    floor: Polygon,
    lanes: Lanes,
    placed: Vec<Placed>,
    given_up: Vec<GivenUp>,
}

/// Builds the flat of this number; the same seed and number give the same flat, whatever else is built.
pub fn build_flat(kinds: &Kinds, config: &FlatConfig, flat: u64) -> Result<Flat, RoomsError> {
    let laid = lay(kinds, config, flat)?;
    let scene = laid.scene(kinds, config, flat)?;
    let Laid { streams, plan, grid, floor, lanes, placed, mut given_up } = laid;
    let walks = walk::walks(&plan, &lanes, &floor, &placed, kinds, &streams, &mut given_up)?;
    let mut solids = building(&plan, &grid, &streams)?;
    for (at, thing) in placed.iter().enumerate() {
        paint(kinds, &kinds.kinds[thing.kind], thing, id(at), &mut solids)?;
    }
    let number = |at: usize, thing: &Placed| {
        let (to, how) = thing.anchor?;
        Some(Relation { object: id(at), how, to: id(to) })
    };
    let light = |at: usize, thing: &Placed| {
        let lumens = kinds.kinds[thing.kind].light_lm?;
        Some(Light { object: id(at), position: thing.bounds.centre(), lumens })
    };
    let all = || placed.iter().enumerate();
    let lights = all().filter_map(|(at, thing)| light(at, thing)).collect();
    let relations = all().filter_map(|(at, thing)| number(at, thing)).collect();
    let items = placed
        .into_iter()
        .enumerate()
        .map(|(at, thing)| Item { object: id(at), kind: thing.kind, room: thing.room, parts: thing.parts })
        .collect();
    Ok(Flat { scene, solids, walks, lights, rooms: plan.rooms, items, relations, given_up })
}

/// The scene of the flat of this number alone, for whoever neither draws nor films it.
pub fn build_scene(kinds: &Kinds, config: &FlatConfig, flat: u64) -> Result<Scene, RoomsError> {
    lay(kinds, config, flat)?.scene(kinds, config, flat)
}

fn lay(kinds: &Kinds, config: &FlatConfig, flat: u64) -> Result<Laid, RoomsError> {
    let (least, most) = config.rooms;
    if least == 0 || least > most || most > MAX_ROOMS {
        return Err(RoomsError::Rooms { least, most, limit: MAX_ROOMS });
    }
    let opening = |rule: Rule, name| {
        let found = kinds.kinds.iter().position(|kind| kind.rule == rule);
        found.ok_or(RoomsError::NoOpening(name))
    };
    let (door, window) = (opening(Rule::Door, "door")?, opening(Rule::Window, "window")?);
    let streams = Streams { seed: config.seed, flat: flat.to_string() };
    let rooms = least + streams.of("flat", "rooms", 0).below(most - least + 1);
    let drawn = (0..PLAN_ATTEMPTS).find_map(|attempt| {
        let mut draw = streams.of("flat", "plan", attempt);
        let plan = draw_plan(&mut draw, rooms, &kinds.kinds[door], &kinds.kinds[window])?;
        let grid = Grid::new(&plan);
        let floor = grid.floor()?;
        Some((plan, grid, floor))
    });
    let no_plan = RoomsError::NoPlan { seed: config.seed, flat, rooms, attempts: PLAN_ATTEMPTS };
    let (plan, grid, floor) = drawn.ok_or(no_plan)?;
    let floor = floor?;
    let lanes = lane::lay(&mut streams.of("flat", "lanes", 0), &plan);
    let mut space = Space::default();
    lane::keep_free(&plan, &lanes, &mut space)?;
    let mut work = Furnishing { kinds, plan: &plan, streams: &streams, space, given_up: Vec::new() };
    work.openings(door, window)?;
    work.rooms()?;
    let Furnishing { space: Space { placed, .. }, given_up, .. } = work;
    Ok(Laid { streams, plan, grid, floor, lanes, placed, given_up })
}

impl Laid {
    fn scene(&self, kinds: &Kinds, config: &FlatConfig, flat: u64) -> Result<Scene, RoomsError> {
        let (least, most) = config.rooms;
        Ok(Scene::new(SceneParts {
            id: flat_id(config.seed, flat),
            source: Provenance {
                dataset: "isovist-rooms".to_owned(),
                licence: "CC0-1.0".to_owned(),
                attribution: String::new(),
                converted: vec![format!(
                    "made by isovist-rooms {}: seed {}, flat {flat}, rooms {least} to {most}",
                    env!("CARGO_PKG_VERSION"),
                    config.seed
                )],
            },
            noise: NoiseModel::NONE,
            room: Room {
                floor: Some(self.floor.clone()),
                floor_height_m: Some(0.0),
                ceiling_height_m: Some(self.plan.ceiling_m()),
                declared_area_m2: Some(self.floor.area_m2()),
                centre: None,
            },
            objects: self
                .placed
                .iter()
                .enumerate()
                .map(|(at, thing)| object(&kinds.kinds[thing.kind], thing, id(at)))
                .collect(),
            declared_counts: BTreeMap::new(),
            frames: Vec::new(),
            points: Vec::new(),
        })?)
    }
}

/// The number of the thing at this position: from 1, since 0 is nothing in an instance image.
pub(crate) fn id(at: usize) -> ObjectId {
    ObjectId(at as u32 + 1)
}

/// The scene's entry of a thing. Its names are its colour before its label and before every wider label, so that
/// "red chair" stands for all that may be called so.
fn object(kind: &Kind, thing: &Placed, id: ObjectId) -> Object {
    let labels = std::iter::once(kind.label.as_str()).chain(LabelTable::builtin().wider(&kind.label));
    Object {
        id,
        label: kind.label.clone(),
        names: labels.map(|label| format!("{} {label}", thing.colour)).collect(),
        bounds: thing.bounds,
        front: kind.front.then(|| -thing.bounds.axes().y_axis),
    }
}

/// The thing's meshes, one for each of its colours.
fn paint(kinds: &Kinds, kind: &Kind, thing: &Placed, id: ObjectId, solids: &mut Vec<Solid>) -> Result<(), RoomsError> {
    let mut by_colour: BTreeMap<Option<&String>, Vec<Primitive>> = BTreeMap::new();
    for primitive in &kind.shape {
        by_colour.entry(primitive.colour.as_ref()).or_default().push(primitive.clone());
    }
    let by = RigidTransform::new(thing.bounds.axes(), thing.bounds.centre())?;
    for (colour, shape) in by_colour {
        solids.push(Solid {
            object: Some(id),
            part: Part::Object,
            mesh: joined(&shape, thing.bounds.extents())?.moved(&by)?,
            colour: colour.map_or(thing.rgb, |name| kinds.colour(name)),
            material: kind.material,
        });
    }
    Ok(())
}

/// Floors, walls and ceiling.
fn building(plan: &Plan, grid: &Grid, streams: &Streams) -> Result<Vec<Solid>, RoomsError> {
    const WALLS: [[u8; 3]; 5] = [[236, 234, 226], [226, 228, 230], [232, 224, 206], [214, 222, 214], [220, 214, 224]];
    const BOARDS: [[u8; 3]; 4] = [[176, 138, 98], [148, 108, 72], [196, 166, 126], [128, 116, 104]];
    const TILES: [[u8; 3]; 3] = [[206, 204, 198], [178, 190, 196], [154, 150, 144]];
    let mut draw = streams.of("flat", "paint", 0);
    let mut pick = |from: &[[u8; 3]]| draw.pick(from).copied().unwrap_or([200; 3]);
    let (thresholds, ceilings) = grid.slabs(SLAB_M);
    let solid = |part, blocks: &[Block], colour, material| -> Result<Solid, RoomsError> {
        Ok(Solid { object: None, part, mesh: blocks_mesh(blocks)?, colour, material })
    };
    let boards = pick(&BOARDS);
    let mut solids = vec![
        solid(Part::Wall, &grid.walls(), pick(&WALLS), Material::Paint)?,
        solid(Part::Ceiling, &ceilings, [244, 244, 242], Material::Paint)?,
        solid(Part::Floor, &thresholds, boards, Material::Wood)?,
    ];
    for (room, kind) in plan.rooms.iter().enumerate() {
        let cells = plan.cells.iter().filter(|cell| cell.room == room);
        let slabs: Vec<Block> = cells.map(|cell| Block::over(&cell.rect, [-SLAB_M, 0.0])).collect();
        let tiled = matches!(kind, RoomKind::Bathroom | RoomKind::Kitchen);
        solids.push(if tiled {
            solid(Part::Floor, &slabs, pick(&TILES), Material::Ceramic)?
        } else {
            solid(Part::Floor, &slabs, boards, Material::Wood)?
        });
    }
    Ok(solids)
}

fn blocks_mesh(blocks: &[Block]) -> Result<Mesh, RoomsError> {
    let whole = Primitive {
        form: crate::Form::Cuboid,
        axis: 2,
        low: Vec3::ZERO,
        high: Vec3::ONE,
        bottom: 1.0,
        top: 1.0,
        colour: None,
    };
    let mut all = Mesh::default();
    for block in blocks {
        let by = RigidTransform::new(scene::geometry::Mat3::IDENTITY, block.low.midpoint(block.high))?;
        all = all.joined(&whole.mesh(block.high - block.low)?.moved(&by)?)?;
    }
    Ok(all)
}
