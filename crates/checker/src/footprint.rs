//! Footprints as sets of strips.
//!
//! The vertical projection of a box is a zonogon: the sum of three segments. Its extent along any direction is the sum
//! of the segments' extents, its area that of the three parallelograms, and it is the intersection of the strips
//! parallel to its sides. No hull and no clipping is needed.

use crate::body::{Body, Point, dot, minus};

/// How far beyond a border a corner of an intersection may lie by rounding, metres.
const SLACK_M: f64 = 1e-9;

/// All points p with |normal·p − middle| ≤ reach; the normal is a horizontal unit vector.
struct Strip {
    normal: Point,
    middle: f64,
    reach: f64,
}

fn strip(body: &Body, normal: Point) -> Strip {
    let reach = (0..3).map(|j| body.half[j] * dot(body.axes[j], normal).abs()).sum();
    Strip { normal, middle: dot(body.centre, normal), reach }
}

/// The strips along the sides, across the sides and along the world axes: the latter bound footprints
/// that are only a line or a point.
fn strips(body: &Body) -> Vec<Strip> {
    let mut normals = vec![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    for [x, y, _] in body.axes {
        let size = x.hypot(y);
        if size > 0.0 {
            normals.extend([[-y / size, x / size, 0.0], [x / size, y / size, 0.0]]);
        }
    }
    normals.into_iter().map(|normal| strip(body, normal)).collect()
}

/// How far the point lies outside the footprint's strips, metres; at most 0 inside.
pub(crate) fn outside(body: &Body, point: Point) -> f64 {
    let beyond = |strip: &Strip| (dot(strip.normal, point) - strip.middle).abs() - strip.reach;
    strips(body).iter().map(beyond).fold(f64::NEG_INFINITY, f64::max)
}

/// Area of the footprint, m².
pub(crate) fn area(body: &Body) -> f64 {
    // The vertical part of the cross product of two axes is that of the third.
    (0..3).map(|j| 4.0 * body.half[(j + 1) % 3] * body.half[(j + 2) % 3] * body.axes[j][2].abs()).sum()
}

/// Area that two footprints share, m²: all crossings of border lines that lie in every strip, around their middle.
pub(crate) fn shared_area(a: &Body, b: &Body) -> f64 {
    // Seen from the first centre, so that a far-away origin costs no digits.
    let (a, b) = (Body { centre: [0.0; 3], ..*a }, Body { centre: minus(b.centre, a.centre), ..*b });
    let strips: Vec<Strip> = strips(&a).into_iter().chain(strips(&b)).collect();
    let lines: Vec<(Point, f64)> = strips
        .iter()
        .flat_map(|s| [(s.normal, s.middle - s.reach), (s.normal, s.middle + s.reach)])
        .collect();
    let mut corners: Vec<(f64, f64)> = Vec::new();
    for (i, (n, d)) in lines.iter().enumerate() {
        for (m, e) in &lines[..i] {
            let cross = n[0] * m[1] - n[1] * m[0];
            let (x, y) = ((d * m[1] - e * n[1]) / cross, (e * n[0] - d * m[0]) / cross);
            let inside =
                |s: &Strip| (s.normal[0] * x + s.normal[1] * y - s.middle).abs() <= s.reach + SLACK_M;
            if cross.abs() > 1e-12 && strips.iter().all(inside) {
                corners.push((x, y));
            }
        }
    }
    let count = corners.len() as f64;
    let (x0, y0) = corners.iter().fold((0.0, 0.0), |(x0, y0), (x, y)| (x0 + x / count, y0 + y / count));
    let mut around: Vec<(f64, f64)> = corners.iter().map(|(x, y)| (x - x0, y - y0)).collect();
    around.sort_by(|p, q| p.1.atan2(p.0).total_cmp(&q.1.atan2(q.0)));
    let next = around.iter().cycle().skip(1);
    around.iter().zip(next).map(|(p, q)| p.0 * q.1 - p.1 * q.0).sum::<f64>().abs() / 2.0
}
