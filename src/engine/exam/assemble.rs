//! Drawing a form: whole counts by domain after the blueprint's weights, questions never seen before those seen longest ago, and an
//! expected difficulty near that of the whole pool, so that one form is as hard as the next.

use rand::Rng;
use rand::seq::SliceRandom as _;
use std::collections::BTreeSet;

/// A question that can be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolItem {
    /// The caller's number for it.
    pub index: usize,
    /// Questions of one case share a number; they are asked together.
    pub case: Option<usize>,
    /// Expected share of right answers, 0 to 1.
    pub facility: f32,
    /// When it was last asked in a mock exam, in milliseconds; none if never.
    pub last_seen: Option<i64>,
    /// Whether it was studied today, so that an answer would say little.
    pub studied_today: bool,
}

/// A domain and what can be drawn for it.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainPool {
    /// Weight in per cent; none if not published.
    pub weight: Option<f32>,
    /// Its questions.
    pub items: Vec<PoolItem>,
}

/// What a form should be.
#[derive(Debug, Clone, PartialEq)]
pub struct FormPlan {
    /// Its domains.
    pub domains: Vec<DomainPool>,
    /// Questions in all, unscored ones among them.
    pub questions: u32,
    /// Questions that do not count, among those.
    pub unscored: u32,
}

/// A domain whose pool is too small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortfall {
    /// Which domain.
    pub domain: usize,
    /// How many questions the blueprint wants.
    pub wanted: u32,
    /// How many there are.
    pub found: u32,
}

/// A question that was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    /// The caller's number for it.
    pub index: usize,
    /// Which domain it was drawn for.
    pub domain: usize,
    /// Whether it counts.
    pub scored: bool,
    /// The case it belongs to.
    pub case: Option<usize>,
}

/// A form.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembled {
    /// The questions in the order they are asked.
    pub items: Vec<Drawn>,
    /// How many questions the blueprint wants of each domain.
    pub wanted: Vec<u32>,
    /// Where there are not enough.
    pub shortfalls: Vec<Shortfall>,
    /// Expected share of right answers over the form, 0 to 1.
    pub expected: f32,
}

/// Weights as shares that add up to 1. What is not published shares evenly in what is left; if nothing is left, or nothing is known,
/// every domain of unknown weight counts as much as an average one.
pub fn shares(weights: &[Option<f32>]) -> Vec<f64> {
    let known: f64 = weights.iter().flatten().map(|weight| f64::from(weight.max(0.0))).sum();
    let unknown = weights.iter().filter(|weight| weight.is_none()).count();
    let left = (100.0 - known).max(0.0);
    let each = if unknown == 0 {
        0.0
    } else if left > 0.0 {
        left / unknown as f64
    } else {
        known.max(1.0) / weights.len() as f64
    };
    let raw: Vec<f64> = weights.iter().map(|weight| weight.map_or(each, |weight| f64::from(weight.max(0.0)))).collect();
    let total: f64 = raw.iter().sum();
    raw.iter().map(|weight| if total > 0.0 { weight / total } else { 1.0 / raw.len().max(1) as f64 }).collect()
}

/// Whole counts that add up to `total`, by the method of largest remainders (Hamilton); of equal remainders the first wins.
pub fn counts(shares: &[f64], total: u32) -> Vec<u32> {
    let exact: Vec<f64> = shares.iter().map(|share| share * f64::from(total)).collect();
    let mut counts: Vec<u32> = exact.iter().map(|value| (value + 1e-9).floor() as u32).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    let rest = |index: &usize| exact.get(*index).map_or(0.0, |value| value - (value + 1e-9).floor());
    order.sort_by(|a, b| rest(b).total_cmp(&rest(a)).then(a.cmp(b)));
    let missing = total.saturating_sub(counts.iter().sum()) as usize;
    for index in order.into_iter().take(missing) {
        if let Some(count) = counts.get_mut(index) {
            *count += 1;
        }
    }
    counts
}

/// What makes one question come before another: not studied today, never seen, seen longer ago.
fn rank(item: &PoolItem) -> (bool, i64) {
    (item.studied_today, item.last_seen.unwrap_or(i64::MIN))
}

/// Draws a form. The same plan and generator give the same form.
pub fn assemble(plan: &FormPlan, rng: &mut impl Rng) -> Assembled {
    let shares = shares(&plan.domains.iter().map(|domain| domain.weight).collect::<Vec<_>>());
    let wanted = counts(&shares, plan.questions);
    let mut shortfalls = Vec::new();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    // A question that two domains could draw is asked once, for the one that has fewer to spare.
    let spare = |domain: &usize| {
        let (pool, count) = (plan.domains.get(*domain), wanted.get(*domain));
        pool.map_or(0, |pool| pool.items.len() as i64) - count.map_or(0, |count| i64::from(*count))
    };
    let mut by_spare: Vec<usize> = (0..plan.domains.len()).collect();
    by_spare.sort_by_key(spare);
    let mut drawn: Vec<Option<Picked>> = plan.domains.iter().map(|_| None).collect();
    for domain in by_spare {
        let (Some(pool), Some(count), Some(slot)) = (plan.domains.get(domain), wanted.get(domain), drawn.get_mut(domain)) else { continue };
        let free: Vec<PoolItem> = pool.items.iter().filter(|item| !taken.contains(&item.index)).copied().collect();
        let picked = Picked::draw(free, *count as usize, rng);
        taken.extend(picked.chosen.iter().map(|item| item.index));
        *slot = Some(picked);
    }
    let mut chosen: Vec<Picked> = drawn.into_iter().flatten().collect();
    for (domain, (picked, count)) in chosen.iter_mut().zip(&wanted).enumerate() {
        // What another domain took in the meantime cannot be exchanged in.
        picked.left.retain(|item| !taken.contains(&item.index));
        if picked.chosen.len() < *count as usize {
            shortfalls.push(Shortfall { domain, wanted: *count, found: picked.chosen.len() as u32 });
        }
    }
    balance(&mut chosen, target(plan, &wanted));
    let expected = mean(chosen.iter().flat_map(|picked| &picked.chosen));
    let mut items = Vec::new();
    let pilots = pilot_counts(&shares, plan.unscored, &chosen);
    for (domain, (mut picked, pilots)) in chosen.into_iter().zip(pilots).enumerate() {
        picked.chosen.shuffle(rng);
        let drawn = picked.chosen.iter().enumerate();
        items.extend(drawn.map(|(place, item)| Drawn { index: item.index, domain, scored: place >= pilots, case: item.case }));
    }
    Assembled { items: mix(items, rng), wanted, shortfalls, expected }
}

/// Pilot questions by domain: their own largest remainders, but never all questions of a form that came out short.
fn pilot_counts(shares: &[f64], unscored: u32, chosen: &[Picked]) -> Vec<usize> {
    let drawn: usize = chosen.iter().map(|picked| picked.chosen.len()).sum();
    let unscored = unscored.min((drawn / 2) as u32);
    counts(shares, unscored).iter().zip(chosen).map(|(count, picked)| (*count as usize).min(picked.chosen.len())).collect()
}

/// The questions chosen for a domain, and those that were left.
struct Picked {
    chosen: Vec<PoolItem>,
    left: Vec<PoolItem>,
}

impl Picked {
    fn draw(mut pool: Vec<PoolItem>, count: usize, rng: &mut impl Rng) -> Self {
        pool.shuffle(rng);
        pool.sort_by_key(rank);
        let left = pool.split_off(count.min(pool.len()));
        Self { chosen: pool, left }
    }
}

fn mean<'a>(items: impl Iterator<Item = &'a PoolItem>) -> f32 {
    let (sum, count) = items.fold((0.0_f64, 0_u32), |(sum, count), item| (sum + f64::from(item.facility), count + 1));
    if count == 0 { 0.0 } else { (sum / f64::from(count)) as f32 }
}

/// The expected share over all that could be drawn, each domain counted as often as the blueprint wants it.
fn target(plan: &FormPlan, wanted: &[u32]) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for (pool, wanted) in plan.domains.iter().zip(wanted).filter(|(pool, _)| !pool.items.is_empty()) {
        let drawn = f64::from((*wanted).min(pool.items.len() as u32));
        sum += drawn * f64::from(mean(pool.items.iter()));
        count += drawn;
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

/// How far, in shares, a form's expected difficulty may lie from the pool's: two forms then differ by less than two points.
const TOLERANCE: f64 = 0.009;

/// Exchanges questions for others of the same domain until the form is about as hard as its pool. First among questions that are as
/// fresh; only if that is not enough, fresher ones are given up.
fn balance(chosen: &mut [Picked], target: f64) {
    let count = chosen.iter().map(|picked| picked.chosen.len()).sum::<usize>().max(1) as f64;
    for same_rank in [true, false] {
        for _ in 0..200 {
            let sum: f64 = chosen.iter().flat_map(|picked| &picked.chosen).map(|item| f64::from(item.facility)).sum();
            let missing = target * count - sum;
            if missing.abs() <= TOLERANCE * count {
                return;
            }
            let Some((domain, out, into)) = best_exchange(chosen, missing, same_rank) else { break };
            if let Some(picked) = chosen.get_mut(domain)
                && let (Some(old), Some(new)) = (picked.chosen.get_mut(out), picked.left.get_mut(into))
            {
                std::mem::swap(old, new);
            }
        }
    }
}

/// The exchange that brings the sum nearest to what is missing without a case being torn apart; none if none brings it nearer.
fn best_exchange(chosen: &[Picked], missing: f64, same_rank: bool) -> Option<(usize, usize, usize)> {
    let mut best: Option<(f64, (usize, usize, usize))> = None;
    for (domain, picked) in chosen.iter().enumerate() {
        for (out, old) in picked.chosen.iter().enumerate().filter(|(_, item)| item.case.is_none()) {
            for (into, new) in picked.left.iter().enumerate().filter(|(_, item)| item.case.is_none()) {
                let equally_fresh = old.studied_today == new.studied_today && old.last_seen.is_some() == new.last_seen.is_some();
                if (same_rank && !equally_fresh) || (new.studied_today && !old.studied_today) {
                    continue;
                }
                let after = (missing - f64::from(new.facility - old.facility)).abs();
                if after + 1e-9 < missing.abs() && best.is_none_or(|(least, _)| after < least) {
                    best = Some((after, (domain, out, into)));
                }
            }
        }
    }
    best.map(|(_, exchange)| exchange)
}

/// Mixes the domains, as real exams do; questions of one case stay together.
fn mix(items: Vec<Drawn>, rng: &mut impl Rng) -> Vec<Drawn> {
    let mut groups: Vec<Vec<Drawn>> = Vec::new();
    for item in items {
        match groups.iter_mut().find(|group| item.case.is_some() && group.first().is_some_and(|first| first.case == item.case)) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups.shuffle(rng);
    for group in &mut groups {
        group.sort_by_key(|item| item.index);
    }
    groups.concat()
}

/// Puts questions into sections by their shares, cases last, where a real exam has its case studies. Returns the section of each
/// question and the order in which they are asked.
pub fn into_sections(items: Vec<Drawn>, shares: &[f32]) -> Vec<(Drawn, usize)> {
    let (cases, single): (Vec<Drawn>, Vec<Drawn>) = items.into_iter().partition(|item| item.case.is_some());
    let total = (cases.len() + single.len()) as u32;
    let sizes = counts(&shares.iter().map(|share| f64::from(*share)).collect::<Vec<_>>(), total);
    let mut sections = Vec::new();
    let mut items = single.into_iter().chain(cases);
    for (section, size) in sizes.iter().enumerate() {
        sections.extend(items.by_ref().take(*size as usize).map(|item| (item, section)));
    }
    let last = sizes.len().saturating_sub(1);
    sections.extend(items.map(|item| (item, last)));
    sections
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn counts_follow_the_largest_remainders() {
        // By hand, for the six weights of SCS-C03 and 65 questions: 10.4, 9.1, 11.7, 13.0, 11.7, 9.1.
        let scs = shares(&[16.0, 14.0, 18.0, 20.0, 18.0, 14.0].map(Some));
        assert_eq!(counts(&scs, 65), [10, 9, 12, 13, 12, 9]);
        assert_eq!(counts(&scs, 15), [2, 2, 3, 3, 3, 2], "2.4 2.1 2.7 3.0 2.7 2.1: the two of .7 get one more");
        assert_eq!(counts(&shares(&[None, None, None]), 10), [4, 3, 3]);
        assert_eq!(counts(&shares(&[Some(40.0), None, None]), 10), [4, 3, 3]);
        assert_eq!(counts(&shares(&[Some(60.0), Some(60.0)]), 7), [4, 3], "weights that do not add up are taken as proportions");
        assert_eq!(counts(&shares(&[]), 5), Vec::<u32>::new());
        assert_eq!(counts(&shares(&[Some(100.0)]), 1), [1]);
    }

    fn pool(sizes: &[usize], rng: &mut ChaCha8Rng) -> FormPlan {
        let weights = [16.0, 14.0, 18.0, 20.0, 18.0, 14.0];
        let mut index = 0;
        let mut domain = |(place, size): (usize, &usize)| {
            let items = (0..*size).map(|_| {
                index += 1;
                PoolItem { index, case: None, facility: rng.random_range(0.35..0.9), last_seen: None, studied_today: false }
            });
            DomainPool { weight: weights.get(place).copied(), items: items.collect() }
        };
        FormPlan { domains: sizes.iter().enumerate().map(&mut domain).collect(), questions: 65, unscored: 15 }
    }

    fn by_domain(form: &Assembled, scored: bool) -> Vec<usize> {
        (0..6).map(|domain| form.items.iter().filter(|item| item.domain == domain && (!scored || item.scored)).count()).collect()
    }

    #[test]
    fn forms_meet_the_blueprint_and_no_question_comes_too_often() {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let plan = pool(&[30, 25, 40, 60, 50, 27], &mut rng);
        let forms = 1_000;
        let mut exposure = vec![0_u32; 300];
        for _ in 0..forms {
            let form = assemble(&plan, &mut rng);
            assert_eq!(by_domain(&form, false), [10, 9, 12, 13, 12, 9]);
            assert_eq!(by_domain(&form, true), [8, 7, 9, 10, 9, 7]);
            assert!(form.shortfalls.is_empty());
            for item in form.items {
                exposure[item.index] += 1;
            }
        }
        for (pool, count) in plan.domains.iter().zip([10.0, 9.0, 12.0, 13.0, 12.0, 9.0]) {
            let mean = f64::from(forms) * count / pool.items.len() as f64;
            let most = pool.items.iter().map(|item| exposure[item.index]).max().unwrap_or(0);
            assert!(f64::from(most) <= 2.0 * mean, "a question came {most} times, the mean is {mean:.0}");
        }
    }

    #[test]
    fn three_forms_are_equally_hard_and_share_no_question_while_there_are_enough() {
        for seed in 0..40 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut plan = pool(&[40, 30, 40, 60, 50, 30], &mut rng);
            let mut forms = Vec::new();
            for time in 1..=3 {
                let form = assemble(&plan, &mut rng);
                for item in plan.domains.iter_mut().flat_map(|domain| &mut domain.items) {
                    if form.items.iter().any(|drawn| drawn.index == item.index) {
                        item.last_seen = Some(time);
                    }
                }
                forms.push(form);
            }
            let expected: Vec<f32> = forms.iter().map(|form| form.expected * 100.0).collect();
            let spread = expected.iter().copied().fold(f32::MIN, f32::max) - expected.iter().copied().fold(f32::MAX, f32::min);
            assert!(spread < 2.0, "seed {seed}: {expected:?}");
            let shared = |a: &Assembled, b: &Assembled| a.items.iter().filter(|x| b.items.iter().any(|y| x.index == y.index)).count();
            assert_eq!((shared(&forms[0], &forms[1]), shared(&forms[1], &forms[2])), (0, 0), "seed {seed}");
        }
    }

    #[test]
    fn the_seed_gives_the_form_again_and_fresh_questions_come_first() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut plan = pool(&[20, 20, 20, 20, 20, 20], &mut rng);
        let again = |plan: &FormPlan| assemble(plan, &mut ChaCha8Rng::seed_from_u64(9));
        assert_eq!(again(&plan), again(&plan));
        for (place, item) in plan.domains[0].items.iter_mut().enumerate() {
            item.studied_today = place < 5;
            item.last_seen = (5..10).contains(&place).then_some(place as i64);
            item.facility = 0.6;
        }
        let form = again(&plan);
        let first: Vec<usize> = plan.domains[0].items[10..].iter().map(|item| item.index).collect();
        assert!(form.items.iter().filter(|item| item.domain == 0).all(|item| first.contains(&item.index)), "ten fresh ones are enough");
    }

    #[test]
    fn what_is_missing_is_said_and_nothing_is_asked_twice() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut plan = pool(&[3, 0, 40, 60, 50, 27], &mut rng);
        let same = plan.domains[4].items.clone();
        plan.domains[5].items = same;
        let form = assemble(&plan, &mut rng);
        assert_eq!(form.shortfalls[..2], [Shortfall { domain: 0, wanted: 10, found: 3 }, Shortfall { domain: 1, wanted: 9, found: 0 }]);
        let mut indices: Vec<usize> = form.items.iter().map(|item| item.index).collect();
        indices.sort_unstable();
        indices.dedup();
        assert_eq!(indices.len(), form.items.len());
        for questions in [0, 1] {
            let form = assemble(&FormPlan { questions, unscored: 0, ..plan.clone() }, &mut rng);
            assert_eq!(form.items.len(), questions as usize);
        }
        let empty = assemble(&FormPlan { domains: vec![], questions: 65, unscored: 15 }, &mut rng);
        assert!(empty.items.is_empty());
    }

    #[test]
    fn a_question_of_two_domains_goes_where_it_is_needed() {
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        let mut plan = pool(&[40, 30, 40, 60, 50, 0], &mut rng);
        let shared: Vec<PoolItem> = plan.domains[3].items[..12].to_vec();
        plan.domains[5].items = shared;
        let form = assemble(&plan, &mut rng);
        assert_eq!((form.shortfalls.as_slice(), by_domain(&form, false)), (&[][..], vec![10, 9, 12, 13, 12, 9]));
        let mut indices: Vec<usize> = form.items.iter().map(|item| item.index).collect();
        indices.sort_unstable();
        indices.dedup();
        assert_eq!(indices.len(), 65, "none twice, after exchanging for difficulty too");
    }

    #[test]
    fn cases_stay_together_and_stand_in_the_last_section() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut plan = pool(&[40, 30, 40, 60, 50, 30], &mut rng);
        for (place, item) in plan.domains[3].items.iter_mut().take(12).enumerate() {
            item.case = Some(place / 3);
        }
        for _ in 0..50 {
            let form = assemble(&plan, &mut rng);
            for case in 0..4 {
                let places: Vec<usize> =
                    form.items.iter().enumerate().filter(|(_, item)| item.case == Some(case)).map(|(place, _)| place).collect();
                assert!(places.windows(2).all(|two| two[1] == two[0] + 1), "{places:?}");
            }
            let sections = into_sections(form.items.clone(), &[0.8, 0.2]);
            assert_eq!(sections.iter().filter(|(_, section)| *section == 0).count(), 52);
            assert!(sections.is_sorted_by_key(|(_, section)| *section));
            let first_case = sections.iter().position(|(item, _)| item.case.is_some()).unwrap_or(sections.len());
            assert!(sections[first_case..].iter().all(|(item, _)| item.case.is_some()));
        }
    }
}
