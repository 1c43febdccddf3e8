//! Where the facts of a card are written.

use super::super::theme::{Weight, tokens};
use super::super::widgets::{chip, label};
use crate::app::CardEntry;
use eframe::egui::{OpenUrl, Sense, Ui, vec2};

/// Where it is written, and of which edition; the day the card was checked is in the tooltip. Nothing for a card without a source.
pub(in crate::ui) fn citations_ui(ui: &mut Ui, entry: &CardEntry) {
    let Some(note) = entry.note().filter(|note| !note.cites.is_empty()) else { return };
    let t = tokens(ui);
    let deck = &entry.deck;
    let checked = note.as_of.or(deck.as_of).map_or(String::new(), |date| format!("Checked on {}", date.format("%-d %B %Y")));
    ui.add_space(14.0);
    ui.spacing_mut().item_spacing = vec2(5.0, 5.0);
    for cite in &note.cites {
        let Some(source) = deck.source(&cite.source) else {
            // The deck was edited, or is gone: what was cited is still in the question as it was asked.
            label(ui, cite.pinpoint.as_str(), 12.0, Weight::Regular, t.muted);
            continue;
        };
        ui.horizontal_wrapped(|ui| {
            let words = format!("{} · {}", shorten(&source.title, 60), shorten(&cite.pinpoint, 90));
            let response = chip(ui, &words, t.accent, t.accent_soft).interact(Sense::click());
            if response.clicked() && source.url.starts_with("https://") {
                ui.ctx().open_url(OpenUrl::new_tab(&source.url));
            }
            response.on_hover_text(format!("{}\n{}\n{}", source.title, cite.pinpoint, source.url));
            if !source.edition.is_empty() {
                let as_of = chip(ui, &shorten(&source.edition, 60), t.muted, t.sunken);
                as_of.on_hover_text(format!("Edition read: {}. {checked}", source.edition));
            }
        });
    }
}

fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { format!("{}…", text.chars().take(most).collect::<String>().trim_end()) }
}
