//! From a decision to tokens. Everything is made before anything is written, and
//! everything is written before anybody is answered: a caller who hears nothing of a
//! token because the store failed has lost nothing, and asks again.

use portreeve_core::connection::record::RefreshToken;
use portreeve_core::connection::refresh_format::{self, RefreshFormat};
use portreeve_core::dialect::issue::RefreshForm;
use portreeve_core::grant::contract::{Decision, Refreshing};
use portreeve_core::org::owner::Owner;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::secret::Secret;
use portreeve_core::service::Resource;
use portreeve_core::time::Timestamp;
use portreeve_core::token::claims::Claims;
use portreeve_core::token::compact::{Access, Form, LAST_EXPIRY, Line, Refresh};
use portreeve_core::token::draw::Draw;
use portreeve_core::token::format::TokenFormat;
use portreeve_core::token::issuance::{Issued, IssuedRefresh};
use portreeve_core::token::mint::{MintError, mint, mint_refresh};
use portreeve_core::token::record::AccessToken;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;

use crate::env::Env;
use crate::flow::refresh::{self, Found, Kind, Presented};
use crate::flow::stop::Stop;
use crate::spending::Underway;

/// Makes the tokens that were decided on. `draw` gives the access token's nonce.
///
/// # Errors
/// [`Reason::RefreshTokenReused`] when somebody else has used the refresh token since it
/// was read: of two at once, one is answered. Otherwise what the store or the keys say.
pub async fn issue(
    env: &Env,
    decision: Decision<'_>,
    shown: Option<&Presented<'_>>,
    draw: &Draw<'_>,
) -> Result<Issued, Stop> {
    let Decision { resource, mut token, refresh: refreshing } = decision;
    let line = settle_line(env, resource, &mut token, refreshing, shown);
    let claims = number(env, resource, &token, refreshing).await?;
    if let TokenFormat::Compact(_) = resource.format {
        settle_id(&mut token, claims, line)?;
    }
    let access_token = write(env, resource, &token, draw)?;
    let owner = owner_named(env, resource, &token).await?;
    let (refresh, spent) = match (refreshing, shown) {
        (Refreshing::First { expires_at }, _) => {
            let first = claims.zip(line).zip(form_of(resource));
            let ((claims, line), form) = first.ok_or_else(|| unmade(&token, MintError::Unfit))?;
            let expires_at = expires_at.unwrap_or(LAST_EXPIRY);
            let first = Refresh { claims, expires_at, line, serial: 0 };
            (Some(sealed(env, form, first)?), None)
        }
        (Refreshing::Goes, Some(shown)) => (again(resource, shown), None),
        (Refreshing::Rotates { expires_at }, Some(shown)) => {
            let (next, write) = rotate(env, resource, &shown.found, expires_at)?;
            (Some(next), Some(write))
        }
        (Refreshing::Nothing | Refreshing::Goes | Refreshing::Rotates { .. }, _) => (None, None),
    };
    if let Some(shown) = shown {
        spend(env, shown, spent, token.issued_at).await?;
        note_use(env, &shown.found, token.issued_at).await;
    }
    let organization = organization_named(env, resource, &token);
    let (access_token, now) = (Secret::new(access_token), token.issued_at);
    Ok(Issued { access_token, token, refresh, organization, owner, now })
}

/// The number of what the token says, where that is all that a token has room for.
async fn number(
    env: &Env,
    resource: &Resource,
    token: &AccessToken,
    refreshing: Refreshing,
) -> Result<Option<u64>, StoreError> {
    let is_first = matches!(refreshing, Refreshing::First { .. });
    if !is_first && !matches!(resource.format, TokenFormat::Compact(_)) {
        return Ok(None);
    }
    env.directory.number_for(&claims_of(token)).await.map(Some)
}

/// The API's id of the token's organization, where the reply names it.
fn organization_named(env: &Env, resource: &Resource, token: &AccessToken) -> Option<String> {
    let id = token.organization.as_ref().filter(|_| resource.dialect.reply.names_organization)?;
    Some(env.directory.tree().api_id(id).to_owned())
}

/// For whom the token acts, as people know it, where the reply names it. Read from the
/// store: a dialect that wants it pays for it, or shares its tokens.
async fn owner_named(
    env: &Env,
    resource: &Resource,
    token: &AccessToken,
) -> Result<Option<String>, StoreError> {
    if !resource.dialect.reply.names_owner {
        return Ok(None);
    }
    let store = env.directory.store();
    Ok(match &token.owner {
        Owner::User(id) => store.find_user(id).await?.map(|user| user.email),
        Owner::Organization(id) => store.find_organization(id).await?.map(|it| it.name),
    })
}

/// The line that compact tokens carry: the shown token's, or a new one where one is
/// needed. What is made in a line is of its family.
fn settle_line(
    env: &Env,
    resource: &Resource,
    token: &mut AccessToken,
    refreshing: Refreshing,
    shown: Option<&Presented<'_>>,
) -> Option<Line> {
    if let Some(Kind::Sealed(refresh)) = shown.map(|shown| &shown.found.kind) {
        return Some(refresh.line);
    }
    if let Some(family) = token.family {
        return Line::of(family);
    }
    let is_first = matches!(refreshing, Refreshing::First { .. });
    let needs_one = is_first || matches!(resource.format, TokenFormat::Compact(_));
    let line = needs_one.then(|| Line::generate(&*env.entropy))?;
    token.family = Some(line.family());
    Some(line)
}

/// A compact token's id says which claims are its own.
fn settle_id(token: &mut AccessToken, claims: Option<u64>, line: Option<Line>) -> Result<(), Stop> {
    let expires_at = token.expires_at;
    let held = claims.zip(line).map(|(claims, line)| Access { claims, expires_at, line });
    // A person's connection, whose family is no line, has no compact tokens.
    token.id = held.and_then(|held| held.id()).ok_or_else(|| unmade(token, MintError::Unfit))?;
    Ok(())
}

fn write(
    env: &Env,
    resource: &Resource,
    token: &AccessToken,
    draw: &Draw<'_>,
) -> Result<String, Stop> {
    let (keys, issuer) = (env.directory.keys(), &env.endpoints.issuer);
    let minted = mint(token, &resource.format, issuer, &keys, token.issued_at, draw);
    minted.map_err(|error| unmade(token, error))
}

/// The refresh token that was shown, where the reply has a place for it.
fn again(resource: &Resource, shown: &Presented<'_>) -> Option<IssuedRefresh> {
    let issue = resource.dialect.issue.refresh.as_ref()?;
    let text = Secret::new(shown.text.to_owned());
    issue.in_reply.then_some(IssuedRefresh { text, expires_at: shown.found.held.expires_at })
}

/// Another refresh token in the place of the one that was shown.
fn rotate(
    env: &Env,
    resource: &Resource,
    found: &Found,
    expires_at: Option<Timestamp>,
) -> Result<(IssuedRefresh, Write), Stop> {
    match &found.kind {
        Kind::Sealed(old) => {
            let form = form_of(resource).ok_or(Reason::ServerError)?;
            let id = old.id().ok_or(Reason::ServerError)?;
            let spent = Write::RefreshSpent {
                id,
                client_id: found.held.client_id.clone(),
                expires_at: old.expires_at,
            };
            let next = Refresh {
                expires_at: expires_at.unwrap_or(LAST_EXPIRY),
                serial: old.serial.wrapping_add(1),
                ..*old
            };
            Ok((sealed(env, form, next)?, spent))
        }
        Kind::Stored { hash, connection } => {
            let format = stored_format(resource).ok_or(Reason::ServerError)?;
            let text = format.generate(&*env.entropy);
            let next = RefreshToken {
                hash: refresh_format::hash(text.expose(), &env.hash_key),
                connection: connection.id,
                issued_at: env.now(),
                expires_at,
                used_at: None,
            };
            let write = Write::RefreshRotated { used: *hash, at: next.issued_at, next };
            Ok((IssuedRefresh { text, expires_at }, write))
        }
    }
}

fn sealed(env: &Env, form: &Form, token: Refresh) -> Result<IssuedRefresh, Stop> {
    let minted = mint_refresh(token, form, &env.directory.keys(), env.now());
    let text = minted.map_err(|error| {
        tracing::error!(%error, "no refresh token can be made");
        Reason::ServerError
    })?;
    Ok(IssuedRefresh { text: Secret::new(text), expires_at: Some(token.expires_at) })
}

/// Writes that a refresh token was used, if it is one that is used once.
async fn spend(
    env: &Env,
    shown: &Presented<'_>,
    spent: Option<Write>,
    now: Timestamp,
) -> Result<(), Stop> {
    let Some(write) = spent else { return Ok(()) };
    let underway = shown.found.spent().map(|spent| env.spending.begin(spent));
    let commit = Commit { writes: vec![write], facts: Vec::new(), at: Some(now) };
    match env.directory.commit(commit).await {
        Ok(_) => {
            underway.into_iter().for_each(Underway::done);
            Ok(())
        }
        Err(StoreError::Conflict(_)) => {
            drop(underway);
            refresh::suspect(env, shown).await?;
            Err(Reason::RefreshTokenReused.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Writes down now and then that a connection was used. Nothing decides by it, so that
/// nobody is refused when it cannot be written.
async fn note_use(env: &Env, found: &Found, now: Timestamp) {
    let Kind::Stored { connection, .. } = &found.kind else { return };
    if !connection.note_use(now) {
        return;
    }
    let used = Write::ConnectionUsed { id: connection.id, at: now };
    let commit = Commit { writes: vec![used], ..Commit::default() };
    if let Err(error) = env.directory.store().commit(commit).await {
        tracing::warn!(%error, "the last use of a connection was not written");
    }
}

fn form_of(resource: &Resource) -> Option<&Form> {
    match &resource.dialect.issue.refresh.as_ref()?.format {
        RefreshForm::Sealed(form) => Some(form),
        RefreshForm::Stored(_) => None,
    }
}

fn stored_format(resource: &Resource) -> Option<&RefreshFormat> {
    match &resource.dialect.issue.refresh.as_ref()?.format {
        RefreshForm::Stored(format) => Some(format),
        RefreshForm::Sealed(_) => None,
    }
}

fn claims_of(token: &AccessToken) -> Claims {
    Claims {
        client_id: token.client_id.clone(),
        owner: token.owner.clone(),
        audience: token.audience.clone(),
        scope: token.scope.clone(),
        organization: token.organization.clone(),
    }
}

fn unmade(token: &AccessToken, error: MintError) -> Stop {
    if error == MintError::TooLong {
        return Refusal::about(Reason::ScopeNotAllowed, "too many for one token").into();
    }
    tracing::error!(%error, audience = %token.audience, "no token can be made");
    Reason::ServerError.into()
}
