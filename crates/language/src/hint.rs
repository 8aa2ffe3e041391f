//! What to tell a person whose text was refused. Nothing here ever answers a question.

use std::{collections::BTreeSet, ops::Range};

use question::{Fillings, Role};
use scene::{ClassMiss, Scene};

use crate::{
    Refusal,
    book::{PhraseBook, TaskPhrases},
    label,
    lexicon::{OTHER, WordId},
    matcher::{Capture, Found},
    pattern::{ANSWER, Piece},
    render::capital,
    token::{Tokens, tokens},
    trie::NameOf,
};

/// Why a text is no question: what is unknown in its nearest phrase, or that no phrase is near.
pub(crate) fn refusal(book: &PhraseBook, scene: &Scene, tokens: &Tokens, run: &Range<usize>) -> Refusal {
    let matches = book.matches(scene, tokens, run, true).unwrap_or_default();
    let asks = |fault: &Fault| {
        let first = tokens.text(fault.run()).split_whitespace().next().unwrap_or("");
        matches!(fault, Fault::Label(_)) && book.wording.asking.iter().any(|word| first.eq_ignore_ascii_case(word))
    };
    let nearest = matches
        .iter()
        .map(|(found, _)| (faults(scene, tokens, found), found))
        .filter(|(faults, _)| !faults.is_empty() && !faults.iter().any(asks))
        .min_by_key(|(faults, found)| {
            let width: usize = faults.iter().map(|fault| fault.run().len()).sum();
            let words = book.endings[found.ending as usize].words;
            (faults.len(), width, std::cmp::Reverse(words))
        });
    match nearest.and_then(|(faults, _)| faults.into_iter().next()) {
        Some(Fault::Number(run)) => Refusal::BadNumber { phrase: tokens.text(&run).to_owned() },
        Some(Fault::Frame(run)) => {
            let known = scene.frames().iter().take(6).map(|frame| frame.name.clone()).collect();
            Refusal::UnknownFrame { phrase: tokens.text(&run).to_owned(), known }
        }
        Some(Fault::Label(run)) => {
            let text = tokens.text(&run);
            let numbered = label::of_kind(scene, text);
            if !numbered.is_empty() {
                return Refusal::UnknownLabel { phrase: text.to_owned(), similar: numbered, known: None };
            }
            let similar = match scene.class(text) {
                Err(ClassMiss::Unknown { phrase }) => scene.similar(&phrase),
                _ => Vec::new(),
            };
            // Of a longer run, the longest beginning that is a thing: "fridge" in "fridge in parsecs".
            let known = (run.start + 1..run.end)
                .rev()
                .map(|end| tokens.text(&(run.start..end)))
                .find(|start| label::is_known(scene, start))
                .map(str::to_owned);
            Refusal::UnknownLabel { phrase: text.to_owned(), similar, known }
        }
        None => Refusal::UnknownWording { suggestions: suggestions(book, tokens) },
    }
}

/// A text of several sentences, of which at least one is a question by itself.
pub(crate) fn several(book: &PhraseBook, scene: &Scene, text: &str) -> Option<Refusal> {
    const MOST_SENTENCES: usize = 8;
    let mut sentences = Vec::new();
    let mut rest = text.trim();
    while let Some(end) = rest.find(". ").into_iter().chain(rest.find("? ")).chain(rest.find("! ")).min() {
        sentences.push(&rest[..=end]);
        rest = rest[end + 1..].trim_start();
    }
    sentences.push(rest);
    if !(2..=MOST_SENTENCES).contains(&sentences.len()) {
        return None;
    }
    let (questions, rest): (Vec<_>, Vec<_>) =
        sentences.into_iter().map(str::to_owned).partition(|sentence| book.parse(scene, sentence).is_ok());
    (!questions.is_empty()).then_some(Refusal::SeveralSentences { questions, rest })
}

enum Fault {
    Label(Range<usize>),
    Frame(Range<usize>),
    Number(Range<usize>),
}

impl Fault {
    fn run(&self) -> &Range<usize> {
        match self {
            Self::Label(run) | Self::Frame(run) | Self::Number(run) => run,
        }
    }
}

fn faults(scene: &Scene, tokens: &Tokens, found: &Found) -> Vec<Fault> {
    let mut out = Vec::new();
    let out_cell = std::cell::RefCell::new(&mut out);
    let mut label = |run: &Range<usize>| {
        if !label::is_known(scene, label::text(scene, tokens, run)) {
            out_cell.borrow_mut().push(Fault::Label(run.clone()));
        }
    };
    let name = |of: NameOf, run: &Range<usize>| {
        if label::named(scene, of, tokens.text(run)).is_none() {
            let fault = if of == NameOf::Frame { Fault::Frame } else { Fault::Label };
            out_cell.borrow_mut().push(fault(run.clone()));
        }
    };
    for capture in &found.captures {
        match capture {
            Capture::Label(run) => label(run),
            Capture::List(runs) => runs.iter().for_each(&mut label),
            Capture::Name(of, run) => name(*of, run),
            Capture::Frames(runs) => runs.iter().for_each(|run| name(NameOf::Frame, run)),
            _ => {}
        }
    }
    out.extend(found.captures.iter().filter_map(|capture| match capture {
        Capture::NoNumber(run) => Some(Fault::Number(run.clone())),
        _ => None,
    }));
    out
}

/// Up to three phrasings, of different tasks, that share the most telling words with the text.
fn suggestions(book: &PhraseBook, tokens: &Tokens) -> Vec<String> {
    const SHOWN: usize = 3;
    let said: BTreeSet<WordId> = tokens.all.iter().map(|token| token.word).filter(|word| *word != OTHER).collect();
    let mut best: Vec<(f64, usize, usize)> = Vec::new();
    for (at, phrases) in book.tasks.iter().enumerate() {
        let scored = phrases.ask.iter().enumerate().map(|(phrase, pieces)| (likeness(book, pieces, &said), phrase));
        if let Some((score, phrase)) = scored.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
            && score > 0.0
        {
            best.push((score, at, phrase));
        }
    }
    best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    best.into_iter().take(SHOWN).map(|(_, at, phrase)| outline(&book.tasks[at], phrase)).collect()
}

/// Share of words in common, the rarer ones counting more.
fn likeness(book: &PhraseBook, pieces: &[Piece], said: &BTreeSet<WordId>) -> f64 {
    let text: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            _ => " ",
        })
        .collect();
    let words: BTreeSet<WordId> = tokens(&text, &book.lexicon).all.iter().map(|token| token.word).collect();
    let weight = |word: &WordId| book.telling.get(*word as usize).copied().unwrap_or(0.0);
    let shared: f64 = words.intersection(said).map(weight).sum();
    let all: f64 = words.union(said).map(weight).sum();
    if all > 0.0 && shared >= LEAST_TELLING { shared / all } else { 0.0 }
}

/// A phrase that shares less than this with a text has nothing to do with it.
const LEAST_TELLING: f64 = 0.8;

/// How telling each word is: the rarer among the tasks, the more.
pub(crate) fn telling(book: &PhraseBook) -> Vec<f64> {
    let mut tasks: Vec<BTreeSet<usize>> = Vec::new();
    for (at, phrases) in book.tasks.iter().enumerate() {
        for piece in phrases.ask.iter().flatten() {
            if let Piece::Text(text) = piece {
                for token in tokens(text, &book.lexicon).all {
                    let word = token.word as usize;
                    if tasks.len() <= word {
                        tasks.resize(word + 1, BTreeSet::new());
                    }
                    tasks[word].insert(at);
                }
            }
        }
    }
    let all = book.tasks.len() as f64;
    tasks.iter().map(|tasks| if tasks.is_empty() { 0.0 } else { (all / tasks.len() as f64).ln() }).collect()
}

/// A phrase with its holes named: `"How far is <object> from <object>?"`.
fn outline(phrases: &TaskPhrases, phrase: usize) -> String {
    let mut out = String::new();
    for piece in &phrases.ask[phrase] {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Optional(_) => {}
            Piece::Slot(slot) => out.push_str(match phrases.task.roles.get(&slot.role) {
                Some(Role::Object { .. }) => "<object>",
                Some(Role::Frame) => "<frame>",
                Some(Role::Frames { .. }) => "<frames>",
                Some(Role::Pixel { .. }) => "<pixel>",
                Some(Role::Pixels { .. }) => "<pixels>",
                Some(Role::Region { .. }) => "<region>",
                Some(Role::Objects { .. }) => "<objects>",
                Some(Role::Class { .. }) => "<kind of object>",
                Some(Role::Quantity { .. }) => "<quantity>",
                Some(Role::Word { words }) => words.first().map_or("", |word| &word.0),
                None if slot.role == ANSWER => "<answer>",
                None => "",
            }),
        }
    }
    capital(out.replace(" ?", "?").replace(" .", "."))
}

/// A question in the plainest wording of its task.
pub(crate) fn plainly(book: &PhraseBook, task: usize, fillings: &Fillings) -> String {
    let task = book.tasks[task].task;
    match book.ask_any(task, fillings, 0) {
        Some(text) => format!("{}: {text}", task.name),
        None => task.name.clone(),
    }
}
