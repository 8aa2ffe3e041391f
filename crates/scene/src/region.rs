//! Regions of a home, as data in `data/regions.toml`: what they are called and which objects mark them.

use std::{collections::BTreeSet, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::Scene;

/// A part of a home that has no outline of its own and is known by what stands in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// What it is called, the plainest name first.
    pub names: Vec<String>,
    /// Labels of the objects that mark it.
    pub marked_by: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    region: Vec<Region>,
}

static REGIONS: LazyLock<Result<File, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("../data/regions.toml")));

/// All regions. The data is part of the binary and a test parses it.
pub fn regions() -> &'static [Region] {
    REGIONS.as_ref().map(|file| &file.region[..]).unwrap_or_default()
}

/// The region of this name.
pub fn region(name: &str) -> Option<&'static Region> {
    regions().iter().find(|region| region.names.iter().any(|known| known == name))
}

impl Region {
    /// Positions of the objects of a scene that mark it, ascending.
    pub fn marks(&self, scene: &Scene) -> Vec<usize> {
        let classes = self.marked_by.iter().filter_map(|label| scene.class(label).ok());
        let marks: BTreeSet<usize> = classes.flat_map(|class| class.wide.iter().copied()).collect();
        marks.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LabelTable;

    #[test]
    fn regions_have_names_of_their_own_and_known_marks() {
        assert!(regions().len() >= 10, "{:?}", REGIONS.as_ref().err());
        let mut names = BTreeSet::new();
        let table = LabelTable::builtin();
        for region in regions() {
            assert!(!region.names.is_empty() && !region.marked_by.is_empty(), "{region:?}");
            for name in &region.names {
                assert!(names.insert(name), "{name} stands twice");
                assert_eq!(table.known(name), None, "{name} is a label");
            }
            for label in &region.marked_by {
                assert_eq!(table.known(label), Some(label.as_str()), "{label}");
            }
        }
    }
}
