//! Units as they are written: the spellings of the phrase book, American ones included.

use std::{collections::HashMap, sync::LazyLock};

use question::Unit;

use super::token::{Kind, Tokens};

/// A unit and what makes of a value in it one in the unit that answers are in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spelt {
    /// None for what no answer is in, such as kilograms.
    pub(super) unit: Option<Unit>,
    times: f64,
    over: f64,
}

impl Spelt {
    /// A value in this unit, in the unit that answers are in.
    pub(super) fn convert(self, value: f64) -> f64 {
        value * self.times / self.over
    }

    /// Whether it is a smaller unit of the same kind, as inches are of feet.
    pub(super) fn is_part_of(self, whole: Self) -> bool {
        self.unit.is_some() && self.unit == whole.unit && self.times / self.over < whole.times / whole.over
    }
}

/// How many times as much.
pub(super) const RATIO: Spelt = Spelt { unit: Some(Unit::One), times: 1.0, over: 1.0 };

/// A unit that no answer is in.
pub(super) const FOREIGN_UNIT: Spelt = Spelt { unit: None, times: 1.0, over: 1.0 };

/// Spellings, words apart by one space, in lower case.
static SPELLINGS: LazyLock<HashMap<String, Spelt>> = LazyLock::new(|| {
    let mut table: HashMap<String, Spelt> = FOREIGN.iter().map(|words| ((*words).to_owned(), FOREIGN_UNIT)).collect();
    let Ok(wording) = language::wording() else { return table };
    for unit in &wording.units {
        let spelt = Spelt { unit: Some(unit.unit), times: unit.times, over: unit.over };
        for words in &unit.words {
            table.insert(words.clone(), spelt);
            for (other, house) in &wording.spelling {
                let respelt: Vec<&str> =
                    words.split(' ').map(|word| if word == house { other.as_str() } else { word }).collect();
                table.entry(respelt.join(" ")).or_insert(spelt);
            }
        }
    }
    table
});

/// Units of what no question asks for: of mass, time, speed, heat and money, of pictures, and of the sky.
#[rustfmt::skip]
const FOREIGN: [&str; 73] = [
    "kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "g", "gram", "grams", "mg", "milligram", "milligrams", "lb", "lbs",
    "pound", "pounds", "oz", "ounce", "ounces", "ton", "tons", "tonne", "tonnes", "ms", "millisecond", "milliseconds", "sec",
    "secs", "second", "seconds", "min", "mins", "minute", "minutes", "hr", "hrs", "hour", "hours", "day", "days", "week",
    "weeks", "month", "months", "year", "years", "light year", "light years", "lightyear", "lightyears", "parsec", "parsecs",
    "s", "h", "px", "pixel", "pixels", "step", "steps", "mph", "kph", "kmh", "hz", "celsius", "fahrenheit", "kelvin", "watt", "watts", "usd", "dollar", "dollars", "euro", "euros",
];

/// Longest spelling, bytes.
const MOST_BYTES: usize = 32;
/// Most words of a spelling.
const MOST_WORDS: usize = 2;

/// The unit that is written at a position, and where it ends.
pub(super) fn at(tokens: &Tokens, at: usize) -> Option<(Spelt, usize)> {
    let first = tokens.all.get(at)?;
    let metre = |times: f64, over: f64| Spelt { unit: Some(Unit::Metre), times, over };
    match first.kind {
        Kind::Mark('\'') if !first.spaced => {
            // Two primes are inches.
            let two = tokens.all.get(at + 1).is_some_and(|next| next.is('\'') && !next.spaced);
            return Some(if two { (metre(0.0254, 1.0), at + 2) } else { (metre(0.3048, 1.0), at + 1) });
        }
        Kind::Mark('"') if !first.spaced => return Some((metre(0.0254, 1.0), at + 1)),
        Kind::Mark('°') => {
            return Some((Spelt { unit: Some(Unit::Degree), times: 1.0, over: 1.0 }, at + 1));
        }
        Kind::Mark('%') => return Some((Spelt { unit: Some(Unit::One), times: 1.0, over: 100.0 }, at + 1)),
        Kind::Word => {}
        _ => return None,
    }
    let mut buffer = [0_u8; MOST_BYTES];
    let mut length = 0;
    let mut best = None;
    // "sq. ft"
    let stop = usize::from(tokens.is_any(at, &["sq", "cu"]) && tokens.is_mark(at + 1, '.'));
    for words in 0..MOST_WORDS {
        let here = at + words + if words > 0 { stop } else { 0 };
        let word = tokens.word(here).as_bytes();
        let blank = usize::from(words > 0);
        if word.is_empty() || length + blank + word.len() + 2 > MOST_BYTES {
            break;
        }
        if words > 0 {
            // "square-metre"
            buffer[length] = b' ';
            length += 1;
        }
        buffer[length..length + word.len()].copy_from_slice(word);
        buffer[length..length + word.len()].make_ascii_lowercase();
        length += word.len();
        let (power, after) = power(tokens, here + 1);
        let powered = match power {
            Some(digit) => {
                buffer[length] = digit;
                length + 1
            }
            None => length,
        };
        if let Some(spelt) = std::str::from_utf8(&buffer[..powered]).ok().and_then(|text| SPELLINGS.get(text)) {
            best = Some((*spelt, after));
        }
    }
    best
}

/// A power behind a unit: `²`, `^2`, `^{2}`; a bare digit is part of the word.
fn power(tokens: &Tokens, at: usize) -> (Option<u8>, usize) {
    if tokens.is_mark(at, '²') {
        return (Some(b'2'), at + 1);
    }
    if tokens.is_mark(at, '³') {
        return (Some(b'3'), at + 1);
    }
    if tokens.is_mark(at, '^') {
        match tokens.text(at + 1) {
            "2" => return (Some(b'2'), at + 2),
            "3" => return (Some(b'3'), at + 2),
            _ => {}
        }
    }
    (None, at)
}
