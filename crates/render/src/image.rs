//! Image files of a frame, read when asked for.
//!
//! A file is believed only so far as it is checked: its hash against the scene's, its kind and bit depth against what
//! the field may hold, its size against the camera's before anything is unpacked.

use std::{
    io::Cursor,
    path::{Path, PathBuf},
};

use scene::{Frame, ImageFile, disk, geometry::MAX_SIDE_PX};
use zune_jpeg::JpegDecoder;

use crate::NOTHING;

const JPEG: &[u8] = &[0xff, 0xd8];
const PNG: &[u8] = b"\x89PNG";
const GREY_16: &str = "16-bit grey PNG";

/// An image: rows from the top, each from the left.
#[derive(Clone, Debug, PartialEq)]
pub struct Image<T> {
    /// Width, pixels.
    pub width_px: u32,
    /// Height, pixels.
    pub height_px: u32,
    /// Width × height values.
    pub pixels: Vec<T>,
}

/// Why an image file could not be used; every message names the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The file cannot be read or is too large.
    #[error(transparent)]
    File(#[from] scene::FileError),
    /// The file is not the one that the scene names.
    #[error("{}: sha256 is {found}, the scene says {expected} (hint: import the scene again)", file.display())]
    Hash {
        /// The file.
        file: PathBuf,
        /// Its hash.
        found: String,
        /// The hash in the scene.
        expected: String,
    },
    /// The image has another size than the camera.
    #[error("{}: image is {} x {} pixels, the camera {} x {}", file.display(), found[0], found[1], expected[0], expected[1])]
    Size {
        /// The file.
        file: PathBuf,
        /// Width and height of the image.
        found: [u32; 2],
        /// Width and height of the camera.
        expected: [u32; 2],
    },
    /// The image is of a kind that its field may not hold.
    #[error("{}: image is {found}, must be {expected}", file.display())]
    Kind {
        /// The file.
        file: PathBuf,
        /// What it is.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The image cannot be unpacked.
    #[error("{}: {problem} (hint: the file is damaged or cut off)", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What the decoder said.
        problem: String,
    },
}

/// Depth along the optical axis, metres, `NaN` where unknown; `None` where the frame names no depth image.
pub fn depth_image(scene_dir: &Path, frame: &Frame) -> Result<Option<Image<f32>>, ImageError> {
    let Some(depth) = &frame.depth else { return Ok(None) };
    let bytes = bytes_of(scene_dir, &depth.image)?;
    let grey = grey(&scene_dir.join(&depth.image.file), &bytes, size_of(frame), &[png::BitDepth::Sixteen], GREY_16)?;
    let metres = |step: u16| if step == 0 { f32::NAN } else { (f64::from(step) * depth.scale_m) as f32 };
    Ok(Some(grey.map(metres)))
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
    grey(file, bytes, image_head(file, bytes)?.size_px, &[png::BitDepth::Sixteen], GREY_16)
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

impl<T: Copy> Image<T> {
    fn map<U>(self, with: impl Fn(T) -> U) -> Image<U> {
        let pixels = self.pixels.into_iter().map(with).collect();
        Image { width_px: self.width_px, height_px: self.height_px, pixels }
    }
}

/// The file's bytes, which are those that the scene means.
fn bytes_of(scene_dir: &Path, image: &ImageFile) -> Result<Vec<u8>, ImageError> {
    let file = scene_dir.join(&image.file);
    let bytes = disk::read_bytes(&file)?;
    let found = disk::sha256_hex(&bytes);
    if found != image.sha256 {
        return Err(ImageError::Hash { file, found, expected: image.sha256.clone() });
    }
    Ok(bytes)
}

/// Width and height that a frame's images must have, pixels.
fn size_of(frame: &Frame) -> [u32; 2] {
    [frame.camera.width_px(), frame.camera.height_px()]
}

fn check_size(file: &Path, found: [u32; 2], expected: [u32; 2]) -> Result<(), ImageError> {
    if found == expected { Ok(()) } else { Err(ImageError::Size { file: file.to_owned(), found, expected }) }
}

/// The header of a PNG of the frame's size, and its pixels as bytes.
fn unpack_png(
    file: &Path,
    bytes: &[u8],
    expected_px: [u32; 2],
    fits: impl Fn(png::ColorType, png::BitDepth) -> bool,
    expected: &'static str,
) -> Result<(png::ColorType, png::BitDepth, Vec<u8>), ImageError> {
    let damaged = |e: png::DecodingError| ImageError::Damaged { file: file.to_owned(), problem: e.to_string() };
    if !bytes.starts_with(PNG) {
        return Err(ImageError::Kind { file: file.to_owned(), found: "no PNG".to_owned(), expected });
    }
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::IDENTITY);
    let header = decoder.read_header_info().map_err(damaged)?;
    let (kind, depth, size) = (header.color_type, header.bit_depth, [header.width, header.height]);
    if !fits(kind, depth) {
        let found = format!("{kind:?} with {depth:?} bits a channel");
        return Err(ImageError::Kind { file: file.to_owned(), found, expected });
    }
    check_size(file, size, expected_px)?;
    // Eight bytes a pixel is the most that a kind above needs; sizes are bounded by the camera's.
    let most = size[0] as usize * size[1] as usize * 8 + (1 << 20);
    decoder.set_limits(png::Limits { bytes: most });
    let mut reader = decoder.read_info().map_err(damaged)?;
    let mut pixels = vec![0; reader.output_buffer_size().unwrap_or(most).min(most)];
    let info = reader.next_frame(&mut pixels).map_err(damaged)?;
    pixels.truncate(info.buffer_size());
    Ok((kind, depth, pixels))
}

fn grey(
    file: &Path,
    bytes: &[u8],
    expected_px: [u32; 2],
    depths: &[png::BitDepth],
    expected: &'static str,
) -> Result<Image<u16>, ImageError> {
    let fits = |kind, depth| kind == png::ColorType::Grayscale && depths.contains(&depth);
    let (_, depth, bytes) = unpack_png(file, bytes, expected_px, fits, expected)?;
    let pixels = if depth == png::BitDepth::Sixteen {
        bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
    } else {
        bytes.into_iter().map(u16::from).collect()
    };
    whole(file, expected_px, pixels)
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

fn whole<T>(file: &Path, [width_px, height_px]: [u32; 2], pixels: Vec<T>) -> Result<Image<T>, ImageError> {
    if pixels.len() != width_px as usize * height_px as usize {
        let problem = format!("{} pixels instead of {width_px} x {height_px}", pixels.len());
        return Err(ImageError::Damaged { file: file.to_owned(), problem });
    }
    Ok(Image { width_px, height_px, pixels })
}
