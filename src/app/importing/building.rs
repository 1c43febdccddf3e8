//! From notes of other programs to decks of ours: ids that stay the same at the next import, domains, sources, places.

use super::Desk;
use super::incoming::{CardRef, IncomingCard, IncomingDeck, Which, card_for};
use crate::import::{DeckHead, ForeignCard, ForeignNote, Take};
use crate::library::{NoteLines, Origin};
use crate::model::id::fnv1a;
use crate::model::{
    Card, Citation, Deck, DeckId, Domain, DomainId, Issue, Location, Note, NoteBody, NoteId, Severity, Source, SourceId, text,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An id from any title: letters and digits, joined by `-`; where a title has none, a number made of it.
pub(in crate::app) fn slug(title: &str, most: usize) -> String {
    let mut out = String::with_capacity(most);
    // No letter of another alphabet may stand in an id, whatever its case.
    for c in title.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
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

/// Whether a name says nothing beyond its own bank: `1`, `q12`, `question-7`.
fn is_common(name: &str) -> bool {
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | ' '));
    letters.len() <= 10 && letters.chars().all(|c| c.is_ascii_alphabetic()) && name.len() < 16
}

/// The id of a note: its own where it has one that fits, else made of what tells it apart. `bank` is the title of its deck, and `is_here`
/// says whether a deck of that title has a note of an id: a common name is one of that bank alone.
fn note_id(note: &ForeignNote, bank: &str, is_here: impl Fn(&NoteId) -> bool) -> Option<NoteId> {
    let Some(key) = note.key.as_deref() else {
        // Words help to find a note in its file, but only words that never change may be part of its id.
        let asked = note.key();
        return NoteId::new(&format!("{}-{:08x}", slug(asked, 40), fnv1a(asked.as_bytes()) as u32)).ok();
    };
    if let Some(own) = key.strip_prefix("own:").or_else(|| key.strip_prefix("id:"))
        && let Ok(id) = NoteId::new(own)
        && (key.starts_with("own:") || !is_common(own) || is_here(&id))
    {
        return Some(id);
    }
    if let Some(name) = key.strip_prefix("id:").or(Some(key)).filter(|name| is_common(name) && name.len() < 8) {
        let scoped = fnv1a(format!("{bank}\u{1}{name}").as_bytes()) as u32;
        return NoteId::new(&format!("{}-{scoped:08x}", slug(name, 40))).ok();
    }
    // A note of our own export says which it is.
    if let Some((_, id)) = key.strip_prefix("ascertain:").and_then(|rest| rest.split_once('/'))
        && let Ok(id) = NoteId::new(id)
    {
        return Some(id);
    }
    // Another program's name of the note is kept in a form that leads back to it, so that an export updates there what came from there.
    let (guid, ord) = key.rsplit_once('\u{1}').unwrap_or((key, ""));
    let text = match ord {
        _ if guid.len() > 35 => format!("a-{:016x}", fnv1a(key.as_bytes())),
        "" => format!("a-{}", hex(guid)),
        ord => format!("a-{}-t{ord}", hex(guid)),
    };
    NoteId::new(&text).ok()
}

/// What was counted on the way.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Notes by kind.
    pub(super) kinds: BTreeMap<&'static str, usize>,
    /// Cards they yield.
    pub(super) cards: usize,
    /// The first few notes, in a line each.
    pub(super) samples: Vec<String>,
}

/// How many notes are shown before an import.
const SAMPLES: usize = 3;

/// Builds the decks of one import.
pub(super) struct Builder<'d> {
    desk: &'d Desk,
    source: &'d Path,
    /// Where notes of the learner's decks stand.
    homes: HashMap<NoteId, DeckId>,
    pub(super) decks: Vec<IncomingDeck>,
    pub(super) cards: Vec<IncomingCard>,
    pub(super) issues: Vec<Issue>,
    pub(super) tally: Tally,
    taken: HashSet<(u32, NoteId)>,
    keys: Keys,
}

/// The keys of cards, each held once.
#[derive(Default)]
struct Keys {
    known: Vec<NoteId>,
}

impl Keys {
    fn card(&mut self, card: &Card<'_>) -> Option<CardRef> {
        let key = card.key();
        let known = self.known.iter().find(|known| known.as_str() == key).cloned();
        let key = match known {
            Some(known) => known,
            None => NoteId::new(&key).ok()?,
        };
        // There are few; the keys of case questions may be many, and are not worth looking through.
        if self.known.len() < 32 && !self.known.contains(&key) {
            self.known.push(key.clone());
        }
        Some(CardRef { key, kind: card.kind(), text_hash: card.text_hash() })
    }
}

impl<'d> Builder<'d> {
    pub(super) fn new(desk: &'d Desk, source: &'d Path) -> Self {
        let mut homes = HashMap::new();
        for entry in desk.library.decks.iter().filter(|entry| matches!(entry.origin, Origin::File(_))) {
            homes.extend(entry.deck.notes.iter().map(|note| (note.id.clone(), entry.deck.id.clone())));
        }
        Self {
            desk,
            source,
            homes,
            decks: Vec::new(),
            cards: Vec::new(),
            issues: Vec::new(),
            tally: Tally::default(),
            taken: HashSet::new(),
            keys: Keys::default(),
        }
    }
}

impl Take for Builder<'_> {
    fn note(&mut self, deck: DeckHead<'_>, note: ForeignNote) {
        let home = |id: &NoteId| {
            let entry = self.homes.get(id).and_then(|home| self.desk.library.entry(home));
            entry.is_some_and(|entry| entry.deck.title == deck.title)
        };
        let Some(id) = note_id(&note, deck.title, home) else { return };
        // A note that lives in another of the learner's decks stays there, wherever the file has it now.
        let place = match self.homes.get(&id).cloned() {
            Some(home) => self.known(&home),
            None => self.place_for(deck),
        };
        self.take(place, id, note);
    }
}

impl Builder<'_> {
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
            Some(crate::library::Content::Deck(deck)) => Some(Arc::clone(deck)),
            _ => None,
        });
        let known = own.or_else(|| entry.map(|entry| Arc::clone(&entry.deck)));
        let mut deck = known.as_deref().cloned().unwrap_or_else(|| empty(id.clone(), id.as_str(), ""));
        deck.notes = Vec::new();
        self.decks.push(IncomingDeck::new(deck, target.unwrap_or_default(), known));
        self.decks.len() - 1
    }

    /// The place of a deck by its title: one that is here with this title, else a new one.
    fn place_for(&mut self, DeckHead { format, title, summary }: DeckHead<'_>) -> usize {
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
        self.decks.push(IncomingDeck::new(empty(id, title, &summary), target, None));
        self.decks.len() - 1
    }

    /// The id of a note, or if another of the file has it, one made of it.
    fn unique(&mut self, place: usize, id: NoteId, line: usize) -> Option<NoteId> {
        if self.taken.insert((place as u32, id.clone())) {
            return Some(id);
        }
        self.issues.push(warning(self.source, line, "duplicate", "the same question stands in the file before; both were taken"));
        (2..10_000).filter_map(|n| NoteId::new(&format!("{id}-{n}")).ok()).find(|next| self.taken.insert((place as u32, next.clone())))
    }

    fn take(&mut self, place: usize, id: NoteId, foreign: ForeignNote) {
        let Some(id) = self.unique(place, id, foreign.line) else { return };
        let Some(incoming) = self.decks.get_mut(place) else { return };
        let own = foreign.own.as_deref().and_then(|text| own_note(text, self.desk.date));
        let note = if let Some(own) = own {
            incoming.merge_lists(&own);
            own.notes.into_iter().next().map(|note| Note { id, ..note })
        } else {
            let domain = domain(&mut incoming.deck, &foreign.domain);
            let cites = foreign.reference.as_ref().and_then(|(title, url)| citation(&mut incoming.deck, title, url)).into_iter().collect();
            let mut tags = foreign.tags;
            tags.retain(|tag| !tag.trim().is_empty());
            tags.sort_unstable();
            tags.dedup();
            let (body, was_fitted) = fitted(foreign.body);
            if was_fitted {
                self.issues.push(warning(
                    self.source,
                    foreign.line,
                    "taken-otherwise",
                    "a question whose options are all right, or more than twenty, is kept as a card with a list",
                ));
            }
            Some(Note { id, domain, cites, tags, was: Vec::new(), as_of: None, image: None, body })
        };
        let Some(note) = note else { return };
        *self.tally.kinds.entry(note.kind_word()).or_default() += 1;
        if self.tally.samples.len() < SAMPLES {
            self.tally.samples.push(super::super::study::shorten(&note.headline(), 100));
        }
        let cards = note.cards();
        self.tally.cards += cards.len();
        for foreign in foreign.cards.into_iter().filter(ForeignCard::is_known) {
            // Into which card of a note that is here already is seen when it is known which of the two notes is kept.
            let which = match &incoming.known {
                Some(_) => Which::Keyed(foreign.key.clone()),
                None => match card_for(&cards, &foreign.key).and_then(|card| self.keys.card(card)) {
                    Some(card) => Which::Card(card),
                    None => continue,
                },
            };
            self.cards.push(IncomingCard { deck: place as u32, note: note.id.clone(), which, known: foreign.known });
        }
        drop(cards);
        incoming.push(note);
    }
}

impl IncomingDeck {
    fn new(deck: Deck, target: PathBuf, known: Option<Arc<Deck>>) -> Self {
        let lines = known.is_none().then(NoteLines::default);
        Self { deck, target, known, lines, count: 0, media: BTreeSet::new() }
    }

    /// Adds a note. Those of a new deck are kept as the lines they will be.
    fn push(&mut self, note: Note) {
        self.count += 1;
        self.media.extend(media_names(&note));
        match &mut self.lines {
            Some(lines) => lines.push(&note),
            None => self.deck.notes.push(note),
        }
    }
}

/// The pictures and sounds a note's texts name.
pub(super) fn media_names(note: &Note) -> Vec<String> {
    let is_named = |text: &str| text.contains("![") || text.contains("[sound:");
    let plain = matches!(&note.body, NoteBody::Basic { front, back, .. } if !is_named(front) && !is_named(back));
    let mut names: Vec<String> = note.image.iter().cloned().collect();
    if !plain {
        let text = note.full_text();
        names.extend(text::images(&text));
        names.extend(text.split("[sound:").skip(1).filter_map(|rest| rest.split(']').next()).map(str::to_owned));
    }
    names
}

/// A deck with one note, as our own export puts it into other programs' files. Pictures are looked for later.
fn own_note(text: &str, today: chrono::NaiveDate) -> Option<Deck> {
    match crate::library::load_text(Path::new(""), text, today).content {
        Some(crate::library::Content::Deck(deck)) if !deck.notes.is_empty() => Some(Arc::unwrap_or_clone(deck)),
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

fn warning(file: &Path, line: usize, code: &'static str, message: &str) -> Issue {
    let location = Location { file: file.to_owned(), line, column: usize::from(line > 0), width: 1 };
    Issue { location, severity: Severity::Warning, code, message: message.to_owned(), hint: None, excerpt: String::new() }
}

/// Options beyond twenty cannot be shown; a list that long is kept as a card. Texts are cut at a mebibyte.
fn fitted(body: NoteBody) -> (NoteBody, bool) {
    use crate::model::QuestionBody;
    let NoteBody::Question(question) = &body else { return (body, false) };
    let QuestionBody::Choice(choice) = &question.body else { return (body, false) };
    let all_right = choice.options.iter().all(|option| option.is_key);
    if choice.options.len() <= 20 && !all_right {
        return (body, false);
    }
    let line = |option: &crate::model::Opt| {
        let (mark, reason) = (if option.is_key { "✓ " } else { "" }, if option.why.is_empty() { "" } else { ": " });
        format!("- {mark}{}{reason}{}", option.text, option.why.replace("\n\n", " "))
    };
    let listed: Vec<String> = choice.options.iter().map(line).collect();
    let back = [listed.join("\n"), question.why.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    (NoteBody::Basic { front: question.stem.clone(), back, both_ways: false }, true)
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
