//! The phrase book: every phrasing of every task, compiled once.

use std::{collections::HashMap, sync::LazyLock};

use question::{Filling, Fillings, Role, Task, catalogue, print};
use scene::LabelTable;

use crate::{
    Wording,
    compile::{Compiler, Ending},
    hint,
    kind::{AnswerKind, answer_kind},
    lexicon::{Lexicon, OTHER, WordId},
    number::{Numbers, UnitSpelling},
    pattern::{Piece, of_one, pieces},
    token::tokens,
    trie::Trie,
};

/// Why the built-in phrase book is faulty. A test holds that it never is.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BookError {
    /// `data/phrases.toml` does not parse.
    #[error("data/phrases.toml: {0}")]
    Data(String),
    /// A phrasing of a task is malformed.
    #[error("task {task}: {message}")]
    Phrase {
        /// The task.
        task: String,
        /// What is wrong.
        message: String,
    },
}

/// Every phrasing of every task, ready to read and to write.
#[derive(Debug, Default)]
pub struct PhraseBook {
    pub(crate) tasks: Vec<TaskPhrases>,
    pub(crate) by_name: HashMap<&'static str, usize>,
    pub(crate) lexicon: Lexicon,
    /// Questions.
    pub(crate) asking: Trie,
    /// Statements.
    pub(crate) stating: Trie,
    pub(crate) endings: Vec<Ending>,
    pub(crate) numbers: Numbers,
    pub(crate) wording: Wording,
    pub(crate) frames: Vec<Frame>,
    pub(crate) before: Vec<Vec<WordId>>,
    pub(crate) after: Vec<Vec<WordId>>,
    pub(crate) conjunctions: Vec<WordId>,
    /// How telling each word is, by its number.
    pub(crate) telling: Vec<f64>,
    /// Plural of a listed label → the singular it is of.
    pub(crate) singular: HashMap<String, String>,
}

/// The phrasings of one task, in pieces.
#[derive(Debug)]
pub(crate) struct TaskPhrases {
    pub(crate) task: &'static Task,
    pub(crate) answer: AnswerKind,
    pub(crate) ask: Vec<Vec<Piece>>,
    pub(crate) state: Vec<Vec<Piece>>,
    pub(crate) say: Vec<Piece>,
}

/// Words around a statement.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) before: Vec<WordId>,
    pub(crate) after: Vec<WordId>,
    pub(crate) negated: bool,
}

const WORDING: &str = include_str!("../data/phrases.toml");

static SHARED: LazyLock<Result<Wording, String>> =
    LazyLock::new(|| toml::from_str(WORDING).map_err(|error: toml::de::Error| error.to_string()));

/// The shared data of the built-in book, read at its first use; an error only in a broken build, which a test forbids.
pub fn wording() -> Result<&'static Wording, BookError> {
    SHARED.as_ref().map_err(|error| BookError::Data(error.clone()))
}

static BUILTIN: LazyLock<Result<PhraseBook, BookError>> = LazyLock::new(|| PhraseBook::of(catalogue()));

impl PhraseBook {
    /// The book in the binary, compiled at its first use; an error only in a broken build, which a test forbids.
    pub fn builtin() -> Result<&'static Self, &'static BookError> {
        BUILTIN.as_ref()
    }

    /// The shared data of the book.
    pub fn wording(&self) -> &Wording {
        &self.wording
    }

    /// How many question phrasings and statement phrasings a task has; `None` for an unknown task.
    pub fn phrases(&self, task: &str) -> Option<(usize, usize)> {
        let phrases = &self.tasks[*self.by_name.get(task)?];
        Some((phrases.ask.len(), phrases.state.len()))
    }

    /// How many nodes the two trees have, for the curious.
    pub fn size(&self) -> usize {
        self.asking.len() + self.stating.len()
    }

    /// A book of these tasks alone, in the wording of the built-in one.
    pub fn of(tasks: &'static [Task]) -> Result<Self, BookError> {
        Self::new(wording()?.clone(), tasks)
    }

    fn new(wording: Wording, catalogue: &'static [Task]) -> Result<Self, BookError> {
        let mut lexicon = Lexicon::new(&wording);
        let mut learn = |text: &str| learn(text, &mut lexicon);
        let numbers = Numbers {
            words: wording.numbers.iter().map(|(word, value)| (word.clone(), *value)).collect(),
            units: wording
                .units
                .iter()
                .flat_map(|unit| unit.words.iter().map(move |spelling| (unit, spelling)))
                .map(|(unit, spelling)| UnitSpelling {
                    words: learn(spelling),
                    unit: unit.unit,
                    times: unit.times,
                    over: unit.over,
                })
                .collect(),
            tolerance: wording.tolerance.iter().map(|text| learn(text)).collect(),
            ahead: learn(&wording.angles.ahead),
            behind: learn(&wording.angles.behind.replace("180", "")),
            left: learn(&wording.angles.left),
            right: learn(&wording.angles.right),
            axes: print::AXES.map(|ways| ways.map(&mut learn)),
            world: print::WORLD_AXES.map(&mut learn),
        };
        let mut frames = vec![Frame { before: Vec::new(), after: Vec::new(), negated: false }];
        for (frame, negated) in
            wording.frames.iter().map(|frame| (frame, false)).chain(wording.negations.iter().map(|frame| (frame, true)))
        {
            let (before, after) = frame
                .split_once("{statement}")
                .ok_or_else(|| BookError::Data(format!("frame {frame:?} has no {{statement}}")))?;
            frames.push(Frame { before: learn(before), after: learn(after), negated });
        }
        let mut book = Self {
            before: wording.before.iter().map(|text| learn(text)).collect(),
            after: wording.after.iter().map(|text| learn(text)).collect(),
            conjunctions: wording.conjunctions.iter().flat_map(|word| learn(word)).collect(),
            frames,
            numbers,
            singular: singulars(LabelTable::builtin()),
            lexicon,
            wording,
            ..Self::default()
        };
        for (at, task) in catalogue.iter().enumerate() {
            let phrases =
                TaskPhrases::new(task).map_err(|message| BookError::Phrase { task: task.name.clone(), message })?;
            let mut compiler = Compiler { book: &mut book, task: at };
            for (phrase, pieces) in phrases.ask.iter().enumerate() {
                compiler.compile(&phrases, pieces, phrase, false).map_err(|message| BookError::Phrase {
                    task: task.name.clone(),
                    message: format!("ask[{phrase}]: {message}"),
                })?;
            }
            for (phrase, pieces) in phrases.state.iter().enumerate() {
                for pieces in [Some(pieces), of_one(pieces).as_ref()].into_iter().flatten() {
                    compiler.compile(&phrases, pieces, phrase, true).map_err(|message| BookError::Phrase {
                        task: task.name.clone(),
                        message: format!("state[{phrase}]: {message}"),
                    })?;
                }
            }
            book.by_name.insert(&task.name, at);
            book.tasks.push(phrases);
        }
        book.telling = hint::telling(&book);
        Ok(book)
    }
}

/// Numbers of the words of a text, new ones included.
pub(crate) fn learn(text: &str, lexicon: &mut Lexicon) -> Vec<WordId> {
    let text = text.strip_prefix("(s)").unwrap_or(text);
    let read = tokens(text, lexicon);
    (0..read.all.len())
        .map(|at| match read.word(at) {
            OTHER => lexicon.learn(read.text(&(at..at + 1))),
            known => known,
        })
        .collect()
}

fn singulars(table: &LabelTable) -> HashMap<String, String> {
    let mut out = HashMap::new();
    for label in table.labels() {
        let spellings = table.spellings(label);
        let (words, plurals) = spellings.split_at(spellings.len() / 2);
        for (word, plural) in words.iter().zip(plurals) {
            let listed = table.known(plural).is_some_and(|known| known != label) || words.contains(plural);
            if !listed {
                out.entry(plural.clone()).or_insert_with(|| word.clone());
            }
        }
    }
    out
}

impl TaskPhrases {
    fn new(task: &'static Task) -> Result<Self, String> {
        let all = |phrases: &[String]| phrases.iter().map(|phrase| pieces(phrase)).collect::<Result<Vec<_>, _>>();
        let question = task.question(&stand_ins(task)).map_err(|error| error.to_string())?;
        Ok(Self {
            task,
            answer: answer_kind(&question),
            ask: all(&task.phrases.ask)?,
            state: all(&task.phrases.state)?,
            say: pieces(&task.phrases.say)?,
        })
    }
}

impl TaskPhrases {
    /// The role that lists candidates.
    pub(crate) fn candidates(&self) -> Option<&'static str> {
        let task: &'static Task = self.task;
        task.roles
            .iter()
            .find(|(_, role)| matches!(role, Role::Objects { .. } | Role::Frames { .. } | Role::Pixels { .. }))
            .map(|(name, _)| name.as_str())
    }
}

impl TaskPhrases {
    /// The frame that shows the candidates, where one does.
    pub(crate) fn shown_in<'f>(&self, fillings: &'f Fillings) -> Option<&'f str> {
        let (Role::Objects { seen_in: Some(frame), .. } | Role::Pixels { seen_in: frame, .. }) =
            self.task.roles.get(self.candidates()?)?
        else {
            return None;
        };
        match fillings.get(frame) {
            Some(Filling::Text(frame)) => Some(frame),
            _ => None,
        }
    }
}

/// Something of the right kind for every role.
fn stand_ins(task: &Task) -> Fillings {
    task.roles
        .iter()
        .map(|(name, role)| {
            let filling = match role {
                Role::Object { .. } | Role::Class { .. } | Role::Frame | Role::Region { .. } => {
                    Filling::Text("x".into())
                }
                Role::Objects { least, .. } | Role::Frames { least, .. } => Filling::List(vec!["x".into(); *least]),
                Role::Pixel { .. } => Filling::Text("0,0".into()),
                Role::Pixels { least, .. } => Filling::List(vec!["0,0".into(); *least]),
                Role::Quantity { .. } => Filling::Number(1.0),
                Role::Word { words } => Filling::Text(words.first().map(|word| word.1.clone()).unwrap_or_default()),
            };
            (name.clone(), filling)
        })
        .collect()
}
