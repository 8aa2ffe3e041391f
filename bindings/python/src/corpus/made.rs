//! A corpus that is made, read back.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use corpus::{
    Manifest, audit,
    recipe::Export,
    verify::{self, Depth},
};
use pyo3::prelude::*;

use super::{
    Batches,
    plan::{fault, report},
};
use crate::{
    errors::{self, unknown},
    json,
    verdict::value_of,
};

/// A corpus that is made: a folder with its manifest.
///
/// ``folder``: that of ``isovist corpus make`` or :meth:`Plan.make`. Raises :class:`isovist.CorpusError` where it has no
/// manifest, which the run writes that finds every part there.
#[pyclass(frozen, module = "isovist.corpus")]
pub(crate) struct Corpus {
    folder: PathBuf,
    manifest: Manifest,
}

#[pymethods]
impl Corpus {
    #[new]
    fn new(py: Python<'_>, folder: PathBuf) -> PyResult<Self> {
        let manifest = py.detach(|| Manifest::read(&folder)).map_err(fault)?;
        Ok(Self { folder, manifest })
    }

    /// Its folder.
    #[getter]
    fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its name.
    #[getter]
    fn name(&self) -> &str {
        &self.manifest.recipe.name
    }

    /// Rows of each split.
    #[getter]
    fn splits(&self) -> BTreeMap<&str, u64> {
        self.manifest.splits.iter().map(|(name, split)| (name.as_str(), split.rows)).collect()
    }

    /// The manifest as a dictionary: recipe, hash of every file, scenes with hashes and licences, counts.
    #[getter]
    fn manifest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &value_of("the manifest", &self.manifest)?)
    }

    /// The full rows of a split as Arrow record batches of at most ``rows`` rows, read while they are taken.
    ///
    /// They come from the Parquet export, or, where there is none, from JSON lines, which hold no pictures: ``frames``
    /// names them. Raises :class:`isovist.UnknownName` for a split that there is not, :class:`isovist.CorpusError` where
    /// no export holds full rows.
    #[pyo3(signature = (split, rows=8192))]
    fn batches(&self, py: Python<'_>, split: &str, rows: usize) -> PyResult<Batches> {
        let Some(own) = self.manifest.splits.get(split) else {
            return Err(unknown("split", split, self.manifest.splits.keys().map(String::as_str)));
        };
        let output = &self.manifest.recipe.output;
        if output.exports.contains(&Export::Parquet) {
            let folder = format!("{}/", Export::Parquet.name());
            let files = own.files.keys().filter(|file| file.starts_with(&folder));
            let files = files.map(|file| self.folder.join(file)).collect();
            return py.detach(|| Batches::of_parquet(files, output.images, rows, split));
        }
        if !output.exports.iter().any(|export| export.is_full()) {
            let problem = "no export of this corpus holds full rows (hint: export parquet or jsonl)";
            return Err(errors::CorpusError::new_err(format!("{}: {problem}", self.folder.display())));
        }
        Batches::of_lines(self.folder.clone(), &self.manifest, split, rows)
    }

    /// Compares every file with its hash, and every full row with its scene: questions are read and answers found anew, proofs
    /// checked.
    ///
    /// ``folder``: that of the recipe, below which its scenes lie; left out, the current one.
    /// ``files_only``: the hashes alone; no scene is needed.
    #[pyo3(signature = (folder=None, *, files_only=false))]
    fn verify(&self, py: Python<'_>, folder: Option<PathBuf>, files_only: bool) -> PyResult<Verified> {
        let folder = folder.unwrap_or_else(|| PathBuf::from("."));
        let depth = if files_only { Depth::Files } else { Depth::Rows };
        let found = py.detach(|| verify::verify(&self.folder, &folder, depth, |_| ())).map_err(fault)?;
        Ok(Verified {
            files: found.files,
            rows: found.rows,
            answered: found.answered,
            worded: found.worded,
            pairs: found.pairs,
            unpaired: found.unpaired,
            proofs: found.proofs,
            not_at_hand: found.not_at_hand,
            faults: found.faults,
            fault_count: found.fault_count,
        })
    }

    /// What a guesser scores who does not see the scenes (:attr:`Made.audit`), found anew; ``None`` where no export holds
    /// full rows. Nothing is written.
    fn audit<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let found = py.detach(|| audit::audit(&self.folder, &self.manifest)).map_err(fault)?;
        report(py, found.as_ref())
    }

    fn __repr__(&self) -> String {
        let splits = self.manifest.splits.iter().map(|(name, split)| format!("{name} {}", split.rows));
        format!("<Corpus {}: rows of {}>", self.name(), splits.collect::<Vec<_>>().join(", "))
    }
}

/// What :meth:`Corpus.verify` found.
#[pyclass(frozen, get_all, module = "isovist.corpus")]
pub(crate) struct Verified {
    /// Files whose hash is the manifest's.
    files: u64,
    /// Rows that were read.
    rows: u64,
    /// Rows whose question was answered anew, with the same answer.
    answered: u64,
    /// Rows whose text is read back as their question, and whose right answer in words says their answer.
    worded: u64,
    /// Minimal pairs of which both rows are there.
    pairs: u64,
    /// Rows of a minimal pair without the other.
    unpaired: u64,
    /// Proofs that the checker accepted.
    proofs: u64,
    /// Rows of scenes that are not at hand, by scene.
    not_at_hand: BTreeMap<String, u64>,
    /// What is wrong, the first twenty.
    faults: Vec<String>,
    /// How much is wrong: 0 for a sound corpus.
    fault_count: u64,
}

#[pymethods]
impl Verified {
    fn __repr__(&self) -> String {
        format!("<Verified {} rows, {} answered anew alike, {} faults>", self.rows, self.answered, self.fault_count)
    }
}
