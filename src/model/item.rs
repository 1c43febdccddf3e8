//! Questions that are answered by doing them; what a mock exam calls items.

use super::id::NoteId;
use unicode_normalization::UnicodeNormalization as _;

/// A question with its stem.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What is asked.
    pub stem: String,
    /// Why the key is right, for kinds whose parts carry no reasons of their own.
    pub why: String,
    /// The author's guess of the share of just-passing candidates who get it right (Angoff), 0 to 1.
    pub expect: Option<f32>,
    /// How it is answered.
    pub body: QuestionBody,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum QuestionBody {
    /// Choose the key or keys.
    Choice(Choice),
    /// Put the steps in order.
    Order(Order),
    /// Pair left and right sides.
    Match(Match),
    /// Type a short answer.
    Typed(Typed),
}

/// A choice among options.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The options as the author ordered them.
    pub options: Vec<Opt>,
    /// Whether the options are shuffled at each showing.
    pub shuffle: bool,
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Opt {
    /// What it says.
    pub text: String,
    /// Why it is right or wrong.
    pub why: String,
    /// For a distractor: the note that teaches the difference.
    pub see: Option<NoteId>,
    /// Whether it is right.
    pub is_key: bool,
}

/// Steps to be put in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The steps in the right order.
    pub steps: Vec<String>,
}

/// Things to be paired.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Left side and the right side that belongs to it.
    pub pairs: Vec<(String, String)>,
    /// Right sides that belong to nothing.
    pub decoys: Vec<String>,
}

/// A short answer to be typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// Answers that count as right.
    pub accept: Vec<String>,
}

/// A scenario with several questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The situation.
    pub scenario: String,
    /// Documents to look at.
    pub exhibits: Vec<Exhibit>,
    /// The questions with their keys.
    pub questions: Vec<(NoteId, Question)>,
}

/// A document of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Exhibit {
    /// What it is called.
    pub title: String,
    /// What it says.
    pub text: String,
}

impl Question {
    /// Everything a learner can read on it.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = vec![self.stem.as_str()];
        match &self.body {
            QuestionBody::Choice(choice) => {
                texts.extend(choice.options.iter().flat_map(|option| [option.text.as_str(), option.why.as_str()]));
            }
            QuestionBody::Order(order) => texts.extend(order.steps.iter().map(String::as_str)),
            QuestionBody::Match(pairs) => {
                texts.extend(pairs.pairs.iter().flat_map(|(left, right)| [left.as_str(), right.as_str()]));
                texts.extend(pairs.decoys.iter().map(String::as_str));
            }
            QuestionBody::Typed(typed) => texts.extend(typed.accept.iter().map(String::as_str)),
        }
        texts.push(&self.why);
        texts
    }
}

impl Choice {
    /// How many options are right.
    pub fn key_count(&self) -> usize {
        self.options.iter().filter(|option| option.is_key).count()
    }
}

impl Match {
    /// All right sides, decoys last.
    pub fn right_sides(&self) -> Vec<&str> {
        self.pairs.iter().map(|(_, right)| right.as_str()).chain(self.decoys.iter().map(String::as_str)).collect()
    }
}

impl Typed {
    /// Whether a typed text counts as right: blanks at the ends, case, character width and repeated blanks do not
    /// matter, nor does the blank between a number and its unit.
    pub fn accepts(&self, typed: &str) -> bool {
        let given = fold(typed);
        !given.is_empty() && self.accept.iter().any(|accepted| fold(accepted) == given)
    }
}

/// The form in which typed answers are compared. Compatibility normalisation (UAX #15, NFKC) folds width and ligatures;
/// characters that cannot be seen are dropped, so that a pasted answer is not wrong for a reason nobody can see.
fn fold(text: &str) -> String {
    let visible: String = (text.nfkc())
        .filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect();
    let words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    join_units(&words)
}

/// Drops the blank after a number that a unit follows: `90 days` and `90days` are one answer.
fn join_units(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after_digit = out.chars().last().is_some_and(|last| last.is_ascii_digit());
        let before_unit = chars.peek().is_some_and(|next| next.is_alphabetic() || *next == '%');
        if !(c == ' ' && after_digit && before_unit) {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_answers_forgive_form_and_nothing_else() {
        let typed = Typed { accept: vec!["90 days".to_owned(), "Straße".to_owned(), "15 MiB".to_owned()] };
        for right in ["90 days", " 90  DAYS ", "90days", "９０ days", "90\u{200b} days", "straße", "15MiB"] {
            assert!(typed.accepts(right), "{right:?}");
        }
        for wrong in ["", " ", "9 0 days", "90", "91 days", "strasse", "15 MB"] {
            assert!(!typed.accepts(wrong), "{wrong:?}");
        }
    }
}
