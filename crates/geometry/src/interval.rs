//! Closed intervals of real numbers: what is known of a measure.

use crate::rounding::{sum_down, sum_up};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A closed interval [lo, hi]; the true value lies in it.
///
/// Arithmetic rounds outward, so containment survives rounding. An end is infinite only where arithmetic overflowed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Ends", into = "Ends")]
pub struct Interval {
    pub(crate) lo: f64,
    pub(crate) hi: f64,
}

/// The serialised form, checked on the way in.
#[derive(Serialize, Deserialize)]
struct Ends {
    lo: f64,
    hi: f64,
}

/// Two numbers that are not the ends of an interval.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("[{lo}, {hi}] is not an interval: the lower end comes first, and some finite number lies between")]
pub struct IntervalError {
    /// The lower end given.
    pub lo: f64,
    /// The upper end given.
    pub hi: f64,
}

impl TryFrom<Ends> for Interval {
    type Error = IntervalError;

    fn try_from(ends: Ends) -> Result<Self, IntervalError> {
        Self::new(ends.lo, ends.hi)
    }
}

impl From<Interval> for Ends {
    fn from(interval: Interval) -> Self {
        Self { lo: interval.lo, hi: interval.hi }
    }
}

impl Interval {
    /// The interval [lo, hi]; an error if an end is `NaN`, the ends are exchanged, or it holds no finite number.
    pub fn new(lo: f64, hi: f64) -> Result<Self, IntervalError> {
        // An end at infinity is open: an interval holds some finite number.
        if lo <= hi && lo < f64::INFINITY && hi > f64::NEG_INFINITY {
            Ok(Self { lo, hi })
        } else {
            Err(IntervalError { lo, hi })
        }
    }

    /// The value alone, known exactly. A `NaN` is known not at all: the whole line.
    pub fn point(value: f64) -> Self {
        Self::around(value, 0.0)
    }

    /// value ± tolerance (its size counts, not its sign). A `NaN` in either is known not at all: the whole line.
    pub fn around(value: f64, tolerance: f64) -> Self {
        let tolerance = tolerance.abs();
        if value.is_nan() || tolerance.is_nan() {
            return Self::everything();
        }
        // An infinite value stands for a finite one that overflowed.
        if value.is_infinite() {
            return Self { lo: value.min(f64::MAX), hi: value.max(f64::MIN) };
        }
        if tolerance == 0.0 {
            return Self { lo: value, hi: value };
        }
        Self { lo: sum_down(value, -tolerance), hi: sum_up(value, tolerance) }
    }

    /// The whole line: nothing is known.
    pub fn everything() -> Self {
        Self { lo: f64::NEG_INFINITY, hi: f64::INFINITY }
    }

    /// The lower end.
    pub fn lo(&self) -> f64 {
        self.lo
    }

    /// The upper end.
    pub fn hi(&self) -> f64 {
        self.hi
    }

    /// The middle, rounded; a number even where an end is infinite.
    pub fn mid(&self) -> f64 {
        let (lo, hi) = (self.lo.clamp(f64::MIN, f64::MAX), self.hi.clamp(f64::MIN, f64::MAX));
        f64::midpoint(lo, hi)
    }

    /// Half the width, rounded up: mid ± half width covers the interval.
    pub fn half_width(&self) -> f64 {
        let mid = self.mid();
        sum_up(self.hi, -mid).max(sum_up(mid, -self.lo))
    }

    /// Whether the value lies in it; the ends do.
    pub fn contains(&self, value: f64) -> bool {
        self.lo <= value && value <= self.hi
    }

    /// Whether it holds all of `other`.
    pub fn encloses(&self, other: &Self) -> bool {
        self.lo <= other.lo && other.hi <= self.hi
    }

    /// Whether it holds one number only, that is, the value is known exactly.
    #[expect(clippy::float_cmp, reason = "exactly equal ends are what makes a point")]
    pub fn is_point(&self) -> bool {
        self.lo == self.hi
    }

    /// Whether every value of it is less than every value of `other`.
    pub fn certainly_less(&self, other: &Self) -> bool {
        self.hi < other.lo
    }

    /// The order of the true values where it is certain: `Equal` only for the same single point, `None` where
    /// the intervals overlap or touch.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        if self.certainly_less(other) {
            Some(Ordering::Less)
        } else if other.certainly_less(self) {
            Some(Ordering::Greater)
        } else if self == other && self.is_point() {
            Some(Ordering::Equal)
        } else {
            None
        }
    }

    /// The smallest interval that holds both.
    #[must_use]
    pub fn hull(&self, other: &Self) -> Self {
        Self { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }

    /// What both hold; `None` where they are apart.
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        Self::new(self.lo.max(other.lo), self.hi.min(other.hi)).ok()
    }
}
