//! The sector systems as data.

use crate::SectorSystem;

/// What the angles of a system run over.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Range {
    /// All directions, (−180°, 180°].
    Circle,
    /// The acute angle between undirected lines, [0°, 90°].
    Acute,
}

/// The way round in which the sectors of a system are listed.
#[derive(Clone, Copy)]
enum Order {
    CounterClockwise,
    Clockwise,
}

/// One system: sector i is called `words[i]`, begins at `starts_deg[i]` and reaches counter-clockwise to the next.
pub(crate) struct Table {
    pub(crate) range: Range,
    pub(crate) words: &'static [&'static str],
    order: Order,
    /// The clockwise border of each sector, degrees in (−180, 180], counter-clockwise positive.
    starts_deg: &'static [f64],
}

static HALVES: Table = Table {
    range: Range::Circle,
    order: Order::CounterClockwise,
    words: &["left", "right"],
    starts_deg: &[0.0, 180.0],
};

static THIRDS: Table = Table {
    range: Range::Circle,
    order: Order::CounterClockwise,
    words: &["left", "back", "right"],
    starts_deg: &[0.0, 135.0, -135.0],
};

static QUADRANTS: Table = Table {
    range: Range::Circle,
    order: Order::CounterClockwise,
    words: &["front-left", "back-left", "back-right", "front-right"],
    starts_deg: &[0.0, 90.0, 180.0, -90.0],
};

static AXES: Table = Table {
    range: Range::Circle,
    order: Order::CounterClockwise,
    words: &["front", "left", "back", "right"],
    starts_deg: &[-45.0, 45.0, 135.0, -135.0],
};

static EIGHT: Table = Table {
    range: Range::Circle,
    order: Order::CounterClockwise,
    words: &["front", "front-left", "left", "back-left", "back", "back-right", "right", "front-right"],
    starts_deg: &[-22.5, 22.5, 67.5, 112.5, 157.5, -157.5, -112.5, -67.5],
};

static CLOCK: Table = Table {
    range: Range::Circle,
    order: Order::Clockwise,
    words: &[
        "12 o'clock",
        "1 o'clock",
        "2 o'clock",
        "3 o'clock",
        "4 o'clock",
        "5 o'clock",
        "6 o'clock",
        "7 o'clock",
        "8 o'clock",
        "9 o'clock",
        "10 o'clock",
        "11 o'clock",
    ],
    // Hours run clockwise, angles counter-clockwise.
    starts_deg: &[-15.0, -45.0, -75.0, -105.0, -135.0, -165.0, 165.0, 135.0, 105.0, 75.0, 45.0, 15.0],
};

static ORIENTATION: Table = Table {
    range: Range::Acute,
    order: Order::CounterClockwise,
    words: &["parallel", "oblique", "orthogonal"],
    starts_deg: &[0.0, 15.0, 75.0],
};

impl Table {
    pub(crate) fn of(system: SectorSystem) -> &'static Self {
        match system {
            SectorSystem::Halves => &HALVES,
            SectorSystem::Thirds => &THIRDS,
            SectorSystem::Quadrants => &QUADRANTS,
            SectorSystem::Axes => &AXES,
            SectorSystem::Eight => &EIGHT,
            SectorSystem::Clock => &CLOCK,
            SectorSystem::Orientation => &ORIENTATION,
        }
    }

    /// Each sector with the angle, radians, at which it begins.
    pub(crate) fn starts_rad(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.starts_deg.iter().map(|deg| deg.to_radians()).enumerate()
    }

    /// Whether the sector begins where a folded range ends, which is no border to another sector.
    pub(crate) fn is_seam(&self, sector: usize) -> bool {
        self.range == Range::Acute && self.starts_deg[sector] == 0.0
    }

    /// The sector clockwise of this one.
    pub(crate) fn before(&self, sector: usize) -> usize {
        let count = self.words.len();
        match self.order {
            Order::CounterClockwise => (sector + count - 1) % count,
            Order::Clockwise => (sector + 1) % count,
        }
    }

    /// The sector whose range is the mirror image of this one's; `None` if there is no such sector.
    pub(crate) fn mirrored(&self, sector: usize) -> Option<usize> {
        if self.range == Range::Acute {
            return (sector < self.words.len()).then_some(sector);
        }
        // Mirrored, [start, end) becomes (−end, −start]: the sector that begins where this one ends, negated.
        let end = (0..self.words.len()).find(|next| self.before(*next) == sector).map(|next| self.starts_deg[next])?;
        self.starts_deg.iter().position(|start| (start + end).rem_euclid(360.0) == 0.0)
    }
}
