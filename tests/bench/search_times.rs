//! How long searches take over a data folder: `cargo run --release --example search_times -- DATA_DIR QUERY…`. Prints, for each
//! search, the cards found among the learner's own decks and the CPU seconds of one search, as JSON.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it speaks to a script")]

use ascertain::app::{Collection, Options, Paths, SystemClock};
use std::path::PathBuf;
use std::process::ExitCode;

const ROUNDS: u32 = 20;

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let data = PathBuf::from(arguments.next().ok_or("name a data folder")?);
    let options = Options { paths: Paths { data }, clock: Box::new(SystemClock::new()), seed: Some(1), read_only: true };
    let mut collection = Collection::open(options)?;
    collection.load()?;
    let own = collection.own_decks();
    // The text of the notes is made at the first search of a session, as Anki reads its pages into memory at its own.
    collection.search_cards("warm")?;
    let mut found = serde_json::Map::new();
    for query in arguments {
        let began = cpu_time::ProcessTime::now();
        let mut cards = Vec::new();
        for _ in 0..ROUNDS {
            cards = collection.search_cards(&query)?;
        }
        let seconds = began.elapsed().as_secs_f64() / f64::from(ROUNDS);
        let count = cards.iter().filter(|entry| own.contains(&entry.id.deck)).count();
        found.insert(query, serde_json::json!([count, seconds]));
    }
    println!("{}", serde_json::Value::Object(found));
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
