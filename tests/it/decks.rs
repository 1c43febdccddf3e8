//! The shipped decks: compiled in, clean, laid out, with enough in them.

use ascertain::app::{check_files, format_files};
use chrono::NaiveDate;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("decks")
}

fn ron_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(ron_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "ron") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn every_file_of_the_folder_is_compiled_in() {
    let list = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/library/bundled.rs")).expect("text");
    for file in ron_files(&folder()) {
        let name = file.strip_prefix(folder()).expect("inside").to_string_lossy().replace('\\', "/");
        assert!(list.contains(&format!("(\"{name}\", include_str!(\"../../decks/{name}\"))")), "{name} is not in bundled.rs");
    }
}

#[test]
fn the_shipped_decks_are_clean_warnings_included() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date");
    let (files, issues) = check_files(&[folder()], today).expect("checked");
    let printed: Vec<String> = issues.iter().map(ascertain::model::Issue::render).collect();
    assert!(files >= 49 && issues.is_empty(), "{}", printed.join("\n"));
}

#[test]
fn every_ron_file_of_the_tree_is_laid_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (changed, skipped) = format_files(&[folder()], true).expect("formatted");
    assert!(changed.is_empty() && skipped.is_empty(), "{changed:?} {skipped:?}");
    // Files of other kinds keep their tokens too; the formatter checks that itself and leaves alone what it cannot keep.
    let (_, skipped) = format_files(&[root.join("assets")], true).expect("formatted");
    assert!(skipped.is_empty(), "{skipped:?}");
}
