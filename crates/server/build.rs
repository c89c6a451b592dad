//! Makes the files of the API documentation's pages ready: Swagger UI is taken out of the
//! crate that brings it along, and pressed together with our own script and styles, once,
//! instead of for each browser. Nothing of it stands in the repository.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::DeflateDecoder;
use flate2::write::GzEncoder;
use flate2::{Compression, Crc};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

/// What is taken out of the archive: where it stands there below the first folder, its
/// name with us and its media type.
const TAKEN: [(&str, &str, &str); 4] = [
    ("dist/swagger-ui-bundle.js", "swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    ("dist/swagger-ui.css", "swagger-ui.css", "text/css; charset=utf-8"),
    // Whoever passes Swagger UI on passes these on (Apache License 2.0, section 4).
    ("LICENSE", "LICENSE.txt", "text/plain; charset=utf-8"),
    ("NOTICE", "NOTICE.txt", "text/plain; charset=utf-8"),
];

/// Our own, in assets/docs: what each is put together from, in this order.
const OWN: [(&str, &str, &[&str]); 2] = [
    ("docs.js", "text/javascript; charset=utf-8", &["docs.js"]),
    (
        "docs.css",
        "text/css; charset=utf-8",
        &["frame.css", "operations.css", "parts.css", "dialog.css"],
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("Cargo names no OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=assets/docs");
    let mut list = String::from("const FILES: &[File] = &[\n");
    for (path, name, kind) in TAKEN {
        let bytes = unpacked(path).ok_or_else(|| format!("the archive has no whole {path}"))?;
        press(&out, name, kind, &bytes, &mut list)?;
    }
    for (name, kind, parts) in OWN {
        let read = |part: &&str| fs::read(Path::new("assets/docs").join(part));
        let bytes = parts.iter().map(read).collect::<Result<Vec<_>, _>>()?.concat();
        press(&out, name, kind, &bytes, &mut list)?;
    }
    list.push_str("];\n");
    fs::write(out.join("docs_files.rs"), list)?;
    Ok(())
}

/// Writes a file's two pressed forms, and its line in the list.
fn press(
    out: &Path,
    name: &str,
    kind: &str,
    bytes: &[u8],
    list: &mut String,
) -> Result<(), Box<dyn Error>> {
    // The last few per cent take twenty times as long: they are for what is shipped.
    let is_shipped = env::var_os("PROFILE").is_some_and(|profile| profile == "release");
    let quality = if is_shipped { 11 } else { 9 };
    let mut brotli = Vec::new();
    brotli::CompressorWriter::new(&mut brotli, 1 << 16, quality, 22).write_all(bytes)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    let gzip = gzip.finish()?;
    let (br_path, gz_path) = (out.join(format!("{name}.br")), out.join(format!("{name}.gz")));
    fs::write(&br_path, &brotli)?;
    fs::write(&gz_path, &gzip)?;
    writeln!(
        list,
        "    File {{ name: {name:?}, kind: {kind:?}, brotli: include_bytes!({br_path:?}), \
         gzip: include_bytes!({gz_path:?}) }},"
    )?;
    Ok(())
}

/// A file of the archive, by its path below the archive's one folder. The archive is
/// known, so of the format only what it uses is read; `None` for anything else.
fn unpacked(path: &str) -> Option<Vec<u8>> {
    let archive = SWAGGER_UI_VENDORED;
    // The end record: nothing but a comment stands behind it.
    let end = archive.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let (count, mut at) = (number(end + 10, 2)?, number(end + 16, 4)?);
    for _ in 0..count {
        let (name, extra, comment) =
            (number(at + 28, 2)?, number(at + 30, 2)?, number(at + 32, 2)?);
        let called = std::str::from_utf8(archive.get(at + 46..at + 46 + name)?).ok()?;
        if called.split_once('/').is_some_and(|(_, below)| below == path) {
            return inflated(at);
        }
        at += 46 + name + extra + comment;
    }
    None
}

/// The file that an entry of the directory is about.
fn inflated(entry: usize) -> Option<Vec<u8>> {
    let (method, sum) = (number(entry + 10, 2)?, number(entry + 16, 4)?);
    let (packed, size) = (number(entry + 20, 4)?, number(entry + 24, 4)?);
    let local = number(entry + 42, 4)?;
    let start = local + 30 + number(local + 26, 2)? + number(local + 28, 2)?;
    let packed = SWAGGER_UI_VENDORED.get(start..start + packed)?;
    let mut bytes = Vec::with_capacity(size);
    match method {
        0 => bytes.extend_from_slice(packed),
        8 => drop(DeflateDecoder::new(packed).read_to_end(&mut bytes).ok()?),
        _ => return None,
    }
    let mut found = Crc::new();
    found.update(&bytes);
    (bytes.len() == size && usize::try_from(found.sum()).ok()? == sum).then_some(bytes)
}

/// A number of this many bytes, the smallest first.
fn number(at: usize, bytes: usize) -> Option<usize> {
    let bytes = SWAGGER_UI_VENDORED.get(at..at + bytes)?;
    Some(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}
