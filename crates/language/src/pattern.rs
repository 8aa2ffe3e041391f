//! A phrasing as data: `"Which is {want:bigger=most,smaller=least}, {candidates:two}?"`.
//!
//! | form | on | means |
//! |---|---|---|
//! | `{a}` | object, class, list, quantity, word, `{answer}` | the house form: "the sofa", "the chair, the lamp, or the door", "1.5 m" |
//! | `{a:bare}` | object, class, list, `{answer}` | without article or conjunction: "sofa", "chair, lamp, door" |
//! | `{class:a}` | class | "a chair", "an armchair" |
//! | `{class:plural}` | class | "chairs" |
//! | `{candidates:and}` | list | "the chair, the lamp, and the door" |
//! | `{candidates:two}` | list | the house form; the phrase is for exactly two |
//! | `{want:bigger=most,smaller=least}` | word | wordings of this phrase only, each with the value it stands for |
//! | `[in metres]` | | may be left out, and is when rendered |

/// A piece of a phrasing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Fixed words.
    Text(String),
    /// A hole.
    Slot(Slot),
    /// Words that a reader may leave out; never rendered.
    Optional(String),
}

/// A hole of a phrasing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) role: String,
    pub(crate) form: SlotForm,
}

/// How a hole is worded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SlotForm {
    House,
    Bare,
    A,
    Plural,
    And,
    Two,
    /// Wording and value.
    Words(Vec<(String, String)>),
}

/// Name of the hole for a claimed answer.
pub(crate) const ANSWER: &str = "answer";

/// The phrasing for a count of one, where it differs: "there are 2 chairs", "there is 1 chair"; "1 of the chairs is free".
pub(crate) fn of_one(pieces: &[Piece]) -> Option<Vec<Piece>> {
    let is = |at: usize, role: &str| matches!(&pieces[at], Piece::Slot(slot) if slot.role == role);
    let counted = (2..pieces.len()).find(|at| {
        let plural = matches!(&pieces[*at], Piece::Slot(slot) if slot.form == SlotForm::Plural);
        plural && matches!(&pieces[at - 1], Piece::Text(text) if text == " " || text == OF_THE) && is(at - 2, ANSWER)
    })?;
    let mut one = pieces.to_vec();
    if let Piece::Slot(slot) = &mut one[counted]
        && pieces[counted - 1] != Piece::Text(OF_THE.to_owned())
    {
        slot.form = SlotForm::Bare;
    }
    if let Some(Piece::Text(before)) = counted.checked_sub(3).and_then(|at| one.get_mut(at))
        && let Some(stem) = before.strip_suffix("are ")
    {
        *before = format!("{stem}is ");
    }
    if let Some(Piece::Text(after)) = one.get_mut(counted + 1)
        && let Some(rest) = after.strip_prefix(" are ")
    {
        *after = format!(" is {rest}");
    }
    (one != pieces).then_some(one)
}

/// What stands between a number and the kind of which it counts some.
const OF_THE: &str = " of the ";

/// Splits a phrasing into its pieces.
pub(crate) fn pieces(phrase: &str) -> Result<Vec<Piece>, String> {
    let mut out = Vec::new();
    let mut rest = phrase;
    while let Some(at) = rest.find(['{', '[']) {
        if at > 0 {
            out.push(Piece::Text(rest[..at].to_owned()));
        }
        let (close, slot) = if rest[at..].starts_with('{') { ('}', true) } else { (']', false) };
        let Some(end) = rest[at..].find(close).map(|end| at + end) else {
            return Err(format!("{phrase:?}: {:?} is never closed", &rest[at..=at]));
        };
        let inside = &rest[at + 1..end];
        let piece = if slot {
            Piece::Slot(slot_of(phrase, inside)?)
        } else {
            // The space in front goes with the words.
            let space = match out.last_mut() {
                Some(Piece::Text(text)) if text.ends_with(' ') => text.pop().map_or("", |_| " "),
                _ => "",
            };
            Piece::Optional(format!("{space}{inside}"))
        };
        out.push(piece);
        rest = &rest[end + 1..];
    }
    if !rest.is_empty() {
        out.push(Piece::Text(rest.to_owned()));
    }
    Ok(out)
}

fn slot_of(phrase: &str, inside: &str) -> Result<Slot, String> {
    let (role, form) = inside.split_once(':').unwrap_or((inside, ""));
    let form = match form {
        "" => SlotForm::House,
        "bare" => SlotForm::Bare,
        "a" => SlotForm::A,
        "plural" => SlotForm::Plural,
        "and" => SlotForm::And,
        "two" => SlotForm::Two,
        words if words.contains('=') => SlotForm::Words(
            words
                .split(',')
                .map(|pair| pair.split_once('='))
                .map(|pair| pair.map(|(wording, value)| (wording.to_owned(), value.to_owned())))
                .collect::<Option<_>>()
                .ok_or_else(|| format!("{phrase:?}: {words:?} is no list of wording=value"))?,
        ),
        other => return Err(format!("{phrase:?}: unknown form {other:?}")),
    };
    Ok(Slot { role: role.to_owned(), form })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_phrase() {
        let pieces = pieces("Is {a} {axis:wide=width,tall=height}[ now]?").unwrap();
        assert_eq!(pieces.len(), 6);
        assert_eq!(pieces[4], Piece::Optional(" now".into()));
        let Piece::Slot(slot) = &pieces[3] else { panic!("a slot") };
        assert_eq!(slot.form, SlotForm::Words(vec![("wide".into(), "width".into()), ("tall".into(), "height".into())]));
    }

    #[test]
    fn faults_are_named() {
        assert!(pieces("Is {a").unwrap_err().contains("never closed"));
        assert!(pieces("Is {a:loud}?").unwrap_err().contains("loud"));
    }
}
