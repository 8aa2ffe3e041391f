//! A folder for files on their way, below the system's folder for such (`TMPDIR`).

use std::{
    fs::{self, DirBuilder, File},
    io,
    path::{Path, PathBuf},
};

/// What a lock lies in; whoever holds it is alive.
const LOCK: &str = "lock";
const NAME: &str = "isovist-on-the-way-";

/// A folder of this process alone; it goes with it. What a killed one left is removed by the next.
pub(super) struct Scratch {
    folder: PathBuf,
    _lock: File,
}

impl Scratch {
    pub(super) fn new() -> io::Result<Self> {
        let parent = std::env::temp_dir();
        sweep(&parent);
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let mut number = 0_u32;
        loop {
            let folder = parent.join(format!("{NAME}{}-{number}", std::process::id()));
            let taken = builder.create(&folder).and_then(|()| {
                let lock = File::create_new(folder.join(LOCK))?;
                lock.try_lock()?;
                Ok(lock)
            });
            match taken {
                Ok(lock) => return Ok(Self { folder, _lock: lock }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1000 => number += 1,
                Err(error) => {
                    let text = format!("{}: {error} (hint: set TMPDIR to a folder with space)", folder.display());
                    return Err(io::Error::new(error.kind(), text));
                }
            }
        }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is swept by the next.
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// Removes the folders of processes that are gone.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for folder in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let is_ours = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(NAME));
        if !is_ours {
            continue;
        }
        // Held until the folder is gone.
        let lock = File::open(folder.join(LOCK)).ok().filter(|lock| lock.try_lock().is_ok());
        if lock.is_some() {
            fs::remove_dir_all(&folder).ok();
        }
    }
}
