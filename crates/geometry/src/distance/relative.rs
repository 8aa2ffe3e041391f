//! Two boxes in the frame of the first, and the separating-axis test.

use crate::{Mat3, OrientedBox, Vec3};

/// The second box as the first sees it: `a` is axis-aligned around the origin.
pub(super) struct Relative {
    pub(super) half_a: Vec3,
    pub(super) half_b: Vec3,
    /// Centre of `b` in the frame of `a`.
    pub(super) b_in_a: Vec3,
    /// Centre of `a` in the frame of `b`.
    pub(super) a_in_b: Vec3,
    /// Rotation from the axes of `b` to those of `a`.
    pub(super) a_from_b: Mat3,
    /// Its inverse.
    pub(super) b_from_a: Mat3,
}

impl Relative {
    pub(super) fn of(a: &OrientedBox, b: &OrientedBox) -> Self {
        let a_from_world = a.axes().transpose();
        Self::new(a.half(), b.half(), a_from_world * (b.centre() - a.centre()), a_from_world * b.axes())
    }

    pub(super) fn new(half_a: Vec3, half_b: Vec3, b_in_a: Vec3, a_from_b: Mat3) -> Self {
        let b_from_a = a_from_b.transpose();
        Self { half_a, half_b, b_in_a, a_in_b: -(b_from_a * b_in_a), a_from_b, b_from_a }
    }

    /// The distance below which two solids count as touching: rounding cannot tell it from zero.
    pub(super) fn contact(&self) -> f64 {
        16.0 * f64::EPSILON
            * (self.b_in_a.abs().max_element() + self.half_a.max_element() + self.half_b.max_element())
    }

    /// A number that the distance surely reaches, metres; 0 where nothing proves the boxes apart.
    ///
    /// It is the widest gap between the shadows of the boxes on the fifteen separating axes (Gottschalk 1996), each
    /// less what rounding may have added before it is divided by the length of its axis.
    pub(super) fn certain_gap(&self) -> f64 {
        let contact = self.contact();
        let on_faces_of_a = self.b_in_a.abs() - self.half_a - self.a_from_b.abs() * self.half_b;
        let on_faces_of_b = self.a_in_b.abs() - self.half_b - self.b_from_a.abs() * self.half_a;
        let widest = on_faces_of_a.max(on_faces_of_b).max_element() - contact;
        let mut squared = widest.max(0.0) * widest.max(0.0);
        for i in 0..3 {
            for j in 0..3 {
                let (gap, sine_squared) = self.crossed_gap(i, j);
                let gap = gap - contact;
                if gap > 0.0 && gap * gap > squared * sine_squared {
                    squared = gap * gap / sine_squared;
                }
            }
        }
        squared.sqrt()
    }

    /// The gap between the shadows on the cross product of axis i of `a` and axis j of `b`, in units of that product's
    /// length, and the square of this length, which is the sine between the two axes.
    ///
    /// The sine is taken from components, not as 1 − cos², which would lose it where the axes are nearly parallel.
    pub(super) fn crossed_gap(&self, i: usize, j: usize) -> (f64, f64) {
        let (k, l) = ((i + 1) % 3, (i + 2) % 3);
        let (m, n) = ((j + 1) % 3, (j + 2) % 3);
        let (axis_b, axis_a) = (self.a_from_b.col(j), self.b_from_a.col(i));
        let reach_a = axis_b[l].abs() * self.half_a[k] + axis_b[k].abs() * self.half_a[l];
        let reach_b = axis_a[n].abs() * self.half_b[m] + axis_a[m].abs() * self.half_b[n];
        let between = (axis_b[k] * self.b_in_a[l] - axis_b[l] * self.b_in_a[k]).abs();
        (between - reach_a - reach_b, axis_b[k] * axis_b[k] + axis_b[l] * axis_b[l])
    }
}
