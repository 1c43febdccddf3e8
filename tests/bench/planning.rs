//! What the plan to an exam costs: `cargo bench --bench planning`.
//!
//! 1,500 cards, 90 days to the exam, 4,500 reviews behind them: CPU time of the re-plan (fit, order, outlook), which the window does on
//! another thread; of the order alone; and from an answer to the next card while the plan is followed, commit included.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, and stops where it cannot go on"
)]

use ascertain::app::{Collection, Options, Paths, Scope, SystemClock};
use ascertain::engine::plan::{Course, PlanCard};
use ascertain::model::{Clock as _, Rating};
use cpu_time::{ProcessTime, ThreadTime};
use rusqlite::{Connection, params};
use std::path::Path;

const CARDS: usize = 1_500;
const DAYS: i64 = 90;
const DAY: i64 = 86_400_000;
const ANSWERS: usize = 150;

fn write_files(folder: &Path, now: i64) {
    let notes: Vec<String> = (0..CARDS)
        .map(|n| format!("Basic(id: \"n{n}\", domain: \"d{}\", front: \"What is fact {n}?\", back: \"It is {n}.\"),\n", n % 5))
        .collect();
    let domains: Vec<String> = (0..5).map(|d| format!("(id: \"d{d}\", title: \"Part {d}\")")).collect();
    let drawn: Vec<String> = [12, 22, 18, 28, 20]
        .iter()
        .enumerate()
        .map(|(d, w)| format!("(id: \"d{d}\", title: \"Part {d}\", weight: {w}, confirmed: true, draws: [Domain(\"big\", \"d{d}\")])"))
        .collect();
    let deck = format!(
        "Deck(format: 1, id: \"big\", title: \"Big\", as_of: \"2026-11-23\", domains: [{}], notes: [{}])",
        domains.join(", "),
        notes.concat()
    );
    let exam = format!(
        "Exam(format: 1, id: \"goal\", title: \"Goal\", issuer: \"Us\", status: Current, questions: (90, 90), unscored: 0, minutes: 90, \
         scoring: Percent(pass: 75.0), driver: Linear, domains: [{}])",
        drawn.join(", ")
    );
    let date = chrono::DateTime::from_timestamp_millis(now + DAYS * DAY).expect("a date").date_naive();
    let settings = format!("(welcomed: true, minutes_a_day: 600, target: Exam(\"goal\"), exam_date: \"{date}\")");
    std::fs::create_dir_all(folder.join("decks")).expect("a folder");
    for (name, text) in [("decks/big.ron", deck), ("decks/goal.ron", exam), ("settings.ron", settings)] {
        std::fs::write(folder.join(name), text).expect("written");
    }
}

fn open(folder: &Path) -> Collection {
    let options =
        Options { paths: Paths { data: folder.to_owned() }, clock: Box::new(SystemClock::new()), seed: Some(1), read_only: false };
    Collection::open(options).expect("opened")
}

/// Three answers for each card, spread over the last month.
fn fill(folder: &Path, now: i64) {
    let mut connection = Connection::open(folder.join("history.db")).expect("opened");
    let transaction = connection.transaction().expect("begun");
    let mut sequence = 0_i64;
    for note in 0..CARDS as i64 {
        let sql = "insert into card_name (deck, note, card_key) values ('big', ?1, 'front')";
        transaction.execute(sql, params![format!("n{note}")]).expect("a card");
        let card = transaction.last_insert_rowid();
        for turn in 0..3_i64 {
            sequence += 1;
            let at = now - (30 - (note % 8) - turn * 8) * DAY;
            let rating = if (note * 7 + turn * 3) % 9 == 0 { 1 } else { 3 };
            let sql = "insert into review values (1, ?1, ?1, ?2, 0, ?3, ?4, 15000, 1, null, null, 7, 'basic')";
            transaction.execute(sql, params![sequence, at, card, rating]).expect("a review");
        }
    }
    transaction.execute("update device set next_sequence = ?1", [sequence + 1]).expect("set");
    transaction.commit().expect("committed");
}

fn order_alone() -> u128 {
    let card = |n: usize| PlanCard {
        domain: n % 5,
        weight: 1.0 / CARDS as f32,
        effort: 1.0,
        answers: Vec::new(),
        claimed: false,
        asked: Vec::new(),
    };
    let planner = Course::new((0..CARDS).map(card).collect(), DAYS as i32).planner(ascertain::model::StudyDay(0));
    let start = ThreadTime::now();
    assert_eq!(planner.order(30.0).len(), CARDS);
    start.elapsed().as_millis()
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let now = SystemClock::new().now().0;
    write_files(folder.path(), now);
    drop(open(folder.path()));
    fill(folder.path(), now);
    let mut collection = open(folder.path());
    collection.load().expect("decks");
    collection.rebuild().expect("folded");
    // All threads count: the fit may use several.
    let start = ProcessTime::now();
    collection.plan_now().expect("planned");
    let whole = start.elapsed().as_millis();
    assert!(collection.outlook().is_some_and(|outlook| outlook.withheld.is_none()), "there is an outlook");
    collection.start_study(Scope::Today).expect("started");
    let mut taken: Vec<u128> = (0..ANSWERS)
        .map(|_| {
            assert!(collection.shown().is_some(), "enough cards come");
            collection.reveal();
            let start = ThreadTime::now();
            collection.answer(Rating::Good).expect("accepted");
            start.elapsed().as_micros()
        })
        .collect();
    taken.sort_unstable();
    let at = |share: usize| taken.get(taken.len() * share / 100).copied().unwrap_or_default();
    println!("re-plan with fit and outlook: {whole} ms CPU; the order alone, nothing known yet: {} ms", order_alone());
    println!("answer to next card on the plan: median {} µs CPU, 95 % {} µs", at(50), at(95));
}
