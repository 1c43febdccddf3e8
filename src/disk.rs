//! The only place that writes files. A save is a temporary file, flushed, renamed over the old one, and the folder flushed:
//! without the flushes a power cut may leave neither the old file nor the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Largest text file that is read, in bytes.
pub const MAX_TEXT_BYTES: u64 = 64 * 1024 * 1024;

/// What went wrong with a file. The cause is the system's own error.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// It cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is larger than anything the program would read.
    #[error("larger than {} MiB: {}", limit / 1024 / 1024, path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
    /// A folder, a device or a pipe stands where a file should.
    #[error("not a regular file: {}", path.display())]
    NotAFile {
        /// Which path.
        path: PathBuf,
    },
}

impl DiskError {
    /// The system's error, if there is one.
    pub fn io(&self) -> Option<&io::Error> {
        match self {
            Self::Read { source, .. } | Self::Write { source, .. } => Some(source),
            Self::TooLarge { .. } | Self::NotAFile { .. } => None,
        }
    }
}

/// Reads a regular file of at most `limit` bytes. The size is checked before and while reading.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, DiskError> {
    let failed = |source| DiskError::Read { path: path.to_owned(), source };
    let meta = fs::metadata(path).map_err(failed)?;
    if !meta.is_file() {
        return Err(DiskError::NotAFile { path: path.to_owned() });
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    if meta.len() <= limit {
        file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    }
    if meta.len() > limit || bytes.len() as u64 > limit {
        return Err(DiskError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// The first bytes of a regular file, at most `room`: enough to tell what it is.
pub fn read_head(path: &Path, room: u64) -> Result<Vec<u8>, DiskError> {
    let failed = |source| DiskError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    open(path)?.take(room).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Opens a regular file for reading.
pub fn open(path: &Path) -> Result<File, DiskError> {
    let failed = |source| DiskError::Read { path: path.to_owned(), source };
    // Asked before opening: opening a pipe would wait for somebody to write.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(DiskError::NotAFile { path: path.to_owned() });
    }
    File::open(path).map_err(failed)
}

/// Writes a file so that at every moment either the old or the new content is there, whatever happens to the machine.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    write_pieces(path, &[bytes])
}

/// As [`write()`], for a content in pieces that follow each other.
pub fn write_pieces(path: &Path, pieces: &[&[u8]]) -> Result<(), DiskError> {
    let failed = |source| DiskError::Write { path: path.to_owned(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = write_flushed(&temporary, pieces).and_then(|()| fs::rename(&temporary, path)).and_then(|()| flush_folder(folder));
    if written.is_err() {
        // The old file is untouched; a left-over temporary file is only untidy.
        drop(fs::remove_file(&temporary));
    }
    written.map_err(failed)
}

/// Writes a file piece by piece, as safely as [`write()`]: the old content stays until the new one is whole and flushed.
pub fn write_with<T, E>(path: &Path, work: impl FnOnce(&mut File) -> Result<T, E>) -> Result<Result<T, E>, DiskError> {
    let failed = |source| DiskError::Write { path: path.to_owned(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&temporary).map_err(failed)?;
    let done = work(&mut file);
    let written = match &done {
        Ok(_) => file.sync_all().and_then(|()| fs::rename(&temporary, path)).and_then(|()| flush_folder(folder)),
        Err(_) => fs::remove_file(&temporary),
    };
    if written.is_err() {
        drop(fs::remove_file(&temporary));
    }
    written.map(|()| done).map_err(failed)
}

fn write_flushed(path: &Path, pieces: &[&[u8]]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    pieces.iter().try_for_each(|piece| file.write_all(piece))?;
    file.sync_all()
}

/// Moves a file within one file system and makes the move durable.
pub fn rename(from: &Path, to: &Path) -> Result<(), DiskError> {
    let failed = |source| DiskError::Write { path: to.to_owned(), source };
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::rename(from, to).map_err(failed)?;
    to.parent().map_or(Ok(()), |folder| flush_folder(folder).map_err(failed))
}

/// Removes a file; one that is not there is no error.
pub fn remove(path: &Path) -> Result<(), DiskError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(DiskError::Write { path: path.to_owned(), source }),
        _ => Ok(()),
    }
}

/// Removes a folder with everything in it; one that is not there is no error.
pub fn remove_folder(path: &Path) -> Result<(), DiskError> {
    match fs::remove_dir_all(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(DiskError::Write { path: path.to_owned(), source }),
        _ => Ok(()),
    }
}

/// Flushes a finished file that another library wrote.
pub fn flush(path: &Path) -> Result<(), DiskError> {
    let failed = |source| DiskError::Write { path: path.to_owned(), source };
    File::options().write(true).open(path).and_then(|file| file.sync_all()).map_err(failed)
}

/// Makes a folder and those above it.
pub fn create_folder(path: &Path) -> Result<(), DiskError> {
    fs::create_dir_all(path).map_err(|source| DiskError::Write { path: path.to_owned(), source })
}

/// A file that is gone when it is dropped.
pub type Scratch = tempfile::NamedTempFile;

/// A file for unpacking something, in the system's folder for such files, readable by its owner only.
pub fn scratch() -> Result<Scratch, DiskError> {
    let folder = std::env::temp_dir();
    tempfile::Builder::new().prefix("ascertain-").tempfile_in(&folder).map_err(|source| DiskError::Write { path: folder, source })
}

/// How often a lock that is held is tried again, and how long is waited in between: half a second in all.
const LOCK_TRIES: u32 = 25;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// Takes the lock file of a data folder, for as long as the returned handle lives. None if another program holds it.
/// The system drops the lock of a dead process, so there is no stale lock to clean up.
///
/// A lock given back a moment ago may still look held: a program started just then (an editor, a browser) has a copy of every open
/// file until it is fully loaded. So it is tried for half a second before another program is blamed.
pub fn lock(path: &Path) -> Result<Option<File>, DiskError> {
    let failed = |source| DiskError::Write { path: path.to_owned(), source };
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path).map_err(failed)?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(fs::TryLockError::Error(source)) => return Err(failed(source)),
        }
    }
    Ok(None)
}

/// The regular files below a folder with one of the given endings, sorted, at most `depth` folders down. Hidden names and
/// links to folders are passed over.
pub fn files_below(folder: &Path, ending: &str, depth: usize) -> Result<Vec<PathBuf>, DiskError> {
    let failed = |source| DiskError::Read { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, name) = (entry.path(), entry.file_name());
        let hidden = name.to_string_lossy().starts_with('.');
        let kind = entry.file_type().map_err(failed)?;
        if hidden {
            continue;
        }
        if kind.is_dir() && depth > 0 {
            found.extend(files_below(&path, ending, depth - 1)?);
        } else if !kind.is_dir() && name.to_string_lossy().ends_with(ending) && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(unix)]
fn flush_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows has no call to flush a folder; NTFS journals the rename.
#[cfg(not(unix))]
fn flush_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_keeps_the_old_file_and_leaves_no_litter() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deck.ron");
        write(&path, b"old").expect("written");
        write(&path, b"new").expect("written again");
        assert_eq!(read(&path, 10).expect("read"), b"new");
        let blocked = folder.path().join("a-folder");
        fs::create_dir(&blocked).expect("a folder");
        write(&blocked, b"x").expect_err("a folder stands there");
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 2);
    }

    #[test]
    fn sizes_and_kinds_are_checked_before_reading() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("big");
        write(&path, &[0; 11]).expect("written");
        assert!(matches!(read(&path, 10), Err(DiskError::TooLarge { .. })));
        assert!(matches!(read(folder.path(), 10), Err(DiskError::NotAFile { .. })));
        assert!(matches!(read(&folder.path().join("none"), 10), Err(DiskError::Read { .. })));
    }

    #[test]
    fn a_lock_is_held_once_and_given_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        let held = lock(&path).expect("a lock file").expect("the first takes it");
        assert!(lock(&path).expect("a lock file").is_none());
        drop(held);
        assert!(lock(&path).expect("a lock file").is_some());
    }

    #[test]
    fn a_lock_that_is_given_back_in_a_moment_is_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        let held = lock(&path).expect("a lock file").expect("the first takes it");
        std::thread::scope(|scope| {
            scope.spawn(move || {
                std::thread::sleep(LOCK_PAUSE * 3);
                drop(held);
            });
            assert!(lock(&path).expect("a lock file").is_some());
        });
    }
}
