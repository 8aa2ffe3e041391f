//! Shortest walks in the plane around convex obstacles.

use crate::{ConvexPieces, Vec2, ring::segment_point_distance, ring::sides};

/// How deep a way must lead into an obstacle to be blocked, metres; touching is free.
const DEPTH_M: f64 = 1e-9;

/// The length of the shortest way over `floor` from one convex outline to another that leads through no obstacle,
/// metres; `None` where there is none. Outlines are counter-clockwise and part of what they enclose; `from` and `to` may be
/// left and entered anywhere on their border, and are no obstacles themselves.
///
/// Best-first search (Hart, Nilsson, Raphael 1968) over the corners of all outlines and the places where borders cross
/// those of `from` and `to`; whether two places see each other is tested when a search reaches them. A way made of these
/// is shortest: it bends only at corners of obstacles, and where it leaves an outline it is perpendicular to it, or at a
/// corner of it, or held by an obstacle.
pub fn shortest_walk_m(floor: &ConvexPieces, obstacles: &[Vec<Vec2>], from: &[Vec2], to: &[Vec2]) -> Option<f64> {
    let obstacles: Vec<Obstacle> = obstacles.iter().filter(|outline| outline.len() > 2).map(Obstacle::new).collect();
    let ground = Ground { floor, obstacles: &obstacles };
    let corners = || obstacles.iter().flat_map(|obstacle| obstacle.outline.iter().copied());
    let borders = || obstacles.iter().flat_map(|obstacle| sides(obstacle.outline));
    let met = |outline: &[Vec2], borders: &mut dyn Iterator<Item = (Vec2, Vec2)>| -> Vec<Vec2> {
        borders.flat_map(|border| sides(outline).filter_map(move |side| crossing(side, border))).collect()
    };
    let met = [met(from, &mut borders()), met(to, &mut borders()), met(from, &mut sides(to))].concat();
    let ends = from.iter().chain(to).copied();
    let places: Vec<Vec2> = corners().chain(ends).chain(met).filter(|p| ground.free(*p)).collect();
    let goal: Vec<(Vec2, f64)> = places.iter().map(|p| nearest(to, *p)).collect();

    let mut best = f64::INFINITY;
    let mut reached = vec![f64::INFINITY; places.len()];
    for (at, place) in places.iter().enumerate() {
        let (start, way) = nearest(from, *place);
        if ground.sees(start, *place) {
            reached[at] = way;
        }
    }
    let mut settled = vec![false; places.len()];
    loop {
        let estimate = |at: &usize| reached[*at] + goal[*at].1;
        let open = (0..places.len()).filter(|at| !settled[*at] && estimate(at) < best);
        let Some(at) = open.min_by(|a, b| estimate(a).total_cmp(&estimate(b))) else { break };
        settled[at] = true;
        let here = places[at];
        if ground.sees(here, goal[at].0) {
            best = best.min(reached[at] + goal[at].1);
        }
        for (next, place) in places.iter().enumerate() {
            let way = reached[at] + here.distance(*place);
            if !settled[next] && way < reached[next] && way + goal[next].1 < best && ground.sees(here, *place) {
                reached[next] = way;
            }
        }
    }
    best.is_finite().then_some(best)
}

struct Obstacle<'a> {
    outline: &'a [Vec2],
    low: Vec2,
    high: Vec2,
}

impl<'a> Obstacle<'a> {
    fn new(outline: &'a Vec<Vec2>) -> Self {
        let low = outline.iter().fold(Vec2::splat(f64::INFINITY), |low, p| low.min(*p));
        let high = outline.iter().fold(Vec2::splat(f64::NEG_INFINITY), |high, p| high.max(*p));
        Self { outline, low, high }
    }

    /// Whether a segment leads through the inside.
    fn blocks(&self, p: Vec2, q: Vec2) -> bool {
        if p.max(q).cmplt(self.low).any() || p.min(q).cmpgt(self.high).any() {
            return false;
        }
        // The part of the segment inside all sides, each moved inward a hair.
        let (mut first, mut last) = (0.0_f64, 1.0_f64);
        for (u, v) in sides(self.outline) {
            let along = v - u;
            let inside = |at: Vec2| along.perp_dot(at - u) - DEPTH_M * along.length();
            let (start, end) = (inside(p), inside(q));
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
}

impl Ground<'_> {
    fn free(&self, p: Vec2) -> bool {
        self.floor.contains(p) && !self.obstacles.iter().any(|obstacle| obstacle.blocks(p, p))
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
