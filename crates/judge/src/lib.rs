//! Replies read, compared with the truth under a named rule, rewarded and scored.
//!
//! | file | subject |
//! |---|---|
//! | [`reply`] | what a model wrote: its sections, and typed readers that say what they read and from where |
//! | [`mod@truth`] | what a reply is compared with |
//! | [`mod@rule`] | how: exact, mean relative accuracy, bands, directions, orders, boxes, points, texts; captions over a corpus |

pub mod benchmark;
pub mod extract;
pub mod reply;
pub mod rule;
pub mod truth;

pub use reply::Reply;
pub use rule::{Reason, Rule, Scored};
pub use truth::Truth;
