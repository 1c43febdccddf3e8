//! Copies of the history that are known to be good: each is opened and counted before it gets its name.

use super::facts::count_reviews;
use super::{FILE_NAME, LOCK_NAME, Result, StoreError, migrate, unreadable};
use crate::disk;
use crate::model::Now;
use chrono::{Datelike as _, NaiveDate, NaiveDateTime};
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const DAILY: usize = 7;
const WEEKLY: usize = 4;
const MONTHLY: usize = 6;

/// A copy of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// Local time it was made.
    pub made: NaiveDateTime,
    /// Why it was made: `daily`, `manual`, `before-restore`, …
    pub label: String,
    /// How many reviews it holds, if it was counted.
    pub reviews: Option<u64>,
}

fn folder_of(data: &Path) -> PathBuf {
    data.join("backups")
}

const STAMP: &str = "%Y-%m-%d-%H%M%S";

fn read_name(path: &Path) -> Option<Backup> {
    let name = path.file_name()?.to_str()?.strip_suffix(".db")?;
    let stamp = name.get(..17)?;
    let made = NaiveDateTime::parse_from_str(stamp, STAMP).ok()?;
    Some(Backup { path: path.to_owned(), made, label: name.get(18..)?.to_owned(), reviews: None })
}

/// The backups of a data folder, newest first.
pub fn list(data: &Path) -> Vec<Backup> {
    let mut backups: Vec<Backup> =
        disk::files_below(&folder_of(data), ".db", 0).unwrap_or_default().iter().filter_map(|path| read_name(path)).collect();
    backups.sort_by(|a, b| b.path.cmp(&a.path));
    backups
}

/// Copies the history. A copy that was cut short never gets a name: it is written, flushed, opened and counted first.
pub(super) fn make(connection: &Connection, data: &Path, now: Now, label: &str) -> Result<Backup> {
    let folder = folder_of(data);
    disk::create_folder(&folder)?;
    let made = now.local();
    let name = format!("{}-{label}", made.format(STAMP));
    let temporary = folder.join(format!(".{name}.tmp"));
    disk::remove(&temporary)?;
    let result = copy_and_count(connection, &temporary);
    if result.is_err() {
        disk::remove(&temporary)?;
    }
    let reviews = result?;
    let path = free_name(&folder, &name);
    disk::rename(&temporary, &path)?;
    Ok(Backup { path, made, label: label.to_owned(), reviews: Some(reviews) })
}

/// Two backups within a second keep both.
fn free_name(folder: &Path, name: &str) -> PathBuf {
    let plain = folder.join(format!("{name}.db"));
    if plain.exists() {
        (2..10_000).map(|n| folder.join(format!("{name}-{n}.db"))).find(|path| !path.exists()).unwrap_or(plain)
    } else {
        plain
    }
}

fn copy_and_count(connection: &Connection, temporary: &Path) -> Result<u64> {
    let target = temporary.to_str().ok_or_else(|| StoreError::Row("a backup path that is not text".to_owned()))?;
    connection.execute("vacuum into ?1", [target])?;
    disk::flush(temporary)?;
    let copied = count(temporary)?;
    let original = count_reviews(connection)?;
    if copied != original.cast_unsigned() {
        return Err(StoreError::Row(format!("the copy holds {copied} reviews of {original}")));
    }
    Ok(copied)
}

/// Opens a file as a history, looks for damage and counts its reviews.
pub(super) fn count(path: &Path) -> Result<u64> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|error| unreadable(path, error))?;
    let bad = |detail: String| StoreError::NotAHistory { path: path.to_owned(), detail };
    let verdict: String = connection.query_row("pragma quick_check(1)", [], |row| row.get(0)).map_err(|error| unreadable(path, error))?;
    if verdict != "ok" {
        return Err(bad(verdict));
    }
    let version = migrate::version(&connection).map_err(|error| unreadable(path, error))?;
    if version == 0 || version > migrate::KNOWN {
        return Err(bad(format!("layout {version}")));
    }
    let reviews = count_reviews(&connection).map_err(|error| unreadable(path, error))?;
    Ok(reviews.cast_unsigned())
}

/// One backup a day, if there is anything to keep; older ones are thinned out to the last 7 days, 4 weeks and 6 months.
pub(super) fn daily(connection: &Connection, data: &Path, now: Now) -> Result<Option<Backup>> {
    let today = now.local().date();
    let is_daily = |backup: &Backup| backup.label.starts_with("daily");
    if list(data).iter().any(|backup| is_daily(backup) && backup.made.date() == today) {
        return Ok(None);
    }
    let used: bool = connection.query_row(
        "select exists (select 1 from review) or exists (select 1 from mark) or exists (select 1 from packed)",
        [],
        |row| row.get(0),
    )?;
    if !used {
        return Ok(None);
    }
    let made = make(connection, data, now, "daily")?;
    let dailies: Vec<Backup> = list(data).into_iter().filter(is_daily).collect();
    for old in to_drop(&dailies) {
        disk::remove(&old)?;
    }
    Ok(Some(made))
}

/// Which of the backups, newest first, are no longer kept.
fn to_drop(backups: &[Backup]) -> Vec<PathBuf> {
    let mut keep: BTreeSet<&Path> = backups.iter().take(DAILY).map(|backup| backup.path.as_path()).collect();
    let mut newest_of = |count: usize, period: fn(NaiveDate) -> (i32, u32)| {
        let mut seen = BTreeSet::new();
        let newest = backups.iter().filter(|backup| seen.insert(period(backup.made.date())));
        keep.extend(newest.take(count).map(|backup| backup.path.as_path()));
    };
    newest_of(WEEKLY, |date| (date.iso_week().year(), date.iso_week().week()));
    newest_of(MONTHLY, |date| (date.year(), date.month()));
    backups.iter().filter(|backup| !keep.contains(backup.path.as_path())).map(|backup| backup.path.clone()).collect()
}

/// Puts a backup in the place of the history, which must not be open; what was there is kept beside it. The restored history gets a
/// new device name, so that numbers given since the backup are never given twice.
pub fn restore(data: &Path, backup: &Path, device: u64, now: Now) -> Result<PathBuf> {
    let Some(_lock) = disk::lock(&data.join(LOCK_NAME))? else { return Err(StoreError::InUse { folder: data.to_owned() }) };
    count(backup)?;
    let current = data.join(FILE_NAME);
    let aside = free_name(&folder_of(data), &format!("{}-before-restore", now.local().format(STAMP)));
    let temporary = data.join(".restored.db.tmp");
    disk::write(&temporary, &disk::read(backup, u64::MAX / 2)?)?;
    {
        let connection = Connection::open(&temporary)?;
        connection.pragma_update(None, "synchronous", "EXTRA")?;
        connection.execute("update device set device = ?1", [device.cast_signed()])?;
    }
    disk::flush(&temporary)?;
    if current.exists() {
        set_aside(&current, &aside)?;
    }
    disk::rename(&temporary, &current)?;
    Ok(aside)
}

/// Moves a history out of the way together with its write-ahead log, whatever state it is in.
pub(super) fn set_aside(current: &Path, aside: &Path) -> Result<()> {
    // A readable history is closed into one file first; a damaged one is moved as it is.
    if let Ok(connection) = Connection::open_with_flags(current, OpenFlags::SQLITE_OPEN_READ_WRITE) {
        drop(connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())));
    }
    let side = |path: &Path, ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    for ending in ["-wal", "-shm", ""] {
        let (from, to) = (side(current, ending), side(aside, ending));
        if from.exists() {
            disk::rename(&from, &to)?;
        }
    }
    Ok(())
}

/// Whether another program has the history of a data folder.
pub fn in_use(data: &Path) -> bool {
    matches!(disk::lock(&data.join(LOCK_NAME)), Ok(None))
}

/// Moves a history that cannot be used into the backup folder and returns where it went.
pub fn set_history_aside(data: &Path, now: Now) -> Result<PathBuf> {
    let Some(_lock) = disk::lock(&data.join(LOCK_NAME))? else { return Err(StoreError::InUse { folder: data.to_owned() }) };
    let aside = free_name(&folder_of(data), &format!("{}-unusable", now.local().format(STAMP)));
    disk::create_folder(&folder_of(data))?;
    set_aside(&data.join(FILE_NAME), &aside)?;
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_weeks_and_months_are_kept() {
        let start = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date");
        let backups: Vec<Backup> = (0..300)
            .rev()
            .map(|day| {
                let made = (start + chrono::Days::new(day)).and_hms_opt(9, 0, 0).expect("a time");
                Backup { path: PathBuf::from(made.format(STAMP).to_string()), made, label: "daily".into(), reviews: None }
            })
            .collect();
        let dropped = to_drop(&backups);
        let kept: Vec<String> =
            backups.iter().filter(|backup| !dropped.contains(&backup.path)).map(|backup| backup.made.date().to_string()).collect();
        // 2026-10-27 is a Tuesday. By hand: seven days; the newest of its week and the three weeks before (Sundays); the newest of its
        // month and the five months before.
        let expected = [
            "2026-10-27",
            "2026-10-26",
            "2026-10-25",
            "2026-10-24",
            "2026-10-23",
            "2026-10-22",
            "2026-10-21",
            "2026-10-18",
            "2026-10-11",
            "2026-09-30",
            "2026-08-31",
            "2026-07-31",
            "2026-06-30",
            "2026-05-31",
        ];
        assert_eq!(kept, expected);
    }

    #[test]
    fn names_say_when_and_why() {
        let backup = read_name(Path::new("b/2026-11-23-183000-before-restore.db")).expect("a backup");
        assert_eq!((backup.made.to_string().as_str(), backup.label.as_str()), ("2026-11-23 18:30:00", "before-restore"));
        assert_eq!(read_name(Path::new("b/other.db")), None);
    }
}
