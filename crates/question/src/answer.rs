//! Answers and units.

use geometry::{Polygon, SectorSystem, Vec2};
use scene::ObjectId;
use serde::{Deserialize, Serialize};

/// Unit of a quantity, as it is written in JSON and text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Unit {
    /// Metres.
    #[serde(rename = "m")]
    Metre,
    /// Square metres.
    #[serde(rename = "m2")]
    SquareMetre,
    /// Cubic metres.
    #[serde(rename = "m3")]
    CubicMetre,
    /// Degrees.
    #[serde(rename = "deg")]
    Degree,
    /// A bare number: ratio, share or count.
    #[serde(rename = "1")]
    One,
}

/// An answer without its reasons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// A quantity that lies between `lo` and `hi`.
    Quantity {
        /// Best value, in `unit`.
        value: f64,
        /// Lower bound, in `unit`.
        lo: f64,
        /// Upper bound, in `unit`.
        hi: f64,
        /// Unit of the three.
        unit: Unit,
    },
    /// A turn of the head, degrees, positive to the left.
    Turn {
        /// Best value, in (−180, 180].
        value: f64,
        /// Clockwise bound; may lie beyond ±180.
        lo: f64,
        /// Counter-clockwise bound; may lie beyond ±180.
        hi: f64,
    },
    /// A number of objects.
    Count {
        /// How many.
        value: u32,
    },
    /// One object.
    Object {
        /// Its number.
        id: ObjectId,
        /// What the question called it.
        name: String,
    },
    /// One frame.
    Frame {
        /// Its name.
        name: String,
    },
    /// One pixel.
    Pixel {
        /// Name of its frame.
        frame: String,
        /// Its column, from 0 at the left.
        column: i32,
        /// Its row, from 0 at the top.
        row: i32,
    },
    /// A place as a camera has it: metres to the right, down and forward.
    Point {
        /// Best place.
        value: [f64; 3],
        /// Lower bound of each.
        lo: [f64; 3],
        /// Upper bound of each.
        hi: [f64; 3],
    },
    /// A free part of a level surface.
    Region {
        /// A place in it, world frame, metres: the middle of the largest piece.
        at: [f64; 3],
        /// Its area, square metres.
        area_m2: f64,
        /// Its convex pieces, which do not overlap: corners in world x and y, metres, counter-clockwise. A claim names
        /// the place alone.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pieces: Vec<Vec<[f64; 2]>>,
    },
    /// Turns one after the other.
    Turns {
        /// A word of the system `axes` for each.
        words: Vec<String>,
    },
    /// Objects in order.
    Order {
        /// Their numbers, first to last.
        ids: Vec<ObjectId>,
        /// What the question called them.
        names: Vec<String>,
    },
    /// Yes or no.
    YesNo {
        /// True for yes.
        value: bool,
    },
    /// A word for a range of angles.
    Sector {
        /// The system it belongs to.
        #[serde(rename = "in")]
        #[schemars(with = "String")]
        sectors: SectorSystem,
        /// The word: `"front-left"`, `"3 o'clock"`, `"parallel"`.
        word: String,
    },
}

impl Answer {
    /// Whether a certain answer of the same kind is surely another one: another thing or word, or a size that no tolerance
    /// makes the same. What is neither (a region, a frame, a pixel) is not compared.
    pub fn is_apart(&self, other: &Self) -> bool {
        let apart = |lo: f64, hi: f64, other_lo: f64, other_hi: f64| hi < other_lo || other_hi < lo;
        match (self, other) {
            (Self::Quantity { lo, hi, .. }, Self::Quantity { lo: other_lo, hi: other_hi, .. })
            | (Self::Turn { lo, hi, .. }, Self::Turn { lo: other_lo, hi: other_hi, .. }) => {
                apart(*lo, *hi, *other_lo, *other_hi)
            }
            (Self::Point { lo, hi, .. }, Self::Point { lo: other_lo, hi: other_hi, .. }) => {
                (0..3).any(|axis| apart(lo[axis], hi[axis], other_lo[axis], other_hi[axis]))
            }
            (Self::Count { value }, Self::Count { value: other }) => value != other,
            (Self::YesNo { value }, Self::YesNo { value: other }) => value != other,
            (Self::Object { id, .. }, Self::Object { id: other, .. }) => id != other,
            (Self::Order { ids, .. }, Self::Order { ids: others, .. }) => ids != others,
            (Self::Sector { word, .. }, Self::Sector { word: other, .. }) => word != other,
            (Self::Turns { words }, Self::Turns { words: others }) => words != others,
            _ => false,
        }
    }
}

/// How far a place lies outside the pieces of a free region at a height, metres; 0 inside.
pub fn outside_m(pieces: &[Vec<[f64; 2]>], height_m: f64, place: [f64; 3]) -> f64 {
    let [x, y, z] = place;
    let outside = |piece: &Vec<[f64; 2]>| {
        let corners: Vec<Vec2> = piece.iter().copied().map(Vec2::from_array).collect();
        Polygon::new(&corners, &[]).map_or(f64::INFINITY, |piece| piece.distance_m(Vec2::new(x, y)))
    };
    pieces.iter().map(outside).fold(f64::INFINITY, f64::min).hypot(z - height_m)
}
