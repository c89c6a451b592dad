//! What a grant decides to give, and what the caller is given.

use crate::oauth::scope::ScopeSet;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::token::record::AccessToken;

/// What was made for a caller.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The access token's text. Exists once, here, on its way out; where a dialect lets
    /// a client share its token, until that expires.
    pub access_token: Secret<String>,
    /// What it says.
    pub token: AccessToken,
    /// The refresh token, where one is given.
    pub refresh: Option<IssuedRefresh>,
    /// The API's id of the organization that the token is for, if it is for one.
    pub organization: Option<String>,
    /// For whom the token acts, as people know it: a person's e-mail address or an
    /// organization's name. Looked up only where the reply names it.
    pub owner: Option<String>,
    /// The moment of the reply.
    pub now: Timestamp,
}

/// A refresh token that is given.
#[derive(Clone, Debug)]
pub struct IssuedRefresh {
    /// Its text.
    pub text: Secret<String>,
    /// From when on it is refused; never when there is none.
    pub expires_at: Option<Timestamp>,
}

impl Issued {
    /// Seconds until the access token expires: all of its life, or what is left of a
    /// shared one's.
    pub fn expires_in(&self) -> u32 {
        self.now.until(self.token.expires_at).as_seconds()
    }

    /// Seconds until the refresh token expires; `None` when there is none, or no end.
    pub fn refresh_expires_in(&self) -> Option<u32> {
        let end = self.refresh.as_ref()?.expires_at?;
        Some(self.now.until(end).as_seconds())
    }

    /// The scope that was granted.
    pub const fn scope(&self) -> &ScopeSet {
        &self.token.scope
    }
}
