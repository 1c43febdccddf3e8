//! The rows of a collection, read from a database nobody trusts.

use super::super::foreign::Findings;
use super::super::{ImportError, Progress};
use super::log::{Log, LogEntry, LogRow};
use super::proto::{DeckKind, NotetypeConfig, TemplateConfig};
use prost::Message as _;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, Row};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// A collection with everything that is taken of it but its notes, which are read one by one.
#[derive(Debug, Default)]
pub(super) struct Collection {
    /// When it was made, in seconds.
    pub(super) created: i64,
    /// How far local time was behind UTC then, in minutes, if it says so.
    pub(super) creation_west_minutes: Option<i32>,
    pub(super) notetypes: HashMap<i64, Notetype>,
    pub(super) decks: BTreeMap<i64, DeckRow>,
    /// By note, then by template.
    pub(super) cards: Vec<CardRow>,
    /// What the review log says of each card.
    pub(super) log: Log,
}

/// How notes of a kind become cards.
#[derive(Debug, Clone, Default)]
pub(super) struct Notetype {
    pub(super) name: String,
    pub(super) is_cloze: bool,
    pub(super) fields: Vec<String>,
    /// Question and answer.
    pub(super) templates: Vec<(String, String)>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct DeckRow {
    pub(super) name: String,
    pub(super) description: String,
}

/// A note as it stands in its row.
#[derive(Debug)]
pub(super) struct NoteRow<'r> {
    pub(super) id: i64,
    pub(super) guid: Cow<'r, str>,
    pub(super) notetype: i64,
    pub(super) tags: Cow<'r, str>,
    pub(super) fields: Cow<'r, str>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CardRow {
    pub(super) id: i64,
    pub(super) note: i64,
    pub(super) deck: i64,
    pub(super) due: i64,
    pub(super) ord: i32,
    pub(super) kind: i32,
    pub(super) queue: i32,
    pub(super) interval: i32,
    pub(super) factor: i32,
    pub(super) reps: i32,
    pub(super) lapses: i32,
    pub(super) flags: i32,
    pub(super) memory: Option<(f32, f32)>,
    /// In seconds; 0 if it is not said.
    pub(super) last_review: i64,
}

/// Most rows of a table.
const MAX_ROWS: usize = 20_000_000;

fn unreadable(error: &rusqlite::Error) -> ImportError {
    let text = error.to_string();
    if text.contains("interrupted") {
        return ImportError::Cancelled;
    }
    ImportError::refused(format!("the collection in it is damaged, or not Anki's: {text}"))
}

/// Opens a database for reading alone, with everything off that a file could use against its reader.
fn open(path: &Path, progress: &Progress) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let name: String = path.to_string_lossy().bytes().map(uri_byte).collect();
    // Immutable: no journal and no lock is looked for, and a file in write-ahead mode opens without its other files.
    let mut connection = Connection::open_with_flags(format!("file:{name}?immutable=1"), flags)?;
    for (config, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    ] {
        connection.set_db_config(config, on)?;
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_COLUMN, 100),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 20),
        (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
    ] {
        connection.set_limit(limit, most)?;
    }
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.create_collation("unicase", |a, b| a.to_lowercase().cmp(&b.to_lowercase()))?;
    // Asked every so often while SQLite works, so that even a check of the whole file can be stopped.
    let stopped = progress.stopper();
    connection.progress_handler(20_000, Some(move || stopped.load(std::sync::atomic::Ordering::Relaxed)))?;
    Ok(connection)
}

fn uri_byte(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b':') {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02x}")
    }
}

/// Only tables and indexes that hold rows; nothing that runs something when it is read.
fn check_schema(connection: &Connection) -> Result<(), ImportError> {
    let mut statement =
        connection.prepare("select type, name, coalesce(sql, '') from sqlite_schema").map_err(|error| unreadable(&error))?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)));
    for row in rows.map_err(|error| unreadable(&error))? {
        let (kind, name, sql) = row.map_err(|error| unreadable(&error))?;
        let lower = sql.to_lowercase();
        let active = lower.contains("virtual table") || lower.contains("generated always") || lower.contains(" as (");
        if !matches!(kind.as_str(), "table" | "index") || active {
            return Err(ImportError::refused(format!("the collection holds a {kind} `{name}`, as Anki never writes it")));
        }
    }
    Ok(())
}

/// A collection whose notes can be read.
pub(super) struct Opened {
    connection: Connection,
    pub(super) collection: Collection,
}

impl Opened {
    pub(super) fn read(path: &Path, findings: &mut Findings, progress: &Progress) -> Result<Self, ImportError> {
        let mut connection = open(path, progress).map_err(|error| unreadable(&error))?;
        check_schema(&connection)?;
        let verdict: String = connection.query_row("pragma quick_check(1)", [], |row| row.get(0)).map_err(|error| unreadable(&error))?;
        if verdict != "ok" {
            return Err(ImportError::refused(format!("the collection in it is damaged: {verdict}")));
        }
        progress.check()?;
        connection
            .authorizer(Some(|context: rusqlite::hooks::AuthContext<'_>| match context.action {
                AuthAction::Select | AuthAction::Read { .. } | AuthAction::Function { function_name: "coalesce" | "min" | "max" } => {
                    Authorization::Allow
                }
                _ => Authorization::Deny,
            }))
            .map_err(|error| unreadable(&error))?;
        let mut collection = Collection::default();
        let version = collection.read_col(&connection)?;
        if version >= 15 {
            collection.read_tables(&connection)?;
        }
        collection.read_cards(&connection, findings)?;
        collection.read_log(&connection, progress, findings)?;
        Ok(Self { connection, collection })
    }

    /// Every note in the order of their numbers, as long as `take` has no error.
    pub(super) fn each_note(&self, mut take: impl FnMut(&NoteRow<'_>) -> Result<(), ImportError>) -> Result<(), ImportError> {
        let mut failed = None;
        each(&self.connection, "select id, guid, mid, tags, flds from notes order by id", |row| {
            let (guid, tags, fields) = (text(row, 1)?, text(row, 3)?, text(row, 4)?);
            let note = NoteRow { id: row.get(0)?, guid, notetype: row.get(2)?, tags, fields };
            take(&note).map_err(|error| {
                failed = Some(error);
                rusqlite::Error::InvalidQuery
            })
        })
        .map_err(|error| failed.take().unwrap_or(error))
    }
}

/// How far through the log an instant is, in thousandths: rows are numbered by their instant, and the first and the last are found at
/// once, where counting all of them would read the whole table.
struct Span {
    first: i64,
    last: i64,
}

impl Span {
    fn of_log(connection: &Connection) -> Result<Self, ImportError> {
        let end = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0)).map_err(|error| unreadable(&error));
        let (first, last) = (end("select min(id) from revlog")?, end("select max(id) from revlog")?);
        Ok(Self { first: first.unwrap_or(0), last: last.unwrap_or(0) })
    }

    fn share(&self, at: i64) -> u64 {
        let (done, all) = (i128::from(at) - i128::from(self.first), i128::from(self.last) - i128::from(self.first));
        u64::try_from(done.max(0) * 1_000 / all.max(1)).unwrap_or(0)
    }
}

impl Collection {
    /// The one row of `col`; returns the version of the schema.
    fn read_col(&mut self, connection: &Connection) -> Result<i64, ImportError> {
        let sql = "select ver, crt, conf, models, decks from col limit 1";
        let text = |row: &Row<'_>, index| row.get::<_, Option<String>>(index).map(Option::unwrap_or_default);
        let (version, created, conf, models, decks) = connection
            .query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, text(row, 2)?, text(row, 3)?, text(row, 4)?)))
            .map_err(|error| unreadable(&error))?;
        if !(11..=18).contains(&version) {
            return Err(ImportError::refused(format!("the collection has layout {version}; 11 to 18 are read")));
        }
        self.created = created;

        if version < 15 {
            let conf: Value = serde_json::from_str(&conf).unwrap_or_default();
            self.take_config(|key| conf.get(key).cloned());
            self.notetypes = json_notetypes(&models);
            self.decks = json_decks(&decks);
        }
        Ok(version)
    }

    fn take_config(&mut self, value: impl Fn(&str) -> Option<Value>) {
        let west = value("creationOffset").and_then(|offset| offset.as_i64()).and_then(|offset| i32::try_from(offset).ok());
        self.creation_west_minutes = west.filter(|minutes| minutes.abs() <= 24 * 60);
    }

    /// Schema 15 and later: a table for everything.
    fn read_tables(&mut self, connection: &Connection) -> Result<(), ImportError> {
        let mut config: HashMap<String, Vec<u8>> = HashMap::new();
        each(connection, "select key, val from config", |row| {
            config.insert(row.get(0)?, row.get(1)?);
            Ok(())
        })?;
        self.take_config(|key| config.get(key).and_then(|bytes| serde_json::from_slice(bytes).ok()));
        each(connection, "select id, name, config from notetypes", |row| {
            let blob: Vec<u8> = row.get(2)?;
            let is_cloze = NotetypeConfig::decode(blob.as_slice()).is_ok_and(|config| config.kind == 1);
            self.notetypes.insert(row.get(0)?, Notetype { name: row.get(1)?, is_cloze, ..Notetype::default() });
            Ok(())
        })?;
        let mut fields: BTreeMap<(i64, i64), String> = BTreeMap::new();
        each(connection, "select ntid, ord, name from fields", |row| {
            fields.insert((row.get(0)?, row.get(1)?), row.get(2)?);
            Ok(())
        })?;
        for ((notetype, _), name) in fields {
            self.notetypes.entry(notetype).or_default().fields.push(name);
        }
        let mut templates: BTreeMap<(i64, i64), (String, String)> = BTreeMap::new();
        each(connection, "select ntid, ord, config from templates", |row| {
            let blob: Vec<u8> = row.get(2)?;
            let config = TemplateConfig::decode(blob.as_slice()).unwrap_or_default();
            templates.insert((row.get(0)?, row.get(1)?), (config.question, config.answer));
            Ok(())
        })?;
        for ((notetype, _), template) in templates {
            self.notetypes.entry(notetype).or_default().templates.push(template);
        }
        each(connection, "select id, name, kind from decks", |row| {
            let (name, blob): (String, Vec<u8>) = (row.get(1)?, row.get(2)?);
            let kind = DeckKind::decode(blob.as_slice()).unwrap_or_default();
            let description = kind.normal.map(|normal| normal.description).unwrap_or_default();
            self.decks.insert(row.get(0)?, DeckRow { name: name.replace('\u{1f}', "::"), description });
            Ok(())
        })
    }

    fn read_cards(&mut self, connection: &Connection, findings: &mut Findings) -> Result<(), ImportError> {
        let sql = "select id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, odue, odid, flags, data from cards";
        let mut filtered = 0;
        each(connection, sql, |row| {
            within_limits(self.cards.len(), true)?;
            let small = |index| number(row, index).map(small);
            let mut card = CardRow {
                id: row.get(0)?,
                note: row.get(1)?,
                deck: row.get(2)?,
                due: number(row, 6)?,
                ord: small(3)?,
                kind: small(4)?,
                queue: small(5)?,
                interval: small(7)?,
                factor: small(8)?,
                reps: small(9)?,
                lapses: small(10)?,
                flags: small(13)?,
                ..CardRow::default()
            };
            let (real_due, real_deck): (i64, i64) = (number(row, 11)?, number(row, 12)?);
            if real_deck != 0 {
                card.deck = real_deck;
                card.due = if real_due == 0 { card.due } else { real_due };
                filtered += 1;
            }
            take_data(&mut card, row.get_ref(14)?.as_bytes().unwrap_or_default());
            self.cards.push(card);
            Ok(())
        })?;
        if filtered > 0 {
            findings.changed(0, format!("{filtered} cards stood in a filtered deck and are back in their own"));
        }
        self.cards.sort_by_key(|card| (card.note, card.ord));
        Ok(())
    }

    fn read_log(&mut self, connection: &Connection, progress: &Progress, findings: &mut Findings) -> Result<(), ImportError> {
        let places: HashMap<i64, u32> = self.cards.iter().enumerate().map(|(place, card)| (card.id, place as u32)).collect();
        let mut rows: Vec<LogRow> = Vec::new();
        let (mut gone, mut seen) = (0, 0);
        let span = Span::of_log(connection)?;
        progress.stage("Reading reviews", 1_000)?;
        // Rows are numbered by their instant.
        each(connection, "select id, cid, ease, lastIvl, factor, time, type from revlog order by id", |row| {
            seen += 1;
            let at = row.get(0)?;
            if seen % 1_024 == 0 {
                within_limits(seen, progress.done(span.share(at)).is_ok())?;
            }
            let Some(card) = places.get(&number(row, 1)?) else {
                gone += 1;
                return Ok(());
            };
            let entry = LogEntry {
                ease: number(row, 2)?,
                last_interval: number(row, 3)?,
                factor: number(row, 4)?,
                taken_millis: number(row, 5)?,
                kind: number(row, 6)?,
            };
            rows.push(LogRow::new(*card, at, entry));
            Ok(())
        })?;
        if gone > 0 {
            findings.changed(0, format!("{gone} answers were given to cards that are no longer there; they have nowhere to go"));
        }
        self.log = Log::of(self.cards.len(), rows);
        Ok(())
    }
}

/// A text, whatever Anki made of it: a field that looks like a number may be stored as one.
fn text<'r>(row: &'r Row<'_>, index: usize) -> rusqlite::Result<Cow<'r, str>> {
    use rusqlite::types::ValueRef;
    Ok(match row.get_ref(index)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes),
        ValueRef::Integer(number) => number.to_string().into(),
        ValueRef::Real(number) => number.to_string().into(),
        ValueRef::Null => "".into(),
    })
}

/// A number, whatever an add-on made of it.
fn number(row: &Row<'_>, index: usize) -> rusqlite::Result<i64> {
    use rusqlite::types::ValueRef;
    Ok(match row.get_ref(index)? {
        ValueRef::Integer(number) => number,
        ValueRef::Real(number) => number as i64,
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).unwrap_or(0),
        ValueRef::Blob(_) | ValueRef::Null => 0,
    })
}

/// A number within 32 bits, the nearest if it is not.
fn small(value: i64) -> i32 {
    i32::try_from(value.clamp(i64::from(i32::MIN), i64::from(i32::MAX))).unwrap_or(0)
}

fn within_limits(rows: usize, wanted: bool) -> rusqlite::Result<()> {
    if rows > MAX_ROWS {
        return Err(rusqlite::Error::InvalidParameterName("it has more rows than are read".to_owned()));
    }
    if wanted { Ok(()) } else { Err(rusqlite::Error::InvalidParameterName("interrupted".to_owned())) }
}

fn each(connection: &Connection, sql: &str, mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>) -> Result<(), ImportError> {
    let run = || -> rusqlite::Result<()> {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        Ok(())
    };
    let mut run = run;
    run().map_err(|error| unreadable(&error))
}

/// The halves of a memory, and when it was last used.
#[derive(serde::Deserialize)]
struct Data {
    s: Option<f32>,
    d: Option<f32>,
    lrt: Option<i64>,
}

/// `cards.data`: JSON in which both halves of the memory must stand.
fn take_data(card: &mut CardRow, data: &[u8]) {
    if data.len() < 5 {
        return;
    }
    let Ok(data) = serde_json::from_slice::<Data>(data) else { return };
    if let (Some(stability), Some(difficulty)) = (data.s, data.d)
        && stability.is_finite()
        && stability > 0.0
        && (1.0..=10.0).contains(&difficulty)
    {
        card.memory = Some((stability, difficulty));
    }
    card.last_review = data.lrt.unwrap_or(0).max(0);
}

fn json_notetypes(text: &str) -> HashMap<i64, Notetype> {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let Some(models) = value.as_object() else { return HashMap::new() };
    let string = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |value: &Value, key: &str| {
        let mut items: Vec<Value> = value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        items.sort_by_key(|item| item.get("ord").and_then(Value::as_i64));
        items
    };
    let notetype = |model: &Value| Notetype {
        name: string(model, "name"),
        is_cloze: model.get("type").and_then(Value::as_i64) == Some(1),
        fields: list(model, "flds").iter().map(|field| string(field, "name")).collect(),
        templates: list(model, "tmpls").iter().map(|template| (string(template, "qfmt"), string(template, "afmt"))).collect(),
    };
    models.iter().filter_map(|(id, model)| Some((id.parse().ok()?, notetype(model)))).collect()
}

fn json_decks(text: &str) -> BTreeMap<i64, DeckRow> {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let Some(decks) = value.as_object() else { return BTreeMap::new() };
    let string = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    decks
        .iter()
        .filter_map(|(id, deck)| Some((id.parse().ok()?, DeckRow { name: string(deck, "name"), description: string(deck, "desc") })))
        .collect()
}
