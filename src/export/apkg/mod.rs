//! Anki packages in the form every Anki since 2.1 reads: `collection.anki21` of schema 11 beside a JSON list of media.

mod models;
mod rows;

use super::deck::ExportDeck;
use crate::disk::{self, DiskError};
use crate::model::{DeckId, NoteId, Now, text};
use std::collections::BTreeMap;
use std::io::{Read as _, Seek, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

/// Why a package cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The database within it.
    #[error("the package's database cannot be written")]
    Sqlite(#[from] rusqlite::Error),
    /// The archive.
    #[error("the package cannot be written")]
    Zip(#[from] zip::result::ZipError),
    /// A stream.
    #[error("the package cannot be written")]
    Io(#[from] std::io::Error),
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packed {
    /// Notes.
    pub notes: usize,
    /// Cards.
    pub cards: usize,
    /// Answers.
    pub reviews: usize,
    /// Pictures and sounds.
    pub media: usize,
    /// What a package cannot say.
    pub lost: Vec<String>,
}

/// The name Anki knows a note by: the one it came with, or one made of deck and note.
pub fn guid(deck: &DeckId, note: &NoteId) -> String {
    let own = note.as_str().strip_prefix("a-").filter(|hex| hex.len() >= 2 && hex.len().is_multiple_of(2)).and_then(|hex| {
        let bytes: Option<Vec<u8>> = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect();
        String::from_utf8(bytes?).ok().filter(|guid| !guid.is_empty() && !guid.chars().any(char::is_control))
    });
    own.unwrap_or_else(|| format!("ascertain:{deck}/{note}"))
}

/// Writes decks into `out`. `with_history` takes schedules and answers along.
pub fn write<W: Write + Seek>(
    decks: &[ExportDeck],
    with_history: bool,
    now: Now,
    rollover_hour: u8,
    out: W,
) -> Result<Packed, PackageError> {
    let database = disk::scratch()?;
    let mut packed = rows::write(database.path(), decks, with_history, now, rollover_hour)?;
    let mut zip = ZipWriter::new(out);
    let options = SimpleFileOptions::default().large_file(true);
    zip.start_file("collection.anki21", options)?;
    std::io::copy(&mut disk::open(database.path())?, &mut zip)?;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for deck in decks {
        let Some(folder) = &deck.media else { continue };
        for name in media_names(deck) {
            let path = folder.join(&name);
            let plain = name.rsplit('/').next().unwrap_or(&name).to_owned();
            if names.values().any(|known| *known == plain) {
                continue;
            }
            let Ok(mut file) = disk::open(&path) else {
                packed.lost.push(format!("the medium {name} of {} is not there", deck.deck.title));
                continue;
            };
            let member = names.len().to_string();
            zip.start_file(&member, options.compression_method(zip::CompressionMethod::Stored))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            zip.write_all(&bytes)?;
            names.insert(member, plain);
        }
    }
    packed.media = names.len();
    zip.start_file("media", options)?;
    zip.write_all(serde_json::to_string(&names).map_err(std::io::Error::other)?.as_bytes())?;
    zip.finish()?;
    Ok(packed)
}

/// The pictures and sounds a deck's texts name.
fn media_names(deck: &ExportDeck) -> std::collections::BTreeSet<String> {
    let mut names = std::collections::BTreeSet::new();
    for note in &deck.deck.notes {
        let all = note.full_text();
        names.extend(text::images(&all));
        names.extend(note.image.clone());
        names.extend(all.split("[sound:").skip(1).filter_map(|rest| rest.split(']').next()).map(str::to_owned));
    }
    names.retain(|name| {
        !name.is_empty() && name.split(['/', '\\']).all(|part| !part.is_empty() && part != ".." && part != ".") && !name.contains(':')
    });
    names
}
