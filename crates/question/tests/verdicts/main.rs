//! Verdicts of single questions. One binary, since each would build the readers of questions anew.

mod by_hand;
mod claims;
mod json;
mod pixels;
mod references;
mod sampled;
mod space;
mod views;
