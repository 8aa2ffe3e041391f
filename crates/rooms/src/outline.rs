//! From a plan to the outline of its floor and the blocks of its walls, on the grid of all its coordinates.

use std::collections::BTreeMap;

use scene::geometry::{Polygon, PolygonError, Vec2, Vec3};

use crate::plan::{OUTER_WALL_CM, OpeningKind, Plan, Rect, metres};

/// A block along the axes, metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Block {
    pub(crate) low: Vec3,
    pub(crate) high: Vec3,
}

impl Block {
    pub(crate) fn over(rect: &Rect, z_m: [f64; 2]) -> Self {
        let corner = |at: [i32; 2], z: f64| Vec3::new(metres(at[0]), metres(at[1]), z);
        Self { low: corner(rect.low, z_m[0]), high: corner(rect.high, z_m[1]) }
    }
}

/// What a rectangle of the grid is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ground {
    Outside,
    Floor,
    /// Wall, but for an opening between two heights in millimetres (0 and 0: no opening).
    Wall([i32; 2]),
    /// A doorway between rooms: floor below, wall above this height in millimetres.
    Doorway(i32),
}

/// The grid of all coordinates of a plan.
pub(crate) struct Grid {
    lines: [Vec<i32>; 2],
    ground: Vec<Ground>,
    ceiling_m: f64,
}

impl Grid {
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut lines = [Vec::new(), Vec::new()];
        let cells = plan.cells.iter().flat_map(|cell| [cell.rect, cell.rect.grown(OUTER_WALL_CM)]);
        for rect in cells.chain(plan.openings.iter().map(|opening| opening.rect)) {
            for (k, line) in lines.iter_mut().enumerate() {
                line.extend([rect.low[k], rect.high[k]]);
            }
        }
        for line in &mut lines {
            line.sort_unstable();
            line.dedup();
        }
        let mut grid = Self { lines, ground: Vec::new(), ceiling_m: plan.ceiling_m() };
        let all: Vec<(usize, usize)> = grid.places().collect();
        grid.ground = all.into_iter().map(|at| ground(plan, &grid.rect(at))).collect();
        grid
    }

    /// Rectangles of the grid, row by row.
    fn places(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (columns, rows) = (self.lines[0].len() - 1, self.lines[1].len() - 1);
        (0..rows).flat_map(move |j| (0..columns).map(move |i| (i, j)))
    }

    fn rect(&self, (i, j): (usize, usize)) -> Rect {
        let [x, y] = &self.lines;
        Rect { low: [x[i], y[j]], high: [x[i + 1], y[j + 1]] }
    }

    fn at(&self, (i, j): (usize, usize)) -> Ground {
        self.ground[j * (self.lines[0].len() - 1) + i]
    }

    /// Rectangles of one ground joined along x.
    fn runs(&self) -> Vec<(Rect, Ground)> {
        let mut runs: Vec<(Rect, Ground)> = Vec::new();
        for at in self.places() {
            let (rect, ground) = (self.rect(at), self.at(at));
            match runs.last_mut() {
                Some((run, same)) if *same == ground && run.high[0] == rect.low[0] && run.low[1] == rect.low[1] => {
                    run.high[0] = rect.high[0];
                }
                _ => runs.push((rect, ground)),
            }
        }
        runs
    }

    /// The walls, from the floor to the ceiling, without the openings.
    pub(crate) fn walls(&self) -> Vec<Block> {
        let height = |mm: i32| f64::from(mm) / 1000.0;
        let mut blocks = Vec::new();
        for (rect, ground) in self.runs() {
            match ground {
                Ground::Outside | Ground::Floor => {}
                Ground::Doorway(top) => blocks.push(Block::over(&rect, [height(top), self.ceiling_m])),
                Ground::Wall([0, 0]) => blocks.push(Block::over(&rect, [0.0, self.ceiling_m])),
                Ground::Wall([bottom, top]) => {
                    if bottom > 0 {
                        blocks.push(Block::over(&rect, [0.0, height(bottom)]));
                    }
                    blocks.push(Block::over(&rect, [height(top), self.ceiling_m]));
                }
            }
        }
        blocks
    }

    /// Slabs below the doorways and the walls' openings, and above all of the flat.
    pub(crate) fn slabs(&self, thickness_m: f64) -> (Vec<Block>, Vec<Block>) {
        let (mut thresholds, mut ceilings) = (Vec::new(), Vec::new());
        for (rect, ground) in self.runs() {
            if ground != Ground::Outside {
                ceilings.push(Block::over(&rect, [self.ceiling_m, self.ceiling_m + thickness_m]));
            }
            if matches!(ground, Ground::Doorway(_) | Ground::Wall([0, 1..=i32::MAX])) {
                thresholds.push(Block::over(&rect, [-thickness_m, 0.0]));
            }
        }
        (thresholds, ceilings)
    }

    /// The outline of the floor, doorways included; `None` where it is not one ring.
    pub(crate) fn floor(&self) -> Option<Result<Polygon, PolygonError>> {
        let is_floor = |i: Option<usize>, j: Option<usize>| {
            let (Some(i), Some(j)) = (i, j) else { return false };
            let inside = i + 1 < self.lines[0].len() && j + 1 < self.lines[1].len();
            inside && matches!(self.at((i, j)), Ground::Floor | Ground::Doorway(_))
        };
        // Directed edges with the floor on their left, by where they start.
        let mut next = BTreeMap::new();
        for (i, j) in self.places().filter(|(i, j)| is_floor(Some(*i), Some(*j))) {
            let around = [
                (is_floor(Some(i), j.checked_sub(1)), (i, j), (i + 1, j)),
                (is_floor(Some(i + 1), Some(j)), (i + 1, j), (i + 1, j + 1)),
                (is_floor(Some(i), Some(j + 1)), (i + 1, j + 1), (i, j + 1)),
                (is_floor(i.checked_sub(1), Some(j)), (i, j + 1), (i, j)),
            ];
            for (_, from, to) in around.into_iter().filter(|(inner, ..)| !inner) {
                if next.insert(from, to).is_some() {
                    return None;
                }
            }
        }
        let (start, mut here) = next.pop_first()?;
        let mut ring = vec![start];
        while here != start {
            ring.push(here);
            here = next.remove(&here)?;
        }
        if !next.is_empty() {
            return None;
        }
        let count = ring.len();
        let straight = |k: usize| {
            let (a, b, c) = (ring[(k + count - 1) % count], ring[k], ring[(k + 1) % count]);
            (a.0 == b.0 && b.0 == c.0) || (a.1 == b.1 && b.1 == c.1)
        };
        let corner = |k: usize| Vec2::new(metres(self.lines[0][ring[k].0]), metres(self.lines[1][ring[k].1]));
        let corners: Vec<Vec2> = (0..count).filter(|k| !straight(*k)).map(corner).collect();
        Some(Polygon::new(&corners, &[]))
    }
}

/// What a rectangle of the grid is; no line of the plan crosses it.
fn ground(plan: &Plan, rect: &Rect) -> Ground {
    let covers = |outer: &Rect| outer.covers(rect.low, rect.high);
    if plan.cells.iter().any(|cell| covers(&cell.rect)) {
        return Ground::Floor;
    }
    if let Some(opening) = plan.openings.iter().find(|opening| covers(&opening.rect)) {
        return match opening.kind {
            OpeningKind::Door { .. } => Ground::Doorway(opening.top_mm),
            _ => Ground::Wall([opening.bottom_mm, opening.top_mm]),
        };
    }
    if plan.cells.iter().any(|cell| covers(&cell.rect.grown(OUTER_WALL_CM))) {
        return Ground::Wall([0, 0]);
    }
    Ground::Outside
}
