//! A scene's id from the folder that holds its files.

use std::path::Path;

/// Name of the folder, or of the one around it if it is called `original`; what an id cannot hold becomes `_`.
pub(crate) fn folder_id(path: &Path, otherwise: &str) -> String {
    let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut names = full.iter().rev().map(|name| name.to_string_lossy());
    let name = names.find(|name| name != "original").unwrap_or_default();
    let id = file_name(&name);
    if id.is_empty() { otherwise.to_owned() } else { id }
}

/// A name in the letters that ids and names of frames may hold; what they cannot becomes `_`.
pub(crate) fn file_name(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name: String = name.chars().take(100).map(|c| if fits(c) { c } else { '_' }).collect();
    name.trim_start_matches('.').to_owned()
}
