//! A corpus held against its manifest and its scenes: hashes, splits, answers and proofs.

use std::{collections::BTreeMap, fs::File, io::Read, path::Path};

use question::{Verdict, evaluate, profile};
use scene::{Scene, scene_sha256};
use serde::Serialize;

use crate::{CorpusError, Manifest, Place, Row, read::each_row};

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Verified {
    /// Files whose hash was compared.
    pub files: u64,
    /// Rows that were read.
    pub rows: u64,
    /// Rows whose question was answered anew, with the same answer.
    pub answered: u64,
    /// Proofs that the checker accepted.
    pub proofs: u64,
    /// Rows of scenes that are not at hand, by scene.
    pub not_at_hand: BTreeMap<String, u64>,
    /// What is wrong, the first of each kind.
    pub faults: Vec<String>,
    /// How much is wrong.
    pub fault_count: u64,
}

/// Most faults that are told in full.
const MOST_TOLD: usize = 20;

impl Verified {
    fn fault(&mut self, text: String) {
        self.fault_count += 1;
        if self.faults.len() < MOST_TOLD {
            self.faults.push(text);
        }
    }
}

/// Compares every file with its hash, and every full row with its scene: its answer is found anew and its proof checked.
/// `folder` is that of the recipe, below which its scenes lie. `progress` is told the rows read.
pub fn verify<'a>(
    corpus: impl Into<Place<'a>>,
    folder: &Path,
    progress: impl Fn(u64),
) -> Result<Verified, CorpusError> {
    let place = corpus.into();
    let manifest = Manifest::read(place)?;
    let mut found = Verified::default();
    for (file, digest) in manifest.splits.values().flat_map(|split| &split.files) {
        let fetched = match place.fetch(file) {
            Err(CorpusError::Output { problem, .. }) => {
                found.fault(format!("{file}: {problem}"));
                continue;
            }
            fetched => fetched?,
        };
        match sha256_of(fetched.as_ref()) {
            Ok(sha256) if sha256 == digest.sha256 => found.files += 1,
            Ok(sha256) => found.fault(format!("{file}: sha256 is {sha256}, the manifest says {}", digest.sha256)),
            Err(error) => found.fault(format!("{file}: {error}")),
        }
    }
    for export in &manifest.recipe.output.exports {
        for file in place.names(export.name())? {
            let is_known = manifest.splits.values().any(|split| split.files.contains_key(&file));
            if !is_known && !file.contains("/.") {
                found.fault(format!("{file}: is not in the manifest"));
            }
        }
    }
    if found.fault_count > 0 {
        return Ok(found);
    }
    if let Some((scene, [one, other])) = manifest.scene_of_two_splits() {
        found.fault(format!("scene {scene} is in splits {one} and {other}"));
    }
    let scenes = at_hand(&manifest, folder);
    let (mut last, mut seen) = (String::new(), 0);
    let rows = each_row(place, &manifest, |split, row| {
        seen += 1;
        if seen % 1024 == 0 {
            progress(seen);
        }
        // Ids ascend within a split, and begin with its name.
        if last.starts_with(split) && last >= row.id {
            found.fault(format!("{}: the id comes after {last}", row.id));
        }
        last.clone_from(&row.id);
        let Some((scene, sha256)) = scenes.get(row.origin()) else {
            *found.not_at_hand.entry(row.origin().to_owned()).or_default() += 1;
            return Ok(true);
        };
        let planned = manifest.splits.get(split).and_then(|split| split.scenes.get(row.origin()));
        if planned.is_none_or(|planned| planned.sha256 != *sha256) {
            found.fault(format!("{}: scene {} is not the one that the manifest names", row.id, row.origin()));
            return Ok(true);
        }
        match row.edit.as_ref().map(|edit| scene.moved(&edit.moved)).transpose() {
            Ok(None) => hold(&mut found, &manifest.recipe.profile, scene, sha256, &row),
            Ok(Some(edited)) if edited.id() == row.scene => {
                hold(&mut found, &manifest.recipe.profile, &edited, &scene_sha256(&edited), &row);
            }
            Ok(Some(edited)) => {
                found.fault(format!("{}: the edit makes the scene {}, not {}", row.id, edited.id(), row.scene));
            }
            Err(error) => found.fault(format!("{}: edit: {error}", row.id)),
        }
        Ok(true)
    })?;
    found.rows = seen;
    let planned: u64 = manifest.splits.values().map(|split| split.rows).sum();
    match rows {
        None => found.fault("no export holds full rows, so that no answer can be found anew".to_owned()),
        Some(_) if seen != planned => found.fault(format!("{seen} rows, the manifest says {planned}")),
        Some(_) => {}
    }
    Ok(found)
}

/// Holds a row against its scene.
fn hold(found: &mut Verified, profile_name: &str, scene: &Scene, sha256: &str, row: &Row) {
    let Some(profile) = profile(profile_name) else { return };
    match evaluate(scene, &row.question, profile) {
        Verdict::Certain { answer, .. } if answer == row.answer => found.answered += 1,
        Verdict::Certain { answer, .. } => {
            found.fault(format!("{}: the answer is {}", row.id, question::print::answer_with_tolerance(&answer)));
        }
        other => found.fault(format!("{}: the question is {}", row.id, other.kind())),
    }
    if let Some(proof) = &row.proof {
        let checked = serde_json::to_value(proof).map(|proof| checker::check(scene, sha256, &proof));
        match checked {
            Ok(Ok(_)) => found.proofs += 1,
            Ok(Err(refusal)) => found.fault(format!("{}: the proof is refused: {refusal}", row.id)),
            Err(error) => found.fault(format!("{}: {error}", row.id)),
        }
    }
}

/// The scenes of the corpus that can be opened, with their hashes.
pub(crate) fn at_hand(manifest: &Manifest, folder: &Path) -> BTreeMap<String, (Scene, String)> {
    let Ok(listed) = crate::scenes::listed(&manifest.recipe, folder) else { return BTreeMap::new() };
    let is_wanted = |id: &str| manifest.splits.values().any(|split| split.scenes.contains_key(id));
    let mut scenes = BTreeMap::new();
    for scene in listed {
        if let Ok(source) = scene.open(None)
            && is_wanted(source.scene.id())
        {
            scenes.insert(source.scene.id().to_owned(), (source.scene, source.sha256));
        }
    }
    scenes
}

fn sha256_of(file: &Path) -> std::io::Result<String> {
    let mut input = File::open(file)?;
    let mut hash = scene::disk::Hash::default();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = input.read(&mut buffer)?;
        if read == 0 {
            return Ok(hash.finish());
        }
        hash.add(&buffer[..read]);
    }
}
