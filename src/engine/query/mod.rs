//! Searching cards: `is:due domain:kms -tag:aws "customer managed"`.
//!
//! Terms stand side by side for *and*; `or` and brackets group; `-` in front negates. Words without a colon are looked for
//! in the text. The words are Anki's where Anki has them.

mod columns;
mod eval;

pub use columns::{Columns, Row, Texts, When};
pub use eval::{LEECH_LAPSES, Subject, matches, term_matches};

use crate::model::{CardKind, Flag, Rating};
use std::fmt;

/// A search.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Everything.
    All,
    /// One condition.
    Term(Term),
    /// The opposite.
    Not(Box<Query>),
    /// All of them.
    And(Vec<Query>),
    /// Any of them.
    Or(Vec<Query>),
}

impl Query {
    /// Whether it looks into the text of cards, which must then be at hand.
    pub fn needs_text(&self) -> bool {
        self.any(&|term| matches!(term, Term::Text(_)))
    }

    fn any(&self, asked: &impl Fn(&Term) -> bool) -> bool {
        match self {
            Self::All => false,
            Self::Term(term) => asked(term),
            Self::Not(inner) => inner.any(asked),
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|part| part.any(asked)),
        }
    }
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// The text contains it, whatever the case.
    Text(String),
    /// Deck id.
    Deck(String),
    /// Domain id.
    Domain(String),
    /// Tag.
    Tag(String),
    /// Note id.
    Note(String),
    /// Kind of card.
    Kind(CardKind),
    /// Flag; none for any flag.
    Flag(Option<Flag>),
    /// State of the card.
    Is(Is),
    /// A number of the card, compared.
    Prop(Prop, Compare, f64),
    /// Answered within so many days, perhaps with a certain rating.
    Rated(u32, Option<Rating>),
}

impl Term {
    /// Whether it asks for ratings of past answers.
    pub fn needs_answers(&self) -> bool {
        matches!(self, Self::Rated(_, Some(_)))
    }

    /// Whether it asks for the chance of recall.
    pub fn needs_recall(&self) -> bool {
        matches!(self, Self::Prop(Prop::Recall, ..))
    }
}

/// Numbers one can search by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prop {
    /// Stability in days.
    Stability,
    /// Difficulty, 1 to 10.
    Difficulty,
    /// The chance of recall now, 0 to 1.
    Recall,
    /// Days of the present interval.
    Interval,
    /// Days until it is due; negative when overdue.
    Due,
    /// Answers.
    Reps,
    /// Lapses.
    Lapses,
}

impl Prop {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Stability, "s"),
        (Self::Difficulty, "d"),
        (Self::Recall, "r"),
        (Self::Interval, "ivl"),
        (Self::Due, "due"),
        (Self::Reps, "reps"),
        (Self::Lapses, "lapses"),
    ];
}

/// How numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// Less.
    Less,
    /// Less or the same.
    AtMost,
    /// More.
    More,
    /// More or the same.
    AtLeast,
    /// The same.
    Same,
    /// Another.
    Other,
}

impl Compare {
    /// Longest first, so that `<=` is not read as `<`.
    const ALL: [(Self, &'static str); 6] =
        [(Self::AtMost, "<="), (Self::AtLeast, ">="), (Self::Other, "!="), (Self::Less, "<"), (Self::More, ">"), (Self::Same, "=")];

    /// Whether two numbers compare so.
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
            Self::Same => (left - right).abs() < 1e-6,
            Self::Other => (left - right).abs() >= 1e-6,
        }
    }
}

/// States one can search for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// Due now.
    Due,
    /// Never answered.
    New,
    /// In short steps.
    Learn,
    /// Scheduled by days.
    Review,
    /// Taken out of study.
    Suspended,
    /// Hidden for a while.
    Buried,
    /// With a flag.
    Flagged,
    /// Forgotten again and again.
    Leech,
    /// Whose key the learner calls wrong.
    Disputed,
    /// With words of the learner's.
    Remarked,
}

impl Is {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Due, "due"),
        (Self::New, "new"),
        (Self::Learn, "learn"),
        (Self::Review, "review"),
        (Self::Suspended, "suspended"),
        (Self::Buried, "buried"),
        (Self::Flagged, "flagged"),
        (Self::Leech, "leech"),
        (Self::Disputed, "disputed"),
        (Self::Remarked, "remarked"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(is, _)| *is == self).map_or("", |(_, word)| word)
    }
}

/// Why a search cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// A quote without its pair.
    #[error("a quotation mark is missing its pair")]
    Quote,
    /// A bracket without its pair.
    #[error("a bracket is missing its pair")]
    Bracket,
    /// `or` or `-` with nothing beside it.
    #[error("`{0}` needs something to stand beside it")]
    Dangling(&'static str),
    /// A state nobody knows.
    #[error("there is no state `{0}`; there are due, new, learn, review, suspended, buried, flagged, leech, disputed and remarked")]
    State(String),
    /// A kind nobody knows.
    #[error("there is no kind `{0}`; there are basic, cloze, choice, order, match and typed")]
    Kind(String),
    /// A flag nobody knows.
    #[error("there is no flag `{0}`; there are 1 to 7, and 0 for any")]
    Flag(String),
    /// A comparison that cannot be read.
    #[error("`prop:{0}` cannot be read; write `prop:s>30`, with s, d, r, ivl, due, reps or lapses")]
    Prop(String),
    /// Days that cannot be read.
    #[error("`rated:{0}` cannot be read; write `rated:7`, or `rated:7:1` for Again")]
    Rated(String),
    /// Brackets in brackets in brackets.
    #[error("the search is nested too deeply")]
    Depth,
}

/// Reads a search.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let query = parser.any(0)?;
    match parser.peek() {
        None => Ok(query),
        Some(_) => Err(QueryError::Bracket),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Minus,
    Or,
    /// A word with its name before a colon, if it has one outside quotes.
    Word(Option<String>, String),
}

fn tokens(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(&c) = chars.peek() {
        match c {
            _ if c.is_whitespace() => drop(chars.next()),
            '(' | ')' => {
                chars.next();
                tokens.push(if c == '(' { Token::Open } else { Token::Close });
            }
            '-' => {
                chars.next();
                tokens.push(Token::Minus);
            }
            _ => tokens.push(word(&mut chars)?),
        }
    }
    Ok(tokens)
}

fn word(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Token, QueryError> {
    let (mut name, mut value, mut quoted, mut any_quote) = (None, String::new(), false, false);
    while let Some(&c) = chars.peek() {
        match c {
            '"' => {
                quoted = !quoted;
                any_quote = true;
            }
            ':' if !quoted && !any_quote && name.is_none() && !value.is_empty() => name = Some(std::mem::take(&mut value)),
            _ if !quoted && (c.is_whitespace() || c == '(' || c == ')') => break,
            _ => value.push(c),
        }
        chars.next();
    }
    if quoted {
        return Err(QueryError::Quote);
    }
    let is_or = name.is_none() && !any_quote && value.eq_ignore_ascii_case("or");
    Ok(if is_or { Token::Or } else { Token::Word(name, value) })
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
}

const MAX_DEPTH: usize = 32;

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn any(&mut self, depth: usize) -> Result<Query, QueryError> {
        let mut parts = vec![self.all(depth)?];
        while self.peek() == Some(&Token::Or) {
            self.at += 1;
            parts.push(self.all(depth)?);
        }
        if parts.len() > 1 && parts.contains(&Query::All) {
            return Err(QueryError::Dangling("or"));
        }
        Ok(single(parts, Query::Or))
    }

    fn all(&mut self, depth: usize) -> Result<Query, QueryError> {
        let mut parts = Vec::new();
        while let Some(token) = self.peek() {
            if matches!(token, Token::Or | Token::Close) {
                break;
            }
            parts.push(self.one(depth)?);
        }
        Ok(single(parts, Query::And))
    }

    fn one(&mut self, depth: usize) -> Result<Query, QueryError> {
        if depth > MAX_DEPTH {
            return Err(QueryError::Depth);
        }
        let token = self.peek().cloned();
        self.at += 1;
        match token {
            Some(Token::Minus) => match self.peek() {
                None | Some(Token::Or | Token::Close) => Err(QueryError::Dangling("-")),
                Some(_) => Ok(Query::Not(Box::new(self.one(depth + 1)?))),
            },
            Some(Token::Open) => {
                let inner = self.any(depth + 1)?;
                if self.peek() != Some(&Token::Close) {
                    return Err(QueryError::Bracket);
                }
                self.at += 1;
                Ok(inner)
            }
            Some(Token::Word(name, value)) => Ok(Query::Term(term(name.as_deref(), value)?)),
            Some(Token::Close) | None => Err(QueryError::Bracket),
            Some(Token::Or) => Err(QueryError::Dangling("or")),
        }
    }
}

fn single(mut parts: Vec<Query>, join: fn(Vec<Query>) -> Query) -> Query {
    match parts.len() {
        0 => Query::All,
        1 => parts.pop().unwrap_or(Query::All),
        _ => join(parts),
    }
}

fn term(name: Option<&str>, value: String) -> Result<Term, QueryError> {
    Ok(match name {
        None => Term::Text(value.to_lowercase()),
        Some("deck") => Term::Deck(value),
        Some("domain") => Term::Domain(value),
        Some("tag") => Term::Tag(value),
        Some("note") => Term::Note(value),
        Some("kind") => Term::Kind(CardKind::parse(&value).ok_or(QueryError::Kind(value))?),
        Some("is") => match Is::ALL.iter().find(|(_, word)| *word == value) {
            Some((is, _)) => Term::Is(*is),
            None => return Err(QueryError::State(value)),
        },
        Some("flag") => match value.parse::<u8>() {
            Ok(0) => Term::Flag(None),
            Ok(number) => Term::Flag(Some(Flag::new(number).ok_or(QueryError::Flag(value))?)),
            Err(_) => return Err(QueryError::Flag(value)),
        },
        Some("prop") => prop(&value).ok_or(QueryError::Prop(value))?,
        Some("rated") => rated(&value).ok_or(QueryError::Rated(value))?,
        // A word with a colon nobody knows is text: `arn:aws:kms` should find what it says.
        Some(other) => Term::Text(format!("{other}:{value}").to_lowercase()),
    })
}

fn prop(value: &str) -> Option<Term> {
    let (compare, sign) = Compare::ALL
        .into_iter()
        .filter_map(|(compare, sign)| Some((value.find(sign)?, compare, sign)))
        .min_by_key(|(at, _, sign)| (*at, std::cmp::Reverse(sign.len())))
        .map(|(_, compare, sign)| (compare, sign))?;
    let (name, number) = value.split_once(sign)?;
    let name = if name == "stability" {
        "s"
    } else if name == "difficulty" {
        "d"
    } else {
        name
    };
    let (prop, _) = Prop::ALL.into_iter().find(|(_, word)| *word == name.trim())?;
    let number: f64 = number.trim().parse().ok()?;
    number.is_finite().then_some(Term::Prop(prop, compare, number))
}

fn rated(value: &str) -> Option<Term> {
    let (days, rating) = value.split_once(':').map_or((value, None), |(days, rating)| (days, Some(rating)));
    let days = days.parse().ok().filter(|days| *days > 0)?;
    let rating = match rating {
        Some(rating) => Some(Rating::from_number(rating.parse().ok()?)?),
        None => None,
    };
    Some(Term::Rated(days, rating))
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, parts: &[Query], between: &str| {
            for (index, part) in parts.iter().enumerate() {
                f.write_str(if index == 0 { "" } else { between })?;
                match part {
                    Query::And(_) | Query::Or(_) => write!(f, "({part})")?,
                    _ => write!(f, "{part}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::All => Ok(()),
            Self::Term(term) => write!(f, "{term}"),
            Self::Not(inner) => match **inner {
                Self::And(_) | Self::Or(_) => write!(f, "-({inner})"),
                _ => write!(f, "-{inner}"),
            },
            Self::And(parts) => join(f, parts, " "),
            Self::Or(parts) => join(f, parts, " or "),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| format!("\"{text}\"");
        match self {
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Deck(id) => write!(f, "deck:{}", quoted(id)),
            Self::Domain(id) => write!(f, "domain:{}", quoted(id)),
            Self::Tag(tag) => write!(f, "tag:{}", quoted(tag)),
            Self::Note(id) => write!(f, "note:{}", quoted(id)),
            Self::Kind(kind) => write!(f, "kind:{}", kind.as_str()),
            Self::Flag(flag) => write!(f, "flag:{}", flag.map_or(0, Flag::number)),
            Self::Is(is) => write!(f, "is:{}", is.word()),
            Self::Prop(prop, compare, number) => {
                let name = Prop::ALL.iter().find(|(own, _)| own == prop).map_or("", |(_, word)| word);
                let sign = Compare::ALL.iter().find(|(own, _)| own == compare).map_or("", |(_, sign)| sign);
                write!(f, "prop:{name}{sign}{number}")
            }
            Self::Rated(days, None) => write!(f, "rated:{days}"),
            Self::Rated(days, Some(rating)) => write!(f, "rated:{days}:{}", rating.number()),
        }
    }
}

#[cfg(test)]
mod tests;
