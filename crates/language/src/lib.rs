//! Text ⇄ question: the phrase book, its reader and its writer.
//!
//! | file | subject |
//! |---|---|
//! | `wording` | the shared data of the book (`data/phrases.toml`) and its schema |
//! | `pattern` | a phrasing with its holes; **the forms that a phrase of the catalogue may use** |
//! | `book`, `compile`, `trie`, `lexicon` | all phrasings, compiled into one tree |
//! | `token`, `label`, `list`, `number` | words, things, lists, quantities in a text |
//! | `matcher`, `reading`, `parse` | text → question |
//! | `refusal`, `hint` | why a text is no question |
//! | `render` | question → text |
//! | `formats`, `wrong` | free-form, multiple choice, true/false, with provably wrong alternatives |
//! | `asked` | a question from words or JSON |
//! | `options` | options at the end of a text |
//! | `naming` | names that a person gives to things, verified |
//! | `kind` | what kind of answer a question has |
//!
//! Invariants:
//!
//! 1. The whole text is one phrasing, or it is refused: no word is skipped but articles and published boilerplate.
//! 2. A thing is the whole run of words in its place, and that run is known to the scene or the label table:
//!    "tv stand" is never "tv". Nothing is matched by likeness.
//! 3. A text with two different readings is refused.
//! 4. What is rendered is read back as the same question, in every wording and format.
//! 5. Reading is total and takes bounded time on any text.
//!
//! ```
//! use language::PhraseBook;
//! use question::{evaluate, print, profile};
//!
//! let scene = question::example_scene(question::task("absolute_distance").expect("a task")).expect("its scene");
//! let parsed = PhraseBook::builtin().expect("a phrase book").parse(&scene, "Distance between sofa and table, in meters?")?;
//! let verdict = evaluate(&scene, &parsed.question, profile("isovist").expect("a profile"));
//! assert_eq!(print::answer(verdict.answer().expect("certain")), "2.10 m");
//! # Ok::<(), language::Refusal>(())
//! ```

mod asked;
mod book;
mod compile;
mod formats;
mod hint;
mod kind;
mod label;
mod lexicon;
mod list;
mod matcher;
pub mod naming;
mod number;
mod options;
mod parse;
mod pattern;
mod reading;
mod refusal;
mod render;
mod token;
mod trie;
mod wording;
mod wrong;

pub use asked::{Asked, MOST_QUESTION_BYTES, Unread};
pub use book::{BookError, PhraseBook, wording};
pub use formats::{Material, Rendered, Wanted};
pub use parse::{Format, MOST_CHARACTERS, MOST_TOKENS, Parsed};
pub use refusal::Refusal;
pub use render::RenderError;
pub use wording::{Angles, OptionStyle, UnitWords, Wording, phrase_book_schema};
