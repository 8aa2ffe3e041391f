//! How much of one footprint lies over another.

use super::{ALLOWANCE, Context, Measured, place::Place};
use crate::{Reason, ReasonCode, Unit};
use geometry::footprint_overlap_m2;

/// Share of the footprint of `of` that lies over the footprint of `over`; a footprint without area has none.
pub(super) fn overlap(context: &Context<'_>, of: &Place<'_>, over: &Place<'_>) -> Result<Measured, Reason> {
    let share = |common: f64, whole: f64| (common / whole).min(1.0);
    let whole = of.bounds.footprint();
    if whole.area_m2() <= 0.0 {
        return Err(Reason::new(
            ReasonCode::OutsideDefinition,
            format!("{} has no footprint, so no share of it lies anywhere", of.the()),
        ));
    }
    let value = share(footprint_overlap_m2(&whole, &over.bounds.footprint()), whole.area_m2());
    if context.sigmas <= 0.0 {
        return Ok(Measured::exact(value, Unit::One));
    }
    let k = context.sigmas;
    let (reach, reach_over) = (k * of.point_sigma(), k * over.point_sigma());
    let resized = |by: f64| of.bounds.grown(by).footprint().area_m2();
    let common = |sign: f64| {
        footprint_overlap_m2(
            &of.bounds.grown(sign * reach).footprint(),
            &over.bounds.grown(sign * reach_over).footprint(),
        )
    };
    let half = k * context.noise().size_m / 2.0;
    let smallest = resized(-half);
    let hi = if smallest > 0.0 { common(1.0) / smallest + ALLOWANCE } else { 1.0 };
    let lo = share(common(-1.0), resized(half)) - ALLOWANCE;
    Ok(Measured { value, lo: lo.max(0.0), hi: hi.min(1.0), unit: Unit::One, witness: None, rise: None })
}
