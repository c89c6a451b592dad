//! What is sent to people by mail and works once: an invitation, a way to a new
//! password. The mail carries a code; the store has its hash only, so a copy of the
//! database opens nothing. The code never stands in an address that a browser sends: it
//! is behind the `#`, or typed.

use crate::org::member::Role;
use crate::secret::{Entropy, Secret, base62};
use crate::sign_in::session;
use crate::text_id::{OrganizationId, UserId};
use crate::time::{Timestamp, Ttl};

/// How long an invitation stands: 14 days.
pub const INVITATION_STANDS: Ttl = Ttl::from_hours(14 * 24);

/// How long a way to a new password stands: one hour.
pub const RESET_STANDS: Ttl = Ttl::from_hours(1);

/// What a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Whoever has the address may join this organization with this role.
    Invitation {
        /// The organization.
        organization: OrganizationId,
        /// What the person will be there.
        role: Role,
    },
    /// This person may choose a new password.
    PasswordReset {
        /// The person.
        user: UserId,
    },
}

/// One link as the store keeps it. It is there until it is used, withdrawn or swept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The SHA-256 of the code's 32 random bytes.
    pub hash: [u8; 32],
    /// What it is for.
    pub purpose: Purpose,
    /// Where it was sent, as [`crate::org::member::check_email`] writes it.
    pub email: String,
    /// True when nobody but the mail has the code: whoever shows it reads what is sent to
    /// the address. False when it was shown to whoever made the link.
    pub mailed: bool,
    /// Who made it, as [`crate::audit::Actor`] is written.
    pub made_by: String,
    /// When.
    pub created_at: Timestamp,
    /// From this moment on it opens nothing.
    pub expires_at: Timestamp,
}

impl Link {
    /// True while it opens something.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }

    /// How a list names it: the hash in hexadecimal. It opens nothing.
    pub fn id(&self) -> String {
        self.hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A code: 256 random bits as 43 or 44 letters and digits.
pub fn draw(entropy: &dyn Entropy) -> ([u8; 32], Secret<String>) {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    let mut text = String::with_capacity(44);
    base62::encode(&bytes, &mut text);
    (session::hash(text.as_bytes()), Secret::new(text))
}

/// The hash of a code that somebody shows, spaces around it left out.
pub fn hash_of(code: &str) -> [u8; 32] {
    session::hash(code.trim().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_by_its_hash() {
        let (hash, code) = draw(&|bytes: &mut [u8]| bytes.fill(0x5a));
        assert!(code.expose().len() >= 43);
        assert_eq!(hash_of(&format!(" {}\n", code.expose())), hash);
        assert_ne!(hash_of("another"), hash);
    }
}
