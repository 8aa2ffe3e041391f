//! A question as people and programs give it: words of the phrase book, or its JSON form.

use question::{Question, QuestionFault};
use scene::Scene;

use crate::{PhraseBook, Refusal};

/// Largest question that is read, bytes.
pub const MOST_QUESTION_BYTES: usize = 1 << 20;

/// A question, and the options that followed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// Options that followed its words, without their letters; none where it was JSON.
    pub options: Vec<String>,
}

/// Why what was given is no question.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Unread {
    /// JSON that is no question.
    #[error(transparent)]
    Form(#[from] QuestionFault),
    /// Words that are none.
    #[error(transparent)]
    Wording(#[from] Refusal),
    /// More than [`MOST_QUESTION_BYTES`].
    #[error("longer than {MOST_QUESTION_BYTES} bytes (hint: ask one question at a time)")]
    TooLong,
}

impl PhraseBook {
    /// A question about a scene, from JSON where the text begins with `{`, otherwise from words.
    pub fn read(&self, scene: &Scene, text: &str) -> Result<Asked, Unread> {
        if text.len() > MOST_QUESTION_BYTES {
            return Err(Unread::TooLong);
        }
        if text.trim_start().starts_with('{') {
            return Ok(Asked { question: Question::from_json(text)?, options: Vec::new() });
        }
        let parsed = self.parse(scene, text)?;
        Ok(Asked { question: parsed.question, options: parsed.options })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_json_are_one_question_and_a_long_text_is_none() {
        let scene = question::example_scene(question::task("absolute_distance").expect("a task")).expect("a scene");
        let book = PhraseBook::builtin().expect("a book");
        let words = book.read(&scene, "How far is the sofa from the table?").expect("a question");
        let json = serde_json::to_string(&words.question).expect("JSON");
        assert_eq!(book.read(&scene, &format!("  {json}")), Ok(words));
        assert!(matches!(book.read(&scene, "{}"), Err(Unread::Form(_))));
        assert!(matches!(book.read(&scene, "Why?"), Err(Unread::Wording(_))));
        assert_eq!(book.read(&scene, &" ".repeat(MOST_QUESTION_BYTES + 1)), Err(Unread::TooLong));
    }
}
