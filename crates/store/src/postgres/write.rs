//! A group of commits' writes, each by the file that knows its table, rows of one
//! kind together where their order means nothing.

use portreeve_core::audit::Fact;
use portreeve_core::time::Timestamp;

use crate::columns;
use crate::contract::commit::{Commit, Write};
use crate::contract::error::StoreError;
use crate::postgres::connections::Session;
use crate::postgres::{
    audit, change, client, consent, key, link, notice, organization, sign_in, token, usage, user,
};

/// Writes everything within a transaction that the caller ends; answers for each
/// commit the number of its newest change.
pub(super) async fn write(
    session: &mut Session,
    commits: &[Commit],
) -> Result<Vec<i64>, StoreError> {
    let all: Vec<&Write> = commits.iter().flat_map(|commit| &commit.writes).collect();
    // Revoking depends on nothing and is never refused.
    token::revoke(session, &all).await?;
    for one in all {
        write_one(session, one).await?;
    }
    let facts: Vec<&Fact> = commits.iter().flat_map(|commit| &commit.facts).collect();
    audit::append(session, &facts).await?;

    let mut lines = Vec::new();
    let mut ends = Vec::with_capacity(commits.len());
    for commit in commits {
        let at = commit.at.unwrap_or(Timestamp::EPOCH);
        let before = lines.len();
        lines.extend(columns::changes(commit).into_iter().map(|change| (at, change)));
        ends.push((lines.len() > before).then_some(lines.len()));
    }
    let numbers = change::append(session, &lines).await?;
    let newest = match numbers.last() {
        Some(newest) => *newest,
        None => change::newest(session).await?,
    };
    let number = |end: Option<usize>| end.and_then(|end| numbers.get(end - 1).copied());
    Ok(ends.into_iter().map(|end| number(end).unwrap_or(newest)).collect())
}

async fn write_one(session: &mut Session, write: &Write) -> Result<(), StoreError> {
    match write {
        Write::ClientRegistered(one) => client::register(session, one).await,
        Write::ClientChanged(one) => client::change(session, one).await,
        Write::ClientDeleted(id) => client::delete(session, id).await,
        Write::OrganizationEntered(one) => organization::enter(session, one).await,
        Write::OrganizationChanged(one) => organization::change(session, one).await,
        Write::UserEntered(one) => user::enter(session, one).await,
        Write::UserChanged(one) => user::change(session, one).await,
        Write::MembershipSet(one) => user::set_membership(session, one).await,
        Write::MembershipEnded { organization, user } => {
            user::end_membership(session, organization, user).await
        }
        Write::TokenRevoked { .. } => Ok(()),
        Write::RefreshSpent { id, client_id, expires_at } => {
            token::spend(session, id, client_id, *expires_at).await
        }
        Write::ConnectionMade { connection, refresh } => {
            consent::make(session, connection).await?;
            consent::add_refresh(session, refresh).await
        }
        Write::ConnectionUsed { id, at } => consent::mark_used(session, id, *at).await,
        // Its revocation was entered with the others.
        Write::ConnectionEnded { id, at, .. } => consent::end(session, id, *at).await,
        Write::RefreshRotated { used, at, next } => consent::rotate(session, used, *at, next).await,
        Write::PasswordSet { user, phc } => sign_in::set_password(session, user, phc).await,
        Write::PasswordStands { user, phc } => sign_in::hold_password(session, user, phc).await,
        Write::SessionBegun(one) => sign_in::begin(session, one).await,
        Write::SessionSeen { hash, at } => sign_in::mark_seen(session, hash, *at).await,
        Write::SessionEnded { hash } => sign_in::end(session, hash).await,
        Write::SessionsEnded { user, except } => {
            sign_in::end_all(session, user, except.as_ref()).await
        }
        Write::InvitationsStand { organization, version, hashes } => {
            link::hold_invitations(session, (organization, *version), hashes).await
        }
        Write::LinkMade(one) => link::make(session, one).await,
        Write::LinkUsed { hash, at } => link::use_up(session, hash, *at).await,
        Write::LinkWithdrawn { hash } => link::withdraw(session, hash).await,
        Write::Used(used) => usage::add(session, used).await,
        Write::NoticeTaken { key, at } => notice::take(session, key, *at).await,
        Write::NoticeGivenBack { key } => notice::give_back(session, key).await,
        Write::KeyAdded { key, replaces } => key::add(session, key, replaces.as_deref()).await,
        Write::KeyChanged(key) => key::change(session, key).await,
    }
}
