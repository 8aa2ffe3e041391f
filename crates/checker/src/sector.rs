//! Sector systems: which word a closed interval of angles has, and how far it is from losing it.

use crate::{Rejection, json::Json};

/// An interval end this close to a border (degrees) counts as on the side that the proof says, unless it lies on the
/// border exactly: turning radians into degrees may have moved it across.
const ROUNDING_DEG: f64 = 1e-9;

/// A way to cut the circle, or the acute angles, into named sectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    Halves,
    Thirds,
    Quadrants,
    Axes,
    Eight,
    Clock,
    Orientation,
}

/// A word, the clockwise border of its sector, and the sector's width, degrees.
type Row = (&'static str, f64, f64);

const HALVES: &[Row] = &[("left", 0.0, 180.0), ("right", 180.0, 180.0)];
const THIRDS: &[Row] = &[("left", 0.0, 135.0), ("back", 135.0, 90.0), ("right", 225.0, 135.0)];
const QUADRANTS: &[Row] =
    &[("front-left", 0.0, 90.0), ("back-left", 90.0, 90.0), ("back-right", 180.0, 90.0), ("front-right", 270.0, 90.0)];
const AXES: &[Row] = &[("front", 315.0, 90.0), ("left", 45.0, 90.0), ("back", 135.0, 90.0), ("right", 225.0, 90.0)];
const EIGHT: &[Row] = &[
    ("front", 337.5, 45.0),
    ("front-left", 22.5, 45.0),
    ("left", 67.5, 45.0),
    ("back-left", 112.5, 45.0),
    ("back", 157.5, 45.0),
    ("back-right", 202.5, 45.0),
    ("right", 247.5, 45.0),
    ("front-right", 292.5, 45.0),
];
const CLOCK: &[Row] = &[
    ("12 o'clock", 345.0, 30.0),
    ("11 o'clock", 15.0, 30.0),
    ("10 o'clock", 45.0, 30.0),
    ("9 o'clock", 75.0, 30.0),
    ("8 o'clock", 105.0, 30.0),
    ("7 o'clock", 135.0, 30.0),
    ("6 o'clock", 165.0, 30.0),
    ("5 o'clock", 195.0, 30.0),
    ("4 o'clock", 225.0, 30.0),
    ("3 o'clock", 255.0, 30.0),
    ("2 o'clock", 285.0, 30.0),
    ("1 o'clock", 315.0, 30.0),
];
/// Only 15 and 75 are borders; 0 and 90 are where acute angles turn back.
const ORIENTATION: &[Row] = &[("parallel", -15.0, 30.0), ("oblique", 15.0, 60.0), ("orthogonal", 75.0, 30.0)];

impl System {
    pub(crate) fn read(json: &Json) -> Result<Self, Rejection> {
        json.word(&[
            ("halves", Self::Halves),
            ("thirds", Self::Thirds),
            ("quadrants", Self::Quadrants),
            ("axes", Self::Axes),
            ("eight", Self::Eight),
            ("clock", Self::Clock),
            ("orientation", Self::Orientation),
        ])
    }

    fn rows(self) -> &'static [Row] {
        match self {
            Self::Halves => HALVES,
            Self::Thirds => THIRDS,
            Self::Quadrants => QUADRANTS,
            Self::Axes => AXES,
            Self::Eight => EIGHT,
            Self::Clock => CLOCK,
            Self::Orientation => ORIENTATION,
        }
    }

    /// Reads a word of this system.
    pub(crate) fn word(self, json: &Json) -> Result<String, Rejection> {
        let words: Vec<(&str, &str)> = self.rows().iter().map(|(word, ..)| (*word, *word)).collect();
        json.word(&words).map(str::to_owned)
    }

    /// How far the interval `lo..=hi` (degrees) is from the nearest border of the sector called `word`, or `None` if
    /// it does not lie inside that sector.
    pub(crate) fn margin(self, word: &str, lo: f64, hi: f64) -> Option<f64> {
        let (_, start, width) = self.rows().iter().find(|(known, ..)| *known == word)?;
        let past_start = match (lo - start).rem_euclid(360.0) {
            turned if turned > 360.0 - ROUNDING_DEG => turned - 360.0,
            turned => turned,
        };
        // The border at the start belongs to the sector, that at the end to the next.
        let before_end = width - past_start - (hi - lo);
        let inside = before_end != 0.0 && before_end > -ROUNDING_DEG;
        inside.then(|| past_start.min(before_end).max(0.0))
    }
}
