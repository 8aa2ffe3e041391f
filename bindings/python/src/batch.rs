//! Many replies rewarded: columns as NumPy arrays.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use judge::{
    Reply,
    reward::{Part, Preset},
    row::GroundTruth,
};
use numpy::{PyArray1, PyArray2, PyArrayMethods as _};
use pyo3::{prelude::*, types::PyDict};
use rayon::prelude::*;

use crate::{
    errors::{ArgumentError, unknown},
    json,
    judging::bad_truth,
    pool::pool,
    text::{items, reply_bytes},
    truths::Truths,
};

/// Replies that a thread takes at once.
const AT_ONCE: usize = 64;
/// Fewest bytes of replies that are worth other threads, however few they are.
const WORTH_THREADS_BYTES: usize = 1 << 16;

/// The rewards of many replies, a column each.
#[pyclass(frozen, module = "isovist")]
pub(crate) struct Judgements {
    rewards: Py<PyArray1<f64>>,
    gated: Py<PyArray1<bool>>,
    penalised: Py<PyArray1<bool>>,
    advantages: Option<Py<PyArray1<f64>>>,
    columns: BTreeMap<&'static str, Column>,
    len: usize,
}

/// A component of every reply.
struct Column {
    scores: Py<PyArray1<f64>>,
    /// What else is known of each, where the component applies.
    parts: Vec<Option<Part>>,
}

impl Judgements {
    /// Judges replies against their truths.
    pub(crate) fn of(
        py: Python<'_>,
        preset: &'static Preset,
        kept: &Truths,
        truths: &Bound<'_, PyAny>,
        replies: &Bound<'_, PyAny>,
        groups: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let (truths, replies) = (items(truths, "truths")?, items(replies, "replies")?);
        same_length("replies", replies.len(), truths.len())?;
        let groups = groups.map(numbered).transpose()?;
        if let Some(groups) = &groups {
            same_length("groups", groups.len(), truths.len())?;
        }
        let texts: Vec<Cow<'_, str>> = truths.iter().map(json::borrowed_text_of).collect::<PyResult<_>>()?;
        let replies: Vec<Cow<'_, [u8]>> = replies.iter().map(reply_bytes).collect::<PyResult<_>>()?;
        let (rows, advantages) = py
            .detach(|| {
                let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
                let truths = kept.all(&texts)?;
                let rows = rows(preset, &truths, &replies);
                let advantages = groups.map(|groups| {
                    let advantage = |advantage: Option<f64>| advantage.unwrap_or(f64::NAN);
                    preset.normalisation.by_group(groups, &rows.rewards).into_iter().map(advantage).collect()
                });
                Ok((rows, advantages))
            })
            .map_err(|(row, fault)| bad_truth(Some(row), fault))?;
        let names = preset.component.iter().map(|component| component.name.as_str());
        let column = |parts: Vec<Option<Part>>| {
            let scores = parts.iter().map(|part| part.as_ref().map_or(f64::NAN, |part| part.score)).collect();
            Column { scores: PyArray1::from_vec(py, scores).unbind(), parts }
        };
        Ok(Self {
            len: rows.rewards.len(),
            rewards: PyArray1::from_vec(py, rows.rewards).unbind(),
            gated: PyArray1::from_vec(py, rows.gated).unbind(),
            penalised: PyArray1::from_vec(py, rows.penalised).unbind(),
            advantages: advantages.map(|advantages| PyArray1::from_vec(py, advantages).unbind()),
            columns: names.zip(rows.columns.into_iter().map(column)).collect(),
        })
    }

    fn column(&self, component: &str) -> PyResult<&Column> {
        self.columns.get(component).ok_or_else(|| unknown("component", component, self.columns.keys().copied()))
    }
}

/// Rewards of some replies, by columns.
struct Rows {
    rewards: Vec<f64>,
    gated: Vec<bool>,
    penalised: Vec<bool>,
    /// Of each component of the preset.
    columns: Vec<Vec<Option<Part>>>,
}

impl Rows {
    /// Room for so many.
    fn with_room(preset: &Preset, room: usize) -> Self {
        Self {
            rewards: Vec::with_capacity(room),
            gated: Vec::with_capacity(room),
            penalised: Vec::with_capacity(room),
            columns: preset.component.iter().map(|_| Vec::with_capacity(room)).collect(),
        }
    }

    /// Judges replies one after the other.
    fn of(preset: &'static Preset, truths: &[Arc<GroundTruth>], replies: &[Cow<'_, [u8]>]) -> Self {
        let mut rows = Self::with_room(preset, truths.len());
        for (truth, reply) in truths.iter().zip(replies) {
            let mut reward = preset.reward(&Reply::new(reply), &truth.truth, &truth.facts);
            rows.rewards.push(reward.total);
            rows.gated.push(reward.gated);
            rows.penalised.push(reward.penalised);
            for (component, column) in preset.component.iter().zip(&mut rows.columns) {
                column.push(reward.components.remove(component.name.as_str()));
            }
        }
        rows
    }

    fn append(&mut self, mut next: Self) {
        self.rewards.append(&mut next.rewards);
        self.gated.append(&mut next.gated);
        self.penalised.append(&mut next.penalised);
        for (column, next) in self.columns.iter_mut().zip(&mut next.columns) {
            column.append(next);
        }
    }
}

/// The rewards of all replies, in order.
fn rows(preset: &'static Preset, truths: &[Arc<GroundTruth>], replies: &[Cow<'_, [u8]>]) -> Rows {
    let bytes: usize = replies.iter().map(|reply| reply.len()).sum();
    let large = replies.len() >= 2 * AT_ONCE || replies.len() > 1 && bytes >= WORTH_THREADS_BYTES;
    let Some(pool) = large.then(pool).flatten() else { return Rows::of(preset, truths, replies) };
    // Long replies are handed out one by one, short ones together.
    let at_once = if bytes / replies.len() < WORTH_THREADS_BYTES / AT_ONCE { AT_ONCE } else { 1 };
    let parts: Vec<Rows> = pool.install(|| {
        let chunks = truths.par_chunks(at_once).zip(replies.par_chunks(at_once));
        chunks.map(|(truths, replies)| Rows::of(preset, truths, replies)).collect()
    });
    let mut all = Rows::with_room(preset, truths.len());
    for part in parts {
        all.append(part);
    }
    all
}

fn same_length(name: &str, len: usize, truths: usize) -> PyResult<()> {
    if len == truths {
        return Ok(());
    }
    Err(ArgumentError::new_err(format!("{name}: {len}, but truths: {truths} (hint: one for each truth)")))
}

/// A number for each group in the order of appearance; `None` stays.
fn numbered(groups: &Bound<'_, PyAny>) -> PyResult<Vec<Option<usize>>> {
    let numbers = PyDict::new(groups.py());
    items(groups, "groups")?
        .iter()
        .map(|group| {
            if group.is_none() {
                return Ok(None);
            }
            if let Some(number) = numbers.get_item(group)? {
                return number.extract().map(Some);
            }
            let number = numbers.len();
            numbers.set_item(group, number)?;
            Ok(Some(number))
        })
        .collect()
}

#[pymethods]
impl Judgements {
    /// The reward of each reply: an array of float64 of shape (n,).
    #[getter]
    fn rewards(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.rewards.clone_ref(py)
    }

    /// The scores of each component before its weight, by its name: arrays of float64 of shape (n,), NaN where the
    /// component does not apply.
    #[getter]
    fn components<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, column) in &self.columns {
            dict.set_item(name, &column.scores)?;
        }
        Ok(dict)
    }

    /// Whether shaping was held back, for each reply: an array of bool of shape (n,).
    #[getter]
    fn gated(&self, py: Python<'_>) -> Py<PyArray1<bool>> {
        self.gated.clone_ref(py)
    }

    /// Whether the form was punished, for each reply: an array of bool of shape (n,).
    #[getter]
    fn penalised(&self, py: Python<'_>) -> Py<PyArray1<bool>> {
        self.penalised.clone_ref(py)
    }

    /// The advantage of each reply within its group, normalised as the preset says: an array of float64 of shape (n,),
    /// NaN where the reply has no group; ``None`` where no groups were given.
    #[getter]
    fn advantages(&self, py: Python<'_>) -> Option<Py<PyArray1<f64>>> {
        self.advantages.as_ref().map(|advantages| advantages.clone_ref(py))
    }

    /// Codes of the reasons of a component (:attr:`Component.reason`), ``None`` where it does not apply. Raises
    /// :class:`isovist.UnknownName`.
    fn reasons(&self, component: &str) -> PyResult<Vec<Option<&'static str>>> {
        let parts = &self.column(component)?.parts;
        Ok(parts.iter().map(|part| part.as_ref().map(|part| part.reason.code())).collect())
    }

    /// Where each reply says what a component read: an array of int64 of shape (n, 2), first byte and the byte after
    /// the last, of the reply in UTF-8; −1 where nothing was read. Raises :class:`isovist.UnknownName`.
    fn spans<'py>(&self, py: Python<'py>, component: &str) -> PyResult<Bound<'py, PyArray2<i64>>> {
        let parts = &self.column(component)?.parts;
        let span = |part: &Option<Part>| match part.as_ref().and_then(|part| part.span.as_ref()) {
            Some(span) => [span.start, span.end].map(|at| i64::try_from(at).unwrap_or(i64::MAX)),
            None => [-1, -1],
        };
        PyArray1::from_vec(py, parts.iter().flat_map(span).collect()).reshape([self.len, 2])
    }

    fn __len__(&self) -> usize {
        self.len
    }

    fn __repr__(&self) -> String {
        format!("<Judgements of {} replies>", self.len)
    }
}
