//! Fixes whose numbers are estimated from the data.

use std::collections::BTreeMap;

use scene::geometry::{Mat3, OrientedBox, Quat, RigidTransform, Vec3};

use crate::{
    case::Case,
    evidence::{Evidence, Of, evidence},
    fix::Fix,
};

/// Fewest objects over which boxes are brought to what is seen of them.
const LEAST_OBJECTS: usize = 4;
/// Fewest points of an object that count.
const LEAST_POINTS: usize = 8;
/// Rounds of nearest points.
const ROUNDS: usize = 25;
/// Share of the pairs that is kept in a round, the nearest first.
const KEPT: f64 = 0.9;

/// The points seen of each object, world frame.
fn seen(case: &Case) -> BTreeMap<u32, Vec<Vec3>> {
    let mut seen: BTreeMap<u32, Vec<Vec3>> = BTreeMap::new();
    for view in &case.views {
        let Some(pose) = case.pose(view).filter(|_| view.fits()) else { continue };
        for sample in &view.pixels.many {
            if let Some(p) = view.point(sample.at, sample.depth_m) {
                seen.entry(sample.id).or_default().push(pose.apply(p));
            }
        }
    }
    seen
}

/// The motion that takes boxes to where their objects are seen; `None` where too little is seen.
///
/// First centres to the middles of what is seen, then points to the nearest points of their boxes.
pub(crate) fn seen_from_boxes(case: &Case) -> Option<RigidTransform> {
    let seen = seen(case);
    let pairs: Vec<(&OrientedBox, &Vec<Vec3>)> = case
        .things
        .iter()
        .filter_map(|thing| Some((&thing.bounds, seen.get(&thing.id)?)))
        .filter(|(_, points)| points.len() >= LEAST_POINTS)
        .collect();
    if pairs.len() < LEAST_OBJECTS {
        return None;
    }
    let middle = |points: &Vec<Vec3>| {
        let (low, high) = points.iter().fold((points[0], points[0]), |(low, high), p| (low.min(*p), high.max(*p)));
        low.midpoint(high)
    };
    let centres: Vec<(Vec3, Vec3)> = pairs.iter().map(|(bounds, points)| (bounds.centre(), middle(points))).collect();
    let mut motion = motion_between(&centres)?;
    for _ in 0..ROUNDS {
        let back = motion.inverse();
        let mut nearest: Vec<(f64, Vec3, Vec3)> = Vec::new();
        for (bounds, points) in &pairs {
            for p in *points {
                let on_box = nearest_in(bounds, back.apply(*p));
                nearest.push((motion.apply(on_box).distance_squared(*p), on_box, *p));
            }
        }
        nearest.sort_by(|a, b| a.0.total_cmp(&b.0));
        nearest.truncate((nearest.len() as f64 * KEPT) as usize);
        let couples: Vec<(Vec3, Vec3)> = nearest.into_iter().map(|(_, from, to)| (from, to)).collect();
        motion = motion_between(&couples)?;
    }
    Some(motion)
}

/// The point of a solid box that is nearest to `p`.
fn nearest_in(bounds: &OrientedBox, p: Vec3) -> Vec3 {
    let local = bounds.axes().transpose() * (p - bounds.centre());
    bounds.centre() + bounds.axes() * local.clamp(-bounds.half(), bounds.half())
}

/// The rigid motion that takes the first points nearest to the second in the sum of squares (Horn 1987).
pub(crate) fn motion_between(pairs: &[(Vec3, Vec3)]) -> Option<RigidTransform> {
    if pairs.len() < 3 {
        return None;
    }
    let count = pairs.len() as f64;
    let from = pairs.iter().map(|pair| pair.0).sum::<Vec3>() / count;
    let to = pairs.iter().map(|pair| pair.1).sum::<Vec3>() / count;
    let mut s = Mat3::ZERO;
    for (a, b) in pairs {
        let (a, b) = (*a - from, *b - to);
        s += Mat3::from_cols(a * b.x, a * b.y, a * b.z);
    }
    // s.col(j)[i] = Σ aᵢ·bⱼ
    let at = |i: usize, j: usize| s.col(j)[i];
    let n = [
        [at(0, 0) + at(1, 1) + at(2, 2), at(1, 2) - at(2, 1), at(2, 0) - at(0, 2), at(0, 1) - at(1, 0)],
        [at(1, 2) - at(2, 1), at(0, 0) - at(1, 1) - at(2, 2), at(0, 1) + at(1, 0), at(2, 0) + at(0, 2)],
        [at(2, 0) - at(0, 2), at(0, 1) + at(1, 0), at(1, 1) - at(0, 0) - at(2, 2), at(1, 2) + at(2, 1)],
        [at(0, 1) - at(1, 0), at(2, 0) + at(0, 2), at(1, 2) + at(2, 1), at(2, 2) - at(0, 0) - at(1, 1)],
    ];
    let [w, x, y, z] = greatest_eigenvector(n)?;
    let rotation = Mat3::from_quat(Quat::from_xyzw(x, y, z, w).normalize());
    RigidTransform::new(rotation, to - rotation * from).ok()
}

/// The eigenvector of the greatest eigenvalue of a symmetric matrix, by squaring it until only that is left.
fn greatest_eigenvector(mut m: [[f64; 4]; 4]) -> Option<[f64; 4]> {
    const SQUARINGS: usize = 24;
    // Gershgorin: with this on the diagonal no eigenvalue is negative.
    let reach = m.iter().map(|row| row.iter().map(|v| v.abs()).sum::<f64>()).fold(0.0, f64::max);
    if !(reach > 0.0 && reach.is_finite()) {
        return None;
    }
    for (i, row) in m.iter_mut().enumerate() {
        row[i] += reach;
    }
    for _ in 0..SQUARINGS {
        let largest = m.iter().flatten().fold(0.0f64, |most, v| most.max(v.abs()));
        m = m.map(|row| row.map(|v| v / largest));
        m = std::array::from_fn(|i| std::array::from_fn(|j| (0..4).map(|k| m[i][k] * m[k][j]).sum()));
    }
    // Every row is a multiple of it; the longest is the most exact.
    let length = |row: &[f64; 4]| row.iter().map(|v| v * v).sum::<f64>();
    m.into_iter().max_by(|a, b| length(a).total_cmp(&length(b))).filter(|row| length(row) > 0.0)
}

/// What stored depths are to be multiplied by so that objects are as far as their boxes; the median over objects.
pub(crate) fn depth_from_boxes(case: &Case) -> Option<f64> {
    let mut ratios = Vec::new();
    for view in &case.views {
        let Some(pose) = case.pose(view).filter(|_| view.fits()) else { continue };
        let camera_from_world = pose.inverse();
        let mut depths: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for sample in view.pixels.many.iter().filter(|sample| sample.depth_m.is_finite()) {
            depths.entry(sample.id).or_default().push(sample.depth_m * view.depth_factor);
        }
        for thing in &case.things {
            let Some(depths) = depths.get_mut(&thing.id).filter(|depths| depths.len() >= LEAST_POINTS) else {
                continue;
            };
            depths.sort_by(f64::total_cmp);
            let centre = camera_from_world.apply(thing.bounds.centre());
            if centre.z > 2.0 * thing.bounds.half().max_element() {
                ratios.push(centre.z / depths[depths.len() / 2]);
            }
        }
    }
    ratios.sort_by(f64::total_cmp);
    (ratios.len() >= LEAST_OBJECTS).then(|| ratios[ratios.len() / 2])
}

/// What places of cameras are to be multiplied by so that objects are seen where their boxes are; the median over frames.
pub(crate) fn places_from_boxes(case: &Case) -> Option<f64> {
    let boxes: BTreeMap<u32, &OrientedBox> = case.things.iter().map(|thing| (thing.id, &thing.bounds)).collect();
    let mut ratios = Vec::new();
    for view in &case.views {
        let Some(pose) = case.pose(view).filter(|_| view.fits()) else { continue };
        let mut seen: BTreeMap<u32, Vec<Vec3>> = BTreeMap::new();
        for sample in &view.pixels.many {
            if let Some(p) = view.point(sample.at, sample.depth_m) {
                seen.entry(sample.id).or_default().push(p);
            }
        }
        // Where the camera must be for the middle of what is seen of an object to be the middle of its box.
        let place = |(id, points): (&u32, &Vec<Vec3>)| {
            let middle = points.iter().sum::<Vec3>() / points.len() as f64;
            (points.len() >= LEAST_POINTS).then_some(boxes.get(id)?.centre() - pose.turn(middle))
        };
        let places: Vec<Vec3> = seen.iter().filter_map(place).collect();
        let stated = pose.translation();
        if !places.is_empty() && stated.length_squared() > 0.0 {
            let place = places.iter().sum::<Vec3>() / places.len() as f64;
            ratios.push(place.dot(stated) / stated.length_squared());
        }
    }
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied().filter(|ratio| *ratio > 0.0)
}

/// The number near an estimate under which pictures, poses and boxes agree best.
pub(crate) fn refined(case: &Case, available: &[Of], estimate: f64, fix: impl Fn(f64) -> Fix) -> f64 {
    let relative: Vec<Of> = available.iter().copied().filter(|of| of.is_relative()).collect();
    let agreement = |by: f64| {
        let changed = fix(by).apply(case)?;
        Some(evidence(&changed, &relative, None).iter().map(Evidence::score).sum::<f64>())
    };
    let mut best = (agreement(estimate).unwrap_or(0.0), estimate);
    // From coarse to fine, each step around the best so far.
    for step in [0.04, 0.015] {
        let around = best.1;
        for k in [-4i32, -3, -2, -1, 1, 2, 3, 4] {
            let by = around * (1.0 + step * f64::from(k));
            let score = agreement(by).unwrap_or(0.0);
            if score > best.0 {
                best = (score, by);
            }
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_motion_is_found_from_points() {
        let motion =
            RigidTransform::new(Mat3::from_rotation_y(2.9) * Mat3::from_rotation_x(-0.7), Vec3::new(3.0, -8.0, 1.0))
                .expect("a motion");
        let points = [Vec3::ZERO, Vec3::X, Vec3::new(0.3, 2.0, -1.0), Vec3::new(4.0, 1.0, 1.5)];
        let pairs: Vec<(Vec3, Vec3)> = points.iter().map(|p| (*p, motion.apply(*p))).collect();
        let found = motion_between(&pairs).expect("a motion");
        assert!(found.after(&motion.inverse()).apply(Vec3::ONE).distance(Vec3::ONE) < 1e-9);
        assert!(motion_between(&pairs[..2]).is_none());
        assert!(motion_between(&[(Vec3::ZERO, Vec3::ZERO); 5]).is_none());
    }
}
