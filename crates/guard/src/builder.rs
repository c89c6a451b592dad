//! How a guard is described, and what can be wrong with that.

use std::sync::Arc;
use std::time::Duration;

use portreeve_core::dialect::builtin;
use portreeve_core::dialect::compile::{DialectError, compile};
use portreeve_core::policy::openapi::{self, Fault};
use portreeve_core::policy::route::{Routes, Security};
use portreeve_core::token::record::Audience;

use crate::clock::{Clock, SystemClock};
use crate::fetch::Fetch;
use crate::guard::{Guard, Rules};
use crate::introspection::{self, Introspection};
use crate::keys::Keys;
use crate::memory::Memory;
use crate::metadata;

/// How long an introspection's answer is used unless said otherwise.
const KEEP: Duration = Duration::from_secs(10);

/// How many tokens are remembered unless said otherwise: some 600 bytes each.
const TOKENS: usize = 10_000;

/// Describes a [`Guard`]; begun with [`Guard::builder`].
#[must_use]
pub struct Builder {
    issuer: String,
    audience: String,
    openapi: String,
    below: String,
    dialect: Option<String>,
    jwks: Option<String>,
    credentials: Option<(String, String)>,
    keep: Duration,
    tokens: usize,
    checks_organizations: bool,
    plain_http: bool,
    clock: Arc<dyn Clock>,
}

/// Why there is no guard.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The OpenAPI document leaves open what the guard should do.
    #[error("the OpenAPI document cannot be enforced: {}", listed(.0))]
    OpenApi(Vec<Fault>),
    /// The path that stands before the document's paths is none.
    #[error("\"{0}\" is no path that the API could be below: write it as /api/crew")]
    Below(String),
    /// The dialect file has a mistake.
    #[error("the dialect cannot be used: {0}")]
    Dialect(#[from] DialectError),
    /// The given key set cannot be read.
    #[error("the given keys cannot be used: {0}")]
    Jwks(String),
    /// The server's metadata or keys cannot be read.
    #[error("the authorization server's metadata or keys cannot be read: {0}")]
    Server(String),
    /// The server names no such endpoint in its metadata (RFC 8414 §2).
    #[error("the authorization server's metadata has no {0}")]
    NoEndpoint(&'static str),
    /// No key to verify with, and nobody to ask.
    #[error(
        "the key set has no key that could verify a token: choose a JWT format for this audience, \
         or let the guard introspect"
    )]
    NoKeys,
    /// The server does not let the guard introspect.
    #[error("the guard may not introspect: {0}")]
    Introspection(String),
    /// These operations name an organization and nobody would check it.
    #[error(
        "nobody would check the organization of {}: let the guard introspect, or say with \
         checks_organizations_itself that the API does", .0.join(", ")
    )]
    OrganizationsUnchecked(Vec<String>),
    /// The TLS library refused to start.
    #[error("TLS cannot be used: {0}")]
    Tls(String),
}

impl Builder {
    pub(crate) fn new(issuer: &str, audience: &str, openapi: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            openapi: openapi.to_owned(),
            below: String::new(),
            dialect: None,
            jwks: None,
            credentials: None,
            keep: KEEP,
            tokens: TOKENS,
            checks_organizations: false,
            plain_http: false,
            clock: Arc::new(SystemClock::start()),
        }
    }

    /// The path below which the document's paths are, as the guard sees requests:
    /// `/api/crew`. What is not below it is refused. Without this, the document's
    /// paths are the whole ones.
    pub fn below(mut self, path: &str) -> Self {
        self.below = path.to_owned();
        self
    }

    /// A dialect file's text, for an API whose tokens stand elsewhere than in the
    /// Bearer header or whose refusals look different. RFC 6750 without this.
    pub fn dialect(mut self, text: &str) -> Self {
        self.dialect = Some(text.to_owned());
        self
    }

    /// Verifies with this key set (RFC 7517 §5) and reads none from the server. A
    /// rotation then needs a new guard.
    pub fn keys(mut self, jwks: &str) -> Self {
        self.jwks = Some(jwks.to_owned());
        self
    }

    /// Asks the server about each token (RFC 7662), as the client that may introspect
    /// this audience's tokens. With it the guard feels a disabled client, a revoked
    /// token and a scope or an organization that was taken away, reads sealed tokens,
    /// and holds calls to the organizations in reach. While the server is away, calls
    /// are answered with 503.
    pub fn introspect_with(mut self, client_id: &str, client_secret: &str) -> Self {
        self.credentials = Some((client_id.to_owned(), client_secret.to_owned()));
        self
    }

    /// How long an introspection's answer is used at most; 10 seconds unless set. Zero
    /// asks at every call.
    pub const fn introspection_lasts(mut self, keep: Duration) -> Self {
        self.keep = keep;
        self
    }

    /// How many tokens are remembered; 10,000 unless set.
    pub const fn tokens_in_memory(mut self, most: usize) -> Self {
        self.tokens = most;
        self
    }

    /// Says that the API itself checks whether the caller reaches the organization
    /// that a call names. Without introspection the guard cannot: it hands the name
    /// over as [`Organization::Unchecked`](crate::Organization::Unchecked).
    pub const fn checks_organizations_itself(mut self) -> Self {
        self.checks_organizations = true;
        self
    }

    /// Allows `http://` to a server that is not on this machine. Whoever can change
    /// that traffic can let anybody in.
    pub const fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    #[cfg(test)]
    pub(crate) fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The guard. Reads the server's metadata and keys, unless the keys are given and
    /// nothing is introspected. Needs a Tokio runtime with time and I/O enabled.
    ///
    /// # Errors
    /// [`BuildError`] says what to mend. A guard that could not decide is not built.
    pub async fn build(self) -> Result<Guard, BuildError> {
        let routes = openapi::read(&self.openapi).map_err(BuildError::OpenApi)?.routes;
        self.check_organizations(&routes)?;
        let below = checked_below(&self.below)?;
        let standard = builtin::FILES.iter().find(|(name, _)| *name == "standard");
        let standard = standard.map_or("", |(_, text)| text);
        let dialect = compile(self.dialect.as_deref().unwrap_or(standard))?;
        let (keys, introspection) = self.server().await?;
        if keys.is_empty() && introspection.is_none() {
            return Err(BuildError::NoKeys);
        }
        Ok(Guard(Arc::new(Rules {
            issuer: self.issuer.into(),
            audience: Audience::new(&self.audience),
            routes,
            dialect,
            below,
            keys,
            memory: Memory::new(self.tokens),
            introspection,
            clock: self.clock,
        })))
    }

    /// What is needed of the authorization server.
    async fn server(&self) -> Result<(Keys, Option<Introspection>), BuildError> {
        let clock = self.clock.clone();
        let given = self.jwks.as_deref();
        let given = given.map(|text| Keys::fixed(text, clock.clone())).transpose();
        let given = given.map_err(BuildError::Jwks)?;
        if let (Some(keys), None) = (&given, &self.credentials) {
            return Ok((keys.clone(), None));
        }
        let fetch = Arc::new(Fetch::new(self.plain_http).map_err(BuildError::Tls)?);
        let metadata = metadata::read(&fetch, &self.issuer).await.map_err(BuildError::Server)?;
        let keys = match given {
            Some(keys) => keys,
            None => {
                let uri = metadata.jwks.ok_or(BuildError::NoEndpoint("jwks_uri"))?;
                let keys = Keys::published(fetch.clone(), uri, clock.clone()).await;
                keys.map_err(BuildError::Server)?
            }
        };
        let Some((client_id, client_secret)) = &self.credentials else { return Ok((keys, None)) };
        let uri = metadata.introspection.ok_or(BuildError::NoEndpoint("introspection_endpoint"))?;
        let authorization =
            introspection::basic(client_id, client_secret).map_err(BuildError::Introspection)?;
        let limits = (self.keep, self.tokens);
        let introspection = Introspection::new(fetch, uri, authorization, clock, limits);
        introspection.try_credentials().await.map_err(BuildError::Introspection)?;
        Ok((keys, Some(introspection)))
    }

    fn check_organizations(&self, routes: &Routes) -> Result<(), BuildError> {
        if self.credentials.is_some() || self.checks_organizations {
            return Ok(());
        }
        let held = routes.operations().iter().filter(|operation| {
            operation.organization.is_some() && operation.security != Security::Public
        });
        let named: Vec<String> = held.map(|operation| operation.id.to_string()).collect();
        if named.is_empty() { Ok(()) } else { Err(BuildError::OrganizationsUnchecked(named)) }
    }
}

fn checked_below(path: &str) -> Result<Box<str>, BuildError> {
    let path = path.trim_end_matches('/');
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'%' | b'?' | b'#' | b'\\');
    if (path.is_empty() || path.starts_with('/')) && path.bytes().all(plain) {
        return Ok(path.into());
    }
    Err(BuildError::Below(path.to_owned()))
}

fn listed(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ")
}
