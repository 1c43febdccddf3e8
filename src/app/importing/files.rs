//! Checking and formatting files where they are.

use crate::app::Error;
use crate::disk;
use crate::library::{cross_check, folder_files, format, load};
use crate::model::Issue;
use chrono::NaiveDate;
use std::path::PathBuf;
use std::sync::Arc;

/// Checks files, or all files below folders, each by itself and against each other.
pub fn check_files(paths: &[PathBuf], today: NaiveDate) -> Result<(usize, Vec<Issue>), Error> {
    let mut files = Vec::new();
    let mut issues = Vec::new();
    for path in paths {
        for file in folder_files(path)? {
            let loaded = Arc::new(load(&file, &disk::read(&file, disk::MAX_TEXT_BYTES)?, today));
            issues.extend(loaded.issues.iter().cloned());
            files.push((file, loaded));
        }
    }
    issues.extend(cross_check(&files, today));
    issues.sort();
    Ok((files.len(), issues))
}

/// Formats files, or all files below folders. Returns those whose layout was, or with `check_only` would be, changed; a file that
/// cannot be read as tokens is left alone and listed second.
pub fn format_files(paths: &[PathBuf], check_only: bool) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Error> {
    let (mut changed, mut skipped) = (Vec::new(), Vec::new());
    for path in paths {
        for file in folder_files(path)? {
            let bytes = disk::read(&file, disk::MAX_TEXT_BYTES)?;
            let Ok(text) = std::str::from_utf8(&bytes) else {
                skipped.push(file);
                continue;
            };
            match format(text) {
                Some(formatted) if formatted != text => {
                    if !check_only {
                        disk::write(&file, formatted.as_bytes())?;
                    }
                    changed.push(file);
                }
                Some(_) => {}
                None => skipped.push(file),
            }
        }
    }
    Ok((changed, skipped))
}
