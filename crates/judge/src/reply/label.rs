//! Labels and lists of labels, by the table of what labels mean.

use std::{borrow::Cow, ops::Range};

use scene::{LabelTable, normalise};

use super::{
    Agrees, Kept, Read, Why,
    phrase::{Declarations, denies, rules_out},
    token::{Tokens, undressed},
    trim,
};

/// Longest label, words: a description with what it is told by.
const MOST_WORDS: usize = 12;
/// Most things of a list.
const MOST_THINGS: usize = 64;

/// What [`scene::normalise`] makes of a text, without making it again of one that is so already.
pub(super) fn normal(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let single = |at: usize| at > 0 && at + 1 < bytes.len() && bytes[at + 1] != b' ';
    let plain = bytes.iter().enumerate().all(|(at, byte)| byte.is_ascii_lowercase() || *byte == b' ' && single(at));
    let article = ["a", "an", "the"]
        .iter()
        .any(|article| text.strip_prefix(article).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')));
    if plain && !article { Cow::Borrowed(text) } else { Cow::Owned(normalise(&undressed(text))) }
}

/// The canonical form of a text that is a label.
pub(crate) fn canonical(text: &str) -> String {
    LabelTable::builtin().canonical(&normal(text)).to_owned()
}

/// A label: what was declared, or the whole text; where `among` is given, the one of it that is named.
pub(super) fn read(text: &str, range: Range<usize>, among: &[String]) -> Read<String> {
    let among: Vec<String> = among.iter().map(|name| canonical(name)).collect();
    each_said(text, range, |range, kept| {
        let normal = normal(&text[range.clone()]);
        let label = LabelTable::builtin().canonical(&normal);
        if among.iter().any(|name| name == label) {
            kept.add(label.to_owned(), range);
        } else if among.is_empty() {
            if !normal.is_empty() && normal.split(' ').count() <= MOST_WORDS {
                kept.add(label.to_owned(), range);
            }
        } else {
            for name in named(&normal, &among) {
                kept.add(name, range.clone());
            }
        }
    })
}

/// Reads everything that a text declares, or the whole text where it declares nothing.
fn each_said<T: Agrees>(text: &str, range: Range<usize>, mut read: impl FnMut(Range<usize>, &mut Kept<T>)) -> Read<T> {
    let range = trim(text, range);
    if range.is_empty() {
        return Read::Nothing { why: Why::Empty };
    }
    let tokens = Tokens::of(text, range.clone());
    let mut said = Declarations::of(&tokens).spans(&tokens);
    if said.is_empty() {
        said.push(range);
    }
    let mut kept = Kept::new();
    for range in said {
        read(trim(text, range), &mut kept);
    }
    kept.read(Why::OtherKind)
}

/// Which of some labels the words of a text name, in their order: at each word the longest label that begins there.
fn named(normal: &str, among: &[String]) -> Vec<String> {
    let table = LabelTable::builtin();
    let mut found = Vec::new();
    let mut denied = false;
    let mut rest = normal;
    while !rest.is_empty() && found.len() < MOST_THINGS {
        // The ends of the runs of one word, of two words and so on.
        let ends = rest.match_indices(' ').map(|(at, _)| at).chain([rest.len()]).take(MOST_WORDS);
        let mut longest = None;
        for (number, end) in ends.enumerate() {
            let Some(label) = table
                .known(&rest[..end])
                .or_else(|| among.iter().map(String::as_str).find(|name| *name == &rest[..end]))
            else {
                continue;
            };
            // The words of a longer label that is known are not those of a shorter one.
            let wanted = among.iter().any(|name| name == label) && !rules_out(rest[end..].split_whitespace());
            if wanted || number > 0 {
                longest = Some((wanted.then(|| label.to_owned()), end));
            }
        }
        let end = if let Some((label, end)) = longest {
            // "not the chair" names none.
            found.extend(label.filter(|_| !denied));
            denied = false;
            end
        } else {
            let end = rest.find(' ').unwrap_or(rest.len());
            denied = denies(&rest[..end]) || denied && ["a", "an", "the", "be"].contains(&&rest[..end]);
            end
        };
        rest = rest[end..].trim_start();
    }
    found
}

/// Words that turn an order round: what stands first is last.
const TURNED_ROUND: [&str; 4] = ["reverse", "reversed", "backwards", "last to first"];

/// Labels in order; `among` are canonical. An order that is told the other way round is none.
pub(super) fn read_list(text: &str, range: Range<usize>, among: &[String]) -> Read<Vec<String>> {
    let is_turned = |text: &str| TURNED_ROUND.iter().any(|words| text.to_ascii_lowercase().contains(words));
    each_said(text, range, |range, kept| {
        if is_turned(&text[range.clone()]) {
            return;
        }
        let list = if among.is_empty() {
            split(&text[range.clone()])
        } else {
            // No thing reaches over a mark: "sofa, bed" are two.
            let parts = text[range.clone()].split(MARKS);
            parts.flat_map(|part| named(&normal(part), among)).take(MOST_THINGS + 1).collect()
        };
        let too_long = list.iter().any(|thing| thing.split(' ').count() > MOST_WORDS);
        if !list.is_empty() && list.len() <= MOST_THINGS && !too_long {
            kept.add(list, range);
        }
    })
}

/// What parts the things of a list.
const MARKS: [char; 8] = [',', ';', '\n', '→', '>', '[', ']', '/'];

/// The things of a list, canonical, without their numbers.
fn split(text: &str) -> Vec<String> {
    let parts = text.split(MARKS).flat_map(|part| part.split(" then "));
    let things = parts.map(|part| {
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | '-' | ' ');
        let part = part.trim().trim_start_matches(is_number);
        canonical(part.trim_start_matches("and ").trim_start_matches("then "))
    });
    things.filter(|thing| !thing.is_empty()).take(MOST_THINGS + 1).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_normal_already_stays(text in "(the |a |an )?[a-zA-Z -]{0,20}") {
            prop_assert_eq!(normal(&text), normalise(&text));
        }
    }
}
