//! Sums and products rounded outward, without touching the processor's rounding mode.

/// The part of the exact sum a + b that `sum` = fl(a + b) misses (Knuth's two-sum); exact unless it overflows.
fn missed(a: f64, b: f64, sum: f64) -> f64 {
    let b_part = sum - a;
    (a - (sum - b_part)) + (b - b_part)
}

/// The greatest number known not to exceed a + b; a + b itself where that is a number.
pub(crate) fn sum_down(a: f64, b: f64) -> f64 {
    let sum = a + b;
    // An overflowed sum makes the comparison false; next_down then gives the largest finite number.
    if missed(a, b, sum) >= 0.0 { sum } else { sum.next_down() }
}

/// The least number known not to be below a + b.
pub(crate) fn sum_up(a: f64, b: f64) -> f64 {
    -sum_down(-a, -b)
}

/// A lower bound of a × b, with 0 × ∞ = 0 (the ∞ stands for a large finite number).
pub(crate) fn product_down(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { (a * b).next_down() }
}

/// An upper bound of a × b.
pub(crate) fn product_up(a: f64, b: f64) -> f64 {
    -product_down(-a, b)
}
