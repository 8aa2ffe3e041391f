//! Options at the end of a text: `"…\nA. chair\nB. lamp"`.

use question::{Answer, Unit, outside_m, print};
use scene::{ObjectId, Scene, normalise};

use crate::{PhraseBook, label, token::tokens};

/// A text and the options that followed it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Split<'t> {
    pub(crate) text: &'t str,
    /// Without their letters, in order.
    pub(crate) options: Vec<String>,
}

impl PhraseBook {
    /// The positions of the options that say an answer; only one in a well-made question.
    ///
    /// An object is the same under any of its names, a number is the same within the answer's tolerance and half of
    /// the last digit written.
    pub fn options_that_say(&self, scene: &Scene, options: &[String], answer: &Answer) -> Vec<usize> {
        let printed = normalise(&print::answer(answer));
        let says = |option: &str| match answer {
            Answer::Object { id, name } => self.is(scene, option, *id, name),
            Answer::Order { ids, names } => {
                let parts: Vec<&str> = option.split(',').collect();
                parts.len() == ids.len()
                    && parts.iter().zip(ids.iter().zip(names)).all(|(part, (id, name))| self.is(scene, part, *id, name))
            }
            Answer::Quantity { lo, hi, unit, .. } => self.within(option, *lo, *hi, *unit),
            Answer::Region { at, pieces, .. } => self.is_in(option, at[2], pieces),
            _ => normalise(option) == printed,
        };
        (0..options.len()).filter(|at| says(&options[*at])).collect()
    }

    /// Whether a text names an object, or the candidate that stood for it, which may be several of a kind.
    fn is(&self, scene: &Scene, text: &str, id: ObjectId, name: &str) -> bool {
        let tokens = tokens(text, &self.lexicon);
        let text = label::text(scene, &tokens, &(0..tokens.all.len()));
        let means = label::means(scene, text);
        label::object(scene, text) == Some(id) || means.is_some() && means == label::means(scene, name)
    }

    /// Whether a text names a place of a free region, to the centimetre.
    fn is_in(&self, option: &str, height_m: f64, pieces: &[Vec<[f64; 2]>]) -> bool {
        let tokens = tokens(option, &self.lexicon);
        let place = self.numbers.place(&tokens, 0).filter(|(_, end)| *end == tokens.all.len());
        place.is_some_and(|(place, _)| outside_m(pieces, height_m, place) <= 0.01)
    }

    fn within(&self, option: &str, lo: f64, hi: f64, unit: Unit) -> bool {
        let tokens = tokens(option, &self.lexicon);
        self.numbers.claimed(&tokens, 0, unit).is_some_and(|(stated, end)| {
            end == tokens.all.len() && lo <= stated.value + stated.tolerance && stated.value - stated.tolerance <= hi
        })
    }
}

/// Splits an options block off the end of a text. `after` are sentences that may follow it.
pub(crate) fn split<'t>(text: &'t str, after: &[String]) -> Split<'t> {
    if !text.trim_end().contains('\n') {
        return Split { text, options: Vec::new() };
    }
    let mut rest = text.trim_end();
    while let Some((head, line)) = rest.rsplit_once('\n') {
        if !after.iter().any(|sentence| normalise(sentence) == normalise(line)) {
            break;
        }
        rest = head.trim_end();
    }
    let mut options: Vec<(char, String)> = Vec::new();
    let mut head = rest;
    while let Some((before, line)) = head.rsplit_once('\n') {
        let Some((letter, option)) = option(line) else { break };
        if options.last().is_some_and(|(next, _)| *next as u32 != letter as u32 + 1) {
            break;
        }
        options.push((letter, option.to_owned()));
        head = before.trim_end();
        if letter == 'A' {
            options.reverse();
            return if options.len() < 2 {
                Split { text, options: Vec::new() }
            } else {
                Split { text: head, options: options.into_iter().map(|(_, option)| option).collect() }
            };
        }
    }
    Split { text, options: Vec::new() }
}

/// Letter and text of `"A. x"`, `"(A) x"`, `"A) x"`, `"A: x"`.
fn option(line: &str) -> Option<(char, &str)> {
    let line = line.trim();
    let line = line.strip_prefix('(').unwrap_or(line);
    let letter = line.chars().next().filter(char::is_ascii_uppercase)?;
    let rest = line[1..].strip_prefix(['.', ')', ':'])?;
    let option = rest.trim();
    (rest.starts_with(' ') && !option.is_empty()).then_some((letter, option))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_every_style() {
        for block in ["A. chair\nB. lamp", "(A) chair\n(B) lamp\n", "A) chair\n\n  B) lamp"] {
            let text = format!("Which is it?\n{block}");
            let split = split(&text, &[]);
            assert_eq!(split.text, "Which is it?", "{block}");
            assert_eq!(split.options, ["chair", "lamp"], "{block}");
        }
    }

    #[test]
    fn what_is_no_block_stays() {
        for text in ["", "A. chair", "Which?\nA. chair", "Which?\nB. chair\nC. lamp", "Which?\nA. chair\nC. lamp"] {
            assert_eq!(split(text, &[]), Split { text, options: Vec::new() });
        }
    }

    #[test]
    fn an_instruction_may_follow() {
        let split = split("Which?\nA. chair\nB. lamp\nAnswer now.", &["Answer now.".into()]);
        assert_eq!(split.text, "Which?");
    }
}
