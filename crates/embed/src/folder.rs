//! Small files of a model's folder, read within bounds.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

use crate::EmbedError;

/// Largest file of settings, bytes.
const MOST_SETTINGS: u64 = 1 << 20;
/// Largest tokenizer, bytes; that of a quarter of a million tokens has 17 MB.
const MOST_TOKENIZER: u64 = 1 << 26;

/// The folder of a model.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(crate) fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The path of a file, for messages.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A file, open, with its size; devices and pipes are none.
    pub(crate) fn open(&self, name: &str, most: u64) -> Result<(File, u64), EmbedError> {
        let path = self.path(name);
        let open = || {
            // Asked before it is opened, which would wait at a pipe.
            let about = std::fs::metadata(&path)?;
            if about.is_file() {
                Ok((File::open(&path)?, about.len()))
            } else {
                Err(io::Error::other("no regular file"))
            }
        };
        match open() {
            Err(problem) => Err(EmbedError::Read { path, problem }),
            Ok((_, bytes)) if bytes > most => Err(EmbedError::TooLarge { path, bytes, most }),
            Ok(file) => Ok(file),
        }
    }

    fn bytes(&self, name: &str, most: u64) -> Result<Vec<u8>, EmbedError> {
        let (file, _) = self.open(name, most)?;
        let mut bytes = Vec::new();
        // A file may grow while it is read.
        file.take(most)
            .read_to_end(&mut bytes)
            .map_err(|problem| EmbedError::Read { path: self.path(name), problem })?;
        Ok(bytes)
    }

    /// The bytes of `tokenizer.json`.
    pub(crate) fn tokenizer(&self) -> Result<Vec<u8>, EmbedError> {
        self.bytes("tokenizer.json", MOST_TOKENIZER)
    }

    /// A file of settings.
    pub(crate) fn settings<T: DeserializeOwned>(&self, name: &str) -> Result<T, EmbedError> {
        let bytes = self.bytes(name, MOST_SETTINGS)?;
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|fault| self.fault(name, &fault))?;
        reader.end().map_err(|fault| EmbedError::Form { path: self.path(name), problem: fault.to_string() })?;
        Ok(value)
    }

    /// A file of settings, or their defaults where there is none.
    pub(crate) fn settings_or_default<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T, EmbedError> {
        match self.settings(name) {
            Err(EmbedError::Read { problem, .. }) if problem.kind() == io::ErrorKind::NotFound => Ok(T::default()),
            read => read,
        }
    }

    /// What is wrong with a field, as an error.
    pub(crate) fn fault(&self, name: &str, fault: &serde_path_to_error::Error<serde_json::Error>) -> EmbedError {
        let (path, field, problem) = (self.path(name), fault.path().to_string(), fault.inner().to_string());
        if field == "." || fault.inner().is_syntax() || fault.inner().is_eof() {
            return EmbedError::Form { path, problem };
        }
        EmbedError::Field { path, field, problem, hint: "take the file as the model's authors published it" }
    }

    /// An error about a field.
    pub(crate) fn field(&self, name: &str, field: &str, problem: String, hint: &'static str) -> EmbedError {
        EmbedError::Field { path: self.path(name), field: field.to_owned(), problem, hint }
    }
}
