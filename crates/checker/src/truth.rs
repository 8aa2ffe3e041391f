//! Which steps decide a predicate, and whether they are right.

use scene::geometry::Vec3;
use serde_json::Value;

use crate::measure::Amount;
use crate::value::{canonical, is_turn, items, number, text, title};
use crate::walk::{Each, Outcome, WITHIN, Walk};
use crate::{Rejection, plane, relation, sector};

impl<'a> Walk<'a> {
    /// The step must decide this predicate; gives its truth.
    pub(crate) fn truth(&self, predicate: &Value, each: Each, at: usize) -> Outcome<bool> {
        let test = text(predicate, "test");
        let step = self.step(at, if test == "sector" { "sector_is" } else { test })?;
        for key in ["is", "name", "answer"].into_iter().filter(|key| predicate.get(key).is_some()) {
            self.same(at, key, &step[key], &predicate[key])?;
        }
        let truth = match test {
            "compare" => {
                self.quantity(&predicate["left"], each, self.cite(at, "left")?)?;
                self.quantity(&predicate["right"], each, self.cite(at, "right")?)?;
                self.compared(at)?
            }
            "sector" => {
                let word = self.sector(&predicate["of"], &predicate["in"], each, self.cite(at, "of")?)?;
                predicate["is"] == word
            }
            "relation" => {
                let [a, b] = [self.entity(&predicate["a"], each, at)?, self.entity(&predicate["b"], each, at)?];
                let stated = [format!("#{}", step["a"]), format!("#{}", step["b"])];
                self.ensure(stated == [&a[..], &b[..]], at, "a, b", [&format!("{a} {b}"), &stated.join(" ")])?;
                self.truth(&relation::meaning(text(predicate, "name"), &a, &b), None, self.cite(at, "of")?)?
            }
            "not" => !self.truth(&predicate["of"], each, self.cite(at, "of")?)?,
            "claim" => {
                let own = self.conclude(&predicate["question"], each, self.cite(at, "of")?)?;
                let truth = borne_out(own, &predicate["answer"]);
                truth.ok_or_else(|| self.wrong(at, "answer", [&"one that can be decided", &"another"]))?
            }
            _ => self.join(predicate, step, each, at)?,
        };
        self.ensure(step["holds"] == truth, at, "holds", [&truth, &!truth]).map(|()| truth)
    }

    /// The step must decide whether all or any of the parts hold.
    fn join(&self, predicate: &Value, step: &Value, each: Each, at: usize) -> Outcome<bool> {
        let (parts, cited, holds) = (items(predicate, "of"), self.cited(at, "of")?, step["holds"] == true);
        // `all` that fails and `any` that holds are decided by one part.
        let decided = holds == (predicate["test"] == "any");
        let wanted = if decided { 1 } else { parts.len() };
        self.ensure(cited.len() == wanted, at, "of", [&format!("{wanted} parts"), &cited.len()])?;
        if !decided {
            for (part, cite) in parts.iter().zip(cited) {
                self.ensure(self.truth(part, each, cite)? == holds, cite, "holds", [&holds, &!holds])?;
            }
            return Ok(holds);
        }
        // The part may be any; if none fits, a number that is wrong says more than a step that is another.
        let mut fault = None;
        for part in parts {
            match self.truth(part, each, cited[0]) {
                Ok(truth) => return self.ensure(truth == holds, cited[0], "holds", [&holds, &truth]).map(|()| holds),
                Err(other) if fault.is_none() || matches!(other, Rejection::Number { .. }) => fault = Some(other),
                Err(_) => {}
            }
        }
        Err(fault.unwrap_or_else(|| self.wrong(at, "of", [&"one of the parts", &cited[0]])))
    }

    /// The step must say in which sector this angle lies; gives the word.
    pub(crate) fn sector(&self, term: &Value, system: &Value, each: Each, at: usize) -> Outcome<&'a str> {
        let step = self.step(at, "sector")?;
        self.same(at, "in", &step["in"], system)?;
        let of = self.cite(at, "of")?;
        let Amount { lo, hi, unit, .. } = self.quantity(term, each, of)?;
        let fits = unit == "deg" && (term["measure"] == "axis_angle") == (system == "orientation");
        self.ensure(fits, at, "of", [&"an angle of this system", &title(term)])?;
        let (system, word) = (text(step, "in"), text(step, "word"));
        let rise =
            self.rules.rise(&self.steps[of]["term"]).map_err(|expected| self.wrong(at, "of", [&expected, &word]))?;
        let level = match rise.filter(|_| system == "eight") {
            Some((way, true)) => word.strip_prefix(way).and_then(|word| word.strip_prefix('-')),
            Some((way, false)) => (word == way).then_some("front"),
            None => Some(word),
        };
        let margin = level.and_then(|word| sector::margin(system, word, lo, hi));
        let margin = margin.ok_or_else(|| self.wrong(at, "word", [&format!("that of {lo} to {hi} deg"), &word]))?;
        self.number(at, "margin", (number(step, "margin"), margin), WITHIN).map(|()| word)
    }

    /// Whether what a `compare` step says of the quantities it cites, which were matched before, is so.
    pub(crate) fn compared(&self, at: usize) -> Outcome<bool> {
        let step = &self.steps[at];
        let [l, r] = [&self.steps[self.cite(at, "left")?], &self.steps[self.cite(at, "right")?]];
        let (left, right) = (Amount::read(l), Amount::read(r));
        let fits = left.unit == right.unit && ![l, r].iter().any(|side| is_turn(&side["term"]));
        self.ensure(fits, at, "left, right", [&"quantities of one unit, no bearings", &title(r)])?;
        let (low, high) = if step["is"] == "greater" { (right, left) } else { (left, right) };
        let (holds, margin) = if self.rules.profile.k == 0.0 {
            (low.value < high.value, (high.value - low.value).abs())
        } else if low.hi < high.lo {
            (true, high.lo - low.hi)
        } else {
            self.ensure(low.lo >= high.hi, at, "holds", [&"intervals that are apart", &"intervals that meet"])?;
            (false, low.lo - high.hi)
        };
        self.number(at, "margin", (number(step, "margin"), margin), WITHIN).map(|()| holds)
    }
}

/// Whether an answer bears out a claimed one; `None` for a quantity or turn that is neither inside the claimed interval
/// nor apart from it. Objects are compared by number; an answer of another kind or unit is another answer.
fn borne_out(own: &Value, claimed: &Value) -> Option<bool> {
    let same = |key: &&str| canonical(&own[*key]) == canonical(&claimed[*key]);
    let kind = text(own, "kind");
    if kind == "region" && claimed["kind"] == "region" {
        let xyz = |of: &Value| Vec3::from_array([0, 1, 2].map(|i| of[i].as_f64().unwrap_or(f64::NAN)));
        let (place, height) = (xyz(&claimed["at"]), xyz(&own["at"]).z);
        let ring =
            |piece: &Value| piece.as_array().into_iter().flatten().map(|p| xyz(p).truncate()).collect::<Vec<_>>();
        let beyond = items(own, "pieces").iter().map(|piece| plane::distance(&[place.truncate()], &ring(piece)));
        let beyond = beyond.fold(f64::INFINITY, f64::min).hypot(place.z - height);
        return (beyond <= 0.01 || beyond > 0.1).then_some(beyond <= 0.01);
    }
    if kind == "point" && same(&"kind") {
        // Elsewhere along one axis is elsewhere.
        let axis = |i: usize| {
            let [lo, hi, low, high] = [(own, "lo"), (own, "hi"), (claimed, "lo"), (claimed, "hi")]
                .map(|(of, key)| of[key][i].as_f64().unwrap_or(f64::NAN));
            let inside = low <= lo && hi <= high;
            (inside || hi < low || lo > high).then_some(inside)
        };
        let axes = [0, 1, 2].map(axis);
        let elsewhere = axes.contains(&Some(false));
        return if elsewhere { Some(false) } else { axes.iter().all(Option::is_some).then_some(true) };
    }
    if !["kind", "unit", "in"].iter().all(same) || !["quantity", "turn"].contains(&kind) {
        return Some(
            ["kind", "unit", "in", "value", "id", "ids", "word", "words", "name", "frame", "column", "row"]
                .iter()
                .filter(|key| **key != "name" || own["id"].is_null())
                .all(same),
        );
    }
    // The same turn may be written a circle apart.
    let circle = if kind == "turn" { 360.0 } else { 0.0 };
    let readings = [-circle, 0.0, circle].map(|turn| {
        let (lo, hi) = (number(own, "lo") + turn, number(own, "hi") + turn);
        let inside = number(claimed, "lo") <= lo && hi <= number(claimed, "hi");
        (inside || hi < number(claimed, "lo") || lo > number(claimed, "hi")).then_some(inside)
    });
    if readings.contains(&Some(true)) { Some(true) } else { readings.iter().all(Option::is_some).then_some(false) }
}
