//! What a file is, by what is in it. The ending decides only where two formats look the same.

use super::archive::ending;
use std::path::Path;

/// How much of a file is looked at to tell whether it is an archive.
pub(super) const HEAD: u64 = 64;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// `.apkg`, `.colpkg`.
    AnkiPackage,
    /// Text with `#` lines before it.
    AnkiText,
    /// Columns with a heading or without.
    Table,
    /// Terms and definitions with separators of one's own.
    Quizlet,
    /// Moodle GIFT.
    Gift,
    /// Aiken.
    Aiken,
    /// Moodle XML.
    MoodleXml,
    /// One IMS QTI document.
    Qti,
    /// An IMS QTI package.
    QtiPackage,
    /// A Mnemosyne `.cards` archive.
    MnemosyneCards,
    /// Mnemosyne XML.
    Mnemosyne,
    /// hashcards Markdown.
    Hashcards,
    /// Markdown of the Obsidian plug-in for spaced repetition.
    Obsidian,
    /// Question banks in Markdown.
    MarkdownBank,
    /// CBT-Exam Markdown.
    Cbt,
    /// text2qti Markdown.
    Text2Qti,
    /// JSON.
    Json,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::AnkiPackage,
        Self::AnkiText,
        Self::Table,
        Self::Quizlet,
        Self::Gift,
        Self::Aiken,
        Self::MoodleXml,
        Self::Qti,
        Self::QtiPackage,
        Self::MnemosyneCards,
        Self::Mnemosyne,
        Self::Hashcards,
        Self::Obsidian,
        Self::MarkdownBank,
        Self::Cbt,
        Self::Text2Qti,
        Self::Json,
    ];

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::AnkiPackage => "Anki package",
            Self::AnkiText => "Anki text",
            Self::Table => "table",
            Self::Quizlet => "Quizlet text",
            Self::Gift => "Moodle GIFT",
            Self::Aiken => "Aiken",
            Self::MoodleXml => "Moodle XML",
            Self::Qti => "QTI document",
            Self::QtiPackage => "QTI package",
            Self::MnemosyneCards => "Mnemosyne cards",
            Self::Mnemosyne => "Mnemosyne XML",
            Self::Hashcards => "hashcards Markdown",
            Self::Obsidian => "Obsidian flashcards",
            Self::MarkdownBank => "Markdown question bank",
            Self::Cbt => "CBT-Exam Markdown",
            Self::Text2Qti => "text2qti Markdown",
            Self::Json => "JSON question bank",
        }
    }

    /// The word for the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::AnkiPackage => "apkg",
            Self::AnkiText => "anki-text",
            Self::Table => "table",
            Self::Quizlet => "quizlet",
            Self::Gift => "gift",
            Self::Aiken => "aiken",
            Self::MoodleXml => "moodle-xml",
            Self::Qti => "qti",
            Self::QtiPackage => "qti-package",
            Self::MnemosyneCards => "mnemosyne-cards",
            Self::Mnemosyne => "mnemosyne-xml",
            Self::Hashcards => "hashcards",
            Self::Obsidian => "obsidian",
            Self::MarkdownBank => "markdown-bank",
            Self::Cbt => "cbt",
            Self::Text2Qti => "text2qti",
            Self::Json => "json",
        }
    }

    /// The format with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

/// The format of a text. None if nothing fits.
pub fn detect(path: &Path, text: &str) -> Option<Format> {
    let start = text.trim_start();
    let is_written = matches!(ending(&path.to_string_lossy()).as_str(), "md" | "markdown" | "txt");
    // Markdown may begin with a tag of HTML.
    if start.starts_with('<') && (!is_written || xml(start).is_some()) {
        return xml(start);
    }
    if (start.starts_with('{') || start.starts_with('['))
        && (serde_json::from_str::<serde::de::IgnoredAny>(start).is_ok() || super::json::lines(start).is_some())
    {
        return Some(Format::Json);
    }
    let name = ending(&path.to_string_lossy());
    if is_anki_text(text) {
        return Some(Format::AnkiText);
    }
    if matches!(name.as_str(), "csv" | "tsv") {
        return Some(Format::Table);
    }
    if is_cbt(text) {
        return Some(Format::Cbt);
    }
    let is_markdown = matches!(name.as_str(), "md" | "markdown");
    if is_markdown && is_bank(text) {
        return Some(Format::MarkdownBank);
    }
    if is_aiken(text) {
        return Some(Format::Aiken);
    }
    if is_bank(text) {
        return Some(Format::MarkdownBank);
    }
    if is_hashcards(text) {
        return Some(Format::Hashcards);
    }
    if is_text2qti(text) {
        return Some(Format::Text2Qti);
    }
    if name == "gift" || (!is_tabbed(text) && is_gift(text) && (!is_markdown || is_gift_alone(text))) {
        return Some(Format::Gift);
    }
    if is_obsidian(text) {
        return Some(Format::Obsidian);
    }
    if is_markdown {
        return None;
    }
    if super::table::looks_like_table(text) {
        return Some(Format::Table);
    }
    None
}

/// Why nothing fits.
pub(super) fn unknown(path: &Path, text: &str) -> String {
    let name = ending(&path.to_string_lossy());
    match name.as_str() {
        "vce" | "oef" => {
            format!("`.{name}` files are closed and are not read; export to CSV or text where you have the right to, or paste the text")
        }
        "xlsx" | "xls" | "ods" => "save the sheet as CSV first".to_owned(),
        "pdf" | "docx" => "save it as text first".to_owned(),
        _ if text.trim_start().starts_with('<') => "this is XML, and neither Moodle's nor QTI nor Mnemosyne's".to_owned(),
        _ => "this is no format that is read: neither questions nor cards nor columns were found".to_owned(),
    }
}

fn xml(text: &str) -> Option<Format> {
    // The root element is the first tag that is no declaration and no comment.
    let mut rest = text;
    let root = loop {
        let at = rest.find('<')?;
        rest = rest.get(at + 1..)?;
        if rest.starts_with("!--") {
            rest = rest.split_once("-->")?.1;
        } else if !rest.starts_with(['?', '!']) {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':')).collect();
            break name.rsplit(':').next().unwrap_or_default().to_owned();
        }
    };
    match root.as_str() {
        "quiz" => Some(Format::MoodleXml),
        "mnemosyne" | "openSM2sync" => Some(Format::Mnemosyne),
        "questestinterop" | "assessmentItem" | "qti-assessment-item" | "assessmentTest" | "qti-assessment-test" | "item" => {
            Some(Format::Qti)
        }
        _ => None,
    }
}

fn is_anki_text(text: &str) -> bool {
    let known = [
        "separator",
        "html",
        "tags",
        "columns",
        "notetype",
        "deck",
        "notetype column",
        "deck column",
        "tags column",
        "guid column",
        "if matches",
        "match scope",
    ];
    text.lines().take_while(|line| line.starts_with('#')).any(|line| {
        line.get(1..).and_then(|rest| rest.split_once(':')).is_some_and(|(key, _)| known.contains(&key.trim().to_lowercase().as_str()))
    })
}

fn is_cbt(text: &str) -> bool {
    text.lines().any(|line| ["@mc ", "@sata ", "@tf ", "@fib ", "@match ", "@sa ", "@la "].iter().any(|mark| line.starts_with(mark)))
}

fn is_aiken(text: &str) -> bool {
    let options = text.lines().filter(|line| super::aiken::option(line).is_some()).count();
    let answers = text.lines().filter(|line| super::aiken::answer(line).is_some()).count();
    if answers == 0 || options < answers * 2 {
        return false;
    }
    // Code in a question has brackets and signs too; what tells other formats is that there are as many of theirs as questions.
    let boxes = text.lines().filter(|line| super::banks::is_box(line)).count();
    let headings = text.lines().filter(|line| line.starts_with("# ") || line.starts_with("## ") || line.starts_with("### ")).count();
    let strict = text.lines().filter(|line| line.starts_with("ANSWER:")).count() == answers;
    let groups = text.matches('{').count().min(text.matches('}').count());
    boxes == 0 && headings * 2 < answers.max(2) && (strict || groups == 0) && !is_gift(text)
}

fn is_bank(text: &str) -> bool {
    let boxes = text.lines().filter(|line| super::banks::is_box(line)).count();
    let lettered = || text.lines().filter(|line| super::banks::lettered(line).is_some()).count();
    let keys = text.lines().filter(|line| super::banks::named_key(line).is_some()).count();
    let by_number = || {
        let numbered = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(". ")).count();
        let asking = text.lines().filter(|line| line.starts_with('#') && line.trim_end().ends_with('?')).count();
        keys > 0 && numbered >= 2 * keys && asking >= keys
    };
    by_number()
        || boxes >= 2
        || (text.contains("<details") && text.to_lowercase().contains("answer"))
        || (keys > 0 && lettered() >= 2 * keys)
}

fn is_hashcards(text: &str) -> bool {
    let (_, body, _) = super::text::front_matter(text);
    let starts = |mark: &str| body.lines().filter(|line| line.starts_with(mark)).count();
    // A title may stand above the cards.
    let first = body.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    (starts("Q:") > 0 && starts("A:") > 0 && (first.starts_with("Q:") || first.starts_with("C:")))
        || (first.starts_with("C:") && body.contains('['))
}

fn is_text2qti(text: &str) -> bool {
    let stem = text.lines().any(|line| super::text2qti::stem(line).is_some());
    stem && text.lines().any(super::text2qti::is_key)
}

fn is_gift(text: &str) -> bool {
    // A name between double colons begins a line; elsewhere they are of other formats.
    let named = text.lines().any(|line| line.trim_start().strip_prefix("::").is_some_and(|rest| rest.contains("::")));
    if named && text.contains('{') && text.contains('}') {
        return true;
    }
    let block =
        |start: char| text.match_indices('{').any(|(at, _)| text.get(at + 1..).is_some_and(|rest| rest.trim_start().starts_with(start)));
    text.contains("$CATEGORY:")
        || block('=')
        || block('~')
        || ["{T}", "{F}", "{TRUE}", "{FALSE}", "{#"].iter().any(|mark| text.contains(mark))
}

/// Documentation holds brackets of every kind; a file of questions in Markdown says what it is.
fn is_gift_alone(text: &str) -> bool {
    let starts = |mark: &str| text.lines().any(|line| line.trim_start().starts_with(mark));
    starts("$CATEGORY:") || (starts("::") && !starts("# ") && !starts("```"))
}

/// Whether nearly every line is a row of a table with tabs.
fn is_tabbed(text: &str) -> bool {
    let tabs: Vec<usize> = text.lines().filter(|line| !line.trim().is_empty()).take(200).map(|line| line.matches('\t').count()).collect();
    let alike = tabs.iter().filter(|count| **count > 0 && Some(*count) == tabs.first()).count();
    tabs.len() >= 2 && alike * 10 >= tabs.len() * 9
}

fn is_obsidian(text: &str) -> bool {
    let tagged = text.contains("#flashcards");
    let inline = text.lines().filter(|line| line.contains("::") && !line.trim_start().starts_with(['`', '#'])).count();
    let block = text.lines().any(|line| matches!(line.trim(), "?" | "??"));
    text.contains("<!--SR:") || (tagged && (inline > 0 || block || text.contains("=="))) || block || (inline > 0 && !text.contains('\t'))
}
