//! Image files of a frame, read when asked for.
//!
//! PNG are read by [`scene::image`]: a file is believed only so far as it is checked.

use std::{io::Cursor, path::Path};

pub use scene::image::{Image, ImageError};
use scene::{
    Frame,
    geometry::MAX_SIDE_PX,
    image::{PNG, bytes_of, check_size, grey, size_of, unpack_png, whole},
};
use zune_jpeg::JpegDecoder;

use crate::NOTHING;

const JPEG: &[u8] = &[0xff, 0xd8];

/// Depth along the optical axis, metres, `NaN` where unknown; `None` where the frame names no depth image.
pub fn depth_image(scene_dir: &Path, frame: &Frame) -> Result<Option<Image<f32>>, ImageError> {
    let Some(depth) = &frame.depth else { return Ok(None) };
    let bytes = bytes_of(scene_dir, &depth.image)?;
    let steps = scene::image::grey_16(&scene_dir.join(&depth.image.file), &bytes, size_of(frame))?;
    Ok(Some(depth_of(&steps, depth.scale_m)))
}

/// Metres of the steps of a depth image, `NaN` where they are 0, which means unknown.
pub fn depth_of(steps: &Image<u16>, scale_m: f64) -> Image<f32> {
    let metres = |step: &u16| if *step == 0 { f32::NAN } else { (f64::from(*step) * scale_m) as f32 };
    let pixels = steps.pixels.iter().map(metres).collect();
    Image { width_px: steps.width_px, height_px: steps.height_px, pixels }
}

/// Numbers of objects, [`NOTHING`] where there is none; `None` where the frame names no instance image.
pub fn instance_image(scene_dir: &Path, frame: &Frame) -> Result<Option<Image<u32>>, ImageError> {
    let Some(image) = &frame.instance else { return Ok(None) };
    let bytes = bytes_of(scene_dir, image)?;
    instances(&scene_dir.join(&image.file), &bytes, size_of(frame)).map(Some)
}

/// Red, green and blue; `None` where the frame names no colour image.
pub fn colour_image(scene_dir: &Path, frame: &Frame) -> Result<Option<Image<[u8; 3]>>, ImageError> {
    let Some(image) = &frame.colour else { return Ok(None) };
    let bytes = bytes_of(scene_dir, image)?;
    colours(&scene_dir.join(&image.file), &bytes, size_of(frame)).map(Some)
}

/// What the head of an image file says; the rest may still be damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageHead {
    /// Width and height, pixels.
    pub size_px: [u32; 2],
    /// JPEG or PNG.
    pub format: ImageFormat,
    /// What a pixel holds.
    pub pixels: PixelKind,
}

/// What a pixel holds, as far as frames have a use for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelKind {
    /// 8 bits of grey: colours or numbers of objects.
    Grey8,
    /// 16 bits of grey: depth or numbers of objects.
    Grey16,
    /// 8 bits each of red, green and blue, perhaps of opacity.
    Colour8,
    /// Anything else; frames hold no such images.
    Other,
}

/// The kinds of image files that frames hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageFormat {
    /// Baseline or progressive JPEG.
    Jpeg,
    /// PNG.
    Png,
}

/// The head of a JPEG or PNG; `file` stands in messages.
pub fn image_head(file: &Path, bytes: &[u8]) -> Result<ImageHead, ImageError> {
    let damaged = |problem: String| ImageError::Damaged { file: file.to_owned(), problem };
    let head = if bytes.starts_with(JPEG) {
        let mut decoder = JpegDecoder::new(zune_core::bytestream::ZCursor::new(bytes));
        decoder.decode_headers().map_err(|e| damaged(e.to_string()))?;
        let info = decoder.info().ok_or_else(|| damaged("has no header".to_owned()))?;
        ImageHead {
            size_px: [info.width.into(), info.height.into()],
            format: ImageFormat::Jpeg,
            pixels: match info.components {
                1 => PixelKind::Grey8,
                3 => PixelKind::Colour8,
                _ => PixelKind::Other,
            },
        }
    } else if bytes.starts_with(PNG) {
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        let info = decoder.read_header_info().map_err(|e| damaged(e.to_string()))?;
        let pixels = match (info.color_type, info.bit_depth) {
            (png::ColorType::Grayscale, png::BitDepth::Eight) => PixelKind::Grey8,
            (png::ColorType::Grayscale, png::BitDepth::Sixteen) => PixelKind::Grey16,
            (png::ColorType::Rgb | png::ColorType::Rgba, png::BitDepth::Eight) => PixelKind::Colour8,
            _ => PixelKind::Other,
        };
        ImageHead { size_px: [info.width, info.height], format: ImageFormat::Png, pixels }
    } else {
        let found = "neither JPEG nor PNG".to_owned();
        return Err(ImageError::Kind { file: file.to_owned(), found, expected: "JPEG or PNG" });
    };
    if head.size_px.iter().any(|side| !(1..=MAX_SIDE_PX).contains(side)) {
        return Err(damaged(format!("states {} x {} pixels", head.size_px[0], head.size_px[1])));
    }
    Ok(head)
}

/// The numbers of a 16-bit grey PNG; `file` stands in messages.
pub fn grey_16(file: &Path, bytes: &[u8]) -> Result<Image<u16>, ImageError> {
    scene::image::grey_16(file, bytes, image_head(file, bytes)?.size_px)
}

/// The numbers of an 8- or 16-bit greyscale PNG, [`NOTHING`] where it holds 0; `file` stands in messages.
pub fn instance_numbers(file: &Path, bytes: &[u8]) -> Result<Image<u32>, ImageError> {
    instances(file, bytes, image_head(file, bytes)?.size_px)
}

fn instances(file: &Path, bytes: &[u8], expected_px: [u32; 2]) -> Result<Image<u32>, ImageError> {
    let depths = [png::BitDepth::Eight, png::BitDepth::Sixteen];
    let grey = grey(file, bytes, expected_px, &depths, "8- or 16-bit grey PNG")?;
    Ok(grey.map(|id| if id == 0 { NOTHING } else { u32::from(id) }))
}

/// The colours of a JPEG or PNG; `file` stands in messages.
pub fn rgb(file: &Path, bytes: &[u8]) -> Result<Image<[u8; 3]>, ImageError> {
    colours(file, bytes, image_head(file, bytes)?.size_px)
}

fn colours(file: &Path, bytes: &[u8], expected_px: [u32; 2]) -> Result<Image<[u8; 3]>, ImageError> {
    if bytes.starts_with(JPEG) { jpeg(file, bytes, expected_px) } else { colour_png(file, bytes, expected_px) }
}

fn colour_png(file: &Path, bytes: &[u8], expected_px: [u32; 2]) -> Result<Image<[u8; 3]>, ImageError> {
    use png::ColorType::{Grayscale, Rgb, Rgba};
    let fits = |kind, depth| matches!(kind, Rgb | Rgba | Grayscale) && depth == png::BitDepth::Eight;
    let expected = "JPEG, or PNG with 8 bits of grey, RGB or RGBA";
    let (kind, _, bytes) = unpack_png(file, bytes, expected_px, fits, expected)?;
    let pixels = match kind {
        Grayscale => bytes.iter().map(|grey| [*grey; 3]).collect(),
        Rgba => bytes.chunks_exact(4).map(|c| [c[0], c[1], c[2]]).collect(),
        _ => bytes.chunks_exact(3).map(|c| [c[0], c[1], c[2]]).collect(),
    };
    whole(file, expected_px, pixels)
}

fn jpeg(file: &Path, bytes: &[u8], expected_px: [u32; 2]) -> Result<Image<[u8; 3]>, ImageError> {
    use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
    let damaged = |problem: String| ImageError::Damaged { file: file.to_owned(), problem };
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB).set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|e| damaged(e.to_string()))?;
    let info = decoder.info().ok_or_else(|| damaged("has no header".to_owned()))?;
    check_size(file, [u32::from(info.width), u32::from(info.height)], expected_px)?;
    let bytes = decoder.decode().map_err(|e| damaged(e.to_string()))?;
    whole(file, expected_px, bytes.chunks_exact(3).map(|c| [c[0], c[1], c[2]]).collect())
}
