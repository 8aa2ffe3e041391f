//! Pixels and overlaps of views, by hand, on a scene whose depth images are drawn from its boxes.

use question::{
    Answer, Entity, Question, Verdict, drawn_depths, evaluate, example_scene, print, profile, task, with_drawn_depths,
};
use scene::{NoiseModel, Scene};
use serde_json::{Value, json};

/// A wall 4 m ahead of a camera that looks along y, and another camera at the same place.
fn wall(noise: NoiseModel) -> Scene {
    let mut task = task("absolute_distance").expect("a task").clone();
    task.example.objects = vec!["cabinet 0 5 1.5  20 2 8".into(), "lamp 0 -9 0.5  0.2 0.2 1".into()];
    task.example.frames = ["a 0 0 1.5  90 0", "b 0 0 1.5  90 0", "back 0 0 1.5  -90 0"].map(str::to_owned).to_vec();
    let mut parts = example_scene(&task).expect("a scene").into_parts();
    parts.noise = noise;
    parts.room.floor_height_m = None;
    with_drawn_depths(parts).expect("a scene")
}

fn asked(scene: &Scene, question: &Value) -> Verdict {
    let question: Question = serde_json::from_value(question.clone()).unwrap_or_else(|e| panic!("{question}: {e}"));
    evaluate(scene, &question, profile("isovist").expect("a profile"))
}

fn value(of: &Value) -> Value {
    json!({"form": "value", "of": of})
}

/// Value and half width.
fn measured(scene: &Scene, of: &Value) -> [f64; 2] {
    match asked(scene, &value(of)) {
        Verdict::Certain { answer: Answer::Quantity { value, lo, hi, .. }, .. } => [value, (hi - lo) / 2.0],
        other => panic!("{of}: {other:?}"),
    }
}

fn code(scene: &Scene, of: &Value) -> String {
    asked(scene, &value(of)).reason().map(|reason| reason.code.to_string()).unwrap_or_default()
}

#[test]
fn a_pixel_is_named_by_column_and_row_and_read_as_the_one_that_holds_the_place() {
    let parse = |text: &str| text.parse::<Entity>().map(|entity| entity.to_string());
    assert_eq!(parse("@rgb_0:320,240").as_deref(), Ok("@rgb_0:320,240"));
    assert_eq!(parse("@rgb_0:320.9, 240.0").as_deref(), Ok("@rgb_0:320,240"));
    assert_eq!(parse("@rgb_0:-0.5,3").as_deref(), Ok("@rgb_0:-1,3"));
    for text in
        ["@rgb_0:320", "@rgb_0:320,", "@rgb_0:a,b", "@rgb_0:nan,1", "@:1,2", "@a:1,2,3", "mug@a:1,2", "@a:1e9,2"]
    {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_pixel_is_where_its_depth_puts_it() {
    let scene = wall(NoiseModel::NONE);
    let verdict = asked(&scene, &json!({"form": "locate", "of": "@a:445,114", "frame": "@a"}));
    // (445.5 − 320) / 500 · 4 and (114.5 − 240) / 500 · 4.
    assert_eq!(verdict.answer().map(print::answer).as_deref(), Some("1.00 m right, 1.00 m up, 4.00 m forward"));
    let [range, _] = measured(&scene, &json!({"measure": "distance", "from": "@a", "to": "@a:445,114"}));
    assert!((range - (16.0 + 2.0 * 1.004_f64.powi(2)).sqrt()).abs() < 1e-9, "{range}");
    let [apart, _] = measured(&scene, &json!({"measure": "distance", "from": "@a:69,100", "to": "@a:569,100"}));
    assert!((apart - 4.0).abs() < 1e-9, "{apart}");
    let [to_wall, _] = measured(&scene, &json!({"measure": "distance", "from": "@a:69,100", "to": "cabinet"}));
    assert!(to_wall < 1e-9, "{to_wall}");
}

#[test]
fn the_tolerance_is_that_of_depth_and_pose_and_the_pose_cancels_in_the_own_camera() {
    let noise = NoiseModel { pose_position_m: 0.01, pose_rotation_rad: 0.01, depth_relative: 0.01, ..NoiseModel::NONE };
    let scene = wall(noise);
    let [_, own] =
        measured(&scene, &json!({"measure": "coordinate", "axis": "forward", "of": "@a:320,240", "frame": "@a"}));
    let range = 4.0 * (1.0 + 2.0 * 0.001_f64.powi(2)).sqrt();
    let of_depth = (range * 0.01).hypot(range / 4.0 * 0.0005);
    assert!((own - 4.0 * of_depth).abs() < 1e-8, "{own}");
    let [_, other] =
        measured(&scene, &json!({"measure": "coordinate", "axis": "forward", "of": "@a:320,240", "frame": "@b"}));
    let whole = (of_depth.powi(2) + 2.0 * (0.01_f64.powi(2) + (range * 0.01).powi(2))).sqrt();
    assert!((other - 4.0 * whole).abs() < 1e-8, "{other}");
    let [_, apart] = measured(&scene, &json!({"measure": "distance", "from": "@a:320,240", "to": "@b:320,240"}));
    // Twice the same place of the world: the lower bound is 0, and two poses do not cancel.
    let both = 4.0 * (2.0 * (of_depth.powi(2) + 0.01_f64.powi(2) + (range * 0.01).powi(2))).sqrt();
    assert!((2.0 * apart - both).abs() < 1e-8, "{apart}");
}

#[test]
fn what_has_no_depth_has_a_reason() {
    let scene = wall(NoiseModel::NONE);
    let to = |pixel: &str| json!({"measure": "distance", "from": "@a", "to": pixel});
    assert_eq!(code(&scene, &to("@a:640,0")), "outside_definition");
    assert_eq!(code(&scene, &to("@a:0,-1")), "outside_definition");
    assert_eq!(code(&scene, &to("@nowhere:0,0")), "absent");
    assert_eq!(code(&scene, &to("@back:320,10")), "missing_data", "nothing stands there");
    assert_eq!(code(&scene, &json!({"measure": "distance", "from": "@a:1,1", "to": "@a:1,1"})), "same_object_twice");
    assert_eq!(code(&scene, &json!({"measure": "extent", "axis": "height", "of": "@a:1,1"})), "outside_definition");
    let without = Scene::new(scene.parts().clone()).expect("a scene");
    let verdict = asked(&without, &value(&to("@a:1,1")));
    let reason = verdict.reason().expect("a reason");
    assert_eq!(reason.code.to_string(), "missing_data");
    assert!(reason.sentence.contains("a.depth.png") && reason.sentence.contains("folder"), "{}", reason.sentence);
}

#[test]
fn a_view_overlaps_wholly_with_its_like_and_not_with_its_back() {
    let scene = wall(NoiseModel::NONE);
    let overlap = |of: &str, with: &str| json!({"measure": "view_overlap", "of": of, "with": with});
    assert_eq!(measured(&scene, &overlap("@a", "@b"))[0].to_bits(), 1.0_f64.to_bits());
    assert!(measured(&scene, &overlap("@a", "@back")).iter().all(|number| number.abs() < 1e-12));
    assert_eq!(code(&scene, &overlap("@a", "@a")), "same_object_twice");
    assert_eq!(code(&scene, &overlap("@a", "cabinet")), "malformed");
}

#[test]
fn half_a_view_to_the_side_overlaps_by_half_and_noise_opens_only_the_border() {
    let noise = NoiseModel { pose_position_m: 0.001, ..NoiseModel::NONE };
    let mut parts = wall(noise).into_parts();
    // 2.56 m to the right at 4 m: 320 of 640 pixels.
    parts.frames.truncate(2);
    let moved = parts.frames[1].pose.world_from_camera().expect("a pose").translation() + geometry::Vec3::X * 2.56;
    let axes = parts.frames[1].pose.world_from_camera().expect("a pose").rotation();
    parts.frames[1].pose = scene::Pose::Known(geometry::RigidTransform::new(axes, moved).expect("a pose"));
    let images = drawn_depths(&mut parts);
    let scene = Scene::new(parts).expect("a scene").with_images(images);
    let of = json!({"measure": "view_overlap", "of": "@a", "with": "@b"});
    let Verdict::Certain { answer: Answer::Quantity { value, lo, hi, .. }, .. } = asked(&scene, &self::value(&of))
    else {
        panic!("no answer")
    };
    assert!((value - 0.5).abs() < 1e-9, "{value}");
    assert!(lo <= value && value <= hi && hi - lo < 2.5 / 80.0 + 2.5 / 60.0, "{lo} {hi}");
    assert!(lo < 1.0, "what lies beyond the border is not sure");
}
