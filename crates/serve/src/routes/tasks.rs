//! The task API of OpenEnv, which is that of the Open Reward Standard: splits and their tasks, which resets take.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json as value};

use super::Shared;
use crate::{
    episode::{ENVIRONMENT, EpisodeTask, Role, Stage},
    problem::{Problem, json},
    rows::parse,
};

/// Most tasks that are listed at a time.
const MOST: u64 = 1000;

/// A split.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
pub(super) struct OfSplit {
    /// The split, a role.
    split: Role,
}

/// A task.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
pub(super) struct At {
    /// The split, a role.
    split: Role,
    /// Its number, from 0.
    index: u64,
}

/// Tasks that follow each other.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
pub(super) struct Between {
    /// The split, a role.
    split: Role,
    /// Number of the first; left out, 0.
    #[serde(default)]
    start: Option<u64>,
    /// Number of the one after the last; left out, the end.
    #[serde(default)]
    stop: Option<u64>,
}

pub(super) async fn environments() -> Response {
    json(StatusCode::OK, &[ENVIRONMENT])
}

pub(super) async fn splits() -> Response {
    // Episodes of both roles are drawn anew from every seed, so that nothing is held back for a test.
    json(StatusCode::OK, &Role::ALL.map(|role| value!({"name": role, "type": "train"})))
}

async fn answered<T: DeserializeOwned>(
    State(app): Shared,
    request: Request,
    job: impl FnOnce(&Stage, T) -> Result<Value, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let stage = app.stage.clone();
    let value = app.work.on_body(request.into_body(), move |body| job(&stage, parse(&body, "body")?)).await?;
    Ok(json(StatusCode::OK, &value))
}

pub(super) async fn tasks(app: Shared, request: Request) -> Result<Response, Problem> {
    answered(app, request, |stage, OfSplit { split }| {
        Ok(value!({"tasks": listed(stage, split, 0, stage.tasks().min(MOST)), "env_name": ENVIRONMENT}))
    })
    .await
}

pub(super) async fn num_tasks(app: Shared, request: Request) -> Result<Response, Problem> {
    answered(app, request, |stage, OfSplit { split: _ }| Ok(value!({"num_tasks": stage.tasks()}))).await
}

pub(super) async fn task(app: Shared, request: Request) -> Result<Response, Problem> {
    answered(app, request, |stage, At { split, index }| {
        let task = stage.task(split, index);
        let task = task.ok_or_else(|| Problem::field("index", format!("{index} of {} tasks", stage.tasks())))?;
        Ok(value!({ "task": task }))
    })
    .await
}

pub(super) async fn task_range(app: Shared, request: Request) -> Result<Response, Problem> {
    answered(app, request, |stage, Between { split, start, stop }| {
        let (start, stop) = (start.unwrap_or(0), stop.unwrap_or(u64::MAX).min(stage.tasks()));
        if stop.saturating_sub(start) > MOST {
            return Err(Problem::field("stop", format!("more than {MOST} tasks at a time")));
        }
        Ok(value!({"tasks": listed(stage, split, start, stop)}))
    })
    .await
}

fn listed(stage: &Stage, split: Role, start: u64, stop: u64) -> Vec<EpisodeTask> {
    (start..stop).filter_map(|index| stage.task(split, index)).collect()
}
