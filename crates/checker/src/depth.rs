//! What depth images say: where the surface at a pixel is, and how much of one picture another shows.
//!
//! The picture of a point is worked out here from the lens's formula. The way back is not: a ray is believed if the
//! formula takes it to its pixel. Where the range of a lens ends is known to the camera.

use scene::geometry::{Camera, Distortion, Vec2, Vec3};
use scene::{Depths, Frame};
use serde_json::Value;

use crate::body::Body;
use crate::measure::{Amount, Outcome, Rules};
use crate::value::text;

/// Every so many pixels is looked for, from this one on.
const GRID: (usize, u32) = (8, 4);
/// Widest rectangle of pixels that is looked through, pixels.
const WIDEST_PX: f64 = 64.0;

/// The picture of a point in front of a camera, in and beyond the image.
fn picture(camera: &Camera, p: Vec3) -> Option<Vec2> {
    camera.project(p)?;
    let (x, y) = (p.x / p.z, p.y / p.z);
    let r2 = x * x + y * y;
    let flat = match camera.distortion() {
        Distortion::None => Vec2::new(x, y),
        Distortion::BrownConrady { k: [k1, k2, k3, k4, k5, k6], p: [p1, p2] } => {
            let radial = (1.0 + k1 * r2 + k2 * r2.powi(2) + k3 * r2.powi(3))
                / (1.0 + k4 * r2 + k5 * r2.powi(2) + k6 * r2.powi(3));
            let aside = |along: f64, one: f64, other: f64| {
                along * radial + 2.0 * one * x * y + other * (r2 + 2.0 * along * along)
            };
            Vec2::new(aside(x, p1, p2), aside(y, p2, p1))
        }
        Distortion::KannalaBrandt { k: [k1, k2, k3, k4] } => {
            let r = p.truncate().length();
            let t = r.atan2(p.z);
            let bent = t + k1 * t.powi(3) + k2 * t.powi(5) + k3 * t.powi(7) + k4 * t.powi(9);
            if r > 0.0 { p.truncate() / r * bent } else { Vec2::ZERO }
        }
    };
    Some(flat * camera.focal_px() + camera.centre_px())
}

/// The surface point (camera axes) at a pixel of known depth.
fn surface(frame: &Frame, column: u32, row: u32, depth: f64) -> Option<Vec3> {
    let centre = Vec2::new(f64::from(column), f64::from(row)) + 0.5;
    let ray = frame.camera.ray(centre).filter(|ray| ray.z > 0.0)?;
    let met = picture(&frame.camera, ray)?;
    (met.distance(centre) <= 1e-6).then(|| ray * (depth / ray.z))
}

impl Rules<'_> {
    /// The camera of `"@frame"` or the surface point of `"@frame:column,row"`.
    pub(crate) fn spot(&self, entity: &str) -> Outcome<Body> {
        if entity.contains(':') { self.pixel(entity) } else { self.camera(entity) }
    }

    fn pixel(&self, entity: &str) -> Outcome<Body> {
        let (name, at) = entity.split_once(':').ok_or("a pixel")?;
        let (column, row) =
            at.split_once(',').and_then(|(c, r)| Some((c.parse().ok()?, r.parse().ok()?))).ok_or("a pixel")?;
        if format!("{name}:{column},{row}") != entity {
            return Err("a pixel written as whole numbers");
        }
        let camera = self.camera(name)?;
        let (frame, depths) = self.depths(name)?;
        let depth = depths.at(column, row).ok_or("a pixel whose depth is known")?;
        let point = surface(frame, column, row, depth).ok_or("a pixel with a ray")?;
        let [right, down, forward] = camera.axes;
        let centre = camera.centre + point.x * right + point.y * down + point.z * forward;
        let (noise, range) = (self.scene.noise(), point.length());
        let (step, share) = (range / depth * depths.scale_m() / 2.0, range * noise.depth_relative);
        let pose = noise.pose_position_m.powi(2) + (range * noise.pose_rotation_rad).powi(2);
        let own = step * step + share * share;
        let frame = camera.own.map_or(0, |(frame, _)| frame);
        Ok(Body { centre, noise: [(own + pose).sqrt(), 0.0, 0.0], own: Some((frame, own.sqrt())), ..camera })
    }

    fn depths(&self, entity: &str) -> Outcome<(&Frame, Depths)> {
        let frame = entity.strip_prefix('@').and_then(|name| self.scene.frame(name)).ok_or("a frame of that name")?;
        Ok((frame, self.scene.depths(&frame.name).map_err(|_| "a frame whose depth image is at hand")?))
    }

    /// How far two places of one frame may be off from each other; `None` for places of different frames and objects.
    pub(crate) fn together(&self, a: &Body, b: &Body) -> Option<f64> {
        let ((one, a), (other, b)) = (a.own?, b.own?);
        (one == other).then(|| self.profile.k * a.hypot(b))
    }

    pub(crate) fn view_overlap(&self, term: &Value) -> Outcome<Amount<'static>> {
        let [of, with] = ["of", "with"].map(|slot| text(term, slot));
        let (f, g) = (self.camera(of)?, self.camera(with)?);
        let ((first, depths), (second, others)) = (self.depths(of)?, self.depths(with)?);
        let along = |side: u32| (GRID.1..side).step_by(GRID.0);
        let pixels = along(first.camera.height_px()).flat_map(|y| along(first.camera.width_px()).map(move |x| (x, y)));
        let (mut looked, mut counts) = (0_u32, [0_u32; 3]);
        for (x, y) in pixels {
            let Some(depth) = depths.at(x, y) else { continue };
            let Some(p) = surface(first, x, y, depth) else { continue };
            let world = f.centre + p.x * f.axes[0] + p.y * f.axes[1] + p.z * f.axes[2];
            let q = Vec3::from_array(g.axes.map(|axis| axis.dot(world - g.centre)));
            looked += 1;
            for (count, shown) in
                counts.iter_mut().zip(self.shown(second, &others, q, self.astray(&depths, p, depth, q)))
            {
                *count += u32::from(shown);
            }
        }
        if looked == 0 {
            return Err("a frame with known depths");
        }
        let [value, lo, hi] = counts.map(|count| f64::from(count) / f64::from(looked));
        Ok(if self.profile.k > 0.0 { Amount { value, lo, hi, unit: "1" } } else { Amount::around(value, 0.0, "1") })
    }

    /// How far a point p of one frame may be off at q, as another frame has it.
    fn astray(&self, depths: &Depths, p: Vec3, depth: f64, q: Vec3) -> f64 {
        let (noise, (near, far)) = (self.scene.noise(), (p.length(), q.length()));
        let own = (near * noise.depth_relative).powi(2) + (near / depth * depths.scale_m() / 2.0).powi(2);
        let poses = 2.0 * noise.pose_position_m.powi(2) + (near * near + far * far) * noise.pose_rotation_rad.powi(2);
        self.profile.k * (own + poses).sqrt()
    }

    /// Whether a frame shows the point q of its camera: as measured, surely, and possibly, if it is off by up to e.
    fn shown(&self, frame: &Frame, depths: &Depths, q: Vec3, e: f64) -> [bool; 3] {
        let size = Vec2::new(f64::from(frame.camera.width_px()), f64::from(frame.camera.height_px()));
        let inside = |at: &Vec2| at.x >= 0.0 && at.y >= 0.0 && at.x < size.x && at.y < size.y;
        // How much closer than one surface allows the depth at a pixel is, and how far that may be off.
        let fit = |x: f64, y: f64| {
            let depth = depths.at(x as u32, y as u32)?;
            let off = e + 1.02 * (self.profile.k * self.scene.noise().depth_relative * depth + depths.scale_m() / 2.0);
            Some((0.05 + 0.02 * depth - (q.z - depth).abs(), off))
        };
        let met = picture(&frame.camera, q).filter(inside);
        let value = met.and_then(|at| fit(at.x, at.y)).is_some_and(|(room, _)| room >= 0.0);
        let corners = (0..8).map(|i| Vec3::from_array([1, 2, 4].map(|bit| if i & bit == 0 { -e } else { e })));
        let corners: Vec<Vec2> = corners.filter_map(|corner| picture(&frame.camera, q + corner)).collect();
        if corners.len() < 8 {
            return [value, false, value || !corners.is_empty()];
        }
        let low = corners.iter().copied().reduce(Vec2::min).unwrap_or_default();
        let high = corners.iter().copied().reduce(Vec2::max).unwrap_or_default();
        if high.x < 0.0 || high.y < 0.0 || low.x >= size.x || low.y >= size.y {
            return [value, false, value];
        }
        if (high - low).max_element() > WIDEST_PX {
            return [value, false, true];
        }
        let span = |low: f64, high: f64, most: f64| (low.max(0.0) as u32)..=(high.min(most - 1.0) as u32);
        let (across, down) = (span(low.x, high.x, size.x), span(low.y, high.y, size.y));
        let mut fits =
            down.flat_map(|y| across.clone().map(move |x| (f64::from(x), f64::from(y)))).map(|(x, y)| fit(x, y));
        let whole = inside(&low) && inside(&high);
        let sure = value && whole && fits.clone().all(|fit| fit.is_some_and(|(room, off)| room >= off));
        [value, sure, value || fits.any(|fit| fit.is_some_and(|(room, off)| room >= -off))]
    }
}
