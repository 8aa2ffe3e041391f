//! A box as a centre and three half edges, measured by enumeration and by slices.

use scene::geometry::{OrientedBox, Vec3};

/// Length ratio under which two directions count as parallel.
const PARALLEL: f64 = 1e-12;

#[derive(Debug, Clone, Copy)]
pub(super) struct Solid {
    pub(super) centre: Vec3,
    pub(super) axes: [Vec3; 3],
    /// From the centre to the middle of three faces.
    edges: [Vec3; 3],
}

impl Solid {
    pub(super) fn new(bounds: &OrientedBox) -> Self {
        let axes = bounds.axes();
        Self::along(bounds.centre(), [axes.x_axis, axes.y_axis, axes.z_axis], bounds.half())
    }

    fn along(centre: Vec3, axes: [Vec3; 3], half: Vec3) -> Self {
        Self { centre, axes, edges: [axes[0] * half.x, axes[1] * half.y, axes[2] * half.z] }
    }

    pub(super) fn corners(&self) -> Vec<Vec3> {
        let sign = |bit: usize, at: usize| if bit >> at & 1 == 1 { 1.0 } else { -1.0 };
        (0..8).map(|bit| (0..3).fold(self.centre, |p, at| p + self.edges[at] * sign(bit, at))).collect()
    }

    /// Least and greatest coordinate of a corner along a world axis.
    pub(super) fn span(&self, axis: usize) -> (f64, f64) {
        let of = |p: &Vec3| p[axis];
        let corners = self.corners();
        (corners.iter().map(of).fold(f64::INFINITY, f64::min), corners.iter().map(of).fold(-f64::INFINITY, f64::max))
    }

    /// The world-aligned box around it.
    pub(super) fn aligned(&self) -> Self {
        let half = |axis: usize| (self.span(axis).1 - self.span(axis).0) / 2.0;
        Self::along(self.centre, [Vec3::X, Vec3::Y, Vec3::Z], Vec3::new(half(0), half(1), half(2)))
    }

    /// Lengths of the three sides.
    pub(super) fn sides(&self) -> [f64; 3] {
        self.edges.map(|edge| 2.0 * edge.length())
    }

    /// Area seen from above: that of a zonogon, the sum over pairs of its generators.
    pub(super) fn shadow_m2(&self) -> f64 {
        let [a, b, c] = self.edges.map(|edge| edge.truncate() * 2.0);
        a.perp_dot(b).abs() + b.perp_dot(c).abs() + c.perp_dot(a).abs()
    }
}

/// Least distance between two boxes after every coordinate is multiplied by `keep` (0 leaves it out).
///
/// The least norm of a point of a zonotope: some minimiser has at most three coordinates off their ends, along
/// independent directions, so all such choices are tried.
pub(super) fn least_distance(a: &Solid, b: &Solid, keep: Vec3) -> f64 {
    let offset = (a.centre - b.centre) * keep;
    let [p, q, r] = a.edges;
    let [s, t, u] = b.edges;
    let columns = [p, q, r, s, t, u].map(|column| column * keep);
    (0_usize..64)
        .filter(|free| free.count_ones() <= 3)
        .fold(f64::INFINITY, |best, free| best.min(least_on(offset, &columns, free)))
}

/// The least over all choices of ends for the columns that are not in `free`.
fn least_on(offset: Vec3, columns: &[Vec3; 6], free: usize) -> f64 {
    let mut basis: Vec<(Vec3, usize)> = Vec::with_capacity(3);
    for at in (0..6).filter(|at| free >> at & 1 == 1) {
        // Twice is enough (Kahan): the second pass removes what rounding left of the first.
        let project = |v: Vec3| basis.iter().fold(v, |v, (unit, _)| v - *unit * unit.dot(v));
        let rest = project(project(columns[at]));
        if rest.length() <= PARALLEL * columns[at].length() {
            return f64::INFINITY;
        }
        basis.push((rest.normalize(), at));
    }
    let ends = !free & 63;
    let mut least = f64::INFINITY;
    // All subsets of `ends` go to their upper end, the others to their lower.
    let mut upper = ends;
    loop {
        let mut v = offset;
        for (at, column) in columns.iter().enumerate().filter(|(at, _)| ends >> at & 1 == 1) {
            v += if upper >> at & 1 == 1 { *column } else { -*column };
        }
        // From the last column back, each is the only one left with a part along its own basis vector.
        for (unit, at) in basis.iter().rev() {
            v += columns[*at] * (-unit.dot(v) / unit.dot(columns[*at])).clamp(-1.0, 1.0);
        }
        least = least.min(v.length());
        if upper == 0 {
            return least;
        }
        upper = (upper - 1) & ends;
    }
}

/// Area that the two shadows share, by slices along x between which every border is straight.
pub(super) fn shared_shadow_m2(a: &Solid, b: &Solid) -> f64 {
    let origin = a.centre;
    let corners = [a, b].map(|solid| solid.corners().into_iter().map(|p| p - origin).collect::<Vec<_>>());
    let mut xs: Vec<f64> = corners.iter().flatten().map(|p| p.x).collect();
    xs.sort_by(f64::total_cmp);
    xs.windows(2).map(|pair| slice_m2(&corners, pair[0], pair[1])).sum()
}

/// Shared area between two x with no corner between them.
fn slice_m2(corners: &[Vec<Vec3>; 2], from: f64, to: f64) -> f64 {
    let width = to - from;
    if width <= 1e-13 {
        return 0.0;
    }
    // Borders are straight here: two inner points give their ends, where vertical sides would be ambiguous.
    let ends = |of: &dyn Fn(f64) -> f64| {
        let (p, q) = (of(from + width / 4.0), of(from + width * 3.0 / 4.0));
        [p * 1.5 - q * 0.5, q * 1.5 - p * 0.5]
    };
    let [low_a, low_b] = [0, 1].map(|which| ends(&|x| border(&corners[which], x, f64::min, f64::INFINITY)));
    let [high_a, high_b] = [0, 1].map(|which| ends(&|x| border(&corners[which], x, f64::max, -f64::INFINITY)));
    // Only one of the two shadows is here.
    if ![low_a, low_b, high_a, high_b].as_flattened().iter().all(|y| y.is_finite()) {
        return 0.0;
    }
    let at = |line: [f64; 2], t: f64| line[0] + (line[1] - line[0]) * t;
    let height = |t: f64| (at(high_a, t).min(at(high_b, t)) - at(low_a, t).max(at(low_b, t))).max(0.0);
    let mut cuts = vec![0.0, 1.0];
    for (p, q) in [(low_a, low_b), (high_a, high_b), (low_a, high_b), (low_b, high_a)] {
        let (start, end) = (p[0] - q[0], p[1] - q[1]);
        if start * end < 0.0 {
            cuts.push(start / (start - end));
        }
    }
    cuts.sort_by(f64::total_cmp);
    cuts.windows(2).map(|t| f64::midpoint(height(t[0]), height(t[1])) * (t[1] - t[0])).sum::<f64>() * width
}

/// The y furthest to one side of all lines between two corners over x.
fn border(corners: &[Vec3], x: f64, further: fn(f64, f64) -> f64, none: f64) -> f64 {
    let pairs = corners.iter().flat_map(|p| corners.iter().map(move |q| (p, q)));
    pairs
        .filter(|(p, q)| p.x < x && x < q.x)
        .map(|(p, q)| p.y + (q.y - p.y) * ((x - p.x) / (q.x - p.x)))
        .fold(none, further)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solid(centre: [f64; 3], size: [f64; 3], yaw_deg: f64) -> Solid {
        let half = Vec3::from_array(size) / 2.0;
        Solid::new(&OrientedBox::upright(Vec3::from_array(centre), half, yaw_deg.to_radians()).unwrap())
    }

    fn near(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-12, "{left} is not {right}");
    }

    #[test]
    fn distances_by_hand() {
        let cube = solid([0.0; 3], [2.0; 3], 0.0);
        let all = Vec3::ONE;
        near(least_distance(&cube, &solid([5.0, 0.0, 0.0], [2.0; 3], 0.0), all), 3.0); // face to face
        near(least_distance(&cube, &solid([4.0, 5.0, 0.0], [2.0; 3], 0.0), all), 13.0_f64.sqrt()); // edge to edge
        near(least_distance(&cube, &solid([4.0, 5.0, 8.0], [2.0; 3], 0.0), all), 7.0); // corner to corner: 2, 3, 6
        near(least_distance(&cube, &solid([4.0, 0.0, 0.0], [2.0; 3], 45.0), all), 3.0 - 2.0_f64.sqrt()); // edge to face
        near(least_distance(&cube, &solid([2.0, 0.0, 0.0], [2.0; 3], 0.0), all), 0.0); // touching
        near(least_distance(&cube, &solid([0.5, 0.2, 0.1], [0.1; 3], 30.0), all), 0.0); // inside
        near(least_distance(&cube, &solid([9.0, 0.0, 0.0], [0.0; 3], 0.0), all), 8.0); // to a point
        near(least_distance(&cube, &solid([5.0, 0.0, 9.0], [2.0; 3], 0.0), Vec3::new(1.0, 1.0, 0.0)), 3.0);
        near(least_distance(&cube, &solid([5.0, 0.0, 9.0], [2.0; 3], 0.0), Vec3::Z), 7.0);
    }

    #[test]
    fn shadows_by_hand() {
        let square = solid([0.0; 3], [2.0, 2.0, 1.0], 0.0);
        near(square.shadow_m2(), 4.0);
        near(solid([3.0, 1.0, 7.0], [2.0, 3.0, 1.0], 33.0).shadow_m2(), 6.0);
        near(shared_shadow_m2(&square, &solid([1.0, 1.0, 5.0], [2.0, 2.0, 1.0], 0.0)), 1.0);
        near(shared_shadow_m2(&square, &solid([0.0, 0.0, 5.0], [1.0, 1.0, 1.0], 20.0)), 1.0);
        near(shared_shadow_m2(&square, &solid([3.0, 0.0, 0.0], [2.0, 2.0, 1.0], 0.0)), 0.0);
        // Two unit-circle squares turned by 45°: a regular octagon of inradius 1.
        near(shared_shadow_m2(&square, &solid([0.0; 3], [2.0, 2.0, 1.0], 45.0)), 8.0 * (2.0_f64.sqrt() - 1.0));
    }

    #[test]
    fn spans_and_sides() {
        let turned = solid([1.0, 2.0, 3.0], [2.0, 2.0, 4.0], 45.0);
        near(turned.span(0).1, 1.0 + 2.0_f64.sqrt());
        near(turned.span(2).0, 1.0);
        near(turned.aligned().sides()[1], 8.0_f64.sqrt());
    }
}
