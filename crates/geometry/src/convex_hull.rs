//! The convex hull of points in the plane.

use crate::Vec2;

/// The convex hull, counter-clockwise from the point of least x (then least y), without vertices on a side.
///
/// Points that are not finite are left out. Fewer than three points, or points on a line, give their one or two
/// extreme points. (Monotone chain: Andrew 1979.)
pub fn convex_hull(points: &[Vec2]) -> Vec<Vec2> {
    let mut sorted: Vec<Vec2> = points.iter().copied().filter(|p| p.is_finite()).map(|p| p + Vec2::ZERO).collect();
    sorted.sort_by(|p, q| p.x.total_cmp(&q.x).then(p.y.total_cmp(&q.y)));
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted;
    }
    let mut hull = chain(sorted.iter().copied());
    let upper = chain(sorted.iter().rev().copied());
    // Each chain ends where the other starts.
    hull.pop();
    hull.extend(&upper[..upper.len() - 1]);
    hull
}

/// The vertices that turn left on the way along points sorted by x.
fn chain(points: impl Iterator<Item = Vec2>) -> Vec<Vec2> {
    let mut chain: Vec<Vec2> = Vec::new();
    for p in points {
        while let [.., u, v] = chain[..]
            && (v - u).perp_dot(p - u) <= 0.0
        {
            chain.pop();
        }
        chain.push(p);
    }
    chain
}
