//! Mails as files: for a demo, for tests, and for a program that carries them on.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp as Moment;
use portreeve_core::time::Timestamp;

use crate::mail::failure::{Failure, MailError};

/// The folder.
pub(super) struct Folder {
    path: PathBuf,
    count: AtomicU64,
}

impl Folder {
    /// Makes the folder when there is none, for its owner only.
    ///
    /// # Errors
    /// [`MailError::Folder`].
    pub(super) fn open(path: &Path) -> Result<Self, MailError> {
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|error| MailError::Folder { path: path.to_owned(), error })?;
        Ok(Self { path: path.to_owned(), count: AtomicU64::new(0) })
    }

    /// Writes a mail of this moment. Its name is the time and a number, which tell
    /// nothing of whose it is.
    pub(super) fn keep(&self, bytes: &[u8], at: Timestamp) -> Result<(), Failure> {
        let moment = Moment::from_second(at.as_unix()).unwrap_or(Moment::UNIX_EPOCH);
        let time = moment.strftime("%Y%m%dT%H%M%SZ").to_string();
        loop {
            let number = self.count.fetch_add(1, Ordering::Relaxed);
            match self.write(&format!("{time}-{number:06}"), bytes) {
                // Of another process, or of this one before it was started again.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Failure { may_pass: true, what: error.to_string() }),
                Ok(()) => return Ok(()),
            }
        }
    }

    /// Whoever looks into the folder finds a whole mail or none.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path.join(format!("{name}.eml"));
        let draft = self.path.join(format!(".{name}.draft"));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        // A hard link fails when the name is taken.
        let named = written.and_then(|()| std::fs::hard_link(&draft, &path));
        std::fs::remove_file(&draft)?;
        named
    }
}
