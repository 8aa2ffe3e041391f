//! What is tested: a scene, a question about it, and what the engine says.

use std::sync::Arc;

use question::{Draw, Fillings, Profile, Proof, Question, Role, Task, Verdict, prove};
use scene::{Scene, SceneParts};
use serde_json::Value;

use super::{
    alter,
    laws::{ROOM, mentions},
    room::random_scene,
};
use ::corpus::Source;
use question::subjects;

/// One question about one scene.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) source: Arc<Source>,
    /// The scene with only the objects that the question speaks of.
    pub(crate) slim: Scene,
    pub(crate) question: Question,
    /// Name of the task it was made from.
    pub(crate) task: String,
    /// What fills the task's roles, unless the question was altered.
    pub(crate) fillings: Option<Fillings>,
    pub(crate) profile: &'static Profile,
    pub(crate) verdict: Verdict,
    proof: Option<Proof>,
}

/// What cases are drawn from.
pub(crate) struct Ground {
    pub(crate) embedded: Vec<Arc<Source>>,
    pub(crate) tasks: Vec<&'static Task>,
    pub(crate) profile: &'static Profile,
    pub(crate) seed: u64,
}

/// Scenes tried before a number is left without a case.
const TRIES: usize = 8;

impl Ground {
    /// The case of this number: even ones on embedded scenes, odd ones on random ones; one in four is altered.
    pub(crate) fn case(&self, index: u64) -> Option<Case> {
        let mut draw = Draw::new(self.seed, &["conform"], index);
        let task = *draw.pick(&self.tasks)?;
        let (source, fillings) = (0..TRIES).find_map(|_| {
            let source = self.source(index, reads_depth(&task.question) || has_pixels(task), &mut draw)?;
            let fillings = source.sampler.fillings(&source.scene, task, &mut draw)?;
            Some((source, fillings))
        })?;
        let question = task.question(&fillings).ok()?;
        let altered =
            if draw.below(4) == 0 { alter::altered(&source, &question, self.profile, &mut draw) } else { None };
        let fillings = altered.is_none().then_some(fillings);
        Case::new(source, altered.unwrap_or(question), task.name.clone(), fillings, self.profile)
    }

    /// Whether the case of this number is on an embedded scene.
    pub(crate) fn is_embedded(index: u64) -> bool {
        index.is_multiple_of(2)
    }

    /// The scene of the case of this number; random ones have depth images only where a question needs them.
    fn source(&self, index: u64, with_depth: bool, draw: &mut Draw) -> Option<Arc<Source>> {
        if Self::is_embedded(index) {
            return draw.pick(&self.embedded).cloned();
        }
        let id = format!("random-{}-{index}", self.seed);
        random_scene(id, with_depth, draw).ok().map(|scene| Arc::new(Source::from(scene)))
    }
}

impl Case {
    pub(crate) fn new(
        source: Arc<Source>,
        question: Question,
        task: String,
        fillings: Option<Fillings>,
        profile: &'static Profile,
    ) -> Option<Self> {
        let (verdict, proof) = prove(&source.scene, &question, profile, &source.sha256);
        let slim = slim(&source.scene, &question)?;
        Some(Self { source, slim, question, task, fillings, profile, verdict, proof })
    }

    /// Whether the question speaks of what depth images say.
    pub(crate) fn reads_depth(&self) -> bool {
        serde_json::to_value(&self.question).is_ok_and(|question| reads_depth(&question))
    }

    /// The proof of a certain answer, as JSON.
    pub(crate) fn proof(&self) -> Option<Value> {
        serde_json::to_value(self.proof.as_ref()?).ok()
    }
}

/// Whether the JSON of a question speaks of what depth images say: of pixels, or of the overlap of views.
pub(crate) fn reads_depth(question: &Value) -> bool {
    match question {
        Value::String(text) => text == "view_overlap" || text.contains('@') && text.contains(':'),
        Value::Array(items) => items.iter().any(reads_depth),
        Value::Object(fields) => fields.values().any(reads_depth),
        _ => false,
    }
}

fn has_pixels(task: &Task) -> bool {
    task.roles.values().any(|role| matches!(role, Role::Pixel { .. } | Role::Pixels { .. }))
}

/// The scene with changed parts.
pub(crate) fn rescened(scene: &Scene, change: impl FnOnce(&mut SceneParts)) -> Option<Scene> {
    let mut parts = scene.parts().clone();
    change(&mut parts);
    Some(Scene::new(parts).ok()?.with_images(scene.images().clone()))
}

/// The scene with only the objects that some word of the question stands for.
fn slim(scene: &Scene, question: &Question) -> Option<Scene> {
    let (kept, frames) = subjects(scene, question);
    let everything = mentions(question, &ROOM);
    let ordered = serde_json::to_string(question).ok()?.contains("first_seen");
    let mut parts = scene.parts().clone();
    parts.points.clear();
    parts.frames.retain(|frame| ordered || frames.contains(&frame.name));
    parts.retain(|object| scene.position(object.id).is_some_and(|position| everything || kept.contains(&position)));
    Some(Scene::new(parts).ok()?.with_images(scene.images().clone()))
}
