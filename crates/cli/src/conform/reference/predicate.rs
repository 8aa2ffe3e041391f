//! What holds.

use question::{Answer, Comparison, Predicate, ReasonCode, Term, relation::relation};
use scene::geometry::SectorSystem;

use super::{Decided, Reference, sector, term::compared};

impl Reference<'_> {
    /// The word for an angle.
    pub(super) fn word(&mut self, of: &Term, system: SectorSystem) -> Decided<&'static str> {
        let fits = match of {
            of if of.is_turn() => system != SectorSystem::Orientation,
            Term::AxisAngle { .. } => system == SectorSystem::Orientation,
            _ => false,
        };
        if !fits {
            return Err(ReasonCode::Malformed);
        }
        self.rise = None;
        let angle = self.term(of)?;
        match self.rise {
            Some((way, along)) if system == SectorSystem::Eight => {
                let level = sector::word(SectorSystem::Axes, angle.value, 0.0).filter(|_| along);
                Ok(sector::rising(way, level))
            }
            _ => Ok(sector::word(system, angle.value, angle.slack)),
        }
    }

    pub(super) fn holds(&mut self, predicate: &Predicate) -> Decided<bool> {
        match predicate {
            Predicate::Compare { left, is, right } => {
                compared(left).and(compared(right))?;
                let (left, right) = (self.term(left)?, self.term(right)?);
                if left.unit != right.unit {
                    return Err(ReasonCode::UnitMismatch);
                }
                Ok(if *is == Comparison::Less { left.less(&right) } else { right.less(&left) })
            }
            Predicate::Sector { of, sectors, is } => {
                if !sector::has_word(*sectors, is) {
                    return Err(ReasonCode::Malformed);
                }
                Ok(self.word(of, *sectors)?.map(|word| word == is))
            }
            Predicate::Relation { name, a, b } => {
                let known = relation(name).ok_or(ReasonCode::Malformed)?;
                let pair = [self.position(a)?, self.position(b)?];
                let outer = self.pair.replace(pair);
                let holds = self.holds(&known.means);
                self.pair = outer;
                holds
            }
            Predicate::All { of } => {
                let parts = self.parts_hold(of)?;
                let no = parts.contains(&Some(false)).then_some(false);
                Ok(no.or_else(|| parts.iter().all(Option::is_some).then_some(true)))
            }
            Predicate::Any { of } => {
                let parts = self.parts_hold(of)?;
                let yes = parts.contains(&Some(true)).then_some(true);
                Ok(yes.or_else(|| parts.iter().all(Option::is_some).then_some(false)))
            }
            Predicate::Not { of } => Ok(self.holds(of)?.map(|holds| !holds)),
            Predicate::Claim { question, answer } => {
                if matches!(answer, Answer::Sector { sectors, word } if !sector::has_word(*sectors, word)) {
                    return Err(ReasonCode::Malformed);
                }
                let outer = (self.each.take(), self.pair.take());
                let truth = self.ask(question);
                (self.each, self.pair) = outer;
                Ok(truth?.and_then(|truth| claimed(&truth, answer)))
            }
        }
    }

    fn parts_hold(&mut self, of: &[Predicate]) -> Result<Vec<Option<bool>>, ReasonCode> {
        if of.is_empty() {
            return Err(ReasonCode::Malformed);
        }
        of.iter().map(|part| self.holds(part)).collect()
    }
}

/// Whether the truth is what was claimed: the same, or a value between the claimed bounds.
fn claimed(truth: &Answer, claim: &Answer) -> Option<bool> {
    // Inside with its rounding, outside with it, or open.
    let between = |lo: f64, hi: f64, least: f64, most: f64| {
        if least <= lo && hi <= most {
            Some(true)
        } else if hi < least || most < lo {
            Some(false)
        } else {
            None
        }
    };
    match (truth, claim) {
        (Answer::Quantity { lo, hi, unit, .. }, Answer::Quantity { lo: least, hi: most, unit: said, .. }) => {
            if unit == said { between(*lo, *hi, *least, *most) } else { Some(false) }
        }
        (Answer::Turn { lo, hi, .. }, Answer::Turn { lo: least, hi: most, .. }) => {
            let turns = [-360.0, 0.0, 360.0].map(|turn| between(lo + turn, hi + turn, *least, *most));
            if turns.contains(&Some(true)) {
                Some(true)
            } else if turns.contains(&None) {
                None
            } else {
                Some(false)
            }
        }
        (Answer::Point { lo, hi, .. }, Answer::Point { lo: least, hi: most, .. }) => {
            let axes: Vec<_> = (0..3).map(|axis| between(lo[axis], hi[axis], least[axis], most[axis])).collect();
            if axes.contains(&Some(false)) {
                Some(false)
            } else {
                axes.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
            }
        }
        (Answer::Object { id, .. }, Answer::Object { id: said, .. }) => Some(id == said),
        (Answer::Order { ids, .. }, Answer::Order { ids: said, .. }) => Some(ids == said),
        (truth, claim) => Some(truth == claim),
    }
}
