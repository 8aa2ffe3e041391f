//! Words for directions: how a bearing becomes "front-left", "3 o'clock" or "parallel".
//!
//! Every system is a row of data in the sector table; the functions here are the one mechanism that reads it.

use crate::sector_table::{Range, Table};
use crate::{Arc, wrap_signed};
use serde::{Deserialize, Serialize};
use std::f64::consts::{PI, TAU};

/// A way to cut directions into named sectors.
///
/// Angles are bearings: 0 straight ahead, positive to the left, radians. A sector is half open: the border at its
/// clockwise end belongs to it, the border at its counter-clockwise end to the next. So with [`Self::Quadrants`]
/// straight ahead is "front-left" and straight left is "back-left".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectorSystem {
    /// Left [0°, 180°) or right [180°, 360°).
    Halves,
    /// Left [0°, 135°), back [135°, 225°), right [225°, 360°): VSI-Bench's relative direction, "medium".
    Thirds,
    /// Front-left, back-left, back-right, front-right: a quarter turn each from straight ahead (VSI-Bench, "hard").
    Quadrants,
    /// Front, left, back, right: within 45° of each axis.
    Axes,
    /// The axes and the diagonals: within 22.5° of each.
    Eight,
    /// The hours of a clock face seen from above: 12 o'clock ahead, 3 o'clock right; within 15° of each.
    Clock,
    /// The acute angle of two undirected lines: parallel below 15°, orthogonal from 75°, oblique between.
    Orientation,
}

impl SectorSystem {
    /// All systems.
    pub const ALL: [Self; 7] =
        [Self::Halves, Self::Thirds, Self::Quadrants, Self::Axes, Self::Eight, Self::Clock, Self::Orientation];

    fn table(self) -> &'static Table {
        Table::of(self)
    }

    /// The words for the sectors; they are stable and their positions are the sector indices used throughout.
    pub fn sectors(self) -> &'static [&'static str] {
        self.table().words
    }

    /// The index of the sector with this word.
    pub fn sector_named(self, word: &str) -> Option<usize> {
        self.sectors().iter().position(|w| *w == word)
    }

    /// Words of [`Self::Eight`] for what leads up or down more than along the plane, or as much: alone, or before one of the
    /// axes. Other systems have none; no angle has such a word, only rules that know the height.
    pub fn rising(self) -> &'static [&'static str] {
        match self {
            Self::Eight => &[
                "up",
                "down",
                "up-front",
                "up-left",
                "up-back",
                "up-right",
                "down-front",
                "down-left",
                "down-back",
                "down-right",
            ],
            _ => &[],
        }
    }

    /// All words: of the sectors, then those of [`Self::rising`].
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        self.sectors().iter().chain(self.rising()).copied()
    }

    /// The sector of a direction (any finite angle, radians). Exact at the borders, for borders as `atan2` or
    /// [`f64::to_radians`] give them.
    pub fn classify(self, angle_rad: f64) -> usize {
        let table = self.table();
        let at = table.reduced(angle_rad);
        // The nearest border clockwise of the direction begins its sector. Signed angles are compared as they are
        // (no turn is added), which is what keeps borders exact.
        let latest = |starts: &mut dyn Iterator<Item = (usize, f64)>| starts.max_by(|p, q| p.1.total_cmp(&q.1));
        latest(&mut table.starts_rad().filter(|(_, start)| *start <= at))
            .or_else(|| latest(&mut table.starts_rad()))
            .map_or(0, |(sector, _)| sector)
    }

    /// The sectors that a closed arc meets, in order of index; never empty.
    pub fn touched(self, arc: Arc) -> Vec<usize> {
        let table = self.table();
        let all = 0..self.sectors().len();
        if arc.is_whole() {
            return all.collect();
        }
        let mid = table.reduced(arc.mid_rad());
        let half_width = arc.half_width_rad();
        let mut met = vec![false; all.len()];
        met[self.classify(mid)] = true;
        for (sector, start) in table.starts_rad() {
            if table.is_seam(sector) {
                continue;
            }
            let (ahead, behind) = table.turns(mid, start);
            // Counter-clockwise the arc meets the next sector as soon as it reaches the border …
            met[sector] |= ahead <= half_width;
            // … clockwise it must go past it, because the border belongs to the sector it begins.
            met[table.before(sector)] |= behind < half_width;
        }
        all.filter(|sector| met[*sector]).collect()
    }

    /// How far a direction is from the nearest border, radians; 0 on a border.
    pub fn margin_rad(self, angle_rad: f64) -> f64 {
        let table = self.table();
        let at = table.reduced(angle_rad);
        let borders = table.starts_rad().filter(|(sector, _)| !table.is_seam(*sector));
        borders
            .map(|(_, start)| {
                let (ahead, behind) = table.turns(at, start);
                ahead.min(behind)
            })
            .fold(f64::INFINITY, f64::min)
    }

    /// The sector that this one becomes when left and right are exchanged. An index that is no sector is returned
    /// as it is.
    pub fn mirror(self, sector: usize) -> usize {
        let table = self.table();
        table.mirrored(sector).unwrap_or(sector)
    }
}

impl Table {
    /// The direction as this system sees it: in (−π, π], or folded to the acute angle in [0, π/2].
    fn reduced(&self, angle_rad: f64) -> f64 {
        let signed = wrap_signed(angle_rad);
        match self.range {
            Range::Circle => signed,
            Range::Acute => signed.abs().min(PI - signed.abs()),
        }
    }

    /// How far from `at` the border `start` is, counter-clockwise and clockwise; infinite on the side where a folded
    /// range has no such border. On the border both are 0.
    fn turns(&self, at: f64, start: f64) -> (f64, f64) {
        let ahead = start - at;
        match self.range {
            _ if ahead == 0.0 => (0.0, 0.0),
            Range::Circle if ahead > 0.0 => (ahead, TAU - ahead),
            Range::Circle => (ahead + TAU, -ahead),
            Range::Acute if ahead > 0.0 => (ahead, f64::INFINITY),
            Range::Acute => (f64::INFINITY, -ahead),
        }
    }
}
