//! What cameras see of a scene, on the CPU: id, depth and colour images, and what each frame sees of each object.
//!
//! | file | subject |
//! |---|---|
//! | [`image`] | the image files of a frame, read when asked for and checked against the frame |
//! | [`body`] | what is drawn: a mesh, a box or points, with a number and a colour |
//! | `scan` | which pixels a triangle covers, and its depth there |
//! | `project` | from the world to triangles on a canvas, for pinholes and for bent lenses |
//! | [`mod@draw`] | bodies to buffers |
//! | [`encode`] | buffers as image files |
//! | `cover`, `outline`, `fraction` | the own picture of each body, that of a box in closed form, and its share in the image |
//! | [`sighting`] | what one view sees of each body |
//! | [`cloud`], `cells`, `spacing` | the same of the objects of a scan, told from its points |
//! | [`views`] | which frames show what a question is about, and views that nobody has taken |
//! | [`frames`] | the sightings of a scene's frames, in parallel |
//!
//! Camera axes are those of `OpenCV` (x right, y down, z forward); the centre of the top-left pixel is (0.5, 0.5);
//! depth is along the optical axis, metres, `NaN` where unknown. Images are rows from the top.

pub mod body;
mod cells;
pub mod cloud;
mod cover;
pub mod draw;
pub mod encode;
mod fraction;
pub mod frames;
pub mod image;
pub mod log_depth;
mod outline;
mod project;
mod scan;
pub mod sighting;
mod spacing;
pub mod views;

pub use body::{Body, NOTHING, Shape};
pub use cloud::{Cloud, CloudScratch};
pub use draw::{Buffers, Paint, draw, draw_into};
pub use encode::{DEPTH_SCALE_M, EncodeError, colour_png, depth_png, grey_16_png, instance_png, rgb_png};
pub use frames::{
    FrameSightings, Memory, RenderError, Subjects, frame_sightings, scene_bodies, scene_sightings, sighted, sighted_by,
};
pub use image::{
    Image, ImageError, ImageFormat, ImageHead, PixelKind, colour_image, depth_image, depth_of, grey_16, image_head,
    instance_image, instance_numbers, rgb,
};
pub use log_depth::{log_depth_m, log_depth_png};
pub use project::NEAR_M;
pub use scene::{Occluder, Sighting};
pub use sighting::{Options, Scratch, Sensors, sightings, sightings_with};
pub use views::{Chosen, Scores, Weights, choose_views, novel_views};
