//! Readers of numbers.

/// A float as Python's `float()` reads it: blanks at the ends, underscores between digits, `inf` and `nan`.
pub(super) fn python_float(text: &str) -> Option<f64> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    if bytes.iter().enumerate().any(|(at, byte)| *byte == b'_' && !(at > 0 && digit(at - 1) && digit(at + 1))) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

const WORDS: [(&str, f64); 31] = [
    ("zero", 0.0),
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("thirteen", 13.0),
    ("fourteen", 14.0),
    ("fifteen", 15.0),
    ("sixteen", 16.0),
    ("seventeen", 17.0),
    ("eighteen", 18.0),
    ("nineteen", 19.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("seventy", 70.0),
    ("eighty", 80.0),
    ("ninety", 90.0),
    ("hundred", 100.0),
    ("thousand", 1000.0),
    ("and", f64::NAN),
];

fn word_value(word: &str) -> Option<f64> {
    WORDS.iter().find(|(known, _)| word.eq_ignore_ascii_case(known)).map(|(_, value)| *value)
}

/// Words of a text with where they stand.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let apart = |c: char| !(c.is_alphanumeric() || c == '_');
    text.split(apart).filter(|word| !word.is_empty()).map(|word| (word.as_ptr().addr() - text.as_ptr().addr(), word))
}

/// The first number: digits with a decimal point and a minus, or a run of number words, whichever begins first.
pub(super) fn first(reply: &str) -> Option<f64> {
    let digits = digits(reply, false).next();
    let mut run: Option<(usize, f64, f64)> = None;
    for (at, word) in words(reply) {
        match (word_value(word), &mut run) {
            (Some(value), None) if !value.is_nan() => run = Some((at, 0.0, value)),
            (Some(value), Some(_)) if value.is_nan() => {}
            (Some(value), Some((_, total, group))) if value.total_cmp(&1000.0).is_eq() => {
                *total += group.max(1.0) * value;
                *group = 0.0;
            }
            (Some(value), Some((_, _, group))) if value.total_cmp(&100.0).is_eq() => *group = group.max(1.0) * value,
            (Some(value), Some((_, _, group))) => *group += value,
            (None, Some(_)) => break,
            _ => {}
        }
    }
    match (digits, run) {
        (Some((at, value)), Some((start, _, _))) if at < start => Some(value),
        (_, Some((_, total, group))) => Some(total + group),
        (Some((_, value)), None) => Some(value),
        (None, None) => None,
    }
}

/// Numbers of digits in a text, with where they begin: `-?digits(.digits)?`, and with `scientific` also a plus, a
/// leading point and an exponent.
fn digits(text: &str, scientific: bool) -> impl Iterator<Item = (usize, f64)> {
    let bytes = text.as_bytes();
    let digit = move |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let signed = bytes[at] == b'-' || scientific && bytes[at] == b'+';
            let begin = at + usize::from(signed);
            let pointed = scientific && bytes.get(begin) == Some(&b'.') && digit(begin + 1);
            if !digit(begin) && !pointed {
                at += 1;
                continue;
            }
            let mut end = begin;
            while digit(end) {
                end += 1;
            }
            if bytes.get(end) == Some(&b'.') && digit(end + 1) {
                end += 1;
                while digit(end) {
                    end += 1;
                }
            }
            if scientific && matches!(bytes.get(end), Some(b'e' | b'E')) {
                let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
                if digit(end + 1 + sign) {
                    end += 1 + sign;
                    while digit(end) {
                        end += 1;
                    }
                }
            }
            let start = at;
            at = end;
            if let Ok(value) = text[start..end].parse() {
                return Some((start, value));
            }
        }
        None
    })
}

/// The number of an answer section, else the last number behind the reasoning, else the last one; the words zero to
/// twenty count as digits.
pub(super) fn last(reply: &str) -> Option<f64> {
    let mut text = reply.trim().to_owned();
    text.retain(|c| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}'));
    let mut numbers = String::with_capacity(text.len());
    let mut from = 0;
    for (at, word) in words(&text) {
        if let Some(value) = word_value(word).filter(|value| *value <= 20.0) {
            numbers.push_str(&text[from..at]);
            numbers.push_str(&value.to_string());
            from = at + word.len();
        }
    }
    numbers.push_str(&text[from..]);
    let lower = numbers.to_ascii_lowercase();
    if let Some(open) = lower.find("<answer>").map(|at| at + "<answer>".len())
        && let Some(close) = lower[open..].find("</answer>").map(|step| open + step)
    {
        let inside = numbers[open..close].trim_start();
        if let Some((0, value)) = digits(inside, true).next() {
            return Some(value);
        }
    }
    let tail = match (lower.rfind("</think>"), lower.rfind("<think>")) {
        (Some(at), _) => &numbers[at + "</think>".len()..],
        (None, Some(at)) => &numbers[at + "<think>".len()..],
        (None, None) => &numbers,
    };
    digits(tail, true).last().or_else(|| digits(&numbers, true).last()).map(|(_, value)| value)
}

/// Centimetres of a unit that Q-Spatial knows.
fn known_centimetres(unit: &str) -> Option<f64> {
    Some(match unit.trim().to_lowercase().as_str() {
        "m" | "meter" | "meters" | "metre" | "metres" => 100.0,
        "ft" | "foot" | "feet" => 30.48,
        "in" | "inch" | "inches" => 2.54,
        "mm" => 0.1,
        "cm" | "centimeter" | "centimeters" => 1.0,
        _ => return None,
    })
}

/// Centimetres of a unit, as Q-Spatial has them; what is unknown is one.
pub(crate) fn centimetres_of_unit(unit: &str) -> f64 {
    known_centimetres(unit).unwrap_or(1.0)
}

/// Whether `VLMEvalKit` knows a unit of Q-Spatial. Blanks around it make it another.
pub(super) fn is_known_unit(unit: &str) -> bool {
    unit.trim() == unit && known_centimetres(unit).is_some()
}

/// Metres of a length in a unit.
pub(crate) fn metres(value: f64, unit: &str) -> f64 {
    value * centimetres_of_unit(unit) / 100.0
}

/// What stands in the last `name{…}`.
fn tagged<'r>(reply: &'r str, name: &str) -> Option<&'r str> {
    let last = reply.rfind('}')?;
    let start = reply[..last].rfind(name)? + name.len();
    reply[start..].split('}').next()
}

/// The mean of the numbers without sign in the last `scalar{…}`, and what stands in the last `distance_unit{…}`.
pub(super) fn scalar_tag(reply: &str) -> Option<(f64, String)> {
    let (inside, unit) = (tagged(reply, "scalar{")?, tagged(reply, "distance_unit{")?);
    let numbers: Vec<f64> = digits(&inside.replace('-', " "), false).map(|(_, value)| value).collect();
    (!numbers.is_empty()).then(|| (numbers.iter().sum::<f64>() / numbers.len() as f64, unit.to_owned()))
}

/// The first number: with a decimal point, before which digits and a sign may stand, or digits alone.
pub(super) fn first_decimal(reply: &str) -> Option<f64> {
    let bytes = reply.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    (0..bytes.len()).find_map(|at| {
        let begin = at + usize::from(matches!(bytes[at], b'-' | b'+'));
        let whole = begin + digits(begin);
        let point = bytes.get(whole) == Some(&b'.');
        let end = if point { whole + 1 + digits(whole + 1) } else { whole };
        if point && end > whole + 1 {
            return reply[at..end].parse().ok();
        }
        (begin == at && whole > at).then(|| reply[at..whole].parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_makes_of_a_reply() {
        for (reply, float, early, late) in [
            ("3.5", Some(3.5), Some(3.5), Some(3.5)),
            ("1_000", Some(1000.0), Some(1.0), Some(0.0)),
            ("1e3", Some(1000.0), Some(1.0), Some(1000.0)),
            ("3.5m", None, Some(3.5), Some(3.5)),
            ("three", None, Some(3.0), Some(3.0)),
            ("one hundred and five", None, Some(105.0), Some(5.0)),
            ("1,200", None, Some(1.0), Some(200.0)),
            ("2 or 3", None, Some(2.0), Some(3.0)),
            ("<answer>4</answer> not 5", None, Some(4.0), Some(4.0)),
            ("far", None, None, None),
        ] {
            assert_eq!(python_float(reply), float, "{reply}");
            assert_eq!(first(reply), early, "{reply}");
            assert_eq!(last(reply), late, "{reply}");
        }
        for (reply, tagged, decimal) in [
            (r"so \scalar{1.5} \distance_unit{meters}", Some((1.5, "meters")), Some(1.5)),
            (r"\scalar{1} \scalar{10-20} \distance_unit{cm}", Some((15.0, "cm")), Some(1.0)),
            ("-3 m", None, Some(3.0)),
            ("at -3.5 or .5", None, Some(-3.5)),
            ("3. Then", None, Some(3.0)),
            (r"\scalar{far} \distance_unit{m}", None, None),
            (r"\scalar{2", None, Some(2.0)),
            ("", None, None),
        ] {
            assert_eq!(scalar_tag(reply), tagged.map(|(value, unit)| (value, unit.to_owned())), "{reply}");
            assert_eq!(first_decimal(reply), decimal, "{reply}");
        }
        for (unit, known) in
            [("Meters", true), ("cm", true), ("in", true), (" m", false), ("thumbs", false), ("", false)]
        {
            assert_eq!(is_known_unit(unit), known, "{unit:?}");
        }
        assert!((metres(2.0, "Feet") - 0.6096).abs() < 1e-12 && (metres(2.0, "thumbs") - 0.02).abs() < 1e-12);
        assert!(python_float("nan").is_some_and(f64::is_nan));
    }
}
