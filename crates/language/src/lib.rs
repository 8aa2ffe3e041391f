//! The phrase book: text to questions and back.
//!
//! The phrasings of a task stand in its own file (`crates/question/catalogue`), what belongs to no single
//! task in `data/phrases.toml` ([`Wording`]). A reader's text is matched against the phrasings word by word;
//! a hole takes whole phrases that the scene or the label table knows, so that `tv stand` is never `tv`.
//! Nothing is matched loosely: text that is no phrasing is refused with the closest known forms.
//!
//! | file | subject |
//! |---|---|
//! | `wording` | the shared data and its schema |
//! | `pattern` | a phrasing as pieces and holes |
//! | `lexicon`, `token` | text to numbered words |
//! | `book` | all phrasings, compiled |
//! | `matching` | phrasings against a text |
//! | `filling` | what stands in a hole, resolved against the scene |
//! | `render` | a question in words |
//! | `refusal` | why a text is no question |

mod book;
mod filling;
mod lexicon;
mod matching;
mod pattern;
mod refusal;
mod render;
mod token;
mod wording;

pub use book::{BookError, Parsed, PhraseBook};
pub use refusal::Refusal;
pub use wording::{Angles, OptionStyle, UnitWords, Wording, phrase_book_schema};
