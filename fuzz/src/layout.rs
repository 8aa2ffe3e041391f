//! What must hold for any files of a published layout.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Component, Path},
};

use ingest::{Import, IngestError, npy::read_npy, ply::parse_ply, reader};

/// Longest message about a damaged file, bytes; paths come on top.
const LONGEST: usize = 2000;

/// Files of a layout in memory. As bytes: a line each for reader and folder, then of each file a line for its path, one
/// for its length, and what it holds.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// Which reader reads it.
    pub reader: String,
    /// Name of its folder; some layouts are known by it.
    pub folder: String,
    /// Paths below the folder, and what is there.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Layout {
    /// The layout of some bytes; `None` if they name a file that is outside of it.
    pub fn parse(mut bytes: &[u8]) -> Option<Self> {
        let mut layout = Self { reader: line(&mut bytes)?, folder: line(&mut bytes)?, files: Vec::new() };
        while let Some(name) = line(&mut bytes) {
            let length = line(&mut bytes)?.parse::<usize>().ok()?.min(bytes.len());
            let (held, rest) = bytes.split_at(length);
            layout.files.push((name, held.to_vec()));
            bytes = rest;
        }
        let all_within = layout.files.iter().map(|(name, _)| name).chain([&layout.folder]).all(|name| is_below(name));
        all_within.then_some(layout)
    }

    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{}\n{}\n", self.reader, self.folder).into_bytes();
        for (name, held) in &self.files {
            // Writing to a vector cannot fail.
            let _ = write!(bytes, "{name}\n{}\n", held.len());
            bytes.extend(held);
        }
        bytes
    }

    /// What its reader says to it, and how long its folder's path is. `None` if its files cannot lie on a disk together.
    pub fn read(&self) -> Option<Result<Import, IngestError>> {
        let scratch = tempfile::tempdir().expect("a temporary folder");
        let folder = scratch.path().join(&self.folder);
        fs::create_dir_all(&folder).ok()?;
        for (name, held) in &self.files {
            let file = folder.join(name);
            fs::create_dir_all(file.parent()?).ok()?;
            fs::write(file, held).ok()?;
        }
        let read = (reader(&self.reader)?.read)(&folder);
        let place = scratch.path().to_string_lossy();
        match &read {
            Err(error) => {
                let message = error.to_string();
                assert!(message.contains(&*place), "{}: names no file: {message}", self.reader);
                let length = message.replace(&*place, "").len();
                assert!(length < LONGEST, "{}: {length} bytes: {message}", self.reader);
            }
            Ok(import) => sound(import),
        }
        Some(read)
    }
}

/// An import is whole: its scenes are scenes, and its files stay within their folders.
fn sound(import: &Import) {
    assert!(!import.scenes.is_empty(), "no scene and no error");
    let mut said = String::new();
    let _ = write!(said, "{}", import.report);
    for scene in &import.scenes {
        assert!(is_below(scene.id()) && !scene.id().contains('/'), "{:?} is the name of a folder", scene.id());
        assert!(!scene::scene_text(scene).is_empty());
    }
    for file in import.files.values().flatten() {
        assert!(is_below(&file.path), "{:?} is written", file.path);
    }
}

fn is_below(name: &str) -> bool {
    let mut parts = Path::new(name).components().peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_))) && !name.contains('\0')
}

/// Takes a line of text from the front.
fn line(bytes: &mut &[u8]) -> Option<String> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let text = std::str::from_utf8(&bytes[..end]).ok()?.to_owned();
    *bytes = &bytes[end + 1..];
    Some(text)
}

/// Any files are a layout or are refused with a message that names one.
pub fn layout(bytes: &[u8]) {
    if let Some(layout) = Layout::parse(bytes) {
        layout.read();
    }
}

/// Any bytes are a mesh or are refused; what a mesh is written as reads back the same.
pub fn ply(bytes: &[u8]) {
    let file = Path::new("any.ply");
    match parse_ply(bytes, file, &["instance"]) {
        Err(error) => named(&error, "any.ply"),
        Ok(mesh) => {
            let Ok(written) = mesh.to_bytes(file) else { return };
            let back = parse_ply(&written, file, &["instance"]).expect("a mesh's own bytes read back");
            assert_eq!(back.triangles, mesh.triangles);
            assert_eq!((back.vertices.len(), back.colours.len()), (mesh.vertices.len(), mesh.colours.len()));
        }
    }
}

/// Any bytes are an array or are refused.
pub fn npy(bytes: &[u8]) {
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let file = scratch.path().join("any.npy");
    fs::write(&file, bytes).expect("written");
    match read_npy(&file) {
        Err(error) => named(&error, "any.npy"),
        Ok(array) => assert_eq!(array.values.len(), array.shape.iter().product::<usize>()),
    }
}

fn named(error: &IngestError, file: &str) {
    let message = error.to_string();
    assert!(message.contains(file) && message.len() < LONGEST, "{message}");
}
