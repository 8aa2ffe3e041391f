//! A scene with what drawing questions needs of it.

use question::{Known, Memory, Profile, Proof, Question, Sampler, Telling, Verdict, evaluate_knowing, prove_knowing};
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
    /// What was measured of it.
    memory: Memory,
}

impl Source {
    /// A scene whose things are described, or marked, where no name tells them from their like.
    pub fn telling(scene: Scene, telling: Telling) -> Self {
        let sampler = Sampler::telling(&scene, telling);
        Self { sha256: scene_sha256(&scene), sampler, scene, memory: Memory::default() }
    }

    /// The verdict on a question about it; `profile` is the one under which its things are described.
    pub fn verdict(&self, question: &Question, profile: &Profile) -> Verdict {
        let known = Known { meant: &|phrase| self.sampler.meant(phrase), memory: Some(&self.memory) };
        evaluate_knowing(&self.scene, question, profile, known)
    }

    /// The verdict with its proof, if it is certain.
    pub fn proof(&self, question: &Question, profile: &Profile) -> (Verdict, Option<Proof>) {
        prove_knowing(&self.scene, question, profile, &self.sha256, &self.memory)
    }

    /// The scene after a move; of its things, those that a name tells from the others.
    pub fn moved(&self, edit: &Move) -> Result<Self, SceneError> {
        self.scene.moved(edit).map(Self::from)
    }
}

impl From<Scene> for Source {
    fn from(scene: Scene) -> Self {
        Self { sha256: scene_sha256(&scene), sampler: Sampler::new(&scene), scene, memory: Memory::default() }
    }
}
