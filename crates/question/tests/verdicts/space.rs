//! Room: what collides, what is free, what fits, and how one gets from place to place, by hand.

use question::{Answer, Question, Verdict, evaluate, example_scene, outside_m, print, profile, task};
use scene::Scene;
use serde_json::{Value, json};

/// A room of 6 × 6 m with these objects; `view` stands at its southern wall and looks north, `tilted` looks west.
fn room(objects: &[&str]) -> Scene {
    let mut task = task("free_floor_area").expect("a task").clone();
    task.example.objects = objects.iter().map(|line| (*line).to_owned()).collect();
    task.example.frames =
        vec!["view 0 -2.9 1.5  90 0".into(), "west 2.9 0 1.5  180 -30".into(), "down 0 0 2  0 -90".into()];
    example_scene(&task).expect("a scene")
}

fn verdict(scene: &Scene, question: &Value) -> Verdict {
    let question: Question = serde_json::from_value(question.clone()).unwrap_or_else(|e| panic!("{question}: {e}"));
    evaluate(scene, &question, profile("isovist").expect("a profile"))
}

/// The answer in words, or the code of the reason.
fn asked(scene: &Scene, question: &Value) -> String {
    match verdict(scene, question) {
        Verdict::Certain { answer, .. } => print::answer(&answer),
        Verdict::Ambiguous { reason, .. } | Verdict::Invalid { reason } => reason.code.to_string(),
    }
}

fn value(of: &Value) -> Value {
    json!({"form": "value", "of": of})
}

fn above(left: &Value, unit: &str) -> Value {
    let right = json!({"measure": "constant", "value": 0.0, "unit": unit});
    json!({"form": "test", "that": {"test": "compare", "left": left, "is": "greater", "right": right}})
}

#[test]
fn boxes_apart_touching_and_run_together() {
    let scene = room(&["chair 0 0 0.5  0.5 0.5 1.0", "table 2 0 0.4  1 1 0.8", "sofa 0.2 0 0.4  1 1 0.8"]);
    let clearance = |of: &str, to: &str| asked(&scene, &value(&json!({"measure": "clearance", "of": of, "to": to})));
    assert_eq!(clearance("chair", "table"), "1.25 m");
    // The chair would leave the sofa by 0.55 m to the west; every other way is longer.
    assert_eq!(clearance("chair", "sofa"), "-0.55 m");
    assert_eq!(clearance("chair", "chair"), "same_object_twice");
}

#[test]
fn what_is_pushed_hits_what_stands_in_its_way() {
    let scene = room(&["chair 0 0 0.5  0.5 0.5 1.0", "table 2 0 0.4  1 1 0.8", "lamp -1 2 0.5  0.2 0.2 1"]);
    let pushed = |toward: &str, by_m: f64, to: &str| {
        let clearance = json!({"measure": "clearance", "of": "chair", "to": to, "toward": toward, "heading": "@view", "by_m": by_m});
        asked(&scene, &value(&clearance))
    };
    assert_eq!(pushed("right", 1.0, "table"), "0.25 m");
    assert_eq!(pushed("right", 1.25, "table"), "0.00 m");
    // It stands in the middle of the table then, and would have hit it on the way already.
    assert_eq!(pushed("right", 2.0, "table"), "-0.75 m");
    assert_eq!(pushed("right", 9.0, "table"), "-0.75 m");
    assert_eq!(pushed("left", 2.0, "table"), "1.25 m");
    assert_eq!(pushed("farther", 2.0, "lamp"), "0.65 m");
    assert_eq!(pushed("nearer", 2.0, "lamp"), pushed("nearer", 0.0, "lamp"));
    let half = json!({"measure": "clearance", "of": "chair", "to": "table", "toward": "left"});
    assert_eq!(asked(&scene, &value(&half)), "malformed");
    let down = json!({"measure": "clearance", "of": "chair", "to": "table", "toward": "left", "heading": "@down", "by_m": 1.0});
    assert_eq!(asked(&scene, &value(&down)), "degenerate_viewpoint");
}

#[test]
fn free_area_is_what_nothing_stands_on() {
    let scene = room(&[
        "desk 0 0 0.4  2 1 0.8",
        "lamp 0.5 0 1.05  0.2 0.2 0.5",
        // Hangs over the desk, half a metre up.
        "shelf 0 0.4 1.4  2 0.2 0.2",
        "rug -2 -2 0.005  1 1 0.01",
        "sofa 2 2 0.4  1 1 0.8",
        "mug 2 2 0.85  0.1 0.1 0.1",
    ]);
    let free = |on: Option<&str>| {
        let on = on.map_or(json!({"measure": "free_area"}), |on| json!({"measure": "free_area", "on": on}));
        asked(&scene, &value(&on))
    };
    assert_eq!(free(Some("desk")), "1.96 m²");
    // The rug is no obstacle, and what stands on something does not stand on the floor.
    assert_eq!(free(None), "33.00 m²");
    assert_eq!(free(Some("sofa")), "outside_definition");
}

#[test]
fn things_fit_where_their_footprint_and_height_do() {
    let scene = room(&[
        "desk 0 0 0.4  2 1 0.8",
        "lamp 0 0 1.05  0.2 0.2 0.5",
        "shelf 0 0.4 1.4  2 0.2 0.2",
        "box -2 -2 0.2  0.8 0.3 0.4",
        "chest 2 -2 0.3  1.3 0.7 0.6",
        "statue 2 2 0.5  0.5 0.5 1.0",
    ]);
    let fits =
        |thing: &str| asked(&scene, &above(&json!({"measure": "free_area", "on": "desk", "room_for": thing}), "m2"));
    // Either side of the lamp there are 0.9 m.
    assert_eq!(fits("box"), "yes");
    assert_eq!(fits("chest"), "no");
    // 0.5 m of footprint would fit, but the shelf hangs 0.5 m above the desk and leaves 0.8 m of depth below it.
    assert_eq!(fits("statue"), "yes");
    let scene = room(&[
        "desk 0 0 0.4  2 0.6 0.8",
        "shelf 0 0.2 1.4  2 0.2 0.2",
        "statue 2 2 0.5  0.5 0.5 1.0",
        "vase 2 0 0.2  0.5 0.5 0.4",
    ]);
    let fits =
        |thing: &str| asked(&scene, &above(&json!({"measure": "free_area", "on": "desk", "room_for": thing}), "m2"));
    assert_eq!(fits("statue"), "no");
    assert_eq!(fits("vase"), "yes");
    assert_eq!(fits("desk"), "same_object_twice");
}

#[test]
fn a_side_is_a_quarter_of_all_directions_as_the_camera_sees_it() {
    let scene = room(&["box 0 0 0.2  0.5 0.5 0.4", "sofa -2 0 0.4  1 2 0.8"]);
    let free = |toward: &str, heading: &str| {
        let area = json!({"measure": "free_area", "toward": toward, "of": "box", "heading": heading});
        asked(&scene, &value(&area))
    };
    // A quarter of the room is 9 m²; a quarter of the box is 0.0625 m²; the sofa takes 2 m² less its corners beyond 45°.
    for (toward, heading, expected) in [
        ("right", "@view", "8.94 m²"),
        ("farther", "@view", "8.94 m²"),
        ("nearer", "@view", "8.94 m²"),
        ("left", "@view", "6.94 m²"),
        ("farther", "@west", "6.94 m²"),
        ("right", "@west", "8.94 m²"),
    ] {
        assert_eq!(free(toward, heading), expected, "{toward} in {heading}");
    }
}

#[test]
fn a_region_is_free_and_a_claimed_place_is_held_against_it() {
    let scene = room(&["desk 0 0 0.4  2 1 0.8", "lamp 0.5 0 1.05  0.2 0.2 0.5"]);
    let region = json!({"form": "region", "of": {"measure": "free_area", "on": "desk"}});
    let Verdict::Certain { answer: Answer::Region { at, area_m2, pieces }, .. } = verdict(&scene, &region) else {
        panic!("a region")
    };
    assert!((at[2] - 0.8).abs() < 1e-9 && (1.9..1.96).contains(&area_m2));
    assert!(outside_m(&pieces, 0.8, at) == 0.0 && outside_m(&pieces, 0.8, [0.5, 0.0, 0.8]) > 0.09);
    let claim = |at: [f64; 3]| {
        let answer = json!({"kind": "region", "at": at, "area_m2": 0.0});
        asked(&scene, &json!({"form": "test", "that": {"test": "claim", "question": region, "answer": answer}}))
    };
    assert_eq!(claim([-0.5, 0.2, 0.8]), "yes");
    assert_eq!(claim([0.0, 0.9, 0.8]), "no");
    assert_eq!(claim([-0.5, 0.2, 0.0]), "no");
    assert_eq!(claim([0.0, 0.55, 0.8]), "too_close_to_call");
    let full = room(&["desk 0 0 0.4  2 1 0.8", "tv 0 0 1.2  2.2 1.1 0.7"]);
    assert_eq!(asked(&full, &region), "no_room");
}

#[test]
fn ways_lead_around_what_stands_in_them() {
    let scene = room(&[
        "chair -2 0 0.5  0.4 0.4 1",
        "lamp 2 0 0.5  0.4 0.4 1",
        "wall 0 -1 0.5  0.2 4 1",
        "ceiling light 0 2 2.4  1 1 0.4",
    ]);
    let measured = |measure: &str, from: &str, to: &str| {
        asked(&scene, &value(&json!({"measure": measure, "from": from, "to": to})))
    };
    assert_eq!(measured("passage_width", "chair", "lamp"), "0.00 m");
    // From 0.2 m beside the chair up to the corner of the wall, around it 0.2 m away, and down again.
    let Verdict::Certain { answer: Answer::Quantity { value: way, .. }, .. } =
        verdict(&scene, &value(&json!({"measure": "walking_distance", "from": "chair", "to": "lamp"})))
    else {
        panic!("a walk")
    };
    let straight = 2.0 * (1.0_f64.hypot(1.6));
    assert!((straight - 0.5..straight + 0.2).contains(&way), "{way}");
    // Without the wall: from one to the other.
    let open = room(&["chair -2 0 0.5  0.4 0.4 1", "lamp 2 0 0.5  0.4 0.4 1"]);
    let walk = json!({"measure": "walking_distance", "from": "chair", "to": "lamp"});
    assert_eq!(asked(&open, &value(&walk)), "3.20 m");
    assert_eq!(asked(&open, &value(&json!({"measure": "passage_width", "from": "chair", "to": "lamp"}))), "3.60 m");
    let carried = room(&["chair -2 0 0.5  0.4 0.4 1", "desk 2 0 0.4  1 1 0.8", "mug 2 0 0.85  0.1 0.1 0.1"]);
    let walk_to_it = value(&json!({"measure": "walking_distance", "from": "chair", "to": "mug"}));
    let Verdict::Invalid { reason } = verdict(&carried, &walk_to_it) else { panic!("no walk") };
    assert_eq!(
        reason.sentence,
        "there is no free way 0.40 m wide from the chair to the mug; the mug is on, in or under the desk: ask for the walk to that"
    );
    let closed = room(&["chair -2 0 0.5  0.4 0.4 1", "lamp 2 0 0.5  0.4 0.4 1", "wall 0 0 0.5  0.2 5.9 1"]);
    assert_eq!(asked(&closed, &value(&walk)), "unreachable");
    let narrow = room(&["chair -2 0 0.5  0.4 0.4 1", "lamp 2 0 0.5  0.4 0.4 1", "wall 0 -0.2 0.5  0.2 5.6 1"]);
    assert_eq!(asked(&narrow, &value(&walk)), "too_close_to_call");
}

#[test]
fn what_lies_on_an_end_and_the_wall_behind_it_leave_a_way_as_wide() {
    let width = |objects: &[&str]| {
        asked(&room(objects), &value(&json!({"measure": "passage_width", "from": "door", "to": "chair"})))
    };
    let bare = ["door -2.98 0 1  0.1 0.9 2", "chair 1 0.6 0.4  0.6 0.6 0.8"];
    let free = width(&bare);
    assert_eq!(free, "3.63 m");
    let with = |thing: &'static str| [&bare[..], &[thing]].concat();
    assert_eq!(width(&with("pillow 0.75 0.6 0.5  0.4 0.4 0.1")), free);
    assert_eq!(width(&with("handle -2.9 0.4 1  0.1 0.1 0.05")), free);
    assert_eq!(width(&with("picture -2.98 0.7 1  0.04 0.4 0.6")), free);
    // As high as its middle, 1 m beside the line and nearer to it than to the chair.
    assert_eq!(width(&with("box -1 -0.9 0.2  0.4 0.4 0.4")), "1.92 m");
    assert_eq!(width(&with("box -1 0.4 0.2  0.4 0.4 0.4")), "0.00 m");
    // In a gap narrower than a walker, too.
    let close = |things: &[&str]| {
        let objects = [&["door 0 0 1  0.5 0.5 2", "chair 0.88 0 0.4  0.5 0.5 0.8"], things].concat();
        asked(&room(&objects), &value(&json!({"measure": "passage_width", "from": "door", "to": "chair"})))
    };
    assert_eq!(close(&[]), "0.38 m");
    assert_eq!(close(&["screen 0.44 0 1  0.1 2 2"]), "0.00 m");
}

#[test]
fn turns_are_asked_only_of_ways_that_can_be_walked() {
    let objects =
        ["chair -2 0 0.5  0.4 0.4 1", "lamp 0 0 0.5  0.3 0.3 1", "bed 0 2 0.3  0.5 0.5 0.6", "tv -2 2 0.5  0.4 0.4 1"];
    let turns = |scene: &Scene, facing: Option<&str>, along: &[&str]| {
        let mut question = json!({"form": "turns", "along": along});
        if let Some(facing) = facing {
            question["facing"] = facing.into();
        }
        asked(scene, &question)
    };
    let scene = room(&objects);
    assert_eq!(turns(&scene, None, &["chair", "lamp", "bed"]), "left");
    assert_eq!(turns(&scene, None, &["bed", "lamp", "chair"]), "right");
    assert_eq!(turns(&scene, Some("tv"), &["chair", "lamp", "bed"]), "right, left");
    assert_eq!(turns(&scene, Some("tv"), &["chair", "lamp"]), "right");
    assert_eq!(turns(&scene, Some("lamp"), &["chair", "lamp", "bed"]), "malformed");
    assert_eq!(turns(&scene, None, &["chair", "lamp"]), "malformed");
    assert_eq!(turns(&scene, None, &["chair", "lamp", "chair"]), "same_object_twice");
    let blocked = room(&[&objects[..], &["plant 0 1 0.5  0.3 0.3 1"]].concat());
    assert_eq!(turns(&blocked, None, &["chair", "lamp", "bed"]), "unreachable");
}
