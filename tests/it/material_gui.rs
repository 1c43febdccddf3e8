//! Bringing material in, changing it, taking it along: in the window.

use crate::gui::{click, press, press_with, window};
use crate::support::{DECK, World, card};
use ascertain::ui::Gui;
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name)
}

fn write(harness: &mut Harness<'_, Gui>, role: Role, label: &str, text: &str) {
    harness.get_by_role_and_label(role, label).focus();
    harness.run();
    harness.get_by_role_and_label(role, label).type_text(text);
    harness.run();
}

#[test]
fn a_dropped_package_is_previewed_imported_and_taken_back() {
    let world = World::new();
    world.clock.advance(30 * crate::support::DAY);
    let mut harness = window(&world, vec![fixture("anki-latest.apkg")]);
    harness.get_by_label("Import this file?");
    harness.get_by_label("11 answers");
    harness.get_by_label_contains("Take answers and schedules over");
    click(&mut harness, "Import");
    assert_eq!(harness.state().collection().own_decks().len(), 2);
    assert!(harness.state().collection().all_cards().iter().any(|entry| entry.state.reps > 0));
    click(&mut harness, "Undo");
    assert!(harness.state().collection().own_decks().is_empty());
}

#[test]
fn a_bank_that_looks_recalled_is_called_one_and_the_format_can_be_changed() {
    let world = World::new();
    let mut harness = window(&world, vec![fixture("recalled.md")]);
    harness.get_by_label_contains("This looks like questions recalled from a live exam");
    harness.get_by_label("Read as").click();
    harness.run();
    click(&mut harness, "Cancel");
    assert!(harness.state().collection().own_decks().is_empty());
}

#[test]
fn the_columns_of_a_table_are_mapped_by_hand() {
    let world = World::new();
    let path = world.path().join("odd.csv");
    std::fs::write(&path, "Alpha,Beta\nQ one,A one\nQ two,A two\n").expect("written");
    let mut harness = window(&world, vec![path]);
    harness.get_by_label("column 1");
    click(&mut harness, "Import");
    let found = harness.state().collection().search_notes("deck:odd").expect("found").len();
    assert_eq!(found, 3, "a table without headings anybody knows has none");
}

#[test]
fn a_text_pasted_on_the_library_is_looked_at() {
    let world = World::new();
    let mut harness = window(&world, vec![]);
    press(&mut harness, Key::B);
    press(&mut harness, Key::Escape);
    harness.event(Event::Paste("Which keeps keys?\nA) S3\nB) KMS\nANSWER: B\n".to_owned()));
    harness.run();
    harness.get_by_label("Import this file?");
    harness.get_by_label("1 Choice");
    click(&mut harness, "Import");
    assert_eq!(harness.state().collection().own_decks().len(), 1);
}

#[test]
fn cards_are_searched_sorted_selected_and_changed_together() {
    let world = World::with_deck();
    let mut harness = window(&world, vec![]);
    press_with(&mut harness, Modifiers::COMMAND, Key::B);
    write(&mut harness, Role::TextInput, "Search all cards", "deck:mine");
    harness.get_by_label("6 cards");
    click(&mut harness, "Sort by Question");
    click(&mut harness, "All");
    harness.get_by_label("6 selected");
    click(&mut harness, "Suspend");
    assert_eq!(harness.state().collection().search_cards("deck:mine is:suspended").expect("found").len(), 6);
    write(&mut harness, Role::TextInput, "Tag", "exam::soon");
    click(&mut harness, "Add tag");
    assert_eq!(harness.state().collection().search_cards("deck:mine tag:exam").expect("found").len(), 6);
    click(&mut harness, "Find and replace");
    write(&mut harness, Role::TextInput, "Find", "first");
    write(&mut harness, Role::TextInput, "Replace with", "Foremost");
    click(&mut harness, "Replace in selected");
    let front = harness.state().collection().card(&card("mine/one/front")).expect("there").note().expect("a note").headline();
    assert!(front.starts_with("Foremost"), "{front}");
    let text = std::fs::read_to_string(world.path().join("decks/mine.ron")).expect("read");
    assert!(text.contains("exam::soon") && text.contains("Foremost"));
    write(&mut harness, Role::TextInput, "Name of this search", "My deck");
    click(&mut harness, "Keep this search");
    assert_eq!(harness.state().collection().settings().searches.get("My deck").map(String::as_str), Some("deck:mine"));
}

#[test]
fn notes_move_to_another_deck_with_their_history() {
    let world = World::with_deck();
    world.write_deck(
        "other.ron",
        &DECK.replace("id: \"mine\"", "id: \"other\"").replace("title: \"Mine\"", "title: \"Other\"").replace("id: \"two\"", "id: \"due\""),
    );
    let mut collection = world.open();
    collection.start_study(ascertain::app::Scope::Search("deck:mine note:two".into())).expect("started");
    crate::support::answer(&mut collection, &world.clock, ascertain::model::Rating::Good);
    let before = collection.card(&card("mine/two/front")).expect("there").state.clone();
    let error = collection
        .move_notes(&[card("mine/one/front")], &ascertain::model::DeckId::new("other").expect("an id"))
        .expect_err("another note points to it");
    assert!(error.to_string().contains("has a note `one` already"), "{error}");
    let to = ascertain::model::DeckId::new("other").expect("an id");
    assert_eq!(collection.move_notes(&[card("mine/two/front")], &to).expect("moved"), 1);
    assert!(collection.card(&card("mine/two/front")).is_none());
    assert_eq!(collection.card(&card("other/two/front")).expect("there").state, before);
    assert!(collection.verify().expect("looked").is_empty());
    collection.undo_import().expect("undone");
    assert_eq!(collection.card(&card("mine/two/front")).expect("there").state, before);
    assert!(collection.verify().expect("looked").is_empty());
}

#[test]
fn a_note_of_any_kind_is_written_with_the_checkers_marks_beside_it() {
    let world = World::with_deck();
    let mut harness = window(&world, vec![]);
    press(&mut harness, Key::B);
    press(&mut harness, Key::Escape);
    harness.get_by_role_and_label(Role::Link, "Mine").click();
    harness.run();
    click(&mut harness, "Add note");
    harness.get_by_label_contains("the front is empty");
    harness.get_by_role_and_label(Role::RadioButton, "Choice").click();
    harness.run();
    harness.get_by_label_contains("the stem is empty");
    write(&mut harness, Role::MultilineTextInput, "Stem", "Which service keeps master keys for a cloud account?");
    for (label, text) in [("Option A", "KMS"), ("Option B", "S3"), ("Option C", "EC2")] {
        write(&mut harness, Role::MultilineTextInput, label, text);
    }
    assert!(harness.query_by_label_contains("mended first").is_none());
    click(&mut harness, "Save");
    let found = harness.state().collection().search_cards("deck:mine kind:choice \"master keys\"").expect("found").len();
    assert_eq!(found, 1);
    let text = std::fs::read_to_string(world.path().join("decks/mine.ron")).expect("read");
    assert!(text.contains("which-service-keeps-master-keys"), "its id is made of its words: {text}");
}

#[test]
fn a_deck_is_exported_from_its_page() {
    let world = World::with_deck();
    let mut harness = window(&world, vec![]);
    press(&mut harness, Key::B);
    press(&mut harness, Key::Escape);
    harness.get_by_role_and_label(Role::Link, "Mine").click();
    harness.run();
    click(&mut harness, "Export…");
    click(&mut harness, "CSV table");
    let path = harness.state().collection().export_folder().join("mine.csv");
    if path.starts_with(world.path()) {
        click(&mut harness, "Export");
        assert!(std::fs::read_to_string(&path).expect("written").starts_with("id,kind,question"));
    }
}

#[test]
fn everything_is_taken_to_another_machine() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(ascertain::app::Scope::Search("note:one".into())).expect("started");
    crate::support::answer(&mut collection, &world.clock, ascertain::model::Rating::Good);
    collection.set_search("Mine", Some("deck:mine")).expect("kept");
    let states = |collection: &ascertain::app::Collection| {
        collection.all_cards().iter().map(|entry| (entry.id.clone(), entry.state.clone())).collect::<Vec<_>>()
    };
    let before = states(&collection);
    let archive = world.path().join("everything.zip");
    collection.export_everything(&archive).expect("written");
    let other = World::new();
    drop(other.open());
    let paths = ascertain::app::Paths { data: other.path() };
    ascertain::app::restore_everything(&paths, &archive, &other.clock).expect("restored");
    let there = other.open();
    assert_eq!(states(&there), before);
    assert_eq!(there.settings().searches, collection.settings().searches);
    assert_eq!(std::fs::read_to_string(other.path().join("decks/mine.ron")).expect("there"), DECK);
    assert_eq!(there.export_history(true).expect("rows"), collection.export_history(true).expect("rows"));
    assert!(there.verify().expect("looked").is_empty());
    ascertain::app::restore_everything(&paths, &fixture("anki-latest.apkg"), &other.clock).expect_err("not such an archive");
}

#[test]
fn a_change_in_a_file_is_told_field_by_field() {
    let world = World::with_deck();
    let mut collection = world.open();
    world.write_deck("mine.ron", &DECK.replace("First back", "Another back"));
    let changes = collection.load().expect("read");
    let told = &changes[0].told[0].1;
    assert_eq!(
        told.iter().map(|one| (one.field.as_str(), one.before.as_str(), one.after.as_str())).collect::<Vec<_>>(),
        [("back", "First back", "Another back")]
    );
}

#[test]
fn a_note_is_made_changed_and_removed_in_its_file() {
    use ascertain::model::{CardKind, DeckId, NoteBody, QuestionBody};
    let world = World::with_deck();
    let mut collection = world.open();
    let deck = DeckId::new("mine").expect("an id");
    let mut note = collection.new_note(&deck, CardKind::Choice).expect("a note");
    if let NoteBody::Question(question) = &mut note.body {
        question.stem = "Which service keeps master keys for a cloud account?".to_owned();
        if let QuestionBody::Choice(choice) = &mut question.body {
            for (option, text) in choice.options.iter_mut().zip(["KMS", "S3", "EC2"]) {
                text.clone_into(&mut option.text);
            }
        }
    }
    assert!(collection.check_note(&deck, &note).iter().all(|finding| !finding.is_error), "{:?}", collection.check_note(&deck, &note));
    let id = collection.save_note(&deck, note, true).expect("saved");
    assert_eq!(collection.search_cards("deck:mine \"master keys\"").expect("found").len(), 1);
    let saved = collection.deck(&deck).expect("there").note(&id).cloned().expect("there");
    let mut changed = saved.clone();
    changed.tags = vec!["x".to_owned()];
    collection.save_whole_note(&deck, Some(&saved), changed).expect("changed");
    assert_eq!(collection.search_cards("deck:mine tag:x").expect("found").len(), 1);
    let cards: Vec<_> = collection.search_cards("tag:x").expect("found").iter().map(|entry| entry.id.clone()).collect();
    assert_eq!(collection.remove_notes(&cards).expect("removed"), 1);
    assert!(collection.search_cards("deck:mine tag:x").expect("found").is_empty());
    collection.undo_import().expect("undone");
    assert_eq!(collection.search_cards("deck:mine tag:x").expect("found").len(), 1);
}
