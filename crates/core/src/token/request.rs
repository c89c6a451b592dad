//! The one shape in which every token request arrives, whatever its dialect.

use std::borrow::Cow;
use std::fmt;

use crate::client::credential::Credential;
use crate::oauth::grant_type::GrantType;
use crate::refusal::Refusal;

/// A token request, read. Texts are as the caller sent them: decoded, not judged.
#[derive(Default)]
pub struct TokenRequest<'a> {
    /// Who says it asks, and how it proves it.
    pub credential: Option<Credential>,
    /// The grant it wants.
    pub grant: Option<GrantType>,
    /// `scope`; absent and empty are the same (RFC 6749 §3.2).
    pub scope: Option<Cow<'a, str>>,
    /// `audience`, or `resource` (RFC 8707).
    pub audience: Option<Cow<'a, str>>,
    /// The refresh token to be exchanged. A secret.
    pub refresh_token: Option<Cow<'a, str>>,
    /// The access token that is to be renewed, where a dialect asks for it beside the
    /// refresh token. It may have expired. A secret.
    pub access_token: Option<Cow<'a, str>>,
    /// The organization that the token shall be narrowed to: the vendor's id for it,
    /// or ours.
    pub organization: Option<Cow<'a, str>>,
    /// True when the client is the one that the refresh token belongs to and shows no
    /// credential of its own, because the dialect's vendor has it so.
    pub client_from_refresh_token: bool,
    /// Everything that is wrong with the request as such. The dialect's order
    /// decides which of these, or of what the grant finds, is answered.
    pub refusals: Vec<Refusal>,
}

impl fmt::Debug for TokenRequest<'_> {
    /// Without the tokens, which are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest")
            .field("credential", &self.credential)
            .field("grant", &self.grant)
            .field("scope", &self.scope)
            .field("audience", &self.audience)
            .field("has_refresh_token", &self.refresh_token.is_some())
            .field("has_access_token", &self.access_token.is_some())
            .field("organization", &self.organization)
            .field("client_from_refresh_token", &self.client_from_refresh_token)
            .field("refusals", &self.refusals)
            .finish()
    }
}
