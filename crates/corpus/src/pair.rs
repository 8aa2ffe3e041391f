//! Minimal pairs: a question of a scene, and of the same scene after the least move of one object that makes the answer
//! another.

use std::{f64::consts::FRAC_PI_2, sync::Arc};

use language::Format;
use question::{Answer, Draw, Filling, Fillings, Question, Role, Sliding, Stand, subjects};
use scene::{Move, ObjectId, Scene};

use crate::{
    Drawing, Fact,
    contrast::apart,
    counterparts::{Counterpart, Edited, candidates},
};

/// Objects that are slid at most, and headings of each.
const MOST_OBJECTS: usize = 3;
const MOST_HEADINGS: usize = 4;
/// Failures in a row after which pairs are sought less often, and how often then.
const MOST_FAILURES: u32 = 12;
const SOUGHT_ONCE_IN: u32 = 32;

/// Whether the next fact of a stream is to be asked in a pair.
#[derive(Debug, Default)]
pub(crate) struct Share {
    rows: u64,
    paired: u64,
    failures: u32,
}

impl Share {
    /// Whether pairs are fewer than their share, and it is time to seek one.
    pub(crate) fn due(&mut self, share: f64) -> bool {
        if (self.paired as f64) >= share * (self.rows + 1) as f64 {
            return false;
        }
        let is_hopeful = self.failures < MOST_FAILURES || self.failures.is_multiple_of(SOUGHT_ONCE_IN);
        self.failures += u32::from(!is_hopeful);
        is_hopeful
    }

    /// Counts a search.
    pub(crate) fn sought(&mut self, is_found: bool) {
        self.failures = if is_found { 0 } else { self.failures + 1 };
    }

    /// Counts a row that is taken.
    pub(crate) fn count(&mut self, is_paired: bool) {
        self.rows += 1;
        self.paired += u64::from(is_paired);
    }
}

/// The question of a fact, and the same of its scene after a move of one of these; none where no slide that is tried makes
/// the answer another.
pub(crate) fn of(
    drawing: &Drawing,
    fact: &Fact,
    source_at: usize,
    objects: &[ObjectId],
    format: Format,
    draw: &mut Draw,
) -> Option<Vec<Counterpart>> {
    let scene = &fact.source.scene;
    let is_claim = format == Format::TrueFalse;
    let is_wanted = |other: &Answer| apart(&fact.answer, other, is_claim);
    for at in draw.distinct(objects.len().min(MOST_OBJECTS), objects.len()) {
        let Some(sliding) = Sliding::new(scene, objects[at]) else { continue };
        let headings = headings(scene, objects[at], objects);
        for heading in draw.distinct(headings.len().min(MOST_HEADINGS), headings.len()) {
            let heading_rad = headings[heading];
            let slid =
                |question: &Question| sliding.flip(question, drawing.profile, heading_rad, f64::INFINITY, &is_wanted);
            let Some(flip) = slid(&fact.question) else { continue };
            let (fillings, flip) = match names(&fact.answer, &flip.answer) {
                // For two alone a shorter slide may do.
                Some(names) if format == Format::MultipleChoice => {
                    let fillings = between(fact, names)?;
                    let flip = slid(&fact.task.question(&fillings).ok()?)?;
                    (fillings, flip)
                }
                _ => (fact.fillings.clone(), flip),
            };
            return both(drawing, fact, source_at, &fillings, flip.edit, is_claim, draw);
        }
    }
    None
}

/// What a question speaks of by names that a move leaves alone; none where it asks about pictures, descriptions or walks.
pub(crate) fn movable(fact: &Fact) -> Option<Vec<ObjectId>> {
    let scene = &fact.source.scene;
    let is_suited = |(role, kind): (&String, &Role)| match kind {
        Role::Object { seen_in: None, stand } | Role::Objects { seen_in: None, stand, .. } => {
            let names = fact.fillings.get(role).map(Filling::texts).unwrap_or_default();
            *stand != Some(Stand::OnWay)
                && names.iter().all(|name| scene.class(name).is_ok_and(|class| class.wide.len() == 1))
        }
        Role::Class | Role::Quantity { .. } | Role::Word { .. } => true,
        _ => false,
    };
    if !fact.task.roles.iter().all(is_suited) {
        return None;
    }
    let (positions, frames) = subjects(scene, &fact.question);
    (frames.is_empty() && !positions.is_empty())
        .then(|| positions.into_iter().map(|at| scene.objects()[at].id).collect())
}

/// Towards each of the others, away from it, and across, radians from world x.
fn headings(scene: &Scene, object: ObjectId, others: &[ObjectId]) -> Vec<f64> {
    let centre = |id: ObjectId| scene.position(id).map(|at| scene.objects()[at].bounds.centre());
    let Some(from) = centre(object) else { return Vec::new() };
    let towards = others.iter().filter(|other| **other != object).filter_map(|other| {
        let way = centre(*other)? - from;
        Some(way.y.atan2(way.x))
    });
    towards.flat_map(|towards| (0..4).map(move |quarter| towards + f64::from(quarter) * FRAC_PI_2)).collect()
}

/// The names of two answers that are things.
fn names<'a>(one: &'a Answer, other: &'a Answer) -> Option<[&'a str; 2]> {
    match (one, other) {
        (Answer::Object { name, .. }, Answer::Object { name: other, .. }) => Some([name, other]),
        _ => None,
    }
}

/// The fillings with these two alone to choose from, so that each is right once; none where more must be offered.
fn between(fact: &Fact, names: [&str; 2]) -> Option<Fillings> {
    let role = candidates(fact.task)?;
    let Some(Role::Objects { least, .. }) = fact.task.roles.get(role) else { return None };
    let offered = fact.fillings.get(role)?.texts();
    let kept: Vec<String> = offered.iter().filter(|name| names.contains(&name.as_str())).cloned().collect();
    if kept.len() != 2 || *least > 2 {
        return None;
    }
    let mut fillings = fact.fillings.clone();
    fillings.insert(role.to_owned(), Filling::List(kept));
    Some(fillings)
}

/// Both questions in an order by chance, if each is certain and says another.
fn both(
    drawing: &Drawing,
    fact: &Fact,
    source_at: usize,
    fillings: &Fillings,
    edit: Move,
    is_claim: bool,
    draw: &mut Draw,
) -> Option<Vec<Counterpart>> {
    let edited = Arc::new(fact.source.moved(&edit).ok()?);
    let before = drawing.fact(fact.source, fact.task, fillings.clone()).ok()?.answer;
    let after = drawing.fact(&edited, fact.task, fillings.clone()).ok()?.answer;
    if !apart(&before, &after, is_claim) {
        return None;
    }
    let counterpart =
        |edit: Option<Edited>, answer: Answer| Counterpart { source_at, edit, fillings: fillings.clone(), answer };
    let mut pair = vec![counterpart(None, before), counterpart(Some(Edited { moved: edit, source: edited }), after)];
    if draw.below(2) == 0 {
        pair.reverse();
    }
    Some(pair)
}
