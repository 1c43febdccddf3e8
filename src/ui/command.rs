//! Everything that can be done by key, in one table: name, keys, where it applies. Buttons, tooltips and the `?` page read it.

use eframe::egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

/// Where a command applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// On every screen.
    Everywhere,
    /// On the screens of the rail.
    Browsing,
    /// While studying.
    Studying,
    /// In a mock exam.
    Sitting,
}

impl Place {
    fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Browsing => "Today, Library, Exams, Progress, Settings",
            Self::Studying => "Studying",
            Self::Sitting => "In a mock exam",
        }
    }

    #[cfg(test)]
    fn overlaps(self, other: Self) -> bool {
        self == other || self == Self::Everywhere || other == Self::Everywhere
    }
}

/// A key, or a character: characters are found wherever a keyboard has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shortcut {
    Key(Modifiers, Key),
    Character(char),
}

macro_rules! commands {
    ($($name:ident: $label:literal, $place:ident, [$($shortcut:expr),*];)*) => {
        /// Something that can be done by key.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Command { $($name),* }

        impl Command {
            /// All of them, in the order the `?` page shows them.
            pub(super) const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What it does, in a word or two.
            pub(super) fn label(self) -> &'static str {
                match self { $(Self::$name => $label),* }
            }

            /// Where it applies.
            pub(super) fn place(self) -> Place {
                match self { $(Self::$name => Place::$place),* }
            }

            /// Its keys; the first is the one shown on buttons.
            pub(super) fn shortcuts(self) -> &'static [Shortcut] {
                match self { $(Self::$name => const { &[$($shortcut),*] }),* }
            }
        }
    };
}

const fn key(key: Key) -> Shortcut {
    Shortcut::Key(Modifiers::NONE, key)
}

const fn ctrl(key: Key) -> Shortcut {
    Shortcut::Key(Modifiers::COMMAND, key)
}

const fn ctrl_shift(key: Key) -> Shortcut {
    Shortcut::Key(Modifiers::COMMAND.plus(Modifiers::SHIFT), key)
}

const fn character(c: char) -> Shortcut {
    Shortcut::Character(c)
}

commands! {
    Proceed: "Show answer, then accept", Studying, [key(Key::Space), key(Key::Enter)];
    Again: "Again", Studying, [key(Key::Num1)];
    Hard: "Hard", Studying, [key(Key::Num2)];
    Good: "Good", Studying, [key(Key::Num3)];
    Easy: "Easy", Studying, [key(Key::Num4)];
    Undo: "Undo", Everywhere, [key(Key::U), ctrl(Key::Z)];
    Edit: "Edit note", Studying, [key(Key::E)];
    OpenEditor: "Open file in editor", Studying, [ctrl_shift(Key::E)];
    BuryCard: "Bury card until tomorrow", Studying, [character('-')];
    BuryNote: "Bury note until tomorrow", Studying, [character('=')];
    SuspendCard: "Suspend card", Studying, [character('@')];
    SuspendNote: "Suspend note", Studying, [character('!')];
    Flag1: "Flag 1", Studying, [ctrl(Key::Num1)];
    Flag2: "Flag 2", Studying, [ctrl(Key::Num2)];
    Flag3: "Flag 3", Studying, [ctrl(Key::Num3)];
    Flag4: "Flag 4", Studying, [ctrl(Key::Num4)];
    Flag5: "Flag 5", Studying, [ctrl(Key::Num5)];
    Flag6: "Flag 6", Studying, [ctrl(Key::Num6)];
    Flag7: "Flag 7", Studying, [ctrl(Key::Num7)];
    Remark: "Flag with a note to yourself", Studying, [character('*')];
    Dispute: "This key is wrong", Studying, [key(Key::W)];
    Reset: "Forget the card, learn it anew", Studying, [Shortcut::Key(Modifiers::COMMAND.plus(Modifiers::ALT), Key::N)];
    Claim: "I know this: check it another day", Studying, [key(Key::K)];
    Info: "Card info", Studying, [key(Key::I)];
    Leave: "Leave, or close a dialog", Everywhere, [key(Key::Escape)];
    StartStudy: "Start studying, or the exam chosen", Browsing, [key(Key::Space), key(Key::S)];
    GoToday: "Today", Browsing, [key(Key::D)];
    GoLibrary: "Library, and search it", Browsing, [key(Key::B), ctrl(Key::F)];
    Browse: "Browse all cards", Browsing, [ctrl(Key::B)];
    GoExams: "Exams", Browsing, [key(Key::X)];
    GoProgress: "Progress", Browsing, [key(Key::T)];
    GoSettings: "Settings", Everywhere, [ctrl(Key::P)];
    Import: "Import a deck", Browsing, [ctrl_shift(Key::I)];
    NewDeck: "New deck", Browsing, [ctrl(Key::N)];
    NextQuestion: "Next question", Sitting, [key(Key::ArrowRight), key(Key::N), key(Key::Space), key(Key::Enter)];
    PreviousQuestion: "Previous question", Sitting, [key(Key::ArrowLeft), key(Key::P)];
    FlagQuestion: "Flag for review", Sitting, [ctrl(Key::F)];
    ListQuestions: "Review all questions", Sitting, [ctrl(Key::R)];
    GoToQuestion: "Go to a question", Sitting, [ctrl(Key::G)];
    Highlight: "Highlight the next sentence", Sitting, [ctrl(Key::H)];
    NoteQuestion: "Note to yourself", Sitting, [ctrl(Key::N)];
    Guess: "It is a guess", Sitting, [ctrl(Key::Num1)];
    Unsure: "Not sure", Sitting, [ctrl(Key::Num2)];
    Sure: "Sure", Sitting, [ctrl(Key::Num3)];
    HideClock: "Hide or show clock and number", Sitting, [ctrl(Key::T)];
    CheckAnswer: "Show the reasons, in study mode", Sitting, [ctrl(Key::D)];
    PauseExam: "Pause, where allowed", Sitting, [ctrl_shift(Key::P)];
    EndExam: "End the exam", Sitting, [ctrl(Key::Enter)];
    ZoomIn: "Larger", Everywhere, [ctrl(Key::Plus), ctrl(Key::Equals)];
    ZoomOut: "Smaller", Everywhere, [ctrl(Key::Minus)];
    ZoomReset: "Usual size", Everywhere, [ctrl(Key::Num0)];
    FullScreen: "Full screen", Everywhere, [key(Key::F11)];
    Help: "All shortcuts", Everywhere, [character('?'), key(Key::F1)];
    Quit: "Quit", Everywhere, [ctrl(Key::Q)];
}

impl Shortcut {
    /// As it stands on a key cap.
    pub(super) fn words(self) -> String {
        match self {
            Self::Character(c) => c.to_string(),
            Self::Key(modifiers, key) => {
                let mut words = String::new();
                if modifiers.command || modifiers.ctrl {
                    words.push_str(if cfg!(target_os = "macos") { "⌘ " } else { "Ctrl " });
                }
                if modifiers.alt {
                    words.push_str("Alt ");
                }
                if modifiers.shift {
                    words.push_str("Shift ");
                }
                words.push_str(match key {
                    Key::Escape => "Esc",
                    Key::ArrowRight => "→",
                    Key::ArrowLeft => "←",
                    _ => key.symbol_or_name(),
                });
                words
            }
        }
    }

    fn take(self, ctx: &Context) -> bool {
        match self {
            Self::Key(modifiers, key) => ctx.input_mut(|input| input.consume_shortcut(&KeyboardShortcut::new(modifiers, key))),
            Self::Character(c) => ctx.input_mut(|input| {
                let found = input.events.iter().position(|event| matches!(event, Event::Text(text) if text.chars().eq([c])));
                found.map(|index| input.events.remove(index)).is_some()
            }),
        }
    }
}

impl Command {
    /// The key cap shown beside it.
    pub(super) fn key_words(self) -> String {
        self.shortcuts().first().map(|shortcut| shortcut.words()).unwrap_or_default()
    }

    /// The first command of a place that was asked for by key. While a text field has the focus only keys with Ctrl count:
    /// Escape first leaves the field.
    pub(super) fn pressed(ctx: &Context, places: &[Place]) -> Option<Self> {
        let typing = ctx.text_edit_focused();
        // A button that has the focus takes Space and Enter for itself.
        let focused = ctx.memory(|memory| memory.focused().is_some());
        let counts = |shortcut: &Shortcut| match shortcut {
            Shortcut::Key(Modifiers::NONE, Key::Space | Key::Enter) if focused => false,
            _ if !typing => true,
            Shortcut::Key(modifiers, key) => (modifiers.command && *key != Key::Z) || matches!(key, Key::F11 | Key::F1),
            Shortcut::Character(_) => false,
        };
        let applies = |command: &&Self| places.contains(&command.place());
        let mut candidates: Vec<(Self, Shortcut)> = (Self::ALL.iter().filter(applies))
            .flat_map(|command| command.shortcuts().iter().map(|shortcut| (*command, *shortcut)))
            .filter(|(_, shortcut)| counts(shortcut))
            .collect();
        // A key with modifiers is looked for before the bare key, which would take it too.
        candidates.sort_by_key(|(_, shortcut)| match shortcut {
            Shortcut::Key(modifiers, _) if modifiers.shift => 0,
            Shortcut::Key(modifiers, _) if modifiers.any() => 1,
            Shortcut::Character(_) => 2,
            Shortcut::Key(..) => 3,
        });
        candidates.into_iter().find(|(_, shortcut)| shortcut.take(ctx)).map(|(command, _)| command)
    }

    /// The table by place, for the `?` page.
    pub(super) fn by_place() -> Vec<(&'static str, Vec<Self>)> {
        [Place::Studying, Place::Sitting, Place::Browsing, Place::Everywhere]
            .map(|place| (place.title(), Self::ALL.iter().copied().filter(|command| command.place() == place).collect()))
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for (index, first) in Command::ALL.iter().enumerate() {
            for second in Command::ALL.iter().skip(index + 1).filter(|second| first.place().overlaps(second.place())) {
                let clash = first.shortcuts().iter().find(|shortcut| second.shortcuts().contains(shortcut));
                assert_eq!(clash, None, "{first:?} and {second:?}");
            }
        }
    }

    #[test]
    fn every_command_has_a_key_and_words() {
        for command in Command::ALL {
            assert!(!command.label().is_empty() && !command.key_words().is_empty(), "{command:?}");
        }
        assert_eq!(Command::Import.key_words(), if cfg!(target_os = "macos") { "⌘ Shift I" } else { "Ctrl Shift I" });
    }
}
