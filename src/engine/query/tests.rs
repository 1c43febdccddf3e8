use super::*;
use crate::model::{Answer, CardState, Now, StudyDay, Timestamp, UtcOffset};
use proptest::prelude::*;

fn found(query: &str) -> bool {
    let tags = ["aws".to_owned(), "kms".to_owned(), "exam::SCS".to_owned()];
    let memory = Some(crate::model::MemoryState { stability: 40.5, difficulty: 6.0 });
    let last_review = Some(Now { at: Timestamp(-70_000_000), offset: UtcOffset(0) });
    let state = CardState { flag: Flag::new(3), lapses: 9, memory, last_review, ..CardState::default() };
    let answers = [Answer { at: Now { at: Timestamp(-70_000_000), offset: UtcOffset(0) }, rating: Rating::Again, taken_millis: 1 }];
    let card = Subject {
        deck: "encryption",
        deck_title: "Cloud::Keys",
        domain: "keys",
        note: "grants",
        tags: &tags,
        kind: CardKind::Choice,
        text: "a customer managed key or an arn:aws:kms key",
        state: &state,
        answers: &answers,
        recall: Some(0.8),
        rollover_hour: 4,
    };
    let now = Now { at: Timestamp(0), offset: UtcOffset(0) };
    matches(&parse(query).expect(query), &card, now, StudyDay(0))
}

#[test]
fn searches_find_what_they_say() {
    for yes in [
        "",
        "customer",
        "\"customer managed\"",
        "CUSTOMER key",
        "deck:encryption",
        "tag:aws tag:kms",
        "domain:keys",
        "kind:choice",
        "is:new",
        "-is:due",
        "flag:3",
        "flag:0",
        "is:flagged",
        "is:leech",
        "tag:gcp or tag:aws",
        "(tag:gcp or tag:aws) is:new",
        "-(tag:gcp is:new)",
        "arn:aws:kms",
        "note:grants",
        "\"or\"",
        "prop:s>30",
        "prop:s>=40.5 prop:d<7",
        "prop:lapses=9 prop:r!=0.5",
        "-prop:reps>0",
        "rated:2",
        "rated:2:1",
        "cust*key",
        "tag:exam",
        "tag:EXAM::scs",
        "tag:ex*",
        "deck:cloud",
        "deck:\"cloud::keys\"",
        "deck:*keys",
    ] {
        assert!(found(yes), "{yes}");
    }
    for no in [
        "azure",
        "-customer",
        "deck:iam",
        "is:due",
        "flag:2",
        "is:suspended",
        "tag:gcp or tag:azure",
        "\"managed customer\"",
        "prop:s<30",
        "prop:ivl>0",
        "rated:1",
        "rated:2:3",
        "key*customer*azure",
        "tag:exa",
        "deck:clou",
    ] {
        assert!(!found(no), "{no}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let check = |text: &str, expected| assert_eq!(parse(text), Err(expected), "{text}");
    check("\"open", QueryError::Quote);
    check("(a", QueryError::Bracket);
    check("a)", QueryError::Bracket);
    check("or b", QueryError::Dangling("or"));
    check("a or", QueryError::Dangling("or"));
    check("-", QueryError::Dangling("-"));
    check("is:tired", QueryError::State("tired".into()));
    check("kind:essay", QueryError::Kind("essay".into()));
    check("prop:x>1", QueryError::Prop("x>1".into()));
    check("prop:s>many", QueryError::Prop("s>many".into()));
    check("rated:0", QueryError::Rated("0".into()));
    check("rated:3:9", QueryError::Rated("3:9".into()));
    check("flag:8", QueryError::Flag("8".into()));
    check(&"(".repeat(100_000), QueryError::Depth);
    check(&"-".repeat(100_000), QueryError::Depth);
}

fn query() -> impl Strategy<Value = Query> {
    let term = prop_oneof![
        "[a-z :()-]{1,8}".prop_map(Term::Text),
        "[a-z0-9-]{1,8}".prop_map(Term::Deck),
        "[a-z]{1,8}".prop_map(Term::Tag),
        Just(Term::Is(Is::Due)),
        Just(Term::Kind(CardKind::Cloze)),
        (1_u8..8).prop_map(|number| Term::Flag(Flag::new(number))),
        (-900_i32..900).prop_map(|number| Term::Prop(Prop::Due, Compare::AtLeast, f64::from(number) / 8.0)),
        (1_u32..99).prop_map(|days| Term::Rated(days, Some(Rating::Hard))),
    ];
    term.prop_map(Query::Term).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|query| Query::Not(Box::new(query))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Query::And),
            proptest::collection::vec(inner, 2..4).prop_map(Query::Or),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(query in query()) {
        prop_assert_eq!(parse(&query.to_string()), Ok(query));
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,60}") {
        drop(parse(&text));
    }
}
