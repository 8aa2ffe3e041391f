//! Defects of a question, missing data and broken requests, each with the code it deserves.

mod common;

use std::collections::BTreeMap;

use common::{OTHER_WORDS, ask, request, studio};
use proptest::prelude::*;
use scene::{ClassMiss, LabelTable, Pose, Scene};
use serde_json::{Value, json};
use spatialevo::Code;

fn refused(response: &Value, code: &str, stage: &str, reason: &str) {
    let said = |key: &str| response[key].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        (said("error_code"), said("failure_stage"), said("reason_code")),
        (code.into(), stage.into(), reason.into()),
        "{response:#}"
    );
    assert_eq!(response["is_valid"], false);
    assert_eq!(response["answer"], "");
    assert!(!said("error").is_empty());
    assert_eq!(response["judge_reference"]["error_code"], code);
    assert_eq!(response.get("validation_result").is_some(), code == "QUESTION_INVALID");
}

#[test]
fn each_defect_has_its_code_and_stage() {
    let scene = studio();
    let one = json!({"image_path": "view_1.jpg"});
    let pair = json!({"image_paths": ["view_1", "view_3"]});
    let labels = json!({"object1_label": "sofa", "object2_label": "refrigerator"});
    let rule = ("INVALID_QUESTION_RULE", "rule");
    let question = ("QUESTION_INVALID", "validation");
    let input = ("INVALID_INPUT", "input");
    let missing = ("MISSING_DEPENDENCY", "dependency");
    for (task_type, text, more, (code, stage), reason) in [
        ("absolute_distance", "How far is the sofa from the fridge?", json!({}), rule, "absent"),
        ("absolute_distance", OTHER_WORDS, labels, rule, "absent"),
        ("absolute_distance", "How far is the sofa from the chair?", json!({}), rule, "not_unique"),
        ("absolute_distance", "How far is the sofa from the couch?", json!({}), rule, "same_object_twice"),
        ("absolute_distance", "How far is the sofa from the dragonfly?", json!({}), question, "unknown_label"),
        ("absolute_distance", "How near do the sofa and the bed come?", json!({}), question, "unknown_wording"),
        (
            "absolute_distance",
            "How far is the sofa from the bed?",
            json!({"object1_label": "sofa", "object2_label": "lamp"}),
            question,
            "labels_disagree",
        ),
        (
            "absolute_distance",
            "True or false: the distance between the sofa and the bed is 1 m.",
            json!({}),
            question,
            "statement",
        ),
        ("object_size", "too long", json!({}), question, "too_short"),
        (
            "relative_distance",
            "Which of these objects (lamp, sofa) is closest to the sofa?",
            json!({}),
            rule,
            "overlapping_candidates",
        ),
        ("distance_cam_obj", "How far is the bed from the camera?", one.clone(), rule, "not_visible"),
        ("distance_cam_obj", "How far is the sofa from the camera in image view_2?", one, question, "image_not_given"),
        (
            "distance_cam_obj",
            "How far is the sofa from the camera?",
            json!({"image_path": "view_9.jpg"}),
            missing,
            "no_frame",
        ),
        ("distance_cam_obj", "How far is the sofa from the camera?", json!({"images": []}), question, "no_images"),
        ("distance_cam_obj", "How far is the sofa from the camera?", json!({}), input, "missing_field"),
        (
            "elevation_cam_cam",
            "Is the camera of image 2 higher or lower than that of image 1?",
            pair.clone(),
            rule,
            "too_close_to_call",
        ),
        ("elevation_cam_cam", "Is the camera higher or lower?", pair.clone(), question, "unknown_wording"),
        (
            "visibility_compare",
            "Which image shows the chair more clearly?",
            json!({"image_paths": ["view_1", "view_2"]}),
            rule,
            "not_visible",
        ),
        (
            "position_cam_reg",
            "Where is the printing area relative to me when I am taking image 1?",
            pair.clone(),
            rule,
            "not_visible",
        ),
        (
            "position_obj_obj",
            "Where is the sofa relative to the bed?",
            json!({}),
            ("UNSUPPORTED_TASK", "input"),
            "viewpoint_needed",
        ),
        (
            "distance",
            "Where is the sofa relative to the bed?",
            json!({}),
            ("UNSUPPORTED_TASK", "input"),
            "unknown_task",
        ),
        ("object_size", "How long is the sofa?", json!({"object_label": "sofa@view_1"}), input, "bad_field"),
        ("object_size", "How long is the sofa?", json!({"object_label": 7}), input, "bad_field"),
        ("object_size", "How long is the sofa?", json!({"min_visibility": 0.5}), input, "bad_field"),
        ("object_size", "How long is the sofa?", json!({"scene_id": "elsewhere"}), missing, "no_scene"),
        ("object_size", "How long is the sofa?", json!({"scene_id": ""}), input, "bad_field"),
        ("object_size", "How long is the sofa?", json!({"scene_id": null}), input, "missing_field"),
        (
            "position_cam_cam",
            "When you took image 1, where was the camera for image 2?",
            json!({"image_paths": ["view_1", "view_2"], "frame_ids": ["view_1", "view_3"]}),
            input,
            "images_disagree",
        ),
        (
            "position_cam_obj",
            "Where is the lamp relative to me when I am taking image 1?",
            json!({"image_paths": ["view_1", "view_2"], "camera_reference_image_idx": 2}),
            question,
            "labels_disagree",
        ),
    ] {
        refused(&ask(&scene, &request(task_type, text, &more)), code, stage, reason);
    }
    refused(&ask(&scene, &json!([1, 2])), "INVALID_INPUT", "input", "bad_request");
}

#[test]
fn missing_data_is_no_defect_of_the_question() {
    let mut parts = studio().into_parts();
    parts.room.floor = None;
    parts.frames[0].pose = Pose::Missing { reason: "lost track".into() };
    parts.frames[1].sightings = None;
    let scene = Scene::new(parts).expect("a scene");
    for (task_type, text, more, reason) in [
        ("room_size", "What is the area of the room?", json!({}), "missing_data"),
        ("distance_cam_obj", "How far is the sofa from the camera?", json!({"image_path": "view_1"}), "no_pose"),
        ("distance_cam_obj", "How far is the sofa from the camera?", json!({"image_path": "view_2"}), "missing_data"),
        (
            "visibility_compare",
            "Which image shows the vase more clearly?",
            json!({"images": ["view_2", "view_3"]}),
            "missing_data",
        ),
    ] {
        refused(&ask(&scene, &request(task_type, text, &more)), "MISSING_DEPENDENCY", "dependency", reason);
    }
}

#[test]
fn no_absent_or_repeated_thing_is_ever_accepted() {
    let scene = studio();
    let absent =
        LabelTable::builtin().labels().filter(|label| matches!(scene.class(label), Err(ClassMiss::Absent { .. })));
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for label in absent.chain(["chair", "chairs", "lampshade", "coffee sofa", "bedroom sofa", "be", "tab"]) {
        let one = json!({"image_path": "view_1"});
        let pair = json!({"image_paths": ["view_1", "view_2"]});
        let cases = [
            (
                "object_size",
                format!("How long is the longest side of the {label}?"),
                json!({}),
                json!({"object_label": label}),
            ),
            (
                "absolute_distance",
                format!("How far is the sofa from the {label}?"),
                json!({}),
                json!({"object1_label": "sofa", "object2_label": label}),
            ),
            (
                "relative_distance",
                format!("Which of these objects (lamp, {label}, bed) is closest to the sofa?"),
                json!({}),
                json!({"target_label": "sofa", "candidate_labels": ["lamp", label, "bed"]}),
            ),
            (
                "relative_direction_hard",
                format!("Standing by the sofa and facing the {label}, where is the lamp?"),
                json!({}),
                json!({"positioning_label": "sofa", "orienting_label": label, "querying_label": "lamp"}),
            ),
            (
                "single_image_relative_direction",
                format!("Where is the {label} relative to the sofa in this image?"),
                one.clone(),
                json!({"reference_label": "sofa", "target_label": label}),
            ),
            (
                "distance_cam_obj",
                format!("How far is the {label} from the camera?"),
                one.clone(),
                json!({"target_label": label}),
            ),
            (
                "depth_order_obj_obj",
                format!("Which is closer to the camera, the {label} or the sofa?"),
                one,
                json!({"object1_label": label, "object2_label": "sofa"}),
            ),
            (
                "visibility_compare",
                format!("Which image shows the {label} more clearly?"),
                pair.clone(),
                json!({"target_label": label}),
            ),
            (
                "position_cam_obj",
                format!("Where is the {label} relative to me when I am taking image 1?"),
                pair.clone(),
                json!({"target_label": label, "camera_reference_image_idx": 1}),
            ),
            (
                "attribute_measurement",
                format!("Which has the larger longest dimension, the {label} or the sofa?"),
                pair,
                json!({"object1_label": label, "object2_label": "sofa"}),
            ),
        ];
        for (task_type, text, images, labels) in cases {
            let mut by_labels = request(task_type, OTHER_WORDS, &images);
            labels.as_object().expect("fields").iter().for_each(|(key, value)| by_labels[key] = value.clone());
            for request in [request(task_type, &text, &images), by_labels] {
                let response = ask(&scene, &request);
                assert_eq!(response["is_valid"], false, "{response:#}");
                let code = response["error_code"].as_str().expect("a code");
                assert!(matches!(code, "INVALID_QUESTION_RULE" | "QUESTION_INVALID"), "{response:#}");
                *asked.entry(code.to_owned()).or_default() += 1;
            }
        }
    }
    assert!(asked.values().sum::<usize>() > 3_000, "{asked:?}");
}

#[test]
fn codes_and_stages_are_spatialevos() {
    for code in Code::ALL {
        assert!(code.as_str().chars().all(|c| c.is_ascii_uppercase() || c == '_'));
        assert!(["input", "dependency", "validation", "rule", "execution"].contains(&code.stage()));
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-zA-Z_#@~?$ 0-9é{}./-]{0,40}".prop_map(Value::from),
        prop::sample::select(vec!["sofa", "view_1", "image 1", "studio", "scene", "How far is the sofa from the bed?"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,12}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_json_gets_a_response(value in json_value()) {
        let response = ask(&studio(), &value);
        prop_assert!(response.get("is_valid").is_some() && response.get("error_code").is_some());
    }

    #[test]
    fn any_value_in_any_field_gets_a_response(
        at in 0usize..16,
        field in prop::sample::select(vec![
            "task_type", "question", "scene_id", "image_path", "image_paths", "images", "frame_ids", "frame_id", "image_path_1",
            "object1_label", "object2_label", "target_label", "candidate_labels", "region_name", "min_visibility",
            "camera_reference_image_idx", "camera_target_image_idx", "summary_type", "include_objects",
        ]),
        value in json_value(),
    ) {
        let scene = studio();
        let mut request = request(&spatialevo::task_types()[at].name, "How far is the sofa from the bed?", &json!({"images": ["view_1", "view_2"], "target_label": "sofa"}));
        request[field] = value;
        let response = ask(&scene, &request);
        prop_assert!(response["is_valid"].is_boolean());
        prop_assert_ne!(response["error_code"].as_str(), Some("EXECUTION_FAILED"));
        let sha256 = scene::scene_sha256(&scene);
        let summary = spatialevo::summary(&request, common::isovist(), |_| Ok(spatialevo::Opened { scene: &scene, sha256: &sha256 }));
        prop_assert!(summary["success"].is_boolean());
    }
}

#[test]
fn huge_fields_are_refused() {
    let long = "sofa ".repeat(1 << 20);
    let many = vec!["sofa"; 100_000];
    for (field, value) in [
        ("question", json!(long)),
        ("object_label", json!(long)),
        ("object_label", json!(many)),
        ("task_type", json!(long)),
    ] {
        let mut request = request("object_size", "How long is the sofa?", &json!({}));
        request[field] = value;
        let response = ask(&studio(), &request);
        assert_eq!(response["error_code"], "INVALID_INPUT", "{field}");
        assert!(response.to_string().len() < 20_000, "{field}");
    }
}
