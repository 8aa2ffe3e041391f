//! The least move of an object after which the answer is another.

use std::f64::consts::PI;

use question::{Answer, Question, Sliding, evaluate, least_flip, profile};
use scene::{
    Move, NoiseModel, Object, ObjectId, Provenance, Room, Scene, SceneParts,
    geometry::{OrientedBox, Polygon, Vec2, Vec3},
};

/// A room of 5 m × 4 m with boxes of 0.5 m on its floor at these places.
fn room(things: &[(&str, f64, f64)]) -> Scene {
    let corners = [(0.0, 0.0), (5.0, 0.0), (5.0, 4.0), (0.0, 4.0)].map(|(x, y)| Vec2::new(x, y));
    let thing = |(at, (label, x, y)): (usize, &(&str, f64, f64))| Object {
        id: ObjectId(at as u32),
        label: (*label).to_owned(),
        names: Vec::new(),
        bounds: OrientedBox::upright(Vec3::new(*x, *y, 0.25), Vec3::splat(0.25), 0.0).expect("as built here"),
        front: None,
    };
    Scene::new(SceneParts {
        id: "room".into(),
        source: Provenance::default(),
        noise: NoiseModel::NONE,
        room: Room {
            floor: Some(Polygon::new(&corners, &[]).expect("as built here")),
            floor_height_m: Some(0.0),
            ..Room::default()
        },
        objects: things.iter().enumerate().map(thing).collect(),
        declared_counts: std::collections::BTreeMap::new(),
        frames: Vec::new(),
        points: Vec::new(),
    })
    .expect("as built here")
}

fn nearest(scene: &Scene) -> (Question, Answer) {
    let question: Question = serde_json::from_str(
        r#"{"form": "pick", "want": "least", "of": {"measure": "distance", "from": "sofa", "to": "?"}, "among": ["box", "lamp"]}"#,
    )
    .expect("as built here");
    let answer =
        evaluate(scene, &question, profile("isovist").expect("as built here")).answer().expect("as built here").clone();
    (question, answer)
}

#[test]
fn the_least_slide_makes_the_other_thing_the_nearest() {
    // From the sofa the box is 1.0 m away, the lamp √(1.5² + 0.7²) = 1.655 m: one must come 0.655 m nearer than the other.
    let scene = room(&[("sofa", 0.5, 2.0), ("box", 2.0, 2.0), ("lamp", 2.5, 3.2)]);
    let (question, answer) = nearest(&scene);
    let objects = [ObjectId(0), ObjectId(1), ObjectId(2)];
    let flip = least_flip(&scene, &question, profile("isovist").expect("as built here"), &answer, &objects)
        .expect("as built here");
    assert!(
        matches!((&answer, &flip.answer), (Answer::Object { name, .. }, Answer::Object { name: other, .. }) if name != other)
    );
    assert_eq!(
        evaluate(&flip.scene, &question, profile("isovist").expect("as built here")).answer(),
        Some(&flip.answer)
    );
    assert!((0.655..0.68).contains(&flip.length_m()), "{:?}", flip.edit);
    let back = Move { by_m: flip.edit.by_m.map(|along| -along), ..flip.edit };
    let again = flip.scene.moved(&back).expect("as built here");
    let apart = |a: &Object, b: &Object| a.bounds.centre().distance(b.bounds.centre());
    assert!(again.objects().iter().zip(scene.objects()).all(|(one, other)| apart(one, other) < 1e-9));
}

#[test]
fn nothing_slides_through_things_or_off_the_floor() {
    let scene = room(&[("sofa", 0.5, 2.0), ("box", 1.5, 2.0), ("lamp", 4.0, 2.0)]);
    let reach =
        |object: u32, heading: f64| Sliding::new(&scene, ObjectId(object)).expect("as built here").reach_m(heading);
    let about = |one: f64, other: f64| (one - other).abs() < 1e-9;
    // The sofa stops at the box 0.5 m away, the lamp at the wall 0.75 m away; straight ahead there are 1.75 m.
    assert!(about(reach(0, 0.0), 0.5) && about(reach(2, 0.0), 0.7) && about(reach(2, PI / 2.0), 1.7));

    // Only from behind the box would the sofa be nearer to the lamp than to the box.
    let (question, _) = nearest(&scene);
    let wanted = |answer: &Answer| matches!(answer, Answer::Object { name, .. } if name == "lamp");
    let flip = Sliding::new(&scene, ObjectId(0)).expect("as built here").flip(
        &question,
        profile("isovist").expect("as built here"),
        0.0,
        3.0,
        &wanted,
    );
    assert!(flip.is_none(), "{flip:?}");
}

#[test]
fn what_carries_something_or_hangs_does_not_slide() {
    let mut parts = room(&[("table", 1.0, 1.0), ("vase", 1.0, 1.0), ("clock", 3.0, 3.0)]).into_parts();
    for (object, lift) in parts.objects.iter_mut().zip([0.0, 0.5, 1.2]) {
        let at = object.bounds.centre() + Vec3::new(0.0, 0.0, lift);
        object.bounds = OrientedBox::upright(at, object.bounds.half(), 0.0).expect("as built here");
    }
    let scene = Scene::new(parts).expect("as built here");
    let slides = [0, 1, 2].map(|object| Sliding::new(&scene, ObjectId(object)).is_some());
    assert_eq!(slides, [false, true, false]);
}

#[test]
fn what_is_thin_is_not_passed_through_and_what_lies_inside_stays() {
    let mut parts = room(&[("sofa", 0.5, 2.0), ("panel", 2.0, 2.0), ("book", 0.5, 2.0)]).into_parts();
    let bounds = |x: f64, z: f64, half: [f64; 3]| {
        OrientedBox::upright(Vec3::new(x, 2.0, z), Vec3::from_array(half), 0.0).expect("as built here")
    };
    parts.objects[1].bounds = bounds(2.0, 0.5, [0.005, 1.5, 0.5]);
    parts.objects[2].bounds = bounds(0.5, 1.0, [0.05, 0.05, 0.05]);
    // The sofa would stand beyond the panel after 2 m; 1.245 m away it stops.
    let scene = Scene::new(parts.clone()).expect("as built here");
    let reach = Sliding::new(&scene, ObjectId(0)).expect("nothing stands on it").reach_m(0.0);
    assert!((reach - 1.2).abs() < 1e-9, "{reach}");
    // A book inside of it, off the floor, would be left behind.
    parts.objects[2].bounds = bounds(0.5, 0.3, [0.05, 0.05, 0.05]);
    assert!(Sliding::new(&Scene::new(parts).expect("as built here"), ObjectId(0)).is_none());
}

#[test]
fn no_wall_that_is_cut_into_the_floor_is_crossed() {
    let mut parts = room(&[("sofa", 0.5, 2.0)]).into_parts();
    // A wall of 6 cm from one side of the room nearly to the other.
    let outline = [(0.0, 0.0), (2.0, 0.0), (2.0, 3.9), (2.06, 3.9), (2.06, 0.0), (5.0, 0.0), (5.0, 4.0), (0.0, 4.0)];
    let corners = outline.map(|(x, y)| Vec2::new(x, y));
    parts.room.floor = Some(Polygon::new(&corners, &[]).expect("as built here"));
    let scene = Scene::new(parts).expect("as built here");
    let reach = Sliding::new(&scene, ObjectId(0)).expect("as built here").reach_m(0.0);
    assert!((reach - 1.2).abs() < 1e-9, "{reach}");
}
