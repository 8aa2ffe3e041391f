//! The floor of a scanned room from the feet of its walls.
//!
//! The FLOOR rectangle of a scan is only the hull of the room: in an L-shaped room it claims floor that is not
//! there. The walls of a capture join end to end, so their feet give the true outline.

use scene::geometry::{Polygon, Vec2};

/// How far the ends of two walls may be apart to count as joined, metres. Captures join theirs within millimetres.
pub const JOINT_M: f64 = 0.03;

/// The outline that the feet of the walls make when they join end to end into one loop that uses all of them.
pub fn outline_of(feet: &[(Vec2, Vec2)]) -> Option<Polygon> {
    let mut left: Vec<(Vec2, Vec2)> = feet.to_vec();
    let (start, mut end) = left.pop()?;
    let mut corners = Vec::new();
    while !left.is_empty() {
        let nearest = |(_, (a, b)): &(usize, &(Vec2, Vec2))| a.distance(end).min(b.distance(end));
        let (at, _) = left.iter().enumerate().min_by(|a, b| nearest(a).total_cmp(&nearest(b)))?;
        let (a, b) = left.swap_remove(at);
        let (near, far) = if a.distance(end) <= b.distance(end) { (a, b) } else { (b, a) };
        if near.distance(end) > JOINT_M {
            return None;
        }
        corners.push(near.midpoint(end));
        end = far;
    }
    if end.distance(start) > JOINT_M {
        return None;
    }
    corners.push(end.midpoint(start));
    Polygon::new(&corners, &[]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn l_shape() -> Vec<(Vec2, Vec2)> {
        let corners = [(0., 0.), (4., 0.), (4., 2.), (2., 2.), (2., 5.), (0., 5.)].map(|(x, y)| Vec2::new(x, y));
        (0..6).map(|i| (corners[i], corners[(i + 1) % 6])).collect()
    }

    #[test]
    fn walls_in_any_order_and_direction_make_the_outline() {
        let mut feet = l_shape();
        feet.swap(0, 3);
        feet[1] = (feet[1].1, feet[1].0);
        let outline = outline_of(&feet).unwrap();
        assert!((outline.area_m2() - 14.0).abs() < 1e-12);
    }

    #[test]
    fn a_gap_makes_none() {
        let mut feet = l_shape();
        feet[2].0.x += 0.05;
        assert_eq!(outline_of(&feet), None);
        assert_eq!(outline_of(&l_shape()[1..]), None);
        assert_eq!(outline_of(&[]), None);
    }
}
