//! How far an annotation may be from the place it describes.

use serde::{Deserialize, Serialize};

/// Independent Gaussian errors of a scene's annotation, as standard deviations.
///
/// A perturbed object has its centre moved by `position_m` along each world axis, each full extent changed
/// by `size_m` (about the centre), and is turned about the vertical through its centre by `yaw_rad`. A perturbed camera is
/// moved by `pose_position_m` along each world axis and turned by a rotation vector of `pose_rotation_rad` along each. A depth is
/// off by `depth_relative` of itself, pixel by pixel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoiseModel {
    /// Centre of a box, per world axis, metres.
    pub position_m: f64,
    /// Full extent of a box, per box axis, metres.
    pub size_m: f64,
    /// Turn of a box about the vertical, radians.
    pub yaw_rad: f64,
    /// A floor area that the source declares instead of outlining, relative (0.02 = 2 %).
    pub area_relative: f64,
    /// Place of a camera, per world axis, metres.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pose_position_m: f64,
    /// Rotation of a camera, per axis of its rotation vector, radians.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pose_rotation_rad: f64,
    /// Visible fraction of a sighting, as a share of the object's full projection.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub visible_fraction: f64,
    /// Depth of a pixel, relative (0.01 = 1 %), beside half a step of the depth image.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub depth_relative: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(value: &f64) -> bool {
    value.to_bits() == 0
}

impl NoiseModel {
    /// No error at all: exact by construction.
    pub const NONE: Self = Self {
        position_m: 0.0,
        size_m: 0.0,
        yaw_rad: 0.0,
        area_relative: 0.0,
        pose_position_m: 0.0,
        pose_rotation_rad: 0.0,
        visible_fraction: 0.0,
        depth_relative: 0.0,
    };

    /// The first field that is not a finite, non-negative number below `1e3`, with its value.
    pub fn fault(&self) -> Option<(&'static str, f64)> {
        [
            ("noise.position_m", self.position_m),
            ("noise.size_m", self.size_m),
            ("noise.yaw_rad", self.yaw_rad),
            ("noise.area_relative", self.area_relative),
            ("noise.pose_position_m", self.pose_position_m),
            ("noise.pose_rotation_rad", self.pose_rotation_rad),
            ("noise.visible_fraction", self.visible_fraction),
            ("noise.depth_relative", self.depth_relative),
        ]
        .into_iter()
        .find(|(_, value)| !(0.0..1e3).contains(value))
    }
}
