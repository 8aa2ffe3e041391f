//! Files: read within limits, written whole or not at all.

use std::{
    fmt::Write as _,
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use sha2::{Digest as _, Sha256};

use crate::FileError;

/// Largest file that is read, bytes.
pub const MAX_BYTES: u64 = 256 << 20;

/// A refusal of the operating system, with what to do about it.
pub(crate) fn io(file: &Path, action: &'static str, source: std::io::Error) -> FileError {
    let hint = match source.kind() {
        std::io::ErrorKind::NotFound => "check the path",
        std::io::ErrorKind::PermissionDenied => "check the permissions",
        std::io::ErrorKind::StorageFull => "free some space",
        _ => "see the operating system's message",
    };
    FileError::Io { file: file.to_owned(), action, source, hint }
}

/// Reads at most [`MAX_BYTES`].
pub fn read_bytes(file: &Path) -> Result<Vec<u8>, FileError> {
    let handle = fs::File::open(file).map_err(|e| io(file, "open", e))?;
    let size = handle.metadata().map_err(|e| io(file, "read", e))?.len();
    if size > MAX_BYTES {
        return Err(FileError::TooLarge { file: file.to_owned(), bytes: size, limit: MAX_BYTES });
    }
    let mut bytes = Vec::new();
    handle.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|e| io(file, "read", e))?;
    let read = bytes.len() as u64;
    if read > MAX_BYTES {
        return Err(FileError::TooLarge { file: file.to_owned(), bytes: read, limit: MAX_BYTES });
    }
    Ok(bytes)
}

/// Reads a UTF-8 file of at most [`MAX_BYTES`] that holds more than blanks.
pub fn read_text(file: &Path) -> Result<String, FileError> {
    let text = String::from_utf8(read_bytes(file)?)
        .map_err(|e| FileError::NotUtf8 { file: file.to_owned(), offset: e.utf8_error().valid_up_to() })?;
    let text = without_mark(text);
    if text.trim().is_empty() {
        return Err(FileError::Empty { file: file.to_owned() });
    }
    Ok(text)
}

/// A text without the mark that some programs begin their UTF-8 with.
pub fn without_mark(mut text: String) -> String {
    const BYTE_ORDER_MARK: char = '\u{feff}';
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len_utf8());
    }
    text
}

/// Writes a file under a temporary name beside it, flushes it to the disk and renames it into place.
pub fn replace(file: &Path, bytes: &[u8]) -> Result<(), FileError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let temporary: PathBuf = file.with_file_name(format!(".{name}.{}-{number}.part", std::process::id()));
    let write = || {
        let mut handle = fs::File::create(&temporary)?;
        handle.write_all(bytes)?;
        handle.sync_all()?;
        fs::rename(&temporary, file)
    };
    if let Err(error) = write() {
        // The first error is the one to report; a leftover of a failed write is only litter.
        let _ = fs::remove_file(&temporary);
        return Err(io(file, "write", error));
    }
    #[cfg(unix)]
    if let Some(dir) = file.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(|e| io(dir, "flush the folder", e))?;
    }
    Ok(())
}

/// SHA-256, 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of what comes piece by piece.
#[derive(Debug, Clone, Default)]
pub struct Hash(Sha256);

impl Hash {
    /// Adds a piece.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// 64 lower-case hexadecimal digits.
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}"); // writing to a String cannot fail
        hex
    })
}
