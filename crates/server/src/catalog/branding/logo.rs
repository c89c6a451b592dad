//! A vendor's logo: how large it will be is known before it arrives, so that nothing
//! jumps. It is served as a file and never becomes part of a page.

use crate::catalog::branding::file::{AssetFile, Kind};

/// The room that a logo has in the bar, in CSS pixels.
const WIDEST: f64 = 160.0;
const HIGHEST: f64 = 24.0;

/// A logo, as it stands in the bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// Where the file is.
    pub path: String,
    /// CSS pixels.
    pub width: u32,
    /// CSS pixels.
    pub height: u32,
}

/// The logo and its file.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn read(bytes: Vec<u8>) -> Result<(Logo, AssetFile), &'static str> {
    let (kind, size) = match png_size(&bytes) {
        Some(size) => (Kind::Png, Some(size)),
        None => (Kind::Svg, svg_root(&bytes).map(svg_size).ok_or("expected an SVG or a PNG file")?),
    };
    let (width, height) =
        size.ok_or("the drawing does not say how large it is: give it a viewBox")?;
    let scale = (WIDEST / width).min(HIGHEST / height);
    let file = AssetFile::new(kind, bytes);
    let path = file.path().to_owned();
    Ok((Logo { path, width: whole(width * scale), height: whole(height * scale) }, file))
}

/// The size in the header (RFC 2083 §4.1.1).
fn png_size(bytes: &[u8]) -> Option<(f64, f64)> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(4..)?.strip_prefix(b"IHDR")?;
    let number = |at: usize| Some(u32::from_be_bytes(rest.get(at..at + 4)?.try_into().ok()?));
    let size = (f64::from(number(0)?), f64::from(number(4)?));
    is_size(size).then_some(size)
}

/// The opening tag of the drawing.
fn svg_root(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('<') {
        return None;
    }
    let rest = text.split_once("<svg")?.1;
    rest.starts_with(|c: char| c.is_ascii_whitespace()).then_some(())?;
    Some(rest.split_once('>')?.0)
}

fn svg_size(root: &str) -> Option<(f64, f64)> {
    let number = |text: &str| text.trim_end_matches("px").parse::<f64>().ok();
    let named = || Some((number(attribute(root, "width")?)?, number(attribute(root, "height")?)?));
    let boxed = || {
        let numbers = attribute(root, "viewBox")?.split([' ', ',']).filter(|part| !part.is_empty());
        match numbers.map(number).collect::<Option<Vec<_>>>()?.as_slice() {
            [_, _, width, height] => Some((*width, *height)),
            _ => None,
        }
    };
    boxed().or_else(named).filter(|size| is_size(*size))
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.match_indices(name).find_map(|(at, _)| {
        let before = tag.get(..at)?;
        let value = tag.get(at + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let is_whole = before.ends_with(|c: char| c.is_ascii_whitespace());
        if is_whole { value.get(1..)?.split(quote).next() } else { None }
    })
}

fn is_size((width, height): (f64, f64)) -> bool {
    let range = 1.0..=100_000.0;
    range.contains(&width) && range.contains(&height)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 160")]
fn whole(pixels: f64) -> u32 {
    (pixels.round() as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(svg: &str) -> Result<(u32, u32), &'static str> {
        read(svg.as_bytes().to_vec()).map(|(logo, _)| (logo.width, logo.height))
    }

    #[test]
    fn drawings_tell_their_size() {
        let unsized_drawing = Err("the drawing does not say how large it is: give it a viewBox");
        let no_drawing = Err("expected an SVG or a PNG file");
        for (svg, expected) in [
            ("<svg viewBox=\"0 0 100 50\"/>", Ok((48, 24))),
            ("<?xml version=\"1.0\"?>\n<svg xmlns='x' viewBox='0,0,48,24'>", Ok((48, 24))),
            ("<svg width=\"32px\" height=\"32\">", Ok((24, 24))),
            ("<svg width=\"100%\" viewBox=\"0 0 1600 24\">", Ok((160, 2))),
            ("<svg data-width=\"4\" height=\"2\">", unsized_drawing),
            ("<svg viewBox=\"0 0 0 50\">", unsized_drawing),
            ("<svg viewBox=\"0 0 NaN 50\">", unsized_drawing),
            ("<svg viewBox=\"0 0 1e9 1\">", unsized_drawing),
            ("<svgs viewBox=\"0 0 1 1\">", no_drawing),
            ("<html>", no_drawing),
            ("GIF89a", no_drawing),
            ("", no_drawing),
        ] {
            assert_eq!(size(svg), expected, "{svg}");
        }
    }

    #[test]
    fn pictures_tell_their_size() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x20".to_vec();
        let (logo, file) = read(png.clone()).unwrap();
        assert_eq!((logo.width, logo.height, file.kind()), (48, 24, Kind::Png));
        png.truncate(20);
        assert!(read(png).is_err());
    }
}
