//! Every card of the library with what the history knows of it.

use crate::engine::query::{Columns, Query, Row, Subject, Term, Texts, When, term_matches};
use crate::engine::scheduler::Scheduler;
use crate::library::Library;
use crate::model::{Card, CardId, CardKind, CardState, Deck, Note, Now, StudyDay};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

/// A card and where it stands in the library.
#[derive(Debug, Clone)]
pub struct CardEntry {
    /// Its id.
    pub id: CardId,
    /// Its deck.
    pub deck: Arc<Deck>,
    /// Which of the library's decks that is.
    pub deck_number: usize,
    /// Which of the deck's notes it comes from.
    pub note_index: usize,
    /// Which of the note's cards it is.
    pub card_index: usize,
    /// A number its siblings share.
    pub note_number: usize,
    /// What kind it is.
    pub kind: CardKind,
    /// What is known of it.
    pub state: CardState,
    /// Whether its deck is hidden.
    pub hidden: bool,
}

impl CardEntry {
    /// The note it comes from.
    pub fn note(&self) -> Option<&Note> {
        self.deck.notes.get(self.note_index)
    }

    /// As a search sees it.
    fn row(&self) -> Row<'_> {
        let note = self.note();
        Row {
            deck: self.id.deck.as_str(),
            hidden: self.hidden || note.is_none(),
            note_number: self.note_number,
            domain: note.and_then(|note| note.domain.as_ref()).map_or("", |domain| domain.as_str()),
            tags: note.map_or(&[], |note| note.tags.as_slice()),
            state: &self.state,
        }
    }

    /// What it shows.
    pub fn card(&self) -> Option<Card<'_>> {
        self.note()?.cards().get(self.card_index).copied()
    }
}

/// All cards.
#[derive(Debug, Default)]
pub struct Cards {
    entries: Vec<CardEntry>,
    by_id: HashMap<CardId, usize>,
    /// Earlier ids of cards, and the ids they have now.
    renamed: HashMap<CardId, CardId>,
    /// What is known of cards that are not in the library now.
    orphans: Vec<(CardId, CardState)>,
    texts: OnceLock<Texts>,
    columns: OnceLock<Columns>,
}

impl Cards {
    /// Joins library and history. A card's history is found under its id or one its note had before.
    pub(super) fn new(library: &Library, mut states: HashMap<CardId, CardState>, hidden: &BTreeSet<String>) -> Self {
        let mut cards = Self::default();
        let mut note_number = 0;
        for (deck_number, library_entry) in library.decks.iter().enumerate() {
            let deck = &library_entry.deck;
            let hidden = hidden.contains(deck.id.as_str());
            for (note_index, note) in deck.notes.iter().enumerate() {
                note_number += 1;
                for (card_index, card) in note.cards().into_iter().enumerate() {
                    let Some(id) = card.id(&deck.id) else { continue };
                    let state = take_state(&mut states, note, &id);
                    let earlier = note.was.iter().map(|old| CardId { note: old.clone(), ..id.clone() });
                    cards.renamed.extend(earlier.map(|old| (old, id.clone())));
                    cards.by_id.insert(id.clone(), cards.entries.len());
                    let (deck, kind) = (Arc::clone(deck), card.kind());
                    cards.entries.push(CardEntry { id, deck, deck_number, note_index, card_index, note_number, kind, state, hidden });
                }
            }
        }
        cards.orphans = states.into_iter().collect();
        cards.orphans.sort_by(|a, b| a.0.cmp(&b.0));
        cards
    }

    /// The history by card, to be joined with another library.
    pub fn into_states(self) -> HashMap<CardId, CardState> {
        let known = self.entries.into_iter().filter(|entry| entry.state != CardState::default()).map(|entry| (entry.id, entry.state));
        known.chain(self.orphans).collect()
    }

    /// All of them.
    pub fn all(&self) -> &[CardEntry] {
        &self.entries
    }

    /// Where one stands among all.
    pub fn index(&self, id: &CardId) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// One by id.
    pub fn get(&self, id: &CardId) -> Option<&CardEntry> {
        self.by_id.get(id).and_then(|index| self.entries.get(*index))
    }

    /// Cards of the same note, this one among them.
    pub fn siblings(&self, id: &CardId) -> Vec<&CardEntry> {
        let Some(index) = self.by_id.get(id).copied() else { return Vec::new() };
        let Some(note) = self.entries.get(index).map(|entry| entry.note_number) else { return Vec::new() };
        let mut from = index;
        while from > 0 && self.entries.get(from - 1).is_some_and(|entry| entry.note_number == note) {
            from -= 1;
        }
        self.entries.iter().skip(from).take_while(|entry| entry.note_number == note).collect()
    }

    /// Replaces what is known of a card.
    pub fn set_state(&mut self, id: &CardId, state: CardState) {
        let Some(place) = self.index(id) else { return };
        if let Some(columns) = self.columns.get_mut() {
            columns.set_state(place, &state);
        }
        if let Some(entry) = self.entries.get_mut(place) {
            entry.state = state;
        }
    }

    /// Cards that are not in the library and were answered or written about.
    pub fn orphans(&self) -> impl Iterator<Item = &CardId> {
        self.orphans.iter().filter(|(_, state)| state.reps > 0 || !state.remark.is_empty()).map(|(id, _)| id)
    }

    /// The id a card has now, if it had another when something happened to it.
    pub fn renamed(&self, id: &CardId) -> Option<&CardId> {
        self.renamed.get(id).filter(|_| !self.by_id.contains_key(id))
    }

    /// The id a card has now, whatever it was called when something happened to it.
    pub fn now_called(&self, id: &CardId) -> CardId {
        self.renamed(id).unwrap_or(id).clone()
    }

    /// The cards a search means, hidden decks left out.
    pub fn search<'a>(&'a self, query: &Query, looking: &Looking<'_>) -> impl Iterator<Item = (usize, &'a CardEntry)> {
        let nothing = Texts::default();
        let texts = if query.needs_text() { self.texts() } else { &nothing };
        let when = When { now: looking.now, today: looking.today, rollover_hour: looking.scheduler.policy().rollover_hour };
        let found = self.columns().find(query, when, texts, &|term, place| self.one(term, place, looking));
        found.places().filter_map(|place| Some((place, self.entries.get(place)?)))
    }

    /// Whether a condition holds of one card; that of a text is never asked here.
    fn one(&self, term: &Term, place: usize, looking: &Looking<'_>) -> bool {
        let Some((entry, note)) = self.entries.get(place).and_then(|entry| Some((entry, entry.note()?))) else { return false };
        let (needs_answers, needs_recall) = (term.needs_answers(), term.needs_recall());
        let subject = Subject {
            deck: entry.id.deck.as_str(),
            deck_title: &entry.deck.title,
            domain: note.domain.as_ref().map_or("", |domain| domain.as_str()),
            note: note.id.as_str(),
            tags: &note.tags,
            kind: entry.kind,
            text: "",
            state: &entry.state,
            answers: if needs_answers { looking.answers.get(&entry.id).map_or(&[], Vec::as_slice) } else { &[] },
            recall: if needs_recall { looking.scheduler.retrievability(&entry.state, looking.now) } else { None },
            rollover_hour: looking.scheduler.policy().rollover_hour,
        };
        term_matches(term, &subject, looking.now, looking.today)
    }

    /// The columns of all cards: made at the first search.
    fn columns(&self) -> &Columns {
        self.columns.get_or_init(|| Columns::new(&self.entries.iter().map(CardEntry::row).collect::<Vec<_>>()))
    }

    /// The text of each note, by its number from 1: made at the first search that needs it.
    fn texts(&self) -> &Texts {
        self.texts.get_or_init(|| {
            let mut texts = Texts::default();
            for entry in &self.entries {
                // A note that yields no card has a number and no entry.
                while texts.len() + 1 < entry.note_number {
                    texts.push("");
                }
                if texts.len() < entry.note_number {
                    texts.push(&entry.note().map(Note::full_text).unwrap_or_default());
                }
            }
            texts
        })
    }
}

/// What a search looks with: the clock, the answers, the rules.
pub struct Looking<'a> {
    pub(super) now: Now,
    pub(super) today: StudyDay,
    pub(super) answers: &'a super::planning::Answers,
    pub(super) scheduler: &'a Scheduler,
}

fn take_state(states: &mut HashMap<CardId, CardState>, note: &Note, id: &CardId) -> CardState {
    let mut state = states.remove(id);
    for old in &note.was {
        let old = CardId { note: old.clone(), ..id.clone() };
        let found = states.remove(&old);
        state = state.or(found);
    }
    state.unwrap_or_default()
}
