//! The reader of letters that `VLMEvalKit` and EASI share: seven stages, from the plainest sign to the weakest.

/// Characters at the end in which some stages look.
const TAIL: usize = 800;
/// Lines at the end in which some stages look.
const TAIL_LINES: usize = 6;
/// Longest attributes of a tag, characters.
const MOST_ATTRIBUTES: usize = 400;
/// Marks that may follow a letter inside a line.
const TIGHT: &str = ".,:;!?)]】》」』，。；、：）";

/// Text as characters, which is how the published code counts.
type Text = [char];

fn letter_before(text: &Text, at: usize) -> bool {
    at > 0 && text[at - 1].is_ascii_alphabetic()
}

fn is_choice(c: char) -> bool {
    matches!(c.to_ascii_uppercase(), 'A'..='F')
}

fn skip(text: &Text, mut at: usize, is: impl Fn(char) -> bool) -> usize {
    while at < text.len() && is(text[at]) {
        at += 1;
    }
    at
}

fn blanks(text: &Text, at: usize) -> usize {
    skip(text, at, char::is_whitespace)
}

fn has(text: &Text, at: usize, word: &str) -> bool {
    let mut at = at;
    word.chars().all(|c| {
        at += 1;
        text.get(at - 1).is_some_and(|other| other.eq_ignore_ascii_case(&c))
    })
}

/// Where a tag ends that begins at `at`: `<name …>` or `</name>`.
fn tag(text: &Text, at: usize, name: &str, closing: bool, blank_before_slash: bool) -> Option<usize> {
    if text.get(at) != Some(&'<') {
        return None;
    }
    let mut next = at + 1;
    if closing {
        next = if blank_before_slash { blanks(text, next) } else { next };
        if text.get(next) != Some(&'/') {
            return None;
        }
        next += 1;
    }
    next = blanks(text, next);
    if !has(text, next, name) {
        return None;
    }
    next += name.len();
    if closing {
        next = blanks(text, next);
    } else {
        if text.get(next).is_some_and(|c| c.is_alphanumeric() || *c == '_') {
            return None;
        }
        // Attributes are short; a longer run is none, so that time stays in proportion to length.
        next = skip(&text[..text.len().min(next + MOST_ATTRIBUTES)], next, |c| c != '>');
    }
    (text.get(next) == Some(&'>')).then_some(next + 1)
}

/// The letter.
pub(super) fn letter(reply: &str) -> Option<char> {
    let text: Vec<char> = reply.trim().chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}')).collect();
    let tail = &text[text.len().saturating_sub(TAIL)..];
    section(&text)
        .or_else(|| before_closing(tail, "answer"))
        .or_else(|| before_closing(tail, "think"))
        .or_else(|| last_lines(after_think(&text)))
        .or_else(|| last_lines(tail))
        .or_else(|| phrase(&text))
        .or_else(|| only_capital(&text))
}

/// The letter, from A to J, that begins an answer section.
fn section(text: &Text) -> Option<char> {
    let last_close = (0..text.len()).rev().find(|at| tag(text, *at, "answer", true, true).is_some())?;
    (0..last_close).find_map(|at| {
        let inside = blanks(text, tag(text, at, "answer", false, false)?);
        let letter = text.get(inside)?.to_ascii_uppercase();
        (matches!(letter, 'A'..='J') && inside < last_close).then_some(letter)
    })
}

/// The letter right before a closing tag.
fn before_closing(text: &Text, name: &str) -> Option<char> {
    (0..text.len()).find_map(|at| {
        tag(text, at, name, true, false)?;
        let back = |at: usize| (0..at).rev().find(|at| !text[*at].is_whitespace());
        let mut place = back(at)?;
        if matches!(text[place], ')' | ']' | '}' | '）' | '】') {
            place = back(place)?;
        }
        (is_choice(text[place]) && !letter_before(text, place)).then(|| text[place].to_ascii_uppercase())
    })
}

fn after_think(text: &Text) -> &Text {
    let last = |closing: bool| {
        (0..text.len()).rev().find_map(|at| {
            let end = tag(text, at, "think", closing, false)?;
            // The opening tag has no attributes here.
            let bare = closing
                || text[at..end].iter().all(|c| c.is_alphabetic() || c.is_whitespace() || matches!(c, '<' | '>'));
            bare.then_some(end)
        })
    };
    last(true).or_else(|| last(false)).map_or(text, |end| &text[end..])
}

fn lines(text: &Text) -> Vec<&Text> {
    let is_break = |c: &char| {
        matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    let mut lines: Vec<&Text> = Vec::new();
    let mut start = 0;
    for at in 0..text.len() {
        if is_break(&text[at]) {
            if !(text[at] == '\n' && at > 0 && text[at - 1] == '\r') {
                lines.push(&text[start..at]);
            }
            start = at + 1;
        }
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

fn strip(line: &Text) -> &Text {
    let start = blanks(line, 0);
    let end = line.iter().rposition(|c| !c.is_whitespace()).map_or(start, |at| at + 1);
    &line[start..end]
}

/// `Option A: …` lists an option.
fn lists_option(line: &Text) -> bool {
    let at = skip(line, 0, |c| matches!(c, '*' | '_' | '>' | '-') || c.is_whitespace());
    let end = match () {
        () if has(line, at, "option") => at + 6,
        () if has(line, at, "选项") => at + 2,
        () => return false,
    };
    let letter = blanks(line, end);
    let after = blanks(line, letter + 1);
    letter > end
        && line.get(letter).is_some_and(|c| matches!(c.to_ascii_uppercase(), 'A'..='J'))
        && matches!(line.get(after), Some(':' | '：'))
}

fn last_lines(text: &Text) -> Option<char> {
    let text = strip(text);
    let all = lines(text);
    let last = &all[all.len().saturating_sub(TAIL_LINES)..];
    last.iter()
        .rev()
        .map(|line| strip(line))
        .filter(|line| !line.is_empty() && !lists_option(line))
        .find_map(|line| single(line).or_else(|| labelled(line)).or_else(|| only(&tokens(line))))
}

/// A line that is one letter, in marks.
fn single(line: &Text) -> Option<char> {
    let mark = |c: char| matches!(c, '*' | '_' | '`' | '（' | '）' | '[' | ']' | '【' | '】' | '(' | ')');
    let at = blanks(line, skip(line, 0, |c| mark(c) || c == '>'));
    let letter = *line.get(at).filter(|c| is_choice(**c))?;
    let end = skip(line, blanks(line, at + 1), mark);
    (end == line.len()).then(|| letter.to_ascii_uppercase())
}

/// `A. …` at the start of a line.
fn labelled(line: &Text) -> Option<char> {
    let letter = *line.first().filter(|c| is_choice(**c))?;
    let mark = blanks(line, 1);
    let is_mark = matches!(line.get(mark), Some('.' | '．' | ':' | '：' | ')' | ']' | '】' | '、' | '-'));
    let spaced = line.get(mark + 1).is_some_and(|c| c.is_whitespace());
    (is_mark && spaced).then(|| letter.to_ascii_uppercase())
}

/// Capitals of a line that no letter touches and that a blank or mark follows.
fn tokens(line: &Text) -> Vec<char> {
    let follows = |at: usize| line.get(at).is_none_or(|c| c.is_whitespace() || TIGHT.contains(*c));
    let closes = |c: char| matches!(c, '*' | '_' | '`' | '）' | ']' | '}' | ')');
    let stands = |at: usize| {
        let closed = skip(line, at + 1, closes);
        (at + 1..=closed).any(follows)
    };
    let is = |at: &usize| matches!(line[*at], 'A'..='F') && !letter_before(line, *at) && stands(*at);
    (0..line.len()).filter(is).map(|at| line[at]).collect()
}

fn only(letters: &[char]) -> Option<char> {
    let first = *letters.first()?;
    letters.iter().all(|letter| *letter == first).then_some(first)
}

/// The letter behind "answer", "answer is" and the like.
fn phrase(text: &Text) -> Option<char> {
    const WORDS: [&str; 8] = ["answer", "最终答案", "答案", "结论", "所以", "因此", "我选", "选"];
    let behind = |at: usize| {
        let at = blanks(text, at);
        let at = if matches!(text.get(at), Some(':' | '：' | '>' | '＝' | '=')) { blanks(text, at + 1) } else { at };
        let at = if matches!(text.get(at), Some('(' | '[' | '{' | '（' | '【')) { blanks(text, at + 1) } else { at };
        let letter = *text.get(at).filter(|c| is_choice(**c))?;
        let ends = text.get(at + 1).is_none_or(|c| !(c.is_alphanumeric() || *c == '_'));
        ends.then(|| letter.to_ascii_uppercase())
    };
    (0..text.len()).find_map(|at| {
        let word = WORDS.iter().find(|word| has(text, at, word))?;
        let end = at + word.chars().count();
        let is = blanks(text, end);
        let choose = usize::from(text.get(end) == Some(&'择'));
        (*word == "answer" && has(text, is, "is")).then(|| behind(is + 2)).flatten().or_else(|| behind(end + choose))
    })
}

/// The only capital from A to F that no letter touches, lines that list options apart.
fn only_capital(text: &Text) -> Option<char> {
    let mut found = Vec::new();
    for line in lines(text).into_iter().filter(|line| !lists_option(line)) {
        let alone = |at: &usize| {
            matches!(line[*at], 'A'..='F')
                && !letter_before(line, *at)
                && line.get(at + 1).is_none_or(|next| !next.is_ascii_alphabetic())
        };
        found.extend((0..line.len()).filter(alone).map(|at| line[at]));
    }
    only(&found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_the_plainest_sign_to_the_weakest() {
        for (reply, expected) in [
            ("<answer>B</answer>", Some('B')),
            ("<answer>Because</answer>", Some('B')),
            ("<think>so C</think> the lamp", Some('C')),
            ("I see a lamp.\n**B**", Some('B')),
            ("B. the lamp", Some('B')),
            ("A chair stands there", Some('A')),
            ("Option A: left\nOption B: right", None),
            ("the answer is d, I think", Some('D')),
            ("", None),
        ] {
            assert_eq!(letter(reply), expected, "{reply}");
        }
    }
}
