//! What a learner did with a question, and its one-line form in the history.

use std::collections::BTreeSet;

/// What a learner did. Numbers are the author's positions, whatever order was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// The options chosen.
    Chosen(BTreeSet<usize>),
    /// The steps in the order they were put.
    Ordered(Vec<usize>),
    /// For each left side, the right side paired with it, if any.
    Paired(Vec<Option<usize>>),
    /// The text typed.
    Typed(String),
    /// Nothing: "show me the answer".
    GaveUp,
}

fn join(numbers: impl Iterator<Item = usize>) -> String {
    numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
}

impl Response {
    /// As it stands in the history: a letter for the kind, then the numbers or words.
    pub fn encode(&self) -> String {
        match self {
            Self::Chosen(chosen) => format!("c {}", join(chosen.iter().copied())),
            Self::Ordered(ordered) => format!("o {}", join(ordered.iter().copied())),
            Self::Paired(paired) => {
                let sides: Vec<String> = paired.iter().map(|side| side.map_or("-".to_owned(), |index| index.to_string())).collect();
                format!("p {}", sides.join(" "))
            }
            Self::Typed(text) => format!("t {text}"),
            Self::GaveUp => "g ".to_owned(),
        }
    }

    /// Reads what [`Self::encode`] wrote; none for anything else.
    pub fn decode(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(' ')?;
        let numbers = || rest.split_whitespace().map(|word| word.parse().ok()).collect::<Option<Vec<usize>>>();
        Some(match kind {
            "c" => Self::Chosen(numbers()?.into_iter().collect()),
            "o" => Self::Ordered(numbers()?),
            "p" => {
                let side = |word: &str| if word == "-" { Some(None) } else { word.parse().ok().map(Some) };
                Self::Paired(rest.split_whitespace().map(side).collect::<Option<_>>()?)
            }
            "t" => Self::Typed(rest.to_owned()),
            "g" => Self::GaveUp,
            _ => return None,
        })
    }

    /// Whether nothing was chosen, paired or typed, which counts as no answer.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Chosen(chosen) => chosen.is_empty(),
            Self::Ordered(ordered) => ordered.is_empty(),
            Self::Paired(paired) => paired.iter().all(Option::is_none),
            Self::Typed(text) => text.trim().is_empty(),
            Self::GaveUp => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_read_back() {
        let all = [
            Response::Chosen([0, 3].into()),
            Response::Chosen(BTreeSet::new()),
            Response::Ordered(vec![2, 0, 1]),
            Response::Paired(vec![Some(1), None, Some(0)]),
            Response::Typed("  two words \n and a line".into()),
            Response::Typed(String::new()),
            Response::GaveUp,
        ];
        for response in all {
            assert_eq!(Response::decode(&response.encode()), Some(response));
        }
        for bad in ["", "c", "x 1", "c one", "p 1 ?"] {
            assert_eq!(Response::decode(bad), None, "{bad:?}");
        }
    }
}
