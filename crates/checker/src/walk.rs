//! The walk through a proof: looking up the steps, and complaining about them.
//!
//! Each part of the question is matched with the step that must establish it ([`crate::conclusion`],
//! [`crate::truth`], [`crate::quantity`]), and that step is checked against the scene and the steps it cites in turn.
//! Steps are reached only through citations of steps that were matched, so a step that was never reached proves nothing.

use std::{cell::RefCell, collections::BTreeSet, fmt::Display};

use serde_json::Value;

use crate::Rejection;
use crate::class::Members;
use crate::measure::{Amount, Rules};
use crate::value::{canonical, entity_ids, entity_text, index, items, near, text, title};

/// How far a stated number may be from the one derived, absolute or relative.
pub(crate) const WITHIN: f64 = 1e-6;
/// How far what is computed from stated numbers may be off.
pub(crate) const EXACTLY: f64 = 1e-9;
/// Most matches of a part with a step.
const MAX_VISITS: usize = 2_000_000;

/// What `"?"` stands for: `"#17"` or `"#3|#4"`.
pub(crate) type Each<'a> = Option<&'a str>;
pub(crate) type Outcome<T> = Result<T, Rejection>;

/// A walk through a proof.
pub(crate) struct Walk<'a> {
    pub(crate) rules: &'a Rules<'a>,
    pub(crate) steps: &'a [Value],
    pub(crate) members: &'a Members,
    /// Which steps were reached, and how often one was.
    pub(crate) visits: RefCell<(BTreeSet<usize>, usize)>,
    /// Measures that were derived already.
    pub(crate) measured: RefCell<BTreeSet<usize>>,
}

impl<'a> Walk<'a> {
    /// Demands, when the answer is reached, that no step was left out and none stands twice.
    pub(crate) fn check_rest(&self) -> Outcome<()> {
        let mut seen = BTreeSet::new();
        for (at, step) in self.steps.iter().enumerate() {
            let reached = step["rule"] == "resolve" || self.visits.borrow().0.contains(&at);
            self.ensure(reached, at, "rule", [&"a step that is needed", &"one that is not"])?;
            // What makes a step the one it is; its numbers and its truth follow.
            let mut identity = step.clone();
            for key in ["value", "lo", "hi", "margin", "witness", "holds"] {
                identity[key] = Value::Null;
            }
            self.ensure(seen.insert(canonical(&identity)), at, "rule", [&"no step twice", &"a repeated step"])?;
        }
        Ok(())
    }

    /// A step of this rule.
    pub(crate) fn step(&self, at: usize, rule: &str) -> Outcome<&'a Value> {
        let mut visits = self.visits.borrow_mut();
        visits.1 += 1;
        if visits.1 > MAX_VISITS {
            let expected = format!("at most {MAX_VISITS} matches with steps");
            return Err(Rejection::Form { at: "question".to_owned(), expected, found: "more".to_owned() });
        }
        let step = self.steps.get(at).filter(|step| step["rule"] == rule);
        let step = step.ok_or_else(|| self.wrong(at, "rule", [&rule, &"another"]))?;
        visits.0.insert(at);
        Ok(step)
    }

    /// The positions that a step cites under a key, one or many; all of them earlier than itself.
    pub(crate) fn cited(&self, at: usize, key: &str) -> Outcome<Vec<usize>> {
        let (one, many) = (&self.steps[at][key], items(&self.steps[at], key));
        let cited: Vec<usize> = if one.is_array() { many.iter().map(index).collect() } else { vec![index(one)] };
        let last = cited.iter().max().copied().unwrap_or_default();
        self.ensure(cited.is_empty() || last < at, at, "cites", [&"earlier steps", &last]).map(|()| cited)
    }

    /// The only position that a step cites under a key.
    pub(crate) fn cite(&self, at: usize, key: &str) -> Outcome<usize> {
        self.cited(at, key).map(|cited| cited[0])
    }

    /// The numbers an entity stands for, written as in a step.
    pub(crate) fn entity(&self, entity: &Value, each: Each, at: usize) -> Outcome<String> {
        let word = entity.as_str().unwrap_or_default();
        let given = entity_ids(word).is_some() || word.starts_with('@');
        let numbers = if word == "?" { each } else { given.then_some(word) };
        let mark = if word.starts_with('~') { "&" } else { "|" };
        let found = numbers.map(str::to_owned).or_else(|| Some(entity_text(self.members.get(word)?, mark)));
        found.ok_or_else(|| self.wrong(at, "question", [&"an object or a candidate", &word]))
    }

    /// Complains about a step unless it fits: what was expected, what was found.
    pub(crate) fn ensure(&self, fits: bool, at: usize, field: &'static str, said: [&dyn Display; 2]) -> Outcome<()> {
        if fits { Ok(()) } else { Err(self.wrong(at, field, said)) }
    }

    pub(crate) fn wrong(&self, step: usize, field: &'static str, said: [&dyn Display; 2]) -> Rejection {
        let what = self.steps.get(step).map_or_else(|| "no such step".to_owned(), title);
        let [expected, found] = said.map(ToString::to_string);
        Rejection::Statement { step, what, field, expected, found }
    }

    /// Two values must have the same content.
    pub(crate) fn same(&self, at: usize, field: &'static str, stated: &Value, derived: &Value) -> Outcome<()> {
        let (found, expected) = (canonical(stated), canonical(derived));
        self.ensure(found == expected, at, field, [&expected, &found])
    }

    /// All numbers and the unit of two amounts must agree.
    pub(crate) fn agrees(&self, at: usize, stated: &Amount, derived: &Amount, within: f64) -> Outcome<()> {
        self.ensure(stated.unit == derived.unit, at, "unit", [&derived.unit, &stated.unit])?;
        self.number(at, "value", (stated.value, derived.value), within)?;
        self.number(at, "lo", (stated.lo, derived.lo), within)?;
        self.number(at, "hi", (stated.hi, derived.hi), within)
    }

    /// A stated number and the one derived must agree.
    pub(crate) fn number(&self, step: usize, field: &'static str, pair: (f64, f64), within: f64) -> Outcome<()> {
        let (stated, derived) = pair;
        let (what, unit) = (title(&self.steps[step]), text(&self.steps[step], "unit").to_owned());
        if near(stated, derived, within) {
            Ok(())
        } else {
            Err(Rejection::Number { step, what, field, stated, derived, unit })
        }
    }
}
