//! Things with a flat top and things to sit on, as data in `data/surfaces.toml`.

use std::{collections::BTreeSet, sync::LazyLock};

use serde::Deserialize;

use crate::LabelTable;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    flat_top: BTreeSet<String>,
    seat: BTreeSet<String>,
}

static SURFACES: LazyLock<Result<File, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("../data/surfaces.toml")));

/// Whether the top of the box of a thing of this label is a flat and level surface: the label or a wider one is listed.
pub fn has_flat_top(label: &str) -> bool {
    is_listed(label, |file| &file.flat_top)
}

/// Whether one sits on a thing of this label: the label or a wider one is listed.
pub fn is_seat(label: &str) -> bool {
    is_listed(label, |file| &file.seat)
}

fn is_listed(label: &str, list: fn(&File) -> &BTreeSet<String>) -> bool {
    let table = LabelTable::builtin();
    let canonical = table.canonical(label);
    let listed = |label: &str| SURFACES.as_ref().is_ok_and(|file| list(file).contains(label));
    listed(canonical) || table.wider(canonical).any(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surfaces_are_known_labels() {
        let surfaces = SURFACES.as_ref().unwrap();
        assert!(surfaces.flat_top.len() >= 20);
        assert!(surfaces.seat.len() >= 5);
        for label in surfaces.flat_top.iter().chain(&surfaces.seat) {
            assert_eq!(LabelTable::builtin().known(label), Some(label.as_str()), "{label}");
        }
    }

    #[test]
    fn narrower_kinds_have_the_tops_of_the_wider() {
        assert!(has_flat_top("coffee table") && has_flat_top("desk") && has_flat_top("bed side table"));
        assert!(is_seat("office chair") && is_seat("loveseat") && is_seat("bar stool") && !is_seat("table"));
        assert!(!has_flat_top("sofa") && !has_flat_top("mug") && !has_flat_top("table lamp"));
    }
}
