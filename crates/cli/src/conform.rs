//! `isovist conform`: random questions about the embedded scenes, against the checker, the noise model and the
//! laws that hold for every measure.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{Write as _, stdout},
    process::ExitCode,
};

use question::{Answer, Draw, Entity, Profile, Question, Task, Verdict, catalogue, evaluate, prove};
use rayon::prelude::*;
use scene::{
    NoiseModel, Scene, builtin,
    geometry::{Mat3, OrientedBox, Vec3},
};
use serde_json::Value;

use crate::{ask::known_profile, rows::Source};

/// Test the engine against its checker, its noise model and its laws.
///
/// Families: `proof` (the checker accepts every certain answer's proof), `mutation` (it rejects changed ones),
/// `noise` (a certain answer stays within errors drawn from the scene's noise model), `motion` (turning and
/// moving the whole scene changes no verdict). Exit status: 0 if all hold, 1 otherwise.
#[derive(Debug, clap::Args)]
pub(crate) struct ConformArgs {
    /// Candidate questions
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    n: u64,
    /// Seed of the draws
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Draws of the noise model a question
    #[arg(long, default_value_t = 10, value_name = "N")]
    noise_draws: u64,
}

/// Faults shown in full.
const MOST_SHOWN: usize = 10;
/// Share of changed proofs that must be rejected, and of noise draws that may flip an answer.
const LEAST_REJECTED: f64 = 0.9999;
const MOST_FLIPPED: f64 = 1e-4;

/// Per family: how often it was tried, how often it failed.
type Counts = BTreeMap<&'static str, (u64, u64)>;

#[derive(Default)]
struct Tested {
    counts: Counts,
    faults: Vec<String>,
    verdicts: BTreeMap<&'static str, u64>,
}

impl Tested {
    fn note(&mut self, family: &'static str, holds: bool, fault: impl FnOnce() -> String) {
        let count = self.counts.entry(family).or_default();
        count.0 += 1;
        if !holds {
            count.1 += 1;
            if self.faults.len() < MOST_SHOWN {
                self.faults.push(format!("{family}: {}", fault()));
            }
        }
    }

    fn merged(mut self, other: Self) -> Self {
        for (family, (tried, failed)) in other.counts {
            let count = self.counts.entry(family).or_default();
            count.0 += tried;
            count.1 += failed;
        }
        for (kind, count) in other.verdicts {
            *self.verdicts.entry(kind).or_default() += count;
        }
        self.faults.extend(other.faults);
        self.faults.truncate(MOST_SHOWN);
        self
    }
}

/// Runs the command.
pub(crate) fn run(args: &ConformArgs) -> Result<ExitCode, Box<dyn Error>> {
    let profile = known_profile("isovist")?;
    let scenes: Vec<Scene> = builtin::names().filter_map(builtin::open).collect::<Result<_, _>>()?;
    let sources: Vec<Source> = scenes.into_par_iter().map(Source::from).collect();
    let tested = (0..args.n)
        .into_par_iter()
        .map(|index| one(&sources, profile, args, index))
        .reduce(Tested::default, Tested::merged);
    report(&tested)
}

fn report(tested: &Tested) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = stdout().lock();
    let asked: u64 = tested.verdicts.values().sum();
    for (kind, count) in &tested.verdicts {
        writeln!(out, "{kind:<10} {count:>9}  {:.1} %", 100.0 * *count as f64 / asked.max(1) as f64)?;
    }
    let mut holds = true;
    for (family, (tried, failed)) in &tested.counts {
        let share = *failed as f64 / (*tried).max(1) as f64;
        let fine = match *family {
            "mutation" => share <= 1.0 - LEAST_REJECTED,
            "noise" => share <= MOST_FLIPPED,
            _ => *failed == 0,
        };
        holds &= fine;
        writeln!(out, "{family:<10} {tried:>9} tried, {failed} failed{}", if fine { "" } else { ": TOO MANY" })?;
    }
    for fault in &tested.faults {
        writeln!(out, "{fault}")?;
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn one(sources: &[Source], profile: &Profile, args: &ConformArgs, index: u64) -> Tested {
    let mut tested = Tested::default();
    let mut draw = Draw::new(args.seed, &["conform"], index);
    let Some((source, _, question)) = question(sources, &mut draw) else { return tested };
    let (verdict, proof) = prove(&source.scene, &question, profile, &source.sha256);
    *tested.verdicts.entry(verdict.kind()).or_default() += 1;
    let shown = || format!("scene {}, {}", source.scene.id(), serde_json::to_string(&question).unwrap_or_default());
    let moved = evaluate(&moved(&source.scene, &mut draw), &question, profile);
    tested.note("motion", same(&verdict, &moved), || format!("{}: {verdict:?} became {moved:?}", shown()));
    let (Some(answer), Some(proof)) = (verdict.answer(), proof) else { return tested };
    let Ok(proof) = serde_json::to_value(proof) else { return tested };
    let accepted = checker::check(&source.scene, &source.sha256, &proof);
    tested.note("proof", accepted.is_ok(), || format!("{}: {accepted:?}", shown()));
    let (changed, what) = mutated(&proof, &mut draw);
    if changed != proof {
        let rejected = checker::check(&source.scene, &source.sha256, &changed).is_err();
        tested.note("mutation", rejected, || format!("{}: {what} was accepted", shown()));
    }
    for _ in 0..args.noise_draws {
        let Some(shaken) = shaken(&source.scene, &mut draw) else { continue };
        // In the shaken scene nothing is uncertain: what it answers is one possible truth.
        if let Verdict::Certain { answer: truth, .. } = evaluate(&shaken, &question, profile) {
            tested.note("noise", possible(answer, &truth), || format!("{}: {answer:?} became {truth:?}", shown()));
        }
    }
    tested
}

fn question<'s>(sources: &'s [Source], draw: &mut Draw) -> Option<(&'s Source, &'static Task, Question)> {
    let task = draw.pick(catalogue())?;
    let source = draw.pick(sources)?;
    let fillings = source.sampler.fillings(task, draw)?;
    Some((source, task, task.question(&fillings).ok()?))
}

/// The scene turned about the vertical and moved along the floor.
fn moved(scene: &Scene, draw: &mut Draw) -> Scene {
    let turn = Mat3::from_rotation_z(draw.between(0.0, std::f64::consts::TAU));
    let by = Vec3::new(draw.between(-5.0, 5.0), draw.between(-5.0, 5.0), 0.0);
    let mut parts = scene.parts().clone();
    for object in &mut parts.objects {
        object.bounds = object.bounds.transformed(turn, by).unwrap_or(object.bounds);
    }
    if let Some(floor) = &parts.room.floor {
        let corners: Vec<_> = floor.exterior().iter().map(|p| (turn * p.extend(0.0) + by).truncate()).collect();
        if floor.holes().is_empty() {
            parts.room.floor = scene::geometry::Polygon::new(&corners, &[]).ok();
        }
    }
    Scene::new(parts).unwrap_or_else(|_| scene.clone())
}

/// Errors drawn from the scene's own noise model, and a scene that has no others.
fn shaken(scene: &Scene, draw: &mut Draw) -> Option<Scene> {
    let noise = *scene.noise();
    let mut parts = scene.parts().clone();
    for object in &mut parts.objects {
        let by = Vec3::new(draw.normal(), draw.normal(), draw.normal()) * noise.position_m;
        let grown = Vec3::new(draw.normal(), draw.normal(), draw.normal()) * (noise.size_m / 2.0);
        let turn = Mat3::from_rotation_z(draw.normal() * noise.yaw_rad);
        let bounds = &object.bounds;
        let half = (bounds.half() + grown).max(Vec3::ZERO);
        object.bounds = OrientedBox::new(bounds.centre() + by, half, turn * bounds.axes()).ok()?;
    }
    if let Some(area) = &mut parts.room.declared_area_m2 {
        *area *= 1.0 + draw.normal() * noise.area_relative;
    }
    // A sixteenth of a hair keeps tolerances in force without widening them.
    parts.noise = NoiseModel { position_m: 1e-12, size_m: 1e-12, yaw_rad: 1e-12, area_relative: 0.0 };
    Scene::new(parts).ok()
}

/// Whether an answer allows a truth: equal, or with the true value inside its interval.
fn possible(answer: &Answer, truth: &Answer) -> bool {
    match (answer, truth) {
        (Answer::Quantity { lo, hi, .. }, Answer::Quantity { value, .. }) => (*lo..=*hi).contains(value),
        (Answer::Turn { lo, hi, .. }, Answer::Turn { value, .. }) => {
            [-360.0, 0.0, 360.0].iter().any(|round| (*lo..=*hi).contains(&(value + round)))
        }
        (answer, truth) => answer == truth,
    }
}

fn same(before: &Verdict, after: &Verdict) -> bool {
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.abs().max(1.0);
    match (before.answer(), after.answer()) {
        (Some(Answer::Quantity { value: a, .. }), Some(Answer::Quantity { value: b, .. })) => close(*a, *b),
        (Some(Answer::Turn { value: a, .. }), Some(Answer::Turn { value: b, .. })) => {
            close(a.to_radians().cos(), b.to_radians().cos()) && close(a.to_radians().sin(), b.to_radians().sin())
        }
        (Some(a), Some(b)) => a == b,
        (None, None) => before.reason().map(|reason| reason.code) == after.reason().map(|reason| reason.code),
        _ => false,
    }
}

/// A proof with one leaf of its steps or answer changed enough to matter.
fn mutated(proof: &Value, draw: &mut Draw) -> (Value, String) {
    let mut changed = proof.clone();
    let mut leaves = Vec::new();
    for part in ["steps", "answer"] {
        paths(&proof[part], &format!("/{part}"), &mut leaves);
    }
    // Between parallel faces many pairs of points lie nearest: another witness may be as true as the first.
    leaves.retain(|path| !path.contains("/witness/"));
    let Some(path) = draw.pick(&leaves).cloned() else { return (changed, String::new()) };
    if let Some(leaf) = changed.pointer_mut(&path) {
        *leaf = match &*leaf {
            Value::Bool(value) => Value::from(!value),
            Value::Number(number) if number.is_u64() => Value::from(number.as_u64().unwrap_or(0) + 1),
            Value::Number(number) => {
                let value = number.as_f64().unwrap_or(0.0);
                let by = (value.abs() + 0.01) * draw.between(0.002, 0.5);
                Value::from(if draw.below(2) == 0 { value + by } else { value - by })
            }
            Value::String(text) => Value::from(if let Ok(Entity::Id(id)) = text.parse() {
                format!("#{}", id.0 + 1)
            } else {
                format!("{text}x")
            }),
            other => other.clone(),
        };
    }
    (changed, path)
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
