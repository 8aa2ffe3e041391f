//! Laws that hold for every measure: what may be done to a scene or a question, and what the answer does then.

mod names;
mod order;
mod space;
mod sums;
mod text;

pub(crate) use names::{bystanders, object_order, relabelling, renumbering};
pub(crate) use order::{candidate_order, converse, extremes, negation, symmetry};
pub(crate) use space::{mirror, motion, scale};
pub(crate) use sums::{definitions, triangle};
pub(crate) use text::{json, words};

use question::{Answer, Question, Verdict, evaluate};
use scene::Scene;
use serde_json::{Map, Value};

use super::{case::Case, family::Held};

/// Which reasons count as the same where there is no certain answer.
#[derive(Clone, Copy, PartialEq)]
enum Reasons {
    /// Equal codes.
    Alike,
    /// Any: of several reasons, the first met is given.
    Any,
}

/// The changed question has the case's verdict on the changed scene, but for a known change of the answer.
#[expect(clippy::unnecessary_wraps, reason = "what most laws end in")]
fn follows(
    case: &Case,
    scene: &Scene,
    question: &Question,
    reasons: Reasons,
    change: impl Fn(Answer) -> Answer,
) -> Held {
    let expected = case.verdict.answer().cloned().map(change);
    let found = evaluate(scene, question, case.profile);
    let code = |verdict: &Verdict| verdict.reason().map(|reason| reason.code);
    let holds = match (&expected, found.answer()) {
        (Some(expected), Some(found)) => close(expected, found),
        (None, None) => reasons == Reasons::Any || code(&found) == code(&case.verdict),
        _ => false,
    };
    let fault = || {
        let json = |verdict: &Verdict| serde_json::to_string(verdict).unwrap_or_default();
        let asked = serde_json::to_string(question).unwrap_or_default();
        format!("{} became {} for {asked}", json(&case.verdict), json(&found))
    };
    Some(if holds { Ok(()) } else { Err(fault()) })
}

/// Whether answers differ by rounding only; what an object was called does not matter.
fn close(a: &Answer, b: &Answer) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-7 * (1.0 + a.abs());
    match (a, b) {
        (Answer::Quantity { value, lo, hi, unit }, Answer::Quantity { value: v, lo: l, hi: h, unit: u }) => {
            unit == u && near(*value, *v) && near(*lo, *l) && near(*hi, *h)
        }
        (Answer::Turn { value, lo, hi }, Answer::Turn { value: v, lo: l, hi: h }) => {
            [-360.0, 0.0, 360.0].iter().any(|turn| near(value + turn, *v) && near(lo + turn, *l) && near(hi + turn, *h))
        }
        (Answer::Point { value, lo, hi }, Answer::Point { value: v, lo: l, hi: h }) => {
            (0..3).all(|axis| near(value[axis], v[axis]) && near(lo[axis], l[axis]) && near(hi[axis], h[axis]))
        }
        (Answer::Object { id, .. }, Answer::Object { id: other, .. }) => id == other,
        (Answer::Order { ids, .. }, Answer::Order { ids: others, .. }) => ids == others,
        // Another way to cut the same region is the same answer.
        (Answer::Region { area_m2, .. }, Answer::Region { area_m2: other, .. }) => near(*area_m2, *other),
        (a, b) => a == b,
    }
}

/// The question with every JSON object of it changed.
fn rewritten(question: &Question, change: &dyn Fn(&mut Map<String, Value>)) -> Option<Question> {
    let mut json = serde_json::to_value(question).ok()?;
    each_object(&mut json, change);
    serde_json::from_value(json).ok()
}

fn each_object(value: &mut Value, change: &dyn Fn(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_object(item, change)),
        Value::Object(fields) => {
            change(fields);
            fields.values_mut().for_each(|field| each_object(field, change));
        }
        _ => {}
    }
}

/// Whether the question's JSON holds one of these words as a value.
pub(super) fn mentions(question: &Question, words: &[&str]) -> bool {
    let text = serde_json::to_string(question).unwrap_or_default();
    words.iter().any(|word| text.contains(&format!("\"{word}\"")))
}

/// Definitions of published benchmarks that keep no law of space.
pub(super) const ARTEFACTS: [&str; 8] =
    ["sampled_surface", "shortened", "axis_aligned", "optical_plane", "image_plane", "world_xz", "rising", "dominant"];

/// Questions of where there is room: everything in the scene bears on them, and they hold lengths of their own.
pub(super) const ROOM: [&str; 5] = ["free_area", "occupancy", "passage_width", "walking_distance", "turns"];
