//! The proof as a whole: its head, and the laws that bind all its steps.

use std::collections::BTreeSet;

use crate::{Rejection, answer::Answer, json::Json, question::Question, step::Step};

/// A proof, read.
#[derive(Debug)]
pub(crate) struct Proof {
    pub(crate) scene: String,
    pub(crate) scene_sha256: String,
    pub(crate) profile: String,
    pub(crate) question: Question,
    pub(crate) steps: Vec<Step>,
    pub(crate) answer: Answer,
}

impl Proof {
    pub(crate) fn read(json: &Json) -> Result<Self, Rejection> {
        json.keys(&["format", "version", "scene", "scene_sha256", "profile", "question", "steps", "answer"], &[])?;
        json.get("format").word(&[("isovist-proof", ())])?;
        if json.get("version").natural()? != 1 {
            return Err(json.get("version").fault("1"));
        }
        Ok(Self {
            scene: json.get("scene").text()?.to_owned(),
            scene_sha256: json.get("scene_sha256").text()?.to_owned(),
            profile: json.get("profile").text()?.to_owned(),
            question: Question::read(&json.get("question"))?,
            steps: json.get("steps").items(Step::read)?,
            answer: Answer::read(&json.get("answer"))?,
        })
    }

    /// A complaint about how a step stands among the others.
    pub(crate) fn citation(&self, step: usize, reason: impl Into<String>) -> Rejection {
        Rejection::Citation { step, what: self.name(step), reason: reason.into() }
    }

    /// A complaint about what a step states.
    pub(crate) fn statement(
        &self,
        step: usize,
        field: &'static str,
        expected: impl ToString,
        found: impl ToString,
    ) -> Rejection {
        let (expected, found) = (expected.to_string(), found.to_string());
        Rejection::Statement { step, what: self.name(step), field, expected, found }
    }

    /// What a step is called in a message.
    pub(crate) fn name(&self, step: usize) -> String {
        self.steps.get(step).map_or_else(|| "none".to_owned(), ToString::to_string)
    }

    /// Demands that steps cite earlier ones, that every step but the last and the `resolve` steps is cited, and that no
    /// step is repeated.
    pub(crate) fn check_citations(&self) -> Result<(), Rejection> {
        let mut cited = vec![false; self.steps.len()];
        let mut seen = BTreeSet::new();
        for (at, step) in self.steps.iter().enumerate() {
            for cite in step.cites() {
                if cite >= at {
                    return Err(self.citation(at, format!("cites step {cite}, which is no earlier one")));
                }
                cited[cite] = true;
            }
            if !seen.insert(step.identity()) {
                return Err(self.citation(at, "stands twice"));
            }
        }
        let last = self.steps.len().saturating_sub(1);
        let idle = |(at, step): &(usize, &Step)| *at != last && !cited[*at] && !matches!(step, Step::Resolve { .. });
        match self.steps.iter().enumerate().find(idle) {
            Some((at, _)) => Err(self.citation(at, "is cited by no later step")),
            None => Ok(()),
        }
    }
}
