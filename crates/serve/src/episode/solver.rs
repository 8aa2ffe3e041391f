//! The solver: a certain question about a scene, and a reply judged against its answer.

use corpus::{Drawing, Source};
use judge::row::{GroundTruth, judge};
use language::{Format, PhraseBook};
use question::{Task, catalogue};
use scene::Draw;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Reset, Stage, object};
use crate::problem::Problem;

/// Candidate questions that are drawn for one episode at most.
const MOST_DRAWS: u64 = 400;
const FORMATS: [Format; 3] = [Format::FreeForm, Format::MultipleChoice, Format::TrueFalse];

/// A question that was asked, with its truth.
#[derive(Debug)]
pub(crate) struct Solver {
    pub(super) task: String,
    truth: GroundTruth,
}

/// A solver's action.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replying {
    /// What the model wrote.
    pub(crate) reply: String,
    /// What trainers add; it plays no part.
    #[serde(default, rename = "metadata")]
    _metadata: Map<String, Value>,
}

impl Solver {
    pub(super) fn begin(
        stage: &Stage,
        source: &Source,
        reset: &Reset,
        draw: &mut Draw,
    ) -> Result<(Self, Map<String, Value>), Problem> {
        let book = PhraseBook::builtin().map_err(|_| Problem::Internal)?;
        let asked: Option<&Task> = match &reset.task {
            None => None,
            Some(name) => Some(question::task(name).ok_or_else(|| {
                Problem::field(
                    "task",
                    format!("no task {:?} (hint: `isovist catalogue` lists them)", Problem::short(name)),
                )
            })?),
        };
        let drawing = Drawing { book, profile: stage.profile, seed: 0, proofs: false };
        for _ in 0..MOST_DRAWS {
            let Some(task) = asked.or_else(|| draw.pick(catalogue())) else { break };
            let Some(format) = reset.format.or_else(|| draw.pick(&FORMATS).copied()) else { break };
            let Some(fillings) = source.sampler.fillings(&source.scene, task, draw) else { continue };
            let Ok(fact) = drawing.fact(source, task, fillings) else { continue };
            let Ok(row) = drawing.worded(&fact, format, &[], language::Wanted::default(), draw) else { continue };
            let text = serde_json::to_string(&row).map_err(|_| Problem::Internal)?;
            // Answers that no free reply is read for are not asked for.
            let Ok(truth) = GroundTruth::from_json(&text) else { continue };
            let observation = json!({
                "role": "solver", "scene": row.scene, "task": row.task, "format": row.format,
                "question": row.text, "options": row.options, "instructions": stage.preset.instructions,
            });
            return Ok((Self { task: row.task, truth }, object(observation)));
        }
        Err(Problem::NoQuestion { scene: source.scene.id().to_owned() })
    }

    pub(super) fn step(&self, stage: &Stage, action: &Value) -> Result<(Map<String, Value>, f64), Problem> {
        let action = Replying::deserialize(action).map_err(|error| Problem::field("action", error.to_string()))?;
        let row = self.truth.clone().row(action.reply);
        let judgement = judge(stage.preset, &row).map_err(|fault| crate::rows::refusal(&fault))?;
        let judged = serde_json::to_value(&judgement).map_err(|_| Problem::Internal)?;
        Ok((object(json!({"role": "solver", "judgement": judged})), judgement.reward.total))
    }
}
