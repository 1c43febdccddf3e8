//! The walls: who may know whom. This test reads `src/` and fails on a forbidden import, whatever its form.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A layer, the layers of ours it may import, and the foreign crates it may name. `thiserror` and `chrono` may be named anywhere.
struct Layer {
    name: &'static str,
    ours: &'static [&'static str],
    crates: &'static [&'static str],
}

const LAYERS: &[Layer] = &[
    Layer { name: "model", ours: &[], crates: &["pulldown_cmark", "unicode_normalization"] },
    Layer { name: "engine", ours: &["model"], crates: &["rand", "rand_chacha"] },
    Layer { name: "disk", ours: &[], crates: &[] },
    Layer { name: "library", ours: &["model", "disk"], crates: &["ron", "serde", "notify"] },
    Layer { name: "store", ours: &["model", "disk"], crates: &["rusqlite"] },
    Layer {
        name: "app",
        ours: &["model", "engine", "disk", "library", "store", "import", "export"],
        crates: &["directories", "opener", "rand", "rand_chacha"],
    },
    Layer {
        name: "import",
        ours: &["model", "disk"],
        crates: &["base64", "csv", "html5gum", "prost", "quick_xml", "serde", "serde_json", "unicode_normalization", "zip", "zstd"],
    },
    Layer { name: "export", ours: &["model", "engine", "disk"], crates: &["csv", "serde_json", "zip"] },
    Layer { name: "ui", ours: &["app", "model", "engine"], crates: &["eframe", "egui", "egui_extras", "egui_plot", "rfd"] },
    Layer { name: "cli", ours: &["app", "model", "engine"], crates: &["clap", "serde_json"] },
    Layer { name: "lib", ours: &[], crates: &[] },
    Layer { name: "main", ours: &[], crates: &["ascertain", "clap", "windows_sys"] },
];

/// Single files that may name more than their layer.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("engine/scheduler/memory_model.rs", "fsrs"),
    ("import/apkg/collection.rs", "rusqlite"),
    ("store/packed.rs", "prost"),
    ("export/apkg/mod.rs", "rusqlite"),
    ("export/apkg/rows.rs", "rusqlite"),
    ("export/apkg/rows.rs", "sha1"),
    ("app/settings.rs", "serde"),
    ("app/settings.rs", "ron"),
    ("app/pictures.rs", "image"),
    ("ui/theme.rs", "ron"),
];

const FOREIGN: &[&str] = &[
    "ascertain",
    "base64",
    "csv",
    "html5gum",
    "prost",
    "quick_xml",
    "sha1",
    "zip",
    "zstd",
    "clap",
    "directories",
    "eframe",
    "egui",
    "egui_extras",
    "egui_plot",
    "fsrs",
    "notify",
    "opener",
    "pulldown_cmark",
    "rand",
    "rand_chacha",
    "rfd",
    "ron",
    "rusqlite",
    "serde",
    "serde_json",
    "unicode_normalization",
    "windows_sys",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The tokens of Rust source without comments and the insides of strings: identifiers, `::`, and single characters.
fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let chars: Vec<char> = source.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let mut i = 0;
    while i < chars.len() {
        let c = at(i);
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            i += 2;
            while i < chars.len() && !(at(i) == '*' && at(i + 1) == '/') {
                i += 1;
            }
            i += 2;
        } else if c == 'r' && (at(i + 1) == '"' || at(i + 1) == '#') && !at(i.wrapping_sub(1)).is_alphanumeric() {
            let hashes = (i + 1..chars.len()).take_while(|j| at(*j) == '#').count();
            let end: String = format!("\"{}", "#".repeat(hashes));
            let rest: String = chars[i + 1 + hashes + 1..].iter().collect();
            i += 1 + hashes + 1 + rest.find(&end).map_or(rest.chars().count(), |byte| rest[..byte].chars().count()) + end.len();
        } else if c == '"' {
            i += 1;
            while i < chars.len() && at(i) != '"' {
                i += if at(i) == '\\' { 2 } else { 1 };
            }
            i += 1;
        } else if c == '\'' && (at(i + 2) == '\'' || at(i + 1) == '\\') {
            i += 2;
            while i < chars.len() && at(i) != '\'' {
                i += 1;
            }
            i += 1;
        } else if c.is_alphanumeric() || c == '_' {
            let word: String = chars[i..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
            i += word.chars().count();
            tokens.push(word);
        } else if c == ':' && at(i + 1) == ':' {
            tokens.push("::".to_owned());
            i += 2;
        } else {
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
            i += 1;
        }
    }
    tokens
}

/// The first names of a path that goes on at `from`: one, or each of a group in braces.
fn heads(tokens: &[String], from: usize) -> Vec<String> {
    match tokens.get(from).map(String::as_str) {
        Some("{") => {
            let (mut found, mut depth, mut expecting) = (Vec::new(), 1, true);
            for token in &tokens[from + 1..] {
                match token.as_str() {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    "," if depth == 1 => {
                        expecting = true;
                        continue;
                    }
                    word if expecting && depth == 1 => found.push(word.to_owned()),
                    _ => {}
                }
                expecting = false;
                if depth == 0 {
                    break;
                }
            }
            found
        }
        Some(word) => vec![word.to_owned()],
        None => Vec::new(),
    }
}

/// The modules at the crate's root that a file's paths lead to, by `crate::…` or by enough `super::`.
fn our_modules(tokens: &[String], depth: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (index, token) in tokens.iter().enumerate() {
        let is_path = tokens.get(index + 1).is_some_and(|next| next == "::");
        let starts = index == 0 || tokens[index - 1] != "::";
        if token == "crate" && is_path {
            found.extend(heads(tokens, index + 2));
        } else if token == "super" && is_path && starts {
            let supers = (0..tokens.len()).take_while(|n| tokens.get(index + 2 * n).is_some_and(|token| token == "super")).count();
            if supers >= depth {
                found.extend(heads(tokens, index + 2 * supers).into_iter().filter(|name| LAYERS.iter().any(|layer| layer.name == *name)));
            }
        }
    }
    found
}

fn foreign_crates(tokens: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (index, token) in tokens.iter().enumerate() {
        let inner =
            index > 0 && tokens[index - 1] == "::" && index > 1 && tokens[index - 2].chars().all(|c| c.is_alphanumeric() || c == '_');
        let path = tokens.get(index + 1).is_some_and(|next| next == "::");
        let used = index > 0 && tokens[index - 1] == "use";
        if FOREIGN.contains(&token.as_str()) && !inner && (path || used) {
            found.insert(token.clone());
        }
    }
    found
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// What a file does against the rules.
fn violations(relative: &str, source: &str) -> Vec<String> {
    let parts: Vec<&str> = relative.trim_end_matches(".rs").split('/').filter(|part| *part != "mod").collect();
    let name = parts.first().copied().unwrap_or_default();
    let Some(layer) = LAYERS.iter().find(|layer| layer.name == name) else { return vec![format!("{relative} is in no layer")] };
    let is_test = relative.ends_with("tests.rs");
    // What stands below `mod tests` may know test crates and is not product code.
    let product = if is_test { source } else { source.split("#[cfg(test)]\nmod tests").next().unwrap_or(source) };
    let tokens = tokens(product);
    let mut wrong = Vec::new();
    for module in our_modules(&tokens, parts.len()) {
        let is_layer = LAYERS.iter().any(|layer| layer.name == module);
        if is_layer && module != layer.name && !layer.ours.contains(&module.as_str()) {
            wrong.push(format!("{relative} imports crate::{module}"));
        }
    }
    for foreign in foreign_crates(&tokens) {
        if !layer.crates.contains(&foreign.as_str()) && !EXCEPTIONS.contains(&(relative, foreign.as_str())) {
            wrong.push(format!("{relative} names the crate {foreign}"));
        }
    }
    wrong.extend(sql(relative, product));
    if name == "app" {
        wrong.extend(leaks(relative, &tokens));
    }
    wrong
}

/// SQL stands in the store alone, and in the reader and writer of Anki's packages, whose database is another program's.
fn sql(relative: &str, source: &str) -> Option<String> {
    let lower = source.to_lowercase();
    let found = ["\"select ", "\"insert into", "\"update ", "\"delete from", "\"pragma ", "\"create table"]
        .iter()
        .find(|word| lower.contains(**word));
    found
        .filter(|_| !["store/", "import/apkg/", "export/apkg/"].iter().any(|place| relative.starts_with(place)))
        .map(|word| format!("{relative} holds SQL: {word}…"))
}

/// What a use case shows must be of its own layer or below it: no type of the library or the store in a public item.
fn leaks(relative: &str, tokens: &[String]) -> Vec<String> {
    let mut hidden = BTreeSet::new();
    let mut wrong = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let hidden_module =
            tokens.get(index + 2).is_some_and(|module| matches!(module.as_str(), "library" | "store" | "export" | "import"));
        if token == "crate" && tokens.get(index + 1).is_some_and(|next| next == "::") && hidden_module {
            let public = tokens[..index].iter().rev().take_while(|token| *token != ";").any(|token| token == "pub");
            let in_use =
                tokens[..index].iter().rev().take_while(|token| !matches!(token.as_str(), ";" | "{" | "}")).any(|token| token == "use");
            if public && in_use {
                wrong.push(format!("{relative} re-exports crate::{}", tokens[index + 2]));
            }
            if in_use {
                hidden.extend(heads(tokens, index + 4).into_iter().filter(|name| name != "self"));
            }
        }
    }
    // `pub name: Type` and `pub fn …(…) -> Type {`, up to the end of the item's head.
    for (index, token) in tokens.iter().enumerate() {
        if token != "pub" || tokens.get(index + 1).is_some_and(|next| next == "(" || next == "use") {
            continue;
        }
        let head = tokens[index..].iter().take_while(|token| !matches!(token.as_str(), ";" | "{" | "}"));
        let field = tokens.get(index + 2).is_some_and(|token| token == ":");
        let head: Vec<&String> = if field { head.take_while(|token| *token != ",").collect() } else { head.collect() };
        if let Some(name) = head.iter().find(|token| hidden.contains(**token)) {
            wrong.push(format!(
                "{relative} shows the hidden type {name}: {}",
                head.iter().take(6).map(|s| s.as_str()).collect::<Vec<_>>().join(" ")
            ));
        }
    }
    wrong
}

#[test]
fn the_walls_hold() {
    let root = source_root();
    let mut wrong = Vec::new();
    for file in files(&root) {
        let relative = file.strip_prefix(&root).expect("inside").to_string_lossy().replace('\\', "/");
        wrong.extend(violations(&relative, &fs::read_to_string(&file).expect("text")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_forbidden_import_is_found_whatever_its_form() {
    let check = |file: &str, source: &str, expected: &str| {
        let wrong = violations(file, source);
        assert!(wrong.iter().any(|line| line.contains(expected)), "{source:?} gave {wrong:?}");
    };
    check("engine/x.rs", "use crate::store::Store;", "crate::store");
    check("engine/x.rs", "use crate::{\n    model::Deck,\n    store::{Store, StoreError},\n};", "crate::store");
    check("engine/study/x.rs", "use super::super::super::library::Library;", "crate::library");
    check("engine/x.rs", "fn f() -> crate::disk::DiskError { todo() }", "crate::disk");
    check("library/x.rs", "pub use crate::engine::stats;", "crate::engine");
    check("model/x.rs", "use serde::Deserialize;", "crate serde");
    check("ui/x.rs", "use rusqlite::Connection;", "crate rusqlite");
    check("cli/x.rs", "fn f(ui: &mut egui::Ui) {}", "crate egui");
    check("cli/x.rs", "use crate::ui::Gui;", "crate::ui");
    check("engine/x.rs", "use fsrs::FSRS;", "crate fsrs");
    check("app/x.rs", "const Q: &str = \"select * from review\";", "SQL");
    check("app/x.rs", "pub use crate::store::Store;", "re-exports crate::store");
    check("app/x.rs", "use crate::store::Store; pub struct C { pub store: Store }", "hidden type Store");
    check("app/x.rs", "use crate::library::{Entry}; impl C { pub fn entry(&self) -> Option<&Entry> { None } }", "hidden type Entry");
    check("elsewhere/x.rs", "", "no layer");
    assert_eq!(violations("app/x.rs", "use crate::store::Store; pub struct C { store: Store } // crate::ui"), Vec::<String>::new());
}

#[test]
fn private_modules_stay_private() {
    let lib = fs::read_to_string(source_root().join("lib.rs")).expect("text");
    for module in ["disk", "export", "import", "library", "store"] {
        assert!(lib.contains(&format!("\nmod {module};")), "{module} must be private");
    }
}

#[test]
fn no_test_file_was_forgotten() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = fs::read_to_string(folder.join("main.rs")).expect("text");
    for entry in fs::read_dir(&folder).expect("a folder") {
        let name = entry.expect("an entry").file_name().to_string_lossy().trim_end_matches(".rs").to_owned();
        assert!(name == "main" || name == "snapshots" || main.contains(&format!("mod {name};")), "{name} is not in main.rs");
    }
}

#[test]
fn files_and_functions_stay_readable() {
    let root = source_root();
    for file in files(&root) {
        let text = fs::read_to_string(&file).expect("text");
        let lines = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().lines().count();
        assert!(lines <= 800, "{} has {lines} lines: it holds two things", file.display());
    }
}
