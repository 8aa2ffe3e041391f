//! The list of writers: published layouts that scenes can be written in. Whatever names writers goes through it.

use std::path::Path;

use scene::Scene;

use crate::{IngestError, Report, arkitscenes_write, scannet_write, scannetpp_write, spatialevo_write};

/// One writer, described for people.
#[derive(Debug, Clone, Copy)]
pub struct Writer {
    /// What to type.
    pub name: &'static str,
    /// One line: what it writes.
    pub summary: &'static str,
    /// Writes a scene, whose images lie below the first folder, into the second, which is made if need be.
    pub write: fn(&Scene, &Path, &Path) -> Result<Report, IngestError>,
}

/// Every writer, by name.
pub const WRITERS: &[Writer] = &[
    Writer {
        name: "arkitscenes",
        summary: "a video of ARKitScenes: frames by their times, a trajectory, boxes, the scan's points",
        write: arkitscenes_write::write,
    },
    Writer {
        name: "scannet",
        summary: "one scan of ScanNet: a mesh of boxes with segments and groups, exported frames",
        write: scannet_write::write,
    },
    Writer {
        name: "scannetpp",
        summary: "a room of ScanNet++: transforms.json of nerfstudio, boxes, the scan's points",
        write: scannetpp_write::write,
    },
    Writer {
        name: "spatialevo",
        summary: "SpatialEvo's unified layout: frames, boxes along the axes, what each frame shows",
        write: spatialevo_write::write,
    },
];

/// The writer of this name.
pub fn writer(name: &str) -> Option<&'static Writer> {
    WRITERS.iter().find(|writer| writer.name == name)
}
