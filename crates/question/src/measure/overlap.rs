//! How much of one footprint lies over another.

use geometry::footprint_overlap_m2;
use scene::Object;

use super::{ALLOWANCE, Context, Measured};
use crate::Unit;

/// Share of the footprint of `of` that lies over the footprint of `over`; 0 for a footprint without area.
pub(super) fn overlap(context: &Context<'_>, of: &Object, over: &Object) -> Measured {
    let share = |common: f64, whole: f64| {
        if whole > 0.0 { (common / whole).min(1.0) } else { 0.0 }
    };
    let whole = of.bounds.footprint();
    let value = share(footprint_overlap_m2(&whole, &over.bounds.footprint()), whole.area_m2());
    if context.sigmas <= 0.0 {
        return Measured::exact(value, Unit::One);
    }
    let k = context.sigmas;
    let (reach, reach_over) = (k * context.point_sigma(&of.bounds), k * context.point_sigma(&over.bounds));
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
    Measured { value, lo: lo.max(0.0), hi: hi.min(1.0), unit: Unit::One, witness: None }
}
