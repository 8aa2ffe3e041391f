//! Footprints as sets of strips.
//!
//! The vertical projection of a box is a zonogon: the sum of three segments. Its extent along any direction is the sum
//! of the segments' extents, its area that of the three parallelograms, and it is the intersection of the strips
//! parallel to its sides. No hull and no clipping is needed.

use scene::geometry::{Vec2, Vec3};

use crate::body::Body;

/// How far beyond a border a corner of an intersection may lie by rounding, metres.
const SLACK_M: f64 = 1e-9;

/// All points p with |normal·p − middle| ≤ reach: unit normal, middle, reach.
type Strip = (Vec2, f64, f64);

/// The strips along the sides, across the sides and along the world axes; the latter two bound footprints that are
/// only a line or a point.
fn strips(body: &Body) -> Vec<Strip> {
    let sides = body.axes.iter().filter_map(|axis| axis.truncate().try_normalize());
    let normals = sides.chain([Vec2::X]).flat_map(|side| [side, side.perp()]);
    normals.map(|n| (n, n.dot(body.centre.truncate()), body.support(n.extend(0.0)))).collect()
}

/// How far the point lies outside the footprint's strips, metres; at most 0 inside.
pub(crate) fn outside(body: &Body, point: Vec3) -> f64 {
    let beyond = |(normal, middle, reach): Strip| (normal.dot(point.truncate()) - middle).abs() - reach;
    strips(body).into_iter().map(beyond).fold(f64::NEG_INFINITY, f64::max)
}

/// Area of the footprint, m².
pub(crate) fn area(body: &Body) -> f64 {
    // The vertical part of the cross product of two axes is that of the third.
    (0..3).map(|j| 4.0 * body.half[(j + 1) % 3] * body.half[(j + 2) % 3] * body.axes[j].z.abs()).sum()
}

/// Area that two footprints share, m²: all crossings of border lines that lie in every strip, around their middle.
pub(crate) fn shared_area(a: &Body, b: &Body) -> f64 {
    // Seen from the first centre, so that a far-away origin costs no digits.
    let seen = |body: &Body| strips(&Body { centre: body.centre - a.centre, ..*body });
    let strips = [seen(a), seen(b)].concat();
    let lines: Vec<_> = strips.iter().flat_map(|(n, m, reach)| [(*n, m - reach), (*n, m + reach)]).collect();
    let mut corners: Vec<Vec2> = Vec::new();
    for (i, (n, d)) in lines.iter().enumerate() {
        for (m, e) in &lines[..i] {
            let corner = (*e * n.perp() - *d * m.perp()) / n.perp_dot(*m);
            let inside = |(n, middle, reach): &Strip| (n.dot(corner) - middle).abs() <= reach + SLACK_M;
            if n.perp_dot(*m).abs() > 1e-12 && strips.iter().all(inside) {
                corners.push(corner);
            }
        }
    }
    let middle = corners.iter().sum::<Vec2>() / corners.len() as f64;
    corners.sort_by(|p, q| (p - middle).to_angle().total_cmp(&(q - middle).to_angle()));
    let next = corners.iter().cycle().skip(1);
    corners.iter().zip(next).map(|(p, q)| (p - middle).perp_dot(q - middle)).sum::<f64>().abs() / 2.0
}
