//! What a reply is compared with.

use question::{Answer, Unit, plainly};
use serde::{Deserialize, Serialize};

use crate::reply::Direction;

/// The right answer to a question, with what is needed to read a reply to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Truth {
    /// A quantity.
    Quantity {
        /// Best value, in `unit`.
        value: f64,
        /// Lower bound, in `unit`; the value where it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lo: Option<f64>,
        /// Upper bound, in `unit`; the value where it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hi: Option<f64>,
        /// Unit of the three.
        unit: Unit,
        /// How many of the unit that was asked for make one `unit`: 100 where metres are asked for in centimetres.
        /// A reply's bare number is in that unit.
        #[serde(default = "one")]
        bare: f64,
    },
    /// A turn of the head, degrees, positive to the left.
    Turn {
        /// Best value.
        value: f64,
        /// Clockwise bound.
        lo: f64,
        /// Counter-clockwise bound.
        hi: f64,
    },
    /// A number of things.
    Count {
        /// How many.
        value: u32,
    },
    /// One of several options.
    Choice {
        /// Position of the right one, from 0.
        position: usize,
        /// Their texts, or as many empty ones.
        options: Vec<String>,
    },
    /// Yes or no, true or false.
    YesNo {
        /// True for yes.
        value: bool,
    },
    /// A direction.
    Direction {
        /// In words: `"front-left"`, `"3 o'clock"`.
        words: String,
    },
    /// A thing.
    Label {
        /// Its label.
        name: String,
        /// The things that it was to be chosen from, if any.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        among: Vec<String>,
    },
    /// Things in order.
    Order {
        /// Their labels, first to last.
        names: Vec<String>,
    },
    /// A place in three numbers, metres.
    Place {
        /// Best place.
        value: [f64; 3],
        /// Lower bound of each.
        lo: [f64; 3],
        /// Upper bound of each.
        hi: [f64; 3],
    },
    /// Boxes, none or more.
    Boxes {
        /// Each as `form` has it.
        boxes: Vec<Vec<f64>>,
        /// How they are written here and in replies.
        form: BoxForm,
        /// Other boxes of the scene; a published rule pays for them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        others: Vec<Vec<f64>>,
        /// For replies on a grid: what it spans.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grid: Option<Grid>,
    },
    /// A region that a point must lie in, in shares of the picture's width and height.
    Region {
        /// Its outline.
        outline: Vec<[f64; 2]>,
        /// What replies count to across the picture: 1 for shares, 1000 for a grid, or pixels.
        scale: [f64; 2],
    },
    /// A text that says the same as one of these.
    Text {
        /// They.
        references: Vec<String>,
    },
}

pub(crate) fn one() -> f64 {
    1.0
}

/// How boxes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BoxForm {
    /// Two corners, six numbers, metres.
    Corners,
    /// Centre and full size, six numbers, metres.
    CentreSize,
    /// Centre, full size and yaw, seven numbers, metres and radians.
    CentreSizeYaw,
}

impl BoxForm {
    /// How many numbers a box of this form has.
    pub(crate) fn numbers(self) -> usize {
        match self {
            Self::Corners | Self::CentreSize => 6,
            Self::CentreSizeYaw => 7,
        }
    }
}

/// A grid that coordinates are counted on, and the box of the world that it spans.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    /// Its last number: 255, 1000.
    pub steps: f64,
    /// Lowest corner of what it spans, metres.
    pub min: [f64; 3],
    /// Highest corner of what it spans, metres.
    pub max: [f64; 3],
}

impl Truth {
    /// The truth that an answer of the engine is; `None` for kinds that no reply is read for yet: pixels and free
    /// regions.
    pub fn of(answer: &Answer) -> Option<Self> {
        Some(match answer {
            Answer::Pixel { .. } | Answer::Region { .. } => return None,
            Answer::Turns { words } => Self::Order { names: words.clone() },
            Answer::Quantity { value, lo, hi, unit } => {
                Self::Quantity { value: *value, lo: Some(*lo), hi: Some(*hi), unit: *unit, bare: 1.0 }
            }
            Answer::Turn { value, lo, hi } => Self::Turn { value: *value, lo: *lo, hi: *hi },
            Answer::Count { value } => Self::Count { value: *value },
            Answer::Object { name, .. } | Answer::Frame { name } => {
                // The frame in which a thing is seen is no part of its name.
                Self::Label { name: plainly(name).to_owned(), among: Vec::new() }
            }
            Answer::Point { value, lo, hi } => Self::Place { value: *value, lo: *lo, hi: *hi },
            Answer::Order { names, .. } => {
                Self::Order { names: names.iter().map(|name| plainly(name).to_owned()).collect() }
            }
            Answer::YesNo { value } => Self::YesNo { value: *value },
            Answer::Sector { word, .. } if Direction::parse(word).is_some() => Self::Direction { words: word.clone() },
            Answer::Sector { sectors, word } => {
                Self::Label { name: word.clone(), among: sectors.words().map(str::to_owned).collect() }
            }
        })
    }

    /// Short name of the kind of answer.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Quantity { .. } => "quantity",
            Self::Turn { .. } => "turn",
            Self::Count { .. } => "count",
            Self::Choice { .. } => "choice",
            Self::YesNo { .. } => "yes_no",
            Self::Direction { .. } => "direction",
            Self::Label { .. } => "label",
            Self::Order { .. } => "order",
            Self::Place { .. } => "place",
            Self::Boxes { .. } => "boxes",
            Self::Region { .. } => "region",
            Self::Text { .. } => "text",
        }
    }
}
