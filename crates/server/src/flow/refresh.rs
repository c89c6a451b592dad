//! What a refresh token stands for, and how everything that came of one ends.

use std::sync::Arc;

use portreeve_core::audit::{Actor, Fact};
use portreeve_core::connection::record::Reach;
use portreeve_core::connection::refresh_format;
use portreeve_core::dialect::issue::{LONGEST_LIFE, RefreshForm, RefreshIssue};
use portreeve_core::grant::refresh_token::{Held, Shown};
use portreeve_core::org::owner::Owner;
use portreeve_core::org::reach::OrganizationTree;
use portreeve_core::secret::SecretHash;
use portreeve_core::service::Resource;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::compact::Refresh;
use portreeve_core::token::record::AccessToken;
use portreeve_core::token::request::TokenRequest;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;
use portreeve_store::directory::{KnownConnection, Roots};

use crate::env::Env;
use crate::flow::inspect::inspect;
use crate::flow::stop::Stop;
use crate::spending::Spent;

/// The longest text that is looked up. Ours have fifty characters or so.
const LONGEST: usize = 512;

/// A refresh token that this server made.
pub struct Found {
    /// What was granted with it.
    pub held: Held,
    /// True when another has taken its place.
    pub used: bool,
    /// True when its connection or its line has ended.
    pub ended: bool,
    /// Of which kind it is.
    pub kind: Kind,
}

/// The two kinds of refresh token.
pub enum Kind {
    /// It says by itself what it is.
    Sealed(Refresh),
    /// It belongs to a person's connection and is stored under its hash.
    Stored {
        /// The hash.
        hash: SecretHash,
        /// The connection.
        connection: Arc<KnownConnection>,
    },
}

impl Found {
    /// The token, as uses are counted.
    pub fn spent(&self) -> Option<Spent> {
        match &self.kind {
            Kind::Sealed(token) => token.id().map(Spent::from),
            Kind::Stored { hash, .. } => Some(hash.into()),
        }
    }
}

/// A refresh token that was shown, and all that the grant looks at.
pub struct Presented<'t> {
    /// The token.
    pub found: Found,
    /// Its text.
    pub text: &'t str,
    /// When whoever shows it came, as [`crate::spending`] counts.
    arrived: u64,
    roots: Option<Roots>,
    tree: Arc<OrganizationTree>,
    beside: Option<Arc<AccessToken>>,
}

impl Presented<'_> {
    /// As the grant wants it.
    pub fn shown(&self) -> Shown<'_> {
        Shown {
            held: &self.found.held,
            used: self.found.used,
            ended: self.found.ended,
            roots: self.roots.as_ref().map(Roots::as_slice),
            tree: &self.tree,
            beside: self.beside.as_deref(),
        }
    }
}

/// Reads the refresh token of a request, the access token beside it, and where the one
/// belongs for whom they act; `None` when this server did not make it.
///
/// # Errors
/// [`StoreError`] when the store cannot be read.
pub async fn present<'t>(
    env: &Env,
    request: &'t TokenRequest<'_>,
    resources: &[Resource],
) -> Result<Option<Presented<'t>>, Stop> {
    let arrived = env.spending.arrive();
    let Some(text) = request.refresh_token.as_deref() else { return Ok(None) };
    let issue = resources.first().and_then(|resource| resource.dialect.issue.refresh.as_ref());
    let Some(found) = find(env, text, issue).await? else { return Ok(None) };
    let roots = env.directory.roots(&found.held.owner).await?;
    let beside = match request.access_token.as_deref() {
        Some(text) => inspect(env, text).await?.ok(),
        None => None,
    };
    let tree = Arc::clone(&env.directory.tree());
    Ok(Some(Presented { found, text, arrived, roots, tree, beside }))
}

/// Finds out what a refresh token stands for; `None` when this server did not make it.
/// `issue` is how the dialect makes them in which it was shown, if it was shown in one:
/// tokens that are used once are read from the store, the others from memory when warm.
///
/// # Errors
/// [`StoreError`] when the store cannot be read.
pub async fn find(
    env: &Env,
    text: &str,
    issue: Option<&RefreshIssue>,
) -> Result<Option<Found>, StoreError> {
    if text.len() > LONGEST {
        return Ok(None);
    }
    let opened = env.inspector.open_refresh(text, &env.directory.keys(), env.now());
    if let Some(token) = opened {
        return sealed(env, token).await;
    }
    let hash = refresh_format::hash(text, &env.hash_key);
    let found = match issue {
        Some(RefreshIssue { format: RefreshForm::Sealed(_), .. }) => None,
        Some(RefreshIssue { rotate: false, .. }) => env.directory.refresh(&hash).await?,
        _ => env.directory.refresh_uncached(&hash).await?,
    };
    let Some((token, connection)) = found else { return Ok(None) };
    let held = Held {
        family: connection.id,
        client_id: connection.client_id.clone(),
        owner: Owner::User(connection.user.clone()),
        audience: connection.audience.clone(),
        scope: connection.scopes.clone(),
        organization: connection.organization.clone(),
        reach: connection.reach,
        issued_at: None,
        expires_at: token.expires_at,
    };
    let revoked = env.directory.is_revoked(&connection.id.token_id());
    Ok(Some(Found {
        held,
        used: token.used_at.is_some(),
        ended: revoked || !connection.is_standing(),
        kind: Kind::Stored { hash, connection },
    }))
}

async fn sealed(env: &Env, token: Refresh) -> Result<Option<Found>, StoreError> {
    let Some(claims) = env.directory.claims(token.claims).await? else { return Ok(None) };
    let family = token.line.family();
    let is_revoked = |id| env.directory.is_revoked(&id);
    let resource = env.catalog.resource(&claims.audience);
    let issue = resource.and_then(|resource| resource.dialect.issue.refresh.as_ref());
    let life = issue.and_then(|issue| issue.ttl).unwrap_or(LONGEST_LIFE);
    let held = Held {
        family,
        client_id: claims.client_id.clone(),
        owner: claims.owner.clone(),
        audience: claims.audience.clone(),
        scope: claims.scope.clone(),
        organization: claims.organization.clone(),
        reach: if claims.organization.is_some() { Reach::Chosen } else { Reach::All },
        // It has no room for when it was issued.
        issued_at: Some(token.expires_at.minus(life)),
        expires_at: Some(token.expires_at),
    };
    Ok(Some(Found {
        held,
        used: token.id().is_some_and(is_revoked),
        ended: is_revoked(family.token_id()),
        kind: Kind::Sealed(token),
    }))
}

/// Somebody shows a refresh token that was used. A program that asked twice at once was
/// here before the first use was done, and is only refused; otherwise one of the two who
/// used it has stolen it, nobody can tell which, and everything that came of it ends
/// (RFC 9700 §4.14.2).
///
/// # Errors
/// [`StoreError`] when the end could not be written.
pub async fn suspect(env: &Env, shown: &Presented<'_>) -> Result<(), StoreError> {
    let came_at_once =
        shown.found.spent().is_some_and(|spent| env.spending.was_here(&spent, shown.arrived));
    if came_at_once {
        return Ok(());
    }
    end(env, &shown.found, "refresh_token.reused").await
}

/// Ends everything that came of a refresh token, itself included: its connection, or its
/// line. `action` is what the register says.
///
/// # Errors
/// [`StoreError`] when it could not be written. That somebody else has ended it meanwhile
/// is none.
pub async fn end(env: &Env, found: &Found, action: &str) -> Result<(), StoreError> {
    let (now, held) = (env.now(), &found.held);
    let (id, client_id) = (held.family, held.client_id.clone());
    let until = last_moment(env, now);
    let write = match &found.kind {
        Kind::Stored { .. } => Write::ConnectionEnded { id, client_id, at: now, until },
        Kind::Sealed(_) => Write::TokenRevoked { id: id.token_id(), client_id, expires_at: until },
    };
    let actor = Actor::Client(held.client_id.clone());
    let fact = Fact::new(now, &actor, action, id);
    match env.directory.commit(Commit::one(write, fact)).await {
        Ok(_) | Err(StoreError::Conflict(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// When everything will have expired that has been made so far, also under a dialect
/// that said something else then: for so long an end must be known.
fn last_moment(env: &Env, now: Timestamp) -> Timestamp {
    now.plus(LONGEST_LIFE.max(env.ttl_override.unwrap_or(Ttl::ZERO)))
}
