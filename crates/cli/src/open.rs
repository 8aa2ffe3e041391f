//! Opening what a person names on the command line: a scene, a folder of scenes, what a file of rows may name.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    path::{Path, PathBuf},
};

use scene::{Scene, builtin, scene_sha256};

pub(crate) use scene::open_scene;

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
