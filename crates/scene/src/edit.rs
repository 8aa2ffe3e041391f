//! Changes that make another scene of a scene.

use serde::{Deserialize, Serialize};

use crate::{ObjectId, disk::sha256_hex};

/// One object moved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// The object.
    pub object: ObjectId,
    /// How far along each axis, world frame, metres.
    pub by_m: [f64; 3],
}

impl Move {
    /// The name of the scene that a scene becomes by it: another one for every other move.
    pub fn id(&self, scene: &str) -> String {
        let [x, y, z] = self.by_m;
        let told = sha256_hex(format!("{} {x} {y} {z}", self.object).as_bytes());
        format!("{scene}-moved-{}", &told[..16])
    }
}
