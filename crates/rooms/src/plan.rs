//! Floor plans: cells, walls and openings in whole centimetres, so that every length and area is exact.

use scene::Draw;
use serde::{Deserialize, Serialize};

/// What a room is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Hall.
    Hall,
    /// Living room.
    Living,
    /// Kitchen.
    Kitchen,
    /// Bedroom.
    Bedroom,
    /// Office.
    Office,
    /// Bathroom.
    Bathroom,
}

impl RoomKind {
    /// Every kind of room.
    pub const ALL: [Self; 6] = [Self::Hall, Self::Living, Self::Kitchen, Self::Bedroom, Self::Office, Self::Bathroom];

    /// Its name in the table of kinds.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hall => "hall",
            Self::Living => "living",
            Self::Kitchen => "kitchen",
            Self::Bedroom => "bedroom",
            Self::Office => "office",
            Self::Bathroom => "bathroom",
        }
    }
}

/// Thickness of a wall between rooms, centimetres.
pub(crate) const INNER_WALL_CM: i32 = 12;
/// Thickness of a wall to the outside, centimetres.
pub(crate) const OUTER_WALL_CM: i32 = 25;

/// A rectangle along the axes, centimetres; `[x, y]` each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rect {
    pub(crate) low: [i32; 2],
    pub(crate) high: [i32; 2],
}

impl Rect {
    pub(crate) fn side(&self, axis: usize) -> i32 {
        self.high[axis] - self.low[axis]
    }

    pub(crate) fn area_cm2(&self) -> i64 {
        i64::from(self.side(0)) * i64::from(self.side(1))
    }

    pub(crate) fn grown(&self, by: i32) -> Self {
        Self { low: self.low.map(|v| v - by), high: self.high.map(|v| v + by) }
    }

    /// Whether the open rectangle of these corners lies in this one.
    pub(crate) fn covers(&self, low: [i32; 2], high: [i32; 2]) -> bool {
        (0..2).all(|k| self.low[k] <= low[k] && high[k] <= self.high[k])
    }
}

/// A side of a cell: the wall at the low or high end of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Side {
    /// 0 for a wall across x (west, east), 1 for a wall across y (south, north).
    pub(crate) axis: usize,
    /// Whether it is east or north.
    pub(crate) high: bool,
}

impl Side {
    pub(crate) const ALL: [Self; 4] = [
        Self { axis: 1, high: false },
        Self { axis: 0, high: true },
        Self { axis: 1, high: true },
        Self { axis: 0, high: false },
    ];

    /// Quarter turns, counter-clockwise, that bring +y to the outward normal.
    pub(crate) fn quarters(self) -> usize {
        match (self.axis, self.high) {
            (1, true) => 0,
            (0, false) => 1,
            (1, false) => 2,
            _ => 3,
        }
    }

    /// The coordinate of this side of a rectangle.
    pub(crate) fn at(self, rect: &Rect) -> i32 {
        if self.high { rect.high[self.axis] } else { rect.low[self.axis] }
    }
}

/// What an opening is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpeningKind {
    /// A doorway between two cells, its leaf open into cell `into`, hinged at the low or high end.
    Door { cells: [usize; 2], into: usize, hinge_high: bool },
    /// The way between two cells of one room, without a wall.
    Join { cells: [usize; 2] },
    /// The closed door to the outside.
    Entrance { cell: usize, side: Side },
    /// A window to the outside.
    Window { cell: usize, side: Side },
}

/// A hole in a wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opening {
    pub(crate) kind: OpeningKind,
    /// The part of the wall that is cut away; of no thickness for a join.
    pub(crate) rect: Rect,
    /// The axis across the wall.
    pub(crate) axis: usize,
    /// Height of its lower side, millimetres.
    pub(crate) bottom_mm: i32,
    /// Height of its upper side, millimetres.
    pub(crate) top_mm: i32,
    /// Extent of what stands in it across the wall, millimetres.
    pub(crate) depth_mm: i32,
}

/// A rectangle of floor of one room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) rect: Rect,
    pub(crate) room: usize,
}

/// The plan of a flat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) cells: Vec<Cell>,
    pub(crate) rooms: Vec<RoomKind>,
    pub(crate) openings: Vec<Opening>,
    pub(crate) ceiling_cm: i32,
}

impl Plan {
    pub(crate) fn ceiling_m(&self) -> f64 {
        metres(self.ceiling_cm)
    }

    /// The stretches of a cell's side that have a wall behind them, centimetres along the wall; doorways and
    /// windows count as wall.
    pub(crate) fn walls(&self, cell: usize, side: Side) -> Vec<[i32; 2]> {
        let rect = &self.cells[cell].rect;
        let along = 1 - side.axis;
        let mut free = vec![[rect.low[along], rect.high[along]]];
        for opening in &self.openings {
            let OpeningKind::Join { cells } = opening.kind else { continue };
            if opening.axis == side.axis && cells.contains(&cell) && opening.rect.low[side.axis] == side.at(rect) {
                free = without(&free, [opening.rect.low[along], opening.rect.high[along]]);
            }
        }
        free
    }
}

/// The intervals without another.
pub(crate) fn without(intervals: &[[i32; 2]], cut: [i32; 2]) -> Vec<[i32; 2]> {
    let parts = |[low, high]: [i32; 2]| [[low, high.min(cut[0])], [low.max(cut[1]), high]];
    intervals.iter().copied().flat_map(parts).filter(|[low, high]| low < high).collect()
}

/// Centimetres as metres: the nearest number.
pub(crate) fn metres(cm: i32) -> f64 {
    f64::from(cm) / 100.0
}

/// Uniform in `0..n`; 0 for an `n` below 1.
pub(crate) fn below(draw: &mut Draw, n: i32) -> i32 {
    usize::try_from(n).ok().and_then(|n| i32::try_from(draw.below(n)).ok()).unwrap_or(0)
}
