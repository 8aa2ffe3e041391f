//! Intervals hold what they must: every operation against sampled points and against exact integers.

use geometry::Interval;
use proptest::prelude::*;
use std::cmp::Ordering;

fn any_interval() -> impl Strategy<Value = Interval> {
    let end = || prop_oneof![4 => -1e3..1e3_f64, 1 => -1e-9..1e-9_f64, 1 => Just(0.0), 1 => -1e300..1e300_f64];
    (end(), end()).prop_map(|(a, b)| Interval::point(a).hull(&Interval::point(b)))
}

/// A point of the interval for t in [0, 1]; both ends are met.
fn at(interval: Interval, t: f64) -> f64 {
    (interval.lo() * (1.0 - t) + interval.hi() * t).clamp(interval.lo(), interval.hi())
}

fn unit() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64]
}

/// An integer that f64 holds exactly.
fn exact() -> impl Strategy<Value = i64> {
    -(1_i64 << 53)..(1_i64 << 53)
}

/// Whether an end is at or below an exact integer; an end that large is itself an integer.
fn below(end: f64, exact: i128) -> bool {
    (end.floor() as i128) <= exact
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn operations_contain_their_points(x in any_interval(), y in any_interval(), s in unit(), t in unit()) {
        let (a, b) = (at(x, s), at(y, t));
        prop_assert!((x + y).contains(a + b));
        prop_assert!((x - y).contains(a - b));
        prop_assert!((x * y).contains(a * b));
        prop_assert!(x.scale(b).contains(a * b));
        prop_assert!(x.abs().contains(a.abs()));
        prop_assert!(x.square().contains(a * a));
        prop_assert!(x.min(y).contains(a.min(b)) && x.max(y).contains(a.max(b)));
        prop_assert!(x.hull(&y).contains(a) && x.hull(&y).contains(b));
        match x.checked_div(y) {
            Some(quotient) => prop_assert!(quotient.contains(a / b)),
            None => prop_assert!(y.contains(0.0)),
        }
        match x.sqrt() {
            Some(root) => prop_assert!(a < 0.0 || root.contains(a.sqrt())),
            None => prop_assert!(x.hi() < 0.0),
        }
        match x.intersect(&y) {
            Some(common) => prop_assert!(x.encloses(&common) && y.encloses(&common)),
            None => prop_assert!(x.certainly_less(&y) || y.certainly_less(&x)),
        }
    }

    #[test]
    fn rounding_is_outward(a in exact(), b in exact()) {
        let (x, y) = (Interval::point(a as f64), Interval::point(b as f64));
        let (a, b) = (i128::from(a), i128::from(b));
        for (found, exact) in [(x + y, a + b), (x - y, a - b), (x * y, a * b)] {
            prop_assert!(below(found.lo(), exact) && below(-found.hi(), -exact), "{found:?} lacks {exact}");
        }
        if let Some(quotient) = x.checked_div(y) {
            // Back by multiplication: the exact quotient q has q·b = a.
            prop_assert!((quotient * y).contains(a as f64));
        }
    }

    #[test]
    fn around_covers_its_tolerance(value in -1e6..1e6_f64, tolerance in 0.0..10.0_f64) {
        let x = Interval::around(value, tolerance);
        prop_assert!(x.contains(value + tolerance) && x.contains(value - tolerance) && x.contains(value));
        prop_assert!(x.half_width() >= tolerance && x.half_width() <= tolerance + 1e-9);
        prop_assert!((x.mid() - value).abs() <= 1e-9);
    }

    #[test]
    fn certain_order_holds_for_all_points(x in any_interval(), y in any_interval(), s in unit(), t in unit()) {
        if let Some(order) = x.compare(&y) {
            prop_assert_eq!(at(x, s).partial_cmp(&at(y, t)), Some(order));
            prop_assert_eq!(y.compare(&x), Some(order.reverse()));
        }
    }

    #[test]
    fn never_not_a_number(a in any::<f64>(), b in any::<f64>(), c in any::<f64>()) {
        let (x, y) = (Interval::around(a, b), Interval::point(c));
        let results = [x + y, x - y, x * y, x.scale(c), x.abs(), x.square(), x.min(y), x.hull(&y), -x];
        for result in results.into_iter().chain(x.checked_div(y)).chain(x.sqrt()) {
            prop_assert!(result.lo() <= result.hi() && !result.mid().is_nan(), "{result:?}");
        }
    }
}

#[test]
fn exact_cases_stay_exact() {
    let zero = Interval::point(0.0);
    let two = Interval::point(2.0);
    assert_eq!(zero + two, two);
    assert_eq!(two - two, zero);
    assert_eq!(zero * two, zero);
    assert_eq!(Interval::new(-4.0, 0.0).unwrap().sqrt(), Some(zero));
    assert_eq!(Interval::around(1.0, 0.5), Interval::new(0.5, 1.5).unwrap());
}

#[test]
fn order_of_touching_intervals_is_open() {
    let make = |lo, hi| Interval::new(lo, hi).unwrap();
    assert_eq!(make(0.0, 1.0).compare(&make(1.0, 2.0)), None);
    assert_eq!(make(0.0, 1.0).compare(&make(1.1, 2.0)), Some(Ordering::Less));
    assert_eq!(make(3.0, 4.0).compare(&make(1.1, 2.0)), Some(Ordering::Greater));
    assert_eq!(make(1.0, 1.0).compare(&make(1.0, 1.0)), Some(Ordering::Equal));
    assert_eq!(make(1.0, 2.0).compare(&make(1.0, 2.0)), None);
}

#[test]
fn what_is_no_interval_is_refused() {
    for (lo, hi) in [(1.0, 0.0), (f64::NAN, 0.0), (0.0, f64::NAN), (f64::INFINITY, f64::INFINITY)] {
        assert!(Interval::new(lo, hi).is_err());
    }
    assert!(Interval::point(f64::NAN).contains(1e300));
    let json = serde_json::to_string(&Interval::around(1.0, 0.5)).unwrap();
    assert_eq!(json, r#"{"lo":0.5,"hi":1.5}"#);
    assert!(serde_json::from_str::<Interval>(&json).is_ok());
    assert!(serde_json::from_str::<Interval>(r#"{"lo":2.0,"hi":1.5}"#).is_err());
}
