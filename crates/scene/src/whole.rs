//! Files that are written whole or not at all, hashed as they grow.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::disk::Hash;

/// A file under a temporary name beside its place; dropped unfinished, it is removed.
#[derive(Debug)]
pub struct Whole {
    place: PathBuf,
    beside: PathBuf,
    out: Option<BufWriter<File>>,
    hash: Hash,
    bytes: u64,
}

/// What a finished file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Digest {
    /// Its size.
    pub bytes: u64,
    /// SHA-256, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

impl Whole {
    /// Begins a file.
    pub fn create(place: &Path) -> io::Result<Self> {
        let Some(name) = place.file_name().filter(|_| !place.is_dir()) else {
            return Err(named(place, &io::ErrorKind::IsADirectory.into()));
        };
        let beside = place.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
        let out = Some(BufWriter::with_capacity(1 << 16, File::create(&beside).map_err(|error| named(place, &error))?));
        Ok(Self { place: place.to_owned(), beside, out, hash: Hash::default(), bytes: 0 })
    }

    /// Flushes to the disk and moves the file to its place.
    pub fn finish(mut self) -> io::Result<Digest> {
        if let Some(out) = self.out.take() {
            let file = out.into_inner().map_err(io::IntoInnerError::into_error);
            file.and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&self.beside, &self.place))
                .map_err(|error| named(&self.place, &error))?;
        }
        Ok(Digest { bytes: self.bytes, sha256: std::mem::take(&mut self.hash).finish() })
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
        self.hash.add(&bytes[..written]);
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
}
