//! Changing notes in place, patches over shipped decks, wrong keys, renamed ids.

use crate::support::{DECK, World, answer, card};
use ascertain::app::{EditValue, Scope};
use ascertain::model::{DeckId, NoteId, Rating};

fn note(id: &str) -> NoteId {
    NoteId::new(id).expect("an id")
}

fn deck(id: &str) -> DeckId {
    DeckId::new(id).expect("an id")
}

/// Changes the field with a label to another text and saves.
fn edit(
    collection: &mut ascertain::app::Collection,
    deck_id: &str,
    id: &str,
    label: &str,
    text: &str,
) -> Result<(), ascertain::app::Error> {
    let before = collection.edit_fields(&deck(deck_id), &note(id)).expect("fields");
    let mut after = before.clone();
    after.iter_mut().find(|field| field.label == label).expect(label).value = EditValue::Text(text.to_owned());
    collection.save_edit(&deck(deck_id), &note(id), &before, &after)
}

#[test]
fn only_the_changed_value_changes_in_a_file_of_ones_own() {
    let world = World::new();
    let commented = DECK.replace("Basic(id: \"one\"", "// keep me\n        Basic(id: \"one\"");
    world.write_deck("mine.ron", &commented);
    let mut collection = world.open();
    edit(&mut collection, "mine", "one", "Back", "A \"new\" back").expect("saved");
    let text = std::fs::read_to_string(world.path().join("decks/mine.ron")).expect("read");
    assert_eq!(text, commented.replace("\"First back\"", "r#\"A \"new\" back\"#"));
    assert!(collection.deck(&deck("mine")).expect("there").note(&note("one")).expect("there").full_text().contains("A \"new\" back"));
}

#[test]
fn history_survives_an_edited_text_and_a_renamed_id() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Search("note:one".into())).expect("started");
    answer(&mut collection, &world.clock, Rating::Easy);
    edit(&mut collection, "mine", "one", "Front", "Another front").expect("saved");
    let state = collection.card(&card("mine/one/front")).expect("there").state.clone();
    assert_eq!(state.reps, 1);
    let text = std::fs::read_to_string(world.path().join("decks/mine.ron")).expect("read");
    world.write_deck("mine.ron", &text.replace("Basic(id: \"one\",", "Basic(id: \"uno\",").replace("see: \"one\"", "see: \"uno\""));
    collection.load().expect("read");
    assert_eq!(collection.orphans().len(), 1, "a renamed card's history is kept and listed");
    assert_eq!(collection.card(&card("mine/uno/front")).expect("there").state.reps, 0);
    let text = text.replace("Basic(id: \"one\",", "Basic(id: \"uno\", was: [\"one\"],").replace("see: \"one\"", "see: \"uno\"");
    world.write_deck("mine.ron", &text);
    collection.load().expect("read");
    assert_eq!((&collection.card(&card("mine/uno/front")).expect("there").state, collection.orphans().len()), (&state, 0));
    world.clock.advance(40 * crate::support::DAY);
    collection.start_study(Scope::Search("note:uno".into())).expect("started");
    answer(&mut collection, &world.clock, Rating::Good);
    collection.undo().expect("undone");
    assert_eq!(collection.card(&card("mine/uno/front")).expect("there").state, state, "undo folds the earlier id's facts too");
}

#[test]
fn a_change_that_would_break_the_file_is_refused() {
    let world = World::with_deck();
    let mut collection = world.open();
    let error = edit(&mut collection, "mine", "one", "Back", "  ").expect_err("an empty back");
    assert!(error.to_string().contains("the back is empty"), "{error}");
    assert_eq!(std::fs::read_to_string(world.path().join("decks/mine.ron")).expect("read"), DECK);
}

#[test]
fn a_shipped_deck_is_changed_by_a_patch_beside_it() {
    let world = World::new();
    let mut collection = world.open();
    let id = deck("nist-ai-rmf");
    let (basic, old) = {
        let shipped = collection.deck(&id).expect("there");
        let basic = shipped.notes.iter().find(|note| note.kind_word() == "Basic").expect("a basic note").clone();
        (basic.id.clone(), shipped)
    };
    edit(&mut collection, "nist-ai-rmf", basic.as_str(), "Back", "**Mine**.").expect("saved");
    let patch = world.path().join("decks/nist-ai-rmf.patch.ron");
    assert!(std::fs::read_to_string(&patch).expect("a patch").contains("**Mine**."));
    let collection_again = {
        drop(collection);
        world.open()
    };
    let new = collection_again.deck(&id).expect("there");
    assert!(new.note(&basic).expect("there").full_text().contains("**Mine**."));
    assert_eq!(new.notes.len(), old.notes.len());
    assert!(collection_again.conflicts(&id).is_empty());
}

#[test]
fn where_both_changed_a_note_the_learner_chooses() {
    let world = World::new();
    let mut collection = world.open();
    let id = deck("nist-ai-rmf");
    let basic =
        collection.deck(&id).expect("there").notes.iter().find(|note| note.kind_word() == "Basic").expect("a basic note").id.clone();
    edit(&mut collection, "nist-ai-rmf", basic.as_str(), "Back", "**Mine**.").expect("saved");
    let patch = world.path().join("decks/nist-ai-rmf.patch.ron");
    let text = std::fs::read_to_string(&patch).expect("a patch");
    // As if the patch had been made from an earlier edition of the note.
    let at = text.find("base:").expect("a base");
    let hash = text[at..].split('"').nth(3).expect("a hash").to_owned();
    std::fs::write(&patch, text.replace(&hash, "0123456789abcdef")).expect("written");
    collection.load().expect("read");
    assert_eq!(collection.conflicts(&id), std::slice::from_ref(&basic));
    collection.settle(&id, &basic, true).expect("settled");
    assert!(
        collection.conflicts(&id).is_empty()
            && collection.deck(&id).expect("there").note(&basic).expect("there").full_text().contains("**Mine**.")
    );
    std::fs::write(&patch, text.replace(&hash, "0123456789abcdef")).expect("written");
    collection.load().expect("read");
    collection.settle(&id, &basic, false).expect("settled");
    assert!(!collection.deck(&id).expect("there").note(&basic).expect("there").full_text().contains("**Mine**."));
    assert!(!patch.exists(), "a patch with nothing in it goes");
}

#[test]
fn a_wrong_key_is_corrected_and_can_be_sent_to_the_author() {
    let world = World::with_deck();
    let mut collection = world.open();
    let id = card("mine/three/question");
    collection.dispute(&id, "Section 9 says otherwise", Some(&[false, true, false])).expect("noted");
    let entry = collection.card(&id).expect("there");
    assert!(entry.state.disputed && entry.state.remark == "Section 9 says otherwise");
    collection.start_study(Scope::Search("note:three".into())).expect("started");
    collection.respond(ascertain::engine::study::Response::Chosen([1].into()));
    assert!(matches!(
        collection.shown().expect("shown").stage,
        ascertain::app::Stage::Judged { verdict: ascertain::engine::study::Verdict::Right, .. }
    ));
    assert!(collection.corrections(&deck("mine")).expect("corrections").contains("Section 9 says otherwise"));
    let fields = collection.edit_fields(&deck("mine"), &note("three")).expect("fields");
    assert_eq!(fields.iter().filter(|field| field.value == EditValue::IsKey(true)).count(), 1);
}

#[test]
fn a_hidden_note_comes_back() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.set_note_hidden(&deck("mine"), &note("one"), true).expect("hidden");
    assert!(collection.card(&card("mine/one/front")).is_none());
    assert_eq!(collection.hidden_notes(&deck("mine")), [note("one")]);
    collection.set_note_hidden(&deck("mine"), &note("one"), false).expect("shown");
    assert!(collection.card(&card("mine/one/front")).is_some());
}

#[test]
fn a_reload_says_what_changed_and_keeps_the_session() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Today).expect("started");
    let shown = collection.shown().expect("shown").card.clone();
    world.write_deck(
        "mine.ron",
        &DECK.replace("Second back", "Another back").replace("notes: [", "notes: [ Basic(id: \"five\", front: \"F\", back: \"B\"),"),
    );
    let changes = collection.load().expect("read");
    assert_eq!(changes.iter().map(|change| (change.added, change.changed, change.removed)).collect::<Vec<_>>(), [(1, 1, 0)]);
    assert_eq!(collection.shown().expect("shown").card, shown);
    assert_eq!(collection.load().expect("read"), [], "nothing changed since");
}

#[test]
fn a_renamed_card_keeps_its_sums_through_a_rebuild_and_its_answers_can_be_undone() {
    let world = World::with_deck();
    let mut collection = world.open();
    collection.start_study(Scope::Search("note:one".into())).expect("started");
    answer(&mut collection, &world.clock, Rating::Easy);
    collection.end_study();
    let renamed = DECK.replace("Basic(id: \"one\",", "Basic(id: \"uno\", was: [\"one\"],").replace("see: \"one\"", "see: \"uno\"");
    world.write_deck("mine.ron", &renamed);
    collection.load().expect("read");
    let undone = collection.undo().expect("undone").expect("the answer under the old id");
    assert_eq!(undone.card, card("mine/uno/front"));
    assert_eq!(collection.card(&card("mine/uno/front")).expect("there").state.reps, 0);
    collection.start_study(Scope::Search("note:uno".into())).expect("started");
    answer(&mut collection, &world.clock, Rating::Easy);
    world.clock.advance(60 * crate::support::DAY);
    collection.start_study(Scope::Search("note:uno".into())).expect("started");
    answer(&mut collection, &world.clock, Rating::Good);
    assert_eq!(collection.verify().expect("looked"), Vec::<String>::new());
    let before = collection.progress(400).expect("sums");
    collection.rebuild().expect("rebuilt");
    assert_eq!(collection.progress(400).expect("sums"), before);
    assert_eq!(before.totals.new_cards, 1);
}

#[test]
fn a_form_that_is_out_of_date_changes_nothing() {
    let world = World::with_deck();
    let mut collection = world.open();
    let before = collection.edit_fields(&deck("mine"), &note("one")).expect("fields");
    let mut after = before.clone();
    after[1].value = EditValue::Text("From the form".into());
    let meanwhile = DECK.replace("First back", "From the editor");
    world.write_deck("mine.ron", &meanwhile);
    let error = collection.save_edit(&deck("mine"), &note("one"), &before, &after).expect_err("changed meanwhile");
    assert!(error.to_string().contains("changed meanwhile"), "{error}");
    assert_eq!(std::fs::read_to_string(world.path().join("decks/mine.ron")).expect("read"), meanwhile);
}

#[test]
fn a_patch_that_cannot_be_read_is_never_written_over() {
    let world = World::with_deck();
    let broken = "Patch(format: 1, deck: \"mine\", add: [ // my own work\n";
    world.write_deck("mine.patch.ron", broken);
    let mut collection = world.open();
    let error = collection.set_note_hidden(&deck("mine"), &note("one"), true).expect_err("not over that");
    assert!(error.to_string().contains("cannot be read"), "{error}");
    assert_eq!(std::fs::read_to_string(world.path().join("decks/mine.patch.ron")).expect("read"), broken);
}
