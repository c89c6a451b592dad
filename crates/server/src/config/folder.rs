//! A folder that the configuration names, with a TOML file for each thing.

use std::io;
use std::path::{Path, PathBuf};

/// The TOML files of a folder, by name.
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
