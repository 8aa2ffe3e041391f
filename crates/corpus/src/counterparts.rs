//! The same question of other scenes, where the answer is another: another of the things that are offered, or no for yes.
//!
//! What is usual of things that have these names says nothing about such a set, since each answer is right in one of its
//! scenes: which of the lamp, the chair and the box is the tallest is asked where it is the lamp, where it is the chair, and
//! where it is the box. Of what never is the answer nothing is asked.

use std::collections::BTreeMap;

use language::Format;
use question::{Answer, Draw, Filling, Fillings, Role, Task};

use crate::{Drawing, Fact, Source};

/// Scenes that are asked at most; and while all answer alike.
const MOST_ASKED: usize = 32;
const MOST_ALIKE: usize = 8;

/// A question of one scene.
#[derive(Debug, Clone)]
pub(crate) struct Counterpart {
    /// Position of the scene.
    pub(crate) source_at: usize,
    pub(crate) fillings: Fillings,
    pub(crate) answer: Answer,
}

/// Whether counterparts are looked for: which of some things it is, and what is asked of whole classes. Other single things
/// rarely come together twice.
pub(crate) fn are_likely(task: &Task, answer: &Answer) -> bool {
    let is_of_classes = |role: &Role| matches!(role, Role::Class | Role::Word { .. } | Role::Quantity { .. });
    match answer {
        Answer::Object { .. } => true,
        Answer::YesNo { .. } => task.roles.values().all(is_of_classes),
        _ => false,
    }
}

/// A set of questions in an order by chance, of the fact at `source_at` and of others; none where no other scene answers
/// otherwise. Where not each of the candidates is an answer somewhere, the others are left out of all. `may_ask` says
/// whether a scene may still be asked this.
pub(crate) fn set(
    drawing: &Drawing,
    sources: &[Source],
    (fact, source_at): (&Fact, usize),
    format: Format,
    draw: &mut Draw,
    may_ask: impl Fn(usize, &Fillings) -> bool,
) -> Option<Vec<Counterpart>> {
    let role = candidates(fact.task).filter(|_| format == Format::MultipleChoice);
    let offered = role.and_then(|role| fact.fillings.get(role)).map_or(&[][..], Filling::texts);
    let wanted = offered.len().max(2);
    let mut found: BTreeMap<String, usize> = BTreeMap::from([(name(&fact.answer)?.to_owned(), source_at)]);
    let first = draw.below(sources.len());
    let mut asked = 0;
    for at in (first..sources.len()).chain(0..first) {
        let source = &sources[at];
        if at == source_at || !source.sampler.offers(fact.task, &fact.fillings) || !may_ask(at, &fact.fillings) {
            continue;
        }
        asked += 1;
        if let Ok(other) = drawing.fact(source, fact.task, fact.fillings.clone())
            && let Some(name) = name(&other.answer)
        {
            found.entry(name.to_owned()).or_insert(at);
        }
        let most = if found.len() == 1 { MOST_ALIKE } else { MOST_ASKED };
        if found.len() == wanted || asked == most {
            break;
        }
    }
    if found.len() < 2 {
        return None;
    }
    let mut fillings = fact.fillings.clone();
    if let Some(role) = role
        && found.len() < offered.len()
    {
        let Some(Role::Objects { least, .. }) = fact.task.roles.get(role) else { return None };
        let kept: Vec<String> = offered.iter().filter(|name| found.contains_key(*name)).cloned().collect();
        if kept.len() < (*least).max(found.len()) {
            return None;
        }
        fillings.insert(role.to_owned(), Filling::List(kept));
    }
    let counterpart = |(answer, source_at): (String, usize)| {
        let other = drawing.fact(&sources[source_at], fact.task, fillings.clone()).ok()?;
        let is_same = name(&other.answer) == Some(&answer) && may_ask(source_at, &fillings);
        is_same.then(|| Counterpart { source_at, fillings: fillings.clone(), answer: other.answer })
    };
    let all: Vec<Counterpart> = found.into_iter().map(counterpart).collect::<Option<_>>()?;
    let order = draw.distinct(wanted.min(all.len()), all.len());
    Some(order.into_iter().map(|at| all[at].clone()).collect())
}

/// The role whose fillings are the possible answers.
fn candidates(task: &Task) -> Option<&str> {
    let is_list = |(_, role): &(&String, &Role)| matches!(role, Role::Objects { .. });
    task.roles.iter().find(is_list).map(|(name, _)| name.as_str())
}

fn name(answer: &Answer) -> Option<&str> {
    match answer {
        Answer::Object { name, .. } => Some(name),
        Answer::YesNo { value } => Some(if *value { "yes" } else { "no" }),
        _ => None,
    }
}
