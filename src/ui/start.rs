//! Opening the window, and saying what is missing where none can be opened.

use super::recovery::{Reopen, Window};
use crate::app::Error;
use eframe::egui::ViewportBuilder;
use std::panic;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// What brings a window on Debian.
const PACKAGES: &str = "libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon-x11-0 libegl1 libgl1-mesa-dri";

/// Opens the window and stays until it is closed. `files` are looked at for importing; `reopen` says how to open the collection;
/// with `first_frame` it closes again as soon as one frame is painted.
pub fn main(files: Vec<PathBuf>, first_frame: bool, reopen: Reopen) -> Result<(), Error> {
    let options = eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("Ascertain")
            .with_app_id("ascertain")
            .with_inner_size([1280.0, 820.0])
            .with_min_inner_size([720.0, 480.0])
            .with_drag_and_drop(true),
        ..eframe::NativeOptions::default()
    };
    let quiet = QuietPanics::start();
    let create: eframe::AppCreator<'_> = Box::new(move |cc| {
        let mut window = Window::open(&cc.egui_ctx, files, reopen).map_err(Box::new)?;
        if let Window::Running(gui) = &mut window {
            gui.close_after_first_frame(first_frame);
        }
        Ok(Box::new(window))
    });
    let result = panic::catch_unwind(panic::AssertUnwindSafe(|| eframe::run_native("Ascertain", options, create)));
    let panicked = quiet.end();
    match result {
        Ok(Ok(())) => Ok(()),
        // What the program itself says is passed on as it is.
        Ok(Err(eframe::Error::AppCreation(error))) => Err(match error.downcast::<Error>() {
            Ok(error) => *error,
            Err(error) => explain(&error.to_string()),
        }),
        Ok(Err(error)) => Err(explain(&error.to_string())),
        Err(_) => Err(explain(&panicked.unwrap_or_default())),
    }
}

/// From what the windowing libraries say to what a person can do.
fn explain(words: &str) -> Error {
    let is_display = ["DISPLAY", "WAYLAND", "XOpenDisplay", "neither", "NotSupported", "os error", "Could not find wayland"]
        .iter()
        .any(|word| words.contains(word));
    let missing =
        words.split(['"', '\'', ' ', '`', '(']).find(|word| word.contains(".so")).map(|word| word.trim_end_matches([')', ',', '.', ':']));
    let error = if let Some(library) = missing {
        Error::environment(format!("no window can be opened: {library} is missing"))
    } else if ["Glutin", "EGL", "OpenGL", "config"].iter().any(|word| words.contains(word)) {
        Error::environment("no window can be opened: there is no OpenGL")
    } else if is_display {
        Error::environment("no window can be opened: there is no display")
    } else {
        Error::bug("the window failed")
    };
    let error = if words.is_empty() { error } else { error.because(words.lines().next().unwrap_or_default()) };
    error.hint(format!("on Debian and Ubuntu: apt install {PACKAGES}")).hint("`ascertain study` needs no window")
}

type Hook = Box<dyn Fn(&panic::PanicHookInfo<'_>) + Sync + Send>;

/// Keeps the text of a panic from the terminal: it is explained afterwards.
struct QuietPanics {
    words: Arc<Mutex<Option<String>>>,
    before: Hook,
}

impl QuietPanics {
    fn start() -> Self {
        let words = Arc::new(Mutex::new(None));
        let before = panic::take_hook();
        let store = Arc::clone(&words);
        panic::set_hook(Box::new(move |info| {
            if let Ok(mut slot) = store.lock() {
                slot.get_or_insert_with(|| info.to_string().lines().skip(1).collect::<Vec<_>>().join(" "));
            }
        }));
        Self { words, before }
    }

    fn end(self) -> Option<String> {
        panic::set_hook(self.before);
        self.words.lock().ok()?.take()
    }
}

#[cfg(test)]
mod tests {
    use super::explain;
    use crate::app::ErrorKind;

    #[test]
    fn what_is_missing_is_named() {
        // The texts were seen on a bare Debian 12 while its libraries were added one by one.
        let check = |words: &str, expected: &str| {
            let error = explain(words);
            assert_eq!(error.kind, ErrorKind::Environment, "{words}");
            assert!(error.message.contains(expected), "{words} gave {}", error.message);
            assert!(
                error.hints.iter().any(|hint| hint.contains("libxkbcommon-x11-0"))
                    && error.hints.iter().any(|hint| hint.contains("ascertain study"))
            );
        };
        check("XNotSupported(LibraryOpenError(OpenError { detail: \"opening library failed (libX11.so.6: cannot open\" }))", "libX11.so.6");
        check("Library libxkbcommon-x11.so could not be loaded.", "libxkbcommon-x11.so");
        check("Found no glutin configs matching the template", "OpenGL");
        check("winit EventLoopError: os error at x: neither WAYLAND_DISPLAY nor WAYLAND_SOCKET nor DISPLAY is set.", "display");
    }
}
