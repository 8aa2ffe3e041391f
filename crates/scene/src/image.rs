//! Images as PNG files: held against their hash, kind and size before anything is unpacked.
//!
//! A file is believed only so far as it is checked: its hash against the scene's, its kind and bit depth against what
//! the field may hold, its size against the camera's. JPEG and colours are read by `render`.

use std::{
    io::Cursor,
    path::{Path, PathBuf},
};

use crate::{Frame, ImageFile, disk};

/// How every PNG begins.
pub const PNG: &[u8] = b"\x89PNG";
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
    File(#[from] crate::FileError),
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

impl<T: Copy> Image<T> {
    /// The image of what each value becomes.
    #[must_use]
    pub fn map<U>(self, with: impl Fn(T) -> U) -> Image<U> {
        let pixels = self.pixels.into_iter().map(with).collect();
        Image { width_px: self.width_px, height_px: self.height_px, pixels }
    }
}

/// The file's bytes, which are those that the scene means.
pub fn bytes_of(scene_dir: &Path, image: &ImageFile) -> Result<Vec<u8>, ImageError> {
    let file = scene_dir.join(&image.file);
    let bytes = disk::read_bytes(&file)?;
    check_hash(&file, &bytes, image)?;
    Ok(bytes)
}

/// Whether these are the bytes that the scene means.
pub(crate) fn check_hash(file: &Path, bytes: &[u8], image: &ImageFile) -> Result<(), ImageError> {
    let found = disk::sha256_hex(bytes);
    if found == image.sha256 {
        return Ok(());
    }
    Err(ImageError::Hash { file: file.to_owned(), found, expected: image.sha256.clone() })
}

/// Width and height that a frame's images must have, pixels.
pub fn size_of(frame: &Frame) -> [u32; 2] {
    [frame.camera.width_px(), frame.camera.height_px()]
}

/// Whether an image has the size that it must have.
pub fn check_size(file: &Path, found: [u32; 2], expected: [u32; 2]) -> Result<(), ImageError> {
    if found == expected { Ok(()) } else { Err(ImageError::Size { file: file.to_owned(), found, expected }) }
}

/// The kind of a PNG that `fits` and is of this size, its bits a channel, and its pixels as bytes.
pub fn unpack_png(
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

/// The numbers of a greyscale PNG of one of these bit depths and of this size.
pub fn grey(
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

/// The numbers of a 16-bit grey PNG of this size; `file` stands in messages.
pub fn grey_16(file: &Path, bytes: &[u8], expected_px: [u32; 2]) -> Result<Image<u16>, ImageError> {
    grey(file, bytes, expected_px, &[png::BitDepth::Sixteen], GREY_16)
}

/// The image of these pixels, if they are as many as it has.
pub fn whole<T>(file: &Path, [width_px, height_px]: [u32; 2], pixels: Vec<T>) -> Result<Image<T>, ImageError> {
    if pixels.len() != width_px as usize * height_px as usize {
        let problem = format!("{} pixels instead of {width_px} x {height_px}", pixels.len());
        return Err(ImageError::Damaged { file: file.to_owned(), problem });
    }
    Ok(Image { width_px, height_px, pixels })
}

/// A 16-bit greyscale PNG of this width and height and these rows of numbers.
///
/// Rows are stored as differences from the row above, which depth resembles most, without trying other ways.
pub fn grey_16_png(
    [width_px, height_px]: [u32; 2],
    values: impl Iterator<Item = u16>,
) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = vec![0; width_px as usize * height_px as usize * 2];
    let mut count = 0;
    for (pair, value) in bytes.chunks_exact_mut(2).zip(values) {
        pair.copy_from_slice(&value.to_be_bytes());
        count += 2;
    }
    // Too few are an error of the encoder, not black rows.
    bytes.truncate(count);
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width_px, height_px);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Sixteen);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::Up);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&bytes)?;
    writer.finish()?;
    Ok(out)
}
