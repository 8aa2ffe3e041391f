//! Parts to files, and the manifest of all: resumable, the same bytes however the parts are shared out.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use language::Format;
use rayon::prelude::*;
use scene::Digest;
use serde::{Deserialize, Serialize};

use crate::{
    CorpusError, Row, Source, Tally,
    depot::{Place, Site},
    export::{Notes, Settings, Shown, Writer},
    part::{self, PartCounts},
    pictures::{Album, Picture},
    plan::{PartId, PartScenes, Plan},
    recipe::{Export, ImageMode},
};

/// Version of the records and the manifest.
const VERSION: u32 = 1;

/// Which parts a process makes: those whose number leaves this remainder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// The remainder, from 0.
    pub index: u64,
    /// By what is divided.
    pub of: u64,
}

impl Default for Shard {
    fn default() -> Self {
        Self { index: 0, of: 1 }
    }
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fault = || format!("{text:?}: expected i/n with i below n, such as 0/8");
        let (index, of) = text.split_once('/').ok_or_else(fault)?;
        let (index, of) = (index.parse().map_err(|_| fault())?, of.parse().map_err(|_| fault())?);
        if index < of { Ok(Self { index, of }) } else { Err(fault()) }
    }
}

/// What is known of a part that is done: `parts/<split>-<number>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Always `"isovist-corpus-part"`.
    pub format: String,
    /// Version of the record.
    pub version: u32,
    /// Version of the engine.
    pub engine: String,
    /// [`Plan::sha256`].
    pub plan_sha256: String,
    /// Name of the split.
    pub split: String,
    /// Number of the part within it.
    pub part: u64,
    /// Scene id → SHA-256 of its canonical file.
    pub scenes: BTreeMap<String, SceneRecord>,
    /// Path below the corpus → what the file holds.
    pub files: BTreeMap<String, Digest>,
    /// What was drawn and written.
    pub counts: PartCounts,
    /// What became of the rows in exports that do not hold every row alike, by export.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exports: BTreeMap<String, Notes>,
}

/// Where a scene comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SceneRecord {
    /// SHA-256 of its canonical file.
    pub sha256: String,
    /// The collection it is of.
    pub source: String,
    /// Its licence.
    pub licence: String,
}

/// The whole: `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Always `"isovist-corpus"`.
    pub format: String,
    /// Version of the manifest.
    pub version: u32,
    /// Version of the engine.
    pub engine: String,
    /// [`Plan::sha256`].
    pub plan_sha256: String,
    /// The recipe.
    pub recipe: crate::Recipe,
    /// Tasks of the recipe that none of the tried scenes can ask.
    pub without: Vec<String>,
    /// Split → its scenes and files; no scene is in two splits.
    pub splits: BTreeMap<String, SplitRecord>,
    /// What was drawn and written, over all parts.
    pub counts: PartCounts,
    /// What became of the rows in exports that do not hold every row alike, by export.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exports: BTreeMap<String, Notes>,
    /// Who wrote wordings anew, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rewritten: Option<Rewritten>,
}

/// A model that wrote wordings anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rewritten {
    /// `question` or `reasoning`.
    pub what: String,
    /// Its name.
    pub model: String,
}

/// One split.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitRecord {
    /// Rows.
    pub rows: u64,
    /// Scene id → where it comes from; those that a part drew from.
    pub scenes: BTreeMap<String, SceneRecord>,
    /// Path below the corpus → what the file holds.
    pub files: BTreeMap<String, Digest>,
}

/// How many parts a run found and made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    /// Parts made now.
    pub made: u64,
    /// Parts of this shard that were there.
    pub found: u64,
    /// Parts of other shards that are not there yet.
    pub missing: u64,
    /// Rows made now.
    pub rows: u64,
}

/// Opened scenes by the key of their parts.
type Open = VecDeque<((usize, u64), Arc<Vec<Source>>)>;

/// Sources of parts, the last few kept: neighbouring parts have the same scenes.
#[derive(Default)]
struct Shelf {
    open: Mutex<Open>,
}

/// How many sets of scenes are kept.
const MOST_KEPT: usize = 3;

impl Shelf {
    fn sources(&self, scenes: &PartScenes) -> Result<Arc<Vec<Source>>, CorpusError> {
        let find =
            |open: &Open| open.iter().find(|(key, _)| *key == scenes.key).map(|(_, sources)| Arc::clone(sources));
        // A thread that panicked while it held the lock left a list that is still whole.
        let lock = || self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(found) = find(&lock()) {
            return Ok(found);
        }
        let sources = Arc::new(scenes.open()?);
        let mut open = lock();
        if let Some(found) = find(&open) {
            return Ok(found);
        }
        open.push_back((scenes.key, Arc::clone(&sources)));
        if open.len() > MOST_KEPT {
            open.pop_front();
        }
        Ok(sources)
    }
}

/// Makes the parts of a shard that are not there yet, in as many threads as the pool that it is called in has, and writes
/// the manifest if then no part of any shard is missing. `done` is told the rows of each part.
pub fn make<'a>(
    plan: &Plan,
    out: impl Into<Place<'a>>,
    shard: Shard,
    done: impl Fn(u64) + Sync,
) -> Result<Made, CorpusError> {
    make_while(plan, out, shard, |rows| {
        done(rows);
        true
    })
}

/// As [`make`]; `done` also says whether to go on: after a `false`, no other part is begun.
pub fn make_while<'a>(
    plan: &Plan,
    out: impl Into<Place<'a>>,
    shard: Shard,
    done: impl Fn(u64) -> bool + Sync,
) -> Result<Made, CorpusError> {
    let place = out.into();
    let site = Site::open(plan, place)?;
    let all = plan.parts();
    let own = all.iter().enumerate().filter(|(at, _)| *at as u64 % shard.of == shard.index).map(|(_, id)| *id);
    let own: Vec<PartId> = own.collect();
    let shelf = Shelf::default();
    // What was made by another recipe is found before anything is made.
    let own: Vec<(PartId, Option<Record>)> = own.iter().copied().zip(records(plan, &site, &own)?).collect();
    let to_make: Vec<PartId> = own.iter().filter(|(_, found)| found.is_none()).map(|(id, _)| *id).collect();
    plan.look(&to_make)?;
    let is_stopped = AtomicBool::new(false);
    let results: Vec<(bool, u64)> = own
        .par_iter()
        .with_max_len(1)
        .filter(|_| !is_stopped.load(Ordering::Relaxed))
        .map(|(id, found)| {
            let rows = if let Some(record) = found {
                record.rows()
            } else {
                let scenes = plan.scenes_of(*id);
                let sources = shelf.sources(&scenes)?;
                site.part(&record_name(plan, *id), |out| write_part(plan, out, *id, &scenes, &sources))?.rows()
            };
            if !done(rows) {
                is_stopped.store(true, Ordering::Relaxed);
            }
            Ok((found.is_none(), rows))
        })
        .collect::<Result<_, CorpusError>>()?;
    let mut made = Made::default();
    for result in results {
        match result {
            (true, rows) => {
                made.made += 1;
                made.rows += rows;
            }
            (false, _) => made.found += 1,
        }
    }
    let there: BTreeSet<String> = place.names("parts")?.into_iter().collect();
    made.missing = all.iter().filter(|id| !there.contains(&record_name(plan, **id))).count() as u64;
    if made.missing == 0 {
        finish(plan, place)?;
    }
    Ok(made)
}

/// Makes one part, wherever that is done; one that is there is kept. [`finish`] ends the corpus.
pub fn make_part<'a>(plan: &Plan, out: impl Into<Place<'a>>, id: PartId) -> Result<Record, CorpusError> {
    plan.holds(id)?;
    let site = Site::open(plan, out.into())?;
    let name = record_name(plan, id);
    if let Some(record) = site.record(&name, &plan.sha256)? {
        return Ok(record);
    }
    plan.look(&[id])?;
    let scenes = plan.scenes_of(id);
    let sources = scenes.open()?;
    site.part(&name, |out| write_part(plan, out, id, &scenes, &sources))
}

/// The parts that are not there yet.
pub fn missing<'a>(plan: &Plan, out: impl Into<Place<'a>>) -> Result<Vec<PartId>, CorpusError> {
    let all = plan.parts();
    let found = records(plan, &Site::look(out.into())?, &all)?;
    Ok(all.into_iter().zip(found).filter(|(_, found)| found.is_none()).map(|(id, _)| id).collect())
}

/// Makes the rows of a part, in their order, and hands each on with its pictures; writes nothing.
pub fn each_row(
    plan: &Plan,
    id: PartId,
    mut take: impl FnMut(&Row, &[Picture]) -> Result<(), CorpusError>,
) -> Result<PartCounts, CorpusError> {
    plan.holds(id)?;
    plan.look(&[id])?;
    let scenes = plan.scenes_of(id);
    rows_with_pictures(plan, id, &scenes, &scenes.open()?, |shown| take(shown.row, shown.pictures))
}

fn rows_with_pictures(
    plan: &Plan,
    id: PartId,
    scenes: &PartScenes,
    sources: &[Source],
    mut take: impl FnMut(Shown) -> Result<(), CorpusError>,
) -> Result<PartCounts, CorpusError> {
    let mut album = Album::default();
    part::make(plan, id, scenes, sources, |row, at| {
        let mut pictures = Vec::new();
        if plan.recipe.output.images != ImageMode::None {
            pictures = album.of(scenes.scenes[at], &sources[at], &row)?;
        }
        take(Shown { row: &row, pictures: &pictures, source: &sources[at] })
    })
}

/// Makes the folder of a corpus, or finds that it is one; nobody else's folder is written into.
pub(crate) fn prepare(out: &Path) -> Result<(), CorpusError> {
    let parts = out.join("parts");
    let is_foreign = fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some()) && !parts.is_dir();
    if is_foreign {
        let problem = "is not empty and holds no corpus".to_owned();
        return Err(CorpusError::Output { file: out.to_owned(), problem, hint: "name a new folder" });
    }
    Ok(fs::create_dir_all(parts).map_err(|error| named(out, &error))?)
}

impl Record {
    /// Reads a record; an error if it is of another plan.
    pub(crate) fn parse(text: &str, plan_sha256: &str, place: &Path) -> Result<Self, CorpusError> {
        let fault = |problem: String, hint| CorpusError::Output { file: place.to_owned(), problem, hint };
        let record: Self = serde_json::from_str(text)
            .map_err(|error| fault(error.to_string(), "remove it, and the part is made again"))?;
        let hint = "give another folder, or remove this one";
        let version = env!("CARGO_PKG_VERSION");
        if record.engine != version {
            return Err(fault(format!("was made by isovist {}, this is {version}", record.engine), hint));
        }
        if record.plan_sha256 != plan_sha256 {
            return Err(fault("was made by another recipe, or of scenes that have changed".to_owned(), hint));
        }
        Ok(record)
    }

    /// Rows of the part.
    pub fn rows(&self) -> u64 {
        self.counts.rows.values().flat_map(BTreeMap::values).sum()
    }
}

/// The path of a part's record below the corpus.
fn record_name(plan: &Plan, id: PartId) -> String {
    format!("parts/{}.json", plan.name_of(id))
}

pub(crate) fn named(place: &Path, error: &std::io::Error) -> std::io::Error {
    std::io::Error::new(error.kind(), format!("{}: {error}", place.display()))
}

/// The records of parts that are done.
fn records(plan: &Plan, site: &Site, ids: &[PartId]) -> Result<Vec<Option<Record>>, CorpusError> {
    let read = |id: &PartId| site.record(&record_name(plan, *id), &plan.sha256);
    let read: Vec<_> = ids.par_iter().with_max_len(1).map(read).collect();
    // The first fault, whichever thread was first.
    read.into_iter().collect()
}

/// Removes what a run that was killed had begun to write in the place of a file.
fn remove_litter(place: &Path) {
    let (Some(folder), Some(name)) = (place.parent(), place.file_name()) else { return };
    let Ok(entries) = fs::read_dir(folder) else { return };
    let start = format!(".{}.", name.to_string_lossy());
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let is_litter = path.file_name().is_some_and(|name| {
            let name = name.to_string_lossy();
            name.starts_with(&start) && name.ends_with(".part")
        });
        if is_litter {
            // What will not go is only litter.
            fs::remove_file(&path).ok();
        }
    }
}

/// What the files of a part hold, and what its exports note.
pub(crate) type Finished = (BTreeMap<String, Digest>, BTreeMap<String, Notes>);

/// The files of a part being written.
pub(crate) struct PartFiles<'a> {
    out: &'a Path,
    writers: Vec<(Export, String, Box<dyn Writer>)>,
    /// Whether pictures are copied beside the rows.
    is_copied: bool,
    files: BTreeMap<String, Digest>,
}

impl<'a> PartFiles<'a> {
    /// Begins the files of these exports, at these paths below the corpus.
    pub(crate) fn open(
        out: &'a Path,
        settings: Settings,
        files: impl Iterator<Item = (Export, String)>,
    ) -> Result<Self, CorpusError> {
        let open = |(export, file): (Export, String)| {
            let place = out.join(&file);
            remove_litter(&place);
            Ok((export, file, export.open(&place, settings)?))
        };
        let writers = files.map(open).collect::<Result<Vec<_>, CorpusError>>()?;
        // Lines cannot hold pictures: they name them.
        let by_name = writers.iter().any(|(export, ..)| export.names_pictures());
        let is_copied = settings.images == ImageMode::Path || settings.images == ImageMode::Embed && by_name;
        Ok(Self { out, writers, is_copied, files: BTreeMap::new() })
    }

    pub(crate) fn row(&mut self, shown: &Shown) -> Result<(), CorpusError> {
        for picture in shown.pictures.iter().filter(|_| self.is_copied) {
            let place = self.out.join("images").join(&picture.path);
            let digest = Digest { bytes: picture.bytes.len() as u64, sha256: picture.sha256.clone() };
            let is_new = self.files.insert(format!("images/{}", picture.path), digest).is_none();
            if is_new && !place.is_file() {
                fs::create_dir_all(place.parent().unwrap_or(self.out))?;
                scene::file::replace(&place, &picture.bytes)?;
            }
        }
        self.writers.iter_mut().try_for_each(|(_, _, writer)| writer.row(shown))
    }

    /// What the files hold, and what the exports note.
    pub(crate) fn finish(mut self) -> Result<Finished, CorpusError> {
        let mut notes: BTreeMap<String, Notes> = BTreeMap::new();
        for (export, file, writer) in self.writers {
            let written = writer.finish()?;
            self.files.insert(file, written.digest);
            if !written.notes.is_empty() {
                notes.insert(export.name().to_owned(), written.notes);
            }
        }
        Ok((self.files, notes))
    }
}

/// The files of a part, then its record: a part without a record is not done.
fn write_part(
    plan: &Plan,
    out: &Path,
    id: PartId,
    scenes: &PartScenes,
    sources: &[Source],
) -> Result<Record, CorpusError> {
    let split = &plan.splits[id.split];
    let output = &plan.recipe.output;
    let settings = Settings { images: output.images, split: split.name, profile: plan.profile };
    let mut exports = output.exports.clone();
    exports.sort_unstable();
    exports.dedup();
    let files = exports.iter().map(|export| {
        let (name, ending) = (export.name(), export.ending());
        (*export, format!("{name}/{}-of-{:05}.{ending}", plan.name_of(id), split.parts))
    });
    let mut part = PartFiles::open(out, settings, files)?;
    let counts = rows_with_pictures(plan, id, scenes, sources, |shown| part.row(&shown))?;
    let (files, notes) = part.finish()?;
    let of_scene = |source: &Source| {
        let provenance = &source.scene.parts().source;
        let record = SceneRecord {
            sha256: source.sha256.clone(),
            source: provenance.dataset.clone(),
            licence: provenance.licence.clone(),
        };
        (source.scene.id().to_owned(), record)
    };
    let scenes: BTreeMap<String, SceneRecord> = sources.iter().map(of_scene).collect();
    if scenes.len() < sources.len() {
        let problem = "two of its scenes have the same id".to_owned();
        return Err(CorpusError::Output {
            file: out.join(record_name(plan, id)),
            problem,
            hint: "give each scene its own id",
        });
    }
    let record = Record {
        format: "isovist-corpus-part".into(),
        version: VERSION,
        engine: env!("CARGO_PKG_VERSION").into(),
        plan_sha256: plan.sha256.clone(),
        split: split.name.into(),
        part: id.part,
        scenes,
        files,
        counts,
        exports: notes,
    };
    let text = serde_json::to_string(&record).map_err(std::io::Error::other)? + "\n";
    scene::file::replace(&out.join(record_name(plan, id)), text.as_bytes())?;
    Ok(record)
}

/// Writes the manifest of a corpus whose parts are all there.
pub fn finish<'a>(plan: &Plan, out: impl Into<Place<'a>>) -> Result<Manifest, CorpusError> {
    let site = Site::look(out.into())?;
    let place = site.place;
    let mut splits: BTreeMap<String, SplitRecord> = BTreeMap::new();
    let mut counts = PartCounts::default();
    let mut exports: BTreeMap<String, Notes> = BTreeMap::new();
    let ids = plan.parts();
    for (id, record) in ids.iter().zip(records(plan, &site, &ids)?) {
        let name = record_name(plan, *id);
        let file = place.of(&name);
        let Some(record) = record else {
            let problem =
                if site.has(&name) { "names files that are not there" } else { "is not there yet" }.to_owned();
            return Err(CorpusError::Output { file, problem, hint: "make the parts that are missing" });
        };
        let rows = record.rows();
        let split = splits.entry(record.split).or_default();
        split.rows += rows;
        split.files.extend(record.files);
        for (scene, of) in record.scenes {
            if let Some(other) = split.scenes.insert(scene.clone(), of.clone())
                && other != of
            {
                let problem = format!("scene {scene:?} differs from one of the same id in an earlier part");
                return Err(CorpusError::Output { file, problem, hint: "give each scene its own id" });
            }
        }
        add(&mut counts, &record.counts);
        add_notes(&mut exports, record.exports);
    }
    let manifest = Manifest {
        format: "isovist-corpus".into(),
        version: VERSION,
        engine: env!("CARGO_PKG_VERSION").into(),
        plan_sha256: plan.sha256.clone(),
        recipe: plan.recipe.clone(),
        without: plan.without.clone(),
        splits,
        counts,
        exports,
        rewritten: None,
    };
    if let Some((scene, [one, other])) = manifest.scene_of_two_splits() {
        let problem = format!("scene {scene:?} is in splits {one} and {other}");
        return Err(CorpusError::Output { file: place.of(""), problem, hint: "give each scene its own id" });
    }
    manifest.write(place)?;
    Ok(manifest)
}

/// The manifest's file.
pub const MANIFEST: &str = "manifest.json";

impl Manifest {
    /// A scene that is in two splits, which no corpus may have, with their names.
    pub fn scene_of_two_splits(&self) -> Option<(&str, [&str; 2])> {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        let all = self.splits.iter().flat_map(|(split, of)| of.scenes.keys().map(move |scene| (scene, split)));
        all.into_iter().find_map(|(scene, split)| Some((scene.as_str(), [seen.insert(scene, split)?, split])))
    }

    /// Reads the manifest of a corpus.
    pub fn read<'a>(corpus: impl Into<Place<'a>>) -> Result<Self, CorpusError> {
        let place = corpus.into();
        let text = scene::disk::read_text(place.fetch(MANIFEST)?.as_ref())?;
        serde_json::from_str(&text).map_err(|error| CorpusError::Output {
            file: place.of(MANIFEST),
            problem: error.to_string(),
            hint: "`isovist corpus make` writes it when every part is there",
        })
    }
}

/// Adds what became of rows.
pub(crate) fn add_notes(all: &mut BTreeMap<String, Notes>, part: BTreeMap<String, Notes>) {
    for (export, notes) in part {
        let all = all.entry(export).or_default();
        for (what, number) in notes {
            *all.entry(what).or_default() += number;
        }
    }
}

fn add(all: &mut PartCounts, part: &PartCounts) {
    fn nested<K: Ord + Clone>(all: &mut BTreeMap<String, BTreeMap<K, u64>>, part: &BTreeMap<String, BTreeMap<K, u64>>) {
        for (task, counts) in part {
            let own = all.entry(task.clone()).or_default();
            for (key, count) in counts {
                *own.entry(key.clone()).or_default() += count;
            }
        }
    }
    nested::<Format>(&mut all.rows, &part.rows);
    nested::<Format>(&mut all.short, &part.short);
    nested::<String>(&mut all.answers, &part.answers);
    nested::<String>(&mut all.letters, &part.letters);
    part.paired.iter().for_each(|(task, count)| *all.paired.entry(task.clone()).or_default() += count);
    let drawn: &mut Tally = &mut all.drawn;
    part.drawn.iter().for_each(|(what, count)| *drawn.entry(what.clone()).or_default() += count);
}
