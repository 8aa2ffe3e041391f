//! Certified questions and answers, drawn from scenes in a fixed order.

use std::collections::{BTreeMap, BTreeSet};

use language::{Format, Material, PhraseBook};
use question::{Answer, Draw, Profile, Proof, Question, Sampler, Task, Verdict, catalogue, evaluate, print, prove};
use rayon::prelude::*;
use scene::{Scene, scene_sha256};
use serde::Serialize;

/// Candidate questions drawn for one row at most.
const DRAWS_A_ROW: usize = 40;
/// Candidates drawn at a time.
const BLOCK: usize = 256;

/// A scene with what drawing questions needs of it.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) scene: Scene,
    pub(crate) sha256: String,
    pub(crate) sampler: Sampler,
}

impl From<Scene> for Source {
    fn from(scene: Scene) -> Self {
        Self { sha256: scene_sha256(&scene), sampler: Sampler::new(&scene), scene }
    }
}

/// One certified question.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct Row {
    /// `<task>-<seed>-<number>`, unique in a file.
    pub(crate) id: String,
    /// Id of the scene.
    pub(crate) scene: String,
    /// Name of the task.
    #[schemars(schema_with = "task_name")]
    pub(crate) task: String,
    /// Difficulty level of the task.
    pub(crate) level: u8,
    /// How it wants to be answered.
    pub(crate) format: Format,
    /// What is asked, options included.
    pub(crate) text: String,
    /// The options without their letters, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) options: Vec<String>,
    /// The right answer in words: printed, or the letter of the right option, or true or false.
    pub(crate) answer_text: String,
    /// The answer to `question`, with its tolerance.
    pub(crate) answer: Answer,
    /// The question that `text` words.
    pub(crate) question: Question,
    /// The proof of `answer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) proof: Option<Proof>,
}

fn task_name(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let names: Vec<&str> = catalogue().iter().map(|task| task.name.as_str()).collect();
    schemars::json_schema!({ "type": "string", "enum": names })
}

/// Counts of what was drawn, by verdict or reason.
pub(crate) type Tally = BTreeMap<String, usize>;

/// What to draw.
#[derive(Clone, Copy)]
pub(crate) struct Drawing<'a> {
    pub(crate) book: &'a PhraseBook,
    pub(crate) profile: &'a Profile,
    pub(crate) seed: u64,
    /// Formats to draw from, uniformly.
    pub(crate) formats: &'a [Format],
}

impl Drawing<'_> {
    /// Up to `wanted` rows of one task over all scenes, in the order of their draws.
    pub(crate) fn rows(&self, sources: &[Source], task: &Task, wanted: usize, tally: &mut Tally) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        let mut seen = BTreeSet::new();
        for block in 0..wanted.saturating_mul(DRAWS_A_ROW).div_ceil(BLOCK) {
            if rows.len() >= wanted {
                break;
            }
            let drawn: Vec<_> = (block.saturating_mul(BLOCK)..block.saturating_add(1).saturating_mul(BLOCK))
                .into_par_iter()
                .map(|index| self.draw(sources, task, index as u64))
                .collect();
            for row in drawn {
                if rows.len() >= wanted {
                    break;
                }
                let what = match row {
                    Err(reason) => reason,
                    Ok(row) if seen.insert((row.scene.clone(), row.text.clone())) => {
                        rows.push(Row { id: format!("{}-{}-{}", task.name, self.seed, rows.len()), ..row });
                        "certain".to_owned()
                    }
                    Ok(_) => "repeated".to_owned(),
                };
                *tally.entry(what).or_default() += 1;
            }
        }
        rows
    }

    /// The candidate of this number, or why it is no row.
    fn draw(&self, sources: &[Source], task: &Task, index: u64) -> Result<Row, String> {
        let mut draw = Draw::new(self.seed, &["gen", &task.name], index);
        let nothing = || "nothing to ask".to_owned();
        let source = draw.pick(sources).ok_or_else(nothing)?;
        let fillings = source.sampler.fillings(&source.scene, task, &mut draw).ok_or_else(nothing)?;
        let format = *draw.pick(self.formats).ok_or_else(nothing)?;
        let question = task.question(&fillings).map_err(|error| error.to_string())?;
        let answer = certain(evaluate(&source.scene, &question, self.profile))?;
        let material = Material { scene: &source.scene, task, fillings: &fillings, answer: &answer, alternatives: &[] };
        let worded = self.book.exercise(&material, format, &mut draw).map_err(|_| "not worded".to_owned())?;
        let answer_text = match (worded.letter, format) {
            (Some(letter), _) => letter.to_string(),
            (None, Format::FreeForm) => print::answer_in(self.profile, &question, &answer),
            (None, _) => worded.answer_text,
        };
        let (verdict, proof) = prove(&source.scene, &worded.question, self.profile, &source.sha256);
        Ok(Row {
            id: String::new(),
            scene: source.scene.id().to_owned(),
            task: task.name.clone(),
            level: task.level,
            format,
            text: worded.text,
            options: worded.options,
            answer_text,
            answer: certain(verdict)?,
            question: worded.question,
            proof,
        })
    }
}

/// The certain answer, or the code of the reason why there is none.
fn certain(verdict: Verdict) -> Result<Answer, String> {
    match verdict {
        Verdict::Certain { answer, .. } => Ok(answer),
        Verdict::Ambiguous { reason, .. } | Verdict::Invalid { reason } => Err(reason.code.as_str().to_owned()),
    }
}
