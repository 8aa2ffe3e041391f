//! The judge over HTTP.
//!
//! | file | subject |
//! |---|---|
//! | [`config`] | what a service is told at its start: address, token, limits |
//! | [`mod@scenes`] | scenes by id, opened when first asked for, a bounded number of them kept |
//! | [`listen`] | connections: bounded in number, in time and in what they may leave unread; graceful end |
//! | `guard` | who may ask: token, and without one only this computer |
//! | `observe` | request ids, one log line and one count a request, panics caught |
//! | `work` | judging off the reactor: a bounded queue, so many jobs at once, each within its time |
//! | `problem` | why a request is refused, in its client's words |
//! | `rows` | rows of JSON or lines, read one by one, judged by the code of `isovist judge` |
//! | `episode` | one question asked of a solver, or one scene shown to a questioner |
//! | `sessions` | episodes that are stepped through over HTTP |
//! | `routes` | **the list of routes**, from which router, OpenAPI and page are made |
//! | `openapi`, `page`, `metrics` | the description of the service for programs, for people, and its counts |
//!
//! A request names scenes by id, never by path. Nothing here decides a score.

mod app;
pub mod config;
mod episode;
mod error;
mod guard;
pub mod listen;
pub mod log;
mod metrics;
mod observe;
mod openapi;
mod page;
mod problem;
mod routes;
mod rows;
pub mod scenes;
mod sessions;
mod stall;
mod token;
mod work;

pub use config::{Config, Limits};
pub use error::ServeError;
pub use listen::serve;
pub use openapi::openapi;
pub use scenes::Scenes;
pub use token::Token;
