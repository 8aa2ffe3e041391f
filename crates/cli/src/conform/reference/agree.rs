//! Whether the engine's verdict and the nominal answer can both be right.

use question::{Answer, Draw, Question, ReasonCode, Verdict, evaluate};
use scene::NoiseModel;

use super::{Nominal, nominal};
use crate::conform::{
    case::{Case, rescened},
    family::Held,
};

/// The engine, which knows the scene's noise, does not contradict the nominal answer.
pub(crate) fn noisy(case: &Case, _: &mut Draw) -> Held {
    let nominal = nominal(&case.source.scene, &case.question);
    if nominal == Nominal::Open {
        return None;
    }
    Some(agree(&case.verdict, &nominal, &case.question).map_err(|()| fault(&case.verdict, &nominal)))
}

/// Without noise the engine decides all that the reference does, and alike.
pub(crate) fn exact(case: &Case, _: &mut Draw) -> Held {
    let scene = rescened(&case.slim, |parts| parts.noise = NoiseModel::NONE)?;
    let verdict = evaluate(&scene, &case.question, case.profile);
    let nominal = nominal(&scene, &case.question);
    let agrees = match (&nominal, &verdict) {
        (Nominal::Open, _) => return None,
        // Half a step of a depth image is left open without noise too.
        (_, verdict) if case.reads_depth() && left_open(verdict, &case.question) => return None,
        (Nominal::Answer(answer), Verdict::Certain { answer: said, .. }) => close(said, answer),
        (Nominal::None(code), verdict) => verdict.reason().is_some_and(|reason| reason.code == *code),
        (Nominal::Answer(_), _) => false,
    };
    Some(if agrees { Ok(()) } else { Err(fault(&verdict, &nominal)) })
}

fn fault(verdict: &Verdict, nominal: &Nominal) -> String {
    let said = serde_json::to_string(verdict).unwrap_or_default();
    match nominal {
        Nominal::Answer(answer) => {
            format!("engine {said}, reference {}", serde_json::to_string(answer).unwrap_or_default())
        }
        Nominal::None(code) => format!("engine {said}, reference {code}"),
        Nominal::Open => format!("engine {said}, reference open"),
    }
}

fn agree(verdict: &Verdict, nominal: &Nominal, question: &Question) -> Result<(), ()> {
    let agrees = match (verdict, nominal) {
        (Verdict::Certain { answer, .. }, Nominal::Answer(nominal)) => close(answer, nominal),
        (Verdict::Ambiguous { reason, rivals, .. }, nominal) if reason.code == ReasonCode::TooCloseToCall => {
            match nominal {
                // A claim passes on the rivals of the question it is about.
                Nominal::Answer(answer) => {
                    rivals.iter().all(|rival| !alike(rival, answer)) || rivals.iter().any(|rival| close(rival, answer))
                }
                // Undecided candidates are what makes several of them, or none.
                Nominal::None(code) => {
                    matches!(
                        code,
                        ReasonCode::TooCloseToCall
                            | ReasonCode::NoCandidate
                            | ReasonCode::SeveralCandidates
                            | ReasonCode::Unreachable
                    )
                }
                Nominal::Open => true,
            }
        }
        // A divisor that is zero within tolerance only.
        (Verdict::Invalid { reason }, _) if reason.code == ReasonCode::OutsideDefinition && has_ratio(question) => true,
        (verdict, Nominal::None(code)) => verdict.reason().is_some_and(|reason| reason.code == *code),
        _ => false,
    };
    if agrees { Ok(()) } else { Err(()) }
}

fn left_open(verdict: &Verdict, question: &Question) -> bool {
    let code = verdict.reason().map(|reason| reason.code);
    code == Some(ReasonCode::TooCloseToCall) || code == Some(ReasonCode::OutsideDefinition) && has_ratio(question)
}

fn has_ratio(question: &Question) -> bool {
    serde_json::to_string(question).is_ok_and(|text| text.contains("\"measure\":\"ratio\""))
}

fn alike(a: &Answer, b: &Answer) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// Whether a nominal answer is the given one, and its quantity lies between the given bounds.
pub(super) fn close(given: &Answer, nominal: &Answer) -> bool {
    match (given, nominal) {
        (Answer::Quantity { value, lo, hi, unit }, Answer::Quantity { value: v, lo: low, hi: high, unit: u }) => {
            unit == u && low <= value && value <= high && lo <= high && low <= hi && v.is_finite()
        }
        (Answer::Turn { value, lo, hi }, Answer::Turn { lo: low, hi: high, .. }) => {
            let meets = |turn: f64| low + turn <= *value && *value <= high + turn;
            lo <= value && value <= hi && [-360.0, 0.0, 360.0].into_iter().any(meets)
        }
        (Answer::Point { value, lo, hi }, Answer::Point { lo: low, hi: high, .. }) => {
            (0..3).all(|at| low[at] <= value[at] && value[at] <= high[at] && lo[at] <= high[at] && low[at] <= hi[at])
        }
        (Answer::Object { id, .. }, Answer::Object { id: other, .. }) => id == other,
        (Answer::Order { ids, .. }, Answer::Order { ids: other, .. }) => ids == other,
        (given, nominal) => given == nominal,
    }
}
