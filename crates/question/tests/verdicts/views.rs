//! Cameras: which way they move, turn and look, and what their frames show; each published fault as a test of its own.

use question::{Answer, Question, Verdict, evaluate, example_scene, print, profile, task};
use scene::{Frame, Pose, Scene};
use serde_json::{Value, json};

/// A scene with these frames (`"name x y z  yaw pitch"`) and sightings (`"frame label fraction"`).
fn scene(frames: &[String], sightings: &[&str]) -> Scene {
    let mut task = task("absolute_distance").expect("a task").clone();
    task.example.objects = [
        "sofa 0 4 0.4  2 1 0.8",
        "vase 2 4 3.0  0.2 0.2 0.3",
        "chair 1 2 0.5  0.5 0.5 1.0",
        "chair 4 1 0.5  0.5 0.5 1.0",
        "bed -3 4 0.3  1.4 2 0.6",
        "bed 9 -9 0.3  1.4 2 0.6",
    ]
    .map(str::to_owned)
    .to_vec();
    task.example.frames = frames.to_vec();
    task.example.sightings = sightings.iter().map(|line| (*line).to_owned()).collect();
    example_scene(&task).expect("a scene")
}

/// The answer in words, or the code of the reason.
fn asked_in(scene: &Scene, named: &str, question: &Value) -> String {
    let question: Question = serde_json::from_value(question.clone()).unwrap_or_else(|e| panic!("{question}: {e}"));
    match evaluate(scene, &question, profile(named).expect("a profile")) {
        Verdict::Certain { answer, .. } => print::answer(&answer),
        Verdict::Ambiguous { reason, .. } | Verdict::Invalid { reason } => reason.code.to_string(),
    }
}

fn moved() -> Value {
    json!({"form": "value", "of": {"measure": "azimuth", "from": "@a", "of": "@b", "heading": "@a"}, "in": "eight"})
}

fn panned(sectors: Option<&str>) -> Value {
    let mut question = json!({"form": "value", "of": {"measure": "pan", "from": "@a", "to": "@b"}});
    if let Some(system) = sectors {
        question["in"] = system.into();
    }
    question
}

/// The camera looks along y and is moved by a metre (right, ahead, up).
#[test]
fn a_moved_camera_is_where_it_went() {
    for (right, ahead, up, expected) in [
        (0.0, 1.0, 0.0, "front"),
        (0.0, -1.0, 0.0, "back"),
        (-1.0, 0.0, 0.0, "left"),
        (1.0, 0.0, 0.0, "right"),
        (-1.0, 1.0, 0.0, "front-left"),
        (1.0, 1.0, 0.0, "front-right"),
        (-1.0, -1.0, 0.0, "back-left"),
        (1.0, -1.0, 0.0, "back-right"),
        (0.0, 0.0, 1.0, "degenerate_viewpoint"),
        (0.0, 0.0, -1.0, "degenerate_viewpoint"),
    ] {
        // In a room turned to any heading, and for a camera that is tilted, it is the same.
        for (heading, tilt) in [(90.0, 0.0), (0.0, 0.0), (217.0, 0.0), (90.0, -35.0), (13.0, 40.0)] {
            let (sin, cos) = f64::to_radians(heading).sin_cos();
            let (x, y) = (ahead * cos + right * sin, ahead * sin - right * cos);
            let frames = [format!("a 0 0 1.5  {heading} {tilt}"), format!("b {x} {y} {}  0 0", 1.5 + up)];
            assert_eq!(
                asked_in(&scene(&frames, &[]), "isovist", &moved()),
                expected,
                "{right} {ahead} {up}, heading {heading}, tilt {tilt}"
            );
        }
    }
}

#[test]
fn a_nearly_vertical_move_is_too_close_to_call() {
    let frames = ["a 0 0 1.5  90 0".to_owned(), "b 0.003 0 2.5  90 0".to_owned()];
    assert_eq!(asked_in(&scene(&frames, &[]), "isovist", &moved()), "too_close_to_call");
}

#[test]
fn what_went_up_is_higher() {
    let question = |want: &str| {
        json!({"form": "pick", "want": want, "among": ["@a", "@b"],
            "of": {"measure": "elevation", "part": "centre", "of": "?"}})
    };
    let frames = ["a 0 0 1.5  90 0".to_owned(), "b 0 0 2.5  90 0".to_owned()];
    assert_eq!(asked_in(&scene(&frames, &[]), "isovist", &question("most")), "b");
    assert_eq!(asked_in(&scene(&frames, &[]), "isovist", &question("least")), "a");
    let level = ["a 0 0 1.5  90 0".to_owned(), "b 3 0 1.501  90 0".to_owned()];
    assert_eq!(asked_in(&scene(&level, &[]), "isovist", &question("most")), "too_close_to_call");
}

#[test]
fn a_level_pan_is_the_same_for_every_heading_of_the_room() {
    for heading in 0..36 {
        let heading = f64::from(heading) * 10.0;
        let frames = |turn: f64| [format!("a 0 0 1.5  {heading} 0"), format!("b 0 0 1.5  {} 0", heading + turn)];
        for (turn, side) in [(30.0, "left"), (-30.0, "right"), (100.0, "left"), (-170.0, "right")] {
            assert_eq!(asked_in(&scene(&frames(turn), &[]), "isovist", &panned(Some("halves"))), side, "{heading}");
        }
        assert_eq!(asked_in(&scene(&frames(30.0), &[]), "isovist", &panned(None)), "30° to the left", "{heading}");
        assert_eq!(asked_in(&scene(&frames(0.0), &[]), "isovist", &panned(Some("halves"))), "too_close_to_call");
    }
}

#[test]
fn a_tilt_is_no_turn_to_a_side() {
    for pitch in [30.0, -30.0, 60.0] {
        let frames = ["a 0 0 1.5  70 0".to_owned(), format!("b 0 0 1.5  70 {pitch}")];
        assert_eq!(asked_in(&scene(&frames, &[]), "isovist", &panned(None)), "straight ahead");
        assert_eq!(asked_in(&scene(&frames, &[]), "isovist", &panned(Some("halves"))), "too_close_to_call");
    }
    let down = ["a 0 0 1.5  70 0".to_owned(), "b 0 0 1.5  70 -90".to_owned()];
    assert_eq!(asked_in(&scene(&down, &[]), "isovist", &panned(None)), "degenerate_viewpoint");
}

/// What the published engine answers to the same, as its profile reproduces it.
#[test]
fn the_published_artefacts_stay_in_their_profile() {
    let frames = ["a 0 0 1.5  90 0".to_owned(), "b 0 1 1.5  90 0".to_owned()];
    // A metre ahead is at right angles to the camera's right and down axes, so that it is nowhere …
    assert_eq!(asked_in(&scene(&frames, &[]), "spatialevo", &moved()), "degenerate_viewpoint");
    // … and a metre below counts as ahead.
    let below = ["a 0 0 1.5  90 0".to_owned(), "b 0 0 0.5  90 0".to_owned()];
    assert_eq!(asked_in(&scene(&below, &[]), "spatialevo", &moved()), "front");
    // A level turn about the vertical is none about the y axis.
    let turned = ["a 0 0 1.5  0 0".to_owned(), "b 0 0 1.5  30 0".to_owned()];
    assert_eq!(asked_in(&scene(&turned, &[]), "spatialevo", &panned(None)), "straight ahead");
}

fn way() -> Value {
    json!({"form": "value", "of": {"measure": "movement", "from": "@a", "to": "@b"}, "in": "eight"})
}

/// A camera that looks along y, and where it is after a movement.
fn after(right: f64, ahead: f64, up: f64, tilt: f64) -> Scene {
    scene(&[format!("a 0 0 1.5  90 {tilt}"), format!("b {right} {ahead} {}  0 0", 1.5 + up)], &[])
}

#[test]
fn the_published_way_of_a_camera_knows_up_and_down() {
    for (right, ahead, up, published, ours) in [
        (0.0, 1.0, 0.0, "front", "front"),
        (0.0, -1.0, 0.0, "back", "back"),
        (-1.0, 0.0, 0.0, "left", "left"),
        (1.0, 0.0, 0.0, "right", "right"),
        (-1.0, 1.0, 0.0, "front-left", "front-left"),
        (1.0, 1.0, 0.0, "front-right", "front-right"),
        (-1.0, -1.0, 0.0, "back-left", "back-left"),
        (1.0, -1.0, 0.0, "back-right", "back-right"),
        (0.0, 0.0, 1.0, "up", "degenerate_viewpoint"),
        (0.0, 0.0, -1.0, "down", "degenerate_viewpoint"),
        // The second part counts from 0.35 of the first on. Then it is at least 0.31 of the whole, so that the limit of 0.25
        // decides nothing.
        (0.34, 1.0, 0.0, "front", "front"),
        (0.36, 1.0, 0.0, "front-right", "front"),
        (0.0, 1.0, 0.34, "front", "front"),
        (0.0, 1.0, 0.36, "up-front", "front"),
        (0.36, 1.0, 0.355, "front-right", "front"),
        (0.355, 1.0, 0.36, "up-front", "front"),
        (0.9, 0.8, 1.0, "up-right", "front-right"),
        (-1.0, 0.3, -0.4, "down-left", "left"),
        (0.34, 0.0, 1.0, "up", "right"),
        (0.0, -0.36, -1.0, "down-back", "back"),
    ] {
        let scene = after(right, ahead, up, 0.0);
        assert_eq!(asked_in(&scene, "spatialevo", &way()), published, "{right} {ahead} {up}");
        assert_eq!(asked_in(&scene, "isovist", &way()), ours, "{right} {ahead} {up}");
    }
    // The axes are those of the camera: level ahead is up in the picture of one that looks down.
    assert_eq!(asked_in(&after(0.0, 1.0, 0.0, -35.0), "spatialevo", &way()), "up-front");
    assert_eq!(asked_in(&after(0.0, 1.0, 0.0, -35.0), "isovist", &way()), "front");
    assert_eq!(asked_in(&after(0.0, 0.0, 0.0, 0.0), "spatialevo", &way()), "degenerate_viewpoint");
    // Without words the angle is that along the plane.
    let mut angle = way();
    angle.as_object_mut().expect("a question").remove("in");
    assert_eq!(asked_in(&after(-1.0, 0.3, -0.4, 0.0), "spatialevo", &angle), "90° to the left");
    assert_eq!(asked_in(&after(0.0, 0.0, 1.0, 0.0), "spatialevo", &angle), "straight ahead");
    // In (−180, 180], as every angle: straight back is a half turn to the left.
    let back = serde_json::from_value(angle).expect("a question");
    let verdict = evaluate(&after(0.0, -1.0, 0.0, 0.0), &back, profile("spatialevo").expect("a profile"));
    assert!(matches!(verdict.answer(), Some(Answer::Turn { value: 180.0, .. })), "{verdict:?}");
}

#[test]
fn words_for_up_and_down_are_claimed_like_others() {
    let scene = after(0.0, 1.0, 0.36, 0.0);
    let that = |is: &str| {
        let sector = json!({"test": "sector", "of": way()["of"], "in": "eight", "is": is});
        let claim =
            json!({"test": "claim", "question": way(), "answer": {"kind": "sector", "in": "eight", "word": is}});
        [sector, claim].map(|that| asked_in(&scene, "spatialevo", &json!({"form": "test", "that": that})))
    };
    assert_eq!(that("up-front"), ["yes", "yes"]);
    assert_eq!(that("front"), ["no", "no"]);
    assert_eq!(that("up"), ["no", "no"]);
    assert_eq!(that("up-front-left"), ["malformed", "malformed"]);
}

#[test]
fn the_published_direction_between_objects_knows_up_and_down() {
    for (right, ahead, up, published, ours) in [
        (1.0, 0.0, 0.4, "right", "right"),
        (1.0, 0.0, 0.6, "up-right", "right"),
        (0.0, 1.0, -0.6, "down-front", "front"),
        (0.0, -1.0, 0.6, "up-back", "back"),
        (-1.0, 1.0, 0.6, "front-left", "front-left"),
        (1.01, 1.0, 0.8, "up-right", "front-right"),
        (-0.5, -1.0, -0.7, "down-back", "back-left"),
        (0.0, 0.0, 1.0, "up", "degenerate_viewpoint"),
        (0.0, 0.0, -1.0, "down", "degenerate_viewpoint"),
    ] {
        let mut task = task("absolute_distance").expect("a task").clone();
        let vase = format!("vase {right} {} {}  0.1 0.1 0.1", 4.0 + ahead, 2.0 + up);
        task.example.objects = vec!["sofa 0 4 2  0.1 0.1 0.1".into(), vase];
        task.example.frames = vec!["a 0 0 1.5  90 0".into()];
        let scene = example_scene(&task).expect("a scene");
        let question = json!({"form": "value", "in": "eight",
            "of": {"measure": "azimuth", "from": "sofa", "of": "vase", "heading": "@a"}});
        assert_eq!(asked_in(&scene, "spatialevo", &question), published, "{right} {ahead} {up}");
        assert_eq!(asked_in(&scene, "isovist", &question), ours, "{right} {ahead} {up}");
        // From the camera itself its rule leaves height aside.
        let from_camera = json!({"form": "value", "in": "eight",
            "of": {"measure": "azimuth", "from": "@a", "of": "vase", "heading": "@a"}});
        assert!(!asked_in(&scene, "spatialevo", &from_camera).contains(['u', 'w']), "{right} {ahead} {up}");
    }
}

#[test]
fn the_height_of_an_object_does_not_change_its_direction() {
    let seen = ["a sofa 0.9", "a vase 0.9"];
    let scene = scene(&["a 0 0 1.5  90 0".to_owned()], &seen);
    for (of, expected) in [("sofa@a", "front"), ("vase@a", "front-right")] {
        let question = json!({"form": "value", "in": "eight",
            "of": {"measure": "azimuth", "from": "@a", "of": of, "heading": "@a"}});
        assert_eq!(asked_in(&scene, "isovist", &question), expected, "{of}");
    }
}

fn of_seen(what: &str) -> Value {
    json!({"form": "value", "of": {"measure": "distance", "from": "@a", "to": what}})
}

#[test]
fn a_frame_tells_one_of_several_apart() {
    let frames = ["a 0 0 1.5  90 0".to_owned()];
    let seen = scene(&frames, &["a chair 0.5"]);
    assert_eq!(asked_in(&seen, "isovist", &of_seen("chair")), "not_unique");
    assert_eq!(asked_in(&seen, "isovist", &of_seen("chair@a")), "1.97 m");
    for (sighting, expected) in
        [("a sofa 0.9", "not_visible"), ("a chair 0.05", "not_visible"), ("a chair 0.11", "too_close_to_call")]
    {
        assert_eq!(asked_in(&scene(&frames, &[sighting]), "isovist", &of_seen("chair@a")), expected, "{sighting}");
    }
    assert_eq!(asked_in(&seen, "isovist", &of_seen("piano@a")), "absent");
    assert_eq!(asked_in(&seen, "isovist", &of_seen("chair@b")), "absent");
}

#[test]
fn a_pose_or_a_look_that_is_missing_is_told() {
    let mut parts = scene(&["a 0 0 1.5  90 0".to_owned(), "b 1 0 1.5  90 0".to_owned()], &[]).into_parts();
    let lost = Pose::Missing { reason: "lost track".into() };
    parts.frames[1] = Frame { pose: lost, sightings: None, ..parts.frames[1].clone() };
    let scene = Scene::new(parts).expect("a scene");
    assert_eq!(asked_in(&scene, "isovist", &moved()), "no_pose");
    assert_eq!(asked_in(&scene, "isovist", &panned(None)), "no_pose");
    assert_eq!(asked_in(&scene, "isovist", &of_seen("sofa@b")), "missing_data");
}

/// A second bed behind the wall plays no part in where the bed is that the frame shows.
#[test]
fn a_region_is_where_its_marks_are_that_the_frame_shows() {
    let scene = scene(&["a 0 0 1.5  90 0".to_owned()], &["a bed 0.9", "a sofa 0.8"]);
    let question = |region: &str| {
        json!({"form": "value", "in": "eight",
            "of": {"measure": "azimuth", "from": "@a", "of": format!("~{region}@a"), "heading": "@a"}})
    };
    assert_eq!(asked_in(&scene, "isovist", &question("sleeping area")), "front-left");
    assert_eq!(asked_in(&scene, "isovist", &question("kitchen area")), "not_visible");
    assert_eq!(asked_in(&scene, "isovist", &question("throne room")), "unknown_label");
}

#[test]
fn what_is_seen_first_comes_first() {
    let frames: Vec<String> = (0..4).map(|at| format!("f{at} {at} 0 1.5  90 0")).collect();
    let question = json!({"form": "order", "first": "least", "among": ["sofa", "vase"],
        "of": {"measure": "first_seen", "of": "?", "least": 0.1}});
    let order = |sightings: &[&str]| asked_in(&scene(&frames, sightings), "isovist", &question);
    assert_eq!(order(&["f0 vase 0.5", "f1 sofa 0.5"]), "vase, sofa");
    assert_eq!(order(&["f0 vase 0.02", "f1 sofa 0.5", "f2 vase 0.9"]), "sofa, vase");
    assert_eq!(order(&["f1 vase 0.5", "f1 sofa 0.5"]), "too_close_to_call");
    assert_eq!(order(&["f0 vase 0.09", "f1 sofa 0.5", "f2 vase 0.9"]), "too_close_to_call");
    assert_eq!(order(&["f1 sofa 0.5"]), "not_visible");
}

#[test]
fn a_place_in_a_camera_is_right_down_and_forward() {
    let scene = scene(&["a 0 0 1.5  90 0".to_owned()], &["a vase 0.9"]);
    let question = json!({"form": "locate", "of": "vase@a", "frame": "@a"});
    assert_eq!(asked_in(&scene, "isovist", &question), "2.00 m right, 1.50 m up, 4.00 m forward");
    let camera = json!({"form": "locate", "of": "vase", "frame": "sofa"});
    assert_eq!(asked_in(&scene, "isovist", &camera), "malformed");
}

#[test]
fn a_way_back_is_a_turn_of_half_a_circle() {
    // Whatever rounding makes of the three that stand in one line, the angle is in (−180, 180].
    let mut task = task("absolute_distance").expect("a task").clone();
    for (x, y) in [(0.3, 0.1), (0.1, 0.7), (-0.9, 0.2), (1.0, -1e-9)] {
        task.example.objects = vec![
            "sofa 0 0 0.4  0.1 0.1 0.1".into(),
            format!("lamp {x} {y} 0.4  0.1 0.1 0.1"),
            format!("vase {} {} 0.4  0.1 0.1 0.1", x / 3.0, y / 3.0),
        ];
        let scene = example_scene(&task).expect("a scene");
        let question = json!({"form": "value", "of": {"measure": "bend", "from": "sofa", "at": "lamp", "to": "vase"}});
        let question: Question = serde_json::from_value(question).expect("a question");
        let verdict = evaluate(&scene, &question, profile("isovist").expect("a profile"));
        let Some(Answer::Turn { value, .. }) = verdict.answer() else { panic!("{verdict:?}") };
        assert!(*value > -180.0 && *value <= 180.0 && value.abs() > 179.9, "{value}");
    }
}

#[test]
fn cameras_have_no_size() {
    let scene = scene(&["a 0 0 1.5  90 0".to_owned()], &[]);
    let question = json!({"form": "value", "of": {"measure": "extent", "axis": "longest", "of": "@a"}});
    assert_eq!(asked_in(&scene, "isovist", &question), "outside_definition");
}
