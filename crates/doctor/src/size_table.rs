//! How large labelled things usually are, from `data/sizes.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use scene::{LabelTable, normalise};
use serde::Deserialize;

/// Usual sizes by canonical label.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct SizeTable(BTreeMap<String, Usual>);

/// The usual size of one kind of thing.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Usual {
    /// Extent along the vertical, metres.
    #[serde(rename = "height")]
    pub(crate) height_m: Range,
    /// Longest side, metres.
    #[serde(rename = "longest")]
    pub(crate) longest_m: Range,
}

/// Least and greatest.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub(crate) struct Range([f64; 2]);

/// How far beyond its range a size may be.
const MARGIN: f64 = 1.15;

static BUILTIN: LazyLock<SizeTable> =
    // The data is part of the binary and a test parses it, so an empty table is never seen by a user.
    LazyLock::new(|| SizeTable::parse(include_str!("../data/sizes.toml")).unwrap_or_default());

impl SizeTable {
    pub(crate) fn builtin() -> &'static Self {
        &BUILTIN
    }

    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The usual size of what carries this label, or of the nearest wider kind.
    pub(crate) fn usual(&self, label: &str) -> Option<&Usual> {
        let labels = LabelTable::builtin();
        let label = normalise(label);
        let canonical = labels.canonical(&label);
        std::iter::once(canonical).chain(labels.wider(canonical)).find_map(|label| self.0.get(label))
    }
}

impl Range {
    pub(crate) fn holds(&self, size_m: f64) -> bool {
        (self.0[0] / MARGIN..=self.0[1] * MARGIN).contains(&size_m)
    }

    /// The geometric mean of both ends.
    pub(crate) fn middle(&self) -> f64 {
        (self.0[0] * self.0[1]).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_ordered_sizes_of_canonical_labels() {
        let table = SizeTable::parse(include_str!("../data/sizes.toml")).expect("a table");
        assert!(table.0.len() > 50);
        for (label, usual) in &table.0 {
            assert_eq!(LabelTable::builtin().canonical(label), label, "{label}");
            for Range([least, most]) in [usual.height_m, usual.longest_m] {
                assert!(0.0 < least && least < most && most < 10.0, "{label}");
            }
            assert!(usual.longest_m.0[1] >= usual.height_m.0[0], "{label}");
        }
        assert!(table.usual("Office Chairs").is_some(), "a wider kind stands in");
        assert!(table.usual("flux capacitor").is_none());
    }
}
