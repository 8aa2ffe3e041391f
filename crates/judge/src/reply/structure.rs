//! Sections of a reply: `<think>`, `<answer>`, `<tool_call>`, `<observation>`, `<question>`, `\boxed{…}`.

use std::ops::Range;

use serde::{Serialize, Serializer};

use super::{MOST_ANSWERS, Why};

/// Ranges of a reply, at most [`MOST_ANSWERS`]; no memory is taken for them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ranges {
    /// First byte and the byte after the last; a reply is far shorter than these can count.
    bounds: [[u32; 2]; MOST_ANSWERS],
    len: usize,
}

impl Ranges {
    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Range<usize>> + '_ {
        self.bounds[..self.len].iter().map(|[start, end]| *start as usize..*end as usize)
    }

    /// The first.
    pub fn first(&self) -> Option<Range<usize>> {
        self.iter().next()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds one where there is room for it.
    fn push(&mut self, range: &Range<usize>) {
        if let Some(bounds) = self.bounds.get_mut(self.len) {
            *bounds = [range.start as u32, range.end as u32];
            self.len += 1;
        }
    }
}

impl Serialize for Ranges {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// What the tags of one name mark.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Section {
    /// Opening tags.
    pub opened: u32,
    /// Closing tags.
    pub closed: u32,
    /// What the first pairs hold, at most [`MOST_ANSWERS`].
    pub inside: Ranges,
    /// Pairs.
    pub pairs: u32,
    /// Closed before it was opened, or opened twice before it was closed.
    pub broken: bool,
    /// Whether a tag of it is open at the end.
    pub open: bool,
    /// Whether the reply goes on with a section that its prompt began: its closing tag stands before any other.
    pub prefilled: bool,
    /// Where its last closing tag ends.
    after: usize,
    /// Where the content of the open tag begins.
    begins: usize,
}

impl Section {
    /// Exactly one pair and no other tag.
    pub fn is_single(&self) -> bool {
        self.opened == 1 && self.closed == 1 && self.pairs == 1 && !self.broken
    }

    /// No tag at all.
    pub fn is_absent(&self) -> bool {
        self.opened == 0 && self.closed == 0
    }

    /// What its only pair holds.
    pub fn only(&self) -> Option<Range<usize>> {
        if self.is_single() { self.inside.first() } else { None }
    }

    fn tag(&mut self, closing: bool, at: &Range<usize>) {
        if !closing {
            self.opened += 1;
            self.broken |= self.open;
            self.open = true;
            self.begins = at.end;
            return;
        }
        self.closed += 1;
        self.after = at.end;
        if !self.open {
            self.broken = true;
            return;
        }
        self.open = false;
        self.pairs += 1;
        self.inside.push(&(self.begins..at.start));
    }
}

/// The sections of a reply.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Structure {
    /// Reasoning.
    pub think: Section,
    /// The answer.
    pub answer: Section,
    /// Calls of tools.
    pub tool_call: Section,
    /// What was seen, in a questioner's reply.
    pub observation: Section,
    /// A question, in a questioner's reply.
    pub question: Section,
    /// Tags of other names, those of boxes and points apart.
    pub other_tags: u32,
    /// Whether more than blanks stands outside all sections.
    pub outside: bool,
    /// Whether an answer section begins inside the reasoning, or reasoning inside an answer.
    pub crossed: bool,
    /// What the `\boxed{…}` hold, at most [`MOST_ANSWERS`].
    pub boxed: Ranges,
    /// More than [`MOST_ANSWERS`] boxes.
    too_many_boxed: bool,
    length: usize,
}

/// Tags of coordinates, which are part of an answer.
const PLAIN: [&str; 6] = ["bbox", "obj", "box", "point", "points", "ground"];

/// Longest name of a tag that is looked at.
const MOST_NAME: usize = 24;

impl Structure {
    /// Reads the sections of a text, in one pass. What is read into is large, and is not to be copied.
    pub(super) fn read(&mut self, text: &str) {
        self.length = text.len();
        let mut at = 0;
        let mut outside_from = 0;
        while let Some(step) = memchr::memchr(b'<', &text.as_bytes()[at..]) {
            let start = at + step;
            let Some((name, closing, end)) = tag(text, start) else {
                at = start + 1;
                continue;
            };
            at = end;
            if name == Name::Plain {
                continue;
            }
            let tag_range = start..end;
            let inside = self.is_inside();
            let (in_think, in_answer) = (self.think.open, self.answer.open);
            let section = match name {
                Name::Think => &mut self.think,
                Name::Answer => &mut self.answer,
                Name::ToolCall => &mut self.tool_call,
                Name::Observation => &mut self.observation,
                Name::Question => &mut self.question,
                Name::Plain => continue,
                Name::Other => {
                    self.other_tags += 1;
                    continue;
                }
            };
            let begins = name == Name::Think && closing && outside_from == 0;
            section.tag(closing, &tag_range);
            if !closing && (name == Name::Answer && in_think || name == Name::Think && in_answer) {
                self.crossed = true;
            }
            if begins {
                self.think.prefilled = true;
            } else if !inside {
                self.outside |= !blank(&text[outside_from..start]);
            }
            outside_from = end;
        }
        if !self.is_inside() {
            self.outside |= !blank(&text[outside_from..]);
        }
        self.read_boxed(text);
    }

    /// Whether it reasons first, or not at all, and in one section.
    pub fn thinks_first(&self) -> bool {
        let Some(answer) = self.answer.only() else { return self.think.is_absent() };
        if self.think.prefilled {
            return self.think.opened == 0 && self.think.closed == 1 && self.think.after <= answer.start;
        }
        self.think.is_absent() || self.think.only().is_some_and(|think| think.end <= answer.start)
    }

    fn is_inside(&self) -> bool {
        [&self.think, &self.answer, &self.tool_call, &self.observation, &self.question].iter().any(|s| s.open)
    }

    /// Where an answer is to be read: in the answer sections; without any, after the reasoning. In both a `\boxed{…}`
    /// stands for the rest.
    pub(super) fn answers(&self) -> Result<Ranges, Why> {
        if self.answer.broken || self.answer.open || self.crossed && !self.answer.is_absent() {
            return Err(Why::BrokenTags);
        }
        let mut behind = Ranges::default();
        let whole = match self.answer.pairs {
            0 if self.think.open => return Err(Why::Unfinished),
            0 => {
                behind.push(&(self.think.after.max(self.tool_call.after).min(self.length)..self.length));
                &behind
            }
            pairs if pairs as usize > MOST_ANSWERS => return Err(Why::TooManyAnswers),
            _ => &self.answer.inside,
        };
        let mut boxed = Ranges::default();
        for range in self.boxed.iter() {
            if whole.iter().any(|whole| whole.start <= range.start && range.end <= whole.end) {
                boxed.push(&range);
            }
        }
        match () {
            () if boxed.is_empty() => Ok(whole.clone()),
            () if self.too_many_boxed => Err(Why::TooManyAnswers),
            () => Ok(boxed),
        }
    }

    fn read_boxed(&mut self, text: &str) {
        let mut at = 0;
        while let Some(step) = memchr::memchr(b'{', &text.as_bytes()[at..]) {
            let start = at + step + 1;
            if !text[at..start].ends_with("boxed{") {
                at = start;
                continue;
            }
            let mut depth = 1_u32;
            let end = text[start..].bytes().position(|byte| {
                match byte {
                    b'{' => depth += 1,
                    b'}' => depth -= 1,
                    _ => {}
                }
                depth == 0
            });
            let Some(length) = end else { return };
            if self.boxed.len == MOST_ANSWERS {
                self.too_many_boxed = true;
                return;
            }
            self.boxed.push(&(start..start + length));
            at = start + length;
        }
    }
}

fn blank(text: &str) -> bool {
    let mut rest = text.trim();
    while let Some(length) = super::token::special(rest) {
        rest = rest[length..].trim_start();
    }
    rest.is_empty()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Think,
    Answer,
    ToolCall,
    Observation,
    Question,
    Plain,
    Other,
}

/// Tags as they are mostly written, the most frequent first.
const USUAL: [(&str, Name, bool); 6] = [
    ("<bbox>", Name::Plain, false),
    ("</bbox>", Name::Plain, true),
    ("<think>", Name::Think, false),
    ("</think>", Name::Think, true),
    ("<answer>", Name::Answer, false),
    ("</answer>", Name::Answer, true),
];

/// The tag at a `<`: its name, whether it closes, and where it ends. `x < y` and special tokens are none.
fn tag(text: &str, start: usize) -> Option<(Name, bool, usize)> {
    let bytes = text.as_bytes();
    // Most tags are written in one way, and those of boxes stand one after another.
    for &(written, name, closing) in &USUAL {
        if bytes[start..].starts_with(written.as_bytes()) {
            return Some((name, closing, start + written.len()));
        }
    }
    let mut at = start + 1;
    let blanks = |at: &mut usize| {
        while bytes.get(*at).is_some_and(|byte| *byte == b' ') && *at < start + 4 {
            *at += 1;
        }
    };
    blanks(&mut at);
    let closing = bytes.get(at) == Some(&b'/');
    if closing {
        at += 1;
        blanks(&mut at);
    }
    let name_start = at;
    while at - name_start < MOST_NAME
        && bytes.get(at).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-'))
    {
        at += 1;
    }
    let name = &text[name_start..at];
    // Attributes, if any, up to a near end.
    let end = match bytes.get(at)? {
        b'>' => at + 1,
        b' ' if name_start < at && name_start == start + 1 + usize::from(closing) => {
            let near = &bytes[at..bytes.len().min(at + 200)];
            let stop = near.iter().position(|byte| matches!(byte, b'>' | b'<'))?;
            // Words up to a `>` are a comparison, "a <b and c> d"; attributes hold a `=`.
            if near[stop] == b'<' || !near[..stop].iter().all(|b| *b == b' ') && !near[..stop].contains(&b'=') {
                return None;
            }
            at + stop + 1
        }
        _ => return None,
    };
    if name.is_empty() {
        return None;
    }
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    let name = if PLAIN.iter().any(|known| is(known)) {
        Name::Plain
    } else if is("think") || is("thinking") {
        Name::Think
    } else if is("answer") {
        Name::Answer
    } else if is("tool_call") {
        Name::ToolCall
    } else if is("observation") {
        Name::Observation
    } else if is("question") {
        Name::Question
    } else if super::token::SPECIAL.contains(&&text[start..end]) {
        return None;
    } else {
        Name::Other
    };
    Some((name, closing, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn structure(text: &str) -> Structure {
        let mut structure = Structure::default();
        structure.read(text);
        structure
    }

    fn inside(text: &str) -> Result<Vec<&str>, Why> {
        Ok(structure(text).answers()?.iter().map(|range| &text[range]).collect())
    }

    #[test]
    fn where_the_answer_stands() {
        for (text, expected) in [
            ("2 m", vec!["2 m"]),
            ("<think>3</think> 2 m", vec![" 2 m"]),
            ("<think>3</think><answer>2 m</answer>", vec!["2 m"]),
            ("<answer>2</answer> or <answer>3</answer>", vec!["2", "3"]),
            (r"so \boxed{2\text{ m}} it is", vec![r"2\text{ m}"]),
            (r"<think>\boxed{3}</think><answer>\boxed{2}</answer>", vec!["2"]),
            ("if a < b and c > d then 2", vec!["if a < b and c > d then 2"]),
            ("</think>2", vec!["2"]),
        ] {
            assert_eq!(inside(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn broken_tags_hold_no_answer() {
        for text in ["</answer>2<answer>", "<answer>2", "<answer><answer>2</answer></answer>", "2</answer>"] {
            assert_eq!(inside(text), Err(Why::BrokenTags), "{text}");
        }
        assert_eq!(inside("<think>it is 2 m"), Err(Why::Unfinished));
        assert_eq!(inside("<think><answer>2</answer></think>"), Err(Why::BrokenTags));
        assert_eq!(inside(&"<answer>2</answer>".repeat(9)), Err(Why::TooManyAnswers));
    }

    #[test]
    fn reasoning_may_have_been_begun_by_the_prompt() {
        let of = |text: &str| {
            let structure = structure(text);
            (structure.thinks_first(), structure.outside)
        };
        assert_eq!(of("it is 3</think><answer>3</answer>"), (true, false));
        assert_eq!(of("<think>it is 3</think><answer>3</answer>"), (true, false));
        assert_eq!(of("a</think><think>b</think><answer>3</answer>"), (false, false));
        assert_eq!(of("a</think>b<answer>3</answer>"), (true, true));
        assert_eq!(of("<answer>3</answer>a</think>"), (false, true));
    }

    #[test]
    fn what_stands_outside() {
        assert!(!structure("<think>a</think>\n<answer>b</answer><|im_end|>").outside);
        assert!(structure("so <think>a</think><answer>b</answer>").outside);
        assert!(structure("<think>a</think> and <answer>b</answer>").outside);
        assert_eq!(structure("<foo>a</foo><bbox>(1)</bbox>").other_tags, 2);
    }
}
