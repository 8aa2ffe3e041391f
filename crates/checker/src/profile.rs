//! The profiles: definitions, number of standard deviations, and what references may stand for.

/// A named set of definitions.
pub(crate) struct Profile {
    /// Standard deviations that a tolerance spans.
    pub(crate) k: f64,
    /// References stand for narrower kinds too, and counts must be free of doubt.
    pub(crate) kinds: bool,
    /// VSI-Bench: declared counts are the counts, and the nearest of several instances counts.
    pub(crate) instances: bool,
    /// Definitions of `distance`, `extent` and `bearing`.
    definitions: [&'static str; 3],
}

impl Profile {
    /// The profile of a name that the grammar knows.
    pub(crate) fn named(name: &str) -> Self {
        let (k, definitions) = match name {
            "isovist" => (4.0, ["surface", "oriented", "horizontal"]),
            "vsi-bench" => (0.0, ["sampled_surface", "oriented", "horizontal"]),
            _ => (0.0, ["centre", "axis_aligned", "shortened"]),
        };
        Self { k, kinds: name == "isovist", instances: name == "vsi-bench", definitions }
    }

    /// The definition that a question may leave out.
    pub(crate) fn definition(&self, measure: &str) -> Option<&'static str> {
        let at = ["distance", "extent", "bearing"].iter().position(|known| *known == measure)?;
        Some(self.definitions[at])
    }
}
