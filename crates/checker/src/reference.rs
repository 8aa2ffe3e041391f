//! The words of a question and the `resolve` steps that say what they stand for.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Rejection,
    class::{Class, Need},
    measure::Rules,
    proof::Proof,
    question::{Predicate, Question},
    step::Step,
    term::{Entity, Term},
};

/// What each word of the question stands for.
pub(crate) type Members<'a> = BTreeMap<&'a str, &'a [u32]>;

/// Demands exactly one `resolve` step for each word of the question, with the objects that word stands for here.
pub(crate) fn resolve<'a>(rules: &Rules, proof: &'a Proof) -> Result<Members<'a>, Rejection> {
    let mut words = Words { rules, found: BTreeSet::new() };
    words.question(&proof.question)?;
    let mut members = Members::new();
    for (at, step) in proof.steps.iter().enumerate() {
        if let Step::Resolve { reference, objects } = step {
            members.insert(reference, objects);
            if !words.found.iter().any(|(word, _)| word == reference) {
                return Err(proof.citation(at, "resolves a word that is not in the question"));
            }
        }
    }
    for (word, need) in &words.found {
        let fault = |expected, found| Rejection::Reference { reference: (*word).to_owned(), expected, found };
        let listed = Class::of(rules.scene, word).listed(*need, rules.profile);
        let listed = listed.map_err(|expected| fault(expected, "the scene as it is".to_owned()))?;
        match members.get(word) {
            None => return Err(fault("a resolve step".to_owned(), "none".to_owned())),
            Some(objects) if **objects != listed[..] => {
                return Err(fault(format!("{listed:?}"), format!("{objects:?}")));
            }
            Some(_) => {}
        }
    }
    Ok(members)
}

/// The words found so far, and what each is needed for.
struct Words<'a> {
    rules: &'a Rules<'a>,
    found: BTreeSet<(&'a str, Need)>,
}

impl<'a> Words<'a> {
    fn question(&mut self, question: &'a Question) -> Result<(), Rejection> {
        match question {
            Question::Value { of, .. } => self.term(of),
            Question::Pick { of, among, .. } | Question::Order { of, among, .. } => {
                among.iter().try_for_each(|entity| self.entity(entity, Need::Candidate))?;
                self.term(of)
            }
            Question::Which { filter, among } => {
                among.iter().try_for_each(|entity| self.entity(entity, Need::One))?;
                self.predicate(filter)
            }
            Question::Test { that } => self.predicate(that),
            Question::Count { class, filter } => {
                self.found.insert((class, Need::Class));
                filter.iter().try_for_each(|filter| self.predicate(filter))
            }
        }
    }

    fn predicate(&mut self, predicate: &'a Predicate) -> Result<(), Rejection> {
        match predicate {
            Predicate::Compare { left, right, .. } => self.term(left).and_then(|()| self.term(right)),
            Predicate::Sector { of, .. } => self.term(of),
            Predicate::Relation { a, b, .. } => self.entity(a, Need::One).and_then(|()| self.entity(b, Need::One)),
            Predicate::Join { of, .. } => of.iter().try_for_each(|part| self.predicate(part)),
            Predicate::Not { of } => self.predicate(of),
            Predicate::Claim { question, .. } => self.question(question),
        }
    }

    fn term(&mut self, term: &'a Term) -> Result<(), Rejection> {
        match term {
            Term::Constant { .. } => Ok(()),
            Term::Number { class } => {
                self.found.insert((class, Need::Class));
                Ok(())
            }
            Term::Combined { of, .. } => of.iter().try_for_each(|term| self.term(term)),
            Term::Measured { of, .. } => of.iter().try_for_each(|entity| self.entity(entity, Need::One)),
        }
    }

    fn entity(&mut self, entity: &'a Entity, need: Need) -> Result<(), Rejection> {
        let fault = |expected: &str, found: &str| Rejection::Reference {
            reference: entity.to_string(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        };
        match entity {
            Entity::Each => Ok(()),
            Entity::Named(word) => {
                self.found.insert((word, need));
                Ok(())
            }
            Entity::Ids(ids) => {
                if ids.iter().any(|id| self.rules.object(*id).is_none()) {
                    return Err(fault("objects of the scene", "a number that none has"));
                }
                let several = self.rules.profile.instances && need == Need::Candidate;
                if ids.len() == 1 || several { Ok(()) } else { Err(fault("one object", "several")) }
            }
        }
    }
}
