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
        16.0 * f64::EPSILON * (self.b_in_a.abs().max_element() + self.half_a.max_element() + self.half_b.max_element())
    }

    /// What the fifteen separating axes (Gottschalk 1996) say of the pair.
    pub(super) fn gaps(&self) -> Gaps {
        let contact = self.contact();
        let on_faces_of_a = self.b_in_a.abs() - self.half_a - self.a_from_b.abs() * self.half_b;
        let on_faces_of_b = self.a_in_b.abs() - self.half_b - self.b_from_a.abs() * self.half_a;
        let widest = positive(on_faces_of_a.max(on_faces_of_b).max_element() - contact);
        let mut squared = widest * widest;
        let columns = self.a_from_b.to_cols_array_2d();
        let rows = self.b_from_a.to_cols_array_2d();
        let (half_a, half_b, between) = (self.half_a.to_array(), self.half_b.to_array(), self.b_in_a.to_array());
        let mut crossed = [[(0.0, 0.0); 3]; 3];
        for i in 0..3 {
            let (k, l) = ((i + 1) % 3, (i + 2) % 3);
            for j in 0..3 {
                let (m, n) = ((j + 1) % 3, (j + 2) % 3);
                let (axis_b, axis_a) = (columns[j], rows[i]);
                let reach_a = axis_b[l].abs() * half_a[k] + axis_b[k].abs() * half_a[l];
                let reach_b = axis_a[n].abs() * half_b[m] + axis_a[m].abs() * half_b[n];
                let gap = (axis_b[k] * between[l] - axis_b[l] * between[k]).abs() - reach_a - reach_b;
                // From components, not as 1 − cos², which would lose it where the axes are nearly parallel.
                let sine_squared = axis_b[k] * axis_b[k] + axis_b[l] * axis_b[l];
                crossed[i][j] = (gap, sine_squared);
                // What rounding may have added goes before the division magnifies it. The smallest number stands in
                // for a sine of zero, whose gap is nothing but rounding.
                let sure = positive(gap - contact);
                let here = sure * sure / (sine_squared + f64::MIN_POSITIVE);
                squared = if here > squared { here } else { squared };
            }
        }
        Gaps { certain: squared.sqrt(), crossed }
    }
}

/// The gaps between the shadows of two boxes on their separating axes.
pub(super) struct Gaps {
    /// The widest gap less what rounding may have added, metres: the distance surely reaches it. 0 where nothing
    /// proves the boxes apart.
    pub(super) certain: f64,
    /// For axis i of `a` and axis j of `b`: the gap on their cross product in units of its length (negative where the
    /// shadows overlap), and the square of this length, which is the sine of their angle.
    pub(super) crossed: [[(f64, f64); 3]; 3],
}

/// The number, or zero if it is negative; one instruction, unlike `f64::max`, which minds NaN.
fn positive(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}
