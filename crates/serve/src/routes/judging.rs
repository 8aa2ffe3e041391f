//! `/v1/judge`: rows in, judgements out, as `isovist judge` prints them.

use std::convert::Infallible;

use axum::{
    body::Body,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{
        HeaderMap, HeaderValue,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::Response,
};
use bytes::Bytes;
use futures_util::stream;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::Shared;
use crate::{
    observe::Rows,
    problem::Problem,
    rows::{Form, answers},
};

pub(super) const EXAMPLE: &str =
    r#"{"id": "q1", "reply": "<answer>30 cm</answer>", "truth": {"kind": "quantity", "value": 0.3, "unit": "m"}}"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    preset: Option<String>,
}

pub(super) async fn judge(
    State(app): Shared,
    query: Result<Query<Asked>, QueryRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Query(asked) = query.map_err(|error| Problem::field("query", error.body_text()))?;
    let preset = app.preset(asked.preset.as_deref())?;
    let form = form(request.headers());
    let most = app.limits.batch_rows;
    let job = move |body: Bytes| answers(preset, &body, form, most);
    let (answers, place) = app.work.keeping_place(request.into_body(), job).await?;
    app.metrics.replies(&preset.name, answers.tally);
    let bytes: usize = answers.pieces.iter().map(Bytes::len).sum();
    let rows = answers.tally.outcomes().into_iter().map(|(_, count)| count).sum();
    let pieces = answers.pieces.into_iter().map(move |piece| {
        let _held = &place;
        Ok::<_, Infallible>(piece)
    });
    let mut response = Response::new(Body::from_stream(stream::iter(pieces)));
    *response.status_mut() = answers.status;
    let kind = match form {
        Form::Json => "application/json",
        Form::Lines => "application/x-ndjson",
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes));
    response.extensions_mut().insert(Rows(rows));
    Ok(response)
}

/// Lines where the content type says so.
fn form(headers: &HeaderMap) -> Form {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let lines = ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"];
    if lines.contains(&kind.as_str()) { Form::Lines } else { Form::Json }
}

/// The form of a judgement.
pub(super) fn judgement_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "What `isovist judge` prints for the row; or, for a row that cannot be judged, its id and an error.",
        "properties": {
            "id": {"description": "Id of the row."},
            "total": {"type": "number", "description": "The reward."},
            "components": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {
                        "score": {"type": "number", "minimum": 0, "maximum": 1},
                        "reason": {"description": "Why."},
                        "span": {"type": "object", "description": "The bytes of the reply that were read."},
                        "other": {"type": "object", "description": "The bytes of a second answer."}
                    },
                    "required": ["score", "reason"]
                }
            },
            "gated": {"type": "boolean", "description": "Whether shaping was held back."},
            "penalised": {"type": "boolean", "description": "Whether the form was penalised."},
            "said": {"type": "object", "additionalProperties": {"type": "string"}, "description": "What was read, shortened."},
            "advantage": {"type": "number", "description": "Advantage within the row's group."},
            "error": {
                "type": "object",
                "properties": {
                    "code": {"type": "string"}, "field": {"type": "string"}, "message": {"type": "string"}
                },
                "required": ["code", "message"]
            }
        },
        "required": ["id"]
    })
}
