//! A world of one's own for each test: a folder, a clock that is set by hand, a seed.

use ascertain::app::{Collection, Options, Paths, Stage};
use ascertain::model::{CardId, Clock, Rating, Steady, Timestamp, UtcOffset};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

/// 2026-11-23 09:00 UTC, a Monday.
pub const START: i64 = 1_795_424_400_000;
pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 86_400_000;

/// A clock that goes only when told to.
#[derive(Debug, Clone)]
pub struct ManualClock {
    millis: Arc<Mutex<i64>>,
    monotonic: Arc<Mutex<i64>>,
}

impl ManualClock {
    fn new() -> Self {
        Self { millis: Arc::new(Mutex::new(START)), monotonic: Arc::default() }
    }

    /// Lets time pass.
    pub fn advance(&self, millis: i64) {
        *self.millis.lock().expect("a clock") += millis;
        *self.monotonic.lock().expect("a clock") += millis;
    }

    /// Milliseconds on the wall.
    pub fn millis(&self) -> i64 {
        *self.millis.lock().expect("a clock")
    }

    /// Another reading of the same machine's clocks, at another time.
    pub fn at(millis: i64) -> Self {
        let since_start = millis - START;
        Self { millis: Arc::new(Mutex::new(millis)), monotonic: Arc::new(Mutex::new(since_start)) }
    }

    /// Sets the wall clock, as a person or a time server does.
    pub fn set_wall(&self, millis: i64) {
        *self.millis.lock().expect("a clock") = millis;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(*self.millis.lock().expect("a clock"))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.monotonic.lock().expect("a clock").unsigned_abs())
    }

    fn utc_offset_at(&self, _at: Timestamp) -> UtcOffset {
        UtcOffset(0)
    }

    fn steady(&self) -> Option<Steady> {
        Some(Steady { origin: 1, millis: *self.monotonic.lock().expect("a clock"), counts_sleep: true })
    }
}

/// A folder with a history and decks, and the clock that rules it.
pub struct World {
    pub folder: TempDir,
    pub clock: ManualClock,
}

/// A deck of plain cards, a choice and a note with two cards.
pub const DECK: &str = r#"Deck(
    format: 1, id: "mine", title: "Mine", as_of: "2026-11-23",
    domains: [(id: "a", title: "Part A"), (id: "b", title: "Part B")],
    sources: [(id: "s", title: "A source", edition: "2026", url: "https://s.example")],
    notes: [
        Basic(id: "one", domain: "a", front: "First front", back: "First back", cites: [("s", "1")], tags: ["t"]),
        Basic(id: "two", domain: "a", front: "Second front", back: "Second back", cites: [("s", "2")], both_ways: true),
        Choice(id: "three", domain: "b", stem: "Which option is the right one?", options: [
            Key(text: "this one", why: "it is right"),
            Wrong(text: "that one", why: "it is wrong", see: "one"),
            Wrong(text: "no one else", why: "it is wrong too"),
        ], expect: 0.5, cites: [("s", "3")]),
        Cloze(id: "four", domain: "b", text: "{{c1::Gap}} and {{c2::hole::a hint}}.", cites: [("s", "4")]),
    ],
)
"#;

impl World {
    /// An empty folder: only shipped decks, which are hidden so that a test meets its own cards alone.
    pub fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().expect("a folder"), clock: ManualClock::new() };
        let hidden = format!("(welcomed: true, hidden_decks: {:?})", shipped_decks());
        std::fs::write(world.path().join("settings.ron"), hidden).expect("written");
        world
    }

    /// With [`DECK`] in it.
    pub fn with_deck() -> Self {
        let world = Self::new();
        world.write_deck("mine.ron", DECK);
        world
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub fn write_deck(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path().join("decks")).expect("a folder");
        std::fs::write(self.path().join("decks").join(name), text).expect("written");
    }

    pub fn options(&self) -> Options {
        Options { paths: Paths { data: self.path() }, clock: Box::new(self.clock.clone()), seed: Some(7), read_only: false }
    }

    /// Opens it and reads the decks.
    pub fn open(&self) -> Collection {
        let mut collection = Collection::open(self.options()).expect("a collection");
        collection.load().expect("decks");
        collection
    }
}

/// Ids of the shipped decks, which are the names of their files.
pub fn shipped_decks() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("decks");
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut ids: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "ron"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    ids.sort();
    ids
}

/// The id of a card.
pub fn card(text: &str) -> CardId {
    CardId::parse(text).expect("an id")
}

/// Answers the card that is shown, and lets some seconds pass.
pub fn answer(collection: &mut Collection, clock: &ManualClock, rating: Rating) -> CardId {
    let shown = collection.shown().expect("a card is shown").card.clone();
    clock.advance(5_000);
    collection.reveal();
    assert_ne!(collection.shown().expect("still shown").stage, Stage::Asked);
    collection.answer(rating).expect("accepted");
    shown
}
