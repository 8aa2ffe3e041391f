//! The reader of headset-scanned rooms, against boxes and corners derived by other code.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;

use common::{fixture, import, shared};
use scene::{
    Scene,
    geometry::{OrientedBox, Vec2, Vec3},
};
use serde_json::Value;

fn vector(value: &Value) -> Vec3 {
    let number = |axis: usize| value[axis].as_f64().unwrap();
    // The derived files keep y up.
    Vec3::new(number(0), -number(2), number(1))
}

fn sized(scene: &Scene, label: &str, centre: Vec3, size: &Value) -> usize {
    let same = |bounds: &OrientedBox| {
        let size_fits = (0..3).all(|axis| (bounds.extents()[axis] - size[axis].as_f64().unwrap()).abs() < 1e-3);
        bounds.centre().distance(centre) < 2e-3 && size_fits
    };
    scene.objects().iter().filter(|object| object.label == label && same(&object.bounds)).count()
}

/// Every derived box and every derived rectangle of a wall, window, door or picture is an object here.
fn agree(scene: &Scene, derived: &Value) {
    let mut expected = 0;
    for row in derived["objects"].as_array().unwrap() {
        let label = row["category"].as_str().unwrap();
        assert_eq!(sized(scene, label, vector(&row["center"]), &row["size"]), 1, "{}: {row}", scene.id());
        expected += 1;
    }
    for row in derived["planes"].as_array().unwrap() {
        let corners: Vec<Vec3> = row["corners"].as_array().unwrap().iter().map(vector).collect();
        let label = match row["category"].as_str().unwrap() {
            "wall_face" => "wall",
            "window_frame" => "window",
            "door_frame" => "door",
            "wall_art" => "wall art",
            "floor" => {
                assert!((corners[0].z - scene.room().floor_height_m.unwrap()).abs() < 1e-3);
                continue;
            }
            "ceiling" => {
                assert!((corners[0].z - scene.room().ceiling_height_m.unwrap()).abs() < 1e-3);
                continue;
            }
            _ => continue, // tops of tables and couches
        };
        let reaches = |bounds: &OrientedBox| {
            let own = bounds.corners();
            corners.iter().all(|corner| own.iter().any(|own| own.distance(*corner) < 2e-3))
        };
        let found = scene.objects().iter().filter(|object| object.label == label && reaches(&object.bounds)).count();
        assert_eq!(found, 1, "{}: {row}", scene.id());
        expected += 1;
    }
    assert_eq!(scene.objects().len(), expected);
}

#[test]
fn the_excerpt() {
    let (scenes, report) = import("iwer", &fixture("iwer"));
    let scene = &scenes[0];
    assert_eq!((scene.id(), scene.objects().len(), scene.parts().points.len()), ("office_small", 10, 20));
    assert_eq!(scene.class("tables").unwrap().exact.len(), 1, "top and box are one table");
    assert_eq!(report.merged.len(), 1);
    assert_eq!(scene.class("wall").unwrap().exact.len(), 4);
    let wall = &scene.objects()[scene.class("wall").unwrap().exact[0]].bounds;
    assert_eq!(wall.extents().y.to_bits(), 0, "a wall has no thickness here, and says so");
    assert!((wall.vertical_span_m().1 - 2.765).abs() < 1e-3);
    let floor = scene.room().floor.as_ref().unwrap();
    assert!((floor.area_m2() - 5.926).abs() < 0.01, "{}", floor.area_m2());
    assert!(report.refused.is_empty());
}

#[test]
fn three_rooms_agree_with_the_derived_files() {
    let Some(path) = shared("scenes/iwer_quest_rooms") else { return };
    let (scenes, report) = import("iwer", &path.join("original"));
    assert_eq!(scenes.len(), 3);
    for scene in &scenes {
        let text = std::fs::read_to_string(path.join(format!("derived/{}.json", scene.id()))).unwrap();
        let derived: Value = serde_json::from_str(&text).unwrap();
        agree(scene, &derived);
        for (side, pick) in [Vec3::min, Vec3::max].into_iter().enumerate() {
            let points = scene.parts().points.iter().map(|[x, y, z]| Vec3::new((*x).into(), (*y).into(), (*z).into()));
            let reach = points.reduce(pick).unwrap();
            // The bounds keep y up, so our y is their z with its sign and ends changed.
            let bound = |at: usize, axis: usize| derived["bounds"][at][axis].as_f64().unwrap();
            let wanted = Vec3::new(bound(side, 0), -bound(1 - side, 2), bound(side, 1));
            assert!(reach.distance(wanted) < 2e-3, "{}: {reach} {wanted}", scene.id());
        }
    }
    assert_eq!(report.merged.len(), 6);
    assert_eq!(report.made["objects"], 58);
}

/// The floor rectangle of this L-shaped room claims 17.2 m²; its walls enclose 13.2.
#[test]
fn an_l_shaped_room_has_the_floor_that_its_walls_enclose() {
    let Some(path) = shared("scenes/iwer_quest_rooms/original/office_large.json") else { return };
    let (scenes, _) = import("iwer", &path);
    let floor = scenes[0].room().floor.as_ref().unwrap();
    assert!((floor.area_m2() - 13.24).abs() < 0.01);
    assert!(!floor.contains(Vec2::new(-1.0, -3.0)), "outside the walls, inside the rectangle");
}

#[test]
fn what_cannot_be_placed_is_refused_by_name() {
    let text = std::fs::read_to_string(fixture("iwer/office_small.json")).unwrap();
    let mut raw: Value = serde_json::from_str(&text).unwrap();
    let entities = raw["spatialEntities"].as_array_mut().unwrap();
    entities.retain(|entity| entity["bounded3D_META"].is_null() && entity["semanticLabel_META"] != "WALL_FACE");
    let ceiling = entities.iter_mut().find(|entity| entity["semanticLabel_META"] == "CEILING").unwrap();
    ceiling["locatable_META"]["orientation"] = serde_json::json!({"x": 0.6, "y": 0.0, "z": 0.0, "w": 0.8});
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("room.json"), raw.to_string()).unwrap();
    let (scenes, report) = import("iwer", dir.path());
    let reasons: Vec<&str> = report.refused.iter().map(|refused| refused.reason.as_str()).collect();
    assert!(reasons[0].starts_with("is not level"), "{reasons:?}");
    assert_eq!(reasons[1], "a top face without a box: its height is unknown");
    assert_eq!(scenes[0].room().ceiling_height_m, None);
    assert!(report.notes[1].contains("no walls; the floor is its rectangle"), "{:?}", report.notes);
}
