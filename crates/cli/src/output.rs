//! Files that are written whole or not at all, and the manifest beside them.
//!
//! `-` is standard output. A link is written through, to the file that it points to; a device or a pipe takes the bytes
//! as they come and is never replaced.

use std::{
    collections::BTreeMap,
    error::Error,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::builder::{PathBufValueParser, TypedValueParser};
use scene::{Digest, Whole};
use serde::Serialize;

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

/// A file with a manifest beside it, written whole or not at all.
pub(crate) fn create(place: &Path) -> Result<Whole, Box<dyn Error>> {
    let target = target(place)?.ok_or_else(|| OutputError::NoFile(place.to_owned()))?;
    Ok(Whole::create(&target)?)
}

/// An error of the operating system with the file it is about.
fn named(place: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: cannot write: {error}", place.display()))
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
    pub(crate) drawn: ::corpus::Tally,
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
    fn an_impossible_place_is_named() {
        let error = create(Path::new("no/such/folder/rows.jsonl")).err().unwrap();
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
