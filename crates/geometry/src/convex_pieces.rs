//! Regions of the plane as disjoint convex pieces: what is left of a floor when things are taken away from it.

use crate::{
    Polygon, Vec2, convex_hull,
    ring::{bounds, sides, signed_area},
};

/// Pieces of less area, m², are rounding artefacts and dropped.
const LEAST_M2: f64 = 1e-12;
/// Sides of less length, metres, are rounding artefacts too: they point anywhere.
const LEAST_SIDE_M: f64 = 1e-9;

/// A region of the plane cut into convex pieces that do not overlap, each counter-clockwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConvexPieces {
    pieces: Vec<Vec<Vec2>>,
}

impl ConvexPieces {
    /// A convex outline, counter-clockwise; nothing where it encloses no area.
    pub fn of_convex(outline: &[Vec2]) -> Self {
        let mut whole = Self::default();
        whole.keep(outline);
        whole
    }

    /// A polygon with its holes, cut along the horizontal through each of its vertices.
    pub fn of_polygon(polygon: &Polygon) -> Self {
        let mut heights: Vec<f64> = polygon.rings().flatten().map(|p| p.y).collect();
        heights.sort_by(f64::total_cmp);
        heights.dedup();
        let mut whole = Self::default();
        for slab in heights.windows(2) {
            let (low, high) = (slab[0], slab[1]);
            // Where each side that runs through the slab meets its lower and its upper end.
            let through = |(u, v): (Vec2, Vec2)| {
                let (u, v) = if u.y < v.y { (u, v) } else { (v, u) };
                let at = |y: f64| u.x + (v.x - u.x) * ((y - u.y) / (v.y - u.y)).clamp(0.0, 1.0);
                (u.y <= low && v.y >= high).then(|| (at(low), at(high)))
            };
            let mut across: Vec<(f64, f64)> = polygon.sides().filter_map(through).collect();
            across.sort_by(|a, b| (a.0 + a.1).total_cmp(&(b.0 + b.1)));
            for pair in across.chunks_exact(2) {
                let ((left, up_left), (right, up_right)) = (pair[0], pair[1]);
                let corners = [(left, low), (right, low), (up_right, high), (up_left, high)];
                whole.keep(&corners.map(|(x, y)| Vec2::new(x, y)));
            }
        }
        whole
    }

    /// Takes a convex outline, counter-clockwise, away.
    pub fn remove(&mut self, outline: &[Vec2]) {
        let outline = &plain(outline)[..];
        if outline.len() < 3 {
            return;
        }
        let (low, high) = bounds(outline);
        let pieces = std::mem::take(&mut self.pieces);
        for piece in pieces {
            let (from, to) = bounds(&piece);
            let mut inside = piece.clone();
            if from.cmple(high).all() && low.cmple(to).all() {
                for (u, v) in sides(outline) {
                    inside = clipped(&inside, |p| (v - u).perp_dot(p - u));
                }
            } else {
                inside.clear();
            }
            if signed_area(&inside) <= LEAST_M2 {
                self.pieces.push(piece);
                continue;
            }
            let mut rest = piece;
            for (u, v) in sides(outline) {
                self.keep(&clipped(&rest, |p| (u - v).perp_dot(p - u)));
                rest = clipped(&rest, |p| (v - u).perp_dot(p - u));
            }
        }
    }

    /// Adds a convex outline, counter-clockwise, as far as it is not there yet.
    pub fn add(&mut self, outline: &[Vec2]) {
        let mut more = Self::of_convex(outline);
        for piece in &self.pieces {
            more.remove(piece);
        }
        self.pieces.append(&mut more.pieces);
    }

    /// Keeps what lies at `least` or beyond along `normal`.
    pub fn retain_beyond(&mut self, normal: Vec2, least: f64) {
        for piece in std::mem::take(&mut self.pieces) {
            self.keep(&clipped(&piece, |p| normal.dot(p) - least));
        }
    }

    /// The area of all pieces, m².
    pub fn area_m2(&self) -> f64 {
        self.pieces.iter().map(|piece| signed_area(piece)).sum()
    }

    /// The outlines of the pieces, each counter-clockwise.
    pub fn pieces(&self) -> &[Vec<Vec2>] {
        &self.pieces
    }

    /// Whether a piece holds the point; outlines belong to their pieces, and a hair of 1e-9 m around them, so that
    /// nothing falls between two pieces.
    pub fn contains(&self, p: Vec2) -> bool {
        let holds = |(u, v): (Vec2, Vec2)| (v - u).perp_dot(p - u) >= -1e-9 * (v - u).length();
        self.pieces.iter().any(|piece| sides(piece).all(holds))
    }

    fn keep(&mut self, outline: &[Vec2]) {
        let outline = plain(outline);
        if signed_area(&outline) > LEAST_M2 {
            self.pieces.push(outline);
        }
    }
}

/// The Minkowski sum of two convex outlines: everywhere the second can reach when it is moved so that its origin lies
/// in the first. All three are counter-clockwise; a point or a segment is an outline too.
pub fn minkowski_sum(a: &[Vec2], b: &[Vec2]) -> Vec<Vec2> {
    // Sides too short to have a direction have no place among the others.
    let has_directions = |ring: &[Vec2]| sides(ring).all(|(u, v)| u.distance(v) > LEAST_SIDE_M);
    if !has_directions(a) || !has_directions(b) {
        return convex_hull(&a.iter().flat_map(|p| b.iter().map(move |q| p + q)).collect::<Vec<_>>());
    }
    let (start_a, start_b) = (first(a), first(b));
    let (n, m) = (a.len(), b.len());
    let side = |ring: &[Vec2], at: usize| ring[(at + 1) % ring.len()] - ring[at % ring.len()];
    let (mut i, mut j) = (0, 0);
    let mut sums = Vec::with_capacity(n + m);
    // The sides of both in the order of their directions.
    while n > 0 && m > 0 && (i < n || j < m) {
        sums.push(a[(start_a + i) % n] + b[(start_b + j) % m]);
        let (u, v) = (side(a, start_a + i), side(b, start_b + j));
        if j == m || i < n && is_before(u, v) {
            i += 1;
        } else {
            j += 1;
        }
    }
    convex_hull(&sums)
}

/// Position of the vertex of least x, then least y.
fn first(ring: &[Vec2]) -> usize {
    let order = |p: &Vec2, q: &Vec2| p.x.total_cmp(&q.x).then(p.y.total_cmp(&q.y));
    (0..ring.len()).min_by(|p, q| order(&ring[*p], &ring[*q])).unwrap_or(0)
}

/// Whether a side comes first on the way around from the vertex of least x.
fn is_before(u: Vec2, v: Vec2) -> bool {
    let is_return = |side: Vec2| side.x < 0.0 || side.x == 0.0 && side.y < 0.0;
    match (is_return(u), is_return(v)) {
        (false, true) => true,
        (true, false) => false,
        _ => u.perp_dot(v) > 0.0,
    }
}

/// An outline without corners that stand in one place.
fn plain(outline: &[Vec2]) -> Vec<Vec2> {
    let mut plain: Vec<Vec2> = Vec::with_capacity(outline.len());
    for corner in outline {
        if plain.last().is_none_or(|last| last.distance(*corner) > LEAST_SIDE_M) {
            plain.push(*corner);
        }
    }
    while plain.len() > 1 && plain[0].distance(plain[plain.len() - 1]) <= LEAST_SIDE_M {
        plain.pop();
    }
    plain
}

/// What of a convex outline lies where `side` is not negative.
fn clipped(outline: &[Vec2], side: impl Fn(Vec2) -> f64) -> Vec<Vec2> {
    let mut kept = Vec::with_capacity(outline.len() + 1);
    for (p, q) in sides(outline) {
        let (at_p, at_q) = (side(p), side(q));
        if at_p >= 0.0 {
            kept.push(p);
        }
        if (at_p > 0.0 && at_q < 0.0) || (at_p < 0.0 && at_q > 0.0) {
            kept.push(p + (q - p) * (at_p / (at_p - at_q)));
        }
    }
    kept
}
