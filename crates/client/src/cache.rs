//! A token in a file, so that a program that lives for a moment need not ask at
//! every start. Readable by its user only; replaced whole, never written into.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::token::AccessToken;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024;

/// What the token in a file was asked for. A file for anything else is not used.
#[derive(Clone)]
pub(crate) struct Purpose {
    pub(crate) token_url: String,
    pub(crate) client_id: String,
    pub(crate) scope: Option<String>,
    pub(crate) audience: Option<String>,
}

/// A file for one token.
#[derive(Clone)]
pub(crate) struct Cache {
    path: PathBuf,
    purpose: Purpose,
}

impl Cache {
    pub(crate) const fn new(path: PathBuf, purpose: Purpose) -> Self {
        Self { path, purpose }
    }

    /// The token in the file, if it is one for this purpose and this user alone may
    /// read it. A token from the future says that the clock was wrong once.
    pub(crate) fn read(&self, now: u64) -> Option<AccessToken> {
        let file = File::open(&self.path).ok().filter(is_private)?;
        let mut text = Vec::new();
        file.take(LARGEST).read_to_end(&mut text).ok()?;
        let kept: Value = serde_json::from_slice(&text).ok()?;
        if kept.get("for") != Some(&self.purpose()) {
            return None;
        }
        let number = |name: &str| kept.get(name).and_then(Value::as_u64);
        let (asked_at, expires_at) = (number("asked_at")?, number("expires_at")?);
        let life = expires_at.checked_sub(asked_at).filter(|_| asked_at <= now)?;
        let scope = kept.get("scope").and_then(Value::as_str);
        let text = kept.get("access_token").and_then(Value::as_str)?;
        AccessToken::new(text, scope, asked_at, life)
    }

    /// Writes the token into a new file and puts that in the old one's place. Not
    /// synced to disk: a file that a power cut emptied is read as none.
    pub(crate) fn write(&self, token: &AccessToken) -> io::Result<()> {
        let text = json!({
            "for": self.purpose(),
            "access_token": token.expose(),
            "scope": token.scope(),
            "asked_at": token.asked_at(),
            "expires_at": token.expires_at(),
        });
        let beside = self.beside();
        // What a killed run of the same number left behind.
        let _ = fs::remove_file(&beside);
        let written = create_private(&beside)
            .and_then(|mut file| file.write_all(text.to_string().as_bytes()))
            .and_then(|()| fs::rename(&beside, &self.path));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }

    /// Takes the file away if it holds this token.
    pub(crate) fn remove(&self, token: &AccessToken, now: u64) -> io::Result<()> {
        match self.read(now) {
            Some(kept) if kept.expose() == token.expose() => fs::remove_file(&self.path),
            _ => Ok(()),
        }
    }

    fn purpose(&self) -> Value {
        let Purpose { token_url, client_id, scope, audience } = &self.purpose;
        json!({
            "token_url": token_url,
            "client_id": client_id,
            "scope": scope,
            "audience": audience,
        })
    }

    /// A name in the same folder that no other process uses.
    fn beside(&self) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.new", std::process::id()));
        self.path.with_file_name(name)
    }
}

#[cfg(unix)]
fn create_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn is_private(file: &File) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o077 == 0)
}

#[cfg(not(unix))]
fn is_private(file: &File) -> bool {
    file.metadata().is_ok_and(|about| about.is_file())
}

#[cfg(test)]
mod tests;
