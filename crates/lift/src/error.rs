//! Why a picture was not lifted.

use std::path::PathBuf;

/// What went wrong; every message names file, field or value and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LiftError {
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] scene::FileError),
    /// An image cannot be used.
    #[error(transparent)]
    Image(#[from] render::ImageError),
    /// An image cannot be written.
    #[error(transparent)]
    Encode(#[from] render::EncodeError),
    /// Intrinsics are none.
    #[error("intrinsics: {0} (hint: give fx,fy,cx,cy in pixels of the depth image)")]
    Camera(#[from] scene::geometry::CameraError),
    /// What was made is no scene.
    #[error(transparent)]
    Scene(#[from] scene::SceneError),
    /// A file holds what it may not.
    #[error("{}: {field}: {problem} (hint: {hint})", file.display())]
    Value {
        /// The file.
        file: PathBuf,
        /// Where in it.
        field: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: &'static str,
    },
    /// A point map has not a point for each pixel.
    #[error("the point map has {found} points for {} x {} pixels", expected[0], expected[1])]
    Points {
        /// Points found.
        found: usize,
        /// Width and height, pixels.
        expected: [u32; 2],
    },
    /// A filter refused the picture.
    #[error("the picture is left out: {0:.0} % of its pixels are {1}; at most {2:.0} % may be")]
    Filtered(f64, &'static str, f64),
    /// No floor was found.
    #[error("no floor is seen: no level plane with nothing below it (hint: give --gravity x,y,z in camera axes)")]
    NoFloor,
    /// Gravity is no direction.
    #[error("gravity {0:?} has no direction (hint: give three numbers, such as 0,1,0 for an upright camera)")]
    NoGravity([f64; 3]),
    /// A frame lacks what lifting needs.
    #[error("{0}: no frame has both a pose and depth (hint: import a layout with posed depth images)")]
    NoFrames(String),
    /// Frames show no thing above the floor.
    #[error("{0}: no thing above the floor is seen by enough of its frames (hint: masks tell things apart: `--masks`)")]
    NoThing(String),
}
