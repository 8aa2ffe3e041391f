//! All phrasings of the catalogue, compiled once.

use std::{collections::BTreeMap, sync::LazyLock};

use question::{Fillings, Question, Task, catalogue};
use scene::Scene;

use crate::{
    Refusal, Wording,
    filling::fillings,
    lexicon::{Lexicon, WordId},
    matching::{Element, matches},
    pattern::{Piece, SlotForm, pieces},
    token::tokens,
};

/// Longest text that is read, bytes.
pub(crate) const MOST_BYTES: usize = 2000;

/// A text that is a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The task it belongs to.
    pub task: &'static str,
    /// What fills the task's roles.
    pub fillings: Fillings,
    /// The question.
    pub question: Question,
}

/// Why the built-in data is no phrase book.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BookError {
    /// `data/phrases.toml` is wrong.
    #[error("data/phrases.toml: {0}")]
    Wording(String),
    /// A phrasing of a task is wrong.
    #[error("task {task}: {message}")]
    Phrase {
        /// The task.
        task: String,
        /// What is wrong.
        message: String,
    },
}

/// A phrasing, ready to be matched.
pub(crate) struct Compiled {
    pub(crate) task: &'static Task,
    pub(crate) phrase: usize,
    pub(crate) elements: Vec<Element>,
}

/// All phrasings of the catalogue.
pub struct PhraseBook {
    pub(crate) wording: Wording,
    pub(crate) lexicon: Lexicon,
    compiled: Vec<Compiled>,
    /// First two words of a phrasing → phrasings.
    by_start: BTreeMap<(WordId, Option<WordId>), Vec<usize>>,
    /// Phrasings that begin with a hole.
    open: Vec<usize>,
}

static BUILTIN: LazyLock<Result<PhraseBook, BookError>> = LazyLock::new(PhraseBook::compile);

impl PhraseBook {
    /// The phrase book in the binary; an error only in a broken build, which a test forbids.
    pub fn builtin() -> Result<&'static Self, &'static BookError> {
        BUILTIN.as_ref()
    }

    fn compile() -> Result<Self, BookError> {
        let wording: Wording = toml::from_str(include_str!("../data/phrases.toml"))
            .map_err(|error| BookError::Wording(error.to_string()))?;
        let mut lexicon = Lexicon::new(&wording);
        for word in wording.conjunctions.iter().chain(wording.numbers.keys()) {
            lexicon.learn(word);
        }
        for word in wording.units.iter().flat_map(|unit| &unit.words).flat_map(|words| words.split(' ')) {
            lexicon.learn(word);
        }
        let mut book = Self { wording, lexicon, compiled: Vec::new(), by_start: BTreeMap::new(), open: Vec::new() };
        for task in catalogue() {
            for (phrase, text) in task.phrases.ask.iter().enumerate() {
                let fault = |message| BookError::Phrase { task: task.name.clone(), message };
                let pieces = pieces(text).map_err(fault)?;
                for without in [true, false] {
                    if !without && !pieces.iter().any(|piece| matches!(piece, Piece::Optional(_))) {
                        continue;
                    }
                    let elements = book.elements(task, &pieces, without).map_err(fault)?;
                    book.add(Compiled { task, phrase, elements });
                }
            }
        }
        Ok(book)
    }

    fn add(&mut self, compiled: Compiled) {
        let at = self.compiled.len();
        match compiled.elements.as_slice() {
            [Element::Word(first), Element::Word(second), ..] => {
                self.by_start.entry((*first, Some(*second))).or_default().push(at);
            }
            [Element::Word(first), ..] => self.by_start.entry((*first, None)).or_default().push(at),
            _ => self.open.push(at),
        }
        self.compiled.push(compiled);
    }

    /// Fixed words as numbers, holes as they are.
    fn elements(&mut self, task: &'static Task, pieces: &[Piece], without: bool) -> Result<Vec<Element>, String> {
        let mut elements = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.words(text, &mut elements),
                Piece::Optional(text) if !without => self.words(text, &mut elements),
                Piece::Optional(_) => {}
                Piece::Slot(slot) => {
                    let role = task
                        .roles
                        .get(&slot.role)
                        .ok_or_else(|| format!("{{{}}} is no role of the task", slot.role))?;
                    let words = match (&slot.form, role) {
                        (SlotForm::Words(words), _) | (_, question::Role::Word { words }) => {
                            words.iter().map(|(wording, value)| (self.numbered(wording), value.clone())).collect()
                        }
                        _ => Vec::new(),
                    };
                    elements.push(Element::Slot { slot: slot.clone(), role, words });
                }
            }
        }
        Ok(elements)
    }

    fn numbered(&mut self, text: &str) -> Vec<WordId> {
        let mut elements = Vec::new();
        self.words(text, &mut elements);
        elements
            .into_iter()
            .filter_map(|element| if let Element::Word(word) = element { Some(word) } else { None })
            .collect()
    }

    /// Learns the words of a text, then reads it as any text is read.
    fn words(&mut self, text: &str, into: &mut Vec<Element>) {
        // "(s)" behind a hole is skipped in texts, because a reader leaves it out or not.
        let text = text.strip_prefix("(s)").unwrap_or(text);
        for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '/' | '&'))) {
            if !word.is_empty() {
                self.lexicon.learn(&word.to_lowercase());
            }
        }
        into.extend(tokens(text, &self.lexicon).all.iter().map(|token| Element::Word(token.word)));
    }

    /// The question that a text asks about a scene.
    pub fn parse(&self, scene: &Scene, text: &str) -> Result<Parsed, Refusal> {
        if text.len() > MOST_BYTES {
            return Err(Refusal::TooLong(text.len()));
        }
        let mut text = text.trim();
        for sentence in &self.wording.before {
            text = text.strip_prefix(sentence.as_str()).unwrap_or(text).trim();
        }
        for sentence in self.wording.after.iter().rev() {
            text = text.strip_suffix(sentence.as_str()).unwrap_or(text).trim();
        }
        let read = tokens(text, &self.lexicon);
        if read.all.is_empty() {
            return Err(Refusal::Empty);
        }
        let starts = [(read.word(0), (read.all.len() > 1).then(|| read.word(1))), (read.word(0), None)];
        let candidates = starts
            .iter()
            .filter_map(|start| self.by_start.get(start))
            .flatten()
            .chain(&self.open)
            .map(|at| &self.compiled[*at]);
        let mut parsed: Option<Parsed> = None;
        let mut others: Vec<Question> = Vec::new();
        let mut unknown = None;
        for compiled in candidates {
            for captures in matches(compiled, &read) {
                let fillings = match fillings(self, scene, compiled, &read, &captures) {
                    Ok(fillings) => fillings,
                    Err(label) => {
                        // The fewest words left unexplained make the most useful hint.
                        if unknown.as_ref().is_none_or(|before: &String| label.len() < before.len()) {
                            unknown = Some(label);
                        }
                        continue;
                    }
                };
                let Ok(question) = compiled.task.question(&fillings) else { continue };
                match &parsed {
                    None => parsed = Some(Parsed { task: &compiled.task.name, fillings, question }),
                    Some(first) if first.question == question || others.contains(&question) => {}
                    Some(_) => others.push(question),
                }
            }
        }
        match (parsed, unknown) {
            (Some(parsed), _) if others.is_empty() => Ok(parsed),
            (Some(parsed), _) => Err(Refusal::AmbiguousWording {
                readings: std::iter::once(&parsed.question)
                    .chain(&others)
                    .map(|question| serde_json::to_string(question).unwrap_or_default())
                    .collect(),
            }),
            (None, Some(label)) => {
                let similar = match scene.class(&label) {
                    Err(scene::ClassMiss::Unknown { similar, .. }) => similar,
                    _ => Vec::new(),
                };
                Err(Refusal::UnknownLabel { label, similar })
            }
            (None, None) => Err(Refusal::UnknownWording { closest: self.closest(&read) }),
        }
    }

    /// Up to three phrasings that share the most words with a text, one a task.
    fn closest(&self, read: &crate::token::Tokens) -> Vec<String> {
        let mut scored: Vec<(usize, usize, &Compiled)> = self
            .compiled
            .iter()
            .map(|compiled| {
                let words = || {
                    compiled
                        .elements
                        .iter()
                        .filter_map(|element| if let Element::Word(word) = element { Some(*word) } else { None })
                };
                let shared = read.all.iter().filter(|token| words().any(|word| word == token.word)).count();
                (shared, words().count(), compiled)
            })
            .filter(|(shared, ..)| *shared > 0)
            .collect();
        scored.sort_by_key(|(shared, all, _)| (std::cmp::Reverse(*shared), *all));
        let mut closest: Vec<(&str, String)> = Vec::new();
        for (.., compiled) in scored {
            if closest.len() == 3 {
                break;
            }
            if closest.iter().all(|(task, _)| *task != compiled.task.name) {
                closest.push((&compiled.task.name, compiled.task.phrases.ask[compiled.phrase].clone()));
            }
        }
        closest.into_iter().map(|(_, phrase)| phrase).collect()
    }
}
