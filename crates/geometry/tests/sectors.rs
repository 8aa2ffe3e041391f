//! Sector systems: every border by name, and the laws of mirror and rotation.

#![expect(clippy::float_cmp, reason = "angles on a border are exact in floating point")]
#![expect(clippy::expect_used, reason = "a helper of tests")]

use geometry::{Arc, SectorSystem, wrap_signed};
use proptest::prelude::*;
use std::f64::consts::PI;

const EPSILON: f64 = 1e-9;

/// At `degrees` the word changes, counter-clockwise, from `before` to `after`; the border belongs to `after`.
fn border(system: SectorSystem, degrees: f64, before: &str, after: &str) {
    let word = |rad: f64| system.sectors()[system.classify(rad)];
    let at = degrees.to_radians();
    for turn in [0.0, 2.0 * PI, -2.0 * PI] {
        assert_eq!(word(at - EPSILON + turn), before, "before {degrees}° of {system:?}");
        assert_eq!(word(at + EPSILON + turn), after, "after {degrees}° of {system:?}");
    }
    assert_eq!(word(at), after, "at {degrees}° of {system:?}");
    assert_eq!(word(at.next_down()), before, "just before {degrees}° of {system:?}");
    assert_eq!(system.margin_rad(at), 0.0);
    assert!((system.margin_rad(at + EPSILON) - EPSILON).abs() < 1e-15);
    assert!((system.margin_rad(at - EPSILON) - EPSILON).abs() < 1e-15);
    let words =
        |mid, half| system.touched(Arc::new(mid, half)).into_iter().map(|i| system.sectors()[i]).collect::<Vec<_>>();
    let both = |mut pair: [&'static str; 2]| {
        pair.sort_by_key(|w| system.sectors().iter().position(|v| v == w));
        pair.to_vec()
    };
    let pair = both([before, after].map(|w| system.sectors()[system.sector_named(w).expect("a word of the system")]));
    assert_eq!(words(at, 0.0), [after], "the border alone");
    assert_eq!(words(at, EPSILON), pair, "around the border");
    assert_eq!(words(at - EPSILON, EPSILON / 2.0), [before]);
    assert_eq!(words(at + EPSILON, EPSILON / 2.0), [after]);
    assert_eq!(words(at - EPSILON, 2.0 * EPSILON), pair);
    assert_eq!(words(at + EPSILON, 2.0 * EPSILON), pair);
}

#[test]
fn halves() {
    border(SectorSystem::Halves, 0.0, "right", "left");
    border(SectorSystem::Halves, 180.0, "left", "right");
}

#[test]
fn thirds() {
    border(SectorSystem::Thirds, 0.0, "right", "left");
    border(SectorSystem::Thirds, 135.0, "left", "back");
    border(SectorSystem::Thirds, -135.0, "back", "right");
}

#[test]
fn quadrants() {
    border(SectorSystem::Quadrants, 0.0, "front-right", "front-left");
    border(SectorSystem::Quadrants, 90.0, "front-left", "back-left");
    border(SectorSystem::Quadrants, 180.0, "back-left", "back-right");
    border(SectorSystem::Quadrants, -90.0, "back-right", "front-right");
}

#[test]
fn axes() {
    border(SectorSystem::Axes, -45.0, "right", "front");
    border(SectorSystem::Axes, 45.0, "front", "left");
    border(SectorSystem::Axes, 135.0, "left", "back");
    border(SectorSystem::Axes, -135.0, "back", "right");
}

#[test]
fn eight() {
    let words = ["front", "front-left", "left", "back-left", "back", "back-right", "right", "front-right"];
    for (i, before) in words.iter().enumerate() {
        let degrees = 22.5 + 45.0 * i as f64;
        let signed = if degrees > 180.0 { degrees - 360.0 } else { degrees };
        border(SectorSystem::Eight, signed, before, words[(i + 1) % 8]);
    }
}

#[test]
fn clock() {
    for hour in 0..12 {
        let name = |h: i32| format!("{} o'clock", if h % 12 == 0 { 12 } else { h % 12 });
        let at = |degrees: f64| {
            if degrees <= -180.0 { degrees + 360.0 } else { degrees }
        };
        let middle = at(-30.0 * f64::from(hour)).to_radians();
        assert_eq!(SectorSystem::Clock.sectors()[SectorSystem::Clock.classify(middle)], name(hour));
        border(SectorSystem::Clock, at(-30.0 * f64::from(hour) - 15.0), &name(hour + 1), &name(hour));
    }
}

/// Three o'clock is right, nine is left.
#[test]
fn clock_runs_clockwise() {
    let word = |degrees: f64| SectorSystem::Clock.sectors()[SectorSystem::Clock.classify(degrees.to_radians())];
    assert_eq!(
        [word(0.0), word(-90.0), word(180.0), word(90.0)],
        ["12 o'clock", "3 o'clock", "6 o'clock", "9 o'clock"]
    );
}

#[test]
fn orientation_folds_to_the_acute_angle() {
    let system = SectorSystem::Orientation;
    border(system, 15.0, "parallel", "oblique");
    border(system, 75.0, "oblique", "orthogonal");
    let word = |degrees: f64| system.sectors()[system.classify(degrees.to_radians())];
    for degrees in [0.0, 14.9, -14.9, 165.1, 180.0, -165.1, 360.0] {
        assert_eq!(word(degrees), "parallel");
    }
    for degrees in [90.0, -90.0, 104.9, 75.1, -75.1, 270.0] {
        assert_eq!(word(degrees), "orthogonal");
    }
    assert_eq!(system.touched(Arc::new(0.0, 1.0)), [0, 1]);
    assert_eq!(system.touched(Arc::new(PI / 2.0, 1.0)), [1, 2]);
    assert_eq!(system.touched(Arc::new(PI / 4.0, 1.0)), [0, 1, 2]);
    assert_eq!(system.touched(Arc::new(0.0, 0.1)), [0]);
    assert!((system.margin_rad(0.0) - 15.0_f64.to_radians()).abs() < 1e-15);
    assert!((system.margin_rad(PI / 2.0) - 15.0_f64.to_radians()).abs() < 1e-15);
}

#[test]
fn names_are_snake_case_in_json() {
    let names: Vec<String> = SectorSystem::ALL.iter().map(|s| serde_json::to_string(s).unwrap()).collect();
    assert_eq!(names.join(" "), r#""halves" "thirds" "quadrants" "axes" "eight" "clock" "orientation""#);
}

#[test]
fn mirrors_by_name() {
    for system in SectorSystem::ALL {
        for (i, word) in system.sectors().iter().enumerate() {
            let image = system.sectors()[system.mirror(i)];
            let expected = match word.strip_suffix(" o'clock") {
                Some(hour) => match 12 - hour.parse::<i32>().unwrap() {
                    0 => "12 o'clock".to_owned(),
                    h => format!("{h} o'clock"),
                },
                None if word.contains("left") => word.replace("left", "right"),
                None => word.replace("right", "left"),
            };
            assert_eq!(image, expected, "{word} of {system:?}");
            assert_eq!(system.mirror(system.mirror(i)), i);
        }
        assert_eq!(system.mirror(99), 99);
    }
}

fn system() -> impl Strategy<Value = SectorSystem> {
    (0..SectorSystem::ALL.len()).prop_map(|i| SectorSystem::ALL[i])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mirror_law(system in system(), angle in -10.0..10.0_f64, half_width in 0.0..3.5_f64) {
        prop_assume!(system.margin_rad(angle) > 1e-12);
        prop_assert_eq!(system.classify(-angle), system.mirror(system.classify(angle)));
        prop_assert!((system.margin_rad(angle) - system.margin_rad(-angle)).abs() < 1e-14);
        let mut mirrored: Vec<usize> = system.touched(Arc::new(angle, half_width)).iter().map(|s| system.mirror(*s)).collect();
        mirrored.sort_unstable();
        prop_assert_eq!(system.touched(Arc::new(-angle, half_width)), mirrored);
    }

    /// Turning by one sector counter-clockwise moves on by one sector.
    #[test]
    fn rotation_law(angle in -10.0..10.0_f64) {
        let systems = [
            (SectorSystem::Quadrants, 4, 1), (SectorSystem::Axes, 4, 1), (SectorSystem::Eight, 8, 1),
            (SectorSystem::Clock, 12, 11), (SectorSystem::Halves, 2, 1),
        ];
        for (system, count, step) in systems {
            prop_assume!(system.margin_rad(angle) > 1e-12);
            let turned = angle + 2.0 * PI / f64::from(count as u32);
            prop_assert_eq!(system.classify(turned), (system.classify(angle) + step) % count);
        }
    }

    /// An arc meets exactly the sectors of its directions, as found by walking along it.
    #[test]
    fn touched_is_what_a_walk_meets(system in system(), mid in -4.0..4.0_f64, half_width in 0.0..3.5_f64) {
        let arc = Arc::new(mid, half_width);
        let touched = system.touched(arc);
        let mut walked: Vec<usize> =
            (-200..=200).map(|i| system.classify(arc.mid_rad() + arc.half_width_rad() * f64::from(i) / 200.0)).collect();
        walked.sort_unstable();
        walked.dedup();
        prop_assert!(walked.iter().all(|s| touched.contains(s)), "walk {walked:?}, touched {touched:?}");
        // The walk may step over a sector met only by a hair's breadth at an end.
        let ends = [mid - half_width, mid + half_width].map(|end| system.margin_rad(end));
        if ends[0].min(ends[1]) > 0.02 {
            prop_assert_eq!(walked, touched);
        }
    }

    /// The margin is the widest arc that stays in one sector.
    #[test]
    fn margin_is_the_widest_certain_arc(system in system(), angle in -4.0..4.0_f64) {
        let margin = system.margin_rad(angle);
        prop_assume!(margin > 1e-9);
        prop_assert_eq!(system.touched(Arc::new(angle, margin - 1e-12)).len(), 1);
        prop_assert_eq!(system.touched(Arc::new(angle, margin + 1e-12)).len(), 2);
    }

    #[test]
    fn any_number_is_classified(system in system(), angle in any::<f64>(), half_width in any::<f64>()) {
        prop_assert!(system.classify(angle) < system.sectors().len());
        prop_assert!(!system.touched(Arc::new(angle, half_width)).is_empty());
        let wrapped = wrap_signed(angle);
        prop_assert!(!angle.is_finite() || (-PI < wrapped && wrapped <= PI));
    }
}
