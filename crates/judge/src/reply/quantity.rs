//! Quantities: numbers with units, ranges, `5 ft 3 in`.

use std::ops::Range;

use question::Unit;
use serde::Serialize;

use super::{
    Agrees, Found, Kept, Read, Why, numeral,
    numeral::Numeral,
    phrase::{Declarations, Rank, is_no_idea},
    token::{Kind, Tokens},
    unit,
};

/// A quantity, or the bounds of one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quantity {
    /// Lower bound in the unit that was asked for; the value where only one number was stated.
    pub lo: f64,
    /// Upper bound in the unit that was asked for.
    pub hi: f64,
    /// Whether a unit was written.
    pub stated_unit: bool,
    /// Half of the last digit written.
    #[serde(skip)]
    half_digit: f64,
    #[serde(skip)]
    factor: f64,
}

impl Quantity {
    /// The value, where one number was stated.
    pub fn value(&self) -> Option<f64> {
        (self.lo.to_bits() == self.hi.to_bits()).then_some(self.lo)
    }
}

impl Agrees for Quantity {
    /// The same bounds; where two units were written ("5 ft (1.52 m)"), within half of their last digits.
    fn agrees(&self, other: &Self) -> bool {
        let converted = self.stated_unit && other.stated_unit && self.factor.to_bits() != other.factor.to_bits();
        let room = if converted { self.half_digit + other.half_digit } else { 1e-9 * self.hi.abs() };
        (self.lo - other.lo).abs() <= room && (self.hi - other.hi).abs() <= room
    }
}

/// A number with what follows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stated {
    pub(super) value: f64,
    half_digit: f64,
    pub(super) unit: Option<unit::Spelt>,
    pub(super) end: usize,
}

/// Words before a number that make it a name: "image 2".
const NAMED: [&str; 18] = [
    "image", "images", "frame", "frames", "picture", "pictures", "figure", "fig", "view", "views", "photo", "photos",
    "step", "option", "object", "scene", "number", "room",
];

/// Longest part of a name that is looked at, bytes.
const MOST_NAME: usize = 64;

/// What lengths are told by roughly.
const ROUGH: [&str; 7] = ["paces", "pace", "tiles", "widths", "lengths", "nautical", "strides"];

/// Whether "in" stands for itself behind a number, not for inches: "2 in total", "3 in the room".
fn is_preposition(tokens: &Tokens, at: usize) -> bool {
    const BEHIND_IN: [&str; 34] = [
        "total", "the", "all", "a", "an", "this", "that", "these", "those", "my", "your", "our", "its", "their",
        "each", "every", "both", "front", "between", "reality", "space", "fact", "view", "sum", "picture", "pictures",
        "image", "images", "frame", "frames", "case", "any", "one", "sight",
    ];
    tokens.is_word(at, "in")
        && (tokens.is_any(at + 1, &BEHIND_IN) || tokens.all.get(at + 1).is_some_and(|next| next.kind == Kind::Numeral))
}

/// What a reader found at a position.
pub(super) enum At {
    Stated(Stated),
    Skip(usize),
    Unclear,
}

/// Whether what stands before a number denies it: "not 2 m".
fn is_denied(tokens: &Tokens, at: usize) -> bool {
    tokens.is_any(at.wrapping_sub(1), &["not", "isn't", "never"])
}

/// Whether what stands before a number makes it a bound, which is no number: "more than 2 m", "at most 3".
fn is_bound(tokens: &Tokens, at: usize) -> bool {
    let before = |step: usize| at.wrapping_sub(step);
    let is_sign = |mark: char| tokens.is_mark(before(1), mark);
    ['<', '>', '≤', '≥'].into_iter().any(is_sign)
        || tokens.is_any(before(1), &["under", "over", "above", "below", "within", "beyond"])
        || tokens.is_word(before(1), "than")
            && tokens.is_any(before(2), &["less", "more", "fewer", "greater", "larger", "smaller"])
        || tokens.is_word(before(2), "at") && tokens.is_any(before(1), &["least", "most"])
        || tokens.is_word(before(2), "up") && tokens.is_word(before(1), "to")
}

/// Whether what stands behind a quantity makes it a bound: "2 m or more", "2 m at most", "2+".
fn is_bound_behind(tokens: &Tokens, end: usize) -> bool {
    let more = ["more", "less", "fewer", "greater", "larger", "smaller", "longer", "shorter"];
    tokens.is_word(end, "or") && tokens.is_any(end + 1, &more)
        || tokens.is_word(end, "at") && tokens.is_any(end + 1, &["least", "most"])
        || tokens.is_any(end, &["minimum", "maximum"])
        || tokens.is_mark(end, '+') && !tokens.all[end].spaced && !tokens.is_mark(end + 1, '/')
}

/// Whether a numeral is part of a word for something else: "3D", "3-seat sofa", "three-legged".
fn is_part_of_word(tokens: &Tokens, end: usize) -> bool {
    let is_glued = |at: usize| tokens.all.get(at).is_some_and(|token| !token.spaced && token.kind == Kind::Word);
    let is_joined = tokens.is_mark(end, '-') && !tokens.all[end].spaced && is_glued(end + 1);
    let is_other = || unit::at(tokens, end + 1).is_none() && matches!(numeral::at(tokens, end + 1), Numeral::None);
    tokens.is_word(end, "d") && is_glued(end) || is_joined && !tokens.is_word(end + 1, "x") && is_other()
}

/// Whether a bare number counts things that are named behind it, which is no length: "the two objects".
fn counts_things(tokens: &Tokens, end: usize) -> bool {
    const BEHIND: [&str; 26] = [
        "apart", "away", "long", "wide", "tall", "high", "deep", "from", "to", "and", "or", "between", "in", "as",
        "is", "because", "since", "for", "of", "with", "so", "but", "which", "by", "at", "on",
    ];
    !tokens.word(end).is_empty() && !tokens.is_any(end, &BEHIND)
}

/// Whether digits at a position number an item or a thing, and are no quantity.
fn is_name(tokens: &Tokens, at: usize) -> bool {
    if tokens.all.get(at).is_none_or(|token| token.kind != Kind::Numeral) {
        return false;
    }
    let line_start = at == 0 || tokens.all[at - 1].is_line();
    let enumerates = line_start
        && (tokens.is_mark(at + 1, '.') || tokens.is_mark(at + 1, ')'))
        && tokens.all.get(at + 2).is_some_and(|next| next.spaced && !next.is_line());
    let before = at.wrapping_sub(1);
    // "walk-through-024", "rgb_0", "orbit-47-004"; "5m-6m" is a range.
    let text = tokens.before(at).as_bytes();
    let in_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let name = &text[text.len() - text.iter().rev().take(MOST_NAME).take_while(in_name).count()..];
    let is_numbered = name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.last().is_some_and(|byte| !byte.is_ascii_alphanumeric());
    // "3rd"
    let is_ordinal = tokens.is_any(at + 1, &["st", "nd", "rd", "th"]) && !tokens.all[at + 1].spaced;
    let is_named = |before: usize| tokens.is_mark(before, '#') || tokens.is_any(before, &NAMED);
    // "images 1 and 2"
    let is_second = || {
        tokens.is_word(before, "and")
            && tokens.all.get(at.wrapping_sub(2)).is_some_and(|token| token.kind == Kind::Numeral)
            && is_named(at.wrapping_sub(3))
            && !tokens.all.get(at + 1).is_some_and(|next| next.kind == Kind::Word && unit::at(tokens, at + 1).is_some())
    };
    enumerates || is_ordinal || is_numbered || is_named(before) || is_second()
}

/// Whether two bare numbers in brackets stand at a position, such as a pixel: they are no quantity.
fn is_pair(tokens: &Tokens, at: usize) -> bool {
    let is_numeral = |at: usize| tokens.all.get(at).is_some_and(|token| token.kind == Kind::Numeral);
    tokens.is_mark(at, '(')
        && is_numeral(at + 1)
        && tokens.is_mark(at + 2, ',')
        && is_numeral(at + 3)
        && tokens.is_mark(at + 4, ')')
}

/// The quantity that begins at a position, if one does.
pub(super) fn stated(tokens: &Tokens, at: usize) -> At {
    if is_name(tokens, at) {
        return At::Skip(at + 1);
    }
    if is_pair(tokens, at) {
        return At::Skip(at + 5);
    }
    let number = match numeral::at(tokens, at) {
        Numeral::Number(number) => number,
        Numeral::Unclear(_) => return At::Unclear,
        Numeral::None => {
            // "a metre"
            if tokens.is_any(at, &["a", "an"])
                && let Some((unit, end)) = unit::at(tokens, at + 1)
                && tokens.word(at + 1).len() > 2
            {
                return At::Stated(Stated {
                    value: unit.convert(1.0),
                    half_digit: unit.convert(0.5),
                    unit: Some(unit),
                    end,
                });
            }
            return At::Skip(at + 1);
        }
    };
    if is_part_of_word(tokens, number.end) {
        return At::Skip(number.end + 1);
    }
    // Of what is so many times as long as something, or so many paces, nobody says how long it is.
    let is_ratio =
        tokens.is_word(number.end, "times") || tokens.is_word(number.end, "x") && !tokens.all[number.end].spaced;
    let is_rough =
        tokens.is_any(number.end, &ROUGH) || tokens.is_any(number.end + 1, &["widths", "lengths", "heights"]);
    if is_ratio || is_rough {
        return At::Stated(Stated {
            value: number.value,
            half_digit: number.half_digit,
            unit: Some(if is_ratio { unit::RATIO } else { unit::FOREIGN_UNIT }),
            end: number.end + 1,
        });
    }
    if is_preposition(tokens, number.end) {
        return At::Stated(Stated { value: number.value, half_digit: number.half_digit, unit: None, end: number.end });
    }
    // A unit of another language is not the one that was asked for.
    if !tokens.word(number.end).is_ascii() {
        return At::Stated(Stated {
            value: number.value,
            half_digit: number.half_digit,
            unit: Some(unit::FOREIGN_UNIT),
            end: number.end + 1,
        });
    }
    let joined = if tokens.is_mark(number.end, '-') { number.end + 1 } else { number.end };
    let Some((unit, mut end)) = unit::at(tokens, number.end).or_else(|| unit::at(tokens, joined)) else {
        return At::Stated(Stated { value: number.value, half_digit: number.half_digit, unit: None, end: number.end });
    };
    let mut value = unit.convert(number.value);
    let mut half_digit = unit.convert(number.half_digit);
    let mut last = unit;
    // "5 ft 3 in", "1 m and 20 cm"
    for _ in 0..3 {
        let next = if tokens.is_word(end, "and") || tokens.is_mark(end, ',') { end + 1 } else { end };
        let Numeral::Number(more) = unsigned_at(tokens, next) else { break };
        match unit::at(tokens, more.end) {
            Some((part, after)) if part.is_part_of(last) && part.convert(more.value) < last.convert(1.0) => {
                value += part.convert(more.value).copysign(number.value);
                half_digit = part.convert(more.half_digit);
                last = part;
                end = after;
            }
            _ => break,
        }
    }
    At::Stated(Stated { value, half_digit, unit: Some(unit), end })
}

fn unsigned_at(tokens: &Tokens, at: usize) -> Numeral {
    match tokens.all.get(at).map(|token| token.kind) {
        Some(Kind::Numeral | Kind::Word) => numeral::at(tokens, at),
        _ => Numeral::None,
    }
}

/// The other end of a range that begins with what ends at `end`.
fn range_end(tokens: &Tokens, start: usize, end: usize) -> Option<usize> {
    let between = start > 0 && tokens.is_any(start - 1, &["between", "from"]);
    let joins = tokens.is_mark(end, '-')
        || tokens.is_mark(end, '–')
        || tokens.is_mark(end, '~')
        || tokens.is_any(end, &["to", "or"])
        || between && tokens.is_word(end, "and");
    joins.then_some(end + 1)
}

/// The number behind a quantity that ends at `end` and says how far it may be off: `± 0.1 m`, `give or take 0.1 m`.
pub(super) fn tolerance(tokens: &Tokens, end: usize) -> Option<Stated> {
    let at = if tokens.is_mark(end, ',') { end + 1 } else { end };
    let words = |words: [&str; 3]| words.iter().enumerate().all(|(step, word)| tokens.is_word(at + step, word));
    let signs = tokens.is_mark(at, '+') && tokens.is_mark(at + 1, '/') && tokens.is_mark(at + 2, '-');
    let number = match () {
        () if tokens.is_mark(at, '±') => at + 1,
        () if signs || words(["give", "or", "take"]) || words(["plus", "or", "minus"]) => at + 3,
        () => return None,
    };
    match stated(tokens, number) {
        At::Stated(found) => Some(found),
        _ => None,
    }
}

/// Readings of the highest rank met so far.
struct Best {
    rank: Rank,
    kept: Kept<Quantity>,
}

impl Best {
    fn add(&mut self, rank: Rank, quantity: Quantity, span: Range<usize>) {
        if rank > self.rank {
            *self = Self { rank, kept: Kept::new() };
        }
        if rank == self.rank {
            self.kept.add(quantity, span);
        }
    }
}

/// A quantity in `unit`.
pub(super) fn read(text: &str, range: Range<usize>, unit: Unit, bare: f64) -> Read<Quantity> {
    let tokens = Tokens::of(text, range);
    let declarations = Declarations::of(&tokens);
    let mut best = Best { rank: Rank::Given, kept: Kept::new() };
    let (mut other_unit, mut unclear, mut no_number) = (None::<Rank>, None::<Rank>, None::<Rank>);
    let mut at = 0;
    while at < tokens.all.len() {
        let first = match stated(&tokens, at) {
            At::Stated(first) => first,
            At::Skip(next) => {
                at = next;
                continue;
            }
            At::Unclear => {
                unclear = unclear.max(Some(declarations.rank(&tokens, at)));
                at += 1;
                continue;
            }
        };
        let start = at;
        if declarations.is_asked(start) {
            at = first.end;
            continue;
        }
        let rank = match declarations.rank(&tokens, start) {
            Rank::Said | Rank::Concluded
                if unit != Unit::One && first.unit.is_none() && counts_things(&tokens, first.end) =>
            {
                Rank::Given
            }
            // "with 1.5 m to spare"
            Rank::Said | Rank::Concluded if tokens.is_word(start.wrapping_sub(1), "with") => Rank::Given,
            rank => rank,
        };
        at = first.end;
        if is_denied(&tokens, start) || is_bound(&tokens, start) || is_bound_behind(&tokens, first.end) {
            no_number = no_number.max(Some(rank));
            continue;
        }
        let mut last = None;
        if let Some(other) = range_end(&tokens, start, first.end)
            && let At::Stated(found) = stated(&tokens, other)
        {
            at = found.end;
            last = Some(found);
        }
        let mut written = first.unit.or(last.and_then(|last| last.unit));
        // A tolerance is no second answer, and its unit is that of both.
        if let Some(found) = tolerance(&tokens, at)
            && (found.unit.is_none()
                || written.is_none_or(|written| found.unit.is_some_and(|of| of.unit == written.unit)))
        {
            at = found.end;
            written = written.or(found.unit);
        }
        if written.is_some_and(|written| written.unit != Some(unit)) {
            other_unit = other_unit.max(Some(rank));
            continue;
        }
        // "2 to 3 m": the unit is that of both. A bare number is in the unit that was asked for.
        let convert = |stated: Stated| match (stated.unit, written) {
            (Some(_), _) => (stated.value, stated.half_digit),
            (None, Some(written)) => (written.convert(stated.value), written.convert(stated.half_digit)),
            (None, None) => (stated.value / bare, stated.half_digit / bare),
        };
        let (lo, half_digit) = convert(first);
        let hi = last.map_or(lo, |last| convert(last).0);
        if !(lo.is_finite() && hi.is_finite()) {
            unclear = unclear.max(Some(rank));
            continue;
        }
        let factor = written.map_or(0.0, |written| written.convert(1.0));
        let quantity = Quantity { lo: lo.min(hi), hi: lo.max(hi), stated_unit: written.is_some(), half_digit, factor };
        best.add(rank, quantity, tokens.span(start..at));
    }
    // What cannot be read is not outdone by what is said less plainly.
    let none = best.kept.first.is_none();
    if unclear.is_some_and(|rank| none || rank >= best.rank) {
        return Read::Nothing { why: Why::UnclearNumber };
    }
    if no_number.is_some_and(|rank| none || rank > best.rank) {
        return Read::Nothing { why: Why::UnclearNumber };
    }
    if other_unit.is_some_and(|rank| none || rank > best.rank) {
        return Read::Nothing { why: Why::OtherUnit };
    }
    best.kept.read(if tokens.all.is_empty() { Why::Empty } else { Why::OtherKind })
}

/// Whether a text says that there are none of some things: "There are no chairs", "there aren't any chairs".
fn counts_none(tokens: &Tokens) -> bool {
    let is_plural = |at: usize| tokens.word(at).len() > 2 && tokens.word(at).ends_with('s');
    let none = |at: usize| {
        tokens.is_word(at, "no") && !is_no_idea(tokens, at)
            || tokens.is_word(at, "any") && tokens.is_any(at.wrapping_sub(1), &["aren't", "not"])
    };
    (0..tokens.all.len()).any(|at| none(at) && (is_plural(at + 1) || is_plural(at + 2)))
}

/// A whole number of things; "none" and "no" are zero, "no idea" is not.
pub(super) fn read_count(text: &str, range: Range<usize>) -> Read<f64> {
    let tokens = Tokens::of(text, range.clone());
    let word = |at: usize| tokens.span(at..at + 1);
    if let [_] | [_, _] = tokens.all[..]
        && tokens.is_any(0, &["none", "no"])
        && !is_no_idea(&tokens, 0)
    {
        return Read::One(Found { value: 0.0, span: word(0) });
    }
    match read(text, range, Unit::One, 1.0) {
        Read::Nothing { why: Why::OtherKind } if counts_none(&tokens) => {
            Read::One(Found { value: 0.0, span: tokens.span(0..tokens.all.len()) })
        }
        Read::One(found) => match found.value.value() {
            Some(value) => Read::One(Found { value, span: found.span }),
            None => Read::Conflict {
                first: Found { value: found.value.lo, span: found.span.clone() },
                other: Found { value: found.value.hi, span: found.span },
            },
        },
        Read::Conflict { first, other } => Read::Conflict {
            first: Found { value: first.value.lo, span: first.span },
            other: Found { value: other.value.lo, span: other.span },
        },
        Read::Nothing { why } => Read::Nothing { why },
    }
}
