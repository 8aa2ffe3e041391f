//! Minimal pairs: a question of a scene, and of the same scene after the least move of one object that makes the answer
//! another; of pictures, the question of one, and of another whose answer is another.

use std::{f64::consts::FRAC_PI_2, sync::Arc};

use language::Format;
use question::{Answer, Draw, Filling, Fillings, Question, Role, Sliding, Stand, plainly, subjects};
use scene::{ObjectId, Scene};

use crate::{
    Drawing, Fact,
    contrast::apart,
    counterparts::{Counterpart, Edited, candidates},
    row::Retaken,
};

/// Objects that are slid at most, and headings of each.
const MOST_OBJECTS: usize = 3;
const MOST_HEADINGS: usize = 4;
/// Other pictures that are asked at most.
const MOST_PICTURES: usize = 8;
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

/// How the answer to a question may be made another.
#[derive(Debug)]
pub(crate) enum Way<'t> {
    /// One of these objects is slid.
    Slide(Vec<ObjectId>),
    /// Another picture is taken in one of these roles.
    Camera(Vec<&'t str>),
}

impl<'t> Way<'t> {
    /// The way for a fact's question: a slide of what names alone tell apart, or, where it asks about single pictures, other
    /// pictures of the same things; none where it asks about sets of pictures, pixels or walks.
    pub(crate) fn of(fact: &Fact<'t>) -> Option<Self> {
        let frames: Vec<&str> = fact
            .task
            .roles
            .iter()
            .filter(|(_, kind)| matches!(kind, Role::Frame))
            .map(|(role, _)| role.as_str())
            .collect();
        if frames.is_empty() {
            return movable(fact).map(Self::Slide);
        }
        let scene = &fact.source.scene;
        let is_suited = |(role, kind): (&String, &Role)| match kind {
            // What only a picture's own things tell apart may be another thing in the next.
            Role::Object { seen_in: Some(_), .. } | Role::Objects { seen_in: Some(_), .. } => {
                let names = fact.fillings.get(role).map(Filling::texts).unwrap_or_default();
                names.iter().all(|name| name.starts_with('#') || is_alone(scene, name))
            }
            Role::Frames { .. } | Role::Pixel { .. } | Role::Pixels { .. } => false,
            _ => true,
        };
        fact.task.roles.iter().all(is_suited).then_some(Self::Camera(frames))
    }
}

/// Who is asked for the other half of a pair.
pub(crate) struct Search<'a, G> {
    pub(crate) drawing: &'a Drawing<'a>,
    pub(crate) format: Format,
    /// Position of the scene.
    pub(crate) source_at: usize,
    /// Whether a fact of the scene can be shown as the rows are to show it.
    pub(crate) can_show: G,
}

impl<G: Fn(&Fact) -> bool> Search<'_, G> {
    /// The question of a fact, and the same after what makes the answer another, in an order by chance; none where nothing that
    /// is tried does.
    pub(crate) fn of(&self, fact: &Fact, way: &Way, draw: &mut Draw) -> Option<Vec<Counterpart>> {
        match way {
            Way::Slide(objects) => self.slid(fact, objects, draw),
            Way::Camera(roles) => self.retaken(fact, roles, draw),
        }
    }

    fn is_apart(&self, one: &Answer, other: &Answer) -> bool {
        apart(one, other, self.format == Format::TrueFalse)
    }

    fn slid(&self, fact: &Fact, objects: &[ObjectId], draw: &mut Draw) -> Option<Vec<Counterpart>> {
        let scene = &fact.source.scene;
        let is_wanted = |other: &Answer| self.is_apart(&fact.answer, other);
        for at in draw.distinct(objects.len().min(MOST_OBJECTS), objects.len()) {
            let Some(sliding) = Sliding::new(scene, objects[at]) else { continue };
            let headings = headings(scene, objects[at], objects);
            for heading in draw.distinct(headings.len().min(MOST_HEADINGS), headings.len()) {
                let heading_rad = headings[heading];
                let slid = |question: &Question| {
                    sliding.flip(question, self.drawing.profile, heading_rad, f64::INFINITY, &is_wanted)
                };
                let Some(flip) = slid(&fact.question) else { continue };
                let (fillings, flip) = match names(&fact.answer, &flip.answer) {
                    // For two alone a shorter slide may do.
                    Some(names) if self.format == Format::MultipleChoice => {
                        let fillings = between(fact, &fact.fillings, names)?;
                        let flip = slid(&fact.task.question(&fillings).ok()?)?;
                        (fillings, flip)
                    }
                    _ => (fact.fillings.clone(), flip),
                };
                let source = Arc::new(fact.source.moved(&flip.edit).ok()?);
                let edited = Edited::Moved { moved: flip.edit, source };
                return self.both(fact, [fillings.clone(), fillings], &edited, draw);
            }
        }
        None
    }

    fn retaken(&self, fact: &Fact, roles: &[&str], draw: &mut Draw) -> Option<Vec<Counterpart>> {
        let ways = roles.iter().flat_map(|role| {
            let others = fact.source.sampler.retaken(fact.task, &fact.fillings, role);
            others.into_iter().map(move |fillings| (*role, fillings))
        });
        let ways: Vec<(&str, Fillings)> = ways.collect();
        for at in draw.distinct(ways.len().min(MOST_PICTURES), ways.len()) {
            let (role, fillings) = &ways[at];
            let Ok(other) = self.drawing.fact(fact.source, fact.task, fillings.clone()) else { continue };
            if !self.is_apart(&fact.answer, &other.answer) {
                continue;
            }
            let asked = match names(&fact.answer, &other.answer) {
                Some(names) if self.format == Format::MultipleChoice => {
                    let only = |fillings: &Fillings| between(fact, fillings, names);
                    only(&fact.fillings).zip(only(fillings)).map(<[Fillings; 2]>::from)
                }
                _ => Some([fact.fillings.clone(), fillings.clone()]),
            };
            let Some(asked) = asked else { continue };
            let was = fact.fillings.get(*role)?.texts().first()?.clone();
            let edited = Edited::Retaken(Retaken { role: (*role).to_owned(), was });
            if let Some(pair) = self.both(fact, asked, &edited, draw) {
                return Some(pair);
            }
        }
        None
    }

    /// Both questions in an order by chance, if each is certain, says another and can be shown.
    fn both(&self, fact: &Fact, asked: [Fillings; 2], edited: &Edited, draw: &mut Draw) -> Option<Vec<Counterpart>> {
        let [fillings, others] = asked;
        let before = self.drawing.fact(fact.source, fact.task, fillings).ok()?;
        let after = self.drawing.fact(edited.source().unwrap_or(fact.source), fact.task, others).ok()?;
        if !self.is_apart(&before.answer, &after.answer) || ![&before, &after].into_iter().all(&self.can_show) {
            return None;
        }
        let counterpart = |edit: Option<Edited>, fact: &Fact| Counterpart {
            source_at: self.source_at,
            edit,
            fillings: fact.fillings.clone(),
            answer: fact.answer.clone(),
        };
        let mut pair = vec![counterpart(None, &before), counterpart(Some(edited.clone()), &after)];
        if draw.below(2) == 0 {
            pair.reverse();
        }
        Some(pair)
    }
}

/// Whether a name tells one thing of the scene from all others.
fn is_alone(scene: &Scene, name: &str) -> bool {
    scene.class(name).is_ok_and(|class| class.wide.len() == 1)
}

/// What a question speaks of by names that a move leaves alone; none where it asks about pictures, descriptions or walks.
fn movable(fact: &Fact) -> Option<Vec<ObjectId>> {
    let scene = &fact.source.scene;
    let is_suited = |(role, kind): (&String, &Role)| match kind {
        Role::Object { seen_in: None, stand, .. } | Role::Objects { seen_in: None, stand, .. } => {
            let names = fact.fillings.get(role).map(Filling::texts).unwrap_or_default();
            *stand != Some(Stand::OnWay) && names.iter().all(|name| is_alone(scene, name))
        }
        Role::Class { .. } | Role::Quantity { .. } | Role::Word { .. } => true,
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
        (Answer::Object { name, .. }, Answer::Object { name: other, .. }) => Some([plainly(name), plainly(other)]),
        _ => None,
    }
}

/// Fillings with these two alone to choose from, so that each is right once; none where more must be offered.
fn between(fact: &Fact, fillings: &Fillings, names: [&str; 2]) -> Option<Fillings> {
    let role = candidates(fact.task)?;
    let Some(Role::Objects { least, .. }) = fact.task.roles.get(role) else { return None };
    let offered = fillings.get(role)?.texts();
    let kept: Vec<String> = offered.iter().filter(|name| names.contains(&name.as_str())).cloned().collect();
    if kept.len() != 2 || *least > 2 {
        return None;
    }
    let mut fillings = fillings.clone();
    fillings.insert(role.to_owned(), Filling::List(kept));
    Some(fillings)
}
