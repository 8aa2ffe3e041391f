//! Shapes: a few primitives in fractions of a box, and the triangles they become.

use scene::geometry::{Mesh, MeshError, Vec3};
use serde::Deserialize;

use crate::RoomsError;

/// What a primitive looks like within its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// All of its bounds.
    #[default]
    Cuboid,
    /// Round about its axis.
    Cylinder,
    /// Round every way.
    Ellipsoid,
    /// Nothing at the front, its whole height at the back.
    Wedge,
}

/// A solid within a box, in fractions of that box: x from left to right, y from front to back, z upwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Primitive {
    /// What it looks like.
    pub form: Form,
    /// Its axis, for a cylinder: 0, 1, 2 for x, y, z; a cuboid narrows along z.
    pub axis: usize,
    /// Lowest corner of its bounds, fractions.
    pub low: Vec3,
    /// Highest corner of its bounds, fractions.
    pub high: Vec3,
    /// Scale of the low end across its axis, in (0, 1].
    pub bottom: f64,
    /// Scale of the high end across its axis, in (0, 1].
    pub top: f64,
    /// A named colour; the colour of the body where there is none.
    pub colour: Option<String>,
}

/// Cosines of 0°, 22.5°, … 90°: constants, so that no platform's own sine enters a mesh.
const COSINES: [f64; 5] = [1.0, 0.923_879_532_511_286_7, std::f64::consts::FRAC_1_SQRT_2, 0.382_683_432_365_089_8, 0.0];

/// Corners of a round outline.
const SEGMENTS: usize = 16;

/// Cosine and sine of `step` sixteenths of a turn.
fn circle(step: usize) -> (f64, f64) {
    let (quarter, rest) = (step / 4 % 4, step % 4);
    let (c, s) = (COSINES[rest], COSINES[4 - rest]);
    match quarter {
        0 => (c, s),
        1 => (-s, c),
        2 => (-c, -s),
        _ => (s, -c),
    }
}

impl Primitive {
    /// The primitive's triangles in a box of this size around the origin, metres.
    pub fn mesh(&self, size_m: Vec3) -> Result<Mesh, MeshError> {
        let (vertices, triangles) = match self.form {
            Form::Cuboid => prism(&[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)], 2, self.bottom, self.top),
            Form::Wedge => prism(&[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0)], 0, 1.0, 1.0),
            Form::Cylinder => {
                let ring: Vec<(f64, f64)> = (0..SEGMENTS).map(circle).collect();
                prism(&ring, self.axis, self.bottom, self.top)
            }
            Form::Ellipsoid => globe(),
        };
        // Each end by its own fraction, so that what touches the box touches it exactly.
        let at = |unit: f64, k: usize| {
            let fraction = self.low[k] * ((1.0 - unit) / 2.0) + self.high[k] * f64::midpoint(1.0, unit);
            (fraction - 0.5) * size_m[k]
        };
        Mesh::new(vertices.iter().map(|p| Vec3::new(at(p.x, 0), at(p.y, 1), at(p.z, 2))).collect(), triangles)
    }

    /// Centre and half extents of its bounds in a box of this size around the origin, metres.
    pub(crate) fn bounds(&self, size_m: Vec3) -> (Vec3, Vec3) {
        ((self.low.midpoint(self.high) - Vec3::splat(0.5)) * size_m, (self.high - self.low) * size_m / 2.0)
    }

    /// Whether the level rectangle lies wholly on the primitive's top.
    pub(crate) fn carries(&self, surface: &Surface) -> bool {
        let centre = self.low.midpoint(self.high);
        let half = (self.high - self.low) / 2.0 * if self.axis == 2 { self.top } else { 1.0 };
        let corners = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(i, j)| {
            let [x, y] = [surface.x[i] - centre.x, surface.y[j] - centre.y];
            Vec3::new(x / half.x, y / half.y, 0.0)
        });
        let level = (self.high.z - surface.z).abs() < 1e-12;
        level
            && match self.form {
                Form::Cuboid => corners.iter().all(|p| p.abs().max_element() <= 1.0 + 1e-12),
                // Within the inscribed circle of the polygon, cos(11.25°).
                Form::Cylinder => self.axis == 2 && corners.iter().all(|p| p.length() <= 0.98),
                Form::Ellipsoid | Form::Wedge => false,
            }
    }
}

/// A level place on a shape where others may stand, in fractions of its box.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surface {
    /// Height.
    pub z: f64,
    /// From left to right.
    #[serde(default = "whole")]
    pub x: [f64; 2],
    /// From front to back.
    #[serde(default = "whole")]
    pub y: [f64; 2],
    /// Free height above it; none where nothing of the shape is above.
    #[serde(default)]
    pub clear: Option<f64>,
}

pub(crate) fn whole() -> [f64; 2] {
    [0.0, 1.0]
}

/// The triangles of all primitives in one mesh.
pub fn joined(shape: &[Primitive], size_m: Vec3) -> Result<Mesh, RoomsError> {
    let mut all = Mesh::default();
    for primitive in shape {
        all = all.joined(&primitive.mesh(size_m)?)?;
    }
    Ok(all)
}

type Triangles = (Vec<Vec3>, Vec<[u32; 3]>);

/// An outline (counter-clockwise seen from the high end) drawn along an axis, in [−1, 1] every way.
fn prism(ring: &[(f64, f64)], axis: usize, bottom: f64, top: f64) -> Triangles {
    let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
    let end = |side: f64, scale: f64| {
        ring.iter().map(move |(a, b)| {
            let mut p = Vec3::ZERO;
            (p[u], p[v], p[axis]) = (a * scale, b * scale, side);
            p
        })
    };
    let vertices = end(-1.0, bottom).chain(end(1.0, top)).collect();
    let n = ring.len() as u32;
    let sides = (0..n).flat_map(|i| {
        let j = (i + 1) % n;
        [[i, j, n + j], [i, n + j, n + i]]
    });
    let caps = (1..n - 1).flat_map(|i| [[0, i + 1, i], [n, n + i, n + i + 1]]);
    (vertices, sides.chain(caps).collect())
}

/// A sphere in [−1, 1]: rings every 22.5° and two poles.
fn globe() -> Triangles {
    const RINGS: usize = 7;
    let n = SEGMENTS as u32;
    let mut vertices = Vec::with_capacity(SEGMENTS * RINGS + 2);
    for ring in 0..RINGS {
        // From 67.5° below the equator to 67.5° above it: 13, 14, 15, 0, 1, 2, 3 sixteenths.
        let (across, z) = circle((ring + 13) % SEGMENTS);
        vertices.extend((0..SEGMENTS).map(circle).map(|(c, s)| Vec3::new(c * across, s * across, z)));
    }
    let (south, north) = (vertices.len() as u32, vertices.len() as u32 + 1);
    vertices.extend([-Vec3::Z, Vec3::Z]);
    let last = n * (RINGS as u32 - 1);
    let mut triangles = Vec::new();
    for i in 0..n {
        let j = (i + 1) % n;
        triangles.extend([[south, j, i], [north, last + i, last + j]]);
        for low in (0..last).step_by(SEGMENTS) {
            let high = low + n;
            triangles.extend([[low + i, low + j, high + j], [low + i, high + j, high + i]]);
        }
    }
    (vertices, triangles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_closed_faces_outwards_and_touches_its_bounds() {
        let size_m = Vec3::new(0.7, 1.3, 0.4);
        for (form, share) in [
            (Form::Cuboid, 1.0),
            // A regular polygon of 16 corners: 4 sin 22.5° cos 0° … of the square around it.
            (Form::Cylinder, 0.765),
            (Form::Ellipsoid, 0.5),
            (Form::Wedge, 0.5),
        ] {
            for axis in 0..3 {
                let (low, high) = (Vec3::ZERO, Vec3::ONE);
                let primitive = Primitive { form, axis, low, high, bottom: 1.0, top: 1.0, colour: None };
                let mesh = primitive.mesh(size_m).expect("a mesh");
                let (least, greatest) = mesh.aabb().expect("vertices");
                assert_eq!((least, greatest), (-size_m / 2.0, size_m / 2.0), "{form:?}");
                let found = mesh.volume_m3() / size_m.element_product();
                assert!((found - share).abs() < 0.02, "{form:?}: {found}");
                let mut edges: Vec<(u32, u32)> =
                    mesh.triangles().iter().flat_map(|[a, b, c]| [(*a, *b), (*b, *c), (*c, *a)]).collect();
                edges.sort_unstable();
                assert!(edges.iter().all(|(a, b)| edges.binary_search(&(*b, *a)).is_ok()), "{form:?} is open");
            }
        }
    }
}
