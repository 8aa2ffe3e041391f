//! Times of many calls, in two numbers.

use std::{
    fmt,
    hint::black_box,
    time::{Duration, Instant},
};

use serde::Serialize;

/// Median and 99th percentile, in the unit that the field or column names.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) p99: f64,
}

impl Spread {
    /// Of these numbers, by nearest rank; `None` of none.
    pub(super) fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let rank = |share: f64| values.get((share * values.len() as f64).ceil() as usize - 1).copied();
        if values.is_empty() { None } else { Some(Self { median: rank(0.5)?, p99: rank(0.99)? }) }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>9.1} {:>9.1}", self.median, self.p99)
    }
}

/// How long one call takes, the release of its result included.
pub(super) fn timed<T>(call: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(call());
    start.elapsed()
}
