//! Short steps in minutes, before a card is scheduled by days.

use crate::model::Rating;

/// The next step and its delay in seconds; none when the card leaves the steps.
/// The rules are the ones learners know: Again starts over, Hard repeats (between two steps on the first one),
/// Good moves on, Easy leaves.
pub(super) fn next(steps: &[u32], step: usize, rating: Rating) -> Option<(u8, u32)> {
    let first = *steps.first()?;
    let current = steps.get(step).copied();
    match rating {
        Rating::Again => Some((0, first)),
        Rating::Hard => {
            let delay = match (step, steps.get(1)) {
                (0, Some(second)) => u32::midpoint(first, *second),
                (0, None) => first.saturating_add(first / 2),
                _ => current?,
            };
            Some((u8::try_from(step).ok()?, delay))
        }
        Rating::Good => steps.get(step + 1).and_then(|delay| Some((u8::try_from(step + 1).ok()?, *delay))),
        Rating::Easy => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Rating::{Again, Easy, Good, Hard};

    #[test]
    fn steps_follow_the_ratings() {
        // Delays as Anki's manual ("Learning steps", "Hard") and py-fsrs's tests of learning steps have them.
        let check = |steps: &[u32], step, rating, expected| assert_eq!(next(steps, step, rating), expected, "{steps:?} {step} {rating:?}");
        check(&[60, 600], 0, Again, Some((0, 60)));
        check(&[60, 600], 0, Hard, Some((0, 330)));
        check(&[60, 600], 0, Good, Some((1, 600)));
        check(&[60, 600], 0, Easy, None);
        check(&[60, 600], 1, Again, Some((0, 60)));
        check(&[60, 600], 1, Hard, Some((1, 600)));
        check(&[60, 600], 1, Good, None);
        check(&[600], 0, Hard, Some((0, 900)));
        check(&[600], 0, Good, None);
        check(&[], 0, Again, None);
        check(&[60], 7, Hard, None);
    }
}
