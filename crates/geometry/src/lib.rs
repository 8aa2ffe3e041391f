//! Pure mathematics of oriented boxes, polygons, intervals and angles: no I/O, no scene, `f64` only.
//!
//! World frame: metres, right-handed, z up. Angles: radians, counter-clockwise seen from above.
//! Every function is total on finite input: it neither panics nor returns `NaN`.
//!
//! | subject | items |
//! |---|---|
//! | vectors | [`Vec2`], [`Vec3`], [`Mat3`], [`Quat`] (the only place that names the vector library) |
//! | boxes | [`OrientedBox`], [`BoxError`], [`Footprint`] |
//! | meshes, motions | [`Mesh`], [`MeshError`], [`RigidTransform`] |
//! | cameras | [`Camera`], [`CameraError`], [`Distortion`], [`ray_box()`] |
//! | distance | [`box_box`], [`box_point`], [`box_segment`], [`footprint_distance`], [`clearance_m`], [`Closest`] |
//! | overlap | [`intersection_volume_m3`], [`iou_3d`], [`iou_aabb`], [`iou_corners`], [`footprint_overlap_m2`], [`iou_footprint`], [`iou_rectangle`] |
//! | the plane | [`Polygon`], [`ConvexPieces`], [`convex_hull()`], [`minkowski_sum`], [`least_rectangle()`], [`shortest_walk_m`], [`StraightWay`] |
//! | point sets | [`principal_axes_2d`], [`principal_axes_3d`] |
//! | certainty | [`Interval`], [`Arc`] |
//! | angles | [`wrap_signed`], [`signed_deg`], [`heading_rad`], [`bearing_rad`] |
//! | direction words | [`SectorSystem`] |

mod angle;
mod angular_interval;
mod camera;
mod camera_distortion;
mod clearance;
mod clip;
mod convex_hull;
mod convex_pieces;
mod distance;
mod footprint;
mod footprint_pair;
mod interval;
mod interval_arithmetic;
mod iou;
mod least_rectangle;
mod mesh;
mod oriented_box;
mod oriented_box_motion;
mod polygon;
mod principal_axes;
mod ray_box;
mod rigid_transform;
mod ring;
mod rounding;
mod sector_table;
mod sectors;
mod shortest_walk;
mod straight_way;
mod vector;

pub use angle::{bearing_rad, heading_rad, signed_deg, wrap_signed};
pub use angular_interval::Arc;
pub use camera::{Camera, CameraError, MAX_SIDE_PX};
pub use camera_distortion::Distortion;
pub use clearance::clearance_m;
pub use clip::intersection_volume_m3;
pub use convex_hull::convex_hull;
pub use convex_pieces::{ConvexPieces, minkowski_sum};
pub use distance::{Closest, box_box, box_point, box_segment};
pub use footprint::Footprint;
pub use footprint_pair::{footprint_distance, footprint_overlap_m2};
pub use interval::{Interval, IntervalError};
pub use iou::{iou_3d, iou_aabb, iou_corners, iou_footprint, iou_rectangle};
pub use least_rectangle::{Rectangle, least_rectangle};
pub use mesh::{Mesh, MeshError};
pub use oriented_box::{BoxError, OrientedBox};
pub use polygon::{Polygon, PolygonError};
pub use principal_axes::{PrincipalAxes2, PrincipalAxes3, principal_axes_2d, principal_axes_3d};
pub use ray_box::ray_box;
pub use rigid_transform::RigidTransform;
pub use sectors::SectorSystem;
pub use shortest_walk::shortest_walk_m;
pub use straight_way::StraightWay;
pub use vector::{Mat3, Quat, Vec2, Vec3};
