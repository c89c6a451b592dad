//! What a grant is: a pure decision over what is known.

use crate::client::record::Client;
use crate::grant::refresh_token::Shown;
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
    /// The refresh token that was shown, if there is one that this server made.
    pub shown: Option<&'a Shown<'a>>,
    /// Overrides every token's life, to try expiry.
    pub ttl_override: Option<Ttl>,
    /// Randomness, for the token's id.
    pub entropy: &'a dyn Entropy,
    /// Now.
    pub now: Timestamp,
}

/// How far ahead of now a token may begin. More is a clock that goes wrong.
const MOMENT: Ttl = Ttl::from_seconds(5);

impl Known<'_> {
    /// When a token begins that is made now: after the client's older ones have ended,
    /// which may be a moment ahead, since that is reckoned in whole seconds and perhaps by
    /// another node's clock.
    pub fn issued_at(&self) -> Timestamp {
        self.now.max(self.client.not_before.min(self.now.plus(MOMENT)))
    }

    /// When an access token for this audience expires that is made now.
    pub fn expires_at(&self, resource: &Resource) -> Timestamp {
        let service = resource.token_ttl;
        let own = self.client.token_ttl.map_or(service, |own| own.min(service));
        self.issued_at().plus(self.ttl_override.unwrap_or(own))
    }
}

/// What a grant decided to give.
#[derive(Debug)]
pub struct Decision<'a> {
    /// The audience, which says how the token looks.
    pub resource: &'a Resource,
    /// What the token says. Whoever writes it may give it the id that its form needs.
    pub token: AccessToken,
    /// What becomes of refresh tokens.
    pub refresh: Refreshing,
}

/// What becomes of refresh tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refreshing {
    /// None is given.
    Nothing,
    /// A first one, of a new line.
    First {
        /// From when on it is refused; never when there is none.
        expires_at: Option<Timestamp>,
    },
    /// The one that was shown goes on.
    Goes,
    /// Another takes the place of the one that was shown.
    Rotates {
        /// From when on the new one is refused; never when there is none.
        expires_at: Option<Timestamp>,
    },
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
