//! Where the files of a corpus lie: in a folder, or at a depot somewhere else, which files reach by way of a folder.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{CorpusError, Manifest, Plan, Record, make::named};

/// What a depot says where it fails; it names the file and what to do.
pub type DepotError = Box<dyn Error + Send + Sync>;

/// Keeps files by their paths below a corpus, such as `parts/train-00000.json`; each is there whole or not at all.
pub trait Depot: Sync {
    /// Where a file is, for messages; of the corpus, if the name is empty.
    fn address(&self, name: &str) -> String;
    /// The files below a folder (all, if it is empty), with their sizes in bytes.
    fn list(&self, folder: &str) -> Result<BTreeMap<String, u64>, DepotError>;
    /// Puts a file of this machine there.
    fn put(&self, name: &str, file: &Path) -> Result<(), DepotError>;
    /// Copies a file to this machine; `false` if it is not there.
    fn get(&self, name: &str, file: &Path) -> Result<bool, DepotError>;
}

/// Where the files of a corpus lie.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// Of the corpus, or of what is on its way.
    folder: &'a Path,
    depot: Option<&'a dyn Depot>,
}

impl<'a> From<&'a Path> for Place<'a> {
    fn from(folder: &'a Path) -> Self {
        Self { folder, depot: None }
    }
}

impl<'a> From<&'a PathBuf> for Place<'a> {
    fn from(folder: &'a PathBuf) -> Self {
        Self::from(folder.as_path())
    }
}

impl<'a> Place<'a> {
    /// At a depot; files on their way lie in a folder of this process alone, as briefly as can be.
    pub fn at_depot(depot: &'a dyn Depot, on_the_way: &'a Path) -> Self {
        Self { folder: on_the_way, depot: Some(depot) }
    }

    /// Where a file is, for messages.
    pub fn of(&self, name: &str) -> PathBuf {
        self.depot.map_or_else(|| self.folder.join(name), |depot| depot.address(name).into())
    }

    /// A file that can be read here and now.
    pub(crate) fn fetch(&self, name: &str) -> Result<Fetched, CorpusError> {
        let fetched = if let Some(depot) = self.depot {
            let within = OwnFolder::below(self.folder)?;
            let file = within.0.join(Path::new(name).file_name().unwrap_or_default());
            depot.get(name, &file)?.then_some(Fetched { file, _within: Some(within) })
        } else {
            let file = self.folder.join(name);
            let is_there = file.try_exists().map_err(|error| named(&file, &error))?;
            is_there.then_some(Fetched { file, _within: None })
        };
        if let Some(fetched) = fetched {
            return Ok(fetched);
        }
        Err(CorpusError::Output {
            file: self.of(name),
            problem: "is not there".into(),
            hint: "`isovist corpus make` makes what is missing; it writes the manifest when every part is there",
        })
    }

    /// Writes a file, whole or not at all.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), CorpusError> {
        let Some(depot) = self.depot else { return Ok(scene::file::replace(&self.folder.join(name), bytes)?) };
        let within = OwnFolder::below(self.folder)?;
        let file = within.0.join("file");
        fs::write(&file, bytes).map_err(|error| named(&file, &error))?;
        Ok(depot.put(name, &file)?)
    }

    /// The names of the files in a folder; none where there is no such folder.
    pub(crate) fn names(&self, folder: &str) -> Result<Vec<String>, CorpusError> {
        if let Some(depot) = self.depot {
            return Ok(depot.list(folder)?.into_keys().collect());
        }
        let Ok(entries) = fs::read_dir(self.folder.join(folder)) else { return Ok(Vec::new()) };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        Ok(names.map(|name| format!("{folder}/{name}")).collect())
    }
}

/// A file that can be read; a copy goes when this does.
pub(crate) struct Fetched {
    file: PathBuf,
    _within: Option<OwnFolder>,
}

impl AsRef<Path> for Fetched {
    fn as_ref(&self) -> &Path {
        &self.file
    }
}

/// A folder of its own, which goes when this does.
struct OwnFolder(PathBuf);

impl OwnFolder {
    fn below(folder: &Path) -> Result<Self, CorpusError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let own = folder.join(NEXT.fetch_add(1, Ordering::Relaxed).to_string());
        fs::create_dir_all(&own).map_err(|error| named(&own, &error))?;
        Ok(Self(own))
    }
}

impl Drop for OwnFolder {
    fn drop(&mut self) {
        // What stays goes with the folder that it lies in.
        fs::remove_dir_all(&self.0).ok();
    }
}

/// A corpus being made: its place, and what was there when it was looked at.
pub(crate) struct Site<'a> {
    pub(crate) place: Place<'a>,
    /// What the depot had, with sizes; nothing for a folder, which is asked anew each time.
    listed: BTreeMap<String, u64>,
    /// Pictures that are at the depot by now: parts share them.
    pictures: Mutex<BTreeSet<String>>,
}

impl<'a> Site<'a> {
    /// Looks at a place; nobody else's is written into.
    pub(crate) fn open(plan: &Plan, place: Place<'a>) -> Result<Self, CorpusError> {
        if place.depot.is_none() {
            crate::make::prepare(place.folder)?;
        }
        let site = Self::look(place)?;
        let mut own: Vec<&str> = plan.recipe.output.exports.iter().map(|export| export.name()).collect();
        own.extend(["parts", "images"]);
        let is_own = |name: &String| name.split_once('/').is_some_and(|(folder, _)| own.contains(&folder));
        if !site.listed.is_empty() && !site.listed.keys().any(is_own) {
            return Err(CorpusError::Output {
                file: place.of(""),
                problem: "has objects and holds no corpus".into(),
                hint: "name a new prefix",
            });
        }
        Ok(site)
    }

    /// Looks at a place that is not written into.
    pub(crate) fn look(place: Place<'a>) -> Result<Self, CorpusError> {
        let listed = place.depot.map_or_else(|| Ok(BTreeMap::new()), |depot| depot.list(""))?;
        Ok(Self { place, listed, pictures: Mutex::default() })
    }

    /// The size of a file that is there.
    fn bytes_of(&self, name: &str) -> Option<u64> {
        if self.place.depot.is_some() {
            return self.listed.get(name).copied();
        }
        let found = fs::metadata(self.place.folder.join(name)).ok()?;
        found.is_file().then_some(found.len())
    }

    /// Whether a file is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.bytes_of(name).is_some()
    }

    /// The record of this name, if it is there and so are its files; an error if it is of another plan.
    pub(crate) fn record(&self, name: &str, plan_sha256: &str) -> Result<Option<Record>, CorpusError> {
        if !self.has(name) {
            return Ok(None);
        }
        let text = scene::disk::read_text(self.place.fetch(name)?.as_ref())?;
        let record = Record::parse(&text, plan_sha256, &self.place.of(name))?;
        let is_whole = record.files.iter().all(|(file, digest)| self.bytes_of(file) == Some(digest.bytes));
        Ok(is_whole.then_some(record))
    }

    /// Has `write` write the files of a part, with its record of this name, below a folder; from there they go to their place, the record last.
    pub(crate) fn part(
        &self,
        name: &str,
        write: impl FnOnce(&Path) -> Result<Record, CorpusError>,
    ) -> Result<Record, CorpusError> {
        let Some(depot) = self.place.depot else { return write(self.place.folder) };
        let within = OwnFolder::below(self.place.folder)?;
        let folder = &within.0;
        fs::create_dir_all(folder.join("parts")).map_err(|error| named(folder, &error))?;
        let record = write(folder)?;
        for (file, digest) in &record.files {
            let is_picture = file.starts_with("images/");
            let pictures = || self.pictures.lock().unwrap_or_else(PoisonError::into_inner);
            if is_picture && (self.listed.get(file) == Some(&digest.bytes) || pictures().contains(file)) {
                continue;
            }
            depot.put(file, &folder.join(file))?;
            if is_picture {
                pictures().insert(file.clone());
            }
        }
        depot.put(name, &folder.join(name))?;
        Ok(record)
    }
}

impl Manifest {
    /// Writes the manifest of a corpus.
    pub(crate) fn write(&self, place: Place) -> Result<(), CorpusError> {
        let text = serde_json::to_string_pretty(self).map_err(std::io::Error::other)? + "\n";
        place.write(crate::make::MANIFEST, text.as_bytes())
    }
}
