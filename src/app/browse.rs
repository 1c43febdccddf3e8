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

/// What the browser's table is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// The decks' order.
    #[default]
    Order,
    /// What is asked.
    Question,
    /// The deck.
    Deck,
    /// The kind of card.
    Kind,
    /// When it is due; new cards last.
    Due,
    /// Days of its interval.
    Interval,
    /// Stability.
    Stability,
    /// Difficulty.
    Difficulty,
    /// Answers.
    Reps,
    /// Lapses.
    Lapses,
}

impl Collection {
    /// The places of the cards a search finds, among [`Self::all_cards`], in an order.
    pub fn browse(&self, text: &str, sort: SortBy, descending: bool) -> Result<Vec<usize>, Error> {
        let query = query::parse(text)?;
        let mut found: Vec<(usize, &CardEntry)> = self.cards.search(&query, &self.looking()).collect();
        let hour = self.policy().rollover_hour;
        let number = |value: f32| (value * 1000.0) as i64;
        let memory =
            |entry: &CardEntry, of: fn(crate::model::MemoryState) -> f32| entry.state.memory.map_or(i64::MAX, |memory| number(of(memory)));
        match sort {
            SortBy::Order => {}
            SortBy::Question => found.sort_by_cached_key(|(_, entry)| entry.note().map(asked_words)),
            SortBy::Deck => found.sort_by(|(_, a), (_, b)| a.deck.title.cmp(&b.deck.title)),
            SortBy::Kind => found.sort_by_key(|(_, entry)| entry.kind),
            SortBy::Due => found.sort_by_key(|(_, entry)| due_millis(&entry.state)),
            SortBy::Interval => found.sort_by_key(|(_, entry)| entry.state.interval_days(hour)),
            SortBy::Stability => found.sort_by_key(|(_, entry)| memory(entry, |memory| memory.stability)),
            SortBy::Difficulty => found.sort_by_key(|(_, entry)| memory(entry, |memory| memory.difficulty)),
            SortBy::Reps => found.sort_by_key(|(_, entry)| entry.state.reps),
            SortBy::Lapses => found.sort_by_key(|(_, entry)| entry.state.lapses),
        }
        let mut places: Vec<usize> = found.into_iter().map(|(place, _)| place).collect();
        if descending {
            places.reverse();
        }
        Ok(places)
    }

    /// Keeps a search under a name, or forgets it.
    pub fn set_search(&mut self, name: &str, query: Option<&str>) -> Result<(), Error> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Error::user("a search needs a name"));
        }
        let mut settings = self.settings.clone();
        match query {
            Some(query) => {
                query::parse(query)?;
                settings.searches.insert(name.to_owned(), query.trim().to_owned());
            }
            None => drop(settings.searches.remove(name)),
        }
        self.set_settings(settings)
    }
}

/// The beginning of what a note asks, for sorting.
fn asked_words(note: &crate::model::Note) -> String {
    use crate::model::NoteBody;
    let text = match &note.body {
        NoteBody::Basic { front, .. } => front,
        NoteBody::Cloze { text, .. } => text,
        NoteBody::Question(question) => &question.stem,
        NoteBody::Case(case) => &case.scenario,
    };
    text.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().take(80).flat_map(char::to_lowercase).collect()
}

fn due_millis(state: &CardState) -> i64 {
    match state.due {
        Some(Due::Day(day)) => i64::from(day.0) * 86_400_000,
        Some(Due::At(at)) => at.0,
        None => i64::MAX,
    }
}
