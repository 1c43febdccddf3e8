//! The history as CSV and as JSON Lines. `README.md` documents the columns; both forms have the same names.

use crate::model::{CardId, Now};
use serde_json::json;

/// One row of the history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    /// When, with the local offset of that moment.
    pub at: Now,
    /// The card.
    pub card: CardId,
    /// `review`, or the word of a mark.
    pub what: &'static str,
    /// 1 Again to 4 Easy; none for a mark.
    pub rating: Option<u8>,
    /// Thinking time in milliseconds.
    pub taken_millis: Option<u32>,
    /// The kind of card that was shown.
    pub kind: Option<&'static str>,
    /// Who wrote it and its number there, as `device-number`.
    pub fact: String,
    /// Whether it was taken back.
    pub withdrawn: bool,
}

/// The instant as RFC 3339 with its own offset.
fn instant(at: Now) -> String {
    let sign = if at.offset.0 < 0 { '-' } else { '+' };
    let minutes = at.offset.0.unsigned_abs();
    format!("{}{sign}{:02}:{:02}", at.local().format("%Y-%m-%dT%H:%M:%S%.3f"), minutes / 60, minutes % 60)
}

/// Rows with a heading.
pub fn csv(rows: &[HistoryRow]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["at", "deck", "note", "card", "what", "rating", "taken_ms", "kind", "fact", "withdrawn"])?;
    for row in rows {
        let number = |value: Option<u32>| value.map_or(String::new(), |value| value.to_string());
        writer.write_record([
            instant(row.at).as_str(),
            row.card.deck.as_str(),
            row.card.note.as_str(),
            row.card.key.as_str(),
            row.what,
            &number(row.rating.map(u32::from)),
            &number(row.taken_millis),
            row.kind.unwrap_or_default(),
            &row.fact,
            if row.withdrawn { "true" } else { "false" },
        ])?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// An object a line.
pub fn json_lines(rows: &[HistoryRow]) -> String {
    let mut out = String::new();
    for row in rows {
        let line = json!({
            "at": instant(row.at), "deck": row.card.deck.as_str(), "note": row.card.note.as_str(), "card": row.card.key.as_str(), "what": row.what,
            "rating": row.rating, "taken_ms": row.taken_millis, "kind": row.kind, "fact": row.fact, "withdrawn": row.withdrawn,
        });
        out.push_str(&line.to_string());
        out.push('\n');
    }
    out
}
