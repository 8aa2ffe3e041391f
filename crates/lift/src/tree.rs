//! Nearest neighbours: a k-d tree over points, halved at medians, with the nodes in place of the points.

use scene::geometry::Vec3;

/// Points in the order of a balanced k-d tree.
pub(crate) struct Tree<'a> {
    points: &'a [Vec3],
    /// Positions of points; the middle of a range is its node, halves its subtrees.
    order: Vec<u32>,
}

impl<'a> Tree<'a> {
    pub(crate) fn new(points: &'a [Vec3]) -> Self {
        // Callers hold far fewer points than u32 counts.
        let mut order: Vec<u32> = (0..points.len() as u32).collect();
        build(points, &mut order, 0);
        Self { points, order }
    }

    /// Positions of the points within `radius_m` of `p`, in no particular order.
    pub(crate) fn within(&self, p: Vec3, radius_m: f64, found: &mut Vec<u32>) {
        found.clear();
        self.visit(
            p,
            0,
            self.order.len(),
            0,
            &mut |at, squared, reach: &mut f64| {
                *reach = radius_m * radius_m;
                if squared <= *reach {
                    found.push(at);
                }
            },
            &mut (radius_m * radius_m),
        );
    }

    /// Mean distance to the `k` nearest points, itself left out; `None` where there are fewer.
    pub(crate) fn mean_distance(&self, at: usize, k: usize) -> Option<f64> {
        // Ascending squares of distances; k is small.
        let mut nearest: Vec<f64> = Vec::with_capacity(k + 1);
        let mut reach = f64::INFINITY;
        self.visit(
            self.points[at],
            0,
            self.order.len(),
            0,
            &mut |other, squared, reach: &mut f64| {
                if other as usize != at && squared < *reach {
                    nearest.insert(nearest.partition_point(|near| *near <= squared), squared);
                    nearest.truncate(k);
                    if nearest.len() == k {
                        *reach = nearest[k - 1];
                    }
                }
            },
            &mut reach,
        );
        (nearest.len() == k && k > 0).then(|| nearest.iter().map(|squared| squared.sqrt()).sum::<f64>() / k as f64)
    }

    /// Calls with every point that may be within `reach` (squared), which the call may shrink.
    fn visit(
        &self,
        p: Vec3,
        from: usize,
        to: usize,
        axis: usize,
        call: &mut impl FnMut(u32, f64, &mut f64),
        reach: &mut f64,
    ) {
        if from >= to {
            return;
        }
        let middle = usize::midpoint(from, to);
        let at = self.order[middle];
        let node = self.points[at as usize];
        call(at, node.distance_squared(p), reach);
        let gap = p[axis] - node[axis];
        let next = (axis + 1) % 3;
        let (near, far) =
            if gap < 0.0 { ((from, middle), (middle + 1, to)) } else { ((middle + 1, to), (from, middle)) };
        self.visit(p, near.0, near.1, next, call, reach);
        if gap * gap <= *reach {
            self.visit(p, far.0, far.1, next, call, reach);
        }
    }
}

fn build(points: &[Vec3], order: &mut [u32], axis: usize) {
    if order.len() < 2 {
        return;
    }
    let middle = order.len() / 2;
    let key = |at: &u32| points[*at as usize][axis];
    order.select_nth_unstable_by(middle, |a, b| key(a).total_cmp(&key(b)).then(a.cmp(b)));
    let (low, high) = order.split_at_mut(middle);
    build(points, low, (axis + 1) % 3);
    build(points, &mut high[1..], (axis + 1) % 3);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_those_of_a_plain_search() {
        let mut draw = scene::Draw::new(4, &["tree"], 0);
        let points: Vec<Vec3> =
            (0..500).map(|_| Vec3::new(draw.unit(), draw.unit(), (draw.unit() * 4.0).round())).collect();
        let tree = Tree::new(&points);
        let mut found = Vec::new();
        for at in 0..50 {
            tree.within(points[at], 0.2, &mut found);
            found.sort_unstable();
            let plain: Vec<u32> =
                (0..500u32).filter(|other| points[*other as usize].distance(points[at]) <= 0.2).collect();
            assert_eq!(found, plain);
            let mut distances: Vec<f64> =
                (0..500).filter(|other| *other != at).map(|other| points[other].distance(points[at])).collect();
            distances.sort_by(f64::total_cmp);
            let mean = distances[..10].iter().sum::<f64>() / 10.0;
            assert!((tree.mean_distance(at, 10).unwrap() - mean).abs() < 1e-12);
        }
        assert_eq!(Tree::new(&points[..3]).mean_distance(0, 10), None);
    }
}
