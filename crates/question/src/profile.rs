//! Profiles: named sets of definitions, as data in `data/profiles`.

use std::{collections::BTreeMap, sync::LazyLock};

use geometry::SectorSystem;
use serde::{Deserialize, Serialize};

use crate::{
    AzimuthDefinition, BearingDefinition, DistanceDefinition, ExtentDefinition, MovementDefinition, PanDefinition,
};

/// A named set of definitions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// What it is for, in a sentence.
    pub summary: String,
    /// Where its rules are stated.
    pub source: String,
    /// Standard deviations that a tolerance covers; 0: values are taken as exact.
    pub sigmas: f64,
    /// How a reference finds its object.
    pub resolve: Resolve,
    /// Definitions for questions that leave them out.
    pub definitions: Definitions,
    /// When the profile does not ask a question at all.
    #[serde(default)]
    pub guards: Guards,
    /// How it prints quantities, by measure; the house rule where nothing is said.
    #[serde(default)]
    pub print: BTreeMap<String, PrintRule>,
}

/// How a reference finds its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resolve {
    /// The only object of the class, narrower kinds included.
    Unique,
    /// The only object of exactly this label or name.
    Exact,
    /// The first box of a label whose declared count is one; among candidates, the nearest of several.
    Declared,
}

/// Definitions for questions that leave them out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Definitions {
    /// Of distances.
    pub distance: DistanceDefinition,
    /// Of extents.
    pub extent: ExtentDefinition,
    /// Of bearings.
    pub bearing: BearingDefinition,
    /// Of distances from or to a camera.
    pub camera_distance: DistanceDefinition,
    /// Of azimuths of objects from cameras.
    pub azimuth: AzimuthDefinition,
    /// Of azimuths of objects from objects.
    pub object_azimuth: AzimuthDefinition,
    /// Of azimuths of cameras.
    pub camera_azimuth: AzimuthDefinition,
    /// Of turns between views.
    pub pan: PanDefinition,
    /// Of the ways of cameras.
    pub movement: MovementDefinition,
}

/// Bands in which a published benchmark does not ask. All off by default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Guards {
    /// A distance, printed, is at least this, metres.
    pub value_distance_least_m: Option<f64>,
    /// The nearest candidate is at least this far, metres.
    pub pick_least_m: Option<f64>,
    /// Any two candidates differ in distance by more than this, metres.
    pub pick_gap_m: Option<f64>,
    /// The three objects of a bearing are pairwise between these distances, metres.
    pub bearing_pair_m: Option<[f64; 2]>,
    /// At most so many of the eight corners of the object asked for lie in another sector than its centre.
    pub bearing_corners_elsewhere: Option<usize>,
    /// A bearing keeps this distance from the borders of its sector, degrees.
    pub bearing_border_deg: Option<f64>,
    /// Systems in which only the counter-clockwise border is guarded.
    #[schemars(with = "Vec<String>")]
    pub bearing_border_one_sided: Vec<SectorSystem>,
    /// In `halves`, a bearing beyond this on either side is not asked, degrees.
    pub halves_exclude_back_deg: Option<f64>,
    /// Fewest objects worth counting.
    pub count_least: Option<u32>,
}

/// How a quantity is printed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrintRule {
    /// Factor before printing: 100 for centimetres.
    pub per_unit: f64,
    /// Decimals, rounded half to even.
    pub decimals: u32,
    /// What follows the number.
    pub suffix: String,
}

static PROFILES: LazyLock<Result<Vec<Profile>, toml::de::Error>> = LazyLock::new(|| {
    [
        include_str!("../data/profiles/isovist.toml"),
        include_str!("../data/profiles/vsi-bench.toml"),
        include_str!("../data/profiles/spatialevo.toml"),
    ]
    .into_iter()
    .map(toml::from_str)
    .collect()
});

/// All profiles, `isovist` first. The data is part of the binary and a test parses it.
pub fn profiles() -> &'static [Profile] {
    PROFILES.as_deref().unwrap_or_default()
}

/// The profile of this name.
pub fn profile(name: &str) -> Option<&'static Profile> {
    profiles().iter().find(|profile| profile.name == name)
}
