//! What a measure is taken of.

use std::{borrow::Cow, fmt, str::FromStr};

use scene::ObjectId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An object or camera as a question names it. In JSON always a string.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// `"?"`: the candidate at hand, inside `pick`, `order` and `where`.
    Each,
    /// `"#17"`: the object with this number.
    Id(ObjectId),
    /// `"#3|#4"`: several instances of one class of which the nearest counts (profile `vsi-bench`).
    Nearest(Vec<ObjectId>),
    /// `"white vase"`: the only object of this label or name.
    Named(String),
    /// `"@rgb_0"`: the camera of the frame of this name; a point with axes, where a place is asked for.
    Camera(String),
    /// `"@rgb_0:320,240"`: the surface point that the depth image of a frame has at a pixel.
    Pixel {
        /// Name of the frame.
        frame: String,
        /// Column and row, from 0; a place within a pixel is read as that pixel.
        at_px: [i32; 2],
    },
    /// `"mug@rgb_0"`: the only object of this label or name that the frame shows; `"~kitchen@rgb_0"`: the objects
    /// that mark a region and that the frame shows.
    Seen(String),
    /// `"#3&#7"`: these objects together, as the marks of a region.
    Together(Vec<ObjectId>),
}

/// Why a string names no entity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "entity {0:?}: expected a label, an object number such as \"#17\", a camera such as \"@rgb_0\", a pixel such as \"@rgb_0:320,240\", or \"?\""
)]
pub struct EntityError(String);

impl FromStr for Entity {
    type Err = EntityError;

    fn from_str(text: &str) -> Result<Self, EntityError> {
        let fault = || EntityError(text.chars().take(80).collect());
        if text == "?" {
            return Ok(Self::Each);
        }
        if text.len() > 200 || !text.chars().any(char::is_alphanumeric) {
            return Err(fault());
        }
        if let Some((name, frame)) = text.rsplit_once('@') {
            if let ("", Some((frame, place))) = (name, frame.split_once(':')) {
                let at_px = pixel(place).filter(|_| scene::frame::is_name(frame)).ok_or_else(fault)?;
                return Ok(Self::Pixel { frame: frame.to_owned(), at_px });
            }
            return match name {
                _ if !scene::frame::is_name(frame) => Err(fault()),
                "" => Ok(Self::Camera(frame.to_owned())),
                _ if name.starts_with('#') => Err(fault()),
                _ => Ok(Self::Seen(text.to_owned())),
            };
        }
        if text.starts_with('#') {
            let together = text.contains('&');
            let ids = text
                .split(if together { '&' } else { '|' })
                .map(|part| part.strip_prefix('#').and_then(|digits| digits.parse().ok()).map(ObjectId))
                .collect::<Option<Vec<_>>>()
                .ok_or_else(fault)?;
            return Ok(match ids[..] {
                [one] => Self::Id(one),
                _ if together => Self::Together(ids),
                _ => Self::Nearest(ids),
            });
        }
        Ok(Self::Named(text.to_owned()))
    }
}

/// Column and row of the pixel that holds `"320.5,240"`.
fn pixel(text: &str) -> Option<[i32; 2]> {
    let (column, row) = text.split_once(',')?;
    let whole = |text: &str| {
        let place: f64 = text.trim().parse().ok()?;
        (-MOST_PX..=MOST_PX).contains(&place).then(|| place.floor() as i32)
    };
    Some([whole(column)?, whole(row)?])
}

/// Farthest from the image's corner that a pixel may be named, pixels.
const MOST_PX: f64 = 1e6;

fn join(f: &mut fmt::Formatter<'_>, ids: &[ObjectId], mark: &str) -> fmt::Result {
    for (at, id) in ids.iter().enumerate() {
        write!(f, "{}{id}", if at > 0 { mark } else { "" })?;
    }
    Ok(())
}

/// What is said of a pixel in a sentence: `"(320, 240)"`.
pub fn pixel_words([column, row]: [i32; 2]) -> String {
    format!("({column}, {row})")
}

/// What is said of an entity in a sentence: without the frame in which it is seen.
pub fn plainly(entity: &str) -> &str {
    match entity.rsplit_once('@') {
        Some(("", frame)) => frame,
        Some((name, _)) => name.strip_prefix('~').unwrap_or(name),
        None => entity,
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Each => f.write_str("?"),
            Self::Id(id) => id.fmt(f),
            Self::Nearest(ids) => join(f, ids, "|"),
            Self::Together(ids) => join(f, ids, "&"),
            Self::Camera(frame) => write!(f, "@{frame}"),
            Self::Pixel { frame, at_px: [column, row] } => write!(f, "@{frame}:{column},{row}"),
            Self::Named(name) | Self::Seen(name) => f.write_str(name),
        }
    }
}

impl Serialize for Entity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(name) | Self::Seen(name) => serializer.serialize_str(name),
            other => serializer.collect_str(other),
        }
    }
}

impl<'de> Deserialize<'de> for Entity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Entity {
    fn schema_name() -> Cow<'static, str> {
        "Entity".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A label or name (\"white vase\"), an object number (\"#17\"), the camera of a frame (\"@rgb_0\"), the surface point at a pixel of its depth image, column and row (\"@rgb_0:320,240\"), what a frame shows of a label or region (\"mug@rgb_0\", \"~kitchen@rgb_0\"), or \"?\" for the candidate at hand.",
            "type": "string",
            "minLength": 1,
            "maxLength": 200
        })
    }
}
