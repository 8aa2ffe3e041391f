//! Rigid motions: a proper rotation and a translation.

use crate::{BoxError, Mat3, OrientedBox, Vec3};

/// A rigid motion p ↦ R·p + t, for example a camera's pose, which maps camera to world coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RigidTransform {
    rotation: Mat3,
    translation: Vec3,
}

impl RigidTransform {
    /// The motion that moves nothing.
    pub const IDENTITY: Self = Self { rotation: Mat3::IDENTITY, translation: Vec3::ZERO };

    /// A motion by a proper rotation and a translation in metres; the rotation may be off orthonormal by 1e-6.
    pub fn new(rotation: Mat3, translation: Vec3) -> Result<Self, BoxError> {
        // A box has just these rules for its axes and its centre.
        let frame = OrientedBox::new(translation, Vec3::ZERO, rotation)?;
        Ok(Self { rotation: frame.axes(), translation: frame.centre() })
    }

    /// The rotation R.
    pub fn rotation(&self) -> Mat3 {
        self.rotation
    }

    /// The translation t, metres; for a pose, the camera's place.
    pub fn translation(&self) -> Vec3 {
        self.translation
    }

    /// R·p + t.
    pub fn apply(&self, p: Vec3) -> Vec3 {
        self.rotation * p + self.translation
    }

    /// R·v: directions do not move.
    pub fn turn(&self, v: Vec3) -> Vec3 {
        self.rotation * v
    }

    /// The motion that undoes this one.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let rotation = self.rotation.transpose();
        Self { rotation, translation: -(rotation * self.translation) }
    }

    /// This motion after `first`.
    #[must_use]
    pub fn after(&self, first: &Self) -> Self {
        Self { rotation: self.rotation * first.rotation, translation: self.apply(first.translation) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_motion_after_its_inverse_moves_nothing() {
        let motion = RigidTransform::new(Mat3::from_rotation_x(1.2), Vec3::new(3.0, -2.0, 9.0)).expect("a motion");
        let p = Vec3::new(0.3, 4.0, -1.0);
        assert!(motion.after(&motion.inverse()).apply(p).distance(p) < 1e-12);
        assert!(motion.inverse().apply(motion.apply(p)).distance(p) < 1e-12);
    }

    #[test]
    fn mirrors_and_shears_are_refused() {
        assert!(RigidTransform::new(Mat3::from_diagonal(Vec3::new(1.0, 1.0, -1.0)), Vec3::ZERO).is_err());
        assert!(RigidTransform::new(Mat3::from_diagonal(Vec3::new(1.0, 1.1, 1.0)), Vec3::ZERO).is_err());
        assert!(RigidTransform::new(Mat3::IDENTITY, Vec3::splat(f64::NAN)).is_err());
    }
}
