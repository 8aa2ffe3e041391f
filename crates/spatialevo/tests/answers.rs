//! Every task type, by its text and by its labels.

mod common;

use common::{OTHER_WORDS, ask, ask_in, request, studio};
use question::profile;
use serde_json::{Value, json};
use spatialevo::{data_fault, task_types};

/// Task type, text, the fields it needs, the labels that ask the same without it, the answer.
fn cases() -> Vec<(&'static str, &'static str, Value, Value, &'static str)> {
    let one = json!({"image_path": "color/view_1.jpg"});
    let pair = |a: &str, b: &str| json!({"image_paths": [format!("x/{a}.jpg"), format!("x/{b}.jpg")]});
    let none = json!({});
    vec![
        (
            "object_counting",
            "How many chairs are there in the room?",
            none.clone(),
            json!({"target_category": "chair"}),
            "3",
        ),
        (
            "object_size",
            "What is the longest dimension of the sofa in centimeters?",
            none.clone(),
            json!({"object_label": "couch"}),
            "200.0 cm",
        ),
        (
            "absolute_distance",
            "What is the direct distance between the table and the sofa in meters?",
            none.clone(),
            json!({"object1_label": "sofa", "object2_label": "table"}),
            "2.1 meters",
        ),
        (
            "relative_distance",
            "Which of these objects (lamp, table, bed) is closest to the sofa?",
            none.clone(),
            json!({"target_label": "sofa", "candidate_labels": ["table", "lamp", "bed"]}),
            "lamp",
        ),
        (
            "room_size",
            "What is the area of the room in square meters?",
            none.clone(),
            none.clone(),
            "100.0 square meters",
        ),
        (
            "relative_direction_hard",
            "Standing by the sofa and facing the table, where is the lamp?",
            none,
            json!({"positioning_label": "sofa", "orienting_label": "table", "querying_label": "lamp"}),
            "right",
        ),
        (
            "single_image_relative_direction",
            "Where is the lamp relative to the sofa in this image?",
            one.clone(),
            json!({"reference_label": "sofa", "target_label": "lamp"}),
            "right",
        ),
        (
            "distance_cam_obj",
            "How far is the sofa from the camera?",
            one.clone(),
            json!({"target_label": "sofa"}),
            "2.6 meters",
        ),
        (
            "depth_order_obj_obj",
            "Which is closer to the camera, the lamp or the sofa?",
            one,
            json!({"object1_label": "sofa", "object2_label": "lamp"}),
            "sofa",
        ),
        (
            "position_cam_cam",
            "When you took image 1, where was the camera for image 2?",
            pair("view_1", "view_2"),
            json!({"camera_reference_image_idx": 1}),
            "right",
        ),
        (
            "elevation_cam_cam",
            "Compared with image 2, is the camera of image 1 higher or lower?",
            pair("view_1", "view_2"),
            json!({"camera_target_image_idx": 1}),
            "lower",
        ),
        (
            "visibility_compare",
            "Which image shows the vase more clearly?",
            pair("view_1", "view_3"),
            json!({"target_label": "vase"}),
            "image2",
        ),
        (
            "position_cam_obj",
            "In which direction is the lamp relative to me when I am taking image 1?",
            pair("view_1", "view_2"),
            json!({"target_label": "lamp", "camera_reference_image_idx": 1}),
            "front-right",
        ),
        (
            "position_cam_reg",
            "Where is the sleeping area relative to me when I am taking the second image?",
            pair("view_1", "view_3"),
            json!({"region_name": "bedroom", "camera_reference_image_idx": 2}),
            "front",
        ),
        (
            "motion_camera",
            "In which direction did the camera rotate?",
            pair("view_1", "view_2"),
            json!({"camera_reference_image_idx": 1}),
            "left",
        ),
        (
            "attribute_measurement",
            "Which has the larger longest dimension, the lamp or the sofa?",
            pair("view_1", "view_2"),
            json!({"object1_label": "sofa", "object2_label": "lamp"}),
            "sofa",
        ),
    ]
}

fn with(mut base: Value, more: &Value) -> Value {
    more.as_object().expect("fields").iter().for_each(|(key, value)| base[key] = value.clone());
    base
}

#[test]
fn the_data_is_sound() {
    assert_eq!(data_fault(), None);
    assert_eq!(task_types().len(), 16);
    let names: Vec<&str> = task_types().iter().map(|task_type| task_type.name.as_str()).collect();
    assert_eq!(names, cases().iter().map(|case| case.0).collect::<Vec<_>>());
}

#[test]
fn every_task_type_is_answered_from_its_text_and_from_labels_alone() {
    let scene = studio();
    for (task_type, text, fields, labels, answer) in cases() {
        let by_text = ask(&scene, &request(task_type, text, &fields));
        assert_eq!((by_text["error"].as_str(), by_text["answer"].as_str()), (Some(""), Some(answer)), "{by_text:#}");
        assert_eq!(by_text["failure_stage"], "ok");
        assert_eq!(by_text["parsed_params"]["source"], "text");
        if task_type == "room_size" {
            continue;
        }
        let by_labels = ask(&scene, &request(task_type, OTHER_WORDS, &with(fields.clone(), &labels)));
        assert_eq!(by_labels["answer"], answer, "{by_labels:#}");
        assert_eq!(by_labels["parsed_params"]["source"], "labels");
        assert!(by_labels["confidence"].as_f64() < Some(1.0), "unread words cost confidence");
        let by_both = ask(&scene, &request(task_type, text, &with(fields, &labels)));
        let labelled = task_types().iter().any(|known| known.name == task_type && !known.labels.is_empty());
        let agree = !labelled || by_both["parsed_params"]["source"] == "labels and text";
        assert!(by_both["answer"] == answer && agree, "{by_both:#}");
    }
}

#[test]
fn the_profile_of_spatialevo_answers_by_its_rules() {
    let scene = studio();
    let profile = profile("spatialevo").expect("a profile");
    let pair = |a: &str, b: &str| json!({"image_paths": [a, b]});
    let higher = "Is the camera of image 2 higher or lower than that of image 1?";
    let closer = |a: &str, b: &str| format!("Which is closer to the camera, the {a} or the {b}?");
    for (task_type, text, more, answer, reason) in [
        (
            "absolute_distance",
            "What is the distance between the sofa and the table?".into(),
            json!({}),
            "3.0 meters",
            "",
        ),
        ("object_counting", "How many sofas are there in the room?".into(), json!({}), "", "not_asked"),
        ("elevation_cam_cam", higher.to_owned(), pair("view_1", "view_2"), "higher", ""),
        ("elevation_cam_cam", higher.to_owned(), pair("view_1", "view_3"), "", "too_close_to_call"),
        ("depth_order_obj_obj", closer("lamp", "sofa"), json!({"image_path": "view_1"}), "same", ""),
        ("depth_order_obj_obj", closer("table", "sofa"), json!({"image_path": "view_1"}), "sofa", ""),
    ] {
        let response = ask_in(&scene, profile, &request(task_type, &text, &more));
        assert_eq!((&response["answer"], &response["reason_code"]), (&json!(answer), &json!(reason)), "{response:#}");
        assert_eq!(response["profile"], "spatialevo");
    }
}

#[test]
fn a_valid_response_has_every_published_key() {
    let response = ask(
        &studio(),
        &request("object_size", "How long is the longest side of the sofa?", &json!({"metadata_dir": "m"})),
    );
    for key in [
        "response_version",
        "is_valid",
        "task_type",
        "question",
        "answer",
        "error",
        "error_code",
        "parsed_params",
        "confidence",
        "generation_difficulty_score",
        "question_difficulty_score",
        "failure_stage",
        "reasoning",
        "score_detail",
        "runtime_ms",
        "verdict",
        "certainty",
        "reason_code",
        "proof",
        "profile",
    ] {
        assert!(response.get(key).is_some(), "{key}");
    }
    assert_eq!(response["parsed_params"]["object_label"], "sofa");
    assert_eq!(response["ignored_fields"], json!(["metadata_dir"]));
    assert_eq!(response["confidence"], 1.0);
    assert_eq!(
        response,
        ask(
            &studio(),
            &request("object_size", "How long is the longest side of the sofa?", &json!({"metadata_dir": "m"}))
        )
    );
}

#[test]
fn roles_of_things_and_images_are_never_swapped() {
    let scene = studio();
    let pair = |a: &str, b: &str| json!({"image_paths": [a, b]});
    for (task_type, text, fields, answer) in [
        (
            "single_image_relative_direction",
            "What is the position of the sofa with respect to the lamp in this image?",
            json!({"frame_id": "view_1"}),
            "left",
        ),
        (
            "single_image_relative_direction",
            "What is the direction of the sofa from the lamp in this image?",
            json!({"images": ["view_1.png"]}),
            "left",
        ),
        (
            "elevation_cam_cam",
            "Is the camera of image 2 higher or lower than that of image 1?",
            pair("view_1", "view_2"),
            "higher",
        ),
        (
            "elevation_cam_cam",
            "Is the camera of image 2 higher or lower than that of image 1?",
            pair("view_2", "view_1"),
            "lower",
        ),
        ("elevation_cam_cam", "Compared with image 1, is image 2 higher or lower?", pair("view_1", "view_2"), "higher"),
        (
            "position_cam_cam",
            "When you took image 2, where was the camera for image 1?",
            pair("view_2", "view_1"),
            "right",
        ),
        (
            "motion_camera",
            "In which direction did the camera move between the two images?",
            pair("view_1", "view_2"),
            "right",
        ),
        (
            "motion_camera",
            "In which direction did the camera rotate from image 2 to image 1?",
            pair("view_1", "view_2"),
            "right",
        ),
        ("relative_distance", "Which of these objects (lamp, table) is farthest from the sofa?", json!({}), "table"),
    ] {
        let response = ask(&scene, &request(task_type, text, &fields));
        assert_eq!(response["answer"], answer, "{response:#}");
    }
}
