//! The picture of a box: a convex polygon, whose nearness is known in closed form.
//!
//! A ray enters a box where it has entered the half-spaces behind all of its faces, thus at the farthest of the
//! planes that look at the camera. One over depth is linear on a pinhole's canvas for each plane, so that nearness is the
//! least of at most three linear functions, and no triangle need be drawn.

use scene::geometry::{Distortion, OrientedBox, Vec2, convex_hull};

use crate::{
    project::{Seen, View},
    scan::{LANE, first_centre},
};

/// A box before a pinhole.
#[derive(Debug)]
pub(crate) struct Outline {
    /// Counter-clockwise with x to the right and y upwards, pixels.
    polygon: Vec<Vec2>,
    /// Of each plane that looks at the camera: nearness at the canvas's corner and its growth to the right and down.
    planes: [[f64; 3]; 3],
    /// Least and greatest nearness of the corners.
    range: [f32; 2],
}

/// First and last covered column of a row.
pub(crate) type Extent = (usize, usize);

/// A row without any.
pub(crate) const EMPTY: Extent = (usize::MAX, 0);

impl Outline {
    /// The outline of a box whose corners the view sees like this; `None` for a bent lens and where a corner lies behind
    /// the near plane.
    pub(crate) fn new(view: &View, bounds: &OrientedBox, seen: &[Seen]) -> Option<Self> {
        let pixels: Vec<Vec2> = seen.iter().map(Seen::pixel).collect::<Option<_>>()?;
        if view.camera.distortion() != Distortion::None {
            return None;
        }
        let (focal, centre_px) = (view.camera.focal_px(), view.camera.centre_px());
        let centre = view.camera_from_world.apply(bounds.centre());
        // Nothing is nearer than a plane that is not there.
        let mut planes = [[f64::INFINITY, 0.0, 0.0]; 3];
        for (axis, plane) in planes.iter_mut().enumerate() {
            let along = view.camera_from_world.turn(bounds.axes().col(axis));
            let (at, half) = (centre.dot(along), bounds.half()[axis]);
            // The camera lies beyond one of the two faces or between them.
            let (normal, offset) = if at < -half {
                (along, at + half)
            } else if at > half {
                (-along, half - at)
            } else {
                continue;
            };
            let nearness = normal / offset;
            let (right, down) = (nearness.x / focal.x, nearness.y / focal.y);
            *plane = [nearness.z - right * centre_px.x - down * centre_px.y, right, down];
        }
        let nearness = seen.iter().map(|seen| (1.0 / seen.p_in_camera().z) as f32);
        let range = nearness.fold([f32::INFINITY, 0.0_f32], |[low, high], here| [low.min(here), high.max(here)]);
        Some(Self { polygon: convex_hull(&pixels), planes, range })
    }

    /// Calls with every row that it covers on a canvas of this size, and its columns there: those whose centres lie in
    /// it, as triangles are drawn. `rows` is as long as the canvas is high, all [`EMPTY`] before and after.
    pub(crate) fn rows(&self, [width, height]: [usize; 2], rows: &mut [Extent], mut each: impl FnMut(usize, Extent)) {
        let (right_end, bottom_end) = (width as f64, height as f64);
        let (mut top, mut bottom) = (height, 0);
        for (i, p) in self.polygon.iter().enumerate() {
            let q = &self.polygon[(i + 1) % self.polygon.len()];
            // Against the clock, its right side is where y grows.
            let (upper, lower, is_right) = if p.y < q.y { (p, q, true) } else { (q, p, false) };
            let (from, to) = (first_centre(upper.y, bottom_end), first_centre(lower.y, bottom_end));
            let slope = (lower.x - upper.x) / (lower.y - upper.y);
            for (row, extent) in rows.iter_mut().enumerate().take(to).skip(from) {
                let column = first_centre(upper.x + (row as f64 + 0.5 - upper.y) * slope, right_end);
                *(if is_right { &mut extent.1 } else { &mut extent.0 }) = column;
            }
            if from < to {
                (top, bottom) = (top.min(from), bottom.max(to));
            }
        }
        for (row, extent) in rows.iter_mut().enumerate().take(bottom).skip(top) {
            let (from, to) = std::mem::replace(extent, EMPTY);
            if from < to {
                each(row, (from, to));
            }
        }
    }

    /// Adds the nearness of each of these columns of a row.
    pub(crate) fn nearness(&self, row: usize, (from, to): Extent, out: &mut Vec<f32>) {
        let at = |[corner, right, down]: [f64; 3]| corner + right * (from as f64 + 0.5) + down * (row as f64 + 0.5);
        let [a, b, c] = self.planes.map(|plane| at(plane) as f32);
        let [right_a, right_b, right_c] = self.planes.map(|plane| plane[1] as f32);
        let [low, high] = self.range;
        let least = |a: f32, b: f32| if a < b { a } else { b };
        let start = out.len();
        out.resize(start + to - from, 0.0);
        let mut first = 0.0;
        for lanes in out[start..].chunks_mut(LANE.len()) {
            for (value, lane) in lanes.iter_mut().zip(LANE) {
                let i = first + lane;
                let nearness = least(least(a + right_a * i, b + right_b * i), least(c + right_c * i, high));
                *value = if nearness > low { nearness } else { low };
            }
            first += LANE.len() as f32;
        }
    }
}
