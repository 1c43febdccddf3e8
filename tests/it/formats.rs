//! Files of other programs: what is taken of each, what is told, and what is refused.
//!
//! `anki-*.apkg` and `anki-export.txt` were written by Anki 26.9.3 (`anki-oldest` is `anki-legacy` without its newer members), `genanki.apkg`
//! by genanki 0.13.1, `text2qti-out.zip` by text2qti 0.8.0 from `text2qti.md`; the rest was written by hand after each format's description.

use crate::support::{World, answer};
use ascertain::app::{Duplicates, ImportOptions, ImportPlan, ImportProgress, Scope};
use ascertain::model::{CardPhase, Due, NoteBody, Rating, Severity};
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name)
}

fn plan(world: &World, name: &str, options: &ImportOptions) -> ImportPlan {
    let plans = world.open().plan_imports(&fixture(name), options).unwrap_or_else(|error| panic!("{name}: {error}"));
    plans.into_iter().next().expect("a plan")
}

/// A learner's machine some days after the packages were made: answers in its future would not be taken.
fn later() -> World {
    let world = World::new();
    world.clock.advance(30 * crate::support::DAY);
    world
}

/// Format, notes, cards, notes not taken.
const EXPECTED: &[(&str, &str, usize, usize, usize)] = &[
    ("gift-kinds.gift", "Moodle GIFT", 7, 7, 0),
    ("gift-html.gift", "Moodle GIFT", 2, 2, 1),
    ("aiken-strict.txt", "Aiken", 2, 2, 0),
    ("aiken-loose.txt", "Aiken", 1, 1, 2),
    ("moodle-quiz.xml", "Moodle XML", 5, 5, 0),
    ("moodle-broken.xml", "Moodle XML", 2, 3, 2),
    ("qti12-canvas.xml", "QTI document", 2, 2, 0),
    ("qti21-item.xml", "QTI document", 1, 1, 0),
    ("qti3-item.xml", "QTI document", 1, 1, 0),
    ("qti3-package.zip", "QTI package", 1, 1, 0),
    ("text2qti-out.zip", "QTI package", 5, 5, 0),
    ("anki-headers.txt", "Anki text", 2, 2, 0),
    ("anki-plain.txt", "Anki text", 1, 1, 1),
    ("anki-export.txt", "Anki text", 4, 5, 0),
    ("anki-latest.apkg", "Anki package", 4, 6, 0),
    ("anki-legacy.apkg", "Anki package", 4, 6, 0),
    ("anki-oldest.apkg", "Anki package", 4, 6, 0),
    ("genanki.apkg", "Anki package", 3, 3, 0),
    ("kahoot.csv", "table", 2, 2, 0),
    ("options.tsv", "table", 2, 2, 0),
    ("excel.csv", "table", 2, 2, 0),
    ("mnemosyne1.xml", "Mnemosyne XML", 1, 2, 0),
    ("mnemosyne2.xml", "Mnemosyne XML", 2, 2, 1),
    ("mnemosyne2.cards", "Mnemosyne cards", 2, 2, 1),
    ("hashcards.md", "hashcards Markdown", 3, 4, 0),
    ("hashcards-broken.md", "hashcards Markdown", 1, 1, 3),
    ("obsidian.md", "Obsidian flashcards", 4, 6, 0),
    ("obsidian-tags.md", "Obsidian flashcards", 2, 2, 0),
    ("checkbox.md", "Markdown question bank", 2, 2, 0),
    ("numbered.md", "Markdown question bank", 2, 2, 0),
    ("details.md", "Markdown question bank", 2, 2, 0),
    ("question-001.md", "Markdown question bank", 1, 1, 0),
    ("cbt.md", "CBT-Exam Markdown", 4, 4, 0),
    ("cbt-broken.md", "CBT-Exam Markdown", 2, 2, 1),
    ("bank.json", "JSON question bank", 2, 2, 0),
    ("opentdb.json", "JSON question bank", 2, 2, 0),
    ("text2qti.md", "text2qti Markdown", 5, 5, 0),
    ("text2qti-groups.md", "text2qti Markdown", 2, 2, 0),
];

#[test]
fn each_format_is_told_by_its_content_and_taken() {
    let world = World::new();
    let mut wrong = Vec::new();
    for (name, format, notes, cards, lost) in EXPECTED {
        let plan = plan(&world, name, &ImportOptions::default());
        let not_taken = plan.issues.iter().filter(|issue| issue.code == "not-taken").count();
        let found = (plan.format.as_str(), plan.note_count(), plan.cards, not_taken);
        if found != (format, *notes, *cards, *lost) {
            wrong.push(format!(
                "{name}: {found:?}, wanted {:?}: {:?}",
                (format, notes, cards, lost),
                plan.issues.iter().map(|issue| &issue.message).collect::<Vec<_>>()
            ));
        }
        for issue in plan.issues.iter().filter(|issue| issue.severity == Severity::Error && *name != "mnemosyne2.cards") {
            assert!(issue.location.line > 0 || name.ends_with("apkg"), "{name}: {} has no line", issue.message);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn quizlet_takes_separators_of_ones_own() {
    let world = World::new();
    let options = ImportOptions { format: Some("quizlet"), ..ImportOptions::default() };
    assert_eq!(plan(&world, "quizlet.txt", &options).note_count(), 2);
    let options = ImportOptions { between: Some((":::".into(), "===".into())), ..options };
    assert_eq!(plan(&world, "quizlet-custom.txt", &options).note_count(), 2);
}

#[test]
fn every_fixture_makes_a_deck_without_an_error_and_comes_again_as_the_same() {
    for (name, ..) in EXPECTED {
        let world = World::new();
        let mut collection = world.open();
        let first = collection.plan_imports(&fixture(name), &ImportOptions::default()).expect(name);
        collection.import(&first).unwrap_or_else(|error| panic!("{name}: {error}"));
        let errors: Vec<String> =
            collection.issues().iter().filter(|issue| issue.severity == Severity::Error).map(ascertain::model::Issue::render).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        let notes: usize = collection.own_decks().iter().filter_map(|id| collection.deck(id)).map(|deck| deck.notes.len()).sum();
        assert_eq!(notes, first[0].note_count(), "{name}");
        let again = collection.plan_imports(&fixture(name), &ImportOptions::default()).expect(name);
        for deck in &again[0].decks {
            assert_eq!((deck.counts[0], deck.counts[1]), (0, 0), "{name}: {deck:?}");
        }
        assert!(collection.verify().expect("looked").is_empty(), "{name}");
    }
}

#[test]
fn a_bank_that_looks_recalled_is_called_one() {
    let world = World::new();
    let found = plan(&world, "recalled.md", &ImportOptions::default());
    assert!(found.looks_recalled().is_some_and(|issue| issue.hint.as_deref().is_some_and(|hint| hint.contains("revoke"))));
    assert!(plan(&world, "checkbox.md", &ImportOptions::default()).looks_recalled().is_none());
}

#[test]
fn an_anki_package_brings_pictures_schedules_and_answers() {
    for name in ["anki-latest.apkg", "anki-legacy.apkg", "anki-oldest.apkg"] {
        let world = later();
        let mut collection = world.open();
        let plan = collection.plan_import(&fixture(name)).expect("a plan");
        assert_eq!((plan.reviews, plan.media), (11, 1), "{name}");
        assert_eq!(collection.import(std::slice::from_ref(&plan)).expect("imported"), 11);
        let folder = world.path().join("decks/cloud-iam.media/key picture.png");
        assert!(folder.is_file(), "{name}: {}", folder.display());
        let learned =
            collection.all_cards().iter().filter(|entry| entry.id.deck.as_str().starts_with("cloud") && entry.state.reps > 0).count();
        assert!(learned > 0 && learned == plan.scheduled, "{name}: {learned} of {}", plan.scheduled);
        assert!(
            collection
                .all_cards()
                .iter()
                .any(|entry| matches!(entry.note().map(|note| &note.body), Some(NoteBody::Basic { both_ways: true, .. })))
        );
        let before: Vec<_> = collection.all_cards().iter().map(|entry| entry.state.clone()).collect();
        assert_eq!(collection.verify().expect("looked"), Vec::<String>::new());
        collection.rebuild().expect("rebuilt");
        let after: Vec<_> = collection.all_cards().iter().map(|entry| entry.state.clone()).collect();
        assert_eq!(before, after, "folding the facts gives the same states");
        assert_eq!(collection.undo_import().expect("undone").as_deref(), Some(name));
        assert!(collection.own_decks().is_empty() && collection.all_cards().iter().all(|entry| entry.state.reps == 0));
        assert_eq!(collection.verify().expect("looked"), Vec::<String>::new());
        let again = collection.plan_import(&fixture(name)).expect("a plan");
        assert_eq!(collection.import(&[again]).expect("imported again"), 11, "what was taken back can come again");
        assert_eq!(collection.verify().expect("looked"), Vec::<String>::new());
    }
}

#[test]
fn answers_given_here_stay_when_the_package_comes_again_or_is_taken_back() {
    let world = later();
    let mut collection = world.open();
    let plan = collection.plan_import(&fixture("anki-latest.apkg")).expect("a plan");
    collection.import(&[plan]).expect("imported");
    collection.start_study(Scope::Ahead("deck:cloud".into())).expect("started");
    let shown = collection.shown().expect("a card").card.clone();
    answer(&mut collection, &world.clock, Rating::Good);
    let state = collection.card(&shown).expect("there").state.clone();
    assert!(matches!(state.due, Some(Due::Day(_) | Due::At(_))) && state.phase != CardPhase::New);
    let again = collection.plan_import(&fixture("anki-latest.apkg")).expect("a plan");
    collection.import(&[again]).expect("imported again");
    assert_eq!(collection.card(&shown).expect("there").state, state, "what was answered here is not written over");
    assert_eq!(collection.verify().expect("looked"), Vec::<String>::new());
}

/// Decks that are read again while an import is under way, as when its own files wake the watcher, do not hide the history it brings.
#[test]
fn a_reading_that_overtakes_an_import_leaves_its_history() {
    let world = later();
    let mut collection = world.open();
    let plan = collection.plan_import(&fixture("anki-latest.apkg")).expect("a plan");
    let waker: ascertain::app::Waker = std::sync::Arc::new(|| {});
    let job = collection.import_job(vec![plan], &ImportProgress::default(), waker.clone()).expect("a thread");
    let imported = job.wait().expect("imported");
    let later = collection.load_job(waker.clone()).expect("a thread").wait().expect("read");
    collection.install(later);
    collection.finish_import(imported).expect("taken in");
    let learned = |collection: &ascertain::app::Collection| collection.all_cards().iter().filter(|card| card.state.reps > 0).count();
    assert_eq!(learned(&collection), 6);
    // The same the other way: what is taken back on another thread is gone, whatever was read meanwhile.
    let undone = collection
        .undo_import_job(&ImportProgress::default(), waker.clone())
        .expect("a thread")
        .expect("something to undo")
        .wait()
        .expect("taken back");
    let later = collection.load_job(waker).expect("a thread").wait().expect("read");
    collection.install(later);
    collection.finish_undo(undone).expect("taken in");
    assert_eq!((collection.own_decks().len(), learned(&collection)), (0, 0));
    assert!(collection.undoable_import().is_none());
    assert_eq!(collection.verify().expect("looked"), Vec::<String>::new());
}

#[test]
fn a_changed_file_updates_keeps_or_doubles() {
    let check = |duplicates, notes: usize, changed: bool| {
        let world = World::new();
        let mut collection = world.open();
        let path = world.path().join("cards.csv");
        std::fs::write(&path, "id,Front,Back\nk1,one,1\nk2,two,2\n").expect("written");
        let plan = collection.plan_import(&path).expect("a plan");
        collection.import(&[plan]).expect("imported");
        std::fs::write(&path, "id,Front,Back\nk1,one,ONE\nk3,three,3\n").expect("written");
        let mut plan = collection.plan_import(&path).expect("a plan");
        assert_eq!(plan.decks[0].counts, [1, 1, 0]);
        plan.duplicates = duplicates;
        collection.import(&[plan]).expect("imported");
        let deck = collection.deck(&collection.own_decks()[0]).expect("there");
        let has = |back: &str| deck.notes.iter().any(|note| matches!(&note.body, NoteBody::Basic { back: own, .. } if own == back));
        assert_eq!((deck.notes.len(), has("ONE"), has("1"), has("2")), (notes, changed, !changed || notes == 4, true), "{duplicates:?}");
        collection.undo_import().expect("undone");
        assert_eq!(collection.deck(&collection.own_decks()[0]).expect("there").notes.len(), 2);
    };
    check(Duplicates::Update, 3, true);
    check(Duplicates::Keep, 3, false);
    check(Duplicates::KeepBoth, 4, true);
}

#[test]
fn columns_are_chosen_and_remembered() {
    let world = World::new();
    let mut collection = world.open();
    let path = world.path().join("odd.csv");
    std::fs::write(&path, "Alpha,Beta,Gamma\nQ one,A one,iam\nQ two,A two,kms\n").expect("written");
    let options = ImportOptions { columns: Some(vec!["question", "answer", "tags"]), ..ImportOptions::default() };
    let plan = collection.plan_imports(&path, &options).expect("plans").remove(0);
    assert_eq!(plan.columns.iter().map(|column| column.role).collect::<Vec<_>>(), ["question", "answer", "tags"]);
    collection.remember_columns(&plan).expect("kept");
    let again = collection.plan_import(&path).expect("a plan");
    assert_eq!(again.columns.first().map(|column| (column.name.clone(), column.role)), Some(("column 1".to_owned(), "question")));
}

#[test]
fn a_folder_is_one_import() {
    let world = World::new();
    let folder = world.path().join("bank");
    std::fs::create_dir(&folder).expect("a folder");
    for number in 1..=3 {
        let text = std::fs::read_to_string(fixture("question-001.md")).expect("text").replace("secrets?", &format!("secrets {number}?"));
        std::fs::write(folder.join(format!("question-{number:03}.md")), text).expect("written");
    }
    std::fs::write(folder.join("notes.md"), "just words\n").expect("written");
    let plans = world.open().plan_imports(&folder, &ImportOptions::default()).expect("plans");
    assert_eq!((plans.len(), plans[0].note_count(), plans[0].decks.len()), (1, 3, 1));
    assert!(plans[0].issues.iter().any(|issue| issue.code == "passed-over" && issue.location.file.ends_with("notes.md")));
}

#[test]
fn hostile_files_say_what_is_wrong_and_change_nothing() {
    let world = World::new();
    let collection = world.open();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/corpus");
    let check = |name: &str, expected: &str| {
        let reason = match collection.plan_imports(&corpus.join(name), &ImportOptions::default()) {
            Ok(plans) => plans[0].refused.clone().unwrap_or_else(|| format!("taken: {} notes", plans[0].note_count())),
            Err(error) => error.to_string(),
        };
        assert!(reason.contains(expected), "{name}: {reason}");
    };
    check("empty.txt", "empty");
    check("zeros.bin", "zero bytes");
    check("not-utf8.txt", "line 2, column 3");
    check("doctype.xml", "document type");
    check("external.xml", "entity");
    check("deep.xml", "nested");
    check("attributes.xml", "attributes");
    check("half.xml", "line 1");
    check("entity.xml", "entity");
    check("columns.csv", "columns");
    check("newer.apkg", "newer Anki");
    check("lying.apkg", "damaged");
    check("bomb.apkg", "times its size");
    check("link.apkg", "is a link");
    check("twice.apkg", "one name");
    check("locked.apkg", "encrypted");
    check("view.apkg", "view");
    check("trigger.apkg", "trigger");
    check("layout.apkg", "layout 99");
    check("nothing.zip", "readme.doc");
    check("utf16.csv", "taken: 1 notes");
    check("bidi.csv", "taken: 1 notes");
    check("odd-rows.apkg", "taken: 1 notes");
    assert!(!world.path().join("decks").exists() || std::fs::read_dir(world.path().join("decks")).expect("listed").next().is_none());
    assert!(!world.path().join("evil.xml").exists());
}
