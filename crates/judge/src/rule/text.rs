//! Rules for short free answers: exact match, refined exact match, token F1, likeness.

use std::{ops::Range, sync::LazyLock};

use serde::Deserialize;

/// Most words of a short answer.
const MOST_WORDS: usize = 64;

/// How answers are cleaned before they are compared, `data/clean.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cleaning {
    /// Words and what stands for them, in this order.
    replace: Vec<[String; 2]>,
    articles: Vec<String>,
    /// What is replaced behind all else.
    last: Vec<[String; 2]>,
    /// Words that may stand around an answer without changing it.
    filling: Vec<String>,
}

static CLEANING: LazyLock<Cleaning> =
    LazyLock::new(|| toml::from_str(include_str!("../../data/clean.toml")).unwrap_or_default());

/// An answer as LEO's and Video-3D LLM's evaluations of SQA3D and `ScanQA` clean it, step by step in their order: lower
/// case, single spaces, letters, digits and a few marks, misspelt words, small numbers as words, no digit behind a word,
/// no article before a word. What that leaves between words, such as two spaces around a mark, stays.
pub fn clean(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut last = ' ';
    // The spaces at the end, or those before a line end that is the last character.
    let (line, end) = lower.strip_suffix('\n').map_or((lower.as_str(), ""), |line| (line, "\n"));
    let single = line.trim_matches(' ').chars().chain(end.chars()).filter(|c| {
        let kept = *c != ' ' || last != ' ';
        last = *c;
        kept
    });
    let mut text: String = single
        .filter(|c| c.is_ascii_alphanumeric() || c.is_whitespace() || matches!(c, ',' | '\'' | '-' | ':'))
        .collect();
    for [word, other] in &CLEANING.replace {
        text = words_replaced(&text, |found| (found == word).then_some(other.as_str()));
    }
    text = clock_joined(&text);
    // "mat2", but not "mat22".
    text = words_replaced(&text, |word| {
        let stem = word.strip_suffix(|c: char| c.is_ascii_digit())?;
        (!stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some(stem)
    });
    for article in &CLEANING.articles {
        text = without_article(&text, article);
    }
    for [word, other] in &CLEANING.last {
        text = words_replaced(&text, |found| (found == word).then_some(other.as_str()));
    }
    text
}

/// A text with "o'clock" for "o' clock".
fn clock_joined(text: &str) -> String {
    let (mut joined, mut from) = (String::with_capacity(text.len()), 0);
    for range in words_of(text) {
        let behind = text[range.clone()].eq("o").then(|| text[range.end..].strip_prefix("' ")).flatten();
        let rest = behind.map(|rest| rest.trim_start_matches(' ')).and_then(|rest| rest.strip_prefix("clock"));
        if let Some(rest) = rest.filter(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric())) {
            joined.push_str(&text[from..range.end]);
            joined.push_str("'clock");
            from = text.len() - rest.len();
        }
    }
    joined.push_str(&text[from..]);
    joined
}

/// The ranges of a text's words: letters and digits.
fn words_of(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find(|c: char| c.is_ascii_alphanumeric())?;
        let rest = &text[start..];
        let end = start + rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        from = end;
        Some(start..end)
    })
}

/// A text with other words for some.
fn words_replaced<'t>(text: &'t str, other: impl Fn(&'t str) -> Option<&'t str>) -> String {
    let (mut replaced, mut from) = (String::with_capacity(text.len()), 0);
    for range in words_of(text) {
        if let Some(other) = other(&text[range.clone()]) {
            replaced.push_str(&text[from..range.start]);
            replaced.push_str(other);
            from = range.end;
        }
    }
    replaced.push_str(&text[from..]);
    replaced
}

/// A text without an article where one space and a letter follow it; what follows is taken with it.
fn without_article(text: &str, article: &str) -> String {
    let (mut kept, mut from) = (String::with_capacity(text.len()), 0);
    for range in words_of(text) {
        let rest = &text[range.end..];
        let word = rest.strip_prefix(' ').filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()));
        if range.start >= from
            && text[range.clone()] == *article
            && let Some(word) = word
        {
            let letters = word.len() - word.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
            kept.push_str(&text[from..range.start]);
            kept.push_str(&word[..letters]);
            from = range.end + 1 + letters;
        }
    }
    kept.push_str(&text[from..]);
    kept
}

/// Exact match with any reference.
pub fn exact(predicted: &str, references: &[String]) -> bool {
    references.iter().any(|reference| reference == predicted)
}

/// Exact match and refined match as published: the first reference that is equal decides both; the first that holds
/// the prediction, or that it holds, blanks apart, decides the refined one and ends the search.
///
/// So the order of references plays a part, and an empty prediction is held by any.
pub fn exact_and_refined(predicted: &str, references: &[String]) -> (bool, bool) {
    let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let said = squeezed(predicted);
    for reference in references {
        if predicted == reference {
            return (true, true);
        }
        let wanted = squeezed(reference);
        if wanted.contains(&said) || said.contains(&wanted) {
            return (false, true);
        }
    }
    (false, false)
}

/// Whether a prediction is held by a reference, blanks apart, or has a word in common with it. An empty one is held by
/// any.
pub fn shares_a_word(predicted: &str, reference: &str) -> bool {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let shared = || predicted.split_whitespace().any(|word| reference.split_whitespace().any(|other| other == word));
    squeezed(reference).contains(&squeezed(predicted)) || shared()
}

/// Refined exact match in whole words, in any order of references: the reference stands in the prediction and what is
/// left are words that only fill; or the prediction stands in the reference and is at least half of its words.
pub fn refined_by_words(predicted: &str, references: &[String]) -> bool {
    let said: Vec<&str> = predicted.split_whitespace().collect();
    let fills = |words: &[&str]| words.iter().all(|word| CLEANING.filling.iter().any(|filling| filling == word));
    let holds = |reference: &String| {
        let wanted: Vec<&str> = reference.split_whitespace().collect();
        if said.is_empty() || wanted.is_empty() || said.len() > MOST_WORDS {
            return false;
        }
        let around = |at: usize| fills(&said[..at]) && fills(&said[at + wanted.len()..]);
        let in_said = said.windows(wanted.len()).enumerate().any(|(at, run)| run == wanted && around(at));
        let in_wanted = 2 * said.len() >= wanted.len() && wanted.windows(said.len()).any(|run| run == said);
        in_said || in_wanted
    };
    references.iter().any(holds)
}

/// Greatest F1 of words over the references, every word counted as often as it stands.
pub fn token_f1(predicted: &str, references: &[String]) -> f64 {
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    let said = sorted(predicted);
    let f1 = |reference: &String| {
        let wanted = sorted(reference);
        let (mut at, mut common) = (0, 0_usize);
        for word in &said {
            while wanted.get(at).is_some_and(|other| other < word) {
                at += 1;
            }
            if wanted.get(at) == Some(word) {
                common += 1;
                at += 1;
            }
        }
        let words = said.len() + wanted.len();
        if words == 0 { 0.0 } else { 2.0 * common as f64 / words as f64 }
    };
    references.iter().map(f1).fold(0.0, f64::max)
}

/// How alike two texts are, in [0, 1].
pub trait Likeness: Sync {
    /// Name that a result states.
    fn name(&self) -> &str;

    /// Likeness of each pair; all pairs come at once, so that a model can take them as a batch. A pair that cannot be compared is
    /// no number, and is paid nothing.
    fn likeness(&self, pairs: &[(&str, &str)]) -> Vec<f64>;
}

/// Likeness by shared words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lexical;

impl Likeness for Lexical {
    fn name(&self) -> &'static str {
        "token_f1"
    }

    fn likeness(&self, pairs: &[(&str, &str)]) -> Vec<f64> {
        pairs.iter().map(|(a, b)| token_f1(&clean(a), &[clean(b)])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(all: &[&str]) -> Vec<String> {
        all.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn cleaning() {
        assert!(!CLEANING.replace.is_empty(), "the file is not read");
        for (text, expected) in [
            ("The  Chair.", "chair"),
            ("2", "two"),
            ("mat2", "mat"),
            ("a", "a"),
            ("to the letf", "to left"),
            ("a a chair", "a chair"),
            ("The bag on the chai next to the TV", "bag on chair next to TV"),
            ("none", "zero"),
            ("oclock", "o'clock"),
            ("2 o'  clock", "two o'clock"),
            ("10 or 2-3 mats22", "ten or two-three mats22"),
            ("mats2", "mats"),
            ("a. b", "b"),
            ("left . right", "left  right"),
            ("left \n", "left\n"),
            ("backwards", "backward"),
            ("23rd", "23rd"),
            ("", ""),
        ] {
            assert_eq!(clean(text), expected, "{text}");
        }
    }

    #[test]
    fn the_published_refined_match_has_its_edges() {
        let both = references(&["brown chair", "chair"]);
        assert_eq!(exact_and_refined("chair", &both), (false, true), "the first reference ends the search");
        assert_eq!(exact_and_refined("chair", &references(&["chair", "brown chair"])), (true, true));
        assert_eq!(exact_and_refined("", &both), (false, true), "nothing is held by anything");
        assert_eq!(exact_and_refined("no", &references(&["know"])), (false, true));
        assert!(!refined_by_words("", &both) && !refined_by_words("no", &references(&["know"])));
        assert!(refined_by_words("chair", &both) && refined_by_words("it is the brown chair", &both));
        assert!(!refined_by_words("yes two chair lamp", &both), "an answer among others is none");
    }

    #[test]
    fn the_script_for_language_models_asks_for_one_word() {
        for (said, right, expected) in [
            ("brown chair", "chair", true),
            ("chair", "armchair", true),
            ("arm chair", "armchair", true),
            ("armchair", "chair", false),
            ("on left", "to the left", true),
            ("", "chair", true),
            ("lamp", "chair", false),
        ] {
            assert_eq!(shares_a_word(said, right), expected, "{said:?} {right:?}");
        }
    }

    #[test]
    fn words_in_common() {
        let f1 = token_f1("a brown chair", &references(&["brown chair", "lamp"]));
        assert!((f1 - 0.8).abs() < 1e-15, "{f1}");
        assert!(token_f1("chair chair chair", &references(&["chair"])) < 0.51);
    }
}
