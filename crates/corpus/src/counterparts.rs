//! The same question of other scenes, or as another camera of the scene saw it, where the answer is another: another of the
//! things that are offered, or no for yes.
//!
//! What is usual of things that have these names says nothing about such a set, since each answer is right in one of its
//! scenes: which of the lamp, the chair and the box is the tallest is asked where it is the lamp, where it is the chair, and
//! where it is the box. Of what never is the answer nothing is asked.

use std::{collections::BTreeMap, sync::Arc};

use foldhash::HashMap;
use language::Format;
use question::{Answer, Draw, Filling, Fillings, Role, Sampler, Task, plainly};
use scene::Move;

use crate::{
    Drawing, Fact, Source,
    row::{Edit, Retaken},
};

/// Scenes and cameras that are asked at most; and that answer alike.
const MOST_ASKED: usize = 32;
const MOST_ALIKE: usize = 8;
/// Draws of another frame of the same scene.
const OWN_VIEWS: usize = 4;

/// What makes the answer another in the edited half of a minimal pair.
#[derive(Debug, Clone)]
pub(crate) enum Edited {
    /// A move, and the scene after it.
    Moved { moved: Move, source: Arc<Source> },
    /// Another picture of the same scene.
    Retaken(Retaken),
}

impl Edited {
    /// The scene after it, where that is another.
    pub(crate) fn source(&self) -> Option<&Source> {
        match self {
            Self::Moved { source, .. } => Some(source),
            Self::Retaken(_) => None,
        }
    }
}

/// A question of one scene.
#[derive(Debug, Clone)]
pub(crate) struct Counterpart {
    /// Position of the scene, before its edit.
    pub(crate) source_at: usize,
    /// What is edited in it before; of one half of a minimal pair.
    pub(crate) edit: Option<Edited>,
    pub(crate) fillings: Fillings,
    pub(crate) answer: Answer,
}

impl Counterpart {
    /// The scene that is asked, after its edit.
    pub(crate) fn source<'s>(&'s self, sources: &'s [Source]) -> &'s Source {
        self.edit.as_ref().and_then(Edited::source).unwrap_or(&sources[self.source_at])
    }

    /// What its row says of the edit.
    pub(crate) fn row_edit(&self, sources: &[Source]) -> Option<Edit> {
        let of = || sources[self.source_at].scene.id().to_owned();
        self.edit.as_ref().map(|edited| match edited {
            Edited::Moved { moved, .. } => Edit { of: of(), moved: Some(*moved), camera: None },
            Edited::Retaken(retaken) => Edit { of: of(), moved: None, camera: Some(retaken.clone()) },
        })
    }
}

/// Whether counterparts are looked for: which of some things it is, and what is asked of whole classes. Other single things
/// rarely come together twice.
pub(crate) fn are_likely(task: &Task, answer: &Answer) -> bool {
    let is_of_classes = |role: &Role| matches!(role, Role::Class { .. } | Role::Word { .. } | Role::Quantity { .. });
    match answer {
        Answer::Object { .. } => true,
        Answer::YesNo { .. } => task.roles.values().all(is_of_classes),
        _ => false,
    }
}

/// Which scenes have a thing that a phrase names alone.
#[derive(Debug)]
pub(crate) struct Naming<'a>(HashMap<&'a str, Holders>);

/// Scenes that have something.
#[derive(Debug, Default)]
struct Holders {
    /// Their positions, ascending.
    positions: Vec<usize>,
    /// The same, a bit a scene.
    bits: Vec<u64>,
}

impl Holders {
    fn add(&mut self, at: usize) {
        self.positions.push(at);
        if self.bits.len() <= at / 64 {
            self.bits.resize(at / 64 + 1, 0);
        }
        self.bits[at / 64] |= 1 << (at % 64);
    }

    fn holds(&self, at: usize) -> bool {
        self.bits.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }
}

impl<'a> Naming<'a> {
    pub(crate) fn of(sources: &'a [Source]) -> Self {
        let mut scenes: HashMap<&str, Holders> = HashMap::default();
        for (at, source) in sources.iter().enumerate() {
            for phrase in source.sampler.unique() {
                scenes.entry(phrase).or_default().add(at);
            }
        }
        Self(scenes)
    }

    /// The scenes that have what the rarest of some phrases names, and what all of them name; none where there is no phrase.
    fn holders<'p>(&self, phrases: impl Iterator<Item = &'p String>) -> Option<(&[usize], Vec<&Holders>)> {
        static NOBODY: Holders = Holders { positions: Vec::new(), bits: Vec::new() };
        let all: Vec<&Holders> = phrases.map(|phrase| self.0.get(phrase.as_str()).unwrap_or(&NOBODY)).collect();
        let rarest = all.iter().min_by_key(|holders| holders.positions.len())?;
        Some((&rarest.positions, all))
    }
}

/// Who is asked.
pub(crate) struct Search<'a, F, G> {
    pub(crate) drawing: &'a Drawing<'a>,
    pub(crate) sources: &'a [Source],
    pub(crate) naming: &'a Naming<'a>,
    pub(crate) format: Format,
    /// Whether this may still be asked of the scene at a position.
    pub(crate) may_ask: F,
    /// Whether a fact of the scene at a position can be shown as the rows are to show it.
    pub(crate) can_show: G,
}

/// Answer → position of the scene that gives it, and the fact.
type Answers<'a> = BTreeMap<String, (usize, Fact<'a>)>;

impl<'a, F: Fn(usize, &Fillings) -> bool, G: Fn(&Fact, usize) -> bool> Search<'a, F, G> {
    /// A set of the fact of the scene at `source_at` and of others that answer otherwise, in an order by chance; none where no
    /// other is found. Where not each of the candidates is an answer somewhere, the others are left out of all.
    pub(crate) fn of(&self, fact: &Fact<'a>, source_at: usize, draw: &mut Draw) -> Option<Vec<Counterpart>> {
        let role = candidates(fact.task).filter(|_| self.format == Format::MultipleChoice);
        let wanted = role.and_then(|role| fact.fillings.get(role)).map_or(2, |offered| offered.texts().len());
        let found = self.answers(fact, source_at, wanted, draw);
        let found = match found.len() {
            0 | 1 => return None,
            few if few < wanted => self.without_others(role?, found)?,
            _ => found,
        };
        if !found.values().all(|(source_at, fact)| (self.can_show)(fact, *source_at)) {
            return None;
        }
        let counterpart = |(source_at, fact): (usize, Fact)| Counterpart {
            source_at,
            edit: None,
            fillings: fact.fillings,
            answer: fact.answer,
        };
        let all: Vec<Counterpart> = found.into_values().map(counterpart).collect();
        let order = draw.distinct(all.len(), all.len());
        Some(order.into_iter().map(|at| all[at].clone()).collect())
    }

    /// Different answers, as many as are wanted or found.
    fn answers(&self, fact: &Fact<'a>, source_at: usize, wanted: usize, draw: &mut Draw) -> Answers<'a> {
        let own_name = name(&fact.answer).unwrap_or_default().to_owned();
        let mut found = Answers::from([(own_name, (source_at, fact.clone()))]);
        let (mut asked, mut known) = (0, 0);
        let first = draw.below(self.sources.len());
        let own = std::iter::repeat_n(source_at, OWN_VIEWS);
        let everywhere: Vec<usize>;
        let (others, all) = if let Some(holders) = self.naming.holders(Sampler::bare(fact.task, &fact.fillings)) {
            holders
        } else {
            everywhere = (0..self.sources.len()).collect();
            (&everywhere[..], Vec::new())
        };
        let (before, after) = others.split_at(others.partition_point(|at| *at < first));
        for at in own.chain(after.iter().copied()).chain(before.iter().copied()) {
            if !all.iter().all(|holders| holders.holds(at)) {
                continue;
            }
            let source = &self.sources[at];
            let Some(fillings) = source.sampler.alike(fact.task, &fact.fillings, draw) else { continue };
            if at == source_at && fillings == fact.fillings || !(self.may_ask)(at, &fillings) {
                continue;
            }
            asked += 1;
            if let Ok(other) = self.drawing.fact(source, fact.task, fillings)
                && let Some(name) = name(&other.answer)
            {
                known += 1;
                found.entry(name.to_owned()).or_insert((at, other));
            }
            if found.len() == wanted || asked == MOST_ASKED || found.len() == 1 && known == MOST_ALIKE {
                break;
            }
        }
        found
    }

    /// The same without the candidates that are no answer; none where too few are left, or one then answers otherwise.
    fn without_others(&self, role: &str, found: Answers<'a>) -> Option<Answers<'a>> {
        let (_, any) = found.values().next()?;
        let Some(Role::Objects { least, .. }) = any.task.roles.get(role) else { return None };
        let offered = any.fillings.get(role)?.texts();
        let kept: Vec<String> = offered.iter().filter(|name| found.contains_key(*name)).cloned().collect();
        if kept.len() < (*least).max(found.len()) {
            return None;
        }
        let again = |(answer, (source_at, fact)): (String, (usize, Fact<'a>))| {
            let mut fillings = fact.fillings;
            fillings.insert(role.to_owned(), Filling::List(kept.clone()));
            let other = self.drawing.fact(fact.source, fact.task, fillings).ok()?;
            let is_same = name(&other.answer) == Some(&answer) && (self.may_ask)(source_at, &other.fillings);
            is_same.then_some((answer, (source_at, other)))
        };
        found.into_iter().map(again).collect()
    }
}

/// The role whose fillings are the possible answers.
pub(crate) fn candidates(task: &Task) -> Option<&str> {
    let is_list = |(_, role): &(&String, &Role)| matches!(role, Role::Objects { .. });
    task.roles.iter().find(is_list).map(|(name, _)| name.as_str())
}

fn name(answer: &Answer) -> Option<&str> {
    match answer {
        Answer::Object { name, .. } => Some(plainly(name)),
        Answer::YesNo { value } => Some(if *value { "yes" } else { "no" }),
        _ => None,
    }
}
