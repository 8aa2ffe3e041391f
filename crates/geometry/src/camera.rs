//! Cameras: from points to pixels and back.

use crate::{Distortion, Mat3, Vec2, Vec3};

/// Largest width and height of an image, pixels.
pub const MAX_SIDE_PX: u32 = 16_384;

/// Largest focal length and distance of the principal point from the image's corner, pixels.
const LIMIT_PX: f64 = 1e6;

/// Largest distortion coefficient.
const LIMIT_COEFFICIENT: f64 = 1e3;

/// A calibrated camera; validated at the door.
///
/// Camera axes are those of `OpenCV`: x right, y down, z forward. The centre of the top-left pixel is (0.5, 0.5), so
/// the image covers [0, width] × [0, height].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    width_px: u32,
    height_px: u32,
    focal_px: Vec2,
    centre_px: Vec2,
    distortion: Distortion,
    /// [`Distortion::limit`], kept because finding it takes long.
    limit: f64,
}

/// Why numbers make no camera.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CameraError {
    /// An image without pixels or with too many.
    #[error("{field} is {value}: it must be 1 to {MAX_SIDE_PX}")]
    Size {
        /// `width_px` or `height_px`.
        field: &'static str,
        /// What stands there.
        value: u32,
    },
    /// A number is not finite or out of its range.
    #[error("{field} is {value}: it must be {expected}")]
    OutOfRange {
        /// `fx`, `fy`, `cx`, `cy` or `distortion`.
        field: &'static str,
        /// The first offending number.
        value: f64,
        /// What may stand there.
        expected: &'static str,
    },
}

impl Camera {
    /// A camera of this image size, focal lengths (fx, fy), principal point (cx, cy) and distortion, all in pixels.
    ///
    /// Hint: sources that put the centre of the top-left pixel at (0, 0) state a principal point half a pixel less.
    pub fn new(
        width_px: u32,
        height_px: u32,
        focal_px: Vec2,
        centre_px: Vec2,
        distortion: Distortion,
    ) -> Result<Self, CameraError> {
        for (field, value) in [("width_px", width_px), ("height_px", height_px)] {
            if !(1..=MAX_SIDE_PX).contains(&value) {
                return Err(CameraError::Size { field, value });
            }
        }
        for (field, value) in [("fx", focal_px.x), ("fy", focal_px.y)] {
            if !(1e-3..=LIMIT_PX).contains(&value) {
                return Err(CameraError::OutOfRange { field, value, expected: "1e-3 to 1e6 pixels" });
            }
        }
        for (field, value) in [("cx", centre_px.x), ("cy", centre_px.y)] {
            if !(-LIMIT_PX..=LIMIT_PX).contains(&value) {
                return Err(CameraError::OutOfRange { field, value, expected: "at most 1e6 pixels in size" });
            }
        }
        if let Some(value) = distortion.coefficients().find(|k| !(-LIMIT_COEFFICIENT..=LIMIT_COEFFICIENT).contains(k)) {
            return Err(CameraError::OutOfRange { field: "distortion", value, expected: "at most 1e3 in size" });
        }
        Ok(Self { width_px, height_px, focal_px, centre_px, distortion, limit: distortion.limit() })
    }

    /// Width of the image, pixels.
    pub fn width_px(&self) -> u32 {
        self.width_px
    }

    /// Height of the image, pixels.
    pub fn height_px(&self) -> u32 {
        self.height_px
    }

    /// Focal lengths (fx, fy), pixels.
    pub fn focal_px(&self) -> Vec2 {
        self.focal_px
    }

    /// Principal point (cx, cy), pixels.
    pub fn centre_px(&self) -> Vec2 {
        self.centre_px
    }

    /// The lens.
    pub fn distortion(&self) -> Distortion {
        self.distortion
    }

    /// Where a point (camera frame) appears, inside the image or beyond its border; `None` if it is not in front of
    /// the camera or outside the range of the distortion model.
    pub fn project(&self, p_in_camera: Vec3) -> Option<Vec2> {
        // Written so that NaN is refused too.
        if !(p_in_camera.z > 0.0 && p_in_camera.is_finite()) {
            return None;
        }
        let flat = p_in_camera.truncate();
        let plane = match self.distortion {
            Distortion::None => flat / p_in_camera.z,
            Distortion::BrownConrady { .. } => {
                let x = flat / p_in_camera.z;
                if x.length() > self.limit {
                    return None;
                }
                self.distortion.bend(x)
            }
            Distortion::KannalaBrandt { .. } => {
                let r = flat.length();
                let theta = r.atan2(p_in_camera.z);
                if theta > self.limit {
                    return None;
                }
                let bent = self.distortion.radial(theta).0;
                if r > 0.0 { flat * (bent / r) } else { Vec2::ZERO }
            }
        };
        let pixel = plane * self.focal_px + self.centre_px;
        pixel.is_finite().then_some(pixel)
    }

    /// The unit direction (camera frame) seen at a place of the image plane; `None` where the model has none.
    pub fn ray(&self, pixel: Vec2) -> Option<Vec3> {
        let plane = (pixel - self.centre_px) / self.focal_px;
        if !plane.is_finite() {
            return None;
        }
        match self.distortion {
            Distortion::None => Some(plane.extend(1.0).normalize()),
            Distortion::BrownConrady { .. } => Some(self.distortion.unbend(plane, self.limit)?.extend(1.0).normalize()),
            Distortion::KannalaBrandt { .. } => {
                let bent = plane.length();
                let theta = self.distortion.radial_inverse(bent, self.limit)?;
                let aside = if bent > 0.0 { plane / bent * theta.sin() } else { Vec2::ZERO };
                Some(aside.extend(theta.cos()))
            }
        }
    }

    /// The point (camera frame, metres) at this place of the image and this depth along the optical axis.
    pub fn unproject(&self, pixel: Vec2, depth_m: f64) -> Option<Vec3> {
        let ray = self.ray(pixel)?;
        Some(ray * (depth_m / ray.z))
    }

    /// Whether a place of the image plane lies in the image.
    pub fn holds(&self, pixel: Vec2) -> bool {
        let size = Vec2::new(f64::from(self.width_px), f64::from(self.height_px));
        pixel.cmpge(Vec2::ZERO).all() && pixel.cmplt(size).all()
    }

    /// The camera of the same image at another size.
    pub fn resized(&self, width_px: u32, height_px: u32) -> Result<Self, CameraError> {
        let scale =
            Vec2::new(f64::from(width_px) / f64::from(self.width_px), f64::from(height_px) / f64::from(self.height_px));
        Self::new(width_px, height_px, self.focal_px * scale, self.centre_px * scale, self.distortion)
    }

    /// The camera of a window of the image plane whose top-left corner is `origin`; it may reach beyond the image.
    pub fn window(&self, origin: Vec2, width_px: u32, height_px: u32) -> Result<Self, CameraError> {
        Self::new(width_px, height_px, self.focal_px, self.centre_px - origin, self.distortion)
    }

    /// The camera of the image turned clockwise by quarter turns, and the rotation that takes its axes to the old
    /// ones: the new pose is the old one after that rotation.
    pub fn rotated(&self, quarters: u8) -> (Self, Mat3) {
        let mut turned = *self;
        let mut old_from_new = Mat3::IDENTITY;
        for _ in 0..quarters % 4 {
            let Self { width_px, height_px, focal_px, centre_px, distortion, .. } = turned;
            turned.width_px = height_px;
            turned.height_px = width_px;
            turned.focal_px = Vec2::new(focal_px.y, focal_px.x);
            turned.centre_px = Vec2::new(f64::from(height_px) - centre_px.y, centre_px.x);
            if let Distortion::BrownConrady { k, p: [p1, p2] } = distortion {
                turned.distortion = Distortion::BrownConrady { k, p: [p2, -p1] };
            }
            // What was up is now right: x′ = −y, y′ = x.
            old_from_new *= Mat3::from_cols(-Vec3::Y, Vec3::X, Vec3::Z);
        }
        (turned, old_from_new)
    }
}
