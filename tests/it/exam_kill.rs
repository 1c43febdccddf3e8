//! A sitting that is killed at every write it makes resumes with every answer given up to then, and with an honest clock.

use crate::exam::{exam_world, plan, reply};
use crate::support::{MINUTE, ManualClock, World};
use crate::vfs;
use ascertain::app::{Collection, Options, Paths};
use ascertain::engine::exam::Act;
use ascertain::model::Response;

const QUESTIONS: usize = 60;
const LIMIT: i64 = 90 * MINUTE;

/// What a learner did: how many answers were accepted so far, and what they were.
struct Taken {
    answers: Vec<(usize, Response)>,
    images: Vec<vfs::Image>,
    began: i64,
}

fn take(world: &World) -> Taken {
    vfs::watch(&world.path());
    let mut collection = world.open();
    collection.begin_exam(&plan("linear")).expect("drawn");
    collection.exam_act(&Act::Begin).expect("begun");
    // Only what comes after the clock was started is asked about.
    vfs::end_watch();
    drop(collection);
    vfs::watch(&world.path());
    let began = world.clock.millis();
    vfs::label((0, began));
    let mut collection = world.open();
    collection.resume_exam().expect("taken up");
    let mut answers: Vec<(usize, Response)> = Vec::new();
    for place in 0..QUESTIONS {
        let response = reply(&collection, place % 2 == 0);
        world.clock.advance(7_000);
        vfs::label((answers.len(), world.clock.millis()));
        collection.exam_act(&Act::Respond(Some(response.clone()))).expect("answered");
        answers.push((place, response));
        vfs::label((answers.len(), world.clock.millis()));
        if place + 1 < QUESTIONS {
            collection.exam_act(&Act::Next).expect("on");
        }
    }
    Taken { answers, images: vfs::end_watch(), began }
}

/// Opens what a kill left behind and returns how many answers are there and the time left.
fn revive(world: &World, image: &vfs::Image, wait: i64) -> (Vec<Option<Response>>, i64) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("history.db"), &image.database).expect("written");
    std::fs::write(folder.path().join("history.db-wal"), &image.log).expect("written");
    let clock = Box::new(ManualClock::at(image.label.1 + wait));
    let paths = Paths { data: folder.path().to_owned() };
    let options = Options { paths, clock, ..world.options() };
    let mut collection = Collection::open(options).expect("a history");
    assert!(collection.resume_exam().expect("taken up"));
    let exam = collection.exam().expect("an exam");
    let answers = exam.sitting.items().iter().map(|item| item.response.clone()).collect();
    (answers, collection.exam_left().expect("a clock"))
}

/// Checks what some kills left behind. Returns how many of them came before the answer under way was committed.
fn judge(world: &World, taken: &Taken, images: &[(usize, &vfs::Image)]) -> usize {
    let mut between = 0;
    for (number, image) in images {
        let wait = 3_000;
        let (there, left) = revive(world, image, wait);
        let accepted = image.label.0;
        for (place, response) in &taken.answers[..accepted] {
            assert_eq!(there[*place].as_ref(), Some(response), "kill {number}: answer {place} was accepted");
        }
        let count = there.iter().flatten().count();
        assert!(count == accepted || count == accepted + 1, "kill {number}: {count} answers, {accepted} were accepted");
        between += usize::from(count == accepted);
        let honest = LIMIT - (image.label.1 - taken.began) - wait;
        assert!((honest - 1_000..=honest).contains(&left), "kill {number}: {left} ms left, honest are {honest}");
    }
    between
}

#[test]
fn a_sitting_killed_at_every_write_loses_no_answer_and_no_second() {
    vfs::install();
    let world = exam_world(200);
    let taken = take(&world);
    // Each picture is revived alone, so two threads may share the work.
    let halves: Vec<Vec<(usize, &vfs::Image)>> =
        (0..2).map(|half| taken.images.iter().enumerate().filter(|(number, _)| number % 2 == half).collect()).collect();
    let between: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = halves.iter().map(|half| scope.spawn(|| judge(&world, &taken, half))).collect();
        workers.into_iter().map(|worker| worker.join().expect("every kill holds")).sum()
    });
    let after = taken.images.len() - between;
    println!(
        "{} writes, killed after each: {between} times before the answer under way was committed, {after} times after",
        taken.images.len()
    );
    assert!(between > 0 && after > 0, "the kills hit both sides of a commit");
    assert!(taken.images.len() >= QUESTIONS * 2, "{} writes", taken.images.len());
}
