//! A shard of HiSpatial.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::{fs, path::Path};

pub(crate) const SIZE: [u32; 2] = [8, 4];

fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum().to_be_bytes()
}

fn chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
    let body = [name, data].concat();
    [&(data.len() as u32).to_be_bytes(), body.as_slice(), &crc(&body)].concat()
}

/// Depth in steps, with near and far as texts behind the header, where writers put them.
pub(crate) fn depth(near: &str, far: &str) -> Vec<u8> {
    let steps = (0..32).map(|i| {
        if i == 0 {
            0
        } else if i == 31 {
            65535
        } else {
            1 + i * 2000
        }
    });
    let png = render::grey_16_png(SIZE, steps).unwrap();
    let texts = [("near", near), ("far", far)].map(|(key, text)| chunk(b"tEXt", format!("{key}\0{text}").as_bytes()));
    [&png[..33], &texts[0], &texts[1], &png[33..]].concat()
}

/// A tensor as `PyTorch` writes it.
pub(crate) fn tensor(numbers: &[f32]) -> Vec<u8> {
    let raw: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    archive(&[("k/data.pkl", b"not read"), ("k/byteorder", b"little"), ("k/data/0", &raw)])
}

/// A ZIP archive whose entries are stored as they are.
pub(crate) fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for &(name, data) in entries {
        let place = (out.len() as u32).to_le_bytes();
        let length = (data.len() as u32).to_le_bytes();
        let mut sum = crc(data);
        sum.reverse();
        let head =
            [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0], sum.as_slice(), &length, &length, &[name.len() as u8, 0, 0, 0]].concat();
        out.extend([b"PK\x03\x04", head.as_slice(), name.as_bytes(), data].concat());
        directory.extend([b"PK\x01\x02\x14\x00", head.as_slice(), &[0; 10], &place, name.as_bytes()].concat());
    }
    let count = (entries.len() as u16).to_le_bytes();
    let (at, length) = ((out.len() as u32).to_le_bytes(), (directory.len() as u32).to_le_bytes());
    out.extend([&directory, b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &length, &at, &[0, 0]].concat());
    out
}

pub(crate) fn members() -> Vec<(String, Vec<u8>)> {
    let jpg = render::rgb_png(SIZE, &[[1, 2, 3]; 32]).unwrap();
    let k = tensor(&[1.25, 0.0, 0.5, 0.0, 2.5, 0.25, 0.0, 0.0, 1.0]);
    let mut members = Vec::new();
    for key in ["000001", "000002"] {
        members.push((format!("{key}.jpg"), jpg.clone()));
        members.push((format!("{key}.png"), depth("0.5", "8.0")));
        members.push((format!("{key}.intrinsics.pt"), k.clone()));
        members.push((format!("{key}.pt"), b"pickled".to_vec()));
    }
    members
}

pub(crate) fn shard(file: &Path, members: &[(String, Vec<u8>)]) {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    fs::write(file, builder.into_inner().unwrap()).unwrap();
}
