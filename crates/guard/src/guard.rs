//! The decision about one call: the gate's own steps, in the gate's order.

use std::borrow::Cow;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use portreeve_core::dialect::Dialect;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::policy::path::PlainPath;
use portreeve_core::policy::route::{self, Operation, Routes, Security};
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::token::jwt::verify::verify;
use portreeve_core::token::record::Audience;

use crate::builder::Builder;
use crate::caller::{Caller, Organization, Standing};
use crate::clock::Clock;
use crate::introspection::Introspection;
use crate::keys::{KeySet, Keys};
use crate::memory::{Memory, hash};

/// Guards an API: a [`tower_layer::Layer`]. Cheap to clone; clones share keys and
/// memory, so one guard serves a whole program.
#[derive(Clone)]
pub struct Guard(pub(crate) Arc<Rules>);

/// What a guard knows.
pub(crate) struct Rules {
    pub(crate) issuer: Box<str>,
    pub(crate) audience: Audience,
    pub(crate) routes: Routes,
    pub(crate) dialect: Dialect,
    /// What stands before the document's paths: empty, or `/api/crew`.
    pub(crate) below: Box<str>,
    pub(crate) keys: Keys,
    pub(crate) memory: Memory,
    pub(crate) introspection: Option<Introspection>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A call, without its body: that need not be shareable between threads.
#[derive(Clone, Copy)]
pub(crate) struct Call<'c> {
    pub(crate) method: &'c Method,
    pub(crate) uri: &'c Uri,
    pub(crate) headers: &'c HeaderMap,
}

impl<'c> Call<'c> {
    pub(crate) fn of<B>(request: &'c Request<B>) -> Self {
        Self { method: request.method(), uri: request.uri(), headers: request.headers() }
    }
}

impl Guard {
    /// Describes a guard: the issuer (its URL, exactly as in the server's metadata),
    /// the audience that tokens must be for, and the API's OpenAPI document, YAML or
    /// JSON.
    pub fn builder(issuer: &str, audience: &str, openapi: &str) -> Builder {
        Builder::new(issuer, audience, openapi)
    }
}

impl Rules {
    /// Who calls; `None` on a public operation.
    ///
    /// # Errors
    /// The one reason that comes first. A scope that is missing is named in
    /// `Refusal::about`.
    pub(crate) async fn decide(&self, call: Call<'_>) -> Result<Option<Caller>, Refusal> {
        let raw = self.path_of(call).ok_or(Reason::OperationUnknown)?;
        let path = PlainPath::read_as_sent(raw)?;
        let found = self.routes.find(call.method.as_str(), &path)?;
        let Security::AnyOf(choices) = &found.operation.security else { return Ok(None) };
        let text = self.dialect.resource.token(call.headers, call.uri.query())?;
        let standing = self.standing(&text).await?;
        let header = |name: &str| values(call.headers, name);
        let named = found.organization_named(call.uri.query(), header)?;
        self.may_use(&standing)?;
        has_scope(choices, &standing.scope)?;
        let organization = self.organization(found.operation, named, &standing)?;
        Ok(Some(standing.caller(organization)))
    }

    /// The methods of the call's path, for `Allow` (RFC 9110 §10.2.1).
    pub(crate) fn allowed_methods(&self, call: Call<'_>) -> String {
        let path = self.path_of(call).and_then(|raw| PlainPath::read(raw).ok());
        let methods = path.map(|path| self.routes.allowed_methods(&path)).unwrap_or_default();
        methods.into_iter().map(route::Method::name).collect::<Vec<_>>().join(", ")
    }

    /// The part of the path that the document describes, as it was sent.
    fn path_of<'c>(&self, call: Call<'c>) -> Option<&'c str> {
        match call.uri.path().strip_prefix(&*self.below)? {
            "" => Some("/"),
            rest if rest.starts_with('/') || self.below.is_empty() => Some(rest),
            _ => None,
        }
    }

    /// What the token is worth. One that we can verify ourselves is, before anybody is
    /// asked about it; a sealed one only the server can open.
    async fn standing(&self, text: &str) -> Result<Arc<Standing>, Refusal> {
        let hash = hash(text);
        let Some(introspection) = &self.introspection else {
            return self.verified(hash, text).await;
        };
        if !is_jwt(text) {
            return introspection.ask(hash, text).await;
        }
        let signed = self.verified(hash, text).await?;
        self.may_use(&signed)?;
        let standing = introspection.ask(hash, text).await?;
        // An answer that knows nothing of it lists what the whole client reaches.
        if standing.narrowed_to != signed.narrowed_to {
            return Err(Refusal::about(Reason::TemporarilyUnavailable, "introspection"));
        }
        Ok(standing)
    }

    async fn verified(&self, hash: [u8; 32], text: &str) -> Result<Arc<Standing>, Refusal> {
        let mut set = self.keys.current().await?;
        if let Some(standing) = self.memory.find(&hash, set.generation) {
            return Ok(standing);
        }
        let mut read = self.read(text, &set);
        if matches!(read, Err(Unread { unknown_key: true, .. }))
            && let Some(newer) = self.keys.newer_than(&set).await
        {
            read = self.read(text, &newer);
            set = newer;
        }
        let standing = Arc::new(read.map_err(|unread| unread.reason)?);
        self.memory.keep(hash, standing.clone(), set.generation);
        Ok(standing)
    }

    fn read(&self, text: &str, set: &KeySet) -> Result<Standing, Unread> {
        let mut unknown_key = false;
        let find = |kid: &str| {
            let key = set.keys.verifying(kid);
            unknown_key = key.is_none();
            key
        };
        let token = verify(text, &self.issuer, self.clock.now(), find);
        token.map(Standing::from).map_err(|reason| Unread { reason, unknown_key })
    }

    fn may_use(&self, standing: &Standing) -> Result<(), Refusal> {
        if standing.audience != self.audience {
            return Err(Refusal::about(Reason::TokenWrongAudience, standing.audience.as_str()));
        }
        if self.clock.now() >= standing.expires_at {
            return Err(Reason::TokenExpired.into());
        }
        Ok(())
    }

    fn organization(
        &self,
        operation: &Operation,
        named: Option<Cow<'_, str>>,
        standing: &Standing,
    ) -> Result<Option<Organization>, Refusal> {
        if operation.organization.is_none() {
            return Ok(None);
        }
        if self.introspection.is_none() {
            return Ok(named.map(|named| Organization::Unchecked(named.into())));
        }
        // The server lists none when there are too many: then nobody here can tell.
        match (named, &standing.organizations) {
            (None, Some(_)) => Ok(None),
            (None, None) => Err(Reason::OrganizationsTooMany.into()),
            (Some(_), None) => Err(Refusal::about(Reason::NotPermitted, "too many to list")),
            (Some(named), Some(listed)) if listed.iter().any(|reached| **reached == *named) => {
                Ok(Some(Organization::InReach(named.into())))
            }
            (Some(named), Some(_)) => Err(Refusal::about(Reason::OrganizationOutOfReach, named)),
        }
    }
}

struct Unread {
    reason: Reason,
    /// True when the only fault may be that our keys are old.
    unknown_key: bool,
}

/// Three parts (RFC 7515 §7.1). No alphabet of a sealed token has a dot.
fn is_jwt(text: &str) -> bool {
    text.matches('.').count() == 2
}

fn values<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h [u8]> {
    headers.get_all(name).iter().map(HeaderValue::as_bytes).collect()
}

fn has_scope(choices: &[ScopeSet], scope: &ScopeSet) -> Result<(), Refusal> {
    if choices.iter().any(|needed| needed.is_within(scope)) {
        return Ok(());
    }
    let needed = choices.first().map_or("", ScopeSet::as_str);
    Err(Refusal::about(Reason::ScopeInsufficient, needed))
}
