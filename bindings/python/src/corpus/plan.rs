//! A planned corpus, its parts, and what making them gave.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{RecvTimeoutError, channel},
    },
    thread,
    time::Duration,
};

use corpus::{CorpusError, Manifest, PartId, Recipe, Shard, audit::Report, card, make};
use pyo3::{prelude::*, types::PyTuple};

use super::Batches;
use crate::{
    errors::{self, ArgumentError, broken},
    json,
    pool::in_pool,
    verdict::{book, value_of},
};

/// How often it is looked whether the user wants an end.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Why there is no corpus.
pub(super) fn fault(error: CorpusError) -> PyErr {
    errors::CorpusError::new_err(error.to_string())
}

/// What a recipe will make: a pure function of the recipe and its scenes.
///
/// Made by :func:`isovist.corpus.plan` or :meth:`Plan.from_text`; never changed. It may be shared by threads and pickled;
/// where it is unpickled, the same scenes must lie in the same folder.
#[pyclass(frozen, module = "isovist.corpus")]
pub(crate) struct Plan {
    inner: Arc<corpus::Plan>,
    text: String,
    folder: PathBuf,
}

impl Plan {
    fn new(py: Python<'_>, text: String, file: &str, folder: &Path) -> PyResult<Self> {
        let book = book()?;
        let folder = std::path::absolute(folder)?;
        let planned = || corpus::Plan::new(Recipe::parse(&text, file)?, &folder, book);
        let inner = py.detach(|| in_pool(planned)).map_err(fault)?;
        Ok(Self { inner: Arc::new(inner), text, folder })
    }

    fn part(&self, at: usize, id: PartId) -> Part {
        Part { plan: Arc::clone(&self.inner), id, index: at }
    }

    /// The part that is meant: a part of this plan, or its position.
    fn meant(&self, part: &Bound<'_, PyAny>) -> PyResult<PartId> {
        if let Ok(part) = part.cast::<Part>() {
            let part = part.get();
            if part.plan.sha256 == self.inner.sha256 {
                return Ok(part.id);
            }
            return Err(ArgumentError::new_err(format!("part: {} is of another plan", part.name())));
        }
        let parts = self.inner.parts();
        let index = part.extract::<usize>().ok();
        index.and_then(|index| parts.get(index)).copied().ok_or_else(|| {
            let given = part.repr().map_or_else(|_| String::new(), |given| given.to_string());
            let last = parts.len().saturating_sub(1);
            ArgumentError::new_err(format!("part: {given} (hint: one of plan.parts, or its position, 0 to {last})"))
        })
    }
}

/// Ends a corpus whose manifest is written: the audit and the card.
fn described(out: &Path) -> Result<Option<Report>, CorpusError> {
    Ok(card::write(out, &Manifest::read(out)?)?.1)
}

/// The audit as a dictionary.
pub(super) fn report<'py>(py: Python<'py>, found: Option<&Report>) -> PyResult<Option<Bound<'py, PyAny>>> {
    found.map(|found| json::to_python(py, &value_of("the audit", found)?)).transpose()
}

#[pymethods]
impl Plan {
    /// Plans the recipe of a file; see :func:`isovist.corpus.plan`.
    #[staticmethod]
    fn read(py: Python<'_>, recipe: PathBuf) -> PyResult<Self> {
        let text = scene::disk::read_text(&recipe).map_err(|error| fault(error.into()))?;
        let folder = recipe.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self::new(py, text, &recipe.display().to_string(), folder)
    }

    /// Plans a recipe from its text; relative paths of scenes begin at ``folder``. Raises :class:`isovist.CorpusError`.
    #[staticmethod]
    #[pyo3(signature = (text, folder))]
    fn from_text(py: Python<'_>, text: String, folder: PathBuf) -> PyResult<Self> {
        Self::new(py, text, "recipe", &folder)
    }

    /// Name of the corpus.
    #[getter]
    fn name(&self) -> &str {
        &self.inner.recipe.name
    }

    /// The recipe as it was given.
    #[getter]
    fn text(&self) -> &str {
        &self.text
    }

    /// The folder at which relative paths of scenes begin.
    #[getter]
    fn folder(&self) -> &Path {
        &self.folder
    }

    /// Rows of all parts together; of a kind that the scenes run out of, fewer will be found.
    #[getter]
    fn rows(&self) -> u64 {
        self.inner.splits.iter().map(|split| split.rows).sum()
    }

    /// The parts, split by split: the units of work, each one file of every export.
    #[getter]
    fn parts(&self) -> Vec<Part> {
        self.inner.parts().into_iter().enumerate().map(|(at, id)| self.part(at, id)).collect()
    }

    /// Tasks of the recipe that none of the tried scenes can ask.
    #[getter]
    fn without(&self) -> Vec<String> {
        self.inner.without.clone()
    }

    /// SHA-256 of the recipe and of its scenes, 64 hexadecimal digits: equal plans make equal bytes.
    #[getter]
    fn sha256(&self) -> &str {
        &self.inner.sha256
    }

    /// The full rows of a part as Arrow record batches of at most ``rows`` rows, made while they are taken; nothing is
    /// written.
    ///
    /// ``part``: one of :attr:`parts`, or its position. The columns are those of the Parquet export, whether the recipe
    /// has it or not; ``reasoning``, ``proof`` and ``images`` as the recipe says.
    #[pyo3(signature = (part, rows=8192))]
    fn batches(&self, part: &Bound<'_, PyAny>, rows: usize) -> PyResult<Batches> {
        Batches::of_part(Arc::clone(&self.inner), self.meant(part)?, rows)
    }

    /// Makes the files of a corpus, as ``isovist corpus make`` does, byte for byte; what is there already is kept.
    ///
    /// ``out``: the folder, made if need be. ``shard=(i, n)``: only every n-th part, from the i-th; the run that finds every
    /// part there writes the manifest, the audit and the card. ``progress`` is called with the rows of every part that is
    /// done. All cores work (``RAYON_NUM_THREADS`` limits them). An interrupt, or an error of ``progress``, ends it after the
    /// parts in hand. Raises :class:`isovist.CorpusError`.
    #[pyo3(signature = (out, shard=(0, 1), progress=None), text_signature = "($self, out, shard=(0, 1), progress=None)")]
    fn make(&self, py: Python<'_>, out: PathBuf, shard: (u64, u64), progress: Option<Py<PyAny>>) -> PyResult<Made> {
        let (index, of) = shard;
        if index >= of {
            return Err(ArgumentError::new_err(format!("shard: ({index}, {of}) (hint: (i, n) with i below n)")));
        }
        let is_wanted = AtomicBool::new(true);
        let (tell, told) = channel();
        let hear = |rows: Option<u64>| {
            Python::attach(|py| match (rows, &progress) {
                (Some(rows), Some(progress)) => progress.call1(py, (rows,)).map(drop),
                (Some(_), None) => Ok(()),
                (None, _) => py.check_signals(),
            })
        };
        let work = || {
            // Whoever asked listens until this is dropped.
            let tell = tell;
            let done = |rows| tell.send(rows).is_ok() && is_wanted.load(Ordering::Relaxed);
            let made = in_pool(|| make::make_while(&self.inner, &out, Shard { index, of }, done))?;
            let audit = if made.missing == 0 { described(&out)? } else { None };
            Ok(Made { inner: made, audit })
        };
        let (made, interrupted) = py.detach(|| {
            let told = told;
            thread::scope(|scope| {
                let work = scope.spawn(work);
                let mut interrupted = None;
                loop {
                    let rows = match told.recv_timeout(LOOK_EVERY) {
                        Ok(rows) => Some(rows),
                        Err(RecvTimeoutError::Timeout) => None,
                        Err(RecvTimeoutError::Disconnected) => break,
                    };
                    if interrupted.is_none()
                        && let Err(error) = hear(rows)
                    {
                        is_wanted.store(false, Ordering::Relaxed);
                        interrupted = Some(error);
                    }
                }
                (work.join(), interrupted)
            })
        });
        match (made, interrupted) {
            (Err(_), _) => Err(broken("make", "ended in a fault")),
            (Ok(_), Some(error)) => Err(error),
            (Ok(made), None) => made.map_err(fault),
        }
    }

    /// Makes the files of one part, wherever that is done, and returns its rows; a part that is there is kept.
    ///
    /// ``part``: one of :attr:`parts`, or its position. The same bytes as those of :meth:`make`; :meth:`finish` ends the
    /// corpus. One core works. Raises :class:`isovist.CorpusError`.
    fn make_part(&self, py: Python<'_>, out: PathBuf, part: &Bound<'_, PyAny>) -> PyResult<u64> {
        let id = self.meant(part)?;
        py.detach(|| make::make_part(&self.inner, &out, id)).map(|record| record.rows()).map_err(fault)
    }

    /// The parts that are not in a folder yet. Raises :class:`isovist.CorpusError` where the folder holds another corpus.
    fn missing(&self, py: Python<'_>, out: PathBuf) -> PyResult<Vec<Part>> {
        let missing = py.detach(|| make::missing(&self.inner, &out)).map_err(fault)?;
        let parts = self.inner.parts().into_iter().enumerate();
        Ok(parts.filter(|(_, id)| missing.contains(id)).map(|(at, id)| self.part(at, id)).collect())
    }

    /// Ends a corpus whose parts are all there: writes the manifest, the audit and the card, and returns the audit, or
    /// ``None`` where no export holds full rows. Raises :class:`isovist.CorpusError` naming a part that is missing.
    fn finish<'py>(&self, py: Python<'py>, out: PathBuf) -> PyResult<Option<Bound<'py, PyAny>>> {
        let found = py.detach(|| make::finish(&self.inner, &out).and_then(|_| described(&out))).map_err(fault)?;
        report(py, found.as_ref())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let plan = slf.get();
        let arguments = (&plan.text, &plan.folder).into_pyobject(slf.py())?;
        Ok((slf.get_type().getattr("from_text")?, arguments))
    }

    fn __repr__(&self) -> String {
        let parts: u64 = self.inner.splits.iter().map(|split| split.parts).sum();
        format!("<Plan {}: {} rows in {parts} parts>", self.name(), self.rows())
    }
}

/// One part of a plan: a pure function of the plan and its number.
#[pyclass(frozen, module = "isovist.corpus")]
pub(crate) struct Part {
    plan: Arc<corpus::Plan>,
    id: PartId,
    /// Position among all parts of the plan.
    #[pyo3(get)]
    index: usize,
}

#[pymethods]
impl Part {
    /// Split and number, as its files are named: ``train-00003``.
    #[getter]
    fn name(&self) -> String {
        self.plan.name_of(self.id)
    }

    /// Name of its split.
    #[getter]
    fn split(&self) -> &'static str {
        self.plan.splits.get(self.id.split).map_or("", |split| split.name)
    }

    /// Its number within the split, from 0.
    #[getter]
    fn number(&self) -> u64 {
        self.id.part
    }

    /// Rows that are planned.
    #[getter]
    fn rows(&self) -> u64 {
        let rows = self.plan.rows_of(self.id);
        rows.end - rows.start
    }

    /// Names of the scenes that it draws from.
    #[getter]
    fn scenes(&self) -> Vec<&str> {
        self.plan.scene_names(self.id)
    }

    fn __repr__(&self) -> String {
        format!("<Part {}: {} rows>", self.name(), self.rows())
    }
}

/// What :meth:`Plan.make` found and made.
#[pyclass(frozen, module = "isovist.corpus")]
pub(crate) struct Made {
    inner: corpus::Made,
    audit: Option<Report>,
}

#[pymethods]
impl Made {
    /// Parts made now.
    #[getter]
    fn made(&self) -> u64 {
        self.inner.made
    }

    /// Parts of the shard that were there.
    #[getter]
    fn found(&self) -> u64 {
        self.inner.found
    }

    /// Parts that are not there yet: of other shards.
    #[getter]
    fn missing(&self) -> u64 {
        self.inner.missing
    }

    /// Rows made now.
    #[getter]
    fn rows(&self) -> u64 {
        self.inner.rows
    }

    /// What a guesser scores who does not see the scenes, as in ``audit.json``: ``rows``, ``limit_points``, ``scores`` and
    /// ``above``, the tasks and formats above the limit. ``None`` while parts are missing, and where no export holds full
    /// rows.
    #[getter]
    fn audit<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        report(py, self.audit.as_ref())
    }

    fn __repr__(&self) -> String {
        let corpus::Made { made, found, missing, .. } = self.inner;
        format!("<Made {made} parts, {found} were there, {missing} are missing>")
    }
}
