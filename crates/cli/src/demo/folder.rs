//! The demo's folder: what it writes there and what it finds from the last time.

use std::fmt;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::demo::kept::Kept;
use crate::demo::report::Report;

/// Clients, secrets and addresses, for whoever tries the demo.
const REPORT: &str = "demo.json";
/// The same of the last time, until this time's is there.
const LAST_REPORT: &str = ".demo.json.last";

/// A folder that is there.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder, for its owner alone, if it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn make(path: &Path) -> anyhow::Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("the folder {} cannot be made", path.display()))?;
        Ok(Self(path.to_owned()))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// A file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file, whole or not at all, for its owner alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let written = || {
            let draft = self.file(&format!(".{name}.draft"));
            remove(&draft)?;
            let mut file =
                OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, self.file(name))
        };
        written().with_context(|| format!("{} cannot be written", self.file(name).display()))
    }

    /// What there is of the last time, as far as its report is still there.
    pub(crate) fn kept(&self) -> Kept {
        let mut kept = Kept::default();
        // Of both, the newer counts: it is read last.
        for name in [LAST_REPORT, REPORT] {
            let text = fs::read_to_string(self.file(name)).unwrap_or_default();
            if let Ok(report) = serde_json::from_str(&text) {
                kept.take(&report);
            }
        }
        kept
    }

    /// Puts the last report aside: while there is a report, the demo answers.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub(crate) fn withdraw_report(&self) -> anyhow::Result<()> {
        match fs::rename(self.file(REPORT), self.file(LAST_REPORT)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("{self}/{REPORT} cannot be renamed"))
            }
            _ => Ok(()),
        }
    }

    /// Writes the report, in place of the last.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write_report(&self, report: &Report) -> anyhow::Result<()> {
        self.write(REPORT, &format!("{}\n", serde_json::to_string_pretty(report)?))?;
        Ok(remove(&self.file(LAST_REPORT))?)
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

fn remove(file: &Path) -> std::io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn files_are_their_owners_and_whole() {
        let outer = tempfile::tempdir().unwrap();
        let folder = Folder::make(&outer.path().join("a/b")).unwrap();
        for text in ["one", "two"] {
            folder.write("x.toml", text).unwrap();
            assert_eq!(fs::read_to_string(folder.file("x.toml")).unwrap(), text);
        }
        let mode = fs::metadata(folder.file("x.toml")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn secrets_outlive_a_start_that_failed() {
        let outer = tempfile::tempdir().unwrap();
        let folder = Folder::make(outer.path()).unwrap();
        folder.withdraw_report().unwrap();
        assert!(folder.kept().secrets.is_empty());
        let report = r#"{"a": {"b": {"client_id": "x", "client_secret": "y"}}}"#;
        folder.write(REPORT, report).unwrap();
        folder.withdraw_report().unwrap();
        assert!(!folder.file(REPORT).exists());
        assert_eq!(folder.kept().secrets["x"].expose(), "y");
    }
}
