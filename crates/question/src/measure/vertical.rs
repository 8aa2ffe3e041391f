//! Heights: above the floor, between two objects.

use scene::Object;

use super::{Context, Measured};
use crate::{Part, Reason, ReasonCode, Unit};

/// Gap between the vertical spans of two objects, 0 where they share a height.
pub(super) fn distance(context: &Context<'_>, a: &Object, b: &Object) -> Measured {
    let (a_low, a_high) = a.bounds.vertical_span_m();
    let (b_low, b_high) = b.bounds.vertical_span_m();
    let value = (a_low - b_high).max(b_low - a_high).max(0.0);
    context.around(value, two_faces(context), Unit::Metre).at_least_zero()
}

/// Bottom of the first above the top of the second, signed.
pub(super) fn gap(context: &Context<'_>, bottom_of: &Object, top_of: &Object) -> Measured {
    let value = bottom_of.bounds.vertical_span_m().0 - top_of.bounds.vertical_span_m().1;
    context.around(value, two_faces(context), Unit::Metre)
}

pub(super) fn elevation(context: &Context<'_>, part: Part, object: &Object) -> Result<Measured, Reason> {
    let floor = context.scene.room().floor_height_m.ok_or_else(|| {
        Reason::new(
            ReasonCode::MissingData,
            "the scene does not say at which height its floor is, so heights above the floor cannot be measured",
        )
    })?;
    let (low, high) = object.bounds.vertical_span_m();
    let noise = context.noise();
    let face = noise.position_m.hypot(noise.size_m / 2.0);
    let (z, sigma) = match part {
        Part::Bottom => (low, face),
        Part::Centre => (object.bounds.centre().z, noise.position_m),
        Part::Top => (high, face),
    };
    Ok(context.around(z - floor, context.sigmas * sigma, Unit::Metre))
}

/// Tolerance of a difference between a bottom and a top of two objects.
fn two_faces(context: &Context<'_>) -> f64 {
    let noise = context.noise();
    context.sigmas * (2.0 * noise.position_m.powi(2) + noise.size_m.powi(2) / 2.0).sqrt()
}
