//! Verdicts on the example scene of `absolute_distance`: a sofa, a table with a vase on it, a lamp, three chairs.

use question::{Question, Verdict, evaluate, example_scene, profile, task};
use serde_json::{Value, json};

/// `yes`, `no`, or the code of the reason.
fn check(question: &Value, expected: &str) {
    let scene = example_scene(task("absolute_distance").expect("a task")).expect("its scene");
    let asked: Question = serde_json::from_value(question.clone()).expect("a question");
    let verdict = evaluate(&scene, &asked, profile("isovist").expect("a profile"));
    let found = match (&verdict, verdict.reason()) {
        (Verdict::Certain { answer, .. }, _) => question::print::answer(answer),
        (_, reason) => reason.expect("a reason").code.as_str().to_owned(),
    };
    assert_eq!(found, expected, "{question}");
}

fn claim(question: &Value, answer: &Value) -> Value {
    json!({"test": "claim", "question": question, "answer": answer})
}

/// Which of two chairs is longer: neither.
fn tie() -> Value {
    let longest = json!({"measure": "extent", "axis": "longest", "of": "?"});
    json!({"form": "pick", "want": "most", "of": longest, "among": ["#4", "#5"]})
}

#[test]
fn an_undecided_claim_leaves_the_decision_to_the_other_parts() {
    let tied = claim(&tie(), &json!({"kind": "object", "id": 4, "name": "#4"}));
    let chairs =
        |value: u32| claim(&json!({"form": "count", "class": "chair"}), &json!({"kind": "count", "value": value}));
    let test = |test: &str, of: [&Value; 2]| json!({"form": "test", "that": {"test": test, "of": of}});
    check(&json!({"form": "test", "that": tied}), "too_close_to_call");
    check(&test("any", [&tied, &chairs(3)]), "yes");
    check(&test("any", [&tied, &chairs(2)]), "too_close_to_call");
    check(&test("all", [&tied, &chairs(2)]), "no");
}

#[test]
fn a_claimed_sector_is_one_of_its_system() {
    let bearing = json!({"measure": "bearing", "at": "sofa", "facing": "table", "of": "lamp"});
    let asked = json!({"form": "value", "of": bearing, "in": "axes"});
    let sector = |word: &str| json!({"kind": "sector", "in": "axes", "word": word});
    check(&json!({"form": "test", "that": claim(&asked, &sector("right"))}), "yes");
    check(&json!({"form": "test", "that": claim(&asked, &sector("front-right"))}), "malformed");
}

#[test]
fn one_object_in_two_places_is_a_candidate_only_where_it_is_one() {
    let counted = |a: &str, b: &str| json!({"form": "count", "class": "chair", "where": {"test": "relation", "name": "on", "a": a, "b": b}});
    check(&counted("sofa", "couch"), "same_object_twice");
    check(&counted("?", "#4"), "overlapping_candidates");
    let behind = |at: &str, of: &str| {
        let bearing = json!({"measure": "bearing", "at": at, "facing": "table", "of": of});
        json!({"form": "count", "class": "chair", "where": {"test": "sector", "of": bearing, "in": "axes", "is": "back"}})
    };
    check(&behind("?", "#4"), "overlapping_candidates");
    check(&behind("#4", "?"), "overlapping_candidates");
}
