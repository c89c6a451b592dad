//! The one shape in which every token request arrives, whatever its dialect.

use std::borrow::Cow;

use crate::client::credential::Credential;
use crate::oauth::grant_type::GrantType;
use crate::refusal::Refusal;

/// A token request, read. Texts are as the caller sent them: decoded, not judged.
#[derive(Debug)]
pub struct TokenRequest<'a> {
    /// Who says it asks, and how it proves it.
    pub credential: Option<Credential>,
    /// The grant it wants.
    pub grant: Option<GrantType>,
    /// `scope`; absent and empty are the same (RFC 6749 §3.2).
    pub scope: Option<Cow<'a, str>>,
    /// `audience`, or `resource` (RFC 8707).
    pub audience: Option<Cow<'a, str>>,
    /// Everything that is wrong with the request as such. The dialect's order
    /// decides which of these, or of what the grant finds, is answered.
    pub refusals: Vec<Refusal>,
}
