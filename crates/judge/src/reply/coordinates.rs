//! Points and boxes: groups of numbers in brackets, with the tags or keys around them.

use std::ops::Range;

use serde::Serialize;

use super::{Found, Read, Why};

/// What stood around a group of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Notation {
    /// `<bbox>(…)</bbox>`: two corners, metres (GS-Reasoner).
    BboxTag,
    /// `<obj>…</obj>`: centre and size on a grid (the LL3DA lineage, 3D-R1's input).
    ObjTag,
    /// `box: […]`: two corners, metres (3D-R1's reward).
    BoxKey,
    /// A JSON key whose name says box: `"bbox_3d": […]`.
    JsonBox,
    /// A JSON key whose name says point: `"point_2d": […]`.
    JsonPoint,
    /// Brackets alone.
    Brackets,
}

/// A group of numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coordinates {
    /// The numbers.
    pub numbers: Vec<f64>,
    /// What stood around them.
    pub notation: Notation,
}

/// Most groups of a reply.
pub(crate) const MOST_GROUPS: usize = 512;
/// Most numbers of a group; an oriented box has nine.
const MOST_NUMBERS: usize = 16;
/// Numbers of most groups: boxes along the axes.
const COMMON_NUMBERS: usize = 6;

/// All groups, in order; a tag that holds nothing is a statement that there is nothing.
pub(super) fn read(text: &str, range: Range<usize>) -> Read<Vec<Coordinates>> {
    let bytes = text.as_bytes();
    let mut groups = Vec::new();
    let mut empty = false;
    let (mut at, mut first, mut last) = (range.start, None, range.start);
    while let Some(step) = memchr::memchr3(b'(', b'[', b'<', &bytes[at..range.end]) {
        at += step;
        let (open, notation) = if bytes[at] == b'<' {
            let Some((notation, length)) = tagged(&text[at..range.end]) else {
                at += 1;
                continue;
            };
            (at + length, Some(notation))
        } else {
            (at + 1, None)
        };
        let (numbers, end) = match numbers(bytes, open, range.end) {
            Group::Numbers(numbers, end) => (numbers, end),
            Group::Unclear => return Read::Nothing { why: Why::UnclearNumber },
            Group::None(next) => {
                at = next.max(at + 1);
                continue;
            }
        };
        if numbers.is_empty() {
            empty |= notation.is_some();
        } else if numbers.len() > 1 {
            let notation = notation.unwrap_or_else(|| keyed(text, range.start, at));
            if groups.len() == MOST_GROUPS {
                return Read::Nothing { why: Why::AnswerTooLong };
            }
            groups.push(Coordinates { numbers, notation });
            first = first.or(Some(at));
            last = end;
        }
        at = end;
    }
    match first {
        Some(start) => Read::One(Found { value: groups, span: start..last }),
        None if empty || says_none(&text[range.clone()]) => Read::One(Found { value: Vec::new(), span: range }),
        None => Read::Nothing { why: if text[range].trim().is_empty() { Why::Empty } else { Why::OtherKind } },
    }
}

/// Whether a text says that there is nothing.
fn says_none(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.');
    ["none", "no object", "no objects", "nothing", "[]"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// An opening tag of coordinates at the start of a text, with a bracket that follows it.
fn tagged(text: &str) -> Option<(Notation, usize)> {
    if !matches!(text.as_bytes().get(1), Some(b'b' | b'B' | b'o' | b'O')) {
        return None;
    }
    let (notation, tag) = [(Notation::BboxTag, "<bbox>"), (Notation::ObjTag, "<obj>"), (Notation::BboxTag, "<box>")]
        .into_iter()
        .find(|(_, tag)| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)))?;
    let rest = &text[tag.len()..];
    let inside = rest.trim_start();
    let blanks = rest.len() - inside.len();
    let bracket = usize::from(inside.starts_with(['(', '[']));
    Some((notation, tag.len() + blanks + bracket))
}

/// What the key before a bracket says.
fn keyed(text: &str, from: usize, at: usize) -> Notation {
    let mut start = at.saturating_sub(24).max(from);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let before = text[start..at].trim_end();
    let Some(key) = before.strip_suffix(':') else { return Notation::Brackets };
    let key = key.trim_end();
    let Some(json) = key.strip_suffix(['"', '\'']) else {
        return if key.to_ascii_lowercase().ends_with("box") { Notation::BoxKey } else { Notation::Brackets };
    };
    let name = json.rsplit(['"', '\'']).next().unwrap_or("").to_ascii_lowercase();
    match name.as_str() {
        name if name.contains("box") => Notation::JsonBox,
        name if name.contains("point") => Notation::JsonPoint,
        _ => Notation::Brackets,
    }
}

enum Group {
    Numbers(Vec<f64>, usize),
    /// Numbers and something that is none.
    Unclear,
    /// No group; where to go on.
    None(usize),
}

/// Powers of ten that are exact.
const TENS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// The number at a position, and where what is written like one ends.
fn number(bytes: &[u8], start: usize, end: usize) -> (Option<f64>, usize) {
    let mut at = start + usize::from(bytes[start] == b'-');
    let (mut digits, mut whole, mut places, mut point) = (0_u64, 0, 0, false);
    // Up to fifteen digits and their power of ten are exact, and so is what rounding makes of their quotient (Clinger 1990).
    while at < end && whole + places <= 15 {
        match bytes[at] {
            byte @ b'0'..=b'9' => {
                digits = 10 * digits + u64::from(byte - b'0');
                *(if point { &mut places } else { &mut whole }) += 1;
            }
            b'.' if !point => point = true,
            _ => break,
        }
        at += 1;
    }
    let goes_on = at < end && matches!(bytes[at], b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    if whole > 0 && whole + places <= 15 && !goes_on {
        let value = digits as f64 / TENS[places];
        return (Some(if bytes[start] == b'-' { -value } else { value }), at);
    }
    while at < end && matches!(bytes[at], b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') {
        at += 1;
    }
    let text = std::str::from_utf8(&bytes[start..at]).unwrap_or_default();
    (text.parse().ok().filter(|value: &f64| value.is_finite()), at)
}

/// Numbers parted by commas or blanks up to a closing bracket or tag.
fn numbers(bytes: &[u8], open: usize, end: usize) -> Group {
    let mut numbers = Vec::new();
    let mut at = open;
    loop {
        while at < end && matches!(bytes[at], b' ' | b'\n' | b'\t' | b'\r' | b',' | b';') {
            at += 1;
        }
        if at >= end {
            return Group::None(end);
        }
        match bytes[at] {
            b')' | b']' | b'<' => return Group::Numbers(numbers, at + usize::from(bytes[at] != b'<')),
            b'0'..=b'9' | b'-' | b'+' | b'.' => {}
            // "(the chair)" is no group; "(1.2, x)" is a spoilt one.
            _ if numbers.len() < 2 => return Group::None(at),
            _ => return Group::Unclear,
        }
        let value;
        (value, at) = number(bytes, at, end);
        match value {
            Some(value) if numbers.len() < MOST_NUMBERS => {
                if numbers.is_empty() {
                    numbers.reserve_exact(COMMON_NUMBERS);
                }
                numbers.push(value);
            }
            None if numbers.is_empty() => return Group::None(at),
            _ => return Group::Unclear,
        }
        // A unit behind the number: "(1.2 m, 0.4 m)".
        if at < end && matches!(bytes[at], b'm') {
            at += 1;
        } else if at + 1 < end && bytes[at] == b' ' && bytes[at + 1] == b'm' {
            at += 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_are_those_of_the_library(
            text in prop_oneof!["-?[0-9]{0,9}[.]?[0-9]{0,9}", "-?[0-9]{1,20}[.][0-9]{1,20}", "[-+0-9.e]{1,12}"],
        ) {
            prop_assume!(!text.is_empty());
            let theirs = text.parse::<f64>().ok().filter(|value| value.is_finite());
            let (ours, end) = number(text.as_bytes(), 0, text.len());
            prop_assert_eq!(ours.map(f64::to_bits), theirs.map(f64::to_bits));
            prop_assert_eq!(end, text.len());
        }
    }
}
