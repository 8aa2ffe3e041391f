//! Replies as Python has them, borrowed as bytes.

use std::borrow::Cow;

use pyo3::{
    prelude::*,
    types::{PyByteArray, PyBytes, PyString},
};

use crate::errors::ArgumentError;

/// The bytes of a reply: of a `str`, of bytes, or none at all for `None`. Halves of surrogate pairs, which a `str` may
/// hold and UTF-8 may not, stay bytes that are no UTF-8; the judge reads such as `?`.
pub(crate) fn reply_bytes<'a>(given: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, [u8]>> {
    if let Ok(text) = given.cast::<PyString>() {
        if let Ok(text) = text.to_str() {
            return Ok(Cow::Borrowed(text.as_bytes()));
        }
        let bytes = text.call_method1("encode", ("utf-8", "surrogatepass"))?;
        return Ok(Cow::Owned(bytes.extract::<Vec<u8>>()?));
    }
    if let Ok(bytes) = given.cast::<PyBytes>() {
        return Ok(Cow::Borrowed(bytes.as_bytes()));
    }
    if let Ok(bytes) = given.cast::<PyByteArray>() {
        return Ok(Cow::Owned(bytes.to_vec()));
    }
    if given.is_none() {
        return Ok(Cow::Borrowed(&[]));
    }
    let kind = given.get_type().name()?;
    Err(ArgumentError::new_err(format!("a reply must be str, bytes or None, not {kind} (hint: give the text alone)")))
}

/// What stands in a list, an array or any other collection; a text is none.
pub(crate) fn items<'py>(given: &Bound<'py, PyAny>, name: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
    if given.cast::<PyString>().is_ok() || given.cast::<PyBytes>().is_ok() {
        return Err(ArgumentError::new_err(format!("{name}: one text, not a list of them (hint: [{name}])")));
    }
    let Ok(all) = given.try_iter() else {
        let kind = given.get_type().name()?;
        return Err(ArgumentError::new_err(format!("{name}: must be a list, not {kind}")));
    };
    all.collect()
}
