//! An independent checker of spatial proofs.
//!
//! A proof says how an answer follows from a scene (`docs/proof.md`). [`check`] believes none of it: it holds the JSON
//! against a grammar of its own, finds by itself what each word of the question stands for, measures everything again
//! by slow and plain means, and demands for every part of the question the step that proves it. It knows nothing of
//! the engine that wrote the proof, and of the geometry crate only the data types.
//!
//! `grammar` (strict form) ▸ `class` (words → objects) ▸ `walk`, `conclusion`, `truth`, `quantity` (the question, part by
//! part, against the steps) ▸ `measure`, `distance`, `footprint`, `sampled`, `angle`, `view`, `depth`, `space`, `plane`, `sector`
//! (numbers derived anew).
//!
//! It is total: any JSON is accepted or refused in bounded work, without a panic.

mod angle;
mod body;
mod class;
mod conclusion;
mod depth;
mod distance;
mod footprint;
mod grammar;
mod measure;
mod plane;
mod profile;
mod quantity;
mod rejection;
mod relation;
mod sampled;
mod sector;
mod space;
mod truth;
mod value;
mod view;
mod walk;

use scene::Scene;
use serde_json::Value;

pub use rejection::Rejection;

use crate::value::{canonical, items, text};

/// How much was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// Steps of the proof.
    pub steps: usize,
    /// Steps among them that rest on no other: `resolve` and `measure`.
    pub facts: usize,
}

/// Checks a proof against the scene it is about.
///
/// `scene_sha256` is the SHA-256 of the canonical scene file, lower-case hex. Every number of the proof must agree
/// with the one derived here within 1e-6 (absolute or relative), everything else exactly.
pub fn check(scene: &Scene, scene_sha256: &str, proof: &Value) -> Result<Checked, Rejection> {
    grammar::demand(proof, "proof", 0)?;
    let head = |field: &str, fits: bool, expected: &str| {
        let (at, expected, found) = (field.to_owned(), expected.to_owned(), canonical(&proof[field]));
        if fits { Ok(()) } else { Err(Rejection::Form { at, expected, found }) }
    };
    head("scene", text(proof, "scene") == scene.id(), scene.id())?;
    head("scene_sha256", text(proof, "scene_sha256") == scene_sha256, scene_sha256)?;
    let rules = measure::Rules { scene, proof, profile: profile::Profile::named(text(proof, "profile")) };
    let steps = items(proof, "steps");
    let members = class::resolve(&rules, &proof["question"], steps)?;
    let (visits, measured) = Default::default();
    let walk = walk::Walk { rules: &rules, steps, members: &members, visits, measured };
    let answer = walk.conclude(&proof["question"], None, steps.len().saturating_sub(1))?;
    head("answer", canonical(answer) == canonical(&proof["answer"]), &canonical(answer))?;
    walk.check_rest()?;
    let facts = steps.iter().filter(|step| step["rule"] == "resolve" || step["rule"] == "measure");
    Ok(Checked { steps: steps.len(), facts: facts.count() })
}
