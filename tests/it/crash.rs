//! A study run that is killed at random moments loses no answer that was shown as accepted.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const KILLS: usize = 200;
const WORKERS: usize = 2;

/// A running `ascertain study` and what it has printed.
struct Learner {
    child: Child,
    output: Receiver<Vec<u8>>,
    printed: String,
}

impl Learner {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ascertain"))
            .args(["study", "deck:mine", "--data-dir"])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let mut stdout = child.stdout.take().expect("a pipe");
        let (sender, output) = channel();
        std::thread::Builder::new()
            .name("reader".to_owned())
            .spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(count @ 1..) = stdout.read(&mut buffer) {
                    if sender.send(buffer[..count].to_vec()).is_err() {
                        break;
                    }
                }
            })
            .expect("a thread");
        Self { child, output, printed: String::new() }
    }

    /// Waits until the text has been printed so many times in all. False if the program ended first.
    fn wait_for(&mut self, text: &str, times: usize) -> bool {
        let patience = Instant::now() + Duration::from_mins(1);
        while self.printed.matches(text).count() < times {
            match self.output.recv_timeout(patience.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.printed.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => return false,
            }
        }
        true
    }

    fn type_line(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().expect("a pipe");
        stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush()).expect("typed");
    }

    /// Kills it and returns how many answers it had shown as accepted.
    fn kill(mut self) -> usize {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
        while let Ok(bytes) = self.output.recv() {
            self.printed.push_str(&String::from_utf8_lossy(&bytes));
        }
        self.printed.matches("Accepted:").count()
    }
}

fn committed(folder: &Path) -> usize {
    let connection = rusqlite::Connection::open(folder.join("history.db")).expect("opened");
    connection.query_row("select count(*) from review", [], |row| row.get::<_, u32>(0)).expect("counted") as usize
}

/// Kills one learner after another on one folder. Returns how many kills fell between an answer's input and its commit.
fn worker(number: usize) -> usize {
    let world = crate::support::World::new();
    let notes: Vec<String> = (0..300).map(|n| format!("Basic(id: \"n{n}\", front: \"Front {n}\", back: \"Back {n}\"),\n")).collect();
    world.write_deck("mine.ron", &format!("Deck(format: 1, id: \"mine\", title: \"Mine\", notes: [{}])", notes.concat()));
    let mut rng = ChaCha8Rng::seed_from_u64(number as u64);
    let mut between = 0;
    let mut before = 0;
    for kill in 0..KILLS / WORKERS {
        let mut learner = Learner::start(&world.path());
        let answers = rng.random_range(1..=3);
        for answer in 1..=answers {
            assert!(learner.wait_for("shows the answer", answer), "kill {kill}: {}", learner.printed);
            learner.type_line("\n");
            assert!(learner.wait_for("Rating,", answer), "kill {kill}: {}", learner.printed);
            learner.type_line(if rng.random_bool(0.5) { "3\n" } else { "1\n" });
        }
        std::thread::sleep(Duration::from_micros(rng.random_range(0..4_000)));
        let accepted = learner.kill();
        let now = committed(&world.path());
        let new = now - before;
        assert!(new >= accepted, "kill {kill}: {accepted} answers were shown as accepted and {new} are there");
        assert!(new <= answers, "kill {kill}: {new} answers are there and {answers} were given");
        between += usize::from(new < answers);
        before = now;
    }
    let collection = world.open();
    assert_eq!(collection.verify().expect("looked"), Vec::<String>::new());
    between
}

#[test]
fn two_hundred_kills_lose_nothing_that_was_accepted() {
    let workers: Vec<_> = (0..WORKERS)
        .map(|number| std::thread::Builder::new().name(format!("worker-{number}")).spawn(move || worker(number)).expect("a thread"))
        .collect();
    let between: usize = workers.into_iter().map(|worker| worker.join().expect("the worker's checks hold")).sum();
    println!("{KILLS} kills, {between} of them between an answer's input and its commit");
    assert!(between > 0, "no kill fell between input and commit: the test tested nothing");
}
