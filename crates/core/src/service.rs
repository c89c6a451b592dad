//! A service: one API of the vendor, and the audience whose tokens open it.

use std::sync::Arc;

use crate::dialect::Dialect;
use crate::oauth::scope::ScopeSet;
use crate::policy::openapi::ApiDescription;
use crate::policy::verdict::Named;
use crate::time::Ttl;
use crate::token::format::TokenFormat;
use crate::token::record::Audience;

/// One API behind the gate, as it was configured and checked at start.
#[derive(Debug)]
pub struct Service {
    /// A short name, unique: for logs, metrics and URLs.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Where it is mounted: `/api/vessel`, without a trailing slash.
    pub path: String,
    /// What tokens must be for.
    pub audience: Audience,
    /// How its requests and refusals look.
    pub dialect: Arc<Dialect>,
    /// True for one of Portreeve's own, such as the administration: open to whoever a
    /// contract names for it and to the vendor's own staff, and to nobody by default.
    pub is_own: bool,
    /// What its OpenAPI document says: operations, scopes, organizations.
    pub api: ApiDescription,
}

impl Service {
    /// What [`Service::is_name`] expects, for people.
    pub const NAMES: &str =
        "expected 1 to 40 lower-case letters, digits or \"-\", such as \"vessel\"";

    /// True for a text that a service may be called by.
    pub fn is_name(text: &str) -> bool {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        (1..=40).contains(&text.len()) && text.bytes().all(allowed)
    }

    /// As contracts name it.
    pub fn named(&self) -> Named<'_> {
        Named { name: &self.name, is_own: self.is_own }
    }
}

/// An audience and everything that its services share.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The audience.
    pub audience: Audience,
    /// The dialect in which its tokens are asked for.
    pub dialect: Arc<Dialect>,
    /// What its access tokens look like.
    pub format: TokenFormat,
    /// How long its access tokens live.
    pub token_ttl: Ttl,
    /// Every scope of its services.
    pub scopes: ScopeSet,
}
