//! What is usual in the streams of a split: rows that are looked at and not taken, of a sample of its scenes, so that the
//! guards of all its parts know what is always right.

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

use language::{Format, Wanted};
use question::{Answer, Draw};
use rayon::prelude::*;

use crate::{
    CorpusError, Plan, Source,
    blind::{Blind, Usual},
    part::near,
    plan::{PartId, StreamShare},
};

/// Rows of a stream that are looked at: as many as a full part has of it, within these.
const LOOKED_AT: (u64, u64) = (250, 500);

/// What is usual in each stream of a split, once it was looked for. Nobody waits for another here: who comes second finds
/// the same, so that a process which is copied while it looks leaves no lock behind.
#[derive(Debug)]
pub(crate) struct Looks(Vec<OnceLock<Arc<Usual>>>);

impl Looks {
    pub(crate) fn new(streams: usize) -> Self {
        Self(vec![OnceLock::new(); streams])
    }
}

impl Plan {
    /// Looks at what is usual in the streams of these parts, as far as nobody has yet.
    pub(crate) fn look(&self, parts: &[PartId]) -> Result<(), CorpusError> {
        if !self.recipe.balance.blind_guard {
            return Ok(());
        }
        for (at, (split, Looks(looks))) in self.splits.iter().zip(&self.looks).enumerate() {
            let mut wanted: BTreeSet<usize> = BTreeSet::new();
            let of_split = parts.iter().filter(|id| id.split == at);
            for number in of_split.flat_map(|id| self.rows_of(*id)) {
                wanted.insert(split.stream_of(number));
                if wanted.len() == split.streams.len() {
                    break;
                }
            }
            wanted.retain(|stream| looks.get(*stream).is_some_and(|known| known.get().is_none()));
            if wanted.is_empty() {
                continue;
            }
            let sample = self.sample(&split.scenes)?;
            let wanted: Vec<usize> = wanted.into_iter().collect();
            wanted.into_par_iter().with_max_len(1).for_each(|stream| {
                // Set by now, if somebody else looked meanwhile.
                looks[stream].set(Arc::new(usual(self, &split.streams[stream], &sample))).ok();
            });
        }
        Ok(())
    }

    /// What is usual in a stream of a split; nothing, where it was not looked for.
    pub(crate) fn usual(&self, split: usize, stream: usize) -> Arc<Usual> {
        let known = self.looks.get(split).and_then(|Looks(looks)| looks.get(stream)?.get());
        known.map(Arc::clone).unwrap_or_default()
    }
}

/// Looks at rows of a stream.
fn usual(plan: &Plan, share: &StreamShare, sample: &[Source]) -> Usual {
    let StreamShare { task, format, share } = *share;
    let (mut usual, drawing) = (Usual::default(), plan.drawing());
    let of_part = plan.recipe.rows_per_part().min(plan.recipe.rows) as f64 * share;
    let looked_at = (of_part.ceil() as u64).clamp(LOOKED_AT.0, LOOKED_AT.1);
    for index in 0..looked_at {
        let mut draw = Draw::new(drawing.seed, &["look", &task.name, format.name()], index);
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
