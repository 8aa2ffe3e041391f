//! Frames from the pictures of a layout: cameras that fit the images, images that fit the camera.
//!
//! A frame has one camera. It is that of the colour image, which is copied byte for byte. A depth image of the same
//! size seen by the same camera is copied too. Otherwise each of the frame's pixels takes the number of the depth pixel
//! that its ray meets, so that no depth is invented between two others; both sensors are taken to stand in one place, as
//! registered recordings have them. A picture without colours has the camera of its depth.
//!
//! Where the objects are known before the frames, what a frame shows of them is taken while its depth is at hand, so
//! that no image is read twice.

use std::{
    borrow::{Borrow, Cow},
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use render::{
    Cloud, Image, ImageFormat, Memory, PixelKind, Sensors, Subjects, depth_of, grey_16, grey_16_png, instance_numbers,
};
use scene::{
    DepthFile, Frame, ImageFile, Object, Pose, Sighting, disk,
    geometry::{Camera, Distortion, Vec2},
};

use crate::{
    Content, IngestError, Report, SceneFile,
    calibration::{Calibration, see_alike},
    whole_image::whole_image,
};

/// Most bytes of images that are made instead of copied: they are kept until the scene is written.
const MAX_MADE_BYTES: usize = 2 << 30;

/// One picture as its layout holds it.
#[derive(Debug)]
pub(crate) struct Shot {
    pub(crate) name: String,
    pub(crate) time_s: Option<f64>,
    pub(crate) pose: Pose,
    pub(crate) colour: Option<Source>,
    pub(crate) depth: Option<Depth>,
    pub(crate) instance: Option<PathBuf>,
}

/// An image file, or what one would hold.
#[derive(Debug)]
pub(crate) enum Source {
    File(PathBuf),
    Bytes(Vec<u8>),
}

/// Depth along the optical axis.
#[derive(Debug)]
pub(crate) struct Depth {
    pub(crate) steps: Steps,
    /// Metres that a step stands for.
    pub(crate) scale_m: f64,
    /// A number that means unknown, beside 0.
    pub(crate) unknown: Option<u16>,
}

/// The numbers of a depth image.
#[derive(Debug)]
pub(crate) enum Steps {
    /// A 16-bit PNG.
    File(PathBuf),
    /// The numbers.
    Raw(Image<u16>),
}

/// What the layout says of its cameras, and which file says it.
#[derive(Debug, Clone)]
pub(crate) struct Lenses {
    pub(crate) colour: Option<Calibration>,
    pub(crate) depth: Option<Calibration>,
    pub(crate) file: PathBuf,
}

/// Pictures that are made at a time.
pub(crate) const PART: usize = 64;

/// Frames in the making.
#[derive(Debug, Default)]
pub(crate) struct FrameMaker<'a> {
    pub(crate) frames: Vec<Frame>,
    pub(crate) files: Vec<SceneFile>,
    made_bytes: usize,
    subjects: Option<Subjects<'a>>,
}

/// What became of one depth image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Copied,
    Rewritten,
    Resampled { from: [u32; 2], to: [u32; 2] },
}

impl<'a> FrameMaker<'a> {
    /// One whose frames have the sightings of these objects and of this scan of them.
    pub(crate) fn seeing(objects: &'a [Object], scan: Option<&'a Cloud>) -> Self {
        Self { subjects: Some(Subjects::new(objects, scan)), ..Self::default() }
    }

    /// Adds pictures in their order; `origin` is named where pictures come from one file.
    pub(crate) fn add(
        &mut self,
        shots: Vec<Shot>,
        lenses: &Lenses,
        origin: &Path,
        report: &mut Report,
    ) -> Result<(), IngestError> {
        self.add_each(shots.into_iter().map(|shot| (shot, lenses)), origin, report)
    }

    /// Adds pictures that have each a camera of their own.
    pub(crate) fn add_each<L: Borrow<Lenses> + Send>(
        &mut self,
        shots: impl IntoIterator<Item = (Shot, L)>,
        origin: &Path,
        report: &mut Report,
    ) -> Result<(), IngestError> {
        // In parts, so that no more than one part is made beyond the limit.
        let mut shots = shots.into_iter();
        loop {
            let part: Vec<(Shot, L)> = shots.by_ref().take(PART).collect();
            if part.is_empty() {
                return Ok(());
            }
            let subjects = self.subjects.as_ref();
            let make = |memory: &mut Memory, (shot, lenses): (Shot, L)| {
                frame_of(memory, shot, lenses.borrow(), origin, subjects)
            };
            let made: Vec<_> = part.into_par_iter().map_init(Memory::default, make).collect();
            for made in made {
                let (frame, files, fate) = made?;
                self.made_bytes += files.iter().map(SceneFile::made_bytes).sum::<usize>();
                report.read("colour images", usize::from(frame.colour.is_some()));
                report.read("depth images", usize::from(frame.depth.is_some()));
                match fate {
                    None | Some(Fate::Copied) => {}
                    Some(Fate::Rewritten) => report.convert("depth images written as 16-bit PNG", 1),
                    Some(Fate::Resampled { from: [w, h], to: [width, height] }) => report.convert(
                        &format!(
                            "depth images resampled from {w} x {h} to the {width} x {height} pixels of the colour \
                             image, each pixel with the depth that its ray meets"
                        ),
                        1,
                    ),
                }
                self.frames.push(frame);
                self.files.extend(files);
            }
            if self.made_bytes > MAX_MADE_BYTES {
                let problem =
                    format!("images that must be made take more than {MAX_MADE_BYTES} bytes; take fewer with --stride");
                return Err(IngestError::value(origin, "frames", self.frames.len(), problem));
            }
        }
    }
}

type Made = (Frame, Vec<SceneFile>, Option<Fate>);

fn frame_of(
    memory: &mut Memory,
    shot: Shot,
    lenses: &Lenses,
    origin: &Path,
    subjects: Option<&Subjects<'_>>,
) -> Result<Made, IngestError> {
    let Shot { name, time_s, pose, colour, depth, instance } = shot;
    let mut files = Vec::new();
    let mut camera = None;
    let lens = |lens: &Option<Calibration>, of: &'static str| match lens {
        Some(lens) => Ok(lens.clone()),
        None => Err(IngestError::value(&lenses.file, "intrinsics", &name, format!("has no camera of {of}"))),
    };
    let mut colour_file = None;
    if let Some(source) = colour {
        let bytes = source.bytes()?;
        let from = source.place(origin);
        let head = whole_image(from, &bytes)?;
        if !matches!(head.pixels, PixelKind::Grey8 | PixelKind::Colour8) {
            let found = "neither grey nor colours of 8 bits".to_owned();
            let expected = "JPEG, or PNG with 8 bits of grey, RGB or RGBA";
            return Err(render::ImageError::Kind { file: from.to_owned(), found, expected }.into());
        }
        camera = Some(lens(&lenses.colour, "colours")?.camera(head.size_px, &lenses.file)?);
        let ending = if head.format == ImageFormat::Jpeg { "jpg" } else { "png" };
        let path = format!("frames/{name}.colour.{ending}");
        let image = ImageFile { file: path.clone(), sha256: disk::sha256_hex(&bytes) };
        drop(bytes);
        files.push(source.into_file(path));
        colour_file = Some(image);
    }
    let (mut depth_file, mut fate, mut steps) = (None, None, None);
    // Of a frame whose place is unknown nothing is seen.
    let subjects = pose.world_from_camera().zip(subjects);
    if let Some(depth) = depth {
        let fitted = fit_depth(&name, depth, camera.as_ref(), lenses, subjects.is_some(), &mut files)?;
        camera = camera.or(Some(fitted.camera));
        depth_file = Some(fitted.file);
        fate = Some(fitted.fate);
        steps = fitted.steps;
    }
    let Some(camera) = camera else {
        return Err(IngestError::value(origin, "frame", &name, "has neither colours nor depth"));
    };
    let (mut instance_file, mut numbers) = (None, None);
    if let Some(from) = instance {
        let bytes = disk::read_bytes(&from)?;
        instance_file = Some(instance_of(&name, &from, &bytes, &camera, &mut files)?);
        numbers = subjects.map(|_| instance_numbers(&from, &bytes)).transpose()?;
    }
    let mut sightings = None;
    if let Some((world_from_camera, subjects)) = subjects {
        let depth_m = steps.zip(depth_file.as_ref()).map(|(steps, depth)| depth_of(&steps, depth.scale_m));
        let sensors = Sensors { depth_m: depth_m.as_ref(), instances: numbers.as_ref() };
        let seen = subjects.seen(memory, &camera, world_from_camera, sensors, &render::Options::default());
        let seen = seen.map_err(|e| IngestError::value(&lenses.file, "intrinsics", &name, e.to_string()))?;
        sightings = Some(seen.into_iter().map(Sighting::rounded).collect());
    }
    let frame = Frame {
        name,
        time_s,
        camera,
        pose,
        colour: colour_file,
        depth: depth_file,
        instance: instance_file,
        sightings,
    };
    Ok((frame, files, fate))
}

/// The depth image of a frame.
struct Fitted {
    file: DepthFile,
    fate: Fate,
    /// The camera of the depth sensor.
    camera: Camera,
    /// What the file holds, where it is wanted or was made.
    steps: Option<Image<u16>>,
}

/// Makes the depth image of a frame; its numbers are read at any rate where they are `wanted`.
fn fit_depth(
    name: &str,
    depth: Depth,
    camera: Option<&Camera>,
    lenses: &Lenses,
    wanted: bool,
    files: &mut Vec<SceneFile>,
) -> Result<Fitted, IngestError> {
    let Depth { steps, scale_m, unknown } = depth;
    let path = format!("frames/{name}.depth.png");
    let (stored, size) = match steps {
        Steps::File(file) => {
            let bytes = disk::read_bytes(&file)?;
            let head = whole_image(&file, &bytes)?;
            if head.pixels != PixelKind::Grey16 {
                let found = format!("{:?}", head.pixels);
                return Err(render::ImageError::Kind { file, found, expected: "16-bit grey PNG" }.into());
            }
            (Err((file, bytes)), head.size_px)
        }
        Steps::Raw(image) => {
            let size = [image.width_px, image.height_px];
            (Ok(image), size)
        }
    };
    let Some(lens) = lenses.depth.as_ref().or(lenses.colour.as_ref()) else {
        return Err(IngestError::value(&lenses.file, "intrinsics", name, "has no camera of depth"));
    };
    let own = lens.camera(size, &lenses.file)?;
    let target = camera.filter(|camera| !see_alike(camera, &own));
    let mut image = match stored {
        Ok(image) => image,
        Err((file, bytes)) => {
            let is_read = wanted || target.is_some() || unknown.is_some();
            let steps = if is_read { Some(grey_16(&file, &bytes)?) } else { None };
            let is_changed =
                |image: &Image<u16>| target.is_some() || unknown.is_some_and(|unknown| image.pixels.contains(&unknown));
            match steps {
                Some(image) if is_changed(&image) => image,
                steps => {
                    let image = ImageFile { file: path.clone(), sha256: disk::sha256_hex(&bytes) };
                    files.push(SceneFile { path, content: Content::Copy(file) });
                    return Ok(Fitted { file: DepthFile { image, scale_m }, fate: Fate::Copied, camera: own, steps });
                }
            }
        }
    };
    if let Some(unknown) = unknown {
        image.pixels.iter_mut().filter(|step| **step == unknown).for_each(|step| *step = 0);
    }
    let mut fate = Fate::Rewritten;
    if let Some(target) = target {
        image = resampled(&image, &own, target).ok_or_else(|| {
            IngestError::value(
                &lenses.file,
                "intrinsics",
                name,
                "a bent lens and images of different sizes: resample first",
            )
        })?;
        fate = Fate::Resampled { from: size, to: [target.width_px(), target.height_px()] };
    }
    let png = grey_16_png([image.width_px, image.height_px], image.pixels.iter().copied());
    let png = png.map_err(|e| IngestError::Encode { file: path.clone().into(), problem: e.to_string() })?;
    let (made, file) = SceneFile::made(png, &path);
    files.push(made);
    Ok(Fitted { file: DepthFile { image: file, scale_m }, fate, camera: own, steps: Some(image) })
}

/// Each pixel of `to` with the number of the pixel of `from` that its ray meets, 0 beyond the border; `None` for bent
/// lenses.
fn resampled(image: &Image<u16>, from: &Camera, to: &Camera) -> Option<Image<u16>> {
    if [from, to].iter().any(|camera| camera.distortion() != Distortion::None) {
        return None;
    }
    // Pinholes: columns go to columns and rows to rows.
    let source = |place: Vec2| (place - to.centre_px()) / to.focal_px() * from.focal_px() + from.centre_px();
    let (width, height) = (to.width_px() as usize, to.height_px() as usize);
    // Beyond the border a column is one that no row has.
    let inside =
        |value: f64, end: u32| if (0.0..f64::from(end)).contains(&value) { value as usize } else { usize::MAX };
    let columns: Vec<usize> = (0..to.width_px())
        .map(|column| inside(source(Vec2::new(f64::from(column) + 0.5, 0.0)).x, image.width_px))
        .collect();
    let rows: Vec<&[u16]> = image.pixels.chunks_exact(image.width_px as usize).collect();
    let mut pixels = vec![0; width * height];
    let mut last = None;
    for row in 0..height {
        let y = inside(source(Vec2::new(0.0, row as f64 + 0.5)).y, image.height_px);
        let (done, rest) = pixels.split_at_mut(row * width);
        if last == Some(y) {
            // The same row of the source as the row above.
            rest[..width].copy_from_slice(&done[(row - 1) * width..]);
        } else if let Some(from) = rows.get(y) {
            for (pixel, column) in rest.iter_mut().zip(&columns) {
                *pixel = from.get(*column).copied().unwrap_or(0);
            }
        }
        last = Some(y);
    }
    Some(Image { width_px: to.width_px(), height_px: to.height_px(), pixels })
}

fn instance_of(
    name: &str,
    from: &Path,
    bytes: &[u8],
    camera: &Camera,
    files: &mut Vec<SceneFile>,
) -> Result<ImageFile, IngestError> {
    let head = whole_image(from, bytes)?;
    let expected = [camera.width_px(), camera.height_px()];
    if head.size_px != expected {
        return Err(render::ImageError::Size { file: from.to_owned(), found: head.size_px, expected }.into());
    }
    if head.format != ImageFormat::Png || !matches!(head.pixels, PixelKind::Grey8 | PixelKind::Grey16) {
        let (found, expected) = (format!("{:?}", head.pixels), "8- or 16-bit grey PNG");
        return Err(render::ImageError::Kind { file: from.to_owned(), found, expected }.into());
    }
    let path = format!("frames/{name}.instance.png");
    let image = ImageFile { file: path.clone(), sha256: disk::sha256_hex(bytes) };
    files.push(SceneFile { path, content: Content::Copy(from.to_owned()) });
    Ok(image)
}

impl Source {
    fn bytes(&self) -> Result<Cow<'_, [u8]>, IngestError> {
        Ok(match self {
            Self::File(file) => Cow::Owned(disk::read_bytes(file)?),
            Self::Bytes(bytes) => Cow::Borrowed(bytes),
        })
    }

    fn place<'a>(&'a self, origin: &'a Path) -> &'a Path {
        match self {
            Self::File(file) => file,
            Self::Bytes(_) => origin,
        }
    }

    fn into_file(self, path: String) -> SceneFile {
        let content = match self {
            Self::File(file) => Content::Copy(file),
            Self::Bytes(bytes) => Content::Made(bytes),
        };
        SceneFile { path, content }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camera(width: u32, height: u32, focal: f64) -> Camera {
        let centre = Vec2::new(f64::from(width), f64::from(height)) / 2.0;
        Camera::new(width, height, Vec2::splat(focal), centre, Distortion::None).unwrap()
    }

    #[test]
    fn twice_the_size_doubles_every_pixel() {
        let image = Image { width_px: 2, height_px: 1, pixels: vec![7, 9] };
        let double = resampled(&image, &camera(2, 1, 10.0), &camera(4, 2, 20.0)).unwrap();
        assert_eq!(double.pixels, [7, 7, 9, 9, 7, 7, 9, 9]);
    }

    #[test]
    fn beyond_the_border_nothing_is_known() {
        let image = Image { width_px: 2, height_px: 1, pixels: vec![7, 9] };
        let wider = resampled(&image, &camera(2, 1, 10.0), &camera(4, 1, 10.0)).unwrap();
        assert_eq!(wider.pixels, [0, 7, 9, 0]);
    }
}
