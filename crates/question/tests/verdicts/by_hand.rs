//! Every form, measure and reason on one small room, worked out by hand.

use question::{Question, Verdict, evaluate, example_scene, print, profile, task};
use scene::{Scene, SceneParts, normalise};
use serde_json::{Value, json};

/// Objects as in a catalogue example: label, centre, full size; metres. The office chair is a kind of chair.
const ROOM: [&str; 11] = [
    "sofa 0 0 0.5  2 1 1",
    "chair 3 0 0.5  1 1 1",
    "lamp 0 4 0.75  0.5 0.5 1.5",
    "table 6 0 0.4  1.6 0.8 0.8",
    "vase 6 0 0.95  0.2 0.2 0.3",
    "stool -3 2 0.25  0.4 0.4 0.5",
    "stool -3 0 0.25  0.4 0.4 0.5",
    "office chair -5 -5 0.5  1 1 1",
    "picture 0 6 1.5  1 0 0.5",
    "backpack 0 -2.7 0.2  0.4 0.4 0.4",
    "bed -2 -5 0.3  2 1.6 0.6 45",
];

fn room() -> SceneParts {
    let mut task = task("absolute_distance").expect("a task").clone();
    task.example.objects = ROOM.map(str::to_owned).to_vec();
    task.example.floor = Some(vec![[-7.0, -7.0], [7.0, -7.0], [7.0, 7.0], [-7.0, 7.0]]);
    task.example.floor_height_m = Some(0.0);
    example_scene(&task).expect("a scene").into_parts()
}

/// The answer in words, or the code of the reason.
fn asked(scene: SceneParts, named: &str, question: &Value) -> String {
    let scene = Scene::new(scene).expect("a scene");
    let question: Question = serde_json::from_value(question.clone()).unwrap_or_else(|e| panic!("{question}: {e}"));
    match evaluate(&scene, &question, profile(named).expect("a profile")) {
        Verdict::Certain { answer, .. } => print::answer(&answer),
        Verdict::Ambiguous { reason, .. } | Verdict::Invalid { reason } => reason.code.to_string(),
    }
}

fn holds(question: &Value, expected: &str) {
    assert_eq!(asked(room(), "isovist", question), expected, "{question}");
}

fn value(of: &Value) -> Value {
    json!({"form": "value", "of": of})
}

fn apart(from: &str, to: &str) -> Value {
    json!({"measure": "distance", "from": from, "to": to})
}

fn extent(axis: &str, of: &str) -> Value {
    json!({"measure": "extent", "axis": axis, "of": of})
}

fn bearing(at: &str, facing: &str, of: &str) -> Value {
    json!({"measure": "bearing", "at": at, "facing": facing, "of": of})
}

fn metres(value: f64) -> Value {
    json!({"measure": "constant", "value": value, "unit": "m"})
}

fn less(left: &Value, right: &Value) -> Value {
    json!({"test": "compare", "left": left, "is": "less", "right": right})
}

fn test(that: &Value) -> Value {
    json!({"form": "test", "that": that})
}

#[test]
fn every_measure_has_its_hand_computed_value() {
    for (of, expected) in [
        (apart("sofa", "#2"), "1.50 m"),
        (json!({"measure": "distance", "definition": "centre", "from": "sofa", "to": "#2"}), "3.00 m"),
        // 4.95 m along x and 3.35 m along y.
        (json!({"measure": "distance", "definition": "horizontal", "from": "lamp", "to": "table"}), "5.98 m"),
        (json!({"measure": "distance", "definition": "vertical", "from": "sofa", "to": "picture"}), "0.25 m"),
        (extent("longest", "sofa"), "2.00 m"),
        (extent("width", "bed"), "2.00 m"),
        (extent("depth", "bed"), "1.60 m"),
        (extent("height", "lamp"), "1.50 m"),
        (extent("footprint", "table"), "1.28 m²"),
        (extent("volume", "sofa"), "2.000 m³"),
        (json!({"measure": "elevation", "part": "bottom", "of": "vase"}), "0.80 m"),
        (json!({"measure": "elevation", "part": "centre", "of": "picture"}), "1.50 m"),
        (json!({"measure": "elevation", "part": "top", "of": "bed"}), "0.60 m"),
        (json!({"measure": "vertical_gap", "bottom_of": "picture", "top_of": "sofa"}), "0.25 m"),
        (json!({"measure": "overlap", "of": "vase", "over": "table"}), "1.00"),
        (json!({"measure": "occupancy", "of": "table"}), "1.00"),
        (json!({"measure": "occupancy", "of": "sofa"}), "0.00"),
        (bearing("sofa", "#2", "lamp"), "90° to the left"),
        (bearing("sofa", "lamp", "#2"), "90° to the right"),
        (bearing("sofa", "#2", "#7"), "180°, right behind"),
        (json!({"measure": "axis_angle", "a": "sofa", "b": "bed"}), "45°"),
        (json!({"measure": "room_area"}), "196.00 m²"),
        (json!({"measure": "number", "class": "stool"}), "2.00"),
        (json!({"measure": "sum", "of": [apart("sofa", "#2"), apart("#2", "table")]}), "3.20 m"),
        (json!({"measure": "difference", "of": [apart("#2", "table"), apart("sofa", "#2")]}), "0.20 m"),
        (json!({"measure": "ratio", "of": [extent("height", "lamp"), extent("height", "bed")]}), "2.50"),
    ] {
        holds(&value(&of), expected);
    }
}

#[test]
fn every_form_decides() {
    let to_sofa = apart("?", "sofa");
    for (question, expected) in [
        (json!({"form": "value", "of": bearing("sofa", "#2", "lamp"), "in": "axes"}), "left"),
        (json!({"form": "value", "of": bearing("sofa", "#2", "lamp"), "in": "clock"}), "9 o'clock"),
        (json!({"form": "pick", "want": "least", "of": to_sofa, "among": ["lamp", "#2", "table"]}), "#2"),
        (json!({"form": "pick", "want": "most", "of": to_sofa, "among": ["lamp", "#2", "table"]}), "table"),
        (
            json!({"form": "pick", "want": "least", "of": to_sofa, "among": ["lamp", "#2", "table"], "where":
                {"test": "not", "of": less(&to_sofa, &metres(2.0))}}),
            "lamp",
        ),
        (
            json!({"form": "order", "first": "least", "of": to_sofa, "among": ["table", "lamp", "#2"]}),
            "#2, lamp, table",
        ),
        (json!({"form": "which", "where": less(&to_sofa, &metres(2.0)), "among": ["lamp", "#2"]}), "#2"),
        (json!({"form": "count", "class": "stool"}), "2"),
        (json!({"form": "count", "class": "stool", "where": less(&to_sofa, &metres(2.0))}), "1"),
        (test(&json!({"test": "relation", "name": "on", "a": "vase", "b": "table"})), "yes"),
        (test(&json!({"test": "relation", "name": "below", "a": "table", "b": "vase"})), "yes"),
        (test(&json!({"test": "relation", "name": "above", "a": "vase", "b": "sofa"})), "no"),
        (test(&json!({"test": "not", "of": less(&apart("sofa", "#2"), &metres(1.0))})), "yes"),
        (test(&json!({"test": "sector", "of": bearing("sofa", "#2", "lamp"), "in": "halves", "is": "right"})), "no"),
        // Equal given numbers: neither is less, and that is certain.
        (test(&less(&metres(2.0), &metres(2.0))), "no"),
        (
            test(&json!({"test": "claim", "question": {"form": "count", "class": "stool"},
                         "answer": {"kind": "count", "value": 3}})),
            "no",
        ),
    ] {
        holds(&question, expected);
    }
}

#[test]
fn every_reason_has_a_question_that_meets_it() {
    let pick = |of: &Value, among: &Value| json!({"form": "pick", "want": "least", "of": of, "among": among});
    let to_sofa = apart("?", "sofa");
    for (question, expected) in [
        (value(&apart("sofa", "bathtub")), "absent"),
        (value(&apart("sofa", "#99")), "absent"),
        (value(&apart("sofa", "dragonfly")), "unknown_label"),
        (value(&apart("sofa", "stool")), "not_unique"),
        (value(&apart("sofa", "#1")), "same_object_twice"),
        (pick(&to_sofa, &json!(["lamp", "#3"])), "duplicate_candidates"),
        (pick(&to_sofa, &json!(["lamp", "sofa"])), "overlapping_candidates"),
        (pick(&to_sofa, &json!(["lamp"])), "candidate_number"),
        (test(&less(&extent("height", "sofa"), &extent("height", "#2"))), "too_close_to_call"),
        (json!({"form": "value", "of": bearing("sofa", "#2", "lamp"), "in": "quadrants"}), "too_close_to_call"),
        (json!({"form": "count", "class": "chair"}), "class_ambiguous"),
        (json!({"form": "which", "where": less(&to_sofa, &metres(1.0)), "among": ["lamp", "#2"]}), "no_candidate"),
        (
            json!({"form": "which", "where": less(&to_sofa, &metres(9.0)), "among": ["lamp", "#2"]}),
            "several_candidates",
        ),
        // A bearing is neither less nor more, and has no sum.
        (test(&less(&bearing("sofa", "#2", "lamp"), &bearing("sofa", "#2", "#7"))), "outside_definition"),
        (pick(&bearing("sofa", "#2", "?"), &json!(["lamp", "table"])), "outside_definition"),
        (
            value(&json!({"measure": "sum", "of": [bearing("sofa", "#2", "lamp"), bearing("sofa", "#2", "#7")]})),
            "outside_definition",
        ),
        // A picture on a wall has no footprint of which a share could lie anywhere.
        (value(&json!({"measure": "overlap", "of": "picture", "over": "table"})), "outside_definition"),
        (value(&bearing("table", "vase", "sofa")), "degenerate_viewpoint"),
        (test(&less(&extent("height", "sofa"), &extent("volume", "#2"))), "unit_mismatch"),
        (value(&to_sofa), "malformed"),
        (value(&json!({"measure": "ratio", "of": [metres(1.0), metres(2.0), metres(3.0)]})), "malformed"),
        (value(&json!({"measure": "ratio", "of": [metres(1e300), metres(1e-300)]})), "malformed"),
    ] {
        holds(&question, expected);
    }
}

#[test]
fn what_the_scene_does_not_say_is_missing() {
    let mut bare = room();
    bare.room.floor = None;
    bare.room.floor_height_m = None;
    assert_eq!(asked(bare.clone(), "isovist", &value(&json!({"measure": "room_area"}))), "missing_data");
    let elevation = value(&json!({"measure": "elevation", "part": "top", "of": "bed"}));
    assert_eq!(asked(bare, "isovist", &elevation), "missing_data");
}

#[test]
fn a_declared_number_that_the_boxes_contradict_is_said() {
    let mut scene = room();
    scene.declared_counts.insert(normalise("stool"), 3);
    let count = json!({"form": "count", "class": "stool"});
    assert_eq!(asked(scene.clone(), "isovist", &count), "count_disagrees");
    assert_eq!(asked(scene, "vsi-bench", &count), "3");
}

#[test]
fn a_published_candidate_stands_for_all_its_boxes_even_where_one_is_declared() {
    let mut scene = room();
    scene.declared_counts.insert(normalise("stool"), 1);
    // The stools are 2.22 m and 1.80 m away, the backpack 2.00 m.
    let pick = json!({"form": "pick", "want": "least", "of": apart("?", "sofa"), "among": ["backpack", "stool"]});
    assert_eq!(asked(scene, "vsi-bench", &pick), "stool");
}

#[test]
fn published_guard_bands_are_kept() {
    let near = value(&apart("table", "vase"));
    assert_eq!(asked(room(), "vsi-bench", &near), "not_asked");
    // Flat boxes were never sampled.
    assert_eq!(asked(room(), "vsi-bench", &value(&apart("sofa", "picture"))), "outside_definition");
}
