//! What the memory model knows about one card.

/// FSRS memory state of a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MemoryState {
    /// Days after which the chance of recall has fallen to 90 %. Positive and finite.
    pub stability: f32,
    /// How hard the card is to make more stable, 1 to 10.
    pub difficulty: f32,
}

/// The chance of recall at which a review is due.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct DesiredRetention(f32);

impl DesiredRetention {
    /// The lowest that can be set: below it reviews become relearning.
    pub const MIN: f32 = 0.70;
    /// The highest that can be set: above it the workload explodes.
    pub const MAX: f32 = 0.99;
    /// What a new history starts with.
    pub const DEFAULT: Self = Self(0.90);

    /// Takes a share between [`Self::MIN`] and [`Self::MAX`]; anything else, NaN included, is refused.
    pub fn new(share: f32) -> Option<Self> {
        (Self::MIN..=Self::MAX).contains(&share).then_some(Self(share))
    }

    /// The share, 0.70 to 0.99.
    pub fn share(self) -> f32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retention_is_a_share_in_range() {
        for good in [0.70, 0.9, 0.99] {
            assert!(DesiredRetention::new(good).is_some(), "{good}");
        }
        for bad in [0.0, 0.69, 1.0, 90.0, -1.0, f32::NAN, f32::INFINITY] {
            assert!(DesiredRetention::new(bad).is_none(), "{bad}");
        }
    }
}
