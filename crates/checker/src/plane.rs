//! Convex outlines in the plane by plain means: hulls by walking around, areas by cutting along every height at which
//! anything changes, ways by trying every corner.

use scene::geometry::Vec2;

/// A convex outline: its corners in order, counter-clockwise; two for a segment, one for a point.
pub(crate) type Outline = Vec<Vec2>;

/// How deep inside an outline a place must be to be in it, metres.
const DEEP_M: f64 = 1e-9;

/// How far distances that are alike may be apart by rounding, metres.
const TIE_M: f64 = 1e-13;

/// The sides of a ring.
pub(crate) fn sides(ring: &[Vec2]) -> impl Iterator<Item = [Vec2; 2]> + '_ {
    (0..ring.len()).map(|at| [ring[at], ring[(at + 1) % ring.len()]])
}

/// What a ring encloses, m².
pub(crate) fn area(ring: &[Vec2]) -> f64 {
    let Some(first) = ring.first() else { return 0.0 };
    sides(ring).map(|[p, q]| (p - first).perp_dot(q - first)).sum::<f64>().abs() / 2.0
}

/// The convex outline around points: from the one farthest from their middle on, always the farthest of those that have
/// all others on their left.
pub(crate) fn hull(points: &[Vec2]) -> Outline {
    // Of points in one place, which rounding may set apart, one.
    let alone = |at: &usize| points[..*at].iter().all(|other| other.distance(points[*at]) > DEEP_M);
    let points: Vec<Vec2> = (0..points.len()).filter(alone).map(|at| points[at]).collect();
    let middle = points.iter().sum::<Vec2>() / points.len() as f64;
    let farthest = points.iter().copied().max_by(|p, q| p.distance(middle).total_cmp(&q.distance(middle)));
    let Some(first) = farthest else { return Vec::new() };
    let mut ring = vec![first];
    while ring.len() <= points.len() {
        let here = ring[ring.len() - 1];
        let next = points.iter().copied().filter(|p| *p != here).reduce(|best, p| {
            let (old, new) = (best - here, p - here);
            let turn = old.perp_dot(new);
            let straight = turn.abs() <= 1e-12 * old.length() * new.length();
            if straight && new.length() > old.length() || !straight && turn < 0.0 { p } else { best }
        });
        match next {
            Some(next) if next != first => ring.push(next),
            _ => break,
        }
    }
    ring
}

/// Every sum of a point of one outline and one of the other.
pub(crate) fn sum(a: &[Vec2], b: &[Vec2]) -> Outline {
    hull(&a.iter().flat_map(|p| b.iter().map(move |q| *p + *q)).collect::<Vec<_>>())
}

/// How far a point is inside all sides of an outline; negative outside.
fn depth(outline: &[Vec2], p: Vec2) -> f64 {
    let inside = |[u, v]: [Vec2; 2]| (v - u).perp_dot(p - u) / (v - u).length();
    if outline.len() < 3 { f64::NEG_INFINITY } else { sides(outline).map(inside).fold(f64::INFINITY, f64::min) }
}

/// The gap between two outlines along the best direction across one of their sides; negative where they overlap.
pub(crate) fn gap(a: &[Vec2], b: &[Vec2]) -> f64 {
    let beyond = |normal: Vec2| {
        let end =
            |ring: &[Vec2], sign: f64| ring.iter().map(|p| sign * normal.dot(*p)).fold(f64::NEG_INFINITY, f64::max);
        -end(b, -1.0) - end(a, 1.0)
    };
    let normals = sides(a).chain(sides(b)).filter_map(|[u, v]| (v - u).perp().try_normalize());
    normals.flat_map(|normal| [beyond(normal), beyond(-normal)]).fold(f64::NEG_INFINITY, f64::max)
}

/// The least distance of a point from a segment.
pub(crate) fn off([u, v]: [Vec2; 2], p: Vec2) -> (f64, Vec2) {
    let share = (p - u).dot(v - u) / (v - u).length_squared();
    let foot = u + (v - u) * if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    (p.distance(foot), foot)
}

/// The point of an outline nearest to a place, which is the place itself where it is inside.
pub(crate) fn nearest(outline: &[Vec2], p: Vec2) -> (f64, Vec2) {
    if depth(outline, p) >= 0.0 {
        return (0.0, p);
    }
    sides(outline).map(|side| off(side, p)).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::INFINITY, p))
}

/// Least distance between two outlines, 0 where they overlap.
pub(crate) fn distance(a: &[Vec2], b: &[Vec2]) -> f64 {
    let to = |a: &[Vec2], b: &[Vec2]| a.iter().map(|p| nearest(b, *p).0).fold(f64::INFINITY, f64::min);
    let crossing = sides(a).any(|p| sides(b).any(|q| crossing(p, q).is_some()));
    if crossing { 0.0 } else { to(a, b).min(to(b, a)) }
}

/// Lowers `clear` to the least distance of an outline, and `more`, from those places of a segment from which it is nearer
/// than each end by so much: by halves that may have a lower one, until they are points.
pub(crate) fn nearer(part: [Vec2; 2], outline: &Outline, ends: &[(Outline, f64); 2], more: f64, clear: &mut f64) {
    let middle = part[0].midpoint(part[1]);
    let [start, here, stop] = [part[0], middle, part[1]].map(|p| nearest(outline, p).0);
    // Distances are convex: between two places none is above its chord, nor further below than twice what its middle is.
    let below = start + stop - 2.0 * here;
    let may = |(end, by): &(Outline, f64)| {
        let chord = (nearest(end, part[0]).0 - start).max(nearest(end, part[1]).0 - stop);
        chord + below - by >= -TIE_M
    };
    if distance(&part, outline) + more >= *clear - DEEP_M || !ends.iter().all(may) {
        return;
    }
    if ends.iter().all(|(end, by)| nearest(end, middle).0 - here - by >= -TIE_M) {
        *clear = clear.min(here + more);
    }
    if part[0].distance(part[1]) > DEEP_M {
        nearer([part[0], middle], outline, ends, more, clear);
        nearer([middle, part[1]], outline, ends, more, clear);
    }
}

/// Where two segments cross.
pub(crate) fn crossing([p, q]: [Vec2; 2], [u, v]: [Vec2; 2]) -> Option<Vec2> {
    let area = (q - p).perp_dot(v - u);
    let (s, t) = ((u - p).perp_dot(v - u) / area, (u - p).perp_dot(q - p) / area);
    ((0.0..=1.0).contains(&s) && (0.0..=1.0).contains(&t)).then(|| p + (q - p) * s)
}

/// What is free: inside the rings by the even–odd rule, or in one of `more`, and deep in none of `taken`.
pub(crate) struct Free {
    pub(crate) rings: Vec<Vec<Vec2>>,
    pub(crate) more: Vec<Outline>,
    pub(crate) taken: Vec<Outline>,
}

impl Free {
    fn on(&self, p: Vec2) -> bool {
        let right =
            |[u, v]: [Vec2; 2]| (u.y > p.y) != (v.y > p.y) && p.x < u.x + (v.x - u.x) * (p.y - u.y) / (v.y - u.y);
        let odd = self.rings.iter().flat_map(|ring| sides(ring)).filter(|side| right(*side)).count() % 2 == 1;
        odd || self.more.iter().any(|outline| depth(outline, p) >= -DEEP_M)
    }

    pub(crate) fn holds(&self, p: Vec2) -> bool {
        self.on(p) && !self.taken.iter().any(|outline| depth(outline, p) > DEEP_M)
    }

    /// The area, m². Between two neighbouring heights at which a side starts, ends or crosses another, the width of what
    /// is free changes evenly, so that its width halfway stands for all.
    pub(crate) fn area(&self) -> f64 {
        let outlines = || self.rings.iter().chain(&self.more).chain(&self.taken);
        let all: Vec<[Vec2; 2]> = outlines().flat_map(|ring| sides(ring)).collect();
        let mut heights: Vec<f64> = all.iter().map(|[u, _]| u.y).collect();
        for (at, p) in all.iter().enumerate() {
            heights.extend(all[..at].iter().filter_map(|q| crossing(*p, *q)).map(|meet| meet.y));
        }
        heights.sort_by(f64::total_cmp);
        let halfway = |pair: &[f64]| (pair[1] - pair[0]) * self.width(f64::midpoint(pair[0], pair[1]));
        heights.windows(2).map(halfway).sum()
    }

    fn width(&self, y: f64) -> f64 {
        let cuts = |ring: &[Vec2]| -> Vec<f64> {
            let through = sides(ring).filter(|[u, v]| (u.y > y) != (v.y > y));
            through.map(|[u, v]| u.x + (v.x - u.x) * (y - u.y) / (v.y - u.y)).collect()
        };
        let ends = |outline: &Outline| {
            let cuts = cuts(outline);
            let (from, to) = (cuts.iter().copied().reduce(f64::min)?, cuts.iter().copied().reduce(f64::max)?);
            Some((from, to))
        };
        let mut across: Vec<f64> = self.rings.iter().flat_map(|ring| cuts(ring)).collect();
        across.sort_by(f64::total_cmp);
        let inside: Vec<(f64, f64)> =
            across.chunks_exact(2).map(|pair| (pair[0], pair[1])).chain(self.more.iter().filter_map(ends)).collect();
        let taken: Vec<(f64, f64)> = self.taken.iter().filter_map(ends).collect();
        let mut places: Vec<f64> = inside.iter().chain(&taken).flat_map(|(from, to)| [*from, *to]).collect();
        places.sort_by(f64::total_cmp);
        let within = |all: &[(f64, f64)], x: f64| all.iter().any(|(from, to)| *from < x && x < *to);
        let free = |pair: &&[f64]| {
            let x = f64::midpoint(pair[0], pair[1]);
            within(&inside, x) && !within(&taken, x)
        };
        places.windows(2).filter(free).map(|pair| pair[1] - pair[0]).sum()
    }

    /// Whether a straight way is free: between any two crossings with a side, and on the floor.
    fn sees(&self, p: Vec2, q: Vec2) -> bool {
        let blocks = |outline: &Outline| {
            let (middle, count) = (outline.iter().sum::<Vec2>(), outline.len() as f64);
            let reach = outline.iter().map(|corner| corner.distance(middle / count)).fold(0.0, f64::max);
            if off([p, q], middle / count).0 > reach {
                return false;
            }
            let cut = |[u, v]: [Vec2; 2]| (u - p).perp_dot(v - u) / (q - p).perp_dot(v - u);
            let mut cuts: Vec<f64> = sides(outline).map(cut).filter(|cut| (0.0..=1.0).contains(cut)).collect();
            cuts.extend([0.0, 1.0]);
            cuts.sort_by(f64::total_cmp);
            cuts.windows(2).any(|pair| depth(outline, p.lerp(q, f64::midpoint(pair[0], pair[1]))) > DEEP_M)
        };
        self.on(p.midpoint(q)) && !self.taken.iter().any(blocks)
    }

    /// The length of the shortest way from one outline to another (Dijkstra 1959 over every corner and crossing).
    pub(crate) fn shortest(&self, from: &Outline, to: &Outline) -> Option<f64> {
        let borders = || self.taken.iter().flat_map(|outline| sides(outline));
        let ends = || sides(from).chain(sides(to));
        let met = ends().flat_map(|end| borders().chain(ends()).filter_map(move |side| crossing(end, side)));
        let corners = self.taken.iter().chain([from, to]).flatten().copied();
        let places: Vec<Vec2> = corners.chain(met).filter(|p| self.holds(*p)).collect();
        let mut ways: Vec<f64> = places
            .iter()
            .map(|p| nearest(from, *p))
            .zip(&places)
            .map(|((way, start), place)| if self.sees(start, *place) { way } else { f64::INFINITY })
            .collect();
        let mut open: Vec<usize> = (0..places.len()).collect();
        let mut best = f64::INFINITY;
        while let Some(at) = open.iter().copied().min_by(|a, b| ways[*a].total_cmp(&ways[*b])) {
            if ways[at] >= best {
                break;
            }
            open.retain(|other| *other != at);
            let (last, end) = nearest(to, places[at]);
            if ways[at] + last < best && self.sees(places[at], end) {
                best = ways[at] + last;
            }
            for next in &open {
                let way = ways[at] + places[at].distance(places[*next]);
                if way < ways[*next].min(best) && self.sees(places[at], places[*next]) {
                    ways[*next] = way;
                }
            }
        }
        best.is_finite().then_some(best)
    }
}
