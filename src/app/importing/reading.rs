//! Reading files for an import, here or on another thread.

use super::building::Builder;
use super::{Desk, ImportPlan};
use crate::app::{Collection, Error, Job, Waker};
use crate::disk;
use crate::import::{self, Column, DeckHead, Foreign, ForeignDeck, Format, ImportError, Progress, ReadOptions, Role, Take};
use crate::library::{folder_files, is_own_format};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most files that are read of a folder.
const MAX_FILES: usize = 5_000;
/// How deep a folder is looked through.
const MAX_DEPTH: usize = 6;

/// What the learner may say about a file before it is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportOptions {
    /// The format, in the word of [`import_formats`], where the guess is wrong.
    pub format: Option<&'static str>,
    /// For a table: what its columns are, in the words of [`import_roles`].
    pub columns: Option<Vec<&'static str>>,
    /// For Quizlet text: what stands between term and definition, and between two cards.
    pub between: Option<(String, String)>,
    /// For two columns: the second is the question.
    pub swap_sides: bool,
}

impl ImportOptions {
    fn to_read(&self, profiles: &BTreeMap<String, Vec<String>>) -> ReadOptions {
        ReadOptions {
            format: self.format.and_then(Format::parse),
            columns: self.columns.as_ref().map(|words| words.iter().filter_map(|word| Role::parse(word)).collect()),
            between_sides: self.between.as_ref().map(|(sides, _)| sides.clone()),
            between_cards: self.between.as_ref().map(|(_, cards)| cards.clone()),
            swap_sides: self.swap_sides,
            profiles: profiles
                .iter()
                .map(|(names, words)| (names.clone(), words.iter().filter_map(|word| Role::parse(word)).collect()))
                .collect(),
        }
    }
}

/// The formats that are read: a word for each, and its name.
pub fn import_formats() -> Vec<(&'static str, &'static str)> {
    Format::ALL.into_iter().map(|format| (format.word(), format.title())).collect()
}

/// What a column of a table can be.
pub fn import_roles() -> Vec<&'static str> {
    Role::ALL.into_iter().map(Role::word).collect()
}

/// How a column of a table was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportColumn {
    /// Its heading, or its number.
    pub name: String,
    /// What it is taken for.
    pub role: &'static str,
    /// What stands in it.
    pub sample: String,
}

impl From<&Column> for ImportColumn {
    fn from(column: &Column) -> Self {
        Self { name: column.name.clone(), role: column.role.word(), sample: column.sample.clone() }
    }
}

/// How far an import has come, and the way to stop it.
#[derive(Debug, Clone, Default)]
pub struct ImportProgress {
    progress: Arc<Progress>,
}

impl ImportProgress {
    pub(super) fn shared(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// The stage, and the share of it that is done where that is known.
    pub fn now(&self) -> (&'static str, Option<f32>) {
        self.progress.now()
    }

    /// Whether it can still be stopped: once everything is written, only what was written is read again.
    pub fn can_stop(&self) -> bool {
        self.now().0 != super::work::READING_DECKS
    }

    /// Stops it. What was not committed yet never is.
    pub fn stop(&self) {
        self.progress.stop();
    }

    /// Whether it was stopped.
    pub fn is_stopped(&self) -> bool {
        self.progress.is_stopped()
    }
}

impl Desk {
    /// What importing a file would do; a folder's files of other programs count as one.
    fn plan(&self, source: &Path, options: &ImportOptions, progress: &Progress) -> Result<Vec<ImportPlan>, Error> {
        if source.is_dir() {
            return self.plan_folder(source, options, progress);
        }
        let ending = source.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        if options.format.is_none() && (ending == "ron" || is_own_format(&disk::read_head(source, 4096)?)) {
            return Ok(vec![self.plan_own(source, disk::read(source, disk::MAX_TEXT_BYTES)?)]);
        }
        let options = options.to_read(&self.profiles);
        Ok(vec![self.taken(source, |take| import::read_file(source, &options, progress, take))?])
    }

    /// What a reader's notes and the rest of its file make.
    fn taken(&self, source: &Path, read: impl FnOnce(&mut dyn Take) -> Result<Foreign, ImportError>) -> Result<ImportPlan, Error> {
        let mut builder = Builder::new(self, source);
        match read(&mut builder) {
            Ok(foreign) => Ok(self.plan_foreign(source, foreign, builder)),
            Err(ImportError::Refused { line, column, message }) => {
                let mut plan = ImportPlan::new("file", "unknown");
                source.clone_into(&mut plan.source);
                plan.title = source.file_name().unwrap_or_default().to_string_lossy().into_owned();
                plan.refused = Some(if line > 0 { format!("line {line}, column {column}: {message}") } else { message });
                Ok(plan)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What notes that were kept make.
    fn plan_kept(&self, source: &Path, mut foreign: Foreign) -> ImportPlan {
        let mut builder = Builder::new(self, source);
        for deck in std::mem::take(&mut foreign.decks) {
            for note in deck.notes {
                builder.note(DeckHead { format: &foreign.format, title: &deck.title, summary: &deck.summary }, note);
            }
        }
        self.plan_foreign(source, foreign, builder)
    }

    fn plan_folder(&self, folder: &Path, options: &ImportOptions, progress: &Progress) -> Result<Vec<ImportPlan>, Error> {
        let mut plans = Vec::new();
        for file in folder_files(folder)? {
            plans.push(self.plan_own(&file, disk::read(&file, disk::MAX_TEXT_BYTES)?));
        }
        let mut files = disk::files_below(folder, "", MAX_DEPTH)?;
        files.retain(|file| {
            let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
            matches!(
                ending.as_str(),
                "md" | "markdown" | "txt" | "csv" | "tsv" | "gift" | "xml" | "json" | "apkg" | "colpkg" | "zip" | "cards"
            )
        });
        if files.len() > MAX_FILES {
            return Err(
                Error::user(format!("the folder holds {} files; {MAX_FILES} are read at most", files.len())).hint("import it part by part")
            );
        }
        progress.stage("Reading files", files.len() as u64)?;
        let read_options = options.to_read(&self.profiles);
        let mut whole = Foreign::default();
        for (done, file) in files.iter().enumerate() {
            progress.check()?;
            let mut decks: Vec<ForeignDeck> = Vec::new();
            let read = import::read_file(file, &read_options, &Progress::default(), &mut decks);
            match read.map(|foreign| Foreign { decks, ..foreign }) {
                Ok(foreign) if foreign.has_members() => plans.push(self.plan_kept(file, foreign)),
                Ok(foreign) => whole.absorb(foreign),
                // A folder of notes holds files without a card; they are passed over, and said so.
                Err(ImportError::Refused { line, message, .. }) => whole.refused(file, line, message),
                Err(error) => return Err(error.into()),
            }
            progress.done(done as u64)?;
        }
        if !whole.decks.is_empty() || plans.is_empty() {
            plans.push(self.plan_kept(folder, whole));
        }
        Ok(plans)
    }
}

impl Collection {
    /// Reads a file and says what importing it would do. Writes nothing.
    pub fn plan_import(&self, source: &Path) -> Result<ImportPlan, Error> {
        if source.is_dir() {
            return Err(disk::DiskError::NotAFile { path: source.to_owned() }.into());
        }
        let plans = self.plan_imports(source, &ImportOptions::default())?;
        plans.into_iter().next().ok_or_else(|| Error::bug("a file gave no plan"))
    }

    /// Reads a file or the files of a folder and says what importing them would do.
    pub fn plan_imports(&self, source: &Path, options: &ImportOptions) -> Result<Vec<ImportPlan>, Error> {
        self.desk().plan(source, options, &Progress::default())
    }

    /// Reads a text, as from the clipboard.
    pub fn plan_import_text(&self, text: &str, options: &ImportOptions) -> Result<ImportPlan, Error> {
        let (desk, source) = (self.desk(), PathBuf::from("clipboard"));
        if options.format.is_none() && is_own_format(text.as_bytes()) {
            return Ok(desk.plan_own(&source, text.as_bytes().to_vec()));
        }
        let options = options.to_read(&desk.profiles);
        desk.taken(&source, |take| import::read_bytes(&source, text.as_bytes().to_vec(), &options, &Progress::default(), take))
    }

    /// Reads files on another thread.
    pub fn plan_imports_job(
        &self,
        sources: Vec<PathBuf>,
        options: ImportOptions,
        progress: &ImportProgress,
        waker: Waker,
    ) -> Result<Job<Vec<ImportPlan>>, Error> {
        let (desk, progress) = (self.desk(), progress.shared());
        Job::spawn("read-import", waker, move || {
            let mut plans = Vec::new();
            for source in sources {
                plans.extend(desk.plan(&source, &options, &progress)?);
            }
            Ok(plans)
        })
    }

    /// Remembers how the columns of a table are to be understood, by its headings.
    pub fn remember_columns(&mut self, plan: &ImportPlan) -> Result<(), Error> {
        if plan.columns.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = plan.columns.iter().map(|column| column.name.as_str()).collect();
        let roles = plan.columns.iter().map(|column| column.role.to_owned()).collect();
        let mut settings = self.settings.clone();
        settings.import_profiles.insert(import::columns_key(&names), roles);
        self.set_settings(settings)
    }
}
