//! The one rule by which numbers, units and answers are printed.

use crate::{Answer, PrintRule, Profile, Question, Term, Unit, Verdict, entity::plainly, pixel_words};

/// Decimals of the house rule: centimetres, square decimetres, litres, degrees.
fn decimals(unit: Unit) -> usize {
    match unit {
        Unit::Metre | Unit::SquareMetre | Unit::One => 2,
        Unit::CubicMetre => 3,
        Unit::Degree => 0,
    }
}

fn symbol(unit: Unit) -> &'static str {
    match unit {
        Unit::Metre => " m",
        Unit::SquareMetre => " m²",
        Unit::CubicMetre => " m³",
        Unit::Degree => "°",
        Unit::One => "",
    }
}

/// A quantity in the house rule: `"2.10 m"`, `"1.600 m³"`, `"90°"`, `"1.88"`.
pub fn quantity(value: f64, unit: Unit) -> String {
    quantity_finely(value, unit, 0)
}

/// The same with so many decimals more.
pub fn quantity_finely(value: f64, unit: Unit, more: usize) -> String {
    let text = format!("{value:.*}", decimals(unit) + more);
    // A negative zero would be read as a sign that means something.
    let text = if text.starts_with('-') && text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.')) {
        text[1..].to_owned()
    } else {
        text
    };
    text + symbol(unit)
}

/// An interval: `"2.10 m ± 0.12 m"`.
pub fn with_tolerance(value: f64, lo: f64, hi: f64, unit: Unit) -> String {
    let tolerance = (hi - value).max(value - lo);
    if tolerance < 1e-8 {
        return quantity(value, unit);
    }
    // Rounded up, so that the printed interval holds the whole one.
    let scale = 10f64.powi(i32::try_from(decimals(unit)).unwrap_or(0));
    let shown = (tolerance * scale - 1e-9).ceil() / scale;
    format!("{} ± {}", quantity(value, unit), quantity(shown, unit))
}

/// The number that [`quantity_finely`] prints.
pub fn as_printed(value: f64, unit: Unit, more: usize) -> f64 {
    format!("{value:.*}", decimals(unit) + more).parse().unwrap_or(value)
}

/// A signed turn: `"90° to the right"`, `"35° to the left"`, `"straight ahead"`.
fn turn(value_deg: f64) -> String {
    let rounded = value_deg.abs().round();
    if rounded < 0.5 {
        "straight ahead".to_owned()
    } else if rounded > 179.5 {
        "180°, right behind".to_owned()
    } else {
        format!("{rounded:.0}° to the {}", if value_deg > 0.0 { "left" } else { "right" })
    }
}

/// A place as a camera has it: `"0.12 m right, 0.40 m up, 1.25 m forward"`; `along` words the size along an axis.
fn point(value: [f64; 3], along: impl Fn(usize, f64) -> String) -> String {
    let said = |axis: usize| {
        // What is printed as zero has no side.
        let back = value[axis] < 0.0 && quantity(value[axis], Unit::Metre).starts_with('-');
        let size = along(axis, if back { -value[axis] } else { value[axis].max(0.0) });
        format!("{size} {}", AXES[axis][usize::from(back)])
    };
    [said(0), said(1), said(2)].join(", ")
}

/// The axes of a camera in words, and their contraries.
pub const AXES: [[&str; 2]; 3] = [["right", "left"], ["down", "up"], ["forward", "backward"]];

/// The axes of the world, in front of a place's coordinates.
pub const WORLD_AXES: [&str; 3] = ["x", "y", "z"];

/// An answer in the house rule.
pub fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Quantity { value, unit, .. } => quantity(*value, *unit),
        Answer::Turn { value, .. } => turn(*value),
        Answer::Count { value } => value.to_string(),
        Answer::Object { name, .. } => plainly(name).to_owned(),
        Answer::Frame { name } => name.clone(),
        Answer::Pixel { column, row, .. } => pixel_words([*column, *row]),
        Answer::Point { value, .. } => point(*value, |_, value| quantity(value, Unit::Metre)),
        Answer::Region { at, .. } => {
            let along =
                WORLD_AXES.iter().zip(at).map(|(axis, value)| format!("{axis} {}", quantity(*value, Unit::Metre)));
            along.collect::<Vec<_>>().join(", ")
        }
        Answer::Turns { words } => words.join(", "),
        Answer::Order { names, .. } => names.iter().map(|name| plainly(name)).collect::<Vec<_>>().join(", "),
        Answer::YesNo { value } => if *value { "yes" } else { "no" }.to_owned(),
        Answer::Sector { word, .. } => word.clone(),
    }
}

/// An answer with its tolerance: `"2.10 m ± 0.12 m"`.
pub fn answer_with_tolerance(answer: &Answer) -> String {
    match answer {
        Answer::Quantity { value, lo, hi, unit } => with_tolerance(*value, *lo, *hi, *unit),
        Answer::Turn { value, lo, hi } if hi - lo > 1e-6 => {
            format!("{} ± {}", turn(*value), quantity(((hi - lo) / 2.0 - 1e-9).ceil(), Unit::Degree))
        }
        Answer::Point { value, lo, hi } => {
            let reach = |axis: usize| (hi[axis] - value[axis]).max(value[axis] - lo[axis]);
            point(*value, |axis, value| with_tolerance(value, value - reach(axis), value + reach(axis), Unit::Metre))
        }
        other => self::answer(other),
    }
}

/// A verdict in one line, the answer as its profile prints it: `"2.10 m ± 0.12 m"`, `"invalid (not_unique): …"`.
pub fn verdict(profile: &Profile, question: &Question, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Certain { answer, margin } => {
            let answer = if profile.name == "isovist" {
                answer_with_tolerance(answer)
            } else {
                answer_in(profile, question, answer)
            };
            match margin {
                Some(margin) => format!("{answer}  (decided with {} to spare)", quantity(margin.value, margin.unit)),
                None => answer,
            }
        }
        Verdict::Ambiguous { reason, rivals, .. } => {
            let rivals: Vec<String> = rivals.iter().map(self::answer).collect();
            let possible =
                if rivals.is_empty() { String::new() } else { format!("; possible: {}", rivals.join(" | ")) };
            format!("ambiguous ({}): {}{possible}", reason.code, reason.sentence)
        }
        Verdict::Invalid { reason } => format!("invalid ({}): {}", reason.code, reason.sentence),
    }
}

/// An answer as a profile prints it, so that it equals a published string.
pub fn answer_in(profile: &Profile, question: &Question, answer: &Answer) -> String {
    match (rule(profile, question), answer) {
        (Some(rule), Answer::Quantity { value, .. }) => by_rule(rule, *value),
        _ => self::answer(answer),
    }
}

/// Value, lower and upper bound of a quantity in the unit in which a profile prints it, unrounded; `None` for other
/// answers.
pub fn bounds_in(profile: &Profile, question: &Question, answer: &Answer) -> Option<[f64; 3]> {
    let Answer::Quantity { value, lo, hi, .. } = answer else { return None };
    let per_unit = rule(profile, question).map_or(1.0, |rule| rule.per_unit);
    Some([value, lo, hi].map(|number| number * per_unit))
}

fn rule<'p>(profile: &'p Profile, question: &Question) -> Option<&'p PrintRule> {
    match question {
        Question::Value { of, .. } => profile.print.get(tag(of)),
        _ => None,
    }
}

fn by_rule(rule: &PrintRule, value: f64) -> String {
    // The published values were rounded by multiplying, rounding half to even and dividing.
    let scale = 10f64.powi(i32::try_from(rule.decimals).unwrap_or(0));
    let rounded = (value * rule.per_unit * scale).round_ties_even() / scale;
    format!("{rounded:.*}{}", rule.decimals as usize, rule.suffix)
}

fn tag(term: &Term) -> &'static str {
    match term {
        Term::Distance { .. } => "distance",
        Term::Extent { .. } => "extent",
        Term::RoomArea {} => "room_area",
        _ => "",
    }
}
