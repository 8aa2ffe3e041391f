//! Floor area of the room.

use super::{Context, Measured};
use crate::{Reason, ReasonCode, Unit};

pub(super) fn area(context: &Context<'_>) -> Result<Measured, Reason> {
    let room = context.scene.room();
    let (value, tolerance) = if let Some(floor) = &room.floor {
        // Every point of the outline may be off by `reach`; Steiner's formula bounds the area between.
        let reach = context.sigmas * context.noise().position_m;
        (floor.area_m2(), floor.perimeter_m() * reach + std::f64::consts::PI * reach * reach)
    } else if let Some(area) = room.declared_area_m2 {
        (area, context.sigmas * context.noise().area_relative * area)
    } else {
        return Err(Reason::new(
            ReasonCode::MissingData,
            "the scene holds neither a floor outline nor a declared floor area",
        ));
    };
    Ok(context.around(value, tolerance, Unit::SquareMetre).at_least_zero())
}
