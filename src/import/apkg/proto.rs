//! The few protobuf messages of a package that are needed. Unknown fields are passed over.

/// `meta`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct PackageMeta {
    #[prost(uint32, tag = "1")]
    pub(super) version: u32,
}

/// `media` of the newest form.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct MediaEntries {
    #[prost(message, repeated, tag = "1")]
    pub(super) entries: Vec<MediaEntry>,
}

/// One medium.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct MediaEntry {
    #[prost(string, tag = "1")]
    pub(super) name: String,
}

/// `notetypes.config`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct NotetypeConfig {
    #[prost(int32, tag = "1")]
    pub(super) kind: i32,
}

/// `templates.config`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct TemplateConfig {
    #[prost(string, tag = "1")]
    pub(super) question: String,
    #[prost(string, tag = "2")]
    pub(super) answer: String,
}

/// `decks.kind`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct DeckKind {
    #[prost(message, optional, tag = "1")]
    pub(super) normal: Option<NormalDeck>,
}

/// An ordinary deck.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct NormalDeck {
    #[prost(string, tag = "4")]
    pub(super) description: String,
}
