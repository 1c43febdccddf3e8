//! From the neutral form of the importers to decks of ours: ids that stay the same at the next import, domains, sources, places.

use super::own::count_kinds;
use super::reading::ImportColumn;
use super::{DeckPlan, Desk, Duplicates, ImportPlan, Incoming};
use crate::import::{Foreign, ForeignCard, ForeignDeck, ForeignNote, Media};
use crate::library::Origin;
use crate::model::id::fnv1a;
use crate::model::{Citation, Deck, DeckId, Domain, DomainId, Issue, Location, Note, NoteBody, NoteId, Severity, Source, SourceId};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Decks made of a file of another program, with everything that goes along.
#[derive(Debug)]
pub(super) struct IncomingDecks {
    /// The imported file, from which media are unpacked.
    pub(super) source: PathBuf,
    pub(super) decks: Vec<IncomingDeck>,
    pub(super) media: Vec<Media>,
    /// What is known of cards, with the deck's place in `decks`.
    pub(super) cards: Vec<(usize, NoteId, ForeignCard)>,
}

/// One deck and where it goes.
#[derive(Debug)]
pub(super) struct IncomingDeck {
    pub(super) deck: Deck,
    pub(super) target: PathBuf,
    /// The deck it goes into, if that is here already.
    pub(super) known: Option<Arc<Deck>>,
}

/// An id from any title: letters and digits, joined by `-`; where a title has none, a number made of it.
pub(in crate::app) fn slug(title: &str, most: usize) -> String {
    let mut out = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
        if out.len() >= most {
            break;
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() { format!("x-{:08x}", fnv1a(title.as_bytes()) as u32) } else { out.to_owned() }
}

/// The bytes of a text, two digits each.
fn hex(text: &str) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0');
    text.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The id of a note: its own where it has one that fits, else made of what tells it apart.
fn note_id(note: &ForeignNote) -> Option<NoteId> {
    if let Some(own) = note.key.strip_prefix("id:")
        && let Ok(id) = NoteId::new(own)
    {
        return Some(id);
    }
    // A note of our own export says which it is.
    if let Some((_, id)) = note.key.strip_prefix("ascertain:").and_then(|rest| rest.split_once('/'))
        && let Ok(id) = NoteId::new(id)
    {
        return Some(id);
    }
    let hash = fnv1a(note.key.as_bytes());
    // Words help to find a note in its file, but only words that never change may be part of its id.
    if note.is_named_by_text() {
        return NoteId::new(&format!("{}-{:08x}", slug(&note.key, 40), hash as u32)).ok();
    }
    // Another program's name of the note is kept in a form that leads back to it, so that an export updates there what came from there.
    let (guid, ord) = note.key.rsplit_once('\u{1}').unwrap_or((&note.key, ""));
    let text = match ord {
        _ if guid.len() > 35 => format!("a-{hash:016x}"),
        "" => format!("a-{}", hex(guid)),
        ord => format!("a-{}-t{ord}", hex(guid)),
    };
    NoteId::new(&text).ok()
}

/// Builds the decks of one import.
struct Builder<'d> {
    desk: &'d Desk,
    /// Where notes of the learner's decks stand.
    homes: HashMap<NoteId, DeckId>,
    decks: Vec<IncomingDeck>,
    cards: Vec<(usize, NoteId, ForeignCard)>,
    taken: HashSet<(usize, NoteId)>,
    issues: Vec<Issue>,
    source: PathBuf,
}

impl Desk {
    /// What importing a foreign file would do.
    pub(super) fn plan_foreign(&self, source: &Path, foreign: Foreign) -> ImportPlan {
        let mut plan = ImportPlan::new("deck", &foreign.format);
        source.clone_into(&mut plan.source);
        plan.title = match foreign.decks.as_slice() {
            [one] => one.title.clone(),
            _ => source.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        };
        plan.columns = foreign.columns.iter().map(ImportColumn::from).collect();
        plan.media = foreign.media.len();
        plan.issues = foreign.issues;
        let mut homes = HashMap::new();
        for entry in self.library.decks.iter().filter(|entry| matches!(entry.origin, Origin::File(_))) {
            homes.extend(entry.deck.notes.iter().map(|note| (note.id.clone(), entry.deck.id.clone())));
        }
        let mut builder = Builder {
            desk: self,
            homes,
            decks: Vec::new(),
            cards: Vec::new(),
            taken: HashSet::new(),
            issues: Vec::new(),
            source: source.to_owned(),
        };
        for deck in foreign.decks {
            builder.deck(deck, &foreign.format);
        }
        plan.issues.append(&mut builder.issues);
        plan.issues.extend(self.future_answers(source, &builder.cards));
        describe(&mut plan, &builder.decks, &builder.cards);
        plan.content = Incoming::Decks(Arc::new(IncomingDecks {
            source: source.to_owned(),
            decks: builder.decks,
            media: foreign.media,
            cards: builder.cards,
        }));
        if plan.note_count() == 0 {
            let first = plan.issues.iter().find(|issue| issue.severity == Severity::Error);
            plan.refused = Some(first.map_or("nothing in it could be used".to_owned(), |issue| issue.message.clone()));
        }
        plan
    }
}

impl Desk {
    /// Answers given after this machine's clock says it is now cannot be taken: what comes next would lie before them.
    fn future_answers(&self, source: &Path, cards: &[(usize, NoteId, ForeignCard)]) -> Option<Issue> {
        let future = cards.iter().flat_map(|(_, _, card)| &card.answers).filter(|answer| answer.at >= self.now).count();
        let location = Location { file: source.to_owned(), ..Location::default() };
        let message = format!("{future} answers lie in the future of this machine's clock and are left out");
        let hint = Some("is the clock right?".to_owned());
        (future > 0).then_some(Issue { location, severity: Severity::Warning, code: "future", message, hint, excerpt: String::new() })
    }
}

fn describe(plan: &mut ImportPlan, decks: &[IncomingDeck], cards: &[(usize, NoteId, ForeignCard)]) {
    plan.id = decks.first().map(|incoming| incoming.deck.id.clone());
    for incoming in decks {
        count_kinds(plan, &incoming.deck.notes);
        plan.cards += incoming.deck.card_count();
        let known: HashMap<&NoteId, &Note> = incoming.known.iter().flat_map(|deck| &deck.notes).map(|note| (&note.id, note)).collect();
        let mut counts = [0; 3];
        for note in &incoming.deck.notes {
            let [added, changed, same] = &mut counts;
            *match known.get(&note.id) {
                None => added,
                Some(old) if old.body != note.body || old.tags != note.tags => changed,
                Some(_) => same,
            } += 1;
        }
        plan.decks.push(DeckPlan {
            title: incoming.deck.title.clone(),
            notes: incoming.deck.notes.len(),
            is_known: incoming.known.is_some(),
            counts,
        });
    }
    plan.reviews = cards.iter().map(|(_, _, card)| card.answers.len()).sum();
    plan.scheduled = cards.iter().filter(|(_, _, card)| card.standing.is_some()).count();
}

impl Builder<'_> {
    fn deck(&mut self, foreign: ForeignDeck, format: &str) {
        let ids: Vec<Option<NoteId>> = foreign.notes.iter().map(note_id).collect();
        let mut own = None;
        for (note, id) in foreign.notes.into_iter().zip(ids) {
            let Some(id) = id else { continue };
            // A note that lives in another of the learner's decks stays there, wherever the file has it now.
            let place = match self.homes.get(&id).cloned() {
                Some(home) => self.known(&home),
                None => *own.get_or_insert_with(|| self.place_for(&foreign.title, &foreign.summary, format)),
            };
            self.note(place, &id, note);
        }
    }

    /// The place of a deck that is here already.
    fn known(&mut self, id: &DeckId) -> usize {
        if let Some(place) = self.decks.iter().position(|incoming| incoming.deck.id == *id) {
            return place;
        }
        let entry = self.desk.library.entry(id);
        let target = entry.and_then(|entry| match &entry.origin {
            Origin::File(path) => Some(path.clone()),
            Origin::Shipped => None,
        });
        // The file's own notes, without the learner's patch: that stays a patch.
        let own = entry.and_then(|entry| match &entry.lines.content {
            Some(crate::library::Content::Deck(deck)) => Some(Arc::new(deck.clone())),
            _ => None,
        });
        let known = own.or_else(|| entry.map(|entry| Arc::clone(&entry.deck)));
        let mut deck = known.as_deref().cloned().unwrap_or_else(|| empty(id.clone(), id.as_str(), ""));
        deck.notes = Vec::new();
        self.decks.push(IncomingDeck { deck, target: target.unwrap_or_default(), known });
        self.decks.len() - 1
    }

    /// The place of a deck by its title: one that is here with this title, else a new one.
    fn place_for(&mut self, title: &str, summary: &str, format: &str) -> usize {
        if let Some(place) = self.decks.iter().position(|incoming| incoming.deck.title == title) {
            return place;
        }
        let same = self.desk.library.decks.iter().find(|entry| matches!(entry.origin, Origin::File(_)) && entry.deck.title == title);
        if let Some(id) = same.map(|entry| entry.deck.id.clone()) {
            return self.known(&id);
        }
        let base = slug(title, 60);
        let free = |id: &DeckId| self.desk.library.entry(id).is_none() && self.decks.iter().all(|incoming| incoming.deck.id != *id);
        let numbered = |n: u32| DeckId::new(&if n == 1 { base.clone() } else { format!("{base}-{n}") }).ok();
        let hashed = || DeckId::new(&format!("deck-{:016x}", fnv1a(title.as_bytes()))).ok();
        let Some(id) = (1..1_000).filter_map(numbered).find(free).or_else(hashed) else { return 0 };
        let from = self.source.file_name().unwrap_or_default().to_string_lossy();
        let summary = if summary.is_empty() { format!("Imported from {from} ({format})") } else { summary.to_owned() };
        let target = self.desk.free_target(&format!("{id}.ron"));
        self.decks.push(IncomingDeck { deck: empty(id, title, &summary), target, known: None });
        self.decks.len() - 1
    }

    fn note(&mut self, place: usize, id: &NoteId, foreign: ForeignNote) {
        let mut unique = id.clone();
        for n in 2..10_000 {
            if self.taken.insert((place, unique.clone())) {
                break;
            }
            let Ok(next) = NoteId::new(&format!("{id}-{n}")) else { return };
            unique = next;
        }
        if unique != *id {
            let location = Location { file: self.source.clone(), line: foreign.line, column: usize::from(foreign.line > 0), width: 1 };
            let message = "the same question stands in the file before; both were taken".to_owned();
            self.issues.push(Issue {
                location,
                severity: Severity::Warning,
                code: "duplicate",
                message,
                hint: None,
                excerpt: String::new(),
            });
        }
        let Some(incoming) = self.decks.get_mut(place) else { return };
        if let Some(own) = foreign.own.as_deref().and_then(|text| own_note(text, self.desk.date)) {
            merge_lists(&mut incoming.deck, &own);
            incoming.deck.notes.extend(own.notes.into_iter().take(1).map(|note| Note { id: unique.clone(), ..note }));
            self.cards.extend(foreign.cards.into_iter().map(|card| (place, unique.clone(), card)));
            return;
        }
        let domain = domain(&mut incoming.deck, &foreign.domain);
        let cites = foreign.reference.as_ref().and_then(|(title, url)| citation(&mut incoming.deck, title, url)).into_iter().collect();
        let mut tags = foreign.tags;
        tags.retain(|tag| !tag.trim().is_empty());
        tags.sort_unstable();
        tags.dedup();
        let note = Note { id: unique.clone(), domain, cites, tags, was: Vec::new(), as_of: None, image: None, body: fitted(foreign.body) };
        incoming.deck.notes.push(note);
        self.cards.extend(foreign.cards.into_iter().map(|card| (place, unique.clone(), card)));
    }
}

/// A deck with one note, as our own export puts it into other programs' files. Pictures are looked for later.
fn own_note(text: &str, today: chrono::NaiveDate) -> Option<Deck> {
    match crate::library::load_text(Path::new(""), text, today).content {
        Some(crate::library::Content::Deck(deck)) if !deck.notes.is_empty() => Some(deck),
        _ => None,
    }
}

fn empty(id: DeckId, title: &str, summary: &str) -> Deck {
    Deck {
        id,
        title: title.to_owned(),
        summary: summary.to_owned(),
        language: "en".to_owned(),
        edition: String::new(),
        as_of: None,
        license: String::new(),
        domains: Vec::new(),
        sources: Vec::new(),
        notes: Vec::new(),
    }
}

/// Options beyond twenty cannot be shown; a list that long is kept as a card. Texts are cut at a mebibyte.
fn fitted(body: NoteBody) -> NoteBody {
    use crate::model::QuestionBody;
    let NoteBody::Question(question) = &body else { return body };
    let QuestionBody::Choice(choice) = &question.body else { return body };
    let all_right = choice.options.iter().all(|option| option.is_key);
    if choice.options.len() <= 20 && !all_right {
        return body;
    }
    let listed: Vec<String> =
        choice.options.iter().map(|option| format!("- {}{}", if option.is_key { "✓ " } else { "" }, option.text)).collect();
    let back = [listed.join("\n"), question.why.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    NoteBody::Basic { front: question.stem.clone(), back, both_ways: false }
}

fn domain(deck: &mut Deck, title: &str) -> Option<DomainId> {
    let title = title.trim();
    if title.is_empty() {
        return None;
    }
    if let Some(known) = deck.domains.iter().find(|domain| domain.title == title) {
        return Some(known.id.clone());
    }
    let base = slug(title, 60);
    let numbered = |n: u32| DomainId::new(&if n == 1 { base.clone() } else { format!("{base}-{n}") }).ok();
    let id = (1..1_000).filter_map(numbered).find(|id| deck.domains.iter().all(|domain| domain.id != *id))?;
    deck.domains.push(Domain { id: id.clone(), title: title.to_owned() });
    Some(id)
}

/// A source for each site or title; the address itself is the pinpoint.
fn citation(deck: &mut Deck, title: &str, url: &str) -> Option<Citation> {
    let host = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let name = if title.is_empty() { host } else { title };
    if name.is_empty() {
        return None;
    }
    let source = if let Some(known) = deck.sources.iter().find(|source| source.title == name) {
        known.id.clone()
    } else {
        let base = slug(name, 60);
        let numbered = |n: u32| SourceId::new(&if n == 1 { base.clone() } else { format!("{base}-{n}") }).ok();
        let id = (1..1_000).filter_map(numbered).find(|id| deck.sources.iter().all(|source| source.id != *id))?;
        let site = if host.is_empty() { String::new() } else { format!("https://{host}") };
        deck.sources.push(Source {
            id: id.clone(),
            title: name.to_owned(),
            edition: String::new(),
            url: if title.is_empty() { site } else { url.to_owned() },
        });
        id
    };
    Some(Citation { source, pinpoint: if url.is_empty() { name.to_owned() } else { url.to_owned() } })
}

impl IncomingDeck {
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
