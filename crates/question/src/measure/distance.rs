//! Distances between two objects.

use geometry::{OrientedBox, box_box, footprint_distance};

use super::{Context, Measured, extent::axis_aligned, place::Place, sampled_surface, vertical};
use crate::{DistanceDefinition, Reason, ReasonCode, Unit};

pub(super) fn distance(
    context: &Context<'_>,
    definition: DistanceDefinition,
    a: &Place<'_>,
    b: &Place<'_>,
) -> Result<Measured, Reason> {
    let k = context.sigmas;
    // Only the distance of two points is the same however both are turned.
    let apart = |each: fn(&Place<'_>) -> f64| {
        let [of_a, of_b] = a.apart(b, each);
        k * of_a.hypot(of_b)
    };
    let both = || k * a.point_sigma().hypot(b.point_sigma());
    let closest = |a: &OrientedBox, b: &OrientedBox, tolerance: f64| {
        let closest = box_box(a, b);
        let mut measured = context.around(closest.distance_m, tolerance, Unit::Metre).at_least_zero();
        measured.witness = Some([closest.on_a, closest.on_b]);
        measured
    };
    Ok(match definition {
        DistanceDefinition::Surface => closest(&a.bounds, &b.bounds, apart(any_point)),
        DistanceDefinition::AxisAligned => closest(&axis_aligned(&a.bounds), &axis_aligned(&b.bounds), both()),
        DistanceDefinition::Centre => {
            let (from, to) = (a.centre(), b.centre());
            let tolerance = apart(|place| place.position_m);
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
                    format!("{} or {} is too large, or too thin, to be sampled every 5 cm", a.the(), b.the()),
                )
            })?;
            Measured::exact(value, Unit::Metre)
        }
    })
}

/// Standard deviation of any point of a place.
fn any_point(place: &Place<'_>) -> f64 {
    place.point_sigma()
}
