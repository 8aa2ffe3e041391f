//! Text → question.

use std::ops::Range;

use question::{Fillings, Predicate, Question};
use scene::Scene;

use crate::{
    Refusal,
    book::{Frame, PhraseBook},
    hint,
    matcher::{Found, Matcher},
    options,
    reading::{Reading, read},
    token::{Tokens, tokens},
};

/// Most characters of a text.
pub const MOST_CHARACTERS: usize = 2_000;
/// Most words of a text.
pub const MOST_TOKENS: usize = 400;

/// A text that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// Name of the task.
    pub task: &'static str,
    /// What fills the task's roles.
    pub fillings: Fillings,
    /// What the text asks; for a statement, whether it is true.
    pub question: Question,
    /// Position of the wording among the task's `ask` phrases, or its `state` phrases for a statement.
    pub phrase: usize,
    /// How the text wants to be answered.
    pub format: Format,
    /// Options that followed the question, without their letters.
    pub options: Vec<String>,
}

/// How a question wants to be answered.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// In one's own words.
    FreeForm,
    /// By the letter of an option.
    MultipleChoice,
    /// By true or false.
    TrueFalse,
}

impl Format {
    /// Its name, as rows have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FreeForm => "free_form",
            Self::MultipleChoice => "multiple_choice",
            Self::TrueFalse => "true_false",
        }
    }
}

impl PhraseBook {
    /// The question that a text asks about a scene.
    ///
    /// The whole text must be one phrasing of the book, and every thing in it a phrase that the scene or the
    /// label table knows; nothing is skipped, guessed or matched by likeness. A thing that is known but absent
    /// still parses: that it is absent is for the engine to say.
    ///
    /// ```
    /// use language::PhraseBook;
    /// let task = question::task("absolute_distance").expect("a task");
    /// let scene = question::example_scene(task).expect("its scene");
    /// let parsed = PhraseBook::builtin().expect("a phrase book").parse(&scene, "how far apart are sofa and table")?;
    /// assert_eq!(parsed.task, "absolute_distance");
    /// # Ok::<(), language::Refusal>(())
    /// ```
    pub fn parse(&self, scene: &Scene, text: &str) -> Result<Parsed, Refusal> {
        let characters = if text.len() > MOST_CHARACTERS { text.chars().count() } else { text.len() };
        if characters > MOST_CHARACTERS {
            return Err(Refusal::TooLong { characters, tokens: 0 });
        }
        let split = options::split(text, &self.wording.after);
        let tokens = tokens(split.text, &self.lexicon);
        let all = self.bare(&tokens);
        if all.is_empty() {
            return Err(Refusal::Empty);
        }
        let too_long = Refusal::TooLong { characters, tokens: all.len() };
        if all.len() > MOST_TOKENS {
            return Err(too_long);
        }
        let Some(matches) = self.matches(scene, &tokens, &all, false) else { return Err(too_long) };
        let mut readings: Vec<Reading> = Vec::new();
        let mut fault = None;
        for (found, negated) in &matches {
            match read(self, scene, &tokens, found) {
                Ok(Some(mut reading)) => {
                    if *negated {
                        reading.question = contrary(reading.question);
                    }
                    if !readings.iter().any(|other| other.question == reading.question) {
                        readings.push(reading);
                    }
                }
                Ok(None) => {}
                Err(refusal) => fault = Some(refusal),
            }
        }
        if readings.len() > 1 {
            let readings =
                readings.iter().map(|reading| hint::plainly(self, reading.task, &reading.fillings)).collect();
            return Err(Refusal::AmbiguousWording { readings });
        }
        let Some(reading) = readings.pop() else {
            let near = || hint::refusal(self, scene, &tokens, &all);
            return Err(fault.or_else(|| hint::several(self, scene, split.text)).unwrap_or_else(near));
        };
        let format = if reading.state {
            Format::TrueFalse
        } else if split.options.is_empty() {
            Format::FreeForm
        } else {
            Format::MultipleChoice
        };
        Ok(Parsed {
            task: &self.tasks[reading.task].task.name,
            fillings: reading.fillings,
            question: reading.question,
            phrase: reading.phrase,
            format,
            options: split.options,
        })
    }

    /// The text without the sentences of published prompts around it.
    fn bare(&self, tokens: &Tokens) -> Range<usize> {
        let mut run = 0..tokens.all.len();
        while let Some(prefix) = self.before.iter().find(|prefix| tokens.has(run.start, prefix)) {
            run.start += prefix.len();
        }
        while let Some(suffix) =
            self.after.iter().find(|suffix| run.len() > suffix.len() && tokens.has(run.end - suffix.len(), suffix))
        {
            run.end -= suffix.len();
        }
        run
    }

    /// Every phrase that the run is, and whether it is negated; `None` if trying found no end.
    pub(crate) fn matches(
        &self,
        scene: &Scene,
        tokens: &Tokens,
        run: &Range<usize>,
        lenient: bool,
    ) -> Option<Vec<(Found, bool)>> {
        let find = |trie, run| Matcher::new(self, scene, tokens, trie, lenient).find(run);
        let mut all: Vec<(Found, bool)> =
            find(&self.asking, run.clone())?.into_iter().map(|found| (found, false)).collect();
        for frame in &self.frames {
            if let Some(inside) = frame.inside(tokens, run) {
                all.extend(find(&self.stating, inside)?.into_iter().map(|found| (found, frame.negated)));
            }
        }
        Some(all)
    }
}

impl Frame {
    fn inside(&self, tokens: &Tokens, run: &Range<usize>) -> Option<Range<usize>> {
        let inside = run.start + self.before.len()..run.end.checked_sub(self.after.len())?;
        (inside.start < inside.end && tokens.has(run.start, &self.before) && tokens.has(inside.end, &self.after))
            .then_some(inside)
    }
}

/// The question whether the contrary holds.
pub(crate) fn contrary(question: Question) -> Question {
    match question {
        Question::Test { that } => Question::Test { that: Predicate::Not { of: Box::new(that) } },
        other => other,
    }
}
