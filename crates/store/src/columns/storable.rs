//! What can be written faithfully, and is: everything else is refused before anything
//! of it is written.

use portreeve_core::client::record::ClientSecret;
use portreeve_core::token::claims::Claims;
use portreeve_core::token::record::Audience;
use portreeve_core::usage::RefusedCall;

use crate::contract::commit::{Commit, Used, Write};
use crate::contract::error::StoreError;

/// True for a text that can stand in a row: PostgreSQL's texts hold no NUL, and
/// what one backend refuses, the other refuses as well.
pub(crate) fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

/// Refuses what cannot be written faithfully, before anything is.
pub(crate) fn check(commit: &Commit) -> Result<(), StoreError> {
    let facts = commit.facts.iter().all(|fact| {
        [&fact.actor, &fact.action, &fact.subject, &fact.detail]
            .iter()
            .all(|text| is_storable(text))
    });
    if !facts || !commit.writes.iter().all(texts_are_storable) {
        return Err(StoreError::Corrupt("a text with a NUL character was to be written".into()));
    }
    if !commit.writes.iter().all(lists_are_storable) {
        return Err(StoreError::Corrupt("an empty or broken line was to be written".into()));
    }
    Ok(())
}

/// The same for claims.
pub(crate) fn check_claims(claims: &Claims) -> Result<(), StoreError> {
    match is_storable(claims.audience.as_str()) {
        true => Ok(()),
        false => Err(StoreError::Corrupt("a text with a NUL character was to be written".into())),
    }
}

fn texts_are_storable(write: &Write) -> bool {
    match write {
        Write::ClientRegistered(client) | Write::ClientChanged(client) => {
            is_storable(&client.name) && client.secrets.iter().all(is_storable_secret)
        }
        Write::OrganizationEntered(one) | Write::OrganizationChanged(one) => {
            is_storable(&one.name) && one.external_id.as_deref().is_none_or(is_storable)
        }
        Write::UserEntered(user) | Write::UserChanged(user) => {
            is_storable(&user.name) && is_storable(&user.email)
        }
        Write::KeyAdded { key, replaces } => {
            is_storable(&key.kid) && replaces.as_deref().is_none_or(is_storable)
        }
        Write::KeyChanged(key) => is_storable(&key.kid),
        Write::ConnectionMade { connection, .. } => is_storable(connection.audience.as_str()),
        Write::PasswordSet { phc, .. } | Write::PasswordStands { phc, .. } => is_storable(phc),
        Write::SessionBegun(session) => is_storable(&session.agent),
        Write::LinkMade(link) => is_storable(&link.email) && is_storable(&link.made_by),
        Write::Used(used) => is_storable_use(used),
        Write::NoticeTaken { key, .. } | Write::NoticeGivenBack { key } => is_storable(key),
        Write::ClientDeleted(_)
        | Write::MembershipSet(_)
        | Write::MembershipEnded { .. }
        | Write::TokenRevoked { .. }
        | Write::RefreshSpent { .. }
        | Write::ConnectionUsed { .. }
        | Write::ConnectionEnded { .. }
        | Write::RefreshRotated { .. }
        | Write::SessionSeen { .. }
        | Write::SessionEnded { .. }
        | Write::SessionsEnded { .. }
        | Write::InvitationsStand { .. }
        | Write::LinkUsed { .. }
        | Write::LinkWithdrawn { .. } => true,
    }
}

fn is_storable_secret(secret: &ClientSecret) -> bool {
    is_storable(&secret.id)
        && is_storable(&secret.hint)
        && secret.made_by.as_deref().is_none_or(is_storable)
}

fn is_storable_use(used: &Used) -> bool {
    let texts = |call: &RefusedCall| {
        [&call.request_id, &call.service, &call.reason, &call.about, &call.call]
            .iter()
            .all(|text| is_storable(text))
    };
    used.counted.iter().all(|one| is_storable(&one.service))
        && used.secrets.iter().all(|one| is_storable(&one.secret))
        && used.refused.iter().all(|(call, _)| texts(call))
}

/// Audiences, redirect URIs and services are kept one per line, so none may be empty or
/// have lines of its own.
fn lists_are_storable(write: &Write) -> bool {
    match write {
        Write::ClientRegistered(client) | Write::ClientChanged(client) => {
            let audiences =
                client.audiences.iter().chain(&client.introspects).map(Audience::as_str);
            audiences.chain(client.redirect_uris.iter().map(String::as_str)).all(is_line)
        }
        Write::OrganizationEntered(one) | Write::OrganizationChanged(one) => {
            one.services.iter().flatten().all(|name| is_line(name))
        }
        _ => true,
    }
}

fn is_line(text: &str) -> bool {
    !text.is_empty() && !text.contains(['\n', '\0'])
}
