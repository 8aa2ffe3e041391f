//! The oriented box: validated at the door, plain data inside.

use crate::{Mat3, Vec3};

/// Largest coordinate and half extent accepted, metres. A scene is a place, not a planet: within this bound
/// every square and product below stays far from overflow.
pub(crate) const LIMIT_M: f64 = 1e6;

/// How far the given axes may be from orthonormal; what is within is replaced by the nearest rotation.
const ORTHONORMAL_TOLERANCE: f64 = 1e-6;

/// Axes this close to orthonormal are kept bit for bit, so that a box survives being written and read.
const ORTHONORMAL_EXACT: f64 = 4e-15;

/// A box with any rotation, in the world frame. It may be flat or a point (half extents of zero).
///
/// The three axes are orthonormal and right-handed; [`OrientedBox::axes`] maps box coordinates to world coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OrientedBox {
    centre: Vec3,
    half: Vec3,
    axes: Mat3,
}

/// Why numbers do not make a box.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BoxError {
    /// A number is `NaN`, infinite, or larger than a million metres.
    #[error("{field} is {value}: it must be finite and at most 1e6 m in size")]
    OutOfRange {
        /// `centre`, `half`, `axes`, `yaw_rad` or `translation`.
        field: &'static str,
        /// The first offending number.
        value: f64,
    },
    /// A half extent is below zero.
    #[error("half extent is {value} m: it must not be negative (hint: order the corners before subtracting)")]
    NegativeHalf {
        /// The first offending half extent, metres.
        value: f64,
    },
    /// The axes are not unit vectors at right angles.
    #[error(
        "axes are off orthonormal by {error}: at most 1e-6 is accepted (hint: remove scale and shear, and write axes with seven decimals or more)"
    )]
    NotOrthonormal {
        /// Largest entry of |axesᵀ·axes − 1|.
        error: f64,
    },
    /// The axes are left-handed, that is, they contain a mirror.
    #[error("axes have determinant {determinant}: a rotation is proper (hint: flip one axis)")]
    Mirrored {
        /// The determinant found, near −1.
        determinant: f64,
    },
}

/// `Ok` if all three numbers lie within [`LIMIT_M`].
pub(crate) fn check_range(field: &'static str, values: Vec3) -> Result<(), BoxError> {
    match values.to_array().into_iter().find(|v| v.is_nan() || v.abs() > LIMIT_M) {
        Some(value) => Err(BoxError::OutOfRange { field, value }),
        None => Ok(()),
    }
}

/// Largest entry of |mᵀ·m − 1|.
pub(crate) fn orthonormal_error(m: Mat3) -> f64 {
    let gram = m.transpose() * m - Mat3::IDENTITY;
    gram.to_cols_array().iter().fold(0.0, |worst, g| worst.max(g.abs()))
}

/// The nearest rotation to `m`, which is within [`ORTHONORMAL_TOLERANCE`] of one.
///
/// Two steps of the Newton–Schulz polar iteration (Higham, *Functions of Matrices*, §8.3); each squares the error.
pub(crate) fn nearest_rotation(mut m: Mat3) -> Mat3 {
    for _ in 0..2 {
        m = m * (Mat3::IDENTITY * 3.0 - m.transpose() * m) * 0.5;
    }
    m
}

impl OrientedBox {
    /// A box from its centre and half extents (metres) and its axes (`world_from_box` rotation, columns = box axes
    /// in the world).
    ///
    /// Numbers must be finite and at most 1e6, half extents not negative, the axes within 1e-6 of a proper rotation,
    /// which the box then holds in its place.
    pub fn new(centre: Vec3, half: Vec3, axes: Mat3) -> Result<Self, BoxError> {
        check_range("centre", centre)?;
        check_range("half", half)?;
        for axis in [axes.x_axis, axes.y_axis, axes.z_axis] {
            check_range("axes", axis)?;
        }
        if let Some(value) = half.to_array().into_iter().find(|h| *h < 0.0) {
            return Err(BoxError::NegativeHalf { value });
        }
        let error = orthonormal_error(axes);
        if error > ORTHONORMAL_TOLERANCE {
            return Err(BoxError::NotOrthonormal { error });
        }
        let determinant = axes.determinant();
        if determinant < 0.0 {
            return Err(BoxError::Mirrored { determinant });
        }
        let axes = if error <= ORTHONORMAL_EXACT { axes } else { nearest_rotation(axes) };
        // Adding zero turns −0 into 0, so that equal boxes print alike.
        Ok(Self { centre: centre + Vec3::ZERO, half: half + Vec3::ZERO, axes })
    }

    /// A box that stands upright: its third axis is world z, its first is turned by `yaw_rad` counter-clockwise
    /// seen from above.
    pub fn upright(centre: Vec3, half: Vec3, yaw_rad: f64) -> Result<Self, BoxError> {
        if !yaw_rad.is_finite() {
            return Err(BoxError::OutOfRange { field: "yaw_rad", value: yaw_rad });
        }
        Self::new(centre, half, Mat3::from_rotation_z(yaw_rad))
    }

    /// A box of the given parts, known to be valid because they come from a valid box.
    pub(crate) fn from_valid(centre: Vec3, half: Vec3, axes: Mat3) -> Self {
        Self { centre, half, axes }
    }

    /// The centre in the world, metres.
    pub fn centre(&self) -> Vec3 {
        self.centre
    }

    /// Half the extent along each box axis, metres, never negative.
    pub fn half(&self) -> Vec3 {
        self.half
    }

    /// The rotation `world_from_box`: its columns are the box axes in the world.
    pub fn axes(&self) -> Mat3 {
        self.axes
    }

    /// The full extent along each box axis, metres.
    pub fn extents(&self) -> Vec3 {
        self.half * 2.0
    }

    /// The volume, m³.
    pub fn volume_m3(&self) -> f64 {
        self.extents().element_product()
    }

    /// The eight corners in the world; bit 0, 1, 2 of the index chooses the far side along axis 0, 1, 2.
    pub fn corners(&self) -> [Vec3; 8] {
        std::array::from_fn(|i| self.centre + self.axes * corner(self.half, i))
    }

    /// `p` (world) in box coordinates: axes of the box, origin at its centre.
    pub(crate) fn local(&self, p: Vec3) -> Vec3 {
        self.axes.transpose() * (p - self.centre)
    }

    /// `p` (box coordinates) in the world.
    pub(crate) fn world(&self, p: Vec3) -> Vec3 {
        self.centre + self.axes * p
    }

    /// Half the extent along each *world* axis, metres.
    pub(crate) fn world_half(&self) -> Vec3 {
        self.axes.abs() * self.half
    }

    /// The smallest world-aligned box around it, as lowest and highest corner.
    pub fn aabb(&self) -> (Vec3, Vec3) {
        let half = self.world_half();
        (self.centre - half, self.centre + half)
    }

    /// The lowest and highest world z of the box, metres.
    pub fn vertical_span_m(&self) -> (f64, f64) {
        let (low, high) = self.aabb();
        (low.z, high.z)
    }

    /// Whether the world point `p` lies in the box; the surface belongs to it.
    pub fn contains(&self, p: Vec3) -> bool {
        self.local(p).abs().cmple(self.half).all()
    }

    /// The largest horizontal distance of a corner from the centre, metres.
    pub fn horizontal_half_diagonal_m(&self) -> f64 {
        // Opposite corners mirror each other, so half of them suffice.
        let reach = |i| (self.axes * corner(self.half, i)).truncate().length();
        (0..4).map(reach).fold(0.0, f64::max)
    }

    /// The index of the box axis whose line is nearest to world z, if it is within `max_tilt_rad` of it.
    pub fn upright_axis(&self, max_tilt_rad: f64) -> Option<usize> {
        let tilt = |i: usize| {
            let axis = self.axes.col(i);
            axis.truncate().length().atan2(axis.z.abs())
        };
        let best = (1..3).fold(0, |best, i| if tilt(i) < tilt(best) { i } else { best });
        (tilt(best) <= max_tilt_rad).then_some(best)
    }

    /// Width (the longer horizontal side), depth (the shorter) and the upright side, metres; `None` where no axis is upright
    /// within the tilt.
    pub fn upright_sides_m(&self, max_tilt_rad: f64) -> Option<[f64; 3]> {
        let upright = self.upright_axis(max_tilt_rad)?;
        let extents = self.extents();
        let (one, other) = (extents[(upright + 1) % 3], extents[(upright + 2) % 3]);
        Some([one.max(other), one.min(other), extents[upright]])
    }

    /// The heading of the first box axis seen from above, radians in (−π, π]; 0 along world x.
    ///
    /// Where the first axis is vertical it is the heading of the second axis less a quarter turn.
    pub fn yaw_rad(&self) -> f64 {
        let [x, y] = [self.axes.x_axis, self.axes.y_axis].map(Vec3::truncate);
        let ahead = if x.length() > 1e-9 { x } else { -y.perp() };
        crate::wrap_signed(ahead.y.atan2(ahead.x))
    }
}

/// Corner `i` of the box of these half extents around the origin; bit k of `i` chooses the far side along axis k.
pub(crate) fn corner(half: Vec3, i: usize) -> Vec3 {
    let side = |bit: usize, h: f64| if i >> bit & 1 == 1 { h } else { -h };
    Vec3::new(side(0, half.x), side(1, half.y), side(2, half.z))
}
