//! Yes or no, true or false.

use std::ops::Range;

use super::{
    Kept, Read, Why,
    phrase::{Declarations, Rank},
    token::Tokens,
};

const YES: [&str; 4] = ["yes", "yeah", "yep", "true"];
const NO: [&str; 4] = ["no", "nope", "nah", "false"];

/// Yes or true, no or false. "Not true" is false; "no chair" says neither.
pub(super) fn read(text: &str, range: Range<usize>) -> Read<bool> {
    let tokens = Tokens::of(text, range);
    let declarations = Declarations::of(&tokens);
    let mut kept = Kept::new();
    let mut rank = Rank::Said;
    for at in 0..tokens.all.len() {
        let value = match () {
            () if tokens.is_any(at, &YES) => true,
            () if tokens.is_any(at, &NO) => false,
            () => continue,
        };
        let before = at.wrapping_sub(1);
        let is_no = tokens.is_word(at, "no");
        // "no" before a noun is a number; alone, or before a mark, it answers.
        let answers = !is_no || tokens.all.get(at + 1).is_none_or(|next| next.kind != super::token::Kind::Word);
        let negated = !is_no && tokens.is_any(before, &["not", "isn't", "never"]);
        if !answers {
            continue;
        }
        let here = declarations.rank(&tokens, at);
        if here > rank {
            (rank, kept) = (here, Kept::new());
        }
        if here == rank {
            kept.add(value != negated, tokens.span(at..at + 1));
        }
    }
    kept.read(if tokens.all.is_empty() { Why::Empty } else { Why::OtherKind })
}
