//! What a model wrote, read: total on any bytes, in time linear in their number.
//!
//! A reply is split into its sections first (`structure`); then whoever knows what kind of answer was asked for calls
//! the reader of that kind. A reader says what it read and from which bytes, or that the reply holds several answers
//! that conflict, or why it read nothing. It never guesses: not the last number of a text, not a letter inside a word.

mod choice;
mod coordinates;
mod direction;
mod label;
mod numeral;
mod phrase;
mod place;
mod quantity;
mod structure;
mod token;
mod unit;
mod yes_no;

use std::{borrow::Cow, ops::Range};

use serde::Serialize;

pub use coordinates::{Coordinates, Notation};
pub use direction::Direction;
pub(crate) use direction::words_of as words_of_direction;
pub(crate) use label::canonical as canonical_label;
pub use quantity::Quantity;
pub use structure::{Ranges, Section, Structure};

use phrase::Declarations;
use token::Tokens;

/// Longest reply whose answer is read, bytes.
pub const MOST_BYTES: usize = 1 << 20;
/// Longest answer, bytes; what is longer is a text to be compared as a whole or no answer at all.
pub const MOST_ANSWER_BYTES: usize = 16 << 10;
/// Most sections that may each hold an answer.
pub const MOST_ANSWERS: usize = 8;

/// Something read, and where.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found<T> {
    /// What was read.
    pub value: T,
    /// The bytes of the reply that say it.
    pub span: Range<usize>,
}

/// What reading a reply for one kind of answer gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Read<T> {
    /// One answer.
    One(Found<T>),
    /// Several answers that are not the same; neither is chosen.
    Conflict {
        /// The one that stands first.
        first: Found<T>,
        /// The first that differs from it.
        other: Found<T>,
    },
    /// No answer, and why.
    Nothing {
        /// Why.
        why: Why,
    },
}

/// Why nothing was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nothing but blanks.
    #[error("the reply or its answer section is empty")]
    Empty,
    /// Longer than [`MOST_BYTES`].
    #[error("the reply is longer than {MOST_BYTES} bytes")]
    TooLong,
    /// Longer than [`MOST_ANSWER_BYTES`].
    #[error("the answer is longer than {MOST_ANSWER_BYTES} bytes")]
    AnswerTooLong,
    /// The reasoning is never closed, so that no answer follows it.
    #[error("the reasoning section never ends")]
    Unfinished,
    /// Answer tags that are not pairs: reversed, nested or unclosed.
    #[error("the answer tags are reversed, nested or unclosed")]
    BrokenTags,
    /// More than [`MOST_ANSWERS`] answer sections.
    #[error("the reply has more than {MOST_ANSWERS} answer sections")]
    TooManyAnswers,
    /// Nothing of the kind that was asked for.
    #[error("the reply says nothing of the kind that was asked for")]
    OtherKind,
    /// A quantity in a unit of another kind.
    #[error("the quantity is stated in a unit of another kind")]
    OtherUnit,
    /// Digits that are no number in one reading: `1,5` or `1.2.3`.
    #[error("the digits can be read in more than one way or in none")]
    UnclearNumber,
}

impl Why {
    /// Stable code: its name in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::AnswerTooLong => "answer_too_long",
            Self::Unfinished => "unfinished",
            Self::BrokenTags => "broken_tags",
            Self::TooManyAnswers => "too_many_answers",
            Self::OtherKind => "other_kind",
            Self::OtherUnit => "other_unit",
            Self::UnclearNumber => "unclear_number",
        }
    }
}

/// Whether two answers are the same.
trait Agrees {
    fn agrees(&self, other: &Self) -> bool;
}

macro_rules! agrees_if_equal {
    ($($kind:ty),*) => {
        $(impl Agrees for $kind {
            fn agrees(&self, other: &Self) -> bool {
                self == other
            }
        })*
    };
}

agrees_if_equal!(bool, usize, String, Vec<String>, Direction, Vec<Coordinates>);

impl Agrees for [f64; 3] {
    fn agrees(&self, other: &Self) -> bool {
        self.iter().zip(other).all(|(one, other)| one.agrees(other))
    }
}

impl Agrees for f64 {
    fn agrees(&self, other: &Self) -> bool {
        self.to_bits() == other.to_bits()
    }
}

/// A reply and its sections.
#[derive(Debug, Clone)]
pub struct Reply<'r> {
    text: Cow<'r, str>,
    structure: Structure,
}

impl<'r> Reply<'r> {
    /// Splits a reply. Bytes that are no UTF-8 are read as `?`, each where it stands.
    pub fn new(bytes: &'r [u8]) -> Self {
        Self::of(as_text(&bytes[..bytes.len().min(MOST_BYTES + 1)]))
    }

    fn of(text: Cow<'r, str>) -> Self {
        let mut reply = Self { text, structure: Structure::default() };
        if reply.text.len() <= MOST_BYTES {
            reply.structure.read(&reply.text);
        }
        reply
    }

    /// The reply as text; bytes that are no UTF-8 are `?`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its sections.
    pub fn structure(&self) -> &Structure {
        &self.structure
    }

    /// The text in which the answer stands, marks at its ends apart: what "the answer is" declares, if that is said once. Where
    /// there are several answer sections, the first of them if all say the same words.
    pub fn answer_text(&self) -> Read<String> {
        self.each(|text, range| {
            let mut trimmed = trim(text, range);
            if trimmed.is_empty() {
                return Read::Nothing { why: Why::Empty };
            }
            // Most texts declare nothing, and are told by this alone.
            if text[trimmed.clone()].contains("nswer") {
                let tokens = Tokens::of(text, trimmed.clone());
                if let [declared] = &Declarations::of(&tokens).spans(&tokens)[..] {
                    trimmed = trim(text, declared.clone());
                }
            }
            Read::One(Found { value: text[trimmed.clone()].to_owned(), span: trimmed })
        })
    }

    /// A quantity in `unit`; a bare number is one in the unit of which `bare` make one `unit`.
    pub fn quantity(&self, unit: question::Unit, bare: f64) -> Read<Quantity> {
        self.each(|text, range| quantity::read(text, range, unit, bare))
    }

    /// A whole number of things.
    pub fn count(&self) -> Read<f64> {
        self.each(quantity::read_count)
    }

    /// The position of one of `options`; where their texts are unknown they are empty.
    pub fn choice(&self, options: &[String]) -> Read<usize> {
        self.each(|text, range| choice::read(text, range, options))
    }

    /// Yes or true, no or false.
    pub fn yes_no(&self) -> Read<bool> {
        self.each(yes_no::read)
    }

    /// A direction in words, or an hour of the clock face.
    pub fn direction(&self) -> Read<Direction> {
        self.each(direction::read)
    }

    /// The side of a turn: a direction, clockwise or counter-clockwise.
    pub fn side(&self) -> Read<Direction> {
        self.each(direction::read_turn)
    }

    /// A label, canonical; one of `among` where that is not empty.
    pub fn label(&self, among: &[String]) -> Read<String> {
        self.each(|text, range| label::read(text, range, among))
    }

    /// Labels in the order in which they stand, canonical; only those of `among` where that is not empty.
    pub fn list(&self, among: &[String]) -> Read<Vec<String>> {
        let among: Vec<String> = among.iter().map(|name| canonical_label(name)).collect();
        self.list_of(&among)
    }

    /// The same, where `among` is canonical already.
    pub(crate) fn list_of(&self, among: &[String]) -> Read<Vec<String>> {
        self.each(|text, range| label::read_list(text, range, among))
    }

    /// Points and boxes: groups of two numbers or more in brackets, in the order in which they stand.
    pub fn coordinates(&self) -> Read<Vec<Coordinates>> {
        self.each(coordinates::read)
    }

    /// A place, metres: three numbers in brackets, or three lengths each with its axis ("0.12 m right, 0.40 m up, 1.25 m
    /// forward", "x = 0.12, …"). In words the axes are those of a camera: right, down, forward.
    pub fn place(&self) -> Read<[f64; 3]> {
        self.each(place::read)
    }

    /// Reads every section that may hold an answer; they must agree.
    fn each<T: Agrees>(&self, mut read: impl FnMut(&str, Range<usize>) -> Read<T>) -> Read<T> {
        if self.text.len() > MOST_BYTES {
            return Read::Nothing { why: Why::TooLong };
        }
        let mut kept: Option<Found<T>> = None;
        let sections = match self.structure.answers() {
            Ok(sections) => sections,
            Err(why) => return Read::Nothing { why },
        };
        for range in sections.iter() {
            let range = &answered(&self.text, range.clone());
            if range.len() > MOST_ANSWER_BYTES {
                return Read::Nothing { why: Why::AnswerTooLong };
            }
            match (read(&self.text, range.clone()), &kept) {
                (Read::One(found), None) => kept = Some(found),
                (Read::One(found), Some(first)) if first.value.agrees(&found.value) => {}
                (Read::One(other), Some(_)) => {
                    let Some(first) = kept else { break };
                    return Read::Conflict { first, other };
                }
                (other, _) => return other,
            }
        }
        match kept {
            Some(found) => Read::One(found),
            None => Read::Nothing { why: Why::Empty },
        }
    }
}

impl<'r, T: AsRef<str> + ?Sized> From<&'r T> for Reply<'r> {
    /// Splits a reply that is known to be text.
    fn from(text: &'r T) -> Self {
        Self::of(Cow::Borrowed(text.as_ref()))
    }
}

impl<T> Read<T> {
    /// What was read, if it is one answer.
    pub fn one(&self) -> Option<&T> {
        match self {
            Self::One(found) => Some(&found.value),
            _ => None,
        }
    }
}

/// Collects readings that must agree.
struct Kept<T> {
    first: Option<Found<T>>,
    other: Option<Found<T>>,
}

impl<T: Agrees> Kept<T> {
    fn new() -> Self {
        Self { first: None, other: None }
    }

    fn add(&mut self, value: T, span: Range<usize>) {
        let found = Found { value, span };
        match &self.first {
            None => self.first = Some(found),
            Some(first) if first.value.agrees(&found.value) => {}
            Some(_) if self.other.is_none() => self.other = Some(found),
            Some(_) => {}
        }
    }

    /// The reading, or `why` if there was none.
    fn read(self, why: Why) -> Read<T> {
        match (self.first, self.other) {
            (Some(first), Some(other)) => Read::Conflict { first, other },
            (Some(first), None) => Read::One(first),
            _ => Read::Nothing { why },
        }
    }
}

/// A section without the explanation behind its answer: "left.\n\nExplanation: the table is on the right."
fn answered(text: &str, range: Range<usize>) -> Range<usize> {
    const BEHIND: [&str; 6] = ["explanation:", "reasoning:", "reason:", "rationale:", "justification:", "confidence:"];
    let inside = &text[range.clone()];
    if memchr::memchr(b':', inside.as_bytes()).is_none() {
        return range;
    }
    let mut at = 0;
    for line in inside.split_inclusive('\n') {
        let plain = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '#' | '_'));
        let word = plain.split_inclusive(':').next().unwrap_or("");
        if word.len() <= 16 && BEHIND.iter().any(|known| word.eq_ignore_ascii_case(known)) {
            // What leads to the answer is not behind it.
            let has_answer = inside[..at].chars().any(char::is_alphanumeric);
            let leads = inside[at..].contains("nswer");
            return if has_answer && !leads { range.start..range.start + at } else { range };
        }
        at += line.len();
    }
    range
}

/// The text of bytes, offsets kept.
fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    Cow::Owned(text)
}

/// A range without the blanks, marks of emphasis and leaked special tokens at its ends.
fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = &text[range.clone()];
    let is_edge = |c: char| c.is_whitespace() || matches!(c, '*' | '`' | '"' | '$' | '\u{feff}' | '\u{200b}');
    let mut rest = inside;
    loop {
        let before = rest.len();
        rest = rest.trim_matches(is_edge);
        if rest.starts_with(['<', '[']) || rest.ends_with(['>', ']']) {
            for special in token::SPECIAL {
                rest = rest.strip_prefix(special).unwrap_or(rest);
                rest = rest.strip_suffix(special).unwrap_or(rest);
            }
        }
        if rest.len() == before {
            break;
        }
    }
    let start = range.start + (rest.as_ptr().addr() - inside.as_ptr().addr());
    start..start + rest.len()
}
