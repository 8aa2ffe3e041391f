//! Certified questions and answers as training data: balanced, proven, in any number.
//!
//! | file | subject |
//! |---|---|
//! | [`mod@source`] | a scene with what drawing needs of it |
//! | [`mod@row`] | one certified question and answer |
//! | [`drawing`] | from a draw to a row |
//! | [`recipe`] | what a corpus is made of: `corpus.toml` |
//! | [`scenes`] | the scenes of a recipe, listed without opening them |
//! | [`shares`] | shares of tasks (data in `data/shares.toml`) |
//! | [`plan`] | splits, streams of one task in one format, parts |
//! | [`part`] | **the unit of work**: a part, a pure function of the plan and its number |
//! | [`balance`] | letters, truths and answers in balance |
//! | `contrast` | questions in sets, each option of which is right once |
//! | `counterparts` | the same question of other scenes, where the answer is another |
//! | `pair` | minimal pairs: the same question before and after the least move of one object, or of two pictures |
//! | [`blind`] | what a guesser scores who does not see the scene: guard and audit |
//! | `usual` | what is usual in a split, looked at before anything is taken |
//! | `reasoning` | reasoning made from proofs |
//! | [`pictures`] | which pictures a row shows |
//! | [`columns`] | the columns of full rows
//! | [`export`] | the forms in which rows are written |
//! | [`mod@make`] | parts to files, records, the manifest; resume |
//! | [`depot`] | where files lie: in a folder, or at a store behind a trait |
//! | [`read`] | full rows read back |
//! | [`mod@rewrite`] | wordings written anew by somebody else, held against the engine |
//! | [`edited`] | the scenes of minimal pairs, written |
//! | [`verify`], [`mod@audit`] | a corpus held against its scenes; its blind audit |
//! | [`mod@card`], [`stats`] | the dataset card; a page of plots |
//! | [`cot`] | quality rules for written reasoning, whoever wrote it |
//!
//! A part draws from streams keyed by seed, split, task, format, part and draw, and balances within itself, so that any
//! process can make any part, in any order, with the same bytes. Questions about one scene are divided among the parts
//! that share it by a hash of what is asked, so that no fact is asked twice in a corpus.

pub mod audit;
pub mod balance;
pub mod blind;
pub mod card;
pub mod columns;
mod contrast;
pub mod cot;
mod counterparts;
pub mod depot;
pub mod drawing;
pub mod edited;
pub mod error;
pub mod export;
pub mod make;
mod marks;
mod opened;
mod pair;
pub mod part;
pub mod pictures;
pub mod plan;
pub mod read;
mod reasoning;
pub mod recipe;
pub mod rewrite;
pub mod row;
pub mod scenes;
pub mod shares;
pub mod source;
pub mod stats;
mod usual;
pub mod verify;

pub use depot::{Depot, Place};
pub use drawing::{Drawing, Fact, Miss, Tally};
pub use error::CorpusError;
pub use make::{Made, Manifest, Record, Shard, make};
pub use marks::Mark;
pub use plan::{PartId, Plan, Split};
pub use recipe::Recipe;
pub use row::{Edit, Row};
pub use source::Source;
