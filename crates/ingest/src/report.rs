//! What a reader did: counts and sorted lists, for people and for programs.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

/// One entry of the source that did not become an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Refusal {
    /// Which entry: file or scene, then the entry's own name or path.
    pub what: String,
    /// Why not.
    pub reason: String,
}

/// What was read, converted, merged and refused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Kind of thing read → how many: `"boxes"` → 3197.
    pub read: BTreeMap<String, usize>,
    /// Kind of thing written → how many: `"scenes"`, `"objects"`, `"points"`.
    pub made: BTreeMap<String, usize>,
    /// Conversion, in words → how many things it was applied to.
    pub converted: BTreeMap<String, usize>,
    /// Entries that became part of another, sorted.
    pub merged: Vec<String>,
    /// Entries left out, sorted, each with its reason.
    pub refused: Vec<Refusal>,
    /// What else to know about the source, sorted.
    pub notes: Vec<String>,
}

impl Report {
    /// Counts one more thing read.
    pub(crate) fn read(&mut self, kind: &str, count: usize) {
        *self.read.entry(kind.to_owned()).or_default() += count;
    }

    /// Counts things a conversion was applied to.
    pub(crate) fn convert(&mut self, how: &str, count: usize) {
        *self.converted.entry(how.to_owned()).or_default() += count;
    }

    /// Lists an entry that is left out.
    pub(crate) fn refuse(&mut self, what: impl Into<String>, reason: impl Into<String>) {
        self.refused.push(Refusal { what: what.into(), reason: reason.into() });
    }

    /// Counts the scenes made and sorts the lists.
    pub(crate) fn finish(mut self, scenes: &[scene::Scene]) -> Self {
        self.made.insert("scenes".to_owned(), scenes.len());
        self.made.insert("objects".to_owned(), scenes.iter().map(|scene| scene.objects().len()).sum());
        let points = scenes.iter().map(|scene| scene.parts().points.len()).sum();
        if points > 0 {
            self.made.insert("points".to_owned(), points);
        }
        self.merged.sort();
        self.refused.sort();
        self.notes.sort();
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = |counts: &BTreeMap<String, usize>| {
            let counts: Vec<String> = counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            counts.join(", ")
        };
        writeln!(f, "read      {}", counts(&self.read))?;
        writeln!(f, "made      {}", counts(&self.made))?;
        for (how, count) in &self.converted {
            writeln!(f, "converted {how} ({count})")?;
        }
        for merged in &self.merged {
            writeln!(f, "merged    {merged}")?;
        }
        for Refusal { what, reason } in &self.refused {
            writeln!(f, "refused   {what}: {reason}")?;
        }
        for note in &self.notes {
            writeln!(f, "note      {note}")?;
        }
        Ok(())
    }
}
