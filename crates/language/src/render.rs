//! Question → text.

use question::{Answer, Draw, Filling, Fillings, Role, Task, Unit, plainly, print};
use scene::LabelTable;

use crate::{
    book::{PhraseBook, TaskPhrases},
    kind::AnswerKind,
    pattern::{ANSWER, Piece, Slot, SlotForm, of_one},
};

/// Why a question has no text.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The catalogue has no such task.
    #[error("there is no task {0:?}")]
    Task(String),
    /// The task has no phrase at all.
    #[error("task {0} has no phrase")]
    Phrase(String),
    /// A role is not filled, or with something of another kind.
    #[error("task {task}: nothing that fits fills {role:?}")]
    Filling {
        /// The task.
        task: String,
        /// The role.
        role: String,
    },
    /// The phrase has no wording for a value: "which is bigger" cannot ask for the smallest of five.
    #[error("task {task}: this phrase cannot say what fills {role:?}; take another phrase")]
    Unsuitable {
        /// The task.
        task: String,
        /// The role.
        role: String,
    },
    /// The answer is of another kind than the task's.
    #[error("task {task}: the answer is of another kind than its question asks for")]
    Answer {
        /// The task.
        task: String,
    },
    /// No wrong answer could be made that is provably wrong and can be told apart.
    #[error("task {task}: no answer is provably wrong and told apart from the right one in print")]
    NoAlternative {
        /// The task.
        task: String,
    },
}

/// What a phrase is filled with.
#[derive(Clone, Copy)]
pub(crate) struct Content<'a> {
    pub(crate) fillings: &'a Fillings,
    /// What stands for `{answer}`: with and without article.
    pub(crate) answer: Option<(&'a str, &'a str)>,
}

impl PhraseBook {
    /// A question in one of its task's wordings, in the plainest words for it; `None` if there is no such phrase
    /// or it does not fit what fills the roles (a wording for another value, a list of another length).
    ///
    /// ```
    /// use question::{Filling, Fillings, task};
    /// let fillings = Fillings::from([
    ///     ("a".to_owned(), Filling::Text("sofa".to_owned())),
    ///     ("b".to_owned(), Filling::Text("tv stand".to_owned())),
    /// ]);
    /// let book = language::PhraseBook::builtin().expect("a phrase book");
    /// let text = book.ask(task("absolute_distance").expect("a task"), &fillings, 0);
    /// assert_eq!(text.as_deref(), Some("How far is the sofa from the tv stand?"));
    /// ```
    pub fn ask(&self, task: &Task, fillings: &Fillings, phrase: usize) -> Option<String> {
        let phrases = self.task_phrases(&task.name).ok()?;
        let content = Content { fillings, answer: None };
        phrases.render(phrases.ask.get(phrase)?, content, &mut |_| 0).ok()
    }

    /// The first fitting phrase at or after a given one, going round.
    pub fn ask_any(&self, task: &Task, fillings: &Fillings, from: usize) -> Option<String> {
        let all = self.task_phrases(&task.name).ok()?.ask.len();
        (0..all).find_map(|step| self.ask(task, fillings, (from + step) % all.max(1)))
    }

    /// A question in a drawn phrase and drawn words, and the position of the phrase.
    pub fn ask_drawn(&self, task: &Task, fillings: &Fillings, draw: &mut Draw) -> Result<(String, usize), RenderError> {
        let phrases = self.task_phrases(&task.name)?;
        any(phrases, &phrases.ask, Content { fillings, answer: None }, draw)
    }

    /// The statement that the answer is this one; `None` as for [`PhraseBook::ask`], or if the answer is of
    /// another kind. A yes/no task states what it tests, whatever the answer. A quantity is stated with its
    /// tolerance unless its last printed digit says it.
    pub fn statement(&self, task: &Task, fillings: &Fillings, answer: &Answer, phrase: usize) -> Option<String> {
        let phrases = self.task_phrases(&task.name).ok()?;
        let (long, short) = phrases.claim(self, answer).ok()?;
        let content = Content { fillings, answer: Some((&long, &short)) };
        phrases.render(phrases.state.get(phrase)?, content, &mut |_| 0).ok()
    }

    /// The statement in a drawn phrase and drawn words, and the position of the phrase.
    pub fn statement_drawn(
        &self,
        task: &Task,
        fillings: &Fillings,
        answer: &Answer,
        draw: &mut Draw,
    ) -> Result<(String, usize), RenderError> {
        let phrases = self.task_phrases(&task.name)?;
        let (long, short) = phrases.claim(self, answer)?;
        any(phrases, &phrases.state, Content { fillings, answer: Some((&long, &short)) }, draw)
    }

    /// The answer, printed already, as a sentence.
    pub fn say(&self, task: &Task, fillings: &Fillings, answer: &str) -> Option<String> {
        let phrases = self.task_phrases(&task.name).ok()?;
        let long = match phrases.answer {
            AnswerKind::Object => the(answer),
            _ => answer.to_owned(),
        };
        phrases.render(&phrases.say, Content { fillings, answer: Some((&long, answer)) }, &mut |_| 0).ok()
    }

    pub(crate) fn task_phrases(&self, task: &str) -> Result<&TaskPhrases, RenderError> {
        self.by_name.get(task).map(|at| &self.tasks[*at]).ok_or_else(|| RenderError::Task(task.to_owned()))
    }
}

/// A drawn phrase among those that can say it.
fn any(
    task: &TaskPhrases,
    phrases: &[Vec<Piece>],
    content: Content,
    draw: &mut Draw,
) -> Result<(String, usize), RenderError> {
    let mut fault = None;
    for at in draw.distinct(phrases.len(), phrases.len()) {
        match task.render(&phrases[at], content, &mut |n| draw.below(n)) {
            Ok(text) => return Ok((text, at)),
            Err(error) => fault = Some(error),
        }
    }
    Err(fault.unwrap_or_else(|| RenderError::Phrase(task.task.name.clone())))
}

impl TaskPhrases {
    /// Text of a phrase; `choose` picks among wordings of the same value.
    pub(crate) fn render(
        &self,
        pieces: &[Piece],
        content: Content,
        choose: &mut dyn FnMut(usize) -> usize,
    ) -> Result<String, RenderError> {
        let one = self.answer == AnswerKind::Count && content.answer.is_some_and(|(answer, _)| answer == "1");
        let singular = if one { of_one(pieces) } else { None };
        let mut out = String::with_capacity(96);
        for piece in singular.as_deref().unwrap_or(pieces) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Optional(_) => {}
                Piece::Slot(slot) => out.push_str(&self.slot(slot, content, choose)?),
            }
        }
        Ok(capital(out))
    }

    fn slot(
        &self,
        slot: &Slot,
        content: Content,
        choose: &mut dyn FnMut(usize) -> usize,
    ) -> Result<String, RenderError> {
        let task = || self.task.name.clone();
        let filling_fault = || RenderError::Filling { task: task(), role: slot.role.clone() };
        if slot.role == ANSWER {
            let (long, short) = content.answer.ok_or_else(filling_fault)?;
            return Ok(if slot.form == SlotForm::Bare { short } else { long }.to_owned());
        }
        let filling = content.fillings.get(&slot.role).ok_or_else(filling_fault)?;
        let unsuitable = || RenderError::Unsuitable { task: task(), role: slot.role.clone() };
        Ok(match (self.task.roles.get(&slot.role), filling, &slot.form) {
            (Some(Role::Word { words }), Filling::Text(value), form) => {
                let words = if let SlotForm::Words(own) = form { own } else { words };
                let fitting: Vec<&str> =
                    words.iter().filter(|(_, stands_for)| stands_for == value).map(|(word, _)| word.as_str()).collect();
                match fitting.get(choose(fitting.len())) {
                    Some(word) => (*word).to_owned(),
                    None => return Err(unsuitable()),
                }
            }
            (Some(Role::Class { .. }), Filling::Text(name), SlotForm::Plural) => LabelTable::builtin().plural(name),
            (Some(Role::Class { .. }), Filling::Text(name), SlotForm::A) => one(name),
            (Some(Role::Frame), Filling::Text(name), _) => name.clone(),
            (Some(Role::Frames { .. }), Filling::List(names), form) => match form {
                SlotForm::Bare => names.join(", "),
                SlotForm::And => joined(names, "and"),
                SlotForm::Two if names.len() != 2 => return Err(unsuitable()),
                _ => joined(names, "or"),
            },
            (Some(Role::Pixel { .. }), Filling::Text(pixel), _) => in_brackets(pixel),
            (Some(Role::Pixels { .. }), Filling::List(pixels), form) => {
                let pixels: Vec<String> = pixels.iter().map(|pixel| in_brackets(pixel)).collect();
                match form {
                    SlotForm::Bare => pixels.join(", "),
                    SlotForm::And => joined(&pixels, "and"),
                    SlotForm::Two if pixels.len() != 2 => return Err(unsuitable()),
                    _ => joined(&pixels, "or"),
                }
            }
            (
                Some(Role::Object { .. } | Role::Class { .. } | Role::Region { .. }),
                Filling::Text(name),
                SlotForm::Bare,
            ) => bare(name),
            (Some(Role::Object { .. } | Role::Class { .. } | Role::Region { .. }), Filling::Text(name), _) => the(name),
            (Some(Role::Objects { .. }), Filling::List(names), form) => match form {
                SlotForm::Bare => names.iter().map(|name| bare(name)).collect::<Vec<_>>().join(", "),
                SlotForm::And => listed(names, "and"),
                SlotForm::Two if names.len() != 2 => return Err(unsuitable()),
                _ => listed(names, "or"),
            },
            (Some(Role::Quantity { unit, .. }), Filling::Number(value), _) => given(*value, *unit),
            _ => return Err(filling_fault()),
        })
    }

    /// The claimed answer in words, with and without article.
    pub(crate) fn claim(&self, book: &PhraseBook, answer: &Answer) -> Result<(String, String), RenderError> {
        let plain = print::answer(answer);
        let tolerance = &book.wording.tolerance[0];
        Ok(match (self.answer, answer) {
            (AnswerKind::Object, Answer::Object { name, .. }) => (the(plainly(name)), bare(plainly(name))),
            (AnswerKind::Quantity(_), Answer::Quantity { value, lo, hi, unit }) => {
                let text = with_tolerance(&plain, tolerance, *value, *lo, *hi, *unit);
                (text.clone(), text)
            }
            (AnswerKind::Turn, Answer::Turn { value, lo, hi }) => {
                let text = with_tolerance(&plain, tolerance, *value, *lo, *hi, Unit::Degree);
                (text.clone(), text)
            }
            (AnswerKind::Point, Answer::Point { value, lo, hi }) => {
                let half = (0..3).map(|axis| (hi[axis] - value[axis]).max(value[axis] - lo[axis])).fold(0.0, f64::max);
                let text = with_tolerance(&plain, tolerance, 0.0, -half, half, Unit::Metre);
                (text.clone(), text)
            }
            (AnswerKind::Count, Answer::Count { .. })
            | (AnswerKind::Pixel, Answer::Pixel { .. })
            | (AnswerKind::Frame, Answer::Frame { .. })
            | (AnswerKind::YesNo, Answer::YesNo { .. })
            | (AnswerKind::Turns(_), Answer::Turns { .. })
            | (AnswerKind::Region, Answer::Region { .. })
            | (AnswerKind::Sector(_), Answer::Sector { .. }) => (plain.clone(), plain),
            (AnswerKind::Order, Answer::Order { names, .. }) => {
                let text = names.iter().map(|name| bare(plainly(name))).collect::<Vec<_>>().join(", ");
                (text.clone(), text)
            }
            _ => return Err(RenderError::Answer { task: self.task.name.clone() }),
        })
    }
}

/// `"2.10 m, give or take 0.30 m"`; without a tolerance where the printed number says it by its last digit.
fn with_tolerance(plain: &str, wording: &str, value: f64, lo: f64, hi: f64, unit: Unit) -> String {
    let half_width = (hi - value).max(value - lo);
    let digit = digit(unit);
    if half_width <= digit * 0.500_001 {
        return plain.to_owned();
    }
    let shown = rounded_up(half_width, unit);
    format!("{plain}, {wording} {}", print::quantity(shown, unit))
}

/// What the last printed digit of a unit is worth, in that unit.
pub(crate) fn digit(unit: Unit) -> f64 {
    match unit {
        Unit::Metre | Unit::SquareMetre | Unit::One => 0.01,
        Unit::CubicMetre => 0.001,
        Unit::Degree => 1.0,
    }
}

/// Rounded up to what is printed.
pub(crate) fn rounded_up(value: f64, unit: Unit) -> f64 {
    let digit = digit(unit);
    ((value / digit) - 1e-6).ceil() * digit
}

/// A pixel of a filling as a text has it: `"(320, 240)"`.
fn in_brackets(pixel: &str) -> String {
    format!("({})", pixel.replace(',', ", "))
}

/// A label or name with its article; an object number says what it is.
pub(crate) fn the(name: &str) -> String {
    if name.starts_with('#') { bare(name) } else { format!("the {name}") }
}

/// A label with the article of one of its kind: `"a chair"`, `"an armchair"`, `"a utensil"`.
fn one(name: &str) -> String {
    /// Beginnings that do not sound as they look.
    const CONSONANTS: [&str; 5] = ["eu", "one", "uni", "ute", "uti"];
    const VOWELS: [&str; 6] = ["a", "e", "i", "o", "u", "hour"];
    let begins = |with: &[&str]| with.iter().any(|start| name.starts_with(start));
    let article = if begins(&VOWELS) && !begins(&CONSONANTS) { "an" } else { "a" };
    format!("{article} {name}")
}

/// A label or name without article.
pub(crate) fn bare(name: &str) -> String {
    if name.starts_with('#') { format!("object {name}") } else { name.to_owned() }
}

/// `"the chair, the lamp, or the door"`.
fn listed(names: &[String], conjunction: &str) -> String {
    joined(&names.iter().map(|name| the(name)).collect::<Vec<_>>(), conjunction)
}

/// `"rgb_0 or rgb_1"`, `"a, b, and c"`.
fn joined(names: &[String], conjunction: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} {conjunction} {two}"),
        [head @ .., last] => format!("{}, {conjunction} {last}", head.join(", ")),
    }
}

/// A quantity of the question, every digit of it: `"1.5 m"`.
fn given(value: f64, unit: Unit) -> String {
    let printed = print::quantity(0.0, unit);
    format!("{value}{}", printed.trim_start_matches(['0', '.']))
}

pub(crate) fn capital(text: String) -> String {
    match text.chars().next() {
        Some(first) if first.is_lowercase() => first.to_uppercase().collect::<String>() + &text[first.len_utf8()..],
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::one;

    #[test]
    fn the_article_of_one_of_a_kind() {
        let said = ["chair", "armchair", "umbrella", "utensil", "hourglass"].map(one);
        assert_eq!(said, ["a chair", "an armchair", "an umbrella", "a utensil", "an hourglass"]);
    }
}
