//! What is drawn.

use scene::geometry::{Mesh, OrientedBox, Vec3};

/// The number in an image where nothing is.
pub const NOTHING: u32 = u32::MAX;

/// Something with a number and a colour in the world.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    /// What its pixels hold in an id image; anything but [`NOTHING`].
    pub id: u32,
    /// Red, green and blue, before shading.
    pub colour: [u8; 3],
    /// Its surface, world frame.
    pub shape: Shape<'a>,
}

/// A surface in the world, metres. Both sides of a triangle are drawn, since scans are not closed.
#[derive(Clone, Copy, Debug)]
pub enum Shape<'a> {
    /// Triangles.
    Mesh(&'a Mesh),
    /// The twelve triangles of a box.
    Box(&'a OrientedBox),
    /// Points of one pixel each.
    Points(&'a [[f32; 3]]),
}

/// The faces of a box over [`OrientedBox::corners`], counter-clockwise seen from outside.
const BOX_TRIANGLES: [[u32; 3]; 12] = [
    [0, 4, 6],
    [0, 6, 2],
    [1, 3, 7],
    [1, 7, 5],
    [0, 1, 5],
    [0, 5, 4],
    [2, 6, 7],
    [2, 7, 3],
    [0, 2, 3],
    [0, 3, 1],
    [4, 5, 7],
    [4, 7, 6],
];

impl Shape<'_> {
    /// Calls with the corners and the triangles over them; points are not triangles.
    pub(crate) fn with_triangles<R>(&self, call: impl FnOnce(&[Vec3], &[[u32; 3]]) -> R) -> R {
        match self {
            Self::Mesh(mesh) => call(mesh.vertices(), mesh.triangles()),
            Self::Box(bounds) => call(&bounds.corners(), &BOX_TRIANGLES),
            Self::Points(_) => call(&[], &[]),
        }
    }

    /// The box's own volume; of anything else, that of the world-aligned box around it, m³.
    pub(crate) fn volume_m3(&self) -> f64 {
        match self {
            Self::Mesh(mesh) => mesh.aabb().map_or(0.0, |(low, high)| (high - low).element_product()),
            Self::Box(bounds) => bounds.volume_m3(),
            Self::Points(_) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_closed_and_faces_outwards() {
        let bounds = OrientedBox::upright(Vec3::new(3.0, 1.0, 2.0), Vec3::new(0.5, 1.0, 1.5), 0.4).expect("a box");
        let mesh = Mesh::new(bounds.corners().to_vec(), BOX_TRIANGLES.to_vec()).expect("a mesh");
        assert!((mesh.volume_m3() - bounds.volume_m3()).abs() < 1e-12);
    }
}
