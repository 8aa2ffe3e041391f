//! The room around the objects.

use geometry::{Polygon, Vec3};

/// What is known of the room; every part may be unknown, none has a default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Room {
    /// Outline of the free and furnished floor, world xy, metres.
    pub floor: Option<Polygon>,
    /// World z of the floor, metres.
    pub floor_height_m: Option<f64>,
    /// World z of the ceiling, metres.
    pub ceiling_height_m: Option<f64>,
    /// Floor area that the source states without an outline, square metres.
    pub declared_area_m2: Option<f64>,
    /// Centre of the room as the source states it, world frame, metres.
    pub centre: Option<Vec3>,
}
