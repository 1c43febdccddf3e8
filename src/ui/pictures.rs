//! Pictures of the card on the screen: decoded on another thread, kept while the card is shown.

use super::theme::{Weight, tokens};
use super::widgets::label;
use crate::app::{Collection, Error, Job, Picture, read_picture};
use crate::model::{CardId, text};
use eframe::egui::{ColorImage, Context, Id, Image, TextureHandle, TextureOptions, Ui, vec2};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How far a picture is.
enum State {
    Reading(Job<Picture>),
    Ready(TextureHandle),
    Failed(String),
}

/// What the drawing of a text finds: a picture, or why there is none.
type Found = Arc<BTreeMap<String, Result<TextureHandle, String>>>;

/// The pictures of one card.
#[derive(Default)]
pub(super) struct Pictures {
    card: Option<CardId>,
    states: BTreeMap<String, State>,
}

fn place() -> Id {
    Id::unique("pictures of the card")
}

impl Pictures {
    /// Begins to read the pictures of a card when it comes up, and takes over those that are read.
    pub(super) fn follow(&mut self, ctx: &Context, collection: &Collection, card: Option<&CardId>) {
        if self.card.as_ref() != card {
            self.card = card.cloned();
            self.states = card.map(|card| begin(ctx, collection, card)).unwrap_or_default();
            self.publish(ctx);
        }
        let mut changed = false;
        for state in self.states.values_mut() {
            let State::Reading(job) = state else { continue };
            if let Some(result) = job.poll() {
                *state = finish(ctx, result);
                changed = true;
            }
        }
        if changed {
            self.publish(ctx);
        }
    }

    fn publish(&self, ctx: &Context) {
        let found = self.states.iter().filter_map(|(path, state)| match state {
            State::Reading(_) => None,
            State::Ready(texture) => Some((path.clone(), Ok(texture.clone()))),
            State::Failed(why) => Some((path.clone(), Err(why.clone()))),
        });
        let found: Found = Arc::new(found.collect());
        ctx.data_mut(|data| data.insert_temp(place(), found));
    }
}

fn begin(ctx: &Context, collection: &Collection, card: &CardId) -> BTreeMap<String, State> {
    let Some(note) = collection.card(card).and_then(|entry| entry.note()) else { return BTreeMap::new() };
    let mut paths = text::images(&note.full_text());
    paths.extend(note.image.clone());
    let max_side = ctx.input(|input| input.max_texture_side) as u32;
    let mut states = BTreeMap::new();
    for path in paths {
        let waker = {
            let ctx = ctx.clone();
            Arc::new(move || ctx.request_repaint())
        };
        let state = match collection.picture_path(&card.deck, &path) {
            Some(file) => match Job::spawn("read-picture", waker, move || read_picture(&file, max_side)) {
                Ok(job) => State::Reading(job),
                Err(error) => State::Failed(error.to_string()),
            },
            None => State::Failed("it is not in the deck's media folder".to_owned()),
        };
        states.insert(path, state);
    }
    states
}

fn finish(ctx: &Context, result: Result<Picture, Error>) -> State {
    match result {
        Ok(picture) => {
            let image = ColorImage::from_rgba_unmultiplied(picture.size, &picture.rgba);
            State::Ready(ctx.load_texture("picture", image, TextureOptions::LINEAR))
        }
        Err(error) => State::Failed(error.to_string()),
    }
}

/// Draws a picture of the card, or says why it cannot be drawn.
pub(super) fn ui(ui: &mut Ui, path: &str, alt: &str) {
    let t = tokens(ui);
    let found: Option<Found> = ui.ctx().data(|data| data.get_temp(place()));
    let name = if alt.is_empty() { path } else { alt };
    match found.as_ref().and_then(|found| found.get(path)) {
        Some(Ok(texture)) => {
            let size = texture.size_vec2();
            let width = size.x.min(ui.available_width());
            let shown = vec2(width, (size.y * width / size.x.max(1.0)).min(520.0));
            ui.add(Image::new(texture).fit_to_exact_size(shown).maintain_aspect_ratio(true).alt_text(name));
        }
        Some(Err(why)) => drop(label(ui, format!("Picture “{name}” is missing: {why}"), 13.0, Weight::Regular, t.again)),
        None => drop(label(ui, format!("Picture “{name}”…"), 13.0, Weight::Regular, t.muted)),
    }
}
