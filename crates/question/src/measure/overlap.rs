//! How much of one footprint lies over another.

use super::{ALLOWANCE, Context, Measured, place::Place};
use crate::{Reason, ReasonCode, Unit};
use geometry::footprint_overlap_m2;

/// Smallest area of a footprint that is one whatever rounding makes of it, square metres.
const SLIVER_M2: f64 = 1e-9;

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
    // Each true footprint holds the one shrunk by its reach, lies within the one grown by it, and has an area between those of
    // the least and the largest size.
    let k = context.sigmas;
    let (reach, reach_over) = (k * of.point_sigma(), k * over.point_sigma());
    let [shrunk, grown] = [-reach, reach].map(|by| of.bounds.grown(by).footprint());
    let [shrunk_over, grown_over] = [-reach_over, reach_over].map(|by| over.bounds.grown(by).footprint());
    let half = k * context.noise().size_m / 2.0;
    let [smallest, largest] = [-half, half].map(|by| of.bounds.grown(by).footprint().area_m2());
    let inside = |one, other| footprint_overlap_m2(one, other);
    // Of what may be inside, or of what must be outside; whichever says more.
    let mut hi = 1.0 - (shrunk.area_m2() - inside(&shrunk, &grown_over)).max(0.0) / largest;
    let mut lo = inside(&shrunk, &shrunk_over) / largest;
    let most = inside(&grown, &grown_over);
    if most <= 0.0 {
        hi = 0.0;
    }
    if smallest > SLIVER_M2 {
        hi = hi.min(most / smallest);
        lo = lo.max(1.0 - (grown.area_m2() - inside(&grown, &shrunk_over)).max(0.0) / smallest);
    }
    let (lo, hi) = (lo - ALLOWANCE, hi + ALLOWANCE);
    Ok(Measured { value, lo: lo.max(0.0), hi: hi.min(1.0), unit: Unit::One, witness: None, rise: None })
}
