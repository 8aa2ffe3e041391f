//! Point clouds of one mask: outliers, voxels, clusters.

use std::collections::BTreeMap;

use rayon::prelude::*;
use scene::geometry::Vec3;
use serde::Serialize;

use crate::tree::Tree;

/// The numbers of the recipe.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Recipe {
    /// Least confidence of a mask, where one is stated.
    pub least_confidence: f64,
    /// Fewest pixels of a mask.
    pub least_area_px: usize,
    /// Largest share of the image that a mask's 2D box may cover.
    pub most_of_image: f64,
    /// Fewest points before and after cleaning.
    pub least_points: usize,
    /// The same, after cleaning.
    pub least_clean_points: usize,
    /// Neighbours over which outliers are judged.
    pub neighbours: usize,
    /// A point is an outlier if its mean distance to its neighbours is above the mean of all by so many standard deviations.
    pub outlier_sigma: f64,
    /// Smallest voxel, metres; the voxel is the size of the cloud over `voxels`, if that is more.
    pub least_voxel_m: f64,
    /// Voxels across the cloud; its size is three times the length of its standard deviations.
    pub voxels: f64,
    /// Reach of a cluster's points, metres.
    pub reach_m: f64,
    /// Points within reach that make a point a cluster's core, itself counted.
    pub core_points: usize,
    /// Fewest points of the largest cluster; below it the cloud is kept whole.
    pub least_cluster: usize,
    /// Most points of a mask that are looked at, evenly spread.
    pub most_points: usize,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            least_confidence: 0.3,
            least_area_px: 25,
            most_of_image: 0.75,
            least_points: 16,
            least_clean_points: 10,
            neighbours: 10,
            outlier_sigma: 1.2,
            least_voxel_m: 0.01,
            voxels: 40.0,
            reach_m: 0.2,
            core_points: 10,
            least_cluster: 5,
            most_points: 20_000,
        }
    }
}

/// Positions of the points that are no statistical outliers.
pub fn without_outliers(points: &[Vec3], recipe: &Recipe) -> Vec<usize> {
    let tree = Tree::new(points);
    let distances: Vec<Option<f64>> =
        (0..points.len()).into_par_iter().map(|at| tree.mean_distance(at, recipe.neighbours)).collect();
    let known: Vec<f64> = distances.iter().copied().flatten().collect();
    if known.is_empty() {
        return (0..points.len()).collect();
    }
    let count = known.len() as f64;
    let mean = known.iter().sum::<f64>() / count;
    let deviation = (known.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / count).sqrt();
    let limit = mean + recipe.outlier_sigma * deviation;
    (0..points.len()).filter(|at| distances[*at].is_none_or(|d| d <= limit)).collect()
}

/// The voxel of a cloud, metres.
pub fn voxel_m(points: &[Vec3], recipe: &Recipe) -> f64 {
    let count = points.len().max(1) as f64;
    let mean = points.iter().sum::<Vec3>() / count;
    let variance = points.iter().map(|p| (*p - mean) * (*p - mean)).sum::<Vec3>() / count;
    (3.0 * variance.element_sum().sqrt() / recipe.voxels).max(recipe.least_voxel_m)
}

/// The mean of the points of each voxel, and which points those are.
pub fn voxels(points: &[Vec3], size_m: f64) -> (Vec<Vec3>, Vec<Vec<usize>>) {
    let mut cells: BTreeMap<[i64; 3], Vec<usize>> = BTreeMap::new();
    for (at, p) in points.iter().enumerate() {
        // Coordinates are within 1e6 m, voxels of a centimetre or more.
        cells.entry((*p / size_m).floor().to_array().map(|c| c as i64)).or_default().push(at);
    }
    let members: Vec<Vec<usize>> = cells.into_values().collect();
    let mean = |members: &Vec<usize>| members.iter().map(|at| points[*at]).sum::<Vec3>() / members.len() as f64;
    (members.iter().map(mean).collect(), members)
}

/// DBSCAN (Ester and others 1996): the cluster of each point, numbered in the order of first points; `None` for noise. A
/// border point belongs to the first cluster that reaches it.
pub fn clusters(points: &[Vec3], reach_m: f64, core_points: usize) -> Vec<Option<usize>> {
    let tree = Tree::new(points);
    let (mut cluster_of, mut next) = (vec![None; points.len()], 0);
    let (mut near, mut open) = (Vec::new(), Vec::new());
    for start in 0..points.len() {
        if cluster_of[start].is_some() {
            continue;
        }
        tree.within(points[start], reach_m, &mut near);
        if near.len() < core_points {
            continue;
        }
        cluster_of[start] = Some(next);
        open.extend(near.iter().copied());
        while let Some(at) = open.pop() {
            let at = at as usize;
            if cluster_of[at].is_some() {
                continue;
            }
            cluster_of[at] = Some(next);
            tree.within(points[at], reach_m, &mut near);
            if near.len() >= core_points {
                open.extend(near.iter().filter(|other| cluster_of[**other as usize].is_none()));
            }
        }
        next += 1;
    }
    cluster_of
}

/// The points of the largest cluster, at full density; the first of equal ones. Where it is too small, all points.
///
/// Points are counted as they were given, not by voxels: a near thing counts for more than a far one of the same size.
pub fn largest_cluster(points: &[Vec3], recipe: &Recipe) -> Vec<usize> {
    let (means, members) = voxels(points, voxel_m(points, recipe));
    let cluster_of = clusters(&means, recipe.reach_m, recipe.core_points);
    let mut sizes: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (cluster, members) in cluster_of.iter().zip(&members) {
        if let Some(cluster) = cluster {
            let size = sizes.entry(*cluster).or_default();
            *size = (size.0 + members.len(), size.1 + 1);
        }
    }
    let largest = sizes.iter().max_by_key(|(cluster, size)| (size.0, std::cmp::Reverse(**cluster)));
    let Some((largest, _)) = largest.filter(|(_, size)| size.1 >= recipe.least_cluster) else {
        return (0..points.len()).collect();
    };
    let mut kept: Vec<usize> = cluster_of
        .iter()
        .zip(&members)
        .filter(|(cluster, _)| **cluster == Some(*largest))
        .flat_map(|(_, members)| members.iter().copied())
        .collect();
    kept.sort_unstable();
    kept
}

/// The points of one thing: evenly thinned, without outliers, the largest cluster. Positions in `points`.
pub fn clean(points: &[Vec3], recipe: &Recipe) -> Vec<usize> {
    let step = points.len().div_ceil(recipe.most_points.max(1)).max(1);
    let thin: Vec<usize> = (0..points.len()).step_by(step).collect();
    let some = |positions: &[usize]| positions.iter().map(|at| points[*at]).collect::<Vec<Vec3>>();
    let kept: Vec<usize> = without_outliers(&some(&thin), recipe).into_iter().map(|at| thin[at]).collect();
    largest_cluster(&some(&kept), recipe).into_iter().map(|at| kept[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(draw: &mut scene::Draw, centre: Vec3, count: usize) -> Vec<Vec3> {
        (0..count).map(|_| centre + Vec3::new(draw.normal(), draw.normal(), draw.normal()) * 0.05).collect()
    }

    #[test]
    fn the_larger_blob_is_kept_and_strays_are_not() {
        let mut draw = scene::Draw::new(1, &["cloud"], 0);
        let mut points = blob(&mut draw, Vec3::new(0.0, 0.0, 2.0), 800);
        points.extend(blob(&mut draw, Vec3::new(1.0, 0.0, 3.0), 300));
        points.push(Vec3::new(0.5, 0.5, 9.0));
        let kept = clean(&points, &Recipe::default());
        assert!(kept.len() > 600 && kept.iter().all(|at| *at < 800), "{}", kept.len());
    }

    #[test]
    fn clusters_are_numbered_by_their_first_points_and_noise_has_none() {
        let line = |x: f64, count: usize| (0..count).map(move |k| Vec3::new(x, 0.1 * k as f64, 0.0));
        let points: Vec<Vec3> = line(5.0, 12).chain(line(0.0, 12)).chain([Vec3::new(9.0, 9.0, 9.0)]).collect();
        let found = clusters(&points, 0.25, 3);
        assert!(found[..12].iter().all(|cluster| *cluster == Some(0)));
        assert!(found[12..24].iter().all(|cluster| *cluster == Some(1)));
        assert_eq!(found[24], None);
    }
}
