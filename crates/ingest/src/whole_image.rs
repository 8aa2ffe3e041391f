//! Whether an image file is whole, told without unpacking it.

use std::{collections::BTreeMap, path::Path};

use render::{ImageError, ImageFormat, ImageHead, image_head};

use crate::IngestError;

/// The head of an image that is not cut off: a PNG must hold every chunk up to its end, each with the right check sum;
/// a JPEG must end with its end mark.
pub(crate) fn whole_image(file: &Path, bytes: &[u8]) -> Result<ImageHead, IngestError> {
    let head = image_head(file, bytes)?;
    let whole = match head.format {
        ImageFormat::Png => png_is_whole(bytes),
        // Cameras pad their files.
        ImageFormat::Jpeg => {
            let end = bytes.iter().rposition(|byte| *byte != 0).unwrap_or_default();
            bytes[..=end.min(bytes.len() - 1)].ends_with(&[0xff, 0xd9])
        }
    };
    if whole {
        return Ok(head);
    }
    let problem = "breaks off before its end, or was changed".to_owned();
    Err(ImageError::Damaged { file: file.to_owned(), problem }.into())
}

/// Chunks of length, name, data and check sum, the last of them `IEND`.
fn png_is_whole(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((chunk, behind)) = behind.split_at_checked(length.saturating_add(4)) else { return false };
        let Some((stated, behind)) = behind.split_first_chunk::<4>() else { return false };
        let mut sum = flate2::Crc::new();
        sum.update(chunk);
        if sum.sum() != u32::from_be_bytes(*stated) {
            return false;
        }
        if chunk.starts_with(b"IEND") {
            return true;
        }
        rest = behind;
    }
    false
}

/// The plain texts (`tEXt`) of a PNG that is whole, by their keywords.
pub(crate) fn png_texts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((chunk, behind)) = behind.split_at_checked(length.saturating_add(4)) else { break };
        if let Some(text) = chunk.strip_prefix(b"tEXt")
            && let Some(end) = text.iter().position(|byte| *byte == 0)
        {
            // Latin-1: each byte is the character of its number.
            let [keyword, text] =
                [&text[..end], &text[end + 1..]].map(|part| part.iter().map(|b| char::from(*b)).collect());
            texts.insert(keyword, text);
        }
        rest = behind.get(4..).unwrap_or_default();
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_or_changed_images_are_noticed() {
        let file = Path::new("0.png");
        let png = render::grey_16_png([4, 3], (0..12).map(|i| i * 5000)).unwrap();
        assert_eq!(whole_image(file, &png).unwrap().size_px, [4, 3]);
        for end in 0..png.len() {
            assert!(whole_image(file, &png[..end]).is_err(), "cut at {end}");
        }
        for at in 8..png.len() - 4 {
            let mut changed = png.clone();
            changed[at] ^= 0x10;
            assert!(whole_image(file, &changed).is_err(), "changed at {at}");
        }
        let mut jpeg = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 90);
        encoder.encode(&[90; 16 * 16 * 3], 16, 16, jpeg_encoder::ColorType::Rgb).unwrap();
        assert_eq!(whole_image(file, &jpeg).unwrap().size_px, [16, 16]);
        jpeg.extend([0; 5]);
        assert!(whole_image(file, &jpeg).is_ok(), "padded");
        for end in 0..jpeg.len() - 5 {
            assert!(whole_image(file, &jpeg[..end]).is_err(), "cut at {end}");
        }
    }
}
