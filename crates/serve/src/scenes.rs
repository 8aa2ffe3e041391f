//! Scenes by id: those given at the start, opened when first asked for, a bounded number of them kept.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use corpus::{
    Source,
    scenes::{Listed, Place, in_folder},
};
use scene::{builtin, file::SCENE_FILE};

use crate::{ServeError, problem::Problem};

/// The scenes that requests may name.
#[derive(Debug)]
pub struct Scenes {
    places: BTreeMap<String, Listed>,
    ids: Vec<String>,
    cache: Mutex<Cache>,
}

/// What is open. The least recently asked for goes first.
#[derive(Debug)]
struct Cache {
    most: usize,
    asked: u64,
    open: BTreeMap<String, (u64, Opening)>,
}

/// A scene that is open or being opened; who comes second waits for the first.
type Opening = Arc<OnceLock<Result<Arc<Source>, Problem>>>;

impl Scenes {
    /// Lists scenes without opening them: built-in names, folders of scenes, scene folders; the built-in ones where none
    /// is given. At most so many are kept open.
    pub fn list(given: &[String], most: usize) -> Result<Self, ServeError> {
        let mut places = BTreeMap::new();
        let builtin = |name: &str| Listed { name: name.to_owned(), place: Place::Builtin(name.to_owned()) };
        if given.is_empty() {
            places.extend(builtin::names().map(|name| (name.to_owned(), builtin(name))));
        }
        for name in given {
            let listed = if builtin::names().any(|known| known == name) {
                vec![builtin(name)]
            } else {
                in_folder(&folder(Path::new(name)))?
            };
            for scene in listed {
                if let Some(twice) = places.insert(scene.name.clone(), scene) {
                    return Err(ServeError::Twice { given: name.clone(), name: twice.name });
                }
            }
        }
        let ids = places.keys().cloned().collect();
        let cache = Mutex::new(Cache { most: most.max(1), asked: 0, open: BTreeMap::new() });
        Ok(Self { places, ids, cache })
    }

    /// All ids, sorted.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// How many are kept open.
    pub fn open_now(&self) -> usize {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).open.len()
    }

    /// The scene of an id.
    pub(crate) fn open(&self, id: &str) -> Result<Arc<Source>, Problem> {
        let listed = self.places.get(id).ok_or_else(|| Problem::NoScene(Problem::short(id)))?;
        let opening = self.cache.lock().unwrap_or_else(PoisonError::into_inner).opening(id);
        let opened = opening.get_or_init(|| read(listed)).clone();
        if opened.is_err() {
            // Whoever mends the file need not start the service anew.
            self.cache.lock().unwrap_or_else(PoisonError::into_inner).open.remove(id);
        }
        opened
    }
}

impl Cache {
    fn opening(&mut self, id: &str) -> Opening {
        self.asked += 1;
        let asked = self.asked;
        let opening = {
            let entry = self.open.entry(id.to_owned()).or_default();
            entry.0 = asked;
            entry.1.clone()
        };
        if self.open.len() > self.most {
            let oldest = self.open.iter().min_by_key(|(_, (asked, _))| *asked).map(|(id, _)| id.clone());
            oldest.and_then(|id| self.open.remove(&id));
        }
        opening
    }
}

/// The folder of a scene or of scenes, also where a scene's file is named.
fn folder(given: &Path) -> PathBuf {
    match given.parent() {
        Some(parent) if given.file_name().is_some_and(|name| name == SCENE_FILE) && given.is_file() => {
            if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() }
        }
        _ => given.to_owned(),
    }
}

fn read(listed: &Listed) -> Result<Arc<Source>, Problem> {
    // Clients are told nothing of paths.
    let wrong = |problem: String| {
        tracing::error!(scene = listed.name, problem, "a scene cannot be opened");
        Problem::BadScene(listed.name.clone())
    };
    let source = listed.open(None).map_err(|error| wrong(error.to_string()))?;
    let id = source.scene.id();
    if id != listed.name {
        return Err(wrong(format!("its folder holds scene {id:?} (hint: name the folder like the scene)")));
    }
    Ok(Arc::new(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenes_are_opened_by_id_and_the_least_recent_goes() {
        let scenes = Scenes::list(&[], 2).expect("scenes");
        assert!(scenes.ids().len() > 200 && scenes.open_now() == 0);
        let first = scenes.open("kitchen").expect("a scene");
        scenes.open("41069025").expect("a scene");
        assert!(Arc::ptr_eq(&first, &scenes.open("kitchen").expect("a scene")));
        scenes.open("scene0207_02").expect("a scene");
        assert_eq!(scenes.open_now(), 2);
        assert!(Arc::ptr_eq(&first, &scenes.open("kitchen").expect("a scene")), "asked for more recently");
        for id in ["../kitchen", "/etc/passwd", "", "kitchen/", "KITCHEN", "kitchen\0"] {
            assert_eq!(scenes.open(id).map(|_| ()), Err(Problem::NoScene(id.to_owned())));
        }
        assert_eq!(scenes.open_now(), 2, "what is not there takes no place");
    }

    #[test]
    fn only_what_is_given_is_there() {
        let scenes = Scenes::list(&["kitchen".to_owned()], 2).expect("scenes");
        assert_eq!(scenes.ids(), ["kitchen"]);
        assert!(scenes.open("41069025").is_err());
        let twice = Scenes::list(&["kitchen".to_owned(), "kitchen".to_owned()], 2);
        assert!(matches!(twice, Err(ServeError::Twice { .. })), "{twice:?}");
        let nowhere = Scenes::list(&["no/such/folder".to_owned()], 2).expect_err("no folder").to_string();
        assert_eq!(nowhere.matches("no/such/folder").count(), 1, "{nowhere}");
    }
}
