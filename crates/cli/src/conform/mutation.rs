//! Changed proofs, against the checker. A change that leaves a proof true is none.

use question::{Draw, Entity};
use serde_json::Value;

use super::{case::Case, family::Tries};

pub(crate) fn rejected(case: &Case, draw: &mut Draw, _: u64) -> Tries {
    let mut tries = Tries::default();
    let Some(proof) = case.proof() else { return tries };
    let mut changed = proof.clone();
    let Some(what) = CHANGES.get(draw.below(CHANGES.len())).and_then(|change| change(&mut changed, draw)) else {
        return tries;
    };
    if changed != proof {
        let rejected = checker::check(&case.source.scene, &case.source.sha256, &changed).is_err();
        tries.note(if rejected { Ok(()) } else { Err(format!("{what}, and the proof was accepted: {changed}")) });
    }
    tries
}

/// Changes a proof and says how; none where it would stay true.
type Change = fn(&mut Value, &mut Draw) -> Option<String>;

/// A changed leaf is as likely as all changes of whole steps together.
const CHANGES: &[Change] = &[leaf, leaf, leaf, leaf, dropped, repeated, swapped_steps, swapped_numbers];

/// Least change of a number that matters: part of it, and of a hundredth.
const MATTERS: f64 = 0.002;

/// One leaf of the steps or the answer, changed enough to matter.
fn leaf(proof: &mut Value, draw: &mut Draw) -> Option<String> {
    let path = draw.pick(&leaves(proof))?.clone();
    let leaf = proof.pointer_mut(&path)?;
    *leaf = match &*leaf {
        Value::Bool(value) => Value::from(!value),
        Value::Number(number) if number.is_u64() => Value::from(number.as_u64().unwrap_or(0) + 1),
        Value::Number(number) => {
            let value = number.as_f64().unwrap_or(0.0);
            let by = (value.abs() + 0.01) * draw.between(MATTERS, 0.5);
            Value::from(if draw.below(2) == 0 { value + by } else { value - by })
        }
        Value::String(text) => Value::from(match text.parse() {
            Ok(Entity::Id(id)) => format!("#{}", id.0 + 1),
            _ => format!("{text}x"),
        }),
        other => other.clone(),
    };
    Some(format!("{path} changed"))
}

fn steps(proof: &mut Value) -> Option<&mut Vec<Value>> {
    proof["steps"].as_array_mut()
}

fn dropped(proof: &mut Value, draw: &mut Draw) -> Option<String> {
    let steps = steps(proof)?;
    let at = draw.below(steps.len());
    steps.remove(at);
    Some(format!("step {at} dropped"))
}

fn repeated(proof: &mut Value, draw: &mut Draw) -> Option<String> {
    let steps = steps(proof)?;
    let at = draw.below(steps.len());
    steps.insert(at, steps.get(at)?.clone());
    Some(format!("step {at} repeated"))
}

fn swapped_steps(proof: &mut Value, draw: &mut Draw) -> Option<String> {
    let steps = steps(proof)?;
    let [one, other] = draw.distinct(2, steps.len())[..] else { return None };
    // Nothing cites a `resolve` step but a count: two of them may change places.
    if [one, other].iter().all(|at| steps[*at]["rule"] == "resolve") {
        return None;
    }
    steps.swap(one, other);
    Some(format!("steps {one} and {other} swapped"))
}

fn swapped_numbers(proof: &mut Value, draw: &mut Draw) -> Option<String> {
    let numbers: Vec<String> =
        leaves(proof).into_iter().filter(|path| proof.pointer(path).is_some_and(Value::is_number)).collect();
    let [one, other] = draw.distinct(2, numbers.len())[..] else { return None };
    let (one, other) = (&numbers[one], &numbers[other]);
    let (p, q) = (proof.pointer(one)?.clone(), proof.pointer(other)?.clone());
    let (x, y) = (p.as_f64()?, q.as_f64()?);
    if p.is_u64() != q.is_u64() || (x - y).abs() <= MATTERS * (x.abs().max(y.abs()) + 0.01) {
        return None;
    }
    *proof.pointer_mut(one)? = q;
    *proof.pointer_mut(other)? = p;
    Some(format!("{one} and {other} swapped"))
}

/// Paths of what stands in the steps and the answer.
fn leaves(proof: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for part in ["steps", "answer"] {
        paths(&proof[part], &format!("/{part}"), &mut all);
    }
    // Between parallel faces many pairs of points lie nearest: another witness may be as true as the first.
    all.retain(|path| !path.contains("/witness/"));
    all
}

fn paths(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(key, item)| paths(item, &format!("{at}/{key}"), into));
        }
        Value::Object(fields) => fields.iter().for_each(|(key, item)| paths(item, &format!("{at}/{key}"), into)),
        Value::Null => {}
        _ => into.push(at.to_owned()),
    }
}
