//! Markdown of the Obsidian plug-in for spaced repetition.

use super::foreign::{Findings, Foreign, ForeignCard, ForeignDeck, ForeignDue, ForeignNote, ForeignPhase, ForeignStanding, basic};
use super::html;
use super::text::{front_matter, lines_kept, title_of};
use crate::model::{NoteBody, StudyDay, cloze};
use chrono::NaiveDate;
use std::path::Path;

/// One block of lines, from one blank line to the next.
#[derive(Default)]
struct Block {
    line: usize,
    lines: Vec<String>,
}

pub(super) fn read(path: &Path, text: &str) -> Foreign {
    let (fields, body, first) = front_matter(text);
    // A deck for the whole file: `tags: [flashcards/net]` before it.
    let tags = fields.iter().filter(|(name, _)| name == "tags").flat_map(|(_, value)| value.split([',', ' ', '[', ']', '\n', '"', '\'']));
    let named =
        tags.map(|tag| format!("#{}", tag.trim().trim_start_matches('#'))).find_map(|tag| deck_tag(&tag)).filter(|deck| !deck.is_empty());
    let mut reader =
        Reader { findings: Findings::new(path), decks: Vec::new(), deck: named.unwrap_or_else(|| title_of(path)), domain: String::new() };
    let (mut block, mut fenced, mut in_comment) = (Block::default(), false, false);
    for (index, line) in body.lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
        }
        if !fenced && trimmed.starts_with("<!--") && !trimmed.starts_with("<!--SR:") {
            in_comment = !trimmed.contains("-->");
            continue;
        }
        if in_comment {
            in_comment = !trimmed.contains("-->");
            continue;
        }
        if trimmed.is_empty() && !fenced {
            reader.close(std::mem::take(&mut block));
            continue;
        }
        let is_heading = !fenced && line.starts_with('#') && line.trim_start_matches('#').starts_with(' ');
        if is_heading {
            reader.close(std::mem::take(&mut block));
        }
        if block.lines.is_empty() {
            block.line = first + index;
        }
        block.lines.push(line.to_owned());
        if is_heading {
            reader.close(std::mem::take(&mut block));
        }
    }
    reader.close(block);
    Foreign { decks: reader.decks, issues: reader.findings.finish(), ..Foreign::default() }
}

struct Reader {
    findings: Findings,
    decks: Vec<ForeignDeck>,
    deck: String,
    domain: String,
}

/// A tag `#flashcards/deck` as the name of a deck.
fn deck_tag(word: &str) -> Option<String> {
    let rest = word.strip_prefix("#flashcards")?;
    let name = rest.trim_matches('/').replace('/', "::");
    (rest.is_empty() || rest.starts_with('/')).then_some(name)
}

impl Reader {
    fn close(&mut self, block: Block) {
        let Block { line, mut lines } = block;
        if lines.is_empty() {
            return;
        }
        // A card in a quotation is one without its bars.
        if lines.iter().all(|line| line.trim_start().starts_with('>')) {
            for line in &mut lines {
                let bare = line.trim_start().trim_start_matches('>');
                *line = bare.strip_prefix(' ').unwrap_or(bare).to_owned();
            }
        }
        let schedules = take_schedules(&mut lines);
        // A rule may stand right above a line of tags.
        if lines.len() == 2 && lines.first().is_some_and(|line| is_rule(line)) {
            lines.remove(0);
        }
        if let [only] = lines.as_slice() {
            if let Some(title) = only.strip_prefix('#').map(|rest| rest.trim_start_matches('#')).filter(|rest| rest.starts_with(' ')) {
                crate::model::text::plain(title.trim()).clone_into(&mut self.domain);
                return;
            }
            // A line of tags holds for all cards after it.
            if only.split_whitespace().all(|word| word.starts_with('#')) {
                if let Some(deck) = only.split_whitespace().find_map(deck_tag).filter(|deck| !deck.is_empty()) {
                    self.deck = deck;
                }
                return;
            }
        }
        let mut own = Vec::new();
        if let Some(first) = lines.first_mut() {
            let words: Vec<&str> = first.split(' ').collect();
            let tags = words.iter().take_while(|word| deck_tag(word).is_some()).count();
            own.extend(words.iter().take(tags).filter_map(|word| deck_tag(word)).filter(|name| !name.is_empty()));
            if tags > 0 {
                *first = words.get(tags..).unwrap_or_default().join(" ");
            }
        }
        if own.len() > 1 {
            self.findings
                .changed(line, format!("the card stands in several decks and was put into {}", own.first().cloned().unwrap_or_default()));
        }
        let deck = own.into_iter().next().unwrap_or_else(|| self.deck.clone());
        let notes = self.notes(&lines, line);
        let single = notes.len() == 1;
        for (index, mut note) in notes.into_iter().enumerate() {
            note.domain.clone_from(&self.domain);
            // The block's comment has one entry for each card, in their order.
            let keys = keys(&note.body);
            let from = if single { 0 } else { index };
            note.cards = keys
                .into_iter()
                .zip(schedules.iter().skip(from))
                .filter_map(|(key, schedule)| schedule.map(|standing| ForeignCard::standing(key, standing)))
                .collect();
            match self.decks.iter_mut().find(|own| own.title == deck) {
                Some(own) => own.notes.push(note),
                None => self.decks.push(ForeignDeck { title: deck.clone(), summary: String::new(), notes: vec![note] }),
            }
        }
    }

    fn notes(&mut self, lines: &[String], line: usize) -> Vec<ForeignNote> {
        let joined = |lines: &[String]| html::clean(lines.join("\n").trim());
        if let Some(at) = outside_code(lines, |line| matches!(line.trim(), "?" | "??")) {
            let both = lines.get(at).is_some_and(|line| line.trim() == "??");
            // Cards of one line may stand right above, but what stands right above the mark is always the question.
            let own = |line: &String| inline(line).is_some();
            if let Some(last) = lines.get(..at.saturating_sub(1)).and_then(|above| above.iter().rposition(own)) {
                let mut found = self.notes(lines.get(..=last).unwrap_or_default(), line);
                found.extend(self.notes(lines.get(last + 1..).unwrap_or_default(), line + last + 1));
                return found;
            }
            let (front, back) = (joined(lines.get(..at).unwrap_or_default()), joined(lines.get(at + 1..).unwrap_or_default()));
            if front.is_empty() || back.is_empty() {
                self.findings.lost(line, "the card was not taken: one of its sides is empty");
                return Vec::new();
            }
            return vec![ForeignNote::new(sides(&lines_kept(&front), &lines_kept(&back), both), line)];
        }
        let mut found = Vec::new();
        let mut fenced = false;
        for (index, text) in lines.iter().enumerate() {
            fenced ^= text.trim_start().starts_with("```");
            if fenced {
                continue;
            }
            if let Some((front, back, both)) = inline(text).filter(|(front, back, _)| !front.is_empty() && !back.is_empty()) {
                found.push(ForeignNote::new(sides(&html::clean(front), &html::clean(back), both), line + index));
            }
        }
        if !found.is_empty() {
            return found;
        }
        let text = gaps(&joined(lines));
        if cloze::numbers(&text).is_empty() {
            Vec::new()
        } else {
            vec![ForeignNote::new(NoteBody::Cloze { text, why: String::new() }, line)]
        }
    }
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && (line.bytes().all(|byte| byte == b'-') || line.bytes().all(|byte| byte == b'_'))
}

fn keys(body: &NoteBody) -> Vec<String> {
    match body {
        NoteBody::Cloze { text, .. } => cloze::numbers(text).into_iter().map(|number| format!("c{number}")).collect(),
        NoteBody::Basic { both_ways: true, .. } => vec!["front".to_owned(), "back".to_owned()],
        _ => vec!["front".to_owned()],
    }
}

fn sides(front: &str, back: &str, both: bool) -> NoteBody {
    match basic(front, back) {
        NoteBody::Basic { front, back, .. } => NoteBody::Basic { front, back, both_ways: both },
        other => other,
    }
}

fn outside_code(lines: &[String], wanted: impl Fn(&str) -> bool) -> Option<usize> {
    let mut fenced = false;
    lines.iter().position(|line| {
        fenced ^= line.trim_start().starts_with("```");
        !fenced && wanted(line)
    })
}

/// `front::back` or `front:::back` outside code.
fn inline(line: &str) -> Option<(&str, &str, bool)> {
    if line.contains("{{c") {
        // A gap in the manner of Anki.
        return None;
    }
    let (mut in_code, mut at) = (false, 0);
    while let Some(rest) = line.get(at..) {
        if rest.is_empty() {
            return None;
        }
        in_code ^= rest.starts_with('`');
        if !in_code && rest.starts_with("::") {
            let both = rest.starts_with(":::");
            let back = rest.get(if both { 3 } else { 2 }..)?;
            return Some((line.get(..at)?.trim(), back.trim(), both));
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// `==gap==`, `==gap==^[hint]`, `==gap==[^1]` as gaps of ours. Gaps with one number are hidden together.
fn gaps(text: &str) -> String {
    let (mut out, mut rest, mut next) = (String::new(), text, 1_u32);
    let mut groups: Vec<(String, u32)> = Vec::new();
    while let Some((before, after)) = rest.split_once("==") {
        let Some((gap, tail)) = after.split_once("==").filter(|(gap, _)| !gap.trim().is_empty() && !gap.contains('\n')) else {
            out.push_str(before);
            out.push_str("==");
            rest = after;
            continue;
        };
        out.push_str(before);
        let (group, tail) = match tail.strip_prefix("[^").and_then(|inner| inner.split_once(']')) {
            Some((group, tail)) => (group.to_owned(), tail),
            None => (String::new(), tail),
        };
        let (hint, tail) = match tail.strip_prefix("^[").and_then(|inner| inner.split_once(']')) {
            Some((hint, tail)) => (format!("::{hint}"), tail),
            None => (String::new(), tail),
        };
        let known = groups.iter().find(|(own, _)| *own == group && !group.is_empty()).map(|(_, number)| *number);
        let number = known.unwrap_or(next);
        if known.is_none() {
            groups.push((group, next));
            next += 1;
        }
        out.push_str(&format!("{{{{c{number}::{gap}{hint}}}}}"));
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Takes `<!--SR:!2024-08-16,51,230-->` out of the lines: one entry for each card.
fn take_schedules(lines: &mut Vec<String>) -> Vec<Option<ForeignStanding>> {
    let mut found = Vec::new();
    for line in lines.iter_mut() {
        while let Some(at) = line.find("<!--SR:") {
            let end = line.get(at..).and_then(|rest| rest.find("-->")).map_or(line.len(), |end| at + end + 3);
            let comment = line.get(at + 7..end).unwrap_or_default().trim_end_matches("-->");
            found.extend(comment.split('!').filter(|entry| !entry.trim().is_empty()).map(schedule));
            line.replace_range(at..end, "");
        }
    }
    lines.retain(|line| !line.trim().is_empty() || line.starts_with("```"));
    found
}

/// `date,interval,ease`, the ease in hundredths. A date far in the past stands for a new card.
fn schedule(entry: &str) -> Option<ForeignStanding> {
    let mut parts = entry.split(',').map(str::trim);
    let date = NaiveDate::parse_from_str(parts.next()?.get(..10)?, "%Y-%m-%d").ok()?;
    let interval: f32 = parts.next()?.parse().ok().filter(|days: &f32| days.is_finite() && *days > 0.0)?.min(36_500.0);
    let ease: f32 = parts.next()?.parse().ok().filter(|ease: &f32| ease.is_finite())?;
    let day = StudyDay::from_date(date);
    if day.0 < 11_000 {
        return None;
    }
    Some(ForeignStanding {
        phase: ForeignPhase::Review,
        memory: None,
        sm2: Some(((ease / 100.0).clamp(1.3, 5.0), interval)),
        due: ForeignDue::Day(day.0),
        reps: 1,
        lapses: 0,
        last_review: Some(crate::model::Timestamp((i64::from(day.0) - interval as i64) * 86_400_000 + 43_200_000)),
        log_complete: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decks_named_before_or_below_a_rule_and_cards_in_quotations() {
        let text = "---\ntags: [notes, flashcards/net]\n---\nA::B\n\n> Front\n> ?\n> Back\n\n___\n#flashcards/net/layers\n\nC::D\n\nF\n?\n$$\na = b\nc\n$$\n";
        let foreign = read(Path::new("x.md"), text);
        let decks: Vec<(&str, Vec<&str>)> =
            foreign.decks.iter().map(|deck| (deck.title.as_str(), deck.notes.iter().map(ForeignNote::key).collect())).collect();
        assert_eq!(decks, [("net", vec!["A", "Front"]), ("net::layers", vec!["C", "F"])]);
        let last = foreign.decks.last().and_then(|deck| deck.notes.last()).map(|note| note.body.clone());
        assert_eq!(last, Some(basic("F", "$$\na = b\nc\n$$")));
    }

    #[test]
    fn cards_stand_below_headings_and_each_other_without_blank_lines() {
        let text = "# IAM\nA::1\nB:::2\nOf two\nlines\n?\nanswer\n## KMS\nstd::string\n?\nA class\n\nThe {{c1::gap}}.\n";
        let foreign = read(Path::new("n.md"), text);
        let notes = &foreign.decks.first().expect("a deck").notes;
        let found: Vec<(String, &str)> = notes.iter().map(|note| (format!("{:?}", note.body), note.domain.as_str())).collect();
        let expected = [("A", "1", "IAM"), ("B", "2", "IAM"), ("Of two\\\nlines", "answer", "IAM"), ("std::string", "A class", "KMS")];
        for ((body, domain), (front, back, wanted)) in found.iter().zip(expected) {
            assert!(body.contains(&format!("front: {front:?}, back: {back:?}")), "{body}");
            assert_eq!(*domain, wanted);
        }
        assert!(matches!(&notes.last().expect("a note").body, NoteBody::Cloze { text, .. } if text == "The {{c1::gap}}."));
        assert_eq!(notes.len(), 5);
    }

    #[test]
    fn cards_of_every_shape_with_their_schedule() {
        let text = "#flashcards/cloud\n\n# IAM\n\nQ1::A1\nQ2:::A2\n<!--SR:!2026-08-16,51,230!2026-09-01,4,250!2026-09-02,5,250-->\n\nQuestion\nof two lines\n?\nAnswer\n\n#flashcards/other T::D\n\nThe ==sky==^[what] is ==blue==[^1] and ==high==[^1].\n\n`code::not`\n\n```\na::b\n```\n\n<!-- x::y -->\n";
        let foreign = read(Path::new("n.md"), text);
        let titles: Vec<(&str, usize)> = foreign.decks.iter().map(|deck| (deck.title.as_str(), deck.notes.len())).collect();
        assert_eq!(titles, [("cloud", 4), ("other", 1)]);
        let notes = &foreign.decks.first().expect("a deck").notes;
        assert!(matches!(&notes[1].body, NoteBody::Basic { both_ways: true, .. }));
        assert_eq!((&notes[0].body, notes[0].domain.as_str()), (&basic("Q1", "A1"), "IAM"));
        assert_eq!(notes[2].body, basic("Question\\\nof two lines", "Answer"));
        let NoteBody::Cloze { text, .. } = &notes[3].body else { panic!("{:?}", notes[3]) };
        assert_eq!(text, "The {{c1::sky::what}} is {{c2::blue}} and {{c2::high}}.");
        let standing = notes[0].cards.first().and_then(|card| card.known.standing).expect("a schedule");
        assert_eq!((standing.due, standing.sm2), (ForeignDue::Day(20_681), Some((2.3, 51.0))));
    }
}
