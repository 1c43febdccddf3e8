//! Pictures of cards: read from the deck's media folder, with limits before anything is decoded.

use super::{Collection, Error};
use crate::disk;
use crate::library::picture_file;
use crate::model::DeckId;
use image::{ImageReader, Limits};
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// Longest side of a picture in pixels, and most memory for decoding one. A small file can ask for gigabytes.
const MAX_SIDE: u32 = 8_192;
const MAX_ALLOC: u64 = 128 * 1024 * 1024;
const MAX_FILE: u64 = 32 * 1024 * 1024;

/// A decoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels across and down.
    pub size: [usize; 2],
    /// Red, green, blue and alpha of each pixel, row by row.
    pub rgba: Vec<u8>,
}

impl Collection {
    /// The file of a picture that a note names.
    pub fn picture_path(&self, deck: &DeckId, path: &str) -> Option<PathBuf> {
        self.library.entry(deck).and_then(|entry| picture_file(entry, path))
    }
}

/// Reads a PNG or JPEG file no side of which is longer than `max_side`; for a thread that is not the window's.
pub fn read_picture(path: &Path, max_side: u32) -> Result<Picture, Error> {
    let bytes = disk::read(path, MAX_FILE)?;
    let failed = |cause: String| {
        Error::user(format!("this picture cannot be shown: {}", path.display())).because(cause).hint("PNG and JPEG are read")
    };
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| failed(error.to_string()))?;
    let side = max_side.min(MAX_SIDE);
    let mut limits = Limits::default();
    limits.max_image_width = Some(side);
    limits.max_image_height = Some(side);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let decoded = reader.decode().map_err(|error| failed(error.to_string()))?.into_rgba8();
    Ok(Picture { size: [decoded.width() as usize, decoded.height() as usize], rgba: decoded.into_raw() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_read_within_limits_and_anything_else_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.png");
        image::RgbaImage::from_pixel(3, 2, image::Rgba([1, 2, 3, 255])).save(&path).expect("saved");
        let picture = read_picture(&path, 8_192).expect("read");
        assert_eq!((picture.size, picture.rgba.len(), picture.rgba.get(..4)), ([3, 2], 24, Some(&[1, 2, 3, 255][..])));
        read_picture(&path, 2).expect_err("a side is too long");
        let wide = folder.path().join("wide.png");
        image::RgbaImage::new(20_000, 1).save(&wide).expect("saved");
        read_picture(&wide, 100_000).expect_err("wider than anything that is shown");
        disk::write(&path, b"<html>not a picture</html>").expect("written");
        read_picture(&path, 8_192).expect_err("not a picture");
        read_picture(folder.path(), 8_192).expect_err("a folder");
    }
}
