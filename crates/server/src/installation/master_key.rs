//! The master key: read from where the configuration says, or made at the first
//! start in a file that only its owner may read.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use portreeve_core::secret::{Entropy, MasterKey, Secret};

use crate::config::master_key::MasterKeySource;
use crate::env;

/// Why there is no master key. Never says what the key is.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file cannot be read or made.
    #[error("the master key {path} cannot be read: {error}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Others may read the file.
    #[error("the master key {0} may be read by others; run: chmod 600 {0}")]
    Open(PathBuf),
    /// The variable is not set.
    #[error(
        "the environment variable {0} is not set; it should hold the master key, 64 hexadecimal digits"
    )]
    NoVariable(String),
    /// What was found is no key.
    #[error("the master key in {0} is not 64 hexadecimal digits")]
    NoKey(String),
}

/// Reads the key; makes the file when there is none yet.
///
/// # Errors
/// [`MasterKeyError`].
pub(super) fn read(
    source: &MasterKeySource,
    entropy: &dyn Entropy,
) -> Result<MasterKey, MasterKeyError> {
    match source {
        MasterKeySource::Variable(name) => {
            let text =
                env::variable(name).ok_or_else(|| MasterKeyError::NoVariable(name.clone()))?;
            parse(&Secret::new(text)).ok_or_else(|| MasterKeyError::NoKey(name.clone()))
        }
        MasterKeySource::File(path) => {
            let failed = |error| MasterKeyError::File { path: path.clone(), error };
            match make(path, entropy) {
                Ok(key) => Ok(key),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => read_file(path),
                Err(error) => Err(failed(error)),
            }
        }
    }
}

/// Makes the file, whole or not at all: the key is on the disk before it has its name.
fn make(path: &Path, entropy: &dyn Entropy) -> io::Result<MasterKey> {
    if path.exists() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let key = MasterKey::generate(entropy);
    let mut mark = [0; 4];
    entropy.fill(&mut mark);
    let draft = path.with_extension(format!("draft-{}", u32::from_be_bytes(mark)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let digits: String = key.expose().iter().map(|byte| format!("{byte:02x}")).collect();
    file.write_all(Secret::new(digits).expose().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    // A hard link fails when the name is taken: of two that start together, one makes it.
    let named = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    named?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(key)
}

fn read_file(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let failed = |error| MasterKeyError::File { path: path.to_owned(), error };
    let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(MasterKeyError::Open(path.to_owned()));
    }
    let text = Secret::new(std::fs::read_to_string(path).map_err(failed)?);
    parse(&text).ok_or_else(|| MasterKeyError::NoKey(path.display().to_string()))
}

fn parse(text: &Secret<String>) -> Option<MasterKey> {
    let digits = text.expose().trim().as_bytes();
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| !pair.starts_with('+'))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(MasterKey::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let source = MasterKeySource::File(path.clone());
        let entropy = |bytes: &mut [u8]| bytes.fill(0xa5);
        let made = read(&source, &entropy).unwrap();
        assert_eq!(made.expose(), &[0xa5; 32]);
        let again = read(&source, &|bytes: &mut [u8]| bytes.fill(0)).unwrap();
        assert_eq!(again.expose(), made.expose());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read(&source, &entropy), Err(MasterKeyError::Open(_))));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        for text in ["", "ab", &"g".repeat(64), &"+1".repeat(32), &"é".repeat(32)] {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            let source = MasterKeySource::File(path.clone());
            assert!(
                matches!(read(&source, &|_: &mut [u8]| ()), Err(MasterKeyError::NoKey(_))),
                "{text}"
            );
        }
    }
}
