//! The list of readers. Whatever names readers (help, completions, docs, tests) goes through it.

use std::path::Path;

use crate::{
    Imported, adt, adt_frames, arkitscenes, canonical, colmap, gs_reasoner, hispatial, iwer, rgbd, scannet, scannetpp,
    spatialevo, tum_rgbd, vsi_bench,
};

/// One reader, described for people.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// What to type.
    pub name: &'static str,
    /// One line: what it reads.
    pub summary: &'static str,
    /// What the path must be.
    pub expects: &'static str,
    /// Reads the path.
    pub read: fn(&Path) -> Imported,
}

/// Every reader, by name.
pub const READERS: &[Reader] = &[
    Reader {
        name: "adt",
        summary: "Aria Digital Twin recording: an apartment with hundreds of named objects",
        expects: "folder with 3d_bounding_box.csv, scene_objects.csv and instances.json",
        read: adt::read,
    },
    Reader {
        name: "adt-frames",
        summary: "the same with frames that were rectified to pinhole images",
        expects: "folder with original/, the recording, and derived/, a scene.json with frames and their images",
        read: adt_frames::read,
    },
    Reader {
        name: "arkitscenes",
        summary: "ARKitScenes videos: frames with depth and poses, boxes, the scan",
        expects: "folder of a video (<video>_frames or lowres_wide, <video>_3dod_annotation.json), or one of such folders",
        read: arkitscenes::read,
    },
    Reader {
        name: "canonical",
        summary: "Isovist's own scene files",
        expects: "scene.json, a folder that holds one, or a folder of such folders",
        read: canonical::read,
    },
    Reader {
        name: "colmap",
        summary: "a COLMAP model: posed pictures of any known lens, and points",
        expects: "folder with cameras, images and points3D (.txt or .bin), or the one around sparse/",
        read: colmap::read,
    },
    Reader {
        name: "gs-reasoner",
        summary: "GS-Reasoner's processed layout: frames of any of its data sets, aligned and made metric",
        expects: "folder of one data set with color/, depth/, pose/ and intrinsic/",
        read: gs_reasoner::read,
    },
    Reader {
        name: "hispatial-shard",
        summary: "HiSpatial's shards of pictures from the web with depth and intrinsics, a scene each",
        expects: "a .tar shard, or a folder of them",
        read: hispatial::read,
    },
    Reader {
        name: "iwer",
        summary: "headset-scanned rooms of the Immersive Web Emulation Runtime (@iwer/sem)",
        expects: "one room's .json file, or a folder of them",
        read: iwer::read,
    },
    Reader {
        name: "rgbd",
        summary: "plain folders of pictures with depth: Open3D, 3DMatch, arrays of NumPy, point maps",
        expects: "folder with color/ and depth/, frame-*.color.png, or a .npz",
        read: rgbd::read,
    },
    Reader {
        name: "scannet",
        summary: "one scan of ScanNet: mesh, instances, exported frames or a .sens recording",
        expects: "folder of the scan, such as scans/scene0000_00",
        read: scannet::read,
    },
    Reader {
        name: "scannetpp",
        summary: "ScanNet++ rooms: pictures of camera and telephone, boxes held against the scan",
        expects: "folder of a scene (dslr/, iphone/, scans/), or one of such folders",
        read: scannetpp::read,
    },
    Reader {
        name: "spatialevo",
        summary: "SpatialEvo's unified layout: frames, boxes along the axes, what it says wrongly made unknown",
        expects: "folder with metadata/ and splits of scenes, or one scene's folder in it",
        read: spatialevo::read,
    },
    Reader {
        name: "tum-rgbd",
        summary: "one sequence of the TUM RGB-D benchmark",
        expects: "folder with rgb.txt, depth.txt and groundtruth.txt",
        read: tum_rgbd::read,
    },
    Reader {
        name: "vsi-bench",
        summary: "VSI-Bench annotations of ScanNet, ScanNet++ and ARKitScenes rooms",
        expects: "folder with *_meta_info_val.json files, or one such file",
        read: vsi_bench::read,
    },
];

/// The reader of this name.
pub fn reader(name: &str) -> Option<&'static Reader> {
    READERS.iter().find(|reader| reader.name == name)
}
