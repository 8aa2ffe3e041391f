//! Depth images of boxes and a floor, by casting one ray a pixel: exact but for the steps in which they are stored.

use std::{borrow::Cow, collections::BTreeMap};

use geometry::{OrientedBox, Vec2, ray_box};
use scene::{DepthFile, Frame, ImageFile, Images, Scene, SceneError, SceneParts, disk, image::grey_16_png};

/// Metres that one step of a drawn depth stands for.
const SCALE_M: f64 = 0.001;

/// The frames of known pose, each with a depth image of the objects and the floor, and those images by their files.
pub fn drawn_depths(parts: &mut SceneParts) -> Images {
    let boxes: Vec<OrientedBox> = parts.objects.iter().map(|object| object.bounds).collect();
    let floor = parts.room.floor_height_m;
    let mut files = BTreeMap::new();
    for frame in &mut parts.frames {
        let size_px = [frame.camera.width_px(), frame.camera.height_px()];
        let Some(steps) = steps(&boxes, floor, frame) else { continue };
        // Writing into memory fails for no image that a camera can have; without one the frame has no depth.
        let Ok(bytes) = grey_16_png(size_px, steps.into_iter()) else { continue };
        let image = ImageFile { file: format!("{}.depth.png", frame.name), sha256: disk::sha256_hex(&bytes) };
        files.insert(image.file.clone(), Cow::Owned(bytes));
        frame.depth = Some(DepthFile { image, scale_m: SCALE_M });
    }
    Images::in_memory(files)
}

/// The scene of these parts, whose frames have drawn depth images.
pub fn with_drawn_depths(mut parts: SceneParts) -> Result<Scene, SceneError> {
    let images = drawn_depths(&mut parts);
    Ok(Scene::new(parts)?.with_images(images))
}

/// Steps of depth at each pixel, 0 where the ray meets nothing or what it meets is too far.
fn steps(boxes: &[OrientedBox], floor_m: Option<f64>, frame: &Frame) -> Option<Vec<u16>> {
    let pose = frame.pose.world_from_camera()?;
    let (from, axes) = (pose.translation(), pose.rotation());
    let pixels = (0..frame.camera.height_px()).flat_map(|row| (0..frame.camera.width_px()).map(move |at| (at, row)));
    let step = |(column, row): (u32, u32)| {
        let centre = Vec2::new(f64::from(column) + 0.5, f64::from(row) + 0.5);
        let ray = frame.camera.ray(centre).filter(|ray| ray.z > 0.0)?;
        // One metre deep, so that what it is multiplied by is the depth.
        let way = axes * (ray / ray.z);
        let floor = floor_m.map(|floor| (floor - from.z) / way.z).filter(|depth| *depth > 0.0);
        let met = boxes.iter().filter_map(|bounds| ray_box(from, way, bounds));
        let depth_m = met.chain(floor).fold(f64::INFINITY, f64::min);
        let steps = (depth_m / SCALE_M).round();
        (steps <= f64::from(u16::MAX)).then_some(steps as u16)
    };
    Some(pixels.map(|pixel| step(pixel).unwrap_or(0)).collect())
}
