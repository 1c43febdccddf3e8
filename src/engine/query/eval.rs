//! Whether a card is meant by a search.

use super::{Is, Query, Term};
use crate::model::{CardKind, CardPhase, CardState, Now, StudyDay};

/// Forgotten this often, a card is a leech.
pub const LEECH_LAPSES: u32 = 8;

/// A card as a search sees it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Deck id.
    pub deck: &'a str,
    /// Domain id, empty for none.
    pub domain: &'a str,
    /// Note id.
    pub note: &'a str,
    /// Tags.
    pub tags: &'a [String],
    /// Kind of card.
    pub kind: CardKind,
    /// All that can be read on it, in lower case.
    pub text: &'a str,
    /// What is known of it.
    pub state: &'a CardState,
}

/// Whether the search means the card.
pub fn matches(query: &Query, card: &Subject<'_>, now: Now, today: StudyDay) -> bool {
    match query {
        Query::All => true,
        Query::Term(term) => term_matches(term, card, now, today),
        Query::Not(inner) => !matches(inner, card, now, today),
        Query::And(parts) => parts.iter().all(|part| matches(part, card, now, today)),
        Query::Or(parts) => parts.iter().any(|part| matches(part, card, now, today)),
    }
}

fn term_matches(term: &Term, card: &Subject<'_>, now: Now, today: StudyDay) -> bool {
    let state = card.state;
    match term {
        Term::Text(text) => card.text.contains(text),
        Term::Deck(id) => card.deck == id,
        Term::Domain(id) => card.domain == id,
        Term::Tag(tag) => card.tags.iter().any(|own| own == tag),
        Term::Note(id) => card.note == id,
        Term::Kind(kind) => card.kind == *kind,
        Term::Flag(None) | Term::Is(Is::Flagged) => state.flag.is_some(),
        Term::Flag(flag) => state.flag == *flag,
        Term::Is(Is::Due) => state.is_due(now.at, today) && !state.is_hidden(today),
        Term::Is(Is::New) => state.phase == CardPhase::New,
        Term::Is(Is::Learn) => matches!(state.phase, CardPhase::Learning | CardPhase::Relearning),
        Term::Is(Is::Review) => state.phase == CardPhase::Review,
        Term::Is(Is::Suspended) => state.suspended,
        Term::Is(Is::Buried) => state.buried_until.is_some_and(|day| day > today),
        Term::Is(Is::Leech) => state.is_leech(LEECH_LAPSES),
        Term::Is(Is::Disputed) => state.disputed,
        Term::Is(Is::Remarked) => !state.remark.is_empty(),
    }
}
