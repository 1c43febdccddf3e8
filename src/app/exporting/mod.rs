//! Taking things along: decks in the formats of other programs, the history with its columns named, and everything in one archive.

use super::{CardEntry, Collection, Error, Paths, random_number, read_clock};
use crate::disk;
use crate::engine::scheduler::fold_with;
use crate::export::{
    ExportAnswer, ExportCard, ExportDeck, HistoryRow, PackageError, TableError, history_csv, history_json_lines, write_anki_text,
    write_archive, write_csv, write_gift, write_markdown, write_package, write_qti,
};
use crate::import::Members;
use crate::library::{Origin, media_folder_of, print_deck};
use crate::model::{CardPhase, CardState, Clock, Deck, DeckId, Due, Fact, FactBody, MarkKind, Note};
use crate::store::{self, Store};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A format decks are exported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Our own.
    Ron,
    /// An Anki package.
    Apkg,
    /// Anki's text form.
    AnkiText,
    /// A table.
    Csv,
    /// Markdown.
    Markdown,
    /// Moodle GIFT.
    Gift,
    /// A QTI 3.0 package.
    Qti,
}

impl ExportFormat {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Ron, Self::Apkg, Self::AnkiText, Self::Csv, Self::Markdown, Self::Gift, Self::Qti];

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ron => "Ascertain deck (RON)",
            Self::Apkg => "Anki package (.apkg)",
            Self::AnkiText => "Anki text",
            Self::Csv => "CSV table",
            Self::Markdown => "Markdown",
            Self::Gift => "Moodle GIFT",
            Self::Qti => "QTI 3.0 package",
        }
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Ron => "ron",
            Self::Apkg => "apkg",
            Self::AnkiText => "txt",
            Self::Csv => "csv",
            Self::Markdown => "md",
            Self::Gift => "gift",
            Self::Qti => "zip",
        }
    }
}

/// What an export wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// In words: "12 notes, 14 cards, 96 answers".
    pub words: String,
    /// What the format cannot say.
    pub lost: Vec<String>,
}

impl From<PackageError> for Error {
    fn from(error: PackageError) -> Self {
        match error {
            PackageError::Disk(error) => Self::from(error),
            other => {
                Self::environment(other.to_string()).because(std::error::Error::source(&other).map(ToString::to_string).unwrap_or_default())
            }
        }
    }
}

/// A deck with one note and what that note refers to: how a note travels in a package of another program.
fn alone(deck: &Deck, note: &Note) -> String {
    let sources: BTreeSet<_> = note.cites.iter().map(|cite| &cite.source).collect();
    print_deck(&Deck {
        domains: deck.domains.iter().filter(|domain| Some(&domain.id) == note.domain.as_ref()).cloned().collect(),
        sources: deck.sources.iter().filter(|source| sources.contains(&source.id)).cloned().collect(),
        notes: vec![note.clone()],
        ..deck.clone()
    })
}

impl Collection {
    fn wanted_deck(&self, id: &str) -> Result<&crate::library::Entry, Error> {
        let unknown = || {
            let known: Vec<&str> = self.library.decks.iter().map(|entry| entry.deck.id.as_str()).collect();
            Error::user(format!("there is no deck `{id}`")).hint(format!("there are {}", known.join(", ")))
        };
        let id = DeckId::new(id).map_err(|error| unknown().because(error))?;
        self.library.entry(&id).ok_or_else(unknown)
    }

    /// A deck as it is studied, the learner's changes included, as the text of a file.
    pub fn export_deck(&self, id: &str) -> Result<String, Error> {
        Ok(print_deck(&self.wanted_deck(id)?.deck))
    }

    /// The folder exports are offered in: the learner's documents, or the data folder.
    pub fn export_folder(&self) -> PathBuf {
        let documents =
            directories::UserDirs::new().and_then(|dirs| dirs.document_dir().map(Path::to_owned)).filter(|folder| folder.is_dir());
        documents.unwrap_or_else(|| self.paths.data.clone())
    }

    /// Ids of the learner's own decks.
    pub fn own_decks(&self) -> Vec<DeckId> {
        self.library.decks.iter().filter(|entry| matches!(entry.origin, Origin::File(_))).map(|entry| entry.deck.id.clone()).collect()
    }

    /// The text of a deck in a format that is text. None for the others.
    pub fn export_text(&self, id: &str, format: ExportFormat) -> Result<Option<(String, Vec<String>)>, Error> {
        let export = self.for_export(id, false)?;
        let failed = |error: TableError| Error::bug(error.to_string());
        Ok(Some(match format {
            ExportFormat::Ron => (print_deck(&export.deck), Vec::new()),
            ExportFormat::AnkiText => (write_anki_text(&export).map_err(failed)?, Vec::new()),
            ExportFormat::Csv => write_csv(&export).map_err(failed)?,
            ExportFormat::Markdown => (write_markdown(&export), Vec::new()),
            ExportFormat::Gift => write_gift(&export),
            ExportFormat::Apkg | ExportFormat::Qti => return Ok(None),
        }))
    }

    /// Writes decks to a file. Only a package takes several, and schedules and answers with them.
    pub fn export_decks(&self, ids: &[DeckId], format: ExportFormat, with_history: bool, path: &Path) -> Result<Exported, Error> {
        let Some(first) = ids.first() else { return Err(Error::user("there is nothing to export")) };
        if ids.len() > 1 && format != ExportFormat::Apkg {
            return Err(
                Error::user(format!("{} holds one deck", format.title())).hint("export the decks one by one, or as an Anki package")
            );
        }
        if let Some((text, lost)) = self.export_text(first.as_str(), format)? {
            disk::write(path, text.as_bytes())?;
            let notes = self.wanted_deck(first.as_str())?.deck.notes.len();
            return Ok(Exported { words: format!("{notes} notes"), lost });
        }
        if format == ExportFormat::Qti {
            let export = self.for_export(first.as_str(), false)?;
            let mut picture =
                |name: &str| export.media.as_ref().and_then(|folder| disk::read(&folder.join(name), disk::MAX_TEXT_BYTES).ok());
            let (bytes, lost) = write_qti(&export, &mut picture).map_err(|error| Error::bug(error.to_string()))?;
            disk::write(path, &bytes)?;
            return Ok(Exported { words: format!("{} notes", export.deck.notes.len()), lost });
        }
        let decks: Vec<ExportDeck> = ids.iter().map(|id| self.for_export(id.as_str(), with_history)).collect::<Result<_, _>>()?;
        let (now, hour) = (self.now(), self.policy().rollover_hour);
        let packed = disk::write_with(path, |file| write_package(&decks, with_history, now, hour, file))??;
        let words =
            format!("{} notes, {} cards, {} answers, {} pictures and sounds", packed.notes, packed.cards, packed.reviews, packed.media);
        Ok(Exported { words, lost: packed.lost })
    }

    fn for_export(&self, id: &str, with_history: bool) -> Result<ExportDeck, Error> {
        let entry = self.wanted_deck(id)?;
        let deck = Arc::clone(&entry.deck);
        let media = match &entry.origin {
            Origin::File(path) => media_folder_of(path, &deck.id),
            Origin::Shipped => None,
        };
        let mut cards = Vec::new();
        for id in deck.notes.iter().flat_map(super::super::model::deck::Note::cards).filter_map(|card| card.id(&deck.id)) {
            cards.push(match self.cards.get(&id).filter(|_| with_history) {
                Some(entry) => self.card_for_export(entry)?,
                None => ExportCard::default(),
            });
        }
        let sources = deck.notes.iter().map(|note| alone(&deck, note)).collect();
        Ok(ExportDeck { deck, cards, media, sources })
    }

    fn card_for_export(&self, entry: &CardEntry) -> Result<ExportCard, Error> {
        let hour = self.policy().rollover_hour;
        let mut card = ExportCard {
            state: entry.state.clone(),
            interval_days: entry.state.interval_days(hour),
            answers: Vec::new(),
            resets: Vec::new(),
        };
        if entry.state.changed_at.is_none() {
            return Ok(card);
        }
        let mut steps: Vec<(Fact, CardState)> = Vec::new();
        let facts = self.facts_about(&entry.id)?;
        let last = fold_with(&facts, &self.policies, |fact, before| steps.push((fact.clone(), before.clone())))?;
        for (index, (fact, before)) in steps.iter().enumerate() {
            if matches!(fact.body, FactBody::Mark(_, MarkKind::Reset)) {
                card.resets.push(fact.at.at);
            }
            let FactBody::Review(review) = &fact.body else { continue };
            let after = steps.get(index + 1).map_or(&last, |(_, state)| state);
            let phase = match before.phase {
                CardPhase::New | CardPhase::Learning => 0,
                CardPhase::Review => 1,
                CardPhase::Relearning => 2,
            };
            let interval_days = match after.due {
                Some(Due::Day(day)) => day.days_since(fact.at.study_day(hour)).max(1),
                _ => 0,
            };
            let (at, rating, taken_millis) = (fact.at.at, review.rating, review.taken_millis);
            card.answers.push(ExportAnswer { at, rating, taken_millis, phase, interval_days });
        }
        Ok(card)
    }

    /// The history, oldest first, as CSV or as JSON Lines.
    pub fn export_history(&self, as_json: bool) -> Result<String, Error> {
        let facts = self.store.all_facts()?;
        let withdrawn: BTreeSet<_> =
            facts.iter().filter_map(|fact| if let FactBody::Withdrawal(id) = fact.body { Some(id) } else { None }).collect();
        let mut rows: Vec<HistoryRow> = facts.iter().filter_map(|fact| row(fact, withdrawn.contains(&fact.id))).collect();
        rows.sort_by(|a, b| (a.at.at, &a.fact).cmp(&(b.at.at, &b.fact)));
        if as_json { Ok(history_json_lines(&rows)) } else { history_csv(&rows).map_err(|error| Error::bug(error.to_string())) }
    }

    /// Everything in one archive: history, decks with their pictures, settings. Another machine restores exactly that.
    pub fn export_everything(&self, path: &Path) -> Result<Exported, Error> {
        let now = self.now();
        let backup = self.store.backup(now, "everything")?;
        let folder = self.decks_folder();
        let mut members = vec![("history.db".to_owned(), backup.path.clone())];
        if self.paths.settings().exists() {
            members.push(("settings.ron".to_owned(), self.paths.settings()));
        }
        if folder.exists() {
            for file in disk::files_below(&folder, "", MAX_DEPTH)? {
                let Ok(inside) = file.strip_prefix(&folder) else { continue };
                members.push((format!("decks/{}", inside.to_string_lossy().replace('\\', "/")), file));
            }
        }
        let about = format!("{{\"ascertain\": 1, \"made\": \"{}\"}}\n", now.local().format("%Y-%m-%dT%H:%M:%S"));
        disk::write_with(path, |file| write_archive(&about, &members, file))??;
        let words = format!("{} reviews, {} files", backup.reviews.unwrap_or(0), members.len());
        Ok(Exported { words, lost: Vec::new() })
    }

    /// Writes an exported text to a file.
    pub fn write_export(&self, path: &Path, text: &str) -> Result<(), Error> {
        Ok(disk::write(path, text.as_bytes())?)
    }
}

/// How deep folders of decks are.
const MAX_DEPTH: usize = 8;

fn row(fact: &Fact, withdrawn: bool) -> Option<HistoryRow> {
    let name = format!("{:016x}-{}", fact.id.device, fact.id.sequence);
    let mark = |card: &crate::model::CardId, what| HistoryRow {
        at: fact.at,
        card: card.clone(),
        what,
        rating: None,
        taken_millis: None,
        kind: None,
        fact: name.clone(),
        withdrawn,
    };
    match &fact.body {
        FactBody::Review(review) => Some(HistoryRow {
            rating: Some(review.rating.number()),
            taken_millis: Some(review.taken_millis),
            kind: Some(review.kind.as_str()),
            ..mark(&review.card, "review")
        }),
        FactBody::Mark(card, kind) => Some(mark(card, kind.word())),
        FactBody::Policy(_) | FactBody::Withdrawal(_) => None,
    }
}

/// Whether a file is an archive, rather than a backup of the history alone.
pub fn is_archive(path: &Path) -> Result<bool, Error> {
    Ok(disk::read_head(path, 4)?.starts_with(b"PK"))
}

/// Puts everything of an archive in the place of what is here; what was here is kept, and its new place returned. The collection must be
/// closed.
pub fn restore_everything(paths: &Paths, archive: &Path, clock: &dyn Clock) -> Result<PathBuf, Error> {
    let mut members = Members::open(archive)?;
    let names = members.listed();
    let Some(history) = names.iter().position(|name| name == "history.db") else {
        return Err(Error::user("this is no archive of everything: there is no history in it")
            .hint("make one with Export everything, or `ascertain export --everything`"));
    };
    // Nothing is touched before the whole archive was unpacked and its history counted.
    let now = read_clock(clock);
    let stamp = now.local().format("%Y-%m-%d-%H%M%S").to_string();
    let staged = paths.data.join(format!("restoring-{stamp}"));
    let database = staged.join("history.db");
    members.unpack_to(history, &database)?;
    let mut files = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let Some(inside) = name.strip_prefix("decks/").filter(|inside| is_inside(inside)) else { continue };
        let target = staged.join("decks").join(inside);
        members.unpack_to(index, &target)?;
        files.push(target);
    }
    let settings = names.iter().position(|name| name == "settings.ron");
    if let Some(index) = settings {
        members.unpack_to(index, &staged.join("settings.ron"))?;
    }
    let _counted: u64 = Store::read_only(&staged)?.review_count()?;
    let aside = store::restore(&paths.data, &database, random_number()?, now)?;
    let replaced = paths.replaced().join(format!("everything-{stamp}"));
    if paths.decks().exists() {
        disk::rename(&paths.decks(), &replaced.join("decks"))?;
    }
    if !files.is_empty() {
        disk::rename(&staged.join("decks"), &paths.decks())?;
    }
    if settings.is_some() {
        if paths.settings().exists() {
            disk::rename(&paths.settings(), &replaced.join("settings.ron"))?;
        }
        disk::rename(&staged.join("settings.ron"), &paths.settings())?;
        settle_folder(paths)?;
    }
    disk::remove_folder(&staged)?;
    Ok(aside)
}

/// The decks lie in the data folder now, wherever the other machine had them.
fn settle_folder(paths: &Paths) -> Result<(), Error> {
    let (mut settings, _) = super::Settings::load(&paths.settings());
    settings.decks_folder = None;
    settings.save(&paths.settings())
}

fn is_inside(path: &str) -> bool {
    !path.contains([':', '\\', '\0']) && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

#[cfg(test)]
mod tests;
