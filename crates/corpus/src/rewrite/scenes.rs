//! The scenes of a corpus, opened when a row needs them.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::Path,
};

use crate::{
    CorpusError, Manifest, Record, Source,
    scenes::{Listed, listed},
};

/// Most scenes that stay open beside those that the rows at hand need.
const MOST_OPEN: usize = 256;

/// Scenes by id.
pub(super) struct Scenes {
    listed: Vec<Listed>,
    /// Name in the list → position.
    names: BTreeMap<String, usize>,
    /// Positions of those whose id is known.
    looked_at: BTreeSet<usize>,
    /// Id → position in the list, of those that were opened once.
    known: BTreeMap<String, usize>,
    open: BTreeMap<usize, Source>,
    /// Positions of the open ones, the one opened last at the end.
    order: VecDeque<usize>,
}

impl Scenes {
    pub(super) fn new(manifest: &Manifest, folder: &Path) -> Result<Self, CorpusError> {
        let listed = listed(&manifest.recipe, folder)?;
        Ok(Self {
            names: listed.iter().enumerate().map(|(at, listed)| (listed.name.clone(), at)).collect(),
            looked_at: BTreeSet::new(),
            listed,
            known: BTreeMap::new(),
            open: BTreeMap::new(),
            order: VecDeque::new(),
        })
    }

    /// The position of the scene of this id, which is open from then on; it must be the one that the record names.
    pub(super) fn find(&mut self, id: &str, record: &Record) -> Result<usize, CorpusError> {
        if let Some(at) = self.known.get(id) {
            let at = *at;
            self.opened(at)?;
            return self.held(id, at, record);
        }
        // Mostly a scene is called as its folder is.
        let named = self.names.get(id).copied();
        for at in named.into_iter().chain(0..self.listed.len()) {
            if !self.looked_at.insert(at) {
                continue;
            }
            let found = self.opened(at)?.scene.id().to_owned();
            self.known.insert(found.clone(), at);
            if found == id {
                return self.held(id, at, record);
            }
            self.open.remove(&at);
            self.order.pop_back();
        }
        Err(fault(id, "is not among the scenes of the recipe", "--recipe FILE, beside its scenes"))
    }

    /// The scene at a position that [`Scenes::find`] gave.
    pub(super) fn at(&self, at: usize) -> Result<(&Listed, &Source), CorpusError> {
        let open = self.listed.get(at).zip(self.open.get(&at));
        open.ok_or_else(|| fault(&at.to_string(), "was closed while a row needed it", "report this"))
    }

    fn opened(&mut self, at: usize) -> Result<&Source, CorpusError> {
        if !self.open.contains_key(&at)
            && let Some(listed) = self.listed.get(at)
        {
            self.open.insert(at, listed.open(None)?);
            self.order.push_back(at);
        }
        self.at(at).map(|(_, source)| source)
    }

    fn held(&self, id: &str, at: usize, record: &Record) -> Result<usize, CorpusError> {
        let (_, source) = self.at(at)?;
        let is_same = record.scenes.get(id).is_some_and(|known| known.sha256 == source.sha256);
        if is_same {
            Ok(at)
        } else {
            Err(fault(id, "is not the one that the corpus was made of", "make the corpus again"))
        }
    }

    /// Closes those that were opened first, where too many are open.
    pub(super) fn close_some(&mut self) {
        while self.order.len() > MOST_OPEN {
            if let Some(at) = self.order.pop_front() {
                self.open.remove(&at);
            }
        }
    }
}

fn fault(id: &str, problem: &str, hint: &str) -> CorpusError {
    CorpusError::Recipe { file: format!("scene {id}"), problem: problem.to_owned(), hint: hint.to_owned() }
}
