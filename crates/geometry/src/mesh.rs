//! Triangle meshes.

use crate::{RigidTransform, Vec3, oriented_box::LIMIT_M};

/// A triangle mesh; validated at the door. Triangles are counter-clockwise seen from outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    vertices: Vec<Vec3>,
    triangles: Vec<[u32; 3]>,
}

/// Why numbers make no mesh.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MeshError {
    /// A coordinate is `NaN`, infinite, or larger than a million metres.
    #[error("vertex {vertex} holds {value}: it must be finite and at most 1e6 m in size")]
    OutOfRange {
        /// Position of the vertex.
        vertex: usize,
        /// The first offending number.
        value: f64,
    },
    /// A triangle names a vertex that is not there.
    #[error("triangle {triangle} names vertex {vertex} of {vertices}")]
    NoVertex {
        /// Position of the triangle.
        triangle: usize,
        /// The vertex it names.
        vertex: u32,
        /// How many there are.
        vertices: usize,
    },
    /// More vertices than an index can name.
    #[error("{0} vertices: at most 2^32 − 1 can be named")]
    TooMany(usize),
}

impl Mesh {
    /// A mesh of `vertices` (metres) and `triangles`, each three positions among them.
    pub fn new(vertices: Vec<Vec3>, triangles: Vec<[u32; 3]>) -> Result<Self, MeshError> {
        if u32::try_from(vertices.len()).is_err() {
            return Err(MeshError::TooMany(vertices.len()));
        }
        for (vertex, at) in vertices.iter().enumerate() {
            if let Some(value) = at.to_array().into_iter().find(|v| v.is_nan() || v.abs() > LIMIT_M) {
                return Err(MeshError::OutOfRange { vertex, value });
            }
        }
        for (triangle, corners) in triangles.iter().enumerate() {
            if let Some(vertex) = corners.iter().copied().find(|corner| *corner as usize >= vertices.len()) {
                return Err(MeshError::NoVertex { triangle, vertex, vertices: vertices.len() });
            }
        }
        Ok(Self { vertices, triangles })
    }

    /// A closed mesh of the shape of a sphere: `rings` from pole to pole of `sides` vertices each, every vertex where
    /// `place` puts its direction from the middle.
    pub fn of_sphere(rings: u16, sides: u16, place: impl Fn(Vec3) -> Vec3) -> Result<Self, MeshError> {
        let (rings, sides) = (u32::from(rings), u32::from(sides));
        let vertex = |ring: u32, side: u32| {
            let down = std::f64::consts::PI * f64::from(ring) / f64::from(rings - 1);
            let around = std::f64::consts::TAU * f64::from(side) / f64::from(sides);
            place(Vec3::new(down.sin() * around.cos(), down.sin() * around.sin(), down.cos()))
        };
        let number = |ring: u32, side: u32| ring * sides + side % sides;
        let cells = (0..rings.saturating_sub(1)).flat_map(|ring| (0..sides).map(move |side| (ring, side)));
        let triangles = cells.flat_map(|(ring, side)| {
            let [a, b] = [number(ring, side), number(ring, side + 1)];
            let [c, d] = [number(ring + 1, side), number(ring + 1, side + 1)];
            [[a, c, b], [b, c, d]]
        });
        let vertices = (0..rings).flat_map(|ring| (0..sides).map(move |side| (ring, side)));
        Self::new(vertices.map(|(ring, side)| vertex(ring, side)).collect(), triangles.collect())
    }

    /// Corners, metres.
    pub fn vertices(&self) -> &[Vec3] {
        &self.vertices
    }

    /// Three positions among [`Mesh::vertices`] each.
    pub fn triangles(&self) -> &[[u32; 3]] {
        &self.triangles
    }

    /// The corners of each triangle.
    pub fn corners(&self) -> impl Iterator<Item = [Vec3; 3]> {
        self.triangles.iter().map(|triangle| triangle.map(|corner| self.vertices[corner as usize]))
    }

    /// The mesh after a rigid motion.
    pub fn moved(&self, by: &RigidTransform) -> Result<Self, MeshError> {
        Self::new(self.vertices.iter().map(|p| by.apply(*p)).collect(), self.triangles.clone())
    }

    /// Both meshes as one.
    pub fn joined(mut self, other: &Self) -> Result<Self, MeshError> {
        let shift = self.vertices.len();
        let all = shift + other.vertices.len();
        let Ok(shift) = u32::try_from(shift) else { return Err(MeshError::TooMany(all)) };
        if u32::try_from(all).is_err() {
            return Err(MeshError::TooMany(all));
        }
        self.vertices.extend_from_slice(&other.vertices);
        self.triangles.extend(other.triangles.iter().map(|triangle| triangle.map(|corner| corner + shift)));
        Ok(self)
    }

    /// Least and greatest corner of the axis-aligned box around it; `None` without vertices.
    pub fn aabb(&self) -> Option<(Vec3, Vec3)> {
        let first = *self.vertices.first()?;
        Some(self.vertices.iter().fold((first, first), |(low, high), p| (low.min(*p), high.max(*p))))
    }

    /// Signed volume of a closed mesh by the divergence theorem, cubic metres; positive where triangles face outwards.
    pub fn volume_m3(&self) -> f64 {
        // Measured from a corner, so that a mesh far from the origin loses no digits.
        let Some(origin) = self.vertices.first().copied() else { return 0.0 };
        self.corners().map(|[a, b, c]| (a - origin).dot((b - origin).cross(c - origin)) / 6.0).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mat3;

    fn tetrahedron() -> Mesh {
        let vertices = vec![Vec3::ZERO, Vec3::X, Vec3::Y, Vec3::Z];
        Mesh::new(vertices, vec![[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]]).expect("a mesh")
    }

    #[test]
    fn volume_survives_motion_and_doubles_when_joined() {
        let by = RigidTransform::new(Mat3::from_rotation_z(0.7), Vec3::new(100.0, -20.0, 3.0)).expect("a motion");
        let moved = tetrahedron().moved(&by).expect("a mesh");
        assert!((moved.volume_m3() - 1.0 / 6.0).abs() < 1e-12);
        assert!((tetrahedron().joined(&tetrahedron()).expect("a mesh").volume_m3() - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_sphere_is_closed_and_looks_outwards() {
        let sphere = Mesh::of_sphere(40, 60, |direction| Vec3::new(5.0, 0.0, 0.0) + direction * 2.0).expect("a mesh");
        let volume = 4.0 / 3.0 * std::f64::consts::PI * 8.0;
        assert!((sphere.volume_m3() / volume - 1.0).abs() < 0.01, "{}", sphere.volume_m3());
        assert!(Mesh::of_sphere(0, 3, |at| at).expect("nothing").vertices().is_empty());
        assert!(Mesh::of_sphere(3, 0, |at| at).expect("nothing").vertices().is_empty());
        assert!(Mesh::of_sphere(1, 3, |at| at).is_err());
    }

    #[test]
    fn faults_are_named() {
        assert!(matches!(Mesh::new(vec![Vec3::ZERO], vec![[0, 0, 1]]), Err(MeshError::NoVertex { vertex: 1, .. })));
        let nan = Vec3::new(0.0, f64::NAN, 0.0);
        assert!(matches!(Mesh::new(vec![nan], vec![]), Err(MeshError::OutOfRange { vertex: 0, .. })));
        assert_eq!(Mesh::default().aabb(), None);
    }
}
