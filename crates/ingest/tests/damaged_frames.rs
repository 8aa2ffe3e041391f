//! Damaged scans, sequences and folders of frames end in an error that names the file, or in a scene whose report counts
//! what is lost: 200 ways for each reader.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;
#[path = "common/flats.rs"]
mod flats;
#[path = "common/sequences.rs"]
mod sequences;

use std::{
    fs,
    path::{Path, PathBuf},
};

use ingest::{Import, IngestError, reader, writer};
use sequences::{frame_folder, tum_sequence};

/// How a file can be damaged: what to call it, and what it then holds.
fn damages(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut damages: Vec<(String, Vec<u8>)> =
        (0..16).map(|part| (format!("cut to {part}/16"), bytes[..bytes.len() * part / 16].to_vec())).collect();
    damages.push(("all zero".to_owned(), vec![0; bytes.len()]));
    damages.push(("another kind".to_owned(), b"\x1f\x8b\x08\x00 no such file".to_vec()));
    damages.push(("JSON".to_owned(), b"{\"a\": [1, 2]}".to_vec()));
    damages.push(("words".to_owned(), b"one two three\n".to_vec()));
    if let Ok(text) = std::str::from_utf8(bytes) {
        let digit = |c: char| c.is_ascii_digit();
        for (name, to) in [("a word for a number", "x"), ("NaN for a number", "NaN "), ("too large", "1e300 ")] {
            for nth in [0, 4, 9] {
                if let Some((at, _)) = text.match_indices(digit).nth(nth) {
                    damages.push((format!("{name}, number {nth}"), [&text[..at], to, &text[at + 1..]].concat().into()));
                }
            }
        }
    }
    damages
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let place = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &place);
        } else {
            fs::copy(&path, place).unwrap();
        }
    }
}

/// Everything below a folder.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// What a whole scene holds, to be compared with what a damaged one still does.
fn contents(import: &Import) -> [usize; 5] {
    let scene = &import.scenes[0];
    let frames = scene.frames();
    [
        scene.objects().len(),
        frames.len(),
        frames.iter().filter(|frame| frame.pose.world_from_camera().is_some()).count(),
        frames.iter().filter(|frame| frame.depth.is_some()).count(),
        scene.parts().points.len(),
    ]
}

/// Damages each file of a layout in each way. `spare` says of which files damage may pass, told in the report.
fn all_ways(name: &str, layout: &Path, least: usize, spare: impl Fn(&str, &str) -> bool) {
    let read = reader(name).unwrap().read;
    let whole = read(layout).unwrap();
    let mut tried = 0;
    let scratch = tempfile::tempdir().unwrap();
    // A sequence is known by its folder's name.
    let scratch = scratch.path().join(layout.file_name().unwrap());
    copy(layout, &scratch);
    let mut check = |file: &Path, damage: &str| {
        tried += 1;
        let told = file.file_name().unwrap().to_str().unwrap();
        match read(&scratch) {
            Err(error) => {
                let message = error.to_string();
                let names = message.contains(told)
                    || matches!(error, IngestError::Nothing { .. })
                    // Two files that do not fit each other: either may be named.
                    || spare(told, "partner");
                assert!(names && message.contains("hint") || message.contains(told), "{told}, {damage}: {message}");
                assert!(message.len() < 1500, "{told}, {damage}: {} bytes", message.len());
            }
            Ok(import) => {
                let lost = contents(&import) != contents(&whole);
                let counted = import.report.to_string() != whole.report.to_string();
                assert!(!lost || counted, "{told}, {damage}: lost in silence\n{}", import.report);
                assert!(spare(told, damage), "{told}, {damage}: {}", import.report);
            }
        }
    };
    for file in files(layout) {
        let place = scratch.join(file.strip_prefix(layout).unwrap());
        let bytes = fs::read(&file).unwrap();
        for (damage, damaged) in damages(&bytes) {
            fs::write(&place, damaged).unwrap();
            check(&place, &damage);
        }
        fs::remove_file(&place).unwrap();
        check(&place, "missing");
        fs::write(&place, bytes).unwrap();
    }
    assert_eq!(contents(&read(&scratch).unwrap()), contents(&whole), "the scratch folder is whole again");
    assert!(tried >= least, "{tried}");
}

/// Whether a file's name ends so.
fn is(file: &str, ending: &str) -> bool {
    Path::new(file).extension().is_some_and(|found| found == ending)
}

fn flat(dir: &Path) -> scene::Scene {
    flats::flat(1, 3, dir)
}

#[test]
fn scans() {
    let (images, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let scene = flat(images.path());
    let scan = folder.path().join("scan");
    (writer("scannet").unwrap().write)(&scene, images.path(), &scan).unwrap();
    all_ways("scannet", &scan, 200, |file, damage| {
        let pose = file.len() == 5 && is(file, "txt");
        let image = is(file, "png") || is(file, "jpg");
        match damage {
            // A frame may lack an image or its pose; a scan may be without mesh or annotation as a whole, which is told.
            "missing" => pose || image || file.starts_with("intrinsic_"),
            "partner" => is(file, "ply") || is(file, "json"),
            // A number of the matrix that is another number is a matrix still; NaN is a lost pose.
            _ if pose => damage.starts_with("NaN"),
            // A shorter list of keys is a list; that it lacks axisAlignment is told.
            _ if file.starts_with("flat-") && is(file, "txt") => damage.starts_with("cut"),
            // Digits of names that are not used.
            _ if is(file, "json") => damage.contains("number"),
            _ => false,
        }
    });
}

#[test]
fn sequences() {
    let (images, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let scene = flat(images.path());
    let sequence = folder.path().join("rgbd_dataset_freiburg1_test");
    tum_sequence(&scene, images.path(), &sequence);
    all_ways("tum-rgbd", &sequence, 200, |file, damage| match damage {
        "missing" => matches!(file, "depth.txt" | "groundtruth.txt"),
        // A shorter list is a list; what it lacks is counted.
        _ => is(file, "txt") && (damage.starts_with("cut") || damage.contains("number 9")),
    });
}

#[test]
fn folders() {
    let (images, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let scene = flat(images.path());
    let dir = folder.path().join("seq");
    frame_folder(&scene, images.path(), &dir);
    all_ways("rgbd", &dir, 200, |file, damage| match damage {
        "missing" => file.starts_with("frame-"),
        _ if file.ends_with("pose.txt") => damage.starts_with("NaN"),
        _ => false,
    });
}
