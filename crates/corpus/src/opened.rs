//! The scenes of a corpus, opened when a row needs them and closed when others do.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::Path,
};

use crate::{
    CorpusError, Manifest, Source,
    scenes::{Listed, listed},
};

/// Most scenes that stay open beside those that the rows at hand need.
const MOST_OPEN: usize = 256;

/// Scenes by id.
pub(crate) struct Opened {
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

impl Opened {
    /// The scenes of a corpus, none of them open; `folder` is that of the recipe.
    pub(crate) fn new(manifest: &Manifest, folder: &Path) -> Result<Self, CorpusError> {
        listed(&manifest.recipe, folder).map(Self::of)
    }

    /// The same; none where the recipe's scenes are not there.
    pub(crate) fn at_hand(manifest: &Manifest, folder: &Path) -> Self {
        Self::of(listed(&manifest.recipe, folder).unwrap_or_default())
    }

    fn of(listed: Vec<Listed>) -> Self {
        Self {
            names: listed.iter().enumerate().map(|(at, listed)| (listed.name.clone(), at)).collect(),
            looked_at: BTreeSet::new(),
            listed,
            known: BTreeMap::new(),
            open: BTreeMap::new(),
            order: VecDeque::new(),
        }
    }

    /// The position of the scene of this id, which is open from then on; none where the recipe has no such scene.
    pub(crate) fn find(&mut self, id: &str) -> Result<Option<usize>, CorpusError> {
        if let Some(at) = self.known.get(id).copied() {
            self.opened(at)?;
            return Ok(Some(at));
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
                return Ok(Some(at));
            }
            self.open.remove(&at);
            self.order.pop_back();
        }
        Ok(None)
    }

    /// The scene at a position that [`Opened::find`] gave.
    pub(crate) fn at(&self, at: usize) -> Result<(&Listed, &Source), CorpusError> {
        let open = self.listed.get(at).zip(self.open.get(&at));
        open.ok_or_else(|| fault(&at.to_string(), "was closed while a row needed it", "report this"))
    }

    /// The scene of this id, if the recipe has it; others may be closed.
    pub(crate) fn one(&mut self, id: &str) -> Result<Option<&Source>, CorpusError> {
        self.close_some();
        match self.find(id)? {
            Some(at) => self.at(at).map(|(_, source)| Some(source)),
            None => Ok(None),
        }
    }

    /// The position of the scene of this id, which is open from then on; it must be there and have this hash.
    pub(crate) fn same(&mut self, id: &str, sha256: Option<&str>) -> Result<usize, CorpusError> {
        let missing = || fault(id, "is not among the scenes of the recipe", "--recipe FILE, beside its scenes");
        let at = self.find(id)?.ok_or_else(missing)?;
        if sha256 == Some(&self.at(at)?.1.sha256) {
            Ok(at)
        } else {
            Err(fault(id, "is not the one that the corpus was made of", "make the corpus again"))
        }
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

    /// Closes those that were opened first, where too many are open.
    pub(crate) fn close_some(&mut self) {
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
