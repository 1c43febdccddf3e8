//! The command line: the second client of the use cases, and the only place that prints.

mod decks;
mod exam;
mod history;
mod study;

use crate::app::{
    Collection, Duplicates, Error, ErrorKind, ExportFormat, FixedClock, ImportOptions, Options, Paths, SystemClock, import_formats,
};
use crate::model::{Clock, Timestamp, UtcOffset};
use clap::{Parser, Subcommand};
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Trains for cloud and AI security certifications: cited cards, spaced repetition, your own decks.
#[derive(Debug, Clone, Parser)]
#[command(version, subcommand_precedence_over_arg = true, after_help = EXIT_CODES)]
pub struct Arguments {
    /// Deck files to bring in when the window opens
    pub files: Vec<PathBuf>,
    /// Close the window once its first frame is painted: for measuring the start
    #[arg(long, hide = true)]
    pub first_frame: bool,
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 the input has problems, 2 wrong usage, 3 the environment, 4 a fault of the program.";

#[derive(Debug, Clone, clap::Args)]
struct Global {
    /// Keep history, settings and decks in this folder (or set `ASCERTAIN_DATA_DIR`)
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Take this as the time, for repeatable runs
    #[arg(long, global = true, hide = true, value_name = "RFC3339", value_parser = read_time)]
    now: Option<FixedClock>,
    /// Seed of everything random, for repeatable runs
    #[arg(long, global = true, hide = true, value_name = "N")]
    seed: Option<u64>,
}

fn read_time(text: &str) -> Result<FixedClock, String> {
    let time = chrono::DateTime::parse_from_rfc3339(text).map_err(|error| error.to_string())?;
    Ok(FixedClock { at: Timestamp(time.timestamp_millis()), offset: UtcOffset(time.offset().local_minus_utc() / 60) })
}

fn read_format(text: &str) -> Result<&'static str, String> {
    let words: Vec<&str> = import_formats().into_iter().map(|(word, _)| word).collect();
    words.iter().find(|word| **word == text).copied().ok_or_else(|| format!("there are {}", words.join(", ")))
}

/// What to do with notes that are here already.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum DuplicatesChoice {
    /// The file's version takes their place; their history stays
    Update,
    /// They stay as they are
    Keep,
    /// Both are kept
    Both,
}

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// Look for problems in deck files or folders
    Check {
        /// Files or folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Print findings as JSON
        #[arg(long)]
        json: bool,
    },
    /// Lay deck files out; only white space changes
    Fmt {
        /// Files or folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Change nothing, only say which files would change
        #[arg(long)]
        check: bool,
    },
    /// Bring decks in: our own files, Anki packages and text, CSV, GIFT, QTI, Moodle XML, Markdown banks and more
    Import {
        /// Files or folders
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The format, where the guess is wrong
        #[arg(long, value_name = "FORMAT", value_parser = read_format)]
        format: Option<&'static str>,
        /// What to do with notes that are here already
        #[arg(long, value_enum, default_value = "update")]
        duplicates: DuplicatesChoice,
        /// Leave answers and schedules out
        #[arg(long)]
        no_history: bool,
        /// Write nothing, only say what would happen
        #[arg(long)]
        dry_run: bool,
        /// Print the outcome as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write decks, the history or everything to a file
    Export {
        /// Id of the deck
        #[arg(required_unless_present_any = ["own", "history", "everything"], conflicts_with_all = ["own", "history", "everything"])]
        deck: Option<String>,
        /// The format
        #[arg(long, value_enum, default_value = "ron")]
        format: FormatChoice,
        /// All decks of your own, as one Anki package
        #[arg(long, conflicts_with_all = ["history", "everything"])]
        own: bool,
        /// Leave answers and schedules out
        #[arg(long)]
        no_history: bool,
        /// The history instead of a deck
        #[arg(long, value_enum, value_name = "FORM", conflicts_with = "everything")]
        history: Option<HistoryForm>,
        /// History, decks, pictures and settings in one archive, which `restore` brings back
        #[arg(long, requires = "output")]
        everything: bool,
        /// The file; standard output if not given
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// List the cards a search finds
    Search {
        /// The search, such as `deck:iam is:due prop:s>30`; all cards if not given
        #[arg(allow_hyphen_values = true)]
        query: Vec<String>,
        /// Print as JSON, with what is known of each card
        #[arg(long)]
        json: bool,
    },
    /// Say what is due
    Due {
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Say what was done
    Stats {
        /// How many days back
        #[arg(long, default_value_t = 30)]
        days: u32,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Study line by line in the terminal; needs no display and reads well aloud
    Study {
        /// A search, such as `deck:iam is:due`; today's plan if not given
        query: Vec<String>,
        /// Study ahead: cards that are not due yet
        #[arg(long)]
        ahead: bool,
    },
    /// Mock exams: list, take one line by line, report
    #[command(subcommand)]
    Exam(exam::ExamCommand),
    /// Make a backup of the history now, or list those there are
    Backup {
        /// List backups instead
        #[arg(long)]
        list: bool,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Put a backup in the place of the history, or an archive of everything in the place of everything; what was there is kept
    Restore {
        /// The backup
        file: PathBuf,
    },
    /// Look for damage in the history
    Verify {
        /// Print findings as JSON
        #[arg(long)]
        json: bool,
    },
    /// Fold all cards again from the history's facts
    Rebuild,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum FormatChoice {
    /// The deck format of this program
    Ron,
    /// An Anki package, with schedules and answers
    Apkg,
    /// Anki's text form
    AnkiText,
    /// A table for spreadsheets
    Csv,
    /// Markdown
    Markdown,
    /// Moodle GIFT
    Gift,
    /// A QTI 3.0 package
    Qti,
}

impl From<FormatChoice> for ExportFormat {
    fn from(choice: FormatChoice) -> Self {
        match choice {
            FormatChoice::Ron => Self::Ron,
            FormatChoice::Apkg => Self::Apkg,
            FormatChoice::AnkiText => Self::AnkiText,
            FormatChoice::Csv => Self::Csv,
            FormatChoice::Markdown => Self::Markdown,
            FormatChoice::Gift => Self::Gift,
            FormatChoice::Qti => Self::Qti,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum HistoryForm {
    /// A table
    Csv,
    /// JSON Lines
    Jsonl,
}

impl Arguments {
    /// Whether a command was given; without one the window opens.
    pub fn has_command(&self) -> bool {
        self.command.is_some()
    }

    fn clock(&self) -> Box<dyn Clock> {
        match self.global.now {
            Some(fixed) => Box::new(fixed),
            None => Box::new(SystemClock::new()),
        }
    }

    fn paths(&self) -> Result<Paths, Error> {
        let none = || Error::environment("the system names no home folder").hint("name a folder with --data-dir");
        Paths::find(self.global.data_dir.clone()).ok_or_else(none)
    }

    /// How to open the collection these arguments ask for.
    pub fn options(&self, read_only: bool) -> Result<Options, Error> {
        Ok(Options { paths: self.paths()?, clock: self.clock(), seed: self.global.seed, read_only })
    }

    fn open(&self, read_only: bool) -> Result<Collection, Error> {
        let mut collection = Collection::open(self.options(read_only)?)?;
        collection.load()?;
        if !read_only && let Err(error) = collection.daily_backup() {
            // Studying goes on without it; the next start tries again.
            fail(&error);
        }
        Ok(collection)
    }
}

/// How a command ended when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// The input has problems, which were printed.
    Problems,
}

/// Runs the command that was asked for.
pub fn run(arguments: &Arguments, input: &mut dyn BufRead, out: &mut dyn Write) -> ExitCode {
    match dispatch(arguments, input, out) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Problems) => ExitCode::from(1),
        Err(error) => fail(&error),
    }
}

/// Prints an error with its hints, and gives the exit code of its kind.
#[expect(clippy::print_stderr, reason = "the command line prints")]
pub fn fail(error: &Error) -> ExitCode {
    eprintln!("error: {error}");
    for hint in &error.hints {
        eprintln!("hint: {hint}");
    }
    ExitCode::from(match error.kind {
        ErrorKind::User => 1,
        ErrorKind::Environment => 3,
        ErrorKind::Bug => 4,
    })
}

fn dispatch(arguments: &Arguments, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<Outcome, Error> {
    let Some(command) = &arguments.command else {
        return Err(
            Error::user("this build has no window").hint("`ascertain study` works without one; `ascertain --help` lists the commands")
        );
    };
    match command {
        Command::Check { paths, json } => decks::check(paths, *json, arguments.clock().as_ref(), out),
        Command::Fmt { paths, check } => decks::format(paths, *check, out),
        Command::Import { files, format, duplicates, no_history, dry_run, json } => {
            let duplicates = match duplicates {
                DuplicatesChoice::Update => Duplicates::Update,
                DuplicatesChoice::Keep => Duplicates::Keep,
                DuplicatesChoice::Both => Duplicates::KeepBoth,
            };
            let options = ImportOptions { format: *format, ..ImportOptions::default() };
            let wish = decks::Wish { options, duplicates, with_history: !no_history, dry_run: *dry_run, json: *json };
            decks::import(arguments.open(*dry_run)?, files, &wish, out)
        }
        Command::Search { query, json } => decks::search(&arguments.open(true)?, &query.join(" "), *json, out),
        Command::Export { deck, format, own, no_history, history, everything, output } => {
            let collection = arguments.open(!everything)?;
            if let Some(form) = history {
                return decks::export_history(&collection, *form == HistoryForm::Jsonl, output.as_deref(), out);
            }
            if *everything {
                let path = output.as_deref().unwrap_or(std::path::Path::new("everything.zip"));
                return decks::exported(&collection.export_everything(path)?, path, out);
            }
            let wanted = if *own { None } else { deck.as_deref() };
            decks::export(&collection, wanted, (*format).into(), !no_history, output.as_deref(), out)
        }
        Command::Due { json } => history::due(&mut arguments.open(true)?, *json, out),
        Command::Stats { days, json } => history::stats(&arguments.open(true)?, *days, *json, out),
        Command::Study { query, ahead } => study::study(&mut arguments.open(false)?, &query.join(" "), *ahead, input, out),
        Command::Exam(command) => exam::run(&mut arguments.open(command.only_reads())?, command, input, out),
        Command::Backup { list, json } => history::backup(&mut arguments.open(*list)?, *list, *json, out),
        Command::Restore { file } => history::restore(&arguments.paths()?, file, arguments.clock().as_ref(), out),
        Command::Verify { json } => history::verify(&arguments.open(true)?, *json, out),
        Command::Rebuild => history::rebuild(&mut arguments.open(false)?, out),
    }
}

/// A line on standard output. A reader that went away is not an error: `ascertain check | head` ends quietly.
fn line(out: &mut dyn Write, text: impl AsRef<str>) -> Result<(), Error> {
    let written = writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Error::environment("cannot write to standard output").because(error)),
        Ok(()) => Ok(()),
    }
}

fn json_line(out: &mut dyn Write, value: &serde_json::Value) -> Result<(), Error> {
    line(out, format!("{value:#}"))
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn files_and_commands_are_told_apart() {
        let read = |words: &[&str]| {
            Arguments::try_parse_from(std::iter::once(&"ascertain").chain(words)).map(|a| (a.has_command(), a.files.len()))
        };
        assert_eq!(read(&[]).expect("nothing"), (false, 0));
        assert_eq!(read(&["a.ron", "b.ron"]).expect("files"), (false, 2));
        assert_eq!(read(&["check", "decks"]).expect("a command"), (true, 0));
        assert!(read(&["check"]).is_err() && read(&["--now", "yesterday"]).is_err());
    }
}
