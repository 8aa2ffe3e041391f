//! A client of OpenAI-compatible endpoints, for whoever wants words written by a model.
//!
//! | file | subject |
//! |---|---|
//! | [`mod@endpoint`] | an endpoint and its limits: one question, one reply |
//! | [`mod@key`] | a key that is never shown |
//! | [`mod@error`] | why there is no reply |
//!
//! Every wait is bounded, so is every body, and nothing is followed elsewhere. It speaks no
//! TLS: an endpoint is on this machine, behind a proxy of this machine, or on a network that is trusted.

pub mod endpoint;
pub mod error;
pub mod key;

pub use endpoint::{Endpoint, Limits};
pub use error::TeacherError;
pub use key::Key;
