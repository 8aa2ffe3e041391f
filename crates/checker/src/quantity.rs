//! The steps that state quantities: measured in the scene, or combined from others.

use scene::geometry::Vec3;
use serde_json::Value;

use crate::measure::Amount;
use crate::value::{SLOTS, is_turn, items, number, text, title};
use crate::walk::{EXACTLY, Each, Outcome, WITHIN, Walk};

impl<'a> Walk<'a> {
    /// The step must state this quantity; gives what it states.
    pub(crate) fn quantity(&self, term: &Value, each: Each, at: usize) -> Outcome<Amount<'a>> {
        let op = text(term, "measure");
        if !["sum", "difference", "ratio"].contains(&op) {
            return self.measured(&self.grounded(term, each, at)?, at);
        }
        let step = self.step(at, "combine")?;
        let (parts, cited) = (items(term, "of"), self.cited(at, "of")?);
        let circular = parts.iter().any(is_turn);
        let fits = step["op"] == op && cited.len() == parts.len() && !circular;
        self.ensure(fits, at, "op, of", [&format!("{op} of {}, no bearings", parts.len()), &title(step)])?;
        let parts = parts.iter().zip(cited).map(|(part, cite)| self.quantity(part, each, cite));
        let parts = parts.collect::<Outcome<Vec<_>>>()?;
        let derived = combined(op, &parts).map_err(|expected| self.wrong(at, "of", [&expected, &"otherwise"]))?;
        let stated = Amount::read(step);
        self.agrees(at, &stated, &derived, EXACTLY).map(|()| stated)
    }

    /// The step must measure this grounded term.
    fn measured(&self, term: &Value, at: usize) -> Outcome<Amount<'a>> {
        let step = self.step(at, "measure")?;
        self.same(at, "term", &step["term"], term)?;
        let stated = Amount::read(step);
        if self.measured.borrow().contains(&at) {
            return Ok(stated);
        }
        let mut derived = self.rules.measure(term).map_err(|expected| self.wrong(at, "value", [&expected, &"none"]))?;
        if is_turn(term) {
            let signed = stated.value > -180.0 && stated.value <= 180.0;
            self.ensure(signed, at, "value", [&"an angle in (-180, 180] deg", &stated.value])?;
            // Straight back may come out on either side.
            let turn = 360.0 * ((stated.value - derived.value) / 359.0).trunc();
            derived = Amount { value: derived.value + turn, lo: derived.lo + turn, hi: derived.hi + turn, ..derived };
        }
        let given = ["constant", "number"].contains(&text(term, "measure"));
        self.agrees(at, &stated, &derived, if given { f64::EPSILON } else { WITHIN })?;
        self.witnessed(step, term, at)?;
        self.measured.borrow_mut().insert(at);
        Ok(stated)
    }

    /// Distances between surfaces and centres come with two points, between footprints perhaps, nothing else does.
    fn witnessed(&self, step: &Value, term: &Value, at: usize) -> Outcome<()> {
        let xyz = |point: &Value| Vec3::from_array([0, 1, 2].map(|i| point[i].as_f64().unwrap_or(f64::NAN)));
        let given = !items(step, "witness").is_empty();
        let fits = match text(term, "definition") {
            "horizontal" => !given || term["measure"] == "distance",
            definition => {
                given == (term["measure"] == "distance" && ["surface", "centre", "axis_aligned"].contains(&definition))
            }
        };
        self.ensure(fits, at, "witness", [&"two points for a distance", &"others"])?;
        let [p, q] = items(step, "witness") else { return Ok(()) };
        let fault = self.rules.witness_fault(term, number(step, "value"), [xyz(p), xyz(q)]);
        fault.map_or(Ok(()), |pair| self.number(at, "witness", pair, WITHIN))
    }

    /// The term with numbers for words and its definition spelled out.
    fn grounded(&self, term: &Value, each: Each, at: usize) -> Outcome<Value> {
        let mut grounded = term.clone();
        for slot in SLOTS.iter().filter(|slot| term[**slot].is_string()) {
            grounded[*slot] = Value::from(self.entity(&term[*slot], each, at)?);
        }
        let spot = |slot: &str| text(&grounded, slot).starts_with('@');
        let measure = match text(term, "measure") {
            "distance" if ["from", "to", "of"].into_iter().any(spot) => "distance of a camera",
            "azimuth" if spot("of") && !text(&grounded, "of").contains(':') => "azimuth of a camera",
            "azimuth" if !spot("from") => "azimuth of objects",
            measure => measure,
        };
        let definition = self.rules.profile.definition(measure);
        if let (None, Some(definition)) = (term.get("definition"), definition) {
            grounded["definition"] = Value::from(definition);
        }
        Ok(grounded)
    }
}

/// Interval arithmetic; otherwise what the parts would have to be.
fn combined<'a>(op: &str, parts: &[Amount<'a>]) -> Result<Amount<'a>, &'static str> {
    let [a, .., b] = parts else { return Err("two parts") };
    if parts.iter().any(|part| part.unit != a.unit) {
        return Err("one unit");
    }
    let (value, lo, hi) = match op {
        "sum" => {
            let sum = |bound: fn(&Amount) -> f64| parts.iter().map(bound).sum();
            (sum(|part| part.value), sum(|part| part.lo), sum(|part| part.hi))
        }
        "difference" => (a.value - b.value, a.lo - b.hi, a.hi - b.lo),
        _ if b.lo <= 0.0 && b.hi >= 0.0 => return Err("a divisor other than 0"),
        _ => {
            let quotients = [a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi];
            let bound = |pick: fn(f64, f64) -> f64| quotients[1..].iter().copied().fold(quotients[0], pick);
            (a.value / b.value, bound(f64::min), bound(f64::max))
        }
    };
    Ok(Amount { value, lo, hi, unit: if op == "ratio" { "1" } else { a.unit } })
}
