//! Why a request is refused, in its client's words: `{"error": {"code", "message", "field"}}`.

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("{0}")]
    Syntax(String),
    #[error("{field}: {message}")]
    Field { field: String, message: String },
    #[error(
        "the body is longer than {0} bytes (hint: send fewer rows at a time, or start with a greater --max-body-mb)"
    )]
    BodyTooLarge(usize),
    #[error("{rows} rows, and {most} are taken at a time (hint: send several batches)")]
    BatchTooLarge { rows: usize, most: usize },
    #[error("the body broke off: {0}")]
    BodyBroken(String),
    #[error("the body did not arrive in time (hint: send it in smaller parts)")]
    BodyTooSlow,
    #[error("it was not done in time (hint: send fewer rows at a time)")]
    TimedOut,
    #[error("too many requests wait already (hint: try again after a second)")]
    Busy,
    #[error("too many episodes are open (hint: end some, or try again later)")]
    SessionsFull,
    #[error("no token was shown (hint: the header `Authorization: Bearer TOKEN`)")]
    NoToken,
    #[error("the token shown is not that of this service")]
    WrongToken,
    #[error(
        "the service without a token answers this computer alone, and the {0} header names another (hint: --token-file)"
    )]
    ForeignHost(&'static str),
    #[error("preset: no preset {given:?} (hint: one of {known})")]
    NoPreset { given: String, known: String },
    #[error("scene: no scene {0:?} among those the service was started with (hint: GET /v1/scenes)")]
    NoScene(String),
    #[error("scene: {0:?} cannot be opened (hint: the log of the service says why)")]
    BadScene(String),
    #[error("episode_id: no episode {0:?} is open (hint: POST /reset begins one)")]
    NoEpisode(String),
    #[error("the episode is over (hint: reset it)")]
    EpisodeOver,
    #[error("scene {scene:?} has no certain question of what was asked for (hint: another task, format or scene)")]
    NoQuestion { scene: String },
    #[error("no route {0:?} (hint: GET /docs lists them)")]
    NoRoute(String),
    #[error("the route does not know this method (hint: GET /docs lists them)")]
    NoMethod,
    #[error("the service ends")]
    Ending,
    #[error("the service is at fault (hint: report the request with its id)")]
    Internal,
}

/// What is wrong, as clients read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Detail {
    pub(crate) code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
    pub(crate) message: String,
}

impl Problem {
    /// Status and code.
    pub(crate) fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Syntax(_) => (StatusCode::BAD_REQUEST, "malformed_json"),
            Self::Field { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "bad_field"),
            Self::BodyTooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
            Self::BatchTooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "batch_too_large"),
            Self::BodyBroken(_) => (StatusCode::BAD_REQUEST, "body_broken"),
            Self::BodyTooSlow => (StatusCode::REQUEST_TIMEOUT, "body_too_slow"),
            Self::TimedOut => (StatusCode::GATEWAY_TIMEOUT, "timed_out"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::SessionsFull => (StatusCode::SERVICE_UNAVAILABLE, "sessions_full"),
            Self::NoToken => (StatusCode::UNAUTHORIZED, "no_token"),
            Self::WrongToken => (StatusCode::UNAUTHORIZED, "wrong_token"),
            Self::ForeignHost(_) => (StatusCode::FORBIDDEN, "foreign_host"),
            Self::NoPreset { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "no_preset"),
            Self::NoScene(_) => (StatusCode::NOT_FOUND, "no_scene"),
            Self::BadScene(_) => (StatusCode::INTERNAL_SERVER_ERROR, "bad_scene"),
            Self::NoEpisode(_) => (StatusCode::NOT_FOUND, "no_episode"),
            Self::EpisodeOver => (StatusCode::CONFLICT, "episode_over"),
            Self::NoQuestion { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "no_question"),
            Self::NoRoute(_) => (StatusCode::NOT_FOUND, "no_route"),
            Self::NoMethod => (StatusCode::METHOD_NOT_ALLOWED, "no_method"),
            Self::Ending => (StatusCode::SERVICE_UNAVAILABLE, "ending"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// What is wrong, as clients read it.
    pub(crate) fn detail(&self) -> Detail {
        let field = match self {
            Self::Field { field, .. } => Some(field.clone()),
            Self::NoPreset { .. } => Some("preset".to_owned()),
            Self::NoScene(_) | Self::BadScene(_) => Some("scene".to_owned()),
            Self::NoEpisode(_) => Some("episode_id".to_owned()),
            _ => None,
        };
        let message = match self {
            Self::Field { message, .. } => message.clone(),
            other => other.to_string(),
        };
        Detail { code: self.kind().1, field, message }
    }

    /// A field that is wrong.
    pub(crate) fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Field { field: field.into(), message: message.into() }
    }

    /// A name out of a request, short enough to be said again.
    pub(crate) fn short(name: &str) -> String {
        name.chars().take(100).collect()
    }
}

/// A JSON body.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => {
            let mut response = Response::new(Body::from(bytes));
            *response.status_mut() = status;
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        // No value of ours has keys that are no text.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Refused {
            error: Detail,
        }
        let (status, _) = self.kind();
        let mut response = json(status, &Refused { error: self.detail() });
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
