//! Readers of yes and no, and of points.

use serde_json::Value;

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
}
