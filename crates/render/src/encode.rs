//! Drawn buffers as image files: the forms that [`crate::colour_image`], [`crate::depth_image`] and
//! [`crate::instance_image`] read back.

use crate::Buffers;

/// Metres that one step of a written depth stands for.
pub const DEPTH_SCALE_M: f64 = 0.001;

/// Why a picture is no file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The picture has no colours: it was drawn with [`crate::Paint::None`].
    #[error("the picture was drawn without colours")]
    NoColours,
    /// The encoder refused it.
    #[error("the picture cannot be written as PNG")]
    Png(#[from] png::EncodingError),
}

/// The colours as an 8-bit PNG.
pub fn colour_png(buffers: &Buffers) -> Result<Vec<u8>, EncodeError> {
    if buffers.colour.len() != buffers.id.len() {
        return Err(EncodeError::NoColours);
    }
    // Drawn faces are flat: the row above foretells a row as well as trying every filter does, at a tenth of the time.
    let size_px = [buffers.width_px, buffers.height_px];
    encode(size_px, png::ColorType::Rgb, png::BitDepth::Eight, png::Filter::Up, buffers.colour.as_flattened())
}

/// An 8-bit PNG of this width and height and these rows of red, green and blue.
pub fn rgb_png(size_px: [u32; 2], pixels: &[[u8; 3]]) -> Result<Vec<u8>, EncodeError> {
    encode(size_px, png::ColorType::Rgb, png::BitDepth::Eight, png::Filter::Adaptive, pixels.as_flattened())
}

/// The depth as a 16-bit greyscale PNG in steps of [`DEPTH_SCALE_M`]: 0 where nothing is or where it is farther than
/// 65.535 m.
pub fn depth_png(buffers: &Buffers) -> Result<Vec<u8>, EncodeError> {
    let step = |depth_m: &f32| {
        // To the nearest step; what is unknown is 0 already.
        let steps = f64::from(*depth_m) / DEPTH_SCALE_M + 0.5;
        if steps < f64::from(u16::MAX) + 1.0 { steps as u16 } else { 0 }
    };
    // Depth of flat surfaces goes on along rows and columns, which this filter follows.
    greys(buffers, png::Filter::Paeth, buffers.depth_m.iter().map(step))
}

/// The numbers as a 16-bit greyscale PNG: 0 where nothing is or where the number does not fit.
pub fn instance_png(buffers: &Buffers) -> Result<Vec<u8>, EncodeError> {
    greys(buffers, png::Filter::Up, buffers.id.iter().map(|id| u16::try_from(*id).unwrap_or(0)))
}

fn greys(buffers: &Buffers, filter: png::Filter, values: impl Iterator<Item = u16>) -> Result<Vec<u8>, EncodeError> {
    let size_px = [buffers.width_px, buffers.height_px];
    encode(size_px, png::ColorType::Grayscale, png::BitDepth::Sixteen, filter, &big_endian(size_px, values))
}

/// A 16-bit greyscale PNG of this width and height and these rows of numbers; see [`scene::image::grey_16_png`].
pub fn grey_16_png(size_px: [u32; 2], values: impl Iterator<Item = u16>) -> Result<Vec<u8>, EncodeError> {
    Ok(scene::image::grey_16_png(size_px, values)?)
}

/// The bytes of as many numbers as there are pixels. Too few are an error of the encoder, not black rows.
fn big_endian(size_px: [u32; 2], values: impl Iterator<Item = u16>) -> Vec<u8> {
    let values: Vec<u16> = values.take(size_px[0] as usize * size_px[1] as usize).collect();
    let mut bytes = vec![0; values.len() * 2];
    for (pair, value) in bytes.as_chunks_mut().0.iter_mut().zip(values) {
        *pair = value.to_be_bytes();
    }
    bytes
}

fn encode(
    [width_px, height_px]: [u32; 2],
    colour: png::ColorType,
    depth: png::BitDepth,
    filter: png::Filter,
    bytes: &[u8],
) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width_px, height_px);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(filter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(bytes)?;
    writer.finish()?;
    Ok(out)
}
