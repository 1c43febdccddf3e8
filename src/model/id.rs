//! Identifiers: stable for ever, chosen by authors, checked once.

use std::fmt;
use std::sync::Arc;

/// Longest identifier accepted, in bytes. Long enough for any slug, short enough for a file name and a table cell.
pub const MAX_ID_LEN: usize = 80;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing was given.
    #[error("an id cannot be empty")]
    Empty,
    /// More than [`MAX_ID_LEN`] bytes.
    #[error("an id has at most {MAX_ID_LEN} characters, this one has {0}")]
    TooLong(usize),
    /// A character other than `a-z`, `0-9` and `-`.
    #[error("an id uses a-z, 0-9 and -, not {0:?}")]
    Character(char),
}

fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > MAX_ID_LEN {
        return Err(IdError::TooLong(text.chars().count()));
    }
    match text.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        Some(c) => Err(IdError::Character(c)),
        None => Ok(()),
    }
}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks that the text has only `a-z`, `0-9` and `-` and is not too long.
            pub fn new(text: &str) -> Result<Self, IdError> {
                check(text)?;
                Ok(Self(text.into()))
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
    };
}

id_type!(
    /// Names a deck, an exam or a roadmap.
    DeckId
);
id_type!(
    /// Names a note within its deck, or a question within its case.
    NoteId
);
id_type!(
    /// Names a domain within a deck or a blueprint.
    DomainId
);
id_type!(
    /// Names a primary source within a deck.
    SourceId
);

/// Names one card for ever: deck, note and the key of the card within its note
/// (`front`, `back`, `c1`, `question`, or a case question's id).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CardId {
    /// The deck the note belongs to.
    pub deck: DeckId,
    /// The note that yields the card.
    pub note: NoteId,
    /// Which of the note's cards it is.
    pub key: NoteId,
}

impl CardId {
    /// Reads `deck/note/key`, as [`fmt::Display`] writes it.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let mut parts = text.splitn(3, '/');
        let mut next = || parts.next().unwrap_or_default();
        Ok(Self { deck: DeckId::new(next())?, note: NoteId::new(next())?, key: NoteId::new(next())? })
    }

    /// A number that depends on nothing but the id: the seed for everything that must not change between two runs.
    pub fn seed(&self) -> u64 {
        fnv1a(self.to_string().as_bytes())
    }
}

impl fmt::Display for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.deck, self.note, self.key)
    }
}

/// The 64-bit FNV-1a hash (Fowler, Noll, Vo; IETF draft-eastlake-fnv): small, and stable across releases and machines,
/// which the standard library's hasher does not promise.
pub fn fnv1a(bytes: &[u8]) -> u64 {
    fnv1a_of(&[bytes])
}

/// As [`fnv1a`], of bytes in pieces that follow each other.
pub fn fnv1a_of(pieces: &[&[u8]]) -> u64 {
    let bytes = pieces.iter().flat_map(|piece| piece.iter());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_take_slugs_and_nothing_else() {
        let check = |text: &str, expected: Result<(), IdError>| assert_eq!(DeckId::new(text).map(|_| ()), expected, "{text:?}");
        check("eu-ai-act", Ok(()));
        check("c1", Ok(()));
        check("", Err(IdError::Empty));
        check("Ab", Err(IdError::Character('A')));
        check("a/b", Err(IdError::Character('/')));
        check("a\0", Err(IdError::Character('\0')));
        check(&"x".repeat(10_000), Err(IdError::TooLong(10_000)));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // Vectors of draft-eastlake-fnv, "Test Vectors": the empty string, "a" and "foobar".
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_card_id_reads_what_it_prints() {
        let id = CardId::parse("nist-ai-rmf/functions/c2").expect("three slugs");
        assert_eq!(CardId::parse(&id.to_string()), Ok(id));
        assert_eq!(CardId::parse("only-a-deck"), Err(IdError::Empty));
    }
}
