//! The history in SQLite: facts that are only ever appended, and caches that can be folded from them.
//!
//! **Invariants:** the only SQL on our own database; every write goes through [`Store::transact`], one transaction each; no schedule
//! is computed here.

mod answers;
mod backup;
mod cache;
mod exam;
mod facts;
mod migrate;
mod packed;

pub use backup::{Backup, in_use, list as list_backups, restore, set_history_aside};
pub use cache::{DaySumRow, ReviewSums};
pub use exam::{ItemResultRow, ResultRow};

use crate::disk::{self, DiskError};
use crate::model::{CardId, FactBody, FactId, Now};
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Name of the database within a data folder.
pub const FILE_NAME: &str = "history.db";
const LOCK_NAME: &str = "history.lock";

/// Why the history cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another program has it.
    #[error("another Ascertain is using {}", folder.display())]
    InUse {
        /// The data folder.
        folder: PathBuf,
    },
    /// It was opened for reading, because a newer program wrote it.
    #[error("the history was written by a newer Ascertain (version {found} of its layout, this one knows {known})")]
    ReadOnly {
        /// What the file says.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// It was opened for reading only, on purpose.
    #[error("the history was opened for reading only")]
    OpenedForReading,
    /// It is not a database, or a damaged one.
    #[error("the history is damaged or is not a history: {}", path.display())]
    NotAHistory {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// The disk is full.
    #[error("the disk is full")]
    Full(#[source] rusqlite::Error),
    /// Some other error of SQLite.
    #[error("the history cannot be read or written")]
    Sqlite(#[source] rusqlite::Error),
    /// A row that no version of the program writes.
    #[error("the history holds something this program does not understand: {0}")]
    Row(String),
    /// A file cannot be read or written.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(error),
            _ => Self::Sqlite(error),
        }
    }
}

type Result<T, E = StoreError> = std::result::Result<T, E>;

/// An open history.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    device: u64,
    access: Access,
    lock: Option<File>,
}

/// What may be done with an open history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Write,
    Read,
    /// A newer program's layout.
    Newer(i64),
}

impl Store {
    /// Opens the history of a data folder, making it if it is not there. `device` names this folder for ever if it is new.
    /// Before an old layout is changed a backup is made.
    pub fn open(folder: &Path, device: u64, now: Now) -> Result<Self> {
        disk::create_folder(folder)?;
        let path = folder.join(FILE_NAME);
        let lock = disk::lock(&folder.join(LOCK_NAME))?;
        let Some(lock) = lock else { return Err(StoreError::InUse { folder: folder.to_owned() }) };
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let found = migrate::version(&connection).map_err(|error| unreadable(&path, error))?;
        if found > migrate::KNOWN {
            drop(connection);
            let mut store = Self::read_only(folder)?;
            store.lock = Some(lock);
            return Ok(store);
        }
        prepare(&connection).map_err(|error| unreadable(&path, error))?;
        if found > 0 && found < migrate::KNOWN {
            backup::make(&connection, folder, now, "before-migration")?;
        }
        migrate::run(&connection, device).map_err(|error| unreadable(&path, error))?;
        Self::finish(connection, path, Access::Write, Some(lock))
    }

    /// Opens the history for reading, whoever else uses it. Fails if there is none.
    pub fn read_only(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE_NAME);
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let found = migrate::version(&connection).map_err(|error| unreadable(&path, error))?;
        let access = if found > migrate::KNOWN { Access::Newer(found) } else { Access::Read };
        Self::finish(connection, path, access, None)
    }

    /// Another connection to the same history, for work on another thread while this one has the lock.
    pub fn beside(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE_NAME);
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let found = migrate::version(&connection).map_err(|error| unreadable(&path, error))?;
        prepare(&connection).map_err(|error| unreadable(&path, error))?;
        // A large transaction need not go to the disk page by page before it is committed.
        connection.pragma_update(None, "cache_size", -65_536)?;
        let access = if found > migrate::KNOWN { Access::Newer(found) } else { Access::Write };
        Self::finish(connection, path, access, None)
    }

    fn finish(connection: Connection, path: PathBuf, access: Access, lock: Option<File>) -> Result<Self> {
        let device: i64 =
            (connection.query_row("select device from device", [], |row| row.get(0))).map_err(|error| unreadable(&path, error))?;
        Ok(Self { connection, path, device: device.cast_unsigned(), access, lock })
    }

    /// The version of a newer program's layout, if that is why nothing can be written.
    pub fn newer_version(&self) -> Option<i64> {
        match self.access {
            Access::Newer(version) => Some(version),
            Access::Write | Access::Read => None,
        }
    }

    /// Whether anything can be written.
    pub fn is_writable(&self) -> bool {
        self.access == Access::Write
    }

    /// Whether an older program's layout is read, in which newer tables are missing.
    pub fn is_old(&self) -> Result<bool> {
        Ok(migrate::version(&self.connection)? < migrate::KNOWN)
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// The name of this data folder in facts.
    pub fn device(&self) -> u64 {
        self.device
    }

    /// Closes the file and gives the lock back. Everything asked of it afterwards is asked of an empty database.
    pub fn close(&mut self) {
        if let Ok(empty) = Connection::open_in_memory() {
            self.connection = empty;
            self.access = Access::Read;
        }
        self.lock = None;
    }

    /// The one door for change: everything `work` appends and caches is committed together, or not at all.
    pub fn transact<T>(&mut self, now: Now, work: impl FnOnce(&mut Writer<'_>) -> Result<T>) -> Result<T> {
        match self.access {
            Access::Write => {}
            Access::Read => return Err(StoreError::OpenedForReading),
            Access::Newer(found) => return Err(StoreError::ReadOnly { found, known: migrate::KNOWN }),
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let next: i64 = transaction.prepare_cached("select next_sequence from device")?.query_row([], |row| row.get(0))?;
        let mut writer = Writer { transaction, device: self.device, first: next, next, now };
        let value = work(&mut writer)?;
        writer.transaction.prepare_cached("update device set next_sequence = ?1")?.execute([writer.next])?;
        writer.transaction.commit()?;
        Ok(value)
    }

    /// Copies the history into the backup folder; the copy is opened and counted before it gets its name.
    pub fn backup(&self, now: Now, label: &str) -> Result<Backup> {
        backup::make(&self.connection, self.folder(), now, label)
    }

    /// Makes the day's backup if there is none yet, and thins old ones out. None if there was one, or nothing to back up.
    pub fn daily_backup(&self, now: Now) -> Result<Option<Backup>> {
        if self.newer_version().is_some() {
            return Ok(None);
        }
        backup::daily(&self.connection, self.folder(), now)
    }

    /// Looks for damage. Returns what SQLite finds; empty if all is well.
    pub fn verify(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare("pragma integrity_check(20)")?;
        let mut lines: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<std::result::Result<_, _>>()?;
        let mut statement = self.connection.prepare("pragma foreign_key_check")?;
        let broken: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<std::result::Result<_, _>>()?;
        lines.retain(|line| line != "ok");
        lines.extend(broken.into_iter().map(|table| format!("a row of {table} points to nothing")));
        lines.extend(migrate::edited(&self.connection)?);
        Ok(lines)
    }
}

/// A transaction under way.
pub struct Writer<'a> {
    transaction: Transaction<'a>,
    device: u64,
    first: i64,
    next: i64,
    now: Now,
}

impl Writer<'_> {
    /// Appends a fact that happened at `at`.
    pub fn append(&mut self, at: Now, body: &FactBody) -> Result<FactId> {
        let id = self.take_id();
        facts::insert(&self.transaction, id, self.first, at, body)?;
        Ok(id)
    }

    /// The next number of this device.
    fn take_id(&mut self) -> FactId {
        let sequence = self.next;
        self.next += 1;
        FactId { device: self.device, sequence: sequence.cast_unsigned() }
    }

    /// Takes facts back, each by a fact of its own.
    pub fn withdraw(&mut self, facts: &[FactId]) -> Result<()> {
        for fact in facts {
            self.append(self.now, &FactBody::Withdrawal(*fact))?;
        }
        Ok(())
    }

    /// The number of a card in this database, given on first use.
    fn card(&self, card: &CardId) -> Result<i64> {
        facts::card_number(&self.transaction, card)
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| unreadable(path, error))?;
    connection.busy_timeout(std::time::Duration::from_secs(2))?;
    Ok(connection)
}

/// Durability first. EXTRA must be set **before** the journal mode: while the file is being made, the roll-back journal of that change
/// is unlinked, and only EXTRA flushes the folder afterwards. Without it a power cut may bring the journal back, which undoes
/// everything written since.
fn prepare(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "synchronous", "EXTRA")?;
    connection.query_row("pragma journal_mode = wal", [], |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cell_size_check", true)
}

fn unreadable(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full(error),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            StoreError::NotAHistory { path: path.to_owned(), detail: error.to_string() }
        }
        Some(_) if error.to_string().contains("no such table") => {
            StoreError::NotAHistory { path: path.to_owned(), detail: error.to_string() }
        }
        _ => StoreError::Sqlite(error),
    }
}

#[cfg(test)]
mod tests;
