//! Places: three numbers in brackets, or three lengths each with its axis.

use std::ops::Range;

use question::Unit;

use super::{
    Found, Read, Why, coordinates,
    phrase::Declarations,
    quantity::{At, stated, tolerance},
    token::Tokens,
    unit,
};

/// Words of each axis of a camera (right, down, forward), and of its contrary.
const ALONG: [[&[&str]; 2]; 3] = [
    [&["right", "rightward", "rightwards"], &["left", "leftward", "leftwards"]],
    [&["down", "downward", "downwards", "below", "lower"], &["up", "upward", "upwards", "above", "higher"]],
    [&["forward", "forwards", "ahead", "front", "deep"], &["backward", "backwards", "back", "behind"]],
];
/// Names of the axes, which stand before their numbers: `x = 0.12 m`.
const AXES: [&str; 3] = ["x", "y", "z"];
/// Words between a length and its axis: "0.12 m to the right", "1.25 m in front".
const BETWEEN: [&str; 4] = ["to", "the", "in", "on"];

/// A place, metres.
pub(super) fn read(text: &str, range: Range<usize>) -> Read<[f64; 3]> {
    // What is declared stands for the rest.
    let tokens = Tokens::of(text, range.clone());
    let range = Declarations::of(&tokens).spans(&tokens).pop().unwrap_or(range);
    match coordinates::read(text, range.clone()) {
        // Pairs are pixels.
        Read::One(found) if found.value.iter().all(|group| group.numbers.len() == 2) => in_words(text, range),
        Read::One(found) => match &found.value[..] {
            [group] => match group.numbers[..] {
                [x, y, z] => match unit_behind(text, found.span.end..range.end) {
                    Ok(unit) => Read::One(Found { value: [x, y, z].map(|along| along * unit), span: found.span }),
                    Err(why) => Read::Nothing { why },
                },
                _ => Read::Nothing { why: Why::OtherKind },
            },
            _ => Read::Nothing { why: Why::OtherKind },
        },
        Read::Nothing { why: Why::OtherKind } => in_words(text, range),
        Read::Nothing { why } => Read::Nothing { why },
        Read::Conflict { .. } => Read::Nothing { why: Why::UnclearNumber },
    }
}

/// Metres that one unit is which stands right behind a group: "(12, -40, 125) cm".
fn unit_behind(text: &str, behind: Range<usize>) -> Result<f64, Why> {
    let line_end = text[behind.clone()].find('\n').map_or(behind.end, |step| behind.start + step);
    let end = (behind.start..=line_end.min(behind.start + MOST_UNIT)).rev().find(|at| text.is_char_boundary(*at));
    let tokens = Tokens::of(text, behind.start..end.unwrap_or(behind.start));
    let closing = tokens.all.iter().take_while(|token| token.is(')') || token.is(']')).count();
    match unit::at(&tokens, closing) {
        Some((spelt, _)) if spelt.unit == Some(Unit::Metre) && !tokens.is_word(closing, "in") => Ok(spelt.convert(1.0)),
        Some((spelt, _)) if spelt.unit != Some(Unit::Metre) => Err(Why::OtherUnit),
        _ => Ok(1.0),
    }
}

/// How far behind a group its unit is looked for, bytes.
const MOST_UNIT: usize = 32;

/// Three lengths with their axes, each axis once.
fn in_words(text: &str, range: Range<usize>) -> Read<[f64; 3]> {
    let tokens = Tokens::of(text, range);
    let mut place = [None; 3];
    let (mut first, mut at) = (None, 0);
    let mut last = 0;
    while at < tokens.all.len() {
        let length = match stated(&tokens, at) {
            At::Stated(length) => length,
            At::Skip(next) => {
                at = next;
                continue;
            }
            At::Unclear => return Read::Nothing { why: Why::UnclearNumber },
        };
        if length.unit.is_some_and(|unit| unit.unit != Some(Unit::Metre)) {
            return Read::Nothing { why: Why::OtherUnit };
        }
        // "1.25 in front" is no inches.
        let is_front = tokens.is_word(length.end - 1, "in") && tokens.is_word(length.end, "front");
        let unit = length.unit.filter(|_| is_front).map_or(1.0, |unit| unit.convert(1.0));
        let value = length.value / unit;
        let end = tolerance(&tokens, length.end).map_or(length.end, |off| off.end);
        let (axis, sign, next) = match (behind(&tokens, end), before(&tokens, at)) {
            (Some((axis, sign, next)), _) => (axis, Some(sign), next),
            (None, Some((axis, sign))) => (axis, sign, end),
            (None, None) => return Read::Nothing { why: Why::UnclearNumber },
        };
        // A minus beside the word for a side leaves open which of them it means.
        let is_clear = value.is_finite() && !(sign.is_some() && value < 0.0);
        if !is_clear || place[axis].replace(sign.unwrap_or(1.0) * value).is_some() {
            return Read::Nothing { why: Why::UnclearNumber };
        }
        first = first.or(Some(at));
        (last, at) = (next, next);
    }
    match (place, first) {
        ([Some(x), Some(y), Some(z)], Some(first)) => {
            Read::One(Found { value: [x, y, z], span: tokens.span(first..last) })
        }
        (_, None) if tokens.all.is_empty() => Read::Nothing { why: Why::Empty },
        _ => Read::Nothing { why: Why::OtherKind },
    }
}

/// The axis named behind a length, its sign, and where its word ends.
fn behind(tokens: &Tokens, mut at: usize) -> Option<(usize, f64, usize)> {
    for _ in 0..BETWEEN.len() {
        if !tokens.is_any(at, &BETWEEN) {
            break;
        }
        at += 1;
    }
    side(tokens, at).map(|(axis, sign)| (axis, sign, at + 1))
}

/// The axis that a word names, and its sign.
fn side(tokens: &Tokens, at: usize) -> Option<(usize, f64)> {
    let sides =
        ALONG.iter().enumerate().flat_map(|(axis, [along, against])| [(axis, 1.0, along), (axis, -1.0, against)]);
    let mut sides = sides.filter(|(_, _, words)| tokens.is_any(at, words));
    sides.next().map(|(axis, sign, _)| (axis, sign))
}

/// The axis named before a length, marks passed over, with the sign that its word has; `x` has none.
fn before(tokens: &Tokens, at: usize) -> Option<(usize, Option<f64>)> {
    let name = (1..=3).map_while(|back| at.checked_sub(back)).find(|at| !tokens.word(*at).is_empty())?;
    let letter = AXES.iter().position(|axis| tokens.is_word(name, axis));
    letter.map(|axis| (axis, None)).or_else(|| side(tokens, name).map(|(axis, sign)| (axis, Some(sign))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Result<[f64; 3], Why> {
        match read(text, 0..text.len()) {
            Read::One(found) => Ok(found.value),
            Read::Nothing { why } => Err(why),
            Read::Conflict { .. } => panic!("{text}"),
        }
    }

    #[test]
    fn a_place_is_read_in_brackets_in_words_and_by_axes() {
        for text in [
            "(0.12, -0.4, 1.25)",
            "0.12 m right, 0.40 m up, 1.25 m forward",
            "It is 12 cm to the right, 40 cm above and 1.25 m in front of the camera.",
            "0.12 m ± 0.02 m right, 0.40 m ± 0.02 m up, 1.25 m ± 0.03 m forward",
            "x = 0.12 m, y = -0.40 m, z = 1.25 m",
            "x: 0.12, y: -0.4, z: 1.25",
            "1.25 m ahead, 0.4 m up, 0.12 m to the right",
            "0.12 right, 0.4 up, 1.25 in front",
            "right 0.12 m, up 0.40 m, forward 1.25 m",
            "In image orbit-47-004, the pixel (320, 144) lies 0.12 m right, 0.40 m up, 1.25 m forward.",
            "Step 1: it is at (1.00, 2.00, 3.00).\nAnswer: 0.12 m right, 0.40 m up, 1.25 m forward",
        ] {
            let said = place(text).map(|place| place.map(|along| (along * 1e6).round() / 1e6));
            assert_eq!(said, Ok([0.12, -0.4, 1.25]), "{text}");
        }
        let near = |text: &str| place(text).map(|place| place.map(|along| (along * 1e6).round() / 1e6));
        assert_eq!(near("It is at (12, -40, 125) cm."), Ok([0.12, -0.4, 1.25]));
        assert_eq!(near("[0.12, -0.4, 1.25] m"), Ok([0.12, -0.4, 1.25]));
        assert_eq!(near("(0.12, -0.4, 1.25) in the camera's axes"), Ok([0.12, -0.4, 1.25]));
        assert_eq!(near("(1, 2, 3) px"), Err(Why::OtherUnit));
        assert_eq!(place("0.10 m left, 0.20 m down, 0.30 m backward"), Ok([-0.1, 0.2, -0.3]));
    }

    #[test]
    fn what_is_no_place_or_not_clear_is_not_read() {
        assert_eq!(place("0.12 m right, 0.40 m up"), Err(Why::OtherKind));
        assert_eq!(place("0.12 m right, 0.40 m up, 1.25 m forward or 2 m forward"), Err(Why::UnclearNumber));
        assert_eq!(place("0.12 m right, 0.40 m up, 1.25 m"), Err(Why::UnclearNumber));
        assert_eq!(place("-0.12 m left, 0.40 m up, 1.25 m forward"), Err(Why::UnclearNumber));
        assert_eq!(place("30 degrees right, 0.40 m up, 1.25 m forward"), Err(Why::OtherUnit));
        assert_eq!(place("(0.12, 0.4)"), Err(Why::OtherKind));
        assert_eq!(place("behind the sofa"), Err(Why::OtherKind));
        assert_eq!(place(" "), Err(Why::Empty));
    }
}
