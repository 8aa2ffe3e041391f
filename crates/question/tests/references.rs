//! What words stand for.

use question::{Question, Verdict, evaluate, example_scene, profile, task};
use serde_json::json;

/// A candidate may stand for all its instances under `vsi-bench`, a thing measured from may not: a word that is used
/// both ways has no single meaning.
#[test]
fn a_word_has_one_meaning_in_a_question() {
    let mut task = task("absolute_distance").expect("a task").clone();
    task.example.objects =
        ["sofa 0 0 0.5  1 1 1", "lamp 4 0 0.5  1 1 1", "chair 2 2 0.5  1 1 1", "chair 2 4 0.5  1 1 1"]
            .map(str::to_owned)
            .to_vec();
    let scene = example_scene(&task).expect("a scene");
    let ask = |from: &str| {
        let question: Question = serde_json::from_value(json!({
            "form": "order", "first": "least", "among": ["lamp", "chair"],
            "of": {"measure": "sum", "of": [
                {"measure": "distance", "from": "sofa", "to": "?"},
                {"measure": "distance", "from": from, "to": "sofa"}
            ]}
        }))
        .expect("a question");
        evaluate(&scene, &question, profile("vsi-bench").expect("a profile"))
    };
    assert!(matches!(ask("lamp"), Verdict::Certain { .. }), "{:?}", ask("lamp"));
    let Verdict::Invalid { reason } = ask("chair") else { panic!("{:?}", ask("chair")) };
    assert_eq!(reason.code.as_str(), "not_unique");
}
