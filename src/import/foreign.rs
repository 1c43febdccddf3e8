//! The neutral form every importer ends in.

use crate::model::{Case, Choice, Flag, Match, NoteBody, Opt, Order, Question, QuestionBody, Rating, Timestamp, Typed};
use crate::model::{Issue, Location, Severity, cloze};
use std::borrow::Cow;
use std::collections::BTreeSet;
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

/// Most findings that are kept one by one; the rest are counted.
const MAX_FINDINGS: usize = 5_000;

/// Collects what could not be taken.
#[derive(Debug)]
pub(super) struct Findings {
    file: PathBuf,
    issues: Vec<Issue>,
    more: usize,
    once: BTreeSet<String>,
}

impl Findings {
    pub(super) fn new(file: &Path) -> Self {
        Self { file: file.to_owned(), issues: Vec::new(), more: 0, once: BTreeSet::new() }
    }

    fn push(&mut self, severity: Severity, line: usize, code: &'static str, message: String) {
        if self.issues.len() >= MAX_FINDINGS {
            self.more += 1;
            return;
        }
        let location = Location { file: self.file.clone(), line, column: usize::from(line > 0), width: 1 };
        self.issues.push(Issue { location, severity, code, message, hint: None, excerpt: String::new() });
    }

    /// Something that was not taken at all.
    pub(super) fn lost(&mut self, line: usize, message: impl Into<String>) {
        self.push(Severity::Error, line, "not-taken", message.into());
    }

    /// Something that was taken otherwise than it was.
    pub(super) fn changed(&mut self, line: usize, message: impl Into<String>) {
        self.push(Severity::Warning, line, "taken-otherwise", message.into());
    }

    /// As [`Self::changed`], told once however often it happens.
    pub(super) fn changed_once(&mut self, line: usize, message: impl Into<String>) {
        let message = message.into();
        if self.once.insert(message.clone()) {
            self.changed(line, message);
        }
    }

    pub(super) fn finish(mut self) -> Vec<Issue> {
        if self.more > 0 {
            let more = self.more;
            self.more = 0;
            self.issues.truncate(MAX_FINDINGS - 1);
            self.changed(0, format!("and {more} more findings, which are not listed"));
        }
        self.issues
    }
}

/// A plain question and answer. An answer that is missing becomes a dash, because a card must say something.
pub(super) fn basic(front: impl Into<String>, back: impl Into<String>) -> NoteBody {
    let (front, back) = (trimmed(front.into()), trimmed(back.into()));
    NoteBody::Basic { front, back: if back.is_empty() { "—".to_owned() } else { back }, both_ways: false }
}

/// A text without white space at its ends; most have none, and are not copied.
fn trimmed(text: String) -> String {
    if text.trim().len() == text.len() { text } else { text.trim().to_owned() }
}

/// A text with gaps if it has any, else a note to read.
pub(super) fn cloze_or_basic(text: &str, why: &str) -> NoteBody {
    if cloze::numbers(text).is_empty() {
        return basic(text, why);
    }
    NoteBody::Cloze { text: text.trim().to_owned(), why: why.trim().to_owned() }
}

fn question(stem: &str, why: &str, body: QuestionBody) -> NoteBody {
    NoteBody::Question(Question { stem: stem.trim().to_owned(), why: why.trim().to_owned(), expect: None, body })
}

/// An option of a choice.
pub(super) fn option(text: &str, is_key: bool, why: &str) -> Opt {
    Opt { text: text.trim().to_owned(), why: why.trim().to_owned(), see: None, is_key }
}

/// A choice, or why it is none.
pub(super) fn choice(stem: &str, options: Vec<Opt>, why: &str) -> Result<NoteBody, &'static str> {
    if stem.trim().is_empty() {
        return Err("the question has no text");
    }
    if options.iter().any(|option| option.text.is_empty()) {
        return Err("an option is empty");
    }
    if options.len() < 2 {
        return Err("there are fewer than two options");
    }
    if !options.iter().any(|option| option.is_key) {
        return Err("no option is marked as right");
    }
    let texts: BTreeSet<&str> = options.iter().map(|option| option.text.as_str()).collect();
    if texts.len() < options.len() {
        return Err("two options say the same");
    }
    // A key among options that are all right, or in an order that says something, is not for shuffling.
    let fixed = options.iter().any(|option| is_last_option(&option.text));
    Ok(question(stem, why, QuestionBody::Choice(Choice { options, shuffle: !fixed })))
}

/// "All of the above" and its kin stand last or say nothing.
fn is_last_option(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["of the above", "of these", "both a and", "a and b", "b and c", "a and c"].iter().any(|phrase| lower.contains(phrase))
}

/// Typed answers.
pub(super) fn typed(stem: &str, accept: Vec<String>, why: &str) -> NoteBody {
    let mut accept: Vec<String> = accept.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect();
    let mut seen = BTreeSet::new();
    accept.retain(|text| seen.insert(text.clone()));
    if accept.is_empty() {
        return basic(stem, why);
    }
    question(stem, why, QuestionBody::Typed(Typed { accept }))
}

/// Pairs.
pub(super) fn pairs(stem: &str, pairs: Vec<(String, String)>, decoys: Vec<String>, why: &str) -> Result<NoteBody, &'static str> {
    if pairs.len() < 2 {
        return Err("there are fewer than two pairs");
    }
    let lefts: BTreeSet<&str> = pairs.iter().map(|(left, _)| left.as_str()).collect();
    if lefts.len() < pairs.len() {
        return Err("two left sides say the same");
    }
    if pairs.iter().any(|(left, right)| left.trim().is_empty() || right.trim().is_empty()) {
        return Err("a side of a pair is empty");
    }
    let rights: BTreeSet<&str> = pairs.iter().map(|(_, right)| right.as_str()).collect();
    let mut decoys: Vec<String> = decoys.into_iter().filter(|decoy| !decoy.trim().is_empty() && !rights.contains(decoy.as_str())).collect();
    decoys.sort();
    decoys.dedup();
    let stem = if stem.trim().is_empty() { "Match each to what belongs to it." } else { stem };
    Ok(question(stem, why, QuestionBody::Match(Match { pairs, decoys })))
}

/// Steps in their order.
pub(super) fn order(stem: &str, steps: Vec<String>, why: &str) -> Result<NoteBody, &'static str> {
    if steps.len() < 2 {
        return Err("there are fewer than two steps");
    }
    if steps.iter().any(|step| step.trim().is_empty()) {
        return Err("a step is empty");
    }
    let stem = if stem.trim().is_empty() { "Put these in order." } else { stem };
    Ok(question(stem, why, QuestionBody::Order(Order { steps })))
}

/// A scenario with questions.
pub(super) fn case(scenario: &str, questions: Vec<(crate::model::NoteId, Question)>) -> NoteBody {
    NoteBody::Case(Case { scenario: scenario.trim().to_owned(), exhibits: Vec::new(), questions })
}
