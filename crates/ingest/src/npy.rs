//! `NumPy` arrays: `.npy` files, alone or in an `.npz` archive (ZIP, stored or deflated).
//!
//! Read for the numbers they hold, whatever their type; nothing is allocated that the file's own length does not allow.

use std::{collections::BTreeMap, io::Read as _, path::Path};

use flate2::read::DeflateDecoder;
use scene::disk;

use crate::IngestError;

/// Most bytes that one array of an archive may unpack to.
const MAX_ARRAY_BYTES: u64 = 1 << 30;

/// An array of numbers, the last index fastest.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// Length along each axis.
    pub shape: Vec<usize>,
    /// The numbers.
    pub values: Vec<f64>,
}

/// Reads an `.npy` file.
pub fn read_npy(file: &Path) -> Result<Array, IngestError> {
    parse_npy(&disk::read_bytes(file)?, file, "array")
}

/// Reads every array of an `.npz` file, by name.
pub(crate) fn read_npz(file: &Path) -> Result<BTreeMap<String, Array>, IngestError> {
    let bytes = disk::read_bytes(file)?;
    let mut arrays = BTreeMap::new();
    for (name, packed) in entries(&bytes).map_err(|problem| IngestError::value(file, "archive", "", problem))? {
        let Some(key) = name.strip_suffix(".npy") else { continue };
        let raw = packed.unpack().map_err(|problem| IngestError::value(file, &name, "", problem))?;
        arrays.insert(key.to_owned(), parse_npy(&raw, file, key)?);
    }
    Ok(arrays)
}

/// The entry of an archive whose name ends so, unpacked, if there is one; an error if it is larger than `most` bytes.
pub(crate) fn entry_ending(bytes: &[u8], ending: &str, most: u64) -> Result<Option<Vec<u8>>, String> {
    let found = entries(bytes)?.into_iter().find(|(name, _)| name.ends_with(ending));
    let Some((name, packed)) = found else { return Ok(None) };
    if packed.size > most {
        return Err(format!("{name} has {} bytes; at most {most} are read", packed.size));
    }
    packed.unpack().map(Some)
}

/// One entry of an archive.
struct Packed<'a> {
    bytes: &'a [u8],
    deflated: bool,
    size: u64,
    crc: u32,
}

impl Packed<'_> {
    fn unpack(&self) -> Result<Vec<u8>, String> {
        if self.size > MAX_ARRAY_BYTES {
            return Err(format!("unpacks to {} bytes; at most {MAX_ARRAY_BYTES} are read", self.size));
        }
        let mut raw = Vec::new();
        if self.deflated {
            let mut decoder = DeflateDecoder::new(self.bytes).take(self.size + 1);
            decoder.read_to_end(&mut raw).map_err(|e| e.to_string())?;
        } else {
            raw.extend_from_slice(self.bytes);
        }
        let mut crc = flate2::Crc::new();
        crc.update(&raw);
        if raw.len() as u64 != self.size || crc.sum() != self.crc {
            return Err("does not unpack to what the archive states; it is damaged".to_owned());
        }
        Ok(raw)
    }
}

/// Names and places of the entries, from the directory at the end of the archive.
fn entries(bytes: &[u8]) -> Result<Vec<(String, Packed<'_>)>, String> {
    let u16_at = |at: usize| bytes.get(at..at + 2).map(|b| usize::from(u16::from_le_bytes([b[0], b[1]])));
    let u32_at = |at: usize| bytes.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let broken = || "is no ZIP archive, or breaks off".to_owned();
    // The end record is 22 bytes and a comment of at most 64 kB.
    let first = bytes.len().saturating_sub(22 + 65_535);
    let end = (first..=bytes.len().checked_sub(22).ok_or_else(broken)?).rev();
    let end = end.into_iter().find(|at| bytes[*at..].starts_with(b"PK\x05\x06")).ok_or_else(broken)?;
    let count = u16_at(end + 10).ok_or_else(broken)?;
    let mut at = u32_at(end + 16).ok_or_else(broken)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let field = |offset: usize| u16_at(at + offset).ok_or_else(broken);
        let word = |offset: usize| u32_at(at + offset).ok_or_else(broken);
        if !bytes.get(at..).is_some_and(|rest| rest.starts_with(b"PK\x01\x02")) {
            return Err(broken());
        }
        let method = field(10)?;
        if field(8)? & 1 == 1 || !matches!(method, 0 | 8) {
            return Err(format!("holds an entry that is encrypted or packed by method {method}"));
        }
        let (crc, packed, size, place) = (word(16)?, word(20)?, word(24)?, word(42)?);
        if [packed, size, place].contains(&0xffff_ffff) {
            return Err("holds an entry of more than 4 GB".to_owned());
        }
        let name = bytes.get(at + 46..at + 46 + field(28)?).ok_or_else(broken)?;
        let name = String::from_utf8_lossy(name).into_owned();
        at += 46 + field(28)? + field(30)? + field(32)?;
        // The local head repeats the name and has its own extra field.
        let data = place + 30 + u16_at(place + 26).ok_or_else(broken)? + u16_at(place + 28).ok_or_else(broken)?;
        let packed = bytes.get(data..data + packed).ok_or_else(broken)?;
        entries.push((name, Packed { bytes: packed, deflated: method == 8, size: size as u64, crc: crc as u32 }));
    }
    Ok(entries)
}

/// The array of an `.npy` file's bytes; `name` stands in messages.
fn parse_npy(bytes: &[u8], file: &Path, name: &str) -> Result<Array, IngestError> {
    let wrong = |value: &str, problem: &str| IngestError::value(file, name, value, problem);
    let head = bytes.strip_prefix(b"\x93NUMPY").ok_or_else(|| wrong("", "does not start with \\x93NUMPY"))?;
    let broken = || wrong("", "breaks off in its head");
    let (length, rest) = match head.first() {
        Some(1) => {
            let (length, rest) = head.get(2..).and_then(|h| h.split_first_chunk::<2>()).ok_or_else(broken)?;
            (usize::from(u16::from_le_bytes(*length)), rest)
        }
        Some(2 | 3) => {
            let (length, rest) = head.get(2..).and_then(|h| h.split_first_chunk::<4>()).ok_or_else(broken)?;
            (u32::from_le_bytes(*length) as usize, rest)
        }
        _ => return Err(wrong("", "is of an unknown version")),
    };
    let (head, data) = rest.split_at_checked(length).ok_or_else(broken)?;
    let head = String::from_utf8_lossy(head);
    let after = |key: &str| head.split_once(&format!("'{key}':")).map(|(_, rest)| rest.trim_start());
    let descr = after("descr").and_then(|rest| rest.strip_prefix('\'')?.split('\'').next());
    let shape = after("shape").and_then(|rest| rest.strip_prefix('(')?.split(')').next());
    let (Some(descr), Some(shape)) = (descr, shape) else { return Err(wrong(&head, "states no type or shape")) };
    if !after("fortran_order").is_some_and(|rest| rest.starts_with("False")) {
        return Err(wrong(&head, "is in Fortran order; save it in C order"));
    }
    let sides = shape.split(',').map(str::trim).filter(|side| !side.is_empty());
    let shape: Vec<usize> = sides.map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong(shape, "is no shape"))?;
    let count = shape.iter().try_fold(1_usize, |product, side| product.checked_mul(*side));
    let width: usize = descr.get(2..).and_then(|width| width.parse().ok()).unwrap_or_default();
    let fits = count.and_then(|count| count.checked_mul(width)) == Some(data.len());
    if !fits || width == 0 {
        return Err(wrong(&head, &format!("does not fit the {} bytes of its numbers", data.len())));
    }
    Ok(Array { shape, values: values(descr, data).ok_or_else(|| wrong(descr, "is a type that is not read"))? })
}

fn values(descr: &str, data: &[u8]) -> Option<Vec<f64>> {
    fn each<const N: usize>(data: &[u8], of: impl Fn([u8; N]) -> f64) -> Vec<f64> {
        data.chunks_exact(N).filter_map(|chunk| chunk.try_into().ok()).map(of).collect()
    }
    Some(match descr {
        "<f4" => each(data, |b| f64::from(f32::from_le_bytes(b))),
        "<f8" => each(data, f64::from_le_bytes),
        "|u1" | "|b1" => data.iter().map(|b| f64::from(*b)).collect(),
        "<u2" => each(data, |b| f64::from(u16::from_le_bytes(b))),
        "<i2" => each(data, |b| f64::from(i16::from_le_bytes(b))),
        "<u4" => each(data, |b| f64::from(u32::from_le_bytes(b))),
        "<i4" => each(data, |b| f64::from(i32::from_le_bytes(b))),
        "<i8" => each(data, |b| i64::from_le_bytes(b) as f64),
        _ => return None,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The bytes of an `.npy` file of `f32`.
    pub(crate) fn npy(shape: &[usize], values: &[f32]) -> Vec<u8> {
        let shape: Vec<String> = shape.iter().map(usize::to_string).collect();
        let mut head = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({},), }}", shape.join(", "));
        head.push_str(&" ".repeat((64 - (10 + head.len() + 1) % 64) % 64));
        head.push('\n');
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend(u16::try_from(head.len()).unwrap().to_le_bytes());
        bytes.extend(head.bytes());
        bytes.extend(values.iter().flat_map(|v| v.to_le_bytes()));
        bytes
    }

    #[test]
    fn numbers_come_back_and_damage_is_noticed() {
        let bytes = npy(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, -6.5]);
        let file = Path::new("a.npy");
        let array = parse_npy(&bytes, file, "array").unwrap();
        assert_eq!((array.shape, array.values[5]), (vec![2, 3], -6.5));
        for end in 0..bytes.len() {
            assert!(parse_npy(&bytes[..end], file, "array").is_err(), "cut at {end}");
        }
        let text = |from: &str, to: &str| {
            let mut bytes = bytes.clone();
            let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).unwrap();
            bytes.splice(at..at + from.len(), to.bytes());
            bytes
        };
        for (from, to) in [("(2, 3", "(9, 9"), ("False", "True "), ("<f4", ">f4"), ("<f4", "<f0"), ("2, 3", "2,-3")] {
            assert!(parse_npy(&text(from, to), file, "array").is_err(), "{to}");
        }
    }
}
