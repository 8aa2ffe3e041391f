//! Motion, mirror, scale.

use question::{Answer, Draw, Question, Unit};
use scene::{
    Pose, Scene,
    geometry::{Mat3, OrientedBox, Polygon, RigidTransform, Vec2, Vec3},
};
use serde_json::{Map, Value};

use super::{ARTEFACTS, ROOM, Reasons, follows, mentions, rewritten};
use crate::conform::{
    case::{Case, rescened},
    family::Held,
};

/// The scene with every box and every point of the floor moved.
fn mapped(
    scene: &Scene,
    solid: impl Fn(&OrientedBox) -> Option<OrientedBox>,
    point: impl Fn(Vec2) -> Vec2,
    height: impl Fn(f64) -> f64,
    camera: impl Fn(&RigidTransform) -> Option<RigidTransform>,
) -> Option<Scene> {
    let ring = |ring: &[Vec2]| -> Vec<Vec2> { ring.iter().map(|p| point(*p)).collect() };
    let mut whole = true;
    let mapped = rescened(scene, |parts| {
        for object in &mut parts.objects {
            match solid(&object.bounds) {
                Some(bounds) => object.bounds = bounds,
                None => whole = false,
            }
            object.front = None;
        }
        for frame in &mut parts.frames {
            if let Pose::Known(pose) = &mut frame.pose {
                match camera(pose) {
                    Some(moved) => *pose = moved,
                    None => whole = false,
                }
            }
        }
        if let Some(floor) = &parts.room.floor {
            let holes: Vec<Vec<Vec2>> = floor.holes().iter().map(|hole| ring(hole)).collect();
            let floor = Polygon::new(&ring(floor.exterior()), &holes).ok();
            whole &= floor.is_some();
            parts.room.floor = floor;
        }
        parts.room.floor_height_m = parts.room.floor_height_m.map(&height);
        parts.room.ceiling_height_m = None;
        parts.room.centre = None;
    });
    mapped.filter(|_| whole)
}

pub(crate) fn motion(case: &Case, draw: &mut Draw) -> Held {
    // A claimed place is one of the world, and does not move along.
    let place = mentions(&case.question, &["region"]) && mentions(&case.question, &["claim"]);
    if place || mentions(&case.question, &ARTEFACTS) {
        return None;
    }
    let turn = Mat3::from_rotation_z(draw.between(0.0, std::f64::consts::TAU));
    let by = Vec3::new(draw.between(-5.0, 5.0), draw.between(-5.0, 5.0), draw.between(-3.0, 3.0));
    let scene = mapped(
        &case.slim,
        |solid| OrientedBox::new(turn * solid.centre() + by, solid.half(), turn * solid.axes()).ok(),
        |p| (turn * p.extend(0.0) + by).truncate(),
        |height| height + by.z,
        |pose| RigidTransform::new(turn * pose.rotation(), turn * pose.translation() + by).ok(),
    )?;
    follows(case, &scene, &case.question, Reasons::Alike, |answer| answer)
}

pub(crate) fn mirror(case: &Case, _: &mut Draw) -> Held {
    // What lies to the right lies to the left then, which claims and sums of lengths do not follow.
    let words = ["coordinate", "locate", "region"];
    if mentions(&case.question, &ARTEFACTS) || mentions(&case.question, &words) || case.reads_depth() {
        return None;
    }
    let flip = |v: Vec3| Vec3::new(-v.x, v.y, v.z);
    let scene = mapped(
        &case.slim,
        |solid| {
            let axes = solid.axes();
            // Two axes flipped and their order kept: a proper rotation of the mirror image, which looks the same.
            let axes = Mat3::from_cols(flip(axes.x_axis), flip(axes.y_axis), -flip(axes.z_axis));
            OrientedBox::new(flip(solid.centre()), solid.half(), axes).ok()
        },
        |p| Vec2::new(-p.x, p.y),
        |height| height,
        |pose| {
            // The picture in the mirror: left and right of the camera exchanged, so that it is one again.
            let axes = pose.rotation();
            let axes = Mat3::from_cols(-flip(axes.x_axis), flip(axes.y_axis), flip(axes.z_axis));
            RigidTransform::new(axes, flip(pose.translation())).ok()
        },
    )?;
    follows(case, &scene, &mirrored_question(&case.question)?, Reasons::Alike, mirrored)
}

/// The answer in a mirror.
pub(super) fn mirrored(answer: Answer) -> Answer {
    match answer {
        Answer::Turn { value, lo, hi } => Answer::Turn { value: -value, lo: -hi, hi: -lo },
        Answer::Sector { sectors, word } => Answer::Sector { sectors, word: mirrored_word(&word) },
        Answer::Turns { words } => Answer::Turns { words: words.iter().map(|word| mirrored_word(word)).collect() },
        other => other,
    }
}

/// `front-left` is `front-right`, `3 o'clock` is `9 o'clock`.
fn mirrored_word(word: &str) -> String {
    if let Some(hour) = word.strip_suffix(" o'clock").and_then(|hour| hour.parse::<u32>().ok()) {
        return format!("{} o'clock", if hour == 12 { 12 } else { 12 - hour });
    }
    match word.strip_suffix("left") {
        Some(front) => format!("{front}right"),
        None => word.strip_suffix("right").map_or_else(|| word.to_owned(), |front| format!("{front}left")),
    }
}

/// The question with its words and claims about sides exchanged.
fn mirrored_question(question: &Question) -> Option<Question> {
    rewritten(question, &|fields| {
        for field in ["is", "word"] {
            if let (true, Some(Value::String(word))) = (fields.contains_key("in"), fields.get_mut(field)) {
                *word = mirrored_word(word);
            }
        }
        if let Some(Value::String(word)) = fields.get_mut("toward") {
            *word = mirrored_word(word);
        }
        for word in fields.get_mut("words").and_then(Value::as_array_mut).into_iter().flatten() {
            *word = word.as_str().map(mirrored_word).into();
        }
        if fields.get("kind").is_some_and(|kind| kind == "turn") {
            let number =
                |fields: &Map<String, Value>, name: &str| fields.get(name).and_then(Value::as_f64).unwrap_or(0.0);
            let [value, lo, hi] = ["value", "lo", "hi"].map(|name| number(fields, name));
            for (name, number) in [("value", -value), ("lo", -hi), ("hi", -lo)] {
                fields.insert(name.to_owned(), number.into());
            }
        }
    })
}

pub(crate) fn scale(case: &Case, draw: &mut Draw) -> Held {
    // Relations and overlaps of views hold lengths of their own; quotients and claims depend on the allowance for rounding, which has no scale.
    let words = ["relation", "ratio", "claim", "view_overlap"];
    if mentions(&case.question, &ARTEFACTS) || mentions(&case.question, &words) || mentions(&case.question, &ROOM) {
        return None;
    }
    // Powers of two: nothing is rounded.
    let factor = if draw.below(2) == 0 { 2.0 } else { 0.5 };
    let solid =
        |solid: &OrientedBox| OrientedBox::new(solid.centre() * factor, solid.half() * factor, solid.axes()).ok();
    let moved = |pose: &RigidTransform| RigidTransform::new(pose.rotation(), pose.translation() * factor).ok();
    let scene = mapped(&case.slim, solid, |p| p * factor, |height| height * factor, moved)?;
    let scene = rescened(&scene, |parts| {
        parts.noise.position_m *= factor;
        parts.noise.size_m *= factor;
        parts.noise.pose_position_m *= factor;
        for depth in parts.frames.iter_mut().filter_map(|frame| frame.depth.as_mut()) {
            depth.scale_m *= factor;
        }
        parts.room.declared_area_m2 = parts.room.declared_area_m2.map(|area| area * factor * factor);
    })?;
    let question = rewritten(&case.question, &|fields| {
        let Some(unit) = fields.get("unit").and_then(|unit| serde_json::from_value(unit.clone()).ok()) else { return };
        for name in ["value", "lo", "hi"] {
            if let Some(number) = fields.get(name).and_then(Value::as_f64) {
                fields.insert(name.to_owned(), (number * power(factor, unit)).into());
            }
        }
    })?;
    let question = rewritten(&question, &|fields| {
        if let Some(by_m) = fields.get("by_m").and_then(Value::as_f64) {
            fields.insert("by_m".to_owned(), (by_m * factor).into());
        }
    })?;
    follows(case, &scene, &question, Reasons::Alike, |answer| match answer {
        Answer::Quantity { value, lo, hi, unit } => {
            let by = power(factor, unit);
            Answer::Quantity { value: value * by, lo: lo * by, hi: hi * by, unit }
        }
        Answer::Point { value, lo, hi } => {
            let scaled = |point: [f64; 3]| point.map(|along| along * factor);
            Answer::Point { value: scaled(value), lo: scaled(lo), hi: scaled(hi) }
        }
        other => other,
    })
}

fn power(factor: f64, unit: Unit) -> f64 {
    match unit {
        Unit::Metre => factor,
        Unit::SquareMetre => factor.powi(2),
        Unit::CubicMetre => factor.powi(3),
        Unit::Degree | Unit::One => 1.0,
    }
}
