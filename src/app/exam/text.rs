//! The text of a question as it is asked: kept with the history, so that a report stays true when a deck is edited or removed.

use crate::app::CardEntry;
use crate::library::{Content, load_text, print_deck};
use crate::model::id::fnv1a;
use crate::model::{CardId, CardState, Deck};
use chrono::NaiveDate;
use std::path::Path;
use std::sync::Arc;

/// A deck of this one note, with its domain and sources, as a file would have it.
pub(super) fn snapshot(entry: &CardEntry) -> Option<(u64, String, Deck)> {
    let note = entry.note()?;
    let cited = |id: &crate::model::SourceId| note.cites.iter().any(|cite| cite.source == *id);
    let deck = Deck {
        domains: entry.deck.domains.iter().filter(|domain| note.domain.as_ref() == Some(&domain.id)).cloned().collect(),
        sources: entry.deck.sources.iter().filter(|source| cited(&source.id)).cloned().collect(),
        notes: vec![note.clone()],
        id: entry.deck.id.clone(),
        title: entry.deck.title.clone(),
        summary: String::new(),
        language: entry.deck.language.clone(),
        edition: entry.deck.edition.clone(),
        as_of: entry.deck.as_of,
        license: entry.deck.license.clone(),
    };
    let text = print_deck(&deck);
    Some((fnv1a(text.as_bytes()), text, deck))
}

/// A card entry over a deck of one note.
pub(super) fn entry(card: &CardId, deck: Deck) -> Option<CardEntry> {
    let deck = Arc::new(deck);
    let note = deck.notes.first()?;
    let cards = note.cards();
    let (card_index, kind) = cards.iter().enumerate().find_map(|(index, one)| (one.id(&deck.id)? == *card).then(|| (index, one.kind())))?;
    Some(CardEntry {
        id: card.clone(),
        deck: Arc::clone(&deck),
        deck_number: 0,
        note_index: 0,
        card_index,
        note_number: 0,
        kind,
        state: CardState::default(),
        hidden: false,
    })
}

/// Reads a kept text back; none if no version of the program wrote it.
pub(super) fn read(card: &CardId, text: &str) -> Option<CardEntry> {
    let today = NaiveDate::default();
    match load_text(Path::new("history"), text, today).content {
        Some(Content::Deck(deck)) => entry(card, Arc::unwrap_or_clone(deck)),
        _ => None,
    }
}
