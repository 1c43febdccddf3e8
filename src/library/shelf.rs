//! Reads the learner's folder. A file that did not change since it was last read is not read again.

use super::load::load_shipped;
use super::{Library, Loaded, Origin, bundled, load};
use crate::disk::{self, DiskError};
use crate::model::id::fnv1a;
use chrono::NaiveDate;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many folders down decks are looked for.
const DEPTH: usize = 4;

/// The shipped files and the learner's folder.
#[derive(Debug, Default)]
pub struct Shelf {
    folder: Option<PathBuf>,
    shipped: Vec<(Origin, Arc<Loaded>)>,
    cache: HashMap<PathBuf, (u64, Arc<Loaded>)>,
}

impl Shelf {
    /// A shelf over a folder; none for the shipped decks alone.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, ..Self::default() }
    }

    /// Reads everything. A file or folder that cannot be read is an issue of the library, not a failure.
    pub fn read(&mut self, today: NaiveDate) -> Library {
        if self.shipped.is_empty() {
            self.shipped = shipped(today);
        }
        let mut files = self.shipped.clone();
        let mut unreadable = Vec::new();
        let folder = self.folder.clone();
        match folder.as_deref().map_or(Ok(Vec::new()), folder_files) {
            Ok(paths) => {
                for path in paths {
                    match self.file(&path, today) {
                        Ok(loaded) => files.push((Origin::File(path), loaded)),
                        Err(error) => unreadable.push(unreadable_issue(&path, &error)),
                    }
                }
            }
            // A folder that is not there yet is an empty one.
            Err(error) if error.io().is_some_and(|io| io.kind() == std::io::ErrorKind::NotFound) => {}
            Err(error) => unreadable.push(unreadable_issue(&folder.unwrap_or_default(), &error)),
        }
        let mut library = Library::assemble(&files);
        library.issues.extend(unreadable);
        library
    }

    fn file(&mut self, path: &Path, today: NaiveDate) -> Result<Arc<Loaded>, DiskError> {
        let bytes = disk::read(path, disk::MAX_TEXT_BYTES)?;
        let hash = fnv1a(&bytes);
        if let Some((known, loaded)) = self.cache.get(path)
            && *known == hash
            // A picture may have come since.
            && loaded.issues.iter().all(|issue| issue.code != "missing-image")
        {
            return Ok(Arc::clone(loaded));
        }
        let loaded = Arc::new(load(path, &bytes, today));
        self.cache.insert(path.to_owned(), (hash, Arc::clone(&loaded)));
        Ok(loaded)
    }
}

fn unreadable_issue(path: &Path, error: &DiskError) -> crate::model::Issue {
    let cause = error.io().map_or_else(|| error.to_string(), |io| format!("cannot be read: {io}"));
    super::report::whole_file(path, "unreadable", cause, None)
}

/// The files that may hold decks below a folder; the folder itself if it is a file.
pub fn folder_files(path: &Path) -> Result<Vec<PathBuf>, DiskError> {
    if path.is_file() { Ok(vec![path.to_owned()]) } else { disk::files_below(path, ".ron", DEPTH) }
}

/// The files that are compiled in.
pub(super) fn shipped(today: NaiveDate) -> Vec<(Origin, Arc<Loaded>)> {
    bundled::FILES.iter().map(|(name, text)| (Origin::Shipped, Arc::new(load_shipped(Path::new(name), text, today)))).collect()
}
