//! Rows as an Arrow stream, which any reader of Arrow takes over without copying.
//!
//! A thread makes or reads the rows, one batch ahead of whoever takes them: it needs no interpreter, so that the lock is
//! free for as long as the taker leaves it, and it waits while nobody takes.

use std::{
    ffi::CStr,
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
};

use arrow_array::{RecordBatch, RecordBatchReader, ffi::FFI_ArrowSchema, ffi_stream::FFI_ArrowArrayStream};
use arrow_schema::{ArrowError, SchemaRef};
use corpus::{CorpusError, Manifest, PartId, make, read, recipe::ImageMode};
use parquet::{arrow::arrow_reader::ParquetRecordBatchReaderBuilder, errors::ParquetError};
use pyo3::{prelude::*, types::PyCapsule};

use super::columns::{Batch, schema};
use crate::errors::{ArgumentError, broken};

const SCHEMA: &CStr = c"arrow_schema";
const STREAM: &CStr = c"arrow_array_stream";

/// Bytes after which a batch ends, however few its rows.
const MOST_BYTES: usize = 32 << 20;
/// Batches that wait to be taken.
const AHEAD: usize = 1;

/// Full rows as Arrow record batches, with the columns and types of the Parquet export.
///
/// Made by :meth:`Plan.batches` and :meth:`Corpus.batches`. Every library that reads Arrow streams takes it, without
/// copying the columns: ``pyarrow.RecordBatchReader.from_stream(batches)``, ``pyarrow.table(batches)``,
/// ``polars.DataFrame(batches)``, ``duckdb.from_arrow(batches)``, ``datasets.Dataset(pyarrow.table(batches))``. Each reading
/// begins at the first row. A batch has at most as many rows as were asked for and ends after about 32 MiB; three of
/// them are in memory at most.
#[pyclass(frozen, module = "isovist.corpus")]
pub(crate) struct Batches {
    schema: SchemaRef,
    origin: Origin,
    rows: usize,
    name: String,
}

/// Where rows come from.
#[derive(Clone)]
enum Origin {
    /// They are made.
    Part { plan: Arc<corpus::Plan>, id: PartId },
    /// From Parquet files.
    Parquet { files: Vec<PathBuf> },
    /// From JSON lines, those of the splits that the manifest still names.
    Lines { corpus: PathBuf, manifest: Box<Manifest> },
}

/// Takes a batch, or says that nobody will.
type Put<'a> = &'a mut dyn FnMut(RecordBatch) -> Result<(), CorpusError>;

/// The rows of a batch, as Python gives them.
fn batch_rows(rows: usize) -> PyResult<usize> {
    if rows > 0 { Ok(rows) } else { Err(ArgumentError::new_err("rows: 0 (hint: the most rows of a batch, from 1)")) }
}

impl Batches {
    /// The rows of a part, made when they are taken.
    pub(super) fn of_part(plan: Arc<corpus::Plan>, id: PartId, rows: usize) -> PyResult<Self> {
        let (schema, name) = (schema(plan.recipe.output.images), plan.name_of(id));
        Ok(Self { schema, origin: Origin::Part { plan, id }, rows: batch_rows(rows)?, name })
    }

    /// The rows of Parquet files of the same columns.
    pub(super) fn of_parquet(files: Vec<PathBuf>, images: ImageMode, rows: usize, name: &str) -> PyResult<Self> {
        let rows = batch_rows(rows)?;
        let schema = match files.first() {
            Some(file) => Arc::clone(opened(file).map_err(super::plan::fault)?.schema()),
            None => schema(images),
        };
        Ok(Self { schema, origin: Origin::Parquet { files }, rows, name: name.to_owned() })
    }

    /// The rows of the JSON lines of one split.
    pub(super) fn of_lines(corpus: PathBuf, manifest: &Manifest, split: &str, rows: usize) -> PyResult<Self> {
        let mut manifest = Box::new(manifest.clone());
        manifest.splits.retain(|name, _| name == split);
        let origin = Origin::Lines { corpus, manifest };
        Ok(Self { schema: schema(ImageMode::None), origin, rows: batch_rows(rows)?, name: split.to_owned() })
    }
}

#[pymethods]
impl Batches {
    /// The columns as an Arrow schema (PyCapsule interface).
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema =
            FFI_ArrowSchema::try_from(self.schema.as_ref()).map_err(|error| broken("the columns of a row", error))?;
        PyCapsule::new_with_value(py, schema, SCHEMA)
    }

    /// A stream of record batches from the first row on (PyCapsule interface); no other schema is fulfilled than its own.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let work = Work { schema: Arc::clone(&self.schema), origin: self.origin.clone(), rows: self.rows };
        let stream = Stream { schema: Arc::clone(&self.schema), state: State::Waiting(Box::new(work)) };
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(stream)), STREAM)
    }

    fn __repr__(&self) -> String {
        format!("<Batches of {}>", self.name)
    }
}

/// What the thread of a stream does.
struct Work {
    schema: SchemaRef,
    origin: Origin,
    rows: usize,
}

impl Work {
    fn run(&self, put: Put) -> Result<(), CorpusError> {
        match &self.origin {
            Origin::Part { plan, id } => {
                let mut batch = Batch::new(plan.recipe.output.images);
                make::each_row(plan, *id, |row, pictures| {
                    batch.push(row, pictures);
                    self.put_full(&mut batch, put)
                })?;
                put_rest(&mut batch, put)
            }
            Origin::Lines { corpus, manifest } => {
                let mut batch = Batch::new(ImageMode::None);
                read::each_row(corpus, manifest, |_, row| {
                    batch.push(&row, &[]);
                    self.put_full(&mut batch, put).map(|()| true)
                })?;
                put_rest(&mut batch, put)
            }
            Origin::Parquet { files } => files.iter().try_for_each(|file| self.read(file, put)),
        }
    }

    fn put_full(&self, batch: &mut Batch, put: Put) -> Result<(), CorpusError> {
        let is_full = batch.rows() >= self.rows || batch.bytes() >= MOST_BYTES;
        if is_full { put_rest(batch, put) } else { Ok(()) }
    }

    fn read(&self, file: &Path, put: Put) -> Result<(), CorpusError> {
        let reader = opened(file)?;
        if *reader.schema() != self.schema {
            let problem = "has other columns than the first file of the split".to_owned();
            return Err(CorpusError::Output { file: file.to_owned(), problem, hint: "make the corpus again" });
        }
        let found = reader.metadata();
        let bytes: i64 =
            found.row_groups().iter().map(parquet::file::metadata::RowGroupMetaData::total_byte_size).sum();
        let (bytes, rows) = (usize::try_from(bytes), usize::try_from(found.file_metadata().num_rows()));
        let row_bytes = bytes.unwrap_or(0).div_ceil(rows.unwrap_or(0).max(1)).max(1);
        let fault = |source| CorpusError::Parquet { file: file.to_owned(), source };
        let reader = reader.with_batch_size(self.rows.min(MOST_BYTES / row_bytes).max(1)).build().map_err(fault)?;
        for batch in reader {
            put(batch.map_err(|error| fault(ParquetError::from(error)))?)?;
        }
        Ok(())
    }
}

fn put_rest(batch: &mut Batch, put: Put) -> Result<(), CorpusError> {
    if batch.rows() == 0 {
        return Ok(());
    }
    put(batch.take().map_err(io::Error::other)?)
}

fn opened(file: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, CorpusError> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", file.display()));
    let input = File::open(file).map_err(named)?;
    let fault = |source| CorpusError::Parquet { file: file.to_owned(), source };
    ParquetRecordBatchReaderBuilder::try_new(input).map_err(fault)
}

/// A stream that is being taken.
struct Stream {
    schema: SchemaRef,
    state: State,
}

type Sent = Result<RecordBatch, CorpusError>;

enum State {
    /// Nothing was asked for yet.
    Waiting(Box<Work>),
    Running(Receiver<Sent>, JoinHandle<()>),
    Done,
}

/// Does the work, and hands on what comes of it until nobody takes it any more.
fn run(work: &Work, sender: &SyncSender<Sent>) {
    let gone = |_| CorpusError::Io(io::ErrorKind::BrokenPipe.into());
    if let Err(error) = work.run(&mut |batch| sender.send(Ok(batch)).map_err(gone)) {
        // Where nobody takes the error, nobody misses it.
        sender.send(Err(error)).ok();
    }
}

fn external(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ArrowError {
    ArrowError::ExternalError(error.into())
}

impl Stream {
    fn start(&mut self, work: Box<Work>) -> Result<(), ArrowError> {
        let (sender, receiver) = sync_channel(AHEAD);
        let thread = thread::Builder::new().name("isovist-batches".into()).spawn(move || run(&work, &sender));
        self.state = State::Running(receiver, thread.map_err(external)?);
        Ok(())
    }
}

impl Iterator for Stream {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Waiting(work) => {
                    if let Err(error) = self.start(work) {
                        return Some(Err(error));
                    }
                }
                State::Running(receiver, thread) => match receiver.recv() {
                    Ok(Ok(batch)) => {
                        self.state = State::Running(receiver, thread);
                        return Some(Ok(batch));
                    }
                    Ok(Err(error)) => return Some(Err(external(error))),
                    // The thread has ended: in peace, or not.
                    Err(_) => {
                        return thread.join().err().map(|_| Err(external("the rows ended in a fault of isovist")));
                    }
                },
                State::Done => return None,
            }
        }
    }
}

impl RecordBatchReader for Stream {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}
