//! Phrase → objects, built once per scene so that a look-up is one hash.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;

use crate::{LabelTable, Object, normalise};

/// What a phrase stands for in a scene. Positions index [`crate::Scene::objects`] and are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class<'a> {
    /// The phrase's canonical label (`"fridge"` → `"refrigerator"`), or the instance name itself.
    pub canonical: &'a str,
    /// Objects that carry this label, a label of the same meaning, or this very name.
    pub exact: &'a [usize],
    /// `exact` and the objects of narrower kinds: for `"chair"` also `"office chair"`.
    pub wide: &'a [usize],
}

/// Why a phrase stands for nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClassMiss {
    /// The label table knows the word, the scene has no such object.
    Absent {
        /// Canonical label.
        canonical: String,
    },
    /// Neither the label table nor the scene knows the word.
    Unknown {
        /// The normalised phrase.
        phrase: String,
    },
}

#[derive(Debug, Clone)]
struct Entry {
    canonical: String,
    exact: Vec<usize>,
    wide: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Index {
    entries: Vec<Entry>,
    /// Every spelling (aliases, plurals) → position in `entries`.
    spellings: HashMap<String, usize>,
    /// Sorted spellings, for listing.
    sorted: Vec<(String, usize)>,
}

impl Index {
    pub(crate) fn new(objects: &[Object], table: &LabelTable) -> Self {
        let mut classes: BTreeMap<String, (BTreeSet<usize>, BTreeSet<usize>)> = BTreeMap::new();
        for (position, object) in objects.iter().enumerate() {
            let own = table.canonical(&object.label);
            let class = classes.entry(own.to_owned()).or_default();
            class.0.insert(position);
            class.1.insert(position);
            for wider in table.wider(own) {
                classes.entry(wider.to_owned()).or_default().1.insert(position);
            }
            for name in &object.names {
                let class = classes.entry(table.canonical(name).to_owned()).or_default();
                class.0.insert(position);
                class.1.insert(position);
            }
        }
        let mut entries = Vec::with_capacity(classes.len());
        let mut sorted = BTreeMap::new();
        for (canonical, (exact, wide)) in classes {
            let at = entries.len();
            for spelling in table.spellings(&canonical) {
                // A spelling that is itself another class's canonical form keeps its own meaning.
                sorted.entry(spelling).or_insert(at);
            }
            sorted.insert(canonical.clone(), at);
            entries.push(Entry { canonical, exact: exact.into_iter().collect(), wide: wide.into_iter().collect() });
        }
        let sorted: Vec<(String, usize)> = sorted.into_iter().collect();
        let spellings = sorted.iter().cloned().collect();
        Self { entries, spellings, sorted }
    }

    fn view(&self, at: usize) -> Class<'_> {
        let entry = &self.entries[at];
        Class { canonical: &entry.canonical, exact: &entry.exact, wide: &entry.wide }
    }

    pub(crate) fn class(&self, phrase: &str, table: &LabelTable) -> Result<Class<'_>, ClassMiss> {
        if let Some(&at) = self.spellings.get(phrase) {
            return Ok(self.view(at));
        }
        let phrase = normalise(phrase);
        if let Some(&at) = self.spellings.get(&phrase) {
            return Ok(self.view(at));
        }
        if let Some(canonical) = table.known(&phrase) {
            if let Some(&at) = self.spellings.get(canonical) {
                return Ok(self.view(at));
            }
            return Err(ClassMiss::Absent { canonical: canonical.to_owned() });
        }
        Err(ClassMiss::Unknown { phrase })
    }

    pub(crate) fn phrases(&self) -> impl Iterator<Item = (&str, Class<'_>)> {
        self.sorted.iter().map(|(spelling, at)| (spelling.as_str(), self.view(*at)))
    }

    pub(crate) fn similar(&self, phrase: &str) -> Vec<String> {
        let words: BTreeSet<&str> = phrase.split(' ').collect();
        let mut scored: Vec<(usize, &str)> = self
            .sorted
            .iter()
            .filter(|(spelling, at)| *spelling == self.entries[*at].canonical)
            .map(|(spelling, _)| (spelling.split(' ').filter(|word| words.contains(word)).count(), spelling.as_str()))
            .filter(|(shared, _)| *shared > 0)
            .collect();
        scored.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
        scored.into_iter().take(3).map(|(_, spelling)| spelling.to_owned()).collect()
    }
}
