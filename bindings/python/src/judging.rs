//! Replies rewarded, one at a time.

use std::collections::BTreeMap;

use judge::{
    Reply,
    reward::{Part, Preset, preset},
    row::{self, said},
};
use pyo3::{prelude::*, types::PyType};
use serde_json::Value;

use crate::{
    batch::Judgements,
    errors::{TruthError, broken, unknown},
    json, text,
    truths::Truths,
};

/// Rewards replies under a preset.
///
/// ``preset``: name of a preset (:func:`isovist.presets`). Raises :class:`isovist.UnknownName`. A judge may be shared by
/// threads and pickled.
///
/// A ground truth is JSON, as a ``str`` or what ``json.dumps`` takes: a truth (``{"kind": "count", "value": 3}``), an answer
/// (:meth:`Answer.to_json`), or a row of ``isovist gen`` or of ``isovist judge`` (``isovist schema judge``).
#[pyclass(frozen, module = "isovist")]
pub(crate) struct Judge {
    preset: &'static Preset,
    truths: Truths,
}

/// Names of all presets, the default first.
#[pyfunction]
pub(crate) fn presets() -> Vec<&'static str> {
    judge::reward::presets().iter().map(|preset| preset.name.as_str()).collect()
}

/// The error of a ground truth that does not read; `row` in a batch.
pub(crate) fn bad_truth(row: Option<usize>, fault: impl std::fmt::Display) -> PyErr {
    match row {
        Some(row) => TruthError::new_err((format!("truths[{row}]: {fault}"), row)),
        None => TruthError::new_err(format!("truth: {fault}")),
    }
}

#[pymethods]
impl Judge {
    #[new]
    #[pyo3(signature = (preset = "isovist"), text_signature = "(preset='isovist')")]
    fn open(preset: &str) -> PyResult<Self> {
        match self::preset(preset) {
            Some(preset) => Ok(Self { preset, truths: Truths::default() }),
            None => Err(unknown("preset", preset, presets().into_iter())),
        }
    }

    /// Name of the preset.
    #[getter]
    fn preset(&self) -> &str {
        &self.preset.name
    }

    /// Weight of each component in the reward, by its name.
    #[getter]
    fn weights(&self) -> BTreeMap<&str, f64> {
        self.preset.component.iter().map(|component| (component.name.as_str(), component.weight)).collect()
    }

    /// What to tell a model of the form of its reply, for instance as the system's message.
    #[getter]
    fn instructions(&self) -> &str {
        &self.preset.instructions
    }

    /// How many ground truths are kept, each read once however many replies it judges.
    #[getter]
    fn kept_truths(&self) -> usize {
        self.truths.len()
    }

    /// Judges a reply.
    ///
    /// ``reply``: ``str``, bytes (what is no UTF-8 is read as ``?``) or ``None`` for none. Whatever it says, it is judged and
    /// nothing is raised; a ground truth that does not read raises :class:`isovist.TruthError`.
    fn judge(&self, py: Python<'_>, truth: &Bound<'_, PyAny>, reply: &Bound<'_, PyAny>) -> PyResult<Judgement> {
        let (truth, reply) = (json::text_of(truth)?, text::reply_bytes(reply)?);
        py.detach(|| {
            let truth = self.truths.all(&[&truth]).map_err(|(_, fault)| bad_truth(None, fault))?;
            let [truth] = &truth[..] else { return Err(broken("truth", "none")) };
            let reply = Reply::new(&reply);
            let reward = self.preset.reward(&reply, &truth.truth, &truth.facts);
            let said = said(&reply, &reward);
            Ok(Judgement { inner: row::Judgement { id: Value::Null, said, reward, advantage: None } })
        })
    }

    /// Judges many replies, on all cores and without the interpreter's lock.
    ///
    /// ``truths`` and ``replies``: as many of one as of the other, each as :meth:`judge` takes it. ``groups``: for each
    /// reply something hashable that the replies to one question share, or ``None``; then there are advantages.
    ///
    /// Raises :class:`isovist.TruthError`, whose ``row`` is the position of the ground truth that does not read, and
    /// :class:`isovist.ArgumentError` for lists of unequal length.
    #[pyo3(signature = (truths, replies, groups = None))]
    fn batch(
        &self,
        py: Python<'_>,
        truths: &Bound<'_, PyAny>,
        replies: &Bound<'_, PyAny>,
        groups: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Judgements> {
        Judgements::of(py, self.preset, &self.truths, truths, replies, groups)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (String,)) {
        (slf.get_type(), (slf.get().preset.name.clone(),))
    }

    fn __repr__(&self) -> String {
        format!("Judge({:?})", self.preset.name)
    }
}

/// A component of a reward.
#[pyclass(frozen, module = "isovist")]
pub(crate) struct Component {
    part: Part,
    said: Option<String>,
}

#[pymethods]
impl Component {
    /// Score in [0, 1], before its weight.
    #[getter]
    fn score(&self) -> f64 {
        self.part.score
    }

    /// Stable code of why: ``right``, ``partial``, ``wrong``, ``conflict``, ``range``, ``too_many``, ``rule_does_not_fit``, or why
    /// nothing was read: ``empty``, ``other_unit``, ``unclear_number`` …
    #[getter]
    fn reason(&self) -> &'static str {
        self.part.reason.code()
    }

    /// The words of the reply that were read, at most 80 characters; ``None`` where none decided.
    #[getter]
    fn said(&self) -> Option<&str> {
        self.said.as_deref()
    }

    /// Where they stand: first byte and the byte after the last, of the reply in UTF-8.
    #[getter]
    fn span(&self) -> Option<(usize, usize)> {
        self.part.span.as_ref().map(|span| (span.start, span.end))
    }

    /// Where a second answer stands that conflicts with the first.
    #[getter]
    fn other_span(&self) -> Option<(usize, usize)> {
        self.part.other.as_ref().map(|span| (span.start, span.end))
    }

    fn __repr__(&self) -> String {
        format!("<Component {}: {}>", self.part.score, self.reason())
    }
}

/// The reward of a reply and why it is what it is.
#[pyclass(frozen, module = "isovist")]
pub(crate) struct Judgement {
    inner: row::Judgement<'static>,
}

#[pymethods]
impl Judgement {
    /// The sum of the weighed components, in [0, 1]; −1 under a preset that punishes broken form, where it is broken.
    #[getter]
    fn reward(&self) -> f64 {
        self.inner.reward.total
    }

    /// Each component by its name; those that do not apply are left out.
    #[getter]
    fn components(&self) -> BTreeMap<&'static str, Component> {
        let component = |(name, part): (&&'static str, &Part)| {
            (*name, Component { part: part.clone(), said: self.inner.said.get(*name).cloned() })
        };
        self.inner.reward.components.iter().map(component).collect()
    }

    /// Whether shaping was held back because the component that decides earned nothing.
    #[getter]
    fn gated(&self) -> bool {
        self.inner.reward.gated
    }

    /// Whether the form of the reply was punished.
    #[getter]
    fn penalised(&self) -> bool {
        self.inner.reward.penalised
    }

    /// The judgement as JSON, the same as ``isovist judge`` prints for a row without an id.
    fn to_json(&self) -> PyResult<String> {
        serde_json::to_string(&self.inner).map_err(|error| broken("judgement", error))
    }

    /// The judgement as a dictionary.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &serde_json::to_value(&self.inner).map_err(|error| broken("judgement", error))?)
    }

    fn __float__(&self) -> f64 {
        self.reward()
    }

    fn __repr__(&self) -> String {
        let parts: Vec<String> = self
            .inner
            .reward
            .components
            .iter()
            .map(|(name, part)| format!("{name} {} ({})", part.score, part.reason.code()))
            .collect();
        format!("<Judgement {}: {}>", self.reward(), parts.join(", "))
    }
}
