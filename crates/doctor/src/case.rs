//! What the doctor looks at, in a form that is quick to change and to score again.

use std::sync::Arc;

use render::{Image, NOTHING};
use scene::{
    Scene,
    geometry::{Camera, Mat3, OrientedBox, RigidTransform, Vec2, Vec3},
};

use crate::picture::{FramePictures, looked_at};

/// Samples a frame for what is costly, about.
const FEW: usize = 320;
/// Samples a frame of the objects' pixels, about.
const MANY: usize = 1500;

/// A pixel that is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Its centre in the stored image, pixels.
    pub(crate) at: Vec2,
    /// Depth as stored, metres; `NaN` where unknown.
    pub(crate) depth_m: f64,
    /// The object there, or [`NOTHING`].
    pub(crate) id: u32,
    /// Two neighbours, right and below, with their depths: a patch of surface.
    pub(crate) patch: Option<[(Vec2, f64); 2]>,
}

/// The images of one frame and what is sampled of them; shared by every changed copy of a case.
#[derive(Debug)]
pub(crate) struct Pixels {
    pub(crate) size_px: [u32; 2],
    pub(crate) depth_m: Option<Image<f32>>,
    pub(crate) instance: Option<Image<u32>>,
    /// Few samples over the whole image, with depth.
    pub(crate) few: Vec<Sample>,
    /// Samples of pixels with an object.
    pub(crate) many: Vec<Sample>,
}

/// One frame that is looked at.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// Position among the scene's frames, and of its pose in [`Case::poses`].
    pub(crate) frame: usize,
    pub(crate) camera: Camera,
    pub(crate) pixels: Arc<Pixels>,
    /// Whether the stored image is to be read from right to left, from bottom to top.
    pub(crate) flip: [bool; 2],
    /// What stored depths are to be multiplied by.
    pub(crate) depth_factor: f64,
}

/// A labelled box.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) id: u32,
    pub(crate) label: Arc<str>,
    pub(crate) bounds: OrientedBox,
}

/// Everything that is scored.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// Poses of all frames of the scene, in order.
    pub(crate) poses: Vec<Option<RigidTransform>>,
    pub(crate) views: Vec<View>,
    pub(crate) things: Vec<Thing>,
    /// Three standard deviations of the boxes' faces, metres.
    pub(crate) slack_m: f64,
}

impl Case {
    pub(crate) fn new(scene: &Scene, pictures: Vec<FramePictures>) -> Self {
        let mut pictures: Vec<Option<FramePictures>> = pictures.into_iter().map(Some).collect();
        let view = |frame: usize| {
            let pictures = pictures.get_mut(frame).and_then(Option::take).unwrap_or_default();
            let camera = scene.frames()[frame].camera;
            let pixels = Arc::new(Pixels::new(pictures)?);
            Some(View { frame, camera, pixels, flip: [false; 2], depth_factor: 1.0 })
        };
        let noise = scene.noise();
        Self {
            poses: scene.frames().iter().map(|frame| frame.pose.world_from_camera().copied()).collect(),
            views: looked_at(scene).into_iter().filter_map(view).collect(),
            things: scene
                .objects()
                .iter()
                .map(|object| Thing { id: object.id.0, label: object.label.as_str().into(), bounds: object.bounds })
                .collect(),
            slack_m: 3.0 * noise.position_m.hypot(noise.size_m / 2.0),
        }
    }

    pub(crate) fn pose(&self, view: &View) -> Option<&RigidTransform> {
        self.poses.get(view.frame)?.as_ref()
    }

    /// Whether another case differs by rounding only.
    pub(crate) fn is_as(&self, other: &Self) -> bool {
        const ROUNDING: f64 = 1e-9;
        let near = |a: &Mat3, b: &Mat3| (*a - *b).to_cols_array().iter().all(|d| d.abs() < ROUNDING);
        let poses = self.poses.iter().zip(&other.poses).all(|(a, b)| match (a, b) {
            (Some(a), Some(b)) => {
                near(&a.rotation(), &b.rotation()) && a.translation().distance(b.translation()) < ROUNDING
            }
            (a, b) => a.is_none() && b.is_none(),
        });
        let views = self.views.iter().zip(&other.views).all(|(a, b)| {
            a.camera == b.camera && a.flip == b.flip && (a.depth_factor - b.depth_factor).abs() < ROUNDING
        });
        let boxes = self.things.iter().zip(&other.things).all(|(a, b)| {
            let (a, b) = (&a.bounds, &b.bounds);
            near(&a.axes(), &b.axes())
                && a.centre().distance(b.centre()) < ROUNDING
                && a.half().distance(b.half()) < ROUNDING
        });
        poses && views && boxes
    }

    pub(crate) fn has_depth(&self) -> bool {
        self.views.iter().any(|view| view.pixels.depth_m.is_some())
    }

    pub(crate) fn has_instances(&self) -> bool {
        self.views.iter().any(|view| !view.pixels.many.is_empty()) && !self.things.is_empty()
    }
}

impl View {
    /// Whether the camera's size is that of the images.
    pub(crate) fn fits(&self) -> bool {
        [self.camera.width_px(), self.camera.height_px()] == self.pixels.size_px
    }

    /// The place in the camera's image of a place in the stored one, or the reverse.
    fn flipped(&self, at: Vec2) -> Vec2 {
        let [width, height] = self.pixels.size_px.map(f64::from);
        let turned = |is: bool, value: f64, size: f64| if is { size - value } else { value };
        Vec2::new(turned(self.flip[0], at.x, width), turned(self.flip[1], at.y, height))
    }

    /// The unit direction (camera frame) of a sample.
    pub(crate) fn ray(&self, at: Vec2) -> Option<Vec3> {
        self.camera.ray(self.flipped(at))
    }

    /// The point (camera frame) at a place of the stored image and a stored depth.
    pub(crate) fn point(&self, at: Vec2, depth_m: f64) -> Option<Vec3> {
        if !depth_m.is_finite() {
            return None;
        }
        self.camera.unproject(self.flipped(at), depth_m * self.depth_factor)
    }

    /// The patch of surface at a sample: its normal (camera frame), towards the camera.
    pub(crate) fn normal(&self, sample: &Sample) -> Option<Vec3> {
        let here = self.point(sample.at, sample.depth_m)?;
        let [right, below] = sample.patch?;
        let (right, below) = (self.point(right.0, right.1)?, self.point(below.0, below.1)?);
        let normal = (right - here).cross(below - here).try_normalize()?;
        Some(if normal.dot(here) > 0.0 { -normal } else { normal })
    }

    /// What is seen around a place: least and greatest depth (as stored, times the factor) of the four nearest pixels,
    /// and whether one of them is of this object, where that is known.
    pub(crate) fn around(&self, p_in_camera: Vec3, id: u32) -> Option<([f64; 2], bool)> {
        let pixel = self.camera.project(p_in_camera).filter(|pixel| self.camera.holds(*pixel))?;
        let depths = self.pixels.depth_m.as_ref()?;
        let at = self.flipped(pixel) - Vec2::splat(0.5);
        let (mut least, mut greatest, mut same) = (f64::INFINITY, 0.0f64, false);
        for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
            let Some(place) = place(depths, at.x.floor() + dx, at.y.floor() + dy) else { continue };
            let depth = f64::from(depths.pixels[place]) * self.depth_factor;
            if depth.is_finite() {
                (least, greatest) = (least.min(depth), greatest.max(depth));
                let there = self.pixels.instance.as_ref().map_or(NOTHING, |image| image.pixels[place]);
                same |= there == id || there == NOTHING || id == NOTHING;
            }
        }
        (greatest > 0.0).then_some(([least, greatest], same))
    }
}

/// Position of a pixel of an image.
fn place<T>(image: &Image<T>, x: f64, y: f64) -> Option<usize> {
    let inside = x >= 0.0 && y >= 0.0 && x < f64::from(image.width_px) && y < f64::from(image.height_px);
    inside.then(|| y as usize * image.width_px as usize + x as usize)
}

impl Pixels {
    /// `None` where there is neither depth nor instances, or the two differ in size.
    fn new(pictures: FramePictures) -> Option<Self> {
        let FramePictures { depth_m, instance } = pictures;
        let size_of_depth = depth_m.as_ref().map(|image| [image.width_px, image.height_px]);
        let size_of_instance = instance.as_ref().map(|image| [image.width_px, image.height_px]);
        let size_px = size_of_depth.or(size_of_instance)?;
        let instance = instance.filter(|image| [image.width_px, image.height_px] == size_px);
        let mut pixels = Self { size_px, depth_m, instance, few: Vec::new(), many: Vec::new() };
        pixels.few = pixels.samples(FEW).filter(|sample| sample.depth_m.is_finite()).collect();
        if pixels.instance.is_some() {
            pixels.many = pixels.samples(MANY).filter(|sample| sample.id != NOTHING).collect();
        }
        Some(pixels)
    }

    fn samples(&self, about: usize) -> impl Iterator<Item = Sample> + '_ {
        let [width, height] = self.size_px;
        let stride = (f64::from(width) * f64::from(height) / about as f64).sqrt().max(1.0).round() as u32;
        let reach = (width.max(height) / 32).max(2);
        let half = stride / 2;
        (half..height).step_by(stride as usize).flat_map(move |y| {
            (half..width).step_by(stride as usize).map(move |x| {
                let depth_m = self.depth_at(x, y);
                // Only over a surface that goes on: a step in depth is the border between two.
                let near = |x: u32, y: u32| {
                    let other = self.depth_at(x, y);
                    ((other - depth_m).abs() < 0.1 * depth_m).then_some((centre(x, y), other))
                };
                let patch = (near(x + reach, y)).zip(near(x, y + reach)).map(|(right, below)| [right, below]);
                Sample { at: centre(x, y), depth_m, id: self.id_at(x, y), patch }
            })
        })
    }

    fn depth_at(&self, x: u32, y: u32) -> f64 {
        let [width, height] = self.size_px;
        let inside = x < width && y < height;
        let at = y as usize * width as usize + x as usize;
        self.depth_m.as_ref().filter(|_| inside).map_or(f64::NAN, |image| f64::from(image.pixels[at]))
    }

    fn id_at(&self, x: u32, y: u32) -> u32 {
        let at = y as usize * self.size_px[0] as usize + x as usize;
        self.instance.as_ref().map_or(NOTHING, |image| image.pixels[at])
    }
}

fn centre(x: u32, y: u32) -> Vec2 {
    Vec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5)
}
