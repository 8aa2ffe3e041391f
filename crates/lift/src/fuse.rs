//! What stands on the floor, from many posed pictures.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use scene::geometry::{OrientedBox, RigidTransform, Vec3};
use serde::Serialize;

use crate::{
    Floor, LiftError, Picture, Recipe,
    cloud::{clean, clusters, voxels},
    single::{border_of, median_depth},
    upright::{BoxError, UprightBox, upright_box},
};

/// How far above the floor a point must be to stand on it, metres.
const ABOVE_M: f64 = 0.04;
/// Side of the voxels in which frames are counted, metres.
const VOXEL_M: f64 = 0.02;
/// Least share of the frames that must see a voxel, and fewest frames.
const SEEN_SHARE: f64 = 0.15;
const SEEN_FRAMES: usize = 2;
/// Reach of the fused cluster, metres, and voxels that make a core.
const REACH_M: f64 = 0.1;
const CORE: usize = 8;
/// Pixels are looked at in steps of so many.
const STEP: usize = 2;

/// A picture with its name and pose.
#[derive(Debug)]
pub struct Posed {
    /// Name of the frame.
    pub name: String,
    /// Camera to world, z up.
    pub world_from_camera: RigidTransform,
    /// The picture.
    pub picture: Picture,
}

/// What one frame says.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameBox {
    /// Name of the frame.
    pub frame: String,
    /// The box of the largest thing that stands on the floor; none where there is none.
    pub found: Option<UprightBox>,
    /// Points it is made of.
    pub points: usize,
    /// Whether it touches the border of the picture.
    pub truncated: bool,
    /// Whether its centre lies in the fused box.
    pub is_fused_thing: bool,
}

/// What all frames say together.
#[derive(Debug, Clone, PartialEq)]
pub struct Fused {
    /// Height of the floor, metres.
    pub floor_m: f64,
    /// Frame by frame.
    pub frames: Vec<FrameBox>,
    /// The box of the thing that most frames see.
    pub fused: UprightBox,
    /// Voxels it is made of.
    pub voxels: usize,
}

/// A box in numbers, for reports.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BoxNumbers {
    /// Centre, metres.
    pub centre_m: [f64; 3],
    /// Full extents, metres.
    pub extent_m: [f64; 3],
    /// Turn about the vertical, radians.
    pub yaw_rad: f64,
    /// How far it may be off.
    pub error: BoxError,
}

impl From<&UprightBox> for BoxNumbers {
    fn from(found: &UprightBox) -> Self {
        let b = &found.bounds;
        let (centre_m, extent_m) = (b.centre().to_array(), b.extents().to_array());
        Self { centre_m, extent_m, yaw_rad: b.yaw_rad(), error: found.error }
    }
}

/// What one frame contributes.
struct Seen {
    found: Option<UprightBox>,
    points: Vec<Vec3>,
    truncated: bool,
    depth_m: f64,
}

/// The largest thing on the floor, frame by frame and fused. The floor's height is taken from the frames where it is
/// not given.
pub fn above_floor(frames: &[Posed], floor_m: Option<f64>, recipe: &Recipe, name: &str) -> Result<Fused, LiftError> {
    if frames.is_empty() {
        return Err(LiftError::NoFrames(name.to_owned()));
    }
    let floor_m = floor_m.or_else(|| floor_of(frames)).ok_or(LiftError::NoFloor)?;
    let seen: Vec<Seen> = frames.par_iter().map(|frame| look(frame, floor_m, recipe)).collect();
    // Voxels of all frames, and who sees them: what only one frame says may be its noise.
    let mut owners: BTreeMap<[i64; 3], BTreeSet<usize>> = BTreeMap::new();
    let mut points = Vec::new();
    for (frame, seen) in seen.iter().enumerate() {
        for p in &seen.points {
            owners.entry(cell(*p)).or_default().insert(frame);
            points.push(*p);
        }
    }
    let least = SEEN_FRAMES.min(frames.len()).max((SEEN_SHARE * frames.len() as f64).ceil() as usize);
    points.retain(|p| owners.get(&cell(*p)).is_some_and(|owners| owners.len() >= least));
    let (means, _) = voxels(&points, VOXEL_M);
    let cluster_of = clusters(&means, REACH_M, CORE);
    // The thing that most frames see; the first of equal ones.
    let mut watched: BTreeMap<usize, usize> = BTreeMap::new();
    for (cluster, mean) in cluster_of.iter().zip(&means) {
        if let (Some(cluster), Some(owners)) = (cluster, owners.get(&cell(*mean))) {
            *watched.entry(*cluster).or_default() += owners.len();
        }
    }
    let most = watched.iter().max_by_key(|(cluster, count)| (**count, std::cmp::Reverse(**cluster)));
    let Some((most, _)) = most else { return Err(LiftError::NoThing(name.to_owned())) };
    let thing: Vec<Vec3> =
        cluster_of.iter().zip(&means).filter(|(cluster, _)| **cluster == Some(*most)).map(|(_, mean)| *mean).collect();
    let mut depths: Vec<f64> = seen.iter().filter(|seen| seen.found.is_some()).map(|seen| seen.depth_m).collect();
    depths.sort_by(f64::total_cmp);
    let depth = depths.get(depths.len() / 2).copied().unwrap_or(1.0);
    let sigma = frames[0].picture.side_sigma_m(depth).hypot(VOXEL_M / 2.0);
    let fused = upright_box(&thing, sigma).ok_or_else(|| LiftError::NoThing(name.to_owned()))?;
    let bounds = down_to(&fused.bounds, floor_m);
    let fused = UprightBox { bounds, error: with_disagreement(fused.error, &bounds, &seen) };
    let one = |(frame, seen): (&Posed, Seen)| FrameBox {
        frame: frame.name.clone(),
        is_fused_thing: seen.found.is_some_and(|found| fused.bounds.contains(found.bounds.centre())),
        found: seen.found,
        points: seen.points.len(),
        truncated: seen.truncated,
    };
    Ok(Fused { floor_m, frames: frames.iter().zip(seen).map(one).collect(), voxels: thing.len(), fused })
}

/// The error of a fused box, and how far it is from the middle of what single frames say: poses err too.
fn with_disagreement(error: BoxError, fused: &OrientedBox, seen: &[Seen]) -> BoxError {
    let boxes: Vec<&OrientedBox> = seen
        .iter()
        .filter(|seen| !seen.truncated)
        .filter_map(|seen| Some(&seen.found.as_ref()?.bounds))
        .filter(|bounds| fused.contains(bounds.centre()))
        .collect();
    let middle = |value: &dyn Fn(&OrientedBox) -> f64| {
        let mut values: Vec<f64> = boxes.iter().map(|bounds| value(bounds)).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).map_or(0.0, |middle| (middle - value(fused)).abs())
    };
    let most = |of: fn(&OrientedBox) -> Vec3| (0..3).map(|axis| middle(&|b| of(b)[axis])).fold(0.0, f64::max);
    BoxError {
        position_m: error.position_m.hypot(most(OrientedBox::centre)),
        size_m: error.size_m.hypot(most(OrientedBox::extents)),
        yaw_rad: error.yaw_rad.hypot(middle(&OrientedBox::yaw_rad)),
    }
}

fn cell(p: Vec3) -> [i64; 3] {
    (p / VOXEL_M).floor().to_array().map(|c| c as i64)
}

/// The middle of the floors of single frames.
fn floor_of(frames: &[Posed]) -> Option<f64> {
    let height = |frame: &Posed| {
        let eye = frame.world_from_camera.translation();
        let picture = &frame.picture;
        let points = (0..picture.depth_m.pixels.len()).step_by(7).filter_map(|pixel| picture.point(pixel));
        let around: Vec<Vec3> = points.map(|p| frame.world_from_camera.turn(p)).collect();
        let floor = Floor::find(&around, Vec3::Z)?;
        Some(eye.z + floor.offset_m / floor.up.z)
    };
    let mut heights: Vec<f64> = frames.par_iter().filter_map(height).collect();
    heights.sort_by(f64::total_cmp);
    heights.get(heights.len() / 2).copied()
}

/// The largest thing above the floor in one frame.
fn look(frame: &Posed, floor_m: f64, recipe: &Recipe) -> Seen {
    let picture = &frame.picture;
    let width = picture.depth_m.width_px as usize;
    let (mut pixels, mut points) = (Vec::new(), Vec::new());
    for pixel in 0..picture.depth_m.pixels.len() {
        if !((pixel % width).is_multiple_of(STEP) && (pixel / width).is_multiple_of(STEP)) {
            continue;
        }
        let Some(p) = picture.point(pixel) else { continue };
        // Noise grows with depth, and with it what may stick out of the floor.
        let above = ABOVE_M.max(3.0 * picture.noise.sigma_m(p.z));
        let p = frame.world_from_camera.apply(p);
        if p.z > floor_m + above {
            pixels.push(pixel);
            points.push(p);
        }
    }
    let none = Seen { found: None, points: Vec::new(), truncated: false, depth_m: 0.0 };
    if points.len() < recipe.least_points {
        return none;
    }
    let kept = clean(&points, recipe);
    if kept.len() < recipe.least_clean_points {
        return none;
    }
    let border = border_of(&kept.iter().map(|at| pixels[*at]).collect::<Vec<usize>>(), width);
    let height = picture.depth_m.height_px as usize;
    let truncated = border[0] < STEP || border[1] < STEP || border[2] + STEP >= width || border[3] + STEP >= height;
    let points: Vec<Vec3> = kept.into_iter().map(|at| points[at]).collect();
    let depth_m = median_depth(&points, &frame.world_from_camera);
    let found = upright_box(&points, picture.side_sigma_m(depth_m))
        .map(|found| UprightBox { bounds: down_to(&found.bounds, floor_m), ..found });
    Seen { found, points, truncated, depth_m }
}

/// The box with its bottom on the floor: what stands there was cut off just above it.
fn down_to(bounds: &OrientedBox, floor_m: f64) -> OrientedBox {
    let (low, high) = bounds.vertical_span_m();
    if low - floor_m > 3.0 * ABOVE_M {
        return *bounds;
    }
    let (centre, half) = (bounds.centre(), bounds.half());
    let centre = Vec3::new(centre.x, centre.y, f64::midpoint(floor_m, high));
    let half = Vec3::new(half.x, half.y, (high - floor_m) / 2.0);
    OrientedBox::new(centre, half, bounds.axes()).unwrap_or(*bounds)
}
