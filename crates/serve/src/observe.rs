//! Every request gets an id, one line in the log and its place in the counts.

use std::{any::Any, sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{app::App, problem::Problem, routes};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How many rows a request had, for the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows(pub(crate) u64);

pub(crate) async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let number = app.next_request();
    let id = given(&request).unwrap_or_else(|| HeaderValue::from(number));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().and_then(|path| routes::known(path.as_str()));
    let route = route.unwrap_or("other");
    let mut response = next.run(request).await;
    let time = start.elapsed();
    let status = response.status().as_u16();
    app.metrics.request(route, status, time);
    let rows = response.extensions().get::<Rows>().map(|rows| rows.0);
    let id_text = id.to_str().unwrap_or_default();
    let ms = time.as_secs_f64() * 1e3;
    tracing::info!(id = id_text, %method, route, status, ms, rows, "request");
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The id that a client gives, where it is fit to be logged.
fn given(request: &Request) -> Option<HeaderValue> {
    let id = request.headers().get(REQUEST_ID)?;
    let fit = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    (!id.is_empty() && id.len() <= 64 && id.as_bytes().iter().all(fit)).then(|| id.clone())
}

/// The answer where a handler panicked. None is known to; this is a net.
pub(crate) fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::Internal.into_response()
}
