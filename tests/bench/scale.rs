//! What studying costs with a large history: `cargo bench --bench scale`.
//!
//! Prints, for a small and a large collection side by side, the CPU time from an answer to the next card, commit included, and the CPU
//! time of the release program from its start to its first painted frame (where there is a display). CPU time, not wall time: a busy
//! machine does not change it.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, and stops where it cannot go on"
)]

use ascertain::app::{Collection, Options, Paths, Scope, SystemClock};
use ascertain::model::{Clock as _, Rating};
use cpu_time::ThreadTime;
use rusqlite::{Connection, params};
use std::path::Path;
use std::process::Command;

const ANSWERS: usize = 400;

/// A data folder with decks of 5,000 cards each and ten reviews a card.
fn build(folder: &Path, cards: usize) {
    std::fs::create_dir_all(folder.join("decks")).expect("a folder");
    std::fs::write(folder.join("settings.ron"), "(welcomed: true, minutes_a_day: 600, new_cards_a_day: 9999)").expect("written");
    let decks = cards.div_ceil(5_000);
    for deck in 0..decks {
        let notes: Vec<String> = (0..cards.min(5_000))
            .map(|n| format!("Basic(id: \"n{n}\", front: \"What is fact {n} of deck {deck} about?\", back: \"**It** is about the number {n}.\", tags: [\"t{}\"]),\n", n % 50))
            .collect();
        let text =
            format!("Deck(format: 1, id: \"big-{deck}\", title: \"Big {deck}\", as_of: \"2026-11-23\", notes: [{}])", notes.concat());
        std::fs::write(folder.join("decks").join(format!("big-{deck}.ron")), text).expect("written");
    }
    drop(open(folder));
    fill(folder, decks, cards.min(5_000));
}

fn open(folder: &Path) -> Collection {
    let options =
        Options { paths: Paths { data: folder.to_owned() }, clock: Box::new(SystemClock::new()), seed: Some(1), read_only: false };
    Collection::open(options).expect("opened")
}

/// Reviews and card states straight into the tables: what matters here is how many there are.
fn fill(folder: &Path, decks: usize, cards_each: usize) {
    let now = SystemClock::new().now().0;
    let today = now / 86_400_000;
    let mut connection = Connection::open(folder.join("history.db")).expect("opened");
    let transaction = connection.transaction().expect("begun");
    {
        let mut name = transaction.prepare("insert into card_name (deck, note, card_key) values (?1, ?2, 'front')").expect("prepared");
        let mut review =
            transaction.prepare("insert into review values (1, ?1, ?1, ?2, 0, ?3, 3, 8000, 1, null, null, 7, 'basic')").expect("prepared");
        let mut state = transaction
            .prepare(
                "insert into card_state values (?1, 'review', 30.0, 5.0, ?2, null, 0, 10, 0, ?3, 0, ?4, 0, 0, null, null, '', 0, ?4, 0)",
            )
            .expect("prepared");
        let mut sequence = 0_i64;
        for deck in 0..decks {
            for note in 0..cards_each {
                name.execute(params![format!("big-{deck}"), format!("n{note}")]).expect("a card");
                let card = transaction.last_insert_rowid();
                for turn in 0..10_i64 {
                    sequence += 1;
                    review
                        .execute(params![sequence, now - (11 - turn) * 30 * 86_400_000 - i64::from(note as i32), card])
                        .expect("a review");
                }
                let due = today + (note as i64 % 40) - 20;
                state.execute(params![card, due, now - 330 * 86_400_000, now - 30 * 86_400_000]).expect("a state");
            }
        }
        for day in 0..330_i64 {
            let sql = "insert into day_sum values (?1, 'big-0', 300, 270, 300, 270, 0, 2400000)";
            transaction.execute(sql, [today - 330 + day]).expect("a sum");
        }
        transaction.execute("update device set next_sequence = ?1", [sequence + 1]).expect("set");
    }
    transaction.commit().expect("committed");
}

/// A collection that is studied, and what its answers cost.
struct Run {
    collection: Collection,
    /// Milliseconds of CPU to read decks and history, which the window does after its first frame, on another thread.
    load_millis: u128,
    /// Microseconds of CPU from each answer to the next card.
    taken: Vec<u128>,
}

impl Run {
    fn start(folder: &Path) -> Self {
        let mut collection = open(folder);
        let start = ThreadTime::now();
        collection.load().expect("decks");
        let load_millis = start.elapsed().as_millis();
        collection.start_study(Scope::Deck(ascertain::model::DeckId::new("big-0").expect("an id"))).expect("started");
        Self { collection, load_millis, taken: Vec::new() }
    }

    fn answer(&mut self) {
        assert!(self.collection.shown().is_some(), "enough cards are due");
        self.collection.reveal();
        let start = ThreadTime::now();
        self.collection.answer(Rating::Good).expect("accepted");
        self.taken.push(start.elapsed().as_micros());
    }

    fn percentile(&mut self, share: usize) -> u128 {
        self.taken.sort_unstable();
        self.taken.get(self.taken.len() * share / 100).copied().unwrap_or_default()
    }
}

/// Milliseconds of CPU, user and system, of the release program until its first frame is painted and it has closed again.
fn first_frame(folder: &Path) -> Option<u128> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/release/ascertain");
    std::env::var_os("DISPLAY").or_else(|| std::env::var_os("WAYLAND_DISPLAY")).filter(|_| program.exists())?;
    let mut runs: Vec<u128> = (0..7)
        .map(|_| {
            let script = "TIMEFORMAT='%U %S'; { time \"$0\" --first-frame --data-dir \"$1\" >/dev/null 2>&1; } 2>&1";
            let output = Command::new("bash").args(["-c", script]).arg(&program).arg(folder).output().expect("run");
            String::from_utf8_lossy(&output.stdout).split_whitespace().map(millis).sum()
        })
        .collect();
    runs.sort_unstable();
    runs.get(runs.len() / 2).copied()
}

/// Seconds as milliseconds.
fn millis(seconds: &str) -> u128 {
    (seconds.parse::<f64>().unwrap_or(0.0) * 1000.0) as u128
}

fn main() {
    let small = tempfile::tempdir().expect("a folder");
    let large = tempfile::tempdir().expect("a folder");
    build(small.path(), 1_000);
    build(large.path(), 100_000);
    println!(
        "{:>9} {:>10} {:>22} {:>22} {:>20} {:>20}",
        "cards", "reviews", "answer, median µs CPU", "answer, 95 % µs CPU", "first frame, ms CPU", "read all, ms CPU"
    );
    let frames = [small.path(), large.path()].map(|folder| first_frame(folder).map_or("no display".to_owned(), |ms| ms.to_string()));
    let mut runs = [Run::start(small.path()), Run::start(large.path())];
    // In turns, so that both meet the same noise of the machine.
    for _ in 0..ANSWERS {
        runs.iter_mut().for_each(Run::answer);
    }
    for ((run, frame), cards) in runs.iter_mut().zip(frames).zip([1_000, 100_000]) {
        let (median, tail, load) = (run.percentile(50), run.percentile(95), run.load_millis);
        println!("{cards:>9} {:>10} {median:>22} {tail:>22} {frame:>20} {load:>20}", cards * 10);
    }
    let [small, large] = runs.each_mut().map(|run| run.percentile(50) as f64);
    println!("answer with 100 times as many cards and reviews: {:.2} times the CPU", large / small);
}
