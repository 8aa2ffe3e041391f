//! Corpora: recipes planned, parts made, streamed or read back.
//!
//! | file | subject |
//! |---|---|
//! | `plan` | a planned corpus, its parts, what making them gave |
//! | `made` | a corpus read back |
//! | `batches` | rows as an Arrow stream |
//! | `columns` | the columns of a row |

mod batches;
mod columns;
mod made;
mod plan;

pub(crate) use batches::Batches;
pub(crate) use made::{Corpus, Verified};
pub(crate) use plan::{Made, Part, Plan};
