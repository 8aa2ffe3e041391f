//! Ground truths, read once: the replies of a group share one text.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use judge::row::{GroundTruth, GroundTruthFault};

/// Most truths that are kept, and most bytes of their texts; beyond, all are read anew.
const MOST_KEPT: usize = 1 << 16;
const MOST_KEPT_BYTES: usize = 64 << 20;

/// Truths by their text.
#[derive(Debug, Default)]
pub(crate) struct Truths {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    by_text: HashMap<String, Arc<GroundTruth>>,
    bytes: usize,
}

impl Truths {
    /// The truths of these texts; where one does not read, its position and why.
    pub(crate) fn all(&self, texts: &[&str]) -> Result<Vec<Arc<GroundTruth>>, (usize, GroundTruthFault)> {
        // A lock that another thread holds is not waited for: a fork may have left it behind for good.
        let mut own = Kept::default();
        let mut shared = self.kept.try_lock().ok();
        let kept = shared.as_deref_mut().unwrap_or(&mut own);
        let mut truths: Vec<Arc<GroundTruth>> = Vec::with_capacity(texts.len());
        for (at, text) in texts.iter().enumerate() {
            // The replies of a group mostly follow each other.
            let same =
                at.checked_sub(1).filter(|before| texts[*before] == *text).map(|before| Arc::clone(&truths[before]));
            truths.push(match same {
                Some(truth) => truth,
                None => kept.truth(text).map_err(|fault| (at, fault))?,
            });
        }
        Ok(truths)
    }

    /// How many are kept.
    pub(crate) fn len(&self) -> usize {
        self.kept.try_lock().map_or(0, |kept| kept.by_text.len())
    }
}

impl Kept {
    fn truth(&mut self, text: &str) -> Result<Arc<GroundTruth>, GroundTruthFault> {
        if let Some(truth) = self.by_text.get(text) {
            return Ok(Arc::clone(truth));
        }
        let truth = Arc::new(GroundTruth::from_json(text)?);
        if self.by_text.len() >= MOST_KEPT || self.bytes + text.len() > MOST_KEPT_BYTES {
            *self = Self::default();
        }
        self.bytes += text.len();
        self.by_text.insert(text.to_owned(), Arc::clone(&truth));
        Ok(truth)
    }
}
