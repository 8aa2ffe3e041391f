//! The outline of a box seen from straight above.

use crate::{OrientedBox, Vec2};

/// Room for the vertices of an outline. The shadow of a box has at most six; eight leaves room for its corners.
const CAPACITY: usize = 8;

/// A sliver side shorter than this part of the longest is a rounding artefact of an upright box and is dropped.
const SLIVER: f64 = 1e-12;

/// A convex outline in the horizontal plane, counter-clockwise, without repeated vertices.
///
/// It has two vertices where the box is a wall seen edge-on, and one where it is a vertical line or a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    vertices: [Vec2; CAPACITY],
    count: usize,
}

impl Footprint {
    /// The vertices in world x and y, metres, counter-clockwise.
    pub fn vertices(&self) -> &[Vec2] {
        &self.vertices[..self.count]
    }

    /// The sides as pairs of vertices; a segment has two (there and back), a point none.
    pub fn sides(&self) -> impl Iterator<Item = (Vec2, Vec2)> + '_ {
        let v = self.vertices();
        let sides = if v.len() < 2 { 0 } else { v.len() };
        (0..sides).map(move |i| (v[i], v[(i + 1) % v.len()]))
    }

    /// The enclosed area, m²; 0 for a segment or a point.
    pub fn area_m2(&self) -> f64 {
        let origin = self.vertices[0];
        let twice: f64 = self.sides().map(|(p, q)| (p - origin).perp_dot(q - origin)).sum();
        (twice / 2.0).max(0.0)
    }

    /// The length of the outline, metres; twice the length for a segment.
    pub fn perimeter_m(&self) -> f64 {
        self.sides().map(|(p, q)| p.distance(q)).sum()
    }

    /// Whether `p` lies within the outline; the outline belongs to it, to about 1e-15 of its size.
    pub fn contains(&self, p: Vec2) -> bool {
        let inside = |(u, v): (Vec2, Vec2)| {
            let (along, to) = (v - u, p - u);
            along.perp_dot(to) >= -4.0 * f64::EPSILON * along.length() * to.length()
        };
        match self.vertices() {
            [only] => *only == p,
            [u, v] => crate::ring::segment_point_distance(*u, *v, p) <= 4.0 * f64::EPSILON * u.distance(*v),
            _ => self.sides().all(inside),
        }
    }
}

impl OrientedBox {
    /// The outline of the box seen from above: its corners projected on world x and y.
    ///
    /// The shadow of a box is the Minkowski sum of the shadows of its three axes, so its sides are those three
    /// vectors in order of direction, then their opposites.
    pub fn footprint(&self) -> Footprint {
        let axes = self.axes();
        let mut sides = [0, 1, 2].map(|i| {
            let side = axes.col(i).truncate() * (2.0 * self.half()[i]);
            // Upper half plane, so that one cross product orders two of them.
            if side.y < 0.0 || (side.y == 0.0 && side.x < 0.0) { -side } else { side }
        });
        join_parallel(&mut sides);
        order_by_direction(&mut sides);
        let mut outline = Footprint { vertices: [Vec2::ZERO; CAPACITY], count: 0 };
        let mut at = self.centre().truncate() - (sides[0] + sides[1] + sides[2]) / 2.0;
        for side in sides.into_iter().chain(sides.map(|s| -s)) {
            if side != Vec2::ZERO {
                outline.vertices[outline.count] = at;
                outline.count += 1;
                at += side;
            }
        }
        if outline.count == 0 {
            outline.vertices[0] = at;
            outline.count = 1;
        }
        outline
    }
}

/// Drops slivers and joins parallel sides into one, so that no vertex lies on a side and an outline seen edge-on is
/// a segment.
fn join_parallel(sides: &mut [Vec2; 3]) {
    let longest = sides.iter().fold(0.0_f64, |long, s| long.max(s.length_squared()));
    for side in sides.iter_mut() {
        if side.length_squared() <= SLIVER * SLIVER * longest {
            *side = Vec2::ZERO;
        }
    }
    for (i, j) in [(0, 1), (0, 2), (1, 2)] {
        let (u, v) = (sides[i], sides[j]);
        let sine = u.perp_dot(v);
        if sine * sine <= SLIVER * SLIVER * u.length_squared() * v.length_squared() {
            // A side of zero is parallel to every other and leaves it as it is.
            sides[i] = if u.dot(v) < 0.0 { u - v } else { u + v };
            sides[j] = Vec2::ZERO;
        }
    }
}

/// Counter-clockwise order of vectors of the upper half plane; three exchanges sort three.
fn order_by_direction(sides: &mut [Vec2; 3]) {
    for (i, j) in [(0, 1), (1, 2), (0, 1)] {
        // Zero stands anywhere to a cross product; put last, it does not hide a pair in disorder.
        if sides[i] == Vec2::ZERO || sides[i].perp_dot(sides[j]) < 0.0 {
            sides.swap(i, j);
        }
    }
}
