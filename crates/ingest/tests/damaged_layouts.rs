//! Two hundred damaged copies of a flat in each layout: an error names the file, or the report counts what was lost.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;
#[path = "common/filmed.rs"]
mod filmed;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use common::files_below;
use filmed::filmed_flat;
use ingest::Import;

/// How many damaged copies are tried.
const VARIANTS: usize = 200;

fn written(root: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (below, bytes) in files {
        let file = root.join(below);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
}

/// Some number of a text replaced.
fn with_number(bytes: &[u8], which: usize, by: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | 'e');
    let mut numbers: Vec<(usize, &str)> = Vec::new();
    for word in text.split(|c| !digit(c)).filter(|word| word.parse::<f64>().is_ok()) {
        numbers.push((word.as_ptr() as usize - text.as_ptr() as usize, word));
    }
    let (at, word) = numbers.get(which % numbers.len().max(1))?;
    Some([&text[..*at], by, &text[at + word.len()..]].concat().into_bytes())
}

/// One way of damaging a file, by number; `None` where it cannot be applied to it.
fn damaged(bytes: &[u8], how: usize, round: usize) -> Option<Vec<u8>> {
    let cut = |share: usize| bytes[..bytes.len() * share / 8].to_vec();
    match how {
        0 => Some(cut(1 + round % 7)),
        1 => Some(Vec::new()),
        2 => Some(b"[[[[\"no\", {".to_vec()),
        3 => Some(vec![0xff; 64]),
        4 => with_number(bytes, round * 7 + 3, "NaN"),
        5 => with_number(bytes, round * 5 + 1, "1e300"),
        6 => with_number(bytes, round * 3, "\"x\""),
        _ => None,
    }
}

/// What a scene is, for telling whether anything was lost.
fn contents(import: &Import) -> (usize, usize, usize, usize, usize) {
    let scene = &import.scenes[0];
    let posed = scene.frames().iter().filter(|frame| frame.pose.world_from_camera().is_some()).count();
    let images = import.files[scene.id()].len();
    (scene.objects().len(), scene.frames().len(), posed, images, scene.parts().points.len())
}

fn try_all(layout: &str, unread: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let flat = dir.path().join("flat");
    let scene = filmed_flat(4, &flat);
    let whole = dir.path().join("whole").join(scene.id());
    (ingest::writer(layout).unwrap().write)(&scene, &flat, &whole).unwrap();
    let files = files_below(&whole);
    let reader = ingest::reader(layout).unwrap();
    let good = (reader.read)(&whole).unwrap();
    let (expected, clean) = (contents(&good), good.report.to_string());

    let names: Vec<&String> = files.keys().filter(|name| !unread.iter().any(|part| name.contains(part))).collect();
    let root: PathBuf = dir.path().join("damaged").join(scene.id());
    written(&root, &files);
    let (mut tried, mut errors, mut losses, mut same) = (0, 0, 0, Vec::new());
    // Every way is tried on every file in turn, the last of them being that the file is not there.
    for round in 0.. {
        if tried >= VARIANTS {
            break;
        }
        let (name, how) = (names[round % names.len()], (round / names.len() + round) % 8);
        let file = root.join(name);
        if how == 7 {
            fs::remove_file(&file).unwrap();
        } else if let Some(bytes) = damaged(&files[name], how, round).filter(|bytes| *bytes != files[name]) {
            fs::write(&file, bytes).unwrap();
        } else {
            continue;
        }
        tried += 1;
        let base = file.file_name().unwrap().to_str().unwrap();
        match (reader.read)(&root) {
            Err(error) => {
                let message = error.to_string();
                assert!(message.contains(base), "{layout}: {name}, damage {how}: {message}");
                assert!(message.len() < 2000, "{layout}: {} bytes", message.len());
                errors += 1;
            }
            Ok(import) if import.scenes.is_empty() || contents(&import) == expected => {
                assert!(!import.scenes.is_empty());
                // A number that stands for nothing, or another value that may stand there, does no harm.
                same.push(format!("{name}, damage {how}"));
                // So do the lines of a scene's facts behind the one that is used.
                let facts = name.ends_with(&format!("{}.txt", scene.id()));
                assert!(how >= 4 || facts, "{layout}: {name}, damage {how} went unnoticed");
            }
            Ok(import) => {
                assert_ne!(import.report.to_string(), clean, "{layout}: {name}, damage {how}: a loss is not reported");
                losses += 1;
            }
        }
        fs::write(&file, &files[name]).unwrap();
    }
    eprintln!("{layout}: {tried} tried, {errors} errors, {losses} losses reported, {} harmless", same.len());
    assert!(tried == VARIANTS && errors > 120 && losses > 0 && same.len() < 30, "{same:?}");
    assert_eq!(contents(&(reader.read)(&root).unwrap()), expected);
}

#[test]
fn arkitscenes() {
    try_all("arkitscenes", &[]);
}

#[test]
fn scannetpp() {
    try_all("scannetpp", &[]);
}

#[test]
fn spatialevo() {
    // color/ is the same as frame_processed/, which is read; the extrinsics are the identity.
    try_all("spatialevo", &["color/", "extrinsic_", "intrinsic_depth"]);
}
