//! A file that every page may ask for: named after its content and kept by browsers for
//! good, with what browsers need to know of it.

use std::io::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::paths::ASSETS;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A stylesheet.
    Css,
    /// A script.
    Js,
    /// A drawing.
    Svg,
    /// A picture.
    Png,
    /// A font.
    Woff2,
}

/// A file, as it is and pressed.
#[derive(Debug)]
pub struct AssetFile {
    path: String,
    kind: Kind,
    plain: Bytes,
    gzip: Option<Bytes>,
}

impl Kind {
    const fn ending(self) -> &'static str {
        match self {
            Self::Css => "css",
            Self::Js => "js",
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Woff2 => "woff2",
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Css => "text/css; charset=utf-8",
            Self::Js => "text/javascript; charset=utf-8",
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Woff2 => "font/woff2",
        }
    }

    /// What a browser may do with it when somebody opens it by itself: a drawing may hold
    /// scripts.
    pub const fn policy(self) -> &'static str {
        match self {
            Self::Svg => "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            _ => "default-src 'none'; sandbox",
        }
    }

    /// True for what becomes smaller.
    const fn is_text(self) -> bool {
        matches!(self, Self::Css | Self::Js | Self::Svg)
    }
}

impl AssetFile {
    /// A file with this content.
    pub fn new(kind: Kind, content: impl Into<Bytes>) -> Self {
        let plain = content.into();
        let hash = digest(&SHA256, &plain);
        let name: String = hash.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let gzip = kind.is_text().then(|| pressed(&plain)).flatten();
        Self { path: format!("{ASSETS}/{name}.{}", kind.ending()), kind, plain, gzip }
    }

    /// Where it is.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// As it is.
    pub fn plain(&self) -> Bytes {
        self.plain.clone()
    }

    /// Pressed with gzip (RFC 1952), where that is smaller.
    pub fn gzip(&self) -> Option<Bytes> {
        self.gzip.clone()
    }
}

fn pressed(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).ok()?;
    let bytes = encoder.finish().ok()?;
    (bytes.len() < plain.len()).then(|| bytes.into())
}
