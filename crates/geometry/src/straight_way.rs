//! How wide the straight way from one outline to another is.

use crate::{Footprint, Vec2, ring::segment_point_distance};

/// How far from true a comparison of distances may be by rounding, metres.
const ROUNDING_M: f64 = 1e-13;
/// How far apart two distances may be where they are said to meet, metres.
const MEETING_M: f64 = 1e-9;

/// The line between two places, and how far each place of it is from the outlines around these two.
#[derive(Debug, Clone)]
pub struct StraightWay {
    line: Line,
    ends: [Vec<Piece>; 2],
}

#[derive(Debug, Clone, Copy)]
struct Line {
    start: Vec2,
    along: Vec2,
    length_m: f64,
}

/// The distance of the places of a part of a line from one side or vertex of an outline.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Where on the line it holds, metres from its start.
    from: f64,
    to: f64,
    distance: Distance,
}

/// Distance of a place of a line as a function of how far along it is, all in metres.
#[derive(Debug, Clone, Copy)]
enum Distance {
    /// From a side: `at + rise * x`; 0 inside.
    Side { at: f64, rise: f64 },
    /// From a vertex that is `off` beside the line, at `foot` along it.
    Vertex { foot: f64, off: f64 },
}

impl Distance {
    fn at(self, x: f64) -> f64 {
        match self {
            Self::Side { at, rise } => at + rise * x,
            Self::Vertex { foot, off } => (x - foot).hypot(off),
        }
    }

    fn slope_at(self, x: f64) -> f64 {
        match self {
            Self::Side { rise, .. } => rise,
            Self::Vertex { foot, off } => (x - foot) / (x - foot).hypot(off),
        }
    }

    /// Where this one and `more` are as large as another.
    fn meets(self, more: f64, other: Self) -> [f64; 2] {
        // Squares lose what two steps of Newton's bring back.
        self.roughly_meets(more, other).map(|root| {
            (0..2).fold(root, |x, _| {
                let off = self.at(x) + more - other.at(x);
                let step = off / (self.slope_at(x) - other.slope_at(x));
                if step.abs() < 1e-3 { x - step } else { x }
            })
        })
    }

    fn roughly_meets(self, more: f64, other: Self) -> [f64; 2] {
        // (at + rise x)² = (x − foot)² + off²
        let side_and_vertex = |at: f64, rise: f64, foot: f64, off: f64| {
            roots(rise * rise - 1.0, 2.0 * (rise * at + foot), at * at - foot * foot - off * off)
        };
        match (self, other) {
            (Self::Side { at, rise }, Self::Side { at: other_at, rise: other_rise }) => {
                [(other_at - at - more) / (rise - other_rise), f64::NAN]
            }
            (Self::Side { at, rise }, Self::Vertex { foot, off }) => side_and_vertex(at + more, rise, foot, off),
            (Self::Vertex { foot, off }, Self::Side { at, rise }) => side_and_vertex(at - more, rise, foot, off),
            (Self::Vertex { foot, off }, Self::Vertex { foot: other_foot, off: other_off }) => {
                // Squared twice: (rise x + at)² = 4 more² ((x − foot)² + off²)
                let rise = 2.0 * (foot - other_foot);
                let at = other_foot * other_foot + other_off * other_off - foot * foot - off * off - more * more;
                let four = 4.0 * more * more;
                roots(rise * rise - four, 2.0 * (rise * at + four * foot), at * at - four * (foot * foot + off * off))
            }
        }
    }
}

/// The solutions of `a x² + b x + c = 0`; what is none of them is no number, or one that solves nothing.
fn roots(a: f64, b: f64, c: f64) -> [f64; 2] {
    let root = (b * b - 4.0 * a * c).max(0.0).sqrt();
    let q = -0.5 * (b + if b < 0.0 { -root } else { root });
    [q / a, c / q]
}

impl Line {
    /// The part of the line on which a linear function of the place is not negative, within another part.
    fn within(self, (from, to): (f64, f64), normal: Vec2, through: Vec2) -> (f64, f64) {
        let (at, rise) = (normal.dot(self.start - through), normal.dot(self.along));
        let zero = -at / rise;
        match () {
            () if rise == 0.0 => (from, if at >= 0.0 { to } else { f64::NEG_INFINITY }),
            () if rise > 0.0 => (from.max(zero), to),
            () => (from, to.min(zero)),
        }
    }

    /// The distances of its places from an outline, in pieces.
    fn pieces(self, outline: &Footprint) -> Vec<Piece> {
        let whole = (0.0, self.length_m);
        let vertices = outline.vertices();
        let mut pieces = Vec::with_capacity(2 * vertices.len() + 1);
        let mut add = |(from, to): (f64, f64), distance: Distance| {
            if from <= to {
                pieces.push(Piece { from, to, distance });
            }
        };
        let sides = || outline.sides().map(|(u, v)| (u, v, v - u));
        if vertices.len() > 2 {
            let inside = sides().fold(whole, |part, (u, _, side)| self.within(part, side.perp(), u));
            add(inside, Distance::Side { at: 0.0, rise: 0.0 });
        }
        for (u, v, side) in sides() {
            let outward = -side.perp();
            let beside = self.within(self.within(self.within(whole, outward, u), side, u), -side, v);
            let unit = outward / side.length();
            let distance = Distance::Side { at: unit.dot(self.start - u), rise: unit.dot(self.along) };
            add(beside, distance);
        }
        for (at, vertex) in vertices.iter().enumerate() {
            let before = vertices[(at + vertices.len() - 1) % vertices.len()];
            let after = vertices[(at + 1) % vertices.len()];
            // Beyond both sides that meet there.
            let beyond = self.within(self.within(whole, *vertex - before, *vertex), *vertex - after, *vertex);
            let to = *vertex - self.start;
            add(beyond, Distance::Vertex { foot: to.dot(self.along), off: to.perp_dot(self.along) });
        }
        pieces
    }
}

/// The distance of a place of the line.
fn distance_at(pieces: &[Piece], x: f64) -> f64 {
    let here = pieces.iter().filter(|piece| (piece.from..=piece.to).contains(&x));
    // Between pieces there is no more than rounding.
    let here = here.map(|piece| piece.distance.at(x)).fold(f64::INFINITY, f64::min);
    if here.is_finite() {
        return here;
    }
    let gap = |piece: &&Piece| (piece.from - x).max(x - piece.to);
    pieces.iter().min_by(|a, b| gap(a).total_cmp(&gap(b))).map_or(f64::INFINITY, |piece| piece.distance.at(x))
}

impl StraightWay {
    /// The way from the first place to the second, which lie in the outlines around them.
    pub fn new(places: [Vec2; 2], outlines: [&Footprint; 2]) -> Self {
        let [start, end] = places;
        let line =
            Line { start, along: (end - start).try_normalize().unwrap_or(Vec2::X), length_m: start.distance(end) };
        Self { line, ends: outlines.map(|outline| line.pieces(outline)) }
    }

    /// How far a place is from the line between the two places, metres.
    pub fn distance_m(&self, p: Vec2) -> f64 {
        let Line { start, along, length_m } = self.line;
        segment_point_distance(start, start + along * length_m, p)
    }

    /// How far from both ends a place of the way is at most, metres, where the distances from the ends are so much more.
    pub fn farthest_m(&self, more: [f64; 2]) -> f64 {
        let at = |end: usize, x: f64| distance_at(&self.ends[end], x) + more[end];
        // On the way the one grows and the other falls.
        let (mut low, mut high) = (0.0, self.line.length_m);
        while high - low > MEETING_M / 4.0 {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                break;
            }
            if at(0, middle) < at(1, middle) { low = middle } else { high = middle }
        }
        at(0, high).min(at(1, low))
    }

    /// The least distance of an outline from those places of the way from which it is nearer than either end by at least
    /// `by[end]`, metres; infinite where there are none.
    pub fn nearest_m(&self, outline: &Footprint, by: [f64; 2]) -> f64 {
        let [first, second] = &self.ends;
        let mut least = f64::INFINITY;
        for near in self.line.pieces(outline) {
            for pair in first.iter().flat_map(|a| second.iter().map(move |b| [a, b])) {
                let from = near.from.max(pair[0].from).max(pair[1].from);
                let to = near.to.min(pair[0].to).min(pair[1].to);
                if from > to {
                    continue;
                }
                let lowest = match near.distance {
                    Distance::Side { .. } => from,
                    Distance::Vertex { foot, .. } => foot.clamp(from, to),
                };
                let meetings = [0, 1]
                    .map(|end| near.distance.meets(by[end], pair[end].distance).map(|x| (x, [end == 0, end == 1])));
                let edges = [from, to, lowest].map(|x| (x, [false; 2]));
                for (x, meets) in edges.into_iter().chain(meetings.into_iter().flatten()) {
                    if !(from..=to).contains(&x) {
                        continue;
                    }
                    let here = near.distance.at(x);
                    let counts = |end: usize| {
                        let ahead = pair[end].distance.at(x) - here - by[end];
                        if meets[end] { ahead.abs() <= MEETING_M } else { ahead >= -ROUNDING_M }
                    };
                    if here < least && counts(0) && counts(1) {
                        least = here;
                    }
                }
            }
        }
        least.max(0.0)
    }
}
