//! Our own scene files: checked, not converted.

use std::path::{Path, PathBuf};

use scene::{
    Frame, Scene,
    file::{SCENE_FILE, read_scene},
};

use crate::{Content, Import, Imported, IngestError, Report, SceneFile};

/// Reads `scene.json`, the folder that holds it, or every folder of scenes in a folder, by name.
pub fn read(path: &Path) -> Imported {
    let mut report = Report::default();
    let mut scenes = Vec::new();
    if !path.is_dir() || path.join(SCENE_FILE).is_file() {
        scenes.push(opened(path)?);
    } else {
        for folder in sorted_entries(path)? {
            if folder.join(SCENE_FILE).is_file() {
                scenes.push(opened(&folder)?);
            } else {
                report.refuse(folder.file_name().unwrap_or_default().to_string_lossy(), format!("has no {SCENE_FILE}"));
            }
        }
        if scenes.is_empty() {
            return Err(IngestError::Nothing {
                path: path.to_owned(),
                expected: "scene.json, neither in the folder nor one level below",
                hint: "`isovist import` makes scene files from published layouts",
            });
        }
    }
    report.read("scene files", scenes.len());
    let (scenes, files): (Vec<_>, Vec<_>) = scenes.into_iter().unzip();
    let files = scenes.iter().map(|scene: &Scene| scene.id().to_owned()).zip(files).collect();
    Ok(Import { files, ..Import::new(scenes, report) })
}

/// A scene with the images beside it.
fn opened(path: &Path) -> Result<(Scene, Vec<SceneFile>), IngestError> {
    let scene = read_scene(path)?;
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let images = scene.frames().iter().flat_map(Frame::images);
    let files = images
        .map(|(_, image)| SceneFile { path: image.file.clone(), content: Content::Copy(folder.join(&image.file)) })
        .collect();
    Ok((scene, files))
}

/// The entries of a folder, sorted by name.
pub(crate) fn sorted_entries(dir: &Path) -> Result<Vec<PathBuf>, IngestError> {
    let failed = |source| scene::FileError::Io {
        file: dir.to_owned(),
        action: "list",
        source,
        hint: "give a folder that can be read",
    };
    let entries = std::fs::read_dir(dir).map_err(failed)?;
    let mut paths =
        entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>().map_err(failed)?;
    paths.sort();
    Ok(paths)
}

/// The files of a folder with this ending, sorted by name; the path itself if it is a file.
pub(crate) fn files_ending(path: &Path, ending: &'static str, hint: &'static str) -> Result<Vec<PathBuf>, IngestError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = sorted_entries(path)?;
    files
        .retain(|file| file.is_file() && file.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ending)));
    if files.is_empty() {
        return Err(IngestError::Nothing { path: path.to_owned(), expected: ending, hint });
    }
    Ok(files)
}
