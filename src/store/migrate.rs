//! The layout of the database and how it changes. A released migration is never edited: its hash is stored and tested.

use crate::model::id::fnv1a;
use rusqlite::{Connection, Error, TransactionBehavior};

const MIGRATIONS: [&str; 5] = [
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
];

/// Written into the file, so that another program's SQLite database is never taken for a history: "Asce".
const APPLICATION_ID: i64 = 0x4173_6365;

/// The layout this program writes.
pub(super) const KNOWN: i64 = MIGRATIONS.len() as i64;

/// The layout a file has; 0 for a new one.
pub(super) fn version(connection: &Connection) -> Result<i64, Error> {
    connection.query_row("pragma user_version", [], |row| row.get(0))
}

/// Brings the file to the layout this program knows. Each step is one transaction.
pub(super) fn run(connection: &Connection, device: u64) -> Result<(), Error> {
    let from = usize::try_from(version(connection)?).unwrap_or(0);
    let tables: i64 = connection.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
    let application: i64 = connection.query_row("pragma application_id", [], |row| row.get(0))?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(not_ours());
    }
    for (index, sql) in MIGRATIONS.iter().enumerate().skip(from) {
        let transaction = rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
        if index == 0 {
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.execute_batch("create table migration (version integer primary key, hash integer not null) strict;")?;
        }
        transaction.execute_batch(sql)?;
        if index == 0 {
            let sql = "insert into device (id, device, next_sequence) values (1, ?1, 1)";
            transaction.execute(sql, [device.cast_signed()])?;
        }
        let version = index as i64 + 1;
        transaction.execute("insert into migration (version, hash) values (?1, ?2)", [version, hash(sql)])?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

fn not_ours() -> Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_NOTADB);
    Error::SqliteFailure(code, Some("a database of another program".to_owned()))
}

fn hash(sql: &str) -> i64 {
    fnv1a(sql.replace("\r\n", "\n").as_bytes()).cast_signed()
}

/// Migrations in the file that are not the ones this program has.
pub(super) fn edited(connection: &Connection) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare("select version, hash from migration order by version")?;
    let rows: Vec<(i64, i64)> = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let differs = |(version, stored): &(i64, i64)| {
        let known = usize::try_from(version - 1).ok().and_then(|index| MIGRATIONS.get(index));
        known.is_some_and(|sql| hash(sql) != *stored)
    };
    Ok(rows.iter().filter(|row| differs(row)).map(|(version, _)| format!("migration {version} is not the one this program has")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_released_migration_is_never_edited() {
        // Change a released file and this fails: add a new migration instead.
        let hashes: Vec<i64> = MIGRATIONS.iter().map(|sql| hash(sql)).collect();
        assert_eq!(hashes, RELEASED);
    }

    const RELEASED: [i64; 5] = [
        7_337_660_365_903_151_790,
        -947_123_527_150_973_278,
        -4_250_466_136_776_166_326,
        6_764_935_013_794_636_912,
        9_113_321_681_028_025_117,
    ];
}
