//! Files of other programs: any bytes in, a [`Foreign`] out. Writes nothing, opens no address, and never panics on what it is given.
//!
//! **Invariant:** an importer hands over what it understood together with a finding for everything it did not, with file and line.

mod aiken;
mod anki_text;
mod apkg;
mod archive;
mod banks;
mod bodies;
mod cbt;
mod detect;
mod findings;
mod foreign;
mod gift;
mod hashcards;
mod html;
mod json;
mod media;
mod mnemosyne;
mod moodle;
mod obsidian;
mod outlet;
mod progress;
mod qti;
mod recalled;
mod table;
mod text;
mod text2qti;
mod xml;

pub use archive::Members;
pub use detect::{Format, detect};
pub use foreign::{
    Column, DeckHead, Foreign, ForeignAnswer, ForeignCard, ForeignDeck, ForeignDue, ForeignKnown, ForeignNote, ForeignPhase,
    ForeignStanding, Media, MediaFrom, Role, Take,
};
pub use progress::Progress;
pub use table::columns_key;

use crate::disk::{self, DiskError};
use outlet::Outlet;
use std::collections::BTreeMap;
use std::path::Path;

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// What is in it.
    #[error("{message}")]
    Refused {
        /// Line, from 1; 0 where files have none.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong, in a sentence without a full stop.
        message: String,
    },
    /// The learner stopped it.
    #[error("it was stopped")]
    Cancelled,
}

impl ImportError {
    fn refused(message: impl Into<String>) -> Self {
        Self::Refused { line: 0, column: 0, message: message.into() }
    }
}

/// What the learner may say about a file before it is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// The format, where the guess is wrong.
    pub format: Option<Format>,
    /// For a table: what its columns are.
    pub columns: Option<Vec<Role>>,
    /// For Quizlet text: what stands between term and definition.
    pub between_sides: Option<String>,
    /// For Quizlet text: what stands between two cards.
    pub between_cards: Option<String>,
    /// For two columns: the second is the question.
    pub swap_sides: bool,
    /// For tables: what columns with these headings are, by [`columns_key`].
    pub profiles: BTreeMap<String, Vec<Role>>,
}

/// Reads a file, and hands its notes to `take`; what is returned is what there is besides. `path` must be a regular file.
pub fn read_file(path: &Path, options: &ReadOptions, progress: &Progress, take: &mut dyn Take) -> Result<Foreign, ImportError> {
    let head = disk::read_head(path, detect::HEAD)?;
    if archive::is_zip(&head) {
        return read_archive(path, options, progress, take);
    }
    progress.stage("Reading", 0)?;
    let bytes = disk::read(path, disk::MAX_TEXT_BYTES)?;
    read_bytes(path, bytes, options, progress, take)
}

/// Reads a text that may come from the clipboard. `path` names it and says where pictures are looked for.
pub fn read_bytes(
    path: &Path,
    bytes: Vec<u8>,
    options: &ReadOptions,
    progress: &Progress,
    take: &mut dyn Take,
) -> Result<Foreign, ImportError> {
    let text = text::decode(bytes)?;
    let format = match options.format {
        Some(format) => format,
        None => detect(path, &text).ok_or_else(|| ImportError::refused(detect::unknown(path, &text)))?,
    };
    progress.stage("Converting", text.len() as u64)?;
    let mut outlet = Outlet::new(path, format.title(), take);
    let foreign = read_text(path, &text, format, options, &mut outlet)?;
    finish(foreign, format, outlet, progress)
}

fn read_text(path: &Path, text: &str, format: Format, options: &ReadOptions, outlet: &mut Outlet<'_>) -> Result<Foreign, ImportError> {
    match format {
        Format::AnkiText => anki_text::read(path, text),
        Format::Table => table::read(path, text, options, outlet),
        Format::Quizlet => Ok(table::read_quizlet(path, text, options)),
        Format::Gift => Ok(gift::read(path, text)),
        Format::Aiken => Ok(aiken::read(path, text)),
        Format::MoodleXml => moodle::read(path, text),
        Format::Qti => qti::read_text(path, text),
        Format::Mnemosyne => mnemosyne::read_xml(path, text),
        Format::Hashcards => Ok(hashcards::read(path, text)),
        Format::Obsidian => Ok(obsidian::read(path, text)),
        Format::MarkdownBank => Ok(banks::read(path, text)),
        Format::Cbt => Ok(cbt::read(path, text)),
        Format::Text2Qti => Ok(text2qti::read(path, text)),
        Format::Json => json::read(path, text),
        Format::AnkiPackage | Format::MnemosyneCards | Format::QtiPackage => {
            Err(ImportError::refused(format!("this is not {}: it is no archive", format.title())))
        }
    }
}

fn read_archive(path: &Path, options: &ReadOptions, progress: &Progress, take: &mut dyn Take) -> Result<Foreign, ImportError> {
    let mut members = Members::open(path)?;
    let format = members.format().ok_or_else(|| ImportError::refused(members.unknown()))?;
    if options.format.is_some_and(|wanted| wanted != format) {
        return Err(ImportError::refused(format!("this is {}", format.title())));
    }
    let mut outlet = Outlet::new(path, format.title(), take);
    let foreign = match format {
        Format::AnkiPackage => apkg::read(path, &mut members, progress, &mut outlet)?,
        Format::MnemosyneCards => mnemosyne::read_archive(path, &mut members, progress)?,
        _ => qti::read_archive(path, &mut members, progress)?,
    };
    finish(foreign, format, outlet, progress)
}

/// Lets out the notes of readers that kept them; a file without any is refused.
fn finish(mut foreign: Foreign, format: Format, outlet: Outlet<'_>, progress: &Progress) -> Result<Foreign, ImportError> {
    progress.check()?;
    format.title().clone_into(&mut foreign.format);
    if outlet.finish(&mut foreign) == 0 && foreign.issues.is_empty() {
        return Err(ImportError::refused(format!("no question or card was found in it, read as {}", foreign.format)));
    }
    Ok(foreign)
}

/// Calls one reader of texts with any bytes: what a fuzz target runs.
#[cfg(feature = "fuzzing")]
pub fn fuzz_text(format: &str, bytes: &[u8]) {
    let options = ReadOptions { format: Format::parse(format), ..ReadOptions::default() };
    drop(read_bytes(Path::new("input"), bytes.to_vec(), &options, &Progress::default(), &mut Vec::new()));
}

/// Calls the readers of archives with any bytes.
#[cfg(feature = "fuzzing")]
pub fn fuzz_archive(bytes: &[u8]) {
    let Ok(file) = disk::scratch() else { return };
    if disk::write(file.path(), bytes).is_ok() {
        drop(read_file(file.path(), &ReadOptions::default(), &Progress::default(), &mut Vec::new()));
    }
}

/// Calls every reader with any bytes.
#[cfg(test)]
fn read_as_everything(bytes: &[u8]) {
    let path = Path::new("input");
    let progress = Progress::default();
    for format in Format::ALL {
        let options = ReadOptions { format: Some(format), ..ReadOptions::default() };
        drop(read_bytes(path, bytes.to_vec(), &options, &progress, &mut Vec::new()));
    }
    drop(read_bytes(path, bytes.to_vec(), &ReadOptions::default(), &progress, &mut Vec::new()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folder(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
    }

    fn files(folder: &Path) -> Vec<std::path::PathBuf> {
        disk::files_below(folder, "", 4).expect("a folder")
    }

    /// Every file of the corpus, and every fixture, goes through every reader, whole and cut short: nothing panics.
    #[test]
    fn the_corpus_goes_through_every_reader() {
        let all: Vec<_> = files(&folder("corpus")).into_iter().chain(files(&folder("import"))).collect();
        assert!(all.len() >= 30, "{} files", all.len());
        for file in all {
            let bytes = disk::read(&file, disk::MAX_TEXT_BYTES).expect("read");
            drop(read_file(&file, &ReadOptions::default(), &Progress::default(), &mut Vec::new()));
            if !archive::is_zip(&bytes) {
                read_as_everything(&bytes);
                for cut in [1, 3, 7] {
                    read_as_everything(bytes.get(..bytes.len() * cut / 8).unwrap_or_default());
                }
            }
        }
    }

    /// An archive damaged anywhere is refused or read, and nothing panics.
    #[test]
    fn damaged_archives_are_refused_or_read() {
        let scratch = tempfile::tempdir().expect("a folder");
        let archives: Vec<_> =
            files(&folder("import")).into_iter().filter(|file| archive::is_zip(&disk::read_head(file, 4).expect("read"))).collect();
        assert!(archives.len() >= 4, "{} archives", archives.len());
        for file in archives {
            let bytes = disk::read(&file, disk::MAX_TEXT_BYTES).expect("read");
            for place in 0..40 {
                let at = bytes.len() * place / 40;
                let mut damaged = bytes.clone();
                damaged.iter_mut().skip(at).take(7).for_each(|byte| *byte = byte.wrapping_add(91));
                for (name, content) in [("damaged", damaged.as_slice()), ("short", bytes.get(..at).unwrap_or_default())] {
                    let path = scratch.path().join(name);
                    disk::write(&path, content).expect("written");
                    drop(read_file(&path, &ReadOptions::default(), &Progress::default(), &mut Vec::new()));
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            read_as_everything(&bytes);
        }

        #[test]
        fn any_text_of_marks_is_read_or_refused(text in "[a-c:=~#{}\\\\%\\->\n<>/&;\"',|*\\[\\]().0-9 QAC@!x_?]{0,200}") {
            read_as_everything(text.as_bytes());
        }
    }
}
