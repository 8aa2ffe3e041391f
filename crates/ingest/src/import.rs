//! What a reader returns.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use render::Cloud;
use scene::{ImageFile, Scene, disk};

use crate::{IngestError, Report};

/// Scenes in the order of the files, the files that belong into their folders, and the report.
#[derive(Debug)]
pub struct Import {
    /// The scenes.
    pub scenes: Vec<Scene>,
    /// By scene id: the images of its frames.
    pub files: BTreeMap<String, Vec<SceneFile>>,
    /// By scene id: the scan from whose vertices the sightings of its objects are taken, where it has one.
    pub scans: BTreeMap<String, Cloud>,
    /// What was read, converted, merged and refused.
    pub report: Report,
}

/// An image file that a scene names, and where it comes from.
#[derive(Debug, Clone)]
pub struct SceneFile {
    /// Its path below the scene's folder, as the scene names it.
    pub path: String,
    /// What it holds.
    pub content: Content,
}

/// What a file holds.
#[derive(Debug, Clone)]
pub enum Content {
    /// The same as this file.
    Copy(PathBuf),
    /// These bytes, made by the reader because the layout holds them in another form.
    Made(Vec<u8>),
}

/// What a reader returns.
pub type Imported = Result<Import, IngestError>;

impl Import {
    /// Scenes whose frames have no images. Completes the report.
    pub(crate) fn new(scenes: Vec<Scene>, report: Report) -> Self {
        let report = report.finish(&scenes);
        Self { scenes, files: BTreeMap::new(), scans: BTreeMap::new(), report }
    }

    /// Adds the scan of one scene, where it has one.
    #[must_use]
    pub(crate) fn with_scan(mut self, id: &str, scan: Option<Cloud>) -> Self {
        self.scans.extend(scan.map(|scan| (id.to_owned(), scan)));
        self
    }

    /// Adds the images of one scene.
    #[must_use]
    pub(crate) fn with_files(mut self, id: &str, files: Vec<SceneFile>) -> Self {
        self.files.insert(id.to_owned(), files);
        self
    }
}

impl SceneFile {
    /// The bytes.
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>, scene::FileError> {
        match &self.content {
            Content::Copy(file) => disk::read_bytes(file).map(Cow::Owned),
            Content::Made(bytes) => Ok(Cow::Borrowed(bytes)),
        }
    }

    /// A file that is copied, and what its scene says of it. Whether it is an image of the right kind is seen when it is
    /// used.
    pub(crate) fn copied(from: &Path, path: &str) -> Result<(Self, ImageFile), IngestError> {
        let image = ImageFile { file: path.to_owned(), sha256: disk::sha256_hex(&disk::read_bytes(from)?) };
        Ok((Self { path: path.to_owned(), content: Content::Copy(from.to_owned()) }, image))
    }

    /// How many bytes it keeps in memory.
    pub(crate) fn made_bytes(&self) -> usize {
        match &self.content {
            Content::Copy(_) => 0,
            Content::Made(bytes) => bytes.len(),
        }
    }

    /// A file of these bytes, and what its scene says of it.
    pub(crate) fn made(bytes: Vec<u8>, path: &str) -> (Self, ImageFile) {
        let image = ImageFile { file: path.to_owned(), sha256: disk::sha256_hex(&bytes) };
        (Self { path: path.to_owned(), content: Content::Made(bytes) }, image)
    }
}
