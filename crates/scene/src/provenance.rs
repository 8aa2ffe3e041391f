//! Where a scene comes from.

use serde::{Deserialize, Serialize};

/// Origin, terms and conversions of a scene.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Data set or device: `"vsi-bench/scannet"`, `"adt"`, `"made by hand"`.
    pub dataset: String,
    /// Licence of the annotation, SPDX where there is one.
    pub licence: String,
    /// Who is to be named.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub attribution: String,
    /// What an importer changed on the way in, in words: axes turned, units scaled, objects merged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub converted: Vec<String>,
}
