//! The way out for notes: what holds for every format is done here, note by note.

use super::foreign::{DeckHead, Foreign, ForeignNote, Media, Take};
use super::media::Settler;
use super::recalled::Looker;
use std::path::Path;

/// Pictures that are not there become words, a bank that looks recalled is called one, and the note goes on to who takes it.
pub(super) struct Outlet<'a> {
    path: &'a Path,
    format: &'static str,
    settler: Settler<'a>,
    looker: Looker,
    last_title: String,
    taken: usize,
    take: &'a mut dyn Take,
}

impl<'a> Outlet<'a> {
    pub(super) fn new(path: &'a Path, format: &'static str, take: &'a mut dyn Take) -> Self {
        Self { path, format, settler: Settler::new(path), looker: Looker::default(), last_title: String::new(), taken: 0, take }
    }

    /// Pictures and sounds of the file, before the notes that name them.
    pub(super) fn know(&mut self, media: &[Media]) {
        for medium in media {
            self.settler.know(&medium.name);
        }
    }

    pub(super) fn note(&mut self, title: &str, summary: &str, mut note: ForeignNote) {
        self.settler.note(&mut note);
        self.looker.note(&note);
        if self.taken == 0 || title != self.last_title {
            self.looker.title(title);
            title.clone_into(&mut self.last_title);
        }
        self.taken += 1;
        self.take.note(DeckHead { format: self.format, title, summary }, note);
    }

    /// Lets out what the reader kept, and says what was found on the way. Returns how many notes there were.
    pub(super) fn finish(mut self, foreign: &mut Foreign) -> usize {
        self.know(&foreign.media);
        for deck in std::mem::take(&mut foreign.decks) {
            for note in deck.notes {
                self.note(&deck.title, &deck.summary, note);
            }
        }
        self.settler.finish(foreign);
        if let Some(issue) = self.looker.finding(self.path) {
            foreign.issues.insert(0, issue);
        }
        self.taken
    }
}
