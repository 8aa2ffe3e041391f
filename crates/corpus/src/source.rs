//! A scene with what drawing questions needs of it.

use question::{Sampler, Telling};
use scene::{Move, Scene, SceneError, scene_sha256};

/// A scene, its hash and what it offers to questions.
#[derive(Debug)]
pub struct Source {
    /// The scene.
    pub scene: Scene,
    /// SHA-256 of its canonical file.
    pub sha256: String,
    /// What it offers to fill roles with.
    pub sampler: Sampler,
}

impl Source {
    /// A scene whose things are described, or marked, where no name tells them from their like.
    pub fn telling(scene: Scene, telling: Telling) -> Self {
        let sampler = Sampler::telling(&scene, telling);
        Self { sha256: scene_sha256(&scene), sampler, scene }
    }

    /// The scene after a move; of its things, those that a name tells from the others.
    pub fn moved(&self, edit: &Move) -> Result<Self, SceneError> {
        self.scene.moved(edit).map(Self::from)
    }
}

impl From<Scene> for Source {
    fn from(scene: Scene) -> Self {
        Self { sha256: scene_sha256(&scene), sampler: Sampler::new(&scene), scene }
    }
}
