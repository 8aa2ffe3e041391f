//! Opening a scene by what a person types: the name of a built-in scene, or a path.

use std::path::Path;

use crate::{FileError, PackError, Scene, builtin, read_scene};

/// Why nothing opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
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
pub fn open_scene(name_or_path: &str) -> Result<Scene, OpenError> {
    if let Some(scene) = builtin::open(name_or_path) {
        return Ok(scene?);
    }
    let path = Path::new(name_or_path);
    if path.exists() {
        return Ok(read_scene(path)?);
    }
    Err(OpenError::Unknown { given: name_or_path.to_owned(), near: near_names(name_or_path) })
}

/// Up to three built-in names within three edits of what was typed, or that contain it.
fn near_names(given: &str) -> Vec<&'static str> {
    // No name is nearly as long, and comparing takes time in proportion.
    if given.len() > 100 {
        return Vec::new();
    }
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
        let OpenError::Unknown { near, .. } = open_scene(&"kitchen".repeat(1 << 17)).unwrap_err() else { panic!() };
        assert!(near.is_empty());
    }

    #[test]
    fn edit_distance() {
        for (a, b, distance) in [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("same", "same", 0)] {
            assert_eq!((edits(a, b), edits(b, a)), (distance, distance));
        }
    }
}
