//! A small flat with three frames, and the two ways of asking.

#![allow(dead_code, reason = "each test file uses its own part")]

use question::{Profile, Task, example_scene, profile, task};
use scene::{Scene, scene_sha256};
use serde_json::{Value, json};
use spatialevo::{Opened, Settings, validate};

pub(crate) fn studio() -> Scene {
    let mut task: Task = task("visibility_comparison").expect("a task").clone();
    task.name = "studio".into();
    task.example.floor = Some(vec![[-5.0, -5.0], [5.0, -5.0], [5.0, 5.0], [-5.0, 5.0]]);
    task.example.sightings.push("view_2 lamp 0.7".into());
    example_scene(&task).expect("a scene")
}

pub(crate) fn isovist() -> &'static Profile {
    profile("isovist").expect("a profile")
}

pub(crate) fn ask_in(scene: &Scene, profile: &Profile, request: &Value) -> Value {
    let sha256 = scene_sha256(scene);
    let response = validate(request, Settings { profile, proof: true }, |id| {
        if id == scene.id() { Ok(Opened { scene, sha256: &sha256 }) } else { Err(format!("no scene {id:?}")) }
    });
    if response["is_valid"] == true {
        let checked = checker::check(scene, &sha256, &response["proof"]);
        assert!(checked.is_ok(), "{request}: {checked:?}");
    }
    response
}

pub(crate) fn ask(scene: &Scene, request: &Value) -> Value {
    ask_in(scene, isovist(), request)
}

/// A request of the studio with some more fields.
pub(crate) fn request(task_type: &str, question: &str, more: &Value) -> Value {
    let mut request = json!({"task_type": task_type, "question": question, "scene_id": "studio"});
    for (key, value) in more.as_object().expect("fields") {
        request[key] = value.clone();
    }
    request
}

/// A question that is no known wording, so that labels alone decide.
pub(crate) const OTHER_WORDS: &str = "Could you have a look and tell me, please?";
