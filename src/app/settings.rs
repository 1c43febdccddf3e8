//! What a learner has set. The rules of scheduling are not here: they are facts of the history.

use super::error::Error;
use crate::disk;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What someone studies for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub enum Target {
    /// Nothing in particular.
    #[default]
    Nothing,
    /// An exam of the list, by id.
    Exam(String),
    /// Something else, in the learner's words.
    Other(String),
}

/// Settings, as they stand in `settings.ron`. Unknown fields are an error, so that a mistyped one is noticed; missing ones have
/// their default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// Size of everything, 0.8 to 2.
    pub zoom: f32,
    /// No movement.
    pub reduce_motion: bool,
    /// Whether the first questions were answered.
    pub welcomed: bool,
    /// What the learner studies for.
    pub target: Target,
    /// The day of the exam, as 2026-12-12.
    pub exam_date: Option<String>,
    /// Minutes a day.
    pub minutes_a_day: u32,
    /// Share of the minutes on each weekday from Monday, in per cent.
    pub weekdays: [u8; 7],
    /// Days without study, as 2026-12-24.
    pub days_off: BTreeSet<String>,
    /// New cards a day, where no exam is planned for.
    pub new_cards_a_day: u32,
    /// Time on one card counts up to this, in seconds.
    pub cap_seconds: u32,
    /// Decks that are not studied.
    pub hidden_decks: BTreeSet<String>,
    /// The folder of the learner's own decks; none for the one in the data folder.
    pub decks_folder: Option<PathBuf>,
    /// How tables with these headings are understood when they are imported.
    pub import_profiles: BTreeMap<String, Vec<String>>,
    /// Searches the learner named.
    pub searches: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            zoom: 1.0,
            reduce_motion: false,
            welcomed: false,
            target: Target::Nothing,
            exam_date: None,
            minutes_a_day: 30,
            weekdays: [100; 7],
            days_off: BTreeSet::new(),
            new_cards_a_day: 20,
            cap_seconds: 60,
            hidden_decks: BTreeSet::new(),
            decks_folder: None,
            import_profiles: BTreeMap::new(),
            searches: BTreeMap::new(),
        }
    }
}

const MAX_BYTES: u64 = 1024 * 1024;

impl Settings {
    /// Reads them. If they cannot be read the file is kept aside and the defaults hold, with a sentence that says so.
    pub fn load(path: &Path) -> (Self, Option<String>) {
        let bytes = match disk::read(path, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.io().is_some_and(|io| io.kind() == std::io::ErrorKind::NotFound) => return (Self::default(), None),
            Err(error) => return (Self::default(), Some(format!("The settings could not be read: {error}."))),
        };
        match reader().from_bytes::<Self>(&bytes) {
            Ok(settings) => (settings.in_range(), None),
            Err(error) => {
                let aside = path.with_extension("ron.bad");
                let kept = match disk::rename(path, &aside) {
                    Ok(()) => format!("the file was kept as {}", aside.display()),
                    Err(_) => "the file stays where it is".to_owned(),
                };
                (Self::default(), Some(format!("The settings could not be understood ({error}); {kept} and the defaults hold.")))
            }
        }
    }

    /// Writes them.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let text = reader().to_string_pretty(self, ron::ser::PrettyConfig::default()).map_err(|error| Error::bug(error.to_string()))?;
        Ok(disk::write(path, text.as_bytes())?)
    }

    /// The day of the exam.
    pub fn exam_day(&self) -> Option<NaiveDate> {
        self.exam_date.as_deref().and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
    }

    /// Whatever the file says, no value is absurd.
    #[must_use]
    pub fn in_range(mut self) -> Self {
        self.zoom = if self.zoom.is_finite() { self.zoom.clamp(0.8, 2.0) } else { 1.0 };
        self.minutes_a_day = self.minutes_a_day.clamp(1, 24 * 60);
        self.weekdays = self.weekdays.map(|share| share.min(100));
        self.days_off.retain(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok());
        self.new_cards_a_day = self.new_cards_a_day.min(9_999);
        self.cap_seconds = self.cap_seconds.clamp(5, 3_600);
        self
    }
}

fn reader() -> ron::Options {
    ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_back_and_bad_ones_are_kept_aside() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.ron");
        assert_eq!(Settings::load(&path), (Settings::default(), None));
        let settings = Settings { target: Target::Exam("aws-scs-c03".into()), exam_date: Some("2026-12-12".into()), ..Settings::default() };
        settings.save(&path).expect("saved");
        assert_eq!(Settings::load(&path), (settings.clone(), None));
        assert_eq!(settings.exam_day().map(|day| day.to_string()).as_deref(), Some("2026-12-12"));
        for bad in [&b"(theme: Purple)"[..], b"", b"\xff\xfe", b"(zoom: \"big\")", b"(colour: 3)"] {
            disk::write(&path, bad).expect("written");
            let (settings, warning) = Settings::load(&path);
            assert_eq!((settings, warning.is_some()), (Settings::default(), true), "{bad:?}");
            assert_eq!(disk::read(&path.with_extension("ron.bad"), 100).expect("kept"), bad);
        }
        disk::write(&path, b"(zoom: NaN, minutes_a_day: 0)").expect("written");
        let (settings, _) = Settings::load(&path);
        assert_eq!((settings.zoom, settings.minutes_a_day), (1.0, 1));
    }
}
