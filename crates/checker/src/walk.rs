//! From the question down: which step must say what.
//!
//! Every step is sound by itself ([`crate::fact`]); here each part of the question is matched with the step that
//! must establish it, so that the last step answers this question and no other. Steps are only reached through the
//! citations of steps that were matched, which leaves none unexplained.

use std::cell::Cell;

use crate::{
    Rejection,
    answer::Answer,
    class::Class,
    fact::Fact,
    measure::Rules,
    proof::Proof,
    question::{Predicate, Question},
    reference::Members,
    relation,
    sector::System,
    step::Step,
    term::{Entity, Term},
};

/// Most matches of a part with a step.
const MAX_VISITS: usize = 2_000_000;

/// What `"?"` stands for.
type Each<'a> = Option<&'a [u32]>;
type Outcome = Result<(), Rejection>;

/// Everything that is known when the matching begins.
pub(crate) struct Walk<'a> {
    pub(crate) rules: &'a Rules<'a>,
    pub(crate) proof: &'a Proof,
    pub(crate) facts: &'a [Fact],
    pub(crate) members: &'a Members<'a>,
    pub(crate) visits: Cell<usize>,
}

impl<'a> Walk<'a> {
    /// The step must conclude this question.
    pub(crate) fn conclude(&self, question: &Question, each: Each, at: usize) -> Outcome {
        let (from, answer) = match self.visit(at)? {
            Step::Conclude { from, answer } => (&from[..], answer),
            _ => return Err(self.other(at, "a conclusion")),
        };
        let cited = |count: usize| {
            let fits = from.len() == count;
            if fits { Ok(()) } else { Err(self.wrong(at, "from", format!("{count} steps"), from.len())) }
        };
        match question {
            Question::Value { of, system: None } => {
                cited(1)?;
                self.quantity(of, each, from[0])?;
                match (&self.facts[from[0]], answer) {
                    (Fact::Quantity(derived), Answer::Quantity(stated))
                        if stated.unit == derived.unit && stated.differs(derived, 1e-9).is_none() =>
                    {
                        Ok(())
                    }
                    (derived, _) => Err(self.wrong(at, "answer", format!("{derived:?}"), format!("{answer:?}"))),
                }
            }
            Question::Value { of, system: Some(system) } => {
                cited(1)?;
                let word = self.sector(of, *system, each, from[0])?;
                self.answers(at, answer, &Answer::Sector { system: *system, word: word.to_owned() })
            }
            Question::Pick { most, of, among } => {
                cited((2 * among.len()).saturating_sub(1))?;
                let candidates = self.candidates(among, at)?;
                let (quantities, comparisons) = from.split_at(among.len());
                self.quantities(of, &candidates, quantities)?;
                let (Answer::Object { id, name }, names) = (answer, names(among)) else {
                    return Err(self.wrong(at, "answer", "an object", format!("{answer:?}")));
                };
                let winner = (0..among.len()).find(|i| candidates[*i].first() == Some(id) && names[*i] == *name);
                let winner = winner.ok_or_else(|| self.wrong(at, "answer", "a candidate", format!("{answer:?}")))?;
                let rivals = (0..among.len()).filter(|rival| *rival != winner);
                comparisons.iter().zip(rivals).try_for_each(|(step, rival)| {
                    self.comparison(quantities[winner], *most, quantities[rival], *step)
                })
            }
            Question::Order { falling, of, among } => {
                cited((2 * among.len()).saturating_sub(1))?;
                let candidates = self.candidates(among, at)?;
                let (quantities, comparisons) = from.split_at(among.len());
                self.quantities(of, &candidates, quantities)?;
                let places = self.places(at, answer, &candidates, &names(among))?;
                comparisons.iter().zip(places.windows(2)).try_for_each(|(step, pair)| {
                    self.comparison(quantities[pair[0]], *falling, quantities[pair[1]], *step)
                })
            }
            Question::Which { filter, among } => {
                cited(among.len())?;
                let candidates = self.candidates(among, at)?;
                for (step, candidate) in from.iter().zip(&candidates) {
                    self.truth(filter, Some(candidate), *step)?;
                }
                let fitting: Vec<usize> = (0..from.len()).filter(|i| self.holds(from[*i])).collect();
                match (&fitting[..], answer) {
                    ([only], Answer::Object { id, name })
                        if candidates[*only].first() == Some(id) && names(among)[*only] == *name =>
                    {
                        Ok(())
                    }
                    _ => Err(self.wrong(at, "answer", "the one candidate that fits", format!("{answer:?}"))),
                }
            }
            Question::Test { that } => {
                cited(1)?;
                self.truth(that, each, from[0])?;
                self.answers(at, answer, &Answer::YesNo(self.holds(from[0])))
            }
            Question::Count { class, filter } => {
                cited(1)?;
                let value = self.count(class, filter.as_ref(), from[0])?;
                self.answers(at, answer, &Answer::Count(value))
            }
        }
    }

    /// The step must state this quantity.
    fn quantity(&self, term: &Term, each: Each, at: usize) -> Outcome {
        match (term, self.visit(at)?) {
            (Term::Combined { op, of }, Step::Combine { op: stated, of: cited, .. })
                if op == stated && of.len() == cited.len() =>
            {
                of.iter().zip(cited).try_for_each(|(term, cite)| self.quantity(term, each, *cite))
            }
            (Term::Combined { .. }, _) => Err(self.other(at, term)),
            (_, Step::Measure { term: stated, .. }) => {
                let grounded = self.grounded(term, each, at)?;
                if grounded == *stated { Ok(()) } else { Err(self.other(at, grounded)) }
            }
            _ => Err(self.other(at, term)),
        }
    }

    /// The step must say in which sector this angle lies.
    fn sector(&self, term: &Term, system: System, each: Each, at: usize) -> Result<&'a str, Rejection> {
        match self.visit(at)? {
            Step::Sector { of, system: stated, word, .. } if *stated == system => {
                self.quantity(term, each, *of).map(|()| &word[..])
            }
            _ => Err(self.other(at, format!("the sector of {term}"))),
        }
    }

    /// The step must decide this predicate.
    fn truth(&self, predicate: &Predicate, each: Each, at: usize) -> Outcome {
        match (predicate, self.visit(at)?) {
            (Predicate::Compare { left, greater, right }, Step::Compare { left: l, greater: stated, right: r, .. })
                if greater == stated =>
            {
                self.quantity(left, each, *l)?;
                self.quantity(right, each, *r)
            }
            (Predicate::Sector { of, system, is }, Step::SectorIs { of: cite, is: stated, .. }) if is == stated => {
                self.sector(of, *system, each, *cite).map(|_| ())
            }
            (Predicate::Relation { name, a, b }, Step::Relation { name: stated, a: x, b: y, of, .. })
                if name == stated =>
            {
                for (entity, stated) in [(a, x), (b, y)] {
                    let ids = self.ids(entity, each, at)?;
                    if ids != [*stated] {
                        return Err(self.wrong(at, "a, b", format!("{ids:?}"), stated));
                    }
                }
                self.truth(&relation::meaning(name, *x, *y), None, *of)
            }
            (Predicate::Join { all, of }, Step::Join { all: stated, of: cited, holds }) if all == stated => {
                match &cited[..] {
                    // Decided by one part: whichever it is.
                    [only] if holds != all => {
                        let mut tried = of.iter().map(|part| self.truth(part, each, *only));
                        let found = tried.find(|outcome| !matches!(outcome, Err(fault) if goes_on(fault)));
                        found.unwrap_or_else(|| Err(self.other(*only, "one of the parts")))
                    }
                    _ if cited.len() == of.len() => {
                        of.iter().zip(cited).try_for_each(|(part, cite)| self.truth(part, each, *cite))
                    }
                    _ => Err(self.wrong(at, "of", format!("{} parts", of.len()), cited.len())),
                }
            }
            (Predicate::Not { of }, Step::Not { of: cite, .. }) => self.truth(of, each, *cite),
            (Predicate::Claim { question, answer }, Step::Claim { of, answer: stated, .. }) => {
                self.answers(at, stated, answer)?;
                self.conclude(question, each, *of)
            }
            _ => Err(self.other(at, "the truth of another predicate")),
        }
    }

    /// The step must count this class.
    fn count(&self, class: &str, filter: Option<&Predicate>, at: usize) -> Result<u32, Rejection> {
        let Step::Count { of, tests, value } = self.visit(at)? else { return Err(self.other(at, "a count")) };
        match &self.proof.steps[*of] {
            Step::Resolve { reference, .. } if reference == class => {}
            _ => return Err(self.other(*of, format!("resolve {class:?}"))),
        }
        let members = self.members.get(class).copied().unwrap_or_default();
        if let Some(filter) = filter {
            if tests.len() != members.len() {
                return Err(self.wrong(at, "tests", format!("{} tests", members.len()), tests.len()));
            }
            for (member, test) in members.iter().zip(tests) {
                self.truth(filter, Some(&[*member]), *test)?;
            }
            // With tests, the step was established by them; without members there is nothing to count.
            return if members.is_empty() && *value != 0 { Err(self.wrong(at, "value", 0, value)) } else { Ok(*value) };
        }
        let counted = Class::of(self.rules.scene, class).counted(self.rules.profile);
        let counted = counted.map_err(|expected| self.wrong(at, "of", expected, "the scene as it is"))?;
        if !tests.is_empty() || counted != u64::from(*value) {
            return Err(self.wrong(at, "value", format!("{counted}, without tests"), value));
        }
        Ok(*value)
    }

    fn quantities(&self, term: &Term, candidates: &[&[u32]], steps: &[usize]) -> Outcome {
        candidates.iter().zip(steps).try_for_each(|(candidate, step)| self.quantity(term, Some(candidate), *step))
    }

    /// The step must say that the left quantity is less (or greater) than the right one.
    fn comparison(&self, left: usize, greater: bool, right: usize, at: usize) -> Outcome {
        match self.visit(at)? {
            Step::Compare { left: l, greater: g, right: r, holds: true, .. }
                if (*l, *g, *r) == (left, greater, right) =>
            {
                Ok(())
            }
            _ => Err(self.other(at, format!("step {left} {} step {right}", if greater { ">" } else { "<" }))),
        }
    }

    /// The candidates' positions in the question, in the order of the answer.
    fn places(
        &self,
        at: usize,
        answer: &Answer,
        candidates: &[&[u32]],
        names: &[String],
    ) -> Result<Vec<usize>, Rejection> {
        let wrong = || self.wrong(at, "answer", "every candidate once", format!("{answer:?}"));
        let Answer::Order { ids, names: stated } = answer else { return Err(wrong()) };
        if ids.len() != candidates.len() || stated.len() != candidates.len() {
            return Err(wrong());
        }
        let mut places = Vec::with_capacity(ids.len());
        for (id, name) in ids.iter().zip(stated) {
            let fits = |i: &usize| candidates[*i].first() == Some(id) && names[*i] == *name && !places.contains(i);
            places.push((0..candidates.len()).find(fits).ok_or_else(wrong)?);
        }
        Ok(places)
    }

    /// The term with numbers for words and every definition spelled out.
    fn grounded(&self, term: &Term, each: Each, at: usize) -> Result<Term, Rejection> {
        let Term::Measured { measure, of } = term else { return Ok(term.clone()) };
        let ground = |entity| self.ids(entity, each, at).map(|ids| Entity::Ids(ids.to_vec()));
        let of = of.iter().map(ground).collect::<Result<_, _>>()?;
        Ok(Term::Measured { measure: self.rules.profile.spelled_out(*measure), of })
    }

    fn ids<'b>(&'b self, entity: &'b Entity, each: Each<'b>, at: usize) -> Result<&'b [u32], Rejection> {
        match entity {
            Entity::Ids(ids) => Ok(ids),
            Entity::Each => each.ok_or_else(|| self.other(at, "a candidate for ?")),
            Entity::Named(word) => {
                self.members.get(&word[..]).copied().ok_or_else(|| self.other(at, format!("resolve {word:?}")))
            }
        }
    }

    fn candidates<'b>(&'b self, among: &'b [Entity], at: usize) -> Result<Vec<&'b [u32]>, Rejection> {
        among.iter().map(|entity| self.ids(entity, None, at)).collect()
    }

    fn holds(&self, at: usize) -> bool {
        matches!(self.facts.get(at), Some(Fact::Truth(true)))
    }

    fn answers(&self, at: usize, stated: &Answer, derived: &Answer) -> Outcome {
        let same = stated == derived;
        if same { Ok(()) } else { Err(self.wrong(at, "answer", format!("{derived:?}"), format!("{stated:?}"))) }
    }

    /// Looks up a step and counts the visit.
    fn visit(&self, at: usize) -> Result<&'a Step, Rejection> {
        self.visits.set(self.visits.get() + 1);
        if self.visits.get() > MAX_VISITS {
            return Err(Rejection::TooLarge { what: "parts of the question to match", limit: MAX_VISITS });
        }
        self.proof.steps.get(at).ok_or_else(|| self.proof.citation(at, "is missing"))
    }

    /// The step is another than the one needed here.
    fn other(&self, at: usize, needed: impl ToString) -> Rejection {
        self.proof.citation(at, format!("{} is needed here", needed.to_string()))
    }

    fn wrong(&self, at: usize, field: &'static str, expected: impl ToString, found: impl ToString) -> Rejection {
        self.proof.statement(at, field, expected, found)
    }
}

fn names(among: &[Entity]) -> Vec<String> {
    among.iter().map(ToString::to_string).collect()
}

/// Whether another part may still match after this fault.
fn goes_on(fault: &Rejection) -> bool {
    !matches!(fault, Rejection::TooLarge { .. })
}
