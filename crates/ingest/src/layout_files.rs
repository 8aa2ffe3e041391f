//! What writers of published layouts share: files below a folder, images as a layout wants them, and what is lost.

use std::path::{Path, PathBuf};

use render::{ImageFormat, grey_16, grey_16_png, image_head, rgb, rgb_png};
use scene::{Frame, ImageFile, Scene, disk, geometry::Distortion};
use serde::Serialize;

use crate::{IngestError, Report, ply::Ply};

/// Metres that one step of a written depth stands for.
pub(crate) const DEPTH_SCALE_M: f64 = 0.001;

/// A folder that files are written below.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    /// Writes a file whole, and the folders above it.
    pub(crate) fn write(&self, below: &str, bytes: &[u8]) -> Result<(), IngestError> {
        let file = self.0.join(below);
        if let Some(dir) = file.parent() {
            std::fs::create_dir_all(dir).map_err(|source| scene::FileError::Io {
                file: dir.to_owned(),
                action: "make the folder",
                source,
                hint: "give a folder that can be written",
            })?;
        }
        Ok(disk::replace(&file, bytes)?)
    }

    /// Writes JSON with a final line break.
    pub(crate) fn json(&self, below: &str, value: &impl Serialize) -> Result<(), IngestError> {
        let failed = |e: serde_json::Error| IngestError::Encode { file: self.0.join(below), problem: e.to_string() };
        self.write(below, (serde_json::to_string_pretty(value).map_err(failed)? + "\n").as_bytes())
    }

    /// Writes rows of numbers as text.
    pub(crate) fn numbers<R: AsRef<[f64]>>(&self, below: &str, rows: &[R]) -> Result<(), IngestError> {
        self.write(below, text_of(rows).as_bytes())
    }

    /// Writes the scene's points as the vertices of a mesh without faces, where it has some.
    pub(crate) fn points(&self, below: &str, scene: &Scene) -> Result<(), IngestError> {
        let points = &scene.parts().points;
        if points.is_empty() {
            return Ok(());
        }
        let vertices = points.iter().map(|p| p.map(f64::from).into()).collect();
        self.write(below, &Ply { vertices, ..Ply::default() }.to_bytes(&self.0.join(below))?)
    }
}

/// Rows of numbers as text, each number in its shortest form that reads back to the same bits.
pub(crate) fn text_of<R: AsRef<[f64]>>(rows: &[R]) -> String {
    let row = |row: &R| row.as_ref().iter().map(f64::to_string).collect::<Vec<_>>().join(" ") + "\n";
    rows.iter().map(row).collect()
}

/// The rows of the matrix of a pose.
pub(crate) fn rows_of(pose: &scene::geometry::RigidTransform) -> [[f64; 4]; 4] {
    let (rotation, t) = (pose.rotation(), pose.translation());
    let row = |i: usize| [rotation.x_axis[i], rotation.y_axis[i], rotation.z_axis[i], t[i]];
    [row(0), row(1), row(2), [0.0, 0.0, 0.0, 1.0]]
}

/// The images of a scene, read with their hashes checked.
pub(crate) struct Images<'a> {
    pub(crate) scene_dir: &'a Path,
}

impl Images<'_> {
    fn bytes(&self, image: &ImageFile) -> Result<(PathBuf, Vec<u8>), IngestError> {
        let file = self.scene_dir.join(&image.file);
        let bytes = disk::read_bytes(&file)?;
        let found = disk::sha256_hex(&bytes);
        if found != image.sha256 {
            let expected = image.sha256.clone();
            return Err(render::ImageError::Hash { file, found, expected }.into());
        }
        Ok((file, bytes))
    }

    /// The colours as they are, and `"jpg"` or `"png"`.
    pub(crate) fn colour(&self, frame: &Frame) -> Result<Option<(&'static str, Vec<u8>)>, IngestError> {
        let Some(image) = &frame.colour else { return Ok(None) };
        let (file, bytes) = self.bytes(image)?;
        let jpeg = image_head(&file, &bytes)?.format == ImageFormat::Jpeg;
        Ok(Some((if jpeg { "jpg" } else { "png" }, bytes)))
    }

    /// The colours as PNG.
    pub(crate) fn colour_png(&self, frame: &Frame, report: &mut Report) -> Result<Option<Vec<u8>>, IngestError> {
        let Some((ending, bytes)) = self.colour(frame)? else { return Ok(None) };
        if ending == "png" {
            return Ok(Some(bytes));
        }
        report.convert("colours of JPEG files written as PNG", 1);
        let image = rgb(self.scene_dir, &bytes)?;
        Ok(Some(made(rgb_png([image.width_px, image.height_px], &image.pixels), frame)?))
    }

    /// The depth as a 16-bit PNG of millimetres.
    pub(crate) fn depth_mm(&self, frame: &Frame, report: &mut Report) -> Result<Option<Vec<u8>>, IngestError> {
        let Some(depth) = &frame.depth else { return Ok(None) };
        let (file, bytes) = self.bytes(&depth.image)?;
        if depth.scale_m.to_bits() == DEPTH_SCALE_M.to_bits() {
            return Ok(Some(bytes));
        }
        report.convert("depth rounded to millimetres, unknown from 65.536 m on", 1);
        let image = grey_16(&file, &bytes)?;
        let step = |step: u16| {
            let mm = (f64::from(step) * depth.scale_m / DEPTH_SCALE_M).round();
            if mm <= f64::from(u16::MAX) { mm as u16 } else { 0 }
        };
        let size_px = [image.width_px, image.height_px];
        Ok(Some(made(grey_16_png(size_px, image.pixels.into_iter().map(step)), frame)?))
    }
}

fn made(bytes: Result<Vec<u8>, render::EncodeError>, frame: &Frame) -> Result<Vec<u8>, IngestError> {
    bytes.map_err(|e| IngestError::Encode { file: frame.name.clone().into(), problem: e.to_string() })
}

/// An error where a frame's lens is bent, for layouts that hold pinholes alone.
pub(crate) fn need_pinhole(frame: &Frame, scene_dir: &Path, layout: &str) -> Result<(), IngestError> {
    if frame.camera.distortion() == Distortion::None {
        return Ok(());
    }
    let problem = format!("{layout} holds pinhole cameras; rectify the pictures first");
    Err(IngestError::value(scene_dir, format!("frames[{}].camera", frame.name), frame.camera.distortion(), problem))
}

/// Notes what a layout has no place for; `keeps_area` where it holds the floor's area.
pub(crate) fn note_losses(scene: &Scene, keeps_area: bool, report: &mut Report) {
    let parts = scene.parts();
    let frames = |has: fn(&Frame) -> bool| parts.frames.iter().filter(|frame| has(frame)).count();
    let room = &parts.room;
    for (count, what) in [
        (parts.objects.iter().map(|object| object.names.len()).sum(), "further names of objects"),
        (parts.objects.iter().filter(|object| object.front.is_some()).count(), "fronts of objects"),
        (frames(|frame| frame.instance.is_some()), "instance images"),
        (parts.declared_counts.len(), "declared counts"),
        (usize::from(room.floor.is_some()), "outline of the floor"),
        (usize::from(room.floor_height_m.is_some()), "height of the floor"),
        (usize::from(room.ceiling_height_m.is_some()), "height of the ceiling"),
        (usize::from(room.declared_area_m2.is_some() && !keeps_area), "declared area"),
        (1, "provenance"),
        (1, "noise model"),
    ] {
        if count > 0 {
            report.notes.push(format!("{}: the layout has no place for: {count} {what}", scene.id()));
        }
    }
}
