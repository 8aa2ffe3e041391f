//! Answers as SpatialEvo writes them: `2.12 meters`, `200.0 cm`, `19.98 square meters`, `front-left`, `image2`.

use question::{Answer, Question, Term, Unit, print};
use scene::Frame;

use crate::TaskType;

/// The answer of a question of this type.
pub(crate) fn text(task_type: &TaskType, question: &Question, answer: &Answer, frames: &[&Frame]) -> String {
    match answer {
        Answer::Quantity { value, unit: Unit::Metre, .. } => match question {
            Question::Value { of: Term::Extent { .. }, .. } => format!("{} cm", number(value * 100.0)),
            _ => format!("{} meters", number(*value)),
        },
        Answer::Quantity { value, unit: Unit::SquareMetre, .. } => format!("{} square meters", number(*value)),
        Answer::Frame { name } => match frames.iter().position(|frame| frame.name == *name) {
            Some(at) => format!("image{}", at + 1),
            None => name.clone(),
        },
        Answer::YesNo { value } => match &task_type.yes_no {
            Some([yes, no]) => if *value { yes } else { no }.clone(),
            None => print::answer(answer),
        },
        _ => print::answer(answer),
    }
}

/// Rounded to two decimals, half to even, and written with as many as are needed but one at least: `3.9`, `200.0`.
pub(crate) fn number(value: f64) -> String {
    format!("{:?}", rounded(value))
}

/// Rounded to two decimals, half to even; never a negative zero.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 100.0).round_ties_even() / 100.0 + 0.0
}
