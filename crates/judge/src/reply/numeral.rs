//! Numbers: digits, fractions, powers of ten, English words.

use super::token::{Kind, Tokens};

/// A number as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    /// Half of the last digit written.
    pub(super) half_digit: f64,
    pub(super) end: usize,
}

/// What stands where a number was looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Numeral {
    Number(Number),
    /// Digits that are no number in one reading, up to a position.
    Unclear(usize),
    None,
}

/// The number that begins at a position, its sign included.
pub(super) fn at(tokens: &Tokens, at: usize) -> Numeral {
    let Some(token) = tokens.all.get(at) else { return Numeral::None };
    match token.kind {
        Kind::Mark('-' | '+' | '–') => {
            // "A-5" and "2 - 3" hold no negative number.
            let glued = tokens.all.get(at + 1).is_some_and(|next| !next.spaced);
            if !token.spaced && !opens(tokens, at) || !glued {
                return Numeral::None;
            }
            signed(if token.is('+') { 1.0 } else { -1.0 }, unsigned(tokens, at + 1))
        }
        Kind::Word if matches!(token.end - token.start, 5 | 8) && tokens.is_any(at, &["minus", "negative"]) => {
            signed(-1.0, unsigned(tokens, at + 1))
        }
        _ => unsigned(tokens, at),
    }
}

/// Whether a sign at a position may begin a number although no blank stands before it.
fn opens(tokens: &Tokens, at: usize) -> bool {
    at == 0
        || matches!(
            tokens.all[at - 1].kind,
            Kind::Line | Kind::Mark('(' | '[' | ':' | '=' | ',' | '~' | '"' | '/' | '>' | '<')
        )
}

fn signed(sign: f64, numeral: Numeral) -> Numeral {
    match numeral {
        Numeral::Number(number) => Numeral::Number(Number { value: sign * number.value, ..number }),
        other => other,
    }
}

fn unsigned(tokens: &Tokens, at: usize) -> Numeral {
    let Some(token) = tokens.all.get(at) else { return Numeral::None };
    match token.kind {
        Kind::Numeral => digits(tokens, at),
        Kind::Mark(c) => match vulgar(c) {
            Some(value) => Numeral::Number(Number { value, half_digit: 0.5 * value, end: at + 1 }),
            None => Numeral::None,
        },
        Kind::Word => words(tokens, at),
        Kind::Line => Numeral::None,
    }
}

fn vulgar(c: char) -> Option<f64> {
    Some(match c {
        '½' => 0.5,
        '¼' => 0.25,
        '¾' => 0.75,
        '⅓' => 1.0 / 3.0,
        '⅔' => 2.0 / 3.0,
        '⅛' => 0.125,
        _ => return None,
    })
}

fn digits(tokens: &Tokens, at: usize) -> Numeral {
    let text = tokens.text(at);
    let Some((value, half_digit)) = decimal(text) else { return Numeral::Unclear(at + 1) };
    let mut number = Number { value, half_digit, end: at + 1 };
    let whole = text.bytes().all(|byte| byte.is_ascii_digit());
    let glued = |at: usize| tokens.all.get(at).is_some_and(|token| !token.spaced);
    if tokens.is_mark(at + 1, '/') && whole {
        // "1/2", but neither "1/2/3" nor "1/0".
        if let Some(below) = whole_number(tokens, at + 2) {
            if below == 0.0 || tokens.is_mark(at + 3, '/') {
                return Numeral::Unclear(at + 3);
            }
            return Numeral::Number(Number { value: value / below, half_digit: 0.5 / below, end: at + 3 });
        }
    }
    if whole && let Some(part) = mixed(tokens, at + 1) {
        return Numeral::Number(Number { value: value + part.value, ..part });
    }
    if let Some(next) = tokens.all.get(at + 1)
        && (next.is('×') || tokens.is_word(at + 1, "x") && next.spaced)
        && tokens.text(at + 2) == "10"
    {
        // "1.2 × 10^3"
        let (exponent_at, stands) = if tokens.is_mark(at + 3, '^') { (at + 4, true) } else { (at + 3, false) };
        let negative = tokens.is_mark(exponent_at, '-') && glued(exponent_at);
        if stands && let Some(exponent) = whole_number(tokens, exponent_at + usize::from(negative)) {
            let power = 10f64.powi(if negative { -1 } else { 1 } * exponent.min(400.0) as i32);
            let (value, half_digit) = (number.value * power, number.half_digit * power);
            if !value.is_finite() {
                return Numeral::Unclear(exponent_at + 1);
            }
            return Numeral::Number(Number { value, half_digit, end: exponent_at + 1 + usize::from(negative) });
        }
    }
    if tokens.is_any(number.end, &["hundred", "thousand", "million", "dozen"])
        && let Some(times) = multiplier(tokens.word(number.end))
    {
        number = Number { value: number.value * times, half_digit: number.half_digit * times, end: number.end + 1 };
    }
    Numeral::Number(number)
}

/// The fraction of a mixed number: `1 1/2`, `1½`, `1 and a half`.
fn mixed(tokens: &Tokens, at: usize) -> Option<Number> {
    if let Kind::Mark(c) = tokens.all.get(at)?.kind {
        let value = vulgar(c)?;
        return Some(Number { value, half_digit: 0.5 * value, end: at + 1 });
    }
    if tokens.is_word(at, "and") {
        return fraction_words(tokens, at + 1);
    }
    let (above, below) = (whole_number(tokens, at)?, whole_number(tokens, at + 2)?);
    let proper = tokens.is_mark(at + 1, '/') && above < below && !tokens.is_mark(at + 3, '/');
    proper.then(|| Number { value: above / below, half_digit: 0.5 / below, end: at + 3 })
}

fn whole_number(tokens: &Tokens, at: usize) -> Option<f64> {
    let text = tokens.text(at);
    let whole = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole { text.parse().ok() } else { None }
}

/// A decimal number, and half of its last digit. Commas are thousands separators where groups of three follow;
/// `1,5` and `1.2.3` are no number.
pub(super) fn decimal(text: &str) -> Option<(f64, f64)> {
    let mut buffer = [0_u8; 64];
    let digits = if text.contains(',') {
        let whole = text.split('.').next().unwrap_or(text);
        let mut groups = whole.split(',');
        let first = groups.next().unwrap_or("");
        if first.is_empty() || first.len() > 3 || first.starts_with('0') || groups.any(|group| group.len() != 3) {
            return None;
        }
        let mut length = 0;
        for byte in text.bytes().filter(|byte| *byte != b',') {
            *buffer.get_mut(length)? = byte;
            length += 1;
        }
        std::str::from_utf8(&buffer[..length]).ok()?
    } else {
        text
    };
    if digits.len() > 64 {
        return None;
    }
    let value: f64 = digits.parse().ok().filter(|value: &f64| value.is_finite())?;
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| i32::try_from(decimals.len()).unwrap_or(400));
    let exponent = exponent.parse::<i32>().unwrap_or(0).clamp(-400, 400);
    Some((value, 0.5 * 10f64.powi(exponent - decimals)))
}

fn multiplier(word: &str) -> Option<f64> {
    Some(match () {
        () if word.eq_ignore_ascii_case("hundred") => 100.0,
        () if word.eq_ignore_ascii_case("thousand") => 1000.0,
        () if word.eq_ignore_ascii_case("million") => 1e6,
        () if word.eq_ignore_ascii_case("dozen") => 12.0,
        () => return None,
    })
}

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

fn small(word: &str) -> Option<f64> {
    // Every number word of these begins with one of these letters and is short.
    if word.len() < 3
        || word.len() > 9
        || !matches!(word.as_bytes()[0] | 0x20, b'z' | b'o' | b't' | b'f' | b's' | b'e' | b'n')
    {
        return None;
    }
    SMALL.iter().position(|known| word.eq_ignore_ascii_case(known)).map(|at| at as f64)
}

fn tens(word: &str) -> Option<f64> {
    if word.len() < 5 || word.len() > 7 {
        return None;
    }
    TENS.iter().position(|known| word.eq_ignore_ascii_case(known)).map(|at| 10.0 * (at as f64 + 2.0))
}

/// The words of a number below a hundred, and where they end.
fn below_hundred(tokens: &Tokens, at: usize) -> Option<(f64, usize)> {
    let word = tokens.word(at);
    if let Some(value) = small(word) {
        return Some((value, at + 1));
    }
    let ten = tens(word)?;
    let next = if tokens.is_mark(at + 1, '-') { at + 2 } else { at + 1 };
    match small(tokens.word(next)) {
        Some(one) if (1.0..10.0).contains(&one) => Some((ten + one, next + 1)),
        _ => Some((ten, at + 1)),
    }
}

/// Whether a word may begin a number: most words are told apart by their first letter.
fn may_begin(word: &str) -> bool {
    word.len() <= 9
        && matches!(
            word.as_bytes().first().map(|byte| byte | 0x20),
            Some(b'z' | b'o' | b't' | b'f' | b's' | b'e' | b'n' | b'h' | b'a')
        )
}

fn words(tokens: &Tokens, at: usize) -> Numeral {
    if !may_begin(tokens.word(at)) {
        return Numeral::None;
    }
    if let Some(fraction) = fraction_words(tokens, at) {
        return Numeral::Number(fraction);
    }
    let a_multiple = tokens.is_any(at, &["a", "one"]) && multiplier(tokens.word(at + 1)).is_some();
    let start = if a_multiple { Some((1.0, at + 1)) } else { below_hundred(tokens, at) };
    let Some((mut group, mut end)) = start else { return Numeral::None };
    let mut total = 0.0;
    // Each round takes a word, so that the loop ends; a number of more words than this is none.
    for _ in 0..12 {
        if let Some(times) = multiplier(tokens.word(end)) {
            if times >= 1000.0 {
                total += group * times;
                group = 0.0;
            } else {
                group *= times;
            }
            end += 1;
            continue;
        }
        let scaled = end > at + 1 && multiplier(tokens.word(end - 1)).is_some();
        let next = if tokens.is_word(end, "and") { end + 1 } else { end };
        match below_hundred(tokens, next) {
            Some((more, after)) if scaled && group % 100.0 == 0.0 => {
                group += more;
                end = after;
            }
            _ => break,
        }
    }
    let mut value = total + group;
    let mut half_digit = 0.5;
    if tokens.is_word(end, "point") {
        let mut scale = 0.1;
        while let Some(digit) = small(tokens.word(end + 1)).filter(|digit| *digit < 10.0 && scale > 1e-12) {
            value += digit * scale;
            half_digit = 0.5 * scale;
            scale /= 10.0;
            end += 1;
        }
        end += usize::from(scale < 0.1);
        // Rounds what the sum of powers of ten left.
        value = (value * 1e12).round() / 1e12;
    } else if tokens.is_word(end, "and")
        && let Some(part) = fraction_words(tokens, end + 1)
    {
        return Numeral::Number(Number { value: value + part.value, ..part });
    } else if (1.0..10.0).contains(&value)
        && let Some(below) = denominator(tokens.word(end))
    {
        return Numeral::Number(Number { value: value / below, half_digit: 0.5 / below, end: end + 1 });
    }
    Numeral::Number(Number { value, half_digit, end })
}

/// `half`, `a half`, `half a`, `a quarter`, `a third`.
fn fraction_words(tokens: &Tokens, at: usize) -> Option<Number> {
    let start = if tokens.is_any(at, &["a", "one"]) { at + 1 } else { at };
    let word = tokens.word(start);
    let value = 1.0 / denominator(word)?;
    let bare = start == at;
    if bare && !word.eq_ignore_ascii_case("half") {
        return None;
    }
    let end = if bare && tokens.is_any(start + 1, &["a", "an"]) { start + 2 } else { start + 1 };
    Some(Number { value, half_digit: 0.5 * value, end })
}

fn denominator(word: &str) -> Option<f64> {
    const BELOW: [(&str, f64); 10] = [
        ("half", 2.0),
        ("halves", 2.0),
        ("third", 3.0),
        ("thirds", 3.0),
        ("quarter", 4.0),
        ("quarters", 4.0),
        ("fifth", 5.0),
        ("fifths", 5.0),
        ("tenth", 10.0),
        ("tenths", 10.0),
    ];
    if word.len() < 4 || word.len() > 8 {
        return None;
    }
    BELOW.iter().find(|(known, _)| word.eq_ignore_ascii_case(known)).map(|(_, below)| *below)
}
