//! What can be folded from facts, kept so that a day starts quickly.

use super::facts::card_id;
use super::{Result, Store, StoreError, Writer};
use crate::model::{CardId, CardKind, CardPhase, CardState, Due, Flag, MemoryState, Now, Rating, StudyDay, Timestamp, UtcOffset};
use rusqlite::{Connection, Row, params};

/// What one review adds to the sums. With a negative sign it takes them back.
#[derive(Debug, Clone, Copy)]
pub struct ReviewSums<'a> {
    /// The study day of the review.
    pub day: StudyDay,
    /// The deck.
    pub deck: &'a str,
    /// The kind of card.
    pub kind: CardKind,
    /// The rating.
    pub rating: Rating,
    /// The phase before it.
    pub before: CardPhase,
    /// The time it took.
    pub taken_millis: u32,
}

/// How long passed answers to one kind of card took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The kind.
    pub kind: CardKind,
    /// Answers other than Again.
    pub passed: u64,
    /// Milliseconds they took together.
    pub taken_millis: u64,
}

pub(super) fn phase_word(phase: CardPhase) -> &'static str {
    match phase {
        CardPhase::New => "new",
        CardPhase::Learning => "learning",
        CardPhase::Review => "review",
        CardPhase::Relearning => "relearning",
    }
}

pub(super) fn phase(word: &str) -> Result<CardPhase> {
    [CardPhase::New, CardPhase::Learning, CardPhase::Review, CardPhase::Relearning]
        .into_iter()
        .find(|phase| phase_word(*phase) == word)
        .ok_or_else(|| StoreError::Row(format!("a phase `{word}`")))
}

impl Writer<'_> {
    /// Stores what the facts about a card add up to.
    pub fn put_card(&mut self, card: &CardId, state: &CardState) -> Result<()> {
        put_state(&self.transaction, self.card(card)?, state)
    }

    /// Adds a review to the sums, or takes it back.
    pub fn add_sums(&mut self, sums: ReviewSums<'_>, take_back: bool) -> Result<()> {
        let sign = if take_back { -1 } else { 1 };
        let passed = i64::from(sums.rating.is_pass());
        let mature = i64::from(sums.before == CardPhase::Review);
        let new = i64::from(sums.before == CardPhase::New);
        let taken = i64::from(sums.taken_millis);
        let counts = [sign, sign * passed, sign * mature, sign * mature * passed, sign * new, sign * taken];
        self.add_day_sum(sums.day, sums.deck, counts)?;
        self.add_pace(sums.kind, sign * passed, sign * passed * taken)?;
        Ok(())
    }

    /// Adds many reviews of a day and a deck to the sums: reviews, passed, mature reviews, mature passed, new cards, milliseconds.
    pub fn add_day_sum(&mut self, day: StudyDay, deck: &str, counts: [i64; 6]) -> Result<()> {
        let sql = "insert into day_sum values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict (day, deck) do update set \
                   reviews = reviews + ?3, passed = passed + ?4, mature_reviews = mature_reviews + ?5, \
                   mature_passed = mature_passed + ?6, new_cards = new_cards + ?7, taken_millis = taken_millis + ?8";
        let [reviews, passed, mature, mature_passed, new, taken] = counts;
        self.transaction.prepare_cached(sql)?.execute(params![day.0, deck, reviews, passed, mature, mature_passed, new, taken])?;
        Ok(())
    }

    /// Adds many passed answers to one kind of card to the pace.
    pub fn add_pace(&mut self, kind: CardKind, passed: i64, taken_millis: i64) -> Result<()> {
        let sql =
            "insert into pace values (?1, ?2, ?3) on conflict (kind) do update set passed = passed + ?2, taken_millis = taken_millis + ?3";
        self.transaction.prepare_cached(sql)?.execute(params![kind.as_str(), passed, taken_millis])?;
        Ok(())
    }

    /// Empties all caches, to be filled again from the facts.
    pub fn clear_caches(&mut self) -> Result<()> {
        self.transaction.execute_batch("delete from card_state; delete from day_sum; delete from pace;")?;
        Ok(())
    }
}

/// Stores the state of a card whose number is known.
pub(super) fn put_state(connection: &Connection, card: i64, state: &CardState) -> Result<()> {
    let (due_day, due_ms) = match state.due {
        Some(Due::Day(day)) => (Some(day.0), None),
        Some(Due::At(at)) => (None, Some(at.0)),
        None => (None, None),
    };
    let sql = "insert or replace into card_state values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";
    connection.prepare_cached(sql)?.execute(params![
        card,
        phase_word(state.phase),
        state.memory.map(|memory| memory.stability),
        state.memory.map(|memory| memory.difficulty),
        due_day,
        due_ms,
        state.step,
        state.reps,
        state.lapses,
        state.first_review.map(|now| now.at.0),
        state.first_review.map(|now| now.offset.0),
        state.last_review.map(|now| now.at.0),
        state.last_review.map(|now| now.offset.0),
        state.suspended,
        state.buried_until.map(|day| day.0),
        state.flag.map(Flag::number),
        state.remark,
        state.disputed,
        state.changed_at.map(|at| at.0),
        state.claimed,
    ])?;
    Ok(())
}

fn instant(row: &Row<'_>, from: usize) -> Result<Option<Now>> {
    let (at, offset): (Option<i64>, Option<i32>) = (row.get(from)?, row.get(from + 1)?);
    Ok(at.zip(offset).map(|(at, offset)| Now { at: Timestamp(at), offset: UtcOffset(offset) }))
}

fn state(row: &Row<'_>) -> Result<CardState> {
    let memory = row.get::<_, Option<f32>>(4)?.zip(row.get::<_, Option<f32>>(5)?);
    let due = match (row.get::<_, Option<i32>>(6)?, row.get::<_, Option<i64>>(7)?) {
        (Some(day), _) => Some(Due::Day(StudyDay(day))),
        (None, Some(at)) => Some(Due::At(Timestamp(at))),
        (None, None) => None,
    };
    Ok(CardState {
        phase: phase(row.get_ref(3)?.as_str().map_err(rusqlite::Error::from)?)?,
        memory: memory.map(|(stability, difficulty)| MemoryState { stability, difficulty }),
        due,
        step: row.get(8)?,
        reps: row.get(9)?,
        lapses: row.get(10)?,
        first_review: instant(row, 11)?,
        last_review: instant(row, 13)?,
        suspended: row.get(15)?,
        buried_until: row.get::<_, Option<i32>>(16)?.map(StudyDay),
        flag: row.get::<_, Option<u8>>(17)?.and_then(Flag::new),
        remark: row.get(18)?,
        disputed: row.get(19)?,
        changed_at: row.get::<_, Option<i64>>(20)?.map(Timestamp),
        claimed: row.get(21)?,
    })
}

/// A row of the day sums: day, deck, reviews, passed, mature reviews, mature passed, new cards, milliseconds.
pub type DaySumRow = (StudyDay, String, [u32; 5], u64);

impl Store {
    /// Every card that has a history.
    pub fn load_cards(&self) -> Result<Vec<(CardId, CardState)>> {
        let sql = "select c.deck, c.note, c.card_key, phase, stability, difficulty, due_day, due_ms, step, reps, lapses, first_ms, first_offset, \
                   last_ms, last_offset, suspended, buried_until, flag, remark, disputed, changed_ms, claimed from card_state s join card_name c on c.id = s.card";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut cards = Vec::new();
        while let Some(row) = rows.next()? {
            cards.push((card_id(row, 0)?, state(row)?));
        }
        Ok(cards)
    }

    /// Sums from a day on.
    pub fn day_sums(&self, from: StudyDay) -> Result<Vec<DaySumRow>> {
        let sql = "select day, deck, reviews, passed, mature_reviews, mature_passed, new_cards, taken_millis from day_sum where day >= ?1 and reviews > 0 order by day, deck";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([from.0], |row| {
            let counts = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?];
            Ok((StudyDay(row.get(0)?), row.get(1)?, counts, row.get::<_, i64>(7)?.cast_unsigned()))
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// The learner's pace by kind of card.
    pub fn paces(&self) -> Result<Vec<Pace>> {
        let mut statement = self.connection.prepare_cached("select kind, passed, taken_millis from pace order by kind")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))?;
        let mut paces = Vec::new();
        for row in rows {
            let (kind, passed, taken) = row?;
            if let Some(kind) = CardKind::parse(&kind) {
                paces.push(Pace { kind, passed: passed.cast_unsigned(), taken_millis: taken.cast_unsigned() });
            }
        }
        Ok(paces)
    }
}
