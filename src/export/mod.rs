//! Files of other programs' formats, as text. Writes nothing itself and knows no database.

mod report;

pub use report::{Sheet, SheetDomain, SheetItem, report_csv, report_html};
