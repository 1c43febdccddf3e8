//! Notices when a file of the learner's folder changes.

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use std::path::Path;

/// Watching does not work here; reloading by hand still does.
#[derive(Debug, thiserror::Error)]
#[error("changes in the deck folder are not noticed")]
pub struct WatchError {
    source: notify::Error,
}

/// Watches as long as it lives.
pub struct Watch {
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Calls `changed` from another thread whenever a deck file below the folder may have changed.
    pub fn start(folder: &Path, changed: impl Fn() + Send + 'static) -> Result<Self, WatchError> {
        let handler = move |event: notify::Result<notify::Event>| {
            let is_deck = |event: &notify::Event| event.paths.iter().any(|path| path.extension().is_some_and(|ending| ending == "ron"));
            let touches = |event: &notify::Event| !event.kind.is_access() && (event.paths.is_empty() || is_deck(event));
            if event.as_ref().map_or(true, touches) {
                changed();
            }
        };
        let mut watcher = notify::recommended_watcher(handler).map_err(|source| WatchError { source })?;
        watcher.watch(folder, RecursiveMode::Recursive).map_err(|source| WatchError { source })?;
        Ok(Self { _watcher: watcher })
    }
}
