//! Finding the phrases that a text is.
//!
//! A walk through the tree of phrases. Before a label is looked up, the token behind it must fit the phrase, so
//! that a typical question costs a handful of look-ups; a pair of node and token that led nowhere is not tried
//! twice, and a node knows how many tokens can follow it, so that no text costs more than a bounded time.

use std::{collections::HashSet, ops::Range};

use scene::Scene;

use crate::{
    book::PhraseBook,
    label::{self, is_known, is_run},
    list::{ListReader, MOST_READINGS},
    number::{Stated, StatedPoint},
    token::Tokens,
    trie::{Kind, MOST_LABEL_TOKENS, NameOf, Node, NodeId, Trie},
};

/// Most endings collected; a text with as many readings is refused anyway.
const MOST_FOUND: usize = 64;
/// Most nodes visited.
const MOST_STEPS: usize = 20_000;

/// What stands in a hole.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Capture {
    Label(Range<usize>),
    List(Vec<Range<usize>>),
    /// A kind that stands for all its things, and whether it stands in the plural.
    AllOf(Range<usize>, bool),
    /// The name of a frame or region.
    Name(NameOf, Range<usize>),
    /// Names of frames.
    Frames(Vec<Range<usize>>),
    Quantity(Stated),
    Turn(Stated),
    Count(u32),
    /// Column and row, as fillings have them.
    Pixel(String),
    Pixels(Vec<String>),
    Point(StatedPoint),
    Place([f64; 3]),
    /// Not a number (only in a reading for hints).
    NoNumber(Range<usize>),
}

/// What a list is kept as.
type Kept = fn(Vec<Range<usize>>) -> Capture;

/// A phrase that the text is.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Position in the book's endings.
    pub(crate) ending: u32,
    pub(crate) captures: Vec<Capture>,
}

/// One search.
pub(crate) struct Matcher<'a> {
    pub(crate) book: &'a PhraseBook,
    pub(crate) scene: &'a Scene,
    pub(crate) tokens: &'a Tokens,
    trie: &'a Trie,
    end: usize,
    /// Any words may be a label or a number: a reading for hints, never for an answer.
    lenient: bool,
    captures: Vec<Capture>,
    found: Vec<Found>,
    dead: HashSet<(NodeId, usize)>,
    known: Vec<(Range<usize>, bool)>,
    steps: usize,
}

impl<'a> Matcher<'a> {
    pub(crate) fn new(
        book: &'a PhraseBook,
        scene: &'a Scene,
        tokens: &'a Tokens,
        trie: &'a Trie,
        lenient: bool,
    ) -> Self {
        Self {
            book,
            scene,
            tokens,
            trie,
            end: 0,
            lenient,
            captures: Vec::new(),
            found: Vec::new(),
            dead: HashSet::new(),
            known: Vec::new(),
            steps: 0,
        }
    }

    /// The phrases that this run of the text is; `None` if there was no end of trying.
    pub(crate) fn find(mut self, run: Range<usize>) -> Option<Vec<Found>> {
        self.end = run.end;
        self.visit(Trie::ROOT, run.start);
        let complete = self.steps <= MOST_STEPS && self.found.len() < MOST_FOUND;
        (complete || self.lenient).then_some(self.found)
    }

    fn visit(&mut self, id: NodeId, at: usize) -> bool {
        let node = self.trie.node(id);
        let left = self.end - at;
        self.steps += 1;
        if left < node.least || left > node.most || self.found.len() >= MOST_FOUND || self.steps > MOST_STEPS {
            return false;
        }
        let mut any = false;
        if left == 0 {
            for ending in &node.ends {
                self.found.push(Found { ending: *ending, captures: self.captures.clone() });
                any = true;
            }
            return any;
        }
        if let Some(next) = node.child(self.tokens.word(at)) {
            any |= self.visit(next, at + 1);
        }
        for (kind, next) in &node.slots {
            any |= self.fill(*kind, *next, at);
        }
        any
    }

    fn fill(&mut self, kind: Kind, next: NodeId, at: usize) -> bool {
        match kind {
            Kind::Label => {
                let mut any = false;
                for to in at + 1..=(at + MOST_LABEL_TOKENS).min(self.end) {
                    let run = at..to;
                    if self.may_follow(self.trie.node(next), to) && is_run(self.tokens, &run) && self.is_label(&run) {
                        any |= self.go(Capture::Label(run), next, to);
                    }
                }
                any
            }
            Kind::Name(of) => {
                let mut any = false;
                for to in at + 1..=(at + MOST_LABEL_TOKENS).min(self.end) {
                    let run = at..to;
                    if self.may_follow(self.trie.node(next), to) && self.is_name(of, &run) {
                        any |= self.go(Capture::Name(of, run), next, to);
                    }
                }
                any
            }
            Kind::Frames { least, most } => {
                let is_frame = |this: &mut Self, run: &Range<usize>| this.is_name(NameOf::Frame, run);
                self.list(least, most, next, at, is_frame, (Capture::Frames, true))
            }
            Kind::List { least, most } => {
                let is_label = |this: &mut Self, run: &Range<usize>| is_run(this.tokens, run) && this.is_label(run);
                let listed = self.list(least, most, next, at, is_label, (Capture::List, false));
                self.all_of_a_kind(true, next, at) || listed
            }
            Kind::EachOf => self.all_of_a_kind(false, next, at),
            Kind::Quantity { unit, claimed: false } => {
                let read = self.book.numbers.quantity(self.tokens, at, unit);
                self.number(read.map(|(stated, to)| (Capture::Quantity(stated), to)), next, at)
            }
            Kind::Quantity { unit, claimed: true } => {
                let read = self.book.numbers.claimed(self.tokens, at, unit);
                self.number(read.map(|(stated, to)| (Capture::Quantity(stated), to)), next, at)
            }
            Kind::Turn => {
                let read = self.book.numbers.turn(self.tokens, at);
                self.number(read.map(|(stated, to)| (Capture::Turn(stated), to)), next, at)
            }
            Kind::Pixel => {
                let read = self.book.numbers.pixel(self.tokens, at);
                self.number(read.map(|(pixel, to)| (Capture::Pixel(pixel), to)), next, at)
            }
            Kind::Pixels { least, most } => {
                let lists = self.book.numbers.pixels(self.tokens, at, most, &self.book.conjunctions);
                let mut any = false;
                for (pixels, to) in lists {
                    if pixels.len() >= least && to <= self.end {
                        any |= self.go(Capture::Pixels(pixels), next, to);
                    }
                }
                any
            }
            Kind::Point => {
                let read = self.book.numbers.point(self.tokens, at);
                self.number(read.map(|(stated, to)| (Capture::Point(stated), to)), next, at)
            }
            Kind::Place => {
                let read = self.book.numbers.place(self.tokens, at);
                self.number(read.map(|(place, to)| (Capture::Place(place), to)), next, at)
            }
            Kind::Count => {
                let read = self.book.numbers.count(self.tokens, at);
                self.number(read.map(|count| (Capture::Count(count), at + 1)), next, at)
            }
        }
    }

    /// A kind that stands for all its things, in the plural or not.
    fn all_of_a_kind(&mut self, plural: bool, next: NodeId, at: usize) -> bool {
        let mut any = false;
        for to in at + 1..=(at + MOST_LABEL_TOKENS).min(self.end) {
            let run = at..to;
            let may = !self.lenient && self.may_follow(self.trie.node(next), to) && is_run(self.tokens, &run);
            if may && label::all_of(self.book, self.scene, self.tokens.text(&run), plural).is_some() {
                any |= self.go(Capture::AllOf(run, plural), next, to);
            }
        }
        any
    }

    fn number(&mut self, read: Option<(Capture, usize)>, next: NodeId, at: usize) -> bool {
        match read {
            Some((capture, to)) if to <= self.end => self.go(capture, next, to),
            None if self.lenient => {
                let mut any = false;
                for to in at + 1..=(at + 4).min(self.end) {
                    if self.may_follow(self.trie.node(next), to) {
                        any |= self.go(Capture::NoNumber(at..to), next, to);
                    }
                }
                any
            }
            _ => false,
        }
    }

    fn list(
        &mut self,
        least: usize,
        most: usize,
        next: NodeId,
        at: usize,
        is_thing: impl Fn(&mut Self, &Range<usize>) -> bool,
        (capture, dotted): (Kept, bool),
    ) -> bool {
        let reader = ListReader {
            tokens: self.tokens,
            conjunctions: &self.book.conjunctions,
            end: self.end,
            least,
            most,
            dotted,
            marked: self.lenient,
        };
        let (trie, tokens, end) = (self.trie, self.tokens, self.end);
        let may_end = |to: usize| may_follow(trie.node(next), tokens, to, end);
        let mut is_label = |run: &Range<usize>| is_thing(self, run);
        let mut any = false;
        let readings = reader.read(at, &mut is_label, &may_end);
        if readings.len() >= MOST_READINGS {
            self.steps = MOST_STEPS + 1;
        }
        for things in readings {
            let to = things.last().map_or(at, |thing| thing.end);
            any |= self.go(capture(things), next, to);
        }
        any
    }

    fn go(&mut self, capture: Capture, next: NodeId, to: usize) -> bool {
        if self.dead.contains(&(next, to)) {
            return false;
        }
        self.captures.push(capture);
        let any = self.visit(next, to);
        self.captures.pop();
        if !any {
            self.dead.insert((next, to));
        }
        any
    }

    fn may_follow(&self, node: &Node, at: usize) -> bool {
        may_follow(node, self.tokens, at, self.end)
    }

    fn is_name(&self, of: NameOf, run: &Range<usize>) -> bool {
        self.lenient || label::named(self.scene, of, self.tokens.text(run)).is_some()
    }

    fn is_label(&mut self, run: &Range<usize>) -> bool {
        if self.lenient {
            return true;
        }
        if let Some((_, known)) = self.known.iter().find(|(other, _)| other == run) {
            return *known;
        }
        let known = is_known(self.scene, label::text(self.scene, self.tokens, run));
        self.known.push((run.clone(), known));
        known
    }
}

/// Whether the token at `at` can be the first behind a hole that leads to `node`.
fn may_follow(node: &Node, tokens: &Tokens, at: usize, end: usize) -> bool {
    let left = end - at;
    if left < node.least || left > node.most {
        return false;
    }
    if left == 0 {
        return !node.ends.is_empty();
    }
    !node.slots.is_empty() || node.child(tokens.word(at)).is_some()
}
