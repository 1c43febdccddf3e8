//! Zip archives, with every limit set before anything is unpacked. Names in an archive are never used as paths.

use super::ImportError;
use super::detect::Format;
use crate::disk;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;
use zip::ZipArchive;

const MAX_MEMBERS: usize = 50_000;
/// Largest database, and most of everything together.
const MAX_TOTAL: u64 = 8 * 1024 * 1024 * 1024;
/// Beyond a megabyte nothing honest shrinks to less than a two-hundredth.
const MAX_RATIO: u64 = 200;
const FREE_OF_RATIO: u64 = 1024 * 1024;
/// Largest window of a zstd stream, as a power of two: 16 MiB. A stream may ask for gigabytes.
const ZSTD_WINDOW_LOG: u32 = 24;
/// Largest member that is held in memory.
const MAX_IN_MEMORY: u64 = 64 * 1024 * 1024;

/// Whether a file begins as an archive does. Something may stand before the first member.
pub(super) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// An open archive whose outside was looked over.
pub struct Members {
    zip: ZipArchive<BufReader<File>>,
    packed: u64,
}

fn damaged(error: &zip::result::ZipError) -> ImportError {
    let text = error.to_string();
    let incomplete = text.contains("EOCD") || text.contains("end of central directory") || text.contains("UnexpectedEof");
    ImportError::refused(if incomplete {
        "the archive is incomplete: its end is missing".to_owned()
    } else {
        format!("the archive is damaged: {text}")
    })
}

impl Members {
    /// Opens an archive and refuses one that cannot be honest.
    pub fn open(path: &Path) -> Result<Self, ImportError> {
        let file = disk::open(path)?;
        let packed = file.metadata().map_or(0, |meta| meta.len());
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(&error))?;
        if zip.len() > MAX_MEMBERS {
            return Err(ImportError::refused(format!("the archive has {} members; {MAX_MEMBERS} are read at most", zip.len())));
        }
        if zip.has_duplicate_names() {
            return Err(ImportError::refused("two members of the archive have one name"));
        }
        if zip.has_overlapping_files().map_err(|error| damaged(&error))? {
            return Err(ImportError::refused("members of the archive share their bytes, as no program writes them"));
        }
        let mut members = Self { zip, packed };
        members.look_over()?;
        Ok(members)
    }

    fn look_over(&mut self) -> Result<(), ImportError> {
        let mut total = 0_u64;
        for index in 0..self.zip.len() {
            let member = self.zip.by_index_raw(index).map_err(|error| damaged(&error))?;
            let name = String::from_utf8_lossy(member.name_raw()).into_owned();
            if member.encrypted() {
                return Err(ImportError::refused("the archive is encrypted; save it without a password"));
            }
            if member.is_symlink() {
                return Err(ImportError::refused(format!("`{name}` in the archive is a link")));
            }
            let (size, packed) = (member.size(), member.compressed_size());
            if size > FREE_OF_RATIO && size / MAX_RATIO > packed {
                return Err(ImportError::refused(format!("`{name}` would unpack to {} times its size", size / packed.max(1))));
            }
            total = total.saturating_add(size);
        }
        if total > MAX_TOTAL {
            return Err(ImportError::refused("the archive would unpack to more than 8 GiB"));
        }
        Ok(())
    }

    /// What the members say the archive is.
    pub(super) fn format(&self) -> Option<Format> {
        let has = |name: &str| self.index(name).is_some();
        if has("collection.anki2") || has("collection.anki21") || has("collection.anki21b") {
            Some(Format::AnkiPackage)
        } else if has("cards.xml") {
            Some(Format::MnemosyneCards)
        } else if has("imsmanifest.xml") || self.names().iter().any(|name| ending(name) == "xml") {
            Some(Format::QtiPackage)
        } else {
            None
        }
    }

    /// Why nothing can be made of it.
    pub(super) fn unknown(&self) -> String {
        let names: Vec<String> = self.names().into_iter().take(3).collect();
        if self.zip.is_empty() {
            return "the archive is empty".to_owned();
        }
        format!("the archive is neither an Anki package nor a Mnemosyne or QTI one; it holds {}", names.join(", "))
    }

    /// The names of the members, in their order. For telling members apart, never for paths.
    pub(super) fn names(&self) -> Vec<String> {
        (0..self.zip.len()).map(|index| self.name(index)).collect()
    }

    fn name(&self, index: usize) -> String {
        self.zip.name_for_index(index).and_then(Result::ok).map(std::borrow::Cow::into_owned).unwrap_or_default()
    }

    /// The names of the members, for telling them apart.
    pub fn listed(&self) -> Vec<String> {
        self.names()
    }

    /// Unpacks a member to a path of the caller's choice.
    pub fn unpack_to(&mut self, index: usize, path: &Path) -> Result<(), ImportError> {
        disk::write_with(path, |file| self.copy(index, false, MAX_TOTAL, file))?.map(|_| ())
    }

    /// The place of a member.
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.zip.index_for_name(name)
    }

    /// A member that fits into memory.
    pub fn read(&mut self, index: usize, zstd: bool, limit: u64) -> Result<Vec<u8>, ImportError> {
        let mut bytes = Vec::new();
        self.copy(index, zstd, limit.min(MAX_IN_MEMORY), &mut bytes)?;
        Ok(bytes)
    }

    /// Unpacks a member into a writer, and no more than `limit` bytes of it.
    pub(super) fn copy(&mut self, index: usize, zstd: bool, limit: u64, out: &mut dyn Write) -> Result<u64, ImportError> {
        let name = self.name(index);
        let member = self.zip.by_index(index).map_err(|error| damaged(&error))?;
        let allowed = limit.min(self.packed.saturating_mul(MAX_RATIO).max(FREE_OF_RATIO));
        let broken = |error: std::io::Error| ImportError::refused(format!("`{name}` in the archive is damaged: {error}"));
        let written = if zstd {
            let mut decoder = zstd::stream::read::Decoder::new(member).map_err(broken)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(broken)?;
            bounded_copy(&mut decoder, allowed, out).map_err(broken)?
        } else {
            let mut member = member;
            bounded_copy(&mut member, allowed, out).map_err(broken)?
        };
        if written > allowed {
            return Err(ImportError::refused(format!("`{name}` unpacks to more than {} MiB", allowed / 1024 / 1024)));
        }
        Ok(written)
    }
}

/// Large enough that a collection of a hundred megabytes is not written in twenty thousand calls.
const BUFFER: usize = 128 * 1024;

fn bounded_copy(from: &mut dyn Read, limit: u64, out: &mut dyn Write) -> std::io::Result<u64> {
    let mut out = std::io::BufWriter::with_capacity(BUFFER, out);
    let written = std::io::copy(&mut from.take(limit + 1), &mut out)?;
    out.flush()?;
    Ok(written)
}

/// The ending of a name, in small letters.
pub(super) fn ending(name: &str) -> String {
    name.rsplit(['/', '\\'])
        .next()
        .and_then(|file| file.rsplit_once('.'))
        .map(|(_, ending)| ending.to_ascii_lowercase())
        .unwrap_or_default()
}

/// A member unpacked to a file of its own, which goes when the handle does.
pub(super) fn unpack(members: &mut Members, index: usize, zstd: bool) -> Result<disk::Scratch, ImportError> {
    let mut file = disk::scratch()?;
    members.copy(index, zstd, MAX_TOTAL, &mut file)?;
    file.flush().map_err(|error| ImportError::refused(format!("it cannot be unpacked: {error}")))?;
    Ok(file)
}
