//! One certified question and answer.

use std::borrow::Cow;

use language::{Format, PhraseBook, Refusal};
use question::{Answer, Fillings, Profile, Proof, Question, catalogue, print};
use scene::{Move, Scene, SceneError};
use serde::{Deserialize, Serialize};

use crate::{Mark, Source, marks::by_number};

/// One certified question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Row {
    /// Unique in its file: `<task>-<seed>-<number>` of `isovist gen`, `<split>-<number>` of a corpus.
    pub id: String,
    /// Id of the scene; of an edited one, its own.
    pub scene: String,
    /// What makes the answer another than that of its other half; of a minimal pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
    /// Name of the task.
    #[schemars(schema_with = "task_name")]
    pub task: String,
    /// Difficulty level of the task.
    pub level: u8,
    /// How it wants to be answered.
    pub format: Format,
    /// What is asked, options included.
    pub text: String,
    /// The options without their letters, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The right answer in words: printed, or the letter of the right option, or true or false.
    pub answer_text: String,
    /// The answer to `question`, with its tolerance.
    pub answer: Answer,
    /// The question that `text` words.
    pub question: Question,
    /// What fills the roles of the task; of a corpus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<std::collections::BTreeMap<String, serde_json::Value>>")]
    pub roles: Option<Fillings>,
    /// How hard it is for its kind, 0 to 1: half how close the deciding quantities are, half how full the scene is; of a
    /// corpus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difficulty: Option<f32>,
    /// Names of the frames to be shown, in order; of a corpus with pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<String>,
    /// What boxes of colours on the pictures mark; of a corpus with pictures and references.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// The reasoning, made from the proof; of a corpus that wants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// The proof of `answer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

/// The edited half of a minimal pair: what was done to the scene, or which picture was taken, so that the answer to the same
/// question is another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Id of the scene that the other half is about; its row of the same question has the other answer.
    pub of: String,
    /// What was moved.
    #[serde(default, rename = "move", skip_serializing_if = "Option::is_none")]
    pub moved: Option<Move>,
    /// Which picture the other half asks about instead; the scene is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<Retaken>,
}

/// Another picture in one role of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retaken {
    /// The role.
    pub role: String,
    /// Name of the frame that the other half has in it.
    pub was: String,
}

impl Edit {
    /// The scene that the row is about, if that is another than the one it came of.
    pub fn applied(&self, scene: &Scene) -> Result<Option<Scene>, SceneError> {
        self.moved.as_ref().map(|moved| scene.moved(moved)).transpose()
    }
}

impl Row {
    /// Id of the scene of the corpus that the row is about, or that its scene came of.
    pub fn origin(&self) -> &str {
        self.edit.as_ref().map_or(&self.scene, |edit| &edit.of)
    }

    /// Whether the text asks the question, and the right answer in words is its answer and no other option's; what is wrong,
    /// where it is not so. The scene is the one that the row is about, after its edit.
    pub fn check_words(&self, book: &PhraseBook, profile: &Profile, scene: &Scene) -> Result<(), String> {
        let options = self.read_back(book, scene, &self.text).map_err(|unlike| match unlike {
            Unlike::NotUnderstood(refusal) => format!("the text is not understood: {refusal}"),
            Unlike::Question | Unlike::Format => "the text asks something else".to_owned(),
        })?;
        let is_right = match (self.format, &self.answer) {
            (Format::MultipleChoice, answer) => {
                let at = self.letter_at();
                at.is_some() && book.options_that_say(scene, &options, answer) == Vec::from_iter(at)
            }
            (Format::TrueFalse, Answer::YesNo { value }) => self.answer_text == value.to_string(),
            (Format::TrueFalse, _) => false,
            (Format::FreeForm, answer) => self.answer_text == print::answer_in(profile, &self.question, answer),
        };
        if is_right { Ok(()) } else { Err(format!("{:?} does not say the answer", self.answer_text)) }
    }

    /// The proof that it carries, or one found anew in its scene.
    pub(crate) fn proof_in(&self, source: &Source, profile: &Profile) -> Option<Cow<'_, Proof>> {
        let anew = || source.proof(&self.question, profile).1.map(Cow::Owned);
        self.proof.as_ref().map(Cow::Borrowed).or_else(anew)
    }

    /// Reads a wording of the row as the phrase book reads it, what is marked by its number; the options so read.
    pub(crate) fn read_back(&self, book: &PhraseBook, scene: &Scene, text: &str) -> Result<Vec<String>, Unlike> {
        let read = book.parse(scene, &by_number(&self.marks, text)).map_err(Unlike::NotUnderstood)?;
        if read.question != self.question {
            return Err(Unlike::Question);
        }
        let options: Vec<String> = self.options.iter().map(|option| by_number(&self.marks, option)).collect();
        if read.format == self.format && read.options == options { Ok(options) } else { Err(Unlike::Format) }
    }

    /// Position of the option whose letter the answer is.
    pub(crate) fn letter_at(&self) -> Option<usize> {
        let [letter] = self.answer_text.as_bytes() else { return None };
        letter.checked_sub(b'A').map(usize::from)
    }
}

/// Why a wording is not that of a row.
#[derive(Debug)]
pub(crate) enum Unlike {
    /// The phrase book has no such wording.
    NotUnderstood(Refusal),
    /// It asks another question.
    Question,
    /// It wants to be answered otherwise, or has other options.
    Format,
}

fn task_name(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let names: Vec<&str> = catalogue().iter().map(|task| task.name.as_str()).collect();
    schemars::json_schema!({ "type": "string", "enum": names })
}
