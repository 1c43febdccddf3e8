use super::super::{FILE_NAME, Store};
use super::*;
use crate::model::{
    Answer, CardId, CardKind, CardPhase, CardState, Carried, DomainId, Due, ExamFact, FactBody, ForeignLog, Form, FormDomain, FormItem,
    MarkKind, MemoryState, Rating, Response, SittingRecord, Steady, StudyDay, Timestamp, UtcOffset,
};
use std::path::Path;

const NOW: Now = Now { at: Timestamp(1_795_000_000_000), offset: UtcOffset(60) };

fn moment(millis: i64) -> Moment {
    let now = Now { at: Timestamp(NOW.at.0 + millis), ..NOW };
    Moment { now, monotonic_millis: millis, steady: Some(Steady { origin: u64::MAX - 3, millis, counts_sleep: true }) }
}

fn start(driver: Driver, scoring: Scoring) -> SittingStart {
    let item = |place: usize| FormItem {
        card: CardId::parse(&format!("d/n{place}/question")).expect("an id"),
        text_hash: u64::MAX - place as u64,
        domain: place % 2,
        section: place / 2,
        scored: place != 1,
        order: vec![2, 0, 1],
        expect: 0.1 + place as f32 / 7.0,
    };
    let domain = |id: &str, weight| FormDomain { id: DomainId::new(id).expect("an id"), title: id.to_uppercase(), weight, wanted: 2 };
    let sections = match &driver {
        Driver::Sectioned(sections) => sections.iter().map(|(title, _)| title.clone()).collect(),
        _ => vec![],
    };
    let rules = SittingRules {
        exam: Some(DeckId::new("exam").expect("an id")),
        title: "Mock ⚑".into(),
        driver,
        scoring,
        partial_credit: true,
        limit_millis: Some(1),
        strict: true,
        reasons_at_once: false,
        ask_confidence: true,
        extra_time: "+25 %".into(),
    };
    let form =
        Form { seed: u64::MAX, domains: vec![domain("a", Some(33.3)), domain("b", None)], sections, items: (0..4).map(item).collect() };
    SittingStart { rules, form }
}

fn texts(start: &SittingStart) -> Vec<(u64, String)> {
    start.form.items.iter().map(|item| (item.text_hash, format!("text {}", item.text_hash))).collect()
}

#[test]
fn sittings_of_every_kind_read_back_with_their_events() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(folder.path(), 9, NOW).expect("a history");
    let kinds = [
        (Driver::Linear, Scoring::Scaled { min: 100, max: 1000, pass: 750 }),
        (Driver::Sectioned(vec![("A".into(), 0.75), ("B".into(), 0.25)]), Scoring::Percent { pass: 66.6 }),
        (Driver::ForwardOnly, Scoring::Unpublished),
        (Driver::Adaptive { min: 100, max: 150, confidence: 0.95 }, Scoring::Percent { pass: 70.0 }),
    ];
    for (driver, scoring) in kinds {
        let start = start(driver, scoring);
        let id = store.transact(NOW, |tx| tx.begin_sitting(NOW, &start, &texts(&start))).expect("committed");
        let events = [ExamEvent::Begin(0), ExamEvent::Respond(0, Some(Response::Typed("x".into()))), ExamEvent::Pause];
        let mut facts = Vec::new();
        for (step, event) in events.into_iter().enumerate() {
            let moment = moment(step as i64 * 10);
            let id = store.transact(NOW, |tx| tx.exam_event(id, &moment, &event)).expect("committed");
            facts.push(ExamFact { id, moment, event });
        }
        let expected = SittingRecord { id, made: NOW, start: start.clone(), events: facts };
        assert_eq!(store.sitting(id).expect("read"), Some(expected));
        let mut found = store.item_texts(id).expect("read");
        found.sort_unstable();
        let mut given = texts(&start);
        given.sort_unstable();
        assert_eq!(found, given);
    }
    assert_eq!(store.sittings().expect("heads").len(), 4);
    let asked = store.exposures().expect("exposures");
    assert_eq!(asked.len(), 1, "only what was shown counts as seen: {asked:?}");
}

#[test]
fn a_sitting_that_was_taken_back_is_gone_and_results_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(folder.path(), 9, NOW).expect("a history");
    let start = start(Driver::Linear, Scoring::Unpublished);
    let id = store.transact(NOW, |tx| tx.begin_sitting(NOW, &start, &texts(&start))).expect("committed");
    let row = ResultRow {
        sitting: id,
        scorer: 1,
        ended: NOW,
        used_millis: 5,
        raw: 1.5,
        counted: 3,
        share: 0.5,
        shown: 50,
        shown_cut: None,
        passed: None,
    };
    let items: Vec<ItemResultRow> = (start.form.items.iter().enumerate())
        .map(|(place, item)| ItemResultRow { place, card: item.card.clone(), credit: if place == 2 { 0.5 } else { 1.0 }, taken_millis: 7 })
        .collect();
    store.transact(NOW, |tx| tx.put_result(&row, &items)).expect("committed");
    assert_eq!(store.sittings().expect("heads").first().and_then(|head| head.result.clone()), Some(row));
    assert_eq!(store.missed_cards().expect("missed"), [CardId::parse("d/n2/question").expect("an id")]);
    store.transact(NOW, |tx| tx.withdraw(&[id])).expect("committed");
    assert_eq!((store.sittings().expect("heads").len(), store.sitting(id).expect("read")), (0, None));
    assert!(store.missed_cards().expect("missed").is_empty());
}

#[test]
fn a_history_of_the_second_layout_keeps_its_marks_and_sittings() {
    let folder = tempfile::tempdir().expect("a folder");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/history/v2.db");
    std::fs::copy(fixture, folder.path().join(FILE_NAME)).expect("copied");
    assert!(Store::read_only(folder.path()).expect("readable").is_old().expect("a version"));
    let mut store = Store::open(folder.path(), 9, NOW).expect("a history");
    assert_eq!((store.review_count().expect("a count"), store.load_cards().expect("cards").len()), (4, 4));
    assert_eq!(store.verify().expect("looked"), Vec::<String>::new());
    let heads = store.sittings().expect("heads");
    assert_eq!(heads.iter().filter(|head| head.result.is_some()).count(), 1);
    assert!(!store.mock_answers().expect("answers").is_empty());
    assert_eq!(store.answers().expect("answers").values().map(Vec::len).sum::<usize>(), 4);
    let card = CardId::parse("d/n1/front").expect("an id");
    store.transact(NOW, |tx| tx.append(NOW, &FactBody::Mark(card, MarkKind::Claim(true)))).expect("the new mark is taken");
}

#[test]
fn a_history_of_the_third_layout_keeps_its_marks_and_takes_the_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/history/v3.db");
    std::fs::copy(fixture, folder.path().join(FILE_NAME)).expect("copied");
    let mut store = Store::open(folder.path(), 9, NOW).expect("a history");
    assert_eq!((store.review_count().expect("a count"), store.load_cards().expect("cards").len()), (4, 4));
    let facts = store.all_facts().expect("facts");
    assert!(facts.iter().any(|fact| matches!(fact.body, FactBody::Mark(_, MarkKind::Claim(true)))));
    let card = CardId::parse("d/n1/front").expect("an id");
    let carried = Carried {
        phase: CardPhase::Review,
        memory: MemoryState { stability: 12.345_678, difficulty: 5.1 },
        due: Due::Day(StudyDay(20_800)),
        step: 0,
        reps: 14,
        lapses: 2,
        first_review: Timestamp(1_700_000_000_000),
        last_review: NOW.at,
    };
    let log = ForeignLog {
        card: card.clone(),
        device: u64::MAX,
        scheduler: 1,
        policy: None,
        text_hash: 5,
        kind: CardKind::Basic,
        answers: vec![Answer { at: NOW, rating: Rating::Hard, taken_millis: 900 }],
        marks: vec![(7, NOW, MarkKind::Carry(carried))],
    };
    let add = |store: &mut Store| store.transact(NOW, |tx| tx.append_foreign(&log, &CardState::default())).expect("committed");
    assert_eq!((add(&mut store), add(&mut store)), (log.name(), None), "what is here already is passed over");
    let (about, all) = (store.facts_about(&card).expect("facts"), store.all_facts().expect("facts"));
    assert!(log.facts().all(|fact| about.contains(&fact) && all.contains(&fact)), "every bit comes back");
    assert_eq!(store.review_count().expect("a count"), 5);
    assert_eq!(store.verify().expect("looked"), Vec::<String>::new());
}

#[test]
fn a_history_of_the_first_layout_is_brought_up_to_date_after_a_backup() {
    let folder = tempfile::tempdir().expect("a folder");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/history/v1.db");
    std::fs::copy(fixture, folder.path().join(FILE_NAME)).expect("copied");
    let mut store = Store::open(folder.path(), 9, NOW).expect("a history");
    assert_eq!((store.review_count().expect("a count"), store.load_cards().expect("cards").len()), (4, 4));
    assert_eq!(store.verify().expect("looked"), Vec::<String>::new());
    let start = start(Driver::Linear, Scoring::Unpublished);
    store.transact(NOW, |tx| tx.begin_sitting(NOW, &start, &texts(&start))).expect("the new tables are there");
    assert!(super::super::list_backups(folder.path()).iter().any(|backup| backup.label == "before-migration"));
    store.transact(NOW, |tx| tx.begin_sitting(NOW, &start, &[])).expect("texts that are known need not be given again");
}

#[test]
fn a_history_of_the_fourth_layout_keeps_what_was_imported_row_by_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/history/v4.db");
    std::fs::copy(fixture, folder.path().join(FILE_NAME)).expect("copied");
    // An older layout that is only read has no table for packed histories.
    let reader = Store::read_only(folder.path()).expect("readable");
    assert_eq!((reader.review_count().expect("a count"), reader.all_facts().expect("facts").len()), (11, 17));
    drop(reader);
    let mut store = Store::open(folder.path(), 9, NOW).expect("a history");
    assert_eq!(store.verify().expect("looked"), Vec::<String>::new());
    assert_eq!(store.answers().expect("answers").values().map(Vec::len).sum::<usize>(), 11);
    // A log of the new form beside the old rows: both count, and the withdrawal of its name takes all of it back.
    let (card, before) = store.load_cards().expect("cards").swap_remove(0);
    let old = store.answers().expect("answers").remove(&card).expect("answers").len();
    let answer = |minutes: i64, rating| Answer { at: Now { at: NOW.at.plus_seconds(60 * minutes), ..NOW }, rating, taken_millis: 5 };
    let log = ForeignLog {
        card: card.clone(),
        device: 77,
        scheduler: 1,
        policy: None,
        text_hash: 5,
        kind: CardKind::Basic,
        answers: vec![answer(0, Rating::Again), answer(1, Rating::Good)],
        marks: vec![(7, NOW, MarkKind::Suspend)],
    };
    let name = store.transact(NOW, |tx| tx.append_foreign(&log, &before)).expect("committed").expect("new");
    assert_eq!(store.answers().expect("answers").get(&card).map(Vec::len), Some(old + 2));
    let left_out = store.facts_without(&card, &[name].into()).expect("facts");
    assert!(!left_out.iter().any(|fact| fact.id.device == 77), "left out whole");
    store.transact(NOW, |tx| tx.withdraw(&[name])).expect("committed");
    assert_eq!(store.answers().expect("answers").get(&card).map(Vec::len), Some(old));
    for facts in [store.facts_about(&card).expect("facts"), store.all_facts().expect("facts")] {
        let taken_back = |id: FactId| facts.iter().any(|fact| fact.body == FactBody::Withdrawal(id));
        assert!(log.facts().all(|fact| facts.contains(&fact) && taken_back(fact.id)), "each of its facts is taken back");
    }
}
