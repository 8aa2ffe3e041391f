//! Episodes over a WebSocket, in OpenEnv's messages: `reset`, `step`, `state`, `close`.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code, rejection::WebSocketUpgradeRejection},
    },
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::Shared;
use crate::{
    Limits,
    app::App,
    episode::{Episode, Outcome, Reset, Role},
    problem::Problem,
    rows::{Tally, parse},
};

/// A message of a client.
#[derive(Debug, Deserialize)]
struct Said {
    #[serde(default, rename = "type")]
    kind: Value,
    #[serde(default)]
    data: Value,
}

/// What a connection has open.
type Open = Arc<Mutex<Option<Episode>>>;

pub(super) async fn upgrade(
    State(app): Shared,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    match upgrade {
        Ok(upgrade) => upgrade
            .max_message_size(Limits::MESSAGE_BYTES)
            .max_frame_size(Limits::MESSAGE_BYTES)
            .on_upgrade(move |socket| session(app, socket)),
        Err(rejection) => rejection.into_response(),
    }
}

/// Serves a connection until its client closes it, leaves it idle, or the service ends.
async fn session(app: Arc<App>, mut socket: WebSocket) {
    let Ok(_place) = app.sockets.clone().try_acquire_owned() else {
        let _ = socket.send(error("CAPACITY_REACHED", &Problem::SessionsFull)).await;
        return end(socket, close_code::AGAIN, "too many episodes are open").await;
    };
    let open: Open = Arc::default();
    let mut idle = Instant::now() + app.limits.session_idle;
    loop {
        let message = tokio::select! {
            message = timeout_at(idle, socket.recv()) => message,
            () = app.ended() => return end(socket, close_code::AWAY, "the service ends").await,
        };
        let text = match message {
            Err(_) => return end(socket, close_code::NORMAL, "idle for too long").await,
            Ok(None | Some(Err(_) | Ok(Message::Close(_)))) => return,
            // Pings keep a connection, but not an episode.
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => continue,
            Ok(Some(Ok(Message::Binary(bytes)))) => bytes,
            Ok(Some(Ok(Message::Text(text)))) => text.into(),
        };
        idle = Instant::now() + app.limits.session_idle;
        let (shared, opened) = (app.clone(), open.clone());
        let answer = app.work.on(move || Ok(answered(&shared, &opened, &text))).await;
        let message = match answer {
            Ok(Some(message)) => message,
            Ok(None) => return end(socket, close_code::NORMAL, "closed").await,
            Err(problem) => error("EXECUTION_ERROR", &problem),
        };
        if socket.send(message).await.is_err() {
            return;
        }
    }
}

async fn end(mut socket: WebSocket, code: u16, reason: &'static str) {
    let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
}

/// The answer to a message; `None` where it closes the connection.
fn answered(app: &App, open: &Open, text: &[u8]) -> Option<Message> {
    let said: Said = match parse(text, "message") {
        Ok(said) => said,
        Err(problem @ Problem::Syntax(_)) => return Some(error("INVALID_JSON", &problem)),
        Err(problem) => return Some(error("VALIDATION_ERROR", &problem)),
    };
    let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
    let none = || Problem::field("type", "no episode is open (hint: send a reset first)");
    let result = match said.kind.as_str() {
        Some("reset") => reset(app, &mut open, said.data).map(|outcome| ("observation", json!(outcome))),
        Some("step") => open.as_mut().ok_or_else(none).and_then(|episode| {
            let outcome = episode.step(&app.stage, &said.data)?;
            count(app, &outcome);
            Ok(("observation", json!(outcome)))
        }),
        Some("state") => {
            let state = open.as_ref().map_or_else(|| json!({"episode_id": null, "step_count": 0}), Episode::state);
            Ok(("state", state))
        }
        Some("close") => return None,
        other => {
            let named = Problem::short(other.unwrap_or_default());
            let problem = Problem::field("type", format!("{named:?} is none of reset, step, state, close"));
            return Some(error("UNKNOWN_TYPE", &problem));
        }
    };
    Some(match result {
        Ok((kind, data)) => text_of(&json!({"type": kind, "data": data})),
        Err(problem @ Problem::Field { .. }) => error("VALIDATION_ERROR", &problem),
        Err(problem) => error("EXECUTION_ERROR", &problem),
    })
}

fn reset(app: &App, open: &mut Option<Episode>, data: Value) -> Result<Outcome, Problem> {
    let reset = match data {
        Value::Null => Reset::default(),
        data => serde_path_to_error::deserialize(data).map_err(|error| {
            let path = error.path().to_string();
            let field = if path == "." { "data".to_owned() } else { path };
            Problem::field(field, error.into_inner().to_string())
        })?,
    };
    let (episode, outcome) = Episode::begin(&app.stage, &reset, app.next_episode())?;
    *open = Some(episode);
    Ok(outcome)
}

/// Counts a step's reward.
pub(super) fn count(app: &App, outcome: &Outcome) {
    let mut tally = Tally::default();
    tally.add(outcome.reward.unwrap_or_default());
    let asked = outcome.observation.get("role").is_some_and(|role| role == Role::Questioner.as_str());
    app.metrics.replies(if asked { "spatialevo-questioner" } else { &app.preset.name }, tally);
}

fn error(code: &'static str, problem: &Problem) -> Message {
    let detail = problem.detail();
    text_of(&json!({"type": "error", "data": {
        "code": code, "reason": detail.code, "field": detail.field, "message": problem.to_string(),
    }}))
}

fn text_of(value: &Value) -> Message {
    Message::Text(value.to_string().into())
}
