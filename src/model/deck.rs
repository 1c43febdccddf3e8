//! Decks and their notes, and the cards a note yields.

use super::cloze;
use super::id::{CardId, DeckId, DomainId, NoteId, SourceId, fnv1a, fnv1a_of};
use super::item::{Case, Question, QuestionBody};
use chrono::NaiveDate;
use std::borrow::Cow;

/// A collection of notes on one subject, as its author wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Deck {
    /// Stable for ever.
    pub id: DeckId,
    /// What it is called.
    pub title: String,
    /// What it covers, in a line.
    pub summary: String,
    /// BCP 47 tag of the language it is written in.
    pub language: String,
    /// Its own edition.
    pub edition: String,
    /// The day its facts were last checked.
    pub as_of: Option<NaiveDate>,
    /// Licence of the text.
    pub license: String,
    /// The parts of the subject.
    pub domains: Vec<Domain>,
    /// The documents its facts come from.
    pub sources: Vec<Source>,
    /// The notes, in the author's order.
    pub notes: Vec<Note>,
}

/// A part of a deck's subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    /// Names it in notes and blueprints.
    pub id: DomainId,
    /// What it is called.
    pub title: String,
}

/// A primary source.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Names it in citations.
    pub id: SourceId,
    /// Its official title.
    pub title: String,
    /// Which edition was read.
    pub edition: String,
    /// Where it can be read.
    pub url: String,
}

/// Where a fact is written: a source and the place in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Citation {
    /// The source.
    pub source: SourceId,
    /// Article, section or page.
    pub pinpoint: String,
}

/// What an author writes; it yields one or more cards.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Unique in the deck, never reused.
    pub id: NoteId,
    /// The domain it belongs to.
    pub domain: Option<DomainId>,
    /// Where its facts are written.
    pub cites: Vec<Citation>,
    /// Free words to find it by.
    pub tags: Vec<String>,
    /// Ids it had before.
    pub was: Vec<NoteId>,
    /// The day this note was checked, if later than its deck.
    pub as_of: Option<NaiveDate>,
    /// A picture shown with the question, relative to the deck's media folder.
    pub image: Option<String>,
    /// What it asks.
    pub body: NoteBody,
}

/// The kinds of note.
#[derive(Debug, Clone, PartialEq)]
pub enum NoteBody {
    /// A question and its answer.
    Basic {
        /// The question.
        front: String,
        /// The answer.
        back: String,
        /// Whether it is asked the other way round too.
        both_ways: bool,
    },
    /// A sentence with gaps.
    Cloze {
        /// The sentence, gaps as `{{c1::answer::hint}}`.
        text: String,
        /// What is worth reading with the answer; may be empty.
        why: String,
    },
    /// A question that is answered by doing it.
    Question(Question),
    /// A scenario with several questions.
    Case(Case),
}

impl NoteBody {
    /// Every text of it that is written in our markup, to be changed.
    pub fn texts_mut(&mut self) -> Vec<&mut String> {
        fn of_question(question: &mut Question) -> Vec<&mut String> {
            let mut texts = vec![&mut question.stem, &mut question.why];
            match &mut question.body {
                QuestionBody::Choice(choice) => {
                    texts.extend(choice.options.iter_mut().flat_map(|option| [&mut option.text, &mut option.why]));
                }
                QuestionBody::Order(order) => texts.extend(order.steps.iter_mut()),
                QuestionBody::Match(pairs) => {
                    texts.extend(pairs.pairs.iter_mut().flat_map(|(left, right)| [left, right]));
                    texts.extend(pairs.decoys.iter_mut());
                }
                QuestionBody::Typed(typed) => texts.extend(typed.accept.iter_mut()),
            }
            texts
        }
        match self {
            Self::Basic { front, back, .. } => vec![front, back],
            Self::Cloze { text, why } => vec![text, why],
            Self::Question(question) => of_question(question),
            Self::Case(case) => {
                let mut texts = vec![&mut case.scenario];
                texts.extend(case.exhibits.iter_mut().map(|exhibit| &mut exhibit.text));
                texts.extend(case.questions.iter_mut().flat_map(|(_, question)| of_question(question)));
                texts
            }
        }
    }
}

/// What kind of card was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CardKind {
    /// Recall an answer.
    Basic,
    /// Fill a gap.
    Cloze,
    /// Choose one or several options.
    Choice,
    /// Put steps in order.
    Order,
    /// Pair things.
    Match,
    /// Type an answer.
    Typed,
}

impl CardKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Basic, Self::Cloze, Self::Choice, Self::Order, Self::Match, Self::Typed];

    /// Whether it is answered by doing it, and so can be asked in a mock exam.
    pub fn is_question(self) -> bool {
        !matches!(self, Self::Basic | Self::Cloze)
    }

    /// The word in files, searches and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Cloze => "cloze",
            Self::Choice => "choice",
            Self::Order => "order",
            Self::Match => "match",
            Self::Typed => "typed",
        }
    }

    /// The kind with this word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One thing to be scheduled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Card<'a> {
    /// The note it comes from.
    pub note: &'a Note,
    /// What it shows.
    pub face: Face<'a>,
}

/// What a card shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Face<'a> {
    /// A question; the answer is recalled.
    Basic {
        /// Key of the card.
        key: &'static str,
        /// What is asked.
        front: &'a str,
        /// What should be recalled.
        back: &'a str,
    },
    /// A sentence in which one number's gaps are hidden.
    Cloze {
        /// The whole text.
        text: &'a str,
        /// Which gaps are hidden.
        number: u16,
        /// What is worth reading with the answer; may be empty.
        why: &'a str,
    },
    /// A question, perhaps with the scenario it belongs to.
    Question {
        /// Key of the card.
        key: &'a str,
        /// The scenario.
        case: Option<&'a Case>,
        /// The question.
        question: &'a Question,
    },
}

/// Key of the one card of a question note.
pub const QUESTION_KEY: &str = "question";

impl Note {
    /// The cards the note yields, in a fixed order.
    pub fn cards(&self) -> Vec<Card<'_>> {
        let card = |face| Card { note: self, face };
        match &self.body {
            NoteBody::Basic { front, back, both_ways } => {
                let mut cards = vec![card(Face::Basic { key: "front", front, back })];
                if *both_ways {
                    cards.push(card(Face::Basic { key: "back", front: back, back: front }));
                }
                cards
            }
            NoteBody::Cloze { text, why } => {
                cloze::numbers(text).into_iter().map(|number| card(Face::Cloze { text, number, why })).collect()
            }
            NoteBody::Question(question) => {
                vec![card(Face::Question { key: QUESTION_KEY, case: None, question })]
            }
            NoteBody::Case(case) => (case.questions.iter())
                .map(|(key, question)| card(Face::Question { key: key.as_str(), case: Some(case), question }))
                .collect(),
        }
    }

    /// The questions a mock exam can draw from it, with their keys.
    pub fn questions(&self) -> Vec<(&str, &Question)> {
        match &self.body {
            NoteBody::Question(question) => vec![(QUESTION_KEY, question)],
            NoteBody::Case(case) => case.questions.iter().map(|(key, question)| (key.as_str(), question)).collect(),
            NoteBody::Basic { .. } | NoteBody::Cloze { .. } => Vec::new(),
        }
    }

    /// The kind of the note, in the word of the format.
    pub fn kind_word(&self) -> &'static str {
        match &self.body {
            NoteBody::Basic { .. } => "Basic",
            NoteBody::Cloze { .. } => "Cloze",
            NoteBody::Question(question) => match question.body {
                QuestionBody::Choice(_) => "Choice",
                QuestionBody::Order(_) => "Order",
                QuestionBody::Match(_) => "Match",
                QuestionBody::Typed(_) => "Typed",
            },
            NoteBody::Case(_) => "Case",
        }
    }

    /// A line to know it by in a list.
    pub fn headline(&self) -> String {
        let text = match &self.body {
            NoteBody::Basic { front, .. } => front.clone(),
            NoteBody::Cloze { text, .. } => cloze::render(text, None),
            NoteBody::Question(question) => question.stem.clone(),
            NoteBody::Case(case) => case.scenario.clone(),
        };
        super::text::plain(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Everything a learner can read on it, in one text: for searching and for comparing notes.
    pub fn full_text(&self) -> String {
        let mut parts: Vec<&str> = vec![self.id.as_str()];
        parts.extend(self.tags.iter().map(String::as_str));
        match &self.body {
            NoteBody::Basic { front, back, .. } => parts.extend([front.as_str(), back.as_str()]),
            NoteBody::Cloze { text, why } => {
                parts.push(text);
                parts.extend(Some(why.as_str()).filter(|why| !why.is_empty()));
            }
            NoteBody::Question(question) => parts.extend(question.texts()),
            NoteBody::Case(case) => {
                parts.push(&case.scenario);
                parts.extend(case.exhibits.iter().flat_map(|e| [e.title.as_str(), e.text.as_str()]));
                parts.extend(case.questions.iter().flat_map(|(_, question)| question.texts()));
            }
        }
        parts.join("\n")
    }
}

/// A field that reads otherwise than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field's name.
    pub field: String,
    /// What it said; empty if it is new.
    pub before: String,
    /// What it says; empty if it is gone.
    pub after: String,
}

impl Note {
    /// Its texts by the names of their fields, for telling what changed between two editions.
    pub fn named_texts(&self) -> Vec<(String, String)> {
        fn of_question(prefix: &str, question: &Question, out: &mut Vec<(String, String)>) {
            let mut push = |name: String, text: &str| out.push((format!("{prefix}{name}"), text.to_owned()));
            push("stem".to_owned(), &question.stem);
            match &question.body {
                QuestionBody::Choice(choice) => {
                    for (place, option) in choice.options.iter().enumerate() {
                        let mark = if option.is_key { "key" } else { "wrong" };
                        push(format!("option {}", place + 1), &format!("({mark}) {}", option.text));
                        push(format!("why of option {}", place + 1), &option.why);
                    }
                }
                QuestionBody::Order(order) => {
                    for (place, step) in order.steps.iter().enumerate() {
                        push(format!("step {}", place + 1), step);
                    }
                }
                QuestionBody::Match(pairs) => {
                    for (place, (left, right)) in pairs.pairs.iter().enumerate() {
                        push(format!("pair {}", place + 1), &format!("{left} → {right}"));
                    }
                    push("decoys".to_owned(), &pairs.decoys.join("; "));
                }
                QuestionBody::Typed(typed) => push("accepted answers".to_owned(), &typed.accept.join("; ")),
            }
            push("why".to_owned(), &question.why);
        }
        let mut out = Vec::new();
        let mut push = |name: &str, text: &str| out.push((name.to_owned(), text.to_owned()));
        push("domain", self.domain.as_ref().map_or("", |domain| domain.as_str()));
        push("tags", &self.tags.join(" "));
        let cites: Vec<String> = self.cites.iter().map(|cite| format!("{}, {}", cite.source, cite.pinpoint)).collect();
        push("cites", &cites.join("; "));
        match &self.body {
            NoteBody::Basic { front, back, .. } => {
                push("front", front);
                push("back", back);
            }
            NoteBody::Cloze { text, why } => {
                push("text", text);
                push("why", why);
            }
            NoteBody::Question(question) => of_question("", question, &mut out),
            NoteBody::Case(case) => {
                push("scenario", &case.scenario);
                for exhibit in &case.exhibits {
                    push(&format!("exhibit {}", exhibit.title), &exhibit.text);
                }
                for (key, question) in &case.questions {
                    of_question(&format!("{key}: "), question, &mut out);
                }
            }
        }
        out
    }

    /// What reads otherwise than in an earlier edition of the note.
    pub fn differences(&self, before: &Self) -> Vec<Difference> {
        let (old, new) = (before.named_texts(), self.named_texts());
        let text = |list: &[(String, String)], name: &str| {
            list.iter().find(|(own, _)| own == name).map(|(_, text)| text.clone()).unwrap_or_default()
        };
        let mut found: Vec<Difference> = (new.iter())
            .map(|(name, now)| Difference { field: name.clone(), before: text(&old, name), after: now.clone() })
            .filter(|one| one.before != one.after)
            .collect();
        let gone = old.iter().filter(|(name, text)| !text.is_empty() && new.iter().all(|(own, _)| own != name));
        found.extend(gone.map(|(name, text)| Difference { field: name.clone(), before: text.clone(), after: String::new() }));
        found
    }
}

impl<'a> Card<'a> {
    /// The key of the card within its note.
    pub fn key(&self) -> Cow<'a, str> {
        match self.face {
            Face::Cloze { number, .. } => format!("c{number}").into(),
            Face::Basic { key, .. } | Face::Question { key, .. } => key.into(),
        }
    }

    /// The id of the card, given its deck. None only if a key is not an id, which the loader rules out.
    pub fn id(&self, deck: &DeckId) -> Option<CardId> {
        let key = NoteId::new(&self.key()).ok()?;
        Some(CardId { deck: deck.clone(), note: self.note.id.clone(), key })
    }

    /// What kind of card it is.
    pub fn kind(&self) -> CardKind {
        match self.face {
            Face::Basic { .. } => CardKind::Basic,
            Face::Cloze { .. } => CardKind::Cloze,
            Face::Question { question, .. } => match question.body {
                QuestionBody::Choice(_) => CardKind::Choice,
                QuestionBody::Order(_) => CardKind::Order,
                QuestionBody::Match(_) => CardKind::Match,
                QuestionBody::Typed(_) => CardKind::Typed,
            },
        }
    }

    /// Hash of what the card shows, stored with each answer: it tells later whether the text has changed since.
    pub fn text_hash(&self) -> u64 {
        let joined = |one: &str, two: &str| fnv1a_of(&[one.as_bytes(), b"\x1f", two.as_bytes()]);
        match self.face {
            Face::Basic { front, back, .. } => joined(front, back),
            Face::Cloze { text, why: "", .. } => fnv1a(text.as_bytes()),
            Face::Cloze { text, why, .. } => joined(text, why),
            Face::Question { case, question, .. } => {
                let scenario = case.map_or("", |case| case.scenario.as_str());
                joined(scenario, &question.texts().join("\u{1f}"))
            }
        }
    }

    /// The question, if the card asks one.
    pub fn question(&self) -> Option<&'a Question> {
        match self.face {
            Face::Question { question, .. } => Some(question),
            Face::Basic { .. } | Face::Cloze { .. } => None,
        }
    }
}

impl Deck {
    /// The title of a domain; the id itself if the deck does not name it.
    pub fn domain_title<'a>(&'a self, id: &'a DomainId) -> &'a str {
        self.domains.iter().find(|domain| domain.id == *id).map_or(id.as_str(), |domain| domain.title.as_str())
    }

    /// A source by its id.
    pub fn source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == *id)
    }

    /// A note by its id.
    pub fn note(&self, id: &NoteId) -> Option<&Note> {
        self.notes.iter().find(|note| note.id == *id)
    }

    /// How many cards its notes yield.
    pub fn card_count(&self) -> usize {
        self.notes.iter().map(|note| note.cards().len()).sum()
    }
}

/// A learner's changes to a deck that is not theirs, kept beside it so that a later edition still brings its corrections.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// The deck it changes.
    pub deck: DeckId,
    /// Notes that stand in for those of the same id.
    pub replace: Vec<Note>,
    /// Notes that are added.
    pub add: Vec<Note>,
    /// Notes that are not shown.
    pub hide: Vec<NoteId>,
}
