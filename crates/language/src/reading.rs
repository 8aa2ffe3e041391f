//! From a matched phrase to the question it asks.

use std::ops::Range;

use question::{Answer, Entity, Filling, Fillings, Predicate, Question, Role};
use scene::Scene;

use crate::{
    Refusal,
    book::{PhraseBook, TaskPhrases},
    compile::Ending,
    kind::AnswerKind,
    label,
    matcher::{Capture, Found},
    number::{Stated, StatedPoint},
    pattern::ANSWER,
    token::Tokens,
    trie::NameOf,
};

/// One reading of a text.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    /// Position among the book's tasks.
    pub(crate) task: usize,
    pub(crate) phrase: usize,
    pub(crate) state: bool,
    pub(crate) fillings: Fillings,
    pub(crate) question: Question,
}

/// Reads a match; `None` if two places of one role hold different things, so that it is none.
pub(crate) fn read(
    book: &PhraseBook,
    scene: &Scene,
    tokens: &Tokens,
    found: &Found,
) -> Result<Option<Reading>, Refusal> {
    let ending: &Ending = &book.endings[found.ending as usize];
    let phrases = &book.tasks[ending.task];
    let name = |run: &Range<usize>| label::name(book, scene, label::text(scene, tokens, run));
    let mut fillings = Fillings::new();
    let mut claim = None;
    for (role, value) in &ending.fixed {
        if role == ANSWER {
            claim = Some(Claim::Word(value));
        } else {
            fillings.insert(role.clone(), Filling::Text(value.clone()));
        }
    }
    for (role, capture) in ending.holes.iter().zip(&found.captures) {
        if role == ANSWER {
            claim = Some(Claim::Captured(capture));
            continue;
        }
        let filling = match capture {
            Capture::Label(run) => {
                let is_class = matches!(phrases.task.roles.get(role), Some(Role::Class { .. }));
                // "how many chairs on the rug": the rug is part of the question, not of the kind that is counted.
                if is_class && label::is_described(scene, label::text(scene, tokens, run)) {
                    return Ok(None);
                }
                Filling::Text(name(run))
            }
            Capture::List(runs) => Filling::List(runs.iter().map(name).collect()),
            Capture::AllOf(run, plural) => {
                let is_of_scene = matches!(phrases.task.roles.get(role), Some(Role::Objects { seen_in: None, .. }));
                match label::all_of(book, scene, tokens.text(run), *plural).filter(|_| is_of_scene) {
                    Some(names) => Filling::List(names),
                    None => return Ok(None),
                }
            }
            Capture::Name(of, run) => match label::named(scene, *of, tokens.text(run)) {
                Some(name) => Filling::Text(name),
                None => return Ok(None),
            },
            Capture::Frames(runs) => {
                let frames = runs.iter().map(|run| label::named(scene, NameOf::Frame, tokens.text(run)));
                let Some(frames) = frames.collect() else { return Ok(None) };
                Filling::List(frames)
            }
            Capture::Quantity(stated) => Filling::Number(stated.value),
            Capture::Pixel(pixel) => Filling::Text(pixel.clone()),
            Capture::Pixels(pixels) => Filling::List(pixels.clone()),
            Capture::Count(_) | Capture::Turn(_) | Capture::Point(_) | Capture::Place(_) | Capture::NoNumber(_) => {
                return Ok(None);
            }
        };
        if let Some(other) = fillings.get(role)
            && !(other == &filling || same(scene, other, &filling))
        {
            return Ok(None);
        }
        fillings.insert(role.clone(), filling);
    }
    let mut answer = None;
    if let Some(claim) = claim {
        let frame_name = |run: &Range<usize>| label::named(scene, NameOf::Frame, tokens.text(run));
        let claimed = claimed(scene, phrases, claim, &mut fillings, name, frame_name)?;
        let Some(claimed) = claimed else { return Ok(None) };
        answer = Some(claimed);
    }
    // The catalogue's own test holds that a task with every role filled is a question.
    let Ok(mut question) = phrases.task.question(&fillings) else { return Ok(None) };
    if let Some(answer) = answer {
        question = Question::Test { that: Predicate::Claim { question: Box::new(question), answer } };
    }
    Ok(Some(Reading { task: ending.task, phrase: ending.phrase, state: ending.state, fillings, question }))
}

/// A claimed answer as it was written.
#[derive(Clone, Copy)]
enum Claim<'a> {
    Word(&'a str),
    Captured(&'a Capture),
}

fn claimed(
    scene: &Scene,
    phrases: &TaskPhrases,
    claim: Claim,
    fillings: &mut Fillings,
    name: impl Fn(&Range<usize>) -> String,
    frame_name: impl Fn(&Range<usize>) -> Option<String>,
) -> Result<Option<Answer>, Refusal> {
    let candidates = phrases.candidates();
    let frame = phrases.shown_in(fillings).map(str::to_owned);
    Ok(match (phrases.answer, claim) {
        (AnswerKind::Sector(sectors), Claim::Word(word)) => Some(Answer::Sector { sectors, word: word.to_owned() }),
        (AnswerKind::Turns(_), Claim::Word(words)) => {
            Some(Answer::Turns { words: words.split(", ").map(str::to_owned).collect() })
        }
        (AnswerKind::Quantity(unit), Claim::Captured(Capture::Quantity(stated))) => Some(quantity(*stated, unit)),
        (AnswerKind::Turn, Claim::Captured(Capture::Turn(stated))) => Some(turn(*stated)),
        (AnswerKind::Count, Claim::Captured(Capture::Count(value))) => Some(Answer::Count { value: *value }),
        (AnswerKind::Object, Claim::Captured(Capture::Label(run))) => {
            let named = name(run);
            let name = match candidates.and_then(|role| fillings.get(role)) {
                Some(Filling::List(offered)) => offered
                    .iter()
                    .find(|offer| label::means(scene, offer) == label::means(scene, &named))
                    .ok_or(Refusal::AnswerNotOffered { phrase: named })?
                    .clone(),
                _ => named,
            };
            Some(object(scene, &name, frame.as_deref())?)
        }
        (AnswerKind::Order, Claim::Captured(Capture::List(runs))) => {
            let names: Vec<String> = runs.iter().map(name).collect();
            let Some(role) = candidates else { return Ok(None) };
            fillings.entry(role.to_owned()).or_insert_with(|| Filling::List(names.clone()));
            Some(order(scene, &names, frame.as_deref())?)
        }
        (AnswerKind::Frame, Claim::Captured(Capture::Name(NameOf::Frame, run))) => {
            let Some(name) = frame_name(run) else { return Ok(None) };
            match candidates.and_then(|role| fillings.get(role)) {
                Some(Filling::List(offered)) if !offered.contains(&name) => {
                    return Err(Refusal::AnswerNotOffered { phrase: name });
                }
                _ => Some(Answer::Frame { name }),
            }
        }
        (AnswerKind::Pixel, Claim::Captured(Capture::Pixel(said))) => {
            match candidates.and_then(|role| fillings.get(role)) {
                Some(Filling::List(offered)) if !offered.contains(said) => {
                    return Err(Refusal::AnswerNotOffered { phrase: said.clone() });
                }
                _ => frame.and_then(|frame| pixel(&frame, said)),
            }
        }
        (AnswerKind::Point, Claim::Captured(Capture::Point(stated))) => Some(point(*stated)),
        (AnswerKind::Region, Claim::Captured(Capture::Place(at))) => Some(place(*at)),
        _ => None,
    })
}

/// The claim that the answer is this pixel of a frame.
pub(crate) fn pixel(frame: &str, said: &str) -> Option<Answer> {
    match format!("@{frame}:{said}").parse() {
        Ok(Entity::Pixel { frame, at_px: [column, row] }) => Some(Answer::Pixel { frame, column, row }),
        _ => None,
    }
}

/// The claim that a place lies within a tolerance along each axis.
pub(crate) fn point(stated: StatedPoint) -> Answer {
    let StatedPoint { value, tolerance } = stated;
    Answer::Point { value, lo: value.map(|along| along - tolerance), hi: value.map(|along| along + tolerance) }
}

/// The claim that a quantity lies within a tolerance.
pub(crate) fn quantity(stated: Stated, unit: question::Unit) -> Answer {
    let Stated { value, tolerance } = stated;
    Answer::Quantity { value, lo: value - tolerance, hi: value + tolerance, unit }
}

/// The claim that a turn lies within a tolerance.
pub(crate) fn turn(stated: Stated) -> Answer {
    let Stated { value, tolerance } = stated;
    Answer::Turn { value, lo: value - tolerance, hi: value + tolerance }
}

/// The claim that a place is free.
pub(crate) fn place(at: [f64; 3]) -> Answer {
    Answer::Region { at, area_m2: 0.0, pieces: Vec::new() }
}

/// The claim that the answer is this object.
pub(crate) fn object(scene: &Scene, name: &str, frame: Option<&str>) -> Result<Answer, Refusal> {
    match label::object_in(scene, name, frame) {
        Some(id) => Ok(Answer::Object { id, name: seen(name, frame) }),
        None => Err(Refusal::UnclearAnswer { phrase: name.to_owned() }),
    }
}

/// The claim that the answer is this order.
pub(crate) fn order(scene: &Scene, names: &[String], frame: Option<&str>) -> Result<Answer, Refusal> {
    let mut ids = Vec::with_capacity(names.len());
    for name in names {
        ids.push(label::object_in(scene, name, frame).ok_or_else(|| Refusal::UnclearAnswer { phrase: name.clone() })?);
    }
    Ok(Answer::Order { ids, names: names.iter().map(|name| seen(name, frame)).collect() })
}

/// What a question calls something that a frame shows.
pub(crate) fn seen(name: &str, frame: Option<&str>) -> String {
    match frame {
        Some(frame) if !name.starts_with('#') => format!("{name}@{frame}"),
        _ => name.to_owned(),
    }
}

/// Whether two places hold the same thing.
fn same(scene: &Scene, a: &Filling, b: &Filling) -> bool {
    match (a, b) {
        (Filling::Text(a), Filling::Text(b)) => label::means(scene, a) == label::means(scene, b),
        (a, b) => a == b,
    }
}
