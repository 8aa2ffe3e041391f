//! Rooms from nothing: flats drawn from a seed, with walls, openings, furniture, lights and camera walks.
//!
//! | file | subject |
//! |---|---|
//! | [`kind`] | what stands in a flat, as data (`data/kinds.toml`) |
//! | [`rule`] | where a kind may be placed |
//! | [`shape`] | primitives and their triangles |
//! | [`plan`], `plan_draw`, `outline` | floor plans in centimetres; the outline of the floor, the blocks of the walls |
//! | `lane` | where people walk: nothing is placed there |
//! | `spot`, `space`, `furnish` | a try at a place, what it may not meet, one thing after the other |
//! | `walk` | ways for a camera |
//! | [`flat`] | the whole |
//!
//! Every number is exact: sizes are whole millimetres, walls whole centimetres, turns rational. Nothing but sums,
//! products, quotients and square roots enters a result, so that the same seed gives the same bits on any machine.
//! World frame: metres, right-handed, z up, floor at z = 0.
//!
//! ```
//! use rooms::{FlatConfig, Kinds, build_flat};
//!
//! let flat = build_flat(Kinds::builtin()?, &FlatConfig { seed: 1, rooms: (2, 3) }, 0)?;
//! assert_eq!(flat.scene.id(), "flat-1-000000");
//! assert!(flat.scene.objects().len() > 20);
//! # Ok::<(), rooms::RoomsError>(())
//! ```

pub mod error;
pub mod flat;
mod furnish;
pub mod kind;
mod kind_file;
mod lane;
mod outline;
mod placed;
pub mod plan;
mod plan_draw;
pub mod rule;
pub mod shape;
mod space;
mod spot;
mod walk;

pub use error::RoomsError;
pub use flat::{
    Flat, FlatConfig, GivenUp, Item, Light, MAX_ROOMS, Part, Reason, Solid, Walk, build_flat, build_scene, flat_id,
};
pub use kind::{Kind, Kinds, KindsError, Material};
pub use placed::{How, Relation};
pub use plan::RoomKind;
pub use rule::Rule;
pub use shape::{Form, Primitive, Surface};
pub use walk::CLEARANCE_M;
