//! The columns of full rows: those of the Parquet export, name for name and type for type (`tests/test_batches.py` holds
//! them together).

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use arrow_array::{
    ArrayRef, Float32Array, Int32Array, ListArray, RecordBatch, StructArray,
    builder::{BinaryBuilder, StringBuilder},
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use corpus::{Row, pictures::Picture, recipe::ImageMode};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::verdict::format_name;

/// What stands in a column.
#[derive(Clone, Copy)]
enum Kind {
    Text(fn(&Row) -> Cow<'_, str>),
    Optional(fn(&Row) -> Option<Cow<'_, str>>),
    Texts(fn(&Row) -> &[String]),
    Whole(fn(&Row) -> i32),
    Number(fn(&Row) -> f32),
}

const FULL: [(&str, Kind); 17] = [
    ("id", Kind::Text(|row| (&row.id).into())),
    ("scene", Kind::Text(|row| (&row.scene).into())),
    ("edit", Kind::Optional(|row| row.edit.as_ref().map(|edit| as_json(edit).into()))),
    ("task", Kind::Text(|row| (&row.task).into())),
    ("level", Kind::Whole(|row| row.level.into())),
    ("format", Kind::Text(|row| format_name(row.format).into())),
    ("text", Kind::Text(|row| (&row.text).into())),
    ("options", Kind::Texts(|row| &row.options)),
    ("answer_text", Kind::Text(|row| (&row.answer_text).into())),
    ("answer", Kind::Text(|row| as_json(&row.answer).into())),
    ("question", Kind::Text(|row| as_json(&row.question).into())),
    ("roles", Kind::Text(|row| as_json(&row.roles).into())),
    ("difficulty", Kind::Number(|row| row.difficulty.unwrap_or(f32::NAN))),
    ("frames", Kind::Texts(|row| &row.frames)),
    ("marks", Kind::Optional(|row| (!row.marks.is_empty()).then(|| as_json(&row.marks).into()))),
    ("reasoning", Kind::Optional(|row| row.reasoning.as_deref().map(Cow::from))),
    ("proof", Kind::Optional(|row| row.proof.as_ref().map(|proof| as_json(proof).into()))),
];

fn as_json(value: &impl Serialize) -> String {
    // What a row holds has a JSON form.
    serde_json::to_string(value).unwrap_or_default()
}

impl Kind {
    fn field(self, name: &str) -> Field {
        match self {
            Self::Text(_) => Field::new(name, DataType::Utf8, false),
            Self::Optional(_) => Field::new(name, DataType::Utf8, true),
            Self::Texts(_) => Field::new(name, DataType::List(text_element()), false),
            Self::Whole(_) => Field::new(name, DataType::Int32, false),
            Self::Number(_) => Field::new(name, DataType::Float32, false),
        }
    }

    /// How the `datasets` library is to read it.
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

fn text_element() -> FieldRef {
    Field::new("element", DataType::Utf8, false).into()
}

fn picture_fields() -> Fields {
    Fields::from(vec![Field::new("bytes", DataType::Binary, true), Field::new("path", DataType::Utf8, true)])
}

fn picture_element() -> FieldRef {
    Field::new("element", DataType::Struct(picture_fields()), true).into()
}

/// The columns of full rows; a list of pictures where the corpus has any.
pub(super) fn schema(images: ImageMode) -> SchemaRef {
    let mut fields: Vec<Field> = FULL.iter().map(|(name, kind)| kind.field(name)).collect();
    let mut features: Map<String, Value> =
        FULL.iter().map(|(name, kind)| ((*name).to_owned(), kind.feature())).collect();
    if images != ImageMode::None {
        fields.push(Field::new("images", DataType::List(picture_element()), true));
        features.insert("images".into(), json!({ "feature": { "_type": "Image" }, "_type": "List" }));
    }
    let told = json!({ "info": { "features": features } }).to_string();
    Schema::new_with_metadata(fields, HashMap::from([("huggingface".to_owned(), told)])).into()
}

/// A column being filled.
enum Column {
    Text(fn(&Row) -> Cow<'_, str>, StringBuilder),
    Optional(fn(&Row) -> Option<Cow<'_, str>>, StringBuilder),
    Texts(fn(&Row) -> &[String], StringBuilder, Vec<usize>),
    Whole(fn(&Row) -> i32, Vec<i32>),
    Number(fn(&Row) -> f32, Vec<f32>),
}

impl From<Kind> for Column {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Text(of) => Self::Text(of, StringBuilder::new()),
            Kind::Optional(of) => Self::Optional(of, StringBuilder::new()),
            Kind::Texts(of) => Self::Texts(of, StringBuilder::new(), Vec::new()),
            Kind::Whole(of) => Self::Whole(of, Vec::new()),
            Kind::Number(of) => Self::Number(of, Vec::new()),
        }
    }
}

impl Column {
    fn push(&mut self, row: &Row) {
        match self {
            Self::Text(of, texts) => texts.append_value(of(row)),
            Self::Optional(of, texts) => texts.append_option(of(row)),
            Self::Texts(of, texts, lengths) => {
                lengths.push(of(row).len());
                for text in of(row) {
                    texts.append_value(text);
                }
            }
            Self::Whole(of, numbers) => numbers.push(of(row)),
            Self::Number(of, numbers) => numbers.push(of(row)),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Text(_, texts) | Self::Optional(_, texts) | Self::Texts(_, texts, _) => texts.values_slice().len(),
            Self::Whole(_, numbers) => 4 * numbers.len(),
            Self::Number(_, numbers) => 4 * numbers.len(),
        }
    }

    /// What was pushed, and room for what comes next.
    fn take(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Text(_, texts) | Self::Optional(_, texts) => Arc::new(texts.finish()),
            Self::Texts(_, texts, lengths) => {
                let offsets = OffsetBuffer::from_lengths(std::mem::take(lengths));
                Arc::new(ListArray::try_new(text_element(), offsets, Arc::new(texts.finish()), None)?)
            }
            Self::Whole(_, numbers) => Arc::new(Int32Array::from(std::mem::take(numbers))),
            Self::Number(_, numbers) => Arc::new(Float32Array::from(std::mem::take(numbers))),
        })
    }
}

/// The pictures of rows: bytes where they are embedded, and paths.
struct Pictures {
    embeds: bool,
    bytes: BinaryBuilder,
    paths: StringBuilder,
    lengths: Vec<usize>,
}

impl Pictures {
    fn push(&mut self, pictures: &[Picture]) {
        for picture in pictures {
            self.bytes.append_option(self.embeds.then_some(&picture.bytes));
            self.paths.append_value(if self.embeds {
                Cow::from(&picture.path)
            } else {
                format!("images/{}", picture.path).into()
            });
        }
        self.lengths.push(pictures.len());
    }

    fn take(&mut self) -> Result<ArrayRef, ArrowError> {
        let columns: Vec<ArrayRef> = vec![Arc::new(self.bytes.finish()), Arc::new(self.paths.finish())];
        let pictures = StructArray::try_new(picture_fields(), columns, None)?;
        let offsets = OffsetBuffer::from_lengths(std::mem::take(&mut self.lengths));
        Ok(Arc::new(ListArray::try_new(picture_element(), offsets, Arc::new(pictures), None)?))
    }
}

/// A batch being filled.
pub(super) struct Batch {
    schema: SchemaRef,
    columns: Vec<Column>,
    pictures: Option<Pictures>,
    rows: usize,
}

impl Batch {
    pub(super) fn new(images: ImageMode) -> Self {
        let pictures = Pictures {
            embeds: images == ImageMode::Embed,
            bytes: BinaryBuilder::new(),
            paths: StringBuilder::new(),
            lengths: Vec::new(),
        };
        Self {
            schema: schema(images),
            columns: FULL.iter().map(|(_, kind)| Column::from(*kind)).collect(),
            pictures: (images != ImageMode::None).then_some(pictures),
            rows: 0,
        }
    }

    pub(super) fn push(&mut self, row: &Row, pictures: &[Picture]) {
        self.columns.iter_mut().for_each(|column| column.push(row));
        if let Some(own) = &mut self.pictures {
            own.push(pictures);
        }
        self.rows += 1;
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of what was pushed, offsets apart.
    pub(super) fn bytes(&self) -> usize {
        let pictures = self.pictures.as_ref().map_or(0, |pictures| pictures.bytes.values_slice().len());
        self.columns.iter().map(Column::bytes).sum::<usize>() + pictures
    }

    /// What was pushed, and room for what comes next.
    pub(super) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        let mut columns = self.columns.iter_mut().map(Column::take).collect::<Result<Vec<_>, _>>()?;
        if let Some(pictures) = &mut self.pictures {
            columns.push(pictures.take()?);
        }
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
    }
}
