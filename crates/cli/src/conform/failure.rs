//! A failure as a file that holds all it takes to see it again.

use std::{error::Error, path::Path, sync::Arc};

use question::{Answer, Fillings, Question, Verdict, drawn_depths};
use scene::{Scene, builtin, parse_scene, scene_text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    case::Case,
    family::{FAMILIES, Tries},
};
use crate::{ask::known_profile, output};
use ::corpus::Source;

const FORMAT: &str = "isovist-conform-failure";

/// One failure.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Failure {
    /// Always `isovist-conform-failure`.
    format: String,
    version: u32,
    pub(crate) family: String,
    pub(crate) seed: u64,
    pub(crate) index: u64,
    pub(crate) noise_draws: u64,
    profile: String,
    task: String,
    question: Question,
    /// What fills the task's roles, unless the question is not the task's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fillings: Option<Fillings>,
    /// What disagrees.
    pub(crate) fault: String,
    /// What the engine said.
    engine: Verdict,
    /// The answer that the engine should give, where a person has stated it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expected: Option<Answer>,
    /// The canonical scene.
    scene: Value,
}

/// Which draws a failure is of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers {
    pub(crate) seed: u64,
    pub(crate) index: u64,
    pub(crate) noise_draws: u64,
}

impl Failure {
    pub(crate) fn new(case: &Case, family: &str, numbers: Numbers, fault: String) -> Self {
        Self {
            format: FORMAT.into(),
            version: 1,
            family: family.to_owned(),
            seed: numbers.seed,
            index: numbers.index,
            noise_draws: numbers.noise_draws,
            profile: case.profile.name.clone(),
            task: case.task.clone(),
            question: case.question.clone(),
            fillings: case.fillings.clone(),
            fault,
            engine: case.verdict.clone(),
            expected: None,
            scene: serde_json::from_str(&scene_text(&case.source.scene)).unwrap_or_default(),
        }
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        output::write(path, (serde_json::to_string_pretty(self)? + "\n").as_bytes())
    }

    pub(crate) fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let place = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| format!("{place}: {error}"))?;
        let failure: Self = serde_json::from_str(&text).map_err(|error| format!("{place}: {error}"))?;
        if failure.format != FORMAT || failure.version != 1 {
            return Err(format!(
                "{place}: format: expected {FORMAT} version 1, found {} version {}",
                failure.format, failure.version
            )
            .into());
        }
        Ok(failure)
    }

    /// Tests the same again.
    pub(crate) fn again(&self) -> Result<Tries, Box<dyn Error>> {
        let family = FAMILIES
            .iter()
            .find(|family| family.name == self.family)
            .ok_or_else(|| format!("family: no family {:?}", self.family))?;
        let scene = with_images(parse_scene(&self.scene.to_string(), "scene")?);
        let case = Case::new(
            Arc::new(Source::from(scene)),
            self.question.clone(),
            self.task.clone(),
            self.fillings.clone(),
            known_profile(&self.profile)?,
        )
        .ok_or("scene: the objects of the question make no scene")?;
        let mut tries = family.run(&case, self.seed, self.index, self.noise_draws);
        if let Some(expected) = &self.expected {
            let found = case.verdict.answer();
            let fault = || format!("expected {expected:?}, the engine says {:?}", case.verdict);
            tries.note(if found == Some(expected) { Ok(()) } else { Err(fault()) });
        }
        Ok(tries)
    }
}

/// The scene with its images: those of the built-in scene of its name, or drawn as they were.
fn with_images(scene: Scene) -> Scene {
    if let Some(Ok(same)) = builtin::open(scene.id()) {
        return scene.with_images(same.images().clone());
    }
    let images = drawn_depths(&mut scene.parts().clone());
    scene.with_images(images)
}
