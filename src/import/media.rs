//! Names of pictures and sounds, and texts that name them.

use super::foreign::{Foreign, ForeignNote, Media, MediaFrom};
use crate::model::text::{Block, Span, images, parse};
use crate::model::{Issue, Location, Severity, id::fnv1a, markup};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use unicode_normalization::UnicodeNormalization as _;

/// Longest part of a path, in bytes.
const MAX_NAME: usize = 120;
/// Names no file may have on Windows, whatever its ending.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4",
    "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A path that stays below the folder it is written to, on every system. The same name always becomes the same path.
pub(super) fn safe_path(name: &str) -> String {
    let composed: String = name.nfc().collect();
    let parts: Vec<String> =
        composed.split(['/', '\\']).filter(|part| !part.is_empty() && *part != "." && *part != "..").map(safe_part).collect();
    if parts.is_empty() { format!("unnamed-{:08x}", fnv1a(name.as_bytes()) as u32) } else { parts.join("/") }
}

fn safe_part(part: &str) -> String {
    let bad = |c: char| {
        c.is_control() || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut safe = part.replace(bad, "_").trim_end_matches(['.', ' ']).trim_start_matches([' ', '-', '.']).to_owned();
    let stem = safe.split('.').next().unwrap_or_default().trim().to_lowercase();
    let folded: String = stem.nfkc().collect();
    if safe.is_empty() || DEVICES.contains(&folded.as_str()) {
        safe = format!("_{safe}");
    }
    if safe.len() > MAX_NAME {
        let ending = safe.rsplit_once('.').map(|(_, ending)| ending.to_owned()).filter(|ending| ending.len() <= 5).unwrap_or_default();
        let mut head = MAX_NAME - 30;
        while !safe.is_char_boundary(head) {
            head -= 1;
        }
        safe = format!("{}-{:016x}.{ending}", safe.get(..head).unwrap_or_default(), fnv1a(part.as_bytes()));
    }
    safe
}

/// Pictures beside the imported file are found; names become safe paths; one that is nowhere becomes words, and is reported.
pub(super) struct Settler<'p> {
    path: &'p Path,
    known: BTreeSet<String>,
    found: BTreeMap<String, Media>,
    missing: BTreeMap<String, usize>,
}

impl<'p> Settler<'p> {
    pub(super) fn new(path: &'p Path) -> Self {
        Self { path, known: BTreeSet::new(), found: BTreeMap::new(), missing: BTreeMap::new() }
    }

    /// A picture or sound that is in the file.
    pub(super) fn know(&mut self, name: &str) {
        self.known.insert(name.to_owned());
    }

    pub(super) fn note(&mut self, note: &mut ForeignNote) {
        let line = note.line;
        for text in note.body.texts_mut() {
            if text.contains("![") {
                self.text(text, line);
            }
        }
    }

    fn text(&mut self, text: &mut String, line: usize) {
        let mut renamed = BTreeMap::new();
        for name in images(text) {
            let safe = safe_path(&name);
            if !self.known.contains(&safe) {
                match beside(self.path, &name) {
                    Some(file) => {
                        self.known.insert(safe.clone());
                        self.found.insert(safe.clone(), Media { name: safe.clone(), from: MediaFrom::File(file) });
                    }
                    None => drop(self.missing.entry(name.clone()).or_insert(line)),
                }
            }
            let to = if self.known.contains(&safe) { Some(safe) } else { None };
            if to.as_deref() != Some(name.as_str()) {
                renamed.insert(name, to);
            }
        }
        if !renamed.is_empty() {
            *text = markup::print(&rename(parse(text), &renamed));
        }
    }

    /// The pictures found beside the file, and what is to be said.
    pub(super) fn finish(self, foreign: &mut Foreign) {
        foreign.media.extend(self.found.into_values());
        for (name, line) in self.missing {
            let location = Location { file: self.path.to_owned(), line, column: usize::from(line > 0), width: 1 };
            let message = format!("the picture `{name}` is not there; its name stands in its place");
            foreign.issues.push(Issue {
                location,
                severity: Severity::Warning,
                code: "missing-picture",
                message,
                hint: None,
                excerpt: String::new(),
            });
        }
    }
}

fn rename(blocks: Vec<Block>, renamed: &BTreeMap<String, Option<String>>) -> Vec<Block> {
    let one = |block| match block {
        Block::Image { path, alt } => match renamed.get(&path) {
            Some(Some(safe)) => Block::Image { path: safe.clone(), alt },
            Some(None) => {
                Block::Paragraph(vec![Span { text: format!("[picture: {}]", if alt.is_empty() { path } else { alt }), ..Span::default() }])
            }
            None => Block::Image { path, alt },
        },
        Block::List(start, items) => Block::List(start, items.into_iter().map(|item| rename(item, renamed)).collect()),
        other => other,
    };
    blocks.into_iter().map(one).collect()
}

/// A picture in the folder of the imported file or below it.
fn beside(path: &Path, name: &str) -> Option<std::path::PathBuf> {
    let lower = name.to_ascii_lowercase();
    let is_picture = [".png", ".jpg", ".jpeg", ".gif", ".webp"].iter().any(|ending| lower.ends_with(ending));
    let name = name.strip_prefix("@/").or_else(|| name.strip_prefix("./")).unwrap_or(name);
    let inside = !name.contains(':') && name.split(['/', '\\']).all(|part| !part.is_empty() && part != "." && part != "..");
    let file = path.parent()?.join(name);
    (is_picture && inside && file.is_file()).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_paths_that_stay_inside() {
        let check = |name: &str, expected: &str| assert_eq!(safe_path(name), expected, "{name:?}");
        check("a.png", "a.png");
        check("images/a b.png", "images/a b.png");
        check("../../etc/passwd", "etc/passwd");
        check("/abs.png", "abs.png");
        check("C:\\x\\y.png", "C_/x/y.png");
        check("\\\\srv\\share", "srv/share");
        check("CON", "_CON");
        check("nul.txt", "_nul.txt");
        check("COM¹", "_COM¹");
        check("t. ", "t");
        check("-option.mp3", "option.mp3");
        check("a:b", "a_b");
        check("e\u{301}.png", "é.png");
        assert!(safe_path(&"x".repeat(300)).len() <= 130);
        assert!(safe_path("..").starts_with("unnamed-"));
        for name in ["", ".", "..", "//", "a/../b", "\0", "x/./y"] {
            assert!(!safe_path(name).split('/').any(|part| part.is_empty() || part == ".." || part == "."), "{name:?}");
        }
    }
}
