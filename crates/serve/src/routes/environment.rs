//! OpenEnv's routes over HTTP. Its own servers forget an episode after each of these; ours keep it by its id.

use std::sync::PoisonError;

use axum::{
    extract::{Query, Request, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use schemars::schema_for;
use serde::Deserialize;
use serde_json::{Value, json as value};

use super::Shared;
use crate::{
    episode::{Asking, ENVIRONMENT, Episode, Outcome, Replying, Reset},
    problem::{Problem, json},
    rows::parse,
};

/// An action in an episode.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
pub(super) struct Step {
    /// Id of the episode, as its reset gave it.
    episode_id: String,
    /// The action (`GET /schema`).
    action: Value,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    episode_id: Option<String>,
}

pub(super) async fn reset(State(app): Shared, request: Request) -> Result<Response, Problem> {
    let shared = app.clone();
    let job = move |body: bytes::Bytes| {
        let reset: Reset = if body.is_empty() { Reset::default() } else { parse(&body, "body")? };
        let (episode, outcome) = Episode::begin(&shared.stage, &reset, shared.next_episode())?;
        shared.sessions.put(episode)?;
        Ok(outcome)
    };
    Ok(json(StatusCode::OK, &app.work.on_body(request.into_body(), job).await?))
}

pub(super) async fn step(State(app): Shared, request: Request) -> Result<Response, Problem> {
    let shared = app.clone();
    let job = move |body: bytes::Bytes| {
        let step: Step = parse(&body, "body")?;
        let episode = shared.sessions.get(&step.episode_id)?;
        let mut episode = episode.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = episode.step(&shared.stage, &step.action)?;
        crate::routes::socket::count(&shared, &outcome);
        Ok(outcome)
    };
    let outcome: Outcome = app.work.on_body(request.into_body(), job).await?;
    Ok(json(StatusCode::OK, &outcome))
}

pub(super) async fn state(
    State(app): Shared,
    query: Result<Query<Named>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(named) = query.map_err(|error| Problem::field("query", error.body_text()))?;
    let id = named.episode_id.ok_or_else(|| Problem::field("episode_id", "missing (hint: /state?episode_id=ID)"))?;
    let episode = app.sessions.get(&id)?;
    // A step that is under way would hold up the reactor.
    let state = app.work.on(move || Ok(episode.lock().unwrap_or_else(PoisonError::into_inner).state())).await?;
    Ok(json(StatusCode::OK, &state))
}

pub(super) async fn schema() -> Response {
    let state = value!({
        "type": "object",
        "properties": {
            "episode_id": {"type": "string"}, "step_count": {"type": "integer"}, "role": {"type": "string"},
            "scene": {"type": "string"}, "task": {"type": "string"}, "seed": {"type": "integer"},
            "done": {"type": "boolean"}
        }
    });
    let action = value!({"anyOf": [schema_for!(Replying), schema_for!(Asking)]});
    let observation = value!({"type": "object", "properties": {"role": {"enum": ["solver", "questioner"]}}});
    json(StatusCode::OK, &value!({"action": action, "observation": observation, "state": state}))
}

pub(super) async fn metadata() -> Response {
    let metadata = value!({
        "name": ENVIRONMENT,
        "description": "Questions about 3D scenes: a solver answers and is paid by the judge, a questioner asks and is paid by the engine.",
        "version": env!("CARGO_PKG_VERSION"),
    });
    json(StatusCode::OK, &metadata)
}

pub(super) async fn health() -> Response {
    json(StatusCode::OK, &value!({"status": "healthy"}))
}
