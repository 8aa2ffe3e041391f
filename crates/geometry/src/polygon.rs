//! Simple polygons with holes, such as the floor of a room.

use crate::Vec2;
use crate::ring::{cross_properly, segment_point_distance, sides, signed_area};

/// A simple polygon in the horizontal plane, perhaps with holes.
///
/// Rings are kept without repeated vertices, in one canonical order (exterior counter-clockwise, holes clockwise,
/// from the least vertex), so that every measure is the same to the last bit whatever order they were given in.
#[derive(Clone, Debug, PartialEq)]
pub struct Polygon {
    exterior: Vec<Vec2>,
    holes: Vec<Vec<Vec2>>,
}

/// Why rings do not make a polygon. Ring 0 is the exterior, ring 1 the first hole.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PolygonError {
    /// A coordinate is `NaN`, infinite or beyond 1e9 m.
    #[error("vertex {vertex} of ring {ring} is not finite, or beyond 1e9 m")]
    NotFinite {
        /// Which ring.
        ring: usize,
        /// Which vertex of it.
        vertex: usize,
    },
    /// Fewer than three different vertices in a row.
    #[error("ring {ring} has {count} different vertices: a polygon needs three")]
    TooFew {
        /// Which ring.
        ring: usize,
        /// How many vertices are left without repetitions.
        count: usize,
    },
    /// The ring encloses nothing.
    #[error("ring {ring} encloses no area (hint: are its points on a line?)")]
    NoArea {
        /// Which ring.
        ring: usize,
    },
    /// Two sides cross, within a ring or of two rings.
    #[error("a side of ring {ring} crosses a side of ring {other} (hint: order the vertices along the outline)")]
    Crossing {
        /// One ring.
        ring: usize,
        /// The other, perhaps the same.
        other: usize,
    },
    /// A hole lies outside the exterior or inside another hole.
    #[error("hole {ring} is not inside the exterior, or is inside another hole")]
    Misplaced {
        /// Which ring.
        ring: usize,
    },
}

/// A ring without repetitions, in canonical order.
fn canonical(ring: &[Vec2], index: usize) -> Result<Vec<Vec2>, PolygonError> {
    let usable = |p: &Vec2| p.abs().max_element() <= 1e9 && p.is_finite();
    if let Some(vertex) = ring.iter().position(|p| !usable(p)) {
        return Err(PolygonError::NotFinite { ring: index, vertex });
    }
    let mut ring: Vec<Vec2> = ring.iter().map(|p| p + Vec2::ZERO).collect();
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if ring.len() < 3 {
        return Err(PolygonError::TooFew { ring: index, count: ring.len() });
    }
    let area = signed_area(&ring);
    let reach = ring.iter().fold(0.0_f64, |reach, p| reach.max(p.distance_squared(ring[0])));
    if area.abs() <= 16.0 * f64::EPSILON * reach {
        return Err(PolygonError::NoArea { ring: index });
    }
    if (area > 0.0) != (index == 0) {
        ring.reverse();
    }
    let least =
        (0..ring.len()).min_by(|i, j| ring[*i].x.total_cmp(&ring[*j].x).then(ring[*i].y.total_cmp(&ring[*j].y)));
    ring.rotate_left(least.unwrap_or(0));
    Ok(ring)
}

/// Whether a side of one ring properly crosses a side of the other.
fn rings_cross(a: &[Vec2], b: &[Vec2]) -> bool {
    sides(a).any(|p| sides(b).any(|q| cross_properly(p, q)))
}

/// Even–odd rule; what is exactly on a side may fall either way.
fn inside_ring(ring: &[Vec2], p: Vec2) -> bool {
    let crossings = sides(ring).filter(|(u, v)| {
        // Half open in y, so that a ray through a vertex counts it once.
        (u.y > p.y) != (v.y > p.y) && ((*v - *u).perp_dot(p - *u) > 0.0) == (v.y > u.y)
    });
    crossings.count() % 2 == 1
}

impl Polygon {
    /// A polygon from its outline and its holes, metres, in any winding; a repeated last vertex is dropped.
    ///
    /// Rings must have three different finite vertices, an area, and sides that do not cross; holes must lie in the
    /// exterior and not in each other. Rings may touch.
    pub fn new(exterior: &[Vec2], holes: &[Vec<Vec2>]) -> Result<Self, PolygonError> {
        let mut rings = vec![canonical(exterior, 0)?];
        for (i, hole) in holes.iter().enumerate() {
            rings.push(canonical(hole, i + 1)?);
        }
        for ring in 0..rings.len() {
            if let Some(other) = (ring..rings.len()).find(|other| rings_cross(&rings[ring], &rings[*other])) {
                return Err(PolygonError::Crossing { ring, other });
            }
        }
        let within = |inner: &[Vec2], outer: &[Vec2]| {
            // Without crossings one point inside decides; vertices and middles of sides may lie on the other ring.
            let on = |p: Vec2| sides(outer).any(|(u, v)| segment_point_distance(u, v, p) == 0.0);
            let probes = sides(inner).flat_map(|(u, v)| [u, u.midpoint(v)]);
            probes.into_iter().find(|p| !on(*p)).is_none_or(|p| inside_ring(outer, p))
        };
        for ring in 1..rings.len() {
            let nested = (1..rings.len()).any(|other| other != ring && within(&rings[ring], &rings[other]));
            if nested || !within(&rings[ring], &rings[0]) {
                return Err(PolygonError::Misplaced { ring });
            }
        }
        let holes = rings.split_off(1);
        let exterior = rings.pop().unwrap_or_default();
        Ok(Self { exterior, holes })
    }

    /// The outline, counter-clockwise, metres.
    pub fn exterior(&self) -> &[Vec2] {
        &self.exterior
    }

    /// The holes, each clockwise, metres.
    pub fn holes(&self) -> &[Vec<Vec2>] {
        &self.holes
    }

    /// The outline, then the holes.
    pub fn rings(&self) -> impl Iterator<Item = &[Vec2]> {
        std::iter::once(self.exterior.as_slice()).chain(self.holes.iter().map(Vec::as_slice))
    }

    /// The sides of the outline, then those of the holes, as pairs of vertices.
    pub fn sides(&self) -> impl Iterator<Item = (Vec2, Vec2)> {
        self.rings().flat_map(sides)
    }

    /// The area without the holes, m².
    pub fn area_m2(&self) -> f64 {
        self.rings().map(signed_area).sum::<f64>().max(0.0)
    }

    /// The length of the outline and of the edges of the holes, metres.
    pub fn perimeter_m(&self) -> f64 {
        self.sides().map(|(u, v)| u.distance(v)).sum()
    }

    /// Whether `p` lies in the polygon; outline and edges of holes belong to it.
    pub fn contains(&self, p: Vec2) -> bool {
        let odd = self.rings().filter(|ring| inside_ring(ring, p)).count() % 2 == 1;
        odd || self.sides().any(|(u, v)| segment_point_distance(u, v, p) == 0.0)
    }

    /// The distance from `p` to the polygon, metres; 0 inside.
    pub fn distance_m(&self, p: Vec2) -> f64 {
        if self.contains(p) { 0.0 } else { self.border_distance_m(p) }
    }

    /// The distance from `p` to the nearest side (of the outline or a hole), metres, from inside as from outside.
    pub fn border_distance_m(&self, p: Vec2) -> f64 {
        self.sides().map(|(u, v)| segment_point_distance(u, v, p)).fold(f64::INFINITY, f64::min)
    }
}
