//! Answers and the amounts in them.

use crate::{
    Rejection,
    json::Json,
    sector::System,
    term::Unit,
};

/// A value with its bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Amount {
    pub(crate) value: f64,
    pub(crate) lo: f64,
    pub(crate) hi: f64,
    pub(crate) unit: Unit,
}

impl Amount {
    /// Reads the keys `value`, `lo`, `hi`, `unit` of an object.
    pub(crate) fn read(json: &Json) -> Result<Self, Rejection> {
        let amount = Self {
            value: json.get("value").number()?,
            lo: json.get("lo").number()?,
            hi: json.get("hi").number()?,
            unit: Unit::read(&json.get("unit"))?,
        };
        if amount.lo > amount.hi {
            return Err(json.get("lo").fault(format!("at most hi, {}", amount.hi)));
        }
        Ok(amount)
    }

    /// The first number that is not the other amount's within `within`, absolute or relative.
    pub(crate) fn differs(&self, other: &Self, within: f64) -> Option<(&'static str, f64, f64)> {
        [("value", self.value, other.value), ("lo", self.lo, other.lo), ("hi", self.hi, other.hi)]
            .into_iter()
            .find(|(_, a, b)| !near(*a, *b, within))
    }
}

/// Whether two numbers agree within `within`, absolute or relative. Never for `NaN`.
pub(crate) fn near(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within * b.abs().max(1.0)
}

/// The answer of a question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Quantity(Amount),
    Count(u32),
    Object { id: u32, name: String },
    Order { ids: Vec<u32>, names: Vec<String> },
    YesNo(bool),
    Sector { system: System, word: String },
}

impl Answer {
    pub(crate) fn read(json: &Json) -> Result<Self, Rejection> {
        let kind = json.maybe("kind").ok_or_else(|| json.fault("an object with the key \"kind\""))?;
        match kind.text()? {
            "quantity" => {
                json.keys(&["kind", "value", "lo", "hi", "unit"], &[])?;
                Ok(Self::Quantity(Amount::read(json)?))
            }
            "count" => {
                json.keys(&["kind", "value"], &[])?;
                Ok(Self::Count(json.get("value").natural()?))
            }
            "object" => {
                json.keys(&["kind", "id", "name"], &[])?;
                Ok(Self::Object { id: json.get("id").natural()?, name: json.get("name").text()?.to_owned() })
            }
            "order" => {
                json.keys(&["kind", "ids", "names"], &[])?;
                Ok(Self::Order {
                    ids: json.get("ids").items(Json::natural)?,
                    names: json.get("names").items(|name| name.text().map(str::to_owned))?,
                })
            }
            "yes_no" => {
                json.keys(&["kind", "value"], &[])?;
                Ok(Self::YesNo(json.get("value").flag()?))
            }
            "sector" => {
                json.keys(&["kind", "in", "word"], &[])?;
                let system = System::read(&json.get("in"))?;
                Ok(Self::Sector { system, word: system.word(&json.get("word"))? })
            }
            _ => Err(kind.fault("quantity, count, object, order, yes_no or sector")),
        }
    }

    /// Whether a derived answer bears out a claimed one; `None` if the claim is of another kind, or a quantity that
    /// is neither inside the claimed interval nor apart from it. Objects are compared by number.
    pub(crate) fn bears_out(&self, claimed: &Self) -> Option<bool> {
        match (self, claimed) {
            (Self::Quantity(own), Self::Quantity(claim)) if own.unit == claim.unit => {
                if claim.lo <= own.lo && own.hi <= claim.hi {
                    Some(true)
                } else {
                    (own.hi < claim.lo || own.lo > claim.hi).then_some(false)
                }
            }
            (Self::Count(own), Self::Count(claim)) => Some(own == claim),
            (Self::Object { id: own, .. }, Self::Object { id: claim, .. }) => Some(own == claim),
            (Self::Order { ids: own, .. }, Self::Order { ids: claim, .. }) => Some(own == claim),
            (Self::YesNo(own), Self::YesNo(claim)) => Some(own == claim),
            (Self::Sector { system, word }, Self::Sector { system: of, word: claim }) if system == of => {
                Some(word == claim)
            }
            _ => None,
        }
    }
}
