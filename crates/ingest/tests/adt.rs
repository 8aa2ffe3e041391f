//! The Aria Digital Twin reader: gold numbers, names, and what is left out.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;

use common::{fixture, import, shared};
use scene::{Object, Scene};

fn named<'a>(scene: &'a Scene, name: &str) -> &'a Object {
    let class = scene.class(name).unwrap();
    assert_eq!(class.exact.len(), 1, "{name}");
    &scene.objects()[class.exact[0]]
}

fn gold(scene: &Scene) {
    let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 0.01, "{found} instead of {wanted}");
    let distance = |a: &str, b: &str| named(scene, a).bounds.centre().distance(named(scene, b).bounds.centre());
    near(distance("black ceramic mug", "white vase"), 0.215);
    near(distance("chopping board", "wooden bowl"), 0.609);
    near(distance("fridge", "large pot"), 1.209);
    near(distance("white vase", "fridge"), 2.510);
    for (name, size) in [("fridge", [0.70, 0.75, 1.53]), ("kitchen island", [1.26, 0.79, 0.90])] {
        let bounds = named(scene, name).bounds;
        let up = bounds.upright_axis(0.1).unwrap();
        near(bounds.extents()[up], size[2]);
        let mut level: Vec<f64> = (0..3).filter(|axis| *axis != up).map(|axis| bounds.extents()[axis]).collect();
        level.sort_by(f64::total_cmp);
        near(level[0], f64::min(size[0], size[1]));
        near(level[1], f64::max(size[0], size[1]));
    }
    // Stands upright on the floor after turning y up to z up.
    let (low, high) = named(scene, "fridge").bounds.vertical_span_m();
    near(low, -0.018);
    near(high, 1.531);
}

#[test]
fn gold_numbers_of_the_excerpt() {
    let (scenes, report) = import("adt", &fixture("adt"));
    let scene = &scenes[0];
    assert_eq!((scene.id(), scene.objects().len()), ("adt", 10));
    gold(scene);
    assert_eq!(scene.class("black vase big").unwrap().exact.len(), 2, "on both copies");
    assert_eq!(scene.class("black vase big 2").unwrap().exact.len(), 1);
    assert_eq!(named(scene, "fridge").label, "refrigerator");
    assert_eq!(scene.room().floor_height_m, None, "three boxes are no evidence of a floor");
    let refused: Vec<&str> = report.refused.iter().map(|refused| refused.what.as_str()).collect();
    assert_eq!(refused, ["ApartmentEnv", "Skeleton_T (6810803442292599)"]);
    assert!(report.notes.iter().any(|note| note.starts_with("no front is taken")));
    assert!(scene.objects().iter().all(|object| object.front.is_none()));
}

#[test]
fn gold_numbers_of_the_whole_apartment() {
    let Some(path) = shared("scenes/adt_kitchen/original") else { return };
    let (scenes, report) = import("adt", &path);
    let scene = &scenes[0];
    gold(scene);
    assert_eq!((scene.id(), scene.objects().len()), ("adt_kitchen", 348));
    assert_eq!((report.read["boxes"], report.read["instances"], report.read["poses"]), (349, 350, 574));
    assert_eq!(report.refused.len(), 2);
    assert_eq!(scene.room().floor_height_m, Some(0.0));
    assert_eq!(report.converted["objects that move stand at their earliest pose (87551170910700 ns)"], 45);
}

/// The derived boxes were made by other code from the same tables; ids, labels, centres and sizes must agree.
#[test]
fn the_derived_boxes_agree() {
    let Some(path) = shared("scenes/adt_kitchen") else { return };
    let (scenes, _) = import("adt", &path.join("original"));
    let text = std::fs::read_to_string(path.join("derived/scene.json")).unwrap();
    let derived: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut compared = 0;
    for row in derived["objects"].as_array().unwrap() {
        let id = scene::ObjectId(u32::try_from(row["id"].as_u64().unwrap()).unwrap());
        let Some(position) = scenes[0].position(id) else {
            assert_eq!(row["name"], "ApartmentEnv");
            continue;
        };
        let object = &scenes[0].objects()[position];
        let number = |field: &str, axis: usize| row[field][axis].as_f64().unwrap();
        let centre = object.bounds.centre();
        // Forks and spoons are carried about, and the derived file took another moment.
        let reach = if row["motion"] == "dynamic" { 0.2 } else { 1e-4 };
        for (found, wanted) in
            [(centre.x, number("center", 0)), (-centre.y, number("center", 2)), (centre.z, number("center", 1))]
        {
            assert!((found - wanted).abs() < reach, "{}: {found} {wanted}", row["name"]);
        }
        for axis in 0..3 {
            assert!((object.bounds.extents()[axis] - number("size", axis)).abs() < 1e-4);
        }
        assert_eq!(object.label, scene::normalise(row["category"].as_str().unwrap()));
        compared += 1;
    }
    assert_eq!(compared, 348);
}
