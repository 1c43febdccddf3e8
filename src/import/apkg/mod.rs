//! Anki packages (`.apkg`, `.colpkg`) in all three forms of their container, with note types, scheduling and the review log.

mod collection;
mod convert;
mod log;
mod proto;
mod schedule;
mod template;

use super::archive::{Members, unpack};
use super::foreign::{Counted, Findings, Foreign, Media, MediaFrom};
use super::{ImportError, Outlet, Progress, media};
use collection::Opened;
use prost::Message as _;
use proto::{MediaEntries, PackageMeta};
use std::collections::BTreeMap;
use std::path::Path;

/// Limit of the small members that say what the rest is.
const MAX_INDEX: u64 = 32 * 1024 * 1024;

/// How the container is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    /// `collection.anki2` alone.
    Legacy1,
    /// `collection.anki21`.
    Legacy2,
    /// `collection.anki21b`, compressed with zstd.
    Latest,
}

pub(super) fn read(path: &Path, members: &mut Members, progress: &Progress, outlet: &mut Outlet<'_>) -> Result<Foreign, ImportError> {
    progress.stage("Unpacking", 0)?;
    let mut findings = Findings::new(path);
    let container = container(members)?;
    let name = match container {
        Container::Legacy1 => "collection.anki2",
        Container::Legacy2 => "collection.anki21",
        Container::Latest => "collection.anki21b",
    };
    let index = members.index(name).ok_or_else(|| ImportError::refused(format!("the package names a `{name}` that is not in it")))?;
    let database = unpack(members, index, container == Container::Latest)?;
    progress.stage("Reading", 0)?;
    let mut opened = Opened::read(database.path(), &mut findings, progress)?;
    let mut media = media_files(members, container, &mut findings)?;
    outlet.know(&media);
    let notetypes = std::mem::take(&mut opened.collection.notetypes);
    let (pictures, notes) = convert::convert(&opened, &notetypes, &mut findings, progress, outlet)?;
    media.extend(pictures);
    let collection = opened.collection;
    let counted = Counted { notes, cards: collection.cards.len(), reviews: collection.log.answers.len() };
    Ok(Foreign { media, counted: Some(counted), answers: collection.log.answers, issues: findings.finish(), ..Foreign::default() })
}

/// `meta` decides; without it the newest collection in the package does, for the older ones hold but a request to update.
fn container(members: &mut Members) -> Result<Container, ImportError> {
    if let Some(index) = members.index("meta") {
        let bytes = members.read(index, false, MAX_INDEX)?;
        let meta = PackageMeta::decode(bytes.as_slice())
            .map_err(|error| ImportError::refused(format!("the package's `meta` is damaged: {error}")))?;
        return match meta.version {
            1 => Ok(Container::Legacy1),
            2 => Ok(Container::Legacy2),
            3 => Ok(Container::Latest),
            other => Err(ImportError::refused(format!("the package was made by a newer Anki (form {other}); forms 1 to 3 are read"))),
        };
    }
    Ok(if members.index("collection.anki21b").is_some() {
        Container::Latest
    } else if members.index("collection.anki21").is_some() {
        Container::Legacy2
    } else {
        Container::Legacy1
    })
}

/// The pictures and sounds: names from the map, bytes under numbers.
fn media_files(members: &mut Members, container: Container, findings: &mut Findings) -> Result<Vec<Media>, ImportError> {
    let Some(index) = members.index("media") else { return Ok(Vec::new()) };
    let bytes = members.read(index, container == Container::Latest, MAX_INDEX)?;
    let names: Vec<(String, String)> = if container == Container::Latest {
        let entries = MediaEntries::decode(bytes.as_slice())
            .map_err(|error| ImportError::refused(format!("the package's list of media is damaged: {error}")))?;
        entries.entries.into_iter().enumerate().map(|(index, entry)| (index.to_string(), entry.name)).collect()
    } else {
        let map: BTreeMap<String, String> = serde_json::from_slice(&bytes)
            .map_err(|error| ImportError::refused(format!("the package's list of media is damaged: {error}")))?;
        map.into_iter().collect()
    };
    let mut found: BTreeMap<String, Media> = BTreeMap::new();
    for (member, name) in names {
        let safe = media::safe_path(&name);
        let Some(index) = members.index(&member) else {
            findings.lost(0, format!("the medium `{name}` is named in the package and is not in it"));
            continue;
        };
        if found.contains_key(&safe.to_lowercase()) {
            findings.lost(0, format!("the medium `{name}` has the name of another"));
            continue;
        }
        found.insert(safe.to_lowercase(), Media { name: safe, from: MediaFrom::Member { index, zstd: container == Container::Latest } });
    }
    Ok(found.into_values().collect())
}
