//! The VSI-Bench reader: every box to the bit, counts as declared, contradictions refused.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;

use common::{fixture, import, shared};
use serde_json::{Value, json};

fn numbers(value: &Value) -> Vec<u64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap().to_bits()).collect()
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// Compares an import with the raw JSON, independently of the reader's own types; returns scenes and boxes.
fn compare(dir: &std::path::Path) -> (usize, usize) {
    let (scenes, _) = import("vsi-bench", dir);
    let (mut next, mut boxes) = (scenes.iter(), 0);
    for name in ["arkitscenes", "scannet", "scannetpp"] {
        let text = std::fs::read_to_string(dir.join(format!("{name}_meta_info_val.json"))).unwrap();
        let raw: Value = serde_json::from_str(&text).unwrap();
        for (id, row) in raw.as_object().unwrap() {
            let scene = next.next().unwrap();
            assert_eq!(scene.id(), id);
            assert_eq!(scene.parts().source.dataset, format!("vsi-bench/{name}"));
            assert_eq!(scene.room().declared_area_m2, row["room_size"].as_f64());
            assert_eq!(bits(&scene.room().centre.unwrap().to_array()), numbers(&row["room_center"]));
            for (label, count) in row["object_counts"].as_object().unwrap() {
                assert_eq!(scene.parts().declared_counts[label], u32::try_from(count.as_u64().unwrap()).unwrap());
            }
            let mut objects = scene.objects().iter();
            let mut number = 0;
            for (label, rows) in row["object_bbox"].as_object().unwrap() {
                for row in rows.as_array().unwrap() {
                    let object = objects.next().unwrap();
                    (number, boxes) = (number + 1, boxes + 1);
                    assert_eq!((object.id.0, &object.label), (number, label));
                    let bounds = &object.bounds;
                    assert_eq!(bits(&bounds.centre().to_array()), numbers(&row["centroid"]), "{id} {label}");
                    assert_eq!(bits(&(bounds.half() * 2.0).to_array()), numbers(&row["axesLengths"]), "{id} {label}");
                    let axes = bounds.axes().to_cols_array();
                    assert_eq!(bits(&axes), numbers(&row["normalizedAxes"]), "{id} {label}: rows are axes");
                }
            }
            assert!(objects.next().is_none());
        }
    }
    assert!(next.next().is_none());
    (scenes.len(), boxes)
}

#[test]
fn the_excerpt_is_read_to_the_bit() {
    assert_eq!(compare(&fixture("vsi_bench")), (3, 11));
}

#[test]
fn all_rooms_are_read_to_the_bit() {
    let Some(dir) = shared("annotations/vsi_bench") else { return };
    assert_eq!(compare(&dir), (288, 3197));
    let (_, report) = import("vsi-bench", &dir);
    assert_eq!(report.read["boxes"], 3197);
    assert_eq!(report.made["objects"], 3197);
    assert!(report.refused.is_empty() && report.converted.is_empty() && report.merged.is_empty());
    let disagree = report.notes.iter().filter(|note| note.contains("declares")).count();
    assert_eq!(disagree, 12);
    assert!(report.notes.contains(&"189 boxes have a side under 5 cm".to_owned()));
}

#[test]
fn counts_are_kept_as_declared_and_the_disagreement_is_noted() {
    let (scenes, report) = import("vsi-bench", &fixture("vsi_bench"));
    let room = scenes.iter().find(|scene| scene.id() == "scene0462_00").unwrap();
    assert_eq!(room.declared_count("printers"), Some(1));
    assert_eq!(room.class("printer").unwrap().exact.len(), 2);
    assert!(report.to_string().contains("note      scene0462_00: declares 1 of \"printer\" but has 2 boxes"));
    assert_eq!(room.declared_count("sofa"), None);
}

#[test]
fn boxes_that_contradict_themselves_are_refused_by_name() {
    let text = std::fs::read_to_string(fixture("vsi_bench/scannetpp_meta_info_val.json")).unwrap();
    for (change, says) in [
        (json!({ "axesLengths": [9.0, 9.0, 9.0] }), "its hull is off the stated min and max by"),
        (json!({ "normalizedAxes": [1, 0, 0, 0, 1, 0.1, 0, 0, 1] }), "axes are off orthonormal by"),
        (json!({ "normalizedAxes": [1, 0, 0, 0, 1, 0, 0, 0, -1] }), "axes have determinant -1"),
    ] {
        let mut raw: Value = serde_json::from_str(&text).unwrap();
        let toilet = &mut raw["7bc286c1b6"]["object_bbox"]["toilet"][0];
        toilet.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("x_meta_info_val.json"), raw.to_string()).unwrap();
        let (scenes, report) = import("vsi-bench", dir.path());
        assert_eq!((scenes[0].objects().len(), report.refused.len()), (1, 1));
        assert_eq!(report.refused[0].what, "7bc286c1b6.object_bbox.toilet[0]");
        assert!(report.refused[0].reason.starts_with(says), "{}", report.refused[0].reason);
    }
}
