use super::*;
use crate::model::{Answer, CardPhase, CardState, Due, MemoryState, Now, StudyDay, Timestamp, UtcOffset};
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

/// Searches of such terms: negated, and joined by and and or.
fn joined(term: impl Strategy<Value = Term> + 'static, depth: u32, size: u32) -> impl Strategy<Value = Query> {
    term.prop_map(Query::Term).prop_recursive(depth, size, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|query| Query::Not(Box::new(query))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Query::And),
            proptest::collection::vec(inner, 2..4).prop_map(Query::Or),
        ]
    })
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
    joined(term, 4, 24)
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

/// Words that occur, so that random searches find something.
const WORDS: [&str; 6] = ["aws", "kms", "key", "aws::kms", "Cloud", "cloud::keys"];

#[derive(Debug, Clone)]
struct Drawn {
    deck: usize,
    note: bool,
    words: Vec<&'static str>,
    state: CardState,
}

fn state() -> impl Strategy<Value = CardState> {
    let due = prop_oneof![
        Just(None),
        (-3..4).prop_map(|day| Some(Due::Day(StudyDay(day)))),
        (-9_i64..9).prop_map(|at| Some(Due::At(Timestamp(at))))
    ];
    let days = proptest::option::of(-3..4);
    let phase = proptest::sample::select(vec![CardPhase::New, CardPhase::Learning, CardPhase::Review, CardPhase::Relearning]);
    let numbers = (proptest::option::of(1_u8..99), 0_u32..12, proptest::option::of(1_u8..4));
    (due, phase, days.clone(), days, any::<bool>(), numbers).prop_map(|(due, phase, buried, last, suspended, (stability, lapses, flag))| {
        CardState {
            due,
            phase,
            suspended,
            lapses,
            buried_until: buried.map(StudyDay),
            last_review: last.map(|day| Now { at: Timestamp(i64::from(day) * 86_400_000), offset: UtcOffset(60) }),
            memory: stability
                .map(|stability| MemoryState { stability: f32::from(stability) / 2.0, difficulty: f32::from(stability) / 10.0 }),
            flag: flag.and_then(Flag::new),
            ..CardState::default()
        }
    })
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let words = proptest::collection::vec(proptest::sample::select(WORDS.to_vec()), 0..3);
    (0..WORDS.len(), any::<bool>(), words, state()).prop_map(|(deck, note, words, state)| Drawn { deck, note, words, state })
}

fn asked() -> impl Strategy<Value = Query> {
    let word = || proptest::sample::select(vec!["aws", "k*y", "key", "cloud", "kms", "", "s k"]).prop_map(str::to_owned);
    let term = prop_oneof![
        word().prop_map(Term::Text),
        word().prop_map(Term::Deck),
        word().prop_map(Term::Domain),
        word().prop_map(Term::Tag),
        word().prop_map(Term::Note),
        proptest::option::of(1_u8..4).prop_map(|flag| Term::Flag(flag.and_then(Flag::new))),
        proptest::sample::select(Is::ALL.to_vec()).prop_map(|(is, _)| Term::Is(is)),
        (proptest::sample::select(Prop::ALL.to_vec()), proptest::sample::select(Compare::ALL.to_vec()), -3_i8..60)
            .prop_map(|((prop, _), (compare, _), number)| Term::Prop(prop, compare, f64::from(number) / 2.0)),
        (1_u32..5).prop_map(|days| Term::Rated(days, None)),
    ];
    joined(term, 3, 12)
}

proptest! {
    /// What is found by columns is what is meant card by card, also after the state of a card changed.
    #[test]
    fn columns_find_what_is_meant(
        mut cards in proptest::collection::vec(drawn(), 1..150),
        query in asked(),
        changed in proptest::collection::vec((any::<proptest::sample::Index>(), state()), 0..4),
    ) {
        let now = Now { at: Timestamp(0), offset: UtcOffset(60) };
        let when = When { now, today: StudyDay(0), rollover_hour: 4 };
        let mut texts = Texts::default();
        let mut numbers = Vec::new();
        for card in &cards {
            // A card that is not the first of its note shows the same text.
            if card.note || numbers.is_empty() {
                texts.push(&card.words.join(" "));
            }
            numbers.push(texts.len());
        }
        let tags: Vec<Vec<String>> = cards.iter().map(|card| card.words.iter().map(|word| (*word).to_owned()).collect()).collect();
        let rows: Vec<Row<'_>> = cards.iter().zip(&tags).zip(&numbers).map(|((card, tags), number)| Row {
            deck: WORDS[card.deck],
            hidden: card.deck == 5,
            note_number: *number,
            domain: card.words.first().copied().unwrap_or_default(),
            tags,
            state: &card.state,
        }).collect();
        let mut columns = Columns::new(&rows);
        for (place, state) in changed {
            let place = place.index(cards.len());
            columns.set_state(place, &state);
            cards[place].state = state;
        }
        let subject = |place: usize| -> Subject<'_> {
            let card = &cards[place];
            Subject {
                deck: WORDS[card.deck],
                deck_title: WORDS[card.deck],
                domain: card.words.first().copied().unwrap_or_default(),
                note: WORDS[card.deck],
                tags: &tags[place],
                kind: CardKind::Basic,
                text: texts.get(numbers[place] - 1),
                state: &card.state,
                answers: &[],
                recall: None,
                rollover_hour: 4,
            }
        };
        let one = |term: &Term, place: usize| term_matches(term, &subject(place), now, StudyDay(0));
        let found: Vec<usize> = columns.find(&query, when, &texts, &one).places().collect();
        let meant: Vec<usize> =
            (0..cards.len()).filter(|place| cards[*place].deck != 5 && matches(&query, &subject(*place), now, StudyDay(0))).collect();
        prop_assert_eq!(found, meant);
    }
}
