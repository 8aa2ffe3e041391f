//! Lists of labels: `"the chair, the lamp, or the door"`, `"counter, towel, chair"`, `"chair lamp or door"`.
//!
//! Marks decide where they stand: once a list has a comma, every border between two things has one or a
//! conjunction, so that `"tv stand, lamp"` is never "tv" and "stand". Without commas, things that begin with an
//! article are apart from those that do not. What still has two readings is refused as ambiguous.

use std::ops::Range;

use crate::token::{Gap, Tokens};

/// A border between two things of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Border {
    Conjunction,
    Comma,
    Bare,
}

/// Readings of one list after which reading stops; the text is then refused.
pub(crate) const MOST_READINGS: usize = 256;

/// How to read a list.
pub(crate) struct ListReader<'a> {
    pub(crate) tokens: &'a Tokens,
    pub(crate) conjunctions: &'a [u32],
    /// First token that is no longer part of the text.
    pub(crate) end: usize,
    pub(crate) least: usize,
    pub(crate) most: usize,
    /// A thing may hold full stops, as the names of frames do.
    pub(crate) dotted: bool,
    /// A border must be marked: a reading for hints, in which any words may be a label.
    pub(crate) marked: bool,
}

impl ListReader<'_> {
    /// Every reading of a list that begins at `at`, as its things; `is_label` judges one of them, `may_end` where
    /// the list may stop.
    pub(crate) fn read(
        &self,
        at: usize,
        is_label: &mut dyn FnMut(&Range<usize>) -> bool,
        may_end: &dyn Fn(usize) -> bool,
    ) -> Vec<Vec<Range<usize>>> {
        let mut found = Vec::new();
        self.thing(at, &mut Vec::new(), &mut Vec::new(), &mut found, is_label, may_end);
        found
    }

    fn thing(
        &self,
        at: usize,
        things: &mut Vec<Range<usize>>,
        borders: &mut Vec<Border>,
        found: &mut Vec<Vec<Range<usize>>>,
        is_label: &mut dyn FnMut(&Range<usize>) -> bool,
        may_end: &dyn Fn(usize) -> bool,
    ) {
        for length in 1..=crate::trie::MOST_LABEL_TOKENS {
            let to = at + length;
            let parts = |gap: Gap| gap == Gap::Comma || gap == Gap::Clause && !self.dotted;
            let inside = length > 1 && self.tokens.all.get(to - 1).is_none_or(|token| parts(token.gap));
            if to > self.end || inside || found.len() >= MOST_READINGS {
                return;
            }
            let count = things.len() + 1;
            let ends = count >= self.least && may_end(to);
            let border = if count < self.most { self.border(to) } else { None };
            if !ends && border.is_none() {
                continue;
            }
            let run = at..to;
            if !is_label(&run) {
                continue;
            }
            things.push(run);
            if ends && self.consistent(things, borders) {
                found.push(things.clone());
            }
            if let Some((border, next)) = border {
                borders.push(border);
                self.thing(next, things, borders, found, is_label, may_end);
                borders.pop();
            }
            things.pop();
        }
    }

    /// The border at `at` and where the next thing begins.
    fn border(&self, at: usize) -> Option<(Border, usize)> {
        let token = self.tokens.all.get(at).filter(|_| at < self.end)?;
        if self.conjunctions.contains(&token.word) && token.gap != Gap::Clause {
            let next = self.tokens.all.get(at + 1).filter(|_| at + 1 < self.end)?;
            return (next.gap == Gap::None).then_some((Border::Conjunction, at + 1));
        }
        match token.gap {
            Gap::Comma => Some((Border::Comma, at)),
            // "chair #3" is one thing.
            Gap::None if self.is_number(at) && !self.is_number(at.wrapping_sub(1)) => None,
            Gap::None if !self.marked => Some((Border::Bare, at)),
            Gap::None | Gap::Clause => None,
        }
    }

    fn is_number(&self, at: usize) -> bool {
        at < self.tokens.all.len() && self.tokens.text(&(at..at + 1)).starts_with('#')
    }

    fn consistent(&self, things: &[Range<usize>], borders: &[Border]) -> bool {
        let commas = borders.contains(&Border::Comma);
        // "a, b, and c, d" and "a, b, and c and d" are no lists: after commas a conjunction stands before the last.
        let early = borders.split_last().is_some_and(|(_, before)| before.contains(&Border::Conjunction));
        if commas && early {
            return false;
        }
        let article = |thing: &Range<usize>| self.tokens.all[thing.start].article;
        borders
            .iter()
            .zip(&things[1..])
            .all(|(border, thing)| *border != Border::Bare || !commas && article(thing) == article(&things[0]))
    }
}
