//! The decks that ship with the program, compiled in, so that the binary works alone. A test compares this list with the folder.

/// File name and text of every shipped deck, exam and roadmap.
pub(super) const FILES: &[(&str, &str)] = &[
    ("iam.ron", include_str!("../../decks/iam.ron")),
    ("encryption.ron", include_str!("../../decks/encryption.ron")),
    ("eu-ai-act.ron", include_str!("../../decks/eu-ai-act.ron")),
    ("nist-ai-rmf.ron", include_str!("../../decks/nist-ai-rmf.ron")),
    ("owasp-llm-top10.ron", include_str!("../../decks/owasp-llm-top10.ron")),
    ("exams/aaism.ron", include_str!("../../decks/exams/aaism.ron")),
    ("exams/aigp.ron", include_str!("../../decks/exams/aigp.ron")),
    ("exams/aws-scs-c03.ron", include_str!("../../decks/exams/aws-scs-c03.ron")),
    ("exams/ccsp.ron", include_str!("../../decks/exams/ccsp.ron")),
    ("exams/cissp.ron", include_str!("../../decks/exams/cissp.ron")),
    ("exams/gcp-pcse.ron", include_str!("../../decks/exams/gcp-pcse.ron")),
    ("exams/sc-500.ron", include_str!("../../decks/exams/sc-500.ron")),
    ("exams/secai.ron", include_str!("../../decks/exams/secai.ron")),
];
