//! One accepted proof per rule, and what is wrong with its variants.

mod common;

use common::*;
use scene::NoiseModel;
use serde_json::{Value, json};

/// Sofa to chair: 1.5 m.
const SOFA_CHAIR: [[f64; 3]; 2] = [[1.0, 0.2, 0.5], [2.5, 0.2, 0.5]];
/// Sofa to lamp: 3.25 m.
const SOFA_LAMP: [[f64; 3]; 2] = [[0.0, 0.5, 0.5], [0.0, 3.75, 0.5]];
/// Sofa to table: 4.2 m.
const SOFA_TABLE: [[f64; 3]; 2] = [[1.0, 0.0, 0.3], [5.2, 0.0, 0.3]];

fn value_proof() -> Value {
    proof(
        "isovist",
        &json!({"form": "value", "of": {"measure": "distance", "from": "the sofa", "to": "chair"}}),
        vec![
            resolve("the sofa", &[1]),
            resolve("chair", &[2]),
            apart("#1", "#2", 1.5, SOFA_CHAIR),
            conclude(&[2], &quantity(1.5, "m")),
        ],
    )
}

fn pick_proof(form: &str) -> Value {
    let of = json!({"measure": "distance", "from": "?", "to": "sofa"});
    let among = ["table", "#2", "lamp"];
    let mut steps = vec![
        resolve("sofa", &[1]),
        resolve("table", &[4]),
        resolve("lamp", &[3]),
        apart("#4", "#1", 4.2, [SOFA_TABLE[1], SOFA_TABLE[0]]),
        apart("#2", "#1", 1.5, [SOFA_CHAIR[1], SOFA_CHAIR[0]]),
        apart("#3", "#1", 3.25, [SOFA_LAMP[1], SOFA_LAMP[0]]),
    ];
    if form == "pick" {
        steps.push(compare(4, "less", 3, true, 2.7));
        steps.push(compare(4, "less", 5, true, 1.75));
        steps.push(conclude(&[3, 4, 5, 6, 7], &json!({"kind": "object", "id": 2, "name": "#2"})));
        return proof("isovist", &json!({"form": "pick", "want": "least", "of": of, "among": among}), steps);
    }
    steps.push(compare(3, "greater", 5, true, 0.95));
    steps.push(compare(5, "greater", 4, true, 1.75));
    let answer = json!({"kind": "order", "ids": [4, 3, 2], "names": ["table", "lamp", "#2"]});
    steps.push(conclude(&[3, 4, 5, 6, 7], &answer));
    proof("isovist", &json!({"form": "order", "first": "most", "of": of, "among": among}), steps)
}

/// The nearest to the sofa of those farther than 2 m: the chair is not asked.
fn filtered_pick_proof() -> Value {
    let of = json!({"measure": "distance", "from": "?", "to": "sofa"});
    let farther = json!({"test": "compare", "left": of, "is": "greater", "right": {"measure": "constant", "value": 2.0, "unit": "m"}});
    let question =
        json!({"form": "pick", "want": "least", "of": of, "where": farther, "among": ["table", "#2", "lamp"]});
    let mut steps = pick_proof("pick")["steps"].as_array().expect("steps")[..6].to_vec();
    steps.extend([
        constant(2.0, "m"),
        compare(3, "greater", 6, true, 2.2),
        compare(4, "greater", 6, false, 0.5),
        compare(5, "greater", 6, true, 1.25),
        compare(5, "less", 3, true, 0.95),
        conclude(&[7, 8, 9, 3, 5, 10], &json!({"kind": "object", "id": 3, "name": "lamp"})),
    ]);
    proof("isovist", &question, steps)
}

fn constant(value: f64, unit: &str) -> Value {
    measure(&json!({"measure": "constant", "value": value, "unit": unit}), value, unit)
}

/// The vase is on the table; with the steps starting at `at`.
fn on_steps(at: usize) -> Vec<Value> {
    vec![
        measure(&json!({"measure": "overlap", "of": "#5", "over": "#4"}), 1.0, "1"),
        constant(0.5, "1"),
        compare(at, "greater", at + 1, true, 0.5),
        measure(&json!({"measure": "vertical_gap", "bottom_of": "#5", "top_of": "#4"}), 0.0, "m"),
        constant(0.05, "m"),
        compare(at + 3, "less", at + 4, true, 0.05),
        constant(-0.05, "m"),
        compare(at + 3, "greater", at + 6, true, 0.05),
        json!({"rule": "all", "of": [at + 2, at + 5, at + 7], "holds": true}),
        json!({"rule": "relation", "name": "on", "a": 5, "b": 4, "of": at + 8, "holds": true}),
    ]
}

fn on(a: &str, b: &str) -> Value {
    json!({"test": "relation", "name": "on", "a": a, "b": b})
}

/// Book #7 is not on the table: no overlap.
fn not_on_steps(at: usize, half: usize) -> Vec<Value> {
    vec![
        measure(&json!({"measure": "overlap", "of": "#7", "over": "#4"}), 0.0, "1"),
        compare(at, "greater", half, false, 0.5),
        json!({"rule": "all", "of": [at + 1], "holds": false}),
        json!({"rule": "relation", "name": "on", "a": 7, "b": 4, "of": at + 2, "holds": false}),
    ]
}

/// Book #6 is on the table, with the constants at their places.
fn book_on_steps(at: usize) -> Vec<Value> {
    let mut steps = on_steps(at);
    steps[0]["term"]["of"] = json!("#6");
    steps[3]["term"]["bottom_of"] = json!("#6");
    steps[9]["a"] = json!(6);
    steps
}

fn count_proof() -> Value {
    let mut steps = vec![resolve("books", &[6, 7]), resolve("table", &[4])];
    steps.extend(book_on_steps(2));
    steps.extend(not_on_steps(12, 3));
    steps.push(json!({"rule": "count", "of": 0, "tests": [11, 15], "value": 1}));
    steps.push(conclude(&[16], &json!({"kind": "count", "value": 1})));
    proof("isovist", &json!({"form": "count", "class": "books", "where": on("?", "table")}), steps)
}

fn which_proof() -> Value {
    let mut steps = vec![resolve("table", &[4])];
    steps.extend(not_on_steps(1, 6));
    steps.splice(1..1, [constant(0.5, "1")]);
    // 0 resolve, 1 half, 2 overlap, 3 compare, 4 all, 5 relation
    steps[3] = compare(2, "greater", 1, false, 0.5);
    steps[4]["of"] = json!([3]);
    steps[5]["of"] = json!(4);
    let mut rest = book_on_steps(6);
    rest.remove(1);
    rest[1] = compare(6, "greater", 1, true, 0.5);
    rest[4] = compare(8, "less", 9, true, 0.05);
    rest[6] = compare(8, "greater", 11, true, 0.05);
    rest[7]["of"] = json!([7, 10, 12]);
    rest[8]["of"] = json!(13);
    steps.extend(rest);
    steps.push(conclude(&[5, 14], &json!({"kind": "object", "id": 6, "name": "#6"})));
    proof("isovist", &json!({"form": "which", "where": on("?", "table"), "among": ["#7", "#6"]}), steps)
}

fn bearing(value: f64) -> Value {
    let term = json!({"measure": "bearing", "definition": "horizontal", "at": "#1", "facing": "#3", "of": "#2"});
    measure(&term, value, "deg")
}

fn sector_proof() -> Value {
    let of = json!({"measure": "bearing", "at": "sofa", "facing": "lamp", "of": "chair"});
    proof(
        "isovist",
        &json!({"form": "value", "of": of, "in": "eight"}),
        vec![
            resolve("sofa", &[1]),
            resolve("lamp", &[3]),
            resolve("chair", &[2]),
            bearing(-90.0),
            json!({"rule": "sector", "of": 3, "in": "eight", "word": "right", "margin": 22.5}),
            conclude(&[4], &json!({"kind": "sector", "in": "eight", "word": "right"})),
        ],
    )
}

/// not (sofa nearer than 1 m to the chair or in the right third) — and a claim, all joined.
fn test_proof() -> Value {
    let bearing_term = json!({"measure": "bearing", "at": "#1", "facing": "#3", "of": "#2"});
    let that = json!({"test": "all", "of": [
        {"test": "not", "of": {"test": "any", "of": [
            {"test": "compare", "left": {"measure": "distance", "from": "#1", "to": "#2"}, "is": "less", "right": metres(1.0)},
            {"test": "sector", "of": bearing_term, "in": "thirds", "is": "left"},
        ]}},
        {"test": "claim", "question": {"form": "value", "of": {"measure": "sum", "of": [
            {"measure": "distance", "from": "#1", "to": "#2"}, metres(1.0)]}},
            "answer": {"kind": "quantity", "value": 2.0, "lo": 2.0, "hi": 3.0, "unit": "m"}},
    ]});
    proof(
        "isovist",
        &json!({"form": "test", "that": that}),
        vec![
            apart("#1", "#2", 1.5, SOFA_CHAIR),
            constant(1.0, "m"),
            compare(0, "less", 1, false, 0.5),
            bearing(-90.0),
            json!({"rule": "sector", "of": 3, "in": "thirds", "word": "right", "margin": 45.0}),
            json!({"rule": "sector_is", "of": 4, "is": "left", "holds": false}),
            json!({"rule": "any", "of": [2, 5], "holds": false}),
            json!({"rule": "not", "of": 6, "holds": true}),
            json!({"rule": "combine", "op": "sum", "of": [0, 1], "value": 2.5, "lo": 2.5, "hi": 2.5, "unit": "m"}),
            conclude(&[8], &quantity(2.5, "m")),
            json!({"rule": "claim", "of": 9, "holds": true,
                "answer": {"kind": "quantity", "value": 2.0, "lo": 2.0, "hi": 3.0, "unit": "m"}}),
            json!({"rule": "all", "of": [7, 10], "holds": true}),
            conclude(&[11], &yes_no(true)),
        ],
    )
}

/// Every proof here.
fn proofs() -> Vec<Value> {
    vec![
        value_proof(),
        pick_proof("pick"),
        pick_proof("order"),
        filtered_pick_proof(),
        count_proof(),
        which_proof(),
        sector_proof(),
        turn_proof(),
        test_proof(),
    ]
}

/// Puts a value at a JSON pointer; `null` removes the key or element.
fn with(mut proof: Value, changes: &[(&str, Value)]) -> Value {
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').expect("pointer");
        let parent = proof.pointer_mut(parent).expect("place");
        match (parent, value) {
            (Value::Object(map), Value::Null) => assert!(map.remove(key).is_some(), "{pointer}"),
            (Value::Object(map), value) => drop(map.insert(key.to_owned(), value.clone())),
            (Value::Array(items), Value::Null) => drop(items.remove(key.parse().expect("index"))),
            (Value::Array(items), value) if key == "-" => items.push(value.clone()),
            (Value::Array(items), value) => items[key.parse::<usize>().expect("index")] = value.clone(),
            _ => panic!("{pointer}"),
        }
    }
    proof
}

#[track_caller]
fn wrong(proof: Value, expected: &str, changes: &[(&str, Value)]) -> String {
    reject(&room(NoiseModel::NONE), &with(proof, changes), expected)
}

/// The bearing of `sector_proof` as a turn.
fn turn_proof() -> Value {
    let of = json!({"measure": "bearing", "at": "#1", "facing": "#3", "of": "#2"});
    let steps = vec![bearing(-90.0), conclude(&[0], &json!({"kind": "turn", "value": -90, "lo": -90, "hi": -90}))];
    proof("isovist", &json!({"form": "value", "of": of}), steps)
}

#[test]
fn a_bearing_is_a_turn() {
    accept(&room(NoiseModel::NONE), &turn_proof());
    wrong(turn_proof(), "number", &[("/steps/1/answer/lo", json!(-91))]);
    let degrees = quantity(-90.0, "deg");
    wrong(turn_proof(), "statement", &[("/steps/1/answer", degrees.clone()), ("/answer", degrees)]);
    // Claims about turns hold a circle apart.
    for (lo, hi, holds) in [(-100.0, -80.0, true), (260.0, 280.0, true), (-80.0, 0.0, false), (-90.0, 0.0, true)] {
        let claimed = json!({"kind": "turn", "value": lo, "lo": lo, "hi": hi});
        let that = json!({"test": "claim", "question": turn_proof()["question"], "answer": claimed});
        let steps = |holds: bool| {
            let claim = json!({"rule": "claim", "of": 1, "answer": claimed, "holds": holds});
            vec![
                turn_proof()["steps"][0].clone(),
                turn_proof()["steps"][1].clone(),
                claim,
                conclude(&[2], &yes_no(holds)),
            ]
        };
        let question = json!({"form": "test", "that": that});
        accept(&room(NoiseModel::NONE), &proof("isovist", &question, steps(holds)));
        reject(&room(NoiseModel::NONE), &proof("isovist", &question, steps(!holds)), "statement");
    }
}

#[test]
fn every_rule_is_accepted() {
    for proof in proofs() {
        accept(&room(NoiseModel::NONE), &proof);
    }
    let checked = checker::check(&room(NoiseModel::NONE), SHA, &value_proof()).expect("accepted");
    assert_eq!((checked.steps, checked.facts), (4, 3));
}

#[test]
fn the_head_must_fit() {
    for (key, value) in [
        ("/format", json!("proof")),
        ("/version", json!(2)),
        ("/version", json!(1.0)),
        ("/scene", json!("hall")),
        ("/scene_sha256", json!("0f0e")),
        ("/profile", json!("other")),
        ("/answer/value", json!(1.6)),
        ("/answer/unit", json!("m2")),
        ("/extra", json!(1)),
        ("/question/extra", json!(1)),
        ("/question/of/definition", json!("nearest")),
        ("/question/form", json!("values")),
        ("/question/of/from", json!("#01")),
        ("/question/of/from", json!("...")),
        ("/question/of/from", json!(1)),
        ("/steps/2/term/axis", json!("longest")),
        ("/steps/2/rule", json!("guess")),
        ("/steps/2/value", json!("1.5")),
        ("/steps/2/witness/0/0", Value::Null),
        ("/steps/0/objects", json!([-1])),
        ("/steps/3/answer/kind", json!("number")),
    ] {
        wrong(value_proof(), "form", &[(key, value)]);
    }
    for key in [
        "/format",
        "/version",
        "/scene",
        "/question",
        "/steps",
        "/answer",
        "/profile",
        "/steps/2/unit",
        "/steps/2/rule",
    ] {
        wrong(value_proof(), "form", &[(key, Value::Null)]);
    }
    let message = wrong(value_proof(), "form", &[("/steps/2/value", json!("x"))]);
    assert!(message.starts_with("steps[2].value: expected number"), "{message}");
    wrong(value_proof(), "reference", &[("/steps", json!([]))]);
}

#[test]
fn every_number_is_verified() {
    let message = wrong(value_proof(), "number", &[("/steps/2/value", json!(2.5))]);
    assert_eq!(message, "step 2 (measure distance surface #1 #2): value 2.5 m, re-derived 1.5 m");
    for key in ["/steps/2/lo", "/steps/2/hi"] {
        wrong(value_proof(), "number", &[(key, json!(1.500_01))]);
        accept(
            &room(NoiseModel::NONE),
            &with(value_proof(), &[(key, json!(1.500_000_000_1)), ("/steps/3/answer/value", json!(1.5))]),
        );
    }
    for key in ["/steps/3/answer/value", "/steps/3/answer/lo", "/steps/3/answer/hi"] {
        wrong(value_proof(), "number", &[(key, json!(1.500_01))]);
    }
    for (at, key) in [(0, 0), (1, 0), (0, 2), (1, 1)] {
        let pointer = format!("/steps/2/witness/{at}/{key}");
        wrong(value_proof(), "number", &[(&pointer, json!(0.7))]);
    }
    // Both points shifted: still 1.5 m apart, but outside.
    wrong(value_proof(), "number", &[("/steps/2/witness", json!([[1.1, 0.2, 0.5], [2.6, 0.2, 0.5]]))]);
    wrong(value_proof(), "statement", &[("/steps/2/witness", Value::Null)]);
    wrong(value_proof(), "statement", &[("/steps/2/unit", json!("m2"))]);
    wrong(pick_proof("pick"), "number", &[("/steps/6/margin", json!(2.71))]);
    wrong(sector_proof(), "number", &[("/steps/4/margin", json!(22.4))]);
    wrong(test_proof(), "number", &[("/steps/8/value", json!(2.500_000_1))]);
    wrong(test_proof(), "number", &[("/steps/1/value", json!(1.000_000_1))]);
}

#[test]
fn references_stand_for_what_the_scene_holds() {
    for (key, value) in [
        ("/steps/0/objects", json!([2])),
        ("/steps/0/objects", json!([1, 2])),
        ("/steps/0/objects", json!([])),
        ("/steps/0/reference", json!("sofa")),
        ("/question/of/from", json!("couches")),
        ("/question/of/from", json!("#99")),
        ("/question/of/from", json!("#1|#2")),
        ("/question/of/from", json!("book")),
        ("/question/of/from", json!("?")),
    ] {
        wrong(value_proof(), "reference", &[(key, value)]);
    }
    wrong(value_proof(), "reference", &[("/steps/-", resolve("lamp", &[3]))]);
    wrong(value_proof(), "reference", &[("/steps/-", resolve("chair", &[2]))]);
    wrong(value_proof(), "reference", &[("/question/of/to", json!("#2"))]);
    // An alias, a plural, an article and a name all find it.
    for word in ["couch", "the couches", "Sofas", "sofa"] {
        let fine = with(value_proof(), &[("/steps/0/reference", json!(word)), ("/question/of/from", json!(word))]);
        accept(&room(NoiseModel::NONE), &fine);
    }
}

#[test]
fn steps_are_cited_once_needed_and_earlier() {
    wrong(value_proof(), "statement", &[("/steps/3/from", json!([3]))]);
    wrong(value_proof(), "statement", &[("/steps/3/from", json!([4_000_000]))]);
    wrong(value_proof(), "statement", &[("/steps/3/from", json!([]))]);
    wrong(value_proof(), "statement", &[("/steps/3/from", json!([2, 2]))]);
    wrong(value_proof(), "statement", &[("/steps/3/from", json!([0]))]);
    // An idle step, a repeated step.
    let mut idle = value_proof();
    idle["steps"].as_array_mut().expect("steps").insert(0, constant(1.0, "m"));
    idle["steps"][4]["from"] = json!([3]);
    assert!(reject(&room(NoiseModel::NONE), &idle, "statement").contains("one that is not"));
    let mut twice = test_proof();
    twice["steps"].as_array_mut().expect("steps").insert(8, apart("#1", "#2", 1.5, SOFA_CHAIR));
    for (pointer, cites) in [
        ("/steps/9/of", json!([8, 1])),
        ("/steps/10/from", json!([9])),
        ("/steps/11/of", json!(10)),
        ("/steps/12/of", json!([7, 11])),
        ("/steps/13/from", json!([12])),
    ] {
        twice = with(twice, &[(pointer, cites)]);
    }
    assert!(reject(&room(NoiseModel::NONE), &twice, "statement").contains("repeated"));
    wrong(test_proof(), "statement", &[("/steps/12/from", json!([7]))]);
    wrong(count_proof(), "statement", &[("/steps/16/of", json!(1))]);
}

#[test]
fn a_proof_of_another_question_is_refused() {
    wrong(value_proof(), "statement", &[("/question/of/definition", json!("centre"))]);
    wrong(value_proof(), "statement", &[("/steps/2/term/definition", Value::Null)]);
    wrong(value_proof(), "statement", &[("/steps/2/term/from", json!("#2")), ("/steps/2/term/to", json!("#1"))]);
    wrong(value_proof(), "statement", &[("/steps/2/term/from", json!("sofa"))]);
    wrong(pick_proof("pick"), "statement", &[("/question/want", json!("most"))]);
    wrong(pick_proof("order"), "statement", &[("/question/first", json!("least"))]);
    wrong(filtered_pick_proof(), "statement", &[("/question/where/right/value", json!(1.0))]);
    wrong(filtered_pick_proof(), "statement", &[("/question/where/is", json!("less"))]);
    wrong(filtered_pick_proof(), "statement", &[("/question/where", Value::Null)]);
    wrong(sector_proof(), "statement", &[("/question/in", json!("axes"))]);
    wrong(test_proof(), "statement", &[("/question/that/of/0/of/test", json!("all"))]);
    wrong(test_proof(), "statement", &[("/question/that/of/0/of/of/0/is", json!("greater"))]);
    wrong(test_proof(), "statement", &[("/question/that/of/0/of/of/0/right/value", json!(0.9))]);
    wrong(test_proof(), "statement", &[("/question/that/of/0/of/of/1/is", json!("back"))]);
    wrong(test_proof(), "statement", &[("/question/that/of/1/answer/lo", json!(2.1))]);
    wrong(count_proof(), "statement", &[("/question/where/name", json!("above"))]);
    wrong(count_proof(), "reference", &[("/question/where", Value::Null)]);
    wrong(which_proof(), "statement", &[("/question/among", json!(["#6", "#7"]))]);
}

#[test]
fn answers_must_follow() {
    for answer in [
        json!({"kind": "object", "id": 4, "name": "table"}),
        json!({"kind": "object", "id": 2, "name": "chair"}),
        json!({"kind": "object", "id": 3, "name": "#2"}),
        json!({"kind": "count", "value": 2}),
    ] {
        wrong(pick_proof("pick"), "statement", &[("/steps/8/answer", answer.clone()), ("/answer", answer)]);
    }
    for answer in [
        json!({"kind": "object", "id": 2, "name": "#2"}),
        json!({"kind": "object", "id": 4, "name": "table"}),
        json!({"kind": "object", "id": 3, "name": "table"}),
    ] {
        wrong(filtered_pick_proof(), "statement", &[("/steps/11/answer", answer.clone()), ("/answer", answer)]);
    }
    for from in [json!([3, 5, 10]), json!([7, 8, 9, 3, 5]), json!([7, 9, 8, 3, 5, 10]), json!([7, 7, 9, 3, 5, 10])] {
        wrong(filtered_pick_proof(), "statement", &[("/steps/11/from", from)]);
    }
    for answer in [
        json!({"kind": "order", "ids": [4, 2, 3], "names": ["table", "#2", "lamp"]}),
        json!({"kind": "order", "ids": [4, 3], "names": ["table", "lamp"]}),
        json!({"kind": "order", "ids": [4, 3, 2], "names": ["table", "lamp"]}),
        json!({"kind": "order", "ids": [4, 3, 3], "names": ["table", "lamp", "lamp"]}),
    ] {
        wrong(pick_proof("order"), "statement", &[("/steps/8/answer", answer.clone()), ("/answer", answer)]);
    }
    let left = json!({"kind": "sector", "in": "eight", "word": "left"});
    wrong(sector_proof(), "statement", &[("/steps/5/answer", left.clone()), ("/answer", left)]);
    wrong(sector_proof(), "statement", &[("/steps/4/word", json!("left"))]);
    wrong(sector_proof(), "form", &[("/steps/4/word", json!("3 o'clock"))]);
    wrong(test_proof(), "statement", &[("/steps/12/answer/value", json!(false)), ("/answer/value", json!(false))]);
    let two = json!({"kind": "count", "value": 2});
    wrong(count_proof(), "statement", &[("/steps/17/answer", two.clone()), ("/answer", two)]);
    wrong(count_proof(), "statement", &[("/steps/16/value", json!(2))]);
    wrong(count_proof(), "statement", &[("/steps/16/tests", json!([11]))]);
    wrong(count_proof(), "statement", &[("/steps/16/tests", json!([15, 11]))]);
    let other = json!({"kind": "object", "id": 7, "name": "#7"});
    wrong(which_proof(), "statement", &[("/steps/15/answer", other.clone()), ("/answer", other)]);
}

#[test]
fn truths_must_hold() {
    for (at, rule) in [(2, "compare"), (5, "sector_is"), (6, "any"), (7, "not"), (10, "claim"), (11, "all")] {
        assert_eq!(test_proof()["steps"][at]["rule"], rule);
        let pointer = format!("/steps/{at}/holds");
        let flipped = !test_proof()["steps"][at]["holds"].as_bool().expect("truth");
        wrong(test_proof(), "statement", &[(&pointer, json!(flipped))]);
    }
    wrong(count_proof(), "statement", &[("/steps/11/holds", json!(false))]);
    wrong(count_proof(), "statement", &[("/steps/11/a", json!(7))]);
    wrong(count_proof(), "statement", &[("/steps/11/name", json!("above"))]);
    // A failing `all` is decided by a failing part, not by one that holds, and by exactly one.
    wrong(count_proof(), "statement", &[("/steps/14/of", json!([13, 13]))]);
    wrong(count_proof(), "statement", &[("/steps/14/of", json!([]))]);
    wrong(count_proof(), "statement", &[("/steps/10/of", json!([4, 7]))]);
    wrong(count_proof(), "statement", &[("/steps/10/of", json!([7, 4, 9]))]);
}

#[test]
fn intervals_that_meet_decide_nothing() {
    let noise = NoiseModel { position_m: 0.3, ..NoiseModel::NONE };
    let t = 4.0 * 0.3 * std::f64::consts::SQRT_2 + 1e-9;
    let mut steps = vec![apart("#1", "#2", 1.5, SOFA_CHAIR), constant(1.0, "m"), compare(0, "less", 1, false, 0.5)];
    (steps[0]["lo"], steps[0]["hi"]) = (json!(0.0), json!(1.5 + t));
    steps.push(conclude(&[2], &yes_no(false)));
    let that = json!({"test": "compare", "left": {"measure": "distance", "from": "#1", "to": "#2"}, "is": "less", "right": metres(1.0)});
    let question = json!({"form": "test", "that": that});
    assert!(
        reject(&room(noise), &proof("isovist", &question, steps.clone()), "statement").contains("intervals that meet")
    );
    (steps[0]["lo"], steps[0]["hi"]) = (json!(1.5), json!(1.5));
    reject(&room(noise), &proof("isovist", &question, steps), "number");
}

#[test]
fn counts_without_a_predicate() {
    let question = json!({"form": "count", "class": "book"});
    let steps = |objects: &[u32], count: u32| {
        vec![
            resolve("book", objects),
            json!({"rule": "count", "of": 0, "tests": [], "value": count}),
            conclude(&[1], &json!({"kind": "count", "value": count})),
        ]
    };
    let scene = room(NoiseModel::NONE);
    for profile in ["isovist", "vsi-bench", "spatialevo"] {
        accept(&scene, &proof(profile, &question, steps(&[6, 7], 2)));
        reject(&scene, &proof(profile, &question, steps(&[6, 7], 3)), "statement");
        reject(&scene, &proof(profile, &question, steps(&[6], 1)), "reference");
    }
    let mut parts = scene.into_parts();
    parts.declared_counts.insert("book".to_owned(), 3);
    let scene = scene::Scene::new(parts).expect("scene");
    reject(&scene, &proof("isovist", &question, steps(&[6, 7], 2)), "reference");
    reject(&scene, &proof("vsi-bench", &question, steps(&[6, 7], 2)), "statement");
    accept(&scene, &proof("vsi-bench", &question, steps(&[6, 7], 3)));
    accept(&scene, &proof("spatialevo", &question, steps(&[6, 7], 2)));
    // The same number as a quantity.
    let term = json!({"measure": "number", "class": "book"});
    let number =
        |value: f64| vec![resolve("book", &[6, 7]), measure(&term, value, "1"), conclude(&[1], &quantity(value, "1"))];
    let question = json!({"form": "value", "of": term});
    accept(&scene, &proof("vsi-bench", &question, number(3.0)));
    reject(&scene, &proof("vsi-bench", &question, number(2.0)), "number");
    reject(&scene, &proof("isovist", &question, number(2.0)), "reference");
}

#[test]
fn narrower_kinds_depend_on_the_profile() {
    let scene = scene::Scene::new(parts(
        NoiseModel::NONE,
        vec![
            object(1, "sofa", &[], upright([0.0, 0.0, 0.5], [1.0, 0.5, 0.5], 0.0)),
            object(4, "office chair", &[], upright([3.0, 0.0, 0.5], [0.5, 0.5, 0.5], 0.0)),
        ],
    ))
    .expect("scene");
    let question =
        json!({"form": "value", "of": {"measure": "distance", "definition": "surface", "from": "#1", "to": "chair"}});
    let steps =
        || vec![resolve("chair", &[4]), apart("#1", "#4", 1.5, SOFA_CHAIR), conclude(&[1], &quantity(1.5, "m"))];
    accept(&scene, &proof("isovist", &question, steps()));
    reject(&scene, &proof("vsi-bench", &question, steps()), "reference");
    reject(&scene, &proof("spatialevo", &question, steps()), "reference");
    let count = json!({"rule": "count", "of": 0, "tests": [], "value": 1});
    let steps = vec![resolve("chair", &[4]), count, conclude(&[1], &json!({"kind": "count", "value": 1}))];
    // Where no object carries the label itself, the class is the sum of its narrower kinds.
    let counted = json!({"form": "count", "class": "chair"});
    accept(&scene, &proof("isovist", &counted, steps.clone()));
    reject(&scene, &proof("vsi-bench", &counted, steps), "reference");
}

#[test]
fn the_nearest_of_several_counts() {
    let term = |from: &str, definition: &str| json!({"measure": "distance", "definition": definition, "from": from, "to": "#1"});
    let question = json!({"form": "pick", "want": "least", "of": term("?", "centre"), "among": ["book", "table"]});
    let far = 36.01_f64.sqrt();
    let steps = |value: f64| {
        let mut book = measure(&term("#6|#7", "centre"), value, "m");
        book["witness"] = json!([[-4.0, 0.0, 0.05], [0.0, 0.0, 0.5]]);
        let mut table = measure(&term("#4", "centre"), far, "m");
        table["witness"] = json!([[6.0, 0.0, 0.4], [0.0, 0.0, 0.5]]);
        let answer = json!({"kind": "object", "id": 6, "name": "book"});
        vec![
            resolve("book", &[6, 7]),
            resolve("table", &[4]),
            book,
            table,
            compare(2, "less", 3, true, far - value),
            conclude(&[2, 3, 4], &answer),
        ]
    };
    let near = (16.0_f64 + 0.45 * 0.45).sqrt();
    let scene = room(NoiseModel::NONE);
    accept(&scene, &proof("vsi-bench", &question, steps(near)));
    reject(&scene, &proof("vsi-bench", &question, steps(near + 0.1)), "number");
    reject(&scene, &proof("isovist", &question, steps(near)), "reference");
}

#[test]
fn relations_may_stand_for_relations() {
    let that = json!({"test": "relation", "name": "below", "a": "table", "b": "white vase"});
    let steps = vec![
        resolve("table", &[4]),
        resolve("white vase", &[5]),
        measure(&json!({"measure": "overlap", "of": "#5", "over": "#4"}), 1.0, "1"),
        constant(0.0, "1"),
        compare(2, "greater", 3, true, 1.0),
        measure(&json!({"measure": "vertical_gap", "bottom_of": "#5", "top_of": "#4"}), 0.0, "m"),
        constant(-0.05, "m"),
        compare(5, "greater", 6, true, 0.05),
        json!({"rule": "all", "of": [4, 7], "holds": true}),
        json!({"rule": "relation", "name": "above", "a": 5, "b": 4, "of": 8, "holds": true}),
        json!({"rule": "relation", "name": "below", "a": 4, "b": 5, "of": 9, "holds": true}),
        conclude(&[10], &yes_no(true)),
    ];
    let scene = room(NoiseModel::NONE);
    let good = proof("isovist", &json!({"form": "test", "that": that}), steps);
    accept(&scene, &good);
    reject(&scene, &with(good.clone(), &[("/steps/10/of", json!(8))]), "statement");
    reject(&scene, &with(good, &[("/steps/9/a", json!(4)), ("/steps/9/b", json!(5))]), "statement");
}

#[test]
fn combinations_follow_interval_arithmetic() {
    let scene = room(NoiseModel { position_m: 0.01, ..NoiseModel::NONE });
    let t = 0.04 * std::f64::consts::SQRT_2 + 1e-9;
    let near = |value: f64, from: &str, witness| {
        let mut step = apart("#1", from, value, witness);
        (step["lo"], step["hi"]) = (json!(value - t), json!(value + t));
        step
    };
    for (op, value, lo, hi, unit) in [
        ("difference", -1.75, -1.75 - 2.0 * t, -1.75 + 2.0 * t, "m"),
        ("sum", 4.75, 4.75 - 2.0 * t, 4.75 + 2.0 * t, "m"),
        ("ratio", 1.5 / 3.25, (1.5 - t) / (3.25 + t), (1.5 + t) / (3.25 - t), "1"),
    ] {
        let of = json!({"measure": op, "of": [surface("#1", "#2"), surface("#1", "#3")]});
        let answer = json!({"kind": "quantity", "value": value, "lo": lo, "hi": hi, "unit": unit});
        let combine =
            json!({"rule": "combine", "op": op, "of": [0, 1], "value": value, "lo": lo, "hi": hi, "unit": unit});
        let steps = vec![near(1.5, "#2", SOFA_CHAIR), near(3.25, "#3", SOFA_LAMP), combine, conclude(&[2], &answer)];
        let good = proof("isovist", &json!({"form": "value", "of": of}), steps);
        accept(&scene, &good);
        reject(&scene, &with(good.clone(), &[("/steps/2/lo", json!(lo - 1e-7))]), "number");
        reject(&scene, &with(good.clone(), &[("/steps/2/hi", json!(hi + 1e-7))]), "number");
        reject(&scene, &with(good, &[("/steps/2/of", json!([1, 0]))]), "statement");
    }
}

#[test]
fn the_code_can_be_read_in_one_sitting() {
    let mut lines = 0;
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).expect("src") {
        lines += std::fs::read_to_string(file.expect("file").path()).expect("text").lines().count();
    }
    // Depth images, with lenses of their own, took 170 of them.
    assert!(lines <= 2850, "{lines} lines");
}
