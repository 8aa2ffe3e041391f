//! Things with a flat top, as data in `data/surfaces.toml`.

use std::{collections::BTreeSet, sync::LazyLock};

use serde::Deserialize;

use crate::LabelTable;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    flat_top: BTreeSet<String>,
}

static SURFACES: LazyLock<Result<File, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("../data/surfaces.toml")));

/// Whether the top of the box of a thing of this label is a flat and level surface: the label or a wider one is listed.
pub fn has_flat_top(label: &str) -> bool {
    let table = LabelTable::builtin();
    let canonical = table.canonical(label);
    let listed = |label: &str| SURFACES.as_ref().is_ok_and(|file| file.flat_top.contains(label));
    listed(canonical) || table.wider(canonical).any(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surfaces_are_known_labels() {
        let surfaces = SURFACES.as_ref().unwrap();
        assert!(surfaces.flat_top.len() >= 20);
        for label in &surfaces.flat_top {
            assert_eq!(LabelTable::builtin().known(label), Some(label.as_str()), "{label}");
        }
    }

    #[test]
    fn narrower_kinds_have_the_tops_of_the_wider() {
        assert!(has_flat_top("coffee table") && has_flat_top("desk") && has_flat_top("bed side table"));
        assert!(!has_flat_top("sofa") && !has_flat_top("mug") && !has_flat_top("table lamp"));
    }
}
