//! The profiles: definitions, number of standard deviations, and what references may stand for.

/// On the floor plane.
const FLAT: &str = "horizontal";

/// A named set of definitions.
pub(crate) struct Profile {
    /// Standard deviations that a tolerance spans.
    pub(crate) k: f64,
    /// References stand for narrower kinds too, and counts must be free of doubt.
    pub(crate) kinds: bool,
    /// VSI-Bench: declared counts are the counts, and the nearest of several instances counts.
    pub(crate) instances: bool,
    /// Definitions of `distance`, `extent`, `bearing`, `azimuth` and `pan`; of a distance from or to a camera, and of an
    /// azimuth of one.
    definitions: [&'static str; 7],
}

impl Profile {
    /// The profile of a name that the grammar knows.
    pub(crate) fn named(name: &str) -> Self {
        let (k, definitions) = match name {
            "isovist" => (4.0, ["surface", "oriented", FLAT, FLAT, FLAT, "surface", FLAT]),
            "vsi-bench" => (0.0, ["sampled_surface", "oriented", FLAT, FLAT, FLAT, "surface", FLAT]),
            _ => {
                let boxes = "axis_aligned";
                (0.0, ["centre", boxes, "shortened", "optical_plane", "world_xz", boxes, "image_plane"])
            }
        };
        Self { k, kinds: name == "isovist", instances: name == "vsi-bench", definitions }
    }

    /// The definition that a question may leave out.
    pub(crate) fn definition(&self, measure: &str, of_camera: bool) -> Option<&'static str> {
        let at = match (measure, of_camera) {
            ("distance", true) => 5,
            ("azimuth", true) => 6,
            _ => ["distance", "extent", "bearing", "azimuth", "pan"].iter().position(|known| *known == measure)?,
        };
        Some(self.definitions[at])
    }
}
