//! Lists of notes: what a search finds.

use super::study::shorten;
use super::{CardEntry, Collection, Error};
use crate::engine::query;
use crate::model::{CardId, CardPhase, CardState, DeckId, Due, NoteId};
use std::collections::BTreeMap;

/// A note in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteRow {
    /// Its deck.
    pub deck: DeckId,
    /// The deck's title.
    pub deck_title: String,
    /// The note.
    pub note: NoteId,
    /// Its first card that the search found.
    pub card: CardId,
    /// What it asks, in a line.
    pub headline: String,
    /// The word of its kind.
    pub kind: &'static str,
    /// How many of its cards the search found.
    pub cards: usize,
    /// Where it stands: "new", "due", "in 6 days", "suspended".
    pub standing: String,
    /// Flags and other marks, in words.
    pub marks: Vec<String>,
}

impl Collection {
    /// The notes a search finds, in the decks' order.
    pub fn search_notes(&self, text: &str) -> Result<Vec<NoteRow>, Error> {
        let query = query::parse(text)?;
        let mut rows: Vec<NoteRow> = Vec::new();
        for (_, entry) in self.cards.search(&query, &self.looking()) {
            if let Some(last) = rows.last_mut().filter(|row| row.deck == entry.id.deck && row.note == entry.id.note) {
                last.cards += 1;
                continue;
            }
            let Some(note) = entry.note() else { continue };
            rows.push(NoteRow {
                deck: entry.id.deck.clone(),
                deck_title: entry.deck.title.clone(),
                note: note.id.clone(),
                card: entry.id.clone(),
                headline: shorten(&note.headline(), 160),
                kind: note.kind_word(),
                cards: 1,
                standing: self.standing(&entry.state),
                marks: Self::marks(&entry.state),
            });
        }
        Ok(rows)
    }

    /// What a search looks with now.
    pub(super) fn looking(&self) -> super::cards::Looking<'_> {
        super::cards::Looking { now: self.now(), today: self.today(), answers: &self.planning.answers, scheduler: self.scheduler() }
    }

    /// The cards a search finds, in the decks' order.
    pub fn search_cards(&self, text: &str) -> Result<Vec<&CardEntry>, Error> {
        let query = query::parse(text)?;
        let found = self.cards.search(&query, &self.looking()).map(|(_, entry)| entry).collect();
        Ok(found)
    }

    /// Where a card stands, in a word or two.
    pub fn standing(&self, state: &CardState) -> String {
        let (now, today) = (self.now(), self.today());
        match (state.phase, state.due) {
            _ if state.suspended => "suspended".to_owned(),
            _ if state.buried_until.is_some_and(|day| day > today) => "until tomorrow".to_owned(),
            (CardPhase::New, _) => "new".to_owned(),
            _ if state.is_due(now.at, today) => "due".to_owned(),
            (_, Some(Due::Day(day))) => format!("in {}", crate::model::time::interval_words(i64::from(day.days_since(today)) * 86_400)),
            (_, Some(Due::At(_))) => "learning".to_owned(),
            (_, None) => String::new(),
        }
    }

    fn marks(state: &CardState) -> Vec<String> {
        let mut marks = Vec::new();
        if let Some(flag) = state.flag {
            marks.push(format!("flag {}", flag.number()));
        }
        if state.disputed {
            marks.push("wrong key".to_owned());
        }
        if state.is_leech(query_leech()) {
            marks.push("leech".to_owned());
        }
        if !state.remark.is_empty() {
            marks.push("noted".to_owned());
        }
        marks
    }

    /// What is known of a card, as names and values.
    pub fn card_facts(&self, card: &CardId) -> Vec<(String, String)> {
        let Some(entry) = self.cards.get(card) else { return Vec::new() };
        let state = &entry.state;
        let mut facts = vec![("standing".to_owned(), self.standing(state))];
        if let Some(memory) = state.memory {
            facts.push(("answers".to_owned(), state.reps.to_string()));
            facts.push(("lapses".to_owned(), state.lapses.to_string()));
            facts.push(("stability".to_owned(), format!("{:.1} days", memory.stability)));
            facts.push(("difficulty".to_owned(), format!("{:.1} of 10", memory.difficulty)));
        }
        if let Some(recall) = self.scheduler().retrievability(state, self.now()) {
            facts.push(("recall now".to_owned(), format!("{:.0} %", recall * 100.0)));
        }
        facts.extend(Self::marks(state).into_iter().map(|mark| ("mark".to_owned(), mark)));
        facts
    }

    /// The tags of all notes with how often each is used.
    pub fn tags(&self) -> BTreeMap<String, usize> {
        let mut tags = BTreeMap::new();
        for entry in self.library.decks.iter().filter(|entry| !self.settings.hidden_decks.contains(entry.deck.id.as_str())) {
            for tag in entry.deck.notes.iter().flat_map(|note| &note.tags) {
                *tags.entry(tag.clone()).or_default() += 1;
            }
        }
        tags
    }
}

fn query_leech() -> u32 {
    crate::engine::query::LEECH_LAPSES
}
