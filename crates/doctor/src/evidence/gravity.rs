//! Which way is up: what stands on what, what is seen from above, how cameras are held.

use scene::geometry::Vec3;

use super::{Evidence, Of};
use crate::case::{Case, View};

/// How far a bottom may be from what carries it, as a share of the median box height.
const RESTS: f64 = 0.06;
/// Cosine within which a box axis or a normal counts as vertical.
const BOX_UPRIGHT: f64 = 0.9986; // 3°
const NORMAL_ALONG: f64 = 0.94; // 20°
/// Cosine within which a camera counts as held upright.
const HELD_UPRIGHT: f64 = 0.5;

const DIRECTIONS: [Vec3; 6] = [Vec3::Z, Vec3::NEG_Z, Vec3::X, Vec3::NEG_X, Vec3::Y, Vec3::NEG_Y];

/// A box seen from its side and from above.
#[derive(Clone, Copy)]
struct Span {
    low: Vec3,
    high: Vec3,
}

fn spans(case: &Case) -> Vec<Span> {
    let span = |thing: &crate::case::Thing| {
        let (low, high) = thing.bounds.aabb();
        Span { low, high }
    };
    case.things.iter().map(span).collect()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// The lowest height at which many boxes have their bottoms, and how far bottoms may be from it.
fn bottom_level(spans: &[Span]) -> Option<(f64, f64)> {
    let tolerance = RESTS * median(spans.iter().map(|span| span.high.z - span.low.z).collect())?;
    let mut bottoms: Vec<f64> = spans.iter().map(|span| span.low.z).collect();
    bottoms.sort_by(f64::total_cmp);
    let count = |at: usize| bottoms[at..].iter().take_while(|bottom| **bottom <= bottoms[at] + 2.0 * tolerance).count();
    let most = (0..bottoms.len()).map(count).max()?;
    let at = (0..bottoms.len()).find(|at| 4 * count(*at) >= most)?;
    // The middle of those that share it.
    Some((bottoms[at + count(at) / 2], tolerance))
}

/// Boxes that stand on the floor, on another box or in one.
pub(super) fn support(case: &Case) -> Evidence {
    let spans = spans(case);
    let Some((level, tolerance)) = bottom_level(&spans) else {
        return Evidence { of: Of::Support, units: Vec::new(), least: 1.0 };
    };
    let overlap = |a: &Span, b: &Span| (0..2).all(|axis| a.low[axis] < b.high[axis] && b.low[axis] < a.high[axis]);
    let carries = |below: &Span, above: &Span| {
        let larger = below.high - below.low;
        let smaller = above.high - above.low;
        let on = (above.low.z - below.high.z).abs() <= tolerance;
        // A sheet, such as a wall, holds nothing within itself.
        let is_body = larger.min_element() > 0.1 * larger.max_element();
        let within = is_body && above.low.z >= below.low.z - tolerance && above.low.z <= below.high.z + tolerance;
        overlap(below, above)
            && (on || within && larger.truncate().element_product() > smaller.truncate().element_product())
    };
    let unit = |(at, span): (usize, &Span)| {
        let stands = (span.low.z - level).abs() <= tolerance;
        let above = span.low.z > level - tolerance;
        let carried = above && spans.iter().enumerate().any(|(other, below)| other != at && carries(below, span));
        (f64::from(u8::from(stands || carried)), 1.0)
    };
    Evidence { of: Of::Support, units: spans.iter().enumerate().map(unit).collect(), least: 1.0 }
}

/// Boxes with an axis along z.
pub(super) fn upright(case: &Case) -> Evidence {
    let unit = |thing: &crate::case::Thing| {
        let axes = thing.bounds.axes();
        let is = [axes.x_axis, axes.y_axis, axes.z_axis].iter().any(|axis| axis.z.abs() > BOX_UPRIGHT);
        (f64::from(u8::from(is)), 1.0)
    };
    Evidence { of: Of::Upright, units: case.things.iter().map(unit).collect(), least: 1.0 }
}

/// In each frame: the share of surface that looks along +z, times how much the camera's top points there, against the
/// direction among ±x, ±y, ±z for which that is greatest.
pub(super) fn floor(case: &Case) -> Evidence {
    let unit = |view: &View| {
        let Some(pose) = case.pose(view).filter(|_| view.fits()) else { return (0.0, 0.0) };
        let top = pose.turn(Vec3::NEG_Y);
        let (mut along, mut all) = ([0.0; 6], 0.0);
        for normal in view.pixels.few.iter().filter_map(|sample| view.normal(sample)) {
            let normal = pose.turn(normal);
            all += 1.0;
            for (sum, direction) in along.iter_mut().zip(DIRECTIONS) {
                *sum += f64::from(u8::from(normal.dot(direction) > NORMAL_ALONG));
            }
        }
        let mut held = [0.0; 6];
        for ((held, share), direction) in held.iter_mut().zip(along).zip(DIRECTIONS) {
            *held = share * top.dot(direction).max(0.0);
        }
        let most = held.iter().copied().fold(0.0, f64::max);
        if most < 0.02 * all || all < 20.0 { (0.0, 0.0) } else { (held[0] / most, 1.0) }
    };
    Evidence { of: Of::Floor, units: case.views.iter().map(unit).collect(), least: 1.0 }
}

/// Frames whose top points upwards.
pub(super) fn cameras_upright(case: &Case) -> Evidence {
    let unit = |view: &View| match case.pose(view) {
        Some(pose) => (f64::from(u8::from(pose.turn(Vec3::NEG_Y).z > HELD_UPRIGHT)), 1.0),
        None => (0.0, 0.0),
    };
    Evidence { of: Of::CamerasUpright, units: case.views.iter().map(unit).collect(), least: 1.0 }
}

/// Height of the floor: where boxes have their bottoms, else below nearly all points that are seen.
pub(crate) fn floor_level(case: &Case) -> Option<f64> {
    const LOWEST_SHARE: f64 = 0.02;
    let of_boxes = || {
        (case.things.len() >= super::LEAST_BOXES).then(|| bottom_level(&spans(case))).flatten().map(|(level, _)| level)
    };
    let of_points = || {
        let mut heights: Vec<f64> = Vec::new();
        for view in &case.views {
            let Some(pose) = case.pose(view).filter(|_| view.fits()) else { continue };
            let points = view.pixels.few.iter().filter_map(|sample| view.point(sample.at, sample.depth_m));
            heights.extend(points.map(|p| pose.apply(p).z));
        }
        heights.sort_by(f64::total_cmp);
        heights.get((heights.len() as f64 * LOWEST_SHARE) as usize).copied()
    };
    of_boxes().or_else(of_points)
}
