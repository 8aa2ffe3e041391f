//! Why a folder is no model, or a text has no vector.

use std::{io, path::PathBuf};

/// Why a folder is no model, or a text has no vector.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// A file is not there or cannot be read.
    #[error(
        "{}: {problem} (hint: the folder of a model holds config.json, tokenizer.json and model.safetensors; nothing is downloaded)",
        path.display()
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: io::Error,
    },
    /// A file is larger than what is read.
    #[error("{}: {bytes} bytes, more than {most} (hint: such a file belongs to no text model that is read here)", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// What is read at most.
        most: u64,
    },
    /// A file is not of its form.
    #[error("{}: {problem} (hint: copy the file anew, it may be cut off)", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A field of a file asks for something that is not done here.
    #[error("{}: {field}: {problem} (hint: {hint})", path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// The field.
        field: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: &'static str,
    },
    /// A tensor is missing or not what the configuration says.
    #[error("{}: tensor {tensor}: {problem} (hint: {hint})", path.display())]
    Tensor {
        /// The file.
        path: PathBuf,
        /// Its name.
        tensor: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: &'static str,
    },
    /// A text cannot be made into tokens of the model.
    #[error(
        "a text of {bytes} bytes has no tokens: {problem} (hint: tokenizer.json and config.json must be of one model)"
    )]
    Text {
        /// Length of the text.
        bytes: usize,
        /// What is wrong.
        problem: String,
    },
    /// The numbers of a text leave those of 32 bits.
    #[error("a text of {bytes} bytes has no finite vector (hint: the weights are damaged or were never trained)")]
    NotFinite {
        /// Length of the text.
        bytes: usize,
    },
}
