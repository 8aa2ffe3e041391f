//! What a measure is taken of.

use std::{borrow::Cow, fmt, str::FromStr};

use scene::ObjectId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An object as a question names it. In JSON always a string.
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
}

/// Why a string names no entity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entity {0:?}: expected a label, an object number such as \"#17\", or \"?\"")]
pub struct EntityError(String);

impl FromStr for Entity {
    type Err = EntityError;

    fn from_str(text: &str) -> Result<Self, EntityError> {
        let fault = || EntityError(text.chars().take(80).collect());
        if text == "?" {
            return Ok(Self::Each);
        }
        if text.starts_with('#') {
            let ids = text
                .split('|')
                .map(|part| part.strip_prefix('#').and_then(|digits| digits.parse().ok()).map(ObjectId))
                .collect::<Option<Vec<_>>>()
                .ok_or_else(fault)?;
            return Ok(if ids.len() == 1 { Self::Id(ids[0]) } else { Self::Nearest(ids) });
        }
        if text.len() > 200 || !text.chars().any(char::is_alphanumeric) {
            return Err(fault());
        }
        Ok(Self::Named(text.to_owned()))
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Each => f.write_str("?"),
            Self::Id(id) => id.fmt(f),
            Self::Nearest(ids) => {
                for (at, id) in ids.iter().enumerate() {
                    write!(f, "{}{id}", if at > 0 { "|" } else { "" })?;
                }
                Ok(())
            }
            Self::Named(name) => f.write_str(name),
        }
    }
}

impl Serialize for Entity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(name) => serializer.serialize_str(name),
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
            "description": "A label or name (\"white vase\"), an object number (\"#17\"), or \"?\" for the candidate at hand.",
            "type": "string",
            "minLength": 1,
            "maxLength": 200
        })
    }
}
