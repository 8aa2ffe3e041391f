//! The published sampled distance stays bounded on boxes that no publication has.

use std::time::{Duration, Instant};

use question::{Question, evaluate, example_scene, profile, task};

/// A typo made a sofa 60 m tall: every pair with it took half a minute.
#[test]
fn a_box_as_tall_as_a_tower_is_measured_in_a_moment() {
    let mut task = task("absolute_distance").expect("a task").clone();
    task.example.objects = ["stove -0.7 -0.9 0  0.6 0.62 0.037 57.5", "sofa -2.4 2.95 -0.5  0.93 1.73 60.8 -56.4"]
        .map(str::to_owned)
        .to_vec();
    let scene = example_scene(&task).expect("a scene");
    let question: Question =
        Question::from_json(r#"{"form":"value","of":{"measure":"distance","from":"stove","to":"sofa"}}"#).expect("one");
    let started = Instant::now();
    let verdict = evaluate(&scene, &question, profile("vsi-bench").expect("a profile"));
    assert!(verdict.answer().is_some(), "{verdict:?}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}
