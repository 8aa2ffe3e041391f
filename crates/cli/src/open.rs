//! Opening a scene by what a person types: the name of a built-in scene, or a path.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    path::{Path, PathBuf},
};

use scene::{FileError, PackError, Scene, builtin, read_scene, scene_sha256};

/// Why nothing opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// Neither a built-in name nor an existing path.
    #[error("no scene {given:?}: neither built in nor a path (hint: {})", hint(near))]
    Unknown {
        /// What was typed.
        given: String,
        /// Built-in names that look alike, the nearest first.
        near: Vec<&'static str>,
    },
    /// A built-in scene is damaged.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A scene file is wrong.
    #[error(transparent)]
    File(#[from] FileError),
}

fn hint(near: &[&str]) -> String {
    match near {
        [] => "`isovist scenes ls` lists the built-in scenes".to_owned(),
        near => format!("did you mean {}? `isovist scenes ls` lists all", near.join(", ")),
    }
}

/// Opens a built-in scene, or the scene at a path (its folder or its `scene.json`).
///
/// A built-in name wins over a folder of the same name in the current one; `./kitchen` is always the folder.
pub(crate) fn open_scene(name_or_path: &str) -> Result<Scene, OpenError> {
    if let Some(scene) = builtin::open(name_or_path) {
        return Ok(scene?);
    }
    let path = Path::new(name_or_path);
    if path.exists() {
        return Ok(read_scene(path)?);
    }
    Err(OpenError::Unknown { given: name_or_path.to_owned(), near: near_names(name_or_path) })
}

/// The folder in which the files of the scene at a path (its folder or its `scene.json`) lie.
pub(crate) fn folder_of(path: &Path) -> &Path {
    if path.is_dir() { path } else { path.parent().unwrap_or(Path::new(".")) }
}

/// Opens every scene of a folder of scenes, or the one scene that [`open_scene`] finds.
pub(crate) fn open_scenes(name_or_path: &str) -> Result<Vec<Scene>, Box<dyn Error>> {
    let path = PathBuf::from(name_or_path);
    let is_shelf = path.is_dir() && !path.join(scene::file::SCENE_FILE).is_file();
    if is_shelf && builtin::open(name_or_path).is_none() {
        let scenes = ingest::canonical::read(&path)?.scenes;
        let mut ids = BTreeSet::new();
        if let Some(twice) = scenes.iter().find(|scene| !ids.insert(scene.id())) {
            return Err(format!("{name_or_path}: two scenes are called {:?}; give each its own id", twice.id()).into());
        }
        return Ok(scenes);
    }
    Ok(vec![open_scene(name_or_path)?])
}

/// The scenes that a file of rows or proofs may name: those the user gave, and the built-in ones. What a file names is
/// never taken for a path.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// Scenes opened so far with their hashes, by id.
    open: BTreeMap<String, (Scene, String)>,
}

impl Shelf {
    /// The built-in scenes, and before them those of a folder.
    pub(crate) fn with(folder: Option<&str>) -> Result<Self, Box<dyn Error>> {
        let mut shelf = Self::default();
        if let Some(folder) = folder {
            open_scenes(folder)?.into_iter().for_each(|scene| shelf.put(scene));
        }
        Ok(shelf)
    }

    /// The scene of this id and its hash.
    pub(crate) fn scene(&mut self, id: &str) -> Result<&(Scene, String), NoScene> {
        if !self.open.contains_key(id)
            && let Some(Ok(scene)) = builtin::open(id)
        {
            self.put(scene);
        }
        self.opened(id)
    }

    /// The scene of this id and its hash, if it was opened before.
    pub(crate) fn opened(&self, id: &str) -> Result<&(Scene, String), NoScene> {
        self.open.get(id).ok_or_else(|| NoScene(id.chars().take(100).collect()))
    }

    fn put(&mut self, scene: Scene) {
        let sha256 = scene_sha256(&scene);
        self.open.insert(scene.id().to_owned(), (scene, sha256));
    }
}

/// A file names a scene that is not on the shelf.
#[derive(Debug, thiserror::Error)]
#[error("no scene {0:?} at hand (hint: --scenes DIR)")]
pub(crate) struct NoScene(String);

/// Up to three built-in names within three edits of what was typed, or that contain it.
fn near_names(given: &str) -> Vec<&'static str> {
    let given = given.to_lowercase();
    let mut near: Vec<(usize, &str)> = builtin::names()
        .map(|name| {
            let holds = given.len() >= 3 && name.contains(&given);
            (if holds { 0 } else { edits(&given, name) }, name)
        })
        .filter(|(edits, _)| *edits <= 3.min(given.len() / 2))
        .collect();
    near.sort_unstable();
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Levenshtein distance: insertions, removals and changes of one character.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_paths_and_near_misses() {
        assert_eq!(open_scene("kitchen").unwrap().id(), "kitchen");
        assert_eq!(open_scene("41069025").unwrap().id(), "41069025");
        for (given, near) in [("Kichen", "kitchen"), ("scene0207", "scene0207_02"), ("41069026", "41069025")] {
            let OpenError::Unknown { near: found, .. } = open_scene(given).unwrap_err() else { panic!("{given}") };
            assert!(found.contains(&near), "{given}: {found:?}");
        }
        assert!(open_scene("cathedral").unwrap_err().to_string().contains("isovist scenes ls"));
        assert!(open_scene("").is_err());
    }

    #[test]
    fn edit_distance() {
        for (a, b, distance) in [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("same", "same", 0)] {
            assert_eq!((edits(a, b), edits(b, a)), (distance, distance));
        }
    }
}
