//! IMS QTI 1.2, 2.x and 3.0: single documents and packages. The version shows in the root element.

mod one;
mod two;

use super::archive::{Members, ending};
use super::foreign::{Findings, Foreign, ForeignDeck, ForeignNote, Media, MediaFrom};
use super::text::{decode, title_of};
use super::xml::{self, Child, Element};
use super::{ImportError, Progress, html, media};
use std::collections::BTreeSet;
use std::path::Path;

/// Most bytes of one document.
const MAX_DOCUMENT: u64 = 32 * 1024 * 1024;

/// What the readers of all versions share.
struct Context {
    findings: Findings,
    media: Vec<Media>,
    /// The folder of the document within its package.
    folder: String,
    /// Pictures that are named, by their paths in the package.
    named: BTreeSet<String>,
}

impl Context {
    /// What is in an element as our text; `replace` may stand in for elements.
    fn text(&mut self, element: &Element, replace: &mut dyn FnMut(&Element) -> Option<String>) -> String {
        let folder = self.folder.clone();
        let mut named = BTreeSet::new();
        let markup = element.inner_html(&mut |inner| {
            if let Some(own) = replace(inner) {
                return Some(own);
            }
            let source =
                inner.attribute("src").or_else(|| inner.attribute("data")).filter(|_| matches!(inner.name.as_str(), "img" | "object"))?;
            let path = inside(&folder, source)?;
            named.insert(path.clone());
            let alt = inner.attribute("alt").unwrap_or_default();
            Some(format!("<img src=\"{}\" alt=\"{}\">", quoted(&path), quoted(alt)))
        });
        self.named.extend(named);
        self.html(&markup, element.line)
    }

    fn html(&mut self, markup: &str, line: usize) -> String {
        let mut pictures = Vec::new();
        let text = html::to_text(markup, line, &mut self.findings, &mut pictures);
        self.media.extend(pictures.into_iter().map(|(name, bytes)| Media { name, from: MediaFrom::Bytes(bytes) }));
        text
    }
}

fn quoted(text: &str) -> String {
    xml::escaped(text).replace('"', "&quot;")
}

/// A path of a package from the folder of the document that names it. None for an address elsewhere.
fn inside(folder: &str, source: &str) -> Option<String> {
    let source = html::percent_decoded(source.trim());
    let source = source.split(['?', '#']).next().unwrap_or_default();
    let source = source.strip_prefix("$IMS-CC-FILEBASE$/").or_else(|| source.strip_prefix("%24IMS-CC-FILEBASE%24/")).unwrap_or(source);
    if source.is_empty() || source.contains(':') || source.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in source.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// Names of QTI 3 as those of QTI 2: `qti-choice-interaction` is `choiceInteraction`.
fn as_two(mut element: Element) -> Element {
    let plain = element.name.strip_prefix("qti-").map(camel);
    if let Some(name) = plain {
        element.name = name;
    }
    for (name, _) in &mut element.attributes {
        *name = camel(name);
    }
    element.children = element
        .children
        .into_iter()
        .map(|child| match child {
            Child::Element(inner) => Child::Element(as_two(inner)),
            Child::Text(text) => Child::Text(text),
        })
        .collect();
    element
}

fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars() {
        if c == '-' {
            upper = true;
        } else if std::mem::take(&mut upper) {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// The notes of a document. None if it holds no items.
fn document(context: &mut Context, root: Element) -> Option<(String, Vec<ForeignNote>)> {
    match root.name.as_str() {
        "questestinterop" | "item" => Some(one::read(context, &root)),
        "assessmentItem" | "qti-assessment-item" => {
            let is_three = root.name.starts_with("qti-");
            let root = if is_three { as_two(root) } else { root };
            Some((root.attribute("title").unwrap_or_default().to_owned(), two::read(context, &root).into_iter().collect()))
        }
        _ => None,
    }
}

/// One document.
pub(super) fn read_text(path: &Path, text: &str) -> Result<Foreign, ImportError> {
    let root = xml::parse(text)?;
    let mut context = Context { findings: Findings::new(path), media: Vec::new(), folder: String::new(), named: BTreeSet::new() };
    let name = root.name.clone();
    let Some((title, notes)) = document(&mut context, root) else {
        return Err(ImportError::refused(format!("`<{name}>` names items and holds none: import the package it belongs to")));
    };
    let title = if title.is_empty() || notes.len() < 2 { title_of(path) } else { title };
    Ok(Foreign {
        decks: vec![ForeignDeck { title, summary: String::new(), notes }],
        media: context.media,
        issues: context.findings.finish(),
        ..Foreign::default()
    })
}

/// A package: the documents its manifest names, in its order, and any others.
pub(super) fn read_archive(path: &Path, members: &mut Members, progress: &Progress) -> Result<Foreign, ImportError> {
    let names = members.names();
    let mut order: Vec<String> = Vec::new();
    let mut title = title_of(path);
    if let Some(index) = members.index("imsmanifest.xml") {
        let manifest = xml::parse(&decode(members.read(index, false, MAX_DOCUMENT)?)?)?;
        for resource in manifest.below("resource") {
            let files = resource.all("file").filter_map(|file| file.attribute("href"));
            for href in resource.attribute("href").into_iter().chain(files) {
                let Some(name) = inside("", href).filter(|name| names.contains(name)) else { continue };
                if !order.contains(&name) {
                    order.push(name);
                }
            }
        }
        if let Some(named) = manifest.below("title").first().map(|title| title.text().trim().to_owned()).filter(|title| !title.is_empty()) {
            title = named;
        }
    }
    let mut others: Vec<String> =
        names.iter().filter(|name| !order.contains(name) && name.as_str() != "imsmanifest.xml").cloned().collect();
    others.sort();
    order.extend(others);
    order.retain(|name| matches!(ending(name).as_str(), "xml" | "qti" | "dat"));
    // Canvas keeps each quiz twice; the second form says more.
    let doubled = |name: &String| {
        let folder = name.strip_suffix("/assessment_qti.xml").and_then(|folder| folder.rsplit('/').next());
        folder.is_some_and(|folder| names.iter().any(|other| other.ends_with(&format!("non_cc_assessments/{folder}.xml.qti"))))
    };
    order.retain(|name| !doubled(name));
    let mut context = Context { findings: Findings::new(path), media: Vec::new(), folder: String::new(), named: BTreeSet::new() };
    let mut foreign = Foreign::default();
    let mut rest = ForeignDeck { title, ..ForeignDeck::default() };
    progress.stage("Reading items", order.len() as u64)?;
    for (done, name) in order.iter().enumerate() {
        progress.done(done as u64)?;
        let Some(index) = members.index(name) else { continue };
        let parsed = members.read(index, false, MAX_DOCUMENT).and_then(decode).and_then(|text| xml::parse(&text));
        let root = match parsed {
            Ok(root) => root,
            // Blackboard's documents end so, and so do other files.
            Err(_) if ending(name) == "dat" => continue,
            Err(error) => {
                context.findings.lost(0, format!("`{name}` in the package: {error}"));
                continue;
            }
        };
        context.folder = name.rsplit_once('/').map(|(folder, _)| folder.to_owned()).unwrap_or_default();
        match document(&mut context, root) {
            Some((own, notes)) if notes.len() > 1 => foreign.decks.push(ForeignDeck {
                title: if own.is_empty() { rest.title.clone() } else { own },
                summary: String::new(),
                notes,
            }),
            Some((_, notes)) => rest.notes.extend(notes),
            None => {}
        }
    }
    foreign.decks.push(rest);
    for name in &context.named {
        if let Some(index) = members.index(name) {
            context.media.push(Media { name: media::safe_path(name), from: MediaFrom::Member { index, zstd: false } });
        }
    }
    foreign.media = context.media;
    foreign.issues = context.findings.finish();
    Ok(foreign)
}

#[cfg(test)]
mod tests;
