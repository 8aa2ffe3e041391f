//! Data files that are part of the program.

use serde::de::DeserializeOwned;

/// The files of one kind, in order, or what is wrong with one of them; a test of each kind forbids that.
pub(crate) fn parsed<T: DeserializeOwned>(files: &[&str]) -> Result<Vec<T>, String> {
    files.iter().map(|text| toml::from_str(text).map_err(|error| error.to_string())).collect()
}
