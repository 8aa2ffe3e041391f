//! Arithmetic of intervals, rounded outward: the result holds f(x, y) for all x and y of the operands.

use crate::Interval;
use crate::rounding::{product_down, product_up, sum_down, sum_up};
use std::ops::{Add, Mul, Neg, Sub};

impl Add for Interval {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { lo: sum_down(self.lo, other.lo), hi: sum_up(self.hi, other.hi) }
    }
}

impl Neg for Interval {
    type Output = Self;

    fn neg(self) -> Self {
        Self { lo: -self.hi, hi: -self.lo }
    }
}

impl Sub for Interval {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Interval {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        if self.lo >= 0.0 && other.lo >= 0.0 {
            return Self { lo: product_down(self.lo, other.lo), hi: product_up(self.hi, other.hi) };
        }
        let pairs = [(self.lo, other.lo), (self.lo, other.hi), (self.hi, other.lo), (self.hi, other.hi)];
        Self {
            lo: pairs.iter().fold(f64::INFINITY, |lo, (a, b)| lo.min(product_down(*a, *b))),
            hi: pairs.iter().fold(f64::NEG_INFINITY, |hi, (a, b)| hi.max(product_up(*a, *b))),
        }
    }
}

impl Interval {
    /// The quotient; `None` where the divisor may be zero.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        if other.contains(0.0) {
            return None;
        }
        // 1/x is monotone on either side of zero.
        let reciprocal = Self { lo: (1.0 / other.hi).next_down(), hi: (1.0 / other.lo).next_up() };
        Some(self * reciprocal)
    }

    /// All values times one exact factor. A `NaN` factor gives the whole line.
    #[must_use]
    pub fn scale(self, factor: f64) -> Self {
        self * Self::point(factor)
    }

    /// The absolute values.
    #[must_use]
    pub fn abs(self) -> Self {
        if self.lo >= 0.0 {
            self
        } else if self.hi <= 0.0 {
            -self
        } else {
            Self { lo: 0.0, hi: self.hi.max(-self.lo) }
        }
    }

    /// The lesser of two values.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self { lo: self.lo.min(other.lo), hi: self.hi.min(other.hi) }
    }

    /// The greater of two values.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self { lo: self.lo.max(other.lo), hi: self.hi.max(other.hi) }
    }

    /// The squares; tighter than the product with itself, which forgets that both factors are one value.
    #[must_use]
    pub fn square(self) -> Self {
        let size = self.abs();
        Self { lo: product_down(size.lo, size.lo).max(0.0), hi: product_up(size.hi, size.hi) }
    }

    /// The square roots of the values that have one; `None` where all are negative.
    pub fn sqrt(self) -> Option<Self> {
        let root = |x: f64, outward: fn(f64) -> f64| {
            let root = x.max(0.0).sqrt();
            // Zero and infinity are exact.
            if root == 0.0 || root.is_infinite() { root } else { outward(root) }
        };
        (self.hi >= 0.0).then(|| Self { lo: root(self.lo, f64::next_down), hi: root(self.hi, f64::next_up) })
    }
}
