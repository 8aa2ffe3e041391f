//! Predicates: true, false, or undecidable within tolerance.

use geometry::{Arc, SectorSystem};

use super::{
    Evaluator, Halt, smaller,
    term::{Fact, unit_mismatch},
};
use crate::{
    Answer, Comparison, Entity, Margin, Predicate, Reason, ReasonCode, Step, Term, Unit,
    measure::{Measured, Rise, shown},
    outside_m,
    relation::relation,
};

/// Truth of a predicate and the step that states it.
pub(super) struct Truth {
    /// `None`: undecidable, `why` says so.
    pub(super) holds: Option<bool>,
    pub(super) step: usize,
    pub(super) margin: Option<Margin>,
    pub(super) why: Option<Reason>,
}

impl Truth {
    fn known(holds: bool, step: usize, margin: Option<Margin>) -> Self {
        Self { holds: Some(holds), step, margin, why: None }
    }

    fn unknown(why: Reason, margin: Option<Margin>) -> Self {
        Self { holds: None, step: 0, margin, why: Some(why) }
    }
}

/// Which sector an angle lies in, or all it may lie in.
pub(super) enum Sectored {
    One { sector: usize, word: &'static str, step: usize, margin: Margin },
    Several { sectors: Vec<usize>, margin: Margin, why: Reason },
}

impl<'q> Evaluator<'q> {
    pub(super) fn predicate(&mut self, predicate: &'q Predicate) -> Result<Truth, Halt> {
        match predicate {
            Predicate::Compare { left, is, right } => {
                not_round(left)?;
                not_round(right)?;
                let (left, right) = (self.term(left)?, self.term(right)?);
                self.compare(left, *is, right)
            }
            Predicate::Sector { of, sectors, is } => self.sector_is(of, *sectors, is),
            Predicate::Relation { name, a, b } => self.relation(name, a, b),
            Predicate::All { of } => self.junction(of, true),
            Predicate::Any { of } => self.junction(of, false),
            Predicate::Not { of } => {
                let inner = self.nested(|this| this.predicate(of))?;
                let Some(holds) = inner.holds else {
                    return Ok(inner);
                };
                let step = self.trace.step(|| Step::Not { of: inner.step, holds: !holds });
                Ok(Truth::known(!holds, step, inner.margin))
            }
            Predicate::Claim { question, answer } => {
                if let Answer::Sector { sectors, word } = answer {
                    known_word(*sectors, word)?;
                }
                let (each, pair) = (self.each.take(), self.pair.take());
                let conclusion = self.nested(|this| this.ask(question));
                (self.each, self.pair) = (each, pair);
                let conclusion = match conclusion {
                    // A part that cannot be told is left to the other parts of a junction, like any other.
                    Err(Halt::Ambiguous { reason, margin, .. }) if reason.code == ReasonCode::TooCloseToCall => {
                        return Ok(Truth::unknown(reason, margin));
                    }
                    other => other?,
                };
                match agrees(&conclusion.answer, answer) {
                    Some(holds) => {
                        let step =
                            self.trace.step(|| Step::Claim { of: conclusion.step, answer: answer.clone(), holds });
                        Ok(Truth::known(holds, step, conclusion.margin))
                    }
                    None => Ok(Truth::unknown(
                        Reason::new(
                            ReasonCode::TooCloseToCall,
                            format!(
                                "the answer is {}, which the claimed {} neither holds nor excludes",
                                crate::print::answer_with_tolerance(&conclusion.answer),
                                crate::print::answer_with_tolerance(answer)
                            ),
                        ),
                        None,
                    )),
                }
            }
        }
    }

    /// Compares two facts; undecidable where their intervals meet.
    pub(super) fn compare(&mut self, left: Fact, is: Comparison, right: Fact) -> Result<Truth, Halt> {
        let (l, r) = (left.measured, right.measured);
        if l.unit != r.unit {
            return Err(unit_mismatch(l.unit, r.unit).into());
        }
        let (small, large) = if is == Comparison::Less { (l, r) } else { (r, l) };
        let (gap, reverse) = gaps(&small, &large);
        // Equal exact numbers: neither is smaller, and that is certain.
        if gap <= 0.0 && reverse < 0.0 {
            return Ok(Truth::unknown(
                Reason::new(
                    ReasonCode::TooCloseToCall,
                    format!("{} and {} are too close to tell which is larger", shown(&l), shown(&r)),
                ),
                Some(Margin { value: gap.max(reverse), unit: l.unit }),
            ));
        }
        let (holds, margin) = if gap > 0.0 { (true, gap) } else { (false, reverse) };
        let step = self.trace.step(|| Step::Compare { left: left.step, is, right: right.step, holds, margin });
        Ok(Truth::known(holds, step, Some(Margin { value: margin, unit: l.unit })))
    }

    /// The sector of an angle.
    pub(super) fn sectored(&mut self, of: &'q Term, system: SectorSystem) -> Result<Sectored, Halt> {
        let angle = matches!(of, Term::AxisAngle { .. });
        if !(angle || of.is_turn()) || angle != (system == SectorSystem::Orientation) {
            return Err(Halt::malformed(
                "a bearing is read in halves, thirds, quadrants, axes, eight or clock, an axis angle in orientation",
            ));
        }
        let fact = self.term(of)?;
        Ok(self.sector_of(fact, system))
    }

    /// The sector of a measured angle.
    pub(super) fn sector_of(&mut self, fact: Fact, system: SectorSystem) -> Sectored {
        let Measured { value, lo, hi, rise, .. } = fact.measured;
        let arc = Arc::new(f64::midpoint(lo, hi).to_radians(), f64::midpoint(hi, -lo).to_radians());
        let touched: Vec<usize> = if self.context.sigmas > 0.0 {
            system.touched(arc).into_iter().collect()
        } else {
            vec![system.classify(value.to_radians())]
        };
        let margin = (system.margin_rad(arc.mid_rad()) - arc.half_width_rad()).to_degrees();
        let margin = Margin { value: margin, unit: Unit::Degree };
        if let [sector] = touched[..] {
            let word = rise.and_then(|rise| rising(system, sector, rise)).unwrap_or(system.sectors()[sector]);
            let step = self.trace.step(|| Step::Sector {
                of: fact.step,
                sectors: system,
                word: word.to_owned(),
                margin: margin.value,
            });
            return Sectored::One { sector, word, step, margin };
        }
        let words: Vec<&str> = touched.iter().map(|sector| system.sectors()[*sector]).collect();
        let why = Reason::new(
            ReasonCode::TooCloseToCall,
            if hi - lo >= 360.0 {
                format!("{ANY_DIRECTION}, so that any of {} is", words.join(", "))
            } else {
                format!(
                    "the angle is {}, which leaves {} possible",
                    crate::print::with_tolerance(value, lo, hi, Unit::Degree),
                    words.join(" and ")
                )
            },
        );
        Sectored::Several { sectors: touched, margin, why }
    }

    fn sector_is(&mut self, of: &'q Term, system: SectorSystem, is: &str) -> Result<Truth, Halt> {
        known_word(system, is)?;
        match self.sectored(of, system)? {
            Sectored::One { word, step, margin, .. } => {
                let holds = word == is;
                let step = self.trace.step(|| Step::SectorIs { of: step, is: is.to_owned(), holds });
                Ok(Truth::known(holds, step, Some(margin)))
            }
            Sectored::Several { margin, why, .. } => Ok(Truth::unknown(why, Some(margin))),
        }
    }

    fn relation(&mut self, name: &'q str, a: &'q Entity, b: &'q Entity) -> Result<Truth, Halt> {
        let known = relation(name).ok_or_else(|| {
            let names: Vec<&str> = crate::relation::relations().map(|(name, _)| name).collect();
            Halt::malformed(format!("relation {name:?} is none of: {}", names.join(", ")))
        })?;
        let (a, b) = (self.entity(a)?, self.entity(b)?);
        let outer = self.pair.replace((a.clone(), b.clone()));
        let inner = self.nested(|this| this.predicate(&known.means))?;
        self.pair = outer;
        let Some(holds) = inner.holds else {
            return Ok(inner);
        };
        let (Entity::Id(a), Entity::Id(b)) = (a, b) else {
            return Err(Halt::malformed("a relation is between two single objects"));
        };
        let step = self.trace.step(|| Step::Relation { name: name.to_owned(), a, b, of: inner.step, holds });
        Ok(Truth::known(holds, step, inner.margin))
    }

    /// `all` (`and` true) or `any` (false): one deciding part settles it, whatever the others are.
    fn junction(&mut self, of: &'q [Predicate], and: bool) -> Result<Truth, Halt> {
        if of.is_empty() {
            return Err(Halt::malformed("all and any need at least one part"));
        }
        let parts = self.nested(|this| of.iter().map(|part| this.predicate(part)).collect::<Result<Vec<_>, _>>())?;
        let mut state = |cited: Vec<usize>, holds: bool, margin| {
            let step =
                self.trace.step(|| if and { Step::All { of: cited, holds } } else { Step::Any { of: cited, holds } });
            Truth::known(holds, step, margin)
        };
        if let Some(decisive) = parts.iter().find(|part| part.holds == Some(!and)) {
            return Ok(state(vec![decisive.step], !and, decisive.margin));
        }
        if parts.iter().all(|part| part.holds.is_some()) {
            let margin = parts.iter().fold(None, |margin, part| smaller(margin, part.margin));
            return Ok(state(parts.iter().map(|part| part.step).collect(), and, margin));
        }
        parts.into_iter().find(|part| part.holds.is_none()).ok_or_else(|| Halt::malformed("a part is undecided"))
    }
}

/// How far `small` lies below `large`, and the other way round; negative where the intervals overlap.
fn gaps(small: &Measured, large: &Measured) -> (f64, f64) {
    (large.lo - small.hi, small.lo - large.hi)
}

/// Refuses bearings where quantities are compared or computed with: 350° is not larger than 10°.
pub(super) fn not_round(term: &Term) -> Result<(), Reason> {
    if term.is_turn() {
        return Err(Reason::new(
            ReasonCode::OutsideDefinition,
            "directions go round in a circle and are neither larger nor smaller nor added; ask for a sector instead",
        ));
    }
    Ok(())
}

/// What an angle that may be any comes to: of places too close together, or of a camera that looks straight down.
pub(super) const ANY_DIRECTION: &str = "within tolerance any direction is possible";

/// Refuses a word that its system does not have.
fn known_word(system: SectorSystem, word: &str) -> Result<(), Halt> {
    if system.words().any(|known| known == word) {
        return Ok(());
    }
    let words: Vec<&str> = system.words().collect();
    Err(Halt::malformed(format!("{word:?} is none of: {}", words.join(", "))))
}

/// The word for a sector of what leads up or down; none where the system has no words for that.
fn rising(system: SectorSystem, sector: usize, rise: Rise) -> Option<&'static str> {
    let word = if rise.along { format!("{}-{}", rise.way, system.sectors()[sector]) } else { rise.way.to_owned() };
    system.rising().iter().find(|known| **known == word).copied()
}

/// Whether an answer is the claimed one; `None` where a quantity's interval lies partly inside the claim.
fn agrees(answer: &Answer, claim: &Answer) -> Option<bool> {
    let inside = |lo: f64, hi: f64, claimed_lo: f64, claimed_hi: f64| {
        if claimed_lo <= lo && hi <= claimed_hi {
            Some(true)
        } else if hi < claimed_lo || claimed_hi < lo {
            Some(false)
        } else {
            None
        }
    };
    match (answer, claim) {
        (
            Answer::Quantity { lo, hi, unit, .. },
            Answer::Quantity { lo: claimed_lo, hi: claimed_hi, unit: claimed, .. },
        ) => {
            if unit == claimed {
                inside(*lo, *hi, *claimed_lo, *claimed_hi)
            } else {
                Some(false)
            }
        }
        (Answer::Turn { lo, hi, .. }, Answer::Turn { lo: claimed_lo, hi: claimed_hi, .. }) => {
            // The same turn may be written 360° apart; any reading that decides is right.
            let readings = [-360.0, 0.0, 360.0].map(|round| inside(lo + round, hi + round, *claimed_lo, *claimed_hi));
            if readings.contains(&Some(true)) {
                Some(true)
            } else if readings.contains(&None) {
                None
            } else {
                Some(false)
            }
        }
        (Answer::Point { lo, hi, .. }, Answer::Point { lo: claimed_lo, hi: claimed_hi, .. }) => {
            // One axis along which it lies elsewhere is enough.
            let along = |axis: usize| inside(lo[axis], hi[axis], claimed_lo[axis], claimed_hi[axis]);
            let axes = [0, 1, 2].map(along);
            if axes.contains(&Some(false)) {
                Some(false)
            } else if axes.contains(&None) {
                None
            } else {
                Some(true)
            }
        }
        (Answer::Object { id, .. }, Answer::Object { id: claimed, .. }) => Some(id == claimed),
        (Answer::Order { ids, .. }, Answer::Order { ids: claimed, .. }) => Some(ids == claimed),
        (Answer::Region { at: [.., z], pieces, .. }, Answer::Region { at, .. }) => {
            let beyond = outside_m(pieces, *z, *at);
            // A place given to the centimetre lies in it; what is clearly outside is wrong.
            if beyond <= CLAIMED_M {
                Some(true)
            } else if beyond > FAR_M {
                Some(false)
            } else {
                None
            }
        }
        (answer, claim) => Some(answer == claim),
    }
}

/// How far outside a free region a claimed place may lie, metres: printed places are rounded.
const CLAIMED_M: f64 = 0.01;
/// How far outside a claimed place is certainly wrong, metres.
const FAR_M: f64 = 0.1;
