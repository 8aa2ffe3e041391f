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

    pub(crate) fn is_recording(&self) -> bool {
        self.steps.is_some()
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

    /// The steps that the last one rests on, renumbered. What was measured but decided nothing is left out;
    /// `resolve` steps stay, since the words of the question rest on them.
    pub(crate) fn into_steps(self) -> Vec<Step> {
        let mut steps = self.steps.unwrap_or_default();
        let mut kept: Vec<bool> = steps.iter().map(|step| matches!(step, Step::Resolve { .. })).collect();
        if let Some(last) = kept.last_mut() {
            *last = true;
        }
        for at in (0..steps.len()).rev() {
            if kept[at] {
                cited(&mut steps[at], |earlier| {
                    kept[*earlier] = true;
                });
            }
        }
        let mut numbers = Vec::with_capacity(steps.len());
        let mut next = 0;
        for keep in &kept {
            numbers.push(next);
            next += usize::from(*keep);
        }
        let mut position = 0;
        steps.retain_mut(|step| {
            let keep = kept[position];
            position += 1;
            if keep {
                cited(step, |earlier| *earlier = numbers[*earlier]);
            }
            keep
        });
        steps
    }
}

/// Visits every earlier step that a step cites.
fn cited(step: &mut Step, mut visit: impl FnMut(&mut usize)) {
    match step {
        Step::Resolve { .. } | Step::Measure { .. } => {}
        Step::Compare { left, right, .. } => {
            visit(left);
            visit(right);
        }
        Step::Sector { of, .. }
        | Step::SectorIs { of, .. }
        | Step::Relation { of, .. }
        | Step::Not { of, .. }
        | Step::Claim { of, .. } => visit(of),
        Step::Combine { of, .. } | Step::All { of, .. } | Step::Any { of, .. } | Step::Conclude { from: of, .. } => {
            of.iter_mut().for_each(visit);
        }
        Step::Count { of, tests, .. } => {
            visit(of);
            tests.iter_mut().for_each(visit);
        }
    }
}
