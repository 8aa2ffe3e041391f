//! Columns of text, numbers and lists, and how they become a Parquet file.
//!
//! A list is Parquet's three-level list: the first entry of a row has repetition level 0, the others 1. Definition levels
//! count what might be missing and is not: a list of text that never misses has 0 without entries and 1 with one; of a list
//! that may miss, of entries that may, of values that may, an empty list has 1, a missing value 3, a present one 4.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    data_type::{ByteArray, ByteArrayType, FloatType, Int32Type},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::{EnabledStatistics, WriterProperties},
        writer::SerializedFileWriter,
    },
    schema::{parser::parse_message_type, types::ColumnPath},
};
use scene::{Digest, Whole};

use crate::CorpusError;

/// Bytes of a row group.
const GROUP_BYTES: usize = 24 << 20;
/// Rows of a row group.
const GROUP_ROWS: usize = 65_536;

/// One leaf column.
pub(super) enum Column {
    /// Text or bytes, never missing.
    Text(Bytes),
    /// Text that may miss.
    Optional(Bytes, Levels),
    /// Lists of text, no entry missing.
    List(Bytes, Levels),
    /// A field of a list of groups in which list, group and field may miss, as readers of pictures expect it.
    OptionalList(Bytes, Levels),
    /// Whole numbers.
    Whole(Vec<i32>),
    /// Numbers.
    Number(Vec<f32>),
}

/// Byte strings, one after another.
#[derive(Default)]
pub(super) struct Bytes {
    all: Vec<u8>,
    ends: Vec<usize>,
}

/// Definition and repetition levels.
#[derive(Default)]
pub(super) struct Levels {
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

impl Bytes {
    fn push(&mut self, bytes: &[u8]) {
        self.all.extend_from_slice(bytes);
        self.ends.push(self.all.len());
    }

    /// Everything, and room for what comes next.
    fn take(&mut self) -> Vec<ByteArray> {
        let all = bytes::Bytes::from(std::mem::take(&mut self.all));
        let mut from = 0;
        let cut = |end: usize| {
            let own = all.slice(from..end);
            from = end;
            ByteArray::from(own)
        };
        std::mem::take(&mut self.ends).into_iter().map(cut).collect()
    }
}

impl Levels {
    /// Adds a row of a list; `definition` are the levels of no entry, of a missing and of a present one.
    fn list<'a>(&mut self, bytes: &mut Bytes, entries: impl Iterator<Item = Option<&'a [u8]>>, definition: [i16; 3]) {
        let mut is_first = true;
        for entry in entries {
            self.repetition.push(i16::from(!is_first));
            self.definition.push(definition[1 + usize::from(entry.is_some())]);
            if let Some(entry) = entry {
                bytes.push(entry);
            }
            is_first = false;
        }
        if is_first {
            self.repetition.push(0);
            self.definition.push(definition[0]);
        }
    }
}

impl Column {
    pub(super) fn text() -> Self {
        Self::Text(Bytes::default())
    }

    pub(super) fn optional() -> Self {
        Self::Optional(Bytes::default(), Levels::default())
    }

    pub(super) fn list() -> Self {
        Self::List(Bytes::default(), Levels::default())
    }

    pub(super) fn optional_list() -> Self {
        Self::OptionalList(Bytes::default(), Levels::default())
    }

    /// Adds a row: one value, or the entries of a list. A column of numbers takes none of it.
    pub(super) fn push<'a>(&mut self, entries: impl IntoIterator<Item = Option<&'a [u8]>>) {
        let mut entries = entries.into_iter();
        match self {
            Self::Text(bytes) => bytes.push(entries.next().flatten().unwrap_or_default()),
            Self::Optional(bytes, levels) => {
                let entry = entries.next().flatten();
                levels.definition.push(i16::from(entry.is_some()));
                if let Some(entry) = entry {
                    bytes.push(entry);
                }
            }
            Self::List(bytes, levels) => levels.list(bytes, entries, [0, 1, 1]),
            Self::OptionalList(bytes, levels) => levels.list(bytes, entries, [1, 3, 4]),
            Self::Whole(_) | Self::Number(_) => {}
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Text(bytes) | Self::Optional(bytes, _) | Self::List(bytes, _) | Self::OptionalList(bytes, _) => {
                bytes.all.len()
            }
            Self::Whole(numbers) => 4 * numbers.len(),
            Self::Number(numbers) => 4 * numbers.len(),
        }
    }
}

/// A Parquet file being written.
pub(super) struct Table {
    place: PathBuf,
    out: SerializedFileWriter<Whole>,
    pub(super) columns: Vec<Column>,
    rows: usize,
}

impl Table {
    /// Begins a file. `schema` is a message in Parquet's notation whose leaves are the columns in order; `repeating` are
    /// those whose values repeat; `metadata` are pairs of key and value.
    pub(super) fn new(
        out: Whole,
        place: &Path,
        schema: &str,
        columns: Vec<Column>,
        repeating: &[&str],
        metadata: Vec<(String, String)>,
    ) -> Result<Self, CorpusError> {
        let fault = |source: ParquetError| CorpusError::Parquet { file: place.to_owned(), source };
        let schema = parse_message_type(schema).map_err(fault)?;
        let pairs = metadata.into_iter().map(|(key, value)| KeyValue::new(key, value)).collect();
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).map_err(fault)?))
            .set_statistics_enabled(EnabledStatistics::None)
            .set_dictionary_enabled(false)
            .set_encoding(Encoding::PLAIN)
            .set_created_by("isovist".to_owned())
            .set_key_value_metadata(Some(pairs));
        for name in repeating {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(*name), true);
        }
        let out = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties.build())).map_err(fault)?;
        Ok(Self { place: place.to_owned(), out, columns, rows: 0 })
    }

    /// Ends a row that was pushed to every column.
    pub(super) fn end_row(&mut self) -> Result<(), CorpusError> {
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.columns.iter().map(Column::bytes).sum::<usize>() >= GROUP_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), CorpusError> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        let place = &self.place;
        let fault = |source: ParquetError| CorpusError::Parquet { file: place.clone(), source };
        let mut group = self.out.next_row_group().map_err(fault)?;
        for column in &mut self.columns {
            let Some(mut leaf) = group.next_column().map_err(fault)? else { break };
            match column {
                Column::Text(bytes) => {
                    leaf.typed::<ByteArrayType>().write_batch(&bytes.take(), None, None).map_err(fault)?;
                }
                Column::Optional(bytes, levels) | Column::List(bytes, levels) | Column::OptionalList(bytes, levels) => {
                    let Levels { definition, repetition } = std::mem::take(levels);
                    // What is no list has no repetition.
                    let repetition = (!repetition.is_empty()).then_some(&repetition[..]);
                    leaf.typed::<ByteArrayType>()
                        .write_batch(&bytes.take(), Some(&definition), repetition)
                        .map_err(fault)?;
                }
                Column::Whole(numbers) => {
                    let numbers = std::mem::take(numbers);
                    leaf.typed::<Int32Type>().write_batch(&numbers, None, None).map_err(fault)?;
                }
                Column::Number(numbers) => {
                    let numbers = std::mem::take(numbers);
                    leaf.typed::<FloatType>().write_batch(&numbers, None, None).map_err(fault)?;
                }
            }
            leaf.close().map_err(fault)?;
        }
        group.close().map_err(fault)?;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Digest, CorpusError> {
        self.flush()?;
        let place = self.place;
        let out = self.out.into_inner().map_err(|source| CorpusError::Parquet { file: place, source })?;
        Ok(out.finish()?)
    }
}
