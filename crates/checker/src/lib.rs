//! An independent checker of spatial proofs.
//!
//! A proof says how an answer follows from a scene (`docs/proof.md`). [`check`] believes none of it: it reads the JSON
//! with code of its own, finds by itself what each word of the question stands for, measures everything again by
//! slow and plain means, and demands for every part of the question the step that proves it. It knows nothing of the
//! engine that wrote the proof, and of the geometry crate only the data types.
//!
//! ```text
//! JSON ──▶ json, term, question, step, proof      strict reading; a head that fits the scene
//!      ──▶ reference, class                       words → objects, by going through all objects
//!      ──▶ fact: measure, distance, footprint …   each step by itself, numbers derived anew
//!      ──▶ walk                                   the question, part by part, against the steps
//! ```
//!
//! It is total: any JSON is accepted or refused in bounded work, without a panic.

mod angle;
mod answer;
mod body;
mod class;
mod distance;
mod fact;
mod footprint;
mod json;
mod measure;
mod profile;
mod proof;
mod question;
mod reference;
mod rejection;
mod relation;
mod sampled;
mod sector;
mod step;
mod term;
mod walk;

use std::cell::Cell;

use scene::Scene;
use serde_json::Value;

pub use rejection::Rejection;

/// How much was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// Steps of the proof.
    pub steps: usize,
    /// Steps among them that state something of the scene itself: `resolve`, and `measure` but for constants.
    pub facts: usize,
}

/// Checks a proof against the scene it is about.
///
/// `scene_sha256` is the SHA-256 of the canonical scene file, lower-case hex. Every number of the proof must agree
/// with the one derived here within 1e-6 (absolute or relative), everything else exactly.
pub fn check(scene: &Scene, scene_sha256: &str, proof: &Value) -> Result<Checked, Rejection> {
    let proof = proof::Proof::read(&json::Json::root(proof))?;
    let head = |field, expected: &str, found: &str| {
        let same = expected == found;
        let fault = || Rejection::Head { field, expected: expected.to_owned(), found: found.to_owned() };
        if same { Ok(()) } else { Err(fault()) }
    };
    head("scene", scene.id(), &proof.scene)?;
    head("scene_sha256", scene_sha256, &proof.scene_sha256)?;
    let profile = profile::Profile::named(&proof.profile).ok_or_else(|| Rejection::Head {
        field: "profile",
        expected: "isovist, vsi-bench or spatialevo".to_owned(),
        found: proof.profile.clone(),
    })?;
    proof.check_citations()?;

    let rules = measure::Rules { scene, profile };
    let members = reference::resolve(&rules, &proof)?;
    let facts = fact::establish(&rules, &proof)?;
    let last = proof.steps.len().saturating_sub(1);
    let walk = walk::Walk { rules: &rules, proof: &proof, facts: &facts, members: &members, visits: Cell::new(0) };
    walk.conclude(&proof.question, None, last)?;
    match proof.steps.last() {
        Some(step::Step::Conclude { answer, .. }) if *answer == proof.answer => {}
        last => {
            let expected = last.map_or_else(|| "a last step".to_owned(), |step| format!("{step:?}"));
            return Err(Rejection::Head { field: "answer", expected, found: format!("{:?}", proof.answer) });
        }
    }
    let states_a_fact = |step: &&step::Step| match step {
        step::Step::Resolve { .. } => true,
        step::Step::Measure { term, .. } => !matches!(term, term::Term::Constant { .. }),
        _ => false,
    };
    Ok(Checked { steps: proof.steps.len(), facts: proof.steps.iter().filter(states_a_fact).count() })
}
