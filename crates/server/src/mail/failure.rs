//! Why a mail was not sent, or none can be. No address of a person's is in any of it.

use std::path::PathBuf;

/// Why the server sends no mails at all, though the configuration says how.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The relay's password is in a file that cannot be read.
    #[error("the mail relay's password in {path} cannot be read: {error}", path = .path.display())]
    PasswordFile {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The relay's password is in a variable that is not set.
    #[error("the environment variable {0} is not set; it should hold the mail relay's password")]
    PasswordVariable(String),
    /// The password cannot be one.
    #[error("the mail relay's password is empty or has a line break within")]
    Password,
    /// The certificates that `ca_file` names are not there, or none.
    #[error("the mail relay's authorities in {path} cannot be read: {what}", path = .path.display())]
    Authorities {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The folder for mails cannot be made or written to.
    #[error("mails cannot be written to {path}: {error}", path = .path.display())]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The sender's or the relay's name is one that the library does not take.
    #[error("mails cannot be sent: {0}")]
    Relay(String),
}

/// Why a mail was not taken for sending.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unsent {
    /// The configuration says no way, or this process sends none: a command beside the
    /// server.
    #[error("no mails are sent here")]
    Nowhere,
    /// Too many mails wait already.
    #[error("too many mails wait")]
    Full,
}

/// Why an attempt failed.
#[derive(Debug)]
pub(super) struct Failure {
    /// True when another attempt may succeed.
    pub(super) may_pass: bool,
    /// What happened, for the log.
    pub(super) what: String,
}
