//! A power cut just after the history was made. POSIX promises that a removed file stays removed only once its folder was flushed. So:
//! whatever SQLite removed without flushing is brought back, the history is opened again, and every answer must be there.

use crate::support::{World, answer};
use crate::vfs::{install, journals_removed_below};
use ascertain::app::Scope;
use ascertain::model::Rating;
use std::path::Path;

fn reviews(folder: &Path) -> i64 {
    let connection = rusqlite::Connection::open(folder.join("history.db")).expect("opened");
    connection.query_row("select count(*) from review", [], |row| row.get(0)).unwrap_or(-1)
}

#[test]
fn a_removal_that_comes_back_after_a_power_cut_undoes_nothing() {
    install();
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Today).expect("started");
    for _ in 0..3 {
        answer(&mut collection, &world.clock, Rating::Easy);
    }
    // The cut: the files as they are now, with everything back that was removed without a flush. The roll-back journal of making the
    // history is the one that matters; SQLite removes it when it turns to write-ahead logging.
    let image = tempfile::tempdir().expect("a folder");
    for name in ["history.db", "history.db-wal"] {
        std::fs::copy(world.path().join(name), image.path().join(name)).expect("copied");
    }
    let journals = journals_removed_below(&world.path());
    assert!(!journals.is_empty(), "no journal was removed: the test tested nothing");
    for journal in journals.iter().filter(|journal| !journal.flushed) {
        std::fs::write(image.path().join("history.db-journal"), &journal.content).expect("brought back");
    }
    assert_eq!(reviews(image.path()), 3);
}

#[test]
fn the_judge_sees_what_the_usual_order_loses() {
    install();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    let connection = rusqlite::Connection::open(&path).expect("opened");
    connection.query_row("pragma journal_mode = wal", [], |_| Ok(())).expect("set");
    connection
        .execute_batch("pragma synchronous = full; create table review (id); insert into review values (1), (2), (3);")
        .expect("made");
    let image = tempfile::tempdir().expect("a folder");
    for name in ["history.db", "history.db-wal"] {
        std::fs::copy(folder.path().join(name), image.path().join(name)).expect("copied");
    }
    let journals = journals_removed_below(folder.path());
    let journal = journals.iter().find(|journal| !journal.flushed).expect("a removal without a flush");
    std::fs::write(image.path().join("history.db-journal"), &journal.content).expect("brought back");
    assert_eq!(reviews(image.path()), -1, "everything is lost, the table included");
}
