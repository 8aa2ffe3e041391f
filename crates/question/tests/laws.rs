//! Laws of the algebra on small random scenes.

use std::collections::BTreeMap;

use geometry::{Mat3, OrientedBox, Vec3};
use proptest::{prelude::*, sample::subsequence};
use question::{Answer, Question, Verdict, evaluate, profile, profiles, prove};
use scene::{NoiseModel, Object, ObjectId, Provenance, Room, Scene, SceneParts, scene_sha256};
use serde_json::{Value, json};

const NAMES: [&str; 5] = ["sofa", "table", "lamp", "vase", "door"];

fn scene(boxes: &[OrientedBox]) -> Scene {
    let objects = NAMES.iter().zip(boxes).zip(1..).map(|((name, bounds), id)| Object {
        id: ObjectId(id),
        label: (*name).to_owned(),
        names: Vec::new(),
        bounds: *bounds,
        front: None,
    });
    Scene::new(SceneParts {
        id: "room".into(),
        source: Provenance::default(),
        noise: NoiseModel { position_m: 0.01, size_m: 0.01, yaw_rad: 0.01, area_relative: 0.0, ..NoiseModel::NONE },
        room: Room { floor_height_m: Some(0.0), ..Room::default() },
        objects: objects.collect(),
        declared_counts: BTreeMap::new(),
        frames: Vec::new(),
        points: Vec::new(),
    })
    .expect("a scene")
}

prop_compose! {
    fn upright()(
        (x, y, z) in (-4.0..4.0_f64, -4.0..4.0_f64, 0.5..2.0_f64),
        (w, d, h) in (0.1..1.0_f64, 0.1..1.0_f64, 0.1..0.5_f64),
        yaw in -3.0..3.0_f64,
    ) -> OrientedBox {
        OrientedBox::upright(Vec3::new(x, y, z), Vec3::new(w, d, h), yaw).expect("a box")
    }
}

fn boxes() -> impl Strategy<Value = Vec<OrientedBox>> {
    prop::collection::vec(upright(), NAMES.len())
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(NAMES.to_vec())
}

/// A quantity of a candidate that no motion along the floor changes.
fn term() -> impl Strategy<Value = Value> {
    prop_oneof![
        name().prop_map(|to| json!({"measure": "distance", "from": "?", "to": to})),
        prop::sample::select(vec!["longest", "height", "footprint", "volume"])
            .prop_map(|axis| json!({"measure": "extent", "axis": axis, "of": "?"})),
        Just(json!({"measure": "elevation", "part": "top", "of": "?"})),
    ]
}

fn predicate() -> impl Strategy<Value = Value> {
    prop_oneof![
        (name(), name(), 0.1..6.0_f64).prop_map(|(a, b, metres)| json!({
            "test": "compare", "is": "less",
            "left": {"measure": "distance", "from": a, "to": b},
            "right": {"measure": "constant", "value": metres, "unit": "m"}
        })),
        (prop::sample::select(vec!["on", "above", "below"]), name(), name())
            .prop_map(|(relation, a, b)| json!({"test": "relation", "name": relation, "a": a, "b": b})),
    ]
}

fn question() -> impl Strategy<Value = Value> {
    let among = || subsequence(NAMES.to_vec(), 2..=4);
    prop_oneof![
        (term(), among()).prop_map(|(of, among)| json!({"form": "pick", "want": "least", "of": of, "among": among})),
        (term(), among()).prop_map(|(of, among)| json!({"form": "order", "first": "most", "of": of, "among": among})),
        predicate().prop_map(|that| json!({"form": "test", "that": that})),
        (name(), name(), name()).prop_map(|(at, facing, of)| json!({
            "form": "value", "in": "axes", "of": {"measure": "bearing", "at": at, "facing": facing, "of": of}
        })),
        (name(), name()).prop_map(|(a, b)| json!({"form": "value", "of": {"measure": "distance", "from": a, "to": b}})),
    ]
}

fn read(question: &Value) -> Question {
    serde_json::from_value(question.clone()).expect("a question")
}

fn ask(scene: &Scene, question: &Value) -> Verdict {
    evaluate(scene, &read(question), profile("isovist").expect("a profile"))
}

fn test(scene: &Scene, that: &Value) -> Verdict {
    ask(scene, &json!({"form": "test", "that": that}))
}

fn not(of: &Value) -> Value {
    json!({"test": "not", "of": of})
}

/// What a person would call the same verdict: kind, reason and answer, numbers within rounding.
fn agree(a: &Verdict, b: &Verdict) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    match (a.answer(), b.answer()) {
        (Some(Answer::Quantity { value: v, lo: l, hi: h, .. }), Some(Answer::Quantity { value, lo, hi, .. })) => {
            near(*v, *value) && near(*l, *lo) && near(*h, *hi)
        }
        (Some(a), Some(b)) => a == b,
        (None, None) => a.kind() == b.kind() && a.reason().map(|r| r.code) == b.reason().map(|r| r.code),
        _ => false,
    }
}

/// Whether a verdict rests on a gap so small that rounding may close it.
fn close(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Certain { margin, .. } | Verdict::Ambiguous { margin, .. } => {
            margin.is_some_and(|margin| margin.value.abs() < 1e-6)
        }
        Verdict::Invalid { .. } => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn a_motion_along_the_floor_changes_nothing(
        boxes in boxes(), question in question(), turn in -3.0..3.0_f64, x in -20.0..20.0_f64, y in -20.0..20.0_f64,
    ) {
        let rotation = Mat3::from_rotation_z(turn);
        let moved: Vec<_> =
            boxes.iter().map(|b| b.transformed(rotation, Vec3::new(x, y, 0.0)).expect("a box")).collect();
        let (here, there) = (ask(&scene(&boxes), &question), ask(&scene(&moved), &question));
        prop_assert!(agree(&here, &there) || close(&here), "{here:?}\n{there:?}");
    }

    #[test]
    fn a_mirror_swaps_left_and_right_and_nothing_else(boxes in boxes(), question in question()) {
        let mirrored: Vec<_> = boxes.iter().map(OrientedBox::mirrored_x).collect();
        let (here, mut there) = (ask(&scene(&boxes), &question), ask(&scene(&mirrored), &question));
        if let Verdict::Certain { answer: Answer::Sector { word, .. }, .. } = &mut there {
            *word = match word.as_str() { "left" => "right", "right" => "left", other => other }.to_owned();
        }
        prop_assert!(agree(&here, &there) || close(&here), "{here:?}\n{there:?}");
    }

    #[test]
    fn the_order_of_candidates_does_not_matter(
        boxes in boxes(), of in term(), want in prop::sample::select(vec!["least", "most"]),
        among in subsequence(NAMES.to_vec(), 2..=4).prop_shuffle(),
    ) {
        let scene = scene(&boxes);
        let mut sorted = among.clone();
        sorted.sort_unstable();
        for (form, key) in [("pick", "want"), ("order", "first")] {
            let asked = |among: &[&str]| ask(&scene, &json!({"form": form, key: want, "of": of, "among": among}));
            prop_assert!(agree(&asked(&among), &asked(&sorted)), "{form}");
        }
    }

    #[test]
    fn an_order_is_a_permutation_that_reverses_and_begins_with_the_pick(
        boxes in boxes(), of in term(), among in subsequence(NAMES.to_vec(), 2..=4),
    ) {
        let scene = scene(&boxes);
        let asked = |first| ask(&scene, &json!({"form": "order", "first": first, "of": of, "among": among}));
        let (rising, falling) = (asked("least"), asked("most"));
        prop_assert_eq!(rising.kind(), falling.kind());
        if let (Some(Answer::Order { names: up, .. }), Some(Answer::Order { names: down, .. })) =
            (rising.answer(), falling.answer())
        {
            let mut sorted = up.clone();
            sorted.sort_unstable();
            let mut all = among.clone();
            all.sort_unstable();
            prop_assert_eq!(sorted, all);
            prop_assert!(up.iter().eq(down.iter().rev()));
            let picked = ask(&scene, &json!({"form": "pick", "want": "least", "of": of, "among": among}));
            let Some(Answer::Object { name, .. }) = picked.answer() else { panic!("{picked:?}") };
            prop_assert_eq!(name, &up[0]);
        }
    }

    #[test]
    fn a_distance_is_the_same_from_either_end(
        boxes in boxes(), a in name(), b in name(),
        definition in prop::sample::select(vec!["surface", "centre", "horizontal", "vertical"]),
    ) {
        let scene = scene(&boxes);
        let between = |from, to| ask(&scene, &json!({
            "form": "value", "of": {"measure": "distance", "definition": definition, "from": from, "to": to}
        }));
        prop_assert!(agree(&between(a, b), &between(b, a)));
    }

    #[test]
    fn logic_is_that_of_truth(boxes in boxes(), p in predicate(), q in predicate()) {
        let scene = scene(&boxes);
        prop_assert!(agree(&test(&scene, &not(&not(&p))), &test(&scene, &p)), "not not");
        for (one, other) in [("all", "any"), ("any", "all")] {
            let outside = not(&json!({"test": one, "of": [p, q]}));
            let inside = json!({"test": other, "of": [not(&p), not(&q)]});
            let (outside, inside) = (test(&scene, &outside), test(&scene, &inside));
            prop_assert!(agree(&outside, &inside), "{one}: {outside:?}\n{inside:?}");
        }
        if let (Some(Answer::YesNo { value: p_holds }), Some(Answer::YesNo { value: denied })) =
            (test(&scene, &p).answer(), test(&scene, &not(&p)).answer())
        {
            prop_assert_ne!(p_holds, denied);
        }
    }

    #[test]
    fn a_question_is_its_json_and_a_proof_changes_no_verdict(boxes in boxes(), question in question()) {
        let typed = read(&question);
        let text = serde_json::to_string(&typed).expect("JSON");
        prop_assert_eq!(&Question::from_json(&text).expect("reads back"), &typed);
        let scene = scene(&boxes);
        for profile in profiles() {
            let (verdict, proof) = prove(&scene, &typed, profile, &scene_sha256(&scene));
            prop_assert_eq!(&verdict, &evaluate(&scene, &typed, profile));
            prop_assert_eq!(proof.as_ref().map(|proof| &proof.answer), verdict.answer());
        }
    }
}
