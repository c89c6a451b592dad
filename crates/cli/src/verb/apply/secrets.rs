//! Where the secrets of new clients go: a file that only its owner can read, or the
//! screen. The file is opened before anything is changed, so that none is lost.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::say::{note, print};

/// Where secrets go.
pub(super) struct Secrets {
    file: Option<(File, PathBuf)>,
    show: bool,
    kept: usize,
}

impl Secrets {
    /// Opens the file, if there is one; what stands in it stays.
    ///
    /// # Errors
    /// When it cannot be written, or others can read it.
    pub(super) fn open(path: Option<&Path>, show: bool) -> anyhow::Result<Self> {
        let file = path.map(open).transpose()?;
        Ok(Self { file, show, kept: 0 })
    }

    /// Keeps one: a line of TOML, written before anything else is done.
    ///
    /// # Errors
    /// When it cannot be written. The client is there then, and its secret unknown.
    pub(super) fn keep(&mut self, client_id: &str, secret: &str) -> anyhow::Result<()> {
        let line = format!("{client_id:?} = {secret:?}");
        if let Some((file, path)) = &mut self.file {
            let written = writeln!(file, "{line}").and_then(|()| file.sync_all());
            written.with_context(|| {
                let path = path.display();
                format!("{path}: the secret of {client_id} is lost: rotate it, \"portreeve client rotate {client_id}\"")
            })?;
            self.kept += 1;
        }
        if self.show {
            print(&line)?;
        }
        Ok(())
    }

    /// Says where they are.
    pub(super) fn tell(self) {
        if let Some((_, path)) = self.file.filter(|_| self.kept > 0) {
            note(&format!("The secrets of new clients are in {}.", path.display()));
        }
    }
}

fn open(path: &Path) -> anyhow::Result<(File, PathBuf)> {
    let opened = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    let file = opened.with_context(|| format!("{} cannot be written", path.display()))?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        bail!("{}: others can read it; \"chmod 600\" it first", path.display());
    }
    Ok((file, path.to_owned()))
}
