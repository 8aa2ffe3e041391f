//! NeMo Gym's resources server: `/seed_session`, `/verify`, `/aggregate_metrics`.

use std::collections::BTreeMap;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use judge::row::judge;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json as value};

use super::{Shared, openrlhf::truth};
use crate::{
    problem::{Problem, json},
    rows::{Tally, parse, refusal},
};

pub(super) const EXAMPLE: &str = r#"{"responses_create_params": {"input": "How many chairs?"}, "response": {"output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "<answer>3</answer>"}]}]}, "ground_truth": "{\"kind\": \"count\", \"value\": 3}"}"#;

/// What a rollout begins with; none of it is needed.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
pub(super) struct Seed {}

/// A rollout: the row of the dataset and the model's response. All fields are given back.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
pub(super) struct Rollout {
    /// The response of the model.
    response: Answered,
    /// Ground truth, as JSON in a text or as it is; left out, the row itself has `truth` or `answer`.
    ground_truth: Option<Value>,
}

/// A response in the form of the Responses API.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
struct Answered {
    /// What the model gave: messages, calls, reasoning.
    output: Vec<Value>,
}

/// Verified rollouts.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
pub(super) struct Verified {
    /// Answers of `/verify`.
    verify_responses: Vec<Map<String, Value>>,
}

/// Means in NeMo Gym's form.
#[derive(Debug, Default, Serialize)]
#[expect(clippy::struct_field_names, reason = "the published names")]
struct Means {
    group_level_metrics: Vec<Map<String, Value>>,
    agent_metrics: BTreeMap<String, f64>,
    key_metrics: BTreeMap<String, f64>,
}

/// The field by which NeMo Gym numbers its tasks.
const TASK_INDEX: &str = "_ng_task_index";

pub(super) async fn seed_session(State(app): Shared, request: Request) -> Result<Response, Problem> {
    app.work
        .on_body(request.into_body(), |body| if body.is_empty() { Ok(Seed {}) } else { parse::<Seed>(&body, "body") })
        .await?;
    Ok(json(StatusCode::OK, &value!({})))
}

pub(super) async fn verify(State(app): Shared, request: Request) -> Result<Response, Problem> {
    let preset = app.preset;
    let job = move |body: bytes::Bytes| {
        let mut fields: Map<String, Value> = parse(&body, "body")?;
        let rollout: Rollout = parse(&body, "body")?;
        let truth = match rollout.ground_truth {
            Some(given) => truth(&given, "ground_truth")?,
            None => truth(&Value::Object(fields.clone()), "body")?,
        };
        let judgement = judge(preset, &truth.row(last_message(&rollout.response))).map_err(|fault| refusal(&fault))?;
        let total = judgement.reward.total;
        fields.insert("reward".to_owned(), total.into());
        for (name, part) in &judgement.reward.components {
            fields.insert(format!("{name}_score"), part.score.into());
        }
        fields.insert("judgement".to_owned(), serde_json::to_value(&judgement).map_err(|_| Problem::Internal)?);
        Ok((fields, total))
    };
    let (fields, total) = app.work.on_body(request.into_body(), job).await?;
    let mut tally = Tally::default();
    tally.add(total);
    app.metrics.replies(&preset.name, tally);
    Ok(json(StatusCode::OK, &fields))
}

/// The text of the assistant's last message; empty where there is none.
fn last_message(response: &Answered) -> String {
    let last = response.output.iter().rev().find(|item| item["type"] == "message" && item["role"] == "assistant");
    match last.map(|message| &message["content"]) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            parts.iter().filter(|part| part["type"] == "output_text").filter_map(|part| part["text"].as_str()).collect()
        }
        _ => String::new(),
    }
}

pub(super) async fn aggregate_metrics(State(app): Shared, request: Request) -> Result<Response, Problem> {
    let means = app.work.on_body(request.into_body(), |body| Ok(means(&parse::<Verified>(&body, "body")?))).await?;
    Ok(json(StatusCode::OK, &means))
}

/// Means of the reward and of every component, over all and over each task.
fn means(verified: &Verified) -> Means {
    let mut by_task: BTreeMap<i64, Vec<&Map<String, Value>>> = BTreeMap::new();
    for fields in &verified.verify_responses {
        let task = fields.get(TASK_INDEX).and_then(Value::as_i64).unwrap_or(-1);
        by_task.entry(task).or_default().push(fields);
    }
    let of = |rollouts: &[&Map<String, Value>]| -> BTreeMap<String, f64> {
        let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for (name, score) in rollouts.iter().flat_map(|fields| fields.iter()) {
            if let (true, Some(score)) = (name == "reward" || name.ends_with("_score"), score.as_f64()) {
                let sum = sums.entry(format!("mean/{name}")).or_default();
                *sum = (sum.0 + score, sum.1 + 1.0);
            }
        }
        sums.into_iter().map(|(name, (sum, count))| (name, sum / count)).collect()
    };
    let all: Vec<&Map<String, Value>> = verified.verify_responses.iter().collect();
    let agent_metrics = of(&all);
    let key_metrics = agent_metrics.iter().filter(|(name, _)| *name == "mean/reward");
    let key_metrics = key_metrics.map(|(name, mean)| (name.clone(), *mean)).collect();
    let group_level_metrics = by_task
        .into_iter()
        .map(|(task, rollouts)| {
            let numbered = (task >= 0).then(|| (TASK_INDEX.to_owned(), task.into()));
            numbered.into_iter().chain(of(&rollouts).into_iter().map(|(name, mean)| (name, mean.into()))).collect()
        })
        .collect();
    Means { group_level_metrics, agent_metrics, key_metrics }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_message_of_the_assistant_is_the_reply() {
        let text =
            |output: Value| last_message(&serde_json::from_value(value!({"output": output})).expect("a response"));
        let message = |text: &str| value!({"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]});
        assert_eq!(text(value!([message("3"), {"type": "reasoning"}, message("4"), {"type": "function_call"}])), "4");
        assert_eq!(text(value!([{"type": "message", "role": "assistant", "content": "5"}])), "5");
        assert_eq!(text(value!([7, {"type": "message", "role": "user", "content": "5"}])), "");
    }

    #[test]
    fn means_in_all_and_by_task() {
        let body = r#"{"verify_responses": [{"_ng_task_index": 0, "reward": 1.0, "format_score": 1}, {"_ng_task_index": 0, "reward": 0.0},
            {"_ng_task_index": 1, "reward": 0.5, "id": 7}]}"#;
        let means = means(&serde_json::from_str(body).expect("a body"));
        assert_eq!((means.key_metrics["mean/reward"], means.agent_metrics["mean/format_score"]), (0.5, 1.0));
        assert_eq!(
            means.group_level_metrics[1],
            *value!({"_ng_task_index": 1, "mean/reward": 0.5}).as_object().expect("one")
        );
    }
}
