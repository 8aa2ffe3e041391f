//! A small room, and proofs about it.
#![allow(dead_code, reason = "every test file uses a part of this")]

use std::collections::BTreeMap;

use checker::{Rejection, check};
use scene::geometry::{Mat3, OrientedBox, Polygon, Vec2, Vec3};
use scene::{NoiseModel, Object, ObjectId, Provenance, Room, Scene, SceneParts};
use serde_json::{Value, json};

pub(crate) const SHA: &str = "0f0f";

pub(crate) fn upright(centre: [f64; 3], half: [f64; 3], yaw_deg: f64) -> OrientedBox {
    OrientedBox::upright(Vec3::from_array(centre), Vec3::from_array(half), yaw_deg.to_radians()).expect("box")
}

pub(crate) fn turned(centre: [f64; 3], half: [f64; 3], axes: Mat3) -> OrientedBox {
    OrientedBox::new(Vec3::from_array(centre), Vec3::from_array(half), axes).expect("box")
}

pub(crate) fn object(id: u32, label: &str, names: &[&str], bounds: OrientedBox) -> Object {
    Object {
        id: ObjectId(id),
        label: label.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        bounds,
        front: None,
    }
}

pub(crate) fn parts(noise: NoiseModel, objects: Vec<Object>) -> SceneParts {
    SceneParts {
        id: "room".to_owned(),
        source: Provenance::default(),
        noise,
        room: Room::default(),
        objects,
        declared_counts: BTreeMap::new(),
        frames: Vec::new(),
        points: Vec::new(),
    }
}

/// A sofa at the origin facing +y, a chair to the east, a lamp to the north, a table with a vase on it, two books
/// that are not at the same place, an office chair far away.
pub(crate) fn room(noise: NoiseModel) -> Scene {
    let mut parts = parts(
        noise,
        vec![
            object(1, "sofa", &[], upright([0.0, 0.0, 0.5], [1.0, 0.5, 0.5], 0.0)),
            object(2, "chair", &[], upright([3.0, 0.0, 0.5], [0.5, 0.5, 0.5], 0.0)),
            object(3, "lamp", &[], upright([0.0, 4.0, 0.5], [0.25, 0.25, 0.5], 0.0)),
            object(4, "table", &[], upright([6.0, 0.0, 0.4], [0.8, 0.5, 0.4], 0.0)),
            object(5, "vase", &["white vase"], upright([6.0, 0.0, 0.95], [0.1, 0.1, 0.15], 0.0)),
            object(6, "book", &[], upright([6.4, 0.0, 0.85], [0.1, 0.05, 0.05], 0.0)),
            object(7, "book", &[], upright([-4.0, 0.0, 0.05], [0.1, 0.05, 0.05], 0.0)),
            object(8, "shelf", &[], upright([-3.0, 3.0, 1.0], [0.2, 0.6, 1.0], 30.0)),
        ],
    );
    parts.room = Room {
        floor: Some(
            Polygon::new(&[[-5.0, -2.0], [8.0, -2.0], [8.0, 5.0], [-5.0, 5.0]].map(Vec2::from_array), &[])
                .expect("polygon"),
        ),
        floor_height_m: Some(0.0),
        ..Room::default()
    };
    Scene::new(parts).expect("scene")
}

pub(crate) fn proof(profile: &str, question: &Value, steps: impl Into<Vec<Value>>) -> Value {
    let steps: Vec<Value> = steps.into();
    let answer = steps.last().map_or(Value::Null, |step| step["answer"].clone());
    json!({
        "format": "isovist-proof", "version": 1, "scene": "room", "scene_sha256": SHA, "profile": profile,
        "question": question, "steps": steps, "answer": answer,
    })
}

pub(crate) fn resolve(reference: &str, objects: &[u32]) -> Value {
    json!({"rule": "resolve", "reference": reference, "objects": objects})
}

pub(crate) fn measure(term: &Value, value: f64, unit: &str) -> Value {
    json!({"rule": "measure", "term": term, "value": value, "lo": value, "hi": value, "unit": unit})
}

/// A surface distance with its witness.
pub(crate) fn apart(from: &str, to: &str, value: f64, witness: [[f64; 3]; 2]) -> Value {
    let mut step = measure(&surface(from, to), value, "m");
    step["witness"] = json!(witness);
    step
}

pub(crate) fn surface(from: &str, to: &str) -> Value {
    json!({"measure": "distance", "definition": "surface", "from": from, "to": to})
}

pub(crate) fn metres(value: f64) -> Value {
    json!({"measure": "constant", "value": value, "unit": "m"})
}

pub(crate) fn quantity(value: f64, unit: &str) -> Value {
    json!({"kind": "quantity", "value": value, "lo": value, "hi": value, "unit": unit})
}

pub(crate) fn conclude(from: &[usize], answer: &Value) -> Value {
    json!({"rule": "conclude", "from": from, "answer": answer})
}

pub(crate) fn compare(left: usize, is: &str, right: usize, holds: bool, margin: f64) -> Value {
    json!({"rule": "compare", "left": left, "is": is, "right": right, "holds": holds, "margin": margin})
}

pub(crate) fn yes_no(value: bool) -> Value {
    json!({"kind": "yes_no", "value": value})
}

/// Short name of an outcome.
pub(crate) fn code(outcome: &Result<checker::Checked, Rejection>) -> &'static str {
    match outcome {
        Ok(_) => "accepted",
        Err(Rejection::Form { .. }) => "form",
        Err(Rejection::Reference { .. }) => "reference",
        Err(Rejection::Number { .. }) => "number",
        Err(Rejection::Statement { .. }) => "statement",
        Err(_) => "other",
    }
}

#[track_caller]
pub(crate) fn accept(scene: &Scene, proof: &Value) {
    if let Err(rejection) = check(scene, SHA, proof) {
        panic!("{rejection}\n{proof:#}");
    }
}

#[track_caller]
pub(crate) fn reject(scene: &Scene, proof: &Value, expected: &str) -> String {
    let outcome = check(scene, SHA, proof);
    assert_eq!(code(&outcome), expected, "{outcome:?}\n{proof:#}");
    outcome.map_or_else(|rejection| rejection.to_string(), |_| String::new())
}

/// What the checker derives for a grounded term: value, lo, hi; asked for by stating one wrong number after another.
pub(crate) fn derived(scene: &Scene, profile: &str, term: &Value, unit: &str) -> Result<[f64; 3], String> {
    let question = json!({"form": "value", "of": term});
    let mut known = [123.456_789; 3];
    for at in 0..3 {
        let mut step = measure(term, 0.0, unit);
        let turn = json!({"kind": "turn", "value": 0, "lo": 0, "hi": 0});
        let mut answer = if term["measure"] == "bearing" { turn } else { quantity(0.0, unit) };
        for (key, number) in ["value", "lo", "hi"].into_iter().zip(known) {
            step[key] = json!(number);
            answer[key] = json!(number);
        }
        match check(scene, SHA, &proof(profile, &question, vec![step, conclude(&[0], &answer)])) {
            Err(Rejection::Number { field, derived, .. }) if field == ["value", "lo", "hi"][at] => known[at] = derived,
            other => return Err(format!("{other:?}")),
        }
    }
    Ok(known)
}

/// All three numbers within 1e-9.
#[track_caller]
pub(crate) fn expect(scene: &Scene, profile: &str, term: &Value, unit: &str, wanted: [f64; 3]) {
    let found = derived(scene, profile, term, unit).expect("a value");
    let same = found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-8);
    assert!(same, "{term}: {found:?}, expected {wanted:?}");
}
