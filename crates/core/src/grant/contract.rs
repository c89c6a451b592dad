//! What a grant is: a pure decision over what is known.

use crate::client::record::Client;
use crate::oauth::grant_type::GrantType;
use crate::refusal::Refusal;
use crate::secret::Entropy;
use crate::service::Resource;
use crate::time::{Timestamp, Ttl};
use crate::token::record::AccessToken;
use crate::token::request::TokenRequest;

/// What a grant may look at: the request, the client that made it, and the audiences
/// that its dialect serves.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The request.
    pub request: &'a TokenRequest<'a>,
    /// The client, as the store has it. It may still fail to authenticate; the
    /// grant decides as if it had not, and the flow adds its reasons.
    pub client: &'a Client,
    /// The audiences of the dialect in which was asked.
    pub resources: &'a [Resource],
    /// Overrides every token's life, to try expiry.
    pub ttl_override: Option<Ttl>,
    /// Randomness, for the token's id.
    pub entropy: &'a dyn Entropy,
    /// Now.
    pub now: Timestamp,
}

/// What a grant decided to give.
#[derive(Debug)]
pub struct Decision<'a> {
    /// The audience, which says how the token looks.
    pub resource: &'a Resource,
    /// What the token says.
    pub token: AccessToken,
}

/// One grant type.
pub trait Grant: Sync {
    /// Its name.
    fn grant_type(&self) -> GrantType;

    /// Decides. No I/O; the same answer for the same question.
    ///
    /// # Errors
    /// Every reason to refuse that there is: the dialect's table picks one.
    fn decide<'a>(&self, known: &Known<'a>) -> Result<Decision<'a>, Vec<Refusal>>;
}
