//! Values that stand for those that a server would make: plainly samples, and the same
//! each time.

use portreeve_core::dialect::Dialect;
use portreeve_core::dialect::issue::{RefreshForm, RefreshIssue};
use portreeve_core::dialect::write;
use portreeve_core::http_message::Reply;
use portreeve_core::oauth::grant_type::GrantType;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::Secret;
use portreeve_core::text_id::{ClientId, OrganizationId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::format::{Alphabet, TokenFormat};
use portreeve_core::token::issuance::{Issued, IssuedRefresh};
use portreeve_core::token::record::{AccessToken, Audience, TokenId};
use portreeve_core::token::request::TokenRequest;

/// The moment of every sample, and of the cases that come with Portreeve:
/// 2026-11-21T12:00:00Z.
pub(super) const NOW: Timestamp = Timestamp::from_unix(1_795_262_400);

/// The same in milliseconds.
pub(super) const NOW_MS: i64 = NOW.as_unix() * 1000;

/// The id of every request.
pub(super) const REQUEST_ID: &str = "00000000000000000000000000000001";

/// What a client is called, and its secret.
pub(super) const CLIENT: (&str, &str) = ("my-client", "my-secret");

/// A scope.
pub(super) const SCOPE: &str = "my_scope";

/// For whom a client acts.
pub(super) const OWNER: &str = "person@example.com";

/// How long a token lives where neither dialect nor service says anything.
pub(super) const LIFE: Ttl = Ttl::from_hours(1);

/// Texts of tokens, beside which everything is as in a request.
pub(super) struct Tokens {
    /// The access token.
    pub(super) access: String,
    /// The refresh token, where one is given.
    pub(super) refresh: String,
}

impl Tokens {
    /// Texts that look like those of a dialect.
    pub(super) fn of(dialect: &Dialect) -> Self {
        Self {
            access: access_token(dialect),
            refresh: dialect.issue.refresh.as_ref().map_or_else(String::new, refresh_token),
        }
    }
}

/// The reply to a request that is granted.
///
/// # Errors
/// Never with the samples of this file.
pub(super) fn granted(
    dialect: &Dialect,
    asked: &TokenRequest<'_>,
    tokens: Tokens,
) -> anyhow::Result<Reply> {
    let life = dialect.issue.access.ttl.unwrap_or(LIFE);
    let client = asked.credential.as_ref().map(|credential| credential.client_id.as_str());
    let client = client.and_then(|id| ClientId::parse(id).ok());
    let scope = asked.scope.as_deref().filter(|scope| !scope.is_empty());
    let scope = scope.and_then(|scope| ScopeSet::parse(scope).ok());
    let audience = asked.audience.as_deref().filter(|audience| !audience.is_empty());
    let token = AccessToken {
        id: TokenId([0; 16]),
        family: None,
        client_id: client.map_or_else(|| ClientId::parse(CLIENT.0), Ok)?,
        owner: Owner::Organization(OrganizationId::parse("org_sample")?),
        audience: Audience::new(audience.unwrap_or("https://api.example.com")),
        scope: scope.map_or_else(|| ScopeSet::parse(SCOPE), Ok)?,
        organization: None,
        issued_at: NOW,
        expires_at: NOW.plus(life),
    };
    let refresh = dialect.issue.refresh.as_ref().filter(|issue| is_given(issue, asked.grant));
    let refresh = refresh.map(|issue| IssuedRefresh {
        text: Secret::new(tokens.refresh),
        expires_at: issue.ttl.map(|ttl| NOW.plus(ttl)),
    });
    let issued = Issued {
        access_token: Secret::new(tokens.access),
        token,
        refresh,
        organization: asked.organization.as_deref().map(str::to_owned),
        owner: Some(OWNER.to_owned()),
        now: NOW,
    };
    Ok(write::issued(dialect, &issued, REQUEST_ID, NOW_MS))
}

/// Whether a granted request is answered with a refresh token. What is stored belongs to
/// a person's connection, which no client makes by itself.
fn is_given(issue: &RefreshIssue, grant: Option<GrantType>) -> bool {
    let is_stored = matches!(issue.format, RefreshForm::Stored(_));
    issue.in_reply && (grant == Some(GrantType::RefreshToken) || !is_stored)
}

fn access_token(dialect: &Dialect) -> String {
    match &dialect.issue.access.format {
        None | Some(TokenFormat::Jwt(_)) => "header.sample-of-a-signed-token.signature".to_owned(),
        Some(TokenFormat::Sealed { prefix, alphabet }) => {
            text(prefix, prefix.len().saturating_add(64), *alphabet)
        }
        Some(TokenFormat::Compact(form)) => text(&form.prefix, form.length, form.alphabet),
    }
}

/// A refresh token as a dialect makes them.
pub(super) fn refresh_token(issue: &RefreshIssue) -> String {
    match &issue.format {
        RefreshForm::Sealed(form) => text(&form.prefix, form.length, form.alphabet),
        RefreshForm::Stored(form) => {
            text(&form.prefix, form.prefix.len().saturating_add(form.length), form.alphabet)
        }
    }
}

fn text(prefix: &str, length: usize, alphabet: Alphabet) -> String {
    let word = match alphabet {
        Alphabet::Base64url | Alphabet::Alphanumeric => "Sample",
        Alphabet::Hex => "0123456789abcdef",
    };
    let behind = word.chars().cycle().take(length.saturating_sub(prefix.len()));
    prefix.chars().chain(behind).collect()
}
