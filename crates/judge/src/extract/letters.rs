//! Readers of letters that are one rule each.

/// What stands before the first blank, without the full stops at its end, then without blanks.
pub(super) fn first_token(reply: &str) -> &str {
    reply.split(' ').next().unwrap_or("").trim_end_matches('.').trim()
}

/// The letter alone or in brackets; else the only bracketed letter of the text or of its last paragraph.
pub(super) fn bracketed(reply: &str) -> Option<char> {
    let text = reply.trim();
    let mut chars = text.trim_start_matches('(').trim_end_matches(')').chars();
    if let (Some(letter @ 'A'..='Z'), None) = (chars.next(), chars.next()) {
        return Some(letter);
    }
    let only = |part: &str| {
        let mut found = ('A'..='E').filter(|letter| part.contains(&format!("({letter})")));
        match (found.next(), found.next()) {
            (Some(letter), None) => Some(letter),
            _ => None,
        }
    };
    only(text).or_else(|| only(text.rsplit('\n').next().unwrap_or("")))
}

/// The first letter of the reply, opening brackets and blanks apart.
pub(super) fn leading(reply: &str) -> Option<char> {
    let first = reply.trim().trim_start_matches(|c: char| c == '(' || c.is_whitespace()).chars().next()?;
    first.is_ascii_alphabetic().then(|| first.to_ascii_uppercase())
}

/// The first letter from A to D of the last line that no word character touches, in either case.
pub(super) fn standalone(reply: &str) -> Option<char> {
    let line = reply.rsplit('\n').next().unwrap_or("");
    alone(line).map(|(c, _)| c.to_ascii_uppercase()).find(|c| ('A'..='D').contains(c))
}

/// Whether a character may be part of a word.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Characters that stand alone, with what stands behind them.
fn alone(text: &str) -> impl Iterator<Item = (char, &str)> {
    let mut before = ' ';
    text.char_indices().filter_map(move |(at, c)| {
        let behind = &text[at + c.len_utf8()..];
        let apart = !in_word(before) && in_word(c) && !behind.chars().next().is_some_and(in_word);
        before = c;
        apart.then_some((c, behind))
    })
}

/// The first character, or the one behind "(", "option " or "the answer is ".
pub(super) fn opening(reply: &str) -> Option<char> {
    let text = reply.to_lowercase().replace('\n', " ");
    let text = text.trim();
    let behind = ["(", "option ", "the answer is "].iter().find_map(|before| text.strip_prefix(before));
    behind.unwrap_or(text).chars().next().map(|c| c.to_ascii_uppercase())
}

/// What stands between the first two of a mark that nothing but other characters part.
fn between<'t>(text: &'t str, open: &str, close: &str, never: char) -> Option<&'t str> {
    let mut from = 0;
    while let Some(step) = text[from..].find(open) {
        let start = from + step + open.len();
        // Where none follows here, none follows farther on.
        let end = start + text[start..].find(never)?;
        if text[end..].starts_with(close) {
            return Some(&text[start..end]);
        }
        // The mark is one byte long or several of it.
        from += step + 1;
    }
    None
}

/// The first choice that stands alone, and that no blank and letter follow, of what stands in backticks or braces.
pub(super) fn in_backticks(reply: &str, is_choice: impl Fn(char) -> bool) -> Option<char> {
    let text = between(reply, "``", "``", '`').unwrap_or(reply);
    let text = between(text, "`", "`", '`').unwrap_or(text);
    let text = between(text, "{", "}", '}').unwrap_or(text);
    let article = |behind: &str| {
        let mut chars = behind.chars();
        chars.next().is_some_and(char::is_whitespace) && chars.next().is_some_and(|c| c.is_ascii_alphabetic())
    };
    let found = alone(text).find(|(c, behind)| is_choice(*c) && !article(behind));
    found.map(|(c, _)| c.to_ascii_uppercase())
}

/// The first of eight formats that the reply has, and of that the first.
pub(super) fn eight_formats(reply: &str) -> Option<char> {
    let text = reply.trim();
    let choice = |rest: &str| rest.chars().next().filter(|c| matches!(c, 'A'..='D'));
    let opens = choice(text)
        .filter(|_| text[1..].chars().next().is_none_or(|next| matches!(next, '.' | ')') || next.is_whitespace()));
    // A phrase, colons or blanks, and a letter, even of a word.
    let behind = |first: [char; 2], phrase: &str| {
        text.match_indices(phrase).find_map(|(at, _)| {
            text[..at].chars().next_back().filter(|c| first.contains(c))?;
            let rest = &text[at + phrase.len()..];
            let letter = rest.trim_start_matches(|c: char| c == ':' || c.is_whitespace());
            (letter.len() < rest.len()).then(|| choice(letter)).flatten()
        })
    };
    let marked = |before: &str, after: &str| {
        let of = |(at, c): (usize, char)| {
            let is = matches!(c, 'A'..='D') && text[..at].ends_with(before) && text[at + 1..].starts_with(after);
            is.then_some(c)
        };
        text.char_indices().find_map(of)
    };
    opens
        .or_else(|| behind(['A', 'a'], "nswer"))
        .or_else(|| behind(['T', 't'], "he answer is"))
        .or_else(|| behind(['M', 'm'], "y answer is"))
        .or_else(|| marked("(", ")"))
        .or_else(|| marked("", "."))
        .or_else(|| alone(text).map(|(c, _)| c).find(|c| matches!(c, 'A'..='D')))
}

/// The reply without `<eos>`, spaces and round brackets.
pub(super) fn without_marks(reply: &str) -> String {
    reply.replace("<eos>", "").replace([' ', '(', ')'], "")
}

/// Phrases behind which any choice is a candidate; each is looked for once, where it stands first.
const PHRASES: [&str; 27] = [
    "the answer is",
    "answer is",
    "the correct answer is",
    "correct answer is",
    "the best answer is",
    "best answer is",
    "the correct option is",
    "correct option is",
    "the best option is",
    "best option is",
    "the choice is",
    "choice is",
    "the correct choice is",
    "correct choice is",
    "i choose",
    "i select",
    "i pick",
    "my answer is",
    "my choice is",
    "옵션",
    "정답은",
    "답은",
    "답:",
    "答案是",
    "答案为",
    "选",
    "答えは",
];

/// The best candidate so far: rank of its format, where it stands, which letter.
#[derive(Default)]
struct Best(Option<(u8, usize, char)>);

impl Best {
    /// Of equals the first stays.
    fn add(&mut self, rank: u8, at: usize, letter: char) {
        if self.0.is_none_or(|(known, place, _)| (rank, at) > (known, place)) {
            self.0 = Some((rank, at, letter));
        }
    }
}

/// Candidates among the first letters of the alphabet in several formats: the highest format wins, in it the one that
/// stands last.
pub(super) fn ranked(reply: &str, letters: usize) -> Option<char> {
    let mut text = reply.trim();
    if text.is_empty() {
        return None;
    }
    for mark in [',', '.', '!', '?', ';', ':', '\'', '"'] {
        text = text.trim_matches(mark);
    }
    let text = format!(" {text} ");
    let capitals = ('A'..='Z').take(letters);
    let is_choice = |c: &char| capitals.clone().any(|letter| letter == *c);
    let mut best = Best::default();
    for (rank, before, after) in [(6, "(", ")"), (5, "", "."), (4, "", ":"), (3, "", ")"), (2, "", " ")] {
        for letter in capitals.clone() {
            if let Some(at) = text.rfind(&format!("{before}{letter}{after}")) {
                best.add(rank, at, letter);
            }
        }
    }
    let lower = text.to_ascii_lowercase();
    for phrase in PHRASES {
        let Some(start) = lower.find(phrase) else { continue };
        let after = start + phrase.len();
        for letter in capitals.clone() {
            if let Some(step) = text[after..].find(letter) {
                best.add(7, after + step, letter);
            }
        }
    }
    let stripped = text.trim();
    let (mut front, mut back) = (stripped.chars(), stripped.chars().rev());
    if let Some(first) = front.next().filter(is_choice)
        && !front.next().is_some_and(char::is_alphabetic)
    {
        best.add(10, 0, first);
    }
    if let Some(last) = back.next().filter(is_choice)
        && !back.next().is_some_and(char::is_alphabetic)
    {
        best.add(9, text.len() - 1, last);
    }
    // Without any, the last capital, even of a word.
    best.0.map(|(_, _, letter)| letter).or_else(|| text.chars().rev().find(is_choice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_makes_of_a_reply() {
        for (reply, token, lead, alone, rank) in [
            ("A", "A", Some('A'), Some('A'), Some('A')),
            ("(B) the lamp", "(B)", Some('B'), Some('B'), Some('B')),
            ("The answer is C.", "The", Some('T'), Some('C'), Some('C')),
            ("It is a chair", "It", Some('I'), Some('A'), None),
            (" A", "", Some('A'), Some('A'), Some('A')),
            ("A.\n", "A.", Some('A'), None, Some('A')),
            ("", "", None, None, None),
        ] {
            assert_eq!(first_token(reply), token, "{reply:?}");
            assert_eq!(leading(reply), lead, "{reply:?}");
            assert_eq!(standalone(reply), alone, "{reply:?}");
            assert_eq!(ranked(reply, 5), rank, "{reply:?}");
        }
        for (reply, opens, ticks, either, eight) in [
            ("A", Some('A'), Some('A'), Some('A'), Some('A')),
            ("b.", Some('B'), None, Some('B'), None),
            ("(c) the lamp", Some('C'), None, Some('C'), None),
            ("Option D", Some('D'), Some('D'), Some('D'), Some('D')),
            ("The answer is B", Some('B'), Some('B'), Some('B'), Some('B')),
            ("So ``C``, not `A`", Some('S'), Some('C'), Some('C'), Some('C')),
            ("`B`", Some('`'), Some('B'), Some('B'), Some('B')),
            ("`{D}` or A", Some('`'), Some('D'), Some('D'), Some('D')),
            ("A bike and B", Some('A'), Some('B'), Some('B'), Some('A')),
            ("E", Some('E'), None, Some('E'), None),
            ("my answer: Blue", Some('M'), None, None, Some('B')),
            ("either C. or (B)", Some('E'), Some('C'), Some('C'), Some('B')),
            // The two backticks hold nothing.
            ("``A", Some('`'), None, None, Some('A')),
            ("", None, None, None, None),
        ] {
            assert_eq!(opening(reply), opens, "{reply:?}");
            assert_eq!(in_backticks(reply, |c| matches!(c, 'A'..='D')), ticks, "{reply:?}");
            assert_eq!(in_backticks(reply, |c| matches!(c.to_ascii_uppercase(), 'A'..='F')), either, "{reply:?}");
            assert_eq!(eight_formats(reply), eight, "{reply:?}");
        }
        assert_eq!(bracketed("(A) or (B)?\nSo (B)"), Some('B'));
        assert_eq!(bracketed("(A) or (B)"), None);
    }
}
