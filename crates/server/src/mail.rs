//! Mails: what is written to people, and how it leaves. [`invitation`] and its siblings
//! make one mail each, [`post`] sends them. Who gets a mail, and when, is a flow's to
//! know; nothing here asks the store.
//!
//! A one-time code stands behind a `#`, which browsers send to nobody, and on a line of
//! its own to be typed. It is in no header, file name or log line.

mod dates;
mod ending;
pub mod failure;
mod folder;
mod invitation;
mod letter;
mod message;
mod names;
mod password;
pub mod post;
mod relay;

use std::fmt;

use portreeve_core::branding::accent::Accent;
use portreeve_core::secret::Entropy;
use portreeve_core::time::Timestamp;

use crate::config::mail::{MailConfig, Smtp, Way};
pub use crate::mail::ending::{Ending, client_disabled, ending};
use crate::mail::failure::MailError;
pub use crate::mail::invitation::{Invitation, Joined, invitation, joined};
pub use crate::mail::password::{password_changed, password_reset};
pub use crate::mail::post::Post;
use crate::texts::Texts;

/// Looks at what the configuration names for mails and what is no secret: whether there
/// are such authorities.
///
/// # Errors
/// [`MailError::Authorities`].
pub fn check(config: &MailConfig) -> Result<(), MailError> {
    match &config.way {
        Some(Way::Smtp(Smtp { ca_file: Some(path), .. })) => relay::authorities(path).map(drop),
        _ => Ok(()),
    }
}

/// One mail to one person, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Which mail it is, for the log: `invitation`…
    pub kind: &'static str,
    /// The address.
    pub to: String,
    /// The subject: one line.
    pub subject: String,
    /// The text. It may hold a one-time code.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// When it was written.
    pub at: Timestamp,
    /// What no other mail has: 128 random bits.
    pub id: [u8; 16],
}

/// What every mail is written with.
#[derive(Clone, Copy)]
pub struct Letterhead<'a> {
    /// The words.
    pub texts: &'a Texts,
    /// What the vendor is called.
    pub vendor: &'a str,
    /// The vendor's accent, if it is not ours.
    pub accent: Option<Accent>,
    /// The server's address, without a slash at the end.
    pub issuer: &'a str,
    /// Now.
    pub now: Timestamp,
    /// Randomness, for the mails' ids.
    pub entropy: &'a dyn Entropy,
}

impl Letterhead<'_> {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[mail: {}]", self.kind)
    }
}

#[cfg(test)]
mod tests;
