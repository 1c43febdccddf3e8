//! A file system layer for SQLite that watches: it notes removals, and below a chosen folder it takes a picture of the history after
//! every single write, which is what a program killed at that moment leaves behind.
#![expect(unsafe_code, reason = "SQLite's file system layer is a table of C functions; this one looks on")]

use rusqlite::ffi;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once};

/// A file that SQLite removed: its path, what was in it, and whether the folder was flushed afterwards.
#[derive(Clone)]
pub struct Removal {
    pub path: PathBuf,
    pub content: Vec<u8>,
    pub flushed: bool,
}

/// The history's files after a write.
pub struct Image {
    pub database: Vec<u8>,
    pub log: Vec<u8>,
    /// What the test had said about itself before the write.
    pub label: (usize, i64),
}

static REMOVALS: Mutex<Vec<Removal>> = Mutex::new(Vec::new());
static WATCHED: Mutex<Option<(PathBuf, (usize, i64))>> = Mutex::new(None);
static IMAGES: Mutex<Vec<Image>> = Mutex::new(Vec::new());

/// The system's methods of an open file behind ours. Ours come first, so that a pointer to them is a pointer to this.
#[repr(C)]
struct Methods {
    ours: ffi::sqlite3_io_methods,
    system: *const ffi::sqlite3_io_methods,
}

const SYSTEM: &CStr = if cfg!(windows) { c"win32" } else { c"unix" };

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

/// Lets the system's layer open the file, and puts our write before its own where the folder is watched.
unsafe extern "C" fn open(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: as in `remove`; the file is the system's own structure, whose methods we copy and never free.
    unsafe {
        let system = ffi::sqlite3_vfs_find(SYSTEM.as_ptr());
        let code = (*system).xOpen.map_or(ffi::SQLITE_ERROR, |open| open(system, name, file, flags, out));
        if code == ffi::SQLITE_OK && !name.is_null() && !(*file).pMethods.is_null() {
            let path = PathBuf::from(CStr::from_ptr(name).to_string_lossy().into_owned());
            let watched = WATCHED.lock().is_ok_and(|watched| watched.as_ref().is_some_and(|(folder, _)| path.starts_with(folder)));
            if watched {
                let mut ours = *(*file).pMethods;
                ours.xWrite = Some(write);
                let methods = Box::leak(Box::new(Methods { ours, system: (*file).pMethods }));
                (*file).pMethods = &raw const methods.ours;
            }
        }
        code
    }
}

/// Writes, and takes a picture.
unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, data: *const c_void, amount: c_int, offset: ffi::sqlite3_int64) -> c_int {
    // SAFETY: only files opened by `open` above have this method, so their methods are the first part of a `Methods`.
    let code = unsafe {
        let methods = (*file).pMethods.cast::<Methods>();
        (*(*methods).system).xWrite.map_or(ffi::SQLITE_ERROR, |write| write(file, data, amount, offset))
    };
    if let Ok(watched) = WATCHED.lock()
        && let Some((folder, label)) = watched.as_ref()
        && let Ok(mut images) = IMAGES.lock()
    {
        let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_default();
        images.push(Image { database: read("history.db"), log: read("history.db-wal"), label: *label });
    }
    code
}

/// Makes the watching layer the one that every connection of this process uses.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: a copy of the system's table with two functions replaced; it lives as long as the process.
        unsafe {
            let system = ffi::sqlite3_vfs_find(SYSTEM.as_ptr());
            assert!(!system.is_null(), "SQLite has its usual layer");
            let mut watching = *system;
            watching.zName = c"watching".as_ptr();
            watching.pNext = std::ptr::null_mut();
            watching.xDelete = Some(remove);
            watching.xOpen = Some(open);
            let registered = ffi::sqlite3_vfs_register(Box::leak(Box::new(watching)), 1);
            assert_eq!(registered, ffi::SQLITE_OK);
        }
    });
}

/// The roll-back journals removed below a folder so far.
pub fn journals_removed_below(folder: &Path) -> Vec<Removal> {
    let removals = REMOVALS.lock().expect("the list");
    let is_journal = |path: &Path| path.starts_with(folder) && path.to_string_lossy().ends_with("history.db-journal");
    removals.iter().filter(|removal| is_journal(&removal.path)).cloned().collect()
}

/// Takes pictures of files opened below a folder from now on.
pub fn watch(folder: &Path) {
    *WATCHED.lock().expect("the folder") = Some((folder.to_owned(), (0, 0)));
}

/// What the next pictures are labelled with.
pub fn label(label: (usize, i64)) {
    if let Some((_, now)) = WATCHED.lock().expect("the folder").as_mut() {
        *now = label;
    }
}

/// Takes no more pictures, and hands those taken over.
pub fn end_watch() -> Vec<Image> {
    *WATCHED.lock().expect("the folder") = None;
    std::mem::take(&mut IMAGES.lock().expect("the pictures"))
}
