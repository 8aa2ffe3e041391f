//! Sizes of one object, and how the long sides of two lie to each other.

use geometry::{OrientedBox, Vec3};
use scene::Object;

use super::{Context, Measured, UPRIGHT_RAD, the};
use crate::{ExtentAxis, ExtentDefinition, Reason, ReasonCode, Unit, print};

pub(super) fn extent(
    context: &Context<'_>,
    definition: ExtentDefinition,
    axis: ExtentAxis,
    object: &Object,
) -> Result<Measured, Reason> {
    match definition {
        ExtentDefinition::Oriented => of_box(context, axis, &object.bounds, object),
        ExtentDefinition::AxisAligned => of_box(context, axis, &axis_aligned(&object.bounds), object),
    }
}

fn of_box(context: &Context<'_>, axis: ExtentAxis, bounds: &OrientedBox, object: &Object) -> Result<Measured, Reason> {
    let tolerance = context.sigmas * context.noise().size_m;
    let length = |value: f64| context.around(value, tolerance, Unit::Metre).at_least_zero();
    let swept = |of: &dyn Fn(&OrientedBox) -> f64, unit: Unit| {
        let value = of(bounds);
        let mut measured = context.around(value, 0.0, unit);
        if context.sigmas > 0.0 {
            measured.lo += of(&bounds.grown(-tolerance / 2.0)) - value;
            measured.hi += of(&bounds.grown(tolerance / 2.0)) - value;
        }
        measured.at_least_zero()
    };
    Ok(match axis {
        ExtentAxis::Longest => length(bounds.extents().max_element()),
        ExtentAxis::Width => length(sides(bounds, object)?.longer_m),
        ExtentAxis::Depth => length(sides(bounds, object)?.shorter_m),
        ExtentAxis::Height => {
            let (low, high) = bounds.vertical_span_m();
            length(high - low)
        }
        ExtentAxis::Footprint => swept(&|b| b.footprint().area_m2(), Unit::SquareMetre),
        ExtentAxis::Volume => swept(&OrientedBox::volume_m3, Unit::CubicMetre),
    })
}

/// Horizontal sides of an upright box.
pub(super) struct Sides {
    pub(super) longer_m: f64,
    pub(super) shorter_m: f64,
    /// World direction of the longer side.
    pub(super) longer_axis: Vec3,
}

fn sides(bounds: &OrientedBox, object: &Object) -> Result<Sides, Reason> {
    horizontal_sides(bounds).ok_or_else(|| {
        Reason::new(
            ReasonCode::OutsideDefinition,
            format!(
                "{} is tilted by more than 10°, so its horizontal sides are not defined; ask for its longest side or height",
                the(object)
            ),
        )
    })
}

/// The horizontal sides of a box; none where it is tilted.
pub(super) fn horizontal_sides(bounds: &OrientedBox) -> Option<Sides> {
    let upright = bounds.upright_axis(UPRIGHT_RAD)?;
    let (i, j) = ((upright + 1) % 3, (upright + 2) % 3);
    let extents = bounds.extents();
    let (longer, shorter) = if extents[i] >= extents[j] { (i, j) } else { (j, i) };
    Some(Sides { longer_m: extents[longer], shorter_m: extents[shorter], longer_axis: bounds.axes().col(longer) })
}

/// The world-axis-aligned box around a box.
pub(super) fn axis_aligned(bounds: &OrientedBox) -> OrientedBox {
    let (low, high) = bounds.aabb();
    OrientedBox::upright((low + high) / 2.0, (high - low) / 2.0, 0.0).unwrap_or(*bounds)
}

/// Acute horizontal angle between the longer sides of two upright boxes, degrees.
pub(super) fn axis_angle(context: &Context<'_>, a: &Object, b: &Object) -> Result<Measured, Reason> {
    let tolerance = context.sigmas * context.noise().size_m * std::f64::consts::SQRT_2;
    let mut directions = [Vec3::ZERO; 2];
    for (direction, object) in directions.iter_mut().zip([a, b]) {
        let sides = sides(&object.bounds, object)?;
        let lead = sides.longer_m - sides.shorter_m;
        if lead <= tolerance + 0.01 * sides.longer_m {
            return Err(Reason::new(
                ReasonCode::OutsideDefinition,
                format!(
                    "the horizontal sides of {} are {} and {}: too nearly equal to say which is the long one",
                    the(object),
                    print::quantity(sides.longer_m, Unit::Metre),
                    print::quantity(sides.shorter_m, Unit::Metre)
                ),
            ));
        }
        *direction = sides.longer_axis;
    }
    let [u, v] = directions.map(Vec3::truncate);
    let value = u.perp_dot(v).abs().atan2(u.dot(v).abs()).to_degrees();
    let turn = context.sigmas * context.noise().yaw_rad.to_degrees() * std::f64::consts::SQRT_2;
    let mut measured = context.around(value, turn, Unit::Degree).at_least_zero();
    measured.hi = measured.hi.min(90.0);
    Ok(measured)
}
