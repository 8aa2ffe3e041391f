//! A box as this crate sees it: plain numbers and what follows from them directly.

use scene::geometry::OrientedBox;

/// A point or direction of space.
pub(crate) type Point = [f64; 3];

pub(crate) fn dot(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// a + t·b.
pub(crate) fn along(a: Point, t: f64, b: Point) -> Point {
    [a[0] + t * b[0], a[1] + t * b[1], a[2] + t * b[2]]
}

pub(crate) fn minus(a: Point, b: Point) -> Point {
    along(a, -1.0, b)
}

pub(crate) fn length(a: Point) -> f64 {
    dot(a, a).sqrt()
}

/// The same point at height 0.
pub(crate) fn flat(a: Point) -> Point {
    [a[0], a[1], 0.0]
}

/// A box: centre, half extents and axes, world frame, metres.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body {
    pub(crate) centre: Point,
    pub(crate) half: Point,
    pub(crate) axes: [Point; 3],
}

impl From<&OrientedBox> for Body {
    fn from(bounds: &OrientedBox) -> Self {
        Self {
            centre: bounds.centre().to_array(),
            half: bounds.half().to_array(),
            axes: bounds.axes().to_cols_array_2d(),
        }
    }
}

impl Body {
    /// Corner `i`: bit j of `i` says which end of axis j.
    pub(crate) fn corner(&self, i: usize) -> Point {
        (0..3).fold(self.centre, |corner, j| {
            let sign = if i >> j & 1 == 0 { -1.0 } else { 1.0 };
            along(corner, sign * self.half[j], self.axes[j])
        })
    }

    pub(crate) fn corners(&self) -> [Point; 8] {
        std::array::from_fn(|i| self.corner(i))
    }

    /// The twelve edges, as pairs of corners.
    pub(crate) fn edges(&self) -> impl Iterator<Item = [Point; 2]> + use<> {
        let corners = self.corners();
        (0..8).flat_map(move |i| {
            (0..3).filter(move |j| i >> j & 1 == 0).map(move |j| [corners[i], corners[i | 1 << j]])
        })
    }

    /// Lowest and highest height of a corner.
    pub(crate) fn span(&self) -> (f64, f64) {
        let heights = self.corners().map(|corner| corner[2]);
        (heights.into_iter().fold(f64::INFINITY, f64::min), heights.into_iter().fold(f64::NEG_INFINITY, f64::max))
    }

    /// The box with every half extent changed by `by`, at least 0.
    pub(crate) fn grown(&self, by: f64) -> Self {
        Self { half: self.half.map(|half| (half + by).max(0.0)), ..*self }
    }

    /// The world-axis-aligned box around it.
    pub(crate) fn aligned(&self) -> Self {
        let reach = |i: usize| self.corners().iter().map(|corner| (corner[i] - self.centre[i]).abs()).fold(0.0, f64::max);
        Self {
            centre: self.centre,
            half: [reach(0), reach(1), reach(2)],
            axes: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        }
    }

    /// Largest horizontal distance of a corner from the centre.
    pub(crate) fn reach(&self) -> f64 {
        self.corners().iter().map(|corner| length(flat(minus(*corner, self.centre)))).fold(0.0, f64::max)
    }

    /// The horizontal axes, longer side first, of a box with an axis within 10° of the vertical.
    pub(crate) fn horizontal(&self) -> Option<(usize, usize)> {
        let up = (0..3).find(|i| self.axes[*i][2].abs() >= 10_f64.to_radians().cos())?;
        let (i, j) = ((up + 1) % 3, (up + 2) % 3);
        Some(if self.half[i] >= self.half[j] { (i, j) } else { (j, i) })
    }

    /// The point of the box nearest to `point`: its box coordinates clamped.
    pub(crate) fn nearest(&self, point: Point) -> Point {
        let offset = minus(point, self.centre);
        (0..3).fold(self.centre, |nearest, j| {
            along(nearest, dot(offset, self.axes[j]).clamp(-self.half[j], self.half[j]), self.axes[j])
        })
    }

    /// Whether a segment meets the box: what is left of it between the three pairs of faces.
    pub(crate) fn meets(&self, [from, to]: [Point; 2]) -> bool {
        let (offset, step) = (minus(from, self.centre), minus(to, from));
        let (mut first, mut last) = (0.0_f64, 1.0_f64);
        for j in 0..3 {
            let (at, speed) = (dot(offset, self.axes[j]), dot(step, self.axes[j]));
            let (enter, leave) = ((-self.half[j] - at) / speed, (self.half[j] - at) / speed);
            if speed == 0.0 {
                if at.abs() > self.half[j] {
                    return false;
                }
            } else {
                first = first.max(enter.min(leave));
                last = last.min(enter.max(leave));
            }
        }
        first <= last
    }
}
