//! Kinds: what stands in a flat, as data (`data/kinds.toml` says what each field means).

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::{Primitive, RoomKind, Rule, Surface, kind_file};

/// What a thing is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Material {
    /// Painted plaster: walls, ceilings, frames.
    Paint,
    /// Wood, varnished or painted.
    Wood,
    /// Metal.
    Metal,
    /// Cloth.
    Fabric,
    /// Fired clay.
    Ceramic,
    /// Glass.
    Glass,
    /// Plastic.
    Plastic,
    /// Leaves.
    Leaf,
    /// Paper and cardboard.
    Paper,
    /// Food.
    Food,
}

/// One kind of thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Its own name, unique in the table.
    pub name: String,
    /// The label its objects carry; one of [`scene::LabelTable`].
    pub label: String,
    /// Least and greatest width, depth and height, whole millimetres.
    pub size_mm: [[u32; 2]; 3],
    /// Whether it has a front, which then is −y of its box.
    pub front: bool,
    /// What it is made of.
    pub material: Material,
    /// Names of the colours its body may have.
    pub colours: Vec<String>,
    /// Lumens it gives.
    pub light_lm: Option<f64>,
    /// Least and most of it in a room of a kind.
    pub rooms: BTreeMap<RoomKind, [u32; 2]>,
    /// What stays free in front of it, metres.
    pub clear_m: Option<f64>,
    /// Where it may be.
    pub rule: Rule,
    /// What it looks like.
    pub shape: Vec<Primitive>,
    /// Where others may stand on it.
    pub surfaces: Vec<Surface>,
}

/// The table of kinds, in the order in which they are placed.
#[derive(Debug, Clone, PartialEq)]
pub struct Kinds {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) colours: BTreeMap<String, [u8; 3]>,
}

/// Why a text is no table of kinds.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KindsError {
    /// It is not TOML, or not of this shape.
    #[error("kinds: {0}")]
    Syntax(String),
    /// A field of a kind holds what it may not.
    #[error("kind {kind:?}: {field}: {problem}")]
    Field {
        /// The kind.
        kind: String,
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

static BUILTIN: LazyLock<Result<Kinds, KindsError>> =
    LazyLock::new(|| Kinds::parse(include_str!("../data/kinds.toml")));

impl Kinds {
    /// The table in the binary.
    pub fn builtin() -> Result<&'static Self, KindsError> {
        BUILTIN.as_ref().map_err(Clone::clone)
    }

    /// Reads a table and checks every field of every kind.
    pub fn parse(text: &str) -> Result<Self, KindsError> {
        kind_file::parse(text)
    }

    /// The kinds in order.
    pub fn all(&self) -> &[Kind] {
        &self.kinds
    }

    /// The position of the kind of this name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.name == name)
    }

    /// Red, green and blue of a named colour; a middle grey for a name that the table does not hold, which no kind has.
    pub fn colour(&self, name: &str) -> [u8; 3] {
        self.colours.get(name).copied().unwrap_or([128; 3])
    }
}
