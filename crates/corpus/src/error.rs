//! Why a corpus is not made.

use std::{io, path::PathBuf};

use scene::{FileError, PackError};

/// Why a corpus is not planned, made or verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CorpusError {
    /// The recipe does not parse or asks for something that there is not.
    #[error("{file}: {problem} (hint: {hint})")]
    Recipe {
        /// The recipe.
        file: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: String,
    },
    /// Scenes are not found where they should be, or two have one name.
    #[error("{problem} (hint: {hint})")]
    Scenes {
        /// What is wrong, and where.
        problem: String,
        /// What to do.
        hint: &'static str,
    },
    /// A scene does not open.
    #[error(transparent)]
    Scene(#[from] FileError),
    /// A row's edit makes no scene of its scene.
    #[error("edit: {0} (hint: make the corpus again)")]
    Edit(#[from] scene::SceneError),
    /// A built-in scene is damaged.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A flat cannot be built.
    #[error(transparent)]
    Rooms(#[from] rooms::RoomsError),
    /// The built-in table of furniture is damaged.
    #[error(transparent)]
    Kinds(#[from] rooms::KindsError),
    /// The phrase book of this version is damaged.
    #[error(transparent)]
    Book(#[from] &'static language::BookError),
    /// A file cannot be written or read; the message names it.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A Parquet file cannot be written or read.
    #[error("{}: {source}", file.display())]
    Parquet {
        /// The file.
        file: PathBuf,
        /// Why.
        source: parquet::errors::ParquetError,
    },
    /// What lies in the output folder was made by another recipe, or is damaged.
    #[error("{}: {problem} (hint: {hint})", file.display())]
    Output {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: &'static str,
    },
    /// A picture cannot be written in the form of an export.
    #[error("scene {scene}, picture {frame}: {problem} (hint: import the scene again, or leave the export out)")]
    Picture {
        /// The scene.
        scene: String,
        /// The frame.
        frame: String,
        /// What is wrong.
        problem: String,
    },
    /// Files cannot be put where the corpus lies, or got from there; the message names them.
    #[error(transparent)]
    Depot(#[from] crate::depot::DepotError),
    /// A part that the plan has not.
    #[error("no part {part} in split {split} of the plan (hint: `Plan::parts` has them all)")]
    NoPart {
        /// Position of the split.
        split: usize,
        /// Number within it.
        part: u64,
    },
}
