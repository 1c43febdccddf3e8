//! A power cut just after the history was made. POSIX promises that a removed file stays removed only once its folder was flushed. So:
//! whatever SQLite removed without flushing is brought back, the history is opened again, and every answer must be there.
#![expect(unsafe_code, reason = "SQLite's file system layer is a table of C functions; this one watches removals")]

use crate::support::{World, answer};
use ascertain::app::Scope;
use ascertain::model::Rating;
use rusqlite::ffi;
use std::ffi::{CStr, c_char, c_int};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once};

/// A file that SQLite removed: its path, what was in it, and whether the folder was flushed afterwards.
#[derive(Clone)]
struct Removal {
    path: PathBuf,
    content: Vec<u8>,
    flushed: bool,
}

static REMOVALS: Mutex<Vec<Removal>> = Mutex::new(Vec::new());

/// Notes the removal and lets the system's layer do it.
unsafe extern "C" fn remove(_vfs: *mut ffi::sqlite3_vfs, name: *const c_char, flush: c_int) -> c_int {
    // SAFETY: SQLite passes the path as a C string, and the system's layer is the one found before ours was registered.
    unsafe {
        let path = PathBuf::from(CStr::from_ptr(name).to_string_lossy().into_owned());
        if let Ok(content) = std::fs::read(&path)
            && let Ok(mut removals) = REMOVALS.lock()
        {
            removals.push(Removal { path, content, flushed: flush != 0 });
        }
        let system = ffi::sqlite3_vfs_find(SYSTEM.as_ptr());
        (*system).xDelete.map_or(ffi::SQLITE_ERROR, |delete| delete(system, name, flush))
    }
}

const SYSTEM: &CStr = if cfg!(windows) { c"win32" } else { c"unix" };

/// Makes the watching layer the one that every connection of this process uses.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: a copy of the system's table with one function replaced; it lives as long as the process.
        unsafe {
            let system = ffi::sqlite3_vfs_find(SYSTEM.as_ptr());
            assert!(!system.is_null(), "SQLite has its usual layer");
            let mut watching = *system;
            watching.zName = c"watching".as_ptr();
            watching.pNext = std::ptr::null_mut();
            watching.xDelete = Some(remove);
            let registered = ffi::sqlite3_vfs_register(Box::leak(Box::new(watching)), 1);
            assert_eq!(registered, ffi::SQLITE_OK);
        }
    });
}

/// The roll-back journals removed below a folder so far.
fn removals_below(folder: &Path) -> Vec<Removal> {
    let removals = REMOVALS.lock().expect("the list");
    let is_journal = |path: &Path| path.starts_with(folder) && path.to_string_lossy().ends_with("history.db-journal");
    removals.iter().filter(|removal| is_journal(&removal.path)).cloned().collect()
}

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
    let journals = removals_below(&world.path());
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
    let journals = removals_below(folder.path());
    let journal = journals.iter().find(|journal| !journal.flushed).expect("a removal without a flush");
    std::fs::write(image.path().join("history.db-journal"), &journal.content).expect("brought back");
    assert_eq!(reviews(image.path()), -1, "everything is lost, the table included");
}
