//! Depth and instance images of the frames, whatever size the camera states.

use std::path::Path;

use render::{Image, ImageError, depth_image, instance_image};
use scene::{Frame, Scene};

/// What a frame's files hold. A size other than the camera's is a fault to be found, not an error.
#[derive(Debug, Clone, Default)]
pub struct FramePictures {
    /// Depth along the optical axis, metres, `NaN` where unknown.
    pub depth_m: Option<Image<f32>>,
    /// Numbers of objects, [`render::NOTHING`] where there is none.
    pub instance: Option<Image<u32>>,
}

/// Why a scene could not be examined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DoctorError {
    /// An image of a frame cannot be used.
    #[error("frame {frame:?}: {source}")]
    Image {
        /// Name of the frame.
        frame: String,
        /// File and fault.
        source: Box<ImageError>,
    },
}

/// Positions of at most `most` of `count` frames, evenly spread.
pub(crate) fn spread(count: usize, most: usize) -> Vec<usize> {
    let n = count.min(most);
    (0..n).map(|at| at * count / n.max(1)).collect()
}

/// The most frames that are looked at.
pub(crate) const MOST_VIEWS: usize = 16;

/// Reads the images of the frames that the doctor looks at; the others stay empty.
pub fn load_pictures(scene: &Scene, scene_dir: &Path) -> Result<Vec<FramePictures>, DoctorError> {
    let mut pictures = vec![FramePictures::default(); scene.frames().len()];
    for at in looked_at(scene) {
        let frame = &scene.frames()[at];
        pictures[at] = FramePictures {
            depth_m: any_size(frame, |frame| depth_image(scene_dir, frame))?,
            instance: any_size(frame, |frame| instance_image(scene_dir, frame))?,
        };
    }
    Ok(pictures)
}

/// Positions of the frames that are looked at: some of those with a pose and images.
pub(crate) fn looked_at(scene: &Scene) -> Vec<usize> {
    let usable: Vec<usize> = scene
        .frames()
        .iter()
        .enumerate()
        .filter(|(_, frame)| frame.pose.world_from_camera().is_some())
        .map(|(at, _)| at)
        .collect();
    spread(usable.len(), MOST_VIEWS).into_iter().map(|at| usable[at]).collect()
}

/// The image at its own size.
fn any_size<T>(
    frame: &Frame,
    read: impl Fn(&Frame) -> Result<Option<Image<T>>, ImageError>,
) -> Result<Option<Image<T>>, DoctorError> {
    let failed = |source| DoctorError::Image { frame: frame.name.clone(), source: Box::new(source) };
    match read(frame) {
        Err(ImageError::Size { found: [width, height], file, expected }) => {
            let other = frame.camera.resized(width, height);
            let camera = other.map_err(|_| failed(ImageError::Size { found: [width, height], file, expected }))?;
            read(&Frame { camera, ..frame.clone() }).map_err(failed)
        }
        other => other.map_err(failed),
    }
}
