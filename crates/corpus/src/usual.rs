//! What is usual in the streams of a split: rows that are looked at and not taken, of a sample of its scenes, so that the
//! guards of all its parts know what is always right.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use language::{Format, Wanted};
use question::{Answer, Draw};

use crate::{
    CorpusError, Drawing, Plan, Source,
    blind::{Blind, Usual},
    part::{name_of, near},
    plan::StreamShare,
};

/// Rows of a stream that are looked at: as many as a part has of it, within these.
const LOOKED_AT: (u64, u64) = (250, 500);

/// What is usual in a split, found when it is first asked for. No thread waits for a pool of threads here, so that a thread
/// of one may wait.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    sample: Mutex<Option<Arc<Vec<Source>>>>,
    /// By stream.
    usual: Vec<OnceLock<Arc<Usual>>>,
}

impl Looks {
    pub(crate) fn new(streams: usize) -> Self {
        Self { sample: Mutex::default(), usual: vec![OnceLock::new(); streams] }
    }

    /// What is usual in a stream of this split of the plan; both are numbers that the plan has.
    pub(crate) fn usual(&self, plan: &Plan, split: usize, stream: usize) -> Result<Arc<Usual>, CorpusError> {
        let usual = &self.usual[stream];
        if let Some(known) = usual.get() {
            return Ok(Arc::clone(known));
        }
        let (sample, share) = (self.sample(plan, split)?, &plan.splits[split].streams[stream]);
        Ok(Arc::clone(usual.get_or_init(|| Arc::new(look(plan, share, &sample)))))
    }

    fn sample(&self, plan: &Plan, split: usize) -> Result<Arc<Vec<Source>>, CorpusError> {
        let mut sample = self.sample.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sample) = &*sample {
            return Ok(Arc::clone(sample));
        }
        let telling = plan.recipe.telling(plan.profile);
        let scenes = plan.sample_of(split).map(|listed| listed.open(telling)).collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::clone(sample.insert(Arc::new(scenes))))
    }
}

/// Looks at rows of a stream.
fn look(plan: &Plan, share: &StreamShare, sample: &[Source]) -> Usual {
    let StreamShare { task, format, share } = *share;
    let mut usual = Usual::default();
    let drawing = Drawing { book: plan.book, profile: plan.profile, seed: plan.recipe.seed, proofs: false };
    let of_part = plan.recipe.rows_per_part().min(plan.recipe.rows) as f64 * share;
    let looked_at = (of_part.ceil() as u64).clamp(LOOKED_AT.0, LOOKED_AT.1);
    for index in 0..looked_at {
        let mut draw = Draw::new(drawing.seed, &["look", &task.name, name_of(format)], index);
        let Some(source) = sample.get(near(index, looked_at, sample.len(), &mut draw)) else { break };
        let Some(fillings) = source.sampler.fillings(&source.scene, task, &mut draw) else { continue };
        let Ok(fact) = drawing.fact(source, task, fillings) else { continue };
        if format == Format::FreeForm && !matches!(fact.answer, Answer::YesNo { .. }) {
            break;
        }
        let Ok(row) = drawing.worded(&fact, format, &[], Wanted::default(), &mut draw) else { continue };
        if let Some(blind) = Blind::of(&row, &fact.fillings) {
            usual.look(&blind);
        }
    }
    usual
}
