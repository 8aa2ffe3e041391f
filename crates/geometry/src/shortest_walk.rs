//! Shortest walks in the plane around convex obstacles.

use std::{cmp::Ordering, collections::BinaryHeap};

use crate::{
    ConvexPieces, Vec2,
    ring::{bounds, segment_point_distance, sides},
};

/// How deep a way must lead into an obstacle to be blocked, metres; touching is free.
const DEPTH_M: f64 = 1e-9;

/// The length of the shortest way over `floor` from one convex outline to another that leads through no obstacle,
/// metres; `None` where there is none. Outlines are counter-clockwise and part of what they enclose; `from` and `to` may be
/// left and entered anywhere on their border, and are no obstacles themselves.
///
/// Best-first search (Hart, Nilsson, Raphael 1968) over the corners of all outlines and the places where borders cross
/// those of `from` and `to`; whether two places see each other is tested when the search comes to it. A way made of these
/// is shortest: it bends only around corners of obstacles, and where it leaves an outline it is perpendicular to it, or at
/// a corner of it, or held by an obstacle.
pub fn shortest_walk_m(floor: &ConvexPieces, obstacles: &[Vec<Vec2>], from: &[Vec2], to: &[Vec2]) -> Option<f64> {
    let obstacles: Vec<Obstacle> = obstacles.iter().filter(|outline| outline.len() > 2).map(Obstacle::new).collect();
    let ground = Ground::new(floor, &obstacles);
    let met = |outline: &[Vec2], border: &[Vec2]| -> Vec<Vec2> {
        sides(border).flat_map(|border| sides(outline).filter_map(move |side| crossing(side, border))).collect()
    };
    let met_around = |outline: &[Vec2]| -> Vec<Vec2> {
        let (low, high) = bounds(outline);
        let near = obstacles.iter().filter(|obstacle| obstacle.reaches(low, high));
        near.flat_map(|obstacle| met(outline, obstacle.outline)).collect()
    };
    let met = [met_around(from), met_around(to), met(from, to)].concat();
    let ends = from.iter().chain(to).copied().chain(met).map(Place::anywhere);
    let corners = obstacles.iter().flat_map(|obstacle| corners(obstacle.outline));
    let mut places: Vec<Place> = corners.chain(ends).filter(|place| ground.free(place.at)).collect();
    let start: Vec<(Vec2, f64)> = places.iter().map(|place| nearest(from, place.at)).collect();
    let goal: Vec<(Vec2, f64)> = places.iter().map(|place| nearest(to, place.at)).collect();
    for (place, (start, goal)) in places.iter_mut().zip(start.iter().zip(&goal)) {
        // A way that begins or ends at a place does not bend there.
        if start.1 <= 0.0 || goal.1 <= 0.0 {
            *place = Place::anywhere(place.at);
        }
    }
    let mut open: BinaryHeap<Leg> = BinaryHeap::new();
    for (at, ((from, way), (_, rest))) in start.iter().zip(&goal).enumerate() {
        if places[at].may_bend(*from) {
            open.push(Leg { estimate: way + rest, way: *way, from: *from, to: Some(at) });
        }
    }
    let mut is_settled = vec![false; places.len()];
    while let Some(Leg { way, from, to, .. }) = open.pop() {
        let Some(at) = to else {
            return Some(way);
        };
        let here = &places[at];
        if is_settled[at] || !ground.sees(from, here.at) {
            continue;
        }
        is_settled[at] = true;
        if here.may_bend(goal[at].0) && ground.sees(here.at, goal[at].0) {
            let whole = way + goal[at].1;
            open.push(Leg { estimate: whole, way: whole, from: here.at, to: None });
        }
        for (next, place) in places.iter().enumerate() {
            if !is_settled[next] && here.may_bend(place.at) && place.may_bend(here.at) {
                let way = way + here.at.distance(place.at);
                open.push(Leg { estimate: way + goal[next].1, way, from: here.at, to: Some(next) });
            }
        }
    }
    None
}

/// A straight part of a way, not yet known to be free.
struct Leg {
    /// Length of the way with it, and at least as much further as the goal is away.
    estimate: f64,
    /// Length of the way with it.
    way: f64,
    /// Where it begins.
    from: Vec2,
    /// Number of the place where it ends; none for the goal.
    to: Option<usize>,
}

/// The greatest has the least estimate.
impl Ord for Leg {
    fn cmp(&self, other: &Self) -> Ordering {
        other.estimate.total_cmp(&self.estimate)
    }
}

impl PartialOrd for Leg {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Leg {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Leg {}

/// Where a way may bend, begin or end.
#[derive(Clone, Copy)]
struct Place {
    at: Vec2,
    /// Of a corner, the directions of the two sides that meet there; zero where a way may come from everywhere.
    sides: [Vec2; 2],
}

impl Place {
    fn anywhere(at: Vec2) -> Self {
        Self { at, sides: [Vec2::ZERO; 2] }
    }

    /// Whether a shortest way that leads to a point, or comes from it, may bend here: only around the corner, so that both
    /// its sides lie on one side of the way.
    fn may_bend(&self, point: Vec2) -> bool {
        let way = point - self.at;
        let [one, other] = self.sides.map(|side| way.perp_dot(side));
        one * other >= -STRAIGHT * way.length_squared()
    }
}

/// Sine of an angle that counts as none.
const STRAIGHT: f64 = 1e-9;

fn corners(outline: &[Vec2]) -> impl Iterator<Item = Place> {
    let count = outline.len();
    (0..count).map(move |at| {
        let side = |other: usize| (outline[other % count] - outline[at]).normalize_or_zero();
        Place { at: outline[at], sides: [side(at + count - 1), side(at + 1)] }
    })
}

struct Obstacle<'a> {
    outline: &'a [Vec2],
    low: Vec2,
    high: Vec2,
    /// Its sides, each moved inward a hair.
    borders: Vec<Border>,
}

/// A straight line with an inside.
struct Border {
    inward: Vec2,
    offset: f64,
}

impl Border {
    /// How far inside a point lies, times the length of the side.
    fn inside(&self, p: Vec2) -> f64 {
        self.inward.dot(p) - self.offset
    }
}

impl<'a> Obstacle<'a> {
    fn new(outline: &'a Vec<Vec2>) -> Self {
        let (low, high) = bounds(outline);
        let border = |(u, v): (Vec2, Vec2)| {
            let inward = (v - u).perp();
            Border { inward, offset: inward.dot(u) + DEPTH_M * inward.length() }
        };
        Self { outline, low, high, borders: sides(outline).map(border).collect() }
    }

    /// Whether a rectangle along the axes may touch it.
    fn reaches(&self, low: Vec2, high: Vec2) -> bool {
        low.cmple(self.high + DEPTH_M).all() && high.cmpge(self.low - DEPTH_M).all()
    }

    /// Whether a point lies inside.
    fn holds(&self, p: Vec2) -> bool {
        p.cmpge(self.low).all() && p.cmple(self.high).all() && self.borders.iter().all(|border| border.inside(p) > 0.0)
    }

    /// Whether a segment leads through the inside.
    fn blocks(&self, p: Vec2, q: Vec2) -> bool {
        if p.max(q).cmplt(self.low).any() || p.min(q).cmpgt(self.high).any() {
            return false;
        }
        // The part of the segment inside all borders.
        let (mut first, mut last) = (0.0_f64, 1.0_f64);
        for border in &self.borders {
            let (start, end) = (border.inside(p), border.inside(q));
            if start <= 0.0 && end <= 0.0 {
                return false;
            }
            let cut = start / (start - end);
            if start < 0.0 {
                first = first.max(cut);
            } else if end < 0.0 {
                last = last.min(cut);
            }
        }
        first < last
    }
}

struct Ground<'a> {
    floor: &'a ConvexPieces,
    obstacles: &'a [Obstacle<'a>],
    /// Where the strips begin, and how wide each is.
    left: f64,
    width: f64,
    /// The obstacles that reach into each strip.
    strips: Vec<Vec<&'a Obstacle<'a>>>,
}

/// Strips from left to right into which the ground is cut, so that a place is held against few obstacles.
const STRIPS: usize = 32;

impl<'a> Ground<'a> {
    fn new(floor: &'a ConvexPieces, obstacles: &'a [Obstacle<'a>]) -> Self {
        let left = obstacles.iter().fold(f64::INFINITY, |left, obstacle| left.min(obstacle.low.x));
        let right = obstacles.iter().fold(f64::NEG_INFINITY, |right, obstacle| right.max(obstacle.high.x));
        let width = (right - left) / STRIPS as f64;
        let mut ground = Self { floor, obstacles, left, width, strips: vec![Vec::new(); STRIPS] };
        for obstacle in obstacles {
            for strip in ground.strip(obstacle.low)..=ground.strip(obstacle.high) {
                ground.strips[strip].push(obstacle);
            }
        }
        ground
    }

    /// The strip that a place lies in; the nearest, where it lies in none.
    fn strip(&self, p: Vec2) -> usize {
        (((p.x - self.left) / self.width) as usize).min(STRIPS - 1)
    }

    fn free(&self, p: Vec2) -> bool {
        !self.strips[self.strip(p)].iter().any(|obstacle| obstacle.holds(p)) && self.floor.contains(p)
    }

    /// Whether the straight way between two places is free. The border of the floor is among the obstacles, so that one
    /// place on the floor suffices.
    fn sees(&self, p: Vec2, q: Vec2) -> bool {
        !self.obstacles.iter().any(|obstacle| obstacle.blocks(p, q)) && self.floor.contains(p.midpoint(q))
    }
}

/// The point of a convex outline nearest to `p`, which is `p` itself inside, and how far that is.
fn nearest(outline: &[Vec2], p: Vec2) -> (Vec2, f64) {
    if outline.len() > 2 && sides(outline).all(|(u, v)| (v - u).perp_dot(p - u) >= 0.0) {
        return (p, 0.0);
    }
    let foot = |(u, v): (Vec2, Vec2)| {
        let along = v - u;
        let share = (p - u).dot(along) / along.length_squared();
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        (u + along * share, segment_point_distance(u, v, p))
    };
    let feet = sides(outline).map(foot);
    feet.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((p, f64::INFINITY))
}

/// Where two segments cross.
fn crossing((p, q): (Vec2, Vec2), (u, v): (Vec2, Vec2)) -> Option<Vec2> {
    let (along, other) = (q - p, v - u);
    let area = along.perp_dot(other);
    let (s, t) = ((u - p).perp_dot(other) / area, (u - p).perp_dot(along) / area);
    let inside = |share: f64| (0.0..=1.0).contains(&share);
    (inside(s) && inside(t)).then(|| p + along * s)
}
