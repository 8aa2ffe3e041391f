//! Depths that a scene's frames saw, read from the images it names when somebody asks.
//!
//! A scene knows where its images lie: nowhere, in a folder, or in memory. An image is believed only if its hash is the
//! one of the scene, is unpacked once, and is kept while it is among the last used. Clones share what is kept. Where
//! images lie is no part of a scene's content: neither of its file nor of its hash.

use std::{
    borrow::Cow,
    collections::{BTreeMap, VecDeque},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    DepthFile, Frame, Scene, disk,
    image::{Image, ImageError, check_hash, check_size, grey_16, size_of},
};

/// Most depth images that are kept …
const MOST_KEPT: usize = 16;
/// … and most pixels of them together, unless one alone has more: 128 MiB.
const MOST_PIXELS: usize = 64 << 20;

/// Where the images of a scene lie, and those that were used last.
#[derive(Debug, Clone, Default)]
pub struct Images {
    place: Place,
    kept: Arc<Mutex<VecDeque<Kept>>>,
}

#[derive(Debug, Clone, Default)]
enum Place {
    /// Nobody has said where.
    #[default]
    Unknown,
    Folder(Arc<PathBuf>),
    Memory(Arc<Files>),
}

/// Bytes of files, by the path that the scene names.
type Files = BTreeMap<String, Cow<'static, [u8]>>;

/// An unpacked image and the hash of its file.
type Kept = (String, Arc<Image<u16>>);

/// Why a frame has no depths.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DepthError {
    /// The scene has no such frame.
    #[error("the scene has no frame {0:?}")]
    NoFrame(String),
    /// The frame has no depth image.
    #[error("frame {0} has no depth image")]
    NoDepth(String),
    /// Nobody has said where the scene's images lie.
    #[error("{0}: the scene was opened without its images (hint: open the scene's folder)")]
    NoPlace(String),
    /// The images lie in memory, and this one is not among them.
    #[error("{0}: the image is not part of this program (hint: import the scene's source with its frames)")]
    NotAtHand(String),
    /// The image cannot be used.
    #[error(transparent)]
    Image(#[from] ImageError),
}

/// The depths of one frame.
#[derive(Debug, Clone)]
pub struct Depths {
    steps: Arc<Image<u16>>,
    scale_m: f64,
}

impl Depths {
    /// Depth along the optical axis at a pixel, metres; `None` outside the image and where it is not known.
    pub fn at(&self, column: u32, row: u32) -> Option<f64> {
        if column >= self.steps.width_px || row >= self.steps.height_px {
            return None;
        }
        let step = *self.steps.pixels.get(row as usize * self.steps.width_px as usize + column as usize)?;
        (step > 0).then(|| f64::from(step) * self.scale_m)
    }

    /// Metres that one step of the stored number stands for.
    pub fn scale_m(&self) -> f64 {
        self.scale_m
    }
}

impl Images {
    /// Images in a scene's folder.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { place: Place::Folder(Arc::new(folder.into())), kept: Arc::default() }
    }

    /// Images in memory, by the paths that the scene names.
    pub fn in_memory(files: impl IntoIterator<Item = (String, Cow<'static, [u8]>)>) -> Self {
        Self { place: Place::Memory(Arc::new(files.into_iter().collect())), kept: Arc::default() }
    }

    /// The depths of a frame.
    pub fn depths(&self, frame: &Frame) -> Result<Depths, DepthError> {
        let depth = frame.depth.as_ref().ok_or_else(|| DepthError::NoDepth(frame.name.clone()))?;
        let scale_m = depth.scale_m;
        if let Some(steps) = self.remembered(&depth.image.sha256) {
            check_size(Path::new(&depth.image.file), [steps.width_px, steps.height_px], size_of(frame))?;
            return Ok(Depths { steps, scale_m });
        }
        // Read without the lock: two threads may read the same image, neither waits for the other's file.
        let steps = Arc::new(self.read(frame, depth)?);
        self.remember(depth.image.sha256.clone(), Arc::clone(&steps));
        Ok(Depths { steps, scale_m })
    }

    fn read(&self, frame: &Frame, depth: &DepthFile) -> Result<Image<u16>, DepthError> {
        let name = &depth.image.file;
        let (file, bytes) = match &self.place {
            Place::Unknown => return Err(DepthError::NoPlace(name.clone())),
            Place::Folder(folder) => {
                let file = folder.join(name);
                let bytes = disk::read_bytes(&file).map_err(ImageError::from)?;
                (file, Cow::Owned(bytes))
            }
            Place::Memory(files) => match files.get(name) {
                Some(bytes) => (PathBuf::from(name), Cow::Borrowed(&**bytes)),
                None => return Err(DepthError::NotAtHand(name.clone())),
            },
        };
        check_hash(&file, &bytes, &depth.image)?;
        Ok(grey_16(&file, &bytes, size_of(frame))?)
    }

    /// The kept image of this hash, which is the last used from now on.
    fn remembered(&self, sha256: &str) -> Option<Arc<Image<u16>>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| known == sha256)?;
        let found = kept.remove(at)?;
        let steps = Arc::clone(&found.1);
        kept.push_front(found);
        Some(steps)
    }

    fn remember(&self, sha256: String, steps: Arc<Image<u16>>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.iter().any(|(known, _)| *known == sha256) {
            kept.push_front((sha256, steps));
        }
        let pixels = |kept: &VecDeque<Kept>| kept.iter().map(|(_, image)| image.pixels.len()).sum::<usize>();
        while kept.len() > 1 && (kept.len() > MOST_KEPT || pixels(&kept) > MOST_PIXELS) {
            kept.pop_back();
        }
    }
}

impl Scene {
    /// The depths of the frame of this name.
    pub fn depths(&self, frame: &str) -> Result<Depths, DepthError> {
        let frame = self.frame(frame).ok_or_else(|| DepthError::NoFrame(frame.to_owned()))?;
        self.images().depths(frame)
    }

    /// Depth along the optical axis at a pixel of a frame, metres; `None` outside the image and where it is not known.
    pub fn depth_m(&self, frame: &str, column: u32, row: u32) -> Result<Option<f64>, DepthError> {
        Ok(self.depths(frame)?.at(column, row))
    }
}
