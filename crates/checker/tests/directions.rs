//! Published directions with up and down, and free regions, proved by hand.

mod common;

use common::*;
use scene::geometry::{Camera, Distortion, Mat3, Polygon, RigidTransform, Vec2, Vec3};
use scene::{Frame, NoiseModel, Pose, Room, Scene};
use serde_json::{Value, json};

/// Two cameras that look along y, the second a metre ahead and 0.36 m above the first; a chair, and a lamp 1 m to the right of
/// it and 0.6 m above; a floor of 4 m × 4 m.
fn scene() -> Scene {
    let small = |id, label, centre| object(id, label, &[], upright(centre, [0.1; 3], 0.0));
    let mut made = parts(NoiseModel::NONE, vec![small(1, "chair", [0.0, 3.0, 2.4]), small(2, "lamp", [1.0, 3.0, 3.0])]);
    let camera = Camera::new(32, 24, Vec2::splat(32.0), Vec2::new(16.0, 12.0), Distortion::None).expect("camera");
    for (name, at) in [("a", Vec3::ZERO), ("b", Vec3::new(0.0, 1.0, 0.36))] {
        let axes = Mat3::from_cols(Vec3::X, -Vec3::Z, Vec3::Y);
        let pose = Pose::Known(RigidTransform::new(axes, at).expect("pose"));
        let (time_s, colour, depth, instance, sightings) = (None, None, None, None, None);
        made.frames.push(Frame { name: name.into(), time_s, camera, pose, colour, depth, instance, sightings });
    }
    let floor = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]].map(Vec2::from_array);
    let floor = Some(Polygon::new(&floor, &[]).expect("polygon"));
    made.room = Room { floor, floor_height_m: Some(0.0), ..Room::default() };
    Scene::new(made).expect("scene")
}

fn directed(term: &Value, angle: f64, word: &str) -> Value {
    let mut question = json!({"form": "value", "of": term, "in": "eight"});
    // What a question leaves out is the profile's.
    question["of"].as_object_mut().expect("a term").remove("definition");
    let sector = json!({"rule": "sector", "of": 0, "in": "eight", "word": word, "margin": 22.5});
    let answer = json!({"kind": "sector", "in": "eight", "word": word});
    proof("spatialevo", &question, vec![measure(term, angle, "deg"), sector, conclude(&[1], &answer)])
}

#[test]
fn what_leads_up_says_so() {
    let movement = json!({"measure": "movement", "definition": "dominant", "from": "@a", "to": "@b"});
    let azimuth = json!({"measure": "azimuth", "definition": "rising", "from": "#1", "of": "#2", "heading": "@a"});
    for (term, angle, right, wrong) in [
        (movement, 0.0, "up-front", ["front", "up", "down-front"]),
        (azimuth, -90.0, "up-right", ["right", "up", "up-front"]),
    ] {
        accept(&scene(), &directed(&term, angle, right));
        for word in wrong {
            reject(&scene(), &directed(&term, angle, word), "statement");
        }
        reject(&scene(), &directed(&term, angle, "up-front-left"), "form");
        reject(&scene(), &directed(&term, angle + 1.0, right), "number");
    }
}

#[test]
fn a_ring_that_goes_round_twice_is_no_larger_region() {
    let term = json!({"measure": "free_area"});
    let region = |corners: &[[f64; 2]]| {
        let middle =
            corners.iter().fold([0.0; 2], |sum, p| [sum[0] + p[0], sum[1] + p[1]]).map(|v| v / corners.len() as f64);
        let answer = json!({"kind": "region", "at": [middle[0], middle[1], 0.0], "area_m2": 16.0, "pieces": [corners]});
        let question = json!({"form": "region", "of": term});
        proof("spatialevo", &question, vec![measure(&term, 16.0, "m2"), conclude(&[0], &answer)])
    };
    let half = [[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]];
    accept(&scene(), &region(&[[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]]));
    reject(&scene(), &region(&[half, half].concat()), "statement");
    reject(&scene(), &region(&half), "statement");
}
