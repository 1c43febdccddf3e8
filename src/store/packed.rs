//! Histories of other programs: one row for all that an import brought of a card.

use super::facts::{new_card_number, row_error};
use super::{Result, Store, Writer, cache, migrate};
use crate::model::{
    Answer, CardId, CardKind, CardPhase, CardState, Carried, Due, Fact, FactBody, FactId, Flag, ForeignLog, MarkKind, MemoryState, Now,
    Rating, StudyDay, Timestamp, UtcOffset,
};
use prost::Message;
use rusqlite::{Connection, Row, params};
use std::collections::HashMap;

/// The facts of a row. Lists of answers are equally long; instants are milliseconds after the answer before.
#[derive(Clone, PartialEq, Message)]
struct Packed {
    #[prost(sint64, repeated, tag = "1")]
    after: Vec<i64>,
    /// How much further ahead of UTC local time was than at the answer before, in minutes.
    #[prost(sint32, repeated, tag = "2")]
    shifts: Vec<i32>,
    #[prost(bytes = "vec", tag = "3")]
    ratings: Vec<u8>,
    #[prost(uint32, repeated, tag = "4")]
    taken_millis: Vec<u32>,
    #[prost(message, repeated, tag = "5")]
    marks: Vec<PackedMark>,
}

#[derive(Clone, PartialEq, Message)]
struct PackedMark {
    #[prost(uint64, tag = "1")]
    sequence: u64,
    #[prost(sint64, tag = "2")]
    at_ms: i64,
    #[prost(sint32, tag = "3")]
    offset_minutes: i32,
    #[prost(oneof = "What", tags = "4, 5, 6, 7")]
    what: Option<What>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum What {
    #[prost(message, tag = "4")]
    Carry(PackedCarry),
    #[prost(bool, tag = "5")]
    Suspend(bool),
    #[prost(uint32, tag = "6")]
    Flag(u32),
    #[prost(bool, tag = "7")]
    Reset(bool),
}

#[derive(Clone, PartialEq, Message)]
struct PackedCarry {
    /// 0 new, 1 learning, 2 review, 3 relearning.
    #[prost(uint32, tag = "1")]
    phase: u32,
    #[prost(float, tag = "2")]
    stability: f32,
    #[prost(float, tag = "3")]
    difficulty: f32,
    #[prost(oneof = "PackedDue", tags = "4, 5")]
    due: Option<PackedDue>,
    #[prost(uint32, tag = "6")]
    step: u32,
    #[prost(uint32, tag = "7")]
    reps: u32,
    #[prost(uint32, tag = "8")]
    lapses: u32,
    #[prost(sint64, tag = "9")]
    first_ms: i64,
    #[prost(sint64, tag = "10")]
    last_ms: i64,
}

#[derive(Clone, Copy, PartialEq, prost::Oneof)]
enum PackedDue {
    #[prost(sint32, tag = "4")]
    Day(i32),
    #[prost(sint64, tag = "5")]
    At(i64),
}

const PHASES: [CardPhase; 4] = [CardPhase::New, CardPhase::Learning, CardPhase::Review, CardPhase::Relearning];

impl Packed {
    fn of(log: &ForeignLog) -> Result<Self> {
        let mut packed = Self {
            after: Vec::with_capacity(log.answers.len()),
            shifts: Vec::with_capacity(log.answers.len()),
            ratings: Vec::with_capacity(log.answers.len()),
            taken_millis: Vec::with_capacity(log.answers.len()),
            marks: log.marks.iter().map(pack_mark).collect::<Result<_>>()?,
        };
        let mut last = (0, 0);
        for answer in &log.answers {
            let here = (answer.at.at.0, answer.at.offset.0);
            packed.after.push(here.0.wrapping_sub(last.0));
            packed.shifts.push(here.1 - last.1);
            packed.ratings.push(answer.rating.number());
            packed.taken_millis.push(answer.taken_millis);
            last = here;
        }
        Ok(packed)
    }

    fn answers(&self) -> impl Iterator<Item = Result<Answer>> {
        let mut last = (0_i64, 0_i32);
        let steps = self.after.iter().zip(&self.shifts).zip(self.ratings.iter().zip(&self.taken_millis));
        steps.map(move |((after, shift), (rating, taken_millis))| {
            last = (last.0.wrapping_add(*after), last.1.saturating_add(*shift));
            let rating = Rating::from_number(i64::from(*rating)).ok_or_else(|| row_error("a rating out of range"))?;
            Ok(Answer { at: Now { at: Timestamp(last.0), offset: UtcOffset(last.1) }, rating, taken_millis: *taken_millis })
        })
    }
}

fn pack_mark((sequence, at, mark): &(u64, Now, MarkKind)) -> Result<PackedMark> {
    let what = match mark {
        MarkKind::Suspend => What::Suspend(true),
        MarkKind::Reset => What::Reset(true),
        MarkKind::Flag(flag) => What::Flag(flag.map_or(0, |flag| flag.number().into())),
        MarkKind::Carry(carried) => What::Carry(pack_carried(carried)),
        other => return Err(row_error(format!("a mark `{}` from another program", other.word()))),
    };
    Ok(PackedMark { sequence: *sequence, at_ms: at.at.0, offset_minutes: at.offset.0, what: Some(what) })
}

fn pack_carried(carried: &Carried) -> PackedCarry {
    PackedCarry {
        phase: PHASES.iter().position(|phase| *phase == carried.phase).unwrap_or(0) as u32,
        stability: carried.memory.stability,
        difficulty: carried.memory.difficulty,
        due: Some(match carried.due {
            Due::Day(day) => PackedDue::Day(day.0),
            Due::At(at) => PackedDue::At(at.0),
        }),
        step: carried.step.into(),
        reps: carried.reps,
        lapses: carried.lapses,
        first_ms: carried.first_review.0,
        last_ms: carried.last_review.0,
    }
}

impl PackedMark {
    fn unpack(&self) -> Result<(u64, Now, MarkKind)> {
        let mark = match &self.what {
            Some(What::Suspend(_)) => MarkKind::Suspend,
            Some(What::Reset(_)) => MarkKind::Reset,
            Some(What::Flag(number)) => MarkKind::Flag(u8::try_from(*number).ok().and_then(Flag::new)),
            Some(What::Carry(carried)) => MarkKind::Carry(carried.unpack().ok_or_else(|| row_error("a standing that cannot be read"))?),
            None => return Err(row_error("a mark of a later program")),
        };
        Ok((self.sequence, Now { at: Timestamp(self.at_ms), offset: UtcOffset(self.offset_minutes) }, mark))
    }
}

impl PackedCarry {
    fn unpack(&self) -> Option<Carried> {
        Some(Carried {
            phase: *PHASES.get(self.phase as usize)?,
            memory: MemoryState { stability: self.stability, difficulty: self.difficulty },
            due: match self.due? {
                PackedDue::Day(day) => Due::Day(StudyDay(day)),
                PackedDue::At(at) => Due::At(Timestamp(at)),
            },
            step: u8::try_from(self.step).ok()?,
            reps: self.reps,
            lapses: self.lapses,
            first_review: Timestamp(self.first_ms),
            last_review: Timestamp(self.last_ms),
        })
    }
}

impl Writer<'_> {
    /// Appends what another program knew of a card, and stores what the card's facts add up to with it. Returns the name it can be taken
    /// back by; none if it was here already.
    pub fn append_foreign(&mut self, log: &ForeignLog, state: &CardState) -> Result<Option<FactId>> {
        let card = new_card_number(&self.transaction, &log.card)?;
        cache::put_state(&self.transaction, card, state)?;
        let Some(name) = log.name() else { return Ok(None) };
        let sql = "insert or ignore into packed values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let added = self.transaction.prepare_cached(sql)?.execute(params![
            card,
            name.device.cast_signed(),
            name.sequence.cast_signed(),
            self.first,
            log.scheduler,
            log.policy.map(|policy| policy.device.cast_signed()),
            log.policy.map(|policy| policy.sequence.cast_signed()),
            log.text_hash.cast_signed(),
            log.kind.as_str(),
            log.answers.len() as i64,
            Packed::of(log)?.encode_to_vec(),
        ])?;
        Ok((added == 1).then_some(name))
    }
}

const COLUMNS: &str =
    "p.device, p.sequence, p.scheduler, p.policy_device, p.policy_sequence, p.text_hash, p.kind, p.facts, p.card from packed p";

fn packed(row: &Row<'_>) -> Result<Packed> {
    decoded(row.get_ref(7)?.as_blob().map_err(rusqlite::Error::from)?)
}

/// Reads the facts of a row. Lists of unequal length are an error: read side by side, they would lose answers without a word.
fn decoded(bytes: &[u8]) -> Result<Packed> {
    let packed = Packed::decode(bytes).map_err(|error| row_error(format!("answers of another program that cannot be read: {error}")))?;
    let count = packed.after.len();
    if [packed.shifts.len(), packed.ratings.len(), packed.taken_millis.len()].iter().any(|length| *length != count) {
        return Err(row_error("answers of another program that are not whole"));
    }
    Ok(packed)
}

fn name(row: &Row<'_>) -> Result<FactId> {
    let (device, sequence): (i64, i64) = (row.get(0)?, row.get(1)?);
    Ok(FactId { device: device.cast_unsigned(), sequence: sequence.cast_unsigned() })
}

fn log(row: &Row<'_>, card: CardId) -> Result<ForeignLog> {
    let policy = match (row.get::<_, Option<i64>>(3)?, row.get::<_, Option<i64>>(4)?) {
        (Some(device), Some(sequence)) => Some(FactId { device: device.cast_unsigned(), sequence: sequence.cast_unsigned() }),
        _ => None,
    };
    let kind: String = row.get(6)?;
    let packed = packed(row)?;
    Ok(ForeignLog {
        card,
        device: name(row)?.device,
        scheduler: row.get(2)?,
        policy,
        text_hash: row.get::<_, i64>(5)?.cast_unsigned(),
        kind: CardKind::parse(&kind).ok_or_else(|| row_error(format!("a kind `{kind}`")))?,
        answers: packed.answers().collect::<Result<_>>()?,
        marks: packed.marks.iter().map(PackedMark::unpack).collect::<Result<_>>()?,
    })
}

/// Whether a database has rows of this kind: an older layout that is only read has not.
pub(super) fn is_there(connection: &Connection) -> Result<bool> {
    Ok(migrate::version(connection)? >= 5)
}

/// How many answers came from other programs.
pub(super) fn count(connection: &Connection) -> Result<i64, rusqlite::Error> {
    if migrate::version(connection)? < 5 {
        return Ok(0);
    }
    connection.query_row("select coalesce(sum(answers), 0) from packed", [], |row| row.get(0))
}

/// Answers and resets of other programs, that were not taken back.
pub(super) struct ForeignAnswers {
    /// The card's number.
    pub(super) card: i64,
    pub(super) answers: Vec<Answer>,
    /// The last instant at which it was made new.
    pub(super) reset: Option<i64>,
}

impl Store {
    /// Calls with each card's answers from other programs.
    pub(super) fn each_foreign(&self, mut tell: impl FnMut(ForeignAnswers)) -> Result<()> {
        if !is_there(&self.connection)? {
            return Ok(());
        }
        let sql = format!(
            "select {COLUMNS} where not exists \
             (select 1 from withdrawal w where w.fact_device = p.device and w.fact_sequence = p.sequence)"
        );
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let packed = packed(row)?;
            let resets = packed.marks.iter().filter(|mark| matches!(mark.what, Some(What::Reset(_))));
            tell(ForeignAnswers {
                card: row.get(8)?,
                answers: packed.answers().collect::<Result<_>>()?,
                reset: resets.map(|mark| mark.at_ms).max(),
            });
        }
        Ok(())
    }

    /// The facts of other programs about one card, each row's together; the first of a row has its name.
    pub(super) fn foreign_about(&self, card: &CardId) -> Result<Vec<Vec<Fact>>> {
        if !is_there(&self.connection)? {
            return Ok(Vec::new());
        }
        let sql = format!("select {COLUMNS} join card_name c on c.id = p.card where c.deck = ?1 and c.note = ?2 and c.card_key = ?3");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![card.deck.as_str(), card.note.as_str(), card.key.as_str()])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(log(row, card.clone())?.facts().collect());
        }
        Ok(found)
    }

    /// The facts of other programs about every card.
    pub(super) fn all_foreign(&self) -> Result<Vec<Vec<Fact>>> {
        if !is_there(&self.connection)? {
            return Ok(Vec::new());
        }
        let sql = format!("select {COLUMNS}").replace(" from packed p", ", c.deck, c.note, c.card_key from packed p");
        let mut statement = self.connection.prepare(&format!("{sql} join card_name c on c.id = p.card"))?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(log(row, super::facts::card_id(row, 9)?)?.facts().collect());
        }
        Ok(found)
    }
}

/// A row is taken back by its name, with every fact in it: says so of each.
pub(super) fn spread_withdrawals(rows: &[Vec<Fact>], facts: &mut Vec<Fact>) {
    let whole: Vec<(FactId, Fact)> = facts
        .iter()
        .filter_map(|fact| if let FactBody::Withdrawal(named) = fact.body { Some((named, fact.clone())) } else { None })
        .collect();
    if whole.is_empty() {
        return;
    }
    let by_name: HashMap<FactId, Fact> = whole.into_iter().collect();
    for row in rows {
        let Some(withdrawal) = row.first().and_then(|first| by_name.get(&first.id)) else { continue };
        facts.extend(row.iter().skip(1).map(|fact| Fact { body: FactBody::Withdrawal(fact.id), ..withdrawal.clone() }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn log_of(answers: &[(i64, i32, u8, u32)], marks: Vec<(u64, Now, MarkKind)>) -> ForeignLog {
        let answer = |(at, offset, rating, taken): &(i64, i32, u8, u32)| Answer {
            at: Now { at: Timestamp(*at), offset: UtcOffset(*offset) },
            rating: Rating::from_number(i64::from(*rating)).expect("a rating"),
            taken_millis: *taken,
        };
        ForeignLog {
            card: CardId::parse("d/n/front").expect("an id"),
            device: 7,
            scheduler: 1,
            policy: None,
            text_hash: 9,
            kind: CardKind::Choice,
            answers: answers.iter().map(answer).collect(),
            marks,
        }
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(
            answers in proptest::collection::vec((0_i64..4_000_000_000_000, -840_i32..=840, 1_u8..=4, any::<u32>()), 0..20),
            stability in 0.001_f32..36_500.0, due in -10_000_i32..100_000, at in any::<i64>(), flag in 0_u8..=7, phase in 1_usize..4,
        ) {
            let carried = Carried {
                phase: PHASES.get(phase).copied().expect("a phase"),
                memory: MemoryState { stability, difficulty: 1.0 / stability },
                due: if due % 2 == 0 { Due::Day(StudyDay(due)) } else { Due::At(Timestamp(at)) },
                step: 0, reps: 3, lapses: 1, first_review: Timestamp(at), last_review: Timestamp(-at.saturating_abs()),
            };
            let now = Now { at: Timestamp(at), offset: UtcOffset(-60) };
            let marks = vec![(1, now, MarkKind::Carry(carried)), (2, now, MarkKind::Suspend), (u64::MAX, now, MarkKind::Flag(Flag::new(flag))), (4, now, MarkKind::Reset)];
            let log = log_of(&answers, marks);
            let packed = Packed::decode(Packed::of(&log).expect("packed").encode_to_vec().as_slice()).expect("decoded");
            prop_assert_eq!(packed.answers().collect::<Result<Vec<_>>>().expect("answers"), log.answers);
            prop_assert_eq!(packed.marks.iter().map(PackedMark::unpack).collect::<Result<Vec<_>>>().expect("marks"), log.marks);
        }
    }

    #[test]
    fn bytes_that_are_no_answers_are_an_error() {
        let bad = Packed { after: vec![1], shifts: vec![0], ratings: vec![9], taken_millis: vec![0], marks: vec![PackedMark::default()] };
        assert!(bad.answers().any(|answer| answer.is_err()));
        assert!(bad.marks.iter().all(|mark| mark.unpack().is_err()));
        assert!(decoded(&[0xff]).is_err());
        for (shifts, ratings, taken_millis) in [(0, 2, 2), (2, 1, 2), (2, 2, 3)] {
            let uneven = Packed {
                after: vec![5; 2],
                shifts: vec![0; shifts],
                ratings: vec![3; ratings],
                taken_millis: vec![1; taken_millis],
                marks: Vec::new(),
            };
            assert!(decoded(&uneven.encode_to_vec()).is_err(), "{shifts} {ratings} {taken_millis}");
        }
        let even = Packed { after: vec![5; 2], shifts: vec![0; 2], ratings: vec![3; 2], taken_millis: vec![0; 2], marks: Vec::new() };
        assert_eq!(decoded(&even.encode_to_vec()).expect("whole").answers().count(), 2);
    }
}
