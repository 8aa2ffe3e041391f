//! Points as a `.npy` file: version 1.0 of the `NumPy` format, little-endian `f32`, shape (N, 3), C order.
//!
//! Layout (`NumPy` enhancement proposal 1): `\x93NUMPY`, version bytes 1 and 0, header length as `u16`, a header in
//! Python literal syntax padded with blanks to a multiple of 64 bytes, then the numbers. One header is accepted,
//! the one written here; anything else is refused with its header in the message.

const MAGIC: &[u8; 8] = b"\x93NUMPY\x01\x00";

fn header(count: usize) -> Vec<u8> {
    let mut text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({count}, 3), }}");
    let used = MAGIC.len() + 2 + text.len() + 1;
    text.push_str(&" ".repeat(used.next_multiple_of(64) - used));
    text.push('\n');
    let mut bytes = MAGIC.to_vec();
    // The text is some 70 bytes long whatever the count.
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.bytes());
    bytes
}

/// The bytes of a file with these points.
pub(crate) fn write(points: &[[f32; 3]]) -> Vec<u8> {
    let mut bytes = header(points.len());
    bytes.reserve(points.len() * 12);
    bytes.extend(points.iter().flatten().flat_map(|value| value.to_le_bytes()));
    bytes
}

/// The points of a file that must hold exactly `count`; the message says what was found instead.
pub(crate) fn read(bytes: &[u8], count: usize) -> Result<Vec<[f32; 3]>, String> {
    let expected = header(count);
    let Some(data) = bytes.strip_prefix(expected.as_slice()) else {
        if !bytes.starts_with(MAGIC) {
            return Err("does not start with \\x93NUMPY 1.0".to_owned());
        }
        let found = bytes.get(MAGIC.len() + 2..bytes.len().min(expected.len())).unwrap_or_default();
        let found = String::from_utf8_lossy(found);
        return Err(format!(
            "header is {:?}, expected little-endian '<f4' in C order with shape ({count}, 3)",
            found.trim_end()
        ));
    };
    let wanted = count.checked_mul(12);
    if wanted != Some(data.len()) {
        return Err(format!("{} bytes of numbers, expected {count} points of 12 bytes", data.len()));
    }
    let number = |four: &[u8]| f32::from_le_bytes([four[0], four[1], four[2], four[3]]);
    Ok(data.chunks_exact(12).map(|row| [number(&row[..4]), number(&row[4..8]), number(&row[8..])]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_keeps_every_bit() {
        let points = [[1.0, -0.0, 3.5e-20], [f32::MAX, f32::MIN_POSITIVE, 0.1]];
        let bytes = write(&points);
        assert_eq!(bytes.len(), 128 + 24);
        let back = read(&bytes, 2).unwrap();
        assert_eq!(back.as_flattened().iter().map(|v| v.to_bits()).collect::<Vec<_>>(), {
            points.as_flattened().iter().map(|v| v.to_bits()).collect::<Vec<_>>()
        });
        assert_eq!(read(&write(&[]), 0).unwrap(), Vec::<[f32; 3]>::new());
    }

    #[test]
    fn every_truncation_and_a_wrong_count_are_refused() {
        let bytes = write(&[[1.0, 2.0, 3.0]]);
        for end in 0..bytes.len() {
            assert!(read(&bytes[..end], 1).is_err(), "cut at {end}");
        }
        assert!(read(&bytes, 2).unwrap_err().contains("(1, 3)"));
        assert!(read(&bytes, usize::MAX).is_err());
    }
}
