//! Yes or no, true or false.

use std::ops::Range;

use super::{
    Found, Kept, Read, Why,
    phrase::{Declarations, Noes, Rank, denies, is_denied},
    token::{Kind, Tokens},
};

const YES: [&str; 4] = ["yes", "yeah", "yep", "true"];
const NO: [&str; 4] = ["no", "nope", "nah", "false"];
/// Words that answer where a clause ends with them and none of the above stands beside them: "the correct side" says nothing.
const ALSO_YES: [&str; 2] = ["correct", "affirmative"];
const ALSO_NO: [&str; 4] = ["incorrect", "untrue", "wrong", "negative"];

/// Yes or true, no or false. "Not true" is false; "no chair" and "no idea" say neither.
pub(super) fn read(text: &str, range: Range<usize>) -> Read<bool> {
    of(&Tokens::of(text, range))
}

/// The same of tokens.
pub(super) fn of(tokens: &Tokens) -> Read<bool> {
    if let [_] = tokens.all[..]
        && let Some(value) = initial(tokens.word(0))
    {
        return Read::One(Found { value, span: tokens.span(0..1) });
    }
    let (declarations, noes) = (Declarations::of(tokens), Noes::of(tokens));
    let mut kept = Kept::new();
    let mut rank = Rank::Given;
    for at in 0..tokens.all.len() {
        let ends = || tokens.all.get(at + 1).is_none_or(|next| next.kind != Kind::Word);
        let (value, is_plain) = match () {
            () if tokens.is_any(at, &YES) => (true, true),
            () if tokens.is_any(at, &NO) => (false, true),
            () if tokens.is_any(at, &ALSO_YES) && ends() => (true, false),
            () if tokens.is_any(at, &ALSO_NO) && ends() => (false, false),
            () => continue,
        };
        let is_no = tokens.is_word(at, "no");
        let said = declarations.rank(tokens, at);
        let is_unsaid = declarations.is_asked(at) || is_not_said(tokens, at) || describes(tokens, at);
        if is_no && !noes.answers(tokens, at, said) || is_unsaid {
            continue;
        }
        let negated = !is_no && is_denied(tokens, at);
        let here = if is_plain || said == Rank::Declared { said } else { Rank::Given };
        if here > rank {
            (rank, kept) = (here, Kept::new());
        }
        if here == rank {
            kept.add(value != negated, tokens.span(at..at + 1));
        }
    }
    kept.read(if tokens.all.is_empty() { Why::Empty } else { Why::OtherKind })
}

/// What a reply of one letter says.
fn initial(word: &str) -> Option<bool> {
    match word {
        "T" | "t" | "Y" | "y" => Some(true),
        "F" | "f" | "N" | "n" => Some(false),
        _ => None,
    }
}

/// Whether "true" or "false" only describes what follows ("the true distance"), or holds in part.
fn describes(tokens: &Tokens, at: usize) -> bool {
    let is_of_a_noun = tokens.is_any(at, &["true", "false"])
        && tokens.all.get(at + 1).is_some_and(|next| next.kind == Kind::Word)
        && tokens.is_any(at.wrapping_sub(1), &["the", "a", "an", "its", "their"]);
    is_of_a_noun || tokens.is_any(at.wrapping_sub(1), &["partly", "partially", "half"])
}

/// Whether a word is one that the reply refuses to say: "I can't say no".
fn is_not_said(tokens: &Tokens, at: usize) -> bool {
    at > 1
        && tokens.is_any(at - 1, &["say", "answer", "tell"])
        && (denies(tokens.word(at - 2)) || wrong_to(tokens, at - 2))
}

/// "wrong to", "incorrect to".
fn wrong_to(tokens: &Tokens, at: usize) -> bool {
    tokens.is_word(at, "to") && at > 0 && tokens.is_any(at - 1, &ALSO_NO)
}
