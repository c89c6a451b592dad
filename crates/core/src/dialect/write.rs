//! A token reply, put together from a dialect's template.

use http::{HeaderValue, header};

use crate::dialect::Dialect;
use crate::dialect::body::Body;
use crate::dialect::cast::{Kind, Value};
use crate::dialect::phrase::Variable;
use crate::http_message::Reply;
use crate::time::Timestamp;
use crate::token::issuance::Issued;

/// `[reply]`, checked.
#[derive(Debug)]
pub struct ReplyForm {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Body<ReplyVariable>,
    /// True when it names the owner: a person's address or an organization's name.
    pub names_owner: bool,
    /// True when it names the organization that the token is narrowed to.
    pub names_organization: bool,
}

/// What a token reply may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyVariable {
    /// The token.
    AccessToken,
    /// Seconds until it expires.
    ExpiresIn,
    /// When it expires.
    ExpiresAt,
    /// When it was made.
    IssuedAt,
    /// The scope that was granted; absent when there is none.
    Scope,
    /// The refresh token; absent when there is none.
    RefreshToken,
    /// Seconds until the refresh token expires; absent when it does not.
    RefreshExpiresIn,
    /// The API that the token is for.
    Audience,
    /// The client's id.
    ClientId,
    /// The vendor's id of the organization that the token is narrowed to; absent when
    /// it is not.
    Organization,
    /// For whom the client acts: a person's e-mail address or an organization's name.
    Owner,
    /// The request's id.
    RequestId,
    /// Now.
    Now,
}

impl Variable for ReplyVariable {
    const ALL: &'static [(&'static str, Self, Kind)] = &[
        ("access_token", Self::AccessToken, Kind::Text),
        ("expires_in", Self::ExpiresIn, Kind::Number),
        ("expires_at", Self::ExpiresAt, Kind::Time),
        ("issued_at", Self::IssuedAt, Kind::Time),
        ("scope", Self::Scope, Kind::Text),
        ("refresh_token", Self::RefreshToken, Kind::Text),
        ("refresh_expires_in", Self::RefreshExpiresIn, Kind::Number),
        ("audience", Self::Audience, Kind::Text),
        ("client_id", Self::ClientId, Kind::Text),
        ("organization", Self::Organization, Kind::Text),
        ("owner", Self::Owner, Kind::Text),
        ("request_id", Self::RequestId, Kind::Text),
        ("now", Self::Now, Kind::Time),
    ];
}

/// The reply that carries a token: never to be stored (RFC 6749 §5.1).
/// `unix_ms` is now, in milliseconds since 1970.
pub fn issued(dialect: &Dialect, issued: &Issued, request_id: &str, unix_ms: i64) -> Reply {
    let mut body = Vec::with_capacity(issued.access_token.expose().len() + 192);
    let token = &issued.token;
    let time = |at: Timestamp| Value::Time(at.as_unix().saturating_mul(1000));
    let look_up = |variable| match variable {
        ReplyVariable::AccessToken => Value::text(issued.access_token.expose()),
        ReplyVariable::ExpiresIn => Value::Number(issued.expires_in().into()),
        ReplyVariable::ExpiresAt => time(token.expires_at),
        ReplyVariable::IssuedAt => time(token.issued_at),
        ReplyVariable::Scope if issued.scope().is_empty() => Value::Absent,
        ReplyVariable::Scope => Value::text(issued.scope().as_str()),
        ReplyVariable::RefreshToken => {
            let made = issued.refresh.as_ref().map(|refresh| refresh.text.expose().as_str());
            text(made)
        }
        ReplyVariable::RefreshExpiresIn => {
            let left = issued.refresh_expires_in();
            left.map_or(Value::Absent, |seconds| Value::Number(seconds.into()))
        }
        ReplyVariable::Audience => Value::text(token.audience.as_str()),
        ReplyVariable::ClientId => Value::text(token.client_id.as_str()),
        ReplyVariable::Organization => text(issued.organization.as_deref()),
        ReplyVariable::Owner => text(issued.owner.as_deref()),
        ReplyVariable::RequestId => Value::text(request_id),
        ReplyVariable::Now => Value::Time(unix_ms),
    };
    dialect.reply.body.write(&look_up, &mut body);
    let headers = vec![
        (header::CONTENT_TYPE, dialect.reply.body.kind()),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    Reply { status: dialect.reply.status, headers, body }
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Absent, Value::text)
}
