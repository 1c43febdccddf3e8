//! Where things are kept.

use std::path::PathBuf;

/// The variable that names another data folder.
pub const DATA_DIR_VARIABLE: &str = "ASCERTAIN_DATA_DIR";

/// The folders of one learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// History, settings and backups.
    pub data: PathBuf,
}

impl Paths {
    /// The folder asked for, or the system's place for a program's data: `$XDG_DATA_HOME/ascertain`, `%APPDATA%\Ascertain` or
    /// `~/Library/Application Support/Ascertain`. None if the system knows no home folder.
    pub fn find(asked: Option<PathBuf>) -> Option<Self> {
        let named = asked.or_else(|| std::env::var_os(DATA_DIR_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from));
        let data = named.or_else(system_folder)?;
        Some(Self { data })
    }

    /// The learner's own decks, unless the settings name another folder.
    pub fn decks(&self) -> PathBuf {
        self.data.join("decks")
    }

    /// Earlier versions of files that were replaced.
    pub fn replaced(&self) -> PathBuf {
        self.data.join("replaced")
    }

    /// The settings.
    pub fn settings(&self) -> PathBuf {
        self.data.join("settings.ron")
    }
}

fn system_folder() -> Option<PathBuf> {
    let folders = directories::BaseDirs::new()?;
    let name = if cfg!(target_os = "linux") { "ascertain" } else { "Ascertain" };
    Some(folders.data_dir().join(name))
}
