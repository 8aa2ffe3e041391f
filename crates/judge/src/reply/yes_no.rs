//! Yes or no, true or false.

use std::ops::Range;

use super::{
    Kept, Read, Why,
    phrase::{Declarations, Noes, Rank, is_denied},
    token::Tokens,
};

const YES: [&str; 4] = ["yes", "yeah", "yep", "true"];
const NO: [&str; 4] = ["no", "nope", "nah", "false"];

/// Yes or true, no or false. "Not true" is false; "no chair" and "no idea" say neither.
pub(super) fn read(text: &str, range: Range<usize>) -> Read<bool> {
    of(&Tokens::of(text, range))
}

/// The same of tokens.
pub(super) fn of(tokens: &Tokens) -> Read<bool> {
    let (declarations, noes) = (Declarations::of(tokens), Noes::of(tokens));
    let mut kept = Kept::new();
    let mut rank = Rank::Said;
    for at in 0..tokens.all.len() {
        let value = match () {
            () if tokens.is_any(at, &YES) => true,
            () if tokens.is_any(at, &NO) => false,
            () => continue,
        };
        let is_no = tokens.is_word(at, "no");
        let here = declarations.rank(tokens, at);
        if is_no && !noes.answers(tokens, at, here) {
            continue;
        }
        let negated = !is_no && is_denied(tokens, at);
        if here > rank {
            (rank, kept) = (here, Kept::new());
        }
        if here == rank {
            kept.add(value != negated, tokens.span(at..at + 1));
        }
    }
    kept.read(if tokens.all.is_empty() { Why::Empty } else { Why::OtherKind })
}
