//! Boxes made from boxes: grown, moved, turned, mirrored.

use crate::oriented_box::{LIMIT_M, check_range};
use crate::{BoxError, Mat3, OrientedBox, Vec3};

impl OrientedBox {
    /// The same box with `by_m` added to each half extent; negative shrinks, but not below zero, and a `NaN` shrinks to a point.
    #[must_use]
    pub fn grown(&self, by_m: f64) -> Self {
        let half = (self.half() + Vec3::splat(by_m)).to_array().map(|h| {
            // What `new` accepts, also where the sum leaves it.
            if h.is_nan() { 0.0 } else { h.clamp(0.0, LIMIT_M) }
        });
        Self::from_valid(self.centre(), Vec3::from_array(half), self.axes())
    }

    /// The box moved by `offset` (world, metres).
    pub fn translated(&self, offset: Vec3) -> Result<Self, BoxError> {
        self.transformed(Mat3::IDENTITY, offset)
    }

    /// The box turned about the world's z axis, counter-clockwise seen from above.
    pub fn rotated_about_z(&self, by_rad: f64) -> Result<Self, BoxError> {
        if !by_rad.is_finite() {
            return Err(BoxError::OutOfRange { field: "yaw_rad", value: by_rad });
        }
        self.transformed(Mat3::from_rotation_z(by_rad), Vec3::ZERO)
    }

    /// The box after the rigid motion p ↦ `rotation`·p + `translation` (world, metres).
    pub fn transformed(&self, rotation: Mat3, translation: Vec3) -> Result<Self, BoxError> {
        check_range("translation", translation)?;
        Self::new(rotation * self.centre() + translation, self.half(), rotation * self.axes())
    }

    /// The mirror image in the plane x = 0.
    ///
    /// A mirror turns a rotation improper, so the second axis is reversed, which changes nothing of the solid: the
    /// first axis (often the front) and the third (often up) stay true mirror images.
    #[must_use]
    pub fn mirrored_x(&self) -> Self {
        let flip = |v: Vec3| Vec3::new(-v.x + 0.0, v.y, v.z);
        let axes = self.axes();
        let mirrored = Mat3::from_cols(flip(axes.x_axis), -flip(axes.y_axis), flip(axes.z_axis));
        Self::from_valid(flip(self.centre()), self.half(), mirrored)
    }
}
