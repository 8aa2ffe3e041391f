//! Distances between two objects.

use geometry::{box_box, footprint_distance};
use scene::Object;

use super::{Context, Measured, sampled_surface, the, vertical};
use crate::{DistanceDefinition, Reason, ReasonCode, Unit};

pub(super) fn distance(
    context: &Context<'_>,
    definition: DistanceDefinition,
    a: &Object,
    b: &Object,
) -> Result<Measured, Reason> {
    let k = context.sigmas;
    let both = || k * context.point_sigma(&a.bounds).hypot(context.point_sigma(&b.bounds));
    Ok(match definition {
        DistanceDefinition::Surface => {
            let closest = box_box(&a.bounds, &b.bounds);
            let mut measured = context.around(closest.distance_m, both(), Unit::Metre).at_least_zero();
            measured.witness = Some([closest.on_a, closest.on_b]);
            measured
        }
        DistanceDefinition::Centre => {
            let (from, to) = (a.bounds.centre(), b.bounds.centre());
            let tolerance = k * context.noise().position_m * std::f64::consts::SQRT_2;
            let mut measured = context.around(from.distance(to), tolerance, Unit::Metre).at_least_zero();
            measured.witness = Some([from, to]);
            measured
        }
        DistanceDefinition::Horizontal => {
            let value = footprint_distance(&a.bounds.footprint(), &b.bounds.footprint());
            context.around(value, both(), Unit::Metre).at_least_zero()
        }
        DistanceDefinition::Vertical => vertical::distance(context, a, b),
        DistanceDefinition::SampledSurface => {
            let value = sampled_surface::distance_m(&a.bounds, &b.bounds).ok_or_else(|| {
                Reason::new(
                    ReasonCode::OutsideDefinition,
                    format!("{} or {} is too large, or too thin, to be sampled every 5 cm", the(a), the(b)),
                )
            })?;
            Measured::exact(value, Unit::Metre)
        }
    })
}
