//! Words by which a text says that what follows is its answer.

use super::token::Tokens;

/// How plainly a text says that what stands at a position is its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// It only stands there.
    Said,
    /// After an equals sign.
    Equated,
    /// After "the answer is", "answer:" and the like.
    Declared,
}

/// Where the sentence that follows a declaration begins and ends, for every declaration.
pub(super) struct Declarations {
    after: Vec<(usize, usize)>,
}

impl Declarations {
    /// Those of a text.
    pub(super) fn of(tokens: &Tokens) -> Self {
        let mut after: Vec<(usize, usize)> = Vec::new();
        for at in 0..tokens.all.len() {
            let Some(start) = declares(tokens, at) else { continue };
            if after.last().is_some_and(|(_, end)| start < *end) {
                continue;
            }
            let rest = tokens.all[start..].iter();
            // A blank line or the next sentence ends what was declared; the answer may stand on the next line.
            let end = rest.enumerate().position(|(step, token)| {
                step > 0
                    && (token.is_line()
                        || token.is('?')
                        || token.is('!')
                        || token.is(';')
                        || ends_sentence(tokens, start + step))
            });
            after.push((start, end.map_or(tokens.all.len(), |step| start + step)));
        }
        Self { after }
    }

    /// The bytes of everything that is declared.
    pub(super) fn spans(&self, tokens: &Tokens) -> Vec<std::ops::Range<usize>> {
        self.after.iter().filter(|(start, end)| start < end).map(|(start, end)| tokens.span(*start..*end)).collect()
    }

    /// The rank of what stands at a position.
    pub(super) fn rank(&self, tokens: &Tokens, at: usize) -> Rank {
        let before = self.after.partition_point(|(start, _)| *start <= at);
        if before > 0 && at < self.after[before - 1].1 {
            Rank::Declared
        } else if at > 0
            && (tokens.is_mark(at - 1, '=') || at > 1 && tokens.is_mark(at - 2, '=') && tokens.is_mark(at - 1, '-'))
        {
            Rank::Equated
        } else {
            Rank::Said
        }
    }
}

fn ends_sentence(tokens: &Tokens, at: usize) -> bool {
    tokens.is_mark(at, '.') && tokens.all.get(at + 1).is_none_or(|next| next.spaced || next.is_line())
}

/// Where what "answer is", "answer:", "option is" or "choose" declares begins.
fn declares(tokens: &Tokens, at: usize) -> Option<usize> {
    let word = tokens.word(at);
    // "pick", "answer", "choice", "choose", "select": most words are none of them by their length alone.
    if !matches!(word.len(), 4 | 6) || !matches!(word.as_bytes()[0] | 0x20, b'a' | b'c' | b'p' | b's') {
        return None;
    }
    if tokens.is_any(at, &["choose", "select", "pick"]) && tokens.is_word(at.wrapping_sub(1), "i") {
        return Some(at + 1);
    }
    if !tokens.is_any(at, &["answer", "choice"]) {
        return None;
    }
    let mut next = at + 1;
    if tokens.is_any(next, &["is", "would", "must", "should"]) {
        next += 1;
        if tokens.is_word(next, "be") {
            next += 1;
        }
    } else if !(tokens.is_mark(next, ':') || tokens.is_mark(next, '=') || tokens.is_mark(next, '→')) {
        return None;
    }
    while tokens.is_mark(next, ':') || tokens.is_mark(next, '=') || tokens.is_mark(next, '→') {
        next += 1;
    }
    while tokens.all.get(next).is_some_and(super::token::Token::is_line) {
        next += 1;
    }
    Some(next)
}
