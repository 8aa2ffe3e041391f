//! Replies read, compared with the truth under a named rule, rewarded and scored.
//!
//! | file | subject |
//! |---|---|
//! | [`reply`] | what a model wrote: its sections, and typed readers that say what they read and from where |
//! | [`extract`] | how published harnesses take an answer out of a reply, defects included |
//! | [`mod@benchmark`] | benchmarks and their profiles as data: rows, scores, averages, intervals, differences |
//! | [`reward`] | components with weights as data: presets, gate, penalty, groups |
//! | [`red_team`] | replies that try to be paid without an answer, and what each preset pays for them |
//! | [`mod@row`] | rows of replies with what they are judged by, and what travels through a trainer as ground truth |
//! | [`mod@truth`] | what a reply is compared with |
//! | [`mod@rule`] | how: exact, mean relative accuracy, bands, directions, orders, boxes, points, texts; captions over a corpus |

mod built_in;

pub mod benchmark;
pub mod extract;
pub mod red_team;
pub mod reply;
pub mod reward;
pub mod row;
pub mod rule;
pub mod truth;

pub use reply::Reply;
pub use rule::{Reason, Rule, Scored};
pub use truth::Truth;
