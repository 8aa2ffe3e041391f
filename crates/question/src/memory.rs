//! Measures that take long, kept for the next question about the same scene.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{Reason, Term, measure::Measured};

/// Most measures of a scene that are kept; others are taken each time.
const MOST_KEPT: usize = 50_000;

/// What was measured of one scene: walks and free space. It belongs to that scene, whatever the profile; of another one it
/// says what is wrong.
#[derive(Debug, Default)]
pub struct Memory {
    /// By the standard deviations of the tolerance and the term with its objects in place.
    measured: Mutex<HashMap<(u64, String), Result<Measured, Reason>>>,
}

impl Memory {
    /// What a term is worth, measured at most once by each thread that asks.
    pub(crate) fn measured(
        &self,
        sigmas: f64,
        term: &Term,
        measure: impl FnOnce() -> Result<Measured, Reason>,
    ) -> Result<Measured, Reason> {
        // A term is data, which JSON tells from every other.
        let Ok(text) = serde_json::to_string(term) else { return measure() };
        let key = (sigmas.to_bits(), text);
        let kept = || self.measured.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().get(&key) {
            return known.clone();
        }
        // Others may ask meanwhile.
        let found = measure();
        let mut kept = kept();
        if kept.len() < MOST_KEPT {
            kept.insert(key, found.clone());
        }
        found
    }
}
