//! Pictures, poses and boxes held against each other.

use std::collections::BTreeMap;

use scene::geometry::{Mat3, OrientedBox, Vec3};

use super::{Evidence, Of};
use crate::case::{Case, View};

/// How far depths may be apart, relative: noise of sensors and the size of pixels.
const DEPTH_TOLERANCE: f64 = 0.04;
/// How far a ray or point may pass a box, relative to its distance.
const BOX_TOLERANCE: f64 = 0.02;
/// Share of all samples that must be comparable between frames for a full score.
const LEAST_OVERLAP: f64 = 0.01;
/// Fewest points of an object over which its extents are taken.
const LEAST_POINTS: usize = 25;
/// What the points of a box's object reach, as a share of its half extents.
const REACH: std::ops::RangeInclusive<f64> = 0.8..=1.2;

/// Points of one frame, seen from another. A point behind what is seen there may be hidden and says nothing; one before
/// it contradicts.
pub(super) fn reprojection(case: &Case, pairs: &[(usize, usize)]) -> Evidence {
    let points: Vec<Vec<(Vec3, u32)>> = case.views.iter().map(|view| world_points(case, view)).collect();
    let samples: usize = case.views.iter().map(|view| view.pixels.few.len()).sum();
    let share = pairs.len() as f64 / case.views.len().max(1) as f64;
    let unit = |(i, j): &(usize, usize)| {
        let seen = &case.views[*j];
        let Some(pose) = case.pose(seen).filter(|_| seen.fits()) else { return (0.0, 0.0) };
        let camera_from_world = pose.inverse();
        let (mut agree, mut against) = (0.0, 0.0);
        for (point, id) in &points[*i] {
            let p = camera_from_world.apply(*point);
            let Some(([near, far], same)) = seen.around(p, *id) else { continue };
            if p.z < near * (1.0 - DEPTH_TOLERANCE) {
                against += 1.0;
            } else if p.z <= far * (1.0 + DEPTH_TOLERANCE) {
                if same { agree += 1.0 } else { against += 1.0 }
            }
        }
        (agree, agree + against)
    };
    let least = LEAST_OVERLAP * samples as f64 * share;
    Evidence { of: Of::Reprojection, units: pairs.iter().map(unit).collect(), least }
}

fn world_points(case: &Case, view: &View) -> Vec<(Vec3, u32)> {
    let Some(pose) = case.pose(view).filter(|_| view.fits()) else { return Vec::new() };
    let point = |sample: &crate::case::Sample| Some((pose.apply(view.point(sample.at, sample.depth_m)?), sample.id));
    view.pixels.few.iter().filter_map(point).collect()
}

/// What the pixels of one object say about its box.
#[derive(Default, Clone, Copy)]
struct Seen {
    rays: (f64, f64),
    inside: (f64, f64),
    points: usize,
    reach: Vec3,
}

/// Rays, points inside and points at the faces, a unit an object.
pub(super) fn boxes(case: &Case) -> [Evidence; 3] {
    let position: BTreeMap<u32, usize> = case.things.iter().enumerate().map(|(at, thing)| (thing.id, at)).collect();
    let frames: Vec<Local> = case.things.iter().map(|thing| Local::new(&thing.bounds)).collect();
    let mut seen = vec![Seen::default(); case.things.len()];
    let mut samples = 0;
    for view in &case.views {
        samples += view.pixels.many.len();
        let Some(pose) = case.pose(view).filter(|_| view.fits()) else { continue };
        for sample in &view.pixels.many {
            let Some(at) = position.get(&sample.id).copied() else { continue };
            let bounds = &frames[at];
            let (seen, eye) = (&mut seen[at], bounds.local(pose.translation()));
            let distance = eye.length().max(1e-9);
            let slack = BOX_TOLERANCE * distance + case.slack_m;
            // Every ray from inside a box meets it.
            if eye.abs().cmple(bounds.half + Vec3::splat(slack)).all() {
                continue;
            }
            let Some(ray) = view.ray(sample.at) else { continue };
            seen.rays.1 += 1.0;
            if bounds.meets(eye, bounds.box_from_world * pose.turn(ray), slack) {
                seen.rays.0 += 1.0;
            }
            let Some(p) = view.point(sample.at, sample.depth_m) else { continue };
            let local = bounds.local(pose.apply(p));
            seen.inside.1 += 1.0;
            if local.abs().cmple(bounds.half + Vec3::splat(slack)).all() {
                seen.inside.0 += 1.0;
            }
            seen.points += 1;
            seen.reach = seen.reach.max(local.abs());
        }
    }
    let tight = |(seen, local): (&Seen, &Local)| {
        if seen.points < LEAST_POINTS {
            return (0.0, 0.0);
        }
        // A side thinner than a pixel's step says nothing.
        let sides = (0..3).filter(|side| local.half[*side] > 0.05 * local.half.max_element());
        sides.fold((0.0, 0.0), |(fit, all), side| {
            let fits = REACH.contains(&(seen.reach[side] / local.half[side].max(1e-12)));
            (fit + f64::from(u8::from(fits)), all + 1.0)
        })
    };
    let least = 0.02 * samples as f64;
    let tight = seen.iter().zip(&frames).map(tight).collect();
    [
        Evidence { of: Of::Rays, units: seen.iter().map(|seen| seen.rays).collect(), least },
        Evidence { of: Of::Inside, units: seen.iter().map(|seen| seen.inside).collect(), least },
        Evidence { of: Of::Tight, units: tight, least: 3.0 },
    ]
}

/// A box's own frame.
struct Local {
    box_from_world: Mat3,
    centre: Vec3,
    half: Vec3,
}

impl Local {
    fn new(bounds: &OrientedBox) -> Self {
        Self { box_from_world: bounds.axes().transpose(), centre: bounds.centre(), half: bounds.half() }
    }

    fn local(&self, p: Vec3) -> Vec3 {
        self.box_from_world * (p - self.centre)
    }

    /// Whether a ray from `eye` meets the box grown by `slack`.
    fn meets(&self, eye: Vec3, ray: Vec3, slack: f64) -> bool {
        let half = self.half + Vec3::splat(slack);
        let (mut enters, mut leaves) = (0.0f64, f64::INFINITY);
        for side in 0..3 {
            if ray[side].abs() < 1e-12 {
                if eye[side].abs() > half[side] {
                    return false;
                }
                continue;
            }
            let (a, b) = ((-half[side] - eye[side]) / ray[side], (half[side] - eye[side]) / ray[side]);
            enters = enters.max(a.min(b));
            leaves = leaves.min(a.max(b));
        }
        enters <= leaves
    }
}
