//! The file format, version 1, as serde sees it. Fields are checked and named here, turned into the words of `model` in
//! [`super::convert`].

use ron::extensions::Extensions;
use ron::value::RawValue;
use serde::Deserialize;

/// Reader options: an author need not write `Some(...)`. The recursion limit stays on.
pub(super) fn options() -> ron::Options {
    ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME)
}

/// `Deck(…)`, its notes still as text.
#[derive(Deserialize)]
#[serde(rename = "Deck", deny_unknown_fields)]
pub(super) struct DeckForm<'a> {
    pub(super) format: u32,
    pub(super) id: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) summary: String,
    #[serde(default = "english")]
    pub(super) language: String,
    #[serde(default)]
    pub(super) edition: String,
    #[serde(default)]
    pub(super) as_of: Option<String>,
    #[serde(default)]
    pub(super) license: String,
    #[serde(default)]
    pub(super) domains: Vec<DomainForm>,
    #[serde(default)]
    pub(super) sources: Vec<SourceForm>,
    #[serde(borrow)]
    pub(super) notes: Vec<&'a RawValue>,
}

fn english() -> String {
    "en".to_owned()
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DomainForm {
    pub(super) id: String,
    pub(super) title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceForm {
    pub(super) id: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) edition: String,
    #[serde(default)]
    pub(super) url: String,
}

/// `Patch(…)`, its notes still as text.
#[derive(Deserialize)]
#[serde(rename = "Patch", deny_unknown_fields)]
pub(super) struct PatchForm<'a> {
    pub(super) format: u32,
    pub(super) deck: String,
    #[serde(borrow, default)]
    pub(super) replace: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) add: Vec<&'a RawValue>,
    #[serde(default)]
    pub(super) hide: Vec<String>,
    /// For each replaced note the hash of the deck's own note it was made from, so that a later edition which changes the same
    /// note is noticed.
    #[serde(default)]
    pub(super) base: Vec<(String, String)>,
}

/// Writes the fields that every kind of note has behind those of its own: a flattened struct would lose the parser's places.
macro_rules! note_forms {
    ($($kind:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* })*) => {
        /// A note of any kind.
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) enum NoteForm {
            $($kind {
                id: String,
                $($(#[$attribute])* $field: $type,)*
                #[serde(default)]
                domain: Option<String>,
                #[serde(default)]
                cites: Vec<(String, String)>,
                #[serde(default)]
                tags: Vec<String>,
                #[serde(default)]
                was: Vec<String>,
                #[serde(default)]
                expect: Option<f32>,
                #[serde(default)]
                as_of: Option<String>,
                #[serde(default)]
                image: Option<String>,
            },)*
        }
    };
}

note_forms! {
    Basic {
        front: String,
        back: String,
        #[serde(default)]
        both_ways: bool,
    }
    Cloze {
        text: String,
        #[serde(default)]
        why: String,
    }
    Choice {
        stem: String,
        options: Vec<OptionForm>,
        #[serde(default = "yes")]
        shuffle: bool,
        #[serde(default)]
        why: String,
    }
    Order {
        stem: String,
        steps: Vec<String>,
        #[serde(default)]
        why: String,
    }
    Match {
        stem: String,
        pairs: Vec<(String, String)>,
        #[serde(default)]
        decoys: Vec<String>,
        #[serde(default)]
        why: String,
    }
    Typed {
        stem: String,
        accept: Vec<String>,
        #[serde(default)]
        why: String,
    }
    Case {
        scenario: String,
        #[serde(default)]
        exhibits: Vec<ExhibitForm>,
        questions: Vec<NoteForm>,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) enum OptionForm {
    Key {
        text: String,
        #[serde(default)]
        why: String,
        #[serde(default)]
        see: Option<String>,
    },
    Wrong {
        text: String,
        #[serde(default)]
        why: String,
        #[serde(default)]
        see: Option<String>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExhibitForm {
    pub(super) title: String,
    pub(super) text: String,
}

/// `Exam(…)`.
#[derive(Deserialize)]
#[serde(rename = "Exam", deny_unknown_fields)]
pub(super) struct ExamForm {
    pub(super) format: u32,
    pub(super) id: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) code: String,
    #[serde(default)]
    pub(super) issuer: String,
    #[serde(default)]
    pub(super) as_of: Option<String>,
    pub(super) status: StatusForm,
    pub(super) questions: (u32, u32),
    #[serde(default)]
    pub(super) unscored: u32,
    pub(super) minutes: u32,
    pub(super) scoring: ScoringForm,
    #[serde(default)]
    pub(super) partial_credit: bool,
    pub(super) driver: DriverForm,
    pub(super) domains: Vec<ExamDomainForm>,
    #[serde(default)]
    pub(super) sources: Vec<SourceForm>,
    #[serde(default)]
    pub(super) remarks: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) enum StatusForm {
    Current,
    Retired {
        on: String,
        #[serde(default)]
        successor: Option<String>,
    },
    Announced,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) enum ScoringForm {
    Scaled { min: u32, max: u32, pass: u32 },
    Percent { pass: f32 },
    Unpublished,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) enum DriverForm {
    Linear,
    Sectioned(Vec<SectionForm>),
    ForwardOnly,
    Adaptive { min: u32, max: u32, confidence: f32 },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SectionForm {
    pub(super) title: String,
    pub(super) share: f32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExamDomainForm {
    pub(super) id: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) weight: Option<f32>,
    #[serde(default)]
    pub(super) confirmed: bool,
    #[serde(default)]
    pub(super) draws: Vec<DrawForm>,
}

#[derive(Deserialize)]
pub(super) enum DrawForm {
    Deck(String),
    Domain(String, String),
    Tag(String),
}

/// `Roadmap(…)`.
#[derive(Deserialize)]
#[serde(rename = "Roadmap", deny_unknown_fields)]
pub(super) struct RoadmapForm {
    pub(super) format: u32,
    pub(super) id: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) as_of: Option<String>,
    #[serde(default)]
    pub(super) span: String,
    pub(super) phases: Vec<PhaseForm>,
    #[serde(default)]
    pub(super) roles: Vec<RoleForm>,
    #[serde(default)]
    pub(super) skills: Vec<SkillForm>,
    #[serde(default)]
    pub(super) sources: Vec<SourceForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PhaseForm {
    pub(super) id: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) weeks: Option<u32>,
    pub(super) steps: Vec<StepForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) enum StepForm {
    Study {
        deck: String,
        mastery: f32,
    },
    Do {
        id: String,
        title: String,
        #[serde(default)]
        minutes: Option<u32>,
        #[serde(default)]
        hint: String,
    },
    Sit {
        exam: String,
        pass: f32,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleForm {
    pub(super) id: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) pay: Vec<PayForm>,
    #[serde(default)]
    pub(super) needs: Vec<(String, f32)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PayForm {
    pub(super) level: String,
    #[serde(default)]
    pub(super) years: String,
    pub(super) low: f32,
    pub(super) high: f32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SkillForm {
    pub(super) id: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) decks: Vec<String>,
}
