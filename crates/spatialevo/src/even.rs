//! Bands in which SpatialEvo calls two quantities the same, under its own profile.

use question::{Comparison, Entity, Predicate, Profile, Question, Term, Unit};
use serde::Deserialize;
use serde_json::Value;

use crate::TaskType;

/// When two quantities are the same.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Even {
    /// The profile that has the band.
    profile: String,
    /// Greatest difference, in `unit`.
    within: f64,
    unit: Unit,
    /// What is answered; nothing: the question is refused.
    pub(crate) answer: Option<String>,
}

impl TaskType {
    /// The question whether the two quantities that a question compares are the same; `None` without a band.
    pub(crate) fn even(&self, question: &Question, profile: &Profile) -> Option<(&Even, Question)> {
        let even = self.even.as_ref().filter(|even| even.profile == profile.name)?;
        let [a, b] = match question {
            Question::Pick { of, among, filter: None, .. } => match &among[..] {
                [a, b] => [of_each(of, a)?, of_each(of, b)?],
                _ => return None,
            },
            Question::Test { that: Predicate::Compare { left, right, .. } } => [left.clone(), right.clone()],
            _ => return None,
        };
        let under = |x: &Term, y: &Term| Predicate::Compare {
            left: Term::Difference { of: vec![x.clone(), y.clone()] },
            is: Comparison::Less,
            right: Term::Constant { value: even.within, unit: even.unit },
        };
        Some((even, Question::Test { that: Predicate::All { of: vec![under(&a, &b), under(&b, &a)] } }))
    }
}

/// The quantity of one candidate.
fn of_each(of: &Term, candidate: &Entity) -> Option<Term> {
    fn put(value: &mut Value, candidate: &str) {
        match value {
            Value::String(text) if text == "?" => candidate.clone_into(text),
            Value::Object(fields) => fields.values_mut().for_each(|field| put(field, candidate)),
            Value::Array(items) => items.iter_mut().for_each(|item| put(item, candidate)),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(of).ok()?;
    put(&mut value, &candidate.to_string());
    serde_json::from_value(value).ok()
}
