//! OpenRLHF's remote reward: the body that its trainer posts and the answer of its own reward server.

use std::collections::BTreeMap;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use judge::{
    reward::Preset,
    row::{GroundTruth, JudgedRow, judge_all},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Shared;
use crate::{
    observe::Rows,
    problem::{Problem, json},
    rows::{Tally, parse, refusal},
};

pub(super) const EXAMPLE: &str = r#"{"query": ["How many chairs?<answer>3</answer>"], "prompts": ["How many chairs?"], "labels": ["{\"kind\": \"count\", \"value\": 3}"]}"#;

/// What stands before the assistant's turn in common chat templates.
const MARKERS: [&str; 3] =
    ["<|im_start|>assistant", "<|start_header_id|>assistant<|end_header_id|>", "<start_of_turn>model"];

/// Queries to reward.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
pub(super) struct Queries {
    /// Each prompt with the response after it.
    query: Vec<String>,
    /// The prompts.
    prompts: Vec<String>,
    /// Ground truths, as JSON in a text or as they are.
    labels: Vec<Value>,
}

/// Their rewards.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[expect(clippy::struct_field_names, reason = "the published names")]
pub(super) struct Rewards {
    rewards: Vec<f64>,
    scores: Vec<f64>,
    /// Each component before its weight; 0 where it does not apply.
    extra_logs: BTreeMap<&'static str, Vec<f64>>,
}

pub(super) async fn get_reward(State(app): Shared, request: Request) -> Result<Response, Problem> {
    let (preset, most) = (app.preset, app.limits.batch_rows);
    let (rewards, tally) = app.work.on_body(request.into_body(), move |body| rewards(preset, &body, most)).await?;
    app.metrics.replies(&preset.name, tally);
    let mut response = json(StatusCode::OK, &rewards);
    response.extensions_mut().insert(Rows(rewards.rewards.len() as u64));
    Ok(response)
}

/// All rewards, or what is wrong with the first query that has none: a number in its place would be a lie.
fn rewards(preset: &'static Preset, body: &[u8], most: usize) -> Result<(Rewards, Tally), Problem> {
    let Queries { query, prompts, labels } = parse(body, "body")?;
    for (field, count) in [("prompts", prompts.len()), ("labels", labels.len())] {
        if count != query.len() {
            return Err(Problem::field(field, format!("{count} for {} of query", query.len())));
        }
    }
    if query.len() > most {
        return Err(Problem::BatchTooLarge { rows: query.len(), most });
    }
    let rows = query.iter().zip(&prompts).zip(&labels).enumerate().map(|(at, ((query, prompt), label))| {
        let reply = response(query, prompt).ok_or_else(|| {
            let problem = "neither begins with its prompt nor has the prompt's marker of the assistant's turn";
            Problem::field(format!("query[{at}]"), problem)
        })?;
        Ok(truth(label, &format!("labels[{at}]"))?.row(reply.to_owned()))
    });
    let rows: Vec<JudgedRow> = rows.collect::<Result<_, Problem>>()?;
    let mut tally = Tally::default();
    let mut out = Rewards { rewards: Vec::new(), scores: Vec::new(), extra_logs: BTreeMap::new() };
    for judgement in judge_all(preset, &rows) {
        let reward = judgement.map_err(|fault| refusal(&fault))?.reward;
        tally.add(reward.total);
        out.rewards.push(reward.total);
        for component in &preset.component {
            let score = reward.components.get(component.name.as_str()).map_or(0.0, |part| part.score);
            out.extra_logs.entry(component.name.as_str()).or_default().push(score);
        }
    }
    out.scores.clone_from(&out.rewards);
    Ok((out, tally))
}

/// A ground truth: JSON in a text, as datasets carry it, or the value itself.
pub(super) fn truth(label: &Value, field: &str) -> Result<GroundTruth, Problem> {
    let found = match label {
        Value::String(text) => GroundTruth::from_json(text),
        other => GroundTruth::from_json(&other.to_string()),
    };
    found.map_err(|fault| Problem::field(field, fault.to_string()))
}

/// What follows the prompt. Decoded tokens may differ from the prompt that they were made of, by expanded image tokens for
/// one; then it is what follows the marker that opens the prompt's last turn. Markers in the response are part of it.
fn response<'q>(query: &'q str, prompt: &str) -> Option<&'q str> {
    if let Some(response) = query.strip_prefix(prompt) {
        return Some(response);
    }
    MARKERS.iter().find_map(|marker| {
        let turns = prompt.matches(marker).count();
        if turns == 0 {
            return None;
        }
        query.splitn(turns + 1, marker).nth(turns)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_is_told_from_the_prompt() {
        let chat = "<|im_start|>user\nimage?<|im_end|>\n<|im_start|>assistant\n";
        for (query, prompt, expected) in [
            ("How many?3", "How many?", Some("3")),
            ("<|im_start|>user\n[image image]?<|im_end|>\n<|im_start|>assistant\n3", chat, Some("\n3")),
            ("x<|im_start|>assistant\n4 <|im_start|>assistant\n3", chat, Some("\n4 <|im_start|>assistant\n3")),
            ("other", "How many?", None),
            ("other", chat, None),
        ] {
            assert_eq!(response(query, prompt), expected, "{query}");
        }
    }

    #[test]
    fn a_query_without_a_reward_is_named() {
        let preset = judge::reward::preset("isovist").expect("a preset");
        let (found, tally) = rewards(preset, EXAMPLE.as_bytes(), 9).expect("rewards");
        assert_eq!((&found.rewards[..], &found.extra_logs["format"][..], tally.rewarded), (&[1.0][..], &[1.0][..], 1));
        for (body, field) in [
            (r#"{"query": ["a"], "prompts": [], "labels": []}"#, "prompts"),
            (r#"{"query": ["a"], "prompts": ["b"], "labels": [{"kind": "count", "value": 3}]}"#, "query[0]"),
            (r#"{"query": ["a"], "prompts": ["a"], "labels": ["three"]}"#, "labels[0]"),
            (r#"{"query": ["a"], "prompts": ["a"]}"#, "labels"),
            (r#"{"query": "a", "prompts": ["a"], "labels": ["three"]}"#, "query"),
        ] {
            let problem = rewards(preset, body.as_bytes(), 9).expect_err(body);
            assert_eq!(problem.detail().field.as_deref(), Some(field), "{problem}");
        }
    }
}
