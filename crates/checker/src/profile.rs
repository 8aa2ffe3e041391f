//! The three profiles: definitions, number of standard deviations, and what references may stand for.

use crate::term::{Bearing, Distance, Measure, Sides};

/// A named set of definitions.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    /// Standard deviations that a tolerance spans.
    pub(crate) k: f64,
    /// References stand for narrower kinds too, and counts must be free of doubt.
    pub(crate) kinds: bool,
    /// VSI-Bench: declared counts are the counts, and the nearest of several instances counts.
    pub(crate) instances: bool,
    distance: Distance,
    sides: Sides,
    bearing: Bearing,
}

const PROFILES: [Profile; 3] = [
    Profile {
        name: "isovist",
        k: 4.0,
        kinds: true,
        instances: false,
        distance: Distance::Surface,
        sides: Sides::Oriented,
        bearing: Bearing::Horizontal,
    },
    Profile {
        name: "vsi-bench",
        k: 0.0,
        kinds: false,
        instances: true,
        distance: Distance::SampledSurface,
        sides: Sides::Oriented,
        bearing: Bearing::Horizontal,
    },
    Profile {
        name: "spatialevo",
        k: 0.0,
        kinds: false,
        instances: false,
        distance: Distance::Centre,
        sides: Sides::AxisAligned,
        bearing: Bearing::Shortened,
    },
];

impl Profile {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        const { &PROFILES }.iter().find(|profile| profile.name == name)
    }

    /// The measure with the definition that a question may leave out.
    pub(crate) fn spelled_out(&self, measure: Measure) -> Measure {
        match measure {
            Measure::Distance(None) => Measure::Distance(Some(self.distance)),
            Measure::Extent(None, axis) => Measure::Extent(Some(self.sides), axis),
            Measure::Bearing(None) => Measure::Bearing(Some(self.bearing)),
            other => other,
        }
    }
}
