//! Which options a cell names as right.

use super::super::text::letters;

pub(super) fn is_yes(flag: &str) -> bool {
    matches!(flag.trim().to_lowercase().as_str(), "true" | "yes" | "y" | "x" | "1" | "correct" | "right" | "✓" | "t")
}

/// Options in one cell: by bars, semicolons or lines; letters before them go.
pub(in crate::import) fn packed(cell: &str) -> Vec<String> {
    let split: Vec<&str> =
        ['|', ';', '\n'].into_iter().map(|c| cell.split(c).collect::<Vec<_>>()).find(|parts| parts.len() > 1).unwrap_or_else(|| vec![cell]);
    let without_letter = |text: &str| {
        let text = text.trim();
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(letter), Some(')' | '.')) if letter.is_ascii_alphabetic() => chars.as_str().trim().to_owned(),
            _ => text.to_owned(),
        }
    };
    split.into_iter().map(without_letter).filter(|text| !text.is_empty()).collect()
}

/// The places of the options a key names: their text, their letters, or their numbers from 1.
pub(in crate::import) fn key_places(key: &str, options: &[&str]) -> Option<Vec<usize>> {
    let place = |text: &str| options.iter().position(|option| option.trim().eq_ignore_ascii_case(text.trim()) && !text.trim().is_empty());
    if let Some(place) = place(key) {
        return Some(vec![place]);
    }
    let digits: Vec<&str> = key.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let only_numbers =
        key.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, ',' | ';' | '|' | '/' | ':' | 'C' | 'c' | '.' | '&'));
    if !digits.is_empty() && only_numbers {
        let numbers: Vec<usize> = digits.iter().filter_map(|digits| digits.parse::<usize>().ok()).collect();
        let good = numbers.iter().all(|number| (1..=options.len()).contains(number)) && numbers.len() == digits.len();
        return good.then(|| numbers.into_iter().map(|number| number - 1).collect());
    }
    if let Some(places) = letters(key, options.len()) {
        return Some(places);
    }
    for separator in ['|', ';', '\n', ','] {
        let parts: Vec<&str> = key.split(separator).filter(|part| !part.trim().is_empty()).collect();
        let places: Option<Vec<usize>> = parts.iter().map(|part| place(part)).collect();
        if let Some(places) = places.filter(|places| places.len() > 1) {
            return Some(places);
        }
    }
    // `Option B`, or `b) text`.
    let lower = key.trim().to_lowercase();
    let named = ["option ", "choice ", "answer "].iter().find_map(|word| lower.strip_prefix(word));
    let lettered = lower.split_once([')', '.']).map(|(letter, _)| letter).filter(|letter| letter.trim().chars().count() == 1);
    letters(named.or(lettered)?, options.len())
}
