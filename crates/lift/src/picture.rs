//! One picture: depth or a point map, intrinsics, colours.

use render::Image;
use scene::geometry::{Camera, Distortion, Vec2, Vec3};
use serde::Serialize;

use crate::LiftError;

/// Largest share of pixels that are pure white or pure black.
const MOST_PURE: f64 = 0.35;
/// Largest share of pixels without depth.
const MOST_INVALID: f64 = 0.5;
/// Depths that count, metres.
const DEPTH_M: std::ops::RangeInclusive<f32> = 0.01..=250.0;

/// How far a depth may be off, one standard deviation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DepthNoise {
    /// A share of the depth: estimates from one picture.
    Relative(f64),
    /// 1.2 mm + 1.9 mm/m² · (z − 0.4 m)²: structured light (Nguyen, Izadi and Lovell 2012).
    StructuredLight,
}

impl DepthNoise {
    /// Standard deviation at a depth, metres.
    pub fn sigma_m(self, depth_m: f64) -> f64 {
        match self {
            Self::Relative(share) => share * depth_m,
            Self::StructuredLight => 0.0012 + 0.0019 * (depth_m - 0.4).powi(2),
        }
    }
}

/// A picture with depth.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its camera.
    pub camera: Camera,
    /// Depth along the optical axis, metres, `NaN` where unknown.
    pub depth_m: Image<f32>,
    /// Colours, of the same size.
    pub colour: Option<Image<[u8; 3]>>,
    /// How far depths may be off.
    pub noise: DepthNoise,
}

impl Picture {
    /// Depth and (fx, fy, cx, cy) in pixels, where the centre of the top-left pixel is (0.5, 0.5).
    pub fn new(mut depth_m: Image<f32>, intrinsics: [f64; 4], noise: DepthNoise) -> Result<Self, LiftError> {
        let [fx, fy, cx, cy] = intrinsics;
        let (focal, centre) = (Vec2::new(fx, fy), Vec2::new(cx, cy));
        let camera = Camera::new(depth_m.width_px, depth_m.height_px, focal, centre, Distortion::None)?;
        for depth in depth_m.pixels.iter_mut().filter(|depth| !DEPTH_M.contains(*depth)) {
            *depth = f32::NAN;
        }
        Ok(Self { camera, depth_m, colour: None, noise })
    }

    /// A point map: rows of points from the top, camera axes, metres; points that are not finite are unknown. Intrinsics
    /// are those under which the points fall on their pixels best.
    pub fn from_point_map(
        [width_px, height_px]: [u32; 2],
        points: &[[f32; 3]],
        noise: DepthNoise,
    ) -> Result<Self, LiftError> {
        if points.len() as u64 != u64::from(width_px) * u64::from(height_px) {
            return Err(LiftError::Points { found: points.len(), expected: [width_px, height_px] });
        }
        let depth = |point: &[f32; 3]| if point.iter().all(|c| c.is_finite()) { point[2] } else { f32::NAN };
        let depth_m = Image { width_px, height_px, pixels: points.iter().map(depth).collect() };
        let places = points.iter().enumerate().filter(|(_, p)| p.iter().all(|c| c.is_finite()) && p[2] > 0.0);
        let slope = |axis: usize| {
            // Least squares of pixel = focal · (x / z) + centre.
            let (mut n, mut a, mut b, mut aa, mut ab) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for (at, point) in places.clone() {
                let (x, y) = (at % width_px as usize, at / width_px as usize);
                let pixel = [x, y][axis] as f64 + 0.5;
                let slope = f64::from(point[axis]) / f64::from(point[2]);
                (n, a, b, aa, ab) = (n + 1.0, a + slope, b + pixel, aa + slope * slope, ab + slope * pixel);
            }
            let focal = (n * ab - a * b) / (n * aa - a * a);
            (focal, (b - focal * a) / n)
        };
        let ((fx, cx), (fy, cy)) = (slope(0), slope(1));
        Self::new(depth_m, [fx, fy, cx, cy], noise)
    }

    /// Refuses a picture of which too much is pure white or black, or has no depth.
    pub fn filter(&self) -> Result<(), LiftError> {
        if let Some(colour) = &self.colour {
            for (pure, name) in [([255; 3], "pure white"), ([0; 3], "pure black")] {
                let share = share(&colour.pixels, |pixel| *pixel == pure);
                if share > MOST_PURE {
                    return Err(LiftError::Filtered(100.0 * share, name, 100.0 * MOST_PURE));
                }
            }
        }
        let share = share(&self.depth_m.pixels, |depth| depth.is_nan());
        if share > MOST_INVALID {
            return Err(LiftError::Filtered(
                100.0 * share,
                "without depth, if its scale is right",
                100.0 * MOST_INVALID,
            ));
        }
        Ok(())
    }

    /// The point (camera frame) of a pixel, by its position.
    pub fn point(&self, pixel: usize) -> Option<Vec3> {
        let depth = f64::from(*self.depth_m.pixels.get(pixel)?);
        if depth.is_nan() {
            return None;
        }
        let width = self.depth_m.width_px as usize;
        let centre = Vec2::new((pixel % width) as f64 + 0.5, (pixel / width) as f64 + 0.5);
        self.camera.unproject(centre, depth)
    }

    /// How far the side of something at this depth may be from where it is seen: noise of depth and one pixel, metres.
    pub fn side_sigma_m(&self, depth_m: f64) -> f64 {
        let pixel = depth_m / self.camera.focal_px().min_element();
        self.noise.sigma_m(depth_m).hypot(pixel)
    }
}

fn share<T>(pixels: &[T], is: impl Fn(&T) -> bool) -> f64 {
    pixels.iter().filter(|pixel| is(pixel)).count() as f64 / pixels.len().max(1) as f64
}
