//! The laws of every flat, over a sweep of seeds.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use std::{collections::BTreeMap, sync::LazyLock};

use rooms::{CLEARANCE_M, Flat, FlatConfig, How, Item, Kind, Kinds, Part, Rule, build_flat};
use scene::{
    ObjectId,
    geometry::{Mat3, OrientedBox, RigidTransform, Vec2, Vec3, box_point, box_segment, intersection_volume_m3},
    scene_sha256, scene_text,
};

const FLATS: u64 = 300;
/// Rounding of sums of a few metres.
const TINY: f64 = 1e-9;

static ALL: LazyLock<Vec<Flat>> = LazyLock::new(|| (0..FLATS).map(|flat| build(11, flat)).collect());

fn kinds() -> &'static Kinds {
    Kinds::builtin().unwrap()
}

fn build(seed: u64, flat: u64) -> Flat {
    build_flat(kinds(), &FlatConfig { seed, rooms: (1, 5) }, flat).unwrap()
}

fn kind(item: &Item) -> &'static Kind {
    &kinds().all()[item.kind]
}

fn bounds(flat: &Flat, id: ObjectId) -> &OrientedBox {
    &flat.scene.objects()[flat.scene.position(id).unwrap()].bounds
}

fn is_opening(item: &Item) -> bool {
    matches!(kind(item).rule, Rule::Door | Rule::Window)
}

/// The blocks that the walls are made of, eight vertices each.
fn wall_blocks(flat: &Flat) -> Vec<OrientedBox> {
    let wall = flat.solids.iter().find(|solid| solid.part == Part::Wall).unwrap();
    let block = |corners: &[Vec3]| {
        let low = corners.iter().copied().reduce(Vec3::min).unwrap();
        let high = corners.iter().copied().reduce(Vec3::max).unwrap();
        OrientedBox::new(low.midpoint(high), (high - low) / 2.0, Mat3::IDENTITY).unwrap()
    };
    wall.mesh.vertices().chunks(8).map(block).collect()
}

/// Everything that an object stands on, under or at, and what that stands on, and so on.
fn carriers(flat: &Flat) -> BTreeMap<ObjectId, Vec<ObjectId>> {
    let mut carriers = BTreeMap::new();
    for relation in &flat.relations {
        let mut all: Vec<ObjectId> = vec![relation.to];
        all.extend(carriers.get(&relation.to).into_iter().flatten().copied());
        carriers.insert(relation.object, all);
    }
    carriers
}

#[test]
fn the_table_holds_many_kinds_and_every_kind_appears() {
    assert!(kinds().all().len() >= 60, "{}", kinds().all().len());
    let mut seen: BTreeMap<&str, usize> = kinds().all().iter().map(|kind| (kind.name.as_str(), 0)).collect();
    for flat in ALL.iter() {
        for item in &flat.items {
            *seen.get_mut(kind(item).name.as_str()).unwrap() += 1;
        }
    }
    let absent: Vec<_> = seen.iter().filter(|(_, count)| **count == 0).collect();
    assert!(absent.is_empty(), "{absent:?}");
}

#[test]
fn every_box_is_the_box_of_its_meshes_and_within_its_sizes() {
    for flat in ALL.iter() {
        for (item, object) in flat.items.iter().zip(flat.scene.objects()) {
            assert_eq!(item.object, object.id);
            let kind = kind(item);
            let bounds = &object.bounds;
            for (extent, [least, most]) in bounds.extents().to_array().into_iter().zip(kind.size_mm) {
                let mm = extent * 1000.0;
                assert!(mm > f64::from(least) - TINY && mm < f64::from(most) + TINY, "{}: {mm} mm", kind.name);
                assert!((mm - mm.round()).abs() < 1e-6, "{}: {mm} mm", kind.name);
            }
            let into_box = RigidTransform::new(bounds.axes(), bounds.centre()).unwrap().inverse();
            let (mut low, mut high) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
            for solid in flat.solids.iter().filter(|solid| solid.object == Some(object.id)) {
                assert_eq!(solid.part, Part::Object);
                assert!(solid.mesh.volume_m3() > 0.0, "{}", kind.name);
                for p in solid.mesh.vertices() {
                    let local = into_box.apply(*p);
                    (low, high) = (low.min(local), high.max(local));
                }
            }
            assert!((low + bounds.half()).abs().max_element() < TINY, "{} {low} {bounds:?}", kind.name);
            assert!((high - bounds.half()).abs().max_element() < TINY, "{} {high} {bounds:?}", kind.name);
            assert_eq!(object.front.is_some(), kind.front);
            if let Some(front) = object.front {
                assert!((front + bounds.axes().y_axis).length() < TINY);
            }
        }
    }
}

#[test]
fn nothing_goes_through_anything() {
    for flat in ALL.iter() {
        let carriers = carriers(flat);
        let related = |a: ObjectId, b: ObjectId| carriers.get(&a).is_some_and(|all| all.contains(&b));
        for (at, a) in flat.items.iter().enumerate() {
            for b in &flat.items[at + 1..] {
                let (box_a, box_b) = (bounds(flat, a.object), bounds(flat, b.object));
                let common = if related(a.object, b.object) || related(b.object, a.object) {
                    let pairs = a.parts.iter().flat_map(|p| b.parts.iter().map(move |q| (p, q)));
                    pairs.map(|(p, q)| intersection_volume_m3(p, q)).fold(0.0, f64::max)
                } else {
                    intersection_volume_m3(box_a, box_b)
                };
                let names = (flat.scene.id(), &kind(a).name, &kind(b).name);
                assert!(common < 1e-12, "{names:?}: {common} m3");
            }
        }
    }
}

#[test]
fn nothing_goes_through_the_walls() {
    for flat in ALL.iter() {
        let floor = flat.scene.room().floor.as_ref().unwrap();
        let ceiling = flat.scene.room().ceiling_height_m.unwrap();
        let wall = flat.solids.iter().find(|solid| solid.part == Part::Wall).unwrap();
        let blocks = wall_blocks(flat);
        let volume: f64 = blocks.iter().map(OrientedBox::volume_m3).sum();
        assert!((wall.mesh.volume_m3() - volume).abs() < 1e-9 * volume);
        for item in &flat.items {
            let bounds = bounds(flat, item.object);
            let through = blocks.iter().map(|block| intersection_volume_m3(block, bounds)).fold(0.0, f64::max);
            assert!(through < 1e-12, "{} {}: {through} m3 in a wall", flat.scene.id(), kind(item).name);
            let (low, high) = bounds.vertical_span_m();
            assert!(low > -TINY && high < ceiling + TINY, "{}", kind(item).name);
            let name = &kind(item).name;
            let outside = bounds.corners().iter().map(|p| floor.distance_m(p.truncate())).fold(0.0, f64::max);
            match kind(item).rule {
                // A window and the door to the outside fill a hole in the outer wall.
                Rule::Window | Rule::Door => assert!(outside < 0.25 + TINY, "{name}: {outside} m outside"),
                _ => assert!(outside < TINY, "{name}: {outside} m outside"),
            }
        }
    }
}

/// Whether the middle of its back touches a wall.
fn is_at_wall(own: &OrientedBox, blocks: &[OrientedBox]) -> bool {
    let back = own.centre() + own.axes() * Vec3::new(0.0, own.half().y, 0.0);
    blocks.iter().any(|block| box_point(block, &back).distance_m < TINY)
}

#[test]
fn what_stands_on_something_stands_exactly_on_a_surface_and_the_rest_on_the_floor_the_wall_or_the_ceiling() {
    for flat in ALL.iter() {
        let ceiling = flat.scene.room().ceiling_height_m.unwrap();
        let blocks = wall_blocks(flat);
        for item in &flat.items {
            let name = &kind(item).name;
            let own = bounds(flat, item.object);
            let (low, high) = own.vertical_span_m();
            let relation = flat.relations.iter().find(|relation| relation.object == item.object);
            match &kind(item).rule {
                Rule::On { of, .. } => {
                    let relation = relation.unwrap();
                    assert_eq!(relation.how, How::On);
                    let below = flat.items.iter().find(|other| other.object == relation.to).unwrap();
                    assert!(of.contains(&below.kind), "{name}");
                    let carrier = bounds(flat, below.object);
                    let foot = carrier.vertical_span_m().0;
                    let local = RigidTransform::new(carrier.axes(), carrier.centre()).unwrap().inverse();
                    let carried = kind(below).surfaces.iter().any(|surface| {
                        let top = foot + surface.z * carrier.extents().z;
                        let on_it = own.corners().iter().all(|p| {
                            let at = local.apply(*p) / carrier.extents() + Vec3::splat(0.5);
                            at.x > surface.x[0] && at.x < surface.x[1] && at.y > surface.y[0] && at.y < surface.y[1]
                        });
                        (low - top).abs() < TINY && on_it
                    });
                    assert!(carried, "{name} on {}: {low}", kind(below).name);
                }
                Rule::Ceiling => assert!((high - ceiling).abs() < TINY, "{name}"),
                Rule::Hung { bottom } | Rule::Above { bottom, .. } => {
                    assert!(low > bottom[0] - TINY && low < bottom[1] + TINY, "{name}: {low}");
                    assert!(is_at_wall(own, &blocks), "{name} hangs in the air");
                }
                Rule::Window => assert!(low > 0.8, "{name}"),
                Rule::AgainstWall | Rule::Corner => {
                    assert!(is_at_wall(own, &blocks), "{name} is off the wall");
                    assert!(low.abs() < TINY, "{name}");
                }
                Rule::Under { .. } => {
                    assert_eq!(relation.unwrap().how, How::Under);
                    assert!(low.abs() < TINY, "{name}: {low}");
                }
                _ => assert!(low.abs() < TINY, "{name}: {low}"),
            }
        }
    }
}

#[test]
fn the_floor_has_its_exact_area_and_the_rooms_their_walls() {
    for flat in ALL.iter() {
        let room = flat.scene.room();
        let floor = room.floor.as_ref().unwrap();
        assert_eq!(room.declared_area_m2, Some(floor.area_m2()));
        assert_eq!(room.floor_height_m, Some(0.0));
        let thickness = 0.1;
        let slabs: f64 =
            flat.solids.iter().filter(|solid| solid.part == Part::Floor).map(|solid| solid.mesh.volume_m3()).sum();
        // The entrance has floor too, outside the outline.
        let entrance = 0.25 * entrance_width_m(flat);
        assert!((slabs / thickness - entrance - floor.area_m2()).abs() < 1e-9 * 400.0, "{}", flat.scene.id());
        let ceiling = flat.solids.iter().find(|solid| solid.part == Part::Ceiling).unwrap();
        assert!(ceiling.mesh.volume_m3() / thickness > floor.area_m2());
        assert!(floor.exterior().iter().all(|p| (*p * 100.0 - (*p * 100.0).round()).length() < 1e-9));
    }
}

fn entrance_width_m(flat: &Flat) -> f64 {
    let floor = flat.scene.room().floor.as_ref().unwrap();
    let closed = flat.items.iter().filter(|item| kind(item).rule == Rule::Door).map(|item| bounds(flat, item.object));
    let outside: Vec<&OrientedBox> = closed.filter(|leaf| !floor.contains(leaf.centre().truncate())).collect();
    assert!(outside.len() <= 1);
    outside.first().map_or(0.0, |leaf| leaf.extents().x)
}

#[test]
fn cameras_keep_clear_stand_upright_and_look_at_things() {
    for flat in ALL.iter() {
        let floor = flat.scene.room().floor.as_ref().unwrap();
        let blocks = wall_blocks(flat);
        assert!(flat.walks.len() > flat.rooms.len(), "{}", flat.scene.id());
        for walk in &flat.walks {
            assert!(!walk.poses.is_empty(), "{} {}", flat.scene.id(), walk.name);
            for pose in &walk.poses {
                let here = pose.translation();
                let place = (flat.scene.id(), &walk.name, here);
                let at: Vec2 = here.truncate();
                assert!(floor.contains(at) && floor.border_distance_m(at) > CLEARANCE_M - TINY, "{place:?}");
                let [right, down, forward] = [0, 1, 2].map(|k| pose.rotation().col(k));
                assert!(right.z.abs() < TINY && down.z < 0.0 && right.cross(down).distance(forward) < TINY);
                for (item, object) in flat.items.iter().zip(flat.scene.objects()) {
                    let name = &kind(item).name;
                    let gap = box_point(&object.bounds, &here).distance_m;
                    assert!(gap > CLEARANCE_M - TINY, "{place:?}: {name} at {gap} m");
                    let (low, high) = object.bounds.vertical_span_m();
                    if high > 0.05 && low < here.z {
                        let level = at.extend(here.z.clamp(low, high));
                        let gap = box_point(&object.bounds, &level).distance_m;
                        assert!(gap > CLEARANCE_M - TINY, "{place:?}: {name} at {gap} m of the body");
                    }
                }
                let seen = flat.scene.objects().iter().any(|object| {
                    let to = object.bounds.centre() - here;
                    // Nearer the middle of the picture than 40°, and no wall between.
                    to.normalize().dot(forward) > 0.766 - TINY
                        && blocks
                            .iter()
                            .all(|block| box_segment(block, &here, &object.bounds.centre()).distance_m > 0.0)
                });
                assert!(seen, "{place:?} looks at nothing");
            }
        }
    }
}

#[test]
fn lamps_give_light_and_every_room_is_lit_or_says_why_not() {
    for flat in ALL.iter() {
        for light in &flat.lights {
            assert!(light.lumens > 0.0 && bounds(flat, light.object).contains(light.position));
        }
        for (room, room_kind) in flat.rooms.iter().enumerate() {
            let lit = flat
                .lights
                .iter()
                .any(|light| flat.items.iter().any(|item| item.object == light.object && item.room == room));
            let given_up = flat.given_up.iter().any(|up| up.kind == "ceiling light" && up.room == *room_kind);
            assert!(lit || given_up, "{} {room}", flat.scene.id());
        }
    }
}

#[test]
fn what_is_wanted_is_placed_or_given_up() {
    let (mut placed, mut given_up) = (0, 0);
    for flat in ALL.iter() {
        placed += flat.items.len();
        given_up += flat.given_up.len();
        for (room, room_kind) in flat.rooms.iter().enumerate() {
            for (at, kind) in kinds().all().iter().enumerate() {
                let Some([least, most]) = kind.rooms.get(room_kind) else { continue };
                let here = flat.items.iter().filter(|item| item.room == room && item.kind == at).count();
                let missed = flat.given_up.iter().filter(|up| up.kind == kind.name && up.room == *room_kind).count();
                let all = (here + missed) as u32;
                let of = kind.rule.of();
                let wanted = |of: &usize| {
                    let name = &kinds().all()[*of].name;
                    flat.items.iter().any(|item| item.room == room && item.kind == *of)
                        || flat.given_up.iter().any(|up| up.kind == *name && up.room == *room_kind)
                };
                if !of.is_empty() && !of.iter().any(wanted) {
                    assert_eq!(all, 0, "{} without what it belongs to", kind.name);
                    continue;
                }
                assert!((*least..=*most).contains(&all), "{} {}", kind.name, room_kind.name());
            }
        }
    }
    assert!(given_up * 5 < placed, "{placed} placed, {given_up} given up");
}

#[test]
fn the_same_seed_gives_the_same_flat_and_another_seed_another() {
    for flat in 0..10 {
        let (a, b, other) = (build(11, flat), build(11, flat), build(12, flat));
        assert_eq!(scene_text(&a.scene), scene_text(&b.scene));
        assert_eq!(a.solids, b.solids);
        assert_eq!(a.walks, b.walks);
        assert_ne!(a.scene.objects(), other.scene.objects());
    }
}

#[test]
fn the_bytes_of_a_flat_are_the_same_everywhere() {
    // Renew it when the table or a rule is changed on purpose.
    let sha256 = "de2f3c4e80e1455d349c1ed5a5f63e61039fa48056487d87af6a69bf7edb4168";
    assert_eq!(scene_sha256(&build(1, 0).scene), sha256);
}

#[test]
fn impossible_wishes_are_refused() {
    for rooms in [(0, 1), (3, 2), (1, 7)] {
        let error = build_flat(kinds(), &FlatConfig { seed: 0, rooms }, 0).unwrap_err();
        assert!(error.to_string().contains("no range within 1..6"), "{error}");
    }
    let none = Kinds::parse("kind = []\n[colours]").unwrap();
    let error = build_flat(&none, &FlatConfig::default(), 0).unwrap_err();
    assert!(error.to_string().contains("\"door\""), "{error}");
}

#[test]
fn outlines_are_rectangles_ls_and_ts() {
    // One room: 4 corners, 6 for an L, 8 for a T.
    let mut corners: BTreeMap<usize, usize> = BTreeMap::new();
    for flat in 0..60 {
        let flat = build_flat(kinds(), &FlatConfig { seed: 3, rooms: (1, 1) }, flat).unwrap();
        *corners.entry(flat.scene.room().floor.as_ref().unwrap().exterior().len()).or_default() += 1;
    }
    assert_eq!(corners.keys().copied().collect::<Vec<_>>(), [4, 6, 8], "{corners:?}");
    assert!(ALL.iter().any(|flat| flat.rooms.len() == 5));
}

#[test]
fn every_room_is_reached() {
    for flat in ALL.iter() {
        let through = &flat.walks[0];
        for (room, room_kind) in flat.rooms.iter().enumerate() {
            let stand = flat.walks.iter().find(|w| w.name == format!("stand-and-look {room} {}", room_kind.name()));
            // The camera is held at another height there.
            let hub = stand.unwrap().poses[0].translation().truncate();
            let reached = through.poses.iter().any(|pose| pose.translation().truncate().distance(hub) < TINY);
            assert!(reached, "{} {room}", flat.scene.id());
        }
        assert!(through.poses.len() >= 2 * flat.rooms.len(), "{}", flat.scene.id());
        for pair in through.poses.windows(2) {
            assert!(pair[0].translation().distance(pair[1].translation()) < 0.26, "{}", flat.scene.id());
        }
    }
    assert!(ALL.iter().all(|flat| flat.items.iter().any(is_opening)));
}
