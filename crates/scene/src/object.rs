//! A labelled instance of a scene.

use geometry::{OrientedBox, Vec3};
use serde::{Deserialize, Serialize};

/// Number of an object, unique within its scene; written `#17` in questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct ObjectId(pub u32);

impl std::fmt::Display for ObjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// One labelled object: where it is, how large it is, what it is called.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Number within the scene.
    pub id: ObjectId,
    /// Class label as annotated, normalised ([`crate::normalise`]): `"dining chair"`.
    pub label: String,
    /// Further names of this very instance, normalised: `"white vase"`.
    pub names: Vec<String>,
    /// Oriented box around it, world frame, metres.
    pub bounds: OrientedBox,
    /// Unit vector its front faces, world frame, where the source states one that can be trusted.
    pub front: Option<Vec3>,
}

impl Object {
    /// What to call it in a sentence: its first own name, otherwise its label.
    pub fn title(&self) -> &str {
        self.names.first().map_or(&self.label, String::as_str)
    }
}
