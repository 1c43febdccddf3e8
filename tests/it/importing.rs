//! Bringing in decks: previews, problems, undo; and every kind of bad input.

use crate::support::{DECK, World, answer, card};
use ascertain::app::Scope;
use ascertain::model::{DeckId, Rating};
use std::fs;

#[test]
fn a_deck_is_previewed_imported_and_taken_back() {
    let world = World::new();
    let mut collection = world.open();
    let source = world.path().join("download.ron");
    fs::write(&source, DECK).expect("written");
    let plan = collection.plan_import(&source).expect("a plan");
    assert_eq!((plan.title.as_str(), plan.note_count(), plan.cards, plan.refused.clone()), ("Mine", 4, 6, None));
    assert!(!world.path().join("decks/mine.ron").exists(), "a preview writes nothing");
    collection.import(std::slice::from_ref(&plan)).expect("imported");
    assert_eq!(fs::read_to_string(world.path().join("decks/mine.ron")).expect("read"), DECK);
    collection.start_study(Scope::Search("note:one".into())).expect("started");
    answer(&mut collection, &world.clock, Rating::Good);
    fs::write(&source, DECK.replace("First back", "Better back")).expect("written");
    let update = collection.plan_import(&source).expect("a plan");
    assert_eq!(update.replaces, Some([0, 1, 0, 3]));
    collection.import(std::slice::from_ref(&update)).expect("imported");
    assert_eq!(collection.card(&card("mine/one/front")).expect("there").state.reps, 1, "history stays");
    assert_eq!(collection.undo_import().expect("undone").as_deref(), Some("Mine"));
    assert_eq!(fs::read_to_string(world.path().join("decks/mine.ron")).expect("read"), DECK, "the earlier edition is back");
    assert_eq!(collection.undo_import().expect("nothing left"), None);
}

#[test]
fn a_bad_note_never_hides_a_good_one() {
    let world = World::new();
    let mut collection = world.open();
    let source = world.path().join("x.ron");
    fs::write(&source, DECK.replace("[(\"s\", \"2\")]", "[(\"nowhere\", \"2\")]")).expect("written");
    let plan = collection.plan_import(&source).expect("a plan");
    assert_eq!((plan.note_count(), plan.error_count(), plan.refused.is_none()), (3, 1, true));
    collection.import(std::slice::from_ref(&plan)).expect("imported");
    assert_eq!(collection.search_notes("deck:mine").expect("found").len(), 3);
    assert_eq!(collection.issues().iter().filter(|issue| issue.code == "unknown-source").count(), 1);
}

#[test]
fn what_cannot_be_imported_says_why_and_changes_nothing() {
    let world = World::with_deck();
    let collection = world.open();
    let check = |name: &str, bytes: &[u8], expected: &str| {
        let source = world.path().join(name);
        fs::write(&source, bytes).expect("written");
        let plan = collection.plan_import(&source).expect("a plan");
        let reason = plan.refused.unwrap_or_default();
        assert!(reason.contains(expected), "{name}: {reason}");
    };
    check("empty.ron", b"", "empty");
    check("binary.apkg", b"PK\x03\x04 and so on", "incomplete");
    check("zeros.ron", &[0; 512], "not text");
    check("half.ron", &DECK.as_bytes()[..DECK.len() / 2], "");
    check("shipped.ron", DECK.replace("id: \"mine\"", "id: \"iam\"").as_bytes(), "ships a deck");
    check("other.patch.ron", b"Patch(format: 1, deck: \"nobody\", hide: [\"x\"])", "no deck `nobody`");
    check("future.ron", b"Deck(format: 9, id: \"x\", title: \"X\", notes: [])", "format 1");
    let own = collection.plan_import(&world.path().join("decks/mine.ron")).expect("a plan");
    assert!(own.refused.expect("refused").contains("already"));
    collection.plan_import(&world.path()).expect_err("a folder is no deck");
    collection.plan_import(&world.path().join("nowhere.ron")).expect_err("not there");
}

#[test]
fn two_decks_with_one_id_are_both_named_and_the_first_lives() {
    let world = World::with_deck();
    world.write_deck("z-copy.ron", &DECK.replace("Mine", "Copy"));
    let collection = world.open();
    let issue = collection.issues().iter().find(|issue| issue.code == "duplicate-deck").expect("an issue").clone();
    assert!(issue.location.file.ends_with("z-copy.ron") && issue.message.contains("mine.ron"), "{issue:?}");
    assert_eq!(collection.deck(&DeckId::new("mine").expect("an id")).expect("there").title, "Mine");
}

#[test]
fn a_bad_file_in_the_folder_leaves_the_program_usable() {
    let world = World::with_deck();
    world.write_deck("broken.ron", "Deck(format: 1");
    world.write_deck("bytes.ron", "x\0y");
    let mut collection = world.open();
    assert_eq!(collection.issues().len(), 2);
    collection.start_study(Scope::Today).expect("started");
    answer(&mut collection, &world.clock, Rating::Good);
}

#[test]
fn a_new_deck_is_a_clean_sample() {
    let world = World::new();
    let mut collection = world.open();
    let path = collection.new_deck("My Zero-Trust notes!").expect("made");
    assert!(path.ends_with("decks/my-zero-trust-notes.ron"), "{}", path.display());
    let (files, issues) = ascertain::app::check_files(std::slice::from_ref(&path), collection.date()).expect("checked");
    assert_eq!((files, issues), (1, Vec::new()));
    let again = collection.new_deck("My Zero-Trust notes!").expect("made");
    assert!(again.ends_with("my-zero-trust-notes-2.ron"), "an id is never taken twice");
    collection.new_deck("  ").expect_err("no title");
    let (changed, skipped) = ascertain::app::format_files(&[path], true).expect("formatted");
    assert!(changed.is_empty() && skipped.is_empty(), "the sample is laid out as fmt does it");
}

#[test]
fn a_removed_deck_comes_back() {
    let world = World::with_deck();
    let mut collection = world.open();
    let id = DeckId::new("mine").expect("an id");
    collection.remove_deck(&id).expect("removed");
    assert!(collection.deck(&id).is_none());
    collection.undo_import().expect("undone");
    assert!(collection.deck(&id).is_some());
    collection.remove_deck(&DeckId::new("iam").expect("an id")).expect_err("a shipped deck stays");
}

#[test]
fn an_exported_deck_reads_back_the_same() {
    let world = World::with_deck();
    let collection = world.open();
    for id in ["mine", "iam", "owasp-llm-top10"] {
        let text = collection.export_deck(id).expect("exported");
        let path = world.path().join("exported.ron");
        fs::write(&path, text.replace(&format!("id: \"{id}\""), "id: \"copy\"")).expect("written");
        let other = World::new();
        fs::create_dir_all(other.path().join("decks")).expect("a folder");
        fs::copy(&path, other.path().join("decks/copy.ron")).expect("copied");
        let copy = other.open();
        let (old, new) = (
            collection.deck(&DeckId::new(id).expect("an id")).expect("there"),
            copy.deck(&DeckId::new("copy").expect("an id")).expect("there"),
        );
        assert_eq!(old.notes, new.notes, "{id}");
        assert_eq!((&old.domains, &old.sources), (&new.domains, &new.sources));
    }
    collection.export_deck("nobody").expect_err("no such deck");
}

#[test]
fn files_are_checked_against_each_other() {
    let world = World::new();
    let check = |name: &str, text: &str, expected: &[&str]| {
        let path = world.path().join(name);
        fs::write(&path, text).expect("written");
        let (_, issues) = ascertain::app::check_files(&[path], world.open().date()).expect("checked");
        let messages: Vec<&str> = issues.iter().map(|issue| issue.message.as_str()).collect();
        assert_eq!(messages, expected, "{text}");
    };
    let note = "Basic(id: \"x\", domain: \"nowhere\", front: \"f\", back: \"b\", cites: [(\"nothing\", \"1\")])";
    let patch = format!("Patch(format: 1, deck: \"iam\", add: [{note}])");
    check("a.ron", &patch, &["there is no domain `iam/nowhere`", "there is no source `nothing`"]);
    check("b.ron", "Patch(format: 1, deck: \"nobody\", hide: [\"x\"])", &["there is no deck `nobody`"]);
    let exam = "Exam(format: 1, id: \"e\", title: \"E\", status: Current, questions: (10, 10), minutes: 20, scoring: Percent(pass: 70), driver: Linear,
        domains: [(id: \"a\", title: \"A\", weight: 100, draws: [Deck(\"iam\"), Domain(\"iam\", \"gone\"), Deck(\"nobody\")])])";
    check("c.ron", exam, &["there is no deck `nobody`", "there is no domain `iam/gone`"]);
    check("d.ron", &exam.replace("weight: 100", "weight: 60"), &["the weights add up to 60 per cent"]);
    let roadmap = "Roadmap(format: 1, id: \"r\", title: \"R\", phases: [(id: \"p\", title: \"P\", steps: [Study(deck: \"iam\", mastery: 0.8), Sit(exam: \"nothing\", pass: 0.7)])])";
    check("e.ron", roadmap, &["there is no exam `nothing`"]);
    check("f.ron", &roadmap.replace("mastery: 0.8", "mastery: 8"), &["`mastery` is a share from 0 to 1, not 8"]);
}

#[test]
fn an_imported_patch_is_laid_together_with_ones_own() {
    let world = World::with_deck();
    let note = |id: &str, front: &str| format!("Basic(id: \"{id}\", front: \"{front}\", back: \"b\", cites: [(\"s\", \"1\")])");
    world.write_deck(
        "mine.patch.ron",
        &format!("Patch(format: 1, deck: \"mine\", add: [{}, {}])", note("own", "My own"), note("both", "Mine")),
    );
    let mut collection = world.open();
    let source = world.path().join("theirs.ron");
    fs::write(&source, format!("Patch(format: 1, deck: \"mine\", add: [{}], hide: [\"four\"])", note("both", "Theirs"))).expect("written");
    let plan = collection.plan_import(&source).expect("a plan");
    assert_eq!(plan.replaces, Some([0, 1, 0, 1]), "one changed, one kept");
    collection.import(&[plan]).expect("imported");
    let mine = collection.deck(&DeckId::new("mine").expect("an id")).expect("there");
    let fronts: Vec<String> = mine.notes.iter().map(ascertain::model::Note::headline).collect();
    assert!(
        fronts.contains(&"My own".to_owned()) && fronts.contains(&"Theirs".to_owned()) && !fronts.contains(&"Mine".to_owned()),
        "{fronts:?}"
    );
    collection.undo_import().expect("undone");
    assert!(collection.search_notes("Mine").expect("found").iter().any(|row| row.headline == "Mine"));
}

#[test]
fn an_import_never_takes_the_file_of_another_deck() {
    let world = World::new();
    world.write_deck("aws.ron", &DECK.replace("id: \"mine\"", "id: \"my-aws\""));
    let mut collection = world.open();
    let sources = ["aws", "gcp"].map(|id| {
        let source = world.path().join(format!("{id}-download.ron"));
        fs::write(&source, DECK.replace("id: \"mine\"", &format!("id: \"{id}\""))).expect("written");
        source
    });
    let plans: Vec<_> = sources.iter().map(|source| collection.plan_import(source).expect("a plan")).collect();
    collection.import(&plans).expect("imported");
    for id in ["my-aws", "aws", "gcp"] {
        assert!(collection.deck(&DeckId::new(id).expect("an id")).is_some(), "{id}");
    }
    collection.undo_import().expect("undone");
    assert!(
        collection.deck(&DeckId::new("aws").expect("an id")).is_none() && collection.deck(&DeckId::new("gcp").expect("an id")).is_none(),
        "both go"
    );
    let exam = world.path().join("exam.ron");
    fs::copy(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("decks/exams/aaism.ron"), &exam).expect("copied");
    assert!(collection.plan_import(&exam).expect("a plan").refused.expect("refused").contains("already"));
}
