//! Files that are written whole or not at all, and the manifest beside them.
//!
//! `-` is standard output. A link is written through, to the file that it points to; a device or a pipe takes the bytes
//! as they come and is never replaced.

use std::{
    collections::BTreeMap,
    error::Error,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::builder::{PathBufValueParser, TypedValueParser};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Longest chain of links that is followed.
const MOST_LINKS: usize = 40;

/// Why nothing can be written to the place that a person gave.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    #[error("it is a folder, which standard output cannot take (hint: name one; ./- is a folder called \"-\")")]
    Folder,
    #[error("{}: is no file, so that its manifest has no place beside it (hint: without -o rows go to standard output, without a manifest)", .0.display())]
    NoFile(PathBuf),
}

/// Whether a path means standard output.
pub(crate) fn is_stdout(place: &Path) -> bool {
    place.as_os_str() == "-"
}

/// Parses the path of a folder to be written.
pub(crate) fn folder() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|place| if is_stdout(&place) { Err(OutputError::Folder) } else { Ok(place) })
}

/// Where a command says what it has to say when it also writes a file to `place`: on standard output, unless the file
/// goes there.
pub(crate) fn words_beside(place: Option<&Path>) -> Box<dyn Write> {
    if place.is_some_and(is_stdout) { Box::new(io::stderr().lock()) } else { Box::new(io::stdout().lock()) }
}

/// Writes a whole file.
pub(crate) fn write(place: &Path, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    if let Some(file) = target(place)? {
        return Ok(scene::file::replace(&file, bytes)?);
    }
    let mut out: Box<dyn Write> = if is_stdout(place) {
        Box::new(io::stdout().lock())
    } else {
        Box::new(OpenOptions::new().append(true).open(place).map_err(|error| named(place, &error))?)
    };
    Ok(out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| named(place, &error))?)
}

/// The file that a path leads to, there or to be made; `None` for standard output, a device or a pipe.
fn target(place: &Path) -> io::Result<Option<PathBuf>> {
    if is_stdout(place) {
        return Ok(None);
    }
    let mut target = place.to_owned();
    for _ in 0..MOST_LINKS {
        let found = fs::metadata(&target).ok();
        // /dev/stdout and the like name what is open, even where that is a file.
        let is_handle = ["/dev", "/proc"].iter().any(|dir| target.starts_with(dir));
        if found.is_some_and(|found| !found.is_dir() && (is_handle || !found.is_file())) {
            return Ok(None);
        }
        let Ok(to) = fs::read_link(&target) else { return Ok(Some(target)) };
        target = target.with_file_name(to);
    }
    Err(named(place, &io::Error::other(format!("more than {MOST_LINKS} links, one to the next"))))
}

/// A file with a manifest beside it: under a temporary name beside its place, hashed as it grows; dropped unfinished, it
/// is removed.
pub(crate) struct Whole {
    place: PathBuf,
    beside: PathBuf,
    out: Option<BufWriter<File>>,
    hash: Sha256,
    bytes: u64,
}

/// What a finished file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Digest {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

impl Whole {
    pub(crate) fn create(place: &Path) -> Result<Self, Box<dyn Error>> {
        let place = &target(place)?.ok_or_else(|| OutputError::NoFile(place.to_owned()))?;
        let Some(name) = place.file_name().filter(|_| !place.is_dir()) else {
            return Err(named(place, &io::ErrorKind::IsADirectory.into()).into());
        };
        let beside = place.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
        let out = Some(BufWriter::new(File::create(&beside).map_err(|error| named(place, &error))?));
        Ok(Self { place: place.to_owned(), beside, out, hash: Sha256::new(), bytes: 0 })
    }

    /// Flushes to the disk and moves the file to its place.
    pub(crate) fn finish(mut self) -> io::Result<Digest> {
        if let Some(out) = self.out.take() {
            let file = out.into_inner().map_err(io::IntoInnerError::into_error);
            file.and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&self.beside, &self.place))
                .map_err(|error| named(&self.place, &error))?;
        }
        let hash = self.hash.finalize_reset();
        let sha256 =
            hash.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16));
        Ok(Digest { bytes: self.bytes, sha256: sha256.collect() })
    }
}

/// An error of the operating system with the file it is about.
fn named(place: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: cannot write: {error}", place.display()))
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(out) = &mut self.out else { return Err(io::ErrorKind::WriteZero.into()) };
        let written = out.write(bytes).map_err(|error| named(&self.place, &error))?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if self.beside.exists() {
            // Nothing can be done about a file that will not go.
            fs::remove_file(&self.beside).ok();
        }
    }
}

/// How a file of rows came to be; it names no machine, path or date.
#[derive(Debug, Serialize)]
pub(crate) struct Manifest<'a> {
    pub(crate) format: &'static str,
    pub(crate) version: u32,
    pub(crate) engine: &'static str,
    pub(crate) profile: &'a str,
    pub(crate) seed: u64,
    pub(crate) per_task: usize,
    pub(crate) formats: Vec<language::Format>,
    /// Scene id → SHA-256 of its canonical file.
    pub(crate) scenes: BTreeMap<&'a str, &'a str>,
    /// Rows written, by task.
    pub(crate) rows: BTreeMap<&'a str, usize>,
    /// Candidates drawn, by what became of them.
    pub(crate) drawn: BTreeMap<String, usize>,
    /// The file of rows.
    pub(crate) output: Digest,
}

/// `qa.jsonl` → `qa.jsonl.manifest.json`.
pub(crate) fn manifest_place(place: &Path) -> PathBuf {
    let mut name = place.file_name().unwrap_or_default().to_owned();
    name.push(".manifest.json");
    place.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("rows.jsonl");
        let mut whole = Whole::create(&place).unwrap();
        whole.write_all(b"half").unwrap();
        drop(whole);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut whole = Whole::create(&place).unwrap();
        whole.write_all(b"abc").unwrap();
        let digest = whole.finish().unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"abc");
        assert_eq!(digest.bytes, 3);
        assert!(digest.sha256.starts_with("ba7816bf8f01cfea"), "{}", digest.sha256);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_impossible_place_is_named() {
        let error = Whole::create(Path::new("no/such/folder/rows.jsonl")).err().unwrap();
        assert!(error.to_string().starts_with("no/such/folder/rows.jsonl: "), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_path_is_followed_to_what_is_written() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        symlink("b", at("a")).unwrap();
        symlink(at("dir/c"), at("b")).unwrap();
        symlink("loop", at("loop")).unwrap();
        assert_eq!(target(&at("a")).unwrap(), Some(at("dir/c")), "a file that is not there yet");
        assert_eq!(target(&at("new")).unwrap(), Some(at("new")));
        for stream in ["-", "/dev/null", "/dev/stdout"] {
            assert_eq!(target(Path::new(stream)).unwrap(), None, "{stream}");
        }
        let error = target(&at("loop")).unwrap_err().to_string();
        assert!(error.contains("loop: cannot write: more than 40 links"), "{error}");
    }
}
