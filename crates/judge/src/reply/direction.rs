//! Directions: words with their synonyms, compounds in any order, hours of the clock.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{
    Agrees as _, Kept, Read, Why, numeral,
    phrase::{Declarations, Rank, is_denied},
    token::{Kind, Tokens},
};

/// A direction: a set of the six base words, or an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Base words, in any order: bits of left, right, front, back, up, down.
    Words(u8),
    /// Hour of the clock face, 1 to 12; 12 is ahead.
    Hour(u8),
}

/// The base words, in the order of their bits.
pub(crate) const BASES: [&str; 6] = ["left", "right", "front", "back", "up", "down"];

const SYNONYMS: [(&str, usize); 34] = [
    ("left", 0),
    ("leftward", 0),
    ("leftwards", 0),
    ("lefthand", 0),
    ("right", 1),
    ("rightward", 1),
    ("rightwards", 1),
    ("righthand", 1),
    ("front", 2),
    ("forward", 2),
    ("forwards", 2),
    ("ahead", 2),
    ("back", 3),
    ("behind", 3),
    ("backward", 3),
    ("backwards", 3),
    ("rear", 3),
    ("rearward", 3),
    ("up", 4),
    ("above", 4),
    ("upward", 4),
    ("upwards", 4),
    ("upper", 4),
    ("over", 4),
    ("down", 5),
    ("below", 5),
    ("downward", 5),
    ("downwards", 5),
    ("lower", 5),
    ("under", 5),
    ("underneath", 5),
    ("beneath", 5),
    ("top", 4),
    ("bottom", 5),
];

/// Words that join the parts of a compound.
const JOINING: [&str; 14] =
    ["and", "to", "the", "of", "in", "your", "my", "its", "on", "hand", "side", "straight", "directly", "slightly"];

/// Words that "right" only strengthens.
const JUST_BEFORE: [&str; 12] =
    ["behind", "in", "above", "below", "beneath", "under", "over", "next", "beside", "ahead", "at", "now"];

impl Direction {
    /// The base words, in their order.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Words(bits) => {
                BASES.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, word)| *word).collect()
            }
            Self::Hour(_) => Vec::new(),
        }
    }

    /// Whether it holds a word and its contrary.
    fn contradicts_itself(self) -> bool {
        matches!(self, Self::Words(bits) if bits & (bits >> 1) & 0b01_0101 != 0)
    }

    /// The direction that a short text says, such as an answer of a benchmark.
    pub fn parse(text: &str) -> Option<Self> {
        match read(text, 0..text.len()) {
            Read::One(found) => Some(found.value),
            _ => None,
        }
    }

    /// Bearing in degrees, counter-clockwise from straight ahead, in (−180, 180]; `None` for up, down and
    /// contradictions.
    pub fn bearing_deg(self) -> Option<f64> {
        Some(match self {
            Self::Hour(hour) => {
                let clockwise = f64::from(hour % 12) * 30.0;
                if clockwise >= 180.0 { 360.0 - clockwise } else { -clockwise }
            }
            Self::Words(bits) => match bits {
                0b0100 => 0.0,
                0b0101 => 45.0,
                0b0001 => 90.0,
                0b1001 => 135.0,
                0b1000 => 180.0,
                0b1010 => -135.0,
                0b0010 => -90.0,
                0b0110 => -45.0,
                _ => return None,
            },
        })
    }
}

/// The bits of one word, compounds without a mark included: `frontleft`.
fn bits(word: &str) -> Option<u8> {
    let base =
        |word: &str| SYNONYMS.iter().find(|(known, _)| word.eq_ignore_ascii_case(known)).map(|(_, at)| 1_u8 << at);
    // Most words are told apart by their first letter.
    let first = word.as_bytes().first().map_or(0, |byte| byte | 0x20);
    if !(2..=16).contains(&word.len()) || !b"lrfabudot".contains(&first) || !word.is_ascii() {
        return None;
    }
    base(word).or_else(|| {
        ["front", "back", "rear", "left", "right", "up", "down", "upper", "lower"].iter().find_map(|head| {
            let (start, rest) = word.split_at_checked(head.len())?;
            if start.eq_ignore_ascii_case(head) { Some(base(start)? | base(rest)?) } else { None }
        })
    })
}

/// The bits of all direction words of a text, however they stand, as some published rewards read them.
pub(crate) fn words_of(text: &str) -> u8 {
    let tokens = Tokens::of(text, 0..text.len());
    (0..tokens.all.len()).filter_map(|at| bits(tokens.word(at))).fold(0, |all, more| all | more)
}

fn hour(tokens: &Tokens, at: usize) -> Option<(u8, usize)> {
    let numeral::Numeral::Number(number) = numeral::at(tokens, at) else { return None };
    let oclock = tokens.is_any(number.end, &["o'clock", "oclock", "o’clock"]);
    let apart = tokens.is_word(number.end, "o") && tokens.is_any(number.end + 1, &["clock"]);
    let end = if oclock {
        number.end + 1
    } else if apart {
        number.end + 2
    } else {
        return None;
    };
    let whole = number.value.fract() == 0.0 && (1.0..=12.0).contains(&number.value);
    whole.then_some((number.value as u8, end))
}

/// A direction in words, or an hour.
pub(super) fn read(text: &str, range: Range<usize>) -> Read<Direction> {
    read_with(text, range, word_at)
}

/// The side of a turn: a direction in words, an hour, clockwise or counter-clockwise.
pub(super) fn read_turn(text: &str, range: Range<usize>) -> Read<Direction> {
    read_with(text, range, |tokens, at| word_at(tokens, at).or_else(|| spin(tokens, at)))
}

/// The bits of the side to which a word turns about.
fn spin(tokens: &Tokens, at: usize) -> Option<u8> {
    if tokens.is_any(at, &["counterclockwise", "anticlockwise", "ccw"]) {
        return Some(0b01);
    }
    if !tokens.is_any(at, &["clockwise", "cw"]) {
        return None;
    }
    let before = if at > 0 && tokens.is_mark(at - 1, '-') { at.wrapping_sub(2) } else { at.wrapping_sub(1) };
    Some(if tokens.is_any(before, &["counter", "anti"]) { 0b01 } else { 0b10 })
}

fn read_with(text: &str, range: Range<usize>, word_at: fn(&Tokens, usize) -> Option<u8>) -> Read<Direction> {
    let tokens = Tokens::of(text, range);
    let declarations = Declarations::of(&tokens);
    let mut kept = Kept::new();
    let mut rank = Rank::Said;
    let mut at = 0;
    while at < tokens.all.len() {
        let start = at;
        let found = if let Some((hour, end)) = hour(&tokens, at) {
            at = end;
            Some(Direction::Hour(hour))
        } else if let Some(first) = word_at(&tokens, at) {
            let (compound, end) = compound(&tokens, at + 1, first);
            at = end;
            Some(Direction::Words(compound))
        } else {
            at += 1;
            None
        };
        // "not left" says none.
        let is_said = !is_denied(&tokens, start) && !declarations.is_asked(start);
        let Some(direction) = found.filter(|_| is_said) else { continue };
        let here = declarations.rank(&tokens, start);
        if here > rank {
            (rank, kept) = (here, Kept::new());
        }
        if here != rank {
            continue;
        }
        let span = tokens.span(start..at);
        if direction.contradicts_itself() {
            // Both are said; neither is chosen.
            let Direction::Words(bits) = direction else { continue };
            for (at, _) in BASES.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1) {
                kept.add(Direction::Words(1 << at), span.clone());
            }
        } else if kept.first.as_ref().is_none_or(|first: &super::Found<Direction>| !first.value.agrees(&direction)) {
            kept.add(direction, span);
        }
    }
    kept.read(if tokens.all.is_empty() { Why::Empty } else { Why::OtherKind })
}

/// The bits of a word that says a direction where it stands; "that's right" and "back to" a place say none.
fn word_at(tokens: &Tokens, at: usize) -> Option<u8> {
    let bits = bits(tokens.word(at))?;
    let before = at.wrapping_sub(1);
    let praise = tokens.is_word(at, "right") && tokens.is_any(before, &["that's", "you're", "all"]);
    let return_to = tokens.is_word(at, "back") && tokens.is_any(before, &["going", "go", "come", "looking", "look"]);
    // "right behind", "right in front of": just there.
    let just = tokens.is_word(at, "right")
        && tokens.all.get(at + 1).is_some_and(|next| next.spaced)
        && tokens.is_any(at + 1, &JUST_BEFORE);
    (!praise && !return_to && !just).then_some(bits)
}

/// Takes the words that join the first into one direction.
fn compound(tokens: &Tokens, from: usize, first: u8) -> (u8, usize) {
    let (mut all, mut end) = (first, from);
    // A compound has three parts at most; between two stand a few words.
    for _ in 0..2 {
        let mut next = end;
        while next < end + 5
            && tokens.all.get(next).is_some_and(|token| match token.kind {
                Kind::Mark('-' | '/' | ',' | '+') => true,
                Kind::Word => tokens.is_any(next, &JOINING),
                _ => false,
            })
        {
            next += 1;
        }
        match word_at(tokens, next) {
            Some(more) => {
                all |= more;
                end = next + 1;
            }
            None => break,
        }
    }
    (all, end)
}
