//! A closed interval of directions.

use crate::wrap_signed;
use std::f64::consts::PI;

/// A closed interval of directions: all angles within `half_width_rad` of `mid_rad`.
///
/// A half width of π or more is the whole circle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arc {
    mid_rad: f64,
    half_width_rad: f64,
}

impl Arc {
    /// The arc around `mid_rad`; a half width that is negative or not a number counts as the whole circle, because
    /// nothing is known then. Likewise for a middle that is not finite.
    pub fn new(mid_rad: f64, half_width_rad: f64) -> Self {
        if mid_rad.is_finite() && half_width_rad >= 0.0 {
            Self { mid_rad: wrap_signed(mid_rad), half_width_rad: half_width_rad.min(PI) }
        } else {
            Self::whole()
        }
    }

    /// A single direction.
    pub fn point(mid_rad: f64) -> Self {
        Self::new(mid_rad, 0.0)
    }

    /// Every direction.
    pub fn whole() -> Self {
        Self { mid_rad: 0.0, half_width_rad: PI }
    }

    /// The middle direction, radians in (−π, π].
    pub fn mid_rad(&self) -> f64 {
        self.mid_rad
    }

    /// Half the width, radians in [0, π].
    pub fn half_width_rad(&self) -> f64 {
        self.half_width_rad
    }

    /// Whether every direction belongs to it.
    pub fn is_whole(&self) -> bool {
        self.half_width_rad >= PI
    }

    /// Whether the direction belongs to it; the ends do.
    pub fn contains(&self, rad: f64) -> bool {
        self.is_whole() || wrap_signed(rad - self.mid_rad).abs() <= self.half_width_rad
    }

    /// The mirror image: left and right exchanged.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        Self { mid_rad: wrap_signed(-self.mid_rad), ..*self }
    }

    /// The arc turned counter-clockwise.
    #[must_use]
    pub fn rotated(&self, by_rad: f64) -> Self {
        Self::new(self.mid_rad + by_rad, self.half_width_rad)
    }
}
