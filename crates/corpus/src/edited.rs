//! The scenes of minimal pairs that no recipe names: those after a move.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use scene::{file::SCENE_FILE, read_scene, scene_sha256, write_scene};
use serde::Serialize;

use crate::{CorpusError, Manifest, Place, opened::Opened, read::each_row};

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Scenes that were written.
    pub scenes: u64,
    /// Scenes that were there.
    pub found: u64,
    /// Rows whose scene came of one that is not at hand, by that one.
    pub not_at_hand: BTreeMap<String, u64>,
}

/// Writes every edited scene of a corpus as a folder below `out`, called as its rows call it. `folder` is that of the recipe,
/// below which its scenes lie. `progress` is told the rows read.
pub fn write_edited<'a>(
    corpus: impl Into<Place<'a>>,
    folder: &Path,
    out: &Path,
    progress: impl Fn(u64),
) -> Result<Written, CorpusError> {
    let place = corpus.into();
    let manifest = Manifest::read(place)?;
    let mut scenes = Opened::at_hand(&manifest, folder);
    let (mut written, mut seen, mut looked_at) = (Written::default(), 0, BTreeSet::new());
    let rows = each_row(place, &manifest, |_, row| {
        seen += 1;
        if seen % 1024 == 0 {
            progress(seen);
        }
        let Some(edit) = row.edit.as_ref().filter(|edit| edit.moved.is_some()) else { return Ok(true) };
        let Some(source) = scenes.one(&edit.of)? else {
            *written.not_at_hand.entry(edit.of.clone()).or_default() += 1;
            return Ok(true);
        };
        if !looked_at.insert(row.scene.clone()) {
            return Ok(true);
        }
        let Some(edited) = edit.applied(&source.scene)? else { return Ok(true) };
        let home = out.join(edited.id());
        let file = home.join(SCENE_FILE);
        if !file.is_file() {
            write_scene(&edited, &home)?;
            written.scenes += 1;
        } else if scene_sha256(&read_scene(&home)?) == scene_sha256(&edited) {
            written.found += 1;
        } else {
            let problem = "is another scene than the corpus has by this name".to_owned();
            return Err(CorpusError::Output { file, problem, hint: "write into another folder" });
        }
        Ok(true)
    })?;
    match rows {
        Some(_) => Ok(written),
        None => Err(CorpusError::Recipe {
            file: "corpus".into(),
            problem: "no export of this corpus holds full rows".into(),
            hint: "export parquet or jsonl".into(),
        }),
    }
}
