//! Replies read, compared with the truth under a named rule, rewarded and scored.
//!
//! | file | subject |
//! |---|---|
//! | [`reply`] | what a model wrote: its sections, and typed readers that say what they read and from where |

pub mod reply;
