//! The four answers a learner gives.

/// How well a card was recalled. The numbers are Anki's and those of the FSRS papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rating {
    /// Not recalled, or not wholly.
    Again = 1,
    /// Recalled with great effort.
    Hard = 2,
    /// Recalled.
    Good = 3,
    /// Recalled at once.
    Easy = 4,
}

impl Rating {
    /// All four, from Again to Easy.
    pub const ALL: [Self; 4] = [Self::Again, Self::Hard, Self::Good, Self::Easy];

    /// The number 1 to 4.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The rating with this number, if there is one.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|rating| i64::from(rating.number()) == number)
    }

    /// Where it stands in [`Self::ALL`].
    pub fn index(self) -> usize {
        usize::from(self.number()) - 1
    }

    /// The word on the button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Again => "Again",
            Self::Hard => "Hard",
            Self::Good => "Good",
            Self::Easy => "Easy",
        }
    }

    /// Whether the card was recalled at all.
    pub fn is_pass(self) -> bool {
        self != Self::Again
    }
}
