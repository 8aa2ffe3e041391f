//! The vector types of the whole workspace, under names that hide the library behind them.

/// A point or displacement of the horizontal plane, metres.
pub type Vec2 = glam::DVec2;
/// A point or displacement of space, metres.
pub type Vec3 = glam::DVec3;
/// A 3 × 3 matrix, stored by columns; here nearly always a rotation.
pub type Mat3 = glam::DMat3;
/// A unit quaternion (x, y, z, w).
pub type Quat = glam::DQuat;
