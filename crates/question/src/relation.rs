//! Named relations, as data in `data/relations.toml`: what `on`, `above`, `below` stand for.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::Predicate;

/// A named relation between two objects.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// What it means, in a sentence.
    pub summary: String,
    /// How it is said of `{a}` and `{b}`.
    pub says: String,
    /// What it stands for; `"$a"` and `"$b"` are its objects.
    pub means: Predicate,
}

static RELATIONS: LazyLock<Result<BTreeMap<String, Relation>, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("../data/relations.toml")));

/// The relation of this name. The data is part of the binary and a test parses it.
pub fn relation(name: &str) -> Option<&'static Relation> {
    RELATIONS.as_ref().ok()?.get(name)
}

/// All relations by name.
pub fn relations() -> impl Iterator<Item = (&'static str, &'static Relation)> {
    RELATIONS.iter().flatten().map(|(name, relation)| (name.as_str(), relation))
}
