//! The project's files. Build output and what .gitignore names are not part of it.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that are no part of the project wherever they stand.
const NOT_OURS: &[&str] = &[".git", "target", "node_modules", "__pycache__", ".venv", "venv"];

/// The checkout's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A file's text, by its path from the root. Fails when it is missing.
pub(crate) fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file's path from the root, with `/`, in order.
pub(crate) fn files() -> Vec<String> {
    let mut found = Vec::new();
    let ignored = ignored();
    walk(&root(), "", &ignored, &mut found);
    found.sort();
    found
}

/// Every file below a folder, such as `crates/core/src`.
pub(crate) fn files_below(folder: &str) -> Vec<String> {
    let prefix = format!("{folder}/");
    files().into_iter().filter(|path| path.starts_with(&prefix)).collect()
}

/// Names of a folder's direct entries, files with their ending, in order.
pub(crate) fn entries(folder: &str) -> Vec<String> {
    let listed =
        fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut names: Vec<String> =
        listed.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Names that the root's .gitignore leaves out of the root folder (`/name`).
fn ignored() -> Vec<String> {
    text(".gitignore")
        .lines()
        .filter_map(|line| line.strip_prefix('/'))
        .map(str::to_owned)
        .collect()
}

fn walk(folder: &Path, prefix: &str, ignored: &[String], found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{prefix}{name}");
        if NOT_OURS.contains(&name.as_str()) || ignored.contains(&path) {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            walk(&entry.path(), &format!("{path}/"), ignored, found);
        } else {
            found.push(path);
        }
    }
}
