//! Readers of yes and no, and of points.

use serde_json::Value;

use super::numbers::python_float;
use crate::benchmark::literal;

/// What a reply begins with, even as a part of a word: "not" is no.
pub(super) fn opening_yes_no(reply: &str) -> Option<bool> {
    let text = reply.trim().to_lowercase();
    if text.starts_with("yes") { Some(true) } else { text.starts_with("no").then_some(false) }
}

/// What the last line of the answer holds, even in a word, if it does not hold the other too.
pub(super) fn last_line_yes_no(reply: &str) -> Option<bool> {
    let text = answer(reply).to_lowercase();
    let line = text.trim().rsplit('\n').next().unwrap_or("");
    match (line.contains("yes"), line.contains("no")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// The reply behind its reasoning, or the first answer section of that.
fn answer(reply: &str) -> &str {
    let behind = |text, tag| str::split_once(text, tag).map_or(text, |(_, rest)| rest);
    let rest = behind(behind(reply, "</think>"), "</thought>");
    let lower = rest.to_ascii_lowercase();
    let section = lower.find("<answer>").map(|at| at + "<answer>".len()).and_then(|open| {
        let close = lower[open..].find("</answer>")?;
        Some(&rest[open..open + close])
    });
    section.unwrap_or(rest).trim()
}

/// Whether the right one of yes and no stands anywhere, also as true or false.
pub(super) fn holds_yes_no(reply: &str, right: bool) -> bool {
    let text = reply.to_lowercase();
    let words = if right { ["yes", "true"] } else { ["no", "false"] };
    words.iter().any(|word| text.contains(word))
}

/// The first pair of numbers without sign in round brackets, else in square ones; else what the first list begins with.
pub(super) fn first_pair(reply: &str) -> Option<[f64; 2]> {
    in_brackets(reply, '(', ')').or_else(|| in_brackets(reply, '[', ']')).or_else(|| first_of_list(reply))
}

fn in_brackets(text: &str, open: char, close: char) -> Option<[f64; 2]> {
    text.match_indices(open).find_map(|(at, _)| {
        let (x, rest) = unsigned(&text[at + 1..])?;
        let (y, rest) = unsigned(rest.strip_prefix(',')?)?;
        rest.starts_with(close).then_some([x, y])
    })
}

/// Digits, at most one point behind them and digits behind that, blanks around; and the rest.
fn unsigned(text: &str) -> Option<(f64, &str)> {
    let text = text.trim_start();
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let whole = digits(text);
    if whole == 0 {
        return None;
    }
    let end = if text[whole..].starts_with('.') { whole + 1 + digits(&text[whole + 1..]) } else { whole };
    Some((text[..end].parse().ok()?, text[end..].trim_start()))
}

/// Two numbers in the first square brackets, or the first pair in them.
fn first_of_list(text: &str) -> Option<[f64; 2]> {
    let open = text.find('[')?;
    let close = text[open..].find(']').map(|step| open + step)?;
    let inside = text[open + 1..close].trim();
    let Value::Array(items) = literal(&format!("[{}]", inside.strip_suffix(',').unwrap_or(inside)))? else {
        return None;
    };
    let pair = |items: &[Value]| match items {
        [x, y] => Some([x.as_f64()?, y.as_f64()?]),
        _ => None,
    };
    pair(&items).or_else(|| pair(items.first()?.as_array()?))
}

/// The first point under `point_2d` or `point` of an object or of a list of objects, in a fence or not; else the first
/// pair or box in round brackets. `picture` is the width and the height of the picture, which pixels are shares of.
pub(super) fn key_or_brackets(reply: &str, picture: Option<[f64; 2]>) -> Option<[f64; 2]> {
    match keyed(reply) {
        // What is larger than a share is thousandths, and what is larger than these pixels.
        Some(point) if greatest(&point) > SHARE && greatest(&point) <= 1000.0 => Some(point.map(|at| at / 1000.0)),
        Some(point) => shares(point, picture),
        None => bracketed(reply, picture),
    }
}

/// What is no larger than this is taken for shares of the sides.
const SHARE: f64 = 1.5;

fn greatest(numbers: &[f64]) -> f64 {
    numbers.iter().map(|number| number.abs()).fold(0.0, f64::max)
}

/// A point in shares of the sides, where it is in shares or in pixels.
fn shares([x, y]: [f64; 2], picture: Option<[f64; 2]>) -> Option<[f64; 2]> {
    if greatest(&[x, y]) <= SHARE {
        return Some([x, y]);
    }
    picture.map(|[width, height]| [x / width, y / height])
}

/// The numbers of the first point of a list of objects, or of one object, if the reply is nothing else.
fn keyed(reply: &str) -> Option<[f64; 2]> {
    let items = match literal(without_fence(reply))? {
        Value::Array(items) => items,
        other => vec![other],
    };
    items.iter().find_map(|item| {
        // What Python's `or` takes.
        let is_truthy = |value: &&Value| {
            !(value.is_null()
                || value.as_array().is_some_and(Vec::is_empty)
                || value.as_str().is_some_and(str::is_empty)
                || value.as_f64().is_some_and(|number| number == 0.0)
                || **value == Value::Bool(false))
        };
        let point = item.get("point_2d").filter(is_truthy).or_else(|| item.get("point"))?;
        match &point.as_array()?[..] {
            [x, y] => Some([python_number(x)?, python_number(y)?]),
            _ => None,
        }
    })
}

/// A number as Python makes one of a value.
fn python_number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Bool(is) => Some(f64::from(u8::from(*is))),
        Value::String(text) => python_float(text),
        other => other.as_f64(),
    };
    number.filter(|number| number.is_finite())
}

/// A text without the marks of a fence around it.
fn without_fence(text: &str) -> &str {
    let text = text.trim();
    if !text.starts_with("```") {
        return text;
    }
    let inside = text.split_once('\n').map_or_else(|| text.trim_start_matches('`'), |(_, rest)| rest).trim();
    inside.strip_suffix("```").unwrap_or(inside).trim()
}

/// The first pair in round brackets that blanks follow commas in only, or the low corner of the first box there.
fn bracketed(text: &str, picture: Option<[f64; 2]>) -> Option<[f64; 2]> {
    for (at, _) in text.match_indices('(') {
        let Some(numbers) = numbers_in_brackets(&text[at + 1..]) else { continue };
        match numbers[..] {
            [x, y] => return shares([x, y], picture),
            [x0, y0, x1, y1] => {
                let sides = picture?;
                let scale = if greatest(&numbers) <= SHARE { sides } else { [1.0; 2] };
                let pixel = |at: f64, axis: usize| (at * scale[axis]).round_ties_even();
                let (low, high) = ([x0.min(x1), y0.min(y1)], [x0.max(x1), y0.max(y1)]);
                if (0..2).all(|axis| pixel(low[axis], axis) < pixel(high[axis], axis)) {
                    return Some([0, 1].map(|axis| pixel(low[axis], axis) / sides[axis]));
                }
            }
            _ => {}
        }
    }
    None
}

/// Numbers with signs, with commas and blanks between them, up to a closing bracket.
fn numbers_in_brackets(text: &str) -> Option<Vec<f64>> {
    let (mut numbers, mut rest) = (Vec::new(), text);
    loop {
        let unsigned = rest.strip_prefix(['-', '+']).unwrap_or(rest);
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let whole = digits(unsigned);
        let point = usize::from(unsigned[whole..].starts_with('.'));
        let length = rest.len() - unsigned.len() + whole + point + digits(&unsigned[whole + point..]);
        numbers.push(rest[..length].parse().ok().filter(|_| whole > 0)?);
        rest = &rest[length..];
        if rest.starts_with(')') {
            return Some(numbers);
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no() {
        for (reply, opens, last, holds) in [
            ("Yes.", Some(true), Some(true), [true, false]),
            ("no", Some(false), Some(false), [false, true]),
            ("Not sure", Some(false), Some(false), [false, true]),
            ("I know: yes", None, None, [true, true]),
            ("No idea\nAnswer: yes", Some(false), Some(true), [true, true]),
            ("<think>no</think><answer>Yes</answer>", None, Some(true), [true, true]),
            ("It is true", None, None, [true, false]),
            ("", None, None, [false, false]),
        ] {
            assert_eq!(opening_yes_no(reply), opens, "{reply}");
            assert_eq!(last_line_yes_no(reply), last, "{reply}");
            assert_eq!([holds_yes_no(reply, true), holds_yes_no(reply, false)], holds, "{reply}");
        }
    }

    #[test]
    fn points() {
        for (reply, expected) in [
            ("at [0.1, 0.2] or (0.3, .4) or ( 0.5,0.6 )", Some([0.5, 0.6])),
            ("[[0.1, 0.2], [0.3, 0.4]]", Some([0.1, 0.2])),
            ("(1., 2)", Some([1.0, 2.0])),
            ("[(-0.1, 0.5)]", Some([-0.1, 0.5])),
            ("[-0.1, 0.5,]", Some([-0.1, 0.5])),
            ("[(0.1, 0.2, 0.3)]", None),
            ("[0.1, 0.2", None),
            ("0.1, 0.2", None),
            ("[]", None),
            ("", None),
        ] {
            assert_eq!(first_pair(reply), expected, "{reply}");
        }
    }
    #[test]
    fn points_under_keys_or_in_brackets() {
        let picture = Some([2000.0, 500.0]);
        for (reply, expected) in [
            (r#"[{"point_2d": [500, 250], "label": "spot"}, {"point_2d": [1, 1]}]"#, Some([0.5, 0.25])),
            ("```json\n[{\"point_2d\": [0.5, 0.25]}]\n```", Some([0.5, 0.25])),
            ("{'point': (1.5, 0)}", Some([1.5, 0.0])),
            // A key that holds nothing is passed by, one that holds no pair takes its whole object with it.
            (r#"[{"point_2d": [], "point": [300, 400]}]"#, Some([0.3, 0.4])),
            (r#"[{"point_2d": [1, 2, 3], "point": [300, 400]}, {"point": ["600", 0]}]"#, Some([0.6, 0.0])),
            (r#"{"point_2d": [1200, 250]}"#, Some([0.6, 0.5])),
            // Words around it, and it is no list; without round brackets it is nothing.
            (r#"It is [{"point_2d": [500, 250]}]"#, None),
            // Round brackets know no thousandths.
            ("at (500, 250), not (0.1, 0.1)", Some([0.25, 0.5])),
            ("at (0.5,0.25)", Some([0.5, 0.25])),
            ("(-0.5, +1.)", Some([-0.5, 1.0])),
            ("( 0.5, 0.25) or (.5, 1) or (1, 2, 3)", None),
            // Boxes: in shares, in pixels with their corners swapped; without any pixel.
            ("(0.1, 0.2, 0.3, 0.4)", Some([0.1, 0.2])),
            ("(400, 300, 200, 100)", Some([0.1, 0.2])),
            ("(400, 300, 400, 100) (0.5, 0.5)", Some([0.5, 0.5])),
            ("[0.5, 0.25]", None),
            ("```", None),
            ("", None),
        ] {
            assert_eq!(key_or_brackets(reply, picture), expected, "{reply}");
        }
        // Without the sides of the picture, what is in pixels is not known, and nothing else is taken instead.
        assert_eq!(key_or_brackets("at (500, 250) or (0.1, 0.1)", None), None);
        assert_eq!(key_or_brackets(r#"{"point_2d": [1200, 250]}"#, None), None);
        assert_eq!(key_or_brackets(r#"{"point_2d": [500, 250]}"#, None), Some([0.5, 0.25]));
    }
}
