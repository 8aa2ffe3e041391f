//! Request → response.

use question::{Answer, Filling, Fillings, Profile, Proof, Question, ReasonCode, Verdict, prove};
use scene::Frame;
use serde_json::{Map, Value, json};

use crate::{
    Opened, RESPONSE_VERSION, TaskType, answer,
    asked::asked,
    data_fault,
    failure::{Code, Failure},
    images, request,
    request::Request,
    task_types,
};

/// How requests are answered.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'p> {
    /// Whose definitions.
    pub profile: &'p Profile,
    /// Whether a valid response carries its proof.
    pub proof: bool,
}

/// What is known of a request while it is answered.
#[derive(Debug, Default)]
struct Progress {
    task_type: Option<&'static TaskType>,
    params: Map<String, Value>,
    ignored: Vec<String>,
    issues: Vec<String>,
}

struct Answered {
    text: String,
    verdict: Verdict,
    proof: Proof,
}

/// The response to a request; `open` finds the scene of an id, or says in a sentence why there is none.
///
/// ```
/// use serde_json::json;
/// use spatialevo::{Opened, Settings, validate};
///
/// let scene = question::example_scene(question::task("absolute_distance").expect("a task")).expect("its scene");
/// let sha256 = scene::scene_sha256(&scene);
/// let request = json!({
///     "task_type": "absolute_distance", "scene_id": "absolute_distance",
///     "question": "What is the distance between the sofa and the table?",
/// });
/// let settings = Settings { profile: question::profile("isovist").expect("a profile"), proof: true };
/// let response = validate(&request, settings, |_| Ok(Opened { scene: &scene, sha256: &sha256 }));
/// assert_eq!(response["answer"], "2.1 meters");
/// ```
pub fn validate<'s>(
    request: &Value,
    settings: Settings<'_>,
    open: impl FnOnce(&str) -> Result<Opened<'s>, String>,
) -> Value {
    let mut progress = Progress::default();
    let answered = progress.answer(request, settings, open);
    let mut response = progress.head(request, answered.as_ref());
    response.insert("profile".into(), settings.profile.name.clone().into());
    match answered {
        Ok(Answered { text, verdict, proof, .. }) => {
            let generation = progress.task_type.map_or([0.0; 2], |task_type| difficulty(task_type, &text));
            response.insert("generation_difficulty_score".into(), json!(generation[0]));
            response.insert("question_difficulty_score".into(), json!(generation[1]));
            response.insert("reasoning".into(), "".into());
            let detail = json!({"llm_extraction_calls": 0, "base_confidence": 1.0, "llm_extraction_penalty": 0.0});
            response.insert("score_detail".into(), detail);
            response.insert("runtime_ms".into(), Value::Null);
            response.insert("certainty".into(), verdict.kind().into());
            response.insert("reason_code".into(), "".into());
            response.insert("verdict".into(), json!(verdict));
            if settings.proof {
                response.insert("proof".into(), json!(proof));
            }
        }
        Err(failure) => progress.refused(&mut response, &failure),
    }
    response.into()
}

/// Published difficulties; a count of at most one is half as hard to answer.
fn difficulty(task_type: &TaskType, answer: &str) -> [f64; 2] {
    let [generation, question] = task_type.difficulty;
    let small = task_type.name == "object_counting" && matches!(answer, "0" | "1");
    [generation, if small { 0.5 } else { question }]
}

impl Progress {
    fn answer<'s>(
        &mut self,
        request: &Value,
        settings: Settings<'_>,
        open: impl FnOnce(&str) -> Result<Opened<'s>, String>,
    ) -> Result<Answered, Failure> {
        if task_types().is_empty() {
            return Err(Failure::broken(data_fault().unwrap_or_default()));
        }
        let fields = request::fields(request)?;
        if let Some(name) = fields.get("task_type").and_then(Value::as_str) {
            self.task_type = request::task_type(name).ok();
        }
        let request = Request::read(fields)?;
        let task_type = request.task_type;
        self.ignored.clone_from(&request.ignored);
        self.look_over(&request);
        for (role, labels) in &request.labels {
            self.put(task_type, role, labels);
        }
        let opened =
            open(request.scene_id).map_err(|sentence| Failure::new(Code::MissingDependency, "no_scene", sentence))?;
        let frames = images::frames(opened.scene, &request.images, task_type.mode.images())?;
        if !frames.is_empty() {
            self.params.insert("images".into(), frames.iter().map(|frame| frame.name.as_str()).collect());
        }
        if request.images.iter().any(|(_, list)| list.len() > task_type.mode.images()) {
            self.issues.push(format!("only the first {} of the images play a part", task_type.mode.images()));
        }
        let asked = asked(&request, opened.scene, &frames, settings.profile)?;
        self.issues.extend(asked.issues);
        self.fill(task_type, &asked.fillings, &frames);
        self.params.insert("source".into(), asked.source.into());
        let prove = |question: &Question| prove(opened.scene, question, settings.profile, opened.sha256);
        if let Some((even, question)) = task_type.even(&asked.question, settings.profile)
            && let (verdict @ Verdict::Certain { answer: Answer::YesNo { value: true }, .. }, Some(proof)) =
                prove(&question)
        {
            return match &even.answer {
                Some(text) => Ok(Answered { text: text.clone(), verdict, proof }),
                None => Err(Failure::rule(ReasonCode::TooCloseToCall, "the two are the same by SpatialEvo's rule")),
            };
        }
        let (verdict, proof) = prove(&asked.question);
        match (&verdict, proof) {
            (Verdict::Certain { answer, .. }, Some(proof)) => {
                let text = answer::text(task_type, &asked.question, answer, &frames);
                Ok(Answered { text, verdict, proof })
            }
            _ => Err(uncertain(verdict)),
        }
    }

    /// SpatialEvo's remarks on a text; each costs a hundredth of the confidence.
    fn look_over(&mut self, request: &Request<'_>) {
        let text = request.question.to_lowercase();
        if !text.contains('?') {
            self.issues.push("the question has no question mark".to_owned());
        }
        let words = ["left", "right", "front", "back", "behind", "where", "direction"];
        if request.task_type.name.starts_with("position") && !words.iter().any(|word| text.contains(word)) {
            self.issues.push("the question does not ask for a direction or place".to_owned());
        }
    }

    /// Labels under the fields that SpatialEvo has for them.
    fn put(&mut self, task_type: &TaskType, role: &str, labels: &[&str]) {
        let fields: Vec<&String> =
            task_type.labels.iter().filter(|(_, filled)| *filled == role).map(|(field, _)| field).collect();
        match &fields[..] {
            [field] if field.ends_with("labels") => {
                self.params.insert((*field).clone(), json!(labels));
            }
            fields => {
                for (field, label) in fields.iter().zip(labels) {
                    self.params.insert((*field).clone(), (*label).into());
                }
            }
        }
    }

    fn fill(&mut self, task_type: &TaskType, fillings: &Fillings, frames: &[&Frame]) {
        for (role, filling) in fillings {
            match (role.as_str(), filling) {
                ("f" | "g", Filling::Text(name)) if task_type.mode.images() == 2 => {
                    let at = frames.iter().position(|frame| frame.name == *name).map(|at| at + 1);
                    let field = if role == "f" { "camera_reference_image_idx" } else { "camera_target_image_idx" };
                    self.params.insert(field.into(), json!(at));
                }
                ("f" | "g" | "frames", _) | (_, Filling::Number(_)) => {}
                (_, Filling::Text(word)) if task_type.words.contains_key(role) => {
                    self.params.insert(role.clone(), word.as_str().into());
                }
                (_, Filling::Text(label)) => self.put(task_type, role, &[label]),
                (_, Filling::List(labels)) => {
                    self.put(task_type, role, &labels.iter().map(String::as_str).collect::<Vec<_>>());
                }
            }
        }
    }

    /// The keys that every response has.
    fn head(&self, request: &Value, answered: Result<&Answered, &Failure>) -> Map<String, Value> {
        let said = |field: &str| {
            let text = request.get(field).and_then(Value::as_str).unwrap_or_default();
            Value::from(text.chars().take(2_000).collect::<String>())
        };
        let (answer, error, code, stage) = match answered {
            Ok(answered) => (answered.text.as_str(), "", "", "ok"),
            Err(failure) => ("", failure.sentence.as_str(), failure.code.as_str(), failure.code.stage()),
        };
        // A broken request has no confidence to speak of; the others lose a hundredth for each remark.
        let confidence = (1.0 - 0.01 * self.issues.len() as f64).max(0.2);
        let mut head = Map::new();
        head.insert("response_version".into(), RESPONSE_VERSION.into());
        head.insert("is_valid".into(), answered.is_ok().into());
        head.insert("task_type".into(), self.task_type.map_or_else(|| said("task_type"), |known| json!(known.name)));
        head.insert("question".into(), said("question"));
        head.insert("answer".into(), answer.into());
        head.insert("error".into(), error.into());
        head.insert("error_code".into(), code.into());
        head.insert("failure_stage".into(), stage.into());
        head.insert("parsed_params".into(), self.params.clone().into());
        head.insert("confidence".into(), json!(answer::rounded(confidence)));
        let difficulty = self.task_type.map_or([0.0; 2], |task_type| task_type.difficulty);
        head.insert("generation_difficulty_score".into(), json!(difficulty[0]));
        head.insert("question_difficulty_score".into(), json!(difficulty[1]));
        head.insert("ignored_fields".into(), json!(self.ignored));
        if !self.issues.is_empty() {
            head.insert("issues".into(), json!(self.issues));
        }
        head
    }

    fn refused(&self, response: &mut Map<String, Value>, failure: &Failure) {
        let expected: Vec<&String> =
            self.task_type.map(|task_type| task_type.labels.keys().collect()).unwrap_or_default();
        let (resolved, unresolved): (Vec<&String>, Vec<&String>) =
            expected.iter().partition(|field| self.params.contains_key(field.as_str()));
        let issues: Vec<&String> = std::iter::once(&failure.sentence).chain(&self.issues).collect();
        let reference = json!({
            "task_type": response["task_type"],
            "final_invalid_reason": failure.sentence,
            "error_code": failure.code.as_str(),
            "error": failure.sentence,
            "failure_stage": failure.code.stage(),
            "parsed_params": self.params,
            "expected_extraction_fields": expected,
            "resolved_extraction_fields": resolved,
            "unresolved_extraction_fields": unresolved,
            "validation_issues": issues,
            "validation_suggestions": failure.suggestions,
        });
        response.insert("judge_reference".into(), reference);
        if failure.code == Code::QuestionInvalid {
            let result = json!({"is_valid": false, "issues": issues, "suggestions": failure.suggestions});
            response.insert("validation_result".into(), result);
            response.insert("validation_issues".into(), json!(issues));
            response.insert("validation_suggestions".into(), json!(failure.suggestions));
        }
        let certainty = failure.verdict.as_ref().map_or("invalid", |verdict| verdict.kind());
        response.insert("certainty".into(), certainty.into());
        response.insert("reason_code".into(), failure.reason.as_str().into());
        response.insert("verdict".into(), json!(failure.verdict));
    }
}

/// Why an uncertain verdict is no answer.
fn uncertain(verdict: Verdict) -> Failure {
    let mut failure = match verdict.reason() {
        Some(reason) => Failure::rule(reason.code, reason.sentence.clone()),
        None => Failure::broken("a certain answer has no proof"),
    };
    if let Verdict::Ambiguous { rivals, .. } = &verdict {
        failure.suggestions = rivals.iter().map(|rival: &Answer| question::print::answer(rival)).collect();
    }
    failure.verdict = Some(Box::new(verdict));
    failure
}
