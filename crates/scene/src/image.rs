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
/// Each row is stored as differences from the row above or from the pixels on the left, whichever are smaller: depth
/// resembles both, and a row or column that was doubled vanishes. Our own rows, since the library at hand stores all rows
/// in one way or tries five ways for each; packing is the library's.
pub fn grey_16_png(
    [width_px, height_px]: [u32; 2],
    values: impl Iterator<Item = u16>,
) -> Result<Vec<u8>, png::EncodingError> {
    let (width, count) = (width_px as usize, width_px as usize * height_px as usize);
    let values: Vec<u16> = values.take(count).collect();
    if values.len() < count || count == 0 {
        // Too few are an error, not black rows.
        let problem = format!("{} pixels instead of {width_px} x {height_px}", values.len());
        return Err(png::EncodingError::IoError(std::io::Error::new(std::io::ErrorKind::InvalidInput, problem)));
    }
    let mut head = [width_px.to_be_bytes(), height_px.to_be_bytes()].concat();
    // Bits a channel, greyscale, and the only ways of packing and filtering; not interlaced.
    head.extend([16, 0, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, *b"IHDR", &head)?;
    chunk(&mut out, *b"IDAT", &fdeflate::compress_to_vec(&filtered(width, &values)))?;
    chunk(&mut out, *b"IEND", &[])?;
    Ok(out)
}

/// Rows of differences, each behind the number of its filter: 1 for the left, 2 for above.
fn filtered(width: usize, values: &[u16]) -> Vec<u8> {
    let mut bytes = vec![0; values.len() / width * (1 + 2 * width)];
    let (zeros, mut above) = (vec![0; width], [].as_slice());
    for (out, row) in bytes.chunks_exact_mut(1 + 2 * width).zip(values.chunks_exact(width)) {
        let off = |others: &[u16]| row.iter().zip(others).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>();
        let (filter, out) = out.split_at_mut(1);
        let pairs = out.as_chunks_mut::<2>().0;
        // Of the first row the one above is taken as 0.
        let over = if above.is_empty() { zeros.as_slice() } else { above };
        if row == over || off(over) < off(&row[..width - 1]) {
            filter[0] = 2;
            differences(pairs, row, over);
        } else {
            filter[0] = 1;
            pairs[0] = row[0].to_be_bytes();
            differences(&mut pairs[1..], &row[1..], row);
        }
        above = row;
    }
    bytes
}

/// Each number less the other, byte by byte.
fn differences(out: &mut [[u8; 2]], numbers: &[u16], others: &[u16]) {
    for ((out, number), other) in out.iter_mut().zip(numbers).zip(others) {
        let high = (number >> 8).wrapping_sub(other >> 8) as u8;
        *out = [high, (*number as u8).wrapping_sub(*other as u8)];
    }
}

/// A part of a PNG: length, name, data and check sum.
fn chunk(out: &mut Vec<u8>, name: [u8; 4], data: &[u8]) -> Result<(), png::EncodingError> {
    let length = u32::try_from(data.len()).map_err(|_| png::EncodingError::LimitsExceeded)?;
    out.extend(length.to_be_bytes());
    let start = out.len();
    out.extend(name);
    out.extend(data);
    let mut sum = flate2::Crc::new();
    sum.update(&out[start..]);
    out.extend(sum.sum().to_be_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_whichever_way_their_rows_are_stored() {
        let file = Path::new("0.png");
        let ways: [fn(usize, usize) -> usize; 6] = [
            |x, y| 257 * x + y,
            |x, y| x + 300 * y,
            |x, y| 40_503 * (7 * y + x),
            |x, _| 12_345 * (x / 2),
            |_, _| 65_535,
            |_, _| 0,
        ];
        for size_px in [[1, 1], [1, 5], [7, 4], [640, 3]] {
            for number in ways {
                let [width, height] = size_px.map(|side| side as usize);
                let pixels: Vec<u16> = (0..width * height).map(|i| number(i % width, i / width) as u16).collect();
                let png = grey_16_png(size_px, pixels.iter().copied()).unwrap();
                assert_eq!(grey_16(file, &png, size_px).unwrap().pixels, pixels);
            }
        }
    }

    #[test]
    fn doubled_rows_and_columns_take_little_more_than_one() {
        let number = |x: usize, y: usize| (2000 + 37 * (x * x + 5 * y * y) % 11) as u16;
        let one = grey_16_png([64, 64], (0..64 * 64).map(|i| number(i % 64, i / 64))).unwrap();
        let four = grey_16_png([128, 128], (0..128 * 128).map(|i| number(i % 128 / 2, i / 256))).unwrap();
        assert!(four.len() < 2 * one.len(), "{} of {}", four.len(), one.len());
    }

    #[test]
    fn too_few_numbers_are_an_error() {
        assert!(grey_16_png([4, 3], 0..11).is_err());
        assert!(grey_16_png([0, 3], 0..11).is_err());
    }
}
