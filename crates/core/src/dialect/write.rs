//! A token reply, put together from a dialect's template.

use http::{HeaderValue, header};

use crate::dialect::Dialect;
use crate::dialect::template::{Value, Variable};
use crate::http_message::Reply;
use crate::token::issuance::Issued;

/// What a token reply may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyVariable {
    /// The token.
    AccessToken,
    /// Seconds until it expires.
    ExpiresIn,
    /// The scope that was granted; absent when there is none.
    Scope,
}

impl Variable for ReplyVariable {
    const NAMES: &'static [&'static str] = &["access_token", "expires_in", "scope"];

    fn named(name: &str) -> Option<Self> {
        match name {
            "access_token" => Some(Self::AccessToken),
            "expires_in" => Some(Self::ExpiresIn),
            "scope" => Some(Self::Scope),
            _ => None,
        }
    }
}

/// The reply that carries a token: never to be stored (RFC 6749 §5.1).
pub fn issued(dialect: &Dialect, issued: &Issued) -> Reply {
    let mut body = Vec::with_capacity(issued.access_token.expose().len() + 160);
    let look_up = |variable| match variable {
        ReplyVariable::AccessToken => Value::Text(issued.access_token.expose()),
        ReplyVariable::ExpiresIn => Value::Number(issued.expires_in().into()),
        ReplyVariable::Scope if issued.scope().is_empty() => Value::Absent,
        ReplyVariable::Scope => Value::Text(issued.scope().as_str()),
    };
    dialect.reply.write(&look_up, &mut body);
    let headers = vec![
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    Reply { status: dialect.reply_status, headers, body }
}
