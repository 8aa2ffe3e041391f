//! A box as this crate sees it: plain numbers and what follows from them directly. A camera is a box without size whose
//! axes are its right, down and forward; so is a pixel, with the axes of its camera.

use scene::NoiseModel;
use scene::geometry::{OrientedBox, RigidTransform, Vec3};

/// A box: centre, half extents and axes, world frame, metres.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body {
    pub(crate) centre: Vec3,
    pub(crate) half: Vec3,
    pub(crate) axes: [Vec3; 3],
    /// Standard deviations of the centre, of each full extent (metres) and of the turn about the vertical (radians).
    pub(crate) noise: [f64; 3],
    /// Of a camera or pixel: the position of its frame, and its error as its own camera has it.
    pub(crate) own: Option<(usize, f64)>,
}

impl Body {
    pub(crate) fn new(bounds: &OrientedBox, noise: &NoiseModel) -> Self {
        let (axes, noise) = (bounds.axes(), [noise.position_m, noise.size_m, noise.yaw_rad]);
        Self {
            centre: bounds.centre(),
            half: bounds.half(),
            axes: [axes.x_axis, axes.y_axis, axes.z_axis],
            noise,
            own: None,
        }
    }

    pub(crate) fn camera(pose: &RigidTransform, noise: &NoiseModel, frame: usize) -> Self {
        let (axes, noise) = (pose.rotation(), [noise.pose_position_m, 0.0, 0.0]);
        let (centre, axes) = (pose.translation(), [axes.x_axis, axes.y_axis, axes.z_axis]);
        Self { centre, half: Vec3::ZERO, axes, noise, own: Some((frame, 0.0)) }
    }

    /// The eight corners: bit j of the position says which end of axis j.
    pub(crate) fn corners(&self) -> [Vec3; 8] {
        let end = |i: usize, j: usize| if i >> j & 1 == 0 { -self.half[j] } else { self.half[j] };
        std::array::from_fn(|i| (0..3).fold(self.centre, |corner, j| corner + end(i, j) * self.axes[j]))
    }

    /// The twelve edges, as pairs of corners.
    pub(crate) fn edges(&self) -> impl Iterator<Item = [Vec3; 2]> + use<> {
        let at = self.corners();
        let from = move |i: usize| (0..3).filter(move |j| i >> j & 1 == 0).map(move |j| [at[i], at[i | 1 << j]]);
        (0..8).flat_map(from)
    }

    /// How far the box reaches from its centre along a unit vector.
    pub(crate) fn support(&self, direction: Vec3) -> f64 {
        (0..3).map(|j| self.half[j] * self.axes[j].dot(direction).abs()).sum()
    }

    /// Lowest and highest height of a corner.
    pub(crate) fn span(&self) -> (f64, f64) {
        (self.centre.z - self.support(Vec3::Z), self.centre.z + self.support(Vec3::Z))
    }

    /// The box with every half extent changed by `by`, at least 0.
    pub(crate) fn grown(&self, by: f64) -> Self {
        Self { half: (self.half + Vec3::splat(by)).max(Vec3::ZERO), ..*self }
    }

    /// The world-axis-aligned box around it.
    pub(crate) fn aligned(&self) -> Self {
        let axes = [Vec3::X, Vec3::Y, Vec3::Z];
        Self { half: Vec3::from_array(axes.map(|axis| self.support(axis))), axes, ..*self }
    }

    /// Largest horizontal distance of a corner from the centre.
    pub(crate) fn reach(&self) -> f64 {
        self.corners().iter().map(|corner| (corner - self.centre).truncate().length()).fold(0.0, f64::max)
    }

    /// The horizontal axes, longer side first, of a box with an axis within 10° of the vertical.
    pub(crate) fn horizontal(&self) -> Result<(usize, usize), &'static str> {
        let upright = |axis: &Vec3| axis.z.abs() >= 10_f64.to_radians().cos();
        let up = self.axes.iter().position(upright).ok_or("an upright box")?;
        let (i, j) = ((up + 1) % 3, (up + 2) % 3);
        Ok(if self.half[i] >= self.half[j] { (i, j) } else { (j, i) })
    }

    /// Distance of a point from the box: from where its clamped box coordinates lie.
    pub(crate) fn distance(&self, point: Vec3) -> f64 {
        let along =
            |j: usize| (point - self.centre).dot(self.axes[j]).clamp(-self.half[j], self.half[j]) * self.axes[j];
        (self.centre + along(0) + along(1) + along(2)).distance(point)
    }

    /// Whether a segment meets the box: whether any of it is left between the three pairs of faces.
    pub(crate) fn meets(&self, [from, to]: [Vec3; 2]) -> bool {
        let (mut first, mut last) = (0.0_f64, 1.0_f64);
        for (axis, half) in self.axes.iter().zip(self.half.to_array()) {
            let (at, speed) = ((from - self.centre).dot(*axis), (to - from).dot(*axis));
            let (enter, leave) = ((-half - at) / speed, (half - at) / speed);
            if speed != 0.0 {
                (first, last) = (first.max(enter.min(leave)), last.min(enter.max(leave)));
            } else if at.abs() > half {
                return false;
            }
        }
        first <= last
    }
}
