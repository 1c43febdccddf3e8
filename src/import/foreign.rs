//! The neutral form every importer ends in.

pub(super) use super::bodies::{basic, case, choice, cloze_or_basic, in_gap, option, order, pairs, typed};
pub(super) use super::findings::Findings;

use crate::model::{Flag, Issue, Location, NoteBody, Rating, Severity, Timestamp};
use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What a file of another program holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Foreign {
    /// The format, in words: "Anki package".
    pub format: String,
    /// The decks, in the file's order.
    pub decks: Vec<ForeignDeck>,
    /// Pictures and sounds the notes name.
    pub media: Vec<Media>,
    /// What was not taken, or not as it was, with its place.
    pub issues: Vec<Issue>,
    /// How many notes the file says it holds, by its own count, if it counts otherwise than we do.
    pub counted: Option<Counted>,
    /// For a table: how its columns were understood.
    pub columns: Vec<Column>,
    /// The answers of all cards; each card has a stretch of them.
    pub answers: Vec<ForeignAnswer>,
}

/// Takes the notes of a file one by one, so that a large file is never held whole.
pub trait Take {
    /// A note, and the deck it stands in.
    fn note(&mut self, deck: DeckHead<'_>, note: ForeignNote);
}

/// What a note's deck says of itself.
#[derive(Debug, Clone, Copy)]
pub struct DeckHead<'a> {
    /// The format it comes from, in words.
    pub format: &'a str,
    /// Its name.
    pub title: &'a str,
    /// What it says of itself; may be empty.
    pub summary: &'a str,
}

/// Keeps them all.
impl Take for Vec<ForeignDeck> {
    fn note(&mut self, deck: DeckHead<'_>, note: ForeignNote) {
        match self.iter_mut().find(|own| own.title == deck.title) {
            Some(own) => own.notes.push(note),
            None => self.push(ForeignDeck { title: deck.title.to_owned(), summary: deck.summary.to_owned(), notes: vec![note] }),
        }
    }
}

impl Foreign {
    /// Whether its media lie in the imported archive itself, so that it cannot be laid together with others.
    pub fn has_members(&self) -> bool {
        self.media.iter().any(|medium| matches!(medium.from, MediaFrom::Member { .. })) || self.counted.is_some()
    }

    /// Lays another file of the same folder beside this one.
    pub fn absorb(&mut self, other: Self) {
        if self.format.is_empty() {
            self.format = other.format;
        } else if self.format != other.format {
            "several formats".clone_into(&mut self.format);
        }
        let shift = self.answers.len() as u32;
        self.answers.extend(other.answers);
        for mut deck in other.decks {
            for card in deck.notes.iter_mut().flat_map(|note| &mut note.cards) {
                card.known.answers = card.known.answers.start + shift..card.known.answers.end + shift;
            }
            match self.decks.iter_mut().find(|own| own.title == deck.title) {
                Some(own) => own.notes.extend(deck.notes),
                None => self.decks.push(deck),
            }
        }
        self.media.extend(other.media);
        self.issues.extend(other.issues);
    }

    /// Says that a file of the folder gave nothing.
    pub fn refused(&mut self, file: &Path, line: usize, message: String) {
        let location = Location { file: file.to_owned(), line, column: usize::from(line > 0), width: 1 };
        self.issues.push(Issue { location, severity: Severity::Warning, code: "passed-over", message, hint: None, excerpt: String::new() });
    }
}

/// The file's own counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Notes.
    pub notes: usize,
    /// Cards.
    pub cards: usize,
    /// Rows of the review log.
    pub reviews: usize,
}

/// A deck of another program.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ForeignDeck {
    /// Its name, levels joined by `::`.
    pub title: String,
    /// What it says of itself.
    pub summary: String,
    /// Its notes.
    pub notes: Vec<ForeignNote>,
}

/// A note of another program.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignNote {
    /// What tells it from others when the file is imported again; without one, what it asks does.
    pub key: Option<String>,
    /// The part of the subject it belongs to, in words; may be empty.
    pub domain: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Where its facts come from: title and address, either may be empty.
    pub reference: Option<(String, String)>,
    /// What it asks.
    pub body: NoteBody,
    /// The line it starts on; 0 where files have none.
    pub line: usize,
    /// What is known of its cards.
    pub cards: Vec<ForeignCard>,
    /// The note as our own format writes it, where the file kept it: a deck with this one note.
    pub own: Option<String>,
}

impl ForeignNote {
    /// What tells it apart: its own name, or the text that asks, so that an edited answer is the same note.
    pub fn key(&self) -> &str {
        self.key.as_deref().unwrap_or_else(|| asked(&self.body))
    }

    /// A note with nothing but its body.
    pub fn new(body: NoteBody, line: usize) -> Self {
        Self { key: None, domain: String::new(), tags: Vec::new(), reference: None, body, line, cards: Vec::new(), own: None }
    }
}

/// The text of a note that asks.
fn asked(body: &NoteBody) -> &str {
    match body {
        NoteBody::Basic { front, .. } => front,
        NoteBody::Cloze { text, .. } => text,
        NoteBody::Question(question) => &question.stem,
        NoteBody::Case(case) => &case.scenario,
    }
}

/// A card of another program.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForeignCard {
    /// The key of the card within its note: `front`, `back`, `c1`, `question`; or `#0` for the first, `#1` for the second.
    pub key: Cow<'static, str>,
    /// What is known of it.
    pub known: ForeignKnown,
}

/// What another program knows of a card.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForeignKnown {
    /// Which of the file's answers are its own; they are in the order of time.
    pub answers: Range<u32>,
    /// Instants at which it was made new again.
    pub resets: Box<[Timestamp]>,
    /// Where it stands.
    pub standing: Option<ForeignStanding>,
    /// Taken out of study.
    pub suspended: bool,
    /// Its colour.
    pub flag: Option<Flag>,
}

impl ForeignCard {
    /// A card of which nothing is known but where it stands.
    pub fn standing(key: impl Into<Cow<'static, str>>, standing: ForeignStanding) -> Self {
        Self { key: key.into(), known: ForeignKnown { standing: Some(standing), ..ForeignKnown::default() } }
    }

    /// Whether anything is known of it.
    pub fn is_known(&self) -> bool {
        self.known != ForeignKnown::default()
    }
}

impl ForeignKnown {
    /// Its answers among those of the file.
    pub fn answers_of<'a>(&self, all: &'a [ForeignAnswer]) -> &'a [ForeignAnswer] {
        all.get(self.answers.start as usize..self.answers.end as usize).unwrap_or_default()
    }
}

/// An answer given in another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignAnswer {
    /// When.
    pub at: Timestamp,
    /// The rating.
    pub rating: Rating,
    /// Thinking time in milliseconds.
    pub taken_millis: u32,
}

/// Where a card stands in another program.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForeignStanding {
    /// In short steps (again) rather than scheduled by days.
    pub phase: ForeignPhase,
    /// FSRS stability in days and difficulty 1 to 10, if it has them.
    pub memory: Option<(f32, f32)>,
    /// SM-2: ease (2.5 is usual) and interval in days, for a card whose memory must be estimated.
    pub sm2: Option<(f32, f32)>,
    /// When it is due.
    pub due: ForeignDue,
    /// Answers.
    pub reps: u32,
    /// Lapses.
    pub lapses: u32,
    /// When it was last answered, if that is known.
    pub last_review: Option<Timestamp>,
    /// Whether the log holds every answer since it was new.
    pub log_complete: bool,
}

/// How a card of another program is scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignPhase {
    /// In the first short steps.
    Learning,
    /// By days.
    Review,
    /// In short steps after a lapse.
    Relearning,
}

/// When a card of another program is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignDue {
    /// On a day, counted from 1970-01-01.
    Day(i32),
    /// At an instant.
    At(Timestamp),
}

/// A picture or a sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Media {
    /// The name notes use, safe as a path below the deck's media folder.
    pub name: String,
    /// Where its bytes are.
    pub from: MediaFrom,
}

/// Where the bytes of a medium are.
#[derive(Debug, Clone, PartialEq)]
pub enum MediaFrom {
    /// In the note itself.
    Bytes(Vec<u8>),
    /// A file beside the imported one.
    File(PathBuf),
    /// A member of the imported archive, perhaps compressed once more.
    Member {
        /// Which member.
        index: usize,
        /// Whether it is compressed with zstd within the archive.
        zstd: bool,
    },
}

/// How a column of a table was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading, or its number.
    pub name: String,
    /// What it is taken for.
    pub role: Role,
    /// What stands in it, in the first rows.
    pub sample: String,
}

/// What a column of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Not taken.
    Ignore,
    /// The question, or the front.
    Stem,
    /// The answer, or the back.
    Back,
    /// One option of a choice.
    Option,
    /// All options in one cell.
    Options,
    /// Which options are right.
    Key,
    /// Why.
    Why,
    /// Why the option before it is right or wrong.
    OptionWhy,
    /// The part of the subject.
    Domain,
    /// Tags.
    Tags,
    /// The deck.
    Deck,
    /// Where the fact comes from.
    Reference,
    /// What tells notes apart.
    Id,
    /// What kind of question it is, in the words of our own tables.
    Kind,
}

impl Role {
    /// All of them, in the order of the mapper's menu.
    pub const ALL: [Self; 14] = [
        Self::Ignore,
        Self::Stem,
        Self::Back,
        Self::Option,
        Self::Options,
        Self::Key,
        Self::Why,
        Self::OptionWhy,
        Self::Domain,
        Self::Tags,
        Self::Deck,
        Self::Reference,
        Self::Id,
        Self::Kind,
    ];

    /// The word in menus and profiles.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Stem => "question",
            Self::Back => "answer",
            Self::Option => "option",
            Self::Options => "all options",
            Self::Key => "key",
            Self::Why => "explanation",
            Self::OptionWhy => "why of the option",
            Self::Domain => "domain",
            Self::Tags => "tags",
            Self::Deck => "deck",
            Self::Reference => "reference",
            Self::Id => "id",
            Self::Kind => "kind",
        }
    }

    /// The role with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}
