//! Opens the window when asked nothing, else runs the command.
// On Windows no console comes up with the window; commands print into the console they were called from.
#![cfg_attr(windows, windows_subsystem = "windows")]

use ascertain::cli::{self, Arguments};
use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    console::attach();
    let arguments = Arguments::parse();
    #[cfg(feature = "gui")]
    if !arguments.has_command() {
        let (files, first_frame) = (arguments.files.clone(), arguments.first_frame);
        let reopen = Box::new(move || arguments.options(false));
        return ascertain::ui::main(files, first_frame, reopen).map_or_else(|error| cli::fail(&error), |()| ExitCode::SUCCESS);
    }
    cli::run(&arguments, &mut std::io::stdin().lock(), &mut std::io::stdout().lock())
}

#[cfg(windows)]
mod console {
    /// Joins the console of the program that called this one, if it has one.
    #[expect(
        unsafe_code,
        reason = "the only way to a console from a window program; the call takes a number and touches no memory of ours"
    )]
    pub(super) fn attach() {
        use windows_sys::Win32::System::Console::{ATTACH_PARENT_PROCESS, AttachConsole};
        // No console to join is no error: the window needs none.
        let _joined = unsafe { AttachConsole(ATTACH_PARENT_PROCESS) };
    }
}

#[cfg(not(windows))]
mod console {
    /// A program has its console here.
    pub(super) fn attach() {}
}
