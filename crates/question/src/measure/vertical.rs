//! Heights: above the floor, between two objects.

use super::{Context, Measured, place::Place};
use crate::{Part, Reason, ReasonCode, Unit};

/// Gap between the vertical spans of two objects, 0 where they share a height.
pub(super) fn distance(context: &Context<'_>, a: &Place<'_>, b: &Place<'_>) -> Measured {
    let (a_low, a_high) = a.bounds.vertical_span_m();
    let (b_low, b_high) = b.bounds.vertical_span_m();
    let value = (a_low - b_high).max(b_low - a_high).max(0.0);
    context.around(value, two_faces(context, a, b), Unit::Metre).at_least_zero()
}

/// Bottom of the first above the top of the second, signed.
pub(super) fn gap(context: &Context<'_>, bottom_of: &Place<'_>, top_of: &Place<'_>) -> Measured {
    let value = bottom_of.bounds.vertical_span_m().0 - top_of.bounds.vertical_span_m().1;
    context.around(value, two_faces(context, bottom_of, top_of), Unit::Metre)
}

pub(super) fn elevation(context: &Context<'_>, part: Part, of: &Place<'_>) -> Result<Measured, Reason> {
    let floor = context.scene.room().floor_height_m.ok_or_else(|| {
        Reason::new(
            ReasonCode::MissingData,
            "the scene does not say at which height its floor is, so heights above the floor cannot be measured",
        )
    })?;
    let (low, high) = of.bounds.vertical_span_m();
    let (z, sigma) = match part {
        Part::Bottom => (low, of.face_sigma()),
        Part::Centre => (of.centre().z, of.position_m),
        Part::Top => (high, of.face_sigma()),
    };
    Ok(context.around(z - floor, context.sigmas * sigma, Unit::Metre))
}

/// Tolerance of a difference between a bottom and a top of two places.
fn two_faces(context: &Context<'_>, a: &Place<'_>, b: &Place<'_>) -> f64 {
    context.sigmas * a.face_sigma().hypot(b.face_sigma())
}
