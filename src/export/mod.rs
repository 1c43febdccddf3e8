//! Files of other programs' formats. Writes to what it is given, and never to our own database.

mod apkg;
mod archive;
mod deck;
mod gift;
mod history;
mod markdown;
mod markup;
mod qti;
mod report;
mod table;

pub use apkg::{PackageError, write as write_package};
pub use archive::write as write_archive;
pub use deck::{ExportAnswer, ExportCard, ExportDeck};
pub use gift::write as write_gift;
pub use history::{HistoryRow, csv as history_csv, json_lines as history_json_lines};
pub use markdown::write as write_markdown;
pub use qti::write as write_qti;
pub use report::{Sheet, SheetDomain, SheetItem, report_csv, report_html};
pub use table::{TableError, anki_text as write_anki_text, csv as write_csv};
