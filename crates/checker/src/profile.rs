//! The profiles: definitions, number of standard deviations, and what references may stand for.

/// On the floor plane.
const FLAT: &str = "horizontal";

/// What has several definitions; a distance from or to a camera, an azimuth of one and that of an object from another have
/// their own.
const MEASURES: [&str; 9] = [
    "distance",
    "extent",
    "bearing",
    "azimuth",
    "pan",
    "distance of a camera",
    "azimuth of a camera",
    "azimuth of objects",
    "movement",
];

/// A named set of definitions.
pub(crate) struct Profile {
    /// Standard deviations that a tolerance spans.
    pub(crate) k: f64,
    /// References stand for narrower kinds too, and counts must be free of doubt.
    pub(crate) kinds: bool,
    /// VSI-Bench: declared counts are the counts, and the nearest of several instances counts.
    pub(crate) instances: bool,
    /// Definitions, in the order of [`MEASURES`].
    definitions: [&'static str; 9],
}

impl Profile {
    /// The profile of a name that the grammar knows.
    pub(crate) fn named(name: &str) -> Self {
        let (k, definitions) = match name {
            "isovist" => (4.0, ["surface", "oriented", FLAT, FLAT, FLAT, "surface", FLAT, FLAT, FLAT]),
            "vsi-bench" => (0.0, ["sampled_surface", "oriented", FLAT, FLAT, FLAT, "surface", FLAT, FLAT, FLAT]),
            _ => {
                let boxes = "axis_aligned";
                let (of_object, of_camera, between) = ("optical_plane", "image_plane", "rising");
                (0.0, ["centre", boxes, "shortened", of_object, "world_xz", boxes, of_camera, between, "dominant"])
            }
        };
        Self { k, kinds: name == "isovist", instances: name == "vsi-bench", definitions }
    }

    /// The definition that a question may leave out.
    pub(crate) fn definition(&self, measure: &str) -> Option<&'static str> {
        MEASURES.iter().position(|known| *known == measure).map(|at| self.definitions[at])
    }
}
