//! Shapes that items in the wild have.

use super::super::foreign::{basic, choice, cloze_or_basic, option, order, pairs, typed};
use super::*;
use crate::model::NoteBody;

fn read_one(text: &str) -> (Vec<NoteBody>, Vec<String>) {
    let foreign = read_text(Path::new("q.xml"), text).expect("read");
    let bodies = foreign.decks.into_iter().flat_map(|deck| deck.notes).map(|note| note.body).collect();
    (bodies, foreign.issues.into_iter().map(|issue| issue.message).collect())
}

/// An item of the first version.
fn item(presentation: &str, processing: &str) -> String {
    format!(
        "<!DOCTYPE questestinterop SYSTEM \"ims.dtd\"><questestinterop><item ident='i'><presentation>{presentation}</presentation>\
         <resprocessing>{processing}</resprocessing></item></questestinterop>"
    )
}

fn text(words: &str) -> String {
    format!("<material><mattext>{words}</mattext></material>")
}

fn lid(ident: &str, cardinality: &str, stem: &str, labels: &[(&str, &str)]) -> String {
    let label = |(id, words): &(&str, &str)| format!("<response_label ident='{id}'><flow_mat>{}</flow_mat></response_label>", text(words));
    let labels: String = labels.iter().map(label).collect();
    let stem = if stem.is_empty() { String::new() } else { text(stem) };
    format!("<response_lid ident='{ident}' rcardinality='{cardinality}'>{stem}<render_choice>{labels}</render_choice></response_lid>")
}

fn when(response: &str, value: &str, set: &str) -> String {
    let test = format!("<varequal respident='{response}'>{value}</varequal>");
    format!("<respcondition><conditionvar>{test}</conditionvar>{set}</respcondition>")
}

#[test]
fn of_several_scores_the_highest_is_the_key() {
    let labels = [("a", "red"), ("b", "green"), ("c", "blue")];
    let score = |value: &str, set: &str| when("r", value, set);
    let processing = [
        score("a", "<setvar action='Set'>100</setvar>"),
        score("b", "<setvar action='Set'>40</setvar>"),
        score("c", "<setvar action='Subtract'>1</setvar><setvar varname='WRONG'>1</setvar>"),
    ];
    let (bodies, said) = read_one(&item(&format!("{}{}", text("Which?"), lid("r", "Single", "", &labels)), &processing.concat()));
    let options = vec![option("red", true, ""), option("green", false, ""), option("blue", false, "")];
    assert_eq!(bodies, [choice("Which?", options, "").expect("a choice")]);
    assert!(said.iter().any(|message| message.contains("part worth")), "{said:?}");
}

#[test]
fn orders_groups_blanks_and_ranges_are_read() {
    let one = "<setvar>1</setvar>";
    let labels = [("a", "elephant"), ("b", "ant"), ("c", "cat")];
    let steps: String = ["b", "c", "a"].iter().map(|id| when("r", id, one)).collect();
    let (bodies, _) = read_one(&item(&format!("{}{}", text("Small first."), lid("r", "Ordered", "", &labels)), &steps));
    assert_eq!(bodies, [order("Small first.", vec!["ant".into(), "cat".into(), "elephant".into()], "").expect("an order")]);

    let things = [("1", "apple"), ("2", "pear"), ("3", "leek")];
    let groups = format!("{}{}{}", text("Sort."), lid("f", "Multiple", "Fruit", &things), lid("v", "Multiple", "Vegetable", &things));
    let right = [when("f", "1", one), when("f", "2", one), when("v", "3", one)].concat();
    let expected = [("apple", "Fruit"), ("pear", "Fruit"), ("leek", "Vegetable")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(read_one(&item(&groups, &right)).0, [pairs("Sort.", expected.to_vec(), Vec::new(), "").expect("pairs")]);

    let blanks = format!(
        "{}{}{}",
        text("[x] is [y]."),
        lid("1", "Single", "x", &[("a", "Snow")]),
        lid("2", "Single", "y", &[("b", "white"), ("c", "White")])
    );
    let right = [when("1", "a", one), when("2", "b", one), when("2", "c", one)].concat();
    assert_eq!(read_one(&item(&blanks, &right)).0, [cloze_or_basic("{{c1::Snow}} is {{c2::white}}.", "")]);

    let number = "<response_str ident='n'><material><mattext>About five?</mattext></material><render_fib/></response_str>";
    let range = "<respcondition><conditionvar><vargte respident='n'>4.5</vargte><varlte respident='n'>5.5</varlte></conditionvar><setvar>1</setvar></respcondition>";
    let accept = vec!["5".to_owned(), "4.5".to_owned(), "5.5".to_owned()];
    assert_eq!(read_one(&item(number, range)).0, [typed("About five?", accept, "Accepted: from 4.5 to 5.5.")]);
}

#[test]
fn what_scores_most_is_right_whole() {
    let number = "<response_str ident='n'><material><mattext>How many?</mattext></material><render_fib/></response_str>";
    let range = |low: &str, high: &str, score: &str| {
        format!(
            "<respcondition><conditionvar><vargt respident='n'>{low}</vargt><varlte respident='n'>{high}</varlte></conditionvar><setvar>{score}</setvar></respcondition>"
        )
    };
    let found = read_one(&item(number, &[range("0", "3", "0"), range("4.5", "5.5", "1")].concat())).0;
    assert_eq!(found, [typed("How many?", vec!["5".into(), "5.5".into()], "Accepted: from 4.5 to 5.5.")]);

    let labels = [("a", "one"), ("b", "two")];
    let places = "<respcondition><conditionvar><varequal respident='r' index='2'>a</varequal><varequal respident='r' index='1'>b</varequal></conditionvar><setvar>1</setvar></respcondition>";
    let found = read_one(&item(&format!("{}{}", text("Order."), lid("r", "Ordered", "", &labels)), places)).0;
    assert_eq!(found, [order("Order.", vec!["two".into(), "one".into()], "").expect("an order")]);

    let labels = [("a", "red"), ("b", "green"), ("c", "blue")];
    let both = |two: [&str; 2], score: &str| {
        let tests: String = two.iter().map(|id| format!("<varequal respident='r'>{id}</varequal>")).collect();
        format!("<respcondition><conditionvar><and>{tests}</and></conditionvar><setvar>{score}</setvar></respcondition>")
    };
    let processing = [both(["a", "b"], "1"), both(["a", "c"], "0.5")].concat();
    let found = read_one(&item(&format!("{}{}", text("Which?"), lid("r", "Multiple", "", &labels)), &processing)).0;
    let options = vec![option("red", true, ""), option("green", true, ""), option("blue", false, "")];
    assert_eq!(found, [choice("Which?", options, "").expect("a choice")]);
}

/// An item of the second version.
fn item_two(declaration: &str, body: &str, after: &str) -> String {
    format!("<assessmentItem identifier='an-item-of-two' title='T'>{declaration}<itemBody>{body}</itemBody>{after}</assessmentItem>")
}

#[test]
fn mapped_values_rubrics_and_feedback_have_their_places() {
    let mapping = "<responseDeclaration identifier='R' cardinality='single'><mapping><mapEntry mapKey='A' mappedValue='0.5'/><mapEntry mapKey='B' mappedValue='2'/></mapping></responseDeclaration>";
    let body = "<rubricBlock view='scorer'>Award it for gold.</rubricBlock><p>Which metal?</p><feedbackBlock identifier='f'>Gold it is.</feedbackBlock>\
                <choiceInteraction responseIdentifier='R'><simpleChoice identifier='A'>tin</simpleChoice><simpleChoice identifier='B'>gold</simpleChoice></choiceInteraction>";
    let options = vec![option("tin", false, ""), option("gold", true, "")];
    assert_eq!(read_one(&item_two(mapping, body, "")).0, [choice("Which metal?", options, "Gold it is.").expect("a choice")]);

    let none = "<responseDeclaration identifier='R' cardinality='single'/>";
    let (bodies, said) = read_one(&item_two(none, body, ""));
    assert!(matches!(bodies.as_slice(), [NoteBody::Basic { front, .. }] if front.contains("Which metal?")), "{bodies:?}");
    assert!(said.iter().any(|message| message.contains("kept as a note")), "{said:?}");

    let matched = "<responseDeclaration identifier='R' cardinality='multiple'><correctResponse><value>A x</value><value>A y</value></correctResponse></responseDeclaration>";
    let body = "<matchInteraction responseIdentifier='R'><prompt>Match.</prompt>\
                <simpleMatchSet><simpleAssociableChoice identifier='A'>Alps</simpleAssociableChoice></simpleMatchSet>\
                <simpleMatchSet><simpleAssociableChoice identifier='x'>Eiger</simpleAssociableChoice><simpleAssociableChoice identifier='y'>Monch</simpleAssociableChoice></simpleMatchSet></matchInteraction>";
    let expected = [("Eiger", "Alps"), ("Monch", "Alps")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(read_one(&item_two(matched, body, "")).0, [pairs("Match.", expected.to_vec(), Vec::new(), "").expect("pairs")]);
    let hidden = "<modalFeedback identifier='A' showHide='hide' outcomeIdentifier='F'>Look again.</modalFeedback>";
    assert_eq!(read_one(&item_two("", "<p>Read.</p>", hidden)).0, [basic("Read.", "Look again.")]);
}
