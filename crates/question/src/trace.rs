//! Collects proof steps while a question is evaluated; does nothing where no proof is asked for.

use crate::Step;

#[derive(Debug, Default)]
pub(crate) struct Trace {
    steps: Option<Vec<Step>>,
}

impl Trace {
    pub(crate) fn recording() -> Self {
        Self { steps: Some(Vec::new()) }
    }

    /// Records a step, or finds it among the recorded ones, and returns its position; 0 when not recording.
    pub(crate) fn step(&mut self, make: impl FnOnce() -> Step) -> usize {
        let Some(steps) = &mut self.steps else {
            return 0;
        };
        let step = make();
        steps.iter().position(|earlier| *earlier == step).unwrap_or_else(|| {
            steps.push(step);
            steps.len() - 1
        })
    }

    pub(crate) fn into_steps(self) -> Vec<Step> {
        self.steps.unwrap_or_default()
    }
}
