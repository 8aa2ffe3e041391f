//! Any JSON is accepted or refused without a panic; a proof with one change is refused.

mod common;

use checker::check;
use common::*;
use proptest::prelude::*;
use scene::NoiseModel;
use serde_json::{Value, json};

fn valid() -> Value {
    let bearing = json!({"measure": "bearing", "at": "#1", "facing": "#3", "of": "chair"});
    let that = json!({"test": "all", "of": [
        {"test": "compare", "left": surface("#1", "chair"), "is": "less", "right": metres(2.0)},
        {"test": "sector", "of": bearing, "in": "quadrants", "is": "front-right"},
    ]});
    let mut grounded = bearing.clone();
    grounded["definition"] = json!("horizontal");
    grounded["of"] = json!("#2");
    proof(
        "vsi-bench",
        &json!({"form": "test", "that": that}),
        vec![
            resolve("chair", &[2]),
            apart("#1", "#2", 1.5, [[1.0, 0.2, 0.5], [2.5, 0.2, 0.5]]),
            measure(&metres(2.0), 2.0, "m"),
            compare(1, "less", 2, true, 0.5),
            measure(&grounded, -90.0, "deg"),
            json!({"rule": "sector", "of": 4, "in": "quadrants", "word": "front-right", "margin": 0.0}),
            json!({"rule": "sector_is", "of": 5, "is": "front-right", "holds": true}),
            json!({"rule": "all", "of": [3, 6], "holds": true}),
            conclude(&[7], &yes_no(true)),
        ],
    )
}

fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(i, item)| pointers(item, &format!("{at}/{i}"), out)),
        Value::Object(map) => map.iter().for_each(|(key, item)| pointers(item, &format!("{at}/{key}"), out)),
        _ => {}
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "rule",
        "measure",
        "term",
        "distance",
        "#1",
        "#99",
        "#1|#2",
        "?",
        "chair",
        "of",
        "all",
        "value",
        "resolve",
        "surface",
        "",
        "isovist",
        "quantity",
        "pick",
        "kind",
        "form",
        "test",
        "conclude",
        "sampled_surface",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0_u8..12).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-3.0..3.0_f64).prop_map(Value::from),
        words.clone().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((words.clone(), inner), 0..6).prop_map(|fields| Value::Object(
                fields.into_iter().map(|(key, item)| (key.to_owned(), item)).collect()
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn arbitrary_json_is_refused(value in any_json()) {
        prop_assert!(check(&room(NoiseModel::NONE), SHA, &value).is_err());
    }

    #[test]
    fn a_changed_proof_is_refused(at in any::<prop::sample::Index>(), value in any_json()) {
        let mut places = Vec::new();
        pointers(&valid(), "", &mut places);
        let pointer: &String = at.get(&places);
        let mut changed = valid();
        let place = changed.pointer_mut(pointer).expect("place");
        let same = match (place.as_f64(), value.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-5,
            _ => *place == value,
        };
        *place = value;
        let outcome = check(&room(NoiseModel::NONE), SHA, &changed);
        // A witness may stand elsewhere on the two faces.
        prop_assert!(same || pointer.contains("witness") || outcome.is_err(), "{}", pointer);
    }
}

#[test]
fn the_unchanged_proof_is_accepted() {
    accept(&room(NoiseModel::NONE), &valid());
}

#[test]
fn every_small_change_is_refused() {
    let mut places = Vec::new();
    pointers(&valid(), "", &mut places);
    let scene = room(NoiseModel::NONE);
    let mut tried = 0;
    for place in &places {
        let here = valid().pointer(place).cloned().expect("place");
        let mut others = vec![Value::Null, json!([]), json!({})];
        match &here {
            Value::Number(number) => {
                let number = number.as_f64().expect("number");
                others.extend([json!(number + 1.0), json!(number - 1.0), json!(number + 1e-4), json!(-number - 0.5)]);
            }
            Value::Bool(truth) => others.push(json!(!truth)),
            Value::String(text) => others.extend(
                ["", "x", "#1", "#2", "#3", "?", "less", "greater", "1"]
                    .map(Value::from)
                    .into_iter()
                    .chain([json!(format!("{text} "))]),
            ),
            Value::Array(items) if items.len() > 1 => {
                others.push(Value::from(items[1..].to_vec()));
                others.push(Value::from(items.iter().rev().cloned().collect::<Vec<_>>()));
                others.push(Value::from([&items[..], &items[..1]].concat()));
            }
            Value::Object(map) => {
                for key in map.keys() {
                    let mut fewer = map.clone();
                    fewer.remove(key);
                    others.push(Value::Object(fewer));
                }
                let mut more = map.clone();
                more.insert("more".to_owned(), json!(1));
                others.push(Value::Object(more));
            }
            _ => {}
        }
        for other in others.into_iter().filter(|other| *other != here) {
            let mut changed = valid();
            *changed.pointer_mut(place).expect("place") = other.clone();
            tried += 1;
            let outcome = check(&scene, SHA, &changed);
            // "chair" also stands elsewhere, so "#2" in one place asks the same and is proved the same.
            // A witness point may move along its face by a little.
            let same = (here == "chair" && other == "#2") || (place.contains("witness") && other.is_number());
            assert!(same || outcome.is_err(), "{place}: {here} → {other}");
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn deep_nesting_is_refused() {
    // Built by moving: cloning or printing such a value is itself a recursion.
    let mut that = Value::Null;
    for _ in 0..20_000 {
        let mut outer = serde_json::Map::new();
        outer.insert("test".to_owned(), json!("not"));
        outer.insert("of".to_owned(), that);
        that = Value::Object(outer);
    }
    let mut deep = proof("isovist", &json!({"form": "test", "that": 0}), vec![conclude(&[], &yes_no(true))]);
    deep["question"]["that"] = that;
    assert_eq!(code(&check(&room(NoiseModel::NONE), SHA, &deep)), "form");
    // Dropping it is a recursion too.
    std::mem::forget(deep);
}

#[test]
fn work_is_bounded() {
    // Counts in claims in counts: each level looks at every member again.
    let mut filter = json!({"test": "relation", "name": "on", "a": "?", "b": "table"});
    let mut steps = vec![resolve("book", &[6, 7]), resolve("table", &[4])];
    let mut last = 1;
    for _ in 0..40 {
        let question = json!({"form": "count", "class": "book", "where": filter});
        filter = json!({"test": "claim", "question": question, "answer": {"kind": "count", "value": 2}});
        steps.push(json!({"rule": "count", "of": 0, "tests": [last, last], "value": 2}));
        steps.push(conclude(&[last + 1], &json!({"kind": "count", "value": 2})));
        steps.push(json!({"rule": "claim", "of": last + 2, "answer": {"kind": "count", "value": 2}, "holds": true}));
        last += 3;
    }
    steps.push(conclude(&[last], &yes_no(true)));
    let proof = proof("isovist", &json!({"form": "test", "that": filter}), steps);
    assert!(check(&room(NoiseModel::NONE), SHA, &proof).is_err());
}
