//! One of several options: by its letter, or by its text.

use std::ops::Range;

use question::Unit;

use super::{
    Found, Kept, Read, Why, label,
    phrase::{Declarations, Noes, Rank, denies, is_denied, rules_out},
    quantity,
    token::{Kind, Tokens, undressed},
    trim, yes_no,
};

/// The position of an option.
///
/// A letter counts where it cannot be a word: alone, in brackets, before `.`, `)` or `:`, after "option" or after a
/// declaration. Where no letter counts, the text of one option must stand there, whole and alone.
pub(super) fn read(text: &str, range: Range<usize>, options: &[String]) -> Read<usize> {
    let trimmed = trim(text, range);
    if trimmed.is_empty() {
        return Read::Nothing { why: Why::Empty };
    }
    let tokens = Tokens::of(text, trimmed.clone());
    let by_letter = letters(&tokens, options);
    match by_letter {
        Read::Nothing { .. } => {}
        // A letter beside the text of another option says two things.
        Read::One(found) => {
            return match by_text(text, &tokens, &trimmed, options, Some(&found)) {
                Some(Read::One(other)) if other.value != found.value => Read::Conflict { first: found, other },
                _ => Read::One(found),
            };
        }
        conflict @ Read::Conflict { .. } => return conflict,
    }
    let is_denied = || (0..tokens.all.len()).any(|at| denies(tokens.word(at)));
    let by_quantity = || if is_denied() { None } else { by_quantity(text, &trimmed, options) };
    let by_text = by_text(text, &tokens, &trimmed, options, None).or_else(by_quantity);
    by_text.unwrap_or(Read::Nothing { why: Why::OtherKind })
}

/// A text as words, in which a number keeps its sign and its point: "-0.90 m" is neither "0.90 m" nor "90 m".
fn normal(text: &str) -> String {
    let text = undressed(text);
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let digit_follows = rest.peek().is_some_and(char::is_ascii_digit);
        match c {
            '-' | '−' | '–' if digit_follows && !before.is_alphanumeric() => out.push_str("minus"),
            '.' if digit_follows && before.is_ascii_digit() => out.push('p'),
            c => out.push(c),
        }
        before = c;
    }
    label::normal(&out).into_owned()
}

/// The option that is the quantity that a text states, where all of them are quantities of one unit.
fn by_quantity(text: &str, range: &Range<usize>, options: &[String]) -> Option<Read<usize>> {
    let units = [Unit::Metre, Unit::SquareMetre, Unit::CubicMetre, Unit::Degree, Unit::One];
    units.into_iter().find_map(|unit| {
        let stated = |text: &str, range: Range<usize>| match quantity::read(text, range, unit, 1.0) {
            Read::One(found) => found.value.value().map(|value| (value, found.value.stated_unit, found.span)),
            _ => None,
        };
        let values: Option<Vec<(f64, bool)>> = options
            .iter()
            .map(|option| stated(option, 0..option.len()).map(|(value, unit, _)| (value, unit)))
            .collect();
        let values = values.filter(|values| !values.is_empty() && values.iter().all(|(_, has)| *has == values[0].1))?;
        let (said, has_unit, span) = stated(text, range.clone())?;
        let is_same = |value: f64| (value - said).abs() <= 1e-9 * value.abs().max(said.abs());
        let mut same = (0..values.len()).filter(|at| has_unit == values[*at].1 && is_same(values[*at].0));
        let at = same.next().filter(|_| same.next().is_none())?;
        Some(Read::One(Found { value: at, span }))
    })
}

fn letters(tokens: &Tokens, options: &[String]) -> Read<usize> {
    let declarations = Declarations::of(tokens);
    let named = named_alike(options);
    let options = options.len();
    let mut kept = Kept::new();
    let mut rank = Rank::Said;
    for at in 0..tokens.all.len() {
        let Some(position) = letter(tokens, at, options) else { continue };
        let declared = declarations.rank(tokens, at);
        let here = match declared {
            Rank::Declared if first_of_declared(tokens, at) || labels(tokens, at) => Rank::Declared,
            _ if is_called_right(tokens, at) => Rank::Declared,
            _ if labels(tokens, at) || is_chosen(tokens, at, named) => declared.clamp(Rank::Said, Rank::Concluded),
            _ => continue,
        };
        let words_behind = (at + 1..).map(|next| tokens.word(next)).take_while(|word| !word.is_empty());
        if is_denied(tokens, at) || rules_out(words_behind) || declarations.is_asked(at) {
            continue;
        }
        if here > rank {
            (rank, kept) = (here, Kept::new());
        }
        if here == rank {
            // "either C or D", "(A, B, C)"
            if let Some(first) = alternative(tokens, at)
                && let Some(other) = letter(tokens, first, options)
            {
                kept.add(other, tokens.span(first..first + 1));
            }
            kept.add(position, tokens.span(at..at + 1));
            // Options that are only told again, one a line.
            if here == Rank::Declared
                && let Some(next) = next_line(tokens, at)
                && let Some(other) = letter(tokens, next, options)
                && labels(tokens, next)
            {
                kept.add(other, tokens.span(next..next + 1));
            }
        }
    }
    if kept.first.is_none() && named { the_one_that_fits(tokens, options) } else { kept.read(Why::OtherKind) }
}

/// The first word of the line behind that on which a letter stands first.
fn next_line(tokens: &Tokens, at: usize) -> Option<usize> {
    let first = if at > 0 && tokens.is_mark(at - 1, '(') { at - 1 } else { at };
    if first == 0 || !tokens.all[first - 1].is_line() {
        return None;
    }
    let end = at + tokens.all[at..].iter().position(super::token::Token::is_line)?;
    let next = end + tokens.all[end..].iter().position(|token| !token.is_line())?;
    Some(if tokens.is_mark(next, '(') { next + 1 } else { next })
}

/// The letter of which a reply that names no other says that it is the one: "Point B matches it best".
fn the_one_that_fits(tokens: &Tokens, options: usize) -> Read<usize> {
    const FITS: [&str; 8] = ["matches", "corresponds", "fits", "best", "correctly", "accurately", "closely", "suits"];
    let mut kept = Kept::new();
    let mut fits = false;
    for at in 0..tokens.all.len() {
        let Some(position) = letter(tokens, at, options).filter(|_| tokens.is_capital(at)) else { continue };
        let is_called = tokens.is_any(at.wrapping_sub(1), &["point", "box", "option", "picture", "image"]);
        let fitting = (1..5).take_while(|step| !tokens.word(at + step).is_empty());
        let is_fitting = fitting.clone().any(|step| tokens.is_any(at + step, &FITS))
            && !fitting
                .clone()
                .any(|step| denies(tokens.word(at + step)) || tokens.is_any(at + step, &["less", "least"]));
        // "A chair" is no letter.
        if tokens.word(at) == "A" && !is_called && !is_fitting {
            continue;
        }
        if is_denied(tokens, at) {
            return Read::Nothing { why: Why::OtherKind };
        }
        fits |= is_fitting;
        kept.add(position, tokens.span(at..at + 1));
    }
    match kept.read(Why::OtherKind) {
        Read::One(found) if fits => Read::One(found),
        _ => Read::Nothing { why: Why::OtherKind },
    }
}

/// The letter before "or" at a position: neither of the two is chosen.
fn alternative(tokens: &Tokens, at: usize) -> Option<usize> {
    let first = at.checked_sub(2)?;
    let joins = tokens.is_any(at - 1, &["or", "and"]) || tokens.is_mark(at - 1, '/') || tokens.is_mark(at - 1, ',');
    // "A, and B"
    let first = if joins && tokens.is_mark(first, ',') { first.checked_sub(1)? } else { first };
    (joins && tokens.is_capital(first)).then_some(first)
}

/// "D is correct", "B is the right answer".
fn is_called_right(tokens: &Tokens, at: usize) -> bool {
    let mut next = at + 1;
    if !tokens.is_word(next, "is") {
        return false;
    }
    next += 1 + usize::from(tokens.is_any(next + 1, &["the", "most"]));
    let ends = |at: usize| !matches!(tokens.all.get(at), Some(next) if next.kind == Kind::Word);
    let answer = |at: usize| tokens.is_any(at, &["answer", "option", "choice"]);
    tokens.is_capital(at)
        && (tokens.is_any(next, &["correct", "right", "best"]) && (ends(next + 1) || answer(next + 1)) || answer(next))
}

/// Whether things that options call by a letter, such as "point A", have the letters of their options.
fn named_alike(options: &[String]) -> bool {
    options.iter().zip(b'A'..).all(|(option, letter)| {
        let last =
            option.trim_end_matches(|c: char| !c.is_alphanumeric()).rsplit(|c: char| !c.is_alphanumeric()).next();
        !matches!(last.map(str::as_bytes), Some([name]) if name.is_ascii_uppercase() && *name != letter)
    })
}

/// Whether a capital at the end of a clause is what the clause comes to: "so D", "it's D", "I think D"; where things are
/// `named` as their options are, also "it's point D".
fn is_chosen(tokens: &Tokens, at: usize, named: bool) -> bool {
    let Some(mut before) = at.checked_sub(1) else {
        // "D because A is further away"
        return tokens.is_capital(at) && tokens.is_any(1, &["because", "since"]);
    };
    let ends = tokens
        .all
        .get(at + 1)
        .is_none_or(|next| next.is_line() || [',', '.', ';', '!', ')'].into_iter().any(|mark| next.is(mark)))
        || tokens.is_any(at + 1, &["because", "since", "as"]);
    if !ends || !tokens.is_capital(at) {
        return false;
    }
    let verbs = ["is", "be", "it's", "that's", "think", "say", "choose", "pick", "select", "guess", "answer"];
    let so = ["so", "therefore", "thus", "hence", "definitely", "probably", "likely", "but"];
    let comma = usize::from(tokens.is_mark(before, ','));
    if before >= comma && tokens.is_any(before - comma, &so) {
        return true;
    }
    if tokens.is_word(before, "with") && tokens.is_any(before.wrapping_sub(1), &["go", "going", "went"]) {
        return true;
    }
    // "The corresponding point is Point D."
    if named && tokens.is_any(before, &["point", "box", "picture", "image"]) {
        let Some(verb) = before.checked_sub(1) else { return tokens.all.len() <= at + 2 };
        before = verb;
        if tokens.is_word(before, "the")
            && let Some(verb) = before.checked_sub(1)
        {
            before = verb;
        }
    }
    tokens.is_any(before, &verbs)
}

/// The option that a single letter would be.
fn letter(tokens: &Tokens, at: usize, options: usize) -> Option<usize> {
    let [letter] = tokens.word(at).as_bytes() else { return None };
    let position = usize::from(letter.to_ascii_uppercase().checked_sub(b'A')?);
    (letter.is_ascii_alphabetic() && position < options).then_some(position)
}

/// Whether a letter inside a declared sentence is what is declared: no word between, brackets and "option" apart.
fn first_of_declared(tokens: &Tokens, at: usize) -> bool {
    let upper = tokens.is_capital(at);
    let before = at.wrapping_sub(1);
    let follows = tokens.is_mark(before, '(')
        || tokens.is_mark(before, '[')
        || tokens.is_mark(before, ':')
        || tokens.is_mark(before, '"')
        || tokens.is_any(before, &["is", "be", "option", "choice", "choose", "select", "pick", "or", "and"]);
    // "the answer is a chair" names no letter.
    let ends = tokens.all.get(at + 1).is_none_or(|next| next.kind != Kind::Word);
    let alternative = tokens.is_any(at + 1, &["or", "and", "because", "since", "as"]);
    (follows || tokens.all.get(before).is_some_and(super::token::Token::is_line)) && upper && (ends || alternative)
        || follows && ends
}

/// Whether a letter stands as a label does.
fn labels(tokens: &Tokens, at: usize) -> bool {
    let upper = tokens.is_capital(at);
    let before = at.wrapping_sub(1);
    let alone = tokens.all.len() == 1;
    let bracketed = (tokens.is_mark(before, '(') && tokens.is_mark(at + 1, ')'))
        || (tokens.is_mark(before, '[') && tokens.is_mark(at + 1, ']'))
        || upper && ['"', '\''].into_iter().any(|quote| tokens.is_mark(before, quote) && tokens.is_mark(at + 1, quote));
    let line_start = at == 0 || tokens.all[before].is_line();
    let marked = [')', ':', '.', '!'].into_iter().any(|mark| tokens.is_mark(at + 1, mark))
        || upper && tokens.is_mark(at + 1, '(');
    // "A: no. B: yes."
    let told = tokens.is_mark(at + 1, ':') && ['.', ';', ','].into_iter().any(|mark| tokens.is_mark(before, mark));
    let line_end = tokens.all.get(at + 1).is_none_or(super::token::Token::is_line);
    let named = tokens.is_any(before, &["option", "choice"]) && (upper || line_end);
    // "A, B" and "B or C" at the start of a line
    let listed = line_start && upper && (tokens.is_mark(at + 1, ',') || tokens.is_mark(at + 1, '/'))
        || upper
            && (tokens.is_mark(before, ',') || tokens.is_mark(before, '/') || tokens.is_any(before, &["or", "and"]))
            && (line_end || [',', '/', '.'].into_iter().any(|mark| tokens.is_mark(at + 1, mark)))
        || line_start && upper && tokens.is_any(at + 1, &["or", "and"]) && tokens.word(at + 2).len() == 1;
    let of_another = upper && line_end && tokens.is_mark(before, ':') && tokens.word(before.wrapping_sub(1)).len() == 1;
    alone || bracketed || named || listed || told || of_another || line_start && (marked || line_end)
}

/// The option whose text stands there. Beside a letter, only the text right behind it counts.
fn by_text(
    text: &str,
    tokens: &Tokens,
    range: &Range<usize>,
    options: &[String],
    letter: Option<&Found<usize>>,
) -> Option<Read<usize>> {
    if options.iter().all(String::is_empty) {
        return None;
    }
    let from = letter.map_or(range.start, |letter| letter.span.end);
    let line_end = text[from..range.end].find('\n').map_or(range.end, |step| from + step);
    let to = if letter.is_some() { line_end } else { range.end };
    if to - from > 4096 {
        return None;
    }
    let said = normal(&text[from..to]);
    if said.is_empty() {
        return None;
    }
    let wanted: Vec<String> = options.iter().map(|option| normal(option)).collect();
    // The same words are the plainest.
    if let Some(at) = wanted.iter().position(|option| *option == said) {
        return Some(Read::One(Found { value: at, span: from..to }));
    }
    if letter.is_some() {
        let starts = |option: &&String| {
            !option.is_empty() && said.strip_prefix(option.as_str()).is_some_and(|rest| rest.starts_with(' '))
        };
        let longest = wanted.iter().filter(starts).max_by_key(|option| option.len())?;
        let at = wanted.iter().position(|option| option == longest)?;
        if longest == NO && !says_no(&Tokens::of(text, from..to)) {
            return None;
        }
        return Some(Read::One(Found { value: at, span: from..to }));
    }
    let mut kept = Kept::new();
    let yes_and_no = yes_and_no(&wanted);
    if let Some(positions) = yes_and_no {
        let mut add = |found: Found<bool>| kept.add(positions[usize::from(found.value)], found.span);
        match yes_no::of(tokens) {
            Read::One(found) => add(found),
            Read::Conflict { first, other } => {
                add(first);
                add(other);
            }
            Read::Nothing { .. } => {}
        }
    }
    // What is denied is not chosen, unless the option itself has that word: "cannot tell".
    let denials = |words: &str| {
        const OUT: [&str; 6] = ["except", "excluded", "ruled", "wrong", "incorrect", "reverse"];
        words.split(' ').filter(|word| denies(word) || OUT.contains(word)).count()
            + words.matches("anything but").count()
    };
    let denied = denials(&said);
    for at in mentioned(&said, &wanted) {
        let by_words = yes_and_no.is_none_or(|positions| !positions.contains(&at));
        if by_words && denials(&wanted[at]) >= denied && (wanted[at] != NO || says_no(tokens)) {
            kept.add(at, from..to);
        }
    }
    match kept.read(Why::OtherKind) {
        Read::Nothing { .. } => None,
        read => Some(read),
    }
}

/// The option that a word may be where it only counts things.
const NO: &str = "no";

/// Whether some "no" of a text answers.
fn says_no(tokens: &Tokens) -> bool {
    let (declarations, noes) = (Declarations::of(tokens), Noes::of(tokens));
    (0..tokens.all.len()).any(|at| tokens.is_word(at, NO) && noes.answers(tokens, at, declarations.rank(tokens, at)))
}

/// The positions of no and yes, or of false and true, where both are options.
fn yes_and_no(options: &[String]) -> Option<[usize; 2]> {
    let position = |words: [&str; 2]| options.iter().position(|option| words.contains(&option.as_str()));
    Some([position([NO, "false"])?, position(["yes", "true"])?])
}

/// The options whose words stand in a text, inside longer options apart.
fn mentioned(said: &str, options: &[String]) -> Vec<usize> {
    let padded = format!(" {said} ");
    let stands = |option: &String| {
        if option.is_empty() {
            return false;
        }
        let mut rest = padded.clone();
        // Words that a longer option has at the same place are that option's.
        for longer in options.iter().filter(|longer| longer.len() > option.len() && longer.contains(option.as_str())) {
            rest = rest.replace(&format!(" {longer} "), " | ");
        }
        rest.contains(&format!(" {option} "))
    };
    (0..options.len()).filter(|at| stands(&options[*at])).collect()
}
