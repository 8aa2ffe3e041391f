//! The models of the fixtures, and copies of them with other files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tempfile::TempDir;

/// The files of each model.
pub(crate) const FILES: [(&str, &[&str]); 2] = [
    (
        "sentence",
        &[
            "config.json",
            "tokenizer.json",
            "model.safetensors",
            "modules.json",
            "sentence_bert_config.json",
            "1_Pooling/config.json",
        ],
    ),
    ("clip", &["config.json", "tokenizer.json", "model.safetensors"]),
];

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A copy of a model.
pub(crate) fn copied(model: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("1_Pooling")).expect("a folder");
    let (_, files) = FILES.iter().find(|(name, _)| *name == model).expect("a model");
    for file in *files {
        fs::copy(fixture(model).join(file), folder.path().join(file)).expect(file);
    }
    folder
}

/// Sets a field of a file of settings, below the fields before it; `null` takes it away.
pub(crate) fn set(folder: &Path, file: &str, fields: &[&str], value: Value) {
    let path = folder.join(file);
    let mut all: Value = serde_json::from_slice(&fs::read(&path).expect(file)).expect(file);
    let mut at = &mut all;
    for field in fields {
        at = match field.parse::<usize>() {
            Ok(index) => &mut at[index],
            Err(_) => &mut at[*field],
        };
    }
    *at = value;
    fs::write(path, all.to_string()).expect(file);
}
