//! The rectangle of least area around points in the plane.

use std::f64::consts::FRAC_PI_2;

use crate::{Vec2, convex_hull};

/// Areas that differ by less than this share count as equal.
const SAME_AREA: f64 = 1e-9;

/// A rectangle in the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// Its middle.
    pub centre: Vec2,
    /// Half its length and half its width, metres; length ≥ width up to rounding.
    pub half: Vec2,
    /// Heading of its length, radians in [0, π), counter-clockwise from x.
    pub yaw_rad: f64,
}

/// The rectangle of least area around points; `None` if there is no finite point. Points on a line give a rectangle
/// without width.
///
/// One side of it lies on a side of the convex hull (Freeman and Shapira 1975), so each is tried. Of rectangles of
/// the same area the one turned least from the axes is taken, so that the order of the points and rounding do not
/// decide. Takes n·log n: the extreme points move around the hull with the side.
pub fn least_rectangle(points: &[Vec2]) -> Option<Rectangle> {
    let hull = convex_hull(points);
    let first = *hull.first()?;
    if hull.len() == 1 {
        return Some(Rectangle { centre: first, half: Vec2::ZERO, yaw_rad: 0.0 });
    }
    let at = |i: usize| hull[i % hull.len()];
    // Farthest along the side, away from it, and against it; each only ever moves on.
    let (mut ahead, mut aside, mut behind) = (1, 1, 1);
    let mut best: Option<(f64, f64, Rectangle)> = None;
    for side in 0..hull.len() {
        let Some(along) = (at(side + 1) - at(side)).try_normalize() else { continue };
        let across = along.perp();
        let advance = |from: usize, direction: Vec2| {
            let mut place = from.max(side + 1);
            while place < side + hull.len() && (at(place + 1) - at(place)).dot(direction) > 0.0 {
                place += 1;
            }
            place
        };
        ahead = advance(ahead, along);
        aside = advance(aside.max(ahead), across);
        behind = advance(behind.max(aside), -along);
        let from = Vec2::new(at(behind).dot(along), at(side).dot(across));
        let to = Vec2::new(at(ahead).dot(along), at(aside).dot(across));
        let extent = (to - from).max(Vec2::ZERO);
        let area = extent.x * extent.y;
        let turn = along.to_angle().rem_euclid(FRAC_PI_2);
        // A turn that rounding has put just below a quarter is none.
        let turn = if FRAC_PI_2 - turn < 1e-9 { 0.0 } else { turn };
        let smaller = best.is_none_or(|(least, least_turn, _)| {
            area < least * (1.0 - SAME_AREA) || area <= least * (1.0 + SAME_AREA) && turn < least_turn
        });
        if smaller {
            let middle = from.midpoint(to);
            let centre = along * middle.x + across * middle.y;
            best = Some((area, turn, Rectangle { centre, half: extent / 2.0, yaw_rad: along.to_angle() }));
        }
    }
    best.map(|(_, _, rectangle)| rectangle.longest_first())
}

impl Rectangle {
    /// The same with its length along `yaw_rad`, in [0, π); a square within [0, π/2).
    fn longest_first(self) -> Self {
        let turn = self.yaw_rad.rem_euclid(FRAC_PI_2);
        let turn = if FRAC_PI_2 - turn < 1e-9 { 0.0 } else { turn };
        // The nearest multiple of a quarter says which of the two extents lies along `turn`.
        let quarters = ((self.yaw_rad - turn) / FRAC_PI_2).round() as i64;
        let half = if quarters.rem_euclid(2) == 0 { self.half } else { Vec2::new(self.half.y, self.half.x) };
        if half.y > half.x * (1.0 + SAME_AREA) {
            Self { half: Vec2::new(half.y, half.x), yaw_rad: turn + FRAC_PI_2, ..self }
        } else {
            Self { half, yaw_rad: turn, ..self }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The least over a thousand headings and the headings of all pairs: never smaller than the true least.
    fn slow_area(points: &[Vec2]) -> f64 {
        let pairs = points.iter().flat_map(|p| points.iter().map(move |q| (*q - *p).to_angle()));
        let turns = (0..1000).map(|i| f64::from(i) * FRAC_PI_2 / 1000.0).chain(pairs);
        turns.fold(f64::INFINITY, |least, turn| {
            let along = Vec2::from_angle(turn);
            let span = |direction: Vec2| {
                let places = points.iter().map(|p| p.dot(direction));
                places.clone().fold(f64::MIN, f64::max) - places.fold(f64::MAX, f64::min)
            };
            least.min(span(along) * span(along.perp()))
        })
    }

    fn rectangle(centre: Vec2, half: Vec2, yaw_rad: f64) -> Vec<Vec2> {
        let (u, v) = (Vec2::from_angle(yaw_rad) * half.x, Vec2::from_angle(yaw_rad).perp() * half.y);
        vec![centre + u + v, centre - u + v, centre - u - v, centre + u - v, centre, centre + u * 0.5]
    }

    #[test]
    fn degenerate_sets() {
        assert_eq!(least_rectangle(&[]), None);
        assert_eq!(least_rectangle(&[Vec2::NAN]), None);
        let point = least_rectangle(&[Vec2::ONE; 3]).unwrap();
        assert_eq!((point.centre, point.half), (Vec2::ONE, Vec2::ZERO));
        let line = least_rectangle(&[Vec2::ZERO, Vec2::new(0.0, 3.0), Vec2::new(0.0, 1.0)]).unwrap();
        assert_eq!((line.centre, line.half.x), (Vec2::new(0.0, 1.5), 1.5));
        assert!(line.half.y < 1e-12 && (line.yaw_rad - FRAC_PI_2).abs() < 1e-12);
    }

    #[test]
    fn a_square_is_turned_least() {
        let square = rectangle(Vec2::new(3.0, 4.0), Vec2::ONE, 0.0);
        assert!(least_rectangle(&square).unwrap().yaw_rad.abs() < 1e-12);
        let turned = rectangle(Vec2::ZERO, Vec2::ONE, 2.0);
        assert!((least_rectangle(&turned).unwrap().yaw_rad - (2.0 - FRAC_PI_2)).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn rectangles_are_found_again(x in -9.0..9.0, length in 0.2..4.0, share in 0.05..0.99, yaw in 0.0..3.1) {
            let (centre, half) = (Vec2::new(x, -x), Vec2::new(length, length * share));
            let mut points = rectangle(centre, half, yaw);
            let found = least_rectangle(&points).unwrap();
            prop_assert!(found.centre.distance(centre) < 1e-9 && found.half.distance(half) < 1e-9);
            let off = (found.yaw_rad - yaw).abs();
            prop_assert!(off < 1e-7 || (std::f64::consts::PI - off) < 1e-7, "{} {yaw}", found.yaw_rad);
            points.reverse();
            prop_assert!(least_rectangle(&points).unwrap().half.distance(found.half) < 1e-9);
        }

        #[test]
        fn no_heading_gives_less(points in prop::collection::vec((-5.0..5.0, -5.0..5.0), 1..40)) {
            let points: Vec<Vec2> = points.into_iter().map(|(x, y)| Vec2::new(x, y)).collect();
            let found = least_rectangle(&points).unwrap();
            let area = 4.0 * found.half.x * found.half.y;
            prop_assert!(area <= slow_area(&points) + 1e-9);
            prop_assert!((0.0..std::f64::consts::PI).contains(&found.yaw_rad));
            let (along, across) = (Vec2::from_angle(found.yaw_rad), Vec2::from_angle(found.yaw_rad).perp());
            for p in points {
                let from = p - found.centre;
                prop_assert!(from.dot(along).abs() <= found.half.x + 1e-9);
                prop_assert!(from.dot(across).abs() <= found.half.y + 1e-9);
            }
        }
    }
}
