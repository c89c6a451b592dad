//! What a grant decides to give, and what the caller is given.

use crate::oauth::scope::ScopeSet;
use crate::secret::Secret;
use crate::token::record::AccessToken;

/// A token that was made for a caller.
#[derive(Debug)]
pub struct Issued {
    /// The token's text. Exists once, here, on its way out.
    pub access_token: Secret<String>,
    /// What it says.
    pub token: AccessToken,
}

impl Issued {
    /// Seconds until the token expires.
    pub fn expires_in(&self) -> u32 {
        self.token.issued_at.until(self.token.expires_at).as_seconds()
    }

    /// The scope that was granted.
    pub const fn scope(&self) -> &ScopeSet {
        &self.token.scope
    }
}
