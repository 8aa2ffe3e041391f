//! The columns of full rows, by name and in order, for whoever writes them as a table: the Parquet export and the batches of the
//! Python wheel.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{Row, recipe::ImageMode};

/// What stands in a column.
#[derive(Debug, Clone, Copy)]
pub enum Cell {
    /// Text.
    Text(fn(&Row) -> Cow<'_, str>),
    /// Text that may miss.
    Optional(fn(&Row) -> Option<Cow<'_, str>>),
    /// A list of texts.
    Texts(fn(&Row) -> &[String]),
    /// A whole number.
    Whole(fn(&Row) -> i32),
    /// A number.
    Number(fn(&Row) -> f32),
}

/// The columns; edit, answer, question, roles, marks and proof as JSON.
pub const FULL: [(&str, Cell); 17] = [
    ("id", Cell::Text(|row| (&row.id).into())),
    ("scene", Cell::Text(|row| (&row.scene).into())),
    ("edit", Cell::Optional(|row| row.edit.as_ref().map(as_json))),
    ("task", Cell::Text(|row| (&row.task).into())),
    ("level", Cell::Whole(|row| row.level.into())),
    ("format", Cell::Text(|row| row.format.name().into())),
    ("text", Cell::Text(|row| (&row.text).into())),
    ("options", Cell::Texts(|row| &row.options)),
    ("answer_text", Cell::Text(|row| (&row.answer_text).into())),
    ("answer", Cell::Text(|row| as_json(&row.answer))),
    ("question", Cell::Text(|row| as_json(&row.question))),
    ("roles", Cell::Text(|row| as_json(&row.roles))),
    ("difficulty", Cell::Number(|row| row.difficulty.unwrap_or(f32::NAN))),
    ("frames", Cell::Texts(|row| &row.frames)),
    ("marks", Cell::Optional(|row| (!row.marks.is_empty()).then(|| as_json(&row.marks)))),
    ("reasoning", Cell::Optional(|row| row.reasoning.as_deref().map(Cow::from))),
    ("proof", Cell::Optional(|row| row.proof.as_ref().map(as_json))),
];

fn as_json(value: &impl Serialize) -> Cow<'static, str> {
    // What a row holds has a JSON form.
    serde_json::to_string(value).unwrap_or_default().into()
}

impl Cell {
    /// How the `datasets` library is to read the column.
    fn feature(self) -> Value {
        let value = |dtype: &str| json!({ "dtype": dtype, "_type": "Value" });
        match self {
            Self::Text(_) | Self::Optional(_) => value("string"),
            Self::Texts(_) => json!({ "feature": value("string"), "_type": "List" }),
            Self::Whole(_) => value("int32"),
            Self::Number(_) => value("float32"),
        }
    }
}

/// What the `datasets` library is told of some columns, and of a list of pictures where there are any, as metadata of a table:
/// key and JSON.
pub fn told(columns: &[(&str, Cell)], images: ImageMode) -> (String, String) {
    let mut features: Map<String, Value> =
        columns.iter().map(|(name, cell)| ((*name).to_owned(), cell.feature())).collect();
    if images != ImageMode::None {
        features.insert("images".into(), json!({ "feature": { "_type": "Image" }, "_type": "List" }));
    }
    ("huggingface".to_owned(), json!({ "info": { "features": features } }).to_string())
}
