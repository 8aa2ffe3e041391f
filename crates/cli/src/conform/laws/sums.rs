//! How one distance bounds another.

use question::{Answer, DistanceDefinition, Draw, Entity, Question, Term, evaluate};
use scene::Scene;

use crate::conform::{case::Case, family::Held};

/// Rounding of a distance, metres.
const ROUNDING_M: f64 = 1e-9;

fn ends(case: &Case) -> Option<[&Entity; 2]> {
    match &case.question {
        Question::Value { of: Term::Distance { from, to, .. }, .. } => Some([from, to]),
        _ => None,
    }
}

fn metres(case: &Case, scene: &Scene, definition: DistanceDefinition, [from, to]: [&Entity; 2]) -> Option<f64> {
    let of = Term::Distance { definition: Some(definition), from: from.clone(), to: to.clone() };
    match evaluate(scene, &Question::Value { of, sectors: None }, case.profile).answer()? {
        Answer::Quantity { value, .. } => Some(*value),
        _ => None,
    }
}

pub(crate) fn definitions(case: &Case, _: &mut Draw) -> Held {
    let ends = ends(case)?;
    let of = |definition| metres(case, &case.slim, definition, ends);
    let surface = of(DistanceDefinition::Surface)?;
    let below = of(DistanceDefinition::Vertical)?.max(of(DistanceDefinition::Horizontal)?);
    let above = of(DistanceDefinition::Centre)?;
    let holds = below <= surface + ROUNDING_M && surface <= above + ROUNDING_M;
    Some(if holds { Ok(()) } else { Err(format!("{below} ≤ {surface} ≤ {above} does not hold")) })
}

pub(crate) fn triangle(case: &Case, draw: &mut Draw) -> Held {
    let [from, to] = ends(case)?;
    let third = Entity::Id(draw.pick(case.source.scene.objects())?.id);
    let of = |ends| metres(case, &case.source.scene, DistanceDefinition::Centre, ends);
    let (direct, first, second) = (of([from, to])?, of([from, &third])?, of([&third, to])?);
    let holds = direct <= first + second + ROUNDING_M;
    Some(if holds { Ok(()) } else { Err(format!("{direct} > {first} + {second} by {third}")) })
}
