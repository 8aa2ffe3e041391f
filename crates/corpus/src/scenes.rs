//! The scenes of a recipe, listed without opening them.

use std::path::{Path, PathBuf};

use question::Telling;
use rooms::{FlatConfig, Kinds, build_scene, flat_id};
use scene::{Scene, builtin, file::SCENE_FILE, read_scene};

use crate::{CorpusError, Recipe, Source, recipe::SceneSource};

/// Where a scene is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Its folder.
    Folder(PathBuf),
    /// In the binary.
    Builtin(String),
    /// Flat of this seed and number.
    Flat {
        /// Seed of the flats.
        seed: u64,
        /// Its number.
        number: u64,
    },
}

/// A scene that is not opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What splits and order go by: the name of its folder, its built-in name, or the id of the flat.
    pub name: String,
    /// Where it is.
    pub place: Place,
}

/// Lists the scenes of a recipe, in its order; `folder` is that of the recipe.
pub fn listed(recipe: &Recipe, folder: &Path) -> Result<Vec<Listed>, CorpusError> {
    let mut all = Vec::new();
    for source in &recipe.scenes {
        match source {
            SceneSource::Path(path) => all.extend(in_folder(&folder.join(path))?),
            SceneSource::Builtin(names) => {
                let names: Vec<&str> = match names.as_slice() {
                    [] => builtin::names().collect(),
                    names => names.iter().map(String::as_str).collect(),
                };
                for name in names {
                    if builtin::open(name).is_none() {
                        return Err(fault(&format!("no built-in scene {name:?}"), "`isovist scenes ls` lists them"));
                    }
                    all.push(Listed { name: name.to_owned(), place: Place::Builtin(name.to_owned()) });
                }
            }
            SceneSource::Rooms(rooms) => all.extend((0..rooms.n).map(|number| Listed {
                name: flat_id(rooms.seed, number),
                place: Place::Flat { seed: rooms.seed, number },
            })),
        }
    }
    let mut names: Vec<&str> = all.iter().map(|scene| scene.name.as_str()).collect();
    names.sort_unstable();
    if let Some([twice, _]) = names.array_windows().find(|[one, next]| one == next) {
        return Err(fault(&format!("two scenes are called {twice:?}"), "give each its own folder name or seed"));
    }
    if all.is_empty() {
        return Err(fault("[[scenes]] name no scene", "check the paths and numbers"));
    }
    Ok(all)
}

fn fault(problem: &str, hint: &'static str) -> CorpusError {
    CorpusError::Scenes { problem: problem.to_owned(), hint }
}

/// Lists the scenes of a folder of scenes, or of a scene folder, each called as its folder is.
pub fn in_folder(path: &Path) -> Result<Vec<Listed>, CorpusError> {
    let named = |path: &Path| {
        let name = path.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        Listed { name: name.unwrap_or_default(), place: Place::Folder(path.to_owned()) }
    };
    if path.join(SCENE_FILE).is_file() {
        return Ok(vec![named(path)]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| {
        let problem = format!("{}: cannot list the scenes: {error}", path.display());
        fault(
            &problem,
            "check the path, which in a recipe begins at its folder; built-in scenes have names, `isovist scenes ls`",
        )
    })?;
    let mut folders = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .filter(|path| path.as_ref().map_or(true, |path| path.join(SCENE_FILE).is_file()))
        .collect::<Result<Vec<_>, _>>()?;
    folders.sort();
    if folders.is_empty() {
        return Err(fault(
            &format!("{}: holds no scene", path.display()),
            "`isovist import` and `isovist rooms build` write scenes",
        ));
    }
    Ok(folders.iter().map(|path| named(path)).collect())
}

impl Listed {
    /// Opens or builds the scene; `telling`: how things are told that no name tells apart.
    pub fn open(&self, telling: Option<Telling>) -> Result<Source, CorpusError> {
        let scene: Scene = match &self.place {
            Place::Folder(path) => read_scene(path)?,
            Place::Builtin(name) => match builtin::open(name) {
                Some(scene) => scene?,
                None => return Err(fault(&format!("no built-in scene {name:?}"), "`isovist scenes ls` lists them")),
            },
            Place::Flat { seed, number } => {
                build_scene(Kinds::builtin()?, &FlatConfig { seed: *seed, ..FlatConfig::default() }, *number)?
            }
        };
        Ok(match telling {
            Some(telling) => Source::telling(scene, telling),
            None => Source::from(scene),
        })
    }

    /// The folder in which its pictures lie.
    pub fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::Folder(path) => Some(path),
            Place::Builtin(_) | Place::Flat { .. } => None,
        }
    }
}
