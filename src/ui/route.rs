//! Where one is: a screen, and perhaps a dialog over it.

use crate::model::{CardId, DeckId};

/// The screens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Route {
    #[default]
    Today,
    Library,
    Deck(DeckId),
    Study,
    Progress,
    Settings,
    Welcome,
}

/// The dialogs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Dialog {
    /// All shortcuts.
    Help,
    /// What an import would do.
    Import,
    /// Type the path of a file.
    ImportPath,
    /// Name a new deck.
    NewDeck,
    /// Change a note.
    Edit(CardId),
    /// Say that a key is wrong.
    Dispute(CardId),
    /// Write something about a card.
    Remark(CardId),
    /// What is known of a card.
    Info(CardId),
    /// Bring a backup back?
    Restore(std::path::PathBuf),
    /// Remove a deck?
    Remove(DeckId),
    /// What a reload changed, or what is wrong with the learner's files.
    Issues,
}
