//! Quantities as a proof writes them.

use std::fmt;

use crate::{Rejection, json::Json};

/// What a measure is taken of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entity {
    /// `"?"`, the candidate or member at hand.
    Each,
    /// `"#17"`, or `"#3|#4"` for the nearest of several.
    Ids(Vec<u32>),
    /// A label or name.
    Named(String),
}

impl Entity {
    pub(crate) fn read(json: &Json) -> Result<Self, Rejection> {
        let text = json.text()?;
        if text == "?" {
            return Ok(Self::Each);
        }
        if text.starts_with('#') {
            let id = |part: &str| part.strip_prefix('#').and_then(|digits| digits.parse().ok());
            let ids: Option<Vec<u32>> = text.split('|').map(id).collect();
            let entity = ids.map(Self::Ids).ok_or_else(|| json.fault("object numbers such as #17 or #3|#4"))?;
            return if entity.to_string() == text { Ok(entity) } else { Err(json.fault(entity.to_string())) };
        }
        if !text.chars().any(char::is_alphanumeric) {
            return Err(json.fault("a label, an object number or ?"));
        }
        Ok(Self::Named(text.to_owned()))
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Each => f.write_str("?"),
            Self::Named(name) => f.write_str(name),
            Self::Ids(ids) => {
                let ids: Vec<String> = ids.iter().map(|id| format!("#{id}")).collect();
                f.write_str(&ids.join("|"))
            }
        }
    }
}

/// Units of quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Metre,
    SquareMetre,
    CubicMetre,
    Degree,
    One,
}

impl Unit {
    pub(crate) fn read(json: &Json) -> Result<Self, Rejection> {
        json.word(&[
            ("m", Self::Metre),
            ("m2", Self::SquareMetre),
            ("m3", Self::CubicMetre),
            ("deg", Self::Degree),
            ("1", Self::One),
        ])
    }

    /// For a message: a space and the unit, or nothing.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Metre => " m",
            Self::SquareMetre => " m2",
            Self::CubicMetre => " m3",
            Self::Degree => " deg",
            Self::One => "",
        }
    }

    /// Unit of a quotient, where it is one of ours.
    pub(crate) fn over(self, divisor: Self) -> Option<Self> {
        match (self, divisor) {
            (_, Self::One) => Some(self),
            (a, b) if a == b => Some(Self::One),
            (Self::SquareMetre, Self::Metre) | (Self::CubicMetre, Self::SquareMetre) => Some(Self::Metre),
            (Self::CubicMetre, Self::Metre) => Some(Self::SquareMetre),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distance {
    Surface,
    Centre,
    Horizontal,
    Vertical,
    SampledSurface,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sides {
    Oriented,
    AxisAligned,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axis {
    Longest,
    Width,
    Depth,
    Height,
    Footprint,
    Volume,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bearing {
    Horizontal,
    Shortened,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Bottom,
    Centre,
    Top,
}

/// What is measured; `None` leaves the definition to the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    Distance(Option<Distance>),
    Extent(Option<Sides>, Axis),
    Elevation(Part),
    VerticalGap,
    Overlap,
    Bearing(Option<Bearing>),
    AxisAngle,
    RoomArea,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Sum,
    Difference,
    Ratio,
}

/// A quantity.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Term {
    Constant { value: f64, unit: Unit },
    Combined { op: Operation, of: Vec<Term> },
    Measured { measure: Measure, of: Vec<Entity> },
    Number { class: String },
}

impl Term {
    pub(crate) fn read(json: &Json) -> Result<Self, Rejection> {
        let tag = json.maybe("measure").ok_or_else(|| json.fault("an object with the key \"measure\""))?;
        let definition = json.maybe("definition");
        let slots = |required: &[&str], optional: &[&str]| {
            let all: Vec<&str> = required.iter().chain(&["measure"]).copied().collect();
            json.keys(&all, optional)
        };
        let measured = |measure, names: &[&str]| {
            let of = names.iter().map(|name| Entity::read(&json.get(name))).collect::<Result<_, _>>()?;
            Ok(Self::Measured { measure, of })
        };
        let plain = |measure, names: &[&str]| slots(names, &[]).and_then(|()| measured(measure, names));
        match tag.text()? {
            "constant" => {
                slots(&["value", "unit"], &[])?;
                Ok(Self::Constant { value: json.get("value").number()?, unit: Unit::read(&json.get("unit"))? })
            }
            op @ ("sum" | "difference" | "ratio") => {
                slots(&["of"], &[])?;
                let of = json.get("of").items(Self::read)?;
                let op = match op {
                    "sum" => Operation::Sum,
                    "difference" => Operation::Difference,
                    _ => Operation::Ratio,
                };
                let most = if op == Operation::Sum { 8 } else { 2 };
                if of.len() < 2 || of.len() > most {
                    return Err(json.get("of").fault(format!("2 to {most} terms")));
                }
                Ok(Self::Combined { op, of })
            }
            "distance" => {
                slots(&["from", "to"], &["definition"])?;
                let words = [
                    ("surface", Distance::Surface),
                    ("centre", Distance::Centre),
                    ("horizontal", Distance::Horizontal),
                    ("vertical", Distance::Vertical),
                    ("sampled_surface", Distance::SampledSurface),
                ];
                let definition = definition.map(|json| json.word(&words)).transpose()?;
                measured(Measure::Distance(definition), &["from", "to"])
            }
            "extent" => {
                slots(&["axis", "of"], &["definition"])?;
                let words = [("oriented", Sides::Oriented), ("axis_aligned", Sides::AxisAligned)];
                let definition = definition.map(|json| json.word(&words)).transpose()?;
                let axis = json.get("axis").word(&[
                    ("longest", Axis::Longest),
                    ("width", Axis::Width),
                    ("depth", Axis::Depth),
                    ("height", Axis::Height),
                    ("footprint", Axis::Footprint),
                    ("volume", Axis::Volume),
                ])?;
                measured(Measure::Extent(definition, axis), &["of"])
            }
            "elevation" => {
                slots(&["part", "of"], &[])?;
                let words = [("bottom", Part::Bottom), ("centre", Part::Centre), ("top", Part::Top)];
                measured(Measure::Elevation(json.get("part").word(&words)?), &["of"])
            }
            "bearing" => {
                slots(&["at", "facing", "of"], &["definition"])?;
                let words = [("horizontal", Bearing::Horizontal), ("shortened", Bearing::Shortened)];
                let definition = definition.map(|json| json.word(&words)).transpose()?;
                measured(Measure::Bearing(definition), &["at", "facing", "of"])
            }
            "vertical_gap" => plain(Measure::VerticalGap, &["bottom_of", "top_of"]),
            "overlap" => plain(Measure::Overlap, &["of", "over"]),
            "axis_angle" => plain(Measure::AxisAngle, &["a", "b"]),
            "room_area" => plain(Measure::RoomArea, &[]),
            "number" => {
                slots(&["class"], &[])?;
                Ok(Self::Number { class: json.get("class").text()?.to_owned() })
            }
            _ => Err(tag.fault("a measure of docs/proof.md")),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant { value, unit } => write!(f, "constant {value}{}", unit.suffix()),
            Self::Number { class } => write!(f, "number of {class:?}"),
            Self::Combined { op, of } => {
                let of: Vec<String> = of.iter().map(ToString::to_string).collect();
                write!(f, "{} ({})", format!("{op:?}").to_lowercase(), of.join(", "))
            }
            Self::Measured { measure, of } => {
                let words: String = format!("{measure:?}").replace("Some(", "").replace([')', ','], "");
                write!(f, "{}", words.replace('(', " ").to_lowercase())?;
                of.iter().try_for_each(|entity| write!(f, " {entity}"))
            }
        }
    }
}
