use super::*;
use crate::model::Severity;

const HEAD: &str = r#"format: 1, id: "d", title: "D", domains: [(id: "map", title: "MAP")], sources: [(id: "s", title: "S")],"#;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date")
}

fn read(text: &str) -> Loaded {
    load(Path::new("d.ron"), text.as_bytes(), today())
}

fn with_notes(notes: &str) -> Loaded {
    read(&format!("Deck({HEAD}\n    notes: [\n{notes}\n    ],\n)"))
}

fn note_count(loaded: &Loaded) -> usize {
    match &loaded.content {
        Some(Content::Deck(deck)) => deck.notes.len(),
        _ => 0,
    }
}

/// Codes with `line:column`, errors marked.
fn findings(loaded: &Loaded) -> Vec<String> {
    (loaded.issues.iter())
        .map(|issue| {
            let mark = if issue.severity == Severity::Error { "!" } else { "" };
            format!("{mark}{}@{}:{}", issue.code, issue.location.line, issue.location.column)
        })
        .collect()
}

const GOOD: &str = r#"Basic(id: "good", front: "f", back: "b", cites: [("s", "1")]),"#;

#[test]
fn every_problem_is_found_where_it_stands_and_the_good_note_lives() {
    let check = |note: &str, expected: &[&str]| {
        let loaded = with_notes(&format!("{GOOD}\n{note}"));
        assert_eq!(findings(&loaded), expected, "{note}");
        let errors = expected.iter().any(|code| code.starts_with('!'));
        assert_eq!(note_count(&loaded), if errors { 1 } else { 2 }, "{note}");
    };
    check(r#"Basic(id: "x", front: "f", back: "b", cites: [("t", "1")])"#, &["!unknown-source@4:47"]);
    check(r#"Basic(id: "x", front: "f", back: "b", domain: "mop", cites: [("s", "1")])"#, &["!unknown-domain@4:47"]);
    check(r#"Basic(id: "good", front: "f", back: "b", cites: [("s", "1")])"#, &["!duplicate-id@4:11"]);
    check(r#"Basic(id: "X y", front: "f", back: "b")"#, &["!bad-id@4:11"]);
    check(r#"Basic(id: "x", front: "", back: " ", cites: [("s", "1")])"#, &["!empty-text@4:23", "!empty-text@4:33"]);
    check(r#"Basic(id: "x", frnt: "f", back: "b")"#, &["!syntax@4:16"]);
    check(r#"Basik(id: "x", front: "f")"#, &["!syntax@4:1"]);
    check(r#"Basic(id: "x", front: "f", back: "b", as_of: "2026-02-30", cites: [("s", "1")])"#, &["!bad-date@4:46"]);
    check(r#"Basic(id: "x", front: "f", back: "b", as_of: "2024-01-01", cites: [("s", "1")])"#, &["stale@4:46"]);
    check(r#"Basic(id: "x", front: "f", back: "b", image: "../x.png", cites: [("s", "1")])"#, &["!path-leaves-folder@4:46"]);
    check(r#"Basic(id: "x", front: "f", back: "b", image: "x.png", cites: [("s", "1")])"#, &["!missing-image@4:46"]);
    check(r#"Basic(id: "x", front: "![a](C:/x.png)", back: "b", cites: [("s", "1")])"#, &["!path-leaves-folder@4:1"]);
    check(r#"Cloze(id: "x", text: "no gap", cites: [("s", "1")])"#, &["!no-gap@4:22"]);
    check(r#"Typed(id: "x", stem: "How many are there?", accept: [], cites: [("s", "1")])"#, &["!no-answer@4:53"]);
    check(r#"Order(id: "x", stem: "Put them in order now", steps: ["a"], cites: [("s", "1")])"#, &["!too-few-steps@4:54"]);
    check(
        r#"Match(id: "x", stem: "Match these to those", pairs: [("a", "b"), ("c", "d")], decoys: ["d"], cites: [("s", "1")])"#,
        &["!decoy-is-right@4:53"],
    );
    check(r#"Typed(id: "x", stem: "How many are there?", accept: ["4"], expect: 1.5, cites: [("s", "1")])"#, &["!bad-number@4:68"]);
    check(r#"Typed(id: "x", stem: "How many are there?", accept: ["4"], expect: NaN, cites: [("s", "1")])"#, &["!bad-number@4:68"]);
    check(r#"Basic(id: "x", front: "f", back: "b")"#, &["no-citation@4:1"]);
    check("Basic(id: \"x\", front: \"a\u{202e}b\", back: \"b\", cites: [(\"s\", \"1\")])", &["!bidi-override@4:23"]);
    check("Basic(id: \"x\", front: \"a\\u{1b}b\", back: \"b\", cites: [(\"s\", \"1\")])", &["!control-character@4:23"]);
}

#[test]
fn flaws_of_choices_are_found() {
    let check = |stem: &str, options: &str, expected: &[&str]| {
        let note = format!(r#"Choice(id: "x", stem: "{stem}", options: [{options}], cites: [("s", "1")])"#);
        let codes: Vec<String> = with_notes(&note).issues.iter().map(|issue| issue.code.to_owned()).collect();
        assert_eq!(codes, expected, "{stem} {options}");
    };
    let key = r#"Key(text: "one thing", why: "w")"#;
    let wrong = |text: &str| format!(r#"Wrong(text: "{text}", why: "w")"#);
    let (two, three) = (wrong("two things"), wrong("three things"));
    let stem = "What should the team do first?";
    check(stem, &format!("{key}, {two}, {three}"), &[]);
    check(stem, &format!("{key}, {two}"), &["few-options"]);
    check(stem, key, &["one-option"]);
    check(stem, &format!("{two}, {three}"), &["no-key"]);
    check(stem, &format!("{key}, {key}, {two}"), &["duplicate-option"]);
    check(stem, &format!("{key}, {two}, Wrong(text: \"three things\")"), &["no-why"]);
    check(stem, &format!("{key}, {two}, {}", wrong("all of the above")), &["absolute", "all-or-none"]);
    check(stem, &format!("{key}, {two}, {}", wrong("Both A and B")), &["combination"]);
    check(stem, &format!("{key}, {two}, {}", wrong("never a thing")), &["absolute"]);
    check(stem, &format!("{key}, {two}, {}", wrong("three things.")), &["not-parallel"]);
    check(stem, &format!("Key(text: \"one very long and detailed thing to do\", why: \"w\"), {two}, {three}"), &["longest-key"]);
    check(stem, &format!("Key(text: \"9\", why: \"w\"), {}, {}", wrong("3"), wrong("5")), &["number-order"]);
    check("Which of these is not a control?", &format!("{key}, {two}, {three}"), &["negative-stem"]);
    check("Which of these is **not** a control?", &format!("{key}, {two}, {three}"), &[]);
    check("The key is not rotated. Which step grants least privilege?", &format!("{key}, {two}, {three}"), &[]);
    check("The team needs to write a", &format!("{key}, {two}, {three}"), &["grammar-cue"]);
    check("Quarantine the workload how?", &format!("Key(text: \"quarantine it\", why: \"w\"), {two}, {three}"), &["stem-echo"]);
    let lost = r#"Wrong(text: "three things", why: "w", see: "gone")"#;
    check(stem, &format!("{key}, {two}, {lost}"), &["unknown-see"]);
}

#[test]
fn what_is_no_deck_is_said_in_words() {
    let check = |bytes: &[u8], expected: &str| {
        let loaded = load(Path::new("d.ron"), bytes, today());
        assert_eq!((loaded.content.is_none(), loaded.issues.first().map(|issue| issue.code)), (true, Some(expected)), "{bytes:?}");
    };
    check(b"", "empty");
    check(b" \n ", "empty");
    check(&[0; 4096], "not-text");
    check(b"\xff\xfeD\0e\0", "utf-16");
    check(b"Deck(\n  \xff)", "not-utf-8");
    check(b"Dekc(format: 1)", "not-a-deck");
    check(b"PK\x03\x04", "not-a-deck");
    check(b"Deck(format: 1", "syntax");
    check(b"Deck(format: 2, id: \"d\", title: \"D\", notes: [])", "unknown-format");
    check(format!("Deck(format: {}", "[".repeat(100_000)).as_bytes(), "syntax");
    check(format!("Deck(id: \"d\", notes: [{}", "Basic(x: ".repeat(10_000)).as_bytes(), "syntax");
}

#[test]
fn a_syntax_error_has_its_line_and_column() {
    let loaded = read("Deck(\n    format: 1,\n    id: \"d\"\n    title: \"D\",\n    notes: [],\n)");
    assert_eq!(findings(&loaded), ["!syntax@4:5"], "{:?}", loaded.issues);
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let unix = format!("Deck({HEAD}\n  notes: [{GOOD}],\n)");
    let windows = format!("\u{feff}{}", unix.replace('\n', "\r\n"));
    assert_eq!(read(&unix).content, read(&windows).content);
    assert_eq!(note_count(&read(&windows)), 1);
}

#[test]
fn a_deck_cut_short_anywhere_never_panics_and_never_passes() {
    let whole = format!("Deck({HEAD} notes: [{GOOD} Cloze(id: \"c\", text: \"{{{{c1::ä}}}}\", cites: [(\"s\", \"1\")])])");
    assert_eq!(note_count(&read(&whole)), 2);
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        let cut = whole.get(..end).expect("a boundary");
        assert_eq!(note_count(&read(cut)), 0, "{cut}");
    }
}

#[test]
fn notes_know_their_lines() {
    let loaded = with_notes(&format!("{GOOD}\n\n    // a comment\n    Basic(\n id: \"x\", front: \"f\", back: \"b\")"));
    let line = |id: &str| loaded.lines.get(&NoteId::new(id).expect("an id")).copied();
    assert_eq!((line("good"), line("x")), (Some(3), Some(6)));
}
