//! An archive of files as they are.

use super::PackageError;
use crate::disk;
use std::io::{Seek, Write};
use std::path::PathBuf;
use zip::write::{SimpleFileOptions, ZipWriter};

/// Writes files under the names they are to have, with a line that says what the archive is.
pub fn write<W: Write + Seek>(about: &str, members: &[(String, PathBuf)], out: W) -> Result<(), PackageError> {
    let mut zip = ZipWriter::new(out);
    let options = SimpleFileOptions::default().large_file(true);
    zip.start_file("ascertain.json", options)?;
    zip.write_all(about.as_bytes())?;
    for (name, path) in members {
        zip.start_file(name, options)?;
        std::io::copy(&mut disk::open(path)?, &mut zip)?;
    }
    zip.finish()?;
    Ok(())
}
