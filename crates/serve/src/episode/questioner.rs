//! The questioner: what a scene or its frames show, and a question held against the engine.

use std::sync::Arc;

use corpus::Source;
use judge::{
    Reply, Truth,
    reward::{Facts, preset},
    row::said,
};
use language::PhraseBook;
use question::{Verdict, evaluate};
use scene::Draw;
use serde_json::{Map, Value, json};
use spatialevo::{Mode, Opened, Settings, TaskType, summary, task_type, task_types, validate};

use super::{Reset, Stage, object};
use crate::problem::Problem;

/// The task in which anything may be asked that the phrase book reads.
const FREE: &str = "free";
const INSTRUCTIONS: &str = "Say what is there inside <observation></observation>, then ask one question of the task inside \
                            <question></question>. It must have one certain answer.";

/// A scene that was shown.
#[derive(Debug)]
pub(crate) struct Questioner {
    pub(super) task: String,
    source: Arc<Source>,
    /// Frames that were shown.
    frames: Vec<String>,
    /// Labels of what they, or the scene, show.
    shown: Vec<String>,
}

/// A questioner's action: `reply`, or a request in SpatialEvo's form (`question` and the labels of its task type).
#[derive(Debug, schemars::JsonSchema)]
#[expect(dead_code, reason = "read as JSON; this is its published form")]
pub(crate) struct Asking {
    /// What the model wrote: `<observation>…</observation><question>…</question>`.
    reply: Option<String>,
    /// Or the question alone, in words; in the task `free` also as JSON.
    question: Option<String>,
}

/// What the engine says of a question.
struct Found {
    valid: bool,
    /// Half where the answer says little.
    worth: f64,
    response: Value,
}

impl Questioner {
    pub(super) fn begin(
        stage: &Stage,
        source: Arc<Source>,
        reset: &Reset,
        draw: &mut Draw,
    ) -> Result<(Self, Map<String, Value>), Problem> {
        let scene = &source.scene;
        let seen: Vec<&str> =
            scene.frames().iter().filter(|frame| frame.sightings.is_some()).map(|frame| frame.name.as_str()).collect();
        let asked = match reset.task.as_deref() {
            Some(FREE) => None,
            Some(name) => Some(task_type(name).ok_or_else(|| {
                let known: Vec<&str> = task_types().iter().map(|task_type| task_type.name.as_str()).collect();
                let given = Problem::short(name);
                Problem::field("task", format!("no task type {given:?} (hint: {FREE}, or one of {})", known.join(", ")))
            })?),
            None => {
                let fit: Vec<&TaskType> =
                    task_types().iter().filter(|task_type| task_type.mode.images() <= seen.len()).collect();
                draw.pick(&fit).copied()
            }
        };
        let wanted = asked.map_or(0, |task_type| task_type.mode.images());
        if wanted > seen.len() {
            return Err(Problem::NoQuestion { scene: scene.id().to_owned() });
        }
        // Neighbours in a walk share what they show.
        let first = draw.below(seen.len() + 1 - wanted);
        let frames: Vec<String> = seen.iter().skip(first).take(wanted).map(|name| (*name).to_owned()).collect();
        let request = json!({"scene_id": scene.id(), "frame_ids": frames});
        let summary = summary(&request, stage.profile, |_| Ok(opened(&source)));
        let labels = match asked.map_or(Mode::Scene, |task_type| task_type.mode) {
            Mode::Scene => &summary["labels"],
            Mode::SingleImage => &summary["visible_labels"],
            Mode::ImagePair => &summary["aggregate"]["union_visible_labels"],
        };
        let shown =
            labels.as_array().into_iter().flatten().filter_map(|label| Some(label.as_str()?.to_owned())).collect();
        let task = asked.map_or(FREE, |task_type| task_type.name.as_str()).to_owned();
        let observation = json!({
            "role": "questioner", "scene": scene.id(), "task": task, "frames": frames, "summary": summary,
            "instructions": INSTRUCTIONS,
        });
        Ok((Self { task, source, frames, shown }, object(observation)))
    }

    pub(super) fn step(&self, stage: &Stage, action: &Value) -> Result<(Map<String, Value>, f64), Problem> {
        let fields = action.as_object().ok_or_else(|| Problem::field("action", "an object is expected"))?;
        match (fields.get("reply"), fields.get("question")) {
            (Some(Value::String(reply)), None) => self.replied(stage, reply),
            (None, Some(Value::String(question))) => {
                let found = self.ask(stage, question, fields);
                let reward = if found.valid { found.worth } else { 0.0 };
                Ok((object(json!({"role": "questioner", "response": found.response})), reward))
            }
            (Some(_), Some(_)) => Err(Problem::field("action", "reply or question is expected, not both")),
            (None, None) => Err(Problem::field("action", "reply or question is missing")),
            (Some(_), None) => Err(Problem::field("action.reply", "a text is expected")),
            (None, Some(_)) => Err(Problem::field("action.question", "a text is expected")),
        }
    }

    /// A reply with sections, rewarded as SpatialEvo's first round is.
    fn replied(&self, stage: &Stage, text: &str) -> Result<(Map<String, Value>, f64), Problem> {
        let preset = preset("spatialevo-questioner").ok_or(Problem::Internal)?;
        let reply = Reply::from(text);
        let question = reply.structure().question.only().and_then(|range| reply.text().get(range));
        let found = question.map(|question| self.ask(stage, question, &Map::new()));
        let facts = Facts {
            valid: found.as_ref().map(|found| found.valid),
            worth: found.as_ref().map(|found| found.worth),
            shown: self.shown.clone(),
            ..Facts::default()
        };
        // The preset has no component that looks at an answer.
        let reward = preset.reward(&reply, &Truth::YesNo { value: true }, &facts);
        let said = said(&reply, &reward);
        let response = found.map(|found| found.response);
        let judgement = json!({"total": reward.total, "components": reward.components, "gated": reward.gated, "penalised": reward.penalised, "said": said});
        let observation = json!({"role": "questioner", "response": response, "judgement": judgement});
        Ok((object(observation), reward.total))
    }

    /// What the engine says of a question; `fields` are those of a request beside it.
    fn ask(&self, stage: &Stage, question: &str, fields: &Map<String, Value>) -> Found {
        if self.task == FREE { self.free(stage, question) } else { self.typed(stage, question, fields) }
    }

    fn typed(&self, stage: &Stage, question: &str, fields: &Map<String, Value>) -> Found {
        let other = fields.get("task_type").filter(|given| {
            let given = given.as_str().and_then(task_type).map(|task_type| task_type.name.as_str());
            given != Some(self.task.as_str())
        });
        if other.is_some() {
            let error = format!("task_type: the task of this episode is {}", self.task);
            return Found {
                valid: false,
                worth: 0.0,
                response: json!({"is_valid": false, "reason_code": "other_task", "error": error}),
            };
        }
        let mut request = fields.clone();
        // Which scene and which frames are asked about is the episode's, whatever the action says.
        for name in ["image_paths", "images", "image_path", "frame_id", "image_path_1", "image_path_2", "metadata"] {
            request.remove(name);
        }
        request.insert("task_type".to_owned(), self.task.as_str().into());
        request.insert("question".to_owned(), question.trim().into());
        request.insert("scene_id".to_owned(), self.source.scene.id().into());
        request.insert("frame_ids".to_owned(), json!(self.frames));
        if self.frames.is_empty() {
            request.remove("frame_ids");
        }
        let settings = Settings { profile: stage.profile, proof: false };
        let response = validate(&request.into(), settings, |_| Ok(opened(&self.source)));
        let little = response["answer"] == "same"
            || response["question_difficulty_score"].as_f64().is_some_and(|score| score <= 0.5);
        Found { valid: response["is_valid"] == true, worth: if little { 0.5 } else { 1.0 }, response }
    }

    fn free(&self, stage: &Stage, question: &str) -> Found {
        let refused = |code: &str, sentence: String| Found {
            valid: false,
            worth: 0.0,
            response: json!({"is_valid": false, "reason_code": code, "error": sentence}),
        };
        let Ok(book) = PhraseBook::builtin() else { return refused("broken_build", "no phrase book".to_owned()) };
        match book.read(&self.source.scene, question) {
            Ok(asked) => {
                let verdict = evaluate(&self.source.scene, &asked.question, stage.profile);
                let valid = matches!(verdict, Verdict::Certain { .. });
                let code = verdict.reason().map(|reason| reason.code.as_str());
                let response = json!({"is_valid": valid, "reason_code": code, "verdict": verdict});
                Found { valid, worth: 1.0, response }
            }
            Err(language::Unread::Wording(refusal)) => refused(refusal.code(), refusal.sentence()),
            Err(other) => refused("malformed", other.to_string()),
        }
    }
}

fn opened(source: &Source) -> Opened<'_> {
    Opened { scene: &source.scene, sha256: &source.sha256 }
}
