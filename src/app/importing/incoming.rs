//! What an import would write: decks, the cards whose history comes along, and the plan that tells of them.

use super::building::Builder;
use super::reading::ImportColumn;
use super::{DeckPlan, Desk, Duplicates, ImportPlan, Incoming};
use crate::import::{Foreign, ForeignAnswer, ForeignKnown, Media};
use crate::library::NoteLines;
use crate::model::{Card, CardKind, Deck, Domain, Issue, Location, Note, NoteId, Severity, Source};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Decks made of a file of another program, with everything that goes along.
#[derive(Debug)]
pub(super) struct IncomingDecks {
    /// The imported file, from which media are unpacked.
    pub(super) source: PathBuf,
    pub(super) decks: Vec<IncomingDeck>,
    pub(super) media: Vec<Media>,
    /// The cards of which something is known.
    pub(super) cards: Vec<IncomingCard>,
    /// The answers of all of them.
    pub(super) answers: Vec<ForeignAnswer>,
}

/// What is known of a card.
#[derive(Debug)]
pub(super) struct IncomingCard {
    /// The deck's place.
    pub(super) deck: u32,
    pub(super) note: NoteId,
    pub(super) which: Which,
    pub(super) known: ForeignKnown,
}

/// Which of a note's cards is meant.
#[derive(Debug)]
pub(super) enum Which {
    /// The card of a deck that is new.
    Card(CardRef),
    /// By its key, in a deck that is here.
    Keyed(Cow<'static, str>),
}

/// Which of a note's cards it is, and what its history says of it.
#[derive(Debug, Clone)]
pub(super) struct CardRef {
    pub(super) key: NoteId,
    pub(super) kind: CardKind,
    pub(super) text_hash: u64,
}

impl CardRef {
    pub(super) fn of(card: &Card<'_>) -> Option<Self> {
        Some(Self { key: NoteId::new(&card.key()).ok()?, kind: card.kind(), text_hash: card.text_hash() })
    }
}

/// The card a foreign key means: by its place, by its key, or the only one there is. A note that was kept as it was may be of another
/// kind now: what was known of it belongs to its only card.
pub(super) fn card_for<'c, 'n>(cards: &'c [Card<'n>], key: &str) -> Option<&'c Card<'n>> {
    let by_place = key.strip_prefix('#').and_then(|place| cards.get(place.parse::<usize>().ok()?));
    let by_key = || cards.iter().find(|card| card.key() == key);
    by_place.or_else(by_key).or_else(|| cards.first().filter(|_| cards.len() == 1))
}

/// One deck and where it goes.
#[derive(Debug)]
pub(super) struct IncomingDeck {
    /// Its head, and the notes that go into a deck that is here.
    pub(super) deck: Deck,
    pub(super) target: PathBuf,
    /// The deck it goes into, if that is here already.
    pub(super) known: Option<Arc<Deck>>,
    /// The notes of a new deck.
    pub(super) lines: Option<NoteLines>,
    /// How many notes it brings.
    pub(super) count: usize,
    /// Pictures and sounds it names.
    pub(super) media: BTreeSet<String>,
}

impl Desk {
    /// What importing a foreign file would do, after its notes went to the builder.
    pub(super) fn plan_foreign(&self, source: &Path, foreign: Foreign, mut builder: Builder<'_>) -> ImportPlan {
        let mut plan = ImportPlan::new("deck", &foreign.format);
        source.clone_into(&mut plan.source);
        plan.title = match builder.decks.as_slice() {
            [one] => one.deck.title.clone(),
            _ => source.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        };
        plan.columns = foreign.columns.iter().map(ImportColumn::from).collect();
        plan.media = foreign.media.len();
        plan.issues = foreign.issues;
        plan.issues.append(&mut builder.issues);
        plan.kinds = std::mem::take(&mut builder.tally.kinds);
        plan.samples = std::mem::take(&mut builder.tally.samples);
        plan.cards = builder.tally.cards;
        plan.id = builder.decks.first().map(|incoming| incoming.deck.id.clone());
        plan.decks = builder.decks.iter().map(IncomingDeck::plan).collect();
        plan.decks.sort_by(|a, b| a.title.cmp(&b.title));
        plan.reviews = builder.cards.iter().map(|card| card.known.answers.len()).sum();
        plan.scheduled = builder.cards.iter().filter(|card| card.known.standing.is_some()).count();
        let (decks, cards) = (builder.decks, builder.cards);
        let incoming = IncomingDecks { source: source.to_owned(), decks, media: foreign.media, cards, answers: foreign.answers };
        plan.issues.extend(self.future_answers(source, &incoming));
        plan.content = Incoming::Decks(Arc::new(incoming));
        if plan.note_count() == 0 {
            let first = plan.issues.iter().find(|issue| issue.severity == Severity::Error);
            plan.refused = Some(first.map_or("nothing in it could be used".to_owned(), |issue| issue.message.clone()));
        }
        plan
    }

    /// Answers given after this machine's clock says it is now cannot be taken: what comes next would lie before them.
    fn future_answers(&self, source: &Path, incoming: &IncomingDecks) -> Option<Issue> {
        let future = incoming.answers.iter().filter(|answer| answer.at >= self.now).count();
        let location = Location { file: source.to_owned(), ..Location::default() };
        let message = format!("{future} answers lie in the future of this machine's clock and are left out");
        let hint = Some("is the clock right?".to_owned());
        (future > 0).then_some(Issue { location, severity: Severity::Warning, code: "future", message, hint, excerpt: String::new() })
    }
}

impl IncomingDeck {
    /// What it would make or change.
    fn plan(&self) -> DeckPlan {
        let known: HashMap<&NoteId, &Note> = self.known.iter().flat_map(|deck| &deck.notes).map(|note| (&note.id, note)).collect();
        let mut counts = [self.count, 0, 0];
        if !known.is_empty() {
            let [added, changed, same] = &mut counts;
            *added = 0;
            for note in &self.deck.notes {
                *match known.get(&note.id) {
                    None => &mut *added,
                    Some(old) if old.body != note.body || old.tags != note.tags => &mut *changed,
                    Some(_) => &mut *same,
                } += 1;
            }
        }
        DeckPlan { title: self.deck.title.clone(), notes: self.count, is_known: self.known.is_some(), counts }
    }

    /// Adds the domains and sources of another deck.
    pub(super) fn merge_lists(&mut self, other: &Deck) {
        merge_lists(&mut self.deck, other);
    }

    /// The deck as it would be written, and for notes that are kept beside those that are here, the ids they get.
    pub(super) fn merged(&self, duplicates: Duplicates) -> Merged<'_> {
        let mut renamed = BTreeMap::new();
        let Some(known) = &self.known else { return (Cow::Borrowed(&self.deck), renamed) };
        let mut deck = Deck::clone(known);
        merge_lists(&mut deck, &self.deck);
        let places: HashMap<NoteId, usize> = deck.notes.iter().enumerate().map(|(place, note)| (note.id.clone(), place)).collect();
        for note in &self.deck.notes {
            let old = places.get(&note.id).and_then(|place| deck.notes.get_mut(*place));
            match (old, duplicates) {
                (None, _) => deck.notes.push(note.clone()),
                (Some(_), Duplicates::Keep) => {}
                // What the learner added to the note stays: where it was called something before, when it was checked.
                (Some(old), Duplicates::Update) => {
                    *old = Note { was: old.was.clone(), as_of: old.as_of, image: old.image.clone(), ..note.clone() }
                }
                (Some(old), Duplicates::KeepBoth) if old.body == note.body => {}
                (Some(_), Duplicates::KeepBoth) => {
                    let free = |id: &NoteId| !places.contains_key(id);
                    let Some(id) = (2..10_000).filter_map(|n| NoteId::new(&format!("{}-{n}", note.id)).ok()).find(free) else { continue };
                    renamed.insert(note.id.clone(), id.clone());
                    deck.notes.push(Note { id, ..note.clone() });
                }
            }
        }
        (Cow::Owned(deck), renamed)
    }
}

/// A deck as it would be written, and new ids of notes that are kept beside those that are here.
pub(super) type Merged<'d> = (Cow<'d, Deck>, BTreeMap<NoteId, NoteId>);

/// Domains and sources of both; those that are here keep their words.
fn merge_lists(deck: &mut Deck, incoming: &Deck) {
    let new: Vec<Domain> = incoming.domains.iter().filter(|domain| deck.domains.iter().all(|own| own.id != domain.id)).cloned().collect();
    deck.domains.extend(new);
    let new: Vec<Source> = incoming.sources.iter().filter(|source| deck.sources.iter().all(|own| own.id != source.id)).cloned().collect();
    deck.sources.extend(new);
}
