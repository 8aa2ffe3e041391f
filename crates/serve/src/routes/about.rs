//! What the service says of itself.

use axum::{
    extract::State,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
};
use judge::reward::presets as all_presets;
use serde_json::json as value;

use super::Shared;
use crate::{
    openapi::openapi,
    page,
    problem::{Problem, json},
};

pub(super) async fn presets(State(app): Shared) -> Response {
    json(StatusCode::OK, &value!({"default": app.preset.name, "presets": all_presets()}))
}

pub(super) async fn scenes(State(app): Shared) -> Response {
    json(StatusCode::OK, &value!({"scenes": app.scenes().ids()}))
}

pub(super) async fn healthz() -> Response {
    json(StatusCode::OK, &value!({"status": "ok"}))
}

pub(super) async fn readyz(State(app): Shared) -> Response {
    if *app.ending.borrow() {
        Problem::Ending.into_response()
    } else {
        json(StatusCode::OK, &value!({"status": "ready"}))
    }
}

pub(super) async fn metrics(State(app): Shared) -> Result<Response, Problem> {
    let page = app.metrics.page(app.gauges()).map_err(|_| Problem::Internal)?;
    Ok(typed(page, "text/plain; version=0.0.4; charset=utf-8"))
}

pub(super) async fn document() -> Response {
    json(StatusCode::OK, &openapi())
}

pub(super) async fn docs() -> Result<Response, Problem> {
    let page = page::page(&openapi()).map_err(|_| Problem::Internal)?;
    let mut response = typed(page, "text/html; charset=utf-8");
    // The page needs nothing from anywhere, and runs nothing.
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

fn typed(body: String, kind: &'static str) -> Response {
    let nosniff = (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    ([(CONTENT_TYPE, HeaderValue::from_static(kind)), nosniff], body).into_response()
}
