//! Answers and units.

use geometry::SectorSystem;
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
    /// A place as a camera has it: metres to the right, down and forward.
    Point {
        /// Best place.
        value: [f64; 3],
        /// Lower bound of each.
        lo: [f64; 3],
        /// Upper bound of each.
        hi: [f64; 3],
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
