//! Folders of published layouts: which scenes a folder holds, and its files by name.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{IngestError, Report, canonical::sorted_entries};

/// The folder if it is one of a scene, otherwise those in it that are, by name; what else lies there is listed in the
/// report.
pub(crate) fn scene_folders(
    path: &Path,
    is_scene: impl Fn(&Path) -> bool,
    expected: &'static str,
    hint: &'static str,
    report: &mut Report,
) -> Result<Vec<PathBuf>, IngestError> {
    if is_scene(path) {
        return Ok(vec![path.to_owned()]);
    }
    let (scenes, others): (Vec<_>, Vec<_>) = sorted_entries(path)?.into_iter().partition(|entry| is_scene(entry));
    if scenes.is_empty() {
        return Err(IngestError::Nothing { path: path.to_owned(), expected, hint });
    }
    for other in others {
        report.refuse(name_of(&other), "is no folder of a scene");
    }
    Ok(scenes)
}

/// The files of a folder with one of these endings (`"png"`), by their names without it; an error if two differ only in
/// their ending. None where there is no such folder.
pub(crate) fn files_by_stem(dir: &Path, endings: &[&str]) -> Result<BTreeMap<String, PathBuf>, IngestError> {
    let mut files = BTreeMap::new();
    if !dir.is_dir() {
        return Ok(files);
    }
    for file in sorted_entries(dir)? {
        let ending = file.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        if !endings.contains(&ending.as_str()) {
            continue;
        }
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(other) = files.insert(stem, file.clone()) {
            return Err(IngestError::value(&file, "name", name_of(&other), "differs only in its ending"));
        }
    }
    Ok(files)
}

/// The last part of a path.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A path below a folder that does not lead out of it.
pub(crate) fn inside(folder: &Path, below: &str) -> Option<PathBuf> {
    let plain = |part: std::path::Component<'_>| matches!(part, std::path::Component::Normal(_));
    Path::new(below).components().all(plain).then(|| folder.join(below))
}
