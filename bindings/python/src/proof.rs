//! Proofs, checked by independent means.

use checker::Rejection;
use pyo3::prelude::*;
use serde_json::Value;

use crate::{errors::ProofRejected, json, scenes::Scene};

/// Largest proof that is read, bytes.
const MOST_BYTES: usize = 64 << 20;

/// How much of a proof was checked.
#[pyclass(frozen, get_all, module = "isovist")]
pub(crate) struct Checked {
    /// Steps of the proof.
    steps: usize,
    /// Steps among them that rest on no other.
    facts: usize,
}

#[pymethods]
impl Checked {
    fn __repr__(&self) -> String {
        format!("<Checked {} steps, {} facts of the scene>", self.steps, self.facts)
    }
}

/// Checks a proof against the scene it is about, by slow and independent means that share no measuring code with the
/// engine.
///
/// ``proof``: JSON as a ``str``, or a ``dict`` (:attr:`Verdict.proof`). Every number must agree with the one derived anew
/// within 1e-6 (absolute or relative), everything else exactly. Raises :class:`isovist.ProofRejected` with the first
/// fault, text that is no JSON included.
#[pyfunction]
pub(crate) fn check(py: Python<'_>, scene: &Scene, proof: &Bound<'_, PyAny>) -> PyResult<Checked> {
    let text = json::text_of(proof)?;
    py.detach(|| {
        if text.len() > MOST_BYTES {
            return Err(ProofRejected::new_err(format!("proof: longer than {MOST_BYTES} bytes")));
        }
        let proof: Value =
            serde_json::from_str(&text).map_err(|error| ProofRejected::new_err(format!("proof: not JSON: {error}")))?;
        let rejected = |rejection: Rejection| ProofRejected::new_err(rejection.to_string());
        let checked = checker::check(scene.get(), scene.hash(), &proof).map_err(rejected)?;
        Ok(Checked { steps: checked.steps, facts: checked.facts })
    })
}
