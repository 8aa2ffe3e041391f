//! What the engine prints as an answer is right where that answer is the truth.

use judge::{
    Reply, Rule, Truth,
    reward::{Facts, preset},
};
use proptest::prelude::*;
use question::{Answer, Unit, print};

/// Whether a reply is right under both rules that take bounds, and paid in full by default.
fn is_right(reply: &str, answer: &Answer) -> Result<(), String> {
    let truth = Truth::of(answer).ok_or("no reply is read for this")?;
    let read = Reply::from(reply);
    let accuracy = Rule::MeanRelativeAccuracy { within_bounds: true, points: 10 };
    let other = match truth.kind() {
        "turn" => Rule::Angle { within_deg: 15.0 },
        "place" => Rule::Interval { slack: 0.1 },
        _ => accuracy,
    };
    for rule in [Rule::Interval { slack: 0.0 }, other] {
        let scored = rule.score(&read, &truth);
        if scored.score < 1.0 {
            return Err(format!("{reply:?} of {answer:?} under {rule:?}: {scored:?}"));
        }
    }
    let preset = preset("isovist").ok_or("a preset")?;
    let sections = format!("<answer>{reply}</answer>");
    let total = preset.reward(&Reply::from(&sections), &truth, &Facts::default()).total;
    if total < 1.0 { Err(format!("{sections:?} of {answer:?} earns {total}")) } else { Ok(()) }
}

fn unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(vec![Unit::Metre, Unit::SquareMetre, Unit::CubicMetre, Unit::Degree, Unit::One])
}

/// Values of all sizes and signs, nothing and halves of the last digit included.
fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-12.0..15.0_f64, any::<bool>()).prop_map(|(power, minus)| 10f64.powf(power) * if minus { -1.0 } else { 1.0 }),
        (-2000_i32..2000).prop_map(|thousandths| f64::from(thousandths) / 2000.0),
        Just(0.0),
        Just(-0.0),
    ]
}

proptest! {
    #[test]
    fn a_printed_quantity_is_right(value in value(), unit in unit(), below in 0.0..1.0_f64, above in 0.0..1.0_f64, share in prop::sample::select(vec![0.0, 1e-6, 0.01, 0.5])) {
        let (lo, hi) = (value - below * share * value.abs(), value + above * share * value.abs());
        let answer = Answer::Quantity { value, lo, hi, unit };
        for reply in [print::answer(&answer), print::answer_with_tolerance(&answer)] {
            prop_assert_eq!(is_right(&reply, &answer), Ok(()));
        }
    }

    #[test]
    fn a_printed_place_is_right(value in [-50.0..50.0_f64, -0.01..0.01_f64, -50.0..50.0_f64], width in prop::sample::select(vec![0.0, 0.001, 0.2])) {
        let answer = Answer::Point { value, lo: value.map(|along| along - width), hi: value.map(|along| along + width) };
        for reply in [print::answer(&answer), print::answer_with_tolerance(&answer)] {
            prop_assert_eq!(is_right(&reply, &answer), Ok(()));
        }
        let mirrored = Answer::Point { value: value.map(|along| -along), lo: value, hi: value };
        let reaches = value.iter().all(|along| along.abs() < 1.0);
        prop_assert!(reaches || is_right(&print::answer(&mirrored), &answer).is_err());
    }

    #[test]
    fn a_printed_turn_is_right(value in -180.0..=180.0_f64, width in prop::sample::select(vec![0.0, 1e-7, 0.2, 3.0])) {
        let answer = Answer::Turn { value, lo: value - width, hi: value + width };
        prop_assert_eq!(is_right(&print::answer(&answer), &answer), Ok(()));
    }
}

#[test]
fn what_is_printed_as_nothing_is_right() {
    let small = Answer::Quantity { value: 0.003, lo: 0.002, hi: 0.004, unit: Unit::SquareMetre };
    assert_eq!(print::answer(&small), "0.00 m²");
    assert_eq!(is_right("0.00 m²", &small), Ok(()));
    // No more than that: neither what lies beyond it nor beyond the other bound.
    assert!(is_right("-0.001 m²", &small).is_err() && is_right("0.01 m²", &small).is_err());
    for (value, text) in [
        (180.0, "180°, right behind"),
        (-179.8, "180°, right behind"),
        (0.3, "straight ahead"),
        (35.4, "35° to the left"),
    ] {
        let turn = Answer::Turn { value, lo: value, hi: value };
        assert_eq!(print::answer(&turn), text);
        assert_eq!(is_right(text, &turn), Ok(()));
    }
    let left = Answer::Turn { value: 135.0, lo: 133.0, hi: 137.0 };
    assert_eq!(is_right("135° to the back left", &left), Ok(()));
    assert!(is_right("135° to the back right", &left).is_err() && is_right("back left", &left).is_err());
}
