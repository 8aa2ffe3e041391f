//! What a scene and its frames hold, with SpatialEvo's keys.

mod common;

use common::{isovist, studio};
use serde_json::{Value, json};
use spatialevo::{Opened, summary};

fn summed(request: &Value) -> Value {
    let scene = studio();
    let sha256 = scene::scene_sha256(&scene);
    summary(request, isovist(), |id| {
        if id == "studio" { Ok(Opened { scene: &scene, sha256: &sha256 }) } else { Err("no such scene".into()) }
    })
}

fn has(summary: &Value, keys: &[&str]) {
    for key in keys {
        assert!(summary.get(key).is_some(), "{key}: {summary:#}");
    }
}

#[test]
fn a_scene_is_counted_by_label() {
    let scene = summed(&json!({"scene_id": "studio", "include_objects": true}));
    has(
        &scene,
        &[
            "response_version",
            "success",
            "summary_type",
            "scene_id",
            "total_objects",
            "unique_label_count",
            "labels",
            "label_counts",
            "room_size",
            "objects",
        ],
    );
    assert_eq!(scene["summary_type"], "scene");
    assert_eq!((&scene["total_objects"], &scene["label_counts"]["chair"]), (&json!(8), &json!(3)));
    assert_eq!(scene["room_size"], 100.0);
    let sofa =
        scene["objects"].as_array().expect("objects").iter().find(|object| object["label"] == "sofa").expect("a sofa");
    assert_eq!((&sofa["size"], &sofa["first_frame"]), (&json!(200.0), &json!("view_1")));
    assert_eq!(sofa["3d_bbox"].as_array().map(Vec::len), Some(6));
}

#[test]
fn an_image_shows_what_is_visible_enough() {
    let image = summed(&json!({"scene_id": "studio", "image_path": "color/view_2.jpg", "include_objects": true}));
    has(
        &image,
        &[
            "image_path",
            "frame_id",
            "frame_type",
            "min_visibility",
            "total_objects_in_frame",
            "visible_objects_count",
            "visible_unique_label_count",
            "visible_labels",
            "visible_label_counts",
            "visible_objects",
        ],
    );
    assert_eq!(image["summary_type"], "single_image");
    assert_eq!(image["visible_labels"], json!(["lamp", "sofa"]), "the vase is seen by 0.02");
    let lowered = summed(&json!({"scene_id": "studio", "image_path": "view_2", "min_visibility": 0.01}));
    assert_eq!(lowered["min_visibility"], 0.1);
    let raised = summed(&json!({"scene_id": "studio", "image_path": "view_2", "min_visibility": 0.6}));
    assert_eq!(raised["visible_labels"], json!(["lamp"]));
}

#[test]
fn images_are_summed_up_and_those_that_are_not_there_are_named() {
    let images = summed(&json!({"scene_id": "studio", "frame_ids": ["view_1", "view_2", "view_9"]}));
    has(
        &images,
        &[
            "requested_frames",
            "num_frames_requested",
            "num_frames_succeeded",
            "num_frames_failed",
            "frame_summaries",
            "aggregate",
            "errors",
        ],
    );
    assert_eq!((&images["success"], &images["num_frames_failed"]), (&json!(true), &json!(1)));
    assert_eq!(images["aggregate"]["intersection_visible_labels"], json!(["lamp", "sofa"]));
    assert_eq!(images["aggregate"]["sum_visible_label_counts"]["sofa"], 2);
    assert_eq!(images["errors"][0]["error_code"], "MISSING_DEPENDENCY");
}

#[test]
fn what_cannot_be_summed_up_has_a_code() {
    for (request, code) in [
        (json!({"scene_id": "studio", "summary_type": "poem"}), "INVALID_SUMMARY_TYPE"),
        (json!({"scene_id": "studio", "summary_type": "frame"}), "INVALID_INPUT"),
        (json!({"scene_id": "studio", "frame_id": 9}), "MISSING_DEPENDENCY"),
        (json!({"scene_id": "elsewhere"}), "MISSING_DEPENDENCY"),
        (json!({}), "INVALID_INPUT"),
        (json!("studio"), "INVALID_INPUT"),
    ] {
        let summary = summed(&request);
        assert_eq!((&summary["success"], summary["error_code"].as_str()), (&json!(false), Some(code)), "{summary:#}");
    }
}
