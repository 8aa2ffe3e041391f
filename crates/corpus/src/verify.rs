//! A corpus held against its manifest and its scenes: hashes, splits, answers, words, minimal pairs and proofs.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::Read,
    path::Path,
};

use language::PhraseBook;
use question::{Answer, Draw, Filling, Profile, Verdict, evaluate, print, profile};
use scene::{Scene, scene_sha256};
use serde::Serialize;

use crate::{CorpusError, Manifest, Place, Row, opened::Opened, read::each_row, row::Retaken};

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Verified {
    /// Files whose hash was compared.
    pub files: u64,
    /// Rows that were read.
    pub rows: u64,
    /// Rows whose question was answered anew, with the same answer.
    pub answered: u64,
    /// Rows whose text is read back as their question, and whose right answer in words, and no other option, says their
    /// answer.
    pub worded: u64,
    /// Minimal pairs of which both rows are there.
    pub pairs: u64,
    /// Rows of a minimal pair without the other, such as those whose other one was dropped when the corpus was rewritten.
    pub unpaired: u64,
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

/// How much of a corpus is held against what it came of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The files, against the hashes of the manifest.
    Files,
    /// Every full row too, against its scene.
    Rows,
}

/// Compares every file with its hash, and every full row with its scene: its question is read and its answer found anew, and
/// its proof checked. `folder` is that of the recipe, below which its scenes lie. `progress` is told the rows read.
pub fn verify<'a>(
    corpus: impl Into<Place<'a>>,
    folder: &Path,
    depth: Depth,
    progress: impl Fn(u64),
) -> Result<Verified, CorpusError> {
    let place = corpus.into();
    let manifest = Manifest::read(place)?;
    let mut found = files(place, &manifest)?;
    if let Some((scene, [one, other])) = manifest.scene_of_two_splits() {
        found.fault(format!("scene {scene} is in splits {one} and {other}"));
    }
    if found.fault_count == 0 && depth == Depth::Rows {
        rows(place, &manifest, folder, &mut found, progress)?;
    }
    Ok(found)
}

/// Compares every file with its hash.
fn files(place: Place<'_>, manifest: &Manifest) -> Result<Verified, CorpusError> {
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
    Ok(found)
}

/// Holds every full row against its scene.
fn rows(
    place: Place<'_>,
    manifest: &Manifest,
    folder: &Path,
    found: &mut Verified,
    progress: impl Fn(u64),
) -> Result<(), CorpusError> {
    let name = &manifest.recipe.profile;
    let Some(profile) = profile(name) else {
        found.fault(format!("the profile {name} is unknown"));
        return Ok(());
    };
    let holding = Holding { profile, book: PhraseBook::builtin()? };
    let mut scenes = Opened::at_hand(manifest, folder);
    let (mut last, mut seen, mut pairs) = (String::new(), 0, Pairs::default());
    let read = each_row(place, manifest, |split, row| {
        seen += 1;
        if seen % 1024 == 0 {
            progress(seen);
        }
        // Ids ascend within a split, and begin with its name.
        if last.starts_with(split) && last >= row.id {
            found.fault(format!("{}: the id comes after {last}", row.id));
        }
        last.clone_from(&row.id);
        if manifest.recipe.balance.minimal_pairs > 0.0 {
            pairs.meet(&row, manifest.recipe.rows_per_part(), found);
        }
        let Some(source) = scenes.one(row.origin())? else {
            *found.not_at_hand.entry(row.origin().to_owned()).or_default() += 1;
            return Ok(true);
        };
        let planned = manifest.splits.get(split).and_then(|split| split.scenes.get(row.origin()));
        if planned.is_none_or(|planned| planned.sha256 != source.sha256) {
            found.fault(format!("{}: scene {} is not the one that the manifest names", row.id, row.origin()));
            return Ok(true);
        }
        match row.edit.as_ref().map_or(Ok(None), |edit| edit.applied(&source.scene)) {
            Ok(None) if row.edit.is_some() && row.scene != row.origin() => {
                found.fault(format!(
                    "{}: nothing is moved, but the scene is {}, not {}",
                    row.id,
                    row.scene,
                    row.origin()
                ));
            }
            Ok(None) => holding.hold(found, &source.scene, &source.sha256, &row),
            Ok(Some(edited)) if edited.id() == row.scene => {
                holding.hold(found, &edited, &scene_sha256(&edited), &row);
            }
            Ok(Some(edited)) => {
                found.fault(format!("{}: the edit makes the scene {}, not {}", row.id, edited.id(), row.scene));
            }
            Err(error) => found.fault(format!("{}: edit: {error}", row.id)),
        }
        Ok(true)
    })?;
    pairs.end(found);
    found.rows = seen;
    let planned: u64 = manifest.splits.values().map(|split| split.rows).sum();
    match read {
        None => found.fault("no export holds full rows, so that no answer can be found anew".to_owned()),
        Some(_) if seen != planned => found.fault(format!("{seen} rows, the manifest says {planned}")),
        Some(_) => {}
    }
    Ok(())
}

/// What rows are held against.
struct Holding {
    profile: &'static Profile,
    book: &'static PhraseBook,
}

impl Holding {
    /// Holds a row against its scene.
    fn hold(&self, found: &mut Verified, scene: &Scene, sha256: &str, row: &Row) {
        match evaluate(scene, &row.question, self.profile) {
            Verdict::Certain { answer, .. } if answer == row.answer => {
                found.answered += 1;
                match row.check_words(self.book, self.profile, scene) {
                    Ok(()) => found.worded += 1,
                    Err(problem) => found.fault(format!("{}: {problem}", row.id)),
                }
            }
            Verdict::Certain { answer, .. } => {
                found.fault(format!("{}: the answer is {}", row.id, print::answer_with_tolerance(&answer)));
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
}

/// Rows of minimal pairs that wait for the other one. Both are in one part.
#[derive(Debug, Default)]
struct Pairs {
    part: Option<String>,
    /// By what was asked of the scene before its edit.
    plain: HashMap<u64, Vec<Answer>>,
    edited: Vec<(u64, Answer)>,
}

impl Pairs {
    fn meet(&mut self, row: &Row, rows_per_part: u64, found: &mut Verified) {
        let (split, number) = row.id.rsplit_once('-').unwrap_or(("", &row.id));
        let part = format!("{split}-{}", number.parse::<u64>().unwrap_or(0) / rows_per_part.max(1));
        if self.part.as_ref() != Some(&part) {
            self.end(found);
            self.part = Some(part);
        }
        let mut roles = row.roles.clone().unwrap_or_default();
        if let Some(Retaken { role, was }) = row.edit.as_ref().and_then(|edit| edit.camera.as_ref()) {
            roles.insert(role.clone(), Filling::Text(was.clone()));
        }
        let roles = serde_json::to_string(&roles).unwrap_or_default();
        let key = Draw::new(0, &[row.origin(), &row.task, &roles], row.format as u64).bits();
        match row.edit {
            None => self.plain.entry(key).or_default().push(row.answer.clone()),
            Some(_) => self.edited.push((key, row.answer.clone())),
        }
    }

    /// Counts the pairs of a part.
    fn end(&mut self, found: &mut Verified) {
        for (key, answer) in self.edited.drain(..) {
            let others = self.plain.get(&key);
            let is_whole = others.is_some_and(|others| others.iter().any(|other| other.is_apart(&answer)));
            found.pairs += u64::from(is_whole);
            found.unpaired += u64::from(!is_whole);
        }
        self.plain.clear();
    }
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
