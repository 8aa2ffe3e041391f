//! Points and boxes: groups of numbers in brackets, with the tags or keys around them.

use std::ops::Range;

use serde::Serialize;
use smallvec::SmallVec;

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
    /// The numbers; those of a box along the axes take no memory of their own.
    pub numbers: SmallVec<[f64; 6]>,
    /// What stood around them.
    pub notation: Notation,
}

/// How most boxes begin.
const OPEN: &str = "<bbox>(";
/// What follows the bracket that closes them.
const CLOSED: &[u8] = b"</bbox>";
/// Most groups of a reply.
pub(crate) const MOST_GROUPS: usize = 512;
/// Most numbers of a group; an oriented box has nine.
const MOST_NUMBERS: usize = 16;

/// All groups, in order; a tag that holds nothing is a statement that there is nothing.
pub(super) fn read(text: &str, range: Range<usize>) -> Read<Vec<Coordinates>> {
    let bytes = &text.as_bytes()[..range.end];
    let mut groups = Vec::new();
    let mut empty = false;
    let (mut at, mut first, mut last) = (range.start, None, range.start);
    while let Some(step) = memchr::memchr3(b'(', b'[', b'<', &bytes[at..]) {
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
        // Numbers are written where they stay: what has just been written is slow to copy.
        groups.push(Coordinates { numbers: SmallVec::new(), notation: notation.unwrap_or(Notation::Brackets) });
        let Some(group) = groups.last_mut() else { break };
        let kept = match numbers(bytes, open, &mut group.numbers) {
            Group::Numbers(end) => {
                let kept = group.numbers.len() > 1;
                if kept {
                    group.notation = notation.unwrap_or_else(|| keyed(text, range.start, at));
                    first = first.or(Some(at));
                    last = end;
                }
                empty |= group.numbers.is_empty() && notation.is_some();
                at = end + if bytes[end..].starts_with(CLOSED) { CLOSED.len() } else { 0 };
                kept
            }
            Group::Unclear => return Read::Nothing { why: Why::UnclearNumber },
            Group::None(next) => {
                at = next.max(at + 1);
                false
            }
        };
        if !kept {
            groups.pop();
        } else if groups.len() > MOST_GROUPS {
            return Read::Nothing { why: Why::AnswerTooLong };
        }
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
    if text.starts_with(OPEN) {
        return Some((Notation::BboxTag, OPEN.len()));
    }
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
    /// Where it ends.
    Numbers(usize),
    /// Numbers and something that is none.
    Unclear,
    /// No group; where to go on.
    None(usize),
}

/// Powers of ten that are exact.
const TENS: [f64; 8] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

/// What a byte is in a group. A table, since a branch for each sign would be guessed wrongly every other time.
const CLASS: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\n' | b'\t' | b'\r' | b',' | b';' => Class::Between,
            b'0'..=b'9' | b'-' | b'+' | b'.' => Class::Number,
            b'e' | b'E' => Class::Exponent,
            b')' | b']' | b'<' => Class::Close,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Between,
    Number,
    Exponent,
    Close,
    Other,
}

impl Class {
    fn of(byte: u8) -> Self {
        CLASS[usize::from(byte)]
    }
}

/// Whether a byte may go on with a number.
fn is_of_number(byte: u8) -> bool {
    matches!(Class::of(byte), Class::Number | Class::Exponent)
}

/// A decimal of fewer than eight bytes at the start of a text, and where it ends, from eight bytes in one word (Lemire 2021,
/// "Number parsing at a gigabyte per second"). So few digits and their power of ten are exact, and so is what rounding makes
/// of their quotient (Clinger 1990). Where it ends is found with the least that hangs on each other: the next one waits for it.
fn short(bytes: &[u8]) -> Option<(f64, usize)> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const NOUGHTS: u64 = u64::from_ne_bytes([b'0'; 8]);
    let word = u64::from_le_bytes(*bytes.first_chunk()?);
    let values = word ^ NOUGHTS;
    // The high bit of every byte that is no digit; the first may be a sign.
    let no_digits = (values | (values & (EACH * 0x7f)).wrapping_add(EACH * 0x76)) & (EACH * 0x80);
    let behind = no_digits & !0xff;
    let whole = behind.trailing_zeros() / 8;
    let sign = u64::from(bytes[0] == b'-');
    if whole == 8 || u64::from(whole) == sign || no_digits & 0x80 != sign << 7 {
        return None;
    }
    // A sign is a leading nought.
    let values = values & !(sign * 0xff);
    let (digits, count, end) = if (word >> (8 * whole)) as u8 == b'.' {
        let end = (behind & (behind - 1)).trailing_zeros() / 8;
        let before = (1 << (8 * whole)) - 1;
        (values & before | values >> 8 & !before, end - 1, end)
    } else {
        (values, whole, whole)
    };
    if end == 8 || is_of_number((word >> (8 * end)) as u8) {
        return None;
    }
    // As eight digits of which the first may be nothing: to pairs, to fours, to one.
    let digits = digits << (64 - 8 * count);
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    let value = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff;
    let value = value as f64 / TENS[(count - whole) as usize];
    Some((f64::from_bits(value.to_bits() | sign << 63), end as usize))
}

/// The number at the start of a text, and where what is written like one ends.
fn number(bytes: &[u8]) -> (Option<f64>, usize) {
    if let Some((value, end)) = short(bytes) {
        return (Some(value), end);
    }
    let end = bytes.iter().position(|byte| !is_of_number(*byte)).unwrap_or(bytes.len());
    let text = std::str::from_utf8(&bytes[..end]).unwrap_or_default();
    (text.parse().ok().filter(|value: &f64| value.is_finite()), end)
}

/// Numbers parted by commas or blanks up to a closing bracket or tag.
fn numbers(bytes: &[u8], open: usize, numbers: &mut SmallVec<[f64; 6]>) -> Group {
    let mut at = open;
    loop {
        match bytes.get(at).map(|byte| Class::of(*byte)) {
            None => return Group::None(bytes.len()),
            Some(Class::Between) => {
                at += 1;
                continue;
            }
            Some(Class::Number) => {}
            Some(Class::Close) => return Group::Numbers(at + usize::from(bytes[at] != b'<')),
            // "(the chair)" is no group; "(1.2, x)" is a spoilt one.
            Some(_) if numbers.len() < 2 => return Group::None(at),
            Some(_) => return Group::Unclear,
        }
        let (value, length) = number(&bytes[at..]);
        at += length;
        match value {
            Some(value) if numbers.len() < MOST_NUMBERS => numbers.push(value),
            None if numbers.is_empty() => return Group::None(at),
            _ => return Group::Unclear,
        }
        // What mostly follows at once, and a unit: "(1.2 m, 0.4 m)".
        match bytes[at..] {
            [b',', b' ', ..] | [b' ', b'm', ..] => at += 2,
            [b'm', ..] => at += 1,
            _ => {}
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
            text in prop_oneof![
                "-?[0-9]{1,3}([.][0-9]{0,5})?",
                "-?[0-9]{0,9}[.]?[0-9]{0,9}",
                "-?[0-9]{1,20}[.][0-9]{1,20}",
                "[-+0-9.e]{1,12}",
            ],
            behind in "([,) <m:/é][-0-9., )é]{0,9})?",
        ) {
            prop_assume!(!text.is_empty());
            let theirs = text.parse::<f64>().ok().filter(|value| value.is_finite());
            let whole = format!("{text}{behind}");
            let (ours, end) = number(whole.as_bytes());
            prop_assert_eq!(ours.map(f64::to_bits), theirs.map(f64::to_bits), "{}", whole);
            prop_assert_eq!(end, text.len());
        }
    }
}
