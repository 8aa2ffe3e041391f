//! The native half of the Python package `isovist`; `python/isovist` is the other.
//!
//! | file | subject |
//! |---|---|
//! | `scenes` | scenes, their objects and frames |
//! | `verdict`, `answer` | questions asked, what comes out |
//! | `proof` | proofs checked by independent means |
//! | `judging`, `batch` | replies rewarded, one and many |
//! | `corpus` | training data planned, made, streamed as Arrow |
//! | `truths` | ground truths read once |
//! | `pool` | threads that survive a fork |
//! | `text`, `json`, `errors` | what crosses the border |
//!
//! Nothing is decided here: every method is a call of a library crate, made without the interpreter's lock.

mod answer;
mod batch;
mod corpus;
mod errors;
mod json;
mod judging;
mod pool;
mod proof;
mod scenes;
mod text;
mod truths;
mod verdict;

/// The extension module `isovist._native`.
#[pyo3::pymodule(name = "_native")]
mod native {
    #[pymodule_export]
    use super::{
        answer::Answer,
        batch::Judgements,
        corpus::{Batches, Corpus, Made, Part, Plan, Verified},
        judging::{Component, Judge, Judgement, presets},
        proof::{Checked, check},
        scenes::{Frame, Object, Scene, builtin_names, open},
        verdict::{Parsed, Verdict, catalogue, parse},
    };

    /// Version of the package.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "its name in Python")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
