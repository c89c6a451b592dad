//! A text that is made once and sent often: pressed already, and named by its content.

use std::io::Write;

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// A text, ready to be sent.
#[derive(Clone, Debug)]
pub struct File {
    /// As it is.
    pub text: Bytes,
    /// Pressed with gzip (RFC 1952); `None` where that would save nothing.
    pub gzip: Option<Bytes>,
    /// Twenty-four letters that only this content has.
    pub tag: String,
}

/// Shorter than this fits into one packet anyway.
const LEAST: usize = 1400;

impl File {
    /// Presses a text.
    pub fn new(text: String) -> Self {
        let hash = digest(&SHA256, text.as_bytes());
        let tag = hash.as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        let gzip = (text.len() >= LEAST).then(|| pressed(text.as_bytes())).flatten();
        Self { text: Bytes::from(text), gzip, tag }
    }
}

fn pressed(bytes: &[u8]) -> Option<Bytes> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).ok()?;
    gzip.finish().ok().map(Bytes::from)
}
