//! Words of a caption as the Penn Treebank splits them, in lower case and without punctuation: what scripts of captions
//! count, which run Stanford's `PTBTokenizer -preserveLines -lowerCase` (3.4.1) and drop the marks that `pycocoevalcap` lists.
//!
//! Written from the Treebank's rules and from what that program prints; `benches/captions.py` compares the two.

/// Abbreviations that keep their full stop.
#[rustfmt::skip]
const SHORT: [&str; 94] = [
    "adm", "al", "apr", "ariz", "assn", "aug", "ave", "bldg", "blvd", "bros", "calif", "capt", "cf", "cie", "cmdr",
    "co", "col", "colo", "conn", "corp", "cos", "cpl", "ct", "dec", "dept", "dr", "est", "etc", "ext", "feb", "fla",
    "fri", "ft", "ga", "gen", "gov", "hon", "inc", "ind", "intl", "jan", "jr", "jul", "jun", "lt", "ltd", "maj",
    "mar", "md", "messrs", "mfg", "mich", "minn", "mo", "mon", "mont", "mr", "mrs", "ms", "mt", "natl", "neb",
    "nev", "nov", "oct", "okla", "penn", "ph", "plc", "prof", "rd", "rep", "rev", "sen", "sep", "sept", "sgt", "sq",
    "sr", "st", "ste", "tel", "tenn", "thu", "thurs", "tue", "tues", "univ", "va", "vs", "vt", "wed", "wis", "wyo",
];
/// The same where a number follows.
const SHORT_BEFORE_NUMBER: [&str; 3] = ["art", "fig", "no"];
/// Words that begin a sentence, before which a full stop is not that of an initial.
#[rustfmt::skip]
const BEGINS: [&str; 46] = [
    "A", "About", "According", "Additionally", "After", "An", "As", "At", "But", "Earlier", "He", "Her", "Here",
    "However", "If", "In", "It", "Last", "Many", "More", "Mr.", "Ms.", "Now", "Once", "One", "Other", "Our", "She",
    "Since", "So", "Some", "Such", "That", "The", "Their", "Then", "There", "These", "They", "This", "We", "What",
    "When", "While", "Yet", "You",
];
/// Words that are written as one and count as two.
const DOUBLE: [(&str, [&str; 2]); 6] = [
    ("cannot", ["can", "not"]),
    ("gimme", ["gim", "me"]),
    ("gonna", ["gon", "na"]),
    ("gotta", ["got", "ta"]),
    ("lemme", ["lem", "me"]),
    ("wanna", ["wan", "na"]),
];
/// What stands apart behind an apostrophe.
const CLITICS: [&str; 6] = ["s", "m", "d", "re", "ve", "ll"];
/// Words that begin with an apostrophe.
const HEADLESS: [&str; 3] = ["em", "n", "cause"];

/// The words of a text, as the Treebank splits them, without punctuation and in lower case, with a blank between them.
pub fn treebank(text: &str) -> String {
    let mut words = Words { out: String::with_capacity(text.len()) };
    let mut chunks = text.split_whitespace().peekable();
    while let Some(chunk) = chunks.next() {
        let chars: Vec<char> = chunk.chars().collect();
        words.chunk(&chars, chunks.peek().copied().unwrap_or_default());
    }
    words.out
}

struct Words {
    out: String,
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

/// Letters and digits, and what stands on or in them.
fn is_wordy(c: char) -> bool {
    c.is_alphanumeric() && fraction(c).is_none()
}

fn fraction(c: char) -> Option<&'static str> {
    Some(match c {
        '½' => "1/2",
        '¼' => "1/4",
        '¾' => "3/4",
        '⅓' => "1/3",
        '⅔' => "2/3",
        _ => return None,
    })
}

impl Words {
    fn push(&mut self, word: impl IntoIterator<Item = char>) {
        if !self.out.is_empty() {
            self.out.push(' ');
        }
        self.out.extend(word.into_iter().flat_map(char::to_lowercase));
    }

    /// The tokens of what stands between blanks.
    fn chunk(&mut self, chars: &[char], next_chunk: &str) {
        let mut at = 0;
        while at < chars.len() {
            at = self.token(chars, at, next_chunk);
        }
    }

    /// The token that begins here; where the next one begins.
    fn token(&mut self, chars: &[char], at: usize, next_chunk: &str) -> usize {
        let c = chars[at];
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        let run = |of: char| chars[at..].iter().take_while(|c| **c == of).count();
        if let Some(end) = tag(chars, at).or_else(|| address(chars, at)) {
            self.push(chars[at..end].iter().copied());
            return end;
        }
        if is_wordy(c) || starts_number(chars, at) {
            return self.word(chars, at, next_chunk);
        }
        match c {
            '"' | '“' | '”' | '«' | '»' | '„' | '`' | '‘' | ',' | ';' | ':' | '…' | '—' | '–' | '\u{ad}'
            | '\u{200b}' => at + 1,
            _ if is_apostrophe(c) => self.quote(chars, at),
            '.' => at + run('.'),
            '-' => at + run('-'),
            '!' | '?' => {
                let marks = chars[at..].iter().take_while(|c| matches!(c, '!' | '?')).count();
                if marks > 1 {
                    self.push(chars[at..at + marks].iter().copied());
                }
                at + marks
            }
            '(' => self.bracket("-lrb-", at),
            ')' => self.bracket("-rrb-", at),
            '[' => self.bracket("-lsb-", at),
            ']' => self.bracket("-rsb-", at),
            '{' => self.bracket("-lcb-", at),
            '}' => self.bracket("-rcb-", at),
            '@' | '#' if next.is_alphabetic() || next == '_' => {
                let end = at + 1 + chars[at + 1..].iter().take_while(|c| is_wordy(**c) || **c == '_').count();
                self.push(chars[at..end].iter().copied());
                end
            }
            '*' | '#' | '_' | '=' | '~' | '\\' => {
                let end = at + run(c);
                self.push(chars[at..end].iter().copied());
                end
            }
            // Variation selectors, and pictures.
            '\u{fe00}'..='\u{fe0f}' | '\u{1f000}'.. => at + 1,
            _ => {
                match fraction(c) {
                    Some(fraction) => self.push(fraction.chars()),
                    None => self.push([c]),
                }
                at + 1
            }
        }
    }

    fn bracket(&mut self, name: &str, at: usize) -> usize {
        self.push(name.chars());
        at + 1
    }

    /// What an apostrophe begins that does not belong to a word before it.
    fn quote(&mut self, chars: &[char], at: usize) -> usize {
        let end = at + 1 + chars[at + 1..].iter().take_while(|c| is_wordy(**c)).count();
        let word: String = chars[at + 1..end].iter().flat_map(|c| c.to_lowercase()).collect();
        let decade = word
            .strip_suffix('s')
            .is_some_and(|digits| digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()));
        let is_doubled = at > 0 && is_apostrophe(chars[at - 1]);
        if is_doubled {
            return at + 1;
        }
        let is_and = word == "n" && chars.get(end).is_some_and(|c| is_apostrophe(*c));
        if is_and {
            self.push("'n'".chars());
            return end + 1;
        }
        if decade || HEADLESS.contains(&word.as_str()) || CLITICS.contains(&word.as_str()) {
            self.push("'".chars().chain(word.chars()));
            return end;
        }
        if let Some(verb @ ("is" | "was")) = word.strip_prefix('t') {
            self.push("'t".chars());
            self.push(verb.chars());
            return end;
        }
        at + 1
    }

    /// A word, a number or a name, and what stands apart behind its apostrophe.
    fn word(&mut self, chars: &[char], at: usize, next_chunk: &str) -> usize {
        let mut end = extent(chars, at);
        let is_end = |at: usize| !chars.get(at).is_some_and(|c| is_wordy(*c));
        let behind = |end: usize, clitic: &str| {
            let all = clitic.chars().count();
            chars.get(end).is_some_and(|c| is_apostrophe(*c))
                && is_end(end + 1 + all)
                && chars[end + 1..].iter().zip(clitic.chars()).filter(|(c, of)| c.eq_ignore_ascii_case(of)).count()
                    == all
        };
        if behind(end, "t") && end - at > 1 && chars[end - 1].eq_ignore_ascii_case(&'n') {
            self.push(chars[at..end - 1].iter().copied());
            self.push("n't".chars());
            return end + 2;
        }
        if let Some(clitic) = CLITICS.iter().find(|clitic| behind(end, clitic)) {
            self.push(chars[at..end].iter().copied());
            self.push("'".chars().chain(clitic.chars()));
            return end + 1 + clitic.len();
        }
        if end - at == 1
            && matches!(chars[at], 'd' | 'D' | 'o' | 'O' | 'l' | 'L')
            && chars.get(end).is_some_and(|c| is_apostrophe(*c))
            && chars.get(end + 1).is_some_and(|c| c.is_alphabetic())
        {
            let longer = extent(chars, end + 1);
            self.push(chars[at..longer].iter().map(|c| if is_apostrophe(*c) { '\'' } else { *c }));
            return longer;
        }
        let word: String = chars[at..end].iter().flat_map(|c| c.to_lowercase()).collect();
        if let Some((_, parts)) = DOUBLE.iter().find(|(whole, _)| *whole == word) {
            for part in parts {
                self.push(part.chars());
            }
            return end;
        }
        let is_stopped = chars.get(end) == Some(&'.') && chars.get(end + 1) != Some(&'.');
        let is_letter = |part: &str| part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let is_initial = is_letter(&word) && !(end + 1 == chars.len() && BEGINS.contains(&next_chunk));
        let keeps = is_initial
            || word.contains('.') && word.split('.').all(is_letter)
            || SHORT.contains(&word.as_str())
            || SHORT_BEFORE_NUMBER.contains(&word.as_str()) && next_chunk.starts_with(|c: char| c.is_ascii_digit());
        if is_stopped && keeps {
            end += 1;
        }
        self.push(chars[at..end].iter().copied());
        end
    }
}

/// Where a word or a number ends that begins here, whichever is longer.
fn extent(chars: &[char], at: usize) -> usize {
    number(chars, at).max(thing(chars, at)).max(name(chars, at))
}

/// The end of what letters and digits make up, joined by hyphens, strokes and the like.
fn thing(chars: &[char], at: usize) -> usize {
    joined(chars, at, is_wordy, |before, c, next| match c {
        '-' | '/' | '_' => is_wordy(before) && is_wordy(next),
        '&' => before.is_uppercase() && next.is_uppercase(),
        _ => false,
    })
}

/// The end of what begins with a letter and runs on behind a full stop, as where a blank was forgotten.
fn name(chars: &[char], at: usize) -> usize {
    if !chars.get(at).is_some_and(|c| c.is_alphabetic()) {
        return at;
    }
    joined(chars, at, is_wordy, |before, c, next| {
        matches!(c, '.' | '!' | '?') && is_wordy(before) && next.is_alphabetic()
    })
}

/// The end of a number with its sign, its points, and what parts a date or a ratio.
fn number(chars: &[char], at: usize) -> usize {
    let start = at + usize::from(at < chars.len() && starts_number(chars, at));
    let digit = |c: char| c.is_ascii_digit();
    joined(chars, start, digit, |before, c, next| {
        matches!(c, '.' | ',' | ':' | '-' | '/') && digit(before) && digit(next)
    })
}

/// The end of a run of characters with what joins them.
fn joined(
    chars: &[char],
    at: usize,
    is_part: impl Fn(char) -> bool,
    joins: impl Fn(char, char, char) -> bool,
) -> usize {
    let mut end = at;
    while let Some(c) = chars.get(end) {
        let before = if end > at { chars[end - 1] } else { ' ' };
        let next = chars.get(end + 1).copied().unwrap_or(' ');
        if !is_part(*c) && !joins(before, *c, next) {
            break;
        }
        end += 1;
    }
    end
}

/// Whether a signed number, or one without a digit before its point, begins here.
fn starts_number(chars: &[char], at: usize) -> bool {
    matches!(chars[at], '+' | '-' | '.') && chars.get(at + 1).is_some_and(char::is_ascii_digit)
}

/// The end of a tag (`<b>`, `</think>`).
fn tag(chars: &[char], at: usize) -> Option<usize> {
    let name = at + 1 + usize::from(chars.get(at + 1) == Some(&'/'));
    if chars[at] != '<' || !chars.get(name).is_some_and(char::is_ascii_alphabetic) {
        return None;
    }
    let end = chars[name..].iter().position(|c| matches!(c, '<' | '>'))? + name;
    (chars[end] == '>').then_some(end + 1)
}

/// The end of an address of the web.
fn address(chars: &[char], at: usize) -> Option<usize> {
    let starts = |with: &str| {
        chars[at..].iter().zip(with.chars()).filter(|(c, of)| c.eq_ignore_ascii_case(of)).count() == with.len()
    };
    if !["http://", "https://", "www."].into_iter().any(starts) {
        return None;
    }
    let closes = |c: &char| matches!(c, '.' | ',' | '!' | '?' | ';' | ':' | ')' | '"' | '\'' | '>');
    let whole = chars[at..].iter().take_while(|c| !matches!(c, '"' | '<' | '>' | '(' | ')')).count() + at;
    Some(chars[..whole].iter().rposition(|c| !closes(c))? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_split_as_the_treebank_splits_them() {
        for (text, words) in [
            ("The chair isn't grey; it's a dark-colour sofa.", "the chair is n't grey it 's a dark-colour sofa"),
            (
                "I can't, cannot and won't go. They've left, we'd stay!",
                "i ca n't can not and wo n't go they 've left we 'd stay",
            ),
            ("It\u{2019}s John\u{2019}s; isn\u{2019}t it", "it 's john 's is n't it"),
            (
                "6 o'clock, the chairs' legs, rock 'n' roll in the '80s",
                "6 o'clock the chairs legs rock 'n' roll in the '80s",
            ),
            ("a box (with 2 lids) [x] {y}", "a box -lrb- with 2 lids -rrb- -lsb- x -rsb- -lcb- y -rcb-"),
            ("tv/monitor 1/2 3.5 m 0.75m 1,000 at 10:30", "tv/monitor 1/2 3.5 m 0.75 m 1,000 at 10:30"),
            ("5'4\" 2x4 3d -5 (5+1) $5 50% 100\u{b0}", "5 4 2x4 3d -5 -lrb- 5 +1 -rrb- $ 5 50 % 100 \u{b0}"),
            (
                "Mr. Smith, e.g. St. John, the U.S. and no. 5. No. It is",
                "mr. smith e.g. st. john the u.s. and no. 5 no it is",
            ),
            ("John A. Smith sees point A. The lamp is at B.", "john a. smith sees point a the lamp is at b."),
            ("It is brown.The table,the lamp", "it is brown.the table the lamp"),
            ("\"Quoted\" \u{201c}so\u{201d} `x' -- and \u{2026} ... so!! what?!", "quoted so x and so !! what ?!"),
            ("<b>bold</b> a < 3 & AT&T #tag @home # 3", "<b> bold </b> a < 3 & at&t #tag @home # 3"),
            ("see https://x.org/a, or www.x.org.", "see https://x.org/a or www.x.org"),
            ("\u{bd} cup, \u{1f600} naïve", "1/2 cup naïve"),
            ("", ""),
            (" . , ' ", ""),
        ] {
            assert_eq!(treebank(text), words, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_split_and_words_hold_no_blank(text in "\\PC{0,60}", odd in "[a-cA-C0-9.'\u{2019}/&!?<>@#+ -]{0,40}") {
            for text in [text, odd] {
                let words = treebank(&text);
                proptest::prop_assert!(!words.contains("  ") && words.trim() == words);
            }
        }
    }
}
