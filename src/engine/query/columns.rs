//! Searching many cards at once: what searches ask for most, column by column, and which cards are meant as one bit each.
//!
//! [`super::matches`] says what a search means; a test holds both to the same answer.

use super::{Is, Prop, Query, Term};
use crate::model::{CardPhase, CardState, Due, Flag, MemoryState, Now, StudyDay};
use memchr::memmem::Finder;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

/// Rows per word of [`Bits`].
const WORD: usize = 64;

/// One bit for each card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bits(Vec<u64>);

impl Bits {
    /// Those of a column that pass a test.
    fn of<T>(column: &[T], test: impl Fn(&T) -> bool) -> Self {
        let word = |rows: &[T]| rows.iter().enumerate().fold(0, |word, (place, row)| word | u64::from(test(row)) << place);
        Self(column.chunks(WORD).map(word).collect())
    }

    fn and(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
        self
    }

    fn or(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
        self
    }

    /// These without those.
    fn without(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
        self
    }

    /// Those of these that pass a test of their place.
    fn filtered(&self, test: impl Fn(usize) -> bool) -> Self {
        let places =
            |(number, word): (usize, &u64)| ones(*word).filter(|bit| test(number * WORD + bit)).fold(0, |word, bit| word | 1 << bit);
        Self(self.0.iter().enumerate().map(places).collect())
    }

    /// The places of those that are set, in order.
    pub fn places(self) -> impl Iterator<Item = usize> {
        self.0
            .into_iter()
            .enumerate()
            .filter(|(_, word)| *word != 0)
            .flat_map(|(number, word)| ones(word).map(move |bit| number * WORD + bit))
    }
}

/// The bits that are set in a word.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then_some(word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(bit)
    })
}

/// A column of words many cards share: for each card a number, and for each number a card that has it.
#[derive(Debug, Default)]
struct Shared {
    of: Vec<u32>,
    example: Vec<usize>,
}

impl Shared {
    fn new<K: Hash + Eq>(keys: impl Iterator<Item = K>) -> Self {
        let (mut shared, mut known) = (Self::default(), HashMap::new());
        for (place, key) in keys.enumerate() {
            let number = *known.entry(key).or_insert_with(|| {
                shared.example.push(place);
                shared.example.len() as u32 - 1
            });
            shared.of.push(number);
        }
        shared
    }

    /// Cards whose words pass a test, which is asked once for each of the words.
    fn meant(&self, test: impl Fn(usize) -> bool) -> Bits {
        let meant: Vec<bool> = self.example.iter().map(|place| test(*place)).collect();
        Bits::of(&self.of, |number| meant.get(*number as usize).is_some_and(|meant| *meant))
    }
}

/// What is asked of a state most often, in few bytes.
#[derive(Debug, Clone, Copy)]
struct Standing {
    due: Option<Due>,
    buried_until: Option<StudyDay>,
    phase: CardPhase,
    suspended: bool,
    flag: Option<Flag>,
}

impl Standing {
    fn of(state: &CardState) -> Self {
        let CardState { due, buried_until, phase, suspended, flag, .. } = *state;
        Self { due, buried_until, phase, suspended, flag }
    }

    fn is_buried(&self, today: StudyDay) -> bool {
        self.buried_until.is_some_and(|day| day > today)
    }

    fn is_due(&self, now: Now, today: StudyDay) -> bool {
        let due = match self.due {
            Some(Due::Day(day)) => day <= today,
            Some(Due::At(at)) => at <= now.at,
            None => false,
        };
        due && !self.suspended && !self.is_buried(today)
    }
}

/// The last answer of a card that has none: before all time.
const NEVER: i64 = i64::MIN;

/// The instant of the last answer.
fn last_of(state: &CardState) -> i64 {
    state.last_review.map_or(NEVER, |last| last.at.0)
}

/// A card as it enters the columns.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Deck id.
    pub deck: &'a str,
    /// Whether its deck is hidden from searches.
    pub hidden: bool,
    /// A number its siblings share, from 1.
    pub note_number: usize,
    /// Domain id, empty for none.
    pub domain: &'a str,
    /// Tags.
    pub tags: &'a [String],
    /// What is known of it.
    pub state: &'a CardState,
}

/// When and by which rules a search looks.
#[derive(Debug, Clone, Copy)]
pub struct When {
    /// The instant.
    pub now: Now,
    /// The study day.
    pub today: StudyDay,
    /// Local hour at which a study day starts.
    pub rollover_hour: u8,
}

/// All cards by columns.
#[derive(Debug)]
pub struct Columns {
    shown: Bits,
    note: Vec<u32>,
    deck: Shared,
    domain: Shared,
    tags: Shared,
    standing: Vec<Standing>,
    memory: Vec<Option<MemoryState>>,
    last: Vec<i64>,
    /// The last answer and the place of every card that has one, in the order of time: few cards were answered lately.
    recent: BTreeSet<(i64, u32)>,
}

impl Columns {
    /// The columns of all cards.
    pub fn new(rows: &[Row<'_>]) -> Self {
        let last: Vec<i64> = rows.iter().map(|row| last_of(row.state)).collect();
        Self {
            shown: Bits::of(rows, |row| !row.hidden),
            note: rows.iter().map(|row| row.note_number as u32).collect(),
            deck: Shared::new(rows.iter().map(|row| row.deck)),
            domain: Shared::new(rows.iter().map(|row| row.domain)),
            tags: Shared::new(rows.iter().map(|row| row.tags)),
            standing: rows.iter().map(|row| Standing::of(row.state)).collect(),
            memory: rows.iter().map(|row| row.state.memory).collect(),
            recent: last.iter().zip(0..).filter(|(last, _)| **last != NEVER).map(|(last, place)| (*last, place)).collect(),
            last,
        }
    }

    /// Replaces what is known of a card.
    pub fn set_state(&mut self, place: usize, state: &CardState) {
        if let Some(standing) = self.standing.get_mut(place) {
            *standing = Standing::of(state);
        }
        if let Some(memory) = self.memory.get_mut(place) {
            *memory = state.memory;
        }
        if let Some(last) = self.last.get_mut(place) {
            self.recent.remove(&(*last, place as u32));
            *last = last_of(state);
            if *last != NEVER {
                self.recent.insert((*last, place as u32));
            }
        }
    }

    /// The cards a search means. What has no column is decided card by card by `one`.
    pub fn find(&self, query: &Query, when: When, texts: &Texts, one: &impl Fn(&Term, usize) -> bool) -> Bits {
        self.among(&self.shown, query, when, texts, one)
    }

    fn among(&self, some: &Bits, query: &Query, when: When, texts: &Texts, one: &impl Fn(&Term, usize) -> bool) -> Bits {
        let part = |some: &Bits, query: &Query| self.among(some, query, when, texts, one);
        match query {
            Query::All => some.clone(),
            Query::Term(term) => match self.column(term, when, texts, one) {
                Some(bits) => bits.and(some),
                None => some.filtered(|place| one(term, place)),
            },
            Query::Not(inner) => some.clone().without(&part(some, inner)),
            Query::And(parts) => parts.iter().fold(some.clone(), |some, query| part(&some, query)),
            Query::Or(parts) => parts.iter().fold(Bits(vec![0; some.0.len()]), |found, query| found.or(&part(some, query))),
        }
    }

    /// The cards a term means, where it has a column.
    fn column(&self, term: &Term, when: When, texts: &Texts, one: &impl Fn(&Term, usize) -> bool) -> Option<Bits> {
        let When { now, today, .. } = when;
        let standing = &self.standing;
        Some(match term {
            Term::Text(text) => {
                let hits = texts.with(text);
                Bits::of(&self.note, |note| hits.get(*note as usize - 1).is_some_and(|hit| *hit))
            }
            Term::Deck(_) => self.deck.meant(|place| one(term, place)),
            Term::Domain(_) => self.domain.meant(|place| one(term, place)),
            Term::Tag(_) => self.tags.meant(|place| one(term, place)),
            Term::Flag(None) | Term::Is(Is::Flagged) => Bits::of(standing, |card| card.flag.is_some()),
            Term::Flag(flag) => Bits::of(standing, |card| card.flag == *flag),
            Term::Is(Is::Due) => Bits::of(standing, |card| card.is_due(now, today)),
            Term::Is(Is::New) => Bits::of(standing, |card| card.phase == CardPhase::New),
            Term::Is(Is::Learn) => Bits::of(standing, |card| matches!(card.phase, CardPhase::Learning | CardPhase::Relearning)),
            Term::Is(Is::Review) => Bits::of(standing, |card| card.phase == CardPhase::Review),
            Term::Is(Is::Suspended) => Bits::of(standing, |card| card.suspended),
            Term::Is(Is::Buried) => Bits::of(standing, |card| card.is_buried(today)),
            Term::Prop(prop @ (Prop::Stability | Prop::Difficulty), compare, number) => Bits::of(&self.memory, |memory| {
                let own = |memory: &MemoryState| if *prop == Prop::Stability { memory.stability } else { memory.difficulty };
                memory.as_ref().is_some_and(|memory| compare.holds(f64::from(own(memory)), *number))
            }),
            Term::Rated(days, None) => self.answered_since(super::eval::since(*days, when).0),
            _ => return None,
        })
    }

    fn answered_since(&self, since: i64) -> Bits {
        let mut bits = Bits(vec![0; self.last.len().div_ceil(WORD)]);
        let mut recent = self.recent.range((since, 0)..);
        for (_, place) in recent.by_ref().take(FEW) {
            let place = *place as usize;
            bits.0.get_mut(place / WORD).into_iter().for_each(|word| *word |= 1 << (place % WORD));
        }
        // Beyond a few, looking at all in a row is faster than following the order of time.
        if recent.next().is_none() { bits } else { Bits::of(&self.last, |last| *last >= since) }
    }
}

/// How many cards are few; in tests so few that both ways are gone.
const FEW: usize = if cfg!(test) { 4 } else { 4_096 };

/// The text of all notes in lower case, one after another.
#[derive(Debug, Default)]
pub struct Texts {
    all: String,
    /// Where each note's text ends, the separator not counted.
    ends: Vec<usize>,
}

impl Texts {
    /// Stands between the texts of two notes, and in none.
    const BETWEEN: char = '\0';

    /// Adds the text of the next note.
    pub fn push(&mut self, text: &str) {
        self.all.push_str(&text.to_lowercase().replace(Self::BETWEEN, " "));
        self.ends.push(self.all.len());
        self.all.push(Self::BETWEEN);
    }

    /// How many notes there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a note.
    pub fn get(&self, place: usize) -> &str {
        let begin = place.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| end + Self::BETWEEN.len_utf8());
        self.ends.get(place).and_then(|end| self.all.get(begin..*end)).unwrap_or_default()
    }

    /// For each note whether it has the words of a search.
    fn with(&self, wanted: &str) -> Vec<bool> {
        if wanted.contains('*') || wanted.is_empty() || wanted.contains(Self::BETWEEN) {
            return (0..self.len()).map(|place| super::eval::has_words(self.get(place), wanted)).collect();
        }
        let (finder, mut hits, mut from) = (Finder::new(wanted), vec![false; self.len()], 0);
        let mut notes = self.ends.iter().zip(&mut hits);
        while let Some(at) = self.all.as_bytes().get(from..).and_then(|rest| finder.find(rest)) {
            let Some((end, hit)) = notes.by_ref().find(|(end, _)| **end > from + at) else { break };
            *hit = true;
            from = end + Self::BETWEEN.len_utf8();
        }
        hits
    }
}
