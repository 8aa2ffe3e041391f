//! Where the shared test data lies, and skipping without it.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use scene::Scene;

/// A path in the shared data folder; `None`, with a message, where this checkout has none.
pub(crate) fn shared(below: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(below);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there (the shared data folder is no part of the project)", path.display());
    None
}

/// A small file or folder of our own.
pub(crate) fn fixture(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(below)
}

/// Every file below a folder, by its path in it.
pub(crate) fn files_below(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut found, mut open) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let below = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(below, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The scenes and the report of a reader that must succeed.
pub(crate) fn import(reader: &str, path: &Path) -> (Vec<Scene>, ingest::Report) {
    let import = (ingest::reader(reader).unwrap().read)(path).unwrap();
    (import.scenes, import.report)
}

/// The kitchen as it is embedded: the recording with its frames and what they see, under its own name.
pub(crate) fn kitchen(path: &Path) -> Scene {
    let (mut scenes, _) = import("adt-frames", path);
    let mut parts = scenes.remove(0).into_parts();
    parts.id = scene::builtin::KITCHEN.into();
    render::sighted(&Scene::new(parts).unwrap(), &path.join("derived"), &render::Options::default()).unwrap()
}

/// Writes the images of a scene into a folder.
pub(crate) fn write_images(import: &ingest::Import, dir: &Path) {
    for file in import.files.values().flatten() {
        let place = dir.join(&file.path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, file.bytes().unwrap()).unwrap();
    }
}
