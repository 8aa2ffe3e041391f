//! How much of what one frame shows another shows too, by their depth images.

use geometry::{Camera, RigidTransform, Vec2, Vec3};
use scene::Depths;

use super::{Context, Measured};
use crate::{Entity, Reason, ReasonCode, Unit};

/// Distance of the pixels that are looked for, pixels, and column and row of the first.
const STEP_PX: u32 = 8;
const FIRST_PX: u32 = 4;
/// Largest difference of depths that are one surface: metres, and share of the depth.
const SAME_M: f64 = 0.05;
const SAME_SHARE: f64 = 0.02;
/// A pixel that may be off by more than this is possibly shown and not surely, pixels.
const MOST_OFF_PX: f64 = 32.0;

/// A frame whose depth and pose are known.
struct View<'s> {
    camera: &'s Camera,
    world_from_camera: &'s RigidTransform,
    depths: Depths,
}

/// Whether a point is shown: as measured, surely, and possibly.
struct Shown {
    value: bool,
    sure: bool,
    possible: bool,
}

pub(super) fn share(context: &Context<'_>, of: &str, with: &str) -> Result<Measured, Reason> {
    let (first, second) = (context.view(of)?, context.view(with)?);
    let camera_from_world = second.world_from_camera.inverse();
    let (mut looked, mut value, mut sure, mut possible) = (0_u32, 0_u32, 0_u32, 0_u32);
    let along = |side: u32| (FIRST_PX..side).step_by(STEP_PX as usize);
    for row in along(first.camera.height_px()) {
        for column in along(first.camera.width_px()) {
            let Some(depth_m) = first.depths.at(column, row) else { continue };
            let centre = Vec2::new(f64::from(column) + 0.5, f64::from(row) + 0.5);
            let Some(ray) = first.camera.ray(centre).filter(|ray| ray.z > 0.0) else { continue };
            looked += 1;
            let in_first = ray * (depth_m / ray.z);
            let in_second = camera_from_world.apply(first.world_from_camera.apply(in_first));
            let off_m = context.off_m(&first, in_first, depth_m, in_second);
            let shown = second.shown(context, in_second, off_m);
            value += u32::from(shown.value);
            sure += u32::from(shown.sure);
            possible += u32::from(shown.possible);
        }
    }
    if looked == 0 {
        let sentence = format!("the depth image of {of} knows nothing at the pixels that are looked for, every 8th");
        return Err(Reason::new(ReasonCode::MissingData, sentence));
    }
    let share = |count: u32| f64::from(count) / f64::from(looked);
    let value = share(value);
    if context.sigmas == 0.0 {
        return Ok(Measured::exact(value, Unit::One));
    }
    Ok(Measured { value, lo: share(sure), hi: share(possible), unit: Unit::One, witness: None, rise: None })
}

impl<'s> Context<'s> {
    fn view(&self, name: &str) -> Result<View<'s>, Reason> {
        self.place(&Entity::Camera(name.to_owned()))?;
        let frame = self.frame(name)?;
        let world_from_camera = frame
            .pose
            .world_from_camera()
            .ok_or_else(|| Reason::new(ReasonCode::NoPose, format!("nobody knows where the camera of {name} stood")))?;
        Ok(View { camera: &frame.camera, world_from_camera, depths: self.depths(name)? })
    }

    /// How far a point of one frame may be off as another has it: its depth, and the poses of both.
    fn off_m(&self, first: &View<'_>, in_first: Vec3, depth_m: f64, in_second: Vec3) -> f64 {
        let noise = self.noise();
        let (near, far) = (in_first.length(), in_second.length());
        let step = near / depth_m * first.depths.scale_m() / 2.0;
        let parts = [
            near * noise.depth_relative,
            step,
            noise.pose_position_m,
            noise.pose_position_m,
            near * noise.pose_rotation_rad,
            far * noise.pose_rotation_rad,
        ];
        self.sigmas * parts.iter().map(|part| part * part).sum::<f64>().sqrt()
    }
}

impl View<'_> {
    /// Whether the frame shows a point (camera axes) that may be off by so much.
    fn shown(&self, context: &Context<'_>, point: Vec3, off_m: f64) -> Shown {
        let place = self.camera.project(point).filter(|place| self.camera.holds(*place));
        let value = place.is_some_and(|place| self.same(place, point.z, 0.0, 0.0));
        if context.sigmas == 0.0 {
            return Shown { value, sure: value, possible: value };
        }
        // The pictures of the corners of a cube around the point hold that of every place where it may be.
        let corner = |at: usize| {
            let end = |axis: usize| if at >> axis & 1 == 0 { -off_m } else { off_m };
            self.camera.project(point + Vec3::new(end(0), end(1), end(2)))
        };
        let corners: Vec<Vec2> = (0..8).filter_map(corner).collect();
        if corners.len() < 8 {
            return Shown { value, sure: false, possible: value || !corners.is_empty() };
        }
        let least = corners.iter().copied().fold(Vec2::INFINITY, Vec2::min);
        let most = corners.iter().copied().fold(Vec2::NEG_INFINITY, Vec2::max);
        let size = Vec2::new(f64::from(self.camera.width_px()), f64::from(self.camera.height_px()));
        if least.cmpge(size).any() || most.cmplt(Vec2::ZERO).any() {
            return Shown { value, sure: false, possible: value };
        }
        if (most - least).max_element() > 2.0 * MOST_OFF_PX {
            return Shown { value, sure: false, possible: true };
        }
        let off_share = context.sigmas * context.noise().depth_relative;
        let inside = least.cmpge(Vec2::ZERO).all() && most.cmplt(size).all();
        let (mut sure, mut possible) = (inside && value, value);
        let whole = |place: Vec2| [place.x.floor() as i64, place.y.floor() as i64];
        let ([left, top], [right, bottom]) = (whole(least.max(Vec2::ZERO)), whole(most.min(size - 1.0)));
        for row in top..=bottom {
            for column in left..=right {
                if possible && !sure {
                    return Shown { value, sure, possible };
                }
                let place = Vec2::new(column as f64, row as f64);
                possible |= self.same(place, point.z, off_m, off_share);
                sure = sure && self.same(place, point.z, -off_m, -off_share);
            }
        }
        Shown { value, sure, possible }
    }

    /// Whether the depth at a place of the image is that of a point at `depth_m`, with the tolerance wider by `off_m`
    /// and by what the depth of the image itself may be off.
    fn same(&self, place: Vec2, depth_m: f64, off_m: f64, off_share: f64) -> bool {
        let Some(here) = self.depths.at(place.x as u32, place.y as u32) else { return false };
        let own = match off_m.partial_cmp(&0.0) {
            Some(std::cmp::Ordering::Greater) => self.depths.scale_m(),
            Some(std::cmp::Ordering::Less) => -self.depths.scale_m(),
            _ => 0.0,
        };
        // A deeper image widens the tolerance too, hence the factor.
        let wider = off_m + (1.0 + SAME_SHARE) * (off_share * here + own / 2.0);
        (depth_m - here).abs() <= SAME_M + SAME_SHARE * here + wider
    }
}
