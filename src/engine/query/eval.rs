//! Whether a card is meant by a search.

use super::{Is, Prop, Query, Term, When};
use crate::model::{Answer, CardKind, CardPhase, CardState, Due, Now, StudyDay, Timestamp};

/// Forgotten this often, a card is a leech.
pub const LEECH_LAPSES: u32 = 8;

/// A card as a search sees it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Deck id.
    pub deck: &'a str,
    /// The deck's title.
    pub deck_title: &'a str,
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
    /// Its answers, where the search asks for them.
    pub answers: &'a [Answer],
    /// The chance of recall now, where the search asks for it.
    pub recall: Option<f32>,
    /// Local hour at which a study day starts.
    pub rollover_hour: u8,
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

/// Whether one condition holds of the card.
pub fn term_matches(term: &Term, card: &Subject<'_>, now: Now, today: StudyDay) -> bool {
    let state = card.state;
    match term {
        Term::Text(text) => has_words(card.text, text),
        Term::Deck(id) => card.deck == id || within(card.deck_title, id),
        Term::Domain(id) => card.domain == id,
        Term::Tag(tag) => card.tags.iter().any(|own| within(own, tag)),
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
        Term::Prop(prop, compare, number) => number_of(*prop, card, today).is_some_and(|own| compare.holds(own, *number)),
        Term::Rated(days, rating) => {
            let since = since(*days, When { now, today, rollover_hour: card.rollover_hour });
            match rating {
                None => state.last_review.is_some_and(|last| last.at >= since),
                Some(rating) => card.answers.iter().any(|answer| answer.at.at >= since && answer.rating == *rating),
            }
        }
    }
}

/// When the first of so many study days began, today the last.
pub(super) fn since(days: u32, when: When) -> Timestamp {
    when.today.plus_days(1 - i32::try_from(days).unwrap_or(i32::MAX)).start(when.now.offset, when.rollover_hour)
}

fn number_of(prop: Prop, card: &Subject<'_>, today: StudyDay) -> Option<f64> {
    let state = card.state;
    match prop {
        Prop::Stability => state.memory.map(|memory| f64::from(memory.stability)),
        Prop::Difficulty => state.memory.map(|memory| f64::from(memory.difficulty)),
        Prop::Recall => card.recall.map(f64::from),
        Prop::Interval => (state.phase == CardPhase::Review).then(|| f64::from(state.interval_days(card.rollover_hour))),
        Prop::Due => match state.due {
            Some(Due::Day(day)) => Some(f64::from(day.days_since(today))),
            Some(Due::At(_)) => Some(0.0),
            None => None,
        },
        Prop::Reps => Some(f64::from(state.reps)),
        Prop::Lapses => Some(f64::from(state.lapses)),
    }
}

/// Whether a text has the words of a search: `*` stands for anything.
pub(super) fn has_words(text: &str, wanted: &str) -> bool {
    if !wanted.contains('*') {
        return text.contains(wanted);
    }
    let mut rest = text;
    wanted.split('*').filter(|part| !part.is_empty()).all(|part| match rest.find(part) {
        Some(at) => {
            rest = rest.get(at + part.len()..).unwrap_or_default();
            true
        }
        None => false,
    })
}

/// Whether a name is the wanted one or lies below it, as `aws::iam` lies below `aws`; case does not matter, `*` stands for anything.
fn within(name: &str, wanted: &str) -> bool {
    if wanted.contains('*') {
        return glob(&name.to_lowercase(), &wanted.to_lowercase());
    }
    let same = |part: &str| {
        part.len() == wanted.len() && (part == wanted || part.eq_ignore_ascii_case(wanted) || part.to_lowercase() == wanted.to_lowercase())
    };
    same(name) || name.match_indices("::").any(|(at, _)| name.get(..at).is_some_and(same))
}

fn glob(name: &str, wanted: &str) -> bool {
    let parts: Vec<&str> = wanted.split('*').collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return true };
    if !name.starts_with(first) || !name.ends_with(last) || name.len() < first.len() + last.len() {
        return false;
    }
    let middle = name.get(first.len()..name.len() - last.len()).unwrap_or_default();
    has_words(middle, &parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default().join("*"))
}
