//! Answers: value, bounds and unit.

use pyo3::prelude::*;
use question::print;

use crate::{errors::broken, json};

/// An answer of the engine.
#[pyclass(frozen, module = "isovist")]
pub(crate) struct Answer {
    answer: question::Answer,
}

impl From<question::Answer> for Answer {
    fn from(answer: question::Answer) -> Self {
        Self { answer }
    }
}

#[pymethods]
impl Answer {
    /// Kind: ``quantity``, ``turn``, ``count``, ``object``, ``frame``, ``pixel``, ``point``, ``region``, ``turns``,
    /// ``order``, ``yes_no`` or ``sector``.
    #[getter]
    fn kind(&self) -> &'static str {
        match self.answer {
            question::Answer::Quantity { .. } => "quantity",
            question::Answer::Turn { .. } => "turn",
            question::Answer::Count { .. } => "count",
            question::Answer::Object { .. } => "object",
            question::Answer::Frame { .. } => "frame",
            question::Answer::Pixel { .. } => "pixel",
            question::Answer::Point { .. } => "point",
            question::Answer::Region { .. } => "region",
            question::Answer::Turns { .. } => "turns",
            question::Answer::Order { .. } => "order",
            question::Answer::YesNo { .. } => "yes_no",
            question::Answer::Sector { .. } => "sector",
        }
    }

    /// What it is: a ``float`` in ``unit`` (quantity, turn), an ``int`` (count), a ``bool`` (yes_no), a ``str`` (object,
    /// frame, sector: name or word), a list of ``str`` (order, turns), ``(column, row)`` (pixel), ``(x, y, z)`` in metres
    /// (point: right, down and forward of the camera; region: a place in it, world frame).
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match &self.answer {
            question::Answer::Quantity { value, .. } | question::Answer::Turn { value, .. } => {
                value.into_pyobject(py)?.into_any()
            }
            question::Answer::Count { value } => value.into_pyobject(py)?.into_any(),
            question::Answer::YesNo { value } => value.into_pyobject(py)?.to_owned().into_any(),
            question::Answer::Object { name, .. } | question::Answer::Frame { name } => {
                name.into_pyobject(py)?.into_any()
            }
            question::Answer::Sector { word, .. } => word.into_pyobject(py)?.into_any(),
            question::Answer::Order { names: words, .. } | question::Answer::Turns { words } => {
                words.into_pyobject(py)?.into_any()
            }
            question::Answer::Pixel { column, row, .. } => (*column, *row).into_pyobject(py)?.into_any(),
            question::Answer::Point { value, .. } => <(f64, f64, f64)>::from(*value).into_pyobject(py)?.into_any(),
            question::Answer::Region { at, .. } => <(f64, f64, f64)>::from(*at).into_pyobject(py)?.into_any(),
        })
    }

    /// Lower bound: a ``float`` in ``unit`` (quantity, turn), ``(x, y, z)`` (point), otherwise ``None``.
    #[getter]
    fn lo<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.bound(py, |[lo, _]| lo, |[lo, _]| lo)
    }

    /// Upper bound: a ``float`` in ``unit`` (quantity, turn), ``(x, y, z)`` (point), otherwise ``None``.
    #[getter]
    fn hi<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.bound(py, |[_, hi]| hi, |[_, hi]| hi)
    }

    /// Unit of ``value``, ``lo`` and ``hi``: ``m``, ``m2``, ``m3``, ``deg`` or ``1``; ``None`` where they have none.
    #[getter]
    fn unit(&self) -> Option<&'static str> {
        match &self.answer {
            question::Answer::Quantity { unit, .. } => Some(match unit {
                question::Unit::Metre => "m",
                question::Unit::SquareMetre => "m2",
                question::Unit::CubicMetre => "m3",
                question::Unit::Degree => "deg",
                question::Unit::One => "1",
            }),
            question::Answer::Turn { .. } => Some("deg"),
            question::Answer::Point { .. } | question::Answer::Region { .. } => Some("m"),
            _ => None,
        }
    }

    /// The answer in words with its tolerance: ``"1.91 m ± 0.02 m"``.
    #[getter]
    fn text(&self) -> String {
        print::answer_with_tolerance(&self.answer)
    }

    /// The answer as a dictionary, every field of its kind; a ground truth for :class:`Judge`.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let value = serde_json::to_value(&self.answer).map_err(|error| broken("answer", error))?;
        json::to_python(py, &value)
    }

    /// The answer as JSON; a ground truth for :class:`Judge`.
    fn to_json(&self) -> PyResult<String> {
        serde_json::to_string(&self.answer).map_err(|error| broken("answer", error))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.answer == other.answer
    }

    fn __str__(&self) -> String {
        self.text()
    }

    fn __repr__(&self) -> String {
        format!("<Answer {}: {}>", self.kind(), self.text())
    }
}

impl Answer {
    fn bound<'py>(
        &self,
        py: Python<'py>,
        one: impl Fn([f64; 2]) -> f64,
        three: impl Fn([[f64; 3]; 2]) -> [f64; 3],
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(match &self.answer {
            question::Answer::Quantity { lo, hi, .. } | question::Answer::Turn { lo, hi, .. } => {
                Some(one([*lo, *hi]).into_pyobject(py)?.into_any())
            }
            question::Answer::Point { lo, hi, .. } => {
                Some(<(f64, f64, f64)>::from(three([*lo, *hi])).into_pyobject(py)?.into_any())
            }
            _ => None,
        })
    }
}
