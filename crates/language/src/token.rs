//! Text → tokens.
//!
//! Case, articles, hyphens and sentence marks carry no meaning for a phrase, but a mark inside what would be a
//! label does: a label never reaches across one. A sign that is no sentence mark (`~`, `<`, an emoji) becomes a
//! token of its own, which no phrase contains, so that nothing that could change the meaning is skipped.

use std::ops::Range;

use crate::lexicon::{Lexicon, OTHER, WordId, Written};

/// What stands between a token and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    None,
    Comma,
    Clause,
}

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) word: WordId,
    start: u32,
    end: u32,
    pub(crate) gap: Gap,
    /// An article stood before it.
    pub(crate) article: bool,
    /// It may be part of a label.
    pub(crate) plain: bool,
}

/// A tokenised text.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// The lower-case text, one space between words, articles included.
    text: String,
    pub(crate) all: Vec<Token>,
    /// Where articles stand in `text` that no mark parts from what is before them.
    articles: Vec<Range<usize>>,
}

impl Tokens {
    /// The text of a run and an article that follows it at once, as in a name that ends in "a".
    pub(crate) fn text_and_article(&self, run: &Range<usize>) -> Option<&str> {
        let (first, last) = (self.all.get(run.start)?, self.all.get(run.end.checked_sub(1)?)?);
        let article = self.articles.iter().find(|article| article.start == last.end as usize + 1)?;
        self.text.get(first.start as usize..article.end)
    }

    /// The text of a run of tokens, articles inside it included.
    pub(crate) fn text(&self, run: &Range<usize>) -> &str {
        match (self.all.get(run.start), self.all.get(run.end.wrapping_sub(1))) {
            (Some(first), Some(last)) if run.start < run.end => {
                self.text.get(first.start as usize..last.end as usize).unwrap_or("")
            }
            _ => "",
        }
    }

    pub(crate) fn word(&self, at: usize) -> WordId {
        self.all.get(at).map_or(OTHER, |token| token.word)
    }

    /// Whether these words stand at `at`.
    pub(crate) fn has(&self, at: usize, words: &[WordId]) -> bool {
        self.all
            .get(at..at + words.len())
            .is_some_and(|here| here.iter().zip(words).all(|(token, word)| token.word == *word))
    }
}

struct Reader<'l> {
    lexicon: &'l Lexicon,
    out: Tokens,
    gap: Gap,
    article: bool,
    quoted: bool,
}

/// Tokens of a text.
pub(crate) fn tokens(text: &str, lexicon: &Lexicon) -> Tokens {
    let mut reader = Reader {
        lexicon,
        out: Tokens {
            text: String::with_capacity(text.len() + 8),
            all: Vec::with_capacity(text.len() / 4 + 4),
            articles: Vec::new(),
        },
        gap: Gap::None,
        article: false,
        quoted: false,
    };
    let mut rest = text;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let length = reader.step(rest, c, before);
        before = rest[..length].chars().next_back().unwrap_or(' ');
        rest = &rest[length..];
    }
    reader.out
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | ':' | '?' | '!' | '(' | ')' | '[' | ']' | '\n' | '\r' | '–' | '—' | '…')
}

fn is_silent(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '‘' | '*' | '`' | '-' | '_' | '‐' | '‑') || c.is_whitespace()
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’' | '/' | '&')
}

impl Reader<'_> {
    /// Reads what stands first; its length in bytes.
    fn step(&mut self, rest: &str, c: char, before: char) -> usize {
        let mut ahead = rest.chars().skip(1);
        let next = ahead.next();
        let digit_follows = next.is_some_and(|c| c.is_ascii_digit());
        if c.is_ascii_digit() || digit_follows && c == '.' && !before.is_alphanumeric() {
            return self.number(rest, 0);
        }
        let fresh = before.is_whitespace() || matches!(before, '(' | ',' | ':');
        if matches!(c, '-' | '−') && fresh && (digit_follows || next == Some('.')) {
            return self.number(rest, c.len_utf8());
        }
        if c == '#' && digit_follows {
            let length = 1 + rest[1..].bytes().take_while(u8::is_ascii_digit).count();
            self.push(&rest[..length], OTHER, false, false);
            return length;
        }
        if (rest.starts_with("(s)") || rest.starts_with("(S)")) && before.is_alphanumeric() {
            return 3;
        }
        if in_word(c) {
            return self.word(rest);
        }
        match c {
            ',' | ';' => self.gap = self.gap.max(Gap::Comma),
            c if is_mark(c) => self.gap = Gap::Clause,
            c if is_silent(c) => {}
            c => {
                let sign = &rest[..c.len_utf8()];
                let word = self.id(sign);
                self.push(sign, word, false, false);
            }
        }
        c.len_utf8()
    }

    fn id(&self, word: &str) -> WordId {
        match self.lexicon.written(word) {
            Some(Written::Words(words)) => words[0],
            _ => OTHER,
        }
    }

    /// Digits with a decimal point, and the unit or ending that sticks to them.
    fn number(&mut self, rest: &str, sign: usize) -> usize {
        let digits = &rest[sign..];
        let bytes = digits.as_bytes();
        let mut length = 0;
        while bytes.get(length).is_some_and(u8::is_ascii_digit)
            || bytes.get(length) == Some(&b'.') && bytes.get(length + 1).is_some_and(u8::is_ascii_digit)
        {
            length += 1;
        }
        let number = &digits[..length];
        let tail = &digits[length..];
        let possessive = tail.strip_prefix(['\'', '’']).and_then(|tail| tail.strip_prefix(['s', 'S']));
        let possessive = possessive.is_some_and(|tail| !tail.starts_with(in_word));
        // "1/2" is no number that is known here, and neither "1" nor "2".
        if tail.starts_with(['/', '&', '\'', '’']) && !possessive {
            return sign + length + self.word_as(number, tail, false);
        }
        let plain = sign == 0 && !number.contains('.');
        if sign > 0 {
            self.push(&format!("-{number}"), OTHER, false, false);
        } else {
            let id = self.id(number);
            self.push(number, id, plain, false);
        }
        if tail.starts_with(char::is_alphanumeric) {
            let stuck = tail.find(|c: char| !in_word(c) && c != '^').unwrap_or(tail.len());
            return sign + length + self.unit_like(&tail[..stuck], plain);
        }
        sign + length
    }

    /// A word that sticks to a number without a space: `cm` of `30cm`.
    fn unit_like(&mut self, word: &str, plain: bool) -> usize {
        let lower = lower(&word.replace('^', ""));
        let id = self.id(&lower);
        self.push(&lower, id, plain && !word.contains('^'), true);
        word.len()
    }

    fn word(&mut self, rest: &str) -> usize {
        let length = rest
            .char_indices()
            .find(|(at, c)| {
                let power = *c == '^' && *at > 0 && rest[at + 1..].starts_with(|c: char| c.is_ascii_digit());
                !in_word(*c) && !power
            })
            .map_or(rest.len(), |(at, _)| at);
        self.word_as("", &rest[..length], true);
        length
    }

    /// A word, `head` and the word characters that begin `tail`; the length of the latter.
    fn word_as(&mut self, head: &str, tail: &str, plain: bool) -> usize {
        let length = tail.find(|c: char| !in_word(c) && c != '^').unwrap_or(tail.len());
        let straight = tail[..length].replace('’', "'");
        let plain = plain && !straight.contains('^');
        let mut word = straight.replace('^', "");
        if word == "'s" {
            let id = self.id("'s");
            self.push("'s", id, true, true);
            return length;
        }
        if head.is_empty() && word.starts_with('\'') {
            self.quoted = true;
            word.drain(..1);
        }
        if self.quoted && word.ends_with('\'') {
            self.quoted = false;
            word.pop();
        }
        let word = lower(&format!("{head}{word}"));
        if word.is_empty() {
            return length;
        }
        match self.lexicon.written(&word) {
            Some(Written::Article) => {
                if !self.out.text.is_empty() {
                    self.out.text.push(' ');
                }
                let start = self.out.text.len();
                self.out.text.push_str(&word);
                if self.gap == Gap::None {
                    self.out.articles.push(start..start + word.len());
                }
                self.article = true;
            }
            Some(Written::Words(words)) => {
                let lexicon_words = words.clone();
                self.push(&word, lexicon_words[0], plain && lexicon_words.len() == 1, false);
                for more in &lexicon_words[1..] {
                    let end = self.out.text.len() as u32;
                    let token = Token { word: *more, start: end, end, gap: Gap::None, article: false, plain: false };
                    self.out.all.push(token);
                }
            }
            None => match word.strip_suffix("'s") {
                Some(stem) if !stem.is_empty() => {
                    let id = self.id(stem);
                    self.push(stem, id, plain, false);
                    let id = self.id("'s");
                    self.push("'s", id, plain, true);
                }
                _ => self.push(&word, OTHER, plain, false),
            },
        }
        length
    }

    fn push(&mut self, written: &str, word: WordId, plain: bool, glued: bool) {
        let text = &mut self.out.text;
        if !glued && !text.is_empty() {
            text.push(' ');
        }
        let start = text.len() as u32;
        text.push_str(written);
        self.out.all.push(Token { word, start, end: text.len() as u32, gap: self.gap, article: self.article, plain });
        self.gap = Gap::None;
        self.article = false;
    }
}

/// Lower case as [`scene::normalise`] makes it.
fn lower(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.chars().flat_map(char::to_lowercase).filter(|c| in_word(*c) || *c == '°').collect()
}
