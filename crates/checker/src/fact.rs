//! What each step establishes by itself, from the scene and the steps it cites.

use crate::{
    Rejection,
    answer::{Amount, Answer, near},
    measure::Rules,
    proof::Proof,
    sector::System,
    step::Step,
    term::{Measure, Operation, Term, Unit},
};

/// How far a stated measure may be from the one derived, absolute or relative.
const WITHIN: f64 = 1e-6;
/// How far what is computed from stated numbers may be off.
const EXACTLY: f64 = 1e-9;

/// An established step.
#[derive(Debug, Clone)]
pub(crate) enum Fact {
    /// A `resolve` step; the references are checked on their own.
    Members(usize),
    Quantity(Amount),
    Word(System, String),
    Truth(bool),
    Count(u32),
    Answer(Answer),
}

/// Checks every step in turn. Whether the steps are those that the question needs is not decided here.
pub(crate) fn establish(rules: &Rules, proof: &Proof) -> Result<Vec<Fact>, Rejection> {
    let mut facts = Vec::with_capacity(proof.steps.len());
    for (at, step) in proof.steps.iter().enumerate() {
        let fact = Desk { rules, proof, facts: &facts, at }.establish(step)?;
        facts.push(fact);
    }
    Ok(facts)
}

/// One step on the desk, with what was established before.
struct Desk<'a> {
    rules: &'a Rules<'a>,
    proof: &'a Proof,
    facts: &'a [Fact],
    at: usize,
}

impl Desk<'_> {
    fn establish(&self, step: &Step) -> Result<Fact, Rejection> {
        match step {
            Step::Resolve { objects, .. } => Ok(Fact::Members(objects.len())),
            Step::Measure { term, amount, witness } => self.measure(term, amount, *witness),
            Step::Combine { op, of, amount } => {
                let parts = of.iter().map(|cite| self.quantity(*cite)).collect::<Result<Vec<_>, _>>()?;
                self.agrees(amount, &self.combined(*op, &parts)?, EXACTLY)?;
                Ok(Fact::Quantity(*amount))
            }
            Step::Compare { left, greater, right, holds, margin } => {
                let (l, r) = (self.quantity(*left)?, self.quantity(*right)?);
                if l.unit != r.unit {
                    return Err(self.wrong("left, right", "quantities of one unit", "two units"));
                }
                let (low, high) = if *greater { (r, l) } else { (l, r) };
                let exact = self.rules.profile.k == 0.0;
                // Is `low` below `high` for certain, or certainly not? The gap says by how much.
                let (truth, gap) = if exact {
                    (low.value < high.value, (high.value - low.value).abs())
                } else if low.hi < high.lo {
                    (true, high.lo - low.hi)
                } else if low.lo > high.hi {
                    (false, low.lo - high.hi)
                } else {
                    return Err(self.wrong("holds", "two intervals that are apart", "intervals that meet"));
                };
                self.number("margin", *margin, gap, WITHIN, l.unit)?;
                self.truth("holds", *holds, truth)
            }
            Step::Sector { of, system, word, margin } => {
                let angle = self.quantity(*of)?;
                let acute = matches!(
                    &self.proof.steps[*of],
                    Step::Measure { term: Term::Measured { measure: Measure::AxisAngle, .. }, .. }
                );
                if angle.unit != Unit::Degree || acute != (*system == System::Orientation) {
                    return Err(self.wrong("of", "an angle of this system", self.proof.name(*of)));
                }
                let (lo, hi) = (angle.lo, angle.hi);
                let derived = system.margin(word, lo, hi);
                let derived = derived.ok_or_else(|| self.wrong("word", format!("the sector of [{lo}, {hi}] deg"), word))?;
                self.number("margin", *margin, derived, WITHIN, Unit::Degree)?;
                Ok(Fact::Word(*system, word.clone()))
            }
            Step::SectorIs { of, is, holds } => match self.fact(*of)? {
                Fact::Word(_, word) => self.truth("holds", *holds, word == is),
                _ => Err(self.cites("a sector", *of)),
            },
            Step::Relation { of, holds, .. } => self.truth("holds", *holds, self.cited_truth(*of)?),
            Step::Not { of, holds } => self.truth("holds", *holds, !self.cited_truth(*of)?),
            Step::Join { all, of, holds } => {
                // A decided join cites one part that differs from what all parts would be, or every part.
                let decided = holds != all;
                if decided && of.len() != 1 {
                    return Err(self.wrong("of", "the one part that decides", format!("{} parts", of.len())));
                }
                for cite in of {
                    if self.cited_truth(*cite)? != *holds {
                        return Err(self.wrong("of", holds, format!("step {cite}, which is {}", !holds)));
                    }
                }
                Ok(Fact::Truth(*holds))
            }
            Step::Claim { of, answer, holds } => {
                let Fact::Answer(own) = self.fact(*of)? else { return Err(self.cites("a conclusion", *of)) };
                let truth = own.bears_out(answer);
                let truth = truth.ok_or_else(|| self.wrong("answer", "an answer that is borne out or not", "neither"))?;
                self.truth("holds", *holds, truth)
            }
            Step::Count { of, tests, value } => {
                let Fact::Members(members) = self.fact(*of)? else { return Err(self.cites("a resolve step", *of)) };
                if !tests.is_empty() {
                    let truths = tests.iter().map(|test| self.cited_truth(*test)).collect::<Result<Vec<_>, _>>()?;
                    let count = truths.iter().filter(|truth| **truth).count();
                    if tests.len() != *members {
                        return Err(self.wrong("tests", format!("{members} tests"), tests.len()));
                    }
                    if count != *value as usize {
                        return Err(self.wrong("value", count, value));
                    }
                }
                Ok(Fact::Count(*value))
            }
            Step::Conclude { answer, .. } => Ok(Fact::Answer(answer.clone())),
        }
    }

    fn measure(&self, term: &Term, amount: &Amount, witness: Option<[[f64; 3]; 2]>) -> Result<Fact, Rejection> {
        let mut derived = self.rules.measure(term).map_err(|reason| self.no_value(reason))?;
        let given = matches!(term, Term::Constant { .. } | Term::Number { .. });
        if let Term::Measured { measure: Measure::Bearing(_), .. } = term {
            if !(amount.value > -180.0 && amount.value <= 180.0) {
                return Err(self.wrong("value", "an angle in (-180, 180] deg", amount.value));
            }
            // Straight back may come out on either side.
            let turn = 360.0 * ((amount.value - derived.value) / 360.0).round();
            derived = Amount { value: derived.value + turn, lo: derived.lo + turn, hi: derived.hi + turn, ..derived };
        }
        self.agrees(amount, &derived, if given { f64::EPSILON } else { WITHIN })?;
        match witness {
            Some(points) if Rules::has_witness(term) => {
                if let Some((stated, derived)) = self.rules.witness_fault(term, amount.value, points) {
                    return Err(self.mismatch("witness", stated, derived, Unit::Metre));
                }
            }
            None if !Rules::has_witness(term) => {}
            _ => return Err(self.wrong("witness", "two points for a distance, otherwise none", witness.is_some())),
        }
        Ok(Fact::Quantity(*amount))
    }

    fn combined(&self, op: Operation, parts: &[Amount]) -> Result<Amount, Rejection> {
        let units_agree = parts.windows(2).all(|pair| pair[0].unit == pair[1].unit);
        match (op, parts) {
            (Operation::Sum, [first, _, ..]) if units_agree => {
                let sum = |of: fn(&Amount) -> f64| parts.iter().map(of).sum();
                Ok(Amount { value: sum(|p| p.value), lo: sum(|p| p.lo), hi: sum(|p| p.hi), unit: first.unit })
            }
            (Operation::Difference, [a, b]) if units_agree => {
                Ok(Amount { value: a.value - b.value, lo: a.lo - b.hi, hi: a.hi - b.lo, unit: a.unit })
            }
            (Operation::Ratio, [a, b]) => {
                let unit = a.unit.over(b.unit).ok_or_else(|| self.wrong("unit", "a unit that is known", "none"))?;
                if b.lo <= 0.0 && b.hi >= 0.0 {
                    return Err(self.no_value("the divisor may be 0"));
                }
                let bounds = [a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi];
                let (lo, hi) = bounds.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), bound| {
                    (lo.min(*bound), hi.max(*bound))
                });
                Ok(Amount { value: a.value / b.value, lo, hi, unit })
            }
            _ => Err(self.wrong("of", "quantities of one unit, as many as there are terms", parts.len())),
        }
    }

    fn fact(&self, cite: usize) -> Result<&Fact, Rejection> {
        self.facts.get(cite).ok_or_else(|| self.cites("an earlier step", cite))
    }

    fn quantity(&self, cite: usize) -> Result<Amount, Rejection> {
        match self.fact(cite)? {
            Fact::Quantity(amount) => Ok(*amount),
            _ => Err(self.cites("a quantity", cite)),
        }
    }

    fn cited_truth(&self, cite: usize) -> Result<bool, Rejection> {
        match self.fact(cite)? {
            Fact::Truth(truth) => Ok(*truth),
            _ => Err(self.cites("a truth", cite)),
        }
    }

    fn truth(&self, field: &'static str, stated: bool, derived: bool) -> Result<Fact, Rejection> {
        if stated == derived { Ok(Fact::Truth(stated)) } else { Err(self.wrong(field, derived, stated)) }
    }

    fn agrees(&self, stated: &Amount, derived: &Amount, within: f64) -> Result<(), Rejection> {
        if stated.unit != derived.unit {
            let unit = |unit: Unit| format!("{unit:?}").to_lowercase();
            return Err(self.wrong("unit", unit(derived.unit), unit(stated.unit)));
        }
        let fault = stated.differs(derived, within);
        fault.map_or(Ok(()), |(field, stated, now)| Err(self.mismatch(field, stated, now, derived.unit)))
    }

    fn number(&self, field: &'static str, stated: f64, derived: f64, within: f64, unit: Unit) -> Result<(), Rejection> {
        if near(stated, derived, within) { Ok(()) } else { Err(self.mismatch(field, stated, derived, unit)) }
    }

    fn mismatch(&self, field: &'static str, stated: f64, derived: f64, unit: Unit) -> Rejection {
        let (step, what) = (self.at, self.proof.name(self.at));
        Rejection::Number { step, what, field, stated, derived, unit: unit.suffix() }
    }

    fn no_value(&self, reason: &'static str) -> Rejection {
        Rejection::NoValue { step: self.at, what: self.proof.name(self.at), reason }
    }

    fn wrong(&self, field: &'static str, expected: impl ToString, found: impl ToString) -> Rejection {
        self.proof.statement(self.at, field, expected, found)
    }

    fn cites(&self, wanted: &str, cite: usize) -> Rejection {
        self.proof.citation(self.at, format!("cites step {cite}, which is not {wanted}"))
    }
}
