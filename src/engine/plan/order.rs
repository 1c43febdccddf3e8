//! From ranks to an order: the best cards that fit into the day, their domains mixed.

use std::collections::BTreeMap;

/// Cards beyond those of the day are mixed in runs of so many.
const RUN: usize = 20;

fn by_rank(ranks: &[f32]) -> Vec<usize> {
    let mut order: Vec<(f32, usize)> = ranks.iter().copied().zip(0..).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    order.into_iter().map(|(_, index)| index).collect()
}

/// What the last card that fits into the time gains a second; nothing, if even that does not help.
pub(super) fn margin(gains: &[f32], seconds: impl Iterator<Item = f32>, time: f32) -> f32 {
    let seconds: Vec<f32> = seconds.collect();
    let mut used = 0.0;
    let mut last = 0.0_f32;
    for index in by_rank(gains) {
        last = gains.get(index).copied().unwrap_or(0.0);
        used += seconds.get(index).copied().unwrap_or(0.0);
        if used > time {
            break;
        }
    }
    last.max(0.0)
}

/// All cards by rank, those of the day first, and within the day, and within each run after it, one domain after another.
pub(super) fn interleaved(ranks: &[f32], seconds: &[f32], domains: &[usize], time: f32) -> Vec<usize> {
    let ranked = by_rank(ranks);
    let mut used = 0.0;
    let fits = ranked
        .iter()
        .take_while(|index| {
            let fits = used < time;
            used += seconds.get(**index).copied().unwrap_or(0.0);
            fits
        })
        .count();
    let (day, later) = ranked.split_at(fits);
    let mut order = mixed(day, domains);
    for run in later.chunks(RUN) {
        order.extend(mixed(run, domains));
    }
    order
}

/// Spreads each domain evenly, in its own order.
fn mixed(cards: &[usize], domains: &[usize]) -> Vec<usize> {
    let domain = |card: &usize| domains.get(*card).copied().unwrap_or(0);
    let mut counts: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for card in cards {
        counts.entry(domain(card)).or_default().0 += 1;
    }
    let mut placed: Vec<(f64, usize)> = Vec::with_capacity(cards.len());
    for card in cards {
        let Some((count, taken)) = counts.get_mut(&domain(card)) else { continue };
        placed.push(((*taken as f64 + 0.5) / *count as f64, *card));
        *taken += 1;
    }
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    placed.into_iter().map(|(_, card)| card).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_takes_the_best_and_mixes_their_domains() {
        let ranks = [6.0, 5.0, 4.0, 3.0, 2.0, 1.0];
        let domains = [0, 0, 0, 1, 1, 0];
        assert_eq!(interleaved(&ranks, &[10.0; 6], &domains, 45.0), [0, 3, 1, 4, 2, 5]);
        assert_eq!(interleaved(&ranks, &[10.0; 6], &domains, 0.0), [0, 3, 1, 2, 4, 5], "beyond the day in runs");
        assert_eq!(interleaved(&[], &[], &[], 60.0), Vec::<usize>::new());
        assert_eq!(interleaved(&[f32::NAN, 1.0], &[1.0; 2], &[0, 0], 60.0).len(), 2, "every card comes");
    }

    #[test]
    fn the_margin_is_the_last_that_fits() {
        let seconds = || [10.0; 4].into_iter();
        let check = |gains: &[f32], time: f32, expected: f32| assert!((margin(gains, seconds(), time) - expected).abs() < f32::EPSILON);
        check(&[0.4, 0.1, 0.3, 0.2], 25.0, 0.2);
        check(&[0.4, 0.1, 0.3, 0.2], 1_000.0, 0.1);
        check(&[-0.4], 1_000.0, 0.0);
        check(&[], 10.0, 0.0);
    }
}
