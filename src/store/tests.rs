use super::*;
use crate::model::{CardKind, CardPhase, CardState, Fact, MarkKind, Policy, Rating, Review, StudyDay, Timestamp, UtcOffset};

const NOW: Now = Now { at: Timestamp(1_795_000_000_000), offset: UtcOffset(60) };

fn card(text: &str) -> CardId {
    CardId::parse(text).expect("an id")
}

fn review(id: &str, rating: Rating) -> FactBody {
    FactBody::Review(Review {
        card: card(id),
        rating,
        taken_millis: 4_321,
        scheduler: 1,
        policy: None,
        text_hash: u64::MAX - 7,
        kind: CardKind::Choice,
    })
}

fn open(folder: &Path) -> Store {
    Store::open(folder, u64::MAX - 1, NOW).expect("a history")
}

#[test]
fn facts_read_back_as_they_were_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = open(folder.path());
    let policy = Policy { parameters: vec![0.1, f32::MIN_POSITIVE, 1.0 / 3.0], ..Policy::default() };
    let marks = [
        MarkKind::Suspend,
        MarkKind::Bury(StudyDay(-3)),
        MarkKind::Flag(crate::model::Flag::new(7)),
        MarkKind::Flag(None),
        MarkKind::Remark("\"quoted\" ⚑".into()),
        MarkKind::Dispute(true),
        MarkKind::Claim(true),
        MarkKind::Reset,
        MarkKind::SetDue(StudyDay(20_780)),
    ];
    let mut bodies = vec![review("d/n/front", Rating::Hard)];
    bodies.extend(marks.map(|mark| FactBody::Mark(card("d/n/front"), mark)));
    let ids = store.transact(NOW, |tx| bodies.iter().map(|body| tx.append(NOW, body)).collect::<Result<Vec<_>>>()).expect("committed");
    store.transact(NOW, |tx| tx.append(NOW, &FactBody::Policy(policy.clone()))).expect("committed");
    let mut facts = store.facts_about(&card("d/n/front")).expect("facts");
    facts.sort_by_key(|fact| fact.id);
    let expected: Vec<Fact> = ids.iter().zip(bodies).map(|(id, body)| Fact { id: *id, at: NOW, body }).collect();
    assert_eq!(facts, expected);
    assert_eq!(store.policies().expect("policies").into_iter().map(|(_, policy)| policy).collect::<Vec<_>>(), [policy]);
    assert_eq!(ids.first(), Some(&FactId { device: u64::MAX - 1, sequence: 1 }));
}

#[test]
fn nothing_of_a_failed_transaction_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = open(folder.path());
    let failed: Result<()> = store.transact(NOW, |tx| {
        tx.append(NOW, &review("d/n/front", Rating::Good))?;
        tx.put_card(&card("d/n/front"), &CardState::default())?;
        Err(StoreError::Row("on purpose".into()))
    });
    failed.expect_err("the work failed");
    assert_eq!((store.review_count().expect("a count"), store.load_cards().expect("cards").len()), (0, 0));
    let id = store.transact(NOW, |tx| tx.append(NOW, &review("d/n/front", Rating::Good))).expect("committed");
    assert_eq!(id.sequence, 1, "no number was used up");
}

#[test]
fn undo_finds_the_newest_action_that_was_not_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = open(folder.path());
    store.transact(NOW, |tx| tx.append(NOW, &review("d/a/front", Rating::Good))).expect("committed");
    let both = |tx: &mut Writer<'_>| {
        tx.append(NOW, &FactBody::Mark(card("d/b/front"), MarkKind::Suspend))?;
        tx.append(NOW, &FactBody::Mark(card("d/b/back"), MarkKind::Suspend))
    };
    store.transact(NOW, both).expect("committed");
    let newest = store.last_action(NOW.at).expect("facts");
    assert_eq!(newest.len(), 2, "one action, two facts");
    let ids: Vec<FactId> = newest.iter().map(|fact| fact.id).collect();
    store.transact(NOW, |tx| tx.withdraw(&ids)).expect("committed");
    let next = store.last_action(NOW.at).expect("facts");
    assert!(matches!(next.as_slice(), [Fact { body: FactBody::Review(_), .. }]));
    assert!(store.last_action(NOW.at.plus_seconds(1)).expect("facts").is_empty(), "yesterday is not undone");
}

#[test]
fn a_second_program_is_told_so_and_a_reader_is_not_kept_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = open(folder.path());
    assert!(matches!(Store::open(folder.path(), 1, NOW), Err(StoreError::InUse { .. })));
    let mut reader = Store::read_only(folder.path()).expect("a reader");
    first.transact(NOW, |tx| tx.append(NOW, &review("d/n/front", Rating::Good))).expect("committed");
    assert_eq!(reader.review_count().expect("a count"), 1);
    assert!(matches!(reader.transact(NOW, |_| Ok(())), Err(StoreError::OpenedForReading)));
    drop(first);
    assert_eq!(open(folder.path()).device(), u64::MAX - 1, "a folder keeps its name");
}

#[test]
fn a_newer_layout_is_read_and_never_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    store.connection.pragma_update(None, "user_version", 99).expect("set");
    drop(store);
    let mut store = open(folder.path());
    assert_eq!(store.newer_version(), Some(99));
    assert!(matches!(store.transact(NOW, |_| Ok(())), Err(StoreError::ReadOnly { found: 99, .. })));
    assert_eq!(store.daily_backup(NOW).expect("nothing to do"), None);
}

#[test]
fn what_is_no_history_is_refused_and_left_alone() {
    for bytes in [
        b"not a database at all, but long enough to be looked at as one, which takes a hundred bytes or some more of them".to_vec(),
        vec![0; 4096],
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE_NAME);
        disk::write(&path, &bytes).expect("written");
        let error = Store::open(folder.path(), 1, NOW).map(|_| ()).expect_err("no history");
        assert!(matches!(error, StoreError::NotAHistory { .. }), "{error:?}");
        assert_eq!(disk::read(&path, 10_000).expect("read"), bytes);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let foreign = Connection::open(folder.path().join(FILE_NAME)).expect("opened");
    foreign.execute_batch("create table notes (id); insert into notes values (1)").expect("made");
    drop(foreign);
    assert!(matches!(Store::open(folder.path(), 1, NOW), Err(StoreError::NotAHistory { .. })));
}

#[test]
fn a_backup_is_counted_and_comes_back_under_a_new_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = open(folder.path());
    assert_eq!(store.daily_backup(NOW).expect("nothing to keep"), None);
    store.transact(NOW, |tx| tx.append(NOW, &review("d/n/front", Rating::Good))).expect("committed");
    let backup = store.daily_backup(NOW).expect("made").expect("the first of the day");
    assert_eq!(backup.reviews, Some(1));
    assert_eq!(store.daily_backup(NOW).expect("not made"), None, "one a day");
    store.transact(NOW, |tx| tx.append(NOW, &review("d/n/front", Rating::Good))).expect("committed");
    assert!(matches!(restore(folder.path(), &backup.path, 5, NOW), Err(StoreError::InUse { .. })));
    drop(store);
    let aside = restore(folder.path(), &backup.path, 5, NOW).expect("restored");
    assert_eq!(backup::count(&aside).expect("what was there is kept"), 2);
    let store = open(folder.path());
    assert_eq!((store.review_count().expect("a count"), store.device()), (1, 5));
    assert_eq!(store.verify().expect("looked"), Vec::<String>::new());
}

#[test]
fn a_damaged_backup_is_never_restored() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = open(folder.path());
    store.transact(NOW, |tx| tx.append(NOW, &review("d/n/front", Rating::Good))).expect("committed");
    let backup = store.backup(NOW, "manual").expect("made");
    drop(store);
    let mut bytes = disk::read(&backup.path, u64::MAX / 2).expect("read");
    let middle = bytes.len() / 2;
    bytes.truncate(middle);
    disk::write(&backup.path, &bytes).expect("written");
    assert!(restore(folder.path(), &backup.path, 5, NOW).is_err());
    assert_eq!(open(folder.path()).review_count().expect("a count"), 1);
}

#[test]
fn states_read_back_bit_for_bit() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = open(folder.path());
    let state = CardState {
        phase: CardPhase::Relearning,
        memory: Some(crate::model::MemoryState { stability: 1.0 / 3.0, difficulty: 7.123_456_7 }),
        due: Some(crate::model::Due::At(Timestamp(5))),
        step: 1,
        reps: 3,
        lapses: 2,
        first_review: Some(NOW),
        last_review: Some(NOW),
        suspended: true,
        buried_until: Some(StudyDay(9)),
        flag: crate::model::Flag::new(2),
        remark: "why?".into(),
        disputed: true,
        changed_at: Some(NOW.at),
        claimed: true,
    };
    store.transact(NOW, |tx| tx.put_card(&card("d/n/c1"), &state)).expect("committed");
    assert_eq!(store.load_cards().expect("cards"), [(card("d/n/c1"), state)]);
}

#[test]
fn a_full_disk_loses_nothing_that_was_accepted() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = open(folder.path());
    store.transact(NOW, |tx| tx.append(NOW, &review("d/n/front", Rating::Good))).expect("committed");
    let pages: i64 = store.connection.query_row("pragma page_count", [], |row| row.get(0)).expect("a count");
    store.connection.pragma_update(None, "max_page_count", pages).expect("set");
    let remark = "x".repeat(50_000);
    let body = FactBody::Mark(card("d/n/front"), MarkKind::Remark(remark));
    let error = store.transact(NOW, |tx| tx.append(NOW, &body)).expect_err("no room");
    assert!(matches!(error, StoreError::Full(_)), "{error:?}");
    store.connection.pragma_update(None, "max_page_count", 1_000_000).expect("set");
    assert_eq!(store.review_count().expect("a count"), 1);
    store.transact(NOW, |tx| tx.append(NOW, &body)).expect("there is room again");
}
