//! Why no flat came out.

use scene::geometry::{BoxError, MeshError, PolygonError};

use crate::KindsError;

/// Why a flat could not be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RoomsError {
    /// The table of kinds is wrong.
    #[error(transparent)]
    Kinds(#[from] KindsError),
    /// A range of rooms that no flat can have.
    #[error("rooms: {least}..{most} is no range within 1..{limit} (hint: write it as 1..4)")]
    Rooms {
        /// Fewest rooms asked for.
        least: usize,
        /// Most rooms asked for.
        most: usize,
        /// Most rooms that a flat may have.
        limit: usize,
    },
    /// The table lacks a door or a window.
    #[error("kinds: no kind has the place rule {0:?}, which every flat needs")]
    NoOpening(&'static str),
    /// No floor plan joined all its rooms by doors.
    #[error("seed {seed}, flat {flat}: no floor plan with {rooms} joined rooms in {attempts} attempts")]
    NoPlan {
        /// Seed of the flats.
        seed: u64,
        /// Number of the flat.
        flat: u64,
        /// Rooms it was to have.
        rooms: usize,
        /// Plans that were drawn.
        attempts: u64,
    },
    /// A box of numbers that are none.
    #[error(transparent)]
    Box(#[from] BoxError),
    /// A mesh of numbers that are none.
    #[error(transparent)]
    Mesh(#[from] MeshError),
    /// A floor that is no polygon.
    #[error(transparent)]
    Polygon(#[from] PolygonError),
    /// Objects that make no scene.
    #[error(transparent)]
    Scene(#[from] scene::SceneError),
}
