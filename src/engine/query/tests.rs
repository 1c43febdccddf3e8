use super::*;
use crate::model::{CardState, Now, StudyDay, Timestamp, UtcOffset};
use proptest::prelude::*;

fn found(query: &str) -> bool {
    let tags = ["aws".to_owned(), "kms".to_owned()];
    let state = CardState { flag: Flag::new(3), lapses: 9, ..CardState::default() };
    let card = Subject {
        deck: "encryption",
        domain: "keys",
        note: "grants",
        tags: &tags,
        kind: CardKind::Choice,
        text: "a customer managed key or an arn:aws:kms key",
        state: &state,
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
    ] {
        assert!(found(yes), "{yes}");
    }
    for no in ["azure", "-customer", "deck:iam", "is:due", "flag:2", "is:suspended", "tag:gcp or tag:azure", "\"managed customer\""] {
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
