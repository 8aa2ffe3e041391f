//! The columns of full rows as Arrow's arrays: those of the Parquet export (`corpus::columns`), type for type
//! (`tests/test_batches.py` holds them together).

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use arrow_array::{
    ArrayRef, Float32Array, Int32Array, ListArray, RecordBatch, StructArray,
    builder::{BinaryBuilder, StringBuilder},
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use corpus::{
    Row,
    columns::{Cell, FULL, told},
    pictures::Picture,
    recipe::ImageMode,
};

fn field(name: &str, cell: Cell) -> Field {
    match cell {
        Cell::Text(_) => Field::new(name, DataType::Utf8, false),
        Cell::Optional(_) => Field::new(name, DataType::Utf8, true),
        Cell::Texts(_) => Field::new(name, DataType::List(text_element()), false),
        Cell::Whole(_) => Field::new(name, DataType::Int32, false),
        Cell::Number(_) => Field::new(name, DataType::Float32, false),
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
    let mut fields: Vec<Field> = FULL.iter().map(|(name, cell)| field(name, *cell)).collect();
    if images != ImageMode::None {
        fields.push(Field::new("images", DataType::List(picture_element()), true));
    }
    Schema::new_with_metadata(fields, HashMap::from([told(&FULL, images)])).into()
}

/// A column being filled.
enum Column {
    Text(fn(&Row) -> Cow<'_, str>, StringBuilder),
    Optional(fn(&Row) -> Option<Cow<'_, str>>, StringBuilder),
    Texts(fn(&Row) -> &[String], StringBuilder, Vec<usize>),
    Whole(fn(&Row) -> i32, Vec<i32>),
    Number(fn(&Row) -> f32, Vec<f32>),
}

impl From<Cell> for Column {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Text(of) => Self::Text(of, StringBuilder::new()),
            Cell::Optional(of) => Self::Optional(of, StringBuilder::new()),
            Cell::Texts(of) => Self::Texts(of, StringBuilder::new(), Vec::new()),
            Cell::Whole(of) => Self::Whole(of, Vec::new()),
            Cell::Number(of) => Self::Number(of, Vec::new()),
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
            columns: FULL.iter().map(|(_, cell)| Column::from(*cell)).collect(),
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
