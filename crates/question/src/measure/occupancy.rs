//! How many things lie on or in an object.

use geometry::footprint_overlap_m2;
use scene::Object;

use super::{Context, Measured, overlap::overlap, place::Place, vertical};
use crate::{Reason, Unit};

/// Least share of a thing's footprint that must lie over the object.
const MOST_OF: f64 = 0.5;
/// How far above the object's top a thing's bottom may be, metres.
const ABOVE_M: f64 = 0.05;
/// Share of the object's height above which a thing's bottom must be: what is lower stands under it or beside its legs.
const QUARTER: f64 = 0.25;
/// What is just at a bound counts, whatever rounding makes of it.
const JUST: f64 = 1e-6;

/// Number of other objects at least half of whose footprint lies over the object, and whose bottom is above the lowest quarter of its
/// height and no more than 5 cm above its top. One without a footprint may lie where it comes near.
pub(super) fn occupancy(context: &Context<'_>, of: &Object) -> Result<Measured, Reason> {
    let place = context.object_place(of);
    let (bottom, top) = place.bounds.vertical_span_m();
    let line = bottom + QUARTER * (top - bottom);
    let (mut value, mut lo, mut hi) = (0_u32, 0_u32, 0_u32);
    for other in context.scene.objects() {
        let thing = context.object_place(other);
        if other.id == of.id || is_far(context, &thing, &place) {
            continue;
        }
        let above_top = vertical::gap(context, &thing, &place);
        let tolerance = context.sigmas * thing.face_sigma().hypot(place.face_sigma());
        let above_line = context.around(thing.bounds.vertical_span_m().0 - line, tolerance, Unit::Metre);
        if above_top.lo >= ABOVE_M + JUST || above_line.hi <= -JUST {
            continue;
        }
        if thing.bounds.footprint().area_m2() <= 0.0 {
            // It may have one that is too small to be annotated.
            let grown = |place: &Place<'_>| place.bounds.grown(context.sigmas * place.point_sigma()).footprint();
            hi += u32::from(context.sigmas > 0.0 && footprint_overlap_m2(&grown(&thing), &grown(&place)) > 0.0);
            continue;
        }
        let over = overlap(context, &thing, &place)?;
        let lies = |over: f64, above_top: f64, above_line: f64| {
            u32::from(over > MOST_OF - JUST && above_top < ABOVE_M + JUST && above_line > -JUST)
        };
        value += lies(over.value, above_top.value, above_line.value);
        lo += lies(over.lo, above_top.hi, above_line.lo);
        hi += lies(over.hi, above_top.lo, above_line.hi);
    }
    let [value, lo, hi] = [value, lo, hi].map(f64::from);
    Ok(Measured { lo, hi, ..Measured::exact(value, Unit::One) })
}

/// Whether two footprints cannot share a place however much both are off.
fn is_far(context: &Context<'_>, a: &Place<'_>, b: &Place<'_>) -> bool {
    let reach = |place: &Place<'_>| place.bounds.half().length() + 2.0 * context.sigmas * place.point_sigma();
    (a.centre() - b.centre()).truncate().length() > reach(a) + reach(b)
}
