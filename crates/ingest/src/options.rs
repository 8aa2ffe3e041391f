//! What a person may say about a layout that its files do not say, for the readers that ask for it.

use std::{num::NonZeroUsize, path::Path};

use crate::{Imported, IngestError, Reader, colmap, rgbd, scannet, tum_rgbd};

/// Answers to what files leave open; an option that a reader does not take is refused.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// Metres that one step of a stored depth stands for.
    pub depth_scale_m: Option<f64>,
    /// Metres that one unit of the layout's world stands for.
    pub scale_m: Option<f64>,
    /// Every how many frames one is taken; all where it is not said.
    pub stride: Option<NonZeroUsize>,
    /// The camera: a name that the reader knows, or a calibration file.
    pub camera: Option<String>,
    /// Which axis of the layout's world points up.
    pub up: Option<Up>,
}

/// An axis of a world, with its sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Up {
    /// +y, as in computer graphics.
    Y,
    /// −y, as where the world is that of the first camera.
    MinusY,
    /// +z, as ours.
    Z,
    /// −z.
    MinusZ,
}

impl Up {
    /// Every axis with what to type.
    pub const ALL: [(&'static str, Self); 4] =
        [("y", Self::Y), ("-y", Self::MinusY), ("z", Self::Z), ("-z", Self::MinusZ)];
}

/// One reader that takes options: its name, which it takes, and how it reads with them.
type Tunable = (&'static str, &'static [&'static str], fn(&Path, &Options) -> Imported);

const TUNABLE: &[Tunable] = &[
    ("colmap", &["scale", "stride", "up"], colmap::read_with),
    ("rgbd", &["camera", "depth-scale", "stride", "up"], rgbd::read_with),
    ("scannet", &["stride"], scannet::read_with),
    ("tum-rgbd", &["camera", "stride"], tum_rgbd::read_with),
];

impl Options {
    /// The names of the options that are set.
    fn set(&self) -> impl Iterator<Item = &'static str> {
        let set = [
            ("camera", self.camera.is_some()),
            ("depth-scale", self.depth_scale_m.is_some()),
            ("scale", self.scale_m.is_some()),
            ("stride", self.stride.is_some()),
            ("up", self.up.is_some()),
        ];
        set.into_iter().filter_map(|(name, set)| set.then_some(name))
    }

    /// Every how many frames one is taken.
    pub(crate) fn every(&self) -> usize {
        self.stride.map_or(1, NonZeroUsize::get)
    }
}

impl Reader {
    /// The names of the options that this reader takes.
    pub fn options(&self) -> &'static [&'static str] {
        TUNABLE.iter().find(|(name, ..)| *name == self.name).map_or(&[], |(_, takes, _)| takes)
    }

    /// Reads the path with these options.
    pub fn read_with(&self, path: &Path, options: &Options) -> Imported {
        if let Some(option) = options.set().find(|option| !self.options().contains(option)) {
            return Err(IngestError::Option { reader: self.name, option, takes: self.options() });
        }
        if let Some(value) = options.depth_scale_m.filter(|scale| !(1e-6..=1.0).contains(scale)) {
            return Err(IngestError::value(path, "depth scale", value, "must be 1e-6 to 1 metre"));
        }
        if let Some(value) = options.scale_m.filter(|scale| !(1e-6..=1e6).contains(scale)) {
            return Err(IngestError::value(path, "scale", value, "must be 1e-6 to 1e6 metres"));
        }
        match TUNABLE.iter().find(|(name, ..)| *name == self.name) {
            Some((.., read)) => read(path, options),
            None => (self.read)(path),
        }
    }
}
