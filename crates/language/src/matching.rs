//! Phrasings against a text, word by word.

use std::ops::Range;

use question::Role;

use crate::{
    book::{Compiled, PhraseBook},
    lexicon::WordId,
    pattern::{Slot, SlotForm},
    token::{Gap, Tokens},
};

/// A fixed word or a hole.
pub(crate) enum Element {
    Word(WordId),
    Slot {
        slot: Slot,
        role: &'static Role,
        /// Wordings of a word role.
        words: Vec<(Vec<WordId>, String)>,
    },
}

/// What a hole took: a run of tokens, and for a word role the value.
#[derive(Debug, Clone)]
pub(crate) struct Capture {
    pub(crate) element: usize,
    pub(crate) run: Range<usize>,
    pub(crate) value: Option<String>,
}

/// Most tokens of a label, of a list, and most steps of one match.
const MOST_LABEL: usize = 8;
const MOST_LIST: usize = 60;
const MOST_STEPS: usize = 4000;

/// Every way in which a phrasing reads as the whole text.
pub(crate) fn matches(compiled: &Compiled, read: &Tokens) -> Vec<Vec<Capture>> {
    let mut search = Search { elements: &compiled.elements, read, found: Vec::new(), steps: 0 };
    search.from(0, 0, &mut Vec::new());
    search.found
}

struct Search<'s> {
    elements: &'s [Element],
    read: &'s Tokens,
    found: Vec<Vec<Capture>>,
    steps: usize,
}

impl Search<'_> {
    fn from(&mut self, mut element: usize, mut at: usize, captures: &mut Vec<Capture>) {
        while let Some(Element::Word(word)) = self.elements.get(element) {
            if at >= self.read.all.len() || self.read.word(at) != *word {
                return;
            }
            element += 1;
            at += 1;
        }
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return;
        }
        let Some(Element::Slot { role, words, .. }) = self.elements.get(element) else {
            if at == self.read.all.len() {
                self.found.push(captures.clone());
            }
            return;
        };
        let mut take = |this: &mut Self, end: usize, value: Option<String>| {
            captures.push(Capture { element, run: at..end, value });
            this.from(element + 1, end, captures);
            captures.pop();
        };
        if !words.is_empty() {
            for (wording, value) in words {
                if self.read.has(at, wording) {
                    take(self, at + wording.len(), Some(value.clone()));
                }
            }
            return;
        }
        let list = matches!(role, Role::Objects { .. });
        let number = matches!(role, Role::Quantity { .. });
        let most = if list { MOST_LIST } else { MOST_LABEL };
        let next = match self.elements.get(element + 1) {
            Some(Element::Word(word)) => Some(*word),
            _ => None,
        };
        let last = element + 1 == self.elements.len();
        for end in at + 1..=(at + most).min(self.read.all.len()) {
            let token = &self.read.all[end - 1];
            // A label never reaches across a comma, a full stop or a sign.
            let inside = end - 1 > at;
            if !number && inside && (token.gap == Gap::Clause || token.gap == Gap::Comma && !list) {
                break;
            }
            if !number && !token.plain {
                break;
            }
            if last && end != self.read.all.len() || next.is_some_and(|next| self.read.word(end) != next) {
                continue;
            }
            take(self, end, None);
        }
    }
}

/// The runs of a list's items: split at commas and conjunctions.
pub(crate) fn items(
    book: &PhraseBook,
    read: &Tokens,
    run: &Range<usize>,
    form: &SlotForm,
) -> Option<Vec<Range<usize>>> {
    let conjunction = |at: usize| {
        let text = read.text(&(at..at + 1));
        book.wording.conjunctions.iter().any(|word| word == text)
    };
    let mut items = Vec::new();
    let mut start = run.start;
    for at in run.clone() {
        if at > start && read.all[at].gap >= Gap::Comma {
            items.push(start..at);
            start = at;
        }
        if conjunction(at) {
            if at > start {
                items.push(start..at);
            } else if items.is_empty() {
                return None;
            }
            start = at + 1;
        }
    }
    if start >= run.end {
        return None;
    }
    items.push(start..run.end);
    (*form != SlotForm::Two || items.len() == 2).then_some(items)
}
