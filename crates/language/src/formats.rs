//! A question with its certain answer as an exercise: free-form, multiple choice, true/false.
//!
//! The wrong options and the false statements are provably wrong, see `wrong`. Everything is deterministic in
//! the draw.

use std::fmt::Write as _;

use question::{Answer, Draw, Fillings, Predicate, Question, Task, plainly, print};
use scene::Scene;

use crate::{
    Format, PhraseBook, RenderError,
    book::TaskPhrases,
    kind::AnswerKind,
    parse::contrary,
    pattern::{Piece, Slot},
    render::bare,
    wrong::{self, Claimed},
};

/// A question and its answer.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The scene asked about; says which objects the candidates are.
    pub scene: &'a Scene,
    /// The task.
    pub task: &'a Task,
    /// What fills its roles.
    pub fillings: &'a Fillings,
    /// The question that the two make.
    pub question: &'a Question,
    /// The certain answer.
    pub answer: &'a Answer,
    /// Answers known to be wrong, to be used as wrong options and false claims; where empty, they are made. Of objects the
    /// names count.
    pub alternatives: &'a [Answer],
    /// What is not left to the draw.
    pub wanted: Wanted<'a>,
}

/// Where the right option stands and whether a statement is true, where a balance is kept; left out, both are drawn.
#[derive(Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Position of the right option among so many, from 0.
    pub place: Option<&'a dyn Fn(usize) -> usize>,
    /// Whether the statement is true.
    pub truth: Option<bool>,
}

impl std::fmt::Debug for Wanted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wanted").field("place", &self.place.is_some()).field("truth", &self.truth).finish()
    }
}

/// An exercise.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// What is asked, options included.
    pub text: String,
    /// The right answer: printed, or the text of the right option, or true or false.
    pub answer_text: String,
    /// The options without their letters, in order; empty if there are none.
    pub options: Vec<String>,
    /// The letter of the right option.
    pub letter: Option<char>,
    /// How it wants to be answered.
    pub format: Format,
    /// The question that `text` parses to.
    pub question: Question,
}

/// Most options.
const MOST_OPTIONS: usize = 4;

impl PhraseBook {
    /// The exercise in a format.
    pub fn exercise(&self, material: &Material, format: Format, draw: &mut Draw) -> Result<Rendered, RenderError> {
        match format {
            Format::FreeForm => self.free_form(material, draw),
            Format::MultipleChoice => self.multiple_choice(material, draw),
            Format::TrueFalse => self.true_false(material, draw),
        }
    }

    /// A question to be answered in one's own words.
    pub fn free_form(&self, material: &Material, draw: &mut Draw) -> Result<Rendered, RenderError> {
        self.checked(material)?;
        let (text, _) = self.ask_drawn(material.task, material.fillings, draw)?;
        Ok(Rendered {
            text,
            answer_text: print::answer(material.answer),
            options: Vec::new(),
            letter: None,
            format: Format::FreeForm,
            question: material.question.clone(),
        })
    }

    /// A question with two to four options, of which exactly one is right.
    pub fn multiple_choice(&self, material: &Material, draw: &mut Draw) -> Result<Rendered, RenderError> {
        let phrases = self.checked(material)?;
        let (mut text, _) = self.ask_drawn(material.task, material.fillings, draw)?;
        let right = option(material.answer);
        let mut options: Vec<String> = Vec::new();
        for wrong in wrong::answers(phrases, material, MOST_OPTIONS - 1, draw) {
            let wrong = option(&wrong);
            if wrong != right && !options.contains(&wrong) && options.len() + 1 < MOST_OPTIONS {
                options.push(wrong);
            }
        }
        if options.is_empty() {
            return Err(RenderError::NoAlternative { task: material.task.name.clone() });
        }
        let drawn = draw.below(options.len() + 1);
        let at = material.wanted.place.map_or(drawn, |place| place(options.len() + 1).min(options.len()));
        options.insert(at, right.clone());
        if let Some(style) = draw.pick(&self.wording.options) {
            for (letter, option) in ('A'..).zip(&options) {
                // Writing to a String cannot fail.
                let _ = write!(text, "\n{}{letter}{}{option}", style.before, style.after);
            }
        }
        Ok(Rendered {
            text,
            answer_text: right,
            options,
            letter: ('A'..).nth(at),
            format: Format::MultipleChoice,
            question: material.question.clone(),
        })
    }

    /// A statement that is true with probability ½, unless it is wanted true or false. A claimed quantity carries its tolerance: a true claim holds
    /// the whole interval of the answer, a false one none of it.
    pub fn true_false(&self, material: &Material, draw: &mut Draw) -> Result<Rendered, RenderError> {
        let phrases = self.checked(material)?;
        let drawn = draw.below(2) == 0;
        let truth = material.wanted.truth.unwrap_or(drawn);
        // What a yes/no task states is true or false by itself; its contrary is the other.
        let negated = matches!(material.answer, Answer::YesNo { value } if *value != truth);
        let claim = wrong::claim(self, phrases, material, truth, draw)?;
        let (statement, phrase) = self.statement_drawn(material.task, material.fillings, &claim.answer, draw)?;
        let frames = if negated { &self.wording.negations } else { &self.wording.frames };
        let frame = draw.pick(frames).map_or("{statement}", String::as_str);
        let text = framed(frame, &statement);
        let mut question = stated(phrases, material, phrase, claim)?;
        if negated {
            question = contrary(question);
        }
        Ok(Rendered {
            text,
            answer_text: self.wording.truth[usize::from(!truth)].clone(),
            options: Vec::new(),
            letter: None,
            format: Format::TrueFalse,
            question,
        })
    }

    fn checked(&self, material: &Material) -> Result<&TaskPhrases, RenderError> {
        let phrases = self.task_phrases(&material.task.name)?;
        phrases.claim(self, material.answer)?;
        Ok(phrases)
    }
}

/// The question whether a statement is true, as the parser reads it.
fn stated(phrases: &TaskPhrases, material: &Material, phrase: usize, claim: Claimed) -> Result<Question, RenderError> {
    if phrases.answer == AnswerKind::YesNo {
        return Ok(material.question.clone());
    }
    let question = match (&claim.answer, phrases.candidates()) {
        (Answer::Order { names, .. }, Some(role)) if !mentions(&phrases.state[phrase], role) => {
            let names = names.iter().map(|name| plainly(name).to_owned()).collect();
            let mut fillings = material.fillings.clone();
            fillings.insert(role.to_owned(), question::Filling::List(names));
            phrases.question(&fillings)?
        }
        _ => material.question.clone(),
    };
    Ok(Question::Test { that: Predicate::Claim { question: Box::new(question), answer: claim.answer } })
}

impl TaskPhrases {
    pub(crate) fn question(&self, fillings: &Fillings) -> Result<Question, RenderError> {
        self.task
            .question(fillings)
            .map_err(|error| RenderError::Filling { task: self.task.name.clone(), role: error.to_string() })
    }
}

fn mentions(pieces: &[Piece], role: &str) -> bool {
    pieces.iter().any(|piece| matches!(piece, Piece::Slot(Slot { role: other, .. }) if other == role))
}

/// An answer as an option.
fn option(answer: &Answer) -> String {
    match answer {
        Answer::Object { name, .. } => bare(plainly(name)),
        Answer::Order { names, .. } => names.iter().map(|name| bare(plainly(name))).collect::<Vec<_>>().join(", "),
        other => print::answer(other),
    }
}

/// A statement inside its frame: small inside a sentence, and one mark at the end.
fn framed(frame: &str, statement: &str) -> String {
    let Some((before, after)) = frame.split_once("{statement}") else { return statement.to_owned() };
    let begins = before.is_empty() || before.trim_end().ends_with(['?', '.', ':']) && !before.contains("not the case");
    let statement = if begins { statement.to_owned() } else { small(statement) };
    let question = before.starts_with("Is it true");
    let statement = match statement.strip_suffix('.') {
        Some(stem) if question => format!("{stem}?"),
        _ => statement,
    };
    format!("{before}{statement}{after}")
}

fn small(text: &str) -> String {
    let mut chars = text.chars();
    let second_is_small = text.chars().nth(1).is_some_and(char::is_lowercase);
    match chars.next() {
        Some(first) if second_is_small => first.to_lowercase().collect::<String>() + chars.as_str(),
        _ => text.to_owned(),
    }
}
