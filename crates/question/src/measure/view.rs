//! What cameras have to do with places: directions, turns, coordinates, and what frames show.

use geometry::{Vec3, bearing_rad, signed_deg, wrap_signed};
use scene::{Object, ObjectId};

use super::{Context, Measured, Rise, bearing::half_angle_deg, place::Place};
use crate::{AzimuthDefinition, CameraAxis, Entity, MovementDefinition, PanDefinition, Reason, ReasonCode, Unit};

impl CameraAxis {
    /// Its direction, world frame, of a camera's place.
    pub(super) fn of(self, camera: &Place<'_>) -> Vec3 {
        let axes = camera.bounds.axes();
        match self {
            Self::Right => axes.x_axis,
            Self::Down => axes.y_axis,
            Self::Forward => axes.z_axis,
        }
    }
}

/// The angle of `of` as seen from `from`, from where the camera `heading` looks.
pub(super) fn azimuth(
    context: &Context<'_>,
    definition: AzimuthDefinition,
    from: &Place<'_>,
    of: &Place<'_>,
    heading: &Place<'_>,
) -> Result<Measured, Reason> {
    let (stand, query) = (from.centre(), of.centre());
    let degenerate = |sentence: String| Reason::new(ReasonCode::DegenerateViewpoint, sentence);
    let across = |axis: CameraAxis| axis.of(heading).dot(query - stand);
    let in_plane = |ahead: f64, right: f64| {
        if ahead.hypot(right) < 1e-9 {
            return Err(degenerate(format!("{} and {} coincide in that plane", from.the(), of.the())));
        }
        Ok(Measured::exact(to_left(right, ahead), Unit::Degree))
    };
    match definition {
        AzimuthDefinition::OpticalPlane => in_plane(across(CameraAxis::Forward), across(CameraAxis::Right)),
        AzimuthDefinition::ImagePlane => in_plane(across(CameraAxis::Down), across(CameraAxis::Right)),
        AzimuthDefinition::Rising => by_rule(rising(along(heading, query - stand)), from, of),
        AzimuthDefinition::Horizontal => {
            let ahead = CameraAxis::Forward.of(heading);
            let angle = bearing_rad(stand, stand + ahead, query).ok_or_else(|| {
                degenerate(if ahead.truncate().length() < 1e-9 {
                    format!("{} looks straight up or down, so that nothing is ahead of it on the floor", heading.the())
                } else {
                    format!(
                        "seen from above, {} and {} are on the same spot: it is straight up or down",
                        from.the(),
                        of.the()
                    )
                })
            })?;
            let spread = context.sigmas * from.position_m.hypot(of.position_m);
            let reach = spread / stand.truncate().distance(query.truncate());
            let place = half_angle_deg(reach);
            let tolerance = (place + heading_tolerance_deg(context, heading)).min(180.0);
            Ok(context.around(signed_deg(angle), tolerance, Unit::Degree))
        }
    }
}

/// The way of a camera from one place to another, from where it looked at first.
pub(super) fn movement(
    context: &Context<'_>,
    definition: MovementDefinition,
    from: &Place<'_>,
    to: &Place<'_>,
) -> Result<Measured, Reason> {
    match definition {
        MovementDefinition::Horizontal => azimuth(context, AzimuthDefinition::Horizontal, from, to, from),
        MovementDefinition::Dominant => by_rule(dominant(along(from, to.centre() - from.centre())), from, to),
    }
}

/// A way in the axes of a camera: right, down, forward, metres.
fn along(camera: &Place<'_>, way: Vec3) -> [f64; 3] {
    [CameraAxis::Right, CameraAxis::Down, CameraAxis::Forward].map(|axis| axis.of(camera).dot(way))
}

/// Ways shorter than this have no direction by the published rules, metres.
const NO_WAY_M: f64 = 1e-8;

fn by_rule(course: Option<(f64, Option<Rise>)>, from: &Place<'_>, of: &Place<'_>) -> Result<Measured, Reason> {
    let (angle, rise) = course.ok_or_else(|| {
        let sentence = format!("{} and {} are at the same place", from.the(), of.the());
        Reason::new(ReasonCode::DegenerateViewpoint, sentence)
    })?;
    Ok(Measured { rise, ..Measured::exact(angle, Unit::Degree) })
}

/// Degrees to the left of forward, in (−180, 180].
fn to_left(right: f64, forward: f64) -> f64 {
    // Straight back is 180, also where nothing leads to the right: no minus in front of a zero.
    signed_deg((0.0 - right).atan2(forward))
}

/// `SpatialEvo`'s direction of one object from another: `up` or `down` with the larger level axis from a slope of a half on.
fn rising([right, down, forward]: [f64; 3]) -> Option<(f64, Option<Rise>)> {
    let level = right.hypot(forward);
    let way = if down < 0.0 { "up" } else { "down" };
    if level < NO_WAY_M {
        return (down != 0.0).then_some((0.0, Some(Rise { way, along: false })));
    }
    if down.abs() <= 0.5 * level {
        return Some((to_left(right, forward), None));
    }
    let angle = if right.abs() >= forward.abs() { to_left(right, 0.0) } else { to_left(0.0, forward) };
    Some((angle, Some(Rise { way, along: true })))
}

/// `SpatialEvo`'s direction of a movement: the axis of its largest part, and the next if it is large enough beside that and
/// the whole.
fn dominant(way: [f64; 3]) -> Option<(f64, Option<Rise>)> {
    const BESIDE_LARGEST: f64 = 0.35;
    const OF_WHOLE: f64 = 0.25;
    // Of equal parts the first counts: to a side, ahead, up.
    let mut axes = [0, 2, 1];
    axes.sort_by(|a, b| way[*b].abs().total_cmp(&way[*a].abs()));
    let [first, second, _] = axes;
    let largest = way[first].abs();
    if largest < NO_WAY_M {
        return None;
    }
    let next = way[second].abs();
    let both = next >= BESIDE_LARGEST * largest && next >= OF_WHOLE * Vec3::from_array(way).length();
    // Only which way it leads along an axis counts from here on.
    let part = |axis: usize| if axis == first || both && axis == second { way[axis].signum() } else { 0.0 };
    let [right, down, forward] = [0, 1, 2].map(part);
    let along = right != 0.0 || forward != 0.0;
    let rise = (down != 0.0).then_some(Rise { way: if down < 0.0 { "up" } else { "down" }, along });
    Some((if along { to_left(right, forward) } else { 0.0 }, rise))
}

impl Context<'_> {
    /// The angle of several objects: of the mean of their centres, with an interval that holds that of each.
    pub(super) fn azimuth_of_all<'o>(
        &self,
        definition: AzimuthDefinition,
        from: &Place<'_>,
        objects: impl Iterator<Item = &'o Object>,
        heading: &Place<'_>,
    ) -> Result<Measured, Reason> {
        let places: Vec<Place<'_>> = objects.map(|object| self.object_place(object)).collect();
        let Some(first) = places.first() else {
            return Err(Reason::new(ReasonCode::Absent, "no object to look at"));
        };
        let middle = places.iter().map(Place::centre).sum::<Vec3>() / places.len() as f64;
        let mut whole = azimuth(self, definition, from, &first.moved_to(middle)?, heading)?;
        if self.sigmas > 0.0 {
            for place in &places {
                let one = azimuth(self, definition, from, place, heading)?;
                // The same angle may be written a turn apart.
                let turn = 360.0 * ((whole.value - one.value) / 360.0).round();
                whole.lo = whole.lo.min(one.lo + turn);
                whole.hi = whole.hi.max(one.hi + turn);
            }
        }
        Ok(whole)
    }
}

/// How far the horizontal direction of a camera's view may be off, degrees.
pub(super) fn heading_tolerance_deg(context: &Context<'_>, camera: &Place<'_>) -> f64 {
    let turn = (context.sigmas * context.noise().pose_rotation_rad).min(std::f64::consts::FRAC_PI_2).sin();
    let level = CameraAxis::Forward.of(camera).truncate().length();
    half_angle_deg(turn / level)
}

/// How far the view of `to` is turned from that of `from`.
pub(super) fn pan(
    context: &Context<'_>,
    definition: PanDefinition,
    from: &Entity,
    to: &Entity,
) -> Result<Measured, Reason> {
    match definition {
        PanDefinition::Horizontal => {
            let (first, second) = (context.camera_place(from)?, context.camera_place(to)?);
            let [a, b] = [&first, &second].map(|camera| CameraAxis::Forward.of(camera));
            let angle = bearing_rad(Vec3::ZERO, a, b).ok_or_else(|| {
                Reason::new(
                    ReasonCode::DegenerateViewpoint,
                    format!("{} or {} looks straight up or down and has no heading", first.the(), second.the()),
                )
            })?;
            let tolerance = heading_tolerance_deg(context, &first) + heading_tolerance_deg(context, &second);
            Ok(context.around(signed_deg(angle), tolerance.min(180.0), Unit::Degree))
        }
        PanDefinition::WorldXz => {
            let at = |entity: &Entity| match entity {
                Entity::Camera(name) => context.scene.frames().iter().position(|frame| frame.name == *name),
                _ => None,
            };
            let (Some(first), Some(last)) = (at(from), at(to)) else {
                return Err(Reason::new(ReasonCode::Malformed, "a pan is from the camera of a frame to another"));
            };
            let (low, high) = (first.min(last), first.max(last));
            let poses = context.scene.frames()[low..=high].iter().filter_map(|frame| frame.pose.world_from_camera());
            let ahead: Vec<Vec3> = poses.map(|pose| pose.rotation().z_axis).collect();
            let turned = |pair: &[Vec3]| {
                let ([ax, az], [bx, bz]) = ([pair[0].x, pair[0].z], [pair[1].x, pair[1].z]);
                (ax * bz - az * bx).atan2(ax * bx + az * bz)
            };
            let sum: f64 = ahead.windows(2).map(turned).sum();
            let signed = if first <= last { sum } else { -sum };
            Ok(Measured::exact(signed_deg(wrap_signed(signed)), Unit::Degree))
        }
    }
}

/// Where a place lies along an axis of a camera.
pub(super) fn coordinate(context: &Context<'_>, axis: CameraAxis, of: &Place<'_>, camera: &Place<'_>) -> Measured {
    let apart = of.centre() - camera.centre();
    // Where a frame's own pixel lies for its camera does not hang on the pose.
    let turn = if of.shares_frame(camera) { 0.0 } else { apart.length() * context.noise().pose_rotation_rad };
    let [a, b] = of.apart(camera, |place| place.position_m);
    let sigma = a.hypot(b).hypot(turn);
    context.around(axis.of(camera).dot(apart), context.sigmas * sigma, Unit::Metre)
}

/// The part of an object that a frame shows.
pub(super) fn visibility(context: &Context<'_>, of: ObjectId, frame: &str) -> Result<Measured, Reason> {
    context.frame(frame)?;
    let value = context.scene.visible_fraction(frame, of).ok_or_else(|| not_looked(frame))?;
    let mut measured = context.around(value, context.sigmas * context.noise().visible_fraction, Unit::One);
    (measured.lo, measured.hi) = (measured.lo.max(0.0), measured.hi.min(1.0));
    Ok(measured)
}

/// Why nothing is known of what a frame shows.
pub(crate) fn not_looked(frame: &str) -> Reason {
    Reason::new(
        ReasonCode::MissingData,
        format!("the scene does not say what {frame} shows (hint: `isovist sightings SCENE --write`)"),
    )
}

/// Position of the first frame that shows an object by at least `least`. A frame of which it is not known what it
/// shows may be the first.
pub(super) fn first_seen(context: &Context<'_>, of: ObjectId, least: f64) -> Result<Measured, Reason> {
    let tolerance = context.sigmas * context.noise().visible_fraction;
    let frames = context.scene.frames();
    let first = |add: f64, unknown: bool| {
        let shows = |name: &str| context.scene.visible_fraction(name, of).map_or(unknown, |seen| seen + add >= least);
        frames.iter().position(|frame| shows(&frame.name)).map(|at| (at + 1) as f64)
    };
    let found = (first(0.0, false), first(tolerance, context.sigmas > 0.0), first(-tolerance, false));
    let (Some(value), Some(lo), Some(hi)) = found else {
        let title = context.object(&Entity::Id(of)).map(super::the).unwrap_or_default();
        return Err(Reason::new(
            ReasonCode::NotVisible,
            format!("no frame certainly shows {least} or more of {title}"),
        ));
    };
    Ok(Measured { value, lo, hi, unit: Unit::One, witness: None, rise: None })
}
