//! How large things are against how large they usually are.

use scene::geometry::{OrientedBox, Vec3};

use super::{Evidence, Of, floor_level};
use crate::{
    case::{Case, Thing},
    size_table::{SizeTable, Usual},
};

/// Heights above the floor at which cameras are held or worn, metres.
const EYE_M: std::ops::RangeInclusive<f64> = 0.25..=2.6;
/// Median depths of pictures of rooms, metres.
const DEPTH_M: std::ops::RangeInclusive<f64> = 0.3..=7.0;

/// The extent along the vertical and the longest side.
fn height_and_longest(bounds: &OrientedBox) -> (f64, f64) {
    let (low, high) = bounds.aabb();
    (high.z - low.z, bounds.extents().max_element())
}

fn usual(thing: &Thing) -> Option<&'static Usual> {
    SizeTable::builtin().usual(&thing.label)
}

/// Boxes whose label the table knows.
pub(super) fn known(case: &Case) -> usize {
    case.things.iter().filter(|thing| usual(thing).is_some()).count()
}

/// Labelled things whose height and longest side are usual.
pub(super) fn sizes(case: &Case) -> Evidence {
    let unit = |thing: &Thing| {
        let Some(usual) = usual(thing) else { return (0.0, 0.0) };
        let (height, longest) = height_and_longest(&thing.bounds);
        let fits = usual.height_m.holds(height) && usual.longest_m.holds(longest);
        (f64::from(u8::from(fits)), 1.0)
    };
    Evidence { of: Of::Sizes, units: case.things.iter().map(unit).collect(), least: 1.0 }
}

/// Quartiles of the ratio of longest sides to the middle of their usual range, and of how many things.
pub(crate) fn ratio_to_usual(case: &Case) -> Option<([f64; 3], usize)> {
    let ratio = |thing: &Thing| {
        let longest = height_and_longest(&thing.bounds).1;
        Some(longest / usual(thing)?.longest_m.middle()).filter(|ratio| *ratio > 0.0)
    };
    let mut ratios: Vec<f64> = case.things.iter().filter_map(ratio).collect();
    ratios.sort_by(f64::total_cmp);
    let quantile = |share: f64| ratios.get((ratios.len() as f64 * share) as usize).copied();
    Some(([quantile(0.25)?, quantile(0.5)?, quantile(0.75)?], ratios.len()))
}

/// Frames whose camera is at a usual height above the floor.
pub(super) fn eye_height(case: &Case) -> Evidence {
    let level = floor_level(case);
    let unit = |view: &crate::case::View| match (case.pose(view), level) {
        (Some(pose), Some(level)) => {
            let height: Vec3 = pose.translation() - Vec3::Z * level;
            (f64::from(u8::from(EYE_M.contains(&height.z))), 1.0)
        }
        _ => (0.0, 0.0),
    };
    Evidence { of: Of::EyeHeight, units: case.views.iter().map(unit).collect(), least: 1.0 }
}

/// Frames whose median depth is usual.
pub(super) fn depth_range(case: &Case) -> Evidence {
    let unit = |view: &crate::case::View| {
        let mut depths: Vec<f64> = view.pixels.few.iter().map(|sample| sample.depth_m).collect();
        depths.sort_by(f64::total_cmp);
        depths
            .get(depths.len() / 2)
            .map_or((0.0, 0.0), |depth| (f64::from(u8::from(DEPTH_M.contains(&(depth * view.depth_factor)))), 1.0))
    };
    Evidence { of: Of::DepthRange, units: case.views.iter().map(unit).collect(), least: 1.0 }
}
