//! Text → tokens: words, numerals, marks.
//!
//! Marks of emphasis, LaTeX commands without a meaning of their own and leaked special tokens are passed over.
//! A letter of another script is part of a word, never the Latin letter it looks like.

use std::{borrow::Cow, ops::Range};

/// Special tokens that servers leak.
pub(super) const SPECIAL: [&str; 16] = [
    "<s>",
    "</s>",
    "<bos>",
    "<eos>",
    "<pad>",
    "<unk>",
    "<end_of_turn>",
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|end|>",
    "<|begin_of_box|>",
    "<|end_of_box|>",
    "[INST]",
    "[/INST]",
];

/// How long the special token is that a text begins with.
pub(super) fn special(text: &str) -> Option<usize> {
    // Their second letters tell most tags and brackets apart from them.
    let [b'<' | b'[', b's' | b'/' | b'b' | b'e' | b'p' | b'u' | b'|' | b'I', ..] = text.as_bytes() else { return None };
    SPECIAL.iter().find(|special| text.starts_with(**special)).map(|special| special.len())
}

/// LaTeX commands that only dress what they hold.
const DRESS: [&str; 19] = [
    "text",
    "mathrm",
    "mathbf",
    "texttt",
    "mbox",
    "textbf",
    "mathit",
    "textit",
    "boxed",
    "left",
    "right",
    "displaystyle",
    "quad",
    "qquad",
    "scalar",
    "distance_unit",
    "approx",
    "sim",
    "operatorname",
];

/// A text without LaTeX commands that only dress what they hold, special tokens and braces.
pub(super) fn undressed(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '<']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(length) = special(rest) {
            rest = &rest[length..];
            continue;
        }
        let after = &rest[c.len_utf8()..];
        rest = match c {
            '\\' => {
                let name = after.find(|c: char| !c.is_ascii_alphabetic() && c != '_').unwrap_or(after.len());
                // "\\," and "\\ " are blanks.
                let blank = usize::from(name == 0 && after.starts_with([',', ' ', ';', '!', ':']));
                out.extend((blank > 0).then_some(' '));
                if DRESS.contains(&&after[..name]) { &after[name..] } else { &after[blank..] }
            }
            '{' | '}' => after,
            c => {
                out.push(c);
                after
            }
        };
    }
    Cow::Owned(out)
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Numeral,
    Mark(char),
    Line,
}

/// A token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Something stands between it and the token before it.
    pub(super) spaced: bool,
}

impl Token {
    pub(super) fn is(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    pub(super) fn is_line(&self) -> bool {
        self.kind == Kind::Line
    }
}

/// The tokens of a part of a text.
pub(super) struct Tokens<'t> {
    text: &'t str,
    pub(super) all: Vec<Token>,
}

impl<'t> Tokens<'t> {
    pub(super) fn of(text: &'t str, range: Range<usize>) -> Self {
        let mut all = Vec::with_capacity(range.len() / 4 + 4);
        let bytes = text.as_bytes();
        let (mut at, end) = (range.start, range.end);
        let mut spaced = true;
        while at < end {
            let start = at;
            let byte = bytes[at];
            let kind = match byte {
                b'\n' => {
                    at += 1;
                    Some(Kind::Line)
                }
                byte if byte.is_ascii_alphabetic() || byte >= 0x80 => {
                    let c = text[at..].chars().next().unwrap_or('?');
                    if is_word(c) {
                        at = word_end(text, at, end);
                        Some(Kind::Word)
                    } else {
                        at += c.len_utf8();
                        if is_blank(c) { None } else { Some(Kind::Mark(plain(c))) }
                    }
                }
                byte if byte.is_ascii_digit() => {
                    at = numeral_end(bytes, at, end);
                    Some(Kind::Numeral)
                }
                b'.' if at + 1 < end && bytes[at + 1].is_ascii_digit() => {
                    at = numeral_end(bytes, at, end);
                    Some(Kind::Numeral)
                }
                b'}' if text[at..end].starts_with("}{") => {
                    at += 2;
                    Some(Kind::Mark('/'))
                }
                b' ' | b'\t' | b'\r' | b'*' | b'`' | b'$' | b'_' | b'{' | b'}' => {
                    at += 1;
                    None
                }
                b'\\' => {
                    let (kind, length) = command(&text[at + 1..end]);
                    at += 1 + length;
                    kind
                }
                b'<' | b'[' => {
                    let special = special(&text[at..end]);
                    at += special.unwrap_or(1);
                    if special.is_some() { None } else { Some(Kind::Mark(char::from(byte))) }
                }
                byte => {
                    at += 1;
                    Some(Kind::Mark(char::from(byte)))
                }
            };
            match kind {
                Some(kind) => {
                    all.push(Token { kind, start, end: at, spaced });
                    spaced = kind == Kind::Line;
                }
                // A thin blank of LaTeX does not part a sign from its number.
                None if byte == b'\\' && all.last().is_some_and(|last: &Token| last.is('-') || last.is('+')) => {}
                None => spaced = spaced || !matches!(byte, b'*' | b'`' | b'{' | b'}'),
            }
        }
        Self { text, all }
    }

    /// The word at a position, as it is written; empty where there is none.
    pub(super) fn word(&self, at: usize) -> &'t str {
        match self.all.get(at) {
            Some(token) if token.kind == Kind::Word => &self.text[token.start..token.end],
            _ => "",
        }
    }

    /// Whether the word at a position begins with a capital.
    pub(super) fn is_capital(&self, at: usize) -> bool {
        self.word(at).as_bytes().first().is_some_and(u8::is_ascii_uppercase)
    }

    /// Whether this word, in lower case, stands at a position.
    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.word(at).eq_ignore_ascii_case(word)
    }

    /// Whether one of these words stands at a position.
    pub(super) fn is_any(&self, at: usize, words: &[&str]) -> bool {
        let here = self.word(at);
        !here.is_empty() && words.iter().any(|word| here.eq_ignore_ascii_case(word))
    }

    /// Whether a mark stands at a position.
    pub(super) fn is_mark(&self, at: usize, mark: char) -> bool {
        self.all.get(at).is_some_and(|token| token.is(mark))
    }

    /// The text of a token.
    pub(super) fn text(&self, at: usize) -> &'t str {
        self.all.get(at).map_or("", |token| &self.text[token.start..token.end])
    }

    /// What stands before a token, as it is written.
    pub(super) fn before(&self, at: usize) -> &'t str {
        self.all.get(at).map_or("", |token| &self.text[..token.start])
    }

    /// The bytes of a run of tokens.
    pub(super) fn span(&self, run: Range<usize>) -> Range<usize> {
        match (self.all.get(run.start), self.all.get(run.end.wrapping_sub(1))) {
            (Some(first), Some(last)) if run.start < run.end => first.start..last.end,
            _ => 0..0,
        }
    }
}

/// What a backslash begins, and how many bytes after it belong to it.
fn command(rest: &str) -> (Option<Kind>, usize) {
    let name = rest.find(|c: char| !c.is_ascii_alphabetic() && c != '_').unwrap_or(rest.len());
    match &rest[..name] {
        "" => (None, rest.chars().next().filter(char::is_ascii_punctuation).map_or(0, char::len_utf8)),
        "times" | "cdot" => (Some(Kind::Mark('×')), name),
        "circ" | "degree" => (Some(Kind::Mark('°')), name),
        "frac" | "dfrac" | "tfrac" => (None, name),
        "rightarrow" | "to" => (Some(Kind::Mark('→')), name),
        command if DRESS.contains(&command) => (None, name),
        _ => (Some(Kind::Mark('\\')), 0),
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn is_word(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, 'º' | 'ª')
}

/// Marks that are written in several ways.
fn plain(c: char) -> char {
    match c {
        '−' | '﹣' | '\u{2010}' | '\u{2011}' => '-',
        '–' | '—' | '‒' => '–',
        '’' | '‘' | '′' => '\'',
        '“' | '”' | '″' => '"',
        'º' | '˚' => '°',
        '⟶' | '➔' | '➜' | '⇒' => '→',
        '≈' | '～' => '~',
        other => other,
    }
}

/// A word: letters, then letters, digits and inner apostrophes.
fn word_end(text: &str, start: usize, end: usize) -> usize {
    let mut last = start;
    let mut inside = text[start..end].char_indices().peekable();
    while let Some((at, c)) = inside.next() {
        let inner = matches!(c, '\'' | '’') && inside.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if !(is_word(c) || c.is_ascii_digit() || inner) {
            break;
        }
        last = start + at + c.len_utf8();
    }
    last
}

/// Digits with commas, points and an exponent inside.
fn numeral_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let digit = |at: usize| at < end && bytes[at].is_ascii_digit();
    let mut at = start;
    while digit(at) || at < end && matches!(bytes[at], b'.' | b',') && digit(at + 1) {
        at += 1;
    }
    if at < end && matches!(bytes[at], b'e' | b'E') {
        let signed = usize::from(at + 1 < end && matches!(bytes[at + 1], b'+' | b'-'));
        if digit(at + 1 + signed) {
            at += 1 + signed;
            while digit(at) {
                at += 1;
            }
        }
    }
    at
}
