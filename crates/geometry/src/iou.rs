//! Intersection over union of boxes: 3D, world-aligned, seen from above, and of rectangles in pictures.

use crate::{OrientedBox, Vec3, footprint_overlap_m2, intersection_volume_m3};

/// Common part over union, in [0, 1]; 0 where the union has no measure (two flat boxes).
fn ratio(common: f64, a: f64, b: f64) -> f64 {
    let union = a + b - common;
    if union > 0.0 { (common / union).clamp(0.0, 1.0) } else { 0.0 }
}

/// Intersection over union of the volumes of two oriented boxes, exact to rounding.
pub fn iou_3d(a: &OrientedBox, b: &OrientedBox) -> f64 {
    ratio(intersection_volume_m3(a, b), a.volume_m3(), b.volume_m3())
}

/// Intersection over union of the outlines of two boxes seen from above.
pub fn iou_footprint(a: &OrientedBox, b: &OrientedBox) -> f64 {
    let (a, b) = (a.footprint(), b.footprint());
    ratio(footprint_overlap_m2(&a, &b), a.area_m2(), b.area_m2())
}

/// Intersection over union of the smallest *world-aligned* boxes around two boxes, as `ScanRefer` and its successors
/// score (Acc@0.25, Acc@0.5). It depends on the heading of the world axes.
pub fn iou_aabb(a: &OrientedBox, b: &OrientedBox) -> f64 {
    iou_corners(a.aabb(), b.aabb())
}

/// The same of two world-aligned boxes, each given by its lowest and its highest corner, metres.
pub fn iou_corners((low_a, high_a): (Vec3, Vec3), (low_b, high_b): (Vec3, Vec3)) -> f64 {
    let common = (high_a.min(high_b) - low_a.max(low_b)).max(Vec3::ZERO);
    ratio(common.element_product(), (high_a - low_a).element_product(), (high_b - low_b).element_product())
}

/// Intersection over union of two rectangles of a picture: left, top, right, bottom.
pub fn iou_rectangle(a: &[f64; 4], b: &[f64; 4]) -> f64 {
    let area = |left: f64, top: f64, right: f64, bottom: f64| (right - left).max(0.0) * (bottom - top).max(0.0);
    let common = area(a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3]));
    ratio(common, area(a[0], a[1], a[2], a[3]), area(b[0], b[1], b[2], b[3]))
}
