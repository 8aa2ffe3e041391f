//! JSON to Python's own objects, and back to text.

use std::borrow::Cow;

use pyo3::{
    prelude::*,
    types::{PyDict, PyList, PyString},
};
use serde_json::Value;

use crate::errors::ArgumentError;

/// `None`, `bool`, `int`, `float`, `str`, `list` and `dict` of a JSON value.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(truth) => truth.into_pyobject(py)?.to_owned().into_any(),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => number.into_pyobject(py)?.into_any(),
            (None, Some(number)) => number.into_pyobject(py)?.into_any(),
            _ => number.as_f64().unwrap_or(f64::NAN).into_pyobject(py)?.into_any(),
        },
        Value::String(text) => text.into_pyobject(py)?.into_any(),
        Value::Array(items) => {
            let list = PyList::empty(py);
            for item in items {
                list.append(to_python(py, item)?)?;
            }
            list.into_any()
        }
        Value::Object(fields) => {
            let dict = PyDict::new(py);
            for (name, field) in fields {
                dict.set_item(name, to_python(py, field)?)?;
            }
            dict.into_any()
        }
    })
}

/// The JSON text of an argument: a `str` as it is, anything else as `json.dumps` writes it.
pub(crate) fn text_of(given: &Bound<'_, PyAny>) -> PyResult<String> {
    borrowed_text_of(given).map(Cow::into_owned)
}

/// The same, a `str` borrowed.
pub(crate) fn borrowed_text_of<'a>(given: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, str>> {
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(text.to_str().map_or_else(|_| Cow::Owned(text.to_string_lossy().into_owned()), Cow::Borrowed));
    }
    let written = given.py().import("json")?.getattr("dumps")?.call1((given,));
    let fault = |error: PyErr| ArgumentError::new_err(format!("neither a text nor JSON: {error}"));
    Ok(Cow::Owned(written.map_err(fault)?.extract()?))
}
