//! What stands where.

use scene::{
    ObjectId,
    geometry::{BoxError, Mat3, OrientedBox, Vec3},
};

use crate::{Kind, Primitive};

/// How an object may share the box of another, or touch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// It stands on a surface of the other.
    On,
    /// It is drawn up to the other, perhaps partly under it.
    TuckedUnder,
    /// It stands on the floor below the other.
    Under,
}

/// A stated relation of two objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relation {
    /// The object that was placed by the other.
    pub object: ObjectId,
    /// How.
    pub how: How,
    /// The other.
    pub to: ObjectId,
}

/// A thing in its place.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// Position in the table of kinds.
    pub(crate) kind: usize,
    pub(crate) cell: usize,
    pub(crate) room: usize,
    pub(crate) bounds: OrientedBox,
    /// Boxes of its primitives.
    pub(crate) parts: Vec<OrientedBox>,
    /// What it was placed by: position among the placed.
    pub(crate) anchor: Option<(usize, How)>,
    pub(crate) colour: String,
    pub(crate) rgb: [u8; 3],
}

/// A place that a thing might take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    pub(crate) centre: Vec3,
    pub(crate) axes: Mat3,
    pub(crate) cell: usize,
    /// What it would be placed by, and how it would then share its box.
    pub(crate) anchor: Option<(usize, Option<How>)>,
}

/// Quarter turns counter-clockwise and a further turn by 2·atan(`half_tangent`), without sines: the same bits anywhere.
pub(crate) fn turned(quarters: usize, half_tangent: f64) -> Mat3 {
    let square = half_tangent * half_tangent;
    let (c, s) = ((1.0 - square) / (1.0 + square), 2.0 * half_tangent / (1.0 + square));
    let (c, s) = match quarters % 4 {
        0 => (c, s),
        1 => (-s, c),
        2 => (-c, -s),
        _ => (s, -c),
    };
    Mat3::from_cols(Vec3::new(c, s, 0.0), Vec3::new(-s, c, 0.0), Vec3::Z)
}

/// The boxes of a kind's primitives where its box stands.
pub(crate) fn parts_of(kind: &Kind, bounds: &OrientedBox) -> Result<Vec<OrientedBox>, BoxError> {
    let place = |primitive: &Primitive| {
        let (centre, half) = primitive.bounds(bounds.extents());
        OrientedBox::new(bounds.centre() + bounds.axes() * centre, half, bounds.axes())
    };
    kind.shape.iter().map(place).collect()
}
