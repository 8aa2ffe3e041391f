//! Words by which a text says that what follows is its answer, and whether its "no" is one.

use super::token::{Kind, Tokens};

/// How plainly a text says that what stands at a position is its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// It is what the answer is under, not the answer, where there is another.
    Given,
    /// It only stands there.
    Said,
    /// It follows a "therefore".
    Concluded,
    /// After an equals sign.
    Equated,
    /// After "the answer is", "answer:" and the like.
    Declared,
}

/// Where the sentence that follows a declaration begins and ends, for every declaration, and where the text concludes.
pub(super) struct Declarations {
    after: Vec<(usize, usize)>,
    conclusion: usize,
    /// Where the questions that have some text behind them begin and end; what is asked is not said.
    asked: Vec<(usize, usize)>,
}

impl Declarations {
    /// Those of a text.
    pub(super) fn of(tokens: &Tokens) -> Self {
        let mut after: Vec<(usize, usize)> = Vec::new();
        let mut conclusion = usize::MAX;
        let (mut asked, mut sentence) = (Vec::new(), 0);
        for at in 0..tokens.all.len() {
            match tokens.all[at].kind {
                Kind::Mark('?') => {
                    asked.push((sentence, at));
                    sentence = at + 1;
                }
                Kind::Line | Kind::Mark('!' | ';' | ':' | '→') => sentence = at + 1,
                Kind::Mark('.') if ends_sentence(tokens, at) => sentence = at + 1,
                _ => {}
            }
            if conclusion == usize::MAX && concludes(tokens, at) {
                conclusion = at;
            }
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
        // A last question may be the answer itself: "2 m?"
        if !asked.is_empty() {
            let last_word = tokens.all.iter().rposition(|token| token.kind == Kind::Word).unwrap_or(0);
            asked.retain(|(_, end)| *end < last_word);
        }
        Self { after, conclusion, asked }
    }

    /// The bytes of everything that is declared.
    pub(super) fn spans(&self, tokens: &Tokens) -> Vec<std::ops::Range<usize>> {
        self.after.iter().filter(|(start, end)| start < end).map(|(start, end)| tokens.span(*start..*end)).collect()
    }

    /// Whether what stands at a position is only asked: "Is it 2 m? No."
    pub(super) fn is_asked(&self, at: usize) -> bool {
        let before = self.asked.partition_point(|(start, _)| *start <= at);
        before > 0 && at < self.asked[before - 1].1
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
        } else if at >= self.conclusion {
            Rank::Concluded
        } else {
            Rank::Said
        }
    }
}

/// Whether a word denies what follows it.
pub(super) fn denies(word: &str) -> bool {
    const DENIALS: [&str; 15] = [
        "not", "isn't", "never", "can't", "cannot", "couldn't", "won't", "wouldn't", "doesn't", "aren't", "wasn't",
        "hardly", "neither", "nor", "unlikely",
    ];
    DENIALS.iter().any(|denial| word.eq_ignore_ascii_case(denial))
}

/// Whether what stands at a position is denied: "not left", "not the left", "can't be true".
pub(super) fn is_denied(tokens: &Tokens, at: usize) -> bool {
    let mut before = at;
    while before > 0 && at - before < 4 && tokens.is_any(before - 1, &BETWEEN) {
        before -= 1;
    }
    let is_far = before > 1 && tokens.is_word(before - 1, "from") && tokens.is_word(before - 2, "far");
    let is_doubted = before > 1 && tokens.is_any(before - 1, &["it's", "that", "is"]) && {
        let verb = if tokens.is_word(before - 1, "is") { before.wrapping_sub(3) } else { before - 2 };
        tokens.is_any(verb, &["doubt"])
    };
    before > 0 && denies(tokens.word(before - 1)) || is_far || is_doubted
}

/// Whether the words behind a name or a letter say that it is not the one: "is not …", "is wrong", "can be ruled out". A bare
/// "not" denies what follows it.
pub(super) fn rules_out<'t>(mut words: impl Iterator<Item = &'t str>) -> bool {
    const VERBS: [&str; 6] = ["is", "was", "can", "could", "would", "seems"];
    const BETWEEN: [&str; 8] = ["the", "a", "be", "been", "clearly", "definitely", "most", "very"];
    const OUT: [&str; 8] = ["wrong", "incorrect", "false", "ruled", "excluded", "eliminated", "unlikely", "out"];
    let is_any = |word: &str, words: &[&str]| words.iter().any(|other| word.eq_ignore_ascii_case(other));
    let Some(first) = words.next() else { return false };
    if !is_any(first, &VERBS) {
        return denies(first) && (first.contains(['\'', '’']) || first.eq_ignore_ascii_case("cannot"));
    }
    words.find(|word| !is_any(word, &BETWEEN)).is_some_and(|word| denies(word) || is_any(word, &OUT))
}

/// Words between a denial and what it denies.
const BETWEEN: [&str; 19] = [
    "a",
    "an",
    "the",
    "be",
    "to",
    "on",
    "quite",
    "possibly",
    "entirely",
    "completely",
    "fully",
    "really",
    "actually",
    "necessarily",
    "exactly",
    "option",
    "choice",
    "point",
    "box",
];

/// Words after which "no" has said what there is to say: none of them begins with what is missing, as "no chair" does.
const BEHIND_NO: [&str; 24] = [
    "a", "an", "the", "there", "it", "he", "she", "they", "we", "you", "i", "this", "that", "these", "those", "it's",
    "there's", "that's", "because", "since", "as", "but", "and", "not",
];

/// What a reply has none of that does not know.
const KNOWLEDGE: [&str; 10] =
    ["idea", "ideas", "clue", "clues", "answer", "answers", "opinion", "guess", "information", "knowledge"];

/// Which "no" of a text answers.
pub(super) struct Noes {
    knows_nothing: bool,
}

impl Noes {
    /// Those of a text.
    pub(super) fn of(tokens: &Tokens) -> Self {
        Self { knows_nothing: (0..tokens.all.len()).any(|at| is_no_idea(tokens, at)) }
    }

    /// Whether the "no" at a position answers, alone or before a mark or a new clause. Before a noun it counts things
    /// ("no chair"), in a word it is part of a name ("no-one"), and "no idea" beside it takes it back unless it is
    /// declared.
    pub(super) fn answers(&self, tokens: &Tokens, at: usize, rank: Rank) -> bool {
        let Some(next) = tokens.all.get(at + 1) else { return true };
        let glued = next.is('-') && !next.spaced && tokens.all.get(at + 2).is_some_and(|part| !part.spaced);
        let counts = next.kind == Kind::Word && !tokens.is_any(at + 1, &BEHIND_NO);
        !glued && !counts && (rank == Rank::Declared || !self.knows_nothing)
    }
}

/// "no idea", "no clue", "no answer" at a position, also with a word between: "no good answer".
pub(super) fn is_no_idea(tokens: &Tokens, at: usize) -> bool {
    tokens.is_word(at, "no")
        && (tokens.is_any(at + 1, &KNOWLEDGE) || !tokens.word(at + 1).is_empty() && tokens.is_any(at + 2, &KNOWLEDGE))
}

fn ends_sentence(tokens: &Tokens, at: usize) -> bool {
    tokens.is_mark(at, '.') && tokens.all.get(at + 1).is_none_or(|next| next.spaced || next.is_line())
}

/// Whether a word begins what a text concludes with: "Therefore …", "…, so …".
fn concludes(tokens: &Tokens, at: usize) -> bool {
    let word = tokens.word(at);
    if !matches!(word.len(), 2 | 4 | 5 | 9 | 10) || !matches!(word.as_bytes()[0] | 0x20, b's' | b't' | b'h' | b'c') {
        return false;
    }
    let opens = |at: usize| {
        let is_break = |before: usize| {
            tokens.all[before].is_line() || [',', '.', ';', '!', '?'].map(Kind::Mark).contains(&tokens.all[before].kind)
        };
        at == 0 || is_break(at - 1)
    };
    let starts = opens(at) || at > 0 && tokens.is_word(at - 1, "and") && opens(at - 1);
    tokens.is_any(at, &["so", "thus", "hence", "therefore"]) && starts
        || tokens.is_word(at, "conclusion") && (opens(at) || tokens.is_word(at - 1, "in") && opens(at - 1))
}

/// Where what "answer is", "answer:", "option is" or "choose" declares begins.
fn declares(tokens: &Tokens, at: usize) -> Option<usize> {
    let word = tokens.word(at);
    // "pick", "answer", "choice", "choose", "select", "option", "letter": most words are none of them by their length alone.
    if !matches!(word.len(), 3 | 4 | 6 | 8) || !b"acloprs".contains(&(word.as_bytes()[0] | 0x20)) {
        return None;
    }
    if tokens.is_any(at, &["choose", "select", "pick"]) && tokens.is_word(at.wrapping_sub(1), "i") {
        return Some(at + 1);
    }
    let is_right = || tokens.is_any(at.wrapping_sub(1), &["correct", "right", "best", "selected", "chosen"]);
    let before_colon = || tokens.is_any(at, &["ans", "output", "response", "solution"]) && tokens.is_mark(at + 1, ':');
    if !(tokens.is_any(at, &["answer", "choice"])
        || before_colon()
        || tokens.is_any(at, &["option", "letter"]) && is_right())
    {
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
