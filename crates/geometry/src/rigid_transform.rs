//! Rigid motions: a proper rotation and a translation.

use crate::{
    BoxError, Mat3, OrientedBox, Vec3,
    oriented_box::{nearest_rotation, orthonormal_error},
};

/// How far a rotation may be off to be mended by [`RigidTransform::mended`]: the largest entry of |Rᵀ·R − 1|.
const MENDABLE: f64 = 1e-3;

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

    /// As [`RigidTransform::new`] for numbers that were rounded on their way: the rotation may be off orthonormal by
    /// 1e-3, and the nearest one is taken. Returns by how much it was off.
    pub fn mended(rotation: Mat3, translation: Vec3) -> Result<(Self, f64), BoxError> {
        let error = orthonormal_error(rotation);
        let mendable = error <= MENDABLE && rotation.determinant() > 0.0;
        let rotation = if mendable { nearest_rotation(rotation) } else { rotation };
        Ok((Self::new(rotation, translation)?, error))
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
    fn rounded_rotations_are_mended_and_broken_ones_are_not() {
        let exact = Mat3::from_rotation_x(1.2) * Mat3::from_rotation_z(0.3);
        let rounded = Mat3::from_cols_array(&exact.to_cols_array().map(|v| (v * 1e4).round() / 1e4));
        assert!(RigidTransform::new(rounded, Vec3::ZERO).is_err());
        let (mended, error) = RigidTransform::mended(rounded, Vec3::ONE).expect("a motion");
        assert!(error < 3e-4 && (mended.rotation() * Vec3::ONE).distance(exact * Vec3::ONE) < 3e-4);
        for broken in [exact * 1.01, Mat3::from_diagonal(Vec3::new(1.0, 1.0, -1.0)), Mat3::ZERO, exact * f64::NAN] {
            assert!(RigidTransform::mended(broken, Vec3::ZERO).is_err());
        }
    }

    #[test]
    fn mirrors_and_shears_are_refused() {
        assert!(RigidTransform::new(Mat3::from_diagonal(Vec3::new(1.0, 1.0, -1.0)), Vec3::ZERO).is_err());
        assert!(RigidTransform::new(Mat3::from_diagonal(Vec3::new(1.0, 1.1, 1.0)), Vec3::ZERO).is_err());
        assert!(RigidTransform::new(Mat3::IDENTITY, Vec3::splat(f64::NAN)).is_err());
    }
}
